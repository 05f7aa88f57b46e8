"""Proposals on their pages: begun from the deal, written, previewed, handed over; templates in the settings."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from tests.world import World

from ryorin.sales.deals.actions import set_products
from ryorin.sales.deals.actions.products import Line
from ryorin.sales.documents.models import IssuedDocument
from ryorin.sales.proposals.actions import prepare_templates, send_proposal, start_proposal
from ryorin.sales.proposals.models import Proposal, ProposalTemplate
from ryorin.sales.proposals.queries import newest_version
from ryorin.workspace.members.models import Member

HTMX = {"HX-Request": "true"}


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


@pytest.fixture
def proposal(world: World) -> Proposal:
    deal = set_products(world.deal, [Line(world.product, Decimal(2), 1_900_000)], by=world.sato)
    return start_proposal(deal, by=world.sato, template=prepare_templates()[0])


def written(proposal: Proposal, **changes: Any) -> dict[str, Any]:
    """Return what the form of the proposal sends."""
    sections = newest_version(proposal).sections
    return {
        "version": proposal.version,
        "title": proposal.title,
        "key": [str(place) for place in range(len(sections))],
        "kind": [section["kind"] for section in sections],
        "section_title": [section["title"] for section in sections],
        "text": [section["text"] for section in sections],
        "on": [str(place) for place, section in enumerate(sections) if section["is_on"]],
    } | changes


def test_a_proposal_is_begun_on_the_page_of_the_deal(world: World) -> None:
    client = signed_in(world.sato)
    assert "提案書をつくる" in client.get(f"/deals/{world.deal.pk}").content.decode()
    assert "標準の提案書" in client.get(f"/deals/{world.deal.pk}/proposals/new/").content.decode()
    english = ProposalTemplate.objects.get(language="en")
    for _twice in range(2):
        sent = {"template": english.pk, "once": "a"}
        answer = client.post(f"/deals/{world.deal.pk}/proposals/new/", sent, headers=HTMX)
    made = Proposal.objects.get()
    assert (made.language, answer["HX-Redirect"]) == ("en", f"/proposals/{made.pk}/")
    page = client.get(f"/deals/{world.deal.pk}").content.decode()
    assert f"/proposals/{made.pk}/" in page


def test_what_is_written_is_kept_and_a_stale_page_says_so(world: World, proposal: Proposal) -> None:
    client = signed_in(world.sato)
    form = written(proposal, title="新しい件名", on=["0"])
    form["text"][0] = "一行目\r\n<script>alert(1)</script>"
    assert client.post(f"/proposals/{proposal.pk}/", form).status_code == 302
    kept = newest_version(Proposal.objects.get())
    assert (kept.title, [section["is_on"] for section in kept.sections][:2]) == ("新しい件名", [True, False])
    page = client.get(f"/proposals/{proposal.pk}/").content.decode()
    assert "&lt;script&gt;" in page and "<script>alert" not in page
    stale = client.post(f"/proposals/{proposal.pk}/", form | {"title": "古い"})
    assert stale.status_code == 422
    assert "ほかの人が先に更新しました" in stale.content.decode() and "古い" in stale.content.decode()


def test_a_section_is_written_anew_after_what_was_typed_is_kept(world: World, proposal: Proposal) -> None:
    set_products(world.deal, [Line(world.product, Decimal(1), 1_900_000)], by=world.sato)
    form = written(proposal, title="途中の件名")
    place = form["kind"].index("prices")
    form = {name: value[::-1] if isinstance(value, list) and name != "on" else value for name, value in form.items()}
    answer = signed_in(world.sato).post(f"/proposals/{proposal.pk}/refill/{place}/", form, headers=HTMX)
    assert answer.status_code == 204
    kept = Proposal.objects.get()
    assert (kept.title, kept.amount) == ("途中の件名", 2_090_000)


def test_the_preview_is_a_pdf_and_handing_over_moves_it_to_the_archive(world: World, proposal: Proposal) -> None:
    client = signed_in(world.sato)
    preview = client.get(f"/proposals/{proposal.pk}/preview/")
    assert preview.content.startswith(b"%PDF") and preview["Content-Disposition"].startswith("attachment")
    assert client.get(f"/proposals/{proposal.pk}/versions/1/").status_code == 404
    client.post(f"/proposals/{proposal.pk}/send/", {"version": 1}, headers=HTMX)
    again = client.post(f"/proposals/{proposal.pk}/send/", {"version": 1}, headers=HTMX)
    assert (IssuedDocument.objects.count(), again.status_code) == (1, 409)
    assert client.get(f"/proposals/{proposal.pk}/versions/1/").content.startswith(b"%PDF")
    client.post(f"/proposals/{proposal.pk}/revise/", headers=HTMX)
    page = client.get(f"/proposals/{proposal.pk}/").content.decode()
    assert "第2版" in page and "PDFで確認" in page


def test_the_list_shows_and_finds_proposals_in_few_queries(
    world: World, proposal: Proposal, django_assert_max_num_queries: Any
) -> None:
    template = prepare_templates()[0]
    for _each in range(5):
        start_proposal(world.deal, by=world.sato, template=template)
    send_proposal(proposal, by=world.sato, version=None)
    client = signed_in(world.sato)
    with django_assert_max_num_queries(40):
        page = client.get("/proposals/").content.decode()
    assert page.count("検査ラインの更新のご提案") >= 6 and "提出済み" in page
    assert "検査ラインの更新のご提案" in client.get("/proposals/?q=検査ライン").content.decode()
    assert "検査ラインの更新のご提案" not in signed_in(world.kato).get("/proposals/").content.decode()


@pytest.mark.parametrize(
    "wrong", [{"kind": ["magic"] * 9}, {"section_title": [""] * 9}, {"title": ""}, {"text": ["あ" * 9000] * 9}]
)
def test_impossible_sections_are_said_and_change_nothing(world: World, proposal: Proposal, wrong: Any) -> None:
    answer = signed_in(world.sato).post(f"/proposals/{proposal.pk}/", written(proposal) | wrong)
    assert answer.status_code == 422
    assert Proposal.objects.get().version == 1


def test_a_draft_is_deleted_with_a_way_back(world: World, proposal: Proposal) -> None:
    client = signed_in(world.sato)
    assert client.post(f"/proposals/{proposal.pk}/delete/", headers=HTMX).status_code == 204
    assert not Proposal.objects.exists()


def test_a_template_is_made_and_changed_in_the_settings(world: World) -> None:
    client = signed_in(world.mei)
    assert "標準の提案書" in client.get("/settings/proposals/").content.decode()
    form = {"name": "展示会向け", "language": "ja", "is_active": "on", "kind": ["text", "prices"]}
    form |= {"section_title": ["ごあいさつ", "価格"], "text": ["{会社名}の皆さまへ", ""]}
    assert client.post("/settings/proposals/new/", form).status_code == 302
    made = ProposalTemplate.objects.get(name="展示会向け")
    assert [section["title"] for section in made.sections] == ["ごあいさつ", "価格"]
    assert client.post("/settings/proposals/new/", form).status_code == 422
    client.post(f"/settings/proposals/{made.pk}/", form | {"name": "セミナー向け", "version": made.version})
    made.refresh_from_db()
    assert made.name == "セミナー向け"
    client.post(f"/settings/proposals/{made.pk}/delete/", headers=HTMX)
    assert not ProposalTemplate.objects.filter(pk=made.pk).exists()
