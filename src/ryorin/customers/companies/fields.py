"""The fields of a company, as lists, conditions, import, export and pages know them."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from ryorin.conditions.fields import Choice, Field, RecordType, Type
from ryorin.customers.companies.models import ClosingDay, PaymentSite, TaxRounding
from ryorin.customers.value.fields import value_fields
from ryorin.customers.value.models import Subject
from ryorin.lib.postal import PREFECTURES
from ryorin.workspace.members.models import Member

NOBODY: frozenset[str] = frozenset()
TEXT, NUMBER, REFERENCE = Type.TEXT, Type.NUMBER, Type.REFERENCE


def owners() -> Sequence[Choice]:
    """Return the members who can own a record, those who have left last."""
    return [(str(member.pk), member.name) for member in Member.objects.order_by("-is_active", "family_name", "pk")]


COMPANY = RecordType(
    name="company",
    label=_("会社"),
    plural="companies",
    table="companies",
    fields=(
        Field(name="id", label=_("ID"), type=NUMBER, writes=NOBODY, importable=False, sortable=True),
        Field(
            name="name",
            label=_("会社名"),
            type=TEXT,
            required=True,
            listed=True,
            aliases=(
                "社名",
                "企業名",
                "法人名",
                "取引先名",
                "提出者名",
                "Company",
                "Company name",
                "Account",
                "account",
                "name",
            ),
        ),
        Field(
            name="name_kana",
            label=_("会社名カナ"),
            type=TEXT,
            sortable=True,
            aliases=("会社名（カナ）", "社名カナ", "フリガナ", "提出者名（ヨミ）", "Company kana"),
        ),
        Field(
            name="name_en",
            label=_("会社名（英語）"),
            type=TEXT,
            aliases=("英語名", "提出者名（英字）", "Company name (English)"),
        ),
        Field(
            name="corporate_number",
            label=_("法人番号"),
            type=TEXT,
            aliases=("提出者法人番号", "Corporate number"),
            help=_("13桁の数字。先頭の検査数字も確かめます。"),
        ),
        Field(
            name="industry",
            label=_("業種"),
            type=TEXT,
            listed=True,
            aliases=("提出者業種", "Industry", "sector"),
        ),
        Field(name="employees", label=_("従業員数"), type=NUMBER, sortable=True, aliases=("Employees", "社員数")),
        Field(
            name="annual_revenue",
            label=_("年間売上高"),
            type=Type.MONEY,
            sortable=True,
            aliases=("売上高", "Annual revenue", "revenue"),
        ),
        Field(
            name="established_year",
            label=_("設立年"),
            type=NUMBER,
            aliases=("Established", "year_established", "創立年"),
        ),
        Field(name="phone", label=_("電話番号"), type=TEXT, listed=True, aliases=("電話", "TEL", "代表電話", "Phone")),
        Field(name="fax", label=_("FAX"), type=TEXT, aliases=("FAX番号", "ファックス", "Fax")),
        Field(name="website", label=_("ウェブサイト"), type=TEXT, aliases=("URL", "ホームページ", "Website")),
        Field(name="postal_code", label=_("郵便番号"), type=TEXT, aliases=("〒", "Postal code", "Zip")),
        Field(
            name="prefecture",
            label=_("都道府県"),
            type=Type.CHOICE,
            choices=tuple(PREFECTURES.items()),
            listed=True,
            aliases=("県", "所在地", "Prefecture", "State"),
        ),
        Field(name="city", label=_("市区町村"), type=TEXT, listed=True, aliases=("市町村", "City")),
        Field(name="street", label=_("番地"), type=TEXT, aliases=("町名番地", "Street", "Address")),
        Field(name="building", label=_("建物名"), type=TEXT, aliases=("建物", "ビル名", "Building")),
        Field(
            name="payment_terms",
            label=_("締め日・支払条件"),
            type=TEXT,
            aliases=("支払条件", "Payment terms"),
        ),
        Field(
            name="closing_day",
            label=_("締め日"),
            type=Type.CHOICE,
            choices=tuple(ClosingDay.choices),
            column=None,
            aliases=("締日", "Closing day"),
        ),
        Field(
            name="payment_site",
            label=_("支払サイト"),
            type=Type.CHOICE,
            choices=tuple(PaymentSite.choices),
            column=None,
            aliases=("支払日", "Payment due"),
        ),
        Field(
            name="tax_rounding",
            label=_("消費税の端数"),
            type=Type.CHOICE,
            choices=tuple(TaxRounding.choices),
            column=None,
            aliases=("端数処理", "Tax rounding"),
            help=_("空欄は、自社の設定と同じ。"),
        ),
        Field(name="customer_group", label=_("顧客グループ"), type=TEXT, aliases=("グループ", "Customer group")),
        Field(name="do_not_call", label=_("架電禁止"), type=Type.BOOLEAN, column=None, writes=NOBODY, importable=False),
        Field(
            name="parent",
            label=_("親会社"),
            type=REFERENCE,
            path="parent_id",
            column="parent_id",
            aliases=("親会社名", "Parent", "subsidiary_of"),
        ),
        Field(name="memo", label=_("メモ"), type=TEXT, column=None, aliases=("備考", "Memo", "Notes")),
        Field(
            name="owner",
            label=_("担当"),
            type=REFERENCE,
            path="owner_id",
            column="owner_id",
            choices=owners,
            listed=True,
            aliases=("担当者", "営業担当", "Owner"),
        ),
        Field(name="external_key", label=_("外部ID"), type=TEXT, aliases=("External ID", "ＥＤＩＮＥＴコード")),
        Field(name="created_at", label=_("登録日時"), type=Type.DATETIME, writes=NOBODY, importable=False),
        Field(
            name="updated_at",
            label=_("更新日時"),
            type=Type.DATETIME,
            writes=NOBODY,
            importable=False,
            listed=True,
            sortable=True,
        ),
        *value_fields(Subject.COMPANY),
    ),
)
