"""The fields of landing pages and articles, as lists and conditions know them."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from ryorin.conditions.fields import Field, RecordType, Type
from ryorin.customers.companies.fields import owners
from ryorin.marketing.campaigns.models import Campaign
from ryorin.marketing.sites.models import Author, Category, Language, PublishState, Site

NOBODY: frozenset[str] = frozenset()
MOST_CHOICES = 500


def sites() -> Sequence[tuple[int, str]]:
    return list(Site.objects.in_use().values_list("pk", "name"))


def campaigns() -> Sequence[tuple[int, str]]:
    return list(Campaign.objects.order_by("-pk").values_list("pk", "name")[:MOST_CHOICES])


def categories() -> Sequence[tuple[int, str]]:
    return list(Category.objects.values_list("pk", "name"))


def authors() -> Sequence[tuple[int, str]]:
    return list(Author.objects.values_list("pk", "name"))


def _reference(name: str, label: object, choices: object, *, listed: bool = False) -> Field:
    return Field(
        name=name,
        label=label,  # type: ignore[arg-type]
        type=Type.REFERENCE,
        path=f"{name}_id",
        column=None,
        choices=choices,  # type: ignore[arg-type]
        listed=listed,
        writes=NOBODY,
    )


_ID = Field(name="id", label="ID", type=Type.NUMBER, writes=NOBODY, importable=False, sortable=True)
_STATE = Field(
    name="state",
    label=_("状態"),
    type=Type.CHOICE,
    choices=tuple(PublishState.choices),
    listed=True,
    column=None,
    writes=NOBODY,
)
_LANGUAGE = Field(
    name="language", label=_("言語"), type=Type.CHOICE, choices=tuple(Language.choices), column=None, writes=NOBODY
)
_PUBLISHED = Field(
    name="published_at",
    label=_("公開した日時"),
    type=Type.DATETIME,
    listed=True,
    sortable=True,
    column=None,
    writes=NOBODY,
)
_UPDATED = Field(
    name="updated_at", label=_("更新日時"), type=Type.DATETIME, listed=True, sortable=True, column=None, writes=NOBODY
)

LANDING_PAGE = RecordType(
    name="landing_page",
    label=_("ページ"),
    plural="landing_pages",
    table="landing_pages",
    fields=(
        _ID,
        Field(name="name", label=_("ページ名"), type=Type.TEXT, sortable=True, column=None, writes=NOBODY),
        Field(name="path", label=_("アドレス"), type=Type.TEXT, sortable=True, column=None, writes=NOBODY),
        _STATE,
        _reference("site", _("サイト"), sites, listed=True),
        _reference("campaign", _("施策"), campaigns, listed=True),
        _LANGUAGE,
        _PUBLISHED,
        _UPDATED,
        _reference("owner", _("担当"), owners),
    ),
)
ARTICLE = RecordType(
    name="article",
    label=_("記事"),
    plural="articles",
    table="articles",
    fields=(
        _ID,
        Field(name="title", label=_("タイトル"), type=Type.TEXT, sortable=True, column=None, writes=NOBODY),
        Field(name="slug", label=_("アドレス"), type=Type.TEXT, column=None, writes=NOBODY),
        _STATE,
        _reference("category", _("カテゴリー"), categories, listed=True),
        _reference("author", _("著者"), authors, listed=True),
        _reference("site", _("サイト"), sites),
        _LANGUAGE,
        _PUBLISHED,
        _UPDATED,
        _reference("campaign", _("施策"), campaigns),
        _reference("owner", _("担当"), owners),
    ),
)
