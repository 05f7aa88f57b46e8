"""Reports of advertising media as they are exported: headers, encodings, totals, numbers, currencies."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db.models import Sum

from ryorin.connectors.adcosts.actions import keep_report, look_at, take_report
from ryorin.connectors.adcosts.errors import ReportTaken, ReportUnreadable
from ryorin.connectors.adcosts.rules import day_in, number_in
from ryorin.lib.tables import TableUnreadable
from ryorin.marketing.campaigns.actions import create_campaign
from ryorin.marketing.campaigns.models import CampaignCost
from ryorin.marketing.media.actions import make_creative, match, match_again, plan_flight
from ryorin.marketing.media.models import AdFile, Figure, Level, ReportMap, Source
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.members.errors import NotAllowed

pytestmark = pytest.mark.django_db

GOOGLE = """キャンペーンのレポート
2026/11/01 - 2026/11/03
日\tキャンペーン\tキャンペーン ID\t広告グループ\t通貨コード\t費用\t表示回数\tクリック数\tコンバージョン
2026-11-01\t秋の展示会\t1234567\t工作機械\tJPY\t12,345\t8,900\t120\t3.00
2026-11-02\t秋の展示会\t1234567\t工作機械\tJPY\t10,000.50\t7,000\t99\t2.50
2026-11-02\t知らない広告\t999\t工作機械\tJPY\t500\t100\t1\t0.00
合計: キャンペーン\t --\t --\t --\tJPY\t22,845\t16,000\t220\t5.50
合計: アカウント\t --\t --\t --\tJPY\t22,845\t16,000\t220\t5.50
"""
META = (
    "レポート開始日,レポート終了日,キャンペーン名,広告セット名,広告の名前,消化金額 (JPY),"
    "インプレッション,リンクのクリック,結果\n"
    "2026-11-01,2026-11-01,,,,4000,3000,60,4\n"
    "2026-11-01,2026-11-01,秋の展示会,30代,動画A,1500,1000,20,1\n"
    "2026-11-01,2026-11-01,秋の展示会,30代,動画B,2500,2000,40,3\n"
)
YAHOO = """日,アカウントID,キャンペーン名,広告グループ名,インプレッション数,クリック数,コスト,コンバージョン数
2026年11月1日,AC-1,秋の展示会,①型番,"1,200",30,"\\3,300",1
--,--,合計,--,"1,200",30,"\\3,300",1
"""
LINE = """日,広告アカウント名,キャンペーン名,広告グループ名,広告名,ご利用金額,インプレッション,クリック,CV,CVR
2026/11/1,リョウリン,秋の展示会,友だち,カード1,"2,200",5000,44,2,4.5%
"""
X = """Time period,Campaign name,Campaign ID,Funding source,Objective,Spend,Impressions,Clicks
2026-11-01 00:00 to 2026-11-01 23:59,秋の展示会,abc,Visa,Reach,1800,9000,33
"""
DISPLAY = """\
日,アカウントID,メディアID,キャンペーン名,広告グループ名,画像名,インプレッション数,クリック数,コスト,コンバージョン数
2026/11/01,AC-1,77,秋の展示会,全国,夏.png,4000,12,900,0
"""


@pytest.fixture
def autumn(mei):
    return create_campaign(by=mei, name="秋の展示会", code="autumn", channel="event")


def report(tmp_path: Path, text: str, *, encoding: str = "utf-8", name: str = "report.csv") -> Path:
    place = tmp_path / name
    place.write_bytes(text.encode(encoding))
    return place


def taken(path: Path, mei, **changes) -> AdFile:
    look = look_at(path, name=path.name)
    file = keep_report(path, name=path.name, by=mei)
    values = {"source": look.source, "columns": look.columns, "micros": look.micros, "rate": look.rate} | changes
    return take_report(file, by=mei, **values)


def cost_of(campaign) -> int:
    return CampaignCost.objects.filter(campaign=campaign).aggregate(sum=Sum("amount"))["sum"] or 0


@pytest.mark.parametrize(
    ("text", "encoding", "source", "cost", "impressions", "clicks", "conversions"),
    [
        (GOOGLE, "utf-16", Source.GOOGLE, 12_345 + 10_001 + 500, 16_000, 220, "5.5"),
        (META, "utf-8-sig", Source.META, 4_000, 3_000, 60, "4"),
        (YAHOO, "cp932", Source.YAHOO_SEARCH, 3_300, 1_200, 30, "1"),
        (DISPLAY, "cp932", Source.YAHOO_DISPLAY, 900, 4_000, 12, "0"),
        (LINE, "utf-8", Source.LINE, 2_200, 5_000, 44, "2"),
        (X, "utf-8", Source.X, 1_800, 9_000, 33, "0"),
    ],
)
def test_each_medium_is_known_by_its_headers_and_its_totals_are_left_out(
    mei, autumn, tmp_path, text, encoding, source, cost, impressions, clicks, conversions
):
    path = report(tmp_path, text, encoding=encoding)

    file = taken(path, mei)

    assert (file.source, file.rejected) == (source, 0)
    sums = Figure.objects.aggregate(*(Sum(name) for name in ("cost", "impressions", "clicks", "conversions")))
    assert list(sums.values()) == [cost, impressions, clicks, Decimal(conversions)]


def test_figures_become_the_cost_of_the_campaign_their_name_stands_for(mei, autumn, tmp_path):
    file = taken(report(tmp_path, GOOGLE, encoding="utf-16"), mei)

    assert cost_of(autumn) == 12_345 + 10_001
    assert (file.rows, file.created, file.skipped) == (5, 3, 2)
    assert (file.first_day, file.last_day) == (date(2026, 11, 1), date(2026, 11, 2))
    assert [row.ad for row in Figure.objects.filter(campaign=None).extra(select={"ad": "campaign_name"})] == [
        "知らない広告"
    ]


def test_the_same_file_again_changes_nothing(mei, autumn, tmp_path):
    path = report(tmp_path, GOOGLE, encoding="utf-16")
    taken(path, mei)
    before = list(Figure.objects.order_by("pk").values())
    entries = AuditEntry.objects.filter(action="cost_recorded").count()

    again = taken(path, mei)

    assert (again.created, again.updated, again.unchanged) == (0, 0, 3)
    assert list(Figure.objects.order_by("pk").values()) == before
    assert AuditEntry.objects.filter(action="cost_recorded").count() == entries


def test_corrected_figures_replace_the_earlier_ones(mei, autumn, tmp_path):
    taken(report(tmp_path, GOOGLE, encoding="utf-16"), mei)

    later = taken(report(tmp_path, GOOGLE.replace("12,345", "11,000"), encoding="utf-16"), mei)

    assert (later.updated, later.unchanged) == (1, 2)
    assert cost_of(autumn) == 11_000 + 10_001


def test_a_finer_report_of_the_same_days_takes_the_place_of_the_coarse_one(mei, autumn, tmp_path):
    coarse = META.replace(",30代,動画A", ",,").replace(
        "2026-11-01,2026-11-01,秋の展示会,30代,動画B,2500,2000,40,3\n", ""
    )
    taken(report(tmp_path, coarse.replace("1500,1000", "4000,1000")), mei)
    assert cost_of(autumn) == 4_000

    fine = taken(report(tmp_path, META), mei)

    assert fine.replaced == 1
    assert cost_of(autumn) == 4_000
    assert Figure.objects.count() == 2


def test_lines_of_one_ad_and_day_are_added_up(mei, autumn, tmp_path):
    split = LINE + '2026/11/1,リョウリン,秋の展示会,友だち,カード1,"800",1000,6,1,4.5%\n'

    taken(report(tmp_path, split), mei)

    row = Figure.objects.get()
    assert (row.cost, row.clicks) == (3_000, 50)


def test_figures_find_the_flight_and_the_creative(mei, autumn, tmp_path):
    flight = plan_flight(
        autumn, by=mei, vehicle="Instagram", channel="social", source="meta",
        starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 30), budget=300_000,
    )  # fmt: skip
    video = make_creative(autumn, by=mei, name="動画A", landing="https://example.jp/")
    by_code = make_creative(autumn, by=mei, name="別の名前", landing="https://example.jp/")
    code = by_code.placements.get().code

    taken(report(tmp_path, META.replace("動画B", f"動画B_{code}")), mei)

    rows = Figure.objects.order_by("cost").values_list("flight_id", "creative_id")
    assert list(rows) == [(flight.pk, video.pk), (flight.pk, by_code.pk)]


def test_what_was_said_about_an_unknown_campaign_is_remembered(mei, autumn, tmp_path):
    taken(report(tmp_path, GOOGLE, encoding="utf-16"), mei)
    unknown = Figure.objects.get(campaign=None)

    assert match(unknown, Level.CAMPAIGN, campaign=autumn, by=mei) == 1

    assert cost_of(autumn) == 12_345 + 10_001 + 500
    taken(report(tmp_path, GOOGLE.replace("2026-11-02\t知らない", "2026-11-03\t知らない"), encoding="utf-16"), mei)
    assert not Figure.objects.filter(campaign=None).exists()


def test_the_reading_is_remembered_by_its_headers(mei, autumn, tmp_path):
    odd = "年月,キャンペーン名,なんとか金\n2026-11-01,秋の展示会,700\n"
    path = report(tmp_path, odd)
    assert look_at(path).missing == ["日付", "費用"]

    taken(path, mei, source="other", columns={"day": "年月", "campaign_name": "キャンペーン名", "cost": "なんとか金"})

    look = look_at(path)
    assert look.is_remembered
    assert look.missing == []
    assert cost_of(autumn) == 700
    assert ReportMap.objects.count() == 1


def test_money_in_millionths_and_in_another_currency(mei, autumn, tmp_path):
    text = "Day,Campaign,Currency code,Cost micros,Impr.,Clicks\n2026-11-01,autumn,USD,12340000,10,1\n"
    path = report(tmp_path, text)
    with pytest.raises(ReportUnreadable, match="USD"):
        taken(path, mei)

    taken(path, mei, rate=Decimal("150.5"))

    assert cost_of(autumn) == 1857  # 12.34 x 150.5 = 1857.17


def test_bad_lines_are_told_with_their_number_and_the_good_ones_are_taken(mei, autumn, tmp_path):
    text = (
        LINE
        + "きのう,リョウリン,秋の展示会,友だち,カード2,100,1,1,0,0\n"
        + "2026/11/2,リョウリン,秋の展示会,友だち,カード1,多い,1,1,0,0\n"
    )

    file = taken(report(tmp_path, text), mei)

    assert (file.created, file.rejected) == (1, 2)
    assert [line for line, _reason in file.problems] == [3, 4]
    assert "きのう" in file.problems[0][1]


def test_a_report_without_days_is_refused(mei, tmp_path):
    with pytest.raises(ReportUnreadable, match="日付"):
        taken(report(tmp_path, "キャンペーン名,消化金額 (JPY)\n秋,100\n"), mei)
    assert not Figure.objects.exists()


def test_what_is_no_table_is_refused(mei, tmp_path):
    path = tmp_path / "report.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 50)

    with pytest.raises(TableUnreadable):
        keep_report(path, name="report.csv", by=mei)


def test_a_report_is_taken_once(mei, autumn, tmp_path):
    file = taken(report(tmp_path, LINE), mei)

    with pytest.raises(ReportTaken):
        take_report(file, by=mei, source="line", columns={})


def test_sales_may_not_take_reports(sato, tmp_path):
    with pytest.raises(NotAllowed):
        keep_report(report(tmp_path, LINE), name="x.csv", by=sato)


def test_days_and_numbers_as_media_write_them():
    assert day_in("2026/11/01（日）") == date(2026, 11, 1)
    assert day_in("2026-11-01 to 2026-11-01") == date(2026, 11, 1)
    with pytest.raises(ValueError, match="日別"):
        day_in("2026-11-01 to 2026-11-07")
    assert number_in(" --") == 0
    assert number_in("１，２３４") == 1234
    with pytest.raises(ValueError, match="小さい"):
        number_in("-5")


def test_figures_without_a_campaign_find_one_that_was_planned_since(mei, autumn, tmp_path):
    taken(report(tmp_path, GOOGLE, encoding="utf-16"), mei)
    later = create_campaign(by=mei, name="知らない広告", code="later", channel="search")

    assert match_again(by=mei) == 1

    assert cost_of(later) == 500
