"""Sites by their hosts, and the articles on them."""

from datetime import timedelta

import pytest

from ryorin.lib import clock
from ryorin.marketing.sites.actions import (
    add_author,
    add_category,
    archive_site,
    change_article,
    change_site,
    create_article,
    create_site,
    default_site,
    end_article,
    follow_schedule,
    publish_article,
    remove_category,
)
from ryorin.marketing.sites.errors import ArticleInvalid, NotReadyToPublish, SiteInvalid
from ryorin.marketing.sites.models import Article, Site
from ryorin.marketing.sites.queries import article_partners, hosts, related, site_without_host, sitemap
from ryorin.marketing.sites.rules import contrast_with_white, tidy_colour, tidy_host
from ryorin.workspace.members.errors import NotAllowed, StaleRecord


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("www.example.co.jp", "www.example.co.jp"),
        (" HTTPS://WWW.Example.CO.JP:443/path ", "www.example.co.jp"),
        ("日本語.jp", "xn--wgv71a119e.jp"),
        ("", ""),
    ],
)
def test_hosts_are_kept_as_browsers_send_them(typed, host):
    assert tidy_host(typed) == host


@pytest.mark.parametrize(
    "typed", ["localhost", "a b.jp", "-x.jp", "exa_mple.jp", "x" * 300 + ".jp", "http://", "a..jp"]
)
def test_what_is_no_host_is_refused(typed):
    with pytest.raises(SiteInvalid):
        tidy_host(typed)


@pytest.mark.parametrize("colour", ["#ffff00", "#ffffff", "#1f5fbf", "#000000"])
def test_white_letters_can_be_read_on_every_colour(colour):
    kept = tidy_colour(colour)
    assert contrast_with_white(*(int(kept[place : place + 2], 16) for place in (1, 3, 5))) >= 4.5


def test_the_members_host_can_be_no_site(db):
    with pytest.raises(SiteInvalid, match="社内"):
        create_site(by=None, name="x", slug="x", host="127.0.0.1")


def test_a_host_belongs_to_one_site(site):
    with pytest.raises(SiteInvalid, match="ほかのサイト"):
        create_site(by=None, name="別", slug="other", host="WWW.ryorin.example")
    assert hosts() == {"www.ryorin.example": site.pk}


def test_a_site_without_a_host_is_found_by_its_name_until_it_has_one(db):
    site = create_site(by=None, name="準備中", slug="soon")
    assert site_without_host("soon") == site
    change_site(site, by=None, version=None, host="soon.example")
    assert site_without_host("soon") is None


def test_the_default_site_is_set_up_once(db):
    assert default_site() == default_site()
    assert Site.objects.count() == 1
    with pytest.raises(SiteInvalid):
        archive_site(default_site(), by=None)


def test_a_stale_change_of_a_site_is_refused(site, kimura, sato):
    change_site(site, by=kimura, version=1, name="新しい名前")
    with pytest.raises(StaleRecord):
        change_site(site, by=kimura, version=1, name="古い画面から")
    with pytest.raises(NotAllowed):
        change_site(site, by=sato, version=2, name="x")


@pytest.fixture
def article(site, mei) -> Article:
    return create_article(
        site=site,
        title="外観検査の始め方",
        slug="inspection",
        body="<h2>準備</h2><p>まず…</p>",
        tags=["検査", "AI"],
        by=mei,
    )


def test_an_article_is_cleaned_published_and_ended(article, mei):
    change_article(article, by=mei, version=None, body='<p onclick="x()">安全</p><script>1</script>')
    assert Article.objects.get().body == "<p>安全</p>"
    publish_article(article, by=mei)
    assert Article.objects.published().count() == 1
    end_article(article, by=mei)
    assert Article.objects.published().count() == 0


def test_an_article_waits_for_its_time(article, mei, monkeypatch):
    now = clock.now()
    publish_article(article, by=mei, at=now + timedelta(hours=1))
    assert follow_schedule() == 0
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=2))
    assert follow_schedule() == 1
    assert Article.objects.published().get().published_at == now + timedelta(hours=2)


def test_a_new_slug_leads_on_from_the_old_one(article, site, mei):
    publish_article(article, by=mei)
    change_article(article, by=mei, version=None, slug="visual-inspection")
    assert site.redirects.get().target == "/articles/visual-inspection/"


def test_articles_with_the_same_tags_are_related(article, site, mei):
    other = create_article(site=site, title="別の話", slug="other", body="<p>x</p>", tags=["AI"], by=mei)
    alone = create_article(site=site, title="無関係", slug="alone", body="<p>x</p>", by=mei)
    for each in (article, other, alone):
        publish_article(each, by=mei)
    assert related(Article.objects.select_related("site").get(pk=article.pk)) == [other]


def test_translations_know_each_other(article, site, mei):
    english = create_article(
        site=site,
        title="Getting started",
        slug="inspection",
        language="en",
        body="<p>x</p>",
        translation_of=article,
        by=mei,
    )
    publish_article(article, by=mei)
    assert article_partners(article) == []
    publish_article(english, by=mei)
    assert article_partners(english) == [article, english]
    assert [address for address, _at in sitemap(site, 1)] == ["/articles/inspection/", "/en/articles/inspection/"]


def test_a_category_goes_and_its_articles_stay(article, site, mei):
    category = add_category(site, name="技術", slug="tech", by=mei)
    change_article(article, by=mei, version=None, category=category)
    with pytest.raises(ArticleInvalid):
        add_category(site, name="別", slug="tech", by=mei)
    remove_category(category, by=mei)
    assert Article.objects.get().category is None


def test_what_an_article_lacks_is_said(site, mei, sato):
    with pytest.raises(ArticleInvalid, match="タイトル"):
        create_article(site=site, title=" \0", slug="x", by=mei)
    with pytest.raises(ArticleInvalid, match="アドレス"):
        create_article(site=site, title="x", slug="日本語", by=mei)
    with pytest.raises(NotAllowed):
        create_article(site=site, title="x", slug="x", by=sato)
    empty = create_article(site=site, title="x", slug="x", by=mei)
    with pytest.raises(NotReadyToPublish):
        publish_article(empty, by=mei)
    with pytest.raises(ArticleInvalid, match="著者"):
        add_author(name="", slug="x", by=mei)
