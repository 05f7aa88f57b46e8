"""Making the demo company: plan, people, three years of life, traffic, and the desks of today."""

import random
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import translation

from ryorin.alignment.learning.actions import keep_learning
from ryorin.alignment.scoring.actions import rescore
from ryorin.customers.purchases.models import Order
from ryorin.demo.aftercare import follow_customers, notice_quiet
from ryorin.demo.agreements import agree_on_service
from ryorin.demo.approaches import approach_people
from ryorin.demo.approvals import arrange_approvals, fill_approvals
from ryorin.demo.calendars import fill_calendars
from ryorin.demo.catalogue import agree_on_terms, fill_catalogue
from ryorin.demo.contracts import sign_contracts
from ryorin.demo.errors import HomeNotEmpty
from ryorin.demo.feedback import learn_from_sales
from ryorin.demo.forecasts import forecast_deals
from ryorin.demo.goals import aim_and_spend
from ryorin.demo.hearings import hear_customers
from ryorin.demo.journeys import send_on_journeys
from ryorin.demo.life import Life
from ryorin.demo.mailings import mail_people
from ryorin.demo.mails import write_messages
from ryorin.demo.media import compare_creatives, run_media
from ryorin.demo.meetings import hold_meetings
from ryorin.demo.pages import build_site
from ryorin.demo.plan import plan_campaigns, publish_forms
from ryorin.demo.plans import plan_quarters
from ryorin.demo.privacy import keep_privacy
from ryorin.demo.proposals import propose_for_deals
from ryorin.demo.prospects import TOKYO, Prospect, make_firms, make_prospects, touchpoints_of
from ryorin.demo.quotations import quote_deals
from ryorin.demo.segments import draw_personas, group_people
from ryorin.demo.staff import found_company
from ryorin.demo.today import fill_desks, set_targets
from ryorin.demo.traffic import passers_by
from ryorin.demo.values import buy_supplies, value_customers
from ryorin.insight.lake.actions import append_touchpoints, catch_up
from ryorin.lib import clock
from ryorin.marketing.campaigns.actions import settle_states
from ryorin.sales.deals.models import Deal, DealState
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.organisation.queries import is_set_up

PEOPLE, FIRMS_PER_PERSON = 1_500, 5
YEARS = 3
SEED = 20_231_122
ROWS_AT_ONCE = 60_000


@translation.override("ja")
@transaction.atomic
def make_demo(*, password: str, people: int = PEOPLE, say: Callable[[str], None] = lambda text: None) -> dict[str, Any]:
    """This function will fill an empty home with the demo company and return what the story came to.

    The same day and the same number of people give the same company. It is there whole or not at all: what reached the
    lake before an interruption is written again, with the same ids, by the next attempt.
    """
    if is_set_up():
        raise HomeNotEmpty()
    now, dice = clock.now(), random.Random(SEED)
    today = now.astimezone(TOKYO).date()
    start = (today - timedelta(days=365 * YEARS)).replace(day=1)
    with clock.frozen(datetime.combine(start, time(9), TOKYO)):
        staff = found_company(password=password)
        fill_catalogue(staff, today=today)
        efforts, on_media = plan_campaigns(staff, dice, start=start, today=today)
        efforts = run_media(staff, efforts, on_media, today=today)
        publish_forms(staff)
    firms = make_firms(dice, max(people // FIRMS_PER_PERSON, 20))
    prospects = make_prospects(dice, firms, efforts, count=people, start=start, today=now)
    say(f"{len(firms)} companies, {len(prospects)} people")
    with audit.together():
        told = Life(staff, dice, now=now).run(prospects)
        buy_supplies(staff, now=now)
    say(f"{told.handoffs} hand-offs, {told.deals} deals, {told.won} won, {told.orders} orders")
    write_history(prospects, passers_by(dice, efforts, start=start, today=now))
    catch_up()
    rescore()
    keep_learning()
    settle_states()
    set_targets(staff, now)
    fill_desks(staff, dice, now)
    approach_people(staff, now=now)
    fill_calendars(staff, now=now)
    hear_customers(staff, now=now)
    agree_on_terms(staff)
    propose_for_deals(now=now)
    arrange_approvals(staff)
    quote_deals(now=now)
    sign_contracts(staff, now=now)
    follow_customers(staff, now=now)
    forecast_deals(staff, now=now)
    fill_approvals(now=now)
    catch_up()
    aim_and_spend(staff, now=now)
    notice_quiet()
    write_messages(staff, now=now)
    compare_creatives(staff, now=now)
    build_site(staff, now=now)
    value_customers()
    group_people(staff, now=now)
    draw_personas(staff, now=now)
    keep_privacy(dice, today=now)
    mail_people(staff, dice, now=now)
    send_on_journeys(staff, now=now)
    agree_on_service(staff, now=now)
    catch_up()
    plan_quarters(staff, now=now)
    hold_meetings(staff, now=now)
    learn_from_sales(staff, now=now)
    told.won, told.orders = Deal.objects.filter(state=DealState.WON).count(), Order.objects.count()
    return {"companies": len(firms), "people": len(prospects), **asdict(told)}


def write_history(prospects: list[Prospect], traffic: Iterable[list[dict[str, Any]]]) -> None:
    """This function will bring what people and passers-by did into the lake."""
    rows = [row for prospect in prospects for row in touchpoints_of(prospect)]
    for month in traffic:
        rows.extend(month)
        if len(rows) > ROWS_AT_ONCE:
            append_touchpoints(rows)
            rows = []
    append_touchpoints(rows)
