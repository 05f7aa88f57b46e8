from django.apps import AppConfig


class WorkspaceViewsConfig(AppConfig):
    name = "ryorin.workspace.views"
    label = "workspace_views"
