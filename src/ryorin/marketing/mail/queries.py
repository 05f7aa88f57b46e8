"""Mails for pages, and for whoever sends them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ryorin.conditions.errors import ConditionInvalid
from ryorin.conditions.parser import parse
from ryorin.conditions.to_orm import among, to_q
from ryorin.conditions.tree import Node
from ryorin.customers.consent.queries import StandingCount, standing_counts, with_standing
from ryorin.customers.people.fields import PERSON
from ryorin.customers.people.models import Person
from ryorin.customers.timeline.fields import TOUCHPOINT
from ryorin.lib.japanese import addressee
from ryorin.lib.postal import PREFECTURES
from ryorin.marketing.mail.models import MailKind, Message, MessageVersion, SenderIdentity
from ryorin.marketing.mail.rules import checks, mjml
from ryorin.marketing.mail.rules.checks import ARTICLE_3, Envelope, Finding, Level
from ryorin.marketing.mail.rules.compiling import CompiledMail, Draft, Sender, compile_mail

COLUMNS = {
    "addressed": ("family_name", "given_name", "honorific"),
    "family_name": ("family_name",),
    "given_name": ("given_name",),
    "name": ("family_name", "given_name"),
    "company": ("company__name",),
    "department": ("department",),
    "job_title": ("job_title",),
    "prefecture": ("prefecture",),
    "email": ("email",),
    "owner": ("owner__family_name", "owner__given_name"),
}


@dataclass(frozen=True, slots=True)
class Filling:
    """What one person brings to a mail: the values of its fields, and the rules that hold for them."""

    fields: dict[str, str]
    rules: frozenset[str]


@dataclass(frozen=True, slots=True)
class Audience:
    """Who would get a mail: how many, how many of them may, and both by ground and by reason."""

    total: int
    allowed: int
    by_basis: tuple[StandingCount, ...]
    refused: tuple[StandingCount, ...]

    @property
    def left_out(self) -> int:
        return self.total - self.allowed


def compiled(edition: MessageVersion, *, origin: str, subject: str | None = None) -> CompiledMail:
    """Return an edition ready to be filled in; a sealed one is compiled once in this process."""
    message = edition.message
    sender = message.sender
    if not edition.is_sealed:
        return compile_mail(draft_of(edition, subject=subject), sender=sender_of(sender), origin=origin)
    stamp = (sender.pk, sender.version) if sender else (0, 0)
    return _remembered(edition.pk, edition.sealed_at, stamp, origin, subject)


def draft_of(edition: MessageVersion, *, subject: str | None = None) -> Draft:
    """Return an edition without its database row; another subject may stand in."""
    return Draft(
        subject=edition.subject if subject is None else subject,
        preheader=edition.preheader,
        mjml=edition.mjml,
        text=edition.text,
        language=edition.message.language,
        rules={key: str(rule["name"]) for key, rule in edition.rules.items()},
    )


def sender_of(sender: SenderIdentity | None) -> Sender:
    """Return who sends as it stands in the mail."""
    if sender is None:
        return Sender()
    return Sender(sender.legal_name, sender.postal_address, sender.contact)


def fillings(mail: CompiledMail, edition: MessageVersion, person_ids: Collection[int]) -> dict[int, Filling]:
    """Return what each of these people brings to the mail, asked of the database in bulk."""
    holding = rules_of(edition, mail.rules, person_ids)
    columns = sorted({column for key in mail.fields for column in COLUMNS.get(key, ())})
    people = Person.objects.filter(among("pk", person_ids)).values("pk", *columns)
    return {
        row["pk"]: Filling(
            {key: _value(key, row) for key in mail.fields if key in COLUMNS},
            frozenset(key for key, ids in holding.items() if row["pk"] in ids),
        )
        for row in people
    }


def rules_of(edition: MessageVersion, keys: Collection[str], person_ids: Collection[int]) -> dict[str, set[int]]:
    """Return for each rule which of these people it holds for; one that cannot be read holds for nobody."""
    if not keys:
        return {}
    from ryorin.insight.lake.queries import Doers  # history is loaded when somebody asks it

    doers = Doers(among=list(person_ids))
    found: dict[str, set[int]] = {}
    for key in keys:
        try:
            node = node_of(edition, key)
        except ConditionInvalid:
            found[key] = set()
            continue
        wanted = Person.objects.filter(among("pk", person_ids), to_q(node, PERSON, now=doers.now, did=doers))
        found[key] = set(wanted.values_list("pk", flat=True))
    return found


def node_of(edition: MessageVersion, key: str) -> Node:
    """Return the condition of a rule; raise ConditionInvalid where it can no longer be read."""
    return parse(edition.rules[key]["condition"], PERSON, touchpoint_type=TOUCHPOINT)


def check(message: Message, people: QuerySet[Person] | None = None, *, origin: str = "https://x") -> list[Finding]:
    """Return what stands in the way of sending the message to these people, and what would make it better."""
    edition = message.newest
    found = checks.findings(_subject(edition, origin))
    found += [
        *_rules_found(edition),
        *(_audience_found(audience(message, people), message) if people is not None else ()),
    ]
    return sorted(found, key=lambda one: list(Level).index(one.level))


def audience(message: Message, people: QuerySet[Person]) -> Audience:
    """Return who of the people may get the message, by ground, and who not, by reason."""
    counts = standing_counts(people)
    total = sum(one.people for one in counts)
    if message.kind == MailKind.TRANSACTION:
        stopped = tuple(one for one in counts if _stops_notices(one.standing.reason))
        left = total - sum(one.people for one in stopped)
        return Audience(total, left, (), stopped)
    return Audience(
        total,
        sum(one.people for one in counts if one.standing.allowed),
        tuple(one for one in counts if one.standing.allowed),
        tuple(one for one in counts if not one.standing.allowed),
    )


def left_out(message: Message, people: QuerySet[Person]) -> QuerySet[Any]:
    """Return those who will not get the message, each with `mail_reason` (a key of consent.queries.WHY)."""
    marked = with_standing(people).exclude(mail_reason="").order_by("pk")
    if message.kind == MailKind.TRANSACTION:
        return marked.exclude(mail_reason__in=("unknown", "refused", "suppressed_refused", "suppressed_hand"))
    return marked


def _audience_found(found: Audience, message: Message) -> list[Finding]:
    made = []
    if found.total == 0:
        text = _("宛先が0人です。")
        advice = _("セグメントか条件を選び直してください。")
        made.append(Finding("nobody", Level.FAULT, text, advice, "", "audience"))
    elif found.allowed == 0:
        text = _("送れる相手が1人もいません。%(total)s人全員に、送ってよい根拠がありません。") % {
            "total": f"{found.total:,}"
        }
        made.append(
            Finding("none_allowed", Level.LAW, text, _("同意のある人を宛先にしてください。"), ARTICLE_3, "audience")
        )
    for one in found.refused:
        text = _("%(count)s人には送りません：%(why)s") % {"count": f"{one.people:,}", "why": one.standing.why}
        advice = _("配信の対象から自動で除かれます。")
        law = ARTICLE_3 if message.kind == MailKind.PROMOTION else ""
        made.append(Finding(f"left_out_{one.standing.reason}", Level.ADVICE, text, advice, law, "audience", one.people))
    return made


def _rules_found(edition: MessageVersion) -> list[Finding]:
    made = []
    for key, rule in edition.rules.items():
        try:
            node_of(edition, key)
        except ConditionInvalid as refusal:
            text = _("表示条件「%(name)s」を読み取れません。") % {"name": rule["name"]}
            made.append(Finding("rule", Level.FAULT, text, str(refusal), "", "rules"))
    return made


def _subject(edition: MessageVersion, origin: str) -> checks.Subject:
    message, sender = edition.message, edition.message.sender
    draft, body = draft_of(edition), mjml.read(edition.mjml)
    envelope = Envelope()
    if sender:
        envelope = Envelope(sender.from_name, sender.from_email, sender.dkim_domain, sender.has_key)
    return checks.Subject(
        draft=draft,
        compiled=compile_mail(draft, sender=sender_of(sender), origin=origin),
        body=body,
        sender=sender_of(sender) if sender else None,
        envelope=envelope,
        is_promotion=message.kind == MailKind.PROMOTION,
        transparent=frozenset(one.attributes["src"] for one in body.walk() if _is_transparent(one)),
    )


def _is_transparent(element: mjml.Element) -> bool:
    """Return whether this is a picture of ours one can see through: only those are kept as PNG."""
    address = element.attributes.get("src", "")
    return element.tag == "mj-image" and address.startswith("/m/") and address.endswith(".png")


def _value(key: str, row: dict[str, str]) -> str:
    match key:
        case "addressed":
            return addressee(family_name=row["family_name"], given_name=row["given_name"], honorific=row["honorific"])
        case "name":
            return f"{row['family_name']} {row['given_name']}".strip()
        case "owner":
            return f"{row['owner__family_name'] or ''} {row['owner__given_name'] or ''}".strip()
        case "prefecture":
            return PREFECTURES.get(row["prefecture"], "")
        case "company":
            return row["company__name"] or ""
    return row[key] or ""


def _stops_notices(reason: str) -> bool:
    """Return whether a reason not to mail stands against a notice about a dealing, too: the address does not work."""
    return reason not in ("", "unknown", "refused", "suppressed_refused", "suppressed_hand")


@lru_cache(maxsize=64)
def _remembered(
    pk: int, sealed_at: datetime | None, stamp: tuple[int, int], origin: str, subject: str | None
) -> CompiledMail:
    edition = MessageVersion.objects.select_related("message__sender").get(pk=pk)
    return compile_mail(draft_of(edition, subject=subject), sender=sender_of(edition.message.sender), origin=origin)
