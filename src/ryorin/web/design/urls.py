from django.urls import URLPattern, URLResolver, path

from ryorin.web.design import charts, pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("chart-file/", charts.chart_file, name="chart_file"),
    path("design/", pages.design, name="design"),
    path("design/drawer/", pages.drawer, name="design_drawer"),
    path("design/toast/", pages.toast, name="design_toast"),
    path("design/progress/<int:percent>/", pages.progress, name="design_progress"),
]
