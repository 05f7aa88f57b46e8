"""What the company aims at and what its months cost: goals from the company down to people, costs, surveys."""

import random
from datetime import date, datetime, timedelta
from decimal import Decimal

from ryorin.alignment.goals.actions import plan_reviews, review_goal, set_goal, share_out
from ryorin.alignment.goals.models import Goal, Level, Rhythm
from ryorin.alignment.goals.queries import targets_in, this_year
from ryorin.alignment.goals.rules import Subject
from ryorin.alignment.observations.actions import note_observation
from ryorin.alignment.spending.actions import Spent, record_spending
from ryorin.demo.prospects import TOKYO
from ryorin.demo.staff import Staff
from ryorin.insight.metrics.queries import by_part, total
from ryorin.lib import clock
from ryorin.lib.fiscal import period_of, year_before
from ryorin.workspace.audit import actions as audit

MORE = 1.12
HEADS = {"marketing": 4, "inside": 1, "sales1": 4, "sales2": 2}
A_HEAD, TRAVEL, GUESTS, SYSTEMS = 62_000, 9_000, 4_500, 38_000  # of the people's time that goes into new customers
AIMS = ("leads", "qualified_leads", "accepted_leads", "first_orders", "revenue", "won_value", "activities")
REGIONS = 4
SURVEYS = (
    ("brand_awareness", 330, "0.182", "業界誌アンケート（製造業500社）"),
    ("brand_awareness", 150, "0.214", "業界誌アンケート（製造業500社）"),
    ("market_share", 300, "0.061", "業界団体の出荷統計から推計"),
    ("market_share", 120, "0.066", "業界団体の出荷統計から推計"),
)


def aim_and_spend(staff: Staff, *, now: datetime) -> None:
    """This function will enter what two years of months cost, what surveys said, and goals at every level."""
    today, dice = now.astimezone(TOKYO).date(), random.Random(53)
    with audit.together():
        spend(staff, dice, today=today)
        for metric, back, value, source in SURVEYS:
            note_observation(
                metric, today - timedelta(days=back), Decimal(value), source=source, by=staff.administrator
            )
        aim(staff, today=today)


def spend(staff: Staff, dice: random.Random, *, today: date) -> None:
    """This function will enter the costs of the last 24 full months."""
    month, figures = period_of(today), []
    for _each in range(24):
        month = period_of(month.start - timedelta(days=1))
        for key, heads in HEADS.items():
            team = staff.teams[key].pk
            season = 1.25 if month.start.month in (3, 9, 11) else 1.0
            out = TRAVEL * heads * season * dice.uniform(0.8, 1.2) * (0.4 if key in ("marketing", "inside") else 1.0)
            figures.append(Spent(month.start, team, "people", A_HEAD * heads))
            figures.append(Spent(month.start, team, "travel", int(round(out, -2))))
            if key.startswith("sales"):
                guests = GUESTS * heads * season * dice.uniform(0.5, 1.3)
                figures.append(Spent(month.start, team, "entertainment", int(round(guests, -2))))
        figures.append(Spent(month.start, None, "systems", SYSTEMS, note="両輪のサーバーと会計ソフト"))
    record_spending(figures, by=staff.administrator)


def aim(staff: Staff, *, today: date) -> None:
    """This function will set the goals of the quarter from last year's, share them out, and look at one again."""
    tamura, year = staff.members["tamura"], this_year(today)
    quarter = period_of(today, grain="quarter")
    ago, last = year_before(quarter), year_before(year)
    known, whole = targets_in(quarter), targets_in(year)
    with clock.frozen(datetime(year.start.year, year.start.month, 5, 9, tzinfo=TOKYO)):
        for name in AIMS:
            before = max(total(name, ago.start, ago.end) or 0, (total(name, last.start, last.end) or 0) / 4)
            wish = Decimal(round(known[name])) if name in known else rounded(before * MORE)
            if wish:
                goal = set_goal(name, quarter, wish, by=tamura)
                if goal is not None:
                    plan_reviews(goal, Rhythm.MONTHLY, by=tamura)
                    if name in ("revenue", "won_value", "activities"):
                        share_out(
                            goal, Level.TEAM, by=tamura, keys=[staff.teams["sales1"].pk, staff.teams["sales2"].pk]
                        )
        if "revenue" in whole:
            set_goal("revenue", year, Decimal(round(whole["revenue"])), by=tamura)
        aim_at_regions(staff, quarter_start=quarter.start)
    goal = Goal.objects.filter(metric="leads", grain="quarter", level=Level.COMPANY).first()
    if goal is not None:
        with clock.frozen(datetime(today.year, today.month, 1, 10, tzinfo=TOKYO)):
            review_goal(goal, by=tamura, reason="秋の展示会の出展を続けるため、目標はこのままとします。")


def aim_at_regions(staff: Staff, *, quarter_start: date) -> None:
    """This function will aim at a little more leads in the prefectures that brought most a year ago."""
    quarter = period_of(quarter_start, grain="quarter")
    ago = year_before(quarter)
    found = {key: one.of for key, one in by_part("leads", ago.start, ago.end, breakdown="prefecture").items() if key}
    for key in sorted(found, key=lambda one: (-found[one], str(one)))[:REGIONS]:
        set_goal(
            "leads", quarter, rounded(found[key] * MORE), by=staff.members["okada"], subject=Subject(Level.REGION, key)
        )


def rounded(value: float) -> Decimal:
    """Return a number with two figures that matter."""
    return Decimal(max(round(value, -max(len(str(int(value))) - 2, 0)), 0)).to_integral_value()
