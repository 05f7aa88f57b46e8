from django.db.models import Q

from ryorin.customers.companies.models import Company
from ryorin.lib import clock
from ryorin.sales.deals import actions
from ryorin.sales.deals.models import Deal, Pipeline, Stage
from ryorin.sales.deals.queries import CARDS, board, cards_of, open_deals, stale_deals
from ryorin.workspace.members.models import Member, Scope


def test_the_board_sums_every_stage_and_weighs_it_by_its_probability(
    deal: Deal, stages: list[Stage], acme: Company, pipeline: Pipeline, sato: Member
) -> None:
    actions.open_deal(name="追加", by=sato, company=acme, stage=stages[3], amount=1_000_000, owner=sato)
    shown = board(pipeline, sato)
    assert [(column.count, column.amount, column.weighted) for column in shown.columns] == [
        (1, 3_000_000, 300_000),
        (0, 0, 0),
        (0, 0, 0),
        (1, 1_000_000, 600_000),
        (0, 0, 0),
    ]
    assert (shown.count, shown.amount, shown.weighted) == (2, 4_000_000, 900_000)


def test_closed_deals_are_not_on_the_board(deal: Deal, pipeline: Pipeline, sato: Member) -> None:
    actions.win_deal(deal, by=sato)
    assert board(pipeline, sato).count == 0


def test_a_member_sees_and_sums_only_what_is_theirs(deal: Deal, pipeline: Pipeline, kimura: Member) -> None:
    kimura.scope = Scope.OWN
    assert board(pipeline, kimura).amount == 0


def test_a_filter_narrows_totals_and_cards_alike(deal: Deal, pipeline: Pipeline, sato: Member) -> None:
    assert board(pipeline, sato, Q(amount__gt=5_000_000)).count == 0
    assert board(pipeline, sato, Q(amount__lt=5_000_000)).columns[0].cards[0].pk == deal.pk


def test_cards_are_paged_without_a_gap_or_a_repeat_even_when_they_entered_together(
    stages: list[Stage], pipeline: Pipeline, sato: Member
) -> None:
    now = clock.now()
    made = [actions.open_deal(name=f"商談{number}", by=sato, at=now).pk for number in range(CARDS + 5)]
    deals = open_deals(pipeline, sato)
    first, after = cards_of(stages[0], deals)
    second, end = cards_of(stages[0], deals, after=after)
    assert (len(first), len(second), end) == (CARDS, 5, "")
    assert sorted(card.pk for card in first + second) == made


def test_a_page_key_that_nobody_gave_out_shows_the_first_page(
    deal: Deal, stages: list[Stage], pipeline: Pipeline, sato: Member
) -> None:
    for after in ("x", "1e400_1", "nan_1", "1_", "_", "1_x"):
        assert cards_of(stages[0], open_deals(pipeline, sato), after=after)[0][0].pk == deal.pk


def test_deals_that_stand_still_are_counted_by_stage(deal: Deal, stages: list[Stage], sato: Member) -> None:
    assert stale_deals(sato) == {}
    Deal.objects.update(stage_since=clock.now().replace(year=2020))
    assert stale_deals(sato) == {stages[0]: 1}
