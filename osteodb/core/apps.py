from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "osteodb.core"
    label = "core"
    verbose_name = "People and audit"
