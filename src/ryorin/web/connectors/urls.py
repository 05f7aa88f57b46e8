from django.urls import URLPattern, URLResolver, path

from ryorin.web.connectors import exports, imports

urlpatterns: list[URLPattern | URLResolver] = [
    path("imports/", imports.imports, name="imports"),
    path("imports/new", imports.import_new, name="import_new"),
    path("imports/<int:pk>", imports.import_run, name="import_run"),
    path("imports/<int:pk>/start", imports.import_start, name="import_start"),
    path("imports/<int:pk>/cancel", imports.import_cancel, name="import_cancel"),
    path("imports/<int:pk>/resume", imports.import_resume, name="import_resume"),
    path("imports/<int:pk>/rejects", imports.import_rejects, name="import_rejects"),
    path("export/<str:plural>", exports.export, name="export"),
]
