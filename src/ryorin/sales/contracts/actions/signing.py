"""Both sides sign: on screen by name, drawing and consent, or on paper. The second signature concludes."""

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ryorin.lib import clock
from ryorin.lib.pdf import can_draw
from ryorin.sales.contracts.actions.concluding import conclude
from ryorin.sales.contracts.actions.facts import locked_with_deal, save, tell
from ryorin.sales.contracts.actions.sending import withdraw_links
from ryorin.sales.contracts.errors import (
    AlreadySigned,
    CodeWrong,
    ConsentMissing,
    DrawingWrong,
    FieldWrong,
    LinkWithdrawn,
    NotWaiting,
    ScanWrong,
    SignerMissing,
    SigningTooLate,
    TooManyCodes,
)
from ryorin.sales.contracts.models import (
    Contract,
    ContractState,
    ContractVersion,
    Side,
    Signature,
    SignedHow,
    SigningLink,
)
from ryorin.sales.contracts.queries import latest_version, opened
from ryorin.sales.contracts.rules.signing import LARGEST_SCAN, MOST_WRONG_CODES, code_hash, drawing_in
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.notifications.actions import notify
from ryorin.workspace.organisation.queries import current


@dataclass(frozen=True, kw_only=True)
class Signed:
    """What a signer gave: the name, a drawing or typed letters, consent, and from where."""

    name: str
    title: str = ""
    drawing: str = field(default="", repr=False)
    agrees: bool = False
    address: str | None = None
    user_agent: str = ""


@transaction.atomic
def sign_for_us(contract: Contract, signed: Signed, *, by: Member | None, version: int | None) -> Contract:
    """This function will take our side's signature on the exact PDF that was sent."""
    require(by, "contracts.sign")
    contract = _waiting(locked_with_deal(contract, version))
    _sign(contract, latest_version(contract), Side.US, signed, by=by)
    return contract


def sign_by_link(token: str, signed: Signed, *, code: str = "") -> Contract:
    """This function will take the customer's signature through their link, once, however often it is sent."""
    link = opened(token)
    _check_code(link, code, token=token)
    with transaction.atomic():
        contract = locked_with_deal(link.version.contract)
        if link.version.signatures.filter(side=Side.CUSTOMER).exists():
            raise AlreadySigned()
        _refuse_late(_waiting(contract), link)
        _sign(contract, link.version, Side.CUSTOMER, signed, by=None, with_code=bool(link.code_hash))
    return contract


@transaction.atomic
def sign_on_paper(
    contract: Contract, *, scan: bytes, name: str, title: str = "", on: date, by: Member | None, version: int | None
) -> Contract:
    """This function will take the scan of a contract that both sides signed on paper, instead of signing on screen."""
    require(by, "contracts.sign")
    contract = locked_with_deal(contract, version)
    row = latest_version(contract)
    is_picture = scan.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"))
    if len(scan) > LARGEST_SCAN or not (scan.startswith(b"%PDF-") or (is_picture and can_draw(scan))):
        raise ScanWrong()
    if on > clock.today(current().time_zone) or on.year < 1970:
        raise FieldWrong(field=_("署名日"))
    _waiting(contract)
    at = datetime.combine(on, time(12), ZoneInfo(current().time_zone))
    held = row.signatures.values_list("side", flat=True)
    for side, who in ((Side.US, by.name if by else current().name), (Side.CUSTOMER, _signer(name))):
        if side not in held:
            Signature.objects.create(
                version=row,
                side=side,
                how=SignedHow.PAPER,
                name=who,
                title=title[:80] if side == Side.CUSTOMER else "",
                at=at,
                sha256=hashlib.sha256(scan).hexdigest(),
                member=by if side == Side.US else None,
                person=contract.person if side == Side.CUSTOMER else None,
            )
    audit.record("contract_signed", "contract", contract.pk, by=by, name=str(contract), how="paper", signer=name)
    conclude(contract, row, by=by, scan=scan)
    return contract


@transaction.atomic
def decline_by_link(token: str, *, name: str, note: str) -> Contract:
    """This function will take the customer's no; the owner is told why."""
    link = opened(token)
    contract = _waiting(locked_with_deal(link.version.contract))
    withdraw_links(link.version)
    contract.state, contract.ended_at = ContractState.DECLINED, clock.now()
    contract.end_note = note.replace("\0", "").strip()[:300]
    save(contract, "state", "ended_at", "end_note")
    signer = _signer(name)
    audit.record(
        "contract_declined", "contract", contract.pk, by=None, name=str(contract), signer=signer, note=contract.end_note
    )
    tell("contract_declined", contract, by=None, signer=signer, note=contract.end_note)
    if contract.owner:
        text = _("「%(contract)s」が辞退されました：%(note)s") % {
            "contract": contract,
            "note": contract.end_note or "–",
        }
        notify([contract.owner], kind="contract_declined", text=text, url=f"/contracts/{contract.pk}/")
    return contract


def note_opening(link: SigningLink) -> None:
    """This function will keep when the customer first opened the link."""
    SigningLink.objects.filter(pk=link.pk, opened_at__isnull=True).update(opened_at=clock.now())


def _sign(
    contract: Contract,
    version: ContractVersion,
    side: Side,
    signed: Signed,
    *,
    by: Member | None,
    with_code: bool = False,
) -> None:
    """This function will keep the signature and, where it is the second, conclude the contract."""
    if not signed.agrees:
        raise ConsentMissing()
    drawing = drawing_in(signed.drawing) if signed.drawing else None
    if signed.drawing and (drawing is None or not can_draw(drawing)):
        raise DrawingWrong()
    try:
        with transaction.atomic():
            Signature.objects.create(
                version=version,
                side=side,
                how=SignedHow.DRAWN if drawing else SignedHow.TYPED,
                name=_signer(signed.name),
                title=" ".join(signed.title.replace("\0", "").split())[:80],
                drawing=drawing,
                at=clock.now(),
                address=signed.address,
                user_agent=signed.user_agent.replace("\0", "")[:300],
                sha256=version.sha256,
                with_code=with_code,
                member=by,
                person=contract.person if side == Side.CUSTOMER else None,
            )
    except IntegrityError:
        raise AlreadySigned() from None
    facts = {"side": side.value, "signer": _signer(signed.name), "sha256": version.sha256, "from": signed.address or ""}
    audit.record("contract_signed", "contract", contract.pk, by=by, name=str(contract), **facts)
    if version.signatures.count() == len(Side):
        conclude(contract, version, by=by)
        return
    save(contract)
    if side == Side.CUSTOMER and contract.owner:
        text = _("「%(contract)s」にお客様が署名しました。自社の署名を済ませてください。") % {"contract": contract}
        notify([contract.owner], kind="contract_signed", text=text, url=f"/contracts/{contract.pk}/")


def _check_code(link: SigningLink, code: str, *, token: str) -> None:
    """This function will refuse a wrong code and count it, so that nobody can try them all."""
    if not link.code_hash:
        return
    if link.wrong_codes >= MOST_WRONG_CODES:
        raise TooManyCodes()
    if code_hash(code.strip(), token=token) != link.code_hash:
        with transaction.atomic():
            row = SigningLink.objects.select_for_update().get(pk=link.pk)
            row.wrong_codes += 1
            row.save(update_fields=["wrong_codes"])
        raise TooManyCodes() if row.wrong_codes >= MOST_WRONG_CODES else CodeWrong()


def _refuse_late(contract: Contract, link: SigningLink) -> None:
    link.refresh_from_db(fields=["withdrawn_at"])
    if link.withdrawn_at is not None:
        raise LinkWithdrawn()
    if contract.sign_by and contract.sign_by < clock.today(current().time_zone):
        raise SigningTooLate(day=f"{contract.sign_by:%Y/%m/%d}")


def _waiting(contract: Contract) -> Contract:
    if contract.state == ContractState.SIGNED:
        raise AlreadySigned()
    if contract.state != ContractState.SENT:
        raise NotWaiting(state=contract.get_state_display())
    return contract


def _signer(name: str) -> str:
    tidy = " ".join(name.replace("\0", "").split())[:120]
    if not tidy:
        raise SignerMissing()
    return tidy
