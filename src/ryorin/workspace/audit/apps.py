from django.apps import AppConfig


class WorkspaceAuditConfig(AppConfig):
    name = "ryorin.workspace.audit"
    label = "workspace_audit"
