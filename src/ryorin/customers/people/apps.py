from django.apps import AppConfig


class CustomersPeopleConfig(AppConfig):
    name = "ryorin.customers.people"
    label = "customers_people"
