from django.urls import URLPattern, URLResolver, path

from ryorin.web.marketing import segments, segments_comparing, segments_editing, segments_tasks

urlpatterns: list[URLPattern | URLResolver] = [
    path("segments/", segments.segments, name="segments"),
    path("segments/new/", segments_editing.segment_new, name="segment_new"),
    path("segments/preview/", segments_editing.segment_preview, name="segment_preview"),
    path("segments/compare/", segments_comparing.segments_compare, name="segments_compare"),
    path("segments/<int:pk>/", segments.segment, name="segment"),
    path("segments/<int:pk>/changes/", segments.segment_changes, name="segment_changes"),
    path("segments/<int:pk>/edit/", segments_editing.segment_edit, name="segment_edit"),
    path("segments/<int:pk>/archive/", segments_editing.segment_archive, name="segment_archive"),
    path("segments/<int:pk>/delete/", segments_editing.segment_delete, name="segment_delete"),
    path("segments/<int:pk>/take-out/", segments_editing.segment_take_out, name="segment_take_out"),
    path("people/tasks/", segments_tasks.people_tasks, name="people_tasks"),
]
