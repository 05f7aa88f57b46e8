"""Mails a company may begin with, in Japanese and English; everything in them is there to be rewritten."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ryorin.marketing.mail.models import MailKind
from ryorin.marketing.mail.rules import samples_en, samples_ja
from ryorin.marketing.mail.rules.blocks import Palette, document

Blocks = Callable[[Palette], list[str]]


@dataclass(frozen=True, slots=True)
class Content:
    """What a sample says in one language."""

    subject: str
    preheader: str
    blocks: Blocks


@dataclass(frozen=True, slots=True)
class Sample:
    """One mail to begin with: what it is for, and what it says in each language."""

    key: str
    name: str | Promise
    description: str | Promise
    contents: dict[str, Content]
    kind: MailKind = MailKind.PROMOTION

    def mjml(self, palette: Palette) -> str:
        """Return the mail in the company's colour, in the palette's language."""
        return document(self.contents[palette.language].blocks(palette))


def _sample(key: str, name: str | Promise, description: str | Promise) -> Sample:
    contents = {"ja": Content(*samples_ja.CONTENTS[key]), "en": Content(*samples_en.CONTENTS[key])}
    return Sample(key, name, description, contents)


SAMPLES: tuple[Sample, ...] = (
    _sample("thanks", pgettext_lazy("mail template", "お礼"), _("展示会や面談のあとに、お礼と次の一歩を伝える")),
    _sample("documents", _("資料送付"), _("請求いただいた資料を届け、見どころを添える")),
    _sample("seminar", _("セミナー案内"), _("日時・内容・申し込みを一目で伝える")),
    _sample("newsletter", _("ニュースレター"), _("記事を数本、読みやすく並べる")),
    _sample("notice", pgettext_lazy("mail template", "お知らせ"), _("変更や新しい取り組みを簡潔に伝える")),
    _sample("survey", _("アンケートのお願い"), _("所要時間と使いみちを添えて回答をお願いする")),
    _sample("campaign", pgettext_lazy("mail template", "キャンペーン"), _("期間・特典・対象を大きく伝える")),
    _sample("dormant", _("休眠のお客さまへ"), _("しばらくご無沙汰のお客さまに、近況を伺う")),
    _sample("plain", _("手紙の形"), _("飾りのない、手紙のようなメール")),
)
BY_KEY = {one.key: one for one in SAMPLES}
