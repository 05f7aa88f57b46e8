from django.urls import URLPattern, path

from ryorin.web.alignment import conditions, definition, handoffs, routing, scoring

urlpatterns: list[URLPattern] = [
    path("handoffs/", handoffs.queue, name="handoffs"),
    path("handoffs/answered/", handoffs.answered, name="handoffs_answered"),
    path("handoffs/<int:pk>/", handoffs.page, name="handoff"),
    path("handoffs/<int:pk>/accept/", handoffs.accept, name="handoff_accept"),
    path("handoffs/<int:pk>/send-back/", handoffs.send_back, name="handoff_send_back"),
    path("handoffs/<int:pk>/reassign/", handoffs.reassign, name="handoff_reassign"),
    path("people/<int:pk>/axle/", handoffs.person_axle, name="person_axle"),
    path("people/<int:pk>/offer/", handoffs.offer, name="handoff_offer"),
    path("scoring/", scoring.page, name="scoring"),
    path("scoring/new/", scoring.new, name="score_rule_new"),
    path("scoring/<int:pk>/", scoring.rule, name="score_rule"),
    path("scoring/<int:pk>/move/", scoring.move, name="score_rule_move"),
    path("scoring/<int:pk>/delete/", scoring.delete, name="score_rule_delete"),
    path("definition/", definition.page, name="definition"),
    path("definition/propose/", definition.propose, name="definition_propose"),
    path("definition/<int:pk>/agree/", definition.agree_to, name="definition_agree"),
    path("definition/<int:pk>/withdraw/", definition.withdraw, name="definition_withdraw"),
    path("routing/", routing.page, name="routing"),
    path("routing/new/", routing.new, name="routing_rule_new"),
    path("routing/<int:pk>/", routing.rule, name="routing_rule"),
    path("routing/<int:pk>/move/", routing.move, name="routing_rule_move"),
    path("routing/<int:pk>/delete/", routing.delete, name="routing_rule_delete"),
    path("routing/reasons/new/", routing.new_reason, name="send_back_reason_new"),
    path("routing/reasons/<int:pk>/", routing.reason, name="send_back_reason"),
    path("conditions/builder/", conditions.builder, name="condition_builder"),
    path("conditions/preview/", conditions.preview, name="condition_preview"),
]
