"""Verbs of petitions: write, change, ask for approval."""

from collections.abc import Iterable, Sequence

from django.db import transaction

from ryorin.lib import clock
from ryorin.workspace.approvals import actions as approvals
from ryorin.workspace.approvals.models import Approval
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.files.actions import keep
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.petitions.errors import NotYourPetition, TooManyFiles
from ryorin.workspace.petitions.models import KIND, Petition
from ryorin.workspace.petitions.queries import hashes_of
from ryorin.workspace.petitions.rules import MOST_FILES, digest_of, facts_of, tidy

Attachment = tuple[str, bytes]  # its name and content


@transaction.atomic
def create_petition(
    *,
    by: Member,
    title: str,
    category: str,
    amount: int | None = None,
    text: str = "",
    attachments: Sequence[Attachment] = (),
) -> Petition:
    """This function will write down a petition of the member's."""
    require(by, "approvals.request")
    now = clock.now()
    values = tidy(title=title, category=category, amount=amount, text=text)
    petition = Petition.objects.create(owner=by, created_at=now, updated_at=now, **values)
    _attach(petition, attachments, by=by)
    audit.record("petition_created", "petition", petition.pk, by=by, name=petition.title, amount=amount)
    return petition


@transaction.atomic
def change_petition(
    petition: Petition,
    *,
    by: Member,
    version: int | None,
    title: str,
    category: str,
    amount: int | None = None,
    text: str = "",
    attachments: Sequence[Attachment] = (),
    without: Iterable[int] = (),
) -> Petition:
    """This function will change a petition, add files and take off those named; an approval holds no longer then."""
    require(by, "approvals.request")
    petition = _locked(petition, by=by, version=version)
    values = tidy(title=title, category=category, amount=amount, text=text)
    before = digest_of(petition, hashes_of(petition))
    for field, value in values.items():
        setattr(petition, field, value)
    petition.files.remove(*petition.files.filter(pk__in=list(without)))
    _attach(petition, attachments, by=by)
    after = digest_of(petition, hashes_of(petition))
    if after == before:
        return petition
    approvals.withdraw_of(KIND, petition.pk, by=by, why="")
    petition.version += 1
    petition.updated_at = clock.now()
    petition.save()
    audit.record("petition_changed", "petition", petition.pk, by=by, name=petition.title, digest=[before, after])
    return petition


@transaction.atomic
def ask_for_approval(petition: Petition, *, by: Member, version: int | None = None, note: str = "") -> Approval | None:
    """This function will ask for the petition's approval by the routes; None: no route asks for it."""
    require(by, "approvals.request")
    petition = _locked(petition, by=by, version=version)
    return approvals.request(
        KIND,
        petition.pk,
        title=petition.title,
        url=f"/petitions/{petition.pk}/",
        facts=facts_of(petition),
        digest=digest_of(petition, hashes_of(petition)),
        by=by,
        note=note,
    )


def _attach(petition: Petition, attachments: Sequence[Attachment], *, by: Member) -> None:
    if petition.files.count() + len(attachments) > MOST_FILES:
        raise TooManyFiles(most=MOST_FILES)
    for name, content in attachments:
        petition.files.add(keep(content, name=name, by=by))


def _locked(petition: Petition, *, by: Member, version: int | None) -> Petition:
    found: Petition = Petition.objects.select_for_update(of=("self",)).get(pk=petition.pk)
    if found.owner_id != by.pk:
        raise NotYourPetition()
    if version is not None and found.version != version:
        raise StaleRecord()
    return found
