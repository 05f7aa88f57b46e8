"""The fields of a person, as lists, conditions, import, export and pages know them."""

from django.utils.translation import gettext_lazy as _

from ryorin.conditions.fields import Field, RecordType, Segments, Type
from ryorin.customers.companies.fields import owners
from ryorin.customers.people.models import CallHours, LifecycleStage, MailBasis, MailConsent
from ryorin.customers.people.rules import HONORIFICS
from ryorin.customers.segments.queries import members, names
from ryorin.customers.value.fields import value_fields
from ryorin.customers.value.models import Subject
from ryorin.customers.voice.fields import interest_fields
from ryorin.lib.postal import PREFECTURES

NOBODY: frozenset[str] = frozenset()
TEXT, NUMBER, REFERENCE, CHOICE, DATETIME = Type.TEXT, Type.NUMBER, Type.REFERENCE, Type.CHOICE, Type.DATETIME

PERSON = RecordType(
    name="person",
    label=_("顧客"),
    plural="people",
    table="people",
    segments=Segments(names=names, members=members),
    fields=(
        Field(name="id", label=_("ID"), type=NUMBER, writes=NOBODY, importable=False, sortable=True),
        Field(
            name="family_name",
            label=_("姓"),
            type=TEXT,
            required=True,
            aliases=("氏名", "名前", "お名前", "苗字", "Last name", "Family name", "Surname", "Name"),
        ),
        Field(name="given_name", label=_("名"), type=TEXT, aliases=("First name", "Given name")),
        Field(
            name="family_kana",
            label=_("セイ"),
            type=TEXT,
            sortable=True,
            aliases=("姓カナ", "姓（カナ）", "氏名カナ", "フリガナ", "Family kana"),
        ),
        Field(name="given_kana", label=_("メイ"), type=TEXT, aliases=("名カナ", "名（カナ）", "Given kana")),
        Field(name="honorific", label=_("敬称"), type=TEXT, aliases=("Honorific",)),
        Field(
            name="company",
            label=_("会社"),
            type=REFERENCE,
            path="company_id",
            column="company_id",
            aliases=("会社名", "所属", "勤務先", "企業名", "法人名", "Company", "Company name", "Account"),
        ),
        Field(
            name="company_name",
            label=_("会社名"),
            type=TEXT,
            path="company__name",
            column=None,
            writes=NOBODY,
            importable=False,
            listed=True,
        ),
        Field(
            name="company_industry",
            label=_("会社の業種"),
            type=TEXT,
            path="company__industry",
            column=None,
            writes=NOBODY,
            importable=False,
        ),
        Field(
            name="company_employees",
            label=_("会社の従業員数"),
            type=NUMBER,
            path="company__employees",
            column=None,
            writes=NOBODY,
            importable=False,
        ),
        Field(name="department", label=_("部署"), type=TEXT, aliases=("部署名", "所属部署", "Department")),
        Field(name="job_title", label=_("役職"), type=TEXT, listed=True, aliases=("肩書", "Title", "Job title")),
        Field(
            name="email",
            label=_("メールアドレス"),
            type=TEXT,
            listed=True,
            sortable=True,
            aliases=("メール", "E-mail", "Email", "Mail", "Email address"),
        ),
        Field(name="phone", label=_("電話番号"), type=TEXT, aliases=("電話", "TEL", "Phone", "Telephone")),
        Field(name="mobile", label=_("携帯電話"), type=TEXT, aliases=("携帯", "携帯番号", "Mobile")),
        Field(name="postal_code", label=_("郵便番号"), type=TEXT, aliases=("〒", "Postal code", "Zip")),
        Field(
            name="prefecture",
            label=_("都道府県"),
            type=CHOICE,
            choices=tuple(PREFECTURES.items()),
            listed=True,
            aliases=("県", "Prefecture", "State"),
        ),
        Field(name="city", label=_("市区町村"), type=TEXT, aliases=("市町村", "City")),
        Field(name="street", label=_("番地"), type=TEXT, aliases=("住所", "町名番地", "Street", "Address")),
        Field(name="building", label=_("建物名"), type=TEXT, aliases=("建物", "ビル名", "Building")),
        Field(name="memo", label=_("メモ"), type=TEXT, column=None, aliases=("備考", "Memo", "Notes")),
        Field(
            name="stage",
            label=_("段階"),
            type=CHOICE,
            choices=tuple(LifecycleStage.choices),
            writes=NOBODY,
            importable=False,
            listed=True,
        ),
        Field(
            name="stage_at",
            label=_("この段階になった日時"),
            type=DATETIME,
            writes=NOBODY,
            importable=False,
        ),
        Field(
            name="score", label=_("スコア"), type=NUMBER, writes=NOBODY, importable=False, listed=True, sortable=True
        ),
        Field(
            name="chance",
            label=_("成約見込み（％）"),
            type=NUMBER,
            path="chance__percent",
            column=None,
            writes=NOBODY,
            importable=False,
        ),
        Field(
            name="is_ready",
            label=_("引き継ぎの条件を満たす"),
            type=Type.BOOLEAN,
            writes=NOBODY,
            importable=False,
        ),
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
        Field(
            name="mail_consent",
            label=_("メール配信"),
            type=CHOICE,
            choices=tuple(MailConsent.choices),
            writes=NOBODY,
            importable=False,
        ),
        Field(
            name="mail_basis",
            label=_("メール配信の根拠"),
            type=CHOICE,
            choices=tuple(MailBasis.choices),
            writes=NOBODY,
            importable=False,
        ),
        Field(name="do_not_call", label=_("架電禁止"), type=Type.BOOLEAN, writes=NOBODY, importable=False),
        Field(
            name="do_not_call_on",
            label=_("架電禁止にした日"),
            type=Type.DATE,
            column=None,
            writes=NOBODY,
            importable=False,
        ),
        Field(
            name="call_hours",
            label=_("電話の希望時間帯"),
            type=CHOICE,
            choices=tuple(CallHours.choices),
            column=None,
            importable=False,
        ),
        Field(
            name="source_channel",
            label=_("獲得チャネル"),
            type=TEXT,
            listed=True,
            aliases=("チャネル", "流入元", "Channel", "Source", "Lead source", "Origin"),
        ),
        Field(
            name="source_campaign_id",
            label=_("獲得施策"),
            type=REFERENCE,
            aliases=("施策", "キャンペーン", "Campaign"),
        ),
        Field(name="source_detail", label=_("きっかけ"), type=TEXT, aliases=("経緯", "Source detail")),
        Field(
            name="first_contact_at",
            label=_("最初の接点"),
            type=DATETIME,
            aliases=("初回接触日", "獲得日", "First contact", "First contact date"),
        ),
        Field(name="external_key", label=_("外部ID"), type=TEXT, aliases=("External ID", "顧客ID", "Customer ID")),
        Field(name="created_at", label=_("登録日時"), type=DATETIME, writes=NOBODY, importable=False),
        Field(name="updated_at", label=_("更新日時"), type=DATETIME, writes=NOBODY, importable=False, sortable=True),
        *value_fields(Subject.PERSON),
        *interest_fields(),
    ),
)

HONORIFIC_CHOICES = tuple((text, text) for text in HONORIFICS if text)
