from django.urls import URLPattern, path

from ryorin.web.marketing.journeys import cards, drawing, limits, listing, people, running, simulating, webhooks

urlpatterns: list[URLPattern] = [
    path("journeys/", listing.journeys, name="journeys"),
    path("journeys/new/", listing.journey_new, name="journey_new"),
    path("journeys/<int:pk>/", listing.journey, name="journey"),
    path("journeys/<int:pk>/settings/", listing.journey_settings, name="journey_settings"),
    path("journeys/<int:pk>/copy/", listing.journey_copy, name="journey_copy"),
    path("journeys/<int:pk>/delete/", listing.journey_delete, name="journey_delete"),
    path("journeys/<int:pk>/draw/", drawing.journey_draw, name="journey_draw"),
    path("journeys/<int:pk>/draw/add/", drawing.card_add, name="journey_card_add"),
    path("journeys/<int:pk>/draw/move/", drawing.card_move, name="journey_card_move"),
    path("journeys/<int:pk>/draw/remove/", drawing.card_remove, name="journey_card_remove"),
    path("journeys/<int:pk>/draw/undo/", drawing.journey_undo, name="journey_undo"),
    path("journeys/<int:pk>/cards/<slug:key>/", cards.card, name="journey_card"),
    path("journeys/<int:pk>/cards/<slug:key>/arms/<int:arm>/", cards.arm, name="journey_arm"),
    path("journeys/<int:pk>/switch/", running.journey_switch, name="journey_switch"),
    path("journeys/<int:pk>/publish/", running.journey_publish, name="journey_publish"),
    path("journeys/<int:pk>/move/<int:number>/", running.journey_move, name="journey_move"),
    path("journeys/<int:pk>/people/", people.journey_people, name="journey_people"),
    path("journeys/enter/", people.journey_enter, name="journey_enter"),
    path("journeys/passages/<int:pk>/", people.passage, name="journey_passage"),
    path("people/<int:pk>/journeys/", people.person_journeys, name="person_journeys"),
    path("journeys/<int:pk>/simulate/", simulating.journey_simulate, name="journey_simulate"),
    path("journeys/simulations/<int:pk>/", simulating.simulation, name="journey_simulation"),
    path("journeys/simulations/<int:pk>/cancel/", simulating.simulation_cancel, name="journey_simulation_cancel"),
    path("settings/contact-limits/", limits.contact_limits, name="contact_limits"),
    path("settings/webhooks/", webhooks.webhooks, name="webhooks"),
    path("settings/webhooks/new/", webhooks.webhook_new, name="webhook_new"),
    path("settings/webhooks/<int:pk>/", webhooks.webhook, name="webhook"),
    path("settings/webhooks/calls/<int:pk>/again/", webhooks.webhook_call_again, name="webhook_call_again"),
]
