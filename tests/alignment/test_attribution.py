"""Which channel brought what, in the small world: every figure here can be counted on the fingers."""

from datetime import UTC, date, datetime, timedelta

import pytest

from ryorin.alignment.attribution.errors import ConversionUnknown, ModelUnknown
from ryorin.alignment.attribution.queries import contribution, conversions_behind, path_of
from ryorin.alignment.attribution.rules import MODELS, Conversion, Question, roi, spreads
from ryorin.customers.companies.actions import create_company
from ryorin.customers.identity.actions import recognise
from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import Person
from ryorin.customers.purchases.actions import record_order
from ryorin.customers.timeline.actions import record
from ryorin.insight.lake.actions import catch_up
from ryorin.insight.methods.attribution import Share
from ryorin.marketing.campaigns.actions import create_campaign, record_cost
from ryorin.sales.deals.actions import open_deal, win_deal
from ryorin.sales.deals.models import Deal
from ryorin.sales.deals.queries import default_pipeline
from ryorin.workspace.members.models import Member

WON = datetime(2026, 11, 15, 3, tzinfo=UTC)
NOVEMBER = (date(2026, 11, 1), date(2026, 12, 1))


def asked(conversion: Conversion = Conversion.DEAL, **more: object) -> Question:
    return Question(conversion, *NOVEMBER, **more)  # type: ignore[arg-type]


def before(days: float) -> datetime:
    return WON - timedelta(days=days)


def view(person: Person, channel: str, days: float, **more: object) -> None:
    record("page_view", source="test", at=before(days), person_id=person.pk, channel=channel, **more)


def counted(shares: dict[str, Share]) -> dict[str, float]:
    return {name: round(share.conversions, 6) for name, share in shares.items() if share.conversions}


def won(name: str, person: Person | None, *, by: Member, amount: int = 600_000, **more: object) -> Deal:
    deal = open_deal(by=by, name=name, person=person, amount=amount, owner=by, at=before(8), **more)  # type: ignore[arg-type]
    return win_deal(deal, by=by, at=WON)


@pytest.fixture
def ada(mei: Member) -> Person:
    default_pipeline()
    return create_person(by=mei, family_name="安達", at=before(60), source_channel="event")


@pytest.fixture
def bought(ada: Person, sato: Member) -> Deal:
    """Ada came by the exhibition, searched twice, came by mail, was visited; then Acme's deal was won."""
    view(ada, "search", 40)
    view(ada, "search", 30)
    record("mail_clicked", source="test", at=before(20), person_id=ada.pk)
    record("visited", source="test", at=before(10), person_id=ada.pk, channel="rep")
    deal = won("検査装置", ada, by=sato)
    catch_up()
    return deal


def test_the_path_of_a_deal_is_what_touched_its_person_in_order(bought: Deal) -> None:
    found = path_of(Conversion.DEAL, bought.pk)
    touches = [(touch.channel, round(touch.age)) for touch in found.touches]
    assert touches == [("event", 60), ("search", 30), ("mail", 20), ("visited", 10)]
    assert found.value == 600_000 and "markov" not in found.by_model
    assert found.by_model["linear"]["mail"] == Share(0.25, 150_000)


def test_every_model_shares_out_the_deal_by_its_rule(bought: Deal) -> None:
    found = contribution(asked())
    assert (found.conversions, found.value, found.untraced, found.touched_by_many) == (1, 600_000, 0, 1)
    assert counted(found.by_model["first_touch"]) == {"event": 1}
    assert counted(found.by_model["last_touch"]) == {"visited": 1}
    assert counted(found.by_model["linear"]) == {"event": 0.25, "search": 0.25, "mail": 0.25, "visited": 0.25}
    assert counted(found.by_model["position_based"]) == {"event": 0.4, "search": 0.1, "mail": 0.1, "visited": 0.4}
    for shares in found.by_model.values():
        assert sum(share.value for share in shares.values()) == pytest.approx(600_000)


def test_the_window_forgets_what_was_long_ago(bought: Deal) -> None:
    assert set(contribution(asked(window=30)).channels) == {"search", "mail", "visited"}
    assert contribution(asked(window=7)).untraced == 1
    assert len(contribution(asked(window=None)).channels) == 4


def test_without_sales_only_media_share_the_deal(bought: Deal) -> None:
    assert counted(contribution(asked(with_sales=False)).by_model["last_touch"]) == {"mail": 1}


def test_each_figure_opens_the_conversions_behind_it(bought: Deal) -> None:
    assert conversions_behind(asked(), channel="search") == ([bought.pk], 1)
    assert conversions_behind(asked(), channel="search", model="last_touch") == ([], 0)
    assert conversions_behind(asked(), channel="visited", model="last_touch") == ([bought.pk], 1)
    assert conversions_behind(asked(), channel="") == ([], 0)
    with pytest.raises(ModelUnknown):
        conversions_behind(asked(), channel="search", model="guess")


def test_a_session_is_one_touch_by_what_led_to_it_and_machines_are_none(ada: Person, sato: Member) -> None:
    for minutes, channel in enumerate(("social", "direct", "direct")):
        view(ada, channel, 5 - minutes / 1440, properties={"session": "s1"}, visitor="v")
    view(ada, "", 3, properties={"session": "s2"}, visitor="v")
    view(ada, "search", 2, properties={"session": "s3"}, visitor="bot", verdict="machine")
    deal = won("検査装置", ada, by=sato)
    catch_up()
    assert [touch.channel for touch in path_of(Conversion.DEAL, deal.pk, window=7).touches] == ["social", "direct"]


def test_what_a_browser_did_before_it_was_known_counts(ada: Person, sato: Member) -> None:
    record("page_view", source="test", at=before(6), visitor="browser", channel="display")
    recognise("browser", ada, why="form")
    deal = won("検査装置", ada, by=sato)
    catch_up()
    assert [touch.channel for touch in path_of(Conversion.DEAL, deal.pk, window=7).touches] == ["display"]


def test_what_came_after_the_deal_has_no_part_in_it(bought: Deal, ada: Person) -> None:
    view(ada, "tv", -3)
    catch_up()
    assert "tv" not in contribution(asked()).channels


def test_a_deal_of_a_company_takes_the_touches_of_its_people(mei: Member, sato: Member) -> None:
    default_pipeline()
    acme = create_company(by=mei, name="株式会社アクメ")
    for name, channel, days in (("安達", "event", 9), ("井上", "referral", 4)):
        create_person(by=mei, family_name=name, company=acme, at=before(days), source_channel=channel)
    deal = won("更新", None, by=sato, company=acme)
    catch_up()
    assert [touch.channel for touch in path_of(Conversion.DEAL, deal.pk).touches] == ["event", "referral"]


def test_a_conversion_nobody_traced_stands_apart_and_is_shared_out_to_nobody(mei: Member, sato: Member) -> None:
    default_pipeline()
    unknown = create_person(by=mei, family_name="無名", at=before(9))
    deal = won("突然の注文", unknown, by=sato)
    catch_up()
    found = contribution(asked())
    assert (found.conversions, found.untraced, found.untraced_value, found.by_model) == (1, 1, 600_000, {})
    assert conversions_behind(asked(), channel="") == ([deal.pk], 1)
    assert path_of(Conversion.DEAL, deal.pk).touches == ()


def test_those_who_did_not_convert_change_what_markov_says_and_nothing_else(
    bought: Deal, ada: Person, mei: Member
) -> None:
    alone = contribution(asked())
    for place in range(3):
        create_person(by=mei, family_name=f"検討{place}", at=before(place), source_channel="search")
    catch_up()
    found = contribution(asked())
    assert (alone.nulls, found.nulls) == (0, 3)
    assert found.by_model["linear"] == alone.by_model["linear"]
    # now three of four begin with search and are lost there: without the exhibition 3/4 of the conversions are left
    assert counted(found.by_model["markov"]) == pytest.approx(
        {"event": 1 / 13, "search": 4 / 13, "mail": 4 / 13, "visited": 4 / 13}, abs=1e-6
    )


def test_leads_come_from_browsers_too_and_strangers_count_as_not_converted(mei: Member) -> None:
    record("page_view", source="test", at=before(2), visitor="stranger", channel="search")
    record("page_view", source="test", at=before(3), visitor="hers", channel="social")
    create_person(by=mei, family_name="安達", at=before(1), source_channel="search", visitor="hers")
    catch_up()
    found = contribution(asked(Conversion.LEAD))
    assert (found.conversions, found.nulls, found.value) == (1, 1, 0)
    assert counted(found.by_model["first_touch"]) == {"social": 1}


def test_orders_count_each_or_the_first_only(ada: Person, sato: Member) -> None:
    line = {"description": "部品", "quantity": 1, "unit_price": 1_000, "amount": 1_000, "tax_rate": 10}
    for number, days in (("A-1", 20), ("A-2", 10), ("A-3", 5)):
        record_order(by=sato, number=number, ordered_at=before(days), channel="online", person=ada, lines=[line])
    catch_up()
    each, first = contribution(asked(Conversion.ORDER)), contribution(asked(Conversion.FIRST_ORDER))
    assert (each.conversions, each.value) == (2, 2_000)  # the first was in October
    assert (first.conversions, first.value) == (0, 0)


def test_cost_and_return_stand_where_a_cost_is_known(bought: Deal, mei: Member) -> None:
    campaign = create_campaign(by=mei, name="検索広告", channel="search")
    record_cost(campaign, by=mei, day=date(2026, 11, 3), amount=100_000)
    catch_up()
    found = contribution(asked())
    assert found.cost == {"search": 100_000}
    assert roi(found.by_model["linear"]["search"].value, found.cost.get("search")) == pytest.approx(0.5)
    assert roi(150_000, found.cost.get("mail")) is None


def test_how_far_the_models_are_apart_is_told_by_channel() -> None:
    by_model = {
        "first_touch": {"a": Share(3, 0), "b": Share(1, 0)},
        "last_touch": {"a": Share(1, 0), "b": Share(3, 0)},
    }
    spread = spreads(by_model, of_value=False)["a"]
    assert (spread.low, spread.high, spread.low_model, spread.high_model) == (0.25, 0.75, "last_touch", "first_touch")
    assert spreads(by_model, of_value=True) == {}


def test_an_empty_home_has_nothing_to_share_out(db: None) -> None:
    for conversion in Conversion:
        found = contribution(asked(conversion))
        assert (found.conversions, found.by_model, found.channels) == (0, {}, [])
    with pytest.raises(ConversionUnknown):
        path_of(Conversion.DEAL, 1)


def test_one_channel_alone_gets_all_under_every_model(ada: Person, sato: Member) -> None:
    won("検査装置", ada, by=sato)
    catch_up()
    found = contribution(asked())
    assert [counted(found.by_model[name]) for name in MODELS] == [{"event": 1}] * len(MODELS)
