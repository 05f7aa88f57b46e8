from django.apps import AppConfig


class WorkspaceNotificationsConfig(AppConfig):
    name = "ryorin.workspace.notifications"
    label = "workspace_notifications"
