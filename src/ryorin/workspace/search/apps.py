from django.apps import AppConfig


class WorkspaceSearchConfig(AppConfig):
    name = "ryorin.workspace.search"
    label = "workspace_search"
