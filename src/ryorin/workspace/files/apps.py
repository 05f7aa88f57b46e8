from django.apps import AppConfig


class WorkspaceFilesConfig(AppConfig):
    name = "ryorin.workspace.files"
    label = "workspace_files"
