from django.apps import AppConfig


class WorkspaceApprovalsConfig(AppConfig):
    name = "ryorin.workspace.approvals"
    label = "workspace_approvals"
