"""Everything the calling screen shows of one person, in a fixed number of questions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from ryorin.customers.people.models import CallHours
from ryorin.customers.voice.models import Need
from ryorin.customers.voice.queries import needs_of
from ryorin.lib import clock
from ryorin.sales.activities.models import Activity
from ryorin.sales.approach.models import ApproachList, Method, Outcome, Target
from ryorin.sales.approach.queries.listing import number_of, outcomes_of
from ryorin.sales.approach.rules import WORDS, filled, hours_at, opening_of
from ryorin.sales.deals.models import Deal
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.queries import current

SHOWN = 6


@dataclass(frozen=True)
class Screen:
    """One person on the calling screen."""

    target: Target
    row: ApproachList
    number: str
    dial: str
    script: str
    opening: list[tuple[str, str]]
    outcomes: list[Outcome]
    activities: list[Activity]
    deals: list[Deal]
    needs: list[Need]
    wrong_hour: str

    @property
    def attempt(self) -> int:
        """Return the number of the attempt that is being made."""
        return self.target.attempts + 1

    @property
    def name(self) -> str:
        record = self.target.person or self.target.company
        return record.name if record else ""


def screen_of(target: Target, member: Member) -> Screen:
    """Return what the member sees of the person (load person, its company, company and list along)."""
    person, row = target.person, target.list
    company = person.company if person else target.company
    number = number_of(target)
    who: dict[str, Any] = {"person_id": person.pk} if person else {"company_id": company.pk if company else 0}
    activities = Activity.objects.visible_to(member).filter(**who).select_related("owner")
    deals = Deal.objects.visible_to(member).filter(**who).select_related("stage")
    opening = opening_of(company=current().name, caller=member.name, goods=row.goods, purpose=row.purpose)
    return Screen(
        target=target,
        row=row,
        number=number,
        dial=dialled(number),
        script=filled(row.script, words_of(target, member)),
        opening=opening if row.is_consumer and row.method == Method.CALL else [],
        outcomes=outcomes_of(row.method),
        activities=list(activities.order_by("-at", "-pk")[:SHOWN]),
        deals=list(deals.order_by("-pk")[:SHOWN]),
        needs=needs_of(member, **who)[:SHOWN],
        wrong_hour=wrong_hour_for(person.call_hours if person else "", clock.now()),
    )


def words_of(target: Target, member: Member) -> dict[str, str]:
    """Return what stands for the words in braces of a script."""
    person, row = target.person, target.list
    company = person.company if person else target.company
    words = {
        "姓": person.family_name if person else "",
        "氏名": person.name if person else "",
        "会社名": company.name if company else "",
        "部署": person.department if person else "",
        "役職": person.job_title if person else "",
        "自社名": current().name,
        "担当者": member.family_name,
        "商品": row.goods,
        "目的": row.purpose,
    }
    return words | {WORDS[word]: value for word, value in words.items()}


def dialled(number: str) -> str:
    """Return the number as a telephone dials it: digits, and a plus before them."""
    return "".join(letter for letter in number if letter.isdigit() or letter == "+")


def wrong_hour_for(wish: str, now: datetime) -> str:
    """Return when the person likes to be called, in words, where that is not now."""
    hour = now.astimezone(ZoneInfo(current().time_zone)).hour
    if not wish or wish in hours_at(hour) or wish not in CallHours.values:
        return ""
    return str(CallHours(wish).label)
