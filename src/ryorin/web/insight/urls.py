from django.urls import URLPattern, URLResolver, path

from ryorin.web.insight import funnel, goal_pages, goals, home, metrics, observations, rows, spending, tree

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("funnel", funnel.page, name="funnel"),
    path("funnel/people", rows.funnel_people, name="funnel_people"),
    path("goals", goals.board, name="goals"),
    path("goals/targets", goals.targets, name="goals_targets"),
    path("goals/targets/<str:name>", goals.target, name="goal_target"),
    path("goals/list", goal_pages.goal_list, name="goal_list"),
    path("goals/new", goal_pages.goal_new, name="goal_new"),
    path("goals/tree", tree.page, name="kpi_tree"),
    path("goals/<int:pk>", goal_pages.goal, name="goal"),
    path("goals/<int:pk>/review", goal_pages.goal_review, name="goal_review"),
    path("goals/<int:pk>/rhythm", goal_pages.goal_rhythm, name="goal_rhythm"),
    path("goals/<int:pk>/share", goal_pages.goal_share, name="goal_share"),
    path("spending", spending.page, name="spending"),
    path("spending/cell", spending.spending_cell, name="spending_cell"),
    path("observations", observations.page, name="observations"),
    path("observations/<int:pk>/remove", observations.remove, name="observation_remove"),
    path("metrics/<str:name>", metrics.metric, name="metric"),
    path("metrics/<str:name>/rows", rows.metric_rows, name="metric_rows"),
]
