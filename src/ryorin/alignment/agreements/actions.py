"""Proposing, signing and withdrawing agreements, and telling leaders when a promise is behind or broken."""

from collections.abc import Sequence

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from ryorin.alignment.agreements.errors import (
    AgreementInvalid,
    AgreementSettled,
    AgreementWaiting,
    AlreadySigned,
    NotLeader,
)
from ryorin.alignment.agreements.models import Agreement, Promise, Warned
from ryorin.alignment.agreements.queries import Watched, active, recent_periods, today_here, watched
from ryorin.alignment.agreements.rules import (
    WITH_HOURS,
    Standing,
    Vow,
    is_worth_telling,
    may_sign,
    problem_with,
    share_elapsed,
)
from ryorin.alignment.definitions.models import Side
from ryorin.alignment.definitions.rules import open_side, sides_of
from ryorin.lib import clock
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member, Team
from ryorin.workspace.members.rules import LEADERS, require
from ryorin.workspace.notifications.actions import notify


def propose_agreement(vows: Sequence[Vow], *, rhythm: str, note: str = "", by: Member | None) -> Agreement:
    """This function will write the next version as a proposal that both sides have yet to sign."""
    require(by, "agreements.change")
    problem = problem_with(vows, rhythm=rhythm)
    if problem:
        raise AgreementInvalid(what=problem)
    try:
        with transaction.atomic():
            if Agreement.objects.proposed().exists():
                raise AgreementWaiting()
            last = Agreement.objects.aggregate(last=models.Max("version"))["last"] or 0
            agreement = Agreement.objects.create(
                version=last + 1, rhythm=rhythm, note=note.strip()[:200], proposed_by=by, proposed_at=clock.now()
            )
            Promise.objects.bulk_create(
                Promise(
                    agreement=agreement,
                    kind=vow.kind,
                    team_id=vow.team_id,
                    value=vow.value,
                    hours=vow.hours if vow.kind in WITH_HOURS else None,
                    position=place,
                )
                for place, vow in enumerate(vows)
            )
            told = [[vow.kind, vow.value, vow.hours, vow.team_id] for vow in vows]
            audit.record("agreement_proposed", "agreement", agreement.pk, by=by, note=agreement.note, promises=told)
    except IntegrityError:
        raise AgreementWaiting() from None
    text = _("サービスレベル合意の案（第%(version)s版）が署名を待っています") % {"version": agreement.version}
    notify([one for one in leaders() if one != by], kind="agreement", text=text, url="/agreements/")
    return agreement


@transaction.atomic
def sign_agreement(agreement: Agreement, *, by: Member, side: str = "") -> Agreement:
    """This function will sign for a side (the member's own, or the one still open); the second signature activates."""
    require(by, "agreements.change")
    agreement = Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
    if not agreement.is_proposed:
        raise AgreementSettled()
    signed = [each for each in Side if agreement.signed_by(each)]
    chosen = Side(side) if side in Side.values else open_side(by.role, signed)
    if chosen in signed:
        raise AlreadySigned(side=chosen.label)
    if not signs_for(agreement, chosen, by):
        raise NotLeader(side=chosen.label)
    setattr(agreement, "signed_by_marketing" if chosen == Side.MARKETING else "signed_by_sales", by)
    agreement.save()
    audit.record("agreement_signed", "agreement", agreement.pk, by=by, side=str(chosen))
    if agreement.signed_by_marketing and agreement.signed_by_sales:
        _activate(agreement, by=by)
    return agreement


@transaction.atomic
def withdraw_agreement(agreement: Agreement, *, by: Member) -> None:
    """This function will end a proposal that has not become active."""
    require(by, "agreements.change")
    agreement = Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
    if not agreement.is_proposed:
        raise AgreementSettled()
    agreement.withdrawn_at = clock.now()
    agreement.save(update_fields=["withdrawn_at"])
    audit.record("agreement_withdrawn", "agreement", agreement.pk, by=by)


def watch_promises() -> int:
    """This function will tell leaders, once for each period, of promises behind or broken, and return of how many."""
    agreement = active()
    if agreement is None:
        return 0
    today, told = today_here(), 0
    for period in recent_periods(agreement, today=today, count=2):
        elapsed = share_elapsed(period, today)
        for each in watched(agreement, period, today=today):
            if is_worth_telling(each.progress, kind=each.promise.kind, elapsed=elapsed):
                told += _tell(each)
    return told


@transaction.atomic
def _tell(each: Watched) -> bool:
    standing = each.progress.standing
    _row, is_new = Warned.objects.get_or_create(
        promise=each.promise,
        period_start=each.period.start,
        standing=standing.value,
        defaults={"at": clock.now()},
    )
    if not is_new:
        return False
    audit.record("promise_warned", "agreement", each.promise.agreement_id, by=None, standing=standing.value)
    words = _("約束が未達です：%(what)s") if standing is Standing.BROKEN else _("約束が遅れています：%(what)s")
    notify(leaders(), kind="agreement", text=words % {"what": each.promise.said}, url="/agreements/")
    return True


def leaders() -> list[Member]:
    """Return who leads: managers, administrators, and the heads of teams."""
    heads = Team.objects.filter(head__isnull=False).values("head")
    return list(Member.objects.filter(models.Q(role__in=LEADERS) | models.Q(pk__in=heads), is_active=True))


def signs_for(agreement: Agreement, side: Side, by: Member) -> bool:
    """Return whether this member may sign for the side now."""
    has_signed = [each for each in Side if agreement.signed_by(each) == by]
    others = [one for one in leaders() if one.pk != by.pk]
    is_alone = not any(side in sides_of(one.role) for one in others)
    is_head = Team.objects.filter(head=by).exists()
    return may_sign(side, role=by.role, is_head=is_head, has_signed=has_signed, is_alone=is_alone)


def _activate(agreement: Agreement, *, by: Member) -> None:
    now = clock.now()
    Agreement.objects.active().update(active_until=now)
    agreement.active_from = now
    agreement.save(update_fields=["active_from"])
    audit.record("agreement_activated", "agreement", agreement.pk, by=by, version=agreement.version)
    text = _("サービスレベル合意が新しくなりました（第%(version)s版）") % {"version": agreement.version}
    members = Member.objects.filter(is_active=True).exclude(pk=by.pk)
    notify([one for one in members if sides_of(one.role)], kind="agreement", text=text, url="/agreements/")
