from django.urls import URLPattern, URLResolver, path

from ryorin.web.marketing import personas, personas_editing

urlpatterns: list[URLPattern | URLResolver] = [
    path("personas/", personas.personas, name="personas"),
    path("personas/new/", personas_editing.persona_new, name="persona_new"),
    path("personas/<int:pk>/", personas.persona, name="persona"),
    path("personas/<int:pk>/edit/", personas_editing.persona_edit, name="persona_edit"),
    path("personas/<int:pk>/agree/", personas_editing.persona_agree, name="persona_agree"),
    path("personas/<int:pk>/refresh/", personas_editing.persona_refresh, name="persona_refresh"),
    path("personas/<int:pk>/show/", personas_editing.persona_show_facts, name="persona_show_facts"),
    path("personas/<int:pk>/delete/", personas_editing.persona_delete, name="persona_delete"),
    path("personas/<int:pk>/facts/<int:fact>/", personas.persona_people, name="persona_people"),
    path("personas/<int:pk>/facts/<int:fact>/hide/", personas_editing.persona_hide_fact, name="persona_hide_fact"),
    path("personas/<int:pk>/paper/", personas.persona_paper, name="persona_paper"),
    path("personas/<int:pk>/picture/", personas.persona_picture, name="persona_picture"),
]
