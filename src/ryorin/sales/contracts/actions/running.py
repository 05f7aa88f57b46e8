"""What a contract does as time goes by: periods booked, terms renewed or ended, owners reminded. Each thing once.

Every verb finds what is due by itself, one contract per transaction, so that it may be killed at any moment.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from ryorin.lib import clock
from ryorin.sales.contracts.actions.concluding import book_order
from ryorin.sales.contracts.actions.facts import locked, locked_with_deal, plan_reminder, save, tell
from ryorin.sales.contracts.actions.sending import withdraw_links
from ryorin.sales.contracts.errors import CancelWrong, NotRunning
from ryorin.sales.contracts.models import (
    BookedPeriod,
    Contract,
    ContractKind,
    ContractState,
    Reminder,
    ReminderKind,
    Term,
    TermOrigin,
)
from ryorin.sales.contracts.queries import latest_version
from ryorin.sales.contracts.rules.time import day_to_mind, next_term, notice_by, periods
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.notifications.actions import notify
from ryorin.workspace.organisation.queries import current
from ryorin.workspace.tasks.actions import add_task

AT_ONCE = 200


def keep_running() -> int:
    """This function will do whatever is due of any contract and return how many things that were."""
    return close_unsigned() + end_or_renew() + book_due_periods() + remind_owners()


def book_due_periods() -> int:
    """This function will book an order for every period of a running contract whose first day has come, once each."""
    today = _today()
    last = BookedPeriod.objects.filter(contract=OuterRef("pk")).order_by("-starts_on").values("starts_on")[:1]
    rows = Contract.objects.in_force().recurring().filter(starts_on__lte=today).annotate(last=Subquery(last))
    month, year = today - timedelta(days=28), today - timedelta(days=365)
    due = rows.filter(Q(last=None) | Q(billed="month", last__lte=month) | Q(billed="year", last__lte=year))
    return _each(due, lambda contract: _book_periods(contract, today=today))


def end_or_renew() -> int:
    """This function will renew the contracts whose term is over, or end those that do not renew."""
    today = _today()
    due = Contract.objects.ending_before(today).filter(kind=ContractKind.RECURRING)
    return _each(due, lambda contract: _end_or_renew(contract, today=today))


def close_unsigned() -> int:
    """This function will close the contracts that were not signed in time."""
    due = Contract.objects.filter(state=ContractState.SENT, sign_by__lt=_today())
    return _each(due, _expire)


def remind_owners() -> int:
    """This function will put a task on the owner's list ten business days before notice is due and before the end."""
    due = Contract.objects.in_force().filter(remind_on__lte=_today())
    return _each(due, _remind)


@transaction.atomic
def cancel_contract(
    contract: Contract, *, on: date, by: Member | None, version: int | None, note: str = ""
) -> Contract:
    """This function will take notice: in time, the contract ends with its term; too late, with the term after it."""
    require(by, "contracts.change")
    contract = locked(contract, version)
    if contract.state != ContractState.SIGNED or not contract.is_recurring or contract.cancelled_on:
        raise NotRunning(state=contract.get_state_display())
    if on > _today() or (contract.signed_at and on < contract.signed_at.date() - timedelta(days=1)):
        raise CancelWrong()
    ends_on = contract.ends_on or _today()
    if contract.renews and contract.ends_on and on > notice_by(contract.ends_on, days=contract.notice_days):
        ends_on = _begin_term(contract)
    contract.cancelled_on, contract.renews, contract.ends_on = on, False, ends_on
    contract.end_note = note.replace("\0", "").strip()[:300]
    plan_reminder(contract)
    save(contract, "cancelled_on", "renews", "ends_on", "end_note", "remind_on")
    facts = {"on": on.isoformat(), "ends_on": ends_on.isoformat(), "note": contract.end_note}
    audit.record("contract_cancelled", "contract", contract.pk, by=by, name=str(contract), **facts)
    return contract


def _each(rows: "QuerySet[Contract]", work: Callable[[Contract], int]) -> int:
    """This function will do the work for each contract in a transaction of its own and return the sum."""
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    return sum(work(contract) for contract in Contract.objects.filter(pk__in=ids).order_by("pk"))


@transaction.atomic
def _book_periods(contract: Contract, *, today: date) -> int:
    contract = locked_with_deal(contract)
    if contract.state != ContractState.SIGNED or contract.starts_on is None:
        return 0
    until = min(today, contract.ends_on) if contract.ends_on else today
    booked = set(contract.periods.values_list("starts_on", flat=True))
    due = [day for day in periods(contract.starts_on, billed=contract.billed, until=until) if day not in booked]
    zone = ZoneInfo(current().time_zone)
    for day in due:
        moment = datetime.combine(day, time(9), zone)
        order = book_order(contract, number=f"{contract.number}/{day:%Y-%m-%d}", day=moment)
        BookedPeriod.objects.create(contract=contract, starts_on=day, order=order, booked_at=clock.now())
    return len(due)


@transaction.atomic
def _end_or_renew(contract: Contract, *, today: date) -> int:
    contract = locked_with_deal(contract)
    if contract.state != ContractState.SIGNED or contract.ends_on is None or contract.ends_on >= today:
        return 0
    if not contract.renews:
        _book_periods(contract, today=contract.ends_on)
        contract.state, contract.ended_at = ContractState.ENDED, clock.now()
        save(contract, "state", "ended_at")
        audit.record("contract_ended", "contract", contract.pk, by=None, name=str(contract))
        return 1
    done = 0
    while contract.ends_on < today and done < AT_ONCE:
        contract.ends_on = _begin_term(contract)
        done += 1
    plan_reminder(contract)
    save(contract, "ends_on", "remind_on")
    return done


def _begin_term(contract: Contract) -> date:
    """This function will begin the contract's next term and return its last day."""
    assert contract.ends_on is not None, "only a contract with an end has a next term"
    starts_on, ends_on = next_term(contract.ends_on, months=max(1, contract.renewal_months))
    values = {"origin": TermOrigin.RENEWED, "ends_on": ends_on, "made_at": clock.now()}
    Term.objects.get_or_create(contract=contract, starts_on=starts_on, defaults=values)
    facts = {"starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat()}
    audit.record("contract_renewed", "contract", contract.pk, by=None, name=str(contract), **facts)
    tell("contract_renewed", contract, by=None, **facts)
    return ends_on


@transaction.atomic
def _expire(contract: Contract) -> int:
    contract = locked(contract)
    if contract.state != ContractState.SENT or contract.sign_by is None or contract.sign_by >= _today():
        return 0
    withdraw_links(latest_version(contract))
    contract.state, contract.ended_at = ContractState.EXPIRED, clock.now()
    save(contract, "state", "ended_at")
    audit.record("contract_expired", "contract", contract.pk, by=None, name=str(contract))
    if contract.owner:
        text = _("「%(contract)s」は期限までに署名されませんでした。") % {"contract": contract}
        notify([contract.owner], kind="contract_expired", text=text, url=f"/contracts/{contract.pk}/")
    return 1


@transaction.atomic
def _remind(contract: Contract) -> int:
    """This function will remind of the notice (where it renews) or of the end (where it does not)."""
    contract = locked(contract)
    day = day_to_mind(contract.ends_on, renews=contract.renews, notice_days=contract.notice_days)
    if contract.state != ContractState.SIGNED or contract.remind_on is None or day is None:
        return 0
    contract.remind_on = None
    save(contract, "remind_on")
    kind = ReminderKind.NOTICE if contract.renews else ReminderKind.END
    values = {"defaults": {"made_at": clock.now()}}
    _row, made = Reminder.objects.get_or_create(contract=contract, kind=kind, about_on=day, **values)
    if not made or day < _today():
        return 0
    words = (
        _("%(day)sまでに更新するか確かめる：%(contract)s")
        if contract.renews
        else _("%(day)sに満了する契約の続きを相談する：%(contract)s")
    )
    title = words % {"day": f"{day:%Y/%m/%d}", "contract": contract}
    due_at = datetime.combine(day, time(current().closes_hour % 24), ZoneInfo(current().time_zone))
    about = ("contract", contract.pk, str(contract))
    add_task(title=title[:200], owner=contract.owner, by=None, due_at=due_at, about=about, why=str(kind.label))
    if contract.owner:
        notify([contract.owner], kind="contract_reminder", text=title, url=f"/contracts/{contract.pk}/")
    facts = {"kind": kind.value, "about_on": day.isoformat()}
    audit.record("contract_reminded", "contract", contract.pk, by=None, name=str(contract), **facts)
    return 1


def _today() -> date:
    return clock.today(current().time_zone)
