from django.apps import AppConfig


class WorkspacePetitionsConfig(AppConfig):
    name = "ryorin.workspace.petitions"
    label = "workspace_petitions"
