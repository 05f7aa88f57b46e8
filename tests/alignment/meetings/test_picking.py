"""Which cases a meeting tells of, and by what evidence: no database is asked."""

from hypothesis import given
from hypothesis import strategies as st

from ryorin.alignment.meetings.rules.picking import (
    CampaignRun,
    ClosedDeal,
    good_campaigns,
    lost_cases,
    poor_campaigns,
    won_cases,
)


def evidence(found):
    return {one.id: one.because for one in found}


def test_without_deals_there_is_nothing_to_tell():
    assert won_cases([], known_channels=()) == [] and lost_cases([]) == []


def test_the_largest_the_first_of_a_channel_and_the_fastest_are_told():
    deals = [
        ClosedDeal(1, 900, 80, "event"),
        ClosedDeal(2, 100, 20, "event"),
        ClosedDeal(3, 200, 60, "search"),
        ClosedDeal(4, 150, 70, "event"),
    ]
    found = won_cases(deals, known_channels={"event"})
    assert evidence(found) == {1: "largest", 3: "new_channel", 2: "fastest"}
    assert (found[0].value, found[0].usual, found[0].of) == (900, 175, 4)
    assert (found[2].value, found[2].usual) == (20, 65)


def test_a_fastest_deal_that_was_not_truly_fast_is_no_case():
    deals = [ClosedDeal(number, 100, days) for number, days in enumerate((50, 60, 70))]
    assert "fastest" not in evidence(won_cases(deals, known_channels={""})).values()


def test_deals_without_amounts_have_no_largest():
    assert won_cases([ClosedDeal(1, 0, 10, "mail")], known_channels={"mail"}) == []


def test_lost_late_lost_after_much_effort_and_the_largest_are_told():
    deals = [
        ClosedDeal(1, 100, 30, reached=0.9, activities=1),
        ClosedDeal(2, 200, 40, reached=0.3, activities=9),
        ClosedDeal(3, 800, 20, reached=0.2, activities=0),
    ]
    assert evidence(lost_cases(deals)) == {1: "late", 2: "most_effort", 3: "largest"}


def test_a_deal_is_told_once_under_its_first_evidence():
    found = lost_cases([ClosedDeal(1, 500, 30, reached=1.0, activities=7)])
    assert evidence(found) == {1: "late"}


def test_campaigns_are_judged_by_what_sales_said_of_their_leads():
    runs = [
        CampaignRun(1, leads=20, cost=100_000, answered=10, accepted=9),
        CampaignRun(2, leads=40, cost=80_000, answered=10, accepted=2),
        CampaignRun(3, leads=0, cost=50_000),
        CampaignRun(4, leads=9, answered=2, accepted=2),
    ]
    assert evidence(good_campaigns(runs)) == {1: "best_acceptance", 2: "cheapest"}
    assert evidence(poor_campaigns(runs)) == {2: "worst_acceptance", 3: "no_leads"}


def test_too_few_answers_say_nothing_of_a_campaign():
    assert good_campaigns([CampaignRun(1, leads=3, answered=2, accepted=2)]) == []
    assert poor_campaigns([CampaignRun(1, leads=3, answered=2, accepted=0)]) == []


@given(
    st.lists(
        st.builds(
            ClosedDeal,
            id=st.integers(1, 50),
            amount=st.integers(0, 10**9),
            days=st.integers(0, 900),
            channel=st.sampled_from(["", "event", "mail"]),
            reached=st.floats(0, 1),
            activities=st.integers(0, 40),
        ),
        unique_by=lambda deal: deal.id,
        max_size=20,
    )
)
def test_every_case_is_a_deal_of_the_period_told_once_and_at_most_three(deals: list[ClosedDeal]):
    for found in (won_cases(deals, known_channels={"event"}), lost_cases(deals)):
        ids = [one.id for one in found]
        assert len(ids) == len(set(ids)) <= 3
        assert set(ids) <= {deal.id for deal in deals}
