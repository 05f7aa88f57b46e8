"""What the demo company sells, in full: descriptions, categories, a bundle, price books; its logo and seal."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from ryorin.customers.companies.actions import change_company
from ryorin.customers.companies.models import ClosingDay, Company, PaymentSite
from ryorin.demo.staff import Staff
from ryorin.lib.fiscal import fiscal_year_of
from ryorin.products.catalogue.actions import add_category, change_category, change_product, create_product, set_parts
from ryorin.products.catalogue.models import Category
from ryorin.products.prices.actions import Line, change_prices, create_book
from ryorin.workspace.organisation.actions import set_image

IMAGES = Path(__file__).parent / "images"
DEALERS = "代理店"
EVERY_NTH_IS_A_DEALER, DEALERS_AT_MOST = 9, 30
KYUSHU = ["40", "41", "42", "43", "44", "45", "46", "47"]
CATEGORIES = {
    "装置": ("検査装置", "測定機"),
    "工具と消耗品": ("測定工具", "周辺機器", "消耗品"),
    "ソフトとサービス": ("ソフトウェア", "サービス"),
}
DESCRIPTIONS = {
    "VX-100": (
        "小物部品の外観を1秒で判定します。卓上に置けて、段取り替えも数分で済みます。",
        "Inspection system VX-100",
    ),
    "VX-300": (
        "ラインの流れを止めずに、傷・汚れ・欠けを見分けます。判定の画像はすべて保存します。",
        "In-line inspection system VX-300",
    ),
    "MZ-5": ("複雑な形状も1回のセットで測定し、成績書を自動でつくります。", "Coordinate measuring machine MZ-5"),
    "SW-1": ("検査の結果を集計し、不良の傾向を毎朝お知らせします。", "Inspection software, one year"),
    "CAL-1": ("国家標準につながる校正を、お客さまの工場で行います。", "Calibration service"),
    "LED-2": ("影の出にくい面発光の照明です。", "Lighting unit LED-2"),
}
DEALER_BREAKS = ((1, "0.92"), (10, "0.88"), (50, "0.85"))


def fill_catalogue(staff: Staff, *, today: date) -> None:
    """This function will describe the products, put them into categories and price books, and dress the documents."""
    by = staff.administrator
    for top, below in CATEGORIES.items():
        parent = add_category(by=by, name=top)
        for category in Category.objects.filter(name__in=below):
            change_category(category, by=by, version=None, name=category.name, parent=parent)
    for code, (description, name_en) in DESCRIPTIONS.items():
        staff.products[code] = change_product(
            staff.products[code], by=by, version=None, description=description, name_en=name_en
        )
    start_pack(staff)
    keep_price_books(staff, year=fiscal_year_of(today))
    set_image("logo", content=(IMAGES / "logo.png").read_bytes(), name="logo.png", by=by, version=None)
    set_image("seal", content=(IMAGES / "seal.png").read_bytes(), name="角印.png", by=by, version=None)


def start_pack(staff: Staff) -> None:
    """This function will bundle what somebody needs who begins with inspection by camera."""
    pack = create_product(
        by=staff.administrator,
        code="PACK-1",
        name="画像検査スタートパック",
        name_en="Inspection starter pack",
        description="装置・照明・ソフト・初回の校正をまとめました。届いた日から検査を始められます。",
        category="検査装置",
        unit="式",
        price=4_200_000,
        needs_person=True,
    )
    parts = [
        (staff.products[code], Decimal(count))
        for code, count in (("VX-100", 1), ("LED-2", 2), ("SW-1", 1), ("CAL-1", 1))
    ]
    set_parts(pack, parts, by=staff.administrator, version=None)


def keep_price_books(staff: Staff, *, year: int) -> None:
    """This function will price everything for dealers, and the small things for a campaign in Kyushu."""
    by = staff.administrator
    dealers = create_book(
        by=by,
        name=f"{DEALERS} {year}年度",
        valid_from=date(year, 4, 1),
        valid_to=date(year + 1, 3, 31),
        customer_group=DEALERS,
    )
    priced = [product for product in staff.products.values() if product.price]
    lines = [
        Line(product, Decimal(start), int((product.price or 0) * Decimal(part)))
        for product in priced
        for start, part in DEALER_BREAKS
    ]
    change_prices(dealers, lines, by=by, version=None)
    kyushu = create_book(
        by=by,
        name="九州・沖縄キャンペーン",
        valid_from=date(year, 10, 1),
        valid_to=date(year, 12, 31),
        prefectures=KYUSHU,
        note="福岡営業所の開設を記念して。",
    )
    small = [product for product in priced if (product.price or 0) < 100_000]
    change_prices(
        kyushu,
        [Line(product, Decimal(1), int((product.price or 0) * Decimal("0.9"))) for product in small],
        by=by,
        version=None,
    )


def agree_on_terms(staff: Staff) -> None:
    """This function will make some companies dealers, with the terms that go with it."""
    companies = Company.objects.order_by("pk")
    for company in companies[3 : DEALERS_AT_MOST * EVERY_NTH_IS_A_DEALER : EVERY_NTH_IS_A_DEALER]:
        change_company(
            company,
            by=staff.administrator,
            version=None,
            customer_group=DEALERS,
            closing_day=ClosingDay.MONTH_END,
            payment_site=PaymentSite.NEXT_END,
        )
