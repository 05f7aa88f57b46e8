from django.apps import AppConfig


class ConnectorsCsvConfig(AppConfig):
    name = "ryorin.connectors.csv"
    label = "connectors_csv"
