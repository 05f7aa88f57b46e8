from django.urls import URLPattern, URLResolver, include, path

from ryorin.web.marketing import answers, campaigns, costs, forms, links, public

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("ryorin.web.marketing.mail.urls")),
    path("", include("ryorin.web.marketing.analysis.urls")),
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/new", campaigns.campaign_new, name="campaign_new"),
    path("campaigns/<int:pk>", campaigns.campaign, name="campaign"),
    path("campaigns/<int:pk>/edit", campaigns.campaign_edit, name="campaign_edit"),
    path("campaigns/<int:pk>/approval/", campaigns.campaign_approval, name="campaign_approval"),
    path("campaigns/<int:pk>/numbers", campaigns.campaign_numbers, name="campaign_numbers"),
    path("campaigns/<int:pk>/costs", costs.campaign_costs, name="campaign_costs"),
    path("campaigns/<int:pk>/links", links.campaign_link_new, name="campaign_link_new"),
    path("links/<int:pk>/qr.<slug:kind>", links.campaign_link_qr, name="campaign_link_qr"),
    path("forms/", forms.forms, name="forms"),
    path("forms/new", forms.form_new, name="form_new"),
    path("forms/question", forms.form_question, name="form_question"),
    path("forms/<int:pk>", forms.form_edit, name="form_edit"),
    path("forms/<int:pk>/publish", forms.form_publish, name="form_publish"),
    path("forms/<int:pk>/close", forms.form_close, name="form_close"),
    path("forms/<int:pk>/preview", forms.form_preview, name="form_preview"),
    path("forms/<int:pk>/qr.<slug:kind>", forms.form_qr, name="form_qr"),
    path("forms/<int:pk>/answers", forms.form_answers, name="form_answers"),
    path("forms/<int:pk>/answers.csv", answers.form_answers_file, name="form_answers_file"),
    path("forms/answers/<int:pk>/accept", forms.form_answer_accept, name="form_answer_accept"),
    path("f/<slug:slug>/", public.form_public, name="form_public"),
    path("f/<slug:slug>/answer", public.form_answer, name="form_answer"),
    path("l/<slug:code>", links.link, name="link"),
]
