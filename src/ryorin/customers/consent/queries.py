from ryorin.customers.consent.models import Consent, Medium
from ryorin.customers.people.models import Person


def current(person: Person) -> dict[str, Consent]:
    """Return the statement that counts for each medium there is one for."""
    statements = {consent.medium: consent for consent in Consent.objects.filter(person=person).order_by("at", "pk")}
    return {medium: statements[medium] for medium in Medium.values if medium in statements}
