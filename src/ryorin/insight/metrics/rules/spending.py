"""What winning customers costs: campaigns by day, people, travel, entertainment and systems by month and team."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from ryorin.insight.metrics.rules.customers import PROFIT_A_MONTH
from ryorin.insight.metrics.rules.language import BY_SOURCE, Label, Measure, Metric, Tables, Unit
from ryorin.insight.metrics.rules.rows import costs_of_campaigns

if TYPE_CHECKING:
    import ibis.expr.types as ir

KINDS: tuple[tuple[str, Label], ...] = (
    ("people", _("人件費")),
    ("travel", _("旅費交通費")),
    ("entertainment", _("接待交際費")),
    ("systems", _("システム費")),
)


def spent_on(kind: str) -> Callable[[Tables], "ir.Table"]:
    """Return the entered costs of one kind, each on the first day of its month."""

    def rows(tables: Tables) -> "ir.Table":
        spending = tables("spending")
        return spending.filter(spending.kind == kind)

    return rows


def expenses(*, acquiring: bool) -> Callable[[Tables], "ir.Table"]:
    """Return the costs of campaigns and those entered by month as rows of one table, told apart by `uid`."""

    def rows(tables: Tables) -> "ir.Table":
        import ibis

        ads, spending = costs_of_campaigns(tables), tables("spending")
        if acquiring:
            spending = spending.filter(spending.acquires)
        first: Any = ads.select(
            uid=ibis.literal("cost:").concat(ads.id.cast("string")),
            day=ads.day,
            amount=ads.amount,
            channel=ads.channel,
            campaign_id=ads.campaign_id,
        )
        second = spending.select(
            uid=ibis.literal("spending:").concat(spending.id.cast("string")),
            day=spending.month,
            amount=spending.amount,
            channel=ibis.null("string"),
            campaign_id=ibis.null("int64"),
        )
        united: ir.Table = first.union(second)
        return united

    return rows


def amount(rows: "ir.Table") -> Any:
    return rows.amount.sum()


def metrics(costs: Measure, customers: Measure) -> tuple[Metric, ...]:
    """Return the metrics of what is spent, over the campaigns' costs and the customers won."""
    expense: dict[str, Any] = {
        "at": "day",
        "is_date": True,
        "total": amount,
        "record_type": "expense",
        "record_id": "uid",
        "tables": ("costs", "campaigns", "spending"),
    }
    acquisition = Measure(
        name="acquisition_costs", rows=expenses(acquiring=True), by=BY_SOURCE, apart=dict(costs.apart), is_daily=False,
        **expense,
    )  # fmt: skip
    everything = Measure(name="total_costs", rows=expenses(acquiring=False), is_daily=False, **expense)
    return (
        *(metric_of(kind, label) for kind, label in KINDS),
        Metric(
            name="total_costs",
            label=_("費用の合計"),
            sentence=_("施策費用と、月ごとに入力した人件費・旅費交通費・接待交際費・システム費・そのほかの費用の合計"),
            unit=Unit.MONEY,
            of=everything,
            up_is_good=None,
            wheel="axle",
        ),
        Metric(
            name="cac",
            label=_("顧客獲得単価（CAC）"),
            sentence=_(
                "獲得費用 ÷ 獲得顧客数。獲得費用は、施策費用と、月ごとに入力した費用のうち"
                "「獲得費用に含める」もの（未入力の費用は入りません）。施策・チャネル別は施策費用だけ"
            ),
            unit=Unit.MONEY,
            of=acquisition,
            per=customers,
            up_is_good=False,
            wheel="axle",
        ),
        Metric(
            name="cac_payback",
            label=_("CACの回収期間"),
            sentence=_(
                "獲得費用 ÷ 期間中に初めて注文した顧客の1か月あたり粗利"
                "（初回注文から最長12か月の実績。原価の分からない明細は売上のまま数える）"
            ),
            unit=Unit.MONTHS,
            of=acquisition,
            per=PROFIT_A_MONTH,
            up_is_good=False,
            wheel="axle",
        ),
    )


def metric_of(kind: str, label: Label) -> Metric:
    """Return the metric of one kind of entered cost; by team it is for those who see what was entered: the team may be
    one person, and the cost what that person is paid.
    """
    return Metric(
        name=f"{kind}_costs",
        label=label,
        sentence=_("月ごとに入力または取り込んだ費用の合計（月の初日に数える）"),
        unit=Unit.MONEY,
        of=Measure(
            name=f"{kind}_costs",
            rows=spent_on(kind),
            at="month",
            is_date=True,
            is_daily=False,
            total=amount,
            record_type="spending",
            tables=("spending",),
            by={"team": "team_id"},
        ),
        up_is_good=None,
        wheel="axle",
        parts_verb="spending.read",
    )
