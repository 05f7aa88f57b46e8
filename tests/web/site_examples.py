"""Examples of pages, articles, sites and pictures in the small world."""

import io
from collections.abc import Callable
from typing import Any

from PIL import Image
from tests.web.examples import form_of
from tests.world import World

from ryorin.lib.ids import new_id
from ryorin.marketing.pages.actions import answer_form, change_form
from ryorin.marketing.pages.models import FormAnswer
from ryorin.marketing.sites.actions import (
    add_category,
    create_article,
    create_page,
    create_site,
    default_site,
    keep_picture,
    keep_version,
    publish_page,
)
from ryorin.marketing.sites.models import Article, Asset, Category, LandingPage, Site
from ryorin.web.marketing.public_files import download_token
from ryorin.web.marketing.public_pages import style_of
from ryorin.workspace.files.actions import keep


def page_of(world: World) -> LandingPage:
    """Return a published page, with one version."""
    found = LandingPage.objects.first()
    if found is None:
        html = f'<h1>秋のセミナー</h1><div data-ry-form="{form_of(world).pk}"></div>'
        found = create_page(site=default_site(), name="秋のセミナー", path="seminar", html=html, by=world.mei)
        found = publish_page(found, by=world.mei)
        keep_version(found, by=world.mei)
    return found


def article_of(world: World) -> Article:
    found = Article.objects.first()
    return found or create_article(site=default_site(), title="始め方", slug="start", body="<p>文</p>", by=world.mei)


def category_of(world: World) -> Category:
    return Category.objects.first() or add_category(default_site(), name="技術", slug="tech", by=world.mei)


def site_of(world: World) -> Site:
    """Return a site that may be closed."""
    found = Site.objects.filter(slug="second").first()
    return found or (default_site() and create_site(by=world.kimura, name="別サイト", slug="second"))


def picture_of(world: World) -> Asset:
    found = Asset.objects.first()
    if found is None:
        stream = io.BytesIO()
        Image.new("RGB", (64, 48)).save(stream, "PNG")
        found = keep_picture(stream.getvalue(), name="図.png", by=world.mei)
    return found


def download_of(world: World) -> str:
    """Return the token of a download that an answer opened."""
    form = form_of(world)
    if form.download_id is None:
        form = change_form(
            form, by=world.mei, version=None, download=keep(b"%PDF-1.7\n", name="資料.pdf", by=world.mei)
        )
    kept = FormAnswer.objects.filter(form=form).exclude(person=None).first()
    return download_token(kept or answer_form(form, {"mail": "reader@acme.example"}, uid=new_id()))


SITE_EXAMPLES: dict[str, Callable[[World], dict[str, Any]]] = {
    "page": lambda world: {"pk": page_of(world).pk},
    "page_return": lambda world: {"pk": page_of(world).pk, "number": 1},
    "article": lambda world: {"pk": article_of(world).pk},
    "article_category_remove": lambda world: {"pk": category_of(world).pk},
    "site": lambda world: {"pk": site_of(world).pk},
    "site_below": lambda world: {"slug": page_of(world).site.slug},
    "site_below_path": lambda world: {"slug": page_of(world).site.slug, "path": "seminar/"},
    "picture": lambda world: {"token": picture_of(world).token, "width": "64", "kind": "webp"},
    "style_sheet": lambda world: {"digest": style_of("", default_site())[7:-4]},
    "download": lambda world: {"token": download_of(world)},
}
