from django.apps import AppConfig


class ProductsCatalogueConfig(AppConfig):
    name = "ryorin.products.catalogue"
    label = "products_catalogue"
