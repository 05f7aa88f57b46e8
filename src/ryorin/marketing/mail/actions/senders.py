"""Who sends: the particulars the law wants shown, the address, and the key that proves it."""

import re
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Field
from django.utils.translation import gettext as _

from ryorin.lib import clock, dkim, vault
from ryorin.lib.postal import PREFECTURES
from ryorin.marketing.mail.errors import SenderFaulty, SenderGone, SenderIsDefault, SenderNameTaken
from ryorin.marketing.mail.models import SenderIdentity
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.queries import current

TEXTS = ("name", "from_name", "from_email", "reply_to", "legal_name", "postal_address", "contact", "colour")
DKIM = ("dkim_domain", "dkim_selector")
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}|xn--[a-z0-9.-]+")
_SELECTOR = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")


@transaction.atomic
def create_sender(*, by: Member | None, **fields: Any) -> SenderIdentity:
    """This function will add somebody mails are sent as; the first one is the default."""
    require(by, "mail_senders.change")
    now = clock.now()
    sender = SenderIdentity(created_at=now, updated_at=now, is_default=not SenderIdentity.objects.exists())
    for name, value in _checked(fields, SenderIdentity()).items():
        setattr(sender, name, value)
    _save(sender)
    audit.record("mail_sender_created", "mail_sender", sender.pk, by=by, name=sender.name)
    return sender


@transaction.atomic
def change_sender(sender: SenderIdentity, *, by: Member | None, version: int | None, **fields: Any) -> SenderIdentity:
    """This function will change what is given of a sender."""
    require(by, "mail_senders.change")
    row = _locked(sender, version)
    values = _checked(fields, row)
    changes = {name: [getattr(row, name), value] for name, value in values.items() if getattr(row, name) != value}
    if not changes:
        return row
    for name, value in values.items():
        setattr(row, name, value)
    return _saved(row, "mail_sender_changed", by=by, **changes)


@transaction.atomic
def make_default(sender: SenderIdentity, *, by: Member | None) -> SenderIdentity:
    """This function will make a sender the one new messages begin with."""
    require(by, "mail_senders.change")
    row = _locked(sender, None)
    if row.is_default:
        return row
    SenderIdentity.objects.filter(is_default=True).update(is_default=False)
    row.is_default = row.is_active = True
    return _saved(row, "mail_sender_made_default", by=by)


@transaction.atomic
def switch_sender(sender: SenderIdentity, *, is_active: bool, by: Member | None) -> SenderIdentity:
    """This function will take a sender out of use, or back; the default one stays in use."""
    require(by, "mail_senders.change")
    row = _locked(sender, None)
    if row.is_active == is_active:
        return row
    if row.is_default:
        raise SenderIsDefault()
    row.is_active = is_active
    return _saved(row, "mail_sender_switched", by=by, is_active=is_active)


@transaction.atomic
def make_dkim_key(sender: SenderIdentity, *, by: Member | None, version: int | None) -> SenderIdentity:
    """This function will make a new key for signing; mails count as signed once its public half stands in the DNS."""
    require(by, "mail_senders.change")
    row = _locked(sender, version)
    if not row.dkim_domain or not row.dkim_selector:
        raise SenderFaulty(what=_("先にDKIM署名のドメインとセレクタを保存してください。"))
    private = dkim.make_key()
    row.dkim_locked = vault.lock(private, key=settings.SECRET_KEY)
    row.dkim_public = dkim.public_record(private)
    return _saved(row, "mail_sender_key_made", by=by, domain=row.dkim_domain, selector=row.dkim_selector)


@transaction.atomic
def first_sender(*, by: Member | None) -> SenderIdentity:
    """This function will make the company itself the first sender, from what its settings say."""
    require(by, "mail_senders.change")
    found = SenderIdentity.objects.filter(is_default=True).first()
    if found:
        return found
    company = current()
    prefecture = PREFECTURES.get(company.prefecture, "")
    place = company.address if company.address.startswith(prefecture) else f"{prefecture}{company.address}"
    address = f"〒{company.postal_code} {place}" if company.postal_code else place
    return create_sender(
        by=by,
        name=company.name,
        from_name=company.sender_name or company.name,
        from_email=company.sender_email,
        legal_name=company.name,
        postal_address=address,
        contact=company.complaints_contact or company.phone,
    )


def private_key(sender: SenderIdentity) -> str:
    """Return the private key in PEM."""
    return vault.unlock(sender.dkim_locked, key=settings.SECRET_KEY)


def _checked(fields: dict[str, Any], row: SenderIdentity) -> dict[str, Any]:
    values = {}
    for name in (*TEXTS, *DKIM):
        if name in fields:
            text = " ".join(str(fields[name] or "").replace("\0", "").split())
            column = cast("Field[Any, Any]", SenderIdentity._meta.get_field(name))
            if len(text) > (column.max_length or 0):
                label = {"field": column.verbose_name, "limit": column.max_length}
                raise SenderFaulty(what=_("「%(field)s」は%(limit)s文字以内で入力してください。") % label)
            values[name] = text.lower() if name in (*DKIM, "colour") else text
    merged = {name: values.get(name, getattr(row, name)) for name in (*TEXTS, *DKIM)}
    _refuse_faults(merged)
    if (merged["dkim_domain"], merged["dkim_selector"]) != (row.dkim_domain, row.dkim_selector):
        values |= {"dkim_public": "", "dkim_locked": ""}  # a key belongs to the name it was made for
    return values


def _refuse_faults(values: dict[str, str]) -> None:
    if not values["name"] or not values["from_name"]:
        raise SenderFaulty(what=_("名前と差出人名を入力してください。"))
    for name, label in (("from_email", _("差出人アドレス")), ("reply_to", _("返信先"))):
        if not values[name] and name == "reply_to":
            continue
        try:
            validate_email(values[name])
        except ValidationError:
            raise SenderFaulty(what=_("「%(field)s」の形式が正しくありません。") % {"field": label}) from None
    if not _COLOUR.fullmatch(values["colour"]):
        raise SenderFaulty(what=_("ブランドカラーは #1f4e79 のように入力してください。"))
    if values["dkim_domain"] and not _DOMAIN.fullmatch(values["dkim_domain"]):
        raise SenderFaulty(what=_("DKIM署名のドメインの形式が正しくありません。"))
    if values["dkim_selector"] and not _SELECTOR.fullmatch(values["dkim_selector"]):
        raise SenderFaulty(what=_("DKIMセレクタには英数字とハイフンを使ってください。"))


def _locked(sender: SenderIdentity, version: int | None) -> SenderIdentity:
    row = SenderIdentity.objects.select_for_update().filter(pk=sender.pk).first()
    if row is None:
        raise SenderGone()
    if version is not None and row.version != version:
        raise StaleRecord()
    return row


def _saved(sender: SenderIdentity, fact: str, *, by: Member | None, **changes: Any) -> SenderIdentity:
    sender.version += 1
    sender.updated_at = clock.now()
    _save(sender)
    audit.record(fact, "mail_sender", sender.pk, by=by, **changes)
    return sender


def _save(sender: SenderIdentity) -> None:
    try:
        with transaction.atomic():
            sender.save()
    except IntegrityError:
        raise SenderNameTaken(name=sender.name) from None
