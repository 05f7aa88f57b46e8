"""Proposals: built from what is known, changed freely, handed over once, kept for ever."""

import json
import shutil
import subprocess
from datetime import date
from decimal import Decimal

import pytest
from tests.world import World

from ryorin.customers.companies.actions import change_company, create_company
from ryorin.customers.timeline.models import InboxTouchpoint
from ryorin.customers.voice.actions import note_need
from ryorin.customers.voice.models import Need, NeedState
from ryorin.products.catalogue.actions import change_product
from ryorin.sales.deals.actions import change_deal, open_deal, set_products, win_deal
from ryorin.sales.deals.actions.products import Line
from ryorin.sales.deals.models import Deal
from ryorin.sales.documents.models import IssuedDocument
from ryorin.sales.documents.queries import content
from ryorin.sales.proposals.actions import (
    change_proposal,
    delete_proposal,
    delete_template,
    prepare_templates,
    refill_section,
    restore_proposal,
    revise_proposal,
    save_template,
    send_proposal,
    start_proposal,
)
from ryorin.sales.proposals.errors import (
    NothingToRevise,
    ProposalEmpty,
    ProposalSent,
    SectionsRefused,
    TemplateRefused,
)
from ryorin.sales.proposals.models import Proposal, ProposalTemplate
from ryorin.sales.proposals.queries import newest_version, pdf_of
from ryorin.sales.proposals.rules import blocks_of, months_to_pay_back
from ryorin.workspace.members.errors import NotAllowed, StaleRecord


@pytest.fixture
def deal(world: World) -> Deal:
    """Sato's deal with Acme: a problem with its cost, a need, a product, a customer like Acme who bought before."""
    change_company(world.acme, by=None, version=None, industry="製造業", payment_terms="月末締め翌月末払い")
    change_product(
        world.product, by=None, version=None, unit="台", price=1_900_000, description="傷と汚れを自動で見分けます。"
    )
    found = set_products(world.deal, [Line(world.product, Decimal(2), 1_900_000)], by=world.sato)
    found = change_deal(
        found,
        by=world.sato,
        version=None,
        problem="目視検査に時間がかかり、見落としが出ている。",
        problem_cost=12_000_000,
        cost_basis="検査員3名の残業と手直し",
        solution="カメラによる自動検査へ切り替える。",
        effect="検査時間を半分にします。",
    )
    note_need(
        "検査の見落としを減らしたい",
        kind="problem",
        by=world.sato,
        person=world.ada,
        deal_id=found.pk,
        words="月に10件は流出しています",
        wanted_on=date(2027, 3, 31),
    )
    other = create_company(by=None, name="株式会社ひみつ", industry="製造業", prefecture="14")
    sold = open_deal(by=world.sato, name="導入", company=other, owner=world.sato)
    sold = set_products(sold, [Line(world.product, Decimal(1), 1_900_000)], by=world.sato)
    win_deal(sold, by=world.sato, amount=1_900_000)
    return found


def begun(deal: Deal, world: World, language: str = "ja") -> Proposal:
    template = next(one for one in prepare_templates() if one.language == language)
    return start_proposal(deal, by=world.sato, template=template)


def text_of(document: bytes) -> str:
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not installed (apt install poppler-utils)")
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=document, capture_output=True, check=True)
    return done.stdout.decode()


def section(proposal: Proposal, kind: str) -> str:
    return str(next(one["text"] for one in newest_version(proposal).sections if one["kind"] == kind))


def test_a_proposal_says_what_is_known_of_the_deal(deal: Deal, world: World) -> None:
    proposal = begun(deal, world)
    assert proposal.title == "検査ラインの更新のご提案"
    problem = section(proposal, "problem")
    for said in ("目視検査に時間がかかり", "検査の見落としを減らしたい", "月に10件は流出しています", "¥12,000,000"):
        assert said in problem
    assert "画像検査カメラ KM-100" in section(proposal, "solution")
    assert "傷と汚れを自動で見分けます。" in section(proposal, "solution")
    assert "投資回収の目安｜約4か月" in section(proposal, "effect")
    assert "ご希望の時期｜2027年3月31日" in section(proposal, "schedule")
    assert "佐藤 健" in section(proposal, "team")
    assert "支払条件｜月末締め翌月末払い" in section(proposal, "terms")
    assert proposal.amount == 4_180_000


def test_references_name_no_other_customer(deal: Deal, world: World) -> None:
    said = section(begun(deal, world), "references")
    assert "製造業（神奈川県）：画像検査カメラ KM-100" in said
    assert "ひみつ" not in said


def test_sections_with_nothing_to_say_are_left_out_at_first(world: World) -> None:
    version = newest_version(begun(world.deal, world))
    assert {one["kind"] for one in version.sections if not one["is_on"]} >= {"problem", "prices", "references"}


def test_the_pdf_holds_every_item_in_japanese(deal: Deal, world: World) -> None:
    proposal = begun(deal, world)
    text = text_of(pdf_of(newest_version(proposal)))
    for said in (
        "下書き",
        "ご提案書",
        "検査ラインの更新のご提案",
        "株式会社アクメ",
        "安達 栄太 様",
        "両輪工業株式会社",
        "現状と課題",
        "検査の見落としを減らしたい",
        "¥12,000,000",
        "約4か月",
        "画像検査カメラ KM-100",
        "2 台",
        "¥3,800,000",
        "消費税 10%",
        "¥380,000",
        "合計（税込）",
        "¥4,180,000",
        "導入スケジュール",
        "体制",
        "導入実績",
        "月末締め翌月末払い",
    ):
        assert said.replace(" ", "") in text.replace(" ", ""), said


def test_the_pdf_is_english_where_the_template_is(deal: Deal, world: World) -> None:
    change_product(world.product, by=None, version=None, name_en="Inspection camera KM-100")
    proposal = begun(deal, world, "en")
    text = text_of(pdf_of(newest_version(proposal), number="P-2026-0001"))
    for said in ("What we propose", "Inspection camera KM-100", "Scope and price", "¥4,180,000", "P-2026-0001"):
        assert said in text, said
    assert "下書き" not in text


def test_what_was_written_is_kept_in_the_order_and_with_what_is_off(deal: Deal, world: World) -> None:
    proposal = begun(deal, world)
    sections = [dict(one) for one in newest_version(proposal).sections]
    moved = [
        sections[2],
        {**sections[1], "is_on": False},
        {"kind": "text", "title": "結び", "text": "以上", "is_on": True},
    ]
    proposal = change_proposal(proposal, by=world.sato, version=proposal.version, title="改題", sections=moved)
    kept = newest_version(proposal)
    assert [one["title"] for one in kept.sections] == ["ご提案内容", "現状と課題", "結び"]
    assert (kept.title, proposal.title, proposal.amount) == ("改題", "改題", 0)
    assert "現状と課題" not in text_of(pdf_of(kept))


def test_a_section_is_written_anew_from_the_deal(deal: Deal, world: World) -> None:
    proposal = begun(deal, world)
    change_deal(deal, by=world.sato, version=None, effect="不良を9割減らします。")
    set_products(deal, [Line(world.product, Decimal(3), 1_900_000)], by=world.sato)
    kinds = [one["kind"] for one in newest_version(proposal).sections]
    for kind in ("effect", "prices"):
        proposal = refill_section(proposal, kinds.index(kind), by=world.sato, version=proposal.version)
    assert "不良を9割減らします。" in section(proposal, "effect")
    assert proposal.amount == 6_270_000


def test_handing_over_archives_numbers_tells_and_moves_the_needs(deal: Deal, world: World) -> None:
    proposal = send_proposal(begun(deal, world), by=world.sato, version=1)
    document = IssuedDocument.objects.get()
    assert (proposal.state, proposal.number, document.kind) == ("sent", document.number, "proposal")
    assert (document.amount, document.counterparty, document.deal_id) == (4_180_000, "株式会社アクメ", deal.pk)
    assert proposal.number in text_of(content(document))
    told = InboxTouchpoint.objects.get(kind="proposed")
    assert (told.person_id, told.value) == (world.ada.pk, 4_180_000)
    assert json.loads(told.properties)["number"] == proposal.number
    assert Need.objects.get().state == NeedState.PROPOSED


def test_what_was_handed_over_never_changes_and_a_new_version_begins_from_it(deal: Deal, world: World) -> None:
    proposal = send_proposal(begun(deal, world), by=world.sato, version=1)
    before = content(IssuedDocument.objects.get())
    with pytest.raises(ProposalSent):
        change_proposal(proposal, by=world.sato, version=None, title="書き換え", sections=[])
    with pytest.raises(ProposalSent):
        send_proposal(proposal, by=world.sato, version=None)
    with pytest.raises(ProposalSent):
        delete_proposal(proposal, by=world.sato)
    revised = revise_proposal(proposal, by=world.sato)
    with pytest.raises(NothingToRevise):
        revise_proposal(revised, by=world.sato)
    sections = newest_version(revised).sections
    revised = change_proposal(revised, by=world.sato, version=None, title="第2案", sections=sections)
    again = send_proposal(revised, by=world.sato, version=None)
    assert (again.number, again.revision) == (proposal.number, 2)
    first, second = IssuedDocument.objects.order_by("revision")
    assert content(first) == before
    assert "第2案" in text_of(content(second))


def test_an_empty_proposal_a_stale_one_and_impossible_sections_are_refused(deal: Deal, world: World) -> None:
    proposal = begun(deal, world)
    off = [{**one, "is_on": False} for one in newest_version(proposal).sections]
    proposal = change_proposal(proposal, by=world.sato, version=1, title="空", sections=off)
    with pytest.raises(ProposalEmpty):
        send_proposal(proposal, by=world.sato, version=None)
    with pytest.raises(StaleRecord):
        change_proposal(proposal, by=world.sato, version=1, title="古い", sections=off)
    for wrong in (
        [{"kind": "magic", "title": "x", "text": ""}],
        [{"kind": "text", "title": " ", "text": ""}],
        [{"kind": "text", "title": "x", "text": "あ" * 8001}],
        [{"kind": "text", "title": "x", "text": ""}] * 31,
    ):
        with pytest.raises(SectionsRefused):
            change_proposal(proposal, by=world.sato, version=None, title="x", sections=wrong)
    assert not IssuedDocument.objects.exists()


def test_a_draft_can_be_deleted_and_put_back(deal: Deal, world: World) -> None:
    proposal = begun(deal, world)
    entry = delete_proposal(proposal, by=world.sato)
    assert not Proposal.objects.exists()
    restored = restore_proposal(entry, by=world.sato)
    assert "目視検査" in section(restored, "problem")


def test_marketers_write_templates_but_no_proposals(deal: Deal, world: World) -> None:
    template = prepare_templates()[0]
    with pytest.raises(NotAllowed):
        start_proposal(deal, by=world.mei, template=template)
    with pytest.raises(NotAllowed):
        save_template(
            None, by=world.sato, version=None, name="x", language="ja", is_active=True, sections=template.sections
        )
    mine = save_template(
        None,
        by=world.mei,
        version=None,
        name="展示会向け",
        language="ja",
        is_active=True,
        sections=[{"kind": "text", "title": "ごあいさつ", "text": "{会社名} {氏名}、{自社名}の{担当}です。"}],
    )
    proposal = start_proposal(deal, by=world.sato, template=mine)
    assert section(proposal, "text") == "株式会社アクメ 安達 栄太 様、両輪工業株式会社の佐藤 健です。"


def test_templates_have_a_name_of_their_own_and_one_stays(world: World) -> None:
    first, second = prepare_templates()
    for wrong in ({"name": ""}, {"language": "fr"}, {"sections": []}):
        fields = {"name": "新", "language": "ja", "is_active": True, "sections": first.sections} | wrong
        with pytest.raises(TemplateRefused):
            save_template(None, by=world.mei, version=None, **fields)  # type: ignore[arg-type]
    delete_template(second, by=world.mei)
    with pytest.raises(TemplateRefused):
        delete_template(first, by=world.mei)
    assert ProposalTemplate.objects.count() == 1


def test_lines_with_a_bar_are_a_table() -> None:
    assert blocks_of("前文\n\nA｜1\nB | 2｜3\n後文") == [
        {"prose": "前文"},
        {"rows": [["A", "1"], ["B | 2", "3"]]},
        {"prose": "後文"},
    ]


@pytest.mark.parametrize(
    ("price", "loss", "months"), [(3_800_000, 12_000_000, 4), (0, 1, None), (1, 0, None), (12, 12, 12)]
)
def test_the_price_is_paid_back_when_the_loss_has_reached_it(price: int, loss: int, months: int | None) -> None:
    assert months_to_pay_back(price, loss) == months
