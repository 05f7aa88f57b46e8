from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "ryorin.web"
    label = "web"
