"""What the sellers think of their open deals: ヨミ, dates that slip, commits; what they are to win this year."""

import random
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Sum

from ryorin.alignment.goals.actions import QUOTA, spread_goal
from ryorin.alignment.goals.models import Level
from ryorin.alignment.goals.rules import Subject
from ryorin.demo.prospects import TOKYO
from ryorin.demo.staff import Staff
from ryorin.lib import clock
from ryorin.lib.fiscal import period_of, year_before
from ryorin.sales.deals.actions import change_deal
from ryorin.sales.deals.models import Deal, DealState
from ryorin.sales.forecast.actions import commit, learn_daily
from ryorin.sales.forecast.queries import parts
from ryorin.workspace.audit import actions as audit

MORE = 1.12
SMALLEST = 500_000  # who has nothing to win this month commits to nothing
OWN_WORDS = (
    "内示をもらっている分は確実です。",
    "大口の一件が月内に決まるかどうかです。",
    "来月へ延びそうな商談が一件あります。",
    "",
)
MANAGERS_WORDS = ("大口は来月とみて、堅めに置きます。", "Bの2件を一緒に追います。", "")


def forecast_deals(staff: Staff, *, now: datetime) -> None:
    """This function will give open deals their ヨミ, let some slip, set quotas, and let everybody commit."""
    dice = random.Random(71)
    today = now.astimezone(TOKYO).date()
    with audit.together():
        judge_deals(dice, now)
        year = period_of(today, grain="year")
        last = year_before(year)
        for seller in staff.sellers:
            brought = Deal.objects.filter(owner=seller, state=DealState.WON, closed_at__date__gte=last.start)
            usual = brought.filter(closed_at__date__lt=last.end).aggregate(sum=Sum("amount"))["sum"] or 0
            if usual:
                wish = Decimal(int(round(usual * MORE, -6)))
                spread_goal(QUOTA, year, wish, by=staff.members["tamura"], subject=Subject(Level.PERSON, seller.pk))
    learn_daily()
    month = period_of(today)
    lines = parts(staff.administrator, month, by="owner", today=today)
    for seller in staff.sellers:
        line = lines.get(seller.pk)
        if line is None:
            continue
        own = round(line.expected * dice.uniform(0.95, 1.2), -5)
        if own < SMALLEST:
            continue
        with clock.frozen(now - timedelta(days=6)):
            commit(seller, month.start, int(own * 1.05), by=seller, comment=OWN_WORDS[1])
        with clock.frozen(now - timedelta(days=2)):
            commit(seller, month.start, int(own), by=seller, comment=dice.choice(OWN_WORDS))
        with clock.frozen(now - timedelta(days=1)):
            words = dice.choice(MANAGERS_WORDS)
            commit(seller, month.start, int(round(own * 0.9, -5)), by=staff.members["tamura"], comment=words)


def judge_deals(dice: random.Random, now: datetime) -> None:
    """This function will give each open deal the ヨミ that its stage suggests; one in six slips by some weeks."""
    for deal in Deal.objects.filter(state=DealState.OPEN).select_related("stage", "owner").order_by("pk"):
        chance = deal.stage.probability + dice.randint(-20, 20)
        yomi = "a" if chance >= 70 else "b" if chance >= 45 else "c" if chance >= 10 else "x"
        with clock.frozen(max(deal.opened_at, now - timedelta(days=dice.randint(3, 12)))):
            deal = change_deal(deal, by=deal.owner, version=None, yomi=yomi)
        if dice.random() < 0.17 and deal.expected_close_on:
            with clock.frozen(max(deal.updated_at, now - timedelta(days=dice.randint(1, 5)))):
                later = deal.expected_close_on + timedelta(days=dice.choice([14, 21, 30]))
                change_deal(deal, by=deal.owner, version=None, expected_close_on=later)
