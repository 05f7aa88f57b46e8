"""What customers bring: first orders and repeat ones, who stays, what one is worth, how content they are."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from ryorin.insight.metrics.rules.language import BY_SOURCE, Measure, Metric, Tables, Unit, by_team
from ryorin.insight.metrics.rules.rows import count

if TYPE_CHECKING:
    import ibis.expr.types as ir

YEAR, MONTH, DAY = 365 * 86_400, 30.4375 * 86_400, 86_400  # seconds


def orders_of_customers(tables: Tables) -> "ir.Table":
    """Return the orders with `buyer` (the company, else the person) and where the person once came from."""
    import ibis

    orders, people = tables("orders"), tables("people")
    known = people.select(
        who=people.id,
        prefecture=people.prefecture,
        source=people.source_channel,
        source_campaign=people.source_campaign_id,
    )
    joined = orders.left_join(known, orders.person_id == known.who)
    buyer = ibis.coalesce(
        ibis.literal("c").concat(joined.company_id.cast("string")),
        ibis.literal("p").concat(joined.person_id.cast("string")),
    )
    return joined.mutate(buyer=buyer, channel=joined.source, campaign_id=joined.source_campaign)


def orders_in_turn(*, first: bool) -> Callable[[Tables], "ir.Table"]:
    """Return each buyer's first order, or all the others; what nobody is known for counts among the others."""

    def rows(tables: Tables) -> "ir.Table":
        import ibis

        found = orders_of_customers(tables)
        turn = ibis.row_number().over(group_by=[found.buyer, found.is_return], order_by=[found.ordered_at, found.id])
        ranked: Any = found.mutate(turn_=turn)
        is_first = (ranked.turn_ == 0) & ~ranked.is_return & ranked.buyer.notnull()
        return ranked.filter(is_first if first else ~is_first)

    return rows


def purchases_a_year_ago(tables: Tables) -> "ir.Table":
    """Return the days on which somebody bought, each a year later, with whether they bought again in between."""
    import ibis

    found = orders_of_customers(tables)
    found = found.filter(~found.is_return & found.buyer.notnull()).mutate(day_=found.ordered_at.date())
    days = found.group_by("buyer", "day_").agg(id=found.id.min(), seconds_=found.ordered_at.epoch_seconds().min())
    again: Any = days.seconds_.lead().over(group_by=days.buyer, order_by=days.day_)
    looked = days.mutate(is_back=((again - days.seconds_) <= YEAR).fill_null(False))
    return looked.mutate(at=(looked.seconds_ + YEAR).as_timestamp("s").cast(ibis.dtype("timestamp('UTC')")))


def profits_of_new(tables: Tables) -> "ir.Table":
    """Return each buyer's first order with the gross profit a month that the buyer brought since, for up to a year.

    A line without a known cost counts in full. The months are those until the newest order of all, at least one.
    """
    import ibis

    firsts, orders = orders_in_turn(first=True)(tables), orders_of_customers(tables)
    lines, products = tables("order_lines"), tables("products")
    costs = products.select(which=products.id, each=products.cost)
    priced = lines.left_join(costs, lines.product_id == costs.which)
    profit = priced.amount - (priced.each.fill_null(0) * priced.quantity).cast("int64")
    by_order = priced.mutate(profit_=profit).group_by("order_id").agg(profit_=ibis._.profit_.sum())
    given = orders.left_join(by_order, orders.id == by_order.order_id)
    sign = ibis.ifelse(given.is_return & (given.profit_ > 0), -1, 1)
    known = given.profit_.isnull()
    bought = given.select(
        by_=given.buyer,
        when_=given.ordered_at.epoch_seconds(),
        brought_=ibis.ifelse(known, given.net, given.profit_ * sign),
    )
    newest: Any = orders.ordered_at.epoch_seconds().max().as_scalar()
    start = firsts.mutate(since_=firsts.ordered_at.epoch_seconds(), newest_=newest)
    both = start.left_join(
        bought, [start.buyer == bought.by_, bought.when_ >= start.since_, bought.when_ < start.since_ + YEAR]
    )
    found = both.group_by("id", "ordered_at", "since_", "newest_").agg(brought_=both.brought_.sum())
    months = ((found.newest_ - found.since_) / MONTH).clip(1, 12)
    return found.mutate(monthly=found.brought_ / months)


def values_of_people(tables: Tables) -> "ir.Table":
    values, people = tables("person_values").rename(person_id="id"), tables("people")
    known = people.select(
        who=people.id,
        channel=people.source_channel,
        campaign_id=people.source_campaign_id,
        prefecture=people.prefecture,
        owner_id=people.owner_id,
    )
    joined = values.left_join(known, values.person_id == known.who)
    return joined.filter(joined.lifetime.notnull())


def satisfactions(tables: Tables) -> "ir.Table":
    return tables("satisfactions")


def net(rows: "ir.Table") -> Any:
    return rows.net.sum()


ORDER: dict[str, Any] = {
    "at": "ordered_at",
    "record_type": "order",
    "tables": ("orders", "people"),
    "by": {**BY_SOURCE, "prefecture": "prefecture", "owner": "owner_id"},
}
FIRSTS = by_team(Measure(name="first_orders", rows=orders_in_turn(first=True), total=count, **ORDER))
FIRST_VALUE = by_team(Measure(name="new_revenue", rows=orders_in_turn(first=True), total=net, **ORDER))
REPEAT_VALUE = by_team(Measure(name="repeat_revenue", rows=orders_in_turn(first=False), total=net, **ORDER))
PROFIT_A_MONTH = Measure(
    name="profit_a_month",
    rows=profits_of_new,
    at="ordered_at",
    total=lambda rows: rows.monthly.sum(),
    is_daily=False,
    record_type="order",
    tables=("orders", "people", "order_lines", "products"),
)
STAY: dict[str, Any] = {
    "rows": purchases_a_year_ago,
    "at": "at",
    "is_daily": False,
    "record_type": "order",
    "tables": ("orders", "people"),
}
STAYED = Measure(name="customers_back", total=lambda rows: rows.buyer.nunique(where=rows.is_back), **STAY)
BOUGHT = Measure(name="customers_a_year_ago", total=lambda rows: rows.buyer.nunique(), **STAY)
VALUE: dict[str, Any] = {
    "rows": values_of_people,
    "at": "first_on",
    "is_date": True,
    "is_daily": False,
    "record_type": "person",
    "record_id": "person_id",
    "tables": ("person_values", "people"),
    "by": {**BY_SOURCE, "prefecture": "prefecture", "owner": "owner_id"},
}
LIFETIME = Measure(name="lifetime_values", total=lambda rows: rows.lifetime.sum(), **VALUE)
VALUED = Measure(name="people_valued", total=count, **VALUE)
ANSWER: dict[str, Any] = {
    "rows": satisfactions,
    "at": "at",
    "record_type": "satisfaction",
    "tables": ("satisfactions",),
    "by": {"owner": "owner_id"},
}
SCORES = Measure(name="satisfaction_scores", total=lambda rows: rows.score.sum(), **ANSWER)
ANSWERS = Measure(name="satisfaction_answers", total=count, **ANSWER)

METRICS = (
    Metric(
        name="first_orders",
        label=_("新規の成約数"),
        sentence=_("期間中に初めて注文した顧客の数（会社、会社がなければ人で数える）"),
        unit=Unit.COUNT,
        of=FIRSTS,
        wheel="harvest",
    ),
    Metric(
        name="new_revenue",
        label=_("新規の売上"),
        sentence=_("顧客ごとの初回注文の金額の合計（税抜）"),
        unit=Unit.MONEY,
        of=FIRST_VALUE,
        wheel="harvest",
    ),
    Metric(
        name="repeat_revenue",
        label=_("リピートの売上"),
        sentence=_("2回目からの注文の金額の合計（税抜、返品を差し引く。顧客の分からない注文を含む）"),
        unit=Unit.MONEY,
        of=REPEAT_VALUE,
        wheel="harvest",
    ),
    Metric(
        name="retention",
        label=_("顧客の継続率"),
        sentence=_("1年前の同じ期間に購入した顧客のうち、その後12か月以内にまた購入した割合"),
        unit=Unit.RATE,
        of=STAYED,
        per=BOUGHT,
        wheel="harvest",
    ),
    Metric(
        name="cltv",
        label=_("顧客生涯価値（CLTV）"),
        sentence=_("期間中に初めて購入した人の、見込まれる顧客生涯価値の平均（購買分析で計算した人だけ）"),
        unit=Unit.MONEY,
        of=LIFETIME,
        per=VALUED,
        wheel="axle",
    ),
    Metric(
        name="satisfaction",
        label=_("顧客満足度"),
        sentence=_("アフターフォローで聞いた満足度（1〜5）の平均"),
        unit=Unit.SCORE,
        of=by_team(SCORES),
        per=by_team(ANSWERS),
        wheel="axle",
    ),
)
