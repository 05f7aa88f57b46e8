"""What no system counts and somebody finds out now and then: brand awareness, market share."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from ryorin.insight.metrics.rules.language import Label, Measure, Metric, Tables, Unit
from ryorin.insight.metrics.rules.rows import count

if TYPE_CHECKING:
    import ibis.expr.types as ir

SENTENCE = _("期間中に入力した観測値の平均（調査など、日付・出典つき）")


def observed(name: str) -> Callable[[Tables], "ir.Table"]:
    """Return the dated observations of one metric."""

    def rows(tables: Tables) -> "ir.Table":
        found = tables("observations")
        return found.filter(found.metric == name)

    return rows


def metric(name: str, label: Label, *, wheel: str) -> Metric:
    """Return the metric of what was observed: the sum over how many, so that every grain is an average."""
    shared: dict[str, Any] = {
        "rows": observed(name),
        "at": "day",
        "is_date": True,
        "is_daily": False,
        "record_type": "observation",
        "tables": ("observations",),
    }
    return Metric(
        name=name,
        label=label,
        sentence=SENTENCE,
        unit=Unit.RATE,
        of=Measure(name=name, total=lambda rows: rows.value.sum(), **shared),
        per=Measure(name=f"{name}_times", total=count, **shared),
        wheel=wheel,
    )


METRICS = (
    metric("brand_awareness", _("ブランド認知度"), wheel="sow"),
    metric("market_share", _("市場シェア"), wheel="axle"),
)
OBSERVED = tuple(one.name for one in METRICS)
