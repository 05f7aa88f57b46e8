"""What the campaigns ran on: flights, creatives with their links, the daily figures of media, a test of two of them."""

import io
import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from ryorin.demo.plan import Effort
from ryorin.demo.staff import Staff
from ryorin.lib import clock
from ryorin.marketing.campaigns.models import Campaign
from ryorin.marketing.experiments.actions import Draft, create_experiment, start
from ryorin.marketing.media.actions import (
    add_version,
    approve_creative,
    make_creative,
    move_creative,
    place,
    plan_flight,
    record_figures,
)
from ryorin.marketing.media.models import Creative, CreativeState, Flight, FlightState, Source
from ryorin.marketing.media.rules import Told
from ryorin.workspace.members.models import Member, Role

LANDING = "https://www.meiwa.example/"
ADS = {  # channel: medium, who tells its figures, part of the money, yen a click
    "search": (("Google 検索広告", Source.GOOGLE, 0.65, 280), ("Yahoo!広告 検索", Source.YAHOO_SEARCH, 0.35, 240)),
    "social": (("Instagram・Facebook広告", Source.META, 0.7, 140), ("LINE広告", Source.LINE, 0.3, 110)),
}
ONCE = {
    "event": ("出展ブース", "展示会事務局", "planned"),
    "print": ("専門誌・カタログ", "計測出版社", "booked"),
}
CREATIVES = ("カタログ請求", "導入事例")
COLOURS = ((38, 94, 168), (196, 106, 32))
TEST_DAYS = 90


def run_media(
    staff: Staff, efforts: list[Effort], spent: Iterable[tuple[int, date, int]], *, today: date
) -> list[Effort]:
    """This function will book flights, place creatives and record figures; the efforts it returns know their codes."""
    mei = staff.members["mei"]
    leader = Member.objects.filter(role__in=(Role.MANAGER, Role.ADMINISTRATOR), is_active=True).order_by("pk")[0]
    days: dict[int, list[tuple[date, int]]] = {}
    for pk, day, amount in spent:
        days.setdefault(pk, []).append((day, amount))
    told: list[Effort] = []
    for effort in efforts:
        campaign = effort.campaign
        if campaign is None or campaign.starts_on is None or campaign.ends_on is None:
            told.append(effort)
            continue
        flights = book(campaign, mei, today=today)
        if effort.channel not in ADS:
            told.append(effort)
            continue
        creatives = [
            draw(campaign, name, mei, leader, with_picture=campaign.ends_on >= today, colour=colour)
            for name, colour in zip(CREATIVES, COLOURS, strict=True)
        ]
        is_over = campaign.ends_on < today
        codes = [place(creative, flight, by=mei).code for flight in flights for creative in creatives]
        spend(campaign, [] if is_over else codes, days.get(campaign.pk, []), mei)
        told.append(replace(effort, codes=tuple(codes)))
    return told


def book(campaign: Campaign, mei: Member, *, today: date) -> list[Flight]:
    """This function will book what the campaign runs on."""
    starts_on, ends_on = campaign.starts_on, campaign.ends_on
    if starts_on is None or ends_on is None:
        return []
    if campaign.channel in ADS:
        return [
            plan_flight(
                campaign, by=mei, vehicle=name, channel=campaign.channel, source=source, state=FlightState.CONFIRMED,
                starts_on=starts_on, ends_on=ends_on, budget=int(campaign.budget * part),
                impressions=int(campaign.budget * part / price * 45), clicks=int(campaign.budget * part / price),
                leads=int(campaign.budget * part / price * 0.012),
            )
            for name, source, part, price in ADS[campaign.channel]
        ]  # fmt: skip
    if campaign.channel in ONCE:
        name, supplier, state = ONCE[campaign.channel]
        flight = plan_flight(
            campaign, by=mei, vehicle=name, channel=campaign.channel, supplier=supplier,
            state=FlightState.CONFIRMED if starts_on <= today else state,
            starts_on=starts_on, ends_on=ends_on, budget=campaign.budget,
        )  # fmt: skip
        return [flight]
    return []


def draw(
    campaign: Campaign, name: str, mei: Member, leader: Member, *, with_picture: bool, colour: tuple[int, int, int]
) -> Creative:
    """This function will make a creative that was approved and runs, or has run."""
    creative = make_creative(
        campaign, by=mei, name=f"{name}（{campaign.name}）"[:120], kind="image", headline=f"{name}はこちら",
        landing=f"{LANDING}{campaign.code}",
    )  # fmt: skip
    if with_picture:
        add_version(creative, picture(colour), name=f"{name}.png", by=mei, note="初稿")
    creative = approve_creative(creative, by=leader, version=None)
    creative = move_creative(creative, CreativeState.RUNNING, by=mei, version=None)
    if not with_picture:
        creative = move_creative(creative, CreativeState.RETIRED, by=mei, version=None)
    return creative


def picture(colour: tuple[int, int, int]) -> bytes:
    """Return a banner: two fields of colour, nothing else."""
    from PIL import Image, ImageDraw

    banner = Image.new("RGB", (600, 314), colour)
    brush = ImageDraw.Draw(banner)
    brush.polygon([(330, 0), (600, 0), (600, 314), (210, 314)], fill=tuple(min(255, tone + 60) for tone in colour))
    brush.ellipse([420, 70, 560, 210], fill="white")
    brush.rectangle([40, 60, 250, 84], fill="white")
    brush.rectangle([40, 110, 200, 124], fill="white")
    brush.rectangle([40, 230, 150, 266], fill="white")
    kept = io.BytesIO()
    banner.save(kept, "PNG")
    return kept.getvalue()


def spend(campaign: Campaign, codes: list[str], days: list[tuple[date, int]], mei: Member) -> None:
    """This function will record what each medium tells of each day, by ad where codes are given; it adds up to all."""
    for number, (_name, source, _part, price) in enumerate(ADS[campaign.channel]):
        lines = []
        own = codes[number * len(CREATIVES) : (number + 1) * len(CREATIVES)] or [""]
        for day, amount in days:
            first = int(amount * ADS[campaign.channel][0][2])
            mine = first if number == 0 else amount - first
            chance = random.Random(f"{source}{day}")
            for turn, code in enumerate(own):
                cost = mine if not code else mine // 2 if turn else mine - mine // 2
                clicks = max(0, round(cost / price * chance.uniform(0.8, 1.2)))
                lines.append(
                    Told(
                        day=day, campaign_name=campaign.name, campaign_key=f"{source}-{campaign.pk}", content=code,
                        ad_name=f"{CREATIVES[turn]} {code}" if code else "", cost=cost, clicks=clicks,
                        impressions=round(clicks * chance.uniform(35, 55)),
                        conversions=Decimal(round(clicks * 0.012 * chance.uniform(0.5, 1.5))),
                    )
                )  # fmt: skip
        record_figures(lines, source=source, by=mei)


def compare_creatives(staff: Staff, *, now: datetime) -> None:
    """This function will have begun, some weeks ago, to compare the two creatives that run in search."""
    mei = staff.members["mei"]
    running = Creative.objects.filter(state=CreativeState.RUNNING, campaign__channel="search").order_by("pk")[:2]
    pair = list(running)
    if len(pair) < 2:
        return
    with clock.frozen(now - timedelta(days=TEST_DAYS)):
        experiment = create_experiment(
            by=mei,
            name="検索広告：カタログ請求と導入事例",
            hypothesis="すぐ役立つカタログより、同業の事例のほうが問い合わせにつながる。",
            subject="creative",
            metric="form_submitted",
            guards=["consent_withdrawn"],
            campaign=pair[0].campaign,
            baseline=0.06,
            effect=0.03,
            window_days=30,
            variants=[Draft(name=CREATIVES[turn], target_id=creative.pk) for turn, creative in enumerate(pair)],
        )
        start(experiment, by=mei)
