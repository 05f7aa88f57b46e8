from django.apps import AppConfig


class WorkspaceTasksConfig(AppConfig):
    name = "ryorin.workspace.tasks"
    label = "workspace_tasks"
