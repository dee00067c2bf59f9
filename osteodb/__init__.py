"""The project: settings, addresses, Celery; `core` is the kernel below the apps, `website` above."""
