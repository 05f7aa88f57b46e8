"""Landing pages: written, published, ended, copied, tested against each other."""

from datetime import timedelta

import pytest

from ryorin.lib import clock
from ryorin.marketing.experiments.errors import TargetInTest
from ryorin.marketing.experiments.models import ExperimentState
from ryorin.marketing.sites.actions import (
    begin_test,
    change_page,
    create_page,
    create_site,
    delete_page,
    duplicate_page,
    end_page,
    follow_schedule,
    keep_picture,
    keep_version,
    publish_page,
    restore_page,
    return_to,
    write_page,
)
from ryorin.marketing.sites.errors import NotReadyToPublish, PageInvalid, StillShown
from ryorin.marketing.sites.models import LandingPage, PublishState
from ryorin.marketing.sites.queries import advice, page_at, shown_to
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.members.errors import NotAllowed, StaleRecord

PROJECT = {"pages": [{"id": "one"}]}


def write(page, by, html, css="", version=None):
    return write_page(page, by=by, version=version, project=PROJECT, html=html, css=css)[0]


def test_a_page_is_published_and_found_at_its_path(seminar, site, mei):
    publish_page(seminar, by=mei)
    found = page_at(site, "seminar")
    assert found == seminar
    assert shown_to(found, visitor="v").version.html == "<h1>秋のセミナー</h1><p>申込受付中</p>"
    assert AuditEntry.objects.filter(action="page_published", record_id=seminar.pk).count() == 1


def test_a_draft_is_nobodys_business(seminar, site):
    assert page_at(site, "seminar") is None


def test_what_is_written_is_cleaned_and_shown_only_when_published(seminar, site, mei):
    publish_page(seminar, by=mei)
    page, removed = write_page(
        seminar, by=mei, version=None, project=PROJECT, html="<h1>新しい</h1><script>x</script>", css="h1{color:red}"
    )
    assert page.html == "<h1>新しい</h1>"
    assert removed == ("<script>",)
    assert page.is_changed
    assert "秋のセミナー" in shown_to(page_at(site, "seminar"), visitor="v").version.html
    publish_page(page, by=mei)
    assert "新しい" in shown_to(page_at(site, "seminar"), visitor="v").version.html


def test_two_people_writing_one_page_are_told(seminar, mei):
    write(seminar, mei, "<h1>一</h1>", version=seminar.version)
    with pytest.raises(StaleRecord):
        write(seminar, mei, "<h1>二</h1>", version=seminar.version)


def test_writing_is_noted_once_in_ten_minutes(seminar, mei):
    for text in "一二三":
        write(seminar, mei, f"<h1>{text}</h1>")
    assert AuditEntry.objects.filter(action="page_written").count() == 1


def test_the_draft_goes_back_to_an_earlier_version_and_nothing_is_lost(seminar, mei):
    publish_page(seminar, by=mei)
    write(seminar, mei, "<h1>書きかけ</h1>")
    page = return_to(seminar, seminar.versions.get(number=1), by=mei, version=None)
    assert page.html == "<h1>秋のセミナー</h1><p>申込受付中</p>"
    assert seminar.versions.get(number=2).html == "<h1>書きかけ</h1>"


def test_publishing_the_same_again_makes_no_new_version(seminar, mei):
    publish_page(seminar, by=mei)
    publish_page(seminar, by=mei)
    assert seminar.versions.count() == 1
    assert keep_version(seminar, by=mei, note="念のため").number == 2


def test_a_page_is_shown_and_ended_at_its_times_once(seminar, site, mei, monkeypatch):
    now = clock.now()
    change_page(seminar, by=mei, version=None, end_at=now + timedelta(hours=2))
    publish_page(seminar, by=mei, at=now + timedelta(hours=1))
    assert follow_schedule() == 0
    assert page_at(site, "seminar") is None
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=61))
    assert follow_schedule() == 1
    assert follow_schedule() == 0
    assert shown_to(page_at(site, "seminar"), visitor="v")
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=3))
    assert follow_schedule() == 1
    assert page_at(site, "seminar").state == PublishState.ENDED
    assert shown_to(page_at(site, "seminar"), visitor="v") is None


def test_the_next_version_waits_while_the_last_is_shown(seminar, site, mei):
    publish_page(seminar, by=mei)
    write(seminar, mei, "<h1>来月から</h1>")
    publish_page(seminar, by=mei, at=clock.now() + timedelta(days=1))
    assert "秋のセミナー" in shown_to(page_at(site, "seminar"), visitor="v").version.html


def test_a_new_address_is_remembered(seminar, site, mei):
    publish_page(seminar, by=mei)
    change_page(seminar, by=mei, version=None, path="seminar-2026")
    change_page(seminar, by=mei, version=None, path="autumn")
    assert dict(site.redirects.values_list("path", "target")) == {
        "/seminar/": "/autumn/",
        "/seminar-2026/": "/autumn/",
    }
    change_page(seminar, by=mei, version=None, path="seminar")
    assert dict(site.redirects.values_list("path", "target")) == {
        "/seminar-2026/": "/seminar/",
        "/autumn/": "/seminar/",
    }


@pytest.mark.parametrize(
    "path", ["", "セミナー", "a b", "articles", "m/x", "../x", "a//b", "-a", "x" * 121, "f", "a\0b"]
)
def test_addresses_that_cannot_be_are_refused(site, mei, path):
    with pytest.raises(PageInvalid):
        create_page(site=site, name="x", path=path, by=mei)


def test_an_address_stands_for_one_page_of_a_site(seminar, site, mei):
    with pytest.raises(PageInvalid, match="seminar"):
        create_page(site=site, name="別", path="Seminar", by=mei)
    other = create_site(by=None, name="別サイト", slug="other")
    assert create_page(site=other, name="別", path="seminar", by=mei).pk


def test_an_empty_page_is_not_published(site, mei):
    empty = create_page(site=site, name="空", path="empty", html="<section></section>", by=mei)
    with pytest.raises(NotReadyToPublish):
        publish_page(empty, by=mei)


def test_a_copy_stands_for_itself(seminar, mei):
    copies = [duplicate_page(seminar, by=mei) for _each in range(2)]
    assert [copy.path for copy in copies] == ["seminar-2", "seminar-3"]
    assert all(copy.html == seminar.html and copy.state == PublishState.DRAFT for copy in copies)


def test_only_what_was_never_shown_can_be_deleted_and_comes_back(seminar, mei):
    copy = duplicate_page(seminar, by=mei)
    entry = delete_page(copy, by=mei)
    restore_page(entry, by=mei)
    assert LandingPage.objects.filter(pk=copy.pk).exists()
    publish_page(seminar, by=mei)
    with pytest.raises(StillShown):
        delete_page(seminar, by=mei)


def test_visitors_keep_their_variant_and_both_are_seen(seminar, site, mei):
    publish_page(seminar, by=mei)
    variant = duplicate_page(seminar, by=mei, as_variant=True)
    assert variant.name == "秋のセミナー（B案）"
    with pytest.raises(NotReadyToPublish):
        begin_test(seminar, by=mei)
    write(variant, mei, "<h1>別の見出し</h1>")
    publish_page(variant, by=mei)
    test = begin_test(seminar, by=mei)
    assert test.state == ExperimentState.RUNNING
    seen = {number: shown_to(page_at(site, "seminar"), visitor=f"v{number}").page.pk for number in range(40)}
    assert set(seen.values()) == {seminar.pk, variant.pk}
    again = {number: shown_to(page_at(site, "seminar"), visitor=f"v{number}").page.pk for number in range(40)}
    assert again == seen
    with pytest.raises(TargetInTest):
        end_page(seminar, by=mei)


def test_a_place_names_page_version_and_variant(seminar, site, mei):
    publish_page(seminar, by=mei)
    variant = duplicate_page(seminar, by=mei, as_variant=True)
    publish_page(variant, by=mei)
    test = begin_test(seminar, by=mei)
    shown = shown_to(page_at(site, "seminar"), visitor="v1")
    assert shown.place == {
        "page": shown.page.pk, "page_version": 1, "experiment": test.pk, "variant": shown.variant.pk,
    }  # fmt: skip


def test_the_same_picture_is_kept_once(mei, photograph):
    first = keep_picture(photograph, name="会場.jpg", by=mei)
    assert keep_picture(photograph, name="別名.jpg", by=mei) == first
    assert first.address(600) == f"/m/{first.token}/640.webp"
    assert first.widths == [320, 640, 800]


def test_what_would_be_better_is_told(seminar):
    told = advice(seminar)
    assert any("説明" in text for text in told)
    assert not any("H1" in text for text in told)


def test_sales_may_not_change_pages(seminar, sato):
    for attempt in (
        lambda: write(seminar, sato, "<p>x</p>"),
        lambda: publish_page(seminar, by=sato),
        lambda: end_page(seminar, by=sato),
        lambda: duplicate_page(seminar, by=sato),
        lambda: delete_page(seminar, by=sato),
    ):
        with pytest.raises(NotAllowed):
            attempt()
