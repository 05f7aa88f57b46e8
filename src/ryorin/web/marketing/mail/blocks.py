"""The blocks the editor offers, in the company's colour, and those filled from the catalogue and the articles."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.utils.html import escape
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ryorin.lib.money import format_money
from ryorin.marketing.mail.rules import blocks
from ryorin.marketing.mail.rules.blocks import Palette
from ryorin.marketing.sites.models import Article
from ryorin.products.catalogue.models import Product
from ryorin.web.answers import member_of
from ryorin.web.marketing.mail.messages import default_sender
from ryorin.web.marketing.mail.shared import palette_of
from ryorin.web.marketing.public_sites import origin
from ryorin.workspace.organisation.queries import current
from ryorin.workspace.search.queries import find_ids

SHOWN = 12


def blocks_of(palette: Palette) -> list[dict[str, Any]]:
    """Return the blocks as the editor's list takes them: name, group, picture beside it, MJML."""
    words, layout = _("文章とボタン"), pgettext("mail", "かたち")
    ja = palette.language == "ja"
    title, lead = (_("見出しを入力"), _("ここに説明を書きます。")) if ja else ("Your heading", "What it is about.")
    made = (
        ("hero", _("見出し（帯）"), words, "rectangle", blocks.hero(title, lead, palette)),
        ("heading", pgettext("mail", "見出し"), words, "heading", blocks.heading(title)),
        ("text", pgettext("mail", "文章"), words, "align-left", blocks.text(lead)),
        ("button", pgettext("mail", "ボタン"), words, "square-rounded", blocks.button(_("詳しく見る"), palette)),
        ("picture", pgettext("mail", "画像"), words, "photo", blocks.picture("", "")),
        ("facts", _("項目の表"), words, "table", blocks.facts([(_("日時"), "〇月〇日"), (_("会場"), lead)])),
        ("points", _("番号つきの説明"), words, "list-numbers", blocks.points([(title, lead), (title, lead)])),
        ("card", _("記事の紹介"), words, "article", blocks.card(title, lead, _("続きを読む"), palette)),
        ("columns", _("左右2列"), layout, "columns-2", blocks.two_columns((title, lead), (title, lead))),
        ("quote", _("お客さまの声"), words, "quote", blocks.quote(lead, _("業種・役職"), palette)),
        ("header", _("ロゴ・社名"), layout, "building", blocks.header(palette)),
        ("divider", _("区切り線"), layout, "minus", blocks.divider()),
        ("footer", _("フッター（配信停止の案内）"), layout, "section", blocks.footer(palette.language)),
    )
    return [
        {"id": key, "label": str(label), "category": str(group), "media": _picture(icon), "content": content}
        for key, label, group, icon, content in made
    ]


def _picture(icon: str) -> str:
    return f'<svg aria-hidden="true"><use href="{static("vendor/icons.svg")}#{icon}"></use></svg>'


def _product_block(product: Product, palette: Palette) -> str:
    """Return a product as a block, in the mail's language; one without a price shows none."""
    is_english = palette.language == "en"
    name = (is_english and product.name_en) or product.name
    line = (is_english and product.description_en) or product.description
    price = ""
    if product.price is not None:
        price = format_money(product.price, current().currency, language=palette.language)
    return blocks.product(escape(name), escape(" ".join(line.split())[:160]), escape(price), palette)


def _article_block(request: HttpRequest, article: Article, palette: Palette) -> str:
    """Return an article as a block that leads to it: its picture, its title, what it is about."""
    more = "続きを読む" if palette.language == "ja" else "Read on"
    path = f"{article.site.base}{article.address}"
    href = f"{origin(article.site)}{path}" if article.site.host else request.build_absolute_uri(path)
    line = escape(" ".join(article.lead.split())[:160])
    card = blocks.card(escape(article.title), line, more, palette, href=href)
    if article.picture is None:
        return card
    picture = article.picture
    return blocks.picture(picture.address(640, picture.fallback), picture.alt or article.title, href=href) + card


@require_GET
def products(request: HttpRequest) -> HttpResponse:
    """Return products of the catalogue and published articles as blocks to put in, found by name or code."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    rows = Product.objects.visible_to(member_of(request)).on_sale()
    if text:
        rows = rows.filter(pk__in=find_ids(text, "product", limit=200))
    palette = palette_of(default_sender(), language=request.GET.get("language", "") or get_language() or "ja")
    found = [{"name": one.name, "code": one.code, "mjml": _product_block(one, palette)} for one in rows[:SHOWN]]
    articles = Article.objects.visible_to(member_of(request)).published().filter(title__icontains=text)
    for one in articles.select_related("site", "picture").order_by("-published_at", "-pk")[:SHOWN]:
        found.append({"name": one.title, "code": _("記事"), "mjml": _article_block(request, one, palette)})
    return JsonResponse({"data": found})
