from django.urls import URLPattern, URLResolver, path

from ryorin.web.marketing import campaigns, costs, links

urlpatterns: list[URLPattern | URLResolver] = [
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/new", campaigns.campaign_new, name="campaign_new"),
    path("campaigns/<int:pk>", campaigns.campaign, name="campaign"),
    path("campaigns/<int:pk>/edit", campaigns.campaign_edit, name="campaign_edit"),
    path("campaigns/<int:pk>/numbers", campaigns.campaign_numbers, name="campaign_numbers"),
    path("campaigns/<int:pk>/costs", costs.campaign_costs, name="campaign_costs"),
    path("campaigns/<int:pk>/links", links.campaign_link_new, name="campaign_link_new"),
    path("links/<int:pk>/qr.<slug:kind>", links.campaign_link_qr, name="campaign_link_qr"),
    path("l/<slug:code>", links.link, name="link"),
]
