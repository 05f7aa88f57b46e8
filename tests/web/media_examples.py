"""What addresses of media and A/B tests are about: a flight, a creative with a file, a report, two creatives."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from tests.world import World

from ryorin.connectors.adcosts.actions import keep_report, look_at, take_report
from ryorin.marketing.experiments.actions import Draft, create_experiment, start
from ryorin.marketing.experiments.models import Experiment
from ryorin.marketing.media.actions import add_version, make_creative, plan_flight
from ryorin.marketing.media.models import AdFile, Creative, CreativeVersion, Figure, Flight

Examples = dict[str, Callable[[World], dict[str, Any]]]
REPORT = "日,キャンペーン,費用,表示回数,クリック数\n2026-11-01,どこかの広告,1000,100,10\n"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)


def flight_of(world: World) -> Flight:
    """Return a flight of the campaign."""
    found = Flight.objects.filter(campaign=world.campaign).first()
    return found or plan_flight(
        world.campaign, by=world.mei, vehicle="Google 検索", channel="search", starts_on=date(2026, 11, 1),
        ends_on=date(2026, 12, 31), budget=600_000,
    )  # fmt: skip


def creative_of(world: World, name: str = "資料請求バナー") -> Creative:
    """Return a creative of the campaign that waits for approval."""
    found = Creative.objects.filter(name=name).first()
    return found or make_creative(
        world.campaign, by=world.mei, name=name, landing="https://acme.example/", headline="資料請求はこちら"
    )


def version_of(world: World) -> CreativeVersion:
    """Return a version with a picture."""
    found = CreativeVersion.objects.first()
    return found or add_version(creative_of(world), PNG, name="banner.png", by=world.mei)


def report_of(world: World, *, is_taken: bool) -> AdFile:
    """Return a report that waits for its columns, or has been taken in."""
    found = AdFile.objects.filter(is_taken=is_taken).first()
    if found:
        return found
    place = Path(settings.MEDIA_ROOT) / "imports" / f"report-{is_taken}.csv"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(REPORT)
    file = keep_report(place, name="report.csv", by=world.mei)
    look = look_at(place)
    return take_report(file, by=world.mei, source="google", columns=look.columns) if is_taken else file


def unmatched_of(world: World) -> Figure:
    """Return a figure that belongs to no campaign yet."""
    report_of(world, is_taken=True)
    return Figure.objects.filter(campaign=None)[0]


def experiment_of(world: World, *, is_running: bool = False) -> Experiment:
    """Return a test of two creatives."""
    found = Experiment.objects.filter(subject="creative", state="running" if is_running else "draft").first()
    if found:
        return found
    variants = [Draft(name=name, target_id=creative_of(world, name).pk) for name in ("今のバナー", "新しいバナー")]
    made = create_experiment(
        by=world.mei, name="バナーの比較", subject="creative", metric="form_submitted", variants=variants
    )
    return start(made, by=world.mei) if is_running else made


def running_of(world: World) -> dict[str, Any]:
    return {"pk": experiment_of(world, is_running=True).pk}


MEDIA_EXAMPLES: Examples = {
    **dict.fromkeys(
        ("campaign_media", "campaign_results", "campaign_creatives", "creative_new", "flight_new", "campaign_delete"),
        lambda world: {"pk": world.campaign.pk},
    ),
    "campaign_qr_sheet": lambda world: {"pk": creative_of(world).campaign_id},
    "media_plan_file": lambda world: {"kind": "csv"},
    "flight": lambda world: {"pk": flight_of(world).pk},
    "creative": lambda world: {"pk": creative_of(world).pk},
    "creative_file": lambda world: {"pk": version_of(world).pk},
    "creative_preview": lambda world: {"pk": version_of(world).pk},
    "ad_report": lambda world: {"pk": report_of(world, is_taken=True).pk},
    "ad_report_take": lambda world: {"pk": report_of(world, is_taken=False).pk},
    "ad_match_again": lambda world: {},
    "ad_match": lambda world: {"pk": unmatched_of(world).pk},
    "experiment": lambda world: {"pk": experiment_of(world).pk},
    "experiment_stop": running_of,
    "experiment_decide": running_of,
}
MEDIA_POSTED: Examples = {
    "campaign_delete": lambda world: {},
    "flight_move": lambda world: {"from": "2026-11-02", "to": "2026-11-30", "version": 1},
    "flight_figures": lambda world: {"day": "2026-11-01", "cost": "1000"},
    "creative_approve": lambda world: {"version": creative_of(world).version},
    "creative_move": lambda world: {"version": creative_of(world).version, "state": "retired"},
    "creative_place": lambda world: {"flight": flight_of(world).pk},
    "ad_report_take": lambda world: {
        "source": "google", "column-day": "日", "column-campaign_name": "キャンペーン", "column-cost": "費用",
    },
    "ad_match": lambda world: {"campaign": world.campaign.pk},
    "experiment_stop": lambda world: {"reason": "季節が変わったため"},
    "experiment_decide": lambda world: {
        "reason": "申込が増えた", "variant": experiment_of(world, is_running=True).variants.first().pk
    },
}  # fmt: skip
