"""Who may be written to, and why not: one person, a million, one address."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, QuerySet, Subquery, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ryorin.customers.consent.models import Basis, Consent, Medium, Suppression, SuppressionReason
from ryorin.customers.people.models import MailConsent, Person
from ryorin.customers.people.rules import email_key
from ryorin.lib.rows import rows_with

AT_ONCE = 10_000
NO_ADDRESS, UNKNOWN, REFUSED = "no_address", "unknown", "refused"
WHY: dict[str, str | Promise] = {
    NO_ADDRESS: _("メールアドレスがありません"),
    UNKNOWN: _("配信の同意の記録がありません"),
    REFUSED: _("本人が配信を拒否しています"),
    f"suppressed_{SuppressionReason.REFUSED}": _("このアドレスは配信停止の申し出を受けています"),
    f"suppressed_{SuppressionReason.COMPLAINED}": _("このアドレスから迷惑メールの申告がありました"),
    f"suppressed_{SuppressionReason.BOUNCED}": _("このアドレスには届きません（宛先不明）"),
    f"suppressed_{SuppressionReason.STOPPED}": _("利用停止の請求を受けたアドレスです"),
    f"suppressed_{SuppressionReason.ERASED}": _("消去の請求を受けたアドレスです"),
    f"suppressed_{SuppressionReason.HAND}": _("社内の判断で配信を止めているアドレスです"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a person may be mailed; `basis` says on what ground, `reason` and `why` say what stands against it."""

    allowed: bool
    basis: str = ""
    reason: str = ""

    @property
    def why(self) -> str:
        return str(Basis(self.basis).label if self.allowed and self.basis else WHY.get(self.reason, ""))


@dataclass(frozen=True, slots=True)
class StandingCount:
    """How many of an audience stand alike."""

    standing: Standing
    people: int


def mail_standing(person_ids: Iterable[int]) -> dict[int, Standing]:
    """Return for each of these people (any number of them) whether they may be mailed; unknown ids are left out."""
    found: dict[int, Standing] = {}
    waiting = iter(person_ids)
    while some := list(islice(waiting, AT_ONCE)):
        found |= _standing_of(some)
    return found


def standing(person: Person) -> Standing:
    """Return whether the person may be mailed."""
    return mail_standing([person.pk]).get(person.pk, Standing(False, reason=NO_ADDRESS))


def people_who_may_be_mailed() -> QuerySet[Person]:
    """Return the people with an address, a permission that counts, and no suppression of their address."""
    allowed = Person.objects.filter(mail_consent=MailConsent.ALLOWED).exclude(email_key="")
    return allowed.exclude(Exists(suppression_of(OuterRef("email_key"))))


def with_standing(people: QuerySet[Person]) -> QuerySet[Any]:
    """Return the people with `mail_reason`: why one may not be mailed (a key of WHY), empty where one may."""
    suppressed = Subquery(suppression_of(OuterRef("email_key")).values("reason")[:1], output_field=CharField())
    return people.annotate(suppressed=suppressed).annotate(
        mail_reason=Case(
            When(email_key="", then=Value(NO_ADDRESS)),
            *(When(suppressed=reason, then=Value(f"suppressed_{reason}")) for reason in SuppressionReason.values),
            When(mail_consent=MailConsent.REFUSED, then=Value(REFUSED)),
            When(mail_consent=MailConsent.UNKNOWN, then=Value(UNKNOWN)),
            default=Value(""),
            output_field=CharField(),
        )
    )


def standing_counts(people: QuerySet[Person]) -> list[StandingCount]:
    """Return how many of the people may be mailed, by basis, and how many may not, by reason; the largest first."""
    rows = with_standing(people.order_by()).values("mail_reason", basis=F("mail_basis")).annotate(n=Count("pk"))
    counts: dict[Standing, int] = {}
    for row in rows:
        reason = row["mail_reason"]
        key = _standing(reason, row["basis"])
        counts[key] = counts.get(key, 0) + row["n"]
    return [StandingCount(key, n) for key, n in sorted(counts.items(), key=lambda pair: -pair[1])]


def suppression_of(digest: OuterRef | str) -> QuerySet[Suppression]:
    """Return the standing suppression of an address, given by its keyed hash."""
    return Suppression.objects.filter(digest=digest, lifted_at__isnull=True)


def suppressed_addresses(addresses: Collection[str]) -> dict[str, str]:
    """Return those addresses that are not to be mailed, each with its reason (SuppressionReason)."""
    digests = {address: email_key(address) for address in addresses}
    reasons = dict(_reasons(digests.values()))
    return {address: reasons[digest] for address, digest in digests.items() if digest in reasons}


def is_suppressed(address: str) -> bool:
    """Return whether the address is not to be mailed."""
    return bool(suppressed_addresses([address]))


def current(person: Person) -> dict[str, Consent]:
    """Return the statement that counts for each medium there is one for."""
    statements = {consent.medium: consent for consent in Consent.objects.filter(person=person).order_by("at", "pk")}
    return {medium: statements[medium] for medium in Medium.values if medium in statements}


def _standing_of(ids: list[int]) -> dict[int, Standing]:
    wanted = ("id", "email_key", "mail_consent", "mail_basis")
    people = rows_with(Person, ("id",), wanted, [(pk,) for pk in ids])
    suppressed = dict(_reasons(key for _pk, key, _consent, _basis in people))
    return {pk: _standing(_reason(key, consent, suppressed.get(key)), basis) for pk, key, consent, basis in people}


def _reason(key: str, consent: str, suppressed: str | None) -> str:
    if not key:
        return NO_ADDRESS
    if suppressed:
        return f"suppressed_{suppressed}"
    return {MailConsent.REFUSED.value: REFUSED, MailConsent.UNKNOWN.value: UNKNOWN}.get(consent, "")


def _reasons(digests: Iterable[str]) -> Iterator[tuple[str, str]]:
    rows = rows_with(Suppression, ("digest",), ("digest", "reason", "lifted_at"), [(key,) for key in digests if key])
    return ((digest, reason) for digest, reason, lifted_at in rows if lifted_at is None)


@cache
def _standing(reason: str, basis: str) -> Standing:
    return Standing(False, reason=reason) if reason else Standing(True, basis=basis)
