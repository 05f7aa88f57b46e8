"""Quotations on the screen: written, sent, compared, bargained about; and the customer's own page."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlparse

import pytest
from django.core.cache import cache
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.world import World

from ryorin.lib import clock
from ryorin.sales.quotations.actions import (
    draft_quotation,
    log_negotiation,
    new_version,
    request_approval,
    send_quotation,
)
from ryorin.sales.quotations.models import Quotation, QuotationVersion
from ryorin.sales.quotations.queries import newest_version, offer_of
from ryorin.sales.quotations.rules import Line
from ryorin.workspace.approvals.actions import create_route
from ryorin.workspace.approvals.models import Who
from ryorin.workspace.approvals.rules import Stage
from ryorin.workspace.members.models import Member

As = Callable[[Member], Client]
HUMAN = {"HTTP_USER_AGENT": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1"}


@pytest.fixture(autouse=True)
def fresh_cache(db: None) -> None:
    cache.clear()


@pytest.fixture
def quoted(world: World) -> Quotation:
    lines = [
        Line(description="検査装置", quantity=Decimal(2), unit="台", unit_price=480_000, cost=300_000),
        Line(
            description="お弁当", quantity=Decimal(8), unit="個", unit_price=1_080, tax_rate=Decimal(8), is_reduced=True
        ),
    ]
    return draft_quotation(world.deal, by=world.sato, lines=lines)


@pytest.fixture
def link(world: World, quoted: Quotation) -> str:
    """The address of the customer's page of a quotation that was sent."""
    return f"/offers/{send_quotation(quoted, by=world.sato, version=None).token}/"


def form_of(quotation: Quotation, **changes: Any) -> dict[str, Any]:
    """Return what the editor sends for the draft as it stands."""
    quotation.refresh_from_db()
    draft = newest_version(quotation)
    offer = offer_of(draft)
    lines = [line for line in offer.lines]
    values: dict[str, Any] = {
        **offer.terms,
        "valid_until": f"{offer.valid_until:%Y-%m-%d}",
        "is_inclusive": "1" if offer.is_inclusive else "",
        "version": quotation.version,
        "kind": [f"{line.kind}:{line.product_id}" if line.product_id else line.kind for line in lines],
        "description": [line.description for line in lines],
        "note": [line.note for line in lines],
        "quantity": [str(line.quantity) for line in lines],
        "unit": [line.unit for line in lines],
        "unit_price": [str(line.unit_price) for line in lines],
        "off": ["" for _line in lines],
        "tax": ["8r" if line.is_reduced else "10" for line in lines],
        "cost": ["" if line.cost is None else str(line.cost) for line in lines],
    }
    return values | changes


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_quotation_is_begun_from_the_deal(as_: As, world: World):
    answer = as_(world.sato).post(f"/deals/{world.deal.pk}/quotations/new/")
    made = Quotation.objects.get()

    assert answer["Location"] == f"/quotations/{made.pk}/edit/"
    assert "検査ラインの更新" in text_of(as_(world.sato).get(answer["Location"]))


def test_the_editor_keeps_what_was_typed(as_: As, world: World, quoted: Quotation):
    values = form_of(quoted, title="検査ライン（改）", off=["10%", "640"])
    answer = as_(world.sato).post(f"/quotations/{quoted.pk}/edit/", values)
    draft = newest_version(Quotation.objects.get())

    assert answer.status_code == 302
    assert (draft.title, draft.net, draft.gross) == ("検査ライン（改）", 872_000, 959_040)
    assert [line.amount for line in draft.lines.all()] == [864_000, 8_000]


def test_totals_are_told_while_typing_by_the_same_rules(as_: As, world: World, quoted: Quotation):
    answer = as_(world.sato).post(f"/quotations/{quoted.pk}/totals/", form_of(quoted, off=["10%", "640"], title=""))

    assert "¥959,040" in text_of(answer)
    assert 'data-amounts="¥864,000|¥8,000"' in text_of(answer)
    assert Quotation.objects.get().net == 968_640, "nothing is written while typing"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"quantity": ["-1", "8"]}, "1行目：数量は0以上"),
        ({"quantity": ["たくさん", "8"]}, "1行目：数量は数字で"),
        ({"unit_price": ["1e99", "1"]}, "1行目：単価を数字で"),
        ({"unit_price": ["999999999999999", "1"]}, "大きすぎ"),
        ({"off": ["200%", ""]}, "1行目：値引率は0から100"),
        ({"tax": ["x", "10"]}, "1行目：税率"),
        ({"description": ["", "お弁当"]}, "1行目：品名"),
        ({"title": ""}, "件名"),
        ({"title": "長" * 161}, "160"),
        ({"valid_until": "いつか"}, "有効期限"),
    ],
)
def test_what_cannot_be_kept_is_told_and_nothing_is_lost(as_: As, world: World, quoted: Quotation, changes, words):
    answer = as_(world.sato).post(f"/quotations/{quoted.pk}/edit/", form_of(quoted, remarks="残したい備考", **changes))

    assert answer.status_code == 422
    assert words in text_of(answer)
    assert "残したい備考" in text_of(answer)
    assert newest_version(quoted).remarks == ""


def test_more_than_200_lines_are_told(as_: As, world: World, quoted: Quotation):
    many = {name: [value] * 201 for name, value in zip(
        ("kind", "description", "note", "quantity", "unit", "unit_price", "off", "tax", "cost"),
        ("item", "品", "", "1", "", "1", "", "10", ""),
        strict=True,
    )}  # fmt: skip
    answer = as_(world.sato).post(f"/quotations/{quoted.pk}/edit/", form_of(quoted, **many))

    assert answer.status_code == 422
    assert "明細は200行まで" in text_of(answer)


def test_the_second_of_two_editors_is_told_and_keeps_what_they_typed(as_: As, world: World, quoted: Quotation):
    mine = form_of(quoted, remarks="二人目の備考")
    as_(world.sato).post(f"/quotations/{quoted.pk}/edit/", form_of(quoted, remarks="一人目の備考"))
    answer = as_(world.tamura).post(f"/quotations/{quoted.pk}/edit/", mine)

    assert "ほかの人が先に更新しました" in text_of(answer)
    assert "二人目の備考" in text_of(answer)
    assert newest_version(quoted).remarks == "一人目の備考"


def test_a_line_of_a_product_comes_with_its_price_and_why(as_: As, world: World, quoted: Quotation):
    world.product.price, world.product.cost = 500_000, 300_000
    world.product.save()
    page = text_of(as_(world.sato).get(f"/quotations/{quoted.pk}/line/?id={world.product.pk}"))

    assert f'value="item:{world.product.pk}"' in page
    assert 'value="500,000"' in page
    assert "標準価格" in page


def test_sending_shows_the_link_this_once(as_: As, world: World, quoted: Quotation):
    values = {"how": "link", "with_seal": "on", "follow_deal": "on", "version": quoted.version}
    page = text_of(as_(world.sato).post(f"/quotations/{quoted.pk}/send/", values))
    url = re.search(r'value="(http[^"]+)"', page)
    world.deal.refresh_from_db()

    assert url is not None
    assert world.deal.amount == 968_640
    assert Client().get(urlparse(url[1]).path).status_code == 200
    assert url[1] not in text_of(as_(world.sato).get(f"/quotations/{quoted.pk}/"))


def test_sending_twice_sends_once(as_: As, world: World, quoted: Quotation):
    values = {"how": "hand", "version": quoted.version}
    as_(world.sato).post(f"/quotations/{quoted.pk}/send/", values)
    page = text_of(as_(world.sato).post(f"/quotations/{quoted.pk}/send/", values))

    assert "ほかの人が先に更新しました" in page
    assert QuotationVersion.objects.filter(sent_at__isnull=False).count() == 1


def test_the_page_offers_a_new_version_and_compares(as_: As, world: World, quoted: Quotation):
    sent = send_quotation(quoted, by=world.sato, version=None).quotation
    answer = as_(world.sato).post(f"/quotations/{sent.pk}/revise/", {"version": sent.version})
    assert answer["Location"].endswith("/edit/")
    as_(world.sato).post(f"/quotations/{sent.pk}/edit/", form_of(sent, unit_price=["450000", "1080"]))
    page = text_of(as_(world.sato).get(f"/quotations/{sent.pk}/compare/"))

    assert "¥480,000 × 2台" in page
    assert "¥450,000 × 2台" in page
    assert page.count('class="changed"') >= 3


def test_the_pdf_of_a_sent_version_is_what_was_sent(as_: As, world: World, quoted: Quotation):
    draft = as_(world.sato).get(f"/quotations/{quoted.pk}/pdf/1/")
    send_quotation(quoted, by=world.sato, version=None)
    sent = as_(world.sato).get(f"/quotations/{quoted.pk}/pdf/1/")

    assert draft["Content-Type"] == sent["Content-Type"] == "application/pdf"
    assert sent["Content-Disposition"].startswith("attachment")
    assert sent.content == as_(world.sato).get(f"/quotations/{quoted.pk}/pdf/1/").content
    assert as_(world.sato).get(f"/quotations/{quoted.pk}/pdf/9/").status_code == 404


def test_bargaining_is_logged_answered_and_exported(as_: As, world: World, quoted: Quotation):
    client = as_(world.sato)
    day = f"{clock.today():%Y-%m-%d}"
    asked = {"asked_on": day, "asked_by": "customer", "request": "=5%引きで", "wished_amount": "900,000"}
    assert client.post(f"/quotations/{quoted.pk}/negotiations/new/", asked).status_code == 302
    entry = quoted.negotiations.get()
    answer = {"answered_on": day, "answer": "refused", "reason": "原価が上がったため", "version": entry.version}
    assert client.post(f"/negotiations/{entry.pk}/", answer).status_code == 302
    rows = client.get(f"/deals/{world.deal.pk}/negotiations/export/").content.decode("utf-8-sig").splitlines()

    assert rows[0].startswith("見積番号,版,申し入れ日")
    assert "'=5%引きで" in rows[1]
    assert "応じなかった" in rows[1] and "原価が上がったため" in rows[1]
    assert "価格交渉の記録 1件" in text_of(client.get(f"/deals/{world.deal.pk}"))


def test_the_calculator_says_what_a_wish_costs_and_puts_it_into_the_draft(as_: As, world: World, quoted: Quotation):
    client = as_(world.sato)
    page = text_of(client.get(f"/quotations/{quoted.pk}/counter/?wish=net&value=900,000"))
    assert "▲¥68,640" in page
    answer = client.post(f"/quotations/{quoted.pk}/counter/apply/", {"off": "68640", "version": quoted.version})

    assert answer["Location"].endswith("/edit/")
    assert newest_version(quoted).net == 900_000
    assert "数字で" in text_of(client.get(f"/quotations/{quoted.pk}/counter/?wish=margin&value=abc"))


def test_the_list_costs_the_same_however_long_it_is(
    as_: As, world: World, quoted: Quotation, django_assert_max_num_queries
):
    client = as_(world.sato)
    client.get("/quotations/")
    with django_assert_max_num_queries(40) as few:
        client.get("/quotations/")
    for _each in range(8):
        draft_quotation(world.deal, by=world.sato)
    with CaptureQueriesContext(few.connection) as many:
        page = text_of(client.get("/quotations/"))

    assert page.count("検査ラインの更新") >= 9
    assert len(many) <= len(few)


def test_the_customer_reads_and_accepts_without_an_account(link: str, world: World):
    page = text_of(Client().get(link, **HUMAN))
    assert "安達 栄太 様" in page and "¥1,065,331" in page
    answer = Client().post(f"{link}accept/", {"name": "安達 栄太", "agreed": "on"})
    world.deal.refresh_from_db()

    assert "受諾いただきました" in text_of(answer)
    assert Quotation.objects.get().state == "accepted"
    assert world.deal.amount == 968_640
    assert "すでに「受諾」" in text_of(Client().post(f"{link}accept/", {"name": "別の人", "agreed": "on"}))


def test_only_a_person_counts_as_having_opened(link: str, as_: As, world: World):
    Client().get(link, HTTP_USER_AGENT="curl/8.0")
    Client().head(link, **HUMAN)
    as_(world.sato).get(link, **HUMAN)
    assert newest_version(Quotation.objects.get()).opened_at is None
    Client().get(link, **HUMAN)
    assert newest_version(Quotation.objects.get()).opened_at is not None


def test_what_is_missing_is_asked_for_and_what_was_typed_stays(link: str):
    answer = Client().post(f"{link}accept/", {"name": "安達", "note": "検収後払いで"})
    assert answer.status_code == 400
    assert "チェックを入れて" in text_of(answer) and "検収後払いで" in text_of(answer)
    asked = Client().post(f"{link}ask/", {"name": "", "question": "納期は？"})
    assert "お名前を入力" in text_of(asked) and "納期は？" in text_of(asked)
    assert "理由" in text_of(Client().post(f"{link}decline/", {"name": "安達"}))
    assert Quotation.objects.get().state == "sent"


def test_nul_and_floods_of_letters_are_no_server_error(link: str):
    assert (
        Client()
        .post(f"{link}accept/", {"name": "安\0達", "agreed": "on", "note": "\ud800".encode("utf-8", "replace")})
        .status_code
        == 200
    )
    assert Client().post(f"{link}ask/", {"name": "安達", "question": "あ" * 200_000}).status_code == 400


def test_a_question_reaches_the_owner(link: str, world: World, as_: As):
    assert "ご質問を承りました" in text_of(
        Client().post(f"{link}ask/", {"name": "安達", "question": "納期は早まりますか"})
    )
    assert "納期は早まりますか" in text_of(as_(world.sato).get(f"/deals/{world.deal.pk}"))


def test_old_links_say_so(link: str, world: World):
    with clock.frozen(clock.now() + timedelta(days=40)):
        assert "有効期限は過ぎています" in text_of(Client().get(link))
    sent = Quotation.objects.get()
    send_quotation(new_version(sent, by=world.sato, version=None), by=world.sato, version=None)
    assert "新しい版" in text_of(Client().get(link))
    assert Client().get("/offers/unknown/").status_code == 404


def test_the_customer_s_page_is_kept_out_of_search_and_caches_and_is_throttled(link: str):
    answer = Client().get(link)
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in answer["Cache-Control"]
    codes = {Client().post(f"{link}accept/").status_code for _each in range(62)}
    assert 429 in codes and 500 not in codes


def test_the_customer_reads_in_the_language_of_the_quotation(as_: As, world: World, quoted: Quotation):
    as_(world.sato).post(f"/quotations/{quoted.pk}/edit/", form_of(quoted, language="en"))
    token = send_quotation(quoted, by=world.sato, version=None).token
    answer = Client().get(f"/offers/{token}/", HTTP_ACCEPT_LANGUAGE="ja")

    assert '<html lang="en">' in text_of(answer)


def test_the_pdf_can_be_had_by_the_link(link: str):
    answer = Client().get(f"{link}pdf/")
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")


def test_another_team_learns_nothing_of_it(as_: As, world: World, quoted: Quotation):
    log_negotiation(quoted, by=world.sato, request="値引")
    client = as_(world.kato)
    assert client.get(f"/quotations/{quoted.pk}/").status_code == 404
    assert "検査ライン" not in text_of(client.get("/quotations/"))


def test_a_larger_quantity_offers_the_price_it_has(as_: As, world: World, quoted: Quotation):
    world.product.price = 500_000
    world.product.save()
    ask = {"id": world.product.pk, "quantity": "3", "unit_price": "480,000"}
    page = text_of(as_(world.sato).get(f"/quotations/{quoted.pk}/price/", ask))

    assert 'data-price="500,000"' in page
    same = text_of(as_(world.sato).get(f"/quotations/{quoted.pk}/price/", ask | {"unit_price": "500,000"}))
    assert "data-price" not in same


def test_the_list_is_handed_out_as_a_file(as_: As, world: World, quoted: Quotation):
    answer = as_(world.sato).get("/export/quotations?format=csv")
    assert "検査ラインの更新" in b"".join(answer.streaming_content).decode("utf-8-sig")


def test_who_approves_without_seeing_the_deal_reads_the_paper_and_nothing_else(
    as_: As, world: World, quoted: Quotation
) -> None:
    path, pdf = f"/quotations/{quoted.pk}/", f"/quotations/{quoted.pk}/pdf/1/"
    assert [as_(world.kato).get(one).status_code for one in (path, pdf)] == [404, 404]

    create_route(
        "quotation",
        name="大阪の確認",
        stages=[Stage(name="確認", who=Who.MEMBERS, member_ids=(world.kato.pk,))],
        by=None,
    )
    request_approval(quoted, by=world.sato, version=None)

    answer = as_(world.kato).get(path)
    assert (answer.status_code, answer["Location"]) == (302, pdf)
    assert as_(world.kato).get(pdf).content.startswith(b"%PDF")
    assert as_(world.kato).get(f"{path}edit/").status_code == 404
    assert as_(world.kato).get("/quotations/").content.decode().count(quoted.title) == 0
