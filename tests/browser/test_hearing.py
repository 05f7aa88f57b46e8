"""A hearing in a real browser: follow-ups appear at once, and nothing is lost when the network is."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.sales.hearing.conftest import SECTIONS, say

from ryorin.customers.companies.actions import create_company
from ryorin.customers.people.actions import create_person
from ryorin.customers.voice.models import Need
from ryorin.sales.deals.actions import open_deal, set_stage_rules
from ryorin.sales.deals.actions.stage_rules import Asked
from ryorin.sales.deals.models import Deal
from ryorin.sales.hearing.actions import create_sheet, start_hearing
from ryorin.sales.hearing.models import AnswerChange, Hearing
from ryorin.workspace.members.models import Member

Open = Callable[..., Page]
LOOKS = [("wide", "light"), ("narrow", "dark")]


@pytest.fixture
def deal(transactional_db: None, sato: Member) -> Deal:
    acme = create_company(by=None, name="株式会社アクメ")
    ada = create_person(by=None, family_name="安達", given_name="栄太", company=acme)
    return open_deal(name="検査ラインの更新", by=sato, person=ada, amount=3_800_000, owner=sato)


@pytest.fixture
def hearing(deal: Deal, sato: Member) -> Hearing:
    return start_hearing(create_sheet(name="検査の聞き取り", by=None, sections=SECTIONS), by=sato, deal=deal)


def answered(hearing: Hearing) -> dict[str, object]:
    return dict(hearing.answers.values_list("question", "value"))


def test_answers_are_saved_as_one_types_and_follow_ups_appear_at_once(
    open_page: Open, hearing: Hearing, sato: Member
) -> None:
    page = open_page(f"/hearings/{hearing.pk}/", by=sato, width="narrow")
    expect(page.get_by_label("質問rival_name")).to_be_hidden()
    page.locator('[data-question="rival"]').get_by_role("radio", name="はい").check()
    page.get_by_label("質問rival_name").fill("カメラ堂")
    expect(page.get_by_label("質問rival_good")).to_be_visible()
    page.locator('[data-question="needs"]').get_by_label("内容").fill("検査が遅い")
    page.locator('[data-question="needs"]').get_by_role("radio", name="5").check()
    expect(page.locator("#saving")).to_have_text("すべて保存しました")
    page.wait_for_function("Object.keys(localStorage).every((key) => !key.startsWith('ryorin-hearing'))")
    assert answered(hearing)["rival_name"] == "カメラ堂"
    need = Need.objects.get()
    assert (need.what, need.strength) == ("検査が遅い", 5)
    hearing.deal.refresh_from_db()  # type: ignore[union-attr]
    assert hearing.deal.competitor == "カメラ堂"  # type: ignore[union-attr]


def test_nothing_is_lost_without_a_network_nor_with_the_tab_closed(
    open_page: Open, hearing: Hearing, sato: Member
) -> None:
    page = open_page(f"/hearings/{hearing.pk}/", by=sato, width="narrow")
    page.context.set_offline(True)
    page.get_by_label("質問size").fill("120")
    page.get_by_label("質問budget").fill("3,000,000")
    expect(page.locator("#saving")).to_contain_text("未送信 2件")
    assert answered(hearing) == {}

    page.get_by_label("質問size").fill("150")
    other = page.context.new_page()
    page.close()
    page.context.set_offline(False)
    other.goto(f"/hearings/{hearing.pk}/")
    expect(other.locator("#saving")).to_have_text("すべて保存しました")
    expect(other.get_by_label("質問size")).to_have_value("150")
    assert answered(hearing) == {"size": "150", "budget": 3_000_000}


def test_the_network_comes_back_and_what_waits_goes_off_once_and_in_order(
    open_page: Open, hearing: Hearing, sato: Member
) -> None:
    page = open_page(f"/hearings/{hearing.pk}/", by=sato)
    page.context.set_offline(True)
    page.locator('[data-question="rival"]').get_by_role("radio", name="はい").check()
    page.get_by_label("質問rival_name").fill("カメラ堂")
    expect(page.locator("#saving")).to_contain_text("未送信 2件")
    page.wait_for_timeout(1200)  # a first attempt has failed meanwhile
    page.context.set_offline(False)
    expect(page.locator("#saving")).to_have_text("すべて保存しました", timeout=20_000)
    assert answered(hearing) == {"rival": True, "rival_name": "カメラ堂"}
    assert AnswerChange.objects.count() == 2


def test_an_answer_the_server_took_but_could_not_confirm_counts_once(
    open_page: Open, hearing: Hearing, sato: Member
) -> None:
    page = open_page(f"/hearings/{hearing.pk}/", by=sato)
    lost: list[int] = []

    def lose_first(route: object) -> None:
        if route.request.method == "POST" and not lost:  # type: ignore[attr-defined]
            lost.append(route.fetch().status)  # type: ignore[attr-defined]
            return route.abort()  # type: ignore[attr-defined, no-any-return]
        return route.continue_()  # type: ignore[attr-defined, no-any-return]

    page.route("**/answers/", lose_first)
    page.get_by_label("質問size").fill("120")
    expect(page.locator("#saving")).to_contain_text("未送信 1件")
    page.get_by_label("質問size").fill("130")
    expect(page.locator("#saving")).to_have_text("すべて保存しました", timeout=20_000)
    assert lost == [200]
    assert answered(hearing) == {"size": "130"}
    assert list(AnswerChange.objects.order_by("pk").values_list("said", flat=True)) == ["120", "130"]


def test_who_was_slower_chooses_which_answer_stays(
    open_page: Open, hearing: Hearing, sato: Member, kimura: Member
) -> None:
    page = open_page(f"/hearings/{hearing.pk}/", by=sato)
    say(hearing, "size", "99", by=kimura)
    page.get_by_label("質問size").fill("120")
    note = page.locator('[data-question="size"] [data-note]')
    expect(note).to_contain_text("木村 薫さんが先に「99」と記入しました。")
    note.get_by_role("button", name="自分の記入にする").click()
    expect(page.locator("#saving")).to_have_text("すべて保存しました")
    assert answered(hearing) == {"size": "120"}


def test_what_is_no_answer_is_told_beside_the_question(open_page: Open, hearing: Hearing, sato: Member) -> None:
    page = open_page(f"/hearings/{hearing.pk}/", by=sato)
    page.get_by_label("質問budget").fill("たくさん")
    expect(page.locator('[data-question="budget"] [data-note]')).to_contain_text("金額を数字で入力してください")
    expect(page.locator("#saving")).to_contain_text("要確認 1件")
    page.get_by_label("質問budget").fill("300")
    expect(page.locator("#saving")).to_have_text("すべて保存しました")


def test_a_dragged_card_that_lacks_something_shows_what_and_where(
    open_page: Open, deal: Deal, sato: Member, kimura: Member
) -> None:
    from tests.browser.test_board import drag

    stage = deal.pipeline.stages.all()[2]
    set_stage_rules(stage, [Asked("field", "problem", "お客さまの課題")], by=kimura)
    page = open_page("/deals", by=sato)
    drag(page, "検査ラインの更新", "提案")
    drawer = page.locator("#drawer")
    expect(drawer).to_contain_text("「提案」に進むには")
    expect(page.get_by_role("region", name="初回接触").locator(".board-card")).to_have_count(1)
    drawer.get_by_role("link", name="入力する").click()
    page.wait_for_url(f"**/deals/{deal.pk}#case-problem")
    page.locator("#case-problem .inline-edit").click()
    page.get_by_label("お客さまの課題").fill("検査が遅い")
    page.locator("#case-problem").get_by_role("button", name="保存").click()
    expect(page.locator(".checks .chip.sow", has_text="課題")).to_be_visible()
    page.get_by_role("button", name="提案", exact=True).click()
    expect(page.locator('.stage [aria-current="step"]')).to_contain_text("提案")


def test_a_sheet_is_put_in_order_by_keys_and_follow_ups_follow(
    open_page: Open, hearing: Hearing, kimura: Member
) -> None:
    page = open_page(f"/settings/hearing-sheets/{hearing.sheet_id}/", by=kimura)
    first = page.locator("[data-row]").nth(1)
    first.get_by_role("button", name="を下へ").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-row]").nth(2).get_by_label("質問", exact=True)).to_have_value("質問needs")
    rows = page.locator("[data-row]")
    before = rows.count()
    page.get_by_role("button", name="はい・いいえ").click()
    expect(rows).to_have_count(before + 1)
    added = rows.last
    added.get_by_label("質問", exact=True).fill("急ぎますか")
    added.locator("summary").click()
    added.get_by_label("もとになる質問").select_option(label="質問plan")
    added.get_by_label("比べ方").select_option(label="が次の値のとき")
    added.get_by_label("値", exact=True).fill("すぐ")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".toast-line")).to_contain_text("保存しました")
    question = hearing.sheet.newest.questions[-1]
    assert (question["label"], question["when"]) == (
        "急ぎますか",
        {"question": "plan", "op": "is", "value": "すぐ"},
    )
    assert [one["key"] for one in hearing.sheet.newest.questions[:2]] == ["rival", "needs"]


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_pages_are_accessible(
    open_page: Open,
    accessible: Callable[[Page], None],
    hearing: Hearing,
    kimura: Member,
    width: str,
    scheme: str,
) -> None:
    say(hearing, "rival", "yes", by=kimura)
    need = {"id": "0190b0f0-0000-7000-8000-000000000001", "what": "遅い", "strength": "5"}
    say(hearing, "needs", [need], by=kimura)
    stage = hearing.deal.pipeline.stages.all()[1]  # type: ignore[union-attr]
    for path in (
        f"/hearings/{hearing.pk}/",
        "/hearings/",
        "/hearings/new/",
        f"/deals/{hearing.deal_id}",
        "/needs/summary/",
        f"/needs/{Need.objects.get().pk}/",
        f"/settings/hearing-sheets/{hearing.sheet_id}/",
        f"/settings/stages/{stage.pk}/rules/",
    ):
        page = open_page(path, by=kimura, width=width, scheme=scheme)
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], path  # type: ignore[index]
