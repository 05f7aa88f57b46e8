from django.urls import URLPattern, URLResolver, path

from ryorin.web.insight import funnel, goals, home, metrics, rows

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("funnel", funnel.page, name="funnel"),
    path("funnel/people", rows.funnel_people, name="funnel_people"),
    path("goals", goals.board, name="goals"),
    path("goals/targets", goals.targets, name="goals_targets"),
    path("goals/targets/<str:name>", goals.target, name="goal_target"),
    path("metrics/<str:name>", metrics.metric, name="metric"),
    path("metrics/<str:name>/rows", rows.metric_rows, name="metric_rows"),
]
