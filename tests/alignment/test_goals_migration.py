"""Targets and quotas of earlier versions, set before goals were one thing."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import StateApps

from ryorin.sales.forecast.models import Quota
from ryorin.workspace.members.models import Member

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE, AFTER = [("alignment_goals", "0001_initial")], [("alignment_goals", "0002_goals")]
SET_AT = datetime(2026, 3, 1, 3, tzinfo=UTC)


@pytest.fixture
def before() -> Iterator[StateApps]:
    """Yield the tables as they were before goals; all newest again afterwards."""
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    yield executor.loader.project_state(BEFORE).apps
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_targets_and_quotas_become_goals_with_who_set_them_and_targets_come_back(
    sato: Member, before: StateApps
) -> None:
    target = before.get_model("alignment_goals", "Target")
    facts = {"set_by_id": sato.pk, "updated_at": SET_AT}
    target.objects.create(metric="won_value", month=date(2026, 12, 1), value=Decimal(3_000_000), **facts)
    target.objects.create(metric="acceptance_rate", month=date(2026, 4, 1), value=Decimal("0.625"), **facts)
    Quota.objects.create(month=date(2026, 4, 1), member=sato, amount=1_200_000, **facts)

    executor = MigrationExecutor(connection)
    executor.migrate(AFTER)
    goal = executor.loader.project_state(AFTER).apps.get_model("alignment_goals", "Goal")
    told = goal.objects.order_by("pk").values_list("metric", "grain", "start", "end", "subject", "member_id", "value")
    assert list(told) == [
        ("won_value", "month", date(2026, 12, 1), date(2027, 1, 1), "company", None, Decimal(3_000_000)),
        ("acceptance_rate", "month", date(2026, 4, 1), date(2026, 5, 1), "company", None, Decimal("0.625")),
        ("won_value", "month", date(2026, 4, 1), date(2026, 5, 1), f"person:{sato.pk}", sato.pk, Decimal(1_200_000)),
    ]  # fmt: skip
    events = {(event.kind, event.by_id, event.at) for one in goal.objects.all() for event in one.events.all()}
    assert events == {("carried", sato.pk, SET_AT)}
    assert Quota.objects.count() == 1  # the forecast keeps showing what a person is to win

    MigrationExecutor(connection).migrate(BEFORE)
    back = target.objects.order_by("month").values_list("metric", "month", "value", "set_by_id", "updated_at")
    assert list(back) == [
        ("acceptance_rate", date(2026, 4, 1), Decimal("0.625"), sato.pk, SET_AT),
        ("won_value", date(2026, 12, 1), Decimal(3_000_000), sato.pk, SET_AT),
    ]
