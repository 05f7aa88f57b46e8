"""What stands in the way of sending a mail, and what would make it better: judged without a database."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from html import unescape

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ryorin.marketing.mail.rules import mjml
from ryorin.marketing.mail.rules.compiling import CLIPPED_AT, CompiledMail, Draft, End, Gate, Part, Sender, Slot
from ryorin.marketing.mail.rules.texts import text_of

LONGEST_SUBJECT = 60  # half widths: 30 Japanese letters, what a desk shows; a phone shows about half
FEW_LETTERS = 60
ARTICLE_3 = gettext_lazy("特定電子メール法 第3条")
ARTICLE_4 = gettext_lazy("特定電子メール法 第4条・施行規則")
REFUSING = re.compile(
    r"停止|解除|拒否|希望されない|不要|受け取らない|unsubscribe|opt.?out|stop receiving", re.IGNORECASE
)
UNWRITTEN = re.compile(r"[〇○●◯]{2,}|[〇○]月[〇○]日|（ここに[^）]{0,40}）|XX|example\.(?:com|jp)", re.IGNORECASE)
FREE = frozenset(
    {"gmail.com", "googlemail.com", "yahoo.co.jp", "yahoo.com", "outlook.com", "hotmail.com", "icloud.com"}
)
FREE |= {"outlook.jp", "live.jp", "docomo.ne.jp", "ezweb.ne.jp", "au.com", "softbank.ne.jp", "i.softbank.jp", "me.com"}
_DEAD = re.compile(r"<a(?![^>]*\shref=)[^>]*>(.*?)</a>", re.DOTALL | re.IGNORECASE)
_WORD_OF_ADDRESS = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+\.[^\s@<>\".]+")


class Level(StrEnum):
    """How heavy a finding weighs: the law and faults stop a mail, advice does not."""

    LAW = "law"
    FAULT = "fault"
    ADVICE = "advice"


LEVELS: dict[Level, str | Promise] = {
    Level.LAW: gettext_lazy("法令"),
    Level.FAULT: gettext_lazy("不備"),
    Level.ADVICE: pgettext_lazy("finding", "おすすめ"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: what it is, what to do, by which law, and where it is mended (a name the page knows)."""

    code: str
    level: Level
    text: str
    advice: str = ""
    law: str | Promise = ""
    mend: str = ""  # sender, footer, body, subject, text, address
    count: int = 0

    @property
    def is_blocking(self) -> bool:
        return self.level is not Level.ADVICE

    @property
    def level_label(self) -> str | Promise:
        return LEVELS[self.level]


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who sends, as far as servers look at it; blank where no sender is chosen."""

    from_name: str = ""
    from_email: str = ""
    dkim_domain: str = ""
    has_key: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """All that is judged: the mail as written and compiled, who sends, whether it is advertising."""

    draft: Draft
    compiled: CompiledMail
    body: mjml.Element
    sender: Sender | None
    envelope: Envelope = field(default_factory=Envelope)
    is_promotion: bool = True
    transparent: frozenset[str] = frozenset()  # addresses of pictures one can see through


def findings(subject: Subject) -> list[Finding]:
    """Return everything found, the law first, then faults, then advice."""
    found = [*_sender(subject), *_law(subject), *_faults(subject), *_advice(subject)]
    weights = list(Level)
    return sorted(found, key=lambda one: weights.index(one.level))


def blocking(found: Iterable[Finding]) -> list[Finding]:
    return [one for one in found if one.is_blocking]


def _sender(subject: Subject) -> Iterator[Finding]:
    if subject.sender is None:
        text = _("送信者が選ばれていません。")
        yield Finding("no_sender", Level.LAW, text, _("設定で送信者を選んでください。"), ARTICLE_4, "sender")
        return
    if not _WORD_OF_ADDRESS.fullmatch(subject.envelope.from_email):
        text = _("差出人アドレスの形式が正しくありません。")
        yield Finding("from_address", Level.FAULT, text, _("送信者の設定を直してください。"), "", "sender")
    if not subject.is_promotion:
        return
    for name, value, label in (
        ("name", subject.sender.name, _("送信者の名称")),
        ("address", subject.sender.address, _("送信者の住所")),
        ("contact", subject.sender.contact, _("苦情・問い合わせの受付先")),
    ):
        if not value.strip():
            text = _("%(what)sが登録されていません。") % {"what": label}
            yield Finding(f"sender_{name}", Level.LAW, text, _("送信者の設定に入力してください。"), ARTICLE_4, "sender")


def _law(subject: Subject) -> Iterator[Finding]:
    """Return what the act wants to be shown in the mail and is not, in either part, to everybody."""
    if not subject.is_promotion or subject.sender is None:
        return
    for parts, where, mend in (
        (subject.compiled.html, _("本文"), "footer"),
        (subject.compiled.text, _("テキスト版"), "text"),
    ):
        shown = list(_always(parts))
        words = text_of("".join(part for part in shown if isinstance(part, str)))
        keys = {part.key for part in shown if isinstance(part, Slot)}
        advice = (
            _("フッターのブロックを加えてください。") if mend == "footer" else _("テキスト版に書き足してください。")
        )
        for code, value, label in (
            ("name_missing", subject.sender.name, _("送信者の名称")),
            ("address_missing", subject.sender.address, _("送信者の住所")),
            ("contact_missing", subject.sender.contact, _("苦情・問い合わせの受付先")),
        ):
            if value.strip() and _squeezed(value) not in _squeezed(words):
                text = _("%(where)sに%(what)sがありません。") % {"where": where, "what": label}
                yield Finding(f"{code}_{mend}", Level.LAW, text, advice, ARTICLE_4, mend)
        if "unsubscribe" not in keys:
            text = _("%(where)sに配信停止のリンクがありません。") % {"where": where}
            yield Finding(f"unsubscribe_{mend}", Level.LAW, text, advice, ARTICLE_4, mend)
        elif not REFUSING.search(words):
            text = _("%(where)sに、配信を断れることが書かれていません。") % {"where": where}
            advice = _("「配信の停止をご希望の方は…」のように書き添えてください。")
            yield Finding(f"refusing_{mend}", Level.LAW, text, advice, ARTICLE_4, mend)


def _faults(subject: Subject) -> Iterator[Finding]:
    draft, compiled = subject.draft, subject.compiled
    if not draft.subject.strip():
        yield Finding("no_subject", Level.FAULT, _("件名がありません。"), _("件名を入力してください。"), "", "subject")
    if not _letters(subject.body) and not any(one.tag == "mj-image" for one in subject.body.walk()):
        yield Finding("no_body", Level.FAULT, _("本文がありません。"), _("文章か画像を入れてください。"), "", "body")
    for name in compiled.unknown:
        text = _("差し込み項目「%(name)s」はありません。") % {"name": name}
        advice = _("一覧から選び直してください。このままでは文字どおりに表示されます。")
        yield Finding("unknown_field", Level.FAULT, text, advice, "", "body")
    if compiled.broken and not compiled.unknown:
        text = _("差し込みの {{ }} が閉じていません。")
        yield Finding("broken_field", Level.FAULT, text, _("{{ と }} の組を確かめてください。"), "", "body")
    for one in subject.body.walk():
        if one.tag == "mj-button" and not one.attributes.get("href"):
            text = _("ボタン「%(label)s」にリンク先がありません。") % {"label": text_of(one.content)[:30]}
            yield Finding("dead_button", Level.FAULT, text, _("リンク先のアドレスを入力してください。"), "", "body")
        for label in _DEAD.findall(one.content):
            text = _("「%(label)s」にリンク先がありません。") % {"label": text_of(label)[:30]}
            yield Finding("dead_link", Level.FAULT, text, _("リンク先のアドレスを入力してください。"), "", "body")
        if one.tag == "mj-image" and not one.attributes.get("src"):
            text = _("画像が選ばれていないブロックがあります。")
            yield Finding("no_picture", Level.FAULT, text, _("画像を選ぶか、ブロックを削除してください。"), "", "body")


def _advice(subject: Subject) -> Iterator[Finding]:
    yield from _advice_on_words(subject)
    yield from _advice_on_pictures(subject)
    yield from _advice_on_address(subject)
    for link in subject.compiled.links:
        if link.url.startswith("http://"):
            text = _("暗号化されないリンク（http）があります：%(url)s") % {"url": link.url[:60]}
            yield Finding("http", Level.ADVICE, text, _("https で始まるアドレスにしてください。"), "", "body")
    if subject.compiled.size > CLIPPED_AT:
        text = _("本文が%(size)sKBあります。Gmailは102KBを超えた部分を表示しません。")
        size = {"size": subject.compiled.size // 1024}
        advice = _("配信停止の案内が隠れることがあります。ブロックを減らしてください。")
        yield Finding("clipped", Level.ADVICE, text % size, advice, "", "body")


def _advice_on_words(subject: Subject) -> Iterator[Finding]:
    draft, compiled = subject.draft, subject.compiled
    if width_of(draft.subject) > LONGEST_SUBJECT:
        text = _("件名が長めです（全角%(count)s文字分）。") % {"count": (width_of(draft.subject) + 1) // 2}
        advice = _("30文字以内、大事な言葉は前半の15文字に入れるとスマートフォンでも伝わります。")
        yield Finding("long_subject", Level.ADVICE, text, advice, "", "subject")
    if not draft.preheader.strip():
        advice = _("受信箱で件名の横に出る一文です。空のままだと本文の冒頭が表示されます。")
        yield Finding("no_preheader", Level.ADVICE, _("プリヘッダーがありません。"), advice, "", "subject")
    for name in compiled.without_default:
        text = _("「%(name)s」が空の人の表示が決まっていません。") % {"name": name}
        advice = _("{{%(name)s|お客さま}} のように、代わりの言葉を添えてください。") % {"name": name}
        yield Finding("no_default", Level.ADVICE, text, advice, "", "body")
    unwritten = UNWRITTEN.search(f"{draft.subject}\n{_letters(subject.body)}")
    if unwritten:
        text = _("仮の文字が残っているようです：「%(text)s」") % {"text": unwritten[0]}
        yield Finding("unwritten", Level.ADVICE, text, _("書き換えてください。"), "", "body")


def _advice_on_pictures(subject: Subject) -> Iterator[Finding]:
    pictures = [one for one in subject.body.walk() if one.tag == "mj-image" and one.attributes.get("src")]
    if pictures and len(_letters(subject.body)) < FEW_LETTERS:
        text = _("文字がほとんどなく、画像だけのメールに近い状態です。")
        advice = _("画像を表示しない受信者には何も伝わりません。要点を文字でも書いてください。")
        yield Finding("all_pictures", Level.ADVICE, text, advice, "", "body")
    count = sum(not one.attributes.get("alt", "").strip() for one in pictures)
    if count:
        text = _("代替テキストのない画像が%(count)s点あります。") % {"count": count}
        advice = _("画像が表示されないときと読み上げのために、内容を短く書いてください。")
        yield Finding("no_alt", Level.ADVICE, text, advice, "", "body", count)
    for one in pictures:
        if one.attributes["src"] in subject.transparent and "logo" not in one.classes:
            text = _("背景が透明な画像があります：%(name)s") % {"name": one.attributes.get("alt", "")[:30]}
            advice = _("ダークモードでは暗い背景に重なります。背景を塗るか、明暗どちらでも見える画像にしてください。")
            yield Finding("dark_logo", Level.ADVICE, text, advice, "", "body")


def _advice_on_address(subject: Subject) -> Iterator[Finding]:
    domain = subject.envelope.from_email.rpartition("@")[2].lower()
    if subject.sender is None or not domain:
        return
    if domain in FREE:
        text = _("差出人アドレスがフリーメール（%(domain)s）です。") % {"domain": domain}
        advice = _("なりすましと判定され、届かないことがあります。自社ドメインのアドレスを使ってください。")
        yield Finding("free_mail", Level.ADVICE, text, advice, "", "address")
    elif not subject.envelope.has_key:
        text = _("DKIM署名が設定されていません。")
        advice = _("Gmailなどの迷惑メール判定を避けるため、送信者の設定で鍵を作り、DNSに登録してください。")
        yield Finding("no_dkim", Level.ADVICE, text, advice, "", "address")
    elif not aligned(domain, subject.envelope.dkim_domain):
        text = _("DKIM署名のドメイン（%(dkim)s）が差出人アドレスのドメイン（%(domain)s）と一致しません。")
        names = {"dkim": subject.envelope.dkim_domain, "domain": domain}
        advice = _("DMARCの検証に通らないため、同じドメインにそろえてください。")
        yield Finding("dkim_alignment", Level.ADVICE, text % names, advice, "", "address")


def aligned(domain: str, signing: str) -> bool:
    """Return whether DMARC takes the two for one organisation's (relaxed alignment, without the public suffix list)."""
    domain, signing = domain.lower(), signing.lower()
    return domain == signing or domain.endswith(f".{signing}") or signing.endswith(f".{domain}")


def width_of(text: str) -> int:
    """Return how wide a text is in half widths."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)


def _always(parts: Sequence[Part]) -> Iterator[Part]:
    """Return the parts that everybody sees."""
    depth = 0
    for part in parts:
        if isinstance(part, Gate):
            depth += 1
        elif isinstance(part, End):
            depth -= 1
        elif depth == 0:
            yield part


def _letters(body: mjml.Element) -> str:
    return "\n".join(text_of(one.content) for one in body.walk() if one.tag in mjml.CONTENT)


def _squeezed(text: str) -> str:
    return "".join(unescape(text).split())
