from django.apps import AppConfig


class SalesCalendarConfig(AppConfig):
    name = "ryorin.sales.calendar"
    label = "sales_calendar"
