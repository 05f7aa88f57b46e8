"""The log of bargaining: what was asked, and what was answered and why. What was written stays in the trail."""

from datetime import date
from typing import Any

from django.db import transaction

from ryorin.lib import clock
from ryorin.sales.deals.rules import between, checked
from ryorin.sales.quotations.actions.facts import locked
from ryorin.sales.quotations.errors import AnswerMissing, RequestMissing
from ryorin.sales.quotations.models import Answer, AskedBy, Negotiation, Quotation, QuotationVersion
from ryorin.sales.quotations.queries import newest_version
from ryorin.sales.quotations.rules import LARGEST_AMOUNT
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.queries import current


@transaction.atomic
def log_negotiation(
    quotation: Quotation,
    *,
    by: Member | None,
    request: str,
    asked_on: date | None = None,
    asked_by: str = AskedBy.CUSTOMER,
    asked_name: str = "",
    wished_amount: int | None = None,
) -> Negotiation:
    """This function will keep what was asked, by whom and when, about the version that lay on the table."""
    require(by, "quotations.change")
    quotation = locked(quotation, None)
    now = clock.now()
    values = _checked(
        {"request": request, "asked_name": asked_name, "asked_on": asked_on or clock.today(current().time_zone)}
    )
    if not values["request"]:
        raise RequestMissing()
    entry = Negotiation.objects.create(
        quotation=quotation,
        about=newest_version(quotation),
        asked_by=AskedBy(asked_by),
        wished_amount=_amount(wished_amount),
        recorded_by=by,
        created_at=now,
        updated_at=now,
        **values,
    )
    audit.record(
        "negotiation_logged",
        "quotation",
        quotation.pk,
        by=by,
        negotiation=entry.pk,
        asked_on=entry.asked_on,
        asked_by=entry.asked_by,
        asked_name=entry.asked_name,
        request=entry.request,
        wished_amount=entry.wished_amount,
    )
    return entry


@transaction.atomic
def answer_negotiation(
    entry: Negotiation,
    *,
    by: Member | None,
    version: int | None,
    answer: str,
    reason: str,
    answer_text: str = "",
    answered_on: date | None = None,
    led_to: QuotationVersion | None = None,
) -> Negotiation:
    """This function will keep what was answered and why, and the version that came of it."""
    require(by, "quotations.change")
    quotation = locked(entry.quotation, None)
    entry = Negotiation.objects.select_for_update().get(pk=entry.pk)
    if version is not None and entry.version != version:
        raise StaleRecord()
    values = _checked({"answer_text": answer_text, "reason": reason})
    if answer not in set(Answer.values) - {Answer.WAITING} or not values["reason"]:
        raise AnswerMissing()
    was = [entry.answer, entry.answer_text, entry.reason]
    entry.answer, entry.answer_text, entry.reason = Answer(answer), values["answer_text"], values["reason"]
    entry.answered_on = _checked({"answered_on": answered_on or clock.today(current().time_zone)})["answered_on"]
    entry.answered_by, entry.updated_at, entry.version = by, clock.now(), entry.version + 1
    entry.led_to = led_to if led_to is not None and led_to.quotation_id == quotation.pk else None
    entry.save()
    audit.record(
        "negotiation_answered",
        "quotation",
        quotation.pk,
        by=by,
        negotiation=entry.pk,
        answer=[was[0], entry.answer],
        answer_text=[was[1], entry.answer_text],
        reason=[was[2], entry.reason],
        answered_on=entry.answered_on,
    )
    return entry


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    blank = {"request"}
    found = checked(Negotiation, {name: value for name, value in values.items() if name not in blank or value.strip()})
    return {"request": ""} | found if "request" in values else found


def _amount(wished: int | None) -> int | None:
    if wished is not None:
        between(wished, 0, LARGEST_AMOUNT, label=Negotiation._meta.get_field("wished_amount").verbose_name)
    return wished
