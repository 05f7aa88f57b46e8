"""The forecast as its page shows it: months against targets, parts of a period, the commits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.db.models import Max, Sum

from ryorin.lib.fiscal import Period, months_of, period_of, year_before
from ryorin.sales.deals.models import Deal, Yomi
from ryorin.sales.forecast.models import Commit, CommitSide, Quota, YomiMeaning
from ryorin.sales.forecast.queries.learned import learned_by
from ryorin.sales.forecast.queries.sums import Key, deals_of, open_cells, planned_by_month, won_by_month
from ryorin.sales.forecast.rules.learning import HORIZON, Learned
from ryorin.sales.forecast.rules.outlook import Drawn, Expected, Span, drawn, means_of, together
from ryorin.sales.forecast.rules.seasons import place_of
from ryorin.sales.forecast.rules.yomi import DEFAULTS, Meaning
from ryorin.workspace.members.models import Member, Scope
from ryorin.workspace.organisation.queries import current

NAMES = (Yomi.A, Yomi.B, Yomi.C)


@dataclass(frozen=True)
class Line:
    """One month, or one part of a period; minor units. `expected` is won plus forecast, None for past months only."""

    won: int
    expected: int
    low: int | None = None
    high: int | None = None
    from_open: int = 0
    from_new: int = 0
    target: int | None = None
    by_yomi: Mapping[str, int] = field(default_factory=dict)
    naive: int = 0
    weighted: int = 0
    year_before: int | None = None
    rep: int | None = None
    manager: int | None = None

    @property
    def gap(self) -> int | None:
        """How far the forecast lies above the target; below it, negative."""
        return None if self.target is None else self.expected - self.target

    @property
    def share(self) -> float | None:
        return self.won / self.target if self.target else None


@dataclass(frozen=True)
class Board:
    months: list[tuple[Period, Line]]
    total: Line
    learned: Learned


def board(
    member: Member, period: Period, *, today: date, targets: Mapping[date, int], with_year_before: bool = True
) -> Board:
    """Return the months of the period and the period as a whole, of the deals that the member sees."""
    rows, months, learned = deals_of(member), months_of(period), learned_for(member, today)
    won = won_by_month(rows, months)
    ago = won_by_month(rows, months_of(year_before(period))) if with_year_before else {}
    planned = planned_by_month(rows, months, today=today)
    ahead = [month for month in months if month.end > today]
    spans = [span_of(learned, month, today=today, won=won.get((None, month.start), 0)) for month in ahead]
    futures = dict(zip([month.start for month in ahead], drawn(learned, open_cells(rows), spans), strict=True))
    commits, chances = committed(members_seen(member), months), probabilities()
    lines = []
    for month in months:
        one = futures.get(month.start)
        parts = {yomi: planned.get((None, month.start, yomi)) for yomi in ("", *Yomi.values)}
        brought = won.get((None, month.start), 0)
        said = [commits.get(side, {}).get(month.start) for side in CommitSide.values]
        lines.append(
            (
                month,
                line_of(
                    brought,
                    together([one]) if one else None,
                    target=targets.get(month.start),
                    by_yomi={yomi: found.amount for yomi, found in parts.items() if found and yomi},
                    naive=brought + sum(found.weighted for found in parts.values() if found),
                    weighted=brought
                    + sum(round(found.amount * chances[yomi]) for yomi, found in parts.items() if found and yomi),
                    year_before=ago.get((None, year_before(month).start)),
                    commits=said,
                ),
            )
        )
    return Board(lines, whole([line for _month, line in lines], list(futures.values())), learned)


def line_of_all(month: Period, learned: Learned, *, today: date) -> Line:
    """Return a month that is not over, of all deals whoever they belong to: what is kept every day."""
    rows = Deal.objects.filter(currency=current().currency)
    won = won_by_month(rows, [month]).get((None, month.start), 0)
    planned = planned_by_month(rows, [month], today=today)
    [one] = drawn(learned, open_cells(rows), [span_of(learned, month, today=today, won=won)])
    naive = won + sum(found.weighted for found in planned.values())
    nothing: dict[str, int] = {}
    return line_of(
        won,
        together([one]),
        target=None,
        by_yomi=nothing,
        naive=naive,
        weighted=0,
        year_before=None,
        commits=(None, None),
    )


def learned_for(member: Member, day: date) -> Learned:
    """Return what was learned; for who does not see all deals, without those that others may open."""
    learned = learned_by(day)
    return learned if member.scope == Scope.ALL else replace(learned, openings={})


def line_of(
    won: int,
    expected: Expected | None,
    *,
    target: int | None,
    by_yomi: Mapping[str, int],
    naive: int,
    weighted: int,
    year_before: int | None,
    commits: Sequence[int | None],
) -> Line:
    """Return a month's line; what is over brings no more than it brought."""
    return Line(
        won=won,
        expected=expected.total if expected else won,
        low=expected.low if expected else None,
        high=expected.high if expected else None,
        from_open=expected.from_open if expected else 0,
        from_new=expected.from_new if expected else 0,
        target=target,
        by_yomi=by_yomi,
        naive=naive,
        weighted=weighted,
        year_before=year_before,
        rep=commits[0],
        manager=commits[1],
    )


def whole(lines: Sequence[Line], futures: Sequence[Drawn]) -> Line:
    """Return the lines as one; the range is that of the months together, smaller than theirs added up."""
    past = sum(line.won for line in lines) - sum(one.won for one in futures)
    ahead = together(futures) if futures else None
    return Line(
        won=sum(line.won for line in lines),
        expected=sum(line.expected for line in lines),
        low=past + ahead.low if ahead else None,
        high=past + ahead.high if ahead else None,
        from_open=sum(line.from_open for line in lines),
        from_new=sum(line.from_new for line in lines),
        target=added(line.target for line in lines),
        by_yomi={yomi: sum(line.by_yomi.get(yomi, 0) for line in lines) for yomi in Yomi.values},
        naive=sum(line.naive for line in lines),
        weighted=sum(line.weighted for line in lines),
        year_before=added(line.year_before for line in lines),
        rep=added(line.rep for line in lines),
        manager=added(line.manager for line in lines),
    )


def parts(member: Member, period: Period, *, by: str, today: date) -> dict[Key, Line]:
    """Return the period by owner, team, pipeline or product; new deals belong to nobody yet and are left out."""
    rows, months, learned = deals_of(member), months_of(period), learned_by(today)
    won, planned = won_by_month(rows, months, by=by), planned_by_month(rows, months, by=by, today=today)
    ago = won_by_month(rows, months_of(year_before(period)), by=by)
    cells = open_cells(rows, by=by)
    expected: dict[Key, float] = {}
    for month in months:
        if month.end > today:
            for key, mean in means_of(learned, cells, span_of(learned, month, today=today, won=0)).items():
                expected[key] = expected.get(key, 0.0) + mean
    targets, said, chances = quotas(period, by=by), commits_by(member, months, by=by), probabilities()
    keys: set[Key] = {place[0] for place in won} | {place[0] for place in planned}
    keys |= expected.keys() | targets.keys() | said.keys()
    lines: dict[Key, Line] = {}
    for key in keys:
        brought = sum(amount for (one, _month), amount in won.items() if one == key)
        mine = {place: found for place, found in planned.items() if place[0] == key}
        lines[key] = Line(
            won=brought,
            expected=brought + round(expected.get(key, 0.0)),
            from_open=round(expected.get(key, 0.0)),
            target=targets.get(key),
            by_yomi={
                yomi: sum(found.amount for (_key, _month, one), found in mine.items() if one == yomi)
                for yomi in Yomi.values
            },
            naive=brought + sum(found.weighted for found in mine.values()),
            weighted=brought + sum(round(found.amount * chances[one]) for (_k, _m, one), found in mine.items() if one),
            year_before=added(amount for (one, _month), amount in ago.items() if one == key),
            rep=said.get(key, {}).get(CommitSide.REP),
            manager=said.get(key, {}).get(CommitSide.MANAGER),
        )
    return lines


def span_of(learned: Learned, month: Period, *, today: date, won: int) -> Span:
    """Return the days of a month that lie ahead, with its season."""
    season = learned.seasons[place_of(month.start, start_month=current().fiscal_start_month)]
    start, end = (month.start - today).days, (month.end - today).days
    return Span(min(max(start, 0), HORIZON), min(max(end, 0), HORIZON), season, won)


def probabilities() -> dict[str, float]:
    """Return what each ヨミ counts as, 0..1."""
    return {meaning.yomi: meaning.probability / 100 for meaning in meanings()}


def meanings() -> list[Meaning]:
    """Return what each ヨミ means here; a fresh installation's words where nobody chose others."""
    kept = {row.yomi: row for row in YomiMeaning.objects.all()}
    return [
        Meaning(row.yomi, row.meaning, row.probability, row.version) if (row := kept.get(default.yomi)) else default
        for default in DEFAULTS
    ]


def members_seen(member: Member) -> list[int]:
    """Return whose commits the member may read: those whose deals they see."""
    rows = Member.objects.filter(is_active=True)
    if member.scope == Scope.TEAM and member.team_id:
        rows = rows.filter(team_id=member.team_id)
    elif member.scope != Scope.ALL:
        rows = rows.filter(pk=member.pk)
    return list(rows.values_list("pk", flat=True))


def committed(members: Sequence[int], months: Sequence[Period]) -> dict[str, dict[date, int]]:
    """Return by side and month what the members committed to, added up."""
    found: dict[str, dict[date, int]] = {}
    for commit in newest_commits(members, months):
        of_side = found.setdefault(commit.side, {})
        of_side[commit.month] = of_side.get(commit.month, 0) + commit.amount
    return found


def commits_by(member: Member, months: Sequence[Period], *, by: str) -> dict[Key, dict[str, int]]:
    """Return by owner or team what was committed to in the months; nothing for other parts."""
    if by not in ("owner", "team"):
        return {}
    members = members_seen(member)
    teams = dict(Member.objects.filter(pk__in=members).values_list("pk", "team_id"))
    found: dict[Key, dict[str, int]] = {}
    for commit in newest_commits(members, months):
        of_key = found.setdefault(commit.member_id if by == "owner" else teams.get(commit.member_id), {})
        of_key[commit.side] = of_key.get(commit.side, 0) + commit.amount
    return found


def newest_commits(members: Sequence[int], months: Sequence[Period]) -> list[Commit]:
    """Return the commits that count: the last of each member, month and side."""
    if not months:
        return []
    rows = Commit.objects.filter(month__gte=months[0].start, month__lt=months[-1].end, member_id__in=members)
    last = rows.order_by().values("month", "member_id", "side").annotate(last=Max("pk")).values("last")
    return list(Commit.objects.filter(pk__in=last))


def commits_of(member: Member, month: date) -> list[Commit]:
    """Return what was committed to for a member in a month, newest first."""
    rows = Commit.objects.filter(member=member, month=month).select_related("by")
    return list(rows.order_by("-pk")[:50])


def quotas(period: Period, *, by: str) -> dict[Key, int]:
    """Return what each owner, team or product is to win in the period; a team, what its members are."""
    path = {"owner": "member_id", "team": "member__team_id", "product": "product_id"}.get(by)
    if path is None:
        return {}
    rows = Quota.objects.filter(month__gte=period.start, month__lt=period.end)
    rows = rows.filter(product__isnull=False) if by == "product" else rows.filter(member__isnull=False)
    return {key: int(amount) for key, amount in rows.order_by().values_list(path).annotate(sum=Sum("amount"))}


def quotas_by_month(member: Member, months: Sequence[Period]) -> dict[date, int]:
    """Return what those whose deals the member sees are to win, by month."""
    rows = Quota.objects.filter(month__gte=months[0].start, month__lt=months[-1].end)
    rows = rows.filter(member_id__in=members_seen(member)).order_by()
    return {month: int(amount) for month, amount in rows.values_list("month").annotate(sum=Sum("amount"))}


def quota_grid(year: Period, *, of: str) -> dict[int, dict[date, int]]:
    """Return the quotas of a year by member or product, then month."""
    path = "product_id" if of == "product" else "member_id"
    rows = Quota.objects.filter(month__gte=year.start, month__lt=year.end, **{f"{path}__isnull": False})
    found: dict[int, dict[date, int]] = {}
    for key, month, amount in rows.values_list(path, "month", "amount"):
        found.setdefault(key, {})[month] = amount
    return found


def added(values: Iterable[int | None]) -> int | None:
    """Return the sum of what is known; None where nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def month_of(day: date) -> Period:
    return period_of(day)
