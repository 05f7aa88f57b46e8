"""Ada at Acme is offered cameras and their installation."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ryorin.products.catalogue.actions import create_product
from ryorin.products.catalogue.models import Product
from ryorin.sales.deals.actions import set_products
from ryorin.sales.deals.actions.products import Line as DealLine
from ryorin.sales.deals.models import Deal
from ryorin.sales.quotations.actions import Sent, draft_quotation, save_draft, send_quotation
from ryorin.sales.quotations.models import Quotation
from ryorin.sales.quotations.queries import newest_version, offer_of
from ryorin.sales.quotations.rules import Line, Offer
from ryorin.workspace.members.models import Member


@pytest.fixture
def camera(db: None) -> Product:
    return create_product(
        by=None,
        code="KM-100",
        name="画像検査カメラ",
        name_en="Inspection camera",
        unit="台",
        price=480_000,
        cost=300_000,
    )


@pytest.fixture
def quoted(deal: Deal, camera: Product, sato: Member) -> Quotation:
    """A draft with two cameras and their installation, 1,000,000 without tax."""
    set_products(deal, [DealLine(camera, Decimal(2), 480_000)], by=sato)
    quotation = draft_quotation(deal, by=sato)
    more = Line(description="設置費", unit="式", unit_price=40_000, cost=20_000)
    return saved(quotation, by=sato, lines=(*offer_of(newest_version(quotation)).lines, more))


@pytest.fixture
def sent(quoted: Quotation, sato: Member) -> Sent:
    return send_quotation(quoted, by=sato, version=None)


def saved(quotation: Quotation, *, by: Member, **changes: object) -> Quotation:
    """Return the quotation with its draft changed so."""
    return save_draft(quotation, changed(quotation, **changes), by=by, version=None)


def changed(quotation: Quotation, **changes: object) -> Offer:
    """Return what the last version says, with changes."""
    return replace(offer_of(newest_version(quotation)), **changes)  # type: ignore[arg-type]
