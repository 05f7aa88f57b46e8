"""What people type about sites, pages and articles."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ryorin.lib.errors import Refusal
from ryorin.marketing.campaigns.models import Campaign
from ryorin.marketing.pages.models import Form
from ryorin.marketing.sites.models import (
    Article,
    Asset,
    Author,
    Category,
    LandingPage,
    Language,
    Site,
    Tracking,
)
from ryorin.web.context import company
from ryorin.web.marketing.page_blocks import STARTERS
from ryorin.workspace.members.models import Member

NONE = lazy("なし")


class MomentField(forms.Field):
    """A day and time in the company's time zone, from the browser's picker; its value is in UTC."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "60"}, format="%Y-%m-%dT%H:%M")

    def to_python(self, value: Any) -> datetime | None:
        if isinstance(value, datetime) or not value:
            return value or None
        try:
            typed = datetime.fromisoformat(str(value)[:40])
            return typed.replace(tzinfo=ZoneInfo(company().time_zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise ValidationError(_("日時を選び直してください。")) from None

    def prepare_value(self, value: Any) -> Any:
        return value.astimezone(ZoneInfo(company().time_zone)) if isinstance(value, datetime) else value


def time_chosen(request: HttpRequest) -> datetime | None:
    """Return the time chosen for a publication, None for now; refuses a choice without a time that can be read."""
    if request.POST.get("when") != "later":
        return None
    try:
        chosen = MomentField(required=False).clean(request.POST.get("at", ""))
    except ValidationError:
        chosen = None
    if not isinstance(chosen, datetime):
        raise Refusal(_("公開する日時を選んでください。"))
    return chosen


def _picture(label: Any) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        Asset.objects.pictures(),
        label=label,
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": lazy("画像を選び直してください。")},
    )


class NewPage(forms.Form):
    name = forms.CharField(label=lazy("ページ名（社内用）"), max_length=120)
    site = forms.ModelChoiceField(Site.objects.in_use(), label=lazy("サイト"), empty_label=None)
    path = forms.CharField(
        label=lazy("アドレス"), max_length=120, help_text=lazy("半角の英小文字・数字・ハイフン。例：seminar-2026")
    )
    starter = forms.ChoiceField(label=lazy("ひな形"), choices=[(each.name, each.label) for each in STARTERS])
    form = forms.ModelChoiceField(
        Form.objects.order_by("-pk"), label=lazy("置くフォーム"), required=False, empty_label=lazy("あとで選ぶ")
    )
    campaign = forms.ModelChoiceField(
        Campaign.objects.order_by("-pk"), label=lazy("施策"), required=False, empty_label=NONE
    )
    language = forms.ChoiceField(label=lazy("言語"), choices=Language.choices)


class PageSettings(forms.Form):
    name = forms.CharField(label=lazy("ページ名（社内用）"), max_length=120)
    path = forms.CharField(
        label=lazy("アドレス"),
        max_length=120,
        required=False,
        help_text=lazy("変えると、前のアドレスから自動で移ります。"),
    )
    language = forms.ChoiceField(label=lazy("言語"), choices=Language.choices)
    translation_of = forms.ModelChoiceField(
        LandingPage.objects.originals(), label=lazy("翻訳元のページ"), required=False, empty_label=NONE
    )
    campaign = forms.ModelChoiceField(
        Campaign.objects.order_by("-pk"), label=lazy("施策"), required=False, empty_label=NONE
    )
    owner = forms.ModelChoiceField(
        Member.objects.filter(is_active=True), label=lazy("担当"), required=False, empty_label=lazy("未定")
    )
    title = forms.CharField(
        label=lazy("検索結果の見出し"), max_length=120, required=False, help_text=lazy("30文字ほどが目安です。")
    )
    description = forms.CharField(
        label=lazy("検索結果の説明"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=lazy("40〜160文字が目安です。"),
    )
    picture = _picture(lazy("共有されたときの画像"))
    canonical = forms.CharField(
        label=lazy("正規のアドレス"),
        max_length=500,
        required=False,
        help_text=lazy("同じ内容のページがほかにあるときだけ入力します。"),
    )
    is_hidden = forms.BooleanField(label=lazy("検索結果に出さない"), required=False)
    end_at = MomentField(label=lazy("公開を終える日時"), required=False)
    ended_text = forms.CharField(label=lazy("終了後の案内"), max_length=300, required=False)
    ended_address = forms.CharField(
        label=lazy("終了後の移動先"),
        max_length=500,
        required=False,
        help_text=lazy("入力すると、案内の代わりにこのページへ移ります。"),
    )

    @staticmethod
    def initial_of(page: LandingPage) -> dict[str, Any]:
        return {name: getattr(page, name) for name in PageSettings.base_fields}


class ArticleForm(forms.Form):
    title = forms.CharField(label=lazy("タイトル"), max_length=160)
    slug = forms.CharField(
        label=lazy("アドレス"),
        max_length=80,
        help_text=lazy("半角の英数字とハイフン。変えると、前のアドレスから自動で移ります。"),
    )
    site = forms.ModelChoiceField(Site.objects.in_use(), label=lazy("サイト"), empty_label=None)
    language = forms.ChoiceField(label=lazy("言語"), choices=Language.choices)
    translation_of = forms.ModelChoiceField(
        Article.objects.filter(translation_of=None).order_by("-pk"),
        label=lazy("翻訳元の記事"),
        required=False,
        empty_label=NONE,
    )
    lead = forms.CharField(label=lazy("要約"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    body = forms.CharField(label=lazy("本文"), max_length=400_000, required=False, widget=forms.Textarea)
    category = forms.ModelChoiceField(
        Category.objects.all(), label=lazy("カテゴリー"), required=False, empty_label=NONE
    )
    tags = forms.CharField(
        label=lazy("タグ"), max_length=400, required=False, help_text=lazy("読点かカンマで区切ります。")
    )
    author = forms.ModelChoiceField(Author.objects.all(), label=lazy("著者"), required=False, empty_label=NONE)
    picture = _picture(lazy("アイキャッチ画像"))
    campaign = forms.ModelChoiceField(
        Campaign.objects.order_by("-pk"), label=lazy("施策"), required=False, empty_label=NONE
    )
    seo_title = forms.CharField(label=lazy("検索結果の見出し"), max_length=120, required=False)
    description = forms.CharField(
        label=lazy("検索結果の説明"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    canonical = forms.CharField(label=lazy("正規のアドレス"), max_length=500, required=False)
    is_hidden = forms.BooleanField(label=lazy("検索結果に出さない"), required=False)
    end_at = MomentField(label=lazy("公開を終える日時"), required=False)

    @staticmethod
    def initial_of(article: Article) -> dict[str, Any]:
        values = {name: getattr(article, name) for name in ArticleForm.base_fields if name != "tags"}
        return values | {"tags": "、".join(tag.name for tag in article.tags.all())}

    def values(self) -> dict[str, Any]:
        """Return what the verbs take."""
        values = dict(self.cleaned_data)
        values["tags"] = [
            part for part in values["tags"].replace(",", "、").replace("，", "、").split("、") if part.strip()
        ]
        return values


class AuthorForm(forms.Form):
    name = forms.CharField(label=lazy("著者名"), max_length=80)
    slug = forms.CharField(label=lazy("アドレス"), max_length=60, help_text=lazy("半角の英数字とハイフン"))
    job_title = forms.CharField(label=lazy("肩書き"), max_length=120, required=False)
    bio = forms.CharField(
        label=lazy("紹介文"), max_length=1_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    picture = _picture(lazy("写真"))


class SiteForm(forms.Form):
    name = forms.CharField(label=lazy("サイト名"), max_length=120)
    slug = forms.SlugField(
        label=lazy("略称"), max_length=40, help_text=lazy("ドメインを設定するまで、/s/略称/ で表示されます。")
    )
    host = forms.CharField(
        label=lazy("ドメイン"),
        max_length=253,
        required=False,
        help_text=lazy("例：www.example.co.jp。DNSの設定が済んでから入力してください。"),
    )
    language = forms.ChoiceField(label=lazy("言語"), choices=Language.choices)
    description = forms.CharField(label=lazy("説明"), max_length=300, required=False)
    colour = forms.CharField(label=lazy("基本の色"), max_length=7, widget=forms.TextInput(attrs={"type": "color"}))
    tracking = forms.ChoiceField(
        label=lazy("アクセス計測"),
        choices=Tracking.choices,
        help_text=lazy("計測したデータは、このシステムの外へ送りません。"),
    )
    home = forms.ModelChoiceField(
        LandingPage.objects.originals(), label=lazy("トップページ"), required=False, empty_label=NONE
    )
    logo = _picture(lazy("ロゴ"))
    favicon = _picture(lazy("アイコン"))
    picture = _picture(lazy("共有されたときの画像"))
    footer = forms.CharField(
        label=lazy("フッター"), max_length=1_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    @staticmethod
    def initial_of(site: Site) -> dict[str, Any]:
        return {name: getattr(site, name) for name in SiteForm.base_fields}


def links_in(posted: QueryDict, name: str) -> list[dict[str, str]]:
    """Return the menu lines as they were typed."""
    labels, addresses = posted.getlist(f"{name}-label")[:40], posted.getlist(f"{name}-address")[:40]
    return [
        {"label": label[:200].replace("\x00", ""), "address": address[:600].replace("\x00", "")}
        for label, address in zip(labels, addresses, strict=False)
    ]


def link_rows(links: Iterable[dict[str, str]], *, spare: int = 2) -> list[dict[str, str]]:
    """Return the menu lines for the page, with a few empty ones to fill in."""
    return [*links, *({"label": "", "address": ""} for _each in range(spare))]
