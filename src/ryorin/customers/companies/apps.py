from django.apps import AppConfig


class CustomersCompaniesConfig(AppConfig):
    name = "ryorin.customers.companies"
    label = "customers_companies"
