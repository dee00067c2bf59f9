"""The project: settings, addresses, Celery; `core` lies below the apps, `website` above."""
