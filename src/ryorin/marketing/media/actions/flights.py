"""Booking flights: planned, changed, moved to other days, deleted while nothing has come of them."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.lib import clock
from ryorin.marketing.campaigns.models import Campaign, Channel
from ryorin.marketing.media.errors import FlightInUse, FlightInvalid
from ryorin.marketing.media.models import Flight, FlightMonth, FlightState, Source
from ryorin.marketing.media.rules import LONGEST_FLIGHT, months_between, spread
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.deletions.actions import delete
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

LARGEST = 10**15
EXPECTED = ("reach", "impressions", "clicks", "leads")
CHANGEABLE = (
    "channel",
    "vehicle",
    "source",
    "supplier",
    "starts_on",
    "ends_on",
    "state",
    *EXPECTED,
    "external_key",
    "note",
)
Months = Mapping[date, int]


@transaction.atomic
def plan_flight(
    campaign: Campaign, *, by: Member | None, budget: int = 0, months: Months | None = None, **fields: Any
) -> Flight:
    """This function will book a flight; without amounts by month the budget is spread over its days."""
    require(by, "campaigns.change")
    now = clock.now()
    flight = Flight(campaign=campaign, created_at=now, updated_at=now, **fields)
    flight.channel = flight.channel or campaign.channel
    _check(flight)
    amounts = _amounts(flight, budget, months)
    flight.budget = sum(amounts.values())
    flight.save()
    _write_months(flight, amounts)
    audit.record(
        "flight_planned", "flight", flight.pk, by=by, name=flight.vehicle, campaign=campaign.pk, budget=flight.budget
    )
    return flight


@transaction.atomic
def change_flight(
    flight: Flight,
    *,
    by: Member | None,
    version: int | None,
    budget: int | None = None,
    months: Months | None = None,
    **fields: Any,
) -> Flight:
    """This function will change the named fields; `months` sets the budget month by month, else `budget` is spread."""
    require(by, "campaigns.change")
    flight = _locked(flight, version)
    held = {row.month: row.amount for row in flight.months.all()}
    changes: dict[str, Any] = {}
    for name in CHANGEABLE:
        if name in fields and getattr(flight, name) != fields[name]:
            changes[name] = [getattr(flight, name), fields[name]]
            setattr(flight, name, fields[name])
    _check(flight)
    amounts = held
    is_moved = bool(changes.keys() & {"starts_on", "ends_on"})
    if months is not None or (budget is not None and budget != flight.budget) or is_moved:
        amounts = _amounts(flight, flight.budget if budget is None else budget, months)
    if amounts != held:
        changes["budget"] = [flight.budget, sum(amounts.values())]
        changes["months"] = {month.isoformat(): amount for month, amount in sorted(amounts.items())}
        flight.budget = sum(amounts.values())
        flight.months.all().delete()
        _write_months(flight, amounts)
    if not changes:
        return flight
    flight.version += 1
    flight.updated_at = clock.now()
    flight.save()
    audit.record("flight_changed", "flight", flight.pk, by=by, name=flight.vehicle, **changes)
    return flight


def move_flight(flight: Flight, *, starts_on: date, ends_on: date, by: Member | None, version: int | None) -> Flight:
    """This function will move a flight to other days; its budget is spread over them anew."""
    return change_flight(flight, by=by, version=version, starts_on=starts_on, ends_on=ends_on)


@transaction.atomic
def delete_flight(flight: Flight, *, by: Member | None) -> AuditEntry:
    """This function will delete a flight nothing has come of yet; the entry it returns can be undone."""
    require(by, "campaigns.change")
    flight = _locked(flight, None)
    if flight.figures.exists():
        raise FlightInUse(name=flight.vehicle)
    return delete(flight, record_type="flight", by=by)


def _locked(flight: Flight, version: int | None) -> Flight:
    row = Flight.objects.select_for_update().get(pk=flight.pk)
    if version is not None and version != row.version:
        raise StaleRecord()
    return row


def _amounts(flight: Flight, budget: int, months: Months | None) -> dict[date, int]:
    """Return the budget by month; refuses amounts that cannot be, or lie outside the flight."""
    if months is None:
        if not 0 <= budget < LARGEST:
            raise FlightInvalid(what=_("予算は0以上で入力してください。"))
        return {month: amount for month, amount in spread(budget, flight.starts_on, flight.ends_on).items() if amount}
    inside = set(months_between(flight.starts_on, flight.ends_on))
    if any(not 0 <= amount < LARGEST for amount in months.values()):
        raise FlightInvalid(what=_("予算は0以上で入力してください。"))
    if any(amount and month not in inside for month, amount in months.items()):
        raise FlightInvalid(what=_("月別の予算が出稿の期間から外れています。"))
    return {month: amount for month, amount in months.items() if amount}


def _write_months(flight: Flight, amounts: Months) -> None:
    FlightMonth.objects.bulk_create(
        FlightMonth(flight=flight, month=month, amount=amount) for month, amount in sorted(amounts.items())
    )


def _check(flight: Flight) -> None:
    """This function will refuse a flight that cannot be."""
    if not 0 < len(flight.vehicle.strip()) <= 120:
        raise FlightInvalid(what=_("媒体名を120文字以内で入力してください。"))
    if flight.source and flight.source not in Source.values:
        raise FlightInvalid(what=_("実績の取り込み元を選んでください。"))
    if flight.channel not in Channel.values or flight.state not in FlightState.values:
        raise FlightInvalid(what=_("チャネルと状態を選んでください。"))
    if flight.ends_on < flight.starts_on:
        raise FlightInvalid(what=_("終了日は開始日より後にしてください。"))
    if flight.ends_on - flight.starts_on > timedelta(days=LONGEST_FLIGHT):
        raise FlightInvalid(what=_("期間は3年以内にしてください。"))
    if any(not 0 <= (getattr(flight, name) or 0) < LARGEST for name in EXPECTED):
        raise FlightInvalid(what=_("想定の数は0以上で入力してください。"))
