from django.urls import URLPattern, URLResolver, path

from ryorin.web.sales.approach import calls, letters, lists, outcomes, results, visits

urlpatterns: list[URLPattern | URLResolver] = [
    path("approach/", lists.approach_lists, name="approach_lists"),
    path("approach/new/<str:about>/", lists.approach_new, name="approach_new"),
    path("approach/preview/<str:about>/", lists.approach_preview, name="approach_preview"),
    path("approach/results/", results.approach_results, name="approach_results"),
    path("approach/results/people/", results.approach_attempts, name="approach_attempts"),
    path("approach/<int:pk>/", lists.approach_list, name="approach_list"),
    path("approach/<int:pk>/edit/", lists.approach_edit, name="approach_edit"),
    path("approach/<int:pk>/state/", lists.approach_state, name="approach_state"),
    path("approach/<int:pk>/fill/", lists.approach_fill, name="approach_fill"),
    path("approach/<int:pk>/next/", calls.approach_next, name="approach_next"),
    path("approach/<int:pk>/put/<int:target>/", lists.approach_put, name="approach_put"),
    path("approach/<int:pk>/take/<int:target>/", calls.approach_take, name="approach_take"),
    path("approach/<int:pk>/call/<int:target>/", calls.approach_call, name="approach_call"),
    path("approach/<int:pk>/skip/<int:target>/", calls.approach_skip, name="approach_skip"),
    path("approach/<int:pk>/hours/<int:target>/", calls.approach_hours, name="approach_hours"),
    path("approach/<int:pk>/visits/", visits.approach_visits, name="approach_visits"),
    path("approach/<int:pk>/visits/<int:target>/", visits.approach_visit, name="approach_visit"),
    path("approach/<int:pk>/letters/", letters.approach_letters, name="approach_letters"),
    path("approach/<int:pk>/labels/", letters.approach_labels, name="approach_labels"),
    path("approach/<int:pk>/addresses/", letters.approach_addresses, name="approach_addresses"),
    path("approach/<int:pk>/posted/", letters.approach_posted, name="approach_posted"),
    path("settings/approach/", outcomes.approach_outcomes, name="approach_outcomes"),
    path("settings/approach/new/", outcomes.approach_outcome_new, name="approach_outcome_new"),
    path("settings/approach/<int:pk>/", outcomes.approach_outcome_change, name="approach_outcome_change"),
    path("companies/<int:pk>/calls/", calls.company_calls, name="company_calls"),
]
