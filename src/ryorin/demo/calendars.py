"""Calendars and sequences of the sellers: visits that were kept and that are to come, people on their way through."""

import random
from datetime import date, datetime, time, timedelta

from ryorin.customers.people.models import LifecycleStage, Person
from ryorin.demo.prospects import TOKYO
from ryorin.demo.staff import Staff
from ryorin.demo.words import CALL_NOTES, VISIT_NOTES
from ryorin.lib import clock
from ryorin.lib.fiscal import add_business_days
from ryorin.sales.calendar.actions import finish_appointment, plan_appointment
from ryorin.sales.calendar.models import Appointment
from ryorin.sales.calendar.queries import address_of
from ryorin.sales.deals.models import Deal
from ryorin.sales.next_actions.queries import people_without
from ryorin.sales.sequences.actions import advance_sequences, finish_step, make_samples, start_sequence
from ryorin.sales.sequences.models import RunStep, StepState
from ryorin.workspace.members.models import Member

SEED = 20_261_124
DAYS_BACK, DAYS_AHEAD = 3, 6
HOURS = (9, 10, 11, 13, 14, 15, 16)
LINK = "https://meet.example/ryorin-demo"
IN_SEQUENCES = 4
BEGUN_BEFORE = 14  # business days ago the first people started
OUTCOMES = {
    "visited": ("面談できた", "面談できた", "資料を渡した"),
    "met": ("前向き", "検討中", "課題あり"),
    "called": ("話せた", "不在"),
}


def fill_calendars(staff: Staff, *, now: datetime) -> None:
    """This function will give every seller a working week, and some of their people a sequence."""
    dice, today = random.Random(SEED), now.astimezone(TOKYO).date()
    for place, member in enumerate(staff.sellers):
        deals = list(Deal.objects.open().filter(owner=member).select_related("company", "person").order_by("-pk")[:30])
        dice.shuffle(deals)
        for number in range(-DAYS_BACK, DAYS_AHEAD):
            day = add_business_days(today, number)
            hours = sorted(dice.sample(HOURS, dice.choice([1, 2, 2, 3])))
            for hour, deal in zip(hours, dice.sample(deals, min(len(hours), len(deals))), strict=False):
                plan_one(member, deal, datetime.combine(day, time(hour), TOKYO), dice, now)
        meeting = datetime.combine(add_business_days(today, 1), time(17), TOKYO)
        if place == 0:
            with clock.frozen(now):
                plan_appointment(
                    "internal", by=member, title="営業会議", place="会議室A", starts_at=meeting,
                    ends_at=meeting + timedelta(hours=1), members=staff.sellers[:5],
                )  # fmt: skip
    fill_sequences(staff, dice, now=now, today=today)


def plan_one(member: Member, deal: Deal, start: datetime, dice: random.Random, now: datetime) -> Appointment | None:
    """This function will plan one talk about a deal, a few days before; one that is over was kept."""
    if not (deal.person or deal.company) or deal.opened_at > start - timedelta(days=1):
        return None
    kind = dice.choices(["visited", "met", "called"], [5, 3, 2])[0]
    minutes = {"visited": dice.choice([60, 60, 90]), "met": 60, "called": 30}[kind]
    planned_at = max(min(start - timedelta(days=dice.randint(1, 6)), now), deal.opened_at)
    with clock.frozen(planned_at):
        appointment = plan_appointment(
            kind,
            by=member,
            deal=deal,
            starts_at=start,
            ends_at=start + timedelta(minutes=minutes),
            place=address_of(deal.company, deal.person) if kind == "visited" else "",
            online_link=LINK if kind == "met" else "",
        )
    if start + timedelta(minutes=minutes) < now:
        with clock.frozen(start + timedelta(minutes=minutes)):
            note = dice.choice(CALL_NOTES if kind == "called" else VISIT_NOTES)
            finish_appointment(appointment, by=member, outcome=dice.choice(OUTCOMES[kind]), body=note)
    return appointment


def fill_sequences(staff: Staff, dice: random.Random, *, now: datetime, today: date) -> None:
    """This function will let a few people of each seller into the sequences and bring them up to today, day by day."""
    with clock.frozen(now - timedelta(days=60)):
        samples = {one.name: one for one in make_samples(by=staff.administrator)}
    first = add_business_days(today, -BEGUN_BEFORE)
    with clock.frozen(datetime.combine(first, time(9, 30), TOKYO)):
        for member in staff.sellers:
            owned = Person.objects.filter(owner=member, created_at__lt=clock.now()).select_related("owner")
            rows = list(people_without(owned).order_by("-pk")[:IN_SEQUENCES])
            late = [one for one in rows if one.stage in (LifecycleStage.CUSTOMER, LifecycleStage.REPEAT)]
            fresh = [one for one in rows if one not in late]
            for people, name in ((late, "しばらくご無沙汰の顧客"), (fresh, "展示会フォロー")):
                if people and name in samples:
                    start_sequence(samples[name], people, by=member, origin="顧客の一覧から")
    for number in range(-BEGUN_BEFORE, 1, 3):
        at = datetime.combine(add_business_days(today, number), time(9, 40), TOKYO)
        if at > now:
            break
        with clock.frozen(at):
            advance_sequences()
            for row in RunStep.objects.filter(state=StepState.OPEN).select_related("run__owner", "step"):
                if dice.random() < 0.6:
                    outcome = {"mail": "送付した", "call": dice.choice(["話せた", "不在"])}.get(row.step.kind, "")
                    finish_step(row, by=row.run.owner, outcome=outcome)
