"""People before they are rows: who they are, what brings them, and what they do; causes first, all in memory."""

import json
import random
import zlib
from bisect import bisect
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

from ryorin.demo.plan import Effort
from ryorin.demo.words import (
    DEPARTMENTS,
    DOWNLOADS,
    FIRM_NAMES,
    GIVEN_NAMES,
    LEADERS,
    OTHERS,
    PAGES,
    PLACES,
    PRICING,
    SURNAMES,
    TRADES,
)
from ryorin.lib.ids import named_id

TOKYO = ZoneInfo("Asia/Tokyo")
SITE = "https://www.meiwa.example"
SEASON = (0.9, 1.0, 1.05, 1.05, 1.0, 1.05, 1.05, 0.75, 1.15, 1.2, 1.15, 0.85)  # January ... December


@dataclass
class Firm:
    """A company that might buy; `fit` about 1 says how well the products suit it."""

    name: str
    kana: str
    industry: str
    employees: int
    prefecture: str
    city: str
    postal_code: str
    phone: str
    fit: float
    domain: str


@dataclass
class Behaviour:
    """One thing a prospect does by themselves."""

    at: datetime
    kind: str
    url: str = ""
    title: str = ""
    session: str = ""


@dataclass
class Prospect:
    """Somebody who becomes a lead at `lead_at`; `interest` 0..1 drives what they do, `fit` what comes of it."""

    number: int
    firm: Firm
    family: tuple[str, str]
    given: tuple[str, str]
    department: str
    job_title: str
    effort: Effort
    lead_at: datetime
    interest: float
    visitor: str
    behaviours: list[Behaviour] = field(default_factory=list)
    person_id: int | None = None

    @property
    def email(self) -> str:
        return f"p{self.number:04d}@{self.firm.domain}"

    @property
    def fit(self) -> float:
        return self.firm.fit


def make_firms(dice: random.Random, count: int) -> list[Firm]:
    """Return so many companies with different names."""
    names = [(firm, trade) for firm in FIRM_NAMES for trade in TRADES]
    dice.shuffle(names)
    weights = list(accumulate(place[4] for place in PLACES))
    firms = []
    for number in range(count):
        (name, kana), (trade, trade_kana, industry, fit) = names[number % len(names)]
        place = PLACES[bisect(weights, dice.random() * weights[-1])]
        again = number // len(names)
        full = f"{name}{trade}" + (place[1][:-1] if again else "")
        before = dice.random() < 0.7
        employees = int(min(max(dice.lognormvariate(4.4, 1.1), 6), 6000))
        firms.append(
            Firm(
                name=f"株式会社{full}" if before else f"{full}株式会社",
                kana=kana + trade_kana,
                industry=industry,
                employees=employees,
                prefecture=place[0],
                city=place[2],
                postal_code=place[3],
                phone=f"0{dice.randint(3, 9)}{dice.randint(1, 9)}-555-{dice.randint(0, 9999):04d}",
                fit=fit * (0.8 + 0.35 * min(employees, 600) / 600) * dice.uniform(0.8, 1.2),
                domain=f"firm{number:03d}.example",
            )
        )
    return firms


def make_prospects(
    dice: random.Random, firms: list[Firm], efforts: list[Effort], *, count: int, start: date, today: datetime
) -> list[Prospect]:
    """Return the people who become leads, in order of time."""
    moments = sorted((moment_within(dice, effort, today), place) for place, effort in picked(dice, efforts, count))
    weights = list(accumulate(0.3 + firm.fit for firm in firms))
    prospects = []
    for number, (lead_at, place) in enumerate(moments):
        firm = firms[bisect(weights, dice.random() * weights[-1])]
        effort = efforts[place]
        leads = dice.random() < 0.38
        interest = min(max(dice.betavariate(1.6, 2.6) + effort.warmth + 0.1 * (firm.fit - 1), 0), 1)
        prospect = Prospect(
            number=number,
            firm=firm,
            family=dice.choice(SURNAMES),
            given=dice.choice(GIVEN_NAMES),
            department=dice.choice(DEPARTMENTS),
            job_title=dice.choice(LEADERS if leads else OTHERS),
            effort=effort,
            lead_at=lead_at,
            interest=interest,
            visitor=f"d{number:04d}-{dice.getrandbits(64):016x}",
        )
        behave(dice, prospect, start=start, today=today)
        prospects.append(prospect)
    return prospects


def picked(dice: random.Random, efforts: list[Effort], count: int) -> list[tuple[int, Effort]]:
    """Return which effort brings each person: by its pull, and by how long it runs for those that run long."""
    weights = [effort.pull * max((effort.end - effort.start).days / 365, 1) ** 0.9 for effort in efforts]
    return [(place, efforts[place]) for place in dice.choices(range(len(efforts)), weights, k=count)]


def moment_within(dice: random.Random, effort: Effort, today: datetime) -> datetime:
    """Return a moment on a day of the effort: at work, more often on weekdays, by season."""
    days = (effort.end - effort.start).days
    while True:
        day = effort.start + timedelta(days=int(days * dice.random() ** 0.92 + 0.5))
        if days > 20 and (dice.random() > SEASON[day.month - 1] / 1.2 or (day.weekday() > 4 and dice.random() < 0.8)):
            continue
        moment = at_work(dice, day)
        return min(moment, today - timedelta(minutes=dice.randint(30, 600)))


def at_work(dice: random.Random, day: date) -> datetime:
    minutes = int(min(max(dice.gauss(13.2, 2.6), 7), 22) * 60)
    return datetime.combine(day, time(minutes // 60, minutes % 60, dice.randint(0, 59)), TOKYO)


def behave(dice: random.Random, prospect: Prospect, *, start: date, today: datetime) -> None:
    """This function will let the prospect read before leaving a name, and come back as far as interest goes."""
    lead = prospect.lead_at
    before = dice.randint(1, 3) if prospect.effort.by_form else int(dice.random() < 0.4)
    for _visit in range(before):
        moment = lead - timedelta(days=dice.expovariate(1 / 9), minutes=dice.randint(5, 60))
        if moment.astimezone(TOKYO).date() >= start:
            read_pages(dice, prospect, moment, pages=dice.randint(1, 4), hot=False)
    add = prospect.behaviours.append
    if prospect.effort.channel == "event":
        add(Behaviour(lead, "event_attended"))
        add(Behaviour(lead + timedelta(minutes=2), "card_exchanged"))
        if dice.random() < prospect.interest * 0.9:
            add(Behaviour(lead + timedelta(days=dice.expovariate(1 / 4), hours=2), "form_submitted"))
    elif prospect.effort.by_form:
        add(Behaviour(lead, "form_submitted"))
    waves = 1 + int(dice.random() < prospect.interest) + int(dice.random() < prospect.interest * 0.5)
    moment = lead
    for _wave in range(waves):
        for _visit in range(int(prospect.interest * 5 * dice.random() + 0.4)):
            moment += timedelta(days=dice.expovariate(1 / 5), minutes=dice.randint(5, 300))
            read_pages(dice, prospect, moment, pages=dice.randint(1, 5), hot=dice.random() < prospect.interest)
            if dice.random() < prospect.interest * 0.45:
                add(Behaviour(moment + timedelta(minutes=4), "downloaded", url=SITE + dice.choice(DOWNLOADS)))
            if dice.random() < 0.25:
                add(Behaviour(moment - timedelta(minutes=2), "mail_clicked"))
        moment += timedelta(days=dice.expovariate(1 / 120))
    prospect.behaviours = sorted((each for each in prospect.behaviours if each.at < today), key=lambda each: each.at)


def read_pages(dice: random.Random, prospect: Prospect, at: datetime, *, pages: int, hot: bool) -> None:
    """This function will add one visit of a few pages; a hot one looks at the prices."""
    session = f"{prospect.visitor[:5]}-{int(at.timestamp()):x}"
    for place in range(pages):
        path, title = PRICING if hot and place % 2 else dice.choice(PAGES)
        moment = at + timedelta(seconds=place * dice.randint(20, 90))
        prospect.behaviours.append(Behaviour(moment, "page_view", SITE + path, title, session))


def touchpoints_of(prospect: Prospect) -> list[dict[str, Any]]:
    """Return what the prospect did as touchpoints; before they left their name, as a visitor."""
    campaign = prospect.effort.campaign
    rows = []
    for place, did in enumerate(prospect.behaviours):
        properties = {
            name: value for name, value in (("url", did.url), ("title", did.title), ("session", did.session)) if value
        }
        if did.kind == "page_view":
            properties |= placed(prospect.effort, prospect.visitor)
        is_known = did.at >= prospect.lead_at
        rows.append(
            {
                "uid": str(named_id(did.at, "demo", prospect.visitor, str(place))),
                "at": did.at,
                "kind": did.kind,
                "person_id": prospect.person_id if is_known and did.kind != "page_view" else None,
                "visitor": prospect.visitor,
                "channel": prospect.effort.channel,
                "campaign_id": campaign.pk if campaign else None,
                "source": "demo",
                "properties": json.dumps(properties, ensure_ascii=False),
            }
        )
    return rows


def placed(effort: Effort, visitor: str) -> dict[str, str]:
    """Return the utm_content with which a visitor of the effort comes: always that of the same creative."""
    if not effort.codes:
        return {}
    return {"utm_content": effort.codes[zlib.crc32(visitor.encode()) % len(effort.codes)]}
