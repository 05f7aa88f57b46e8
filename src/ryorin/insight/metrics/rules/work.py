"""What sales does: activities, and contracts signed."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from ryorin.insight.metrics.rules.language import Measure, Metric, Tables, Unit, by_prefecture, by_team
from ryorin.insight.metrics.rules.rows import count

if TYPE_CHECKING:
    import ibis.expr.types as ir


def activities(tables: Tables) -> "ir.Table":
    return tables("activities")


def signed(tables: Tables) -> "ir.Table":
    contracts = tables("contracts")
    return contracts.filter(contracts.signed_at.notnull())


def measure(name: str, rows: Any, *, at: str, record_type: str, table: str) -> Measure:
    """Return the count of rows of a table that have an owner and a person."""
    found = Measure(
        name=name, rows=rows, at=at, total=count, record_type=record_type, tables=(table,), by={"owner": "owner_id"}
    )
    return by_team(by_prefecture(found))


METRICS = (
    Metric(
        name="activities",
        label=_("活動数"),
        sentence=_("電話・訪問・商談・メールなど、記録した営業活動の数"),
        unit=Unit.COUNT,
        of=measure("activities", activities, at="at", record_type="activity", table="activities"),
        wheel="harvest",
    ),
    Metric(
        name="contracts_signed",
        label=_("契約数"),
        sentence=_("期間中に締結した契約の数"),
        unit=Unit.COUNT,
        of=measure("contracts_signed", signed, at="signed_at", record_type="contract", table="contracts"),
        wheel="harvest",
    ),
)
