"""Three years, one event after the other: leads come, are handed over, answered, worked on, won and lost; customers buy
again. Every step goes through the verb that a member would use, at the moment it happens."""

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count

from ryorin.alignment.handoffs.actions import accept_handoff, escalate_overdue, offer_handoff, send_back_handoff
from ryorin.alignment.handoffs.models import Handoff, SendBackReason
from ryorin.alignment.handoffs.queries import business_time
from ryorin.customers.companies.actions import create_company
from ryorin.customers.companies.models import Company
from ryorin.customers.consent.actions import state_consent
from ryorin.customers.people.actions import create_person, set_scores
from ryorin.customers.people.models import Person
from ryorin.customers.purchases.actions import record_order
from ryorin.customers.purchases.models import Order
from ryorin.demo.plan import CONSENT
from ryorin.demo.prospects import TOKYO, Firm, Prospect, at_work
from ryorin.demo.scores import Scorer
from ryorin.demo.staff import Staff
from ryorin.demo.words import CALL_NOTES, NEEDS, NEXT_ACTIONS, VISIT_NOTES
from ryorin.lib import clock
from ryorin.lib.errors import Refusal
from ryorin.lib.fiscal import add_business_days
from ryorin.sales.activities.actions import log_activity
from ryorin.sales.deals.actions import change_deal, lose_deal, move_deal, set_products, win_deal
from ryorin.sales.deals.actions.products import Line
from ryorin.sales.deals.models import Deal, Stage
from ryorin.sales.deals.queries import lost_reasons
from ryorin.workspace.members.models import Member

Step = Callable[[], None]
SMALL_GOODS = ("LED-2", "NG-150", "MM-25", "ST-3", "CL-10")
BACK = {"情報不足": 5, "時期尚早": 6, "予算なし": 6, "決裁者でない": 3, "対象外": 2, "連絡が取れない": 3, "重複": 1}
LOST = {"予算なし": 5, "競合に決定": 6, "時期尚早": 4, "要件に合わない": 3, "連絡が取れない": 2, "その他": 1}


@dataclass
class Told:
    """What the story came to."""

    leads: int = 0
    handoffs: int = 0
    deals: int = 0
    won: int = 0
    orders: int = 0


class Life:
    """The queue of what happens next, and the verbs that make it happen."""

    def __init__(self, staff: Staff, dice: random.Random, *, now: datetime) -> None:
        self.staff, self.dice, self.now = staff, dice, now
        self.queue: list[tuple[datetime, int, Step]] = []
        self.order = count()
        self.scorer = Scorer()
        self.told = Told()
        self.companies: dict[str, Company] = {}
        self.reasons = {reason.name: reason for reason in SendBackReason.objects.all()}
        self.lost = {reason.name: reason for reason in lost_reasons()}
        self.stages = {pipeline.pk: list(pipeline.stages.all()) for pipeline in staff.pipelines}

    def then(self, at: datetime, step: Step) -> None:
        """This function will let something happen at a moment, if that moment has come yet."""
        if at < self.now:
            heapq.heappush(self.queue, (at, next(self.order), step))

    def run(self, prospects: list[Prospect]) -> Told:
        """This function will let all of it happen, in order of time."""
        for prospect in prospects:
            self.then(prospect.lead_at, lambda prospect=prospect: self.become_lead(prospect))  # type: ignore[misc]
        while self.queue:
            at, _place, step = heapq.heappop(self.queue)
            with clock.frozen(at):
                step()
        escalate_overdue()
        return self.told

    # A lead ---------------------------------------------------------------------------------------------------------

    def become_lead(self, prospect: Prospect) -> None:
        company = self.company_of(prospect.firm)
        campaign = prospect.effort.campaign
        by_form = prospect.effort.by_form
        person = create_person(
            by=None,
            at=prospect.lead_at,
            source_channel=prospect.effort.channel,
            source_campaign_id=campaign.pk if campaign else None,
            source_detail="ウェブフォーム" if by_form else (campaign.name if campaign else ""),
            why="form_submitted" if by_form else "card_exchanged",
            visitor=prospect.visitor if by_form or self.dice.random() < 0.5 else "",
            family_name=prospect.family[0],
            family_kana=prospect.family[1],
            given_name=prospect.given[0],
            given_kana=prospect.given[1],
            email=prospect.email,
            phone=prospect.firm.phone,
            company=company,
            department=prospect.department,
            job_title=prospect.job_title,
            postal_code=prospect.firm.postal_code,
            prefecture=prospect.firm.prefecture,
            city=prospect.firm.city,
        )
        prospect.person_id = person.pk
        self.told.leads += 1
        self.state_consent(prospect, person)
        ready_at = self.scorer.first_ready(prospect, self.now)
        if ready_at:
            self.then(ready_at, lambda: self.hand_over(prospect, person))
        elif self.dice.random() < 0.05:
            moment = prospect.lead_at + timedelta(days=self.dice.expovariate(1 / 40))
            self.then(moment, lambda: self.shop(person, company, channel="online"))

    def state_consent(self, prospect: Prospect, person: Person) -> None:
        by_form = prospect.effort.by_form
        if by_form and self.dice.random() > 0.7:
            return
        evidence = CONSENT if by_form else f"名刺を受領：{prospect.effort.campaign}"
        basis = "opt_in" if by_form else "business_card"
        state_consent(person, medium="mail", allowed=True, basis=basis, evidence=evidence, at=prospect.lead_at)

    def company_of(self, firm: Firm) -> Company:
        if firm.name not in self.companies:
            self.companies[firm.name] = create_company(
                by=None,
                name=firm.name,
                name_kana=firm.kana,
                industry=firm.industry,
                employees=firm.employees,
                phone=firm.phone,
                postal_code=firm.postal_code,
                prefecture=firm.prefecture,
                city=firm.city,
                website=f"https://www.{firm.domain}",
            )
        return self.companies[firm.name]

    # The hand-off ----------------------------------------------------------------------------------------------------

    def hand_over(self, prospect: Prospect, person: Person) -> None:
        score, reasons, is_ready = self.scorer.score(prospect, clock.now())
        set_scores([(person.pk, score, reasons, is_ready)])
        by = self.staff.members["mei"] if self.dice.random() < 0.2 else None
        note = self.dice.choice(NEEDS) if by else ""
        try:
            handoff = offer_handoff(person, by=by, note=note)
        except Refusal:
            return
        self.told.handoffs += 1
        hours = self.dice.lognormvariate(0.35, 0.8)
        if self.now - clock.now() < timedelta(days=5):
            hours *= 9
        self.then(business_time().after(clock.now(), hours), lambda: self.answer(prospect, handoff))

    def answer(self, prospect: Prospect, handoff: Handoff) -> None:
        owner = handoff.owner
        quality = 0.34 + 0.42 * prospect.interest + 0.16 * prospect.fit
        if self.dice.random() < min(quality, 0.95):
            deal = accept_handoff(handoff, by=owner, pipeline=self.staff.pipelines[0])
            self.told.deals += 1
            self.work_on(prospect, deal, owner)
            return
        reason = self.dice.choices(list(BACK), list(BACK.values()))[0]
        send_back_handoff(handoff, by=owner, reason=self.reasons[reason])

    # The deal --------------------------------------------------------------------------------------------------------

    def work_on(self, prospect: Prospect, deal: Deal, owner: Member | None) -> None:
        """This function will plan the deal's way: talks, stages, and how and when it ends."""
        code = self.dice.choices(["VX-100", "VX-300", "MZ-5", "SW-1", "CAL-1"], [34, 16, 12, 20, 18])[0]
        product = self.staff.products[code]
        quantity = Decimal(self.dice.choices([1, 2, 3], [80, 15, 5])[0])
        price = round((product.price or 0) * self.dice.uniform(0.88, 1.0), -3)
        deal = set_products(deal, [Line(product, quantity, int(price))], by=owner)
        change_deal(deal, by=owner, version=None, name=f"{prospect.firm.name} {product.name}"[:160])
        chance = 0.1 + 0.2 * prospect.interest + 0.12 * prospect.fit + (0.1 if code in ("SW-1", "CAL-1") else 0)
        wins = self.dice.random() < chance
        cycle = self.dice.lognormvariate(3.75 if product.needs_person else 2.9, 0.45)
        cycle *= 1.0 if wins else 0.8
        stages = self.stages[deal.pipeline_id]
        reached = len(stages) if wins else self.dice.randint(2, len(stages))
        begin = clock.now()
        moments = [begin + timedelta(days=cycle * place / reached) for place in range(1, reached)]
        for moment, stage in zip(moments, stages[1:reached], strict=True):
            self.then(self.working(moment), lambda stage=stage: self.move(deal, stage, owner))  # type: ignore[misc]
        for place in range(self.dice.randint(1, 4)):
            moment = begin + timedelta(days=cycle * (place + 0.3) / 4, hours=self.dice.random() * 5)
            self.then(self.working(moment), lambda place=place: self.talk(deal, owner, place))  # type: ignore[misc]
        end = self.working(begin + timedelta(days=cycle))
        self.then(end, lambda: self.win(prospect, deal, owner) if wins else self.lose(deal, owner))
        if end >= self.now:
            self.then(
                max(moments[0] if moments else begin, begin + timedelta(hours=1)), lambda: self.plan(deal, owner, end)
            )

    def working(self, moment: datetime) -> datetime:
        """Return the moment, on a business day."""
        local = moment.astimezone(TOKYO)
        day = add_business_days(local.date(), 0)
        return local if day == local.date() else at_work(self.dice, day)

    def move(self, deal: Deal, stage: Stage, owner: Member | None) -> None:
        if is_open(deal):
            move_deal(deal, stage, by=owner)

    def talk(self, deal: Deal, owner: Member | None, place: int) -> None:
        kind = self.dice.choices(["called", "visited", "met", "mailed"], [5, 3, 3, 2])[0]
        notes = VISIT_NOTES if kind in ("visited", "met") else CALL_NOTES
        body = self.dice.choice(NEEDS) if place == 0 else self.dice.choice(notes)
        minutes = self.dice.choice([5, 10, 15]) if kind == "called" else self.dice.choice([45, 60, 90])
        log_activity(kind, by=owner, deal=deal, body=body, minutes=None if kind == "mailed" else minutes)

    def plan(self, deal: Deal, owner: Member | None, end: datetime) -> None:
        """This function will note the next action of a deal that is still open today; one in eight has none."""
        if self.dice.random() < 0.12 or not is_open(deal):
            return
        day: date = self.now.astimezone(TOKYO).date() + timedelta(days=self.dice.randint(-4, 14))
        deal = Deal.objects.get(pk=deal.pk)
        change_deal(
            deal,
            by=owner,
            version=None,
            next_action=self.dice.choice(NEXT_ACTIONS),
            next_action_on=day,
            expected_close_on=end.astimezone(TOKYO).date(),
        )

    def lose(self, deal: Deal, owner: Member | None) -> None:
        reason = self.dice.choices(list(LOST), list(LOST.values()))[0]
        lose_deal(deal, by=owner, reason=self.lost[reason])

    def win(self, prospect: Prospect, deal: Deal, owner: Member | None) -> None:
        deal = win_deal(deal, by=owner)
        self.told.won += 1
        lines = [
            {"product": line.product, "description": line.product.name, "category": line.product.category,
             "quantity": line.quantity, "unit_price": line.unit_price, "amount": line.amount, "tax_rate": 10}
            for line in deal.products.select_related("product")
        ]  # fmt: skip
        person, company = deal.person, deal.company
        self.told.orders += 1
        number = f"R{clock.now():%y%m}-{self.told.orders:05d}"
        record_order(
            number=number, ordered_at=clock.now(), channel="rep", lines=lines, person=person, company=company,
            deal_id=deal.pk, campaign_id=deal.source_campaign_id, owner=owner, by=None,
        )  # fmt: skip
        satisfied = self.dice.random() < 0.35 + 0.25 * prospect.fit
        if satisfied and person:
            for _time in range(self.dice.randint(1, 5)):
                moment = clock.now() + timedelta(days=self.dice.expovariate(1 / 150) + 10)
                channel = self.dice.choices(["online", "catalogue", "shop", "rep"], [55, 20, 10, 15])[0]
                self.then(self.working(moment), lambda channel=channel: self.shop(person, company, channel=channel))  # type: ignore[misc]

    # Buying again ----------------------------------------------------------------------------------------------------

    def shop(self, person: Person, company: Company | None, *, channel: str) -> None:
        """This function will let a customer order small goods; a few send something back."""
        codes = self.dice.sample(SMALL_GOODS, self.dice.randint(1, 3))
        lines = [self.goods(code, self.dice.choice([1, 1, 2, 3, 5])) for code in codes]
        self.told.orders += 1
        prefix = {"online": "W", "catalogue": "C", "shop": "S", "rep": "R"}[channel]
        number = f"{prefix}{clock.now():%y%m}-{self.told.orders:05d}"
        order = record_order(
            number=number, ordered_at=clock.now(), channel=channel, lines=lines, person=person, company=company
        )
        if self.dice.random() < 0.04:
            back = self.goods(codes[0], -1)
            self.then(clock.now() + timedelta(days=self.dice.randint(3, 14)), lambda: self.give_back(order, back))

    def give_back(self, order: Order, line: dict[str, object]) -> None:
        record_order(
            number=f"{order.number}-1",
            ordered_at=clock.now(),
            channel=order.channel,
            lines=[line],
            person=order.person,
            company=order.company,
            returns=order,
        )

    def goods(self, code: str, quantity: int) -> dict[str, object]:
        product = self.staff.products[code]
        price = product.price or 0
        return {
            "product": product, "description": product.name, "category": product.category, "quantity": quantity,
            "unit_price": price, "amount": price * quantity, "tax_rate": 10,
        }  # fmt: skip


def is_open(deal: Deal) -> bool:
    """Return whether the deal has not been closed meanwhile."""
    return Deal.objects.open().filter(pk=deal.pk).exists()
