"""Companies, people, deals and orders, thousands in one transaction."""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from benchmarks.making import names
from benchmarks.scales import Scale
from ryorin.customers.companies.actions.bulk import add_companies
from ryorin.customers.identity.models import Identity
from ryorin.customers.people.actions.bulk import add_people
from ryorin.customers.purchases.actions.bulk import add_orders
from ryorin.customers.purchases.rules import line_of
from ryorin.lib.japanese import company_key
from ryorin.lib.rows import insert_rows
from ryorin.marketing.campaigns.actions import create_campaign, record_cost
from ryorin.sales.deals.actions.bulk import add_deals
from ryorin.sales.deals.models import LostReason
from ryorin.sales.deals.queries import default_pipeline
from ryorin.workspace.audit import actions as audit

AT_ONCE = 10_000
DAYS = 730
CATEGORIES = ("A", "B", "C", "D")
Values = dict[str, Any]


class Maker:
    """Makes one half after the other; the same seed gives the same records."""

    def __init__(self, scale: Scale, *, half: int, now: datetime) -> None:
        self.scale, self.half, self.now = scale, half, now
        self.dice = random.Random(f"{scale.name}{half}")

    def numbers(self, count: int) -> range:
        """Return the numbers of this half's records, from 1."""
        return range(count // 2 * self.half + 1, count // 2 * (self.half + 1) + 1)

    def moment(self) -> datetime:
        return self.now - timedelta(minutes=self.dice.randrange(DAYS * 1440) + 1)

    def run(self) -> None:
        scale = self.scale
        if self.half == 0:
            self.campaigns()
        self.add(add_companies, map(self.company, self.numbers(scale.companies)))
        self.people = self.add(add_people, map(self.person, self.numbers(scale.people)), source="benchmark")
        self.known_visitors()
        pipeline = default_pipeline()
        self.stages, self.pipeline = list(pipeline.stages.all()), pipeline
        self.reason = LostReason.objects.all()[0]
        self.add(add_deals, map(self.deal, self.numbers(scale.deals)))
        self.add(add_orders, map(self.order, self.numbers(scale.orders)))

    def add(self, verb: Callable[..., Sequence[int]], rows: Iterator[Values], **more: Any) -> list[int]:
        """This method will hand the rows to a verb, lot by lot, and return the ids."""
        ids: list[int] = []
        lot: list[Values] = []
        for row in rows:
            lot.append(row)
            if len(lot) == AT_ONCE:
                ids.extend(verb(lot, by=None, **more))
                lot = []
        ids.extend(verb(lot, by=None, **more) if lot else ())
        return ids

    def campaigns(self) -> None:
        today = self.now.date()
        with transaction.atomic(), audit.together():
            for channel in names.CHANNELS:
                start = today - timedelta(days=DAYS)
                campaign = create_campaign(by=None, name=f"施策 {channel}", channel=channel, starts_on=start)
                for day in range(0, DAYS, 7):
                    record_cost(campaign, start + timedelta(days=day), 100_000 + day)

    def company(self, number: int) -> Values:
        name, dice = names.company_name(number), self.dice
        return {
            "name": name,
            "match_key": company_key(name)[:160],
            "industry": dice.choice(names.INDUSTRIES),
            "employees": dice.choice((10, 50, 120, 400, 2500)),
            "prefecture": self.prefecture(),
            "external_key": f"C{number}",
        }

    def prefecture(self) -> str:
        return self.dice.choice(names.MOST_PEOPLE if self.dice.random() < 0.6 else names.PREFECTURES)

    def person(self, number: int) -> Values:
        dice = self.dice
        family, given = dice.choice(names.SURNAMES), dice.choice(names.GIVEN_NAMES)
        digits = f"{number:08}"
        company = dice.choice(self.numbers(self.scale.companies))
        return {
            "family_name": family[0],
            "given_name": given[0],
            "family_kana": family[1],
            "given_kana": given[1],
            "email": f"p{number}@mail.example",
            "mobile": f"090-{digits[:4]}-{digits[4:]}",
            "phone_key": f"+8190{digits}",
            "company_id": company,
            "company_name": names.company_name(company),
            "department": dice.choice(names.DEPARTMENTS),
            "job_title": dice.choice(names.TITLES),
            "prefecture": self.prefecture(),
            "source_channel": dice.choice(names.CHANNELS),
            "first_contact_at": self.moment(),
            "external_key": f"P{number}",
        }

    def known_visitors(self) -> None:
        """This method will say of every tenth person which browser is theirs."""
        rows = [(f"visitor-{pk}", pk, self.now, "form_submitted", self.now) for pk in self.people if pk % 10 == 0]
        insert_rows(Identity, ("visitor", "person_id", "since", "why", "updated_at"), rows)

    def deal(self, number: int) -> Values:
        dice = self.dice
        opened = self.moment()
        state = dice.choices(("open", "won", "lost"), (6, 2, 4))[0]
        closed = None if state == "open" else min(self.now, opened + timedelta(days=dice.randrange(5, 120)))
        return {
            "name": f"検査装置 {number}",
            "company_id": dice.choice(self.numbers(self.scale.companies)),
            "person_id": dice.choice(self.people),
            "pipeline_id": self.pipeline.pk,
            "stage_id": dice.choice(self.stages).pk,
            "state": state,
            "amount": dice.randrange(10, 900) * 10_000,
            "opened_at": opened,
            "closed_at": closed,
            "lost_reason_id": self.reason.pk if state == "lost" else None,
            "expected_close_on": date(self.now.year, dice.randrange(1, 13), 1),
            "source_channel": dice.choice(names.CHANNELS),
            "external_key": f"D{number}",
        }

    def order(self, number: int) -> Values:
        dice = self.dice
        price = dice.randrange(3, 300) * 1000
        line = {"description": "測定具", "category": dice.choice(CATEGORIES), "unit_price": price}
        return {
            "number": f"O{number}",
            "ordered_at": self.moment(),
            "person_id": dice.choice(self.people),
            "channel": dice.choice(("shop", "online", "catalogue", "rep")),
            "lines": [line_of(line, position=1)],
        }
