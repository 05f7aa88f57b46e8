import pytest

from ryorin.conditions.fields import RecordType
from ryorin.conditions.parser import parse
from ryorin.conditions.to_orm import to_q
from ryorin.conditions.tree import Op
from ryorin.customers.companies.fields import COMPANY
from ryorin.customers.companies.models import Company
from ryorin.customers.people.fields import PERSON
from ryorin.customers.people.models import Person
from ryorin.customers.purchases.fields import ORDER
from ryorin.customers.purchases.models import Order
from ryorin.lib import clock
from ryorin.products.catalogue.fields import PRODUCT
from ryorin.products.catalogue.models import Product


@pytest.mark.parametrize(
    ("record_type", "model"), [(PERSON, Person), (COMPANY, Company), (ORDER, Order), (PRODUCT, Product)]
)
def test_every_field_can_be_asked_for_and_read(db: None, record_type: RecordType, model: type) -> None:
    for field in record_type.fields:
        node = parse({"field": field.name, "op": Op.FILLED}, record_type)
        rows = model.objects.filter(to_q(node, record_type, now=clock.now()))
        assert list(rows.values_list(field.path)) == []
