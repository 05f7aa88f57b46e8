"""The score of a prospect at any moment, by the very rules that score people, asked in memory."""

from datetime import datetime, timedelta
from typing import Any

from ryorin.alignment.definitions.queries import active_node
from ryorin.alignment.scoring.queries import readable_rules
from ryorin.alignment.scoring.rules import Reason, Scale
from ryorin.conditions.row import matches
from ryorin.conditions.tree import Did
from ryorin.customers.people.fields import PERSON
from ryorin.customers.timeline.fields import TOUCHPOINT
from ryorin.demo.prospects import Prospect

THINKS_IT_OVER = timedelta(minutes=5)


class Scorer:
    """Knows the rules in force and the definition of a ready lead."""

    def __init__(self) -> None:
        self.rules = readable_rules()
        self.scale = Scale(self.rules)
        self.ready = active_node()

    def score(self, prospect: Prospect, now: datetime) -> tuple[int, list[Reason], bool]:
        """Return score, reasons and readiness as they were at `now`."""
        row: dict[str, Any] = {
            "job_title": prospect.job_title,
            "department": prospect.department,
            "prefecture": prospect.firm.prefecture,
            "email": prospect.email,
            "phone": prospect.firm.phone,
            "mail_consent": "allowed",
        }

        def did(asked: Did) -> bool:
            return counts(asked, prospect, now)

        held = tuple(matches(rule.node, row, PERSON, now=now, did=did) for rule in self.rules)
        score, reasons = self.scale.of(held)
        is_ready = self.ready is not None and matches(self.ready, {**row, "score": score}, PERSON, now=now, did=did)
        return score, reasons, is_ready

    def first_ready(self, prospect: Prospect, until: datetime) -> datetime | None:
        """Return when the prospect first meets the definition, None when never before `until`."""
        for behaviour in prospect.behaviours:
            if behaviour.at < prospect.lead_at or behaviour.kind == "card_exchanged":
                continue
            moment = behaviour.at + THINKS_IT_OVER
            if moment < until and self.score(prospect, moment)[2]:
                return moment
        return None


def counts(asked: Did, prospect: Prospect, now: datetime) -> bool:
    """Return whether the prospect did what is asked so many times before `now`."""
    since = now - timedelta(days=asked.within_days) if asked.within_days is not None else None
    times = sum(
        1
        for done in prospect.behaviours
        if done.kind == asked.kind
        and done.at <= now
        and (since is None or done.at >= since)
        and (
            asked.where is None
            or matches(asked.where, {"kind": done.kind, "url": done.url, "at": done.at}, TOUCHPOINT, now=now)
        )
    )
    if asked.times_op == "eq":
        return times == asked.times
    return times <= asked.times if asked.times_op == "lte" else times >= asked.times
