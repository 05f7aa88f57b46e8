"""Changing what a ready lead is: proposed by one side, agreed by both, then active; old versions stay."""

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from ryorin.alignment.definitions.errors import (
    AlreadyAgreed,
    NothingChanged,
    OtherSideMustAgree,
    ProposalSettled,
    ProposalWaiting,
)
from ryorin.alignment.definitions.models import ReadyDefinition, Side
from ryorin.alignment.definitions.queries import active
from ryorin.alignment.definitions.rules import (
    FOR_DEFINITION,
    first_condition,
    first_note,
    may_agree,
    open_side,
    read,
    sides_of,
)
from ryorin.conditions.parser import to_json
from ryorin.lib import clock
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.notifications.actions import notify


def propose_definition(condition: object, *, note: str = "", by: Member | None) -> ReadyDefinition:
    """This function will write the next version as a proposal, agreed for the proposer's own side."""
    require(by, "definitions.change")
    tree = to_json(read(condition, about=FOR_DEFINITION))
    before = active()
    if before is not None and tree == before.condition:
        raise NothingChanged()
    try:
        with transaction.atomic():
            if ReadyDefinition.objects.proposed().exists():
                raise ProposalWaiting()
            definition = ReadyDefinition.objects.create(
                version=_next_version(),
                condition=tree,
                note=note.strip()[:200],
                proposed_by=by,
                proposed_at=clock.now(),
            )
            own = sides_of(by.role) if by else frozenset()
            if by and len(own) == 1:
                _set_agreed(definition, next(iter(own)), by)
            audit.record(
                "definition_proposed", "definition", definition.pk, by=by, condition=tree, note=definition.note
            )
    except IntegrityError:
        raise ProposalWaiting() from None
    return definition


@transaction.atomic
def agree(definition: ReadyDefinition, *, by: Member, side: str = "") -> ReadyDefinition:
    """This function will agree for a side (the member's own, or the one still open); the second agreement activates."""
    require(by, "definitions.change")
    definition = ReadyDefinition.objects.select_for_update(of=("self",)).get(pk=definition.pk)
    if not definition.is_proposed:
        raise ProposalSettled()
    agreed = [each for each in Side if definition.agreed_by(each)]
    chosen = Side(side) if side in Side.values else open_side(by.role, agreed)
    if chosen in agreed:
        raise AlreadyAgreed(side=chosen.label)
    has_agreed = [each for each in Side if definition.agreed_by(each) == by]
    if not may_agree(chosen, role=by.role, has_agreed=has_agreed, is_alone=is_alone(chosen, by)):
        raise OtherSideMustAgree(side=chosen.label)
    _set_agreed(definition, chosen, by)
    audit.record("definition_agreed", "definition", definition.pk, by=by, side=str(chosen))
    if definition.agreed_by_marketing and definition.agreed_by_sales:
        _activate(definition, by=by)
    return definition


@transaction.atomic
def withdraw_definition(definition: ReadyDefinition, *, by: Member) -> None:
    """This function will end a proposal that has not become active."""
    require(by, "definitions.change")
    definition = ReadyDefinition.objects.select_for_update(of=("self",)).get(pk=definition.pk)
    if not definition.is_proposed:
        raise ProposalSettled()
    definition.withdrawn_at = clock.now()
    definition.save(update_fields=["withdrawn_at"])
    audit.record("definition_withdrawn", "definition", definition.pk, by=by)


@transaction.atomic
def prepare_defaults() -> None:
    """This function will make the first definition where there is none."""
    if ReadyDefinition.objects.exists():
        return
    now = clock.now()
    definition = ReadyDefinition.objects.create(
        version=1,
        condition=to_json(read(first_condition(), about=FOR_DEFINITION)),
        note=first_note(),
        proposed_at=now,
        active_from=now,
    )
    audit.record("definition_activated", "definition", definition.pk, by=None, version=1)


def is_alone(side: Side, by: Member) -> bool:
    """Return whether no other active member could speak for the side."""
    others = Member.objects.filter(is_active=True).exclude(pk=by.pk).values_list("role", flat=True)
    return not any(side in sides_of(role) for role in others)


def _set_agreed(definition: ReadyDefinition, side: Side, by: Member) -> None:
    column = "agreed_by_marketing" if side == Side.MARKETING else "agreed_by_sales"
    setattr(definition, column, by)
    definition.save(update_fields=[column])


def _activate(definition: ReadyDefinition, *, by: Member) -> None:
    """This function will make the version the one that counts from now on, and tell everybody it concerns."""
    now = clock.now()
    ReadyDefinition.objects.active().update(active_until=now)
    definition.active_from = now
    definition.save(update_fields=["active_from"])
    audit.record("definition_activated", "definition", definition.pk, by=by, version=definition.version)
    text = _("引き継ぎの条件が新しくなりました（第%(version)s版）") % {"version": definition.version}
    others = [member for member in Member.objects.filter(is_active=True).exclude(pk=by.pk) if sides_of(member.role)]
    notify(others, kind="definition", text=text, url="/definition/")


def _next_version() -> int:
    return (ReadyDefinition.objects.aggregate(last=models.Max("version"))["last"] or 0) + 1
