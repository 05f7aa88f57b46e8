from django.urls import URLPattern, URLResolver, path

from ryorin.web.workspace import (
    audit,
    company,
    first_run,
    language,
    members,
    notifications,
    profile,
    system,
    teams,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("welcome/", first_run.first_run, name="first_run"),
    path("language/", language.language, name="language"),
    path("profile/", profile.profile, name="profile"),
    path("settings/", company.settings, name="settings"),
    path("settings/place/", company.place, name="settings_place"),
    path("settings/website/", company.website, name="website"),
    path("settings/members/", members.members, name="members"),
    path("settings/members/new/", members.member_new, name="member_new"),
    path("settings/members/<int:pk>/", members.member, name="member"),
    path("settings/members/<int:pk>/password/", members.member_password, name="member_password"),
    path("settings/members/<int:pk>/second-factor/", members.member_second_factor, name="member_second_factor"),
    path("settings/members/<int:pk>/deactivate/", members.member_deactivate, name="member_deactivate"),
    path("settings/members/<int:pk>/reactivate/", members.member_reactivate, name="member_reactivate"),
    path("settings/teams/", teams.teams, name="teams"),
    path("settings/teams/<int:pk>/", teams.team, name="team"),
    path("settings/teams/<int:pk>/delete/", teams.team_delete, name="team_delete"),
    path("settings/audit/", audit.audit, name="audit"),
    path("settings/audit/verify/", audit.audit_verify, name="audit_verify"),
    path("settings/system/", system.system, name="system"),
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/latest/", notifications.latest, name="notifications_latest"),
    path("notifications/read/", notifications.read, name="notifications_read"),
    path("notifications/<int:pk>/", notifications.notification, name="notification"),
]
