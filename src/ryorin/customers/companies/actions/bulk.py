"""The verbs of one company, for thousands of them in one transaction; what they write is the same."""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from types import SimpleNamespace
from typing import Any, cast

from django.db import transaction

from ryorin.customers.companies.actions.change import NAMES_IN_SEARCH, index_people_of
from ryorin.customers.companies.models import Company
from ryorin.customers.companies.rules import search_text
from ryorin.lib import clock
from ryorin.lib.rows import insert_rows, reserve_ids
from ryorin.workspace.audit.actions import record_alike
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.search.actions import index, index_tokens
from ryorin.workspace.search.rules import grams

TEXTS = (
    "name", "name_kana", "name_en", "match_key", "industry", "phone", "fax", "website", "postal_code", "prefecture",
    "city", "street", "building", "payment_terms", "closing_day", "payment_site",
    "tax_rounding", "customer_group", "memo",
)  # fmt: skip
OTHERS = (
    "corporate_number", "employees", "annual_revenue", "established_year", "parent_id", "owner_id", "external_key",
)  # fmt: skip
_DEFAULTS: dict[str, Any] = dict.fromkeys(TEXTS, "") | dict.fromkeys(OTHERS)
_given = itemgetter(*_DEFAULTS)


@transaction.atomic
def add_companies(rows: Sequence[Mapping[str, Any]], *, by: Member | None) -> Sequence[int]:
    """This function will add the companies and return their ids; values as `rules.normalised` gives them."""
    require(by, "companies.change")
    now = clock.now()
    ids = reserve_ids(Company, len(rows))
    given = [_given({**_DEFAULTS, **row}) for row in rows]
    moments = (1, now, now)
    columns = (*_DEFAULTS, "version", "created_at", "updated_at", "id")
    insert_rows(Company, columns, [(*values, *moments, pk) for pk, values in zip(ids, given, strict=True)])
    index_tokens("company", [(pk, tokens_of(row)) for pk, row in zip(ids, rows, strict=True)])
    facts = [(pk, {"name": row["name"], "why": "imported"}) for pk, row in zip(ids, rows, strict=True)]
    record_alike("company_created", "company", facts, by=by)
    return ids


@transaction.atomic
def change_companies(changes: Sequence[tuple[int, Mapping[str, Any], Mapping[str, Any]]], *, by: Member | None) -> None:
    """This function will set the new values of each (id, old values, new values), which the caller has compared."""
    require(by, "companies.change")
    now = clock.now()
    held = Company.objects.in_bulk([pk for pk, _old, _new in changes])
    for pk, _old, new in changes:
        Company.objects.filter(pk=pk).update(**new, version=held[pk].version + 1, updated_at=now)
    fresh = Company.objects.in_bulk(list(held))
    index("company", [(pk, search_text(fresh[pk])) for pk, _old, new in changes if new.keys() & NAMES_IN_SEARCH])
    for pk, _old, new in changes:
        if "name" in new:
            index_people_of(fresh[pk])
    facts = [(pk, {name: [old.get(name), value] for name, value in new.items()}) for pk, old, new in changes]
    record_alike("company_changed", "company", facts, by=by)


def tokens_of(row: Mapping[str, Any]) -> str:
    """Return the search tokens of a company given by values."""
    return grams(search_text(cast(Company, SimpleNamespace(**{**_DEFAULTS, **row}))))
