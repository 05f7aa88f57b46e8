from django.urls import path

from ryorin.web.sales import aftercare, aftercare_lists, aftercare_plans

urlpatterns = [
    path("aftercare/", aftercare.aftercare, name="aftercare"),
    path("aftercare/steps/<int:pk>/", aftercare.aftercare_step, name="aftercare_step"),
    path("aftercare/steps/<int:pk>/skip/", aftercare.aftercare_step_skip, name="aftercare_step_skip"),
    path("aftercare/steps/<int:pk>/move/", aftercare.aftercare_step_move, name="aftercare_step_move"),
    path("aftercare/runs/<int:pk>/", aftercare.aftercare_run, name="aftercare_run"),
    path("aftercare/runs/<int:pk>/stop/", aftercare.aftercare_stop, name="aftercare_stop"),
    path("aftercare/of/<str:kind>/<int:pk>/", aftercare.aftercare_panel, name="aftercare_panel"),
    path("aftercare/of/<str:kind>/<int:pk>/start/", aftercare.aftercare_start, name="aftercare_start"),
    path("aftercare/of/<str:kind>/<int:pk>/satisfaction/", aftercare.satisfaction_new, name="satisfaction_new"),
    path("aftercare/quiet/", aftercare_lists.aftercare_quiet, name="aftercare_quiet"),
    path("aftercare/quiet/<int:pk>/call/", aftercare_lists.aftercare_call, name="aftercare_call"),
    path("aftercare/renewals/", aftercare_lists.aftercare_renewals, name="aftercare_renewals"),
    path("aftercare/voices/", aftercare_lists.aftercare_voices, name="aftercare_voices"),
    path("aftercare/plans/", aftercare_plans.aftercare_plans, name="aftercare_plans"),
    path("aftercare/plans/<int:pk>/", aftercare_plans.aftercare_plan, name="aftercare_plan"),
    path("aftercare/plans/<int:pk>/use/", aftercare_plans.aftercare_plan_use, name="aftercare_plan_use"),
    path("aftercare/plans/<int:pk>/delete/", aftercare_plans.aftercare_plan_delete, name="aftercare_plan_delete"),
    path("aftercare/plans/<int:pk>/order/", aftercare_plans.aftercare_plan_order, name="aftercare_plan_order"),
    path("aftercare/plans/<int:pk>/steps/", aftercare_plans.aftercare_plan_step_new, name="aftercare_plan_step_new"),
    path("aftercare/plan-steps/<int:pk>/", aftercare_plans.aftercare_plan_step, name="aftercare_plan_step"),
    path(
        "aftercare/plan-steps/<int:pk>/delete/",
        aftercare_plans.aftercare_plan_step_delete,
        name="aftercare_plan_step_delete",
    ),
    path(
        "aftercare/plan-steps/<int:pk>/shift/",
        aftercare_plans.aftercare_plan_step_shift,
        name="aftercare_plan_step_shift",
    ),
]
