"""The learned score in a real browser: its page, a threshold, and the way back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.alignment.learning_world import FAIR, WEB, answered, leads_of, new_lead

from ryorin.alignment.definitions.actions import prepare_defaults as prepare_definition
from ryorin.alignment.learning.actions import keep_learning, learn
from ryorin.alignment.learning.models import ScoreVersion
from ryorin.customers.people.models import Person
from ryorin.workspace.members.models import Member

Open = Callable[..., Page]
EVERY_LOOK = [("wide", "light"), ("wide", "dark"), ("narrow", "light"), ("narrow", "dark")]


@pytest.fixture
def good(transactional_db: None) -> Person:
    prepare_definition()
    answered(leads_of(260))
    learn()
    learn()
    person = new_lead(FAIR, "部長")
    new_lead(WEB, "担当")
    keep_learning()
    return person


@pytest.mark.parametrize(("width", "scheme"), EVERY_LOOK)
def test_the_page_is_whole_in_every_look(
    open_page: Open, good: Person, mei: Member, accessible: Callable[[Page], None], width: str, scheme: str
) -> None:
    page = open_page("/learning/?capacity=2", by=mei, width=width, scheme=scheme)
    expect(page.get_by_role("heading", name="スコアの学習")).to_be_visible()
    expect(page.locator("#calibration canvas, #calibration svg").first).to_be_visible()
    expect(page.get_by_text("％以上にすると、週")).to_be_visible()
    accessible(page)


def test_one_goes_back_to_a_version(open_page: Open, good: Person, mei: Member) -> None:
    page = open_page("/learning/", by=mei)
    page.get_by_role("button", name="この版に戻す").click()
    expect(page.get_by_text("第1版に切り替えました")).to_be_visible()
    assert ScoreVersion.objects.active().get().number == 1
