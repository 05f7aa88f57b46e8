from django.urls import URLPattern, URLResolver, path

from ryorin.web.sales import calendar, calendar_appointments, calendar_feed, next_actions, today

urlpatterns: list[URLPattern | URLResolver] = [
    path("next-actions/", next_actions.next_actions, name="next_actions"),
    path("next-actions/plan/", next_actions.next_action_plan, name="next_action_plan"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/visits/", today.visits, name="visits"),
    path("calendar/new/", calendar_appointments.appointment_new, name="appointment_new"),
    path("calendar/clashes/", calendar_appointments.appointment_clashes, name="appointment_clashes"),
    path("calendar/feed/", calendar_feed.calendar_feed, name="calendar_feed"),
    path("calendar/feed/stop/", calendar_feed.calendar_feed_stop, name="calendar_feed_stop"),
    path("calendar/feed/<str:secret>.ics", calendar_feed.calendar_feed_file, name="calendar_feed_file"),
    path("calendar/<int:pk>/", calendar_appointments.appointment, name="appointment"),
    path("calendar/<int:pk>/edit/", calendar_appointments.appointment_edit, name="appointment_edit"),
    path("calendar/<int:pk>/move/", calendar_appointments.appointment_move, name="appointment_move"),
    path("calendar/<int:pk>/finish/", calendar_appointments.appointment_finish, name="appointment_finish"),
    path("calendar/<int:pk>/cancel/", calendar_appointments.appointment_cancel, name="appointment_cancel"),
    path("calendar/<int:pk>/replan/", calendar_appointments.appointment_replan, name="appointment_replan"),
    path("calendar/<int:pk>/invitation.ics", calendar_feed.appointment_invitation, name="appointment_invitation"),
]
