"""How the rows of the Olist files read as ours: a lead, a closed deal, a seller, an order. No database."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from ryorin.lib.dates import parse_datetime
from ryorin.lib.money import to_minor

CURRENCY = "BRL"
NOT_PURCHASED = frozenset({"canceled", "unavailable"})
DAY, MINUTE = "%d-%m-%Y", "%d-%m-%Y %H:%M"
Row = Mapping[str, str]
Values = dict[str, Any]


def lead_key(mql_id: str) -> str:
    return f"olist:mql:{mql_id}"


def deal_key(mql_id: str) -> str:
    return f"olist:deal:{mql_id}"


def seller_key(seller_id: str) -> str:
    return f"olist:seller:{seller_id}"


def lead(row: Row, *, seller_id: str, time_zone: str) -> Values:
    """Return a lead as a person: the files give no names, so it is called a lead and the start of its id."""
    values: Values = {
        "family_name": "リード",
        "given_name": row["mql_id"][:8],
        "source_channel": row["origin"],
        "source_detail": f"landing page {row['landing_page_id']}",
        "first_contact_at": parse_datetime(row["first_contact_date"], time_zone, formats=(DAY,)),
        "external_key": lead_key(row["mql_id"]),
    }
    return values | ({"company_key": seller_key(seller_id)} if seller_id else {})


def deal(row: Row, first_contact_at: datetime, *, time_zone: str) -> Values:
    """Return a closed deal as a deal won, opened at the first contact, for the files know no other moment before.

    One was won before its lead's first contact: it is opened when it was won. Their worth is not in the files.
    """
    won_at = parse_datetime(row["won_date"], time_zone, formats=(MINUTE,))
    told = ("business_segment", "lead_type", "lead_behaviour_profile", "business_type", "declared_monthly_revenue")
    memo = "\n".join(f"{name}: {row[name]}" for name in (*told, "sdr_id", "sr_id") if row[name])
    return {
        "name": f"{row['business_segment'] or '出店'} {row['mql_id'][:8]}",
        "person_key": lead_key(row["mql_id"]),
        "company_key": seller_key(row["seller_id"]),
        "state": "won",
        "opened_at": min(first_contact_at, won_at),
        "closed_at": won_at,
        "amount": 0,
        "memo": memo,
        "external_key": deal_key(row["mql_id"]),
    }


def seller(seller_id: str, row: Row | None, segment: str) -> Values:
    """Return a seller as a company: the files give no names, so it is called a seller and the start of its id."""
    values = {"name": f"Seller {seller_id[:8]}", "external_key": seller_key(seller_id)}
    if segment:
        values["industry"] = segment
    if row:
        values["city"] = f"{row['seller_city']} / {row['seller_state']}"[:80]
        values["memo"] = f"CEP {row['seller_zip_code_prefix']}"
    return values


def ordered_at(row: Row, time_zone: str) -> datetime | None:
    """Return when an order was placed, else when it was approved; None where the file says neither."""
    text = row["order_purchase_timestamp"] or row["order_approved_at"]
    return parse_datetime(text, time_zone) if text else None


def lines_of(items: Iterable[Row], categories: Mapping[str, str]) -> list[Values]:
    """Return the lines of an order: each item at its price, and its freight as a line of its own."""
    lines = []
    for item in items:
        category = categories.get(item["product_id"], "")
        label = f"{category or 'product'} {item['product_id'][:8]}"
        lines.append(line(label, to_minor(item["price"], CURRENCY), category=category))
        if freight := to_minor(item["freight_value"], CURRENCY):
            lines.append(line("freight", freight, category="freight"))
    return lines


def line(description: str, amount: int, *, category: str) -> Values:
    """Return one line; prices in the files are what was paid, so no tax is added."""
    return {"description": description, "category": category, "amount": amount, "tax_rate": Decimal(0)}


def days_between(start: datetime, end: datetime) -> float:
    """Return the days from one moment to another."""
    return (end - start) / timedelta(days=1)
