from django.apps import AppConfig


class WorkspaceOrganisationConfig(AppConfig):
    name = "ryorin.workspace.organisation"
    label = "workspace_organisation"
