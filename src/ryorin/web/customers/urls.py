from django.urls import URLPattern, URLResolver, path

from ryorin.web.customers import companies, consent, orders, people, places, search, undo, voice

urlpatterns: list[URLPattern | URLResolver] = [
    path("people/", people.people, name="people"),
    path("people/new", people.person_new, name="person_new"),
    path("people/likely", people.person_likely, name="person_likely"),
    path("people/<int:pk>", people.person, name="person"),
    path("people/<int:pk>/edit", people.person_edit, name="person_edit"),
    path("people/<int:pk>/delete", people.person_delete, name="person_delete"),
    path("people/<int:pk>/timeline", people.person_timeline, name="person_timeline"),
    path("people/<int:pk>/consent", consent.person_consent, name="person_consent"),
    path("companies/", companies.companies, name="companies"),
    path("companies/new", companies.company_new, name="company_new"),
    path("companies/likely", companies.company_likely, name="company_likely"),
    path("companies/options", companies.company_options, name="company_options"),
    path("companies/<int:pk>", companies.company, name="company"),
    path("companies/<int:pk>/edit", companies.company_edit, name="company_edit"),
    path("companies/<int:pk>/delete", companies.company_delete, name="company_delete"),
    path("companies/<int:pk>/timeline", companies.company_timeline, name="company_timeline"),
    path("needs/", voice.needs, name="needs"),
    path("needs/new/", voice.need_new, name="need_new"),
    path("needs/summary/", voice.needs_summary, name="needs_summary"),
    path("needs/<int:pk>/", voice.need, name="need"),
    path("needs/<int:pk>/delete/", voice.need_delete, name="need_delete"),
    path("orders/", orders.orders, name="orders"),
    path("orders/<int:pk>", orders.order, name="order"),
    path("search", search.search, name="search"),
    path("address", places.address_of_postal_code, name="address_of_postal_code"),
    path("undo/<str:entries>", undo.undo_deletion, name="undo_deletion"),
]
