from django.apps import AppConfig


class WorkspaceLeasesConfig(AppConfig):
    name = "ryorin.workspace.leases"
    label = "workspace_leases"
