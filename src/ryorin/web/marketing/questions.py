"""What the builder offers: kinds of questions, where their answers go, and reading a form put together by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

from ryorin.lib.postal import PREFECTURES
from ryorin.marketing.campaigns.models import Campaign
from ryorin.marketing.pages.models import Form
from ryorin.marketing.pages.rules import LIMIT_OF_FIELDS, FieldType
from ryorin.marketing.tags.models import StatementVersion
from ryorin.marketing.tags.queries import newest_wordings

TYPES = {
    FieldType.TEXT: lazy("1行の文字"),
    FieldType.PARAGRAPH: lazy("複数行の文字"),
    FieldType.EMAIL: lazy("メールアドレス"),
    FieldType.PHONE: lazy("電話番号"),
    FieldType.SELECT: lazy("プルダウン"),
    FieldType.RADIO: lazy("1つ選択"),
    FieldType.CHECKBOXES: lazy("複数選択"),
    FieldType.CHECKBOX: lazy("チェック"),
    FieldType.NUMBER: lazy("数字"),
    FieldType.DATE: lazy("日付"),
    FieldType.HIDDEN: lazy("隠し項目"),
}
TARGETS = {
    "": lazy("回答としてだけ残す"),
    "full_name": lazy("氏名"),
    "full_kana": lazy("フリガナ"),
    "family_name": lazy("姓"),
    "given_name": lazy("名"),
    "family_kana": lazy("セイ"),
    "given_kana": lazy("メイ"),
    "company_name": lazy("会社名"),
    "department": lazy("部署"),
    "job_title": lazy("役職"),
    "email": lazy("メールアドレス"),
    "phone": lazy("電話番号"),
    "mobile": lazy("携帯電話"),
    "postal_code": lazy("郵便番号"),
    "prefecture": lazy("都道府県"),
    "city": lazy("市区町村"),
    "street": lazy("番地"),
    "building": lazy("建物名"),
    "mail_consent": lazy("案内メールへの同意"),
}
LONGEST = 4_000


@dataclass(frozen=True)
class Preset:
    """A question that can be added with one click."""

    label: str | Promise
    question: Mapping[str, Any]


def _question(label: str, kind: FieldType, maps_to: str = "", *, required: bool = False, **more: Any) -> dict[str, Any]:
    return {"label": label, "type": kind, "maps_to": maps_to, "required": required, "choices": [], **more}


NAME = _question("お名前", FieldType.TEXT, "full_name", required=True)
FIRM = _question("会社名", FieldType.TEXT, "company_name")
MAIL = _question("メールアドレス", FieldType.EMAIL, "email", required=True)
NEWS = _question("製品情報やセミナーの案内メールを受け取る", FieldType.CHECKBOX, "mail_consent")
BODY = _question("お問い合わせ内容", FieldType.PARAGRAPH)
FIRST_QUESTIONS = tuple(
    question | {"name": name}
    for name, question in (("name", NAME), ("company", FIRM), ("mail", MAIL), ("body", BODY), ("news", NEWS))
)
PRESETS = {
    "full_name": Preset(lazy("氏名"), NAME),
    "full_kana": Preset(lazy("フリガナ"), _question("フリガナ", FieldType.TEXT, "full_kana")),
    "company": Preset(lazy("会社名"), FIRM),
    "department": Preset(lazy("部署"), _question("部署", FieldType.TEXT, "department")),
    "job_title": Preset(lazy("役職"), _question("役職", FieldType.TEXT, "job_title")),
    "email": Preset(lazy("メールアドレス"), MAIL),
    "phone": Preset(lazy("電話番号"), _question("電話番号", FieldType.PHONE, "phone")),
    "postal_code": Preset(lazy("郵便番号"), _question("郵便番号", FieldType.TEXT, "postal_code")),
    "prefecture": Preset(
        lazy("都道府県"),
        _question("都道府県", FieldType.SELECT, "prefecture", choices=list(PREFECTURES.values())),
    ),
    "budget": Preset(
        lazy("予算"),
        _question("ご予算", FieldType.SELECT, choices=["未定", "〜100万円", "100〜500万円", "500万円以上"]),
    ),
    "when": Preset(
        lazy("導入時期"),
        _question("ご検討の時期", FieldType.RADIO, choices=["3か月以内", "半年以内", "1年以内", "未定"]),
    ),
    "news": Preset(lazy("案内メールへの同意"), NEWS),
    "text": Preset(lazy("自由な質問"), _question("質問", FieldType.TEXT)),
    "hidden": Preset(lazy("隠し項目"), _question("資料名", FieldType.HIDDEN)),
}


class NewForm(forms.Form):
    name = forms.CharField(label=lazy("フォーム名"), max_length=120)
    campaign = forms.ModelChoiceField(
        Campaign.objects.order_by("-pk"), label=lazy("施策"), required=False, empty_label=lazy("なし")
    )


class FormSettings(forms.Form):
    """Everything of a form but its questions."""

    NewForm = NewForm
    name = forms.CharField(label=lazy("フォーム名（社内用）"), max_length=120)
    slug = forms.SlugField(label=lazy("アドレス"), max_length=60, help_text=lazy("公開ページの /f/ に続く英数字です。"))
    title = forms.CharField(label=lazy("見出し"), max_length=120)
    intro = forms.CharField(
        label=lazy("説明"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2})
    )
    statement = forms.ModelChoiceField(
        StatementVersion.objects.none(),
        label=lazy("個人情報の利用目的（文例）"),
        required=False,
        empty_label=lazy("文例を使わず、下に書く"),
        help_text=lazy("選ぶと、下の欄はその文面になります。"),
    )
    consent_text = forms.CharField(
        label=lazy("個人情報の利用目的"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )
    thank_you = forms.CharField(
        label=lazy("送信後の文面"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2})
    )
    redirect_url = forms.URLField(
        label=lazy("送信後の移動先"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=lazy("指定すると、送信後にこのページへ移ります。"),
    )
    campaign = forms.ModelChoiceField(
        Campaign.objects.order_by("-pk"), label=lazy("施策"), required=False, empty_label=lazy("なし")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["statement"].queryset = newest_wordings()  # type: ignore[attr-defined]

    @staticmethod
    def initial_of(form: Form) -> dict[str, Any]:
        """Return what the builder shows of a form."""
        return {name: getattr(form, name) for name in FormSettings.base_fields}


def choices_for_rows() -> dict[str, Any]:
    """Return what each question of the builder offers to choose from."""
    return {
        "types": [(kind.value, label, kind.has_choices) for kind, label in TYPES.items()],
        "targets": TARGETS.items(),
    }


def rows_of(fields: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return stored questions as the builder shows them."""
    return [dict(field) for field in fields]


def rows_in(posted: QueryDict) -> list[dict[str, Any]]:
    """Return the questions as they were put together, in the order they stand on the page."""
    rows: list[dict[str, Any]] = []
    names: set[str] = set()
    for key in posted.getlist("key")[: LIMIT_OF_FIELDS + 1]:
        key = key[:20]
        name = posted.get(f"name-{key}", "")[:40]
        if not name or name in names:
            name = free_name(names)
        names.add(name)
        rows.append(
            {
                "name": name,
                "label": clean(posted.get(f"label-{key}", "")),
                "type": posted.get(f"type-{key}", "")[:20],
                "required": f"required-{key}" in posted,
                "choices": clean(posted.get(f"choices-{key}", "")).splitlines()[:200],
                "maps_to": posted.get(f"maps_to-{key}", "")[:40],
                "help": clean(posted.get(f"help-{key}", "")),
                "value": clean(posted.get(f"value-{key}", "")),
            }
        )
    return rows


def free_name(taken: set[str]) -> str:
    number = len(taken) + 1
    while f"q{number}" in taken:
        number += 1
    return f"q{number}"


def clean(text: str) -> str:
    return text[:20_000].replace("\x00", "").strip()
