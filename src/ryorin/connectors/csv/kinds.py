"""The record types that can be imported, by the word people type."""

from ryorin.connectors.csv.importers.companies import COMPANIES
from ryorin.connectors.csv.importers.consents import CONSENTS
from ryorin.connectors.csv.importers.costs import COSTS
from ryorin.connectors.csv.importers.deals import DEALS
from ryorin.connectors.csv.importers.kind import Kind
from ryorin.connectors.csv.importers.orders import ORDERS
from ryorin.connectors.csv.importers.people import PEOPLE
from ryorin.connectors.csv.importers.prices import PRICES
from ryorin.connectors.csv.importers.products import PRODUCTS
from ryorin.connectors.csv.importers.spending import SPENDING_OF_MONTHS
from ryorin.connectors.csv.importers.touchpoints import TOUCHPOINTS

KINDS: dict[str, Kind] = {
    kind.plural: kind
    for kind in (
        PEOPLE,
        COMPANIES,
        DEALS,
        ORDERS,
        TOUCHPOINTS,
        COSTS,
        PRODUCTS,
        PRICES,
        CONSENTS,
        SPENDING_OF_MONTHS,
    )
}
