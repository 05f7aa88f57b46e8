"""Ada buys at Acme; Saeki at Morikawa works is thinking about it."""

import pytest

from ryorin.customers.companies.actions import create_company
from ryorin.customers.companies.models import Company
from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import Person
from ryorin.sales.deals.actions import open_deal
from ryorin.sales.deals.models import Deal, Pipeline, Stage
from ryorin.sales.deals.queries import default_pipeline
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.models import Organisation


@pytest.fixture
def our_company(db: None) -> Organisation:
    return Organisation.objects.create(name="両輪商事株式会社")


@pytest.fixture
def acme(our_company: Organisation) -> Company:
    return create_company(by=None, name="株式会社アクメ")


@pytest.fixture
def ada(acme: Company) -> Person:
    return create_person(
        by=None, family_name="安達", given_name="愛", email="ada@acme.example", company=acme, source_channel="event"
    )


@pytest.fixture
def pipeline(db: None) -> Pipeline:
    return default_pipeline()


@pytest.fixture
def stages(pipeline: Pipeline) -> list[Stage]:
    return list(pipeline.stages.all())


@pytest.fixture
def deal(ada: Person, sato: Member, pipeline: Pipeline) -> Deal:
    return open_deal(name="検査装置の導入", by=sato, person=ada, amount=3_000_000, owner=sato)
