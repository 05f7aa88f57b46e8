"""What a mail may name in double braces: {{姓|お客さま}} is the family name, or お客さま where none is known."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class MailField:
    """One thing a mail may name: `key` in the values, the words that name it, whether it may be unknown."""

    key: str
    label: str | Promise
    japanese: str
    english: str
    default: str = ""  # what the insert menu proposes, in Japanese
    default_en: str = ""
    always: bool = False  # known for everybody: needs no default


PERSON_FIELDS: tuple[MailField, ...] = (
    MailField("addressed", _("宛名（敬称つき）"), "宛名", "addressee", always=True),
    MailField("family_name", _("姓"), "姓", "last name", "お客さま", "customer"),
    MailField("given_name", _("名"), "名", "first name", "お客さま", "customer"),
    MailField("name", _("氏名"), "氏名", "name", "お客さま", "customer"),
    MailField("company", _("会社名"), "会社", "company", "貴社", "your company"),
    MailField("department", _("部署"), "部署", "department"),
    MailField("job_title", _("役職"), "役職", "job title"),
    MailField("prefecture", _("都道府県"), "都道府県", "prefecture", "お住まいの地域", "your area"),
    MailField("email", _("メールアドレス"), "メールアドレス", "email", always=True),
    MailField("owner", pgettext_lazy("mail field", "担当者名"), "担当", "owner", "担当者", "our team"),
)
SENDER_FIELDS: tuple[MailField, ...] = (
    MailField("sender_name", _("送信者の名称"), "送信者", "sender", always=True),
    MailField("sender_address", _("送信者の住所"), "送信者住所", "sender address", always=True),
    MailField("sender_contact", _("苦情・問い合わせの受付先"), "問い合わせ先", "contact", always=True),
)
LINK_FIELDS: tuple[MailField, ...] = (
    MailField("unsubscribe", _("配信停止のリンク"), "配信停止", "unsubscribe", always=True),
    MailField("preferences", _("配信設定のリンク"), "配信設定", "preferences", always=True),
    MailField("browser", _("ブラウザで見るリンク"), "ブラウザ版", "view in browser", always=True),
)
FIELDS = (*PERSON_FIELDS, *SENDER_FIELDS, *LINK_FIELDS)
BY_KEY = {one.key: one for one in FIELDS}
BY_NAME = {name: one for one in FIELDS for name in (one.japanese, one.english, one.key)}
LINKS = frozenset(one.key for one in LINK_FIELDS)
SENDERS = frozenset(one.key for one in SENDER_FIELDS)

# {{name|default}}; what stands between may be written in full width, as an input method leaves it.
PLACEHOLDER = re.compile(r"(?:\{\{|｛｛)([^{}｛｝|｜]{1,60})(?:[|｜]([^{}｛｝]{0,120}))?(?:\}\}|｝｝)")
LEFT_OVER = re.compile(r"\{\{|\}\}|｛｛|｝｝")
_TAGS = re.compile(r"<[^>]*>")
_BLANKS = re.compile(r"\s+|&nbsp;|&#160;")


@dataclass(frozen=True, slots=True)
class Mention:
    """One placeholder in a text: where it stands, the field it names (None: no such field), its default."""

    start: int
    end: int
    name: str
    field: MailField | None
    default: str
    has_default: bool  # {{会社|}} says that nothing may stand there

    @property
    def needs_default(self) -> bool:
        return self.field is not None and not self.field.always and not self.has_default


def mentions(text: str) -> Iterator[Mention]:
    """Return the placeholders of a text in order; those of the form {{#…}}, {{^…}} and {{/…}} are none."""
    for match in PLACEHOLDER.finditer(text):
        name = _plain(match[1])
        if name[:1] in ("#", "^", "/"):
            continue
        default = _TAGS.sub("", match[2] or "").strip()
        yield Mention(match.start(), match.end(), name, field_named(name), default, match[2] is not None)


def field_named(name: str) -> MailField | None:
    """Return the field a name in braces stands for."""
    return BY_NAME.get(name) or BY_NAME.get(name.lower())


def placeholder(field: MailField, *, language: str = "ja") -> str:
    """Return the field in braces as the insert menu writes it, with the default it proposes."""
    name, default = (field.japanese, field.default) if language == "ja" else (field.english, field.default_en)
    return f"{{{{{name}|{default}}}}}" if default else f"{{{{{name}}}}}"


def _plain(text: str) -> str:
    return _BLANKS.sub(" ", _TAGS.sub("", text)).strip()
