"""The PDF, read by another program: everything a Japanese company expects of an 御見積書."""

import shutil
import subprocess
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from tests.sales.quotations.conftest import saved

from ryorin.sales.quotations import actions
from ryorin.sales.quotations.models import Quotation
from ryorin.sales.quotations.queries import newest_version, pdf_of
from ryorin.sales.quotations.rules import Line
from ryorin.workspace.organisation.models import Organisation

LINES = (
    Line(kind="heading", description="機器"),
    Line(
        description="画像検査カメラ", code="KM-100", quantity=Decimal(2), unit="台", unit_price=480_000, note="1年保証"
    ),
    Line(description="照明", quantity=Decimal("12.5"), unit="m", unit_price=12_800, discount_rate=Decimal(10)),
    Line(kind="subtotal"),
    Line(description="設置費", unit="式", unit_price=150_000),
    Line(description="お弁当", quantity=Decimal(8), unit="個", unit_price=1_080, tax_rate=Decimal(8), is_reduced=True),
    Line(kind="discount", discount=28_640),
)


@pytest.fixture(autouse=True)
def reader() -> None:
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not installed (apt-get install poppler-utils)")


@pytest.fixture
def offered(quoted: Quotation, sato, our_company: Organisation) -> Quotation:
    address = {"postal_code": "210-0005", "prefecture": "14", "address": "川崎市川崎区東田町8", "phone": "044-000-0000"}
    Organisation.objects.update(**address, registration_number="T7000012050002")
    return saved(
        quoted,
        by=sato,
        lines=LINES,
        to_postal_code="105-0011",
        to_address="東京都港区芝公園4-2-8",
        to_department="購買部",
        valid_until=date(2099, 12, 22),
        delivery="ご注文後4週間",
        delivery_place="川崎工場",
        payment_terms="月末締め翌月末払い",
        remarks="・電源工事は含みません。",
    )


def text_of(pdf: bytes, tmp_path: Path) -> str:
    file = tmp_path / "quotation.pdf"
    file.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True, check=True)
    return " ".join(done.stdout.split())


def test_the_japanese_pdf_holds_everything(offered, sato, tmp_path):
    quotation = actions.send_quotation(offered, by=sato, version=None).quotation
    text = text_of(pdf_of(newest_version(quotation)), tmp_path).replace(" ", "")

    for words in (
        "御見積書", quotation.number, "〒105-0011", "東京都港区芝公園4-2-8", "株式会社アクメ", "購買部", "安達愛様",
        "検査装置の導入", "ご注文後4週間", "川崎工場", "月末締め翌月末払い", "2099年12月22日",
        "両輪商事株式会社", "神奈川県川崎市川崎区東田町8", "TEL044-000-0000", "登録番号T7000012050002", "担当佐藤健",
        "機器", "画像検査カメラ", "KM-100", "1年保証", "12.5", "値引10%▲¥16,000", "小計", "¥1,104,000", "式", "お弁当※",
        "出精値引", "▲¥28,640", "¥1,234,000", "10%対象", "消費税10%", "¥122,555", "8%対象", "¥675", "¥1,357,230",
        "（税込）", "※は軽減税率の対象です", "電源工事は含みません", "1/1",
    ):  # fmt: skip
        assert words in text or words.replace("（", "(").replace("）", ")") in text, words


def test_a_draft_says_that_it_is_one_and_revisions_carry_their_number(offered, sato, tmp_path):
    assert "下書き" in text_of(pdf_of(newest_version(offered)), tmp_path)
    quotation = actions.send_quotation(offered, by=sato, version=None).quotation
    again = actions.send_quotation(actions.new_version(quotation, by=sato, version=None), by=sato, version=None)
    assert f"{quotation.number}-2" in text_of(pdf_of(newest_version(again.quotation)), tmp_path)


def test_the_english_pdf_is_english(offered, sato, tmp_path):
    english = saved(offered, by=sato, language="en", lines=(Line(description="Camera", unit_price=480_000),))
    text = text_of(pdf_of(newest_version(english)), tmp_path)

    assert "Camera" in text and "22 December 2099" in text
    assert "様" not in text


def test_200_lines_fill_pages_and_keep_the_head(offered, sato, tmp_path):
    long = saved(offered, by=sato, lines=tuple(Line(description=f"品{n}", unit_price=n) for n in range(1, 201)))
    text = text_of(pdf_of(newest_version(long)), tmp_path)

    assert "品200" in text
    assert text.count("品名") >= 4
