from django.apps import AppConfig


class ProductsPricesConfig(AppConfig):
    name = "ryorin.products.prices"
    label = "products_prices"
