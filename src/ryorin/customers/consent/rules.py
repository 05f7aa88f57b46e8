"""When a statement about consent may stand."""

from ryorin.customers.consent.errors import EvidenceMissing, RefusedBefore, UnknownStatement
from ryorin.customers.consent.models import Basis, Consent, Medium


def check(*, medium: str, allowed: bool, basis: str, evidence: str, last: Consent | None) -> None:
    """This function will refuse a statement without evidence, and one that overrides a refusal by other than opt-in."""
    if medium not in Medium.values or basis not in Basis.values or allowed == (basis == Basis.REFUSED):
        raise UnknownStatement()
    if allowed and not evidence.strip():
        raise EvidenceMissing()
    if allowed and last and not last.allowed and basis != Basis.OPT_IN:
        raise RefusedBefore()
