from django.apps import AppConfig


class WorkspaceMembersConfig(AppConfig):
    name = "ryorin.workspace.members"
    label = "workspace_members"
