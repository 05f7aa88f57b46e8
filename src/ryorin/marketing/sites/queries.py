"""What the public sees, and what the pages of members ask about sites, pages and articles."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from ryorin.marketing.experiments.actions import assign
from ryorin.marketing.experiments.models import ExperimentState, Subject, Variant
from ryorin.marketing.experiments.rules import unit_of
from ryorin.marketing.pages.models import Form, FormState
from ryorin.marketing.sites.models import Article, ArticleQuerySet, LandingPage, LandingPageQuerySet, PageVersion, Site
from ryorin.marketing.sites.rules import advice_on, forms_in

PER_SITEMAP = 50_000
RELATED = 3


@dataclass(frozen=True, slots=True)
class Shown:
    """What one visitor sees at a page's address."""

    page: LandingPage
    version: PageVersion
    variant: Variant | None = None

    @property
    def place(self) -> dict[str, int]:
        """What a form's answer keeps about where the form stood."""
        place = {"page": self.page.pk, "page_version": self.version.number}
        return place | (self.variant.as_properties() if self.variant else {})


def hosts() -> dict[str, int]:
    """Return the id of the site that answers at each host."""
    return dict(Site.objects.in_use().exclude(host="").values_list("host", "pk"))


def site_of(pk: int) -> Site | None:
    return Site.objects.in_use().select_related("logo", "favicon", "picture", "home").filter(pk=pk).first()


def site_without_host(slug: str) -> Site | None:
    """Return the site that is shown below /s/<slug>/: only while it has no host of its own."""
    return Site.objects.in_use().select_related("logo", "favicon", "picture", "home").filter(slug=slug, host="").first()


def page_at(site: Site, path: str) -> LandingPage | None:
    """Return the page at this path, shown or ended; drafts are nobody's business."""
    tested = Variant.objects.filter(
        experiment__subject=Subject.PAGE,
        experiment__state__in=(ExperimentState.RUNNING, ExperimentState.DECIDED),
        target_id=OuterRef("pk"),
    )
    rows = LandingPage.objects.filter(site=site, path=path, variant_of=None).exclude(published_at=None)
    return rows.select_related("live", "picture").annotate(is_tested=Exists(tested)).first()


def shown_to(page: LandingPage, *, visitor: str) -> Shown | None:
    """Return what the visitor sees of the page: itself, or in a test the variant that is theirs."""
    if page.live is None:
        return None
    plain = Shown(page, page.live)
    if not getattr(page, "is_tested", False):
        return plain
    states = (ExperimentState.RUNNING, ExperimentState.DECIDED)
    tests = Variant.objects.filter(
        experiment__subject=Subject.PAGE, experiment__state__in=states, target_id=page.pk, position=0
    )
    first = tests.select_related("experiment").order_by("-experiment__started_at").first()
    if first is None:
        return plain
    variant = assign(first.experiment, unit_of(visitor=visitor))
    if variant.target_id is None or variant.target_id == page.pk:
        return Shown(page, page.live, variant)
    other = LandingPage.objects.shown().select_related("live").filter(pk=variant.target_id, variant_of=page).first()
    return Shown(other, other.live, variant) if other and other.live else plain


def partners(page: LandingPage) -> list[LandingPage]:
    """Return the page in all its languages that are shown, itself first; none when there is only one."""
    root = page.translation_of_id or page.pk
    rows = LandingPage.objects.shown().filter(Q(pk=root) | Q(translation_of=root), variant_of=None)
    found = list(rows.select_related("site").order_by("pk"))
    return found if len({each.language for each in found}) > 1 else []


def article_partners(article: Article) -> list[Article]:
    """Return the article in all its languages that are shown; none when there is only one."""
    root = article.translation_of_id or article.pk
    found = list(
        Article.objects.published().filter(Q(pk=root) | Q(translation_of=root)).select_related("site").order_by("pk")
    )
    return found if len(found) > 1 else []


def related(article: Article) -> list[Article]:
    """Return newer articles about the same: those that share tags first, then those of the same category."""
    rows = Article.objects.published().filter(site=article.site, language=article.language).exclude(pk=article.pk)
    rows = rows.select_related("picture", "category", "site")
    tagged = list(rows.filter(tags__in=article.tags.all()).order_by("-published_at", "-pk").distinct()[:RELATED])
    if len(tagged) < RELATED and article.category_id:
        more = rows.filter(category=article.category_id).exclude(pk__in=[each.pk for each in tagged])
        tagged += list(more.order_by("-published_at", "-pk")[: RELATED - len(tagged)])
    return tagged


def sitemap_count(site: Site) -> int:
    return _pages(site).count() + _articles(site).count()


def sitemap(site: Site, number: int) -> Iterator[tuple[str, datetime]]:
    """Return address and last change of the pages, then the articles, of one part of the sitemap (from 1)."""
    start, end = (number - 1) * PER_SITEMAP, number * PER_SITEMAP
    pages = _pages(site).count()
    for page in _pages(site).order_by("pk").only("path", "updated_at", "site")[start:end]:
        yield ("/" if page.pk == site.home_id else page.address), page.updated_at
    rows = _articles(site).order_by("pk")[max(start - pages, 0) : max(end - pages, 0)]
    for slug, language, at in rows.values_list("slug", "language", Coalesce("updated_at", "published_at")).iterator():
        yield f"{'' if language == site.language else '/' + language}/articles/{slug}/", at


def _pages(site: Site) -> LandingPageQuerySet:
    return LandingPage.objects.shown().filter(site=site, variant_of=None, is_hidden=False)


def _articles(site: Site) -> ArticleQuerySet:
    return Article.objects.published().filter(site=site, is_hidden=False)


def advice(page: LandingPage) -> list[str]:
    """Return what would make the draft better."""
    wanted = forms_in(page.html)
    is_open = Form.objects.filter(pk__in=wanted, state=FormState.PUBLISHED).values_list("pk", flat=True)
    return advice_on(page.html, title=page.title, description=page.description, open_forms=is_open)
