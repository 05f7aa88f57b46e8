from django.urls import URLPattern, URLResolver, path

from ryorin.web.sales import proposal_templates, proposals

urlpatterns: list[URLPattern | URLResolver] = [
    path("deals/<int:pk>/proposals/new/", proposals.proposal_new, name="proposal_new"),
    path("proposals/", proposals.proposals, name="proposals"),
    path("proposals/<int:pk>/", proposals.proposal, name="proposal"),
    path("proposals/<int:pk>/section/", proposals.proposal_section, name="proposal_section"),
    path("proposals/<int:pk>/refill/<int:place>/", proposals.proposal_refill, name="proposal_refill"),
    path("proposals/<int:pk>/preview/", proposals.proposal_preview, name="proposal_preview"),
    path("proposals/<int:pk>/versions/<int:revision>/", proposals.proposal_pdf, name="proposal_pdf"),
    path("proposals/<int:pk>/send/", proposals.proposal_send, name="proposal_send"),
    path("proposals/<int:pk>/revise/", proposals.proposal_revise, name="proposal_revise"),
    path("proposals/<int:pk>/delete/", proposals.proposal_delete, name="proposal_delete"),
    path("settings/proposals/", proposal_templates.proposal_templates, name="proposal_templates"),
    path("settings/proposals/new/", proposal_templates.proposal_template_new, name="proposal_template_new"),
    path("settings/proposals/section/", proposal_templates.proposal_template_section, name="proposal_template_section"),
    path("settings/proposals/<int:pk>/", proposal_templates.proposal_template, name="proposal_template"),
    path(
        "settings/proposals/<int:pk>/delete/",
        proposal_templates.proposal_template_delete,
        name="proposal_template_delete",
    ),
]
