"""Pages of the media plan, creatives, advertising reports and results."""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image
from tests.world import World

from ryorin.insight.lake.actions import catch_up
from ryorin.marketing.campaigns.models import Campaign, CampaignCost
from ryorin.marketing.media.actions import make_creative, plan_flight
from ryorin.marketing.media.models import AdFile, Creative, Figure, Flight, Match
from ryorin.workspace.members.models import Member

pytestmark = pytest.mark.django_db
GOOGLE = (
    "キャンペーン レポート\n2026/11/01 - 2026/11/02\n日\tキャンペーン\t通貨コード\t費用\t表示回数\tクリック数\n"
    "2026-11-01\t{code}\tJPY\t1,200\t900\t12\n2026-11-02\tよその広告\tJPY\t300\t90\t1\n合計\t --\tJPY\t1,500\t990\t13\n"
)


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def flight_of(world: World, **fields) -> Flight:
    values = {
        "vehicle": "Google 検索", "channel": "search", "source": "google", "starts_on": date(2026, 11, 1),
        "ends_on": date(2026, 12, 31), "budget": 610_000,
    }  # fmt: skip
    return plan_flight(world.campaign, by=world.mei, **(values | fields))


def test_mei_plans_a_flight_and_sees_it_in_both_plans(world):
    mei = signed_in(world.mei)

    answer = mei.post(
        f"/campaigns/{world.campaign.pk}/flights/new/",
        {"vehicle": "日刊工業新聞", "channel": "print", "starts_on": "2026-11-01", "ends_on": "2026-11-30",
         "budget": "500,000", "state": "booked", "impressions": "120,000", "once": "abc"},
    )  # fmt: skip

    assert answer.status_code == 302
    flight = Flight.objects.get()
    assert (flight.budget, flight.impressions, flight.state) == (500_000, 120_000, "booked")
    assert "日刊工業新聞" in mei.get(f"/campaigns/{world.campaign.pk}/media/").content.decode()
    page = mei.get("/media/?from=2026-11&months=3").content.decode()
    assert "日刊工業新聞" in page
    assert "¥500,000" in page


def test_the_plan_asks_the_same_few_questions_for_one_flight_and_for_many(world):
    mei = signed_in(world.mei)

    def asked() -> int:
        """Return how many questions the page asks, those for the company's currency aside."""
        with CaptureQueriesContext(connection) as captured:
            mei.get("/media/?from=2026-11")
        return sum("organisation" not in query["sql"] for query in captured.captured_queries)

    flight_of(world)
    asked()  # what is kept in memory from then on
    first = asked()
    for number in range(12):
        flight_of(world, vehicle=f"媒体{number}")

    assert asked() == first
    assert first <= 20


def test_a_form_with_faults_is_shown_again(world):
    answer = signed_in(world.mei).post(
        f"/campaigns/{world.campaign.pk}/flights/new/",
        {"vehicle": "", "channel": "print", "starts_on": "2026-11-30", "ends_on": "2026-11-01", "budget": "たくさん",
         "state": "booked", "leads": "9" * 30},
    )  # fmt: skip

    assert answer.status_code == 422
    assert not Flight.objects.exists()


def test_a_flight_drawn_to_other_days_is_moved_and_a_stale_one_is_not(world):
    flight = flight_of(world)
    mei = signed_in(world.mei)
    body = {"from": "2026-12-01", "to": "2027-01-31", "version": "1"}

    assert mei.post(f"/flights/{flight.pk}/move/", body).status_code == 200
    assert mei.post(f"/flights/{flight.pk}/move/", body | {"from": "2026-12-05"}).status_code == 409

    flight.refresh_from_db()
    assert (flight.starts_on, flight.ends_on) == (date(2026, 12, 1), date(2027, 1, 31))


def test_months_typed_one_by_one_are_kept_and_words_are_told(world):
    flight = flight_of(world)
    mei = signed_in(world.mei)
    values = {"vehicle": "Google 検索", "channel": "search", "source": "google", "starts_on": "2026-11-01",
              "ends_on": "2026-12-31", "budget": "610,000", "state": "planned", "spread": "months",
              "month-2026-11": "400,000", "version": "1"}  # fmt: skip

    assert mei.post(f"/flights/{flight.pk}/", values | {"month-2026-12": "多い"}).status_code == 422
    assert mei.post(f"/flights/{flight.pk}/", values | {"month-2026-12": "100,000"}).status_code == 302

    flight.refresh_from_db()
    assert flight.budget == 500_000


def test_a_typed_cost_reaches_the_campaign(world):
    flight = flight_of(world, source="")

    answer = signed_in(world.mei).post(f"/flights/{flight.pk}/figures/", {"day": "2026-11-05", "cost": "12,000"})

    assert answer.status_code == 302
    assert CampaignCost.objects.get(kind="ad:typed").amount == 12_000
    sheet = f"/campaigns/{world.campaign.pk}/costs"
    assert (
        signed_in(world.mei).post(sheet, {"kind": "ad:typed", "month": "2026-11", "amount-5": "1"}).status_code == 400
    )
    assert CampaignCost.objects.get(kind="ad:typed").amount == 12_000


def test_the_plan_as_a_file(world):
    flight_of(world, vehicle="=HYPERLINK(1)")
    mei = signed_in(world.mei)

    text = b"".join(mei.get("/media/plan.csv?from=2026-11&months=2").streaming_content).decode("utf-8-sig")
    book = mei.get("/media/plan.xlsx?from=2026-11&months=2")

    assert "300000" in text
    assert ",=HYPERLINK" not in text
    assert book.content[:2] == b"PK"
    assert mei.get("/media/plan.exe").status_code == 404


def test_a_creative_with_its_file_its_preview_and_its_approval(world):
    mei, kimura = signed_in(world.mei), signed_in(world.kimura)
    mei.post(
        f"/campaigns/{world.campaign.pk}/creatives/new/",
        {"name": "秋のバナー", "kind": "image", "landing": "https://acme.example/", "once": "x"},
    )
    creative = Creative.objects.get()
    kept = io.BytesIO()
    Image.new("RGB", (300, 200), "navy").save(kept, "JPEG")
    mei.post(f"/creatives/{creative.pk}/versions/", {"file": SimpleUploadedFile("a.jpg", kept.getvalue())})
    version = creative.versions.get()

    preview, file = (mei.get(f"/creatives/versions/{version.pk}/{name}") for name in ("preview.png", "file/"))

    assert (preview["Content-Type"], preview["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert file["Content-Disposition"].startswith("attachment")
    creative.refresh_from_db()
    assert kimura.post(f"/creatives/{creative.pk}/approve/", {"version": creative.version}).status_code == 302
    creative.refresh_from_db()
    assert creative.approved_by == world.kimura
    assert mei.get(f"/campaigns/{world.campaign.pk}/qr.pdf").content.startswith(b"%PDF")


def test_a_file_that_could_run_is_refused_on_the_page(world):
    creative = make_creative(world.campaign, by=world.mei, name="バナー", landing="https://acme.example/")

    answer = signed_in(world.mei).post(
        f"/creatives/{creative.pk}/versions/", {"file": SimpleUploadedFile("a.svg", b"<svg><script>1</script></svg>")}
    )

    assert answer.status_code == 422
    assert "この種類のファイルは使えません" in answer.content.decode()


def test_a_report_is_uploaded_checked_and_taken_in(world):
    flight = flight_of(world)
    mei = signed_in(world.mei)
    text = GOOGLE.format(code=world.campaign.code)

    answer = mei.post("/ad-reports/new/", {"file": SimpleUploadedFile("google.csv", text.encode("utf-16"))})
    page = mei.get(answer["Location"]).content.decode()
    assert 'value="google" selected' in page
    columns = {
        "day": "日",
        "campaign_name": "キャンペーン",
        "cost": "費用",
        "impressions": "表示回数",
        "clicks": "クリック数",
    }
    body = {f"column-{name}": header for name, header in columns.items()} | {"source": "google"}
    taken = mei.post(f"{answer['Location']}take/", body, follow=True)

    assert "どの施策のものか分かりません" in taken.content.decode()
    assert CampaignCost.objects.get(kind="ad:google").amount == 1_200
    assert list(Figure.objects.order_by("day").values_list("flight_id", "cost")) == [(flight.pk, 1_200), (None, 300)]
    unknown = Figure.objects.get(campaign=None)
    mei.post(f"/ad-reports/unmatched/{unknown.pk}/", {"campaign": world.campaign.pk})
    assert Match.objects.count() == 1
    assert not Figure.objects.filter(campaign=None).exists()


def test_a_report_without_days_says_which_column_is_missing(world):
    mei = signed_in(world.mei)
    answer = mei.post("/ad-reports/new/", {"file": SimpleUploadedFile("x.csv", "施策,金額\nA,1\n".encode())})

    taken = mei.post(f"{answer['Location']}take/", {"source": "google"})

    assert taken.status_code == 422
    assert "次の列を選んでください" in taken.content.decode()
    assert not AdFile.objects.get().is_taken


def test_what_is_no_table_is_told_and_not_kept(world):
    answer = signed_in(world.mei).post("/ad-reports/new/", {"file": SimpleUploadedFile("x.csv", b"%PDF-1.7")})

    assert answer.status_code == 422
    assert not AdFile.objects.exists()


def test_the_results_equal_the_rows(world):
    flight = flight_of(world)
    mei = signed_in(world.mei)
    mei.post(f"/flights/{flight.pk}/figures/", {"day": "2026-11-05", "cost": "12,000", "impressions": "3,400"})
    catch_up()

    page = mei.get(
        f"/campaigns/{world.campaign.pk}/results/?part=numbers&from=2026-11-01&to=2026-11-30"
    ).content.decode()

    assert "¥12,000" in page
    assert "3,400" in page
    rows = mei.get(reverse("metric_rows", args=["costs"]), {"from": "2026-11-01", "by": "flight", "key": flight.pk})
    assert "Google 検索" in rows.content.decode()


def test_an_unused_campaign_is_deleted_and_brought_back(world):
    mei = signed_in(world.mei)
    mei.post("/campaigns/new", {"name": "まちがい", "channel": "tv", "once": "z"})
    wrong = Campaign.objects.get(name="まちがい")

    mei.post(f"/campaigns/{wrong.pk}/delete/")
    assert not Campaign.objects.filter(pk=wrong.pk).exists()
    page = mei.get("/campaigns/").content.decode()
    undo = page[page.index("/undo/") :].split('"')[0].split("'")[0]
    mei.post(undo)

    assert Campaign.objects.filter(pk=wrong.pk).exists()


def test_a_campaign_in_use_says_why_it_stays(world):
    answer = signed_in(world.mei).post(f"/campaigns/{world.campaign.pk}/delete/")

    assert answer.status_code == 409
    assert Campaign.objects.filter(pk=world.campaign.pk).exists()
