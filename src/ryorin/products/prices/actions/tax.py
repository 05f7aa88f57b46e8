"""The rates of consumption tax, with their days."""

from collections.abc import Sequence

from django.db import transaction

from ryorin.products.prices.models import TaxRate
from ryorin.products.prices.queries import tax_rates
from ryorin.products.prices.rules import DatedRate, checked_rates, rates_key
from ryorin.workspace.audit.actions import record
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.models import Organisation


@transaction.atomic
def set_tax_rates(rates: Sequence[DatedRate], *, by: Member | None, known: str | None) -> None:
    """This function will keep these rates in the place of all others; `known` is the key of those it was made from."""
    require(by, "organisation.change")
    organisation = Organisation.objects.select_for_update().order_by("pk").first()
    before = tax_rates()
    if known is not None and known != rates_key(before):
        raise StaleRecord()
    checked = checked_rates(rates)
    if rates_key(checked) == rates_key(before):
        return
    TaxRate.objects.all().delete()
    TaxRate.objects.bulk_create(TaxRate(**each.as_row()) for each in checked)
    facts = {"rates": [[each.as_row() for each in before], [each.as_row() for each in checked]]}
    record("tax_rates_set", "organisation", organisation.pk if organisation else None, by=by, **facts)
