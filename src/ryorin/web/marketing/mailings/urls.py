from django.urls import URLPattern, URLResolver, path

from ryorin.web.marketing.mailings import delivery, listing, people, report, running, writing

urlpatterns: list[URLPattern | URLResolver] = [
    path("mailings/", listing.mailings, name="mailings"),
    path("mailings/compare/", listing.compare, name="mailings_compare"),
    path("mailings/new/", writing.mailing_new, name="mailing_new"),
    path("mailings/<int:pk>/", report.mailing, name="mailing"),
    path("mailings/<int:pk>/edit/", writing.mailing_edit, name="mailing_edit"),
    path("mailings/<int:pk>/progress/", report.progress, name="mailing_progress"),
    path("mailings/<int:pk>/after/", report.after, name="mailing_after"),
    path("mailings/<int:pk>/people/", people.people, name="mailing_people"),
    path("mailings/<int:pk>/confirm/", running.confirm, name="mailing_confirm"),
    path("mailings/<int:pk>/pause/", running.pause, name="mailing_pause"),
    path("mailings/<int:pk>/resume/", running.resume, name="mailing_resume"),
    path("mailings/<int:pk>/cancel/", running.cancel, name="mailing_cancel"),
    path("mailings/<int:pk>/duplicate/", running.duplicate, name="mailing_duplicate"),
    path("mailings/<int:pk>/delete/", running.delete, name="mailing_delete"),
    path("mailings/<int:pk>/winner/", running.winner, name="mailing_winner"),
    path("mailings/people/<int:pk>/decide/", running.decide, name="mailing_decide"),
    path("settings/delivery/", delivery.delivery, name="mail_delivery"),
    path("settings/delivery/try/", delivery.attempt, name="mail_delivery_try"),
    path("settings/delivery/here/", delivery.here, name="mail_delivery_here"),
    path("settings/delivery/pace/", delivery.pace, name="mail_delivery_pace"),
    path("settings/delivery/topics/", delivery.topics, name="mail_delivery_topics"),
    path("settings/delivery/address/", delivery.address, name="mail_delivery_address"),
]
