"""Public pages by host: what visitors get, what is kept, what nobody gets."""

import io
import json
import re
import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from tests.web.site_examples import download_of
from tests.world import World

from ryorin.customers.consent.models import Consent
from ryorin.customers.people.models import Person
from ryorin.insight.lake.actions import catch_up
from ryorin.insight.lake.queries import sql
from ryorin.lib import clock
from ryorin.lib.pictures import LARGEST
from ryorin.marketing.pages.actions import change_form, create_form, publish_form
from ryorin.marketing.pages.models import Form, FormAnswer
from ryorin.marketing.sites.actions import (
    begin_test,
    change_page,
    change_site,
    create_article,
    create_page,
    create_site,
    duplicate_page,
    end_page,
    keep_picture,
    publish_article,
    publish_page,
    write_page,
)
from ryorin.marketing.sites.models import LandingPage, PageVersion, Site
from ryorin.marketing.tags.actions import add_tag, publish_notice
from ryorin.web.marketing import public_feeds

HOST = "www.ryorin.example"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36"
QUESTIONS = [
    {"name": "name", "label": "お名前", "type": "text", "required": True, "maps_to": "full_name"},
    {"name": "mail", "label": "メールアドレス", "type": "email", "required": True, "maps_to": "email"},
    {"name": "news", "label": "案内メールを受け取る", "type": "checkbox", "maps_to": "mail_consent"},
]


@pytest.fixture
def site(world: World) -> Site:
    return create_site(by=None, name="両輪工業", slug="www", host=HOST)


@pytest.fixture
def form(world: World) -> Form:
    made = create_form(
        by=world.mei, name="申込", slug="apply", title="申し込み", fields=QUESTIONS, consent_text="ご案内に使います。"
    )
    return publish_form(made, by=world.mei)


@pytest.fixture
def seminar(site: Site, form: Form, world: World) -> LandingPage:
    html = f'<h1>秋のセミナー</h1><div class="p-form" data-ry-form="{form.pk}"></div>'
    page = create_page(site=site, name="セミナー", path="seminar", html=html, campaign=world.campaign, by=world.mei)
    return publish_page(page, by=world.mei)


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"host": HOST, "user-agent": WINDOWS})


def text_of(answer) -> str:
    return answer.content.decode()


def token_in(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found
    return found.group(1)


def later(monkeypatch, seconds: int = 10) -> None:
    then = clock.now() + timedelta(seconds=seconds)
    monkeypatch.setattr(clock, "now", lambda: then)


def test_a_page_is_shown_on_its_host_with_a_policy_of_its_own(visitor, seminar):
    answer = visitor.get("/seminar/")
    assert answer.status_code == 200
    assert "<h1>秋のセミナー</h1>" in text_of(answer)
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "sessionid" not in answer.cookies
    assert "<style" not in text_of(answer)


@pytest.mark.parametrize("path", ["/people/", "/accounts/login/", "/", "/health", "/pages/", "/s/www/", "/settings"])
def test_the_members_pages_are_not_on_a_sites_host(visitor, world, site, path):
    visitor.force_login(world.kimura)
    answer = visitor.get(path)
    assert "data-bs-theme" not in text_of(answer)
    assert answer.status_code in (200, 404)
    assert "ログアウト" not in text_of(answer)


@pytest.mark.parametrize("path", ["/", "/seminar/", "/people/", "/accounts/login/", "/static/x.css"])
def test_an_unknown_host_learns_nothing(seminar, path):
    answer = Client(headers={"host": "evil.example"}).get(path)
    assert (answer.status_code, text_of(answer)) == (404, "Not found\n")


def test_pages_are_shown_on_their_own_site_alone(seminar, world, visitor):
    create_site(by=None, name="別", slug="other", host="other.example")
    assert Client(headers={"host": "other.example"}).get("/seminar/").status_code == 404
    assert Client().get("/s/www/seminar/").status_code == 404


def test_a_site_without_a_host_is_shown_below_its_name(world):
    site = create_site(by=None, name="準備中", slug="soon")
    page = create_page(site=site, name="x", path="lp", html='<h1>本文</h1><a href="/articles/">記事</a>', by=world.mei)
    publish_page(page, by=world.mei)
    shown = text_of(Client().get("/s/soon/lp/"))
    assert 'href="/s/soon/articles/"' in shown
    assert Client().get("/s/soon/lp").status_code == 301


def test_drafts_and_ended_pages(visitor, seminar, site, world):
    draft = create_page(site=site, name="下書き", path="draft", html="<h1>秘密</h1>", by=world.mei)
    assert visitor.get("/draft/").status_code == 404
    change_page(seminar, by=world.mei, version=None, ended_text="次回は春に開きます。")
    end_page(seminar, by=world.mei)
    over = visitor.get("/seminar/")
    assert over.status_code == 410
    assert "次回は春に開きます。" in text_of(over)
    change_page(seminar, by=world.mei, version=None, ended_address="/articles/")
    assert visitor.get("/seminar/")["Location"] == "/articles/"
    assert "秘密" not in text_of(visitor.get(f"/{draft.path}/"))


def test_an_old_address_leads_to_the_new_one(visitor, seminar, world):
    change_page(seminar, by=world.mei, version=None, path="autumn")
    moved = visitor.get("/seminar/")
    assert (moved.status_code, moved["Location"]) == (301, "/autumn/")


def test_a_page_without_forms_is_kept_by_browsers(visitor, site, world):
    page = create_page(site=site, name="x", path="plain", html="<h1>本文</h1>", by=world.mei)
    publish_page(page, by=world.mei)
    first = visitor.get("/plain/")
    assert "public" in first["Cache-Control"]
    assert visitor.get("/plain/", headers={"if-none-match": first["ETag"]}).status_code == 304


def test_a_page_answers_from_its_stored_rendering(visitor, seminar, django_assert_max_num_queries):
    visitor.get("/seminar/")
    stored = PageVersion.objects.get(page=seminar).rendering
    assert "秋のセミナー" in stored
    assert "token" not in stored
    with django_assert_max_num_queries(4):
        assert visitor.get("/seminar/").status_code == 200


def test_a_change_of_the_site_shows_at_once(visitor, seminar, site):
    visitor.get("/seminar/")
    change_site(site, by=None, version=None, footer="© 両輪工業株式会社")
    assert "© 両輪工業株式会社" in text_of(visitor.get("/seminar/"))


def test_page_and_styles_weigh_little(visitor, seminar):
    page = visitor.get("/seminar/")
    style = re.search(r'href="(/m/css/[0-9a-f]+\.css)"', text_of(page))
    assert style
    sheet = visitor.get(style.group(1))
    assert "immutable" in sheet["Cache-Control"]
    assert len(page.content) + len(sheet.content) < 50_000


def test_an_answer_knows_the_page_the_campaign_and_what_was_shown(visitor, seminar, form, world, monkeypatch):
    page = text_of(visitor.get("/seminar/?utm_source=newsletter"))
    change_form(form, by=world.mei, version=None, consent_text="あとから変えた文面")
    later(monkeypatch)
    values = {"token": token_in(page), "a-name": "青木 ゆい", "a-mail": "yui@aoki.example", "a-news": "on"}
    assert visitor.post("/f/apply/answer", values).status_code == 200
    kept = FormAnswer.objects.get()
    assert kept.place == {"page": seminar.pk, "page_version": 1}
    assert kept.utm == {"utm_source": "newsletter"}
    assert kept.seen.content["consent_text"] == "ご案内に使います。"
    assert "ご案内に使います。" in Consent.objects.get(person=kept.person).evidence
    assert Person.objects.get(email="yui@aoki.example") == kept.person


def test_visitors_keep_their_variant_and_the_lead_tells_which(visitor, seminar, form, world, monkeypatch):
    variant = duplicate_page(seminar, by=world.mei, as_variant=True)
    html = variant.html.replace("秋のセミナー", "別の見出し")
    write_page(variant, by=world.mei, version=None, project={}, html=html, css="")
    publish_page(variant, by=world.mei)
    test = begin_test(seminar, by=world.mei)
    seen = {}
    for _each in range(12):
        one = Client(headers={"host": HOST, "user-agent": WINDOWS})
        page = text_of(one.get("/seminar/"))
        assert text_of(one.get("/seminar/")).split("<form")[0] == page.split("<form")[0]
        seen.setdefault("別の見出し" in page, (one, page))
    assert set(seen) == {True, False}
    later(monkeypatch)
    one, page = seen[True]
    values = {"token": token_in(page), "a-name": "青木 ゆい", "a-mail": "yui@aoki.example"}
    one.post("/f/apply/answer", values)
    kept = FormAnswer.objects.get()
    assert kept.place["experiment"] == test.pk
    assert kept.place["page"] == variant.pk
    assert kept.visitor == one.cookies["ryv"].value
    catch_up()
    shown = sql("select count(*) from {touchpoints} where kind = 'variant_shown'", "touchpoints").fetchall()
    assert shown == [(12,)]


def test_machines_are_no_visitors_of_a_test(seminar, world):
    variant = duplicate_page(seminar, by=world.mei, as_variant=True)
    publish_page(variant, by=world.mei)
    begin_test(seminar, by=world.mei)
    Client(headers={"host": HOST, "user-agent": "curl/8.0"}).get("/seminar/")
    catch_up()
    assert sql("select count(*) from {touchpoints} where kind = 'variant_shown'", "touchpoints").fetchall() == [(0,)]


def test_robots_that_answer_a_thousand_times_make_no_leads(visitor, seminar, monkeypatch):
    page = text_of(visitor.get("/seminar/"))
    before = Person.objects.count()
    values = {"token": token_in(page), "a-name": "robot", "a-mail": "r@robot.example"}
    answers = [visitor.post("/f/apply/answer", values | {"a-mail": f"r{n}@robot.example"}) for n in range(1000)]
    assert Person.objects.count() == before
    assert FormAnswer.objects.count() == 1  # the same page sent again is the same answer
    assert {answer.status_code for answer in answers} <= {200, 429}
    assert sum(answer.status_code == 429 for answer in answers) == 400


def test_a_download_is_handed_out_for_a_week_and_noted(world, visitor, site, monkeypatch):
    token = download_of(world)
    found = visitor.get(f"/d/{token}/")
    assert found.status_code == 200
    assert "attachment" in found["Content-Disposition"]
    catch_up()
    assert sql("select count(*) from {touchpoints} where kind = 'downloaded'", "touchpoints").fetchall() == [(1,)]
    assert visitor.get("/d/forged/").status_code == 410


def test_pictures_are_served_for_ever_and_never_as_a_page(visitor, site, world):
    stream = io.BytesIO()
    Image.new("RGB", (700, 400)).save(stream, "PNG")
    asset = keep_picture(stream.getvalue(), name="図.png", by=world.mei)
    answer = visitor.get(asset.address(640))
    assert answer["Content-Type"] == "image/webp"
    assert "immutable" in answer["Cache-Control"]
    assert "sandbox" in answer["Content-Security-Policy"]
    for wrong in (
        f"/m/{asset.token}/641.webp",
        "/m/unknown-token/640.webp",
        f"/m/{asset.token}/640.svg",
        "/m/css/0.css",
    ):
        assert visitor.get(wrong).status_code == 404


def test_what_is_no_picture_is_refused_with_a_reason(world):
    mei = Client()
    mei.force_login(world.mei)
    svg = SimpleUploadedFile("x.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/png")
    answer = mei.post("/pictures/upload/", {"files": svg})
    assert (answer.status_code, "SVG" in answer.json()["message"]) == (400, True)
    huge = SimpleUploadedFile("big.jpg", b"\xff\xd8\xff" + b"\0" * LARGEST, "image/jpeg")
    answer = mei.post("/pictures/upload/", {"files": huge})
    assert (answer.status_code, "20MB" in answer.json()["message"]) == (413, True)


def test_articles_tell_search_engines_what_they_are(visitor, site, world):
    article = create_article(
        site=site,
        title="検査</script>の始め方",
        slug="start",
        lead="要約",
        body="<h2>準備</h2>",
        tags=["AI"],
        by=world.mei,
    )
    publish_article(article, by=world.mei)
    english = create_article(
        site=site, title="Start", slug="start", language="en", body="<p>x</p>", translation_of=article, by=world.mei
    )
    publish_article(english, by=world.mei)
    page = text_of(visitor.get("/articles/start/"))
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert block
    graph = json.loads(block.group(1))["@graph"]
    assert [each["@type"] for each in graph] == ["Article", "BreadcrumbList"]
    assert graph[0]["headline"] == "検査</script>の始め方"
    assert f'<link rel="canonical" href="http://{HOST}/articles/start/">' in page
    assert f'hreflang="en" href="http://{HOST}/en/articles/start/"' in page
    assert '<html lang="en">' in text_of(visitor.get("/en/articles/start/"))
    assert visitor.get("/ja/articles/start/").status_code == 404
    assert "検査" in text_of(visitor.get("/articles/tag/ai/"))


def test_sitemap_robots_and_feed_name_what_is_public(visitor, site, seminar, world, monkeypatch):
    for number in range(3):
        made = create_article(site=site, title=f"記事{number}", slug=f"a{number}", body="<p>x</p>", by=world.mei)
        publish_article(made, by=world.mei)
    create_article(site=site, title="下書き", slug="draft", body="<p>x</p>", by=world.mei)
    listed = re.findall(r"<loc>(.*?)</loc>", text_of(visitor.get("/sitemap.xml")))
    assert listed == [
        f"http://{HOST}{path}" for path in ("/seminar/", "/articles/a0/", "/articles/a1/", "/articles/a2/")
    ]
    assert f"Sitemap: http://{HOST}/sitemap.xml" in text_of(visitor.get("/robots.txt"))
    feed = ET.fromstring(visitor.get("/feed.xml").content)
    assert len(feed.findall("{http://www.w3.org/2005/Atom}entry")) == 3
    monkeypatch.setattr(public_feeds, "PER_SITEMAP", 2)
    monkeypatch.setattr("ryorin.marketing.sites.queries.PER_SITEMAP", 2)
    index = re.findall(r"<loc>(.*?)</loc>", text_of(visitor.get("/sitemap.xml")))
    assert index == [f"http://{HOST}/sitemap-1.xml", f"http://{HOST}/sitemap-2.xml"]
    parts = "".join(text_of(visitor.get(f"/sitemap-{number}.xml")) for number in (1, 2))
    assert re.findall(r"<loc>(.*?)</loc>", parts) == listed
    assert visitor.get("/sitemap-3.xml").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/%00/", "/articles/?page=0", "/articles/?page=99999999999999999999", "/articles/tag/%00/",
     "/m/../etc/passwd", "/a\\b/", "/articles/x'--/",
     "/sitemap-99999999999999999999.xml", "/" + "a" * 3000 + "/", "/f/apply/answer"],
)  # fmt: skip
def test_nonsense_is_answered_politely(visitor, seminar, path):
    assert visitor.get(path).status_code in (301, 400, 404, 405)


def test_the_site_itself_says_what_its_pages_send_to_others(visitor, seminar, world):
    assert 'href="/external-transmission/"' in text_of(visitor.get("/seminar/"))
    assert "外部への送信はありません" in text_of(visitor.get("/external-transmission/"))
    add_tag(by=world.mei, ready="google_analytics")
    publish_notice(by=world.mei)
    told = text_of(visitor.get("/external-transmission/"))
    assert "Google アナリティクス" in told and "電気通信事業法第27条の12" in told
    assert visitor.get("/external-transmission/?version=9").status_code == 404


def test_a_site_that_asks_shows_its_question(visitor, seminar, site):
    assert "data-consent-bar" not in text_of(visitor.get("/seminar/"))
    change_site(site, by=None, version=None, tracking="ask")
    page = text_of(visitor.get("/seminar/"))
    assert "data-consent-bar" in page
    assert "not-required" not in page
    change_site(site, by=None, version=None, tracking="never")
    assert "/r.js" not in text_of(visitor.get("/seminar/"))
