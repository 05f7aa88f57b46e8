"""What the two sides of the demo company promise each other, who has time, and which leads a journey looks after."""

from datetime import datetime, timedelta
from decimal import Decimal

from ryorin.alignment.agreements.actions import propose_agreement, sign_agreement
from ryorin.alignment.agreements.rules import Vow
from ryorin.alignment.handoffs.actions import (
    create_routing_rule,
    move_routing_rule,
    set_capacity,
    set_what_follows,
)
from ryorin.alignment.handoffs.models import HowToRoute, RoutingRule, SendBackReason
from ryorin.demo.staff import Staff
from ryorin.lib import clock
from ryorin.marketing.journeys import actions as journeys
from ryorin.marketing.journeys.models import Journey, Reentry
from ryorin.marketing.journeys.rules.drawing import Card, Drawing

SMALL = 100_000  # yen: what the company sells without a visit
HOURS = {"sato": "12", "takagi": "10", "ishii": "8", "kondo": "10", "murata": "6.5", "ono": "16"}
SIGNED = timedelta(days=70)
LATER = ("予算なし", "時期尚早")
WAIT = {"mode": "for", "amount": 14, "unit": "days"}


def agree_on_service(staff: Staff, *, now: datetime) -> None:
    """This function will sign an agreement, set the hours of reps, and send small and postponed leads into journeys."""
    tamura, okada = staff.members["tamura"], staff.members["okada"]
    with clock.frozen(now - SIGNED):
        vows = [Vow("volume", 12), Vow("quality", 65), Vow("answer", 90, 3), Vow("contact", 80, 9)]
        made = propose_agreement(vows, rhythm="month", note="返事の遅れをなくすため", by=okada)
        sign_agreement(made, by=okada, side="marketing")
        sign_agreement(made, by=tamura, side="sales")
    for name, hours in HOURS.items():
        set_capacity(staff.members[name], Decimal(hours), by=tamura)
    route_small_ones(staff)
    later = journey(staff, "時期を待つリード", "予算や時期が合わなかった方と、つながり続ける")
    for reason in SendBackReason.objects.filter(name__in=LATER):
        set_what_follows(reason, by=tamura, journey=later, rest_days=90)


def route_small_ones(staff: Staff) -> None:
    """This function will put a rule before the teams': small interest that needs nobody goes into a journey."""
    wish = {"field": "interest_price", "op": "lt", "value": SMALL}
    alone = {"field": "interest_needs_person", "op": "is", "value": False}
    rule = create_routing_rule(
        by=staff.administrator,
        name="少額の商品はデジタルで",
        condition={"all": [wish, alone]},
        how=HowToRoute.JOURNEY,
        journey=journey(staff, "少額商品のご案内", "測定工具や消耗品を、オンラインで買っていただく"),
        hours=3,
    )
    for _rule in range(RoutingRule.objects.filter(how=HowToRoute.ROUND_ROBIN).count()):
        move_routing_rule(rule, by=staff.administrator, up=True)


def journey(staff: Staff, name: str, goal: str) -> Journey:
    """Return a running journey: two weeks of quiet, then a few points for who is still there."""
    mei = staff.members["mei"]
    drawing = Drawing({"kind": "hand"}, (Card("a1", "wait", WAIT), Card("a2", "score", {"points": 5})))
    made = journeys.create_journey(name=name, goal=goal, drawing=drawing, by=mei)
    journeys.change_settings(
        made, by=mei, version=None, name=name, goal=goal, reentry=Reentry.AFTER_DAYS, reentry_days=30
    )
    journeys.publish(made, by=mei, version=None)
    return Journey.objects.get(pk=made.pk)
