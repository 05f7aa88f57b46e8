"""A contract goes out: numbered, its exact PDF kept, a link for the customer; taken back, written anew."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ryorin.lib import clock
from ryorin.sales.contracts.actions.facts import locked, locked_with_deal, save, tell
from ryorin.sales.contracts.errors import ApprovalNeeded, ChecksFailed, NotADraft, NotWaiting, QuotationUsed
from ryorin.sales.contracts.models import (
    Contract,
    ContractState,
    ContractVersion,
    SigningLink,
)
from ryorin.sales.contracts.queries import checks, facts_of, latest_version
from ryorin.sales.contracts.queries.approving import KIND, approval_facts, approval_of, digest_of
from ryorin.sales.contracts.queries.paper import contract_pdf
from ryorin.sales.contracts.rules.checks import BAD
from ryorin.sales.contracts.rules.signing import LINK_DAYS, code_hash, new_code, new_token, token_hash
from ryorin.sales.documents.actions import next_number
from ryorin.workspace.approvals import actions as approvals
from ryorin.workspace.approvals.models import Approval
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.queries import current


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link as it is shown once: its token, and its code where one was wished."""

    link: SigningLink
    token: str
    code: str


@transaction.atomic
def send_contract(contract: Contract, *, by: Member | None, version: int | None) -> ContractVersion:
    """This function will fix the wording: number and exact PDF are kept, and from then on both sides may sign."""
    require(by, "contracts.change")
    contract = locked_with_deal(contract, version)
    if contract.state != ContractState.DRAFT:
        raise NotADraft(state=contract.get_state_display())
    problems = [f"{check.label}（{check.message}）" for check in checks(contract) if check.state == BAD]
    if problems:
        raise ChecksFailed(problems="、".join(problems))
    row = latest_version(contract)
    if not approval_of(contract, row, by=by).allows:
        raise ApprovalNeeded()
    moment = clock.now()
    today = clock.today(current().time_zone)
    contract.number = contract.number or next_number("contract", on=today)
    contract.state, contract.sent_at, contract.revision = ContractState.SENT, moment, row.revision
    row.terms, row.sent_at = facts_of(contract), moment
    row.pdf = contract_pdf(contract, row)
    row.sha256 = hashlib.sha256(row.pdf).hexdigest()
    row.save(update_fields=["terms", "sent_at", "pdf", "sha256"])
    save(contract, "number", "state", "sent_at", "revision")
    facts = {"revision": row.revision, "sha256": row.sha256, "amount": contract.gross}
    audit.record("contract_sent", "contract", contract.pk, by=by, name=str(contract), **facts)
    tell("contract_sent", contract, by=by, revision=row.revision)
    return row


@transaction.atomic
def request_approval(contract: Contract, *, by: Member, version: int | None, note: str = "") -> Approval | None:
    """This function will ask for approval of the draft as it stands; None where no route asks for it."""
    require(by, "contracts.change")
    contract = locked(contract, version)
    if contract.state != ContractState.DRAFT:
        raise NotADraft(state=contract.get_state_display())
    return approvals.request(
        KIND,
        contract.pk,
        title=str(contract),
        url=f"/contracts/{contract.pk}/",
        facts=approval_facts(contract),
        digest=digest_of(contract, latest_version(contract)),
        by=by,
        note=note,
    )


@transaction.atomic
def make_link(contract: Contract, *, by: Member | None, days: int = LINK_DAYS, with_code: bool = False) -> NewLink:
    """This function will make the link by which the customer signs; links given out before stop working."""
    require(by, "contracts.change")
    contract = locked(contract)
    if contract.state != ContractState.SENT:
        raise NotWaiting(state=contract.get_state_display())
    row = latest_version(contract)
    withdraw_links(row)
    token, code = new_token(), new_code() if with_code else ""
    link = SigningLink.objects.create(
        version=row,
        token_hash=token_hash(token),
        code_hash=code_hash(code, token=token) if code else "",
        expires_at=clock.now() + timedelta(days=max(1, min(days, 90))),
        made_by=by,
        made_at=clock.now(),
    )
    until = timezone.localtime(link.expires_at).isoformat()
    audit.record("contract_link_made", "contract", contract.pk, by=by, name=str(contract), until=until)
    return NewLink(link, token, code)


def withdraw_links(version: ContractVersion) -> None:
    """This function will stop every link of a version."""
    version.links.filter(withdrawn_at__isnull=True).update(withdrawn_at=clock.now())


@transaction.atomic
def withdraw_contract(contract: Contract, *, by: Member | None, version: int | None, note: str = "") -> Contract:
    """This function will take a contract back before both have signed; its links stop working."""
    require(by, "contracts.change")
    contract = locked(contract, version)
    if contract.state not in (ContractState.SENT, ContractState.DRAFT):
        raise NotWaiting(state=contract.get_state_display())
    withdraw_links(latest_version(contract))
    contract.state, contract.ended_at = ContractState.WITHDRAWN, clock.now()
    contract.end_note = note.replace("\0", "").strip()[:300]
    save(contract, "state", "ended_at", "end_note")
    audit.record("contract_withdrawn", "contract", contract.pk, by=by, name=str(contract), note=contract.end_note)
    return contract


@transaction.atomic
def new_version(contract: Contract, *, by: Member | None, version: int | None) -> ContractVersion:
    """This function will take a contract that nobody signed in full back to the desk, as its next version."""
    require(by, "contracts.change")
    contract = locked(contract, version)
    if contract.state in (ContractState.DRAFT, ContractState.SIGNED, ContractState.ENDED):
        raise NotADraft(state=contract.get_state_display())
    last = latest_version(contract)
    withdraw_links(last)
    now = clock.now()
    row = ContractVersion.objects.create(
        contract=contract,
        revision=last.revision + 1,
        title=last.title,
        clauses=last.clauses,
        made_by=by,
        made_at=now,
    )
    contract.state, contract.revision, contract.end_note = ContractState.DRAFT, row.revision, ""
    contract.ended_at = contract.sent_at = None
    contract.sign_by = max(filter(None, (contract.sign_by, clock.today(current().time_zone) + timedelta(days=14))))
    try:
        with transaction.atomic():
            save(contract, "state", "revision", "end_note", "ended_at", "sent_at", "sign_by")
    except IntegrityError:  # its quotation has another contract by now
        raise QuotationUsed(contract=contract.title) from None
    facts = {"revision": row.revision, "reason": _("新しい版")}
    audit.record("contract_rewritten", "contract", contract.pk, by=by, name=str(contract), **facts)
    return row
