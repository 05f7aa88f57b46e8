"""What customers told the sellers: hearings, needs in their own words, and the problem that stands on each deal."""

import random
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from ryorin.customers.voice.actions import note_need
from ryorin.customers.voice.models import NeedSource
from ryorin.demo.staff import Staff
from ryorin.lib import clock
from ryorin.lib.ids import named_id
from ryorin.sales.deals.actions import add_person, change_deal, set_stage_rules
from ryorin.sales.deals.actions.stage_rules import Asked
from ryorin.sales.deals.models import Deal
from ryorin.sales.hearing.actions import finish_hearing, first_sheets, save_answer, start_hearing
from ryorin.sales.hearing.models import Hearing

SEED = 20_261_126
DEALS, HEARINGS, VOICES = 36, 12, 60
HOURS_A_MONTH, WAGES = (20, 40, 60, 80, 120), (3_000, 4_000, 5_000)
# The problem, as it is asked for by kind of product: what, the customer's own words, what we propose, what it brings.
STORIES = (
    (
        "目視検査に時間がかかり、残業が続いている",
        "毎日2時間は検査のための残業です。若い人が続きません。",
        "画像検査機による全数検査の自動化",
        "検査時間を6割減らし、検査員を3名から1名に",
    ),
    (
        "不良の見逃しで年に数回クレームになる",
        "先月も流出があって、お客さんに謝りに行きました。",
        "良品学習による判定と、画像の記録",
        "流出をほぼなくし、原因をあとから調べられる",
    ),
    (
        "検査の結果が人によってばらつく",
        "ベテランが休むと判定が変わるんです。",
        "判定基準を画像で統一する検査ソフト",
        "判定のばらつきをなくし、教育期間を半分に",
    ),
    (
        "検査データを手で転記していて集計が遅れる",
        "月末はExcelの打ち込みだけで丸2日かかります。",
        "検査機から集計までの自動連携",
        "転記の手間がなくなり、翌日には傾向が見える",
    ),
    (
        "設備の校正に毎回ラインを止めている",
        "校正のたびに半日止まるのがつらい。",
        "出張校正と予備機の貸し出し",
        "停止を年6回から1回に",
    ),
)
VOICES_OF = (
    ("wish", "夜間も無人で検査したい", "夜勤の人が集まらないので、夜だけでも任せられると助かります。", "検査装置", ""),
    (
        "wish",
        "スマートフォンで結果を見たい",
        "現場を離れていても、止まったらすぐ分かるとうれしい。",
        "ソフトウェア",
        "",
    ),
    ("complaint", "操作画面の文字が小さい", "老眼にはつらいですね。", "ソフトウェア", ""),
    ("complaint", "納期の回答が遅い", "いつ届くのか、もう少し早く知りたいです。", "サービス", ""),
    ("praise", "設置の段取りがよかった", "ラインを止めずに入れてもらえて助かりました。", "サービス", ""),
    (
        "competitor",
        "他社はレンタルから始められる",
        "あちらは月払いで試せると言っていました。",
        "検査装置",
        "東都ビジョン",
    ),
    ("competitor", "価格は他社のほうが安い", "見積りは2割ほど安かったです。", "検査装置", "ミナト計測"),
    ("budget", "来期の設備予算で検討したい", "4月以降なら枠が取れそうです。", "検査装置", ""),
    ("problem", "照明が変わると誤判定が増える", "夕方になると急に止まるんですよ。", "検査装置", ""),
)


def hear_customers(staff: Staff, *, now: datetime) -> None:
    """This function will let the sellers hold hearings, note voices, and write problem and proposal on their deals."""
    dice = random.Random(SEED)
    sheet = first_sheets()[0]
    deals = list(Deal.objects.open().exclude(person=None).select_related("person", "company", "owner").order_by("-pk"))
    for place, deal in enumerate(deals[:DEALS]):
        moment = min(deal.opened_at + timedelta(days=dice.uniform(1, 9)), now - timedelta(hours=1))
        with clock.frozen(moment):
            story = dice.choice(STORIES)
            if place < HEARINGS:
                hold(start_hearing(sheet, by=deal.owner, deal=deal), story, dice, finished=place % 4 != 3)
            else:
                hear(deal, story, dice, moment)
            propose(deal, story, dice, far=place % 3 != 0)
    talked = list(Deal.objects.exclude(person=None).select_related("person", "company", "owner").order_by("-pk")[:400])
    for deal in dice.sample(talked, min(VOICES, len(talked))):
        said_at = min(deal.opened_at + timedelta(days=dice.uniform(0, 30)), now - timedelta(hours=2))
        kind, what, words, area, rival = dice.choice(VOICES_OF)
        with clock.frozen(said_at):
            note_need(
                what, kind=kind, by=deal.owner, person=deal.person, company=deal.company, deal_id=deal.pk,
                words=words, area=area, competitor=rival, strength=dice.choice([2, 3, 3, 4, 5]), source=NeedSource.DEAL,
            )  # fmt: skip
    stages = list(staff.pipelines[0].stages.all())
    if len(stages) > 3:
        with clock.frozen(now):
            asked = [Asked("field", "problem", "お客さまの課題"), Asked("part", "決裁", "関係者「決裁」")]
            set_stage_rules(stages[3], asked, by=None)


def hold(hearing: Hearing, story: tuple[str, str, str, str], dice: random.Random, *, finished: bool) -> None:
    """This function will fill in the sheet as the customer answered."""
    what, words, _solution, _effect = story
    has_budget = dice.choice(["確保済み", "申請中", "これから", "未定"])
    answers: dict[str, Any] = {
        "needs": [
            {"id": str(uid_of(hearing, "need")), "what": what, "words": words, "strength": dice.choice([3, 4, 5])}
        ],
        "urgent": dice.choice([2, 3, 4, 5]),
        "has_budget": has_budget,
        "budget": "" if has_budget == "未定" else str(dice.choice([2, 3, 5, 8]) * 1_000_000),
    }
    if finished:
        rival = dice.random() < 0.5
        answers |= {"authority": {"person": hearing.person_id, "name": ""}, "rival": "yes" if rival else "no"}
        answers |= {"rival_name": dice.choice(["東都ビジョン", "ミナト計測"])} if rival else {}
    for key, value in answers.items():
        save_answer(hearing, key, value, by=hearing.owner, version=0, client_id=uid_of(hearing, key))
    if finished:
        finish_hearing(hearing, by=hearing.owner)


def hear(deal: Deal, story: tuple[str, str, str, str], dice: random.Random, moment: datetime) -> None:
    note_need(
        story[0], kind="problem", by=deal.owner, person=deal.person, company=deal.company, deal_id=deal.pk,
        words=story[1], area="検査装置", strength=dice.choice([3, 4, 5]), source=NeedSource.DEAL, said_at=moment,
    )  # fmt: skip


def propose(deal: Deal, story: tuple[str, str, str, str], dice: random.Random, *, far: bool) -> None:
    """This function will write the problem on the deal, and for those who have come far what we propose."""
    what, _words, solution, effect = story
    hours, people, wage = dice.choice(HOURS_A_MONTH), dice.choice([1, 2, 3]), dice.choice(WAGES)
    fields: dict[str, Any] = {"problem": what}
    if far:
        basis = f"月{hours}時間 × {people}人 × {wage:,}円 × 12か月"
        cost = hours * people * wage * 12
        fields |= {"problem_cost": cost, "cost_basis": basis, "solution": solution, "effect": effect}
        assert deal.person is not None
        part = deal.people.filter(person=deal.person).values_list("part", flat=True).first()
        add_person(
            deal, deal.person, by=deal.owner, part=part or "推進", attitude=dice.choice(["for", "for", "neutral"])
        )
    change_deal(deal, by=deal.owner, version=None, **fields)


def uid_of(hearing: Hearing, name: str) -> UUID:
    """Return the same id for the same answer each time the company is made."""
    return named_id(clock.now(), "hearing", str(hearing.pk), name)
