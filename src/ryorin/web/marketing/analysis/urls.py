from django.urls import URLPattern, URLResolver, path

from ryorin.web.marketing.analysis import baskets, cohorts, customers, groups, lifetime, panel, rfm, settings

urlpatterns: list[URLPattern | URLResolver] = [
    path("analysis/", rfm.analysis, name="analysis"),
    path("analysis/cohorts/", cohorts.analysis_cohorts, name="analysis_cohorts"),
    path("analysis/cohorts/customers/", cohorts.analysis_cohort, name="analysis_cohort"),
    path("analysis/lifetime/", lifetime.analysis_lifetime, name="analysis_lifetime"),
    path("analysis/groups/", groups.analysis_groups, name="analysis_groups"),
    path("analysis/baskets/", baskets.analysis_baskets, name="analysis_baskets"),
    path("analysis/baskets/customers/", baskets.analysis_pair, name="analysis_pair"),
    path("analysis/customers/", customers.analysis_customers, name="analysis_customers"),
    path("analysis/settings/", settings.analysis_settings, name="analysis_settings"),
    path("analysis/compute/", settings.analysis_compute, name="analysis_compute"),
    path("people/<int:pk>/value/", panel.person_value, name="person_value"),
    path("companies/<int:pk>/value/", panel.company_value, name="company_value"),
]
