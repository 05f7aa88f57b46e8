"""Visitors who never leave their name, and machines: most of a web site's traffic."""

import json
import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from ryorin.demo.plan import Effort
from ryorin.demo.prospects import SEASON, SITE, at_work, placed
from ryorin.demo.words import PAGES, PRICING
from ryorin.lib.ids import named_id

VISITS_A_DAY = 14
MACHINES = 0.12


def passers_by(
    dice: random.Random, efforts: list[Effort], *, start: date, today: datetime
) -> Iterator[list[dict[str, Any]]]:
    """Yield the touchpoints of unknown visitors, one list a month."""
    month: list[dict[str, Any]] = []
    day, number = start, 0
    while day <= today.date():
        running = [effort for effort in efforts if effort.start <= day <= effort.end]
        grown = 1 + 0.25 * (day - start).days / 365
        weekday = 1.0 if day.weekday() < 5 else 0.35
        for _visit in range(int(VISITS_A_DAY * grown * weekday * SEASON[day.month - 1] * dice.uniform(0.7, 1.3))):
            number += 1
            effort = dice.choices(running, [each.pull for each in running])[0]
            month.extend(visit(dice, effort, at_work(dice, day), number, today))
        if (day + timedelta(days=1)).month != day.month:
            yield month
            month = []
        day += timedelta(days=1)
    yield month


def visit(dice: random.Random, effort: Effort, at: datetime, number: int, today: datetime) -> Iterator[dict[str, Any]]:
    """Yield the pages of one visit."""
    visitor = f"a{number:06d}-{dice.getrandbits(48):012x}"
    is_machine = dice.random() < MACHINES
    campaign = effort.campaign
    for place in range(min(int(dice.expovariate(1 / 1.8)) + 1, 8)):
        path, title = PRICING if dice.random() < 0.06 else dice.choice(PAGES)
        moment = at + timedelta(seconds=place * dice.randint(15, 80))
        if moment >= today:
            return
        yield {
            "uid": str(named_id(moment, "demo", visitor, str(place))),
            "at": moment,
            "kind": "page_view",
            "visitor": visitor,
            "channel": effort.channel,
            "campaign_id": campaign.pk if campaign else None,
            "verdict": "machine" if is_machine else "human",
            "source": "demo",
            "properties": json.dumps(
                {"url": SITE + path, "title": title, "session": f"{visitor[:7]}-s", **placed(effort, visitor)},
                ensure_ascii=False,
            ),
        }
