from django.apps import AppConfig


class WorkspaceWebhooksConfig(AppConfig):
    name = "ryorin.workspace.webhooks"
    label = "workspace_webhooks"
