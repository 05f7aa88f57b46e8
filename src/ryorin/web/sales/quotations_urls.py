from django.urls import URLPattern, URLResolver, path

from ryorin.web.sales import offers, quotations, quotations_bargaining, quotations_editor, quotations_sending

urlpatterns: list[URLPattern | URLResolver] = [
    path("quotations/", quotations.quotations, name="quotations"),
    path("deals/<int:pk>/quotations/new/", quotations.quotation_new, name="quotation_new"),
    path("deals/<int:pk>/negotiations/export/", quotations_bargaining.negotiations_export, name="negotiations_export"),
    path("quotations/<int:pk>/", quotations.quotation, name="quotation"),
    path("quotations/<int:pk>/edit/", quotations_editor.quotation_edit, name="quotation_edit"),
    path("quotations/<int:pk>/totals/", quotations_editor.quotation_totals, name="quotation_totals"),
    path("quotations/<int:pk>/line/", quotations_editor.quotation_line, name="quotation_line"),
    path("quotations/<int:pk>/price/", quotations_editor.quotation_price, name="quotation_price"),
    path("quotations/<int:pk>/find/", quotations_editor.quotation_find_product, name="quotation_find_product"),
    path("quotations/<int:pk>/pdf/<int:revision>/", quotations.quotation_pdf, name="quotation_pdf"),
    path("quotations/<int:pk>/compare/", quotations.quotation_compare, name="quotation_compare"),
    path("quotations/<int:pk>/revise/", quotations.quotation_revise, name="quotation_revise"),
    path("quotations/<int:pk>/discard/", quotations.quotation_discard, name="quotation_discard"),
    path("quotations/<int:pk>/approval/", quotations_sending.quotation_approval, name="quotation_approval"),
    path("quotations/<int:pk>/send/", quotations_sending.quotation_send, name="quotation_send"),
    path("quotations/<int:pk>/link/", quotations_sending.quotation_link, name="quotation_link"),
    path(
        "quotations/<int:pk>/links/withdraw/",
        quotations_sending.quotation_links_withdraw,
        name="quotation_links_withdraw",
    ),
    path("quotations/<int:pk>/negotiations/new/", quotations_bargaining.negotiation_new, name="negotiation_new"),
    path("negotiations/<int:pk>/", quotations_bargaining.negotiation, name="negotiation"),
    path("quotations/<int:pk>/counter/", quotations_bargaining.quotation_counter, name="quotation_counter"),
    path(
        "quotations/<int:pk>/counter/apply/",
        quotations_bargaining.quotation_counter_apply,
        name="quotation_counter_apply",
    ),
    path("offers/<str:token>/", offers.offer, name="offer"),
    path("offers/<str:token>/pdf/", offers.offer_pdf, name="offer_pdf"),
    path("offers/<str:token>/accept/", offers.offer_accept, name="offer_accept"),
    path("offers/<str:token>/decline/", offers.offer_decline, name="offer_decline"),
    path("offers/<str:token>/ask/", offers.offer_ask, name="offer_ask"),
]
