from django.apps import AppConfig


class ConnectorsSmtpConfig(AppConfig):
    name = "ryorin.connectors.smtp"
    label = "connectors_smtp"
