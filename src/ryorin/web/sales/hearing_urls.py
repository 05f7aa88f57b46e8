from django.urls import URLPattern, URLResolver, path

from ryorin.web.sales import case, hearing, hearing_lists, hearing_sheets, stage_rules

urlpatterns: list[URLPattern | URLResolver] = [
    path("hearings/", hearing_lists.hearings, name="hearings"),
    path("hearings/answers/", hearing_lists.hearing_answer_list, name="hearing_answer_list"),
    path("hearings/new/", hearing.hearing_new, name="hearing_new"),
    path("hearings/<int:pk>/", hearing.hearing, name="hearing"),
    path("hearings/<int:pk>/answers/", hearing.hearing_answers, name="hearing_answers"),
    path("hearings/<int:pk>/history/", hearing.hearing_history, name="hearing_history"),
    path("hearings/<int:pk>/finish/", hearing.hearing_finish, name="hearing_finish"),
    path("hearings/<int:pk>/reopen/", hearing.hearing_reopen, name="hearing_reopen"),
    path("hearings/<int:pk>/delete/", hearing.hearing_delete, name="hearing_delete"),
    path("deals/<int:pk>/case/<str:name>/", case.deal_case, name="deal_case"),
    path("deals/<int:pk>/missing/", stage_rules.deal_missing, name="deal_missing"),
    path("settings/hearing-sheets/", hearing_sheets.hearing_sheets, name="hearing_sheets"),
    path("settings/hearing-sheets/row/", hearing_sheets.hearing_sheet_row, name="hearing_sheet_row"),
    path("settings/hearing-sheets/<int:pk>/", hearing_sheets.hearing_sheet, name="hearing_sheet"),
    path("settings/hearing-sheets/<int:pk>/retire/", hearing_sheets.hearing_sheet_retire, name="hearing_sheet_retire"),
    path("settings/hearing-sheets/<int:pk>/revive/", hearing_sheets.hearing_sheet_revive, name="hearing_sheet_revive"),
    path("settings/stages/<int:pk>/rules/", stage_rules.stage_rules, name="stage_rules"),
]
