import pytest
from django.test import Client

from ryorin.workspace.members.models import Member


@pytest.fixture
def mei_at_work(mei: Member) -> Client:
    client = Client()
    client.force_login(mei)
    return client


def test_the_design_page_shows_every_component(mei_at_work: Client) -> None:
    page = mei_at_work.get("/design/")
    assert page.status_code == 200
