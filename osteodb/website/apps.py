from django.apps import AppConfig


class WebsiteConfig(AppConfig):
    name = "osteodb.website"
    label = "website"
    verbose_name = "Website"
