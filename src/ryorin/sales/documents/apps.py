from django.apps import AppConfig


class SalesDocumentsConfig(AppConfig):
    name = "ryorin.sales.documents"
    label = "sales_documents"
