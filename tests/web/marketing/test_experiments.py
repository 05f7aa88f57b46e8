"""Pages of A/B tests."""

import pytest
from django.test import Client
from tests.web.media_examples import creative_of, experiment_of
from tests.world import World

from ryorin.marketing.experiments.models import Experiment
from ryorin.workspace.members.models import Member

pytestmark = pytest.mark.django_db


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def typed(world: World, **changes):
    targets = [str(creative_of(world, name).pk) for name in ("今のバナー", "新しいバナー")]
    values = {
        "name": "バナーの比較", "subject": "creative", "metric": "form_submitted", "window_days": "14",
        "baseline": "5", "effect": "1", "alpha": "0.05", "power": "0.8", "included": "100",
        "variant-name": ["今", "新"], "variant-note": ["", "色を変えた"], "variant-share": ["50", "50"],
        "variant-target": targets, "once": "e1",
    }  # fmt: skip
    return values | changes


def test_mei_writes_a_test_starts_it_and_decides(world):
    mei = signed_in(world.mei)
    assert mei.post("/experiments/new/", typed(world)).status_code == 302
    found = Experiment.objects.get()
    assert found.baseline == pytest.approx(0.05)

    mei.post(f"/experiments/{found.pk}/start/")
    page = mei.get(f"/experiments/{found.pk}/").content.decode()
    assert "まだ誰も見ていません" in page
    mei.post(f"/experiments/{found.pk}/decide/", {"variant": found.variants.all()[1].pk, "reason": "申込が増えた"})

    found.refresh_from_db()
    assert (found.state, found.winner.name) == ("decided", "新")


def test_the_same_form_twice_makes_one_test(world):
    mei = signed_in(world.mei)
    for _turn in range(2):
        mei.post("/experiments/new/", typed(world, once="twice"))

    assert Experiment.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"variant-name": ["ひとつ", ""], "variant-target": ["", ""]},
        {"variant-share": ["50", "多い"]},
        {"variant-target": ["999999", "1"]},
        {"baseline": "99", "effect": "2"},
        {"metric": "nothing"},
        {"name": "x" * 300},
    ],
)
def test_faults_are_told_on_the_form(world, wrong):
    answer = signed_in(world.mei).post("/experiments/new/", typed(world, **wrong))

    assert answer.status_code == 422
    assert not Experiment.objects.exists()


def test_the_helper_says_how_many_people_it_takes(world):
    mei = signed_in(world.mei)

    page = mei.get("/experiments/size/?baseline=5&effect=1&alpha=0.05&power=0.8&a_day=1000").content.decode()

    assert "31,608" in page
    assert "32日" in page
    assert mei.get("/experiments/size/?baseline=x").status_code == 200


def test_a_started_test_keeps_its_variants_but_takes_a_new_name(world):
    mei = signed_in(world.mei)
    found = experiment_of(world, is_running=True)
    rows = list(found.variants.all())
    values = typed(world, name="別の名前") | {
        "variant-name": [row.name for row in rows], "variant-target": [str(row.target_id) for row in rows],
        "version": str(found.version),
    }  # fmt: skip

    assert mei.post(f"/experiments/{found.pk}/edit/", values).status_code == 302

    found.refresh_from_db()
    assert found.name == "別の名前"
    assert [row.name for row in found.variants.all()] == [row.name for row in rows]


def test_variants_can_be_added_on_the_form(world):
    page = signed_in(world.mei).get(
        "/experiments/targets/?more&subject=creative&variant-name=A&variant-name=B&variant-note=&variant-note="
        "&variant-share=50&variant-share=50&variant-target=&variant-target="
    )

    assert page.content.decode().count('name="variant-name"') == 3


def test_stopping_without_a_reason_is_refused(world):
    found = experiment_of(world, is_running=True)

    assert signed_in(world.mei).post(f"/experiments/{found.pk}/stop/", {"reason": ""}).status_code == 400
