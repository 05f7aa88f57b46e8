from django.urls import URLPattern, URLResolver, path

from ryorin.web.alignment.meetings import agenda, decisions, lists, meeting, minutes, presenting, series

urlpatterns: list[URLPattern | URLResolver] = [
    path("meetings/", lists.meetings, name="meetings"),
    path("meetings/series/new/", series.series_new, name="meeting_series_new"),
    path("meetings/series/<int:pk>/", series.series_edit, name="meeting_series"),
    path("meetings/series/<int:pk>/running/", series.series_running, name="meeting_series_running"),
    path("meetings/series/<int:pk>/add/", series.series_add, name="meeting_series_add"),
    path("meetings/<int:pk>/", meeting.meeting, name="meeting"),
    path("meetings/<int:pk>/refresh/", meeting.refresh, name="meeting_refresh"),
    path("meetings/<int:pk>/send/", meeting.send, name="meeting_send"),
    path("meetings/<int:pk>/close/", meeting.close, name="meeting_close"),
    path("meetings/<int:pk>/move/", meeting.move, name="meeting_move"),
    path("meetings/<int:pk>/cancel/", meeting.cancel, name="meeting_cancel"),
    path("meetings/<int:pk>/attendance/", meeting.attendance, name="meeting_attendance"),
    path("meetings/<int:pk>/letters/<int:letter>/again/", meeting.letter_again, name="meeting_letter_again"),
    path("meetings/<int:pk>/items/new/", agenda.item_new, name="meeting_item_new"),
    path("meetings/<int:pk>/items/<int:item>/", agenda.item_edit, name="meeting_item"),
    path("meetings/<int:pk>/items/<int:item>/<str:deed>/", agenda.item_deed, name="meeting_item_deed"),
    path("meetings/<int:pk>/sections/<int:section>/<str:deed>/", agenda.section_deed, name="meeting_section_deed"),
    path("meetings/<int:pk>/minutes/", minutes.minutes, name="meeting_minutes"),
    path("meetings/<int:pk>/blocks/", minutes.blocks, name="meeting_blocks"),
    path("meetings/<int:pk>/decisions/new/", decisions.decision_new, name="meeting_decision_new"),
    path("meetings/<int:pk>/decisions/<int:decision>/", decisions.decision_edit, name="meeting_decision"),
    path("meetings/<int:pk>/decisions/<int:decision>/drop/", decisions.decision_drop, name="meeting_decision_drop"),
    path("meetings/<int:pk>/present/", presenting.present, name="meeting_present"),
    path("meetings/<int:pk>/pdf/", presenting.pdf, name="meeting_pdf"),
    path("meetings/<int:pk>/pptx/", presenting.pptx, name="meeting_pptx"),
]
