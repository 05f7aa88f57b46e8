"""After the sale: plans for machines, services and everything else; what was done of them; who has gone quiet."""

import random
from datetime import datetime, timedelta

from ryorin.demo.prospects import TOKYO
from ryorin.demo.staff import Staff
from ryorin.lib import clock
from ryorin.sales.aftercare.actions import create_plan, finish_step, look_for_quiet, start_using
from ryorin.sales.aftercare.actions.running import put_on_lists
from ryorin.sales.aftercare.actions.starting import start, won_since
from ryorin.sales.aftercare.models import FollowUp
from ryorin.workspace.audit import actions as audit

LOOKED_BACK = timedelta(days=70)
PLANS = (
    ("検査装置の導入後フォロー", "検査装置"),
    ("測定機の導入後フォロー", "測定機"),
    ("ソフトの活用フォロー", "ソフトウェア"),
)
NOTES = {
    "mailed": ("お礼と、サポート窓口のご案内をお送りした。", "導入資料を添えてお礼のメールを送った。"),
    "called": ("予定どおり届いたとのこと。設置も問題なし。", "順調に使えている。操作の質問に一つお答えした。"),
    "visited": ("現場で状態を確認。異常なし。", "増設の相談を受けた。"),
    "task": ("確認済み。",),
}
VOICES = {
    5: ("検査の時間が半分になった。", "現場の評判がとても良い。"),
    4: ("満足している。説明書がもう少し詳しいとよい。", "概ね期待どおり。"),
    3: ("まだ使いこなせていない。", ""),
    2: ("立ち上げに時間がかかりすぎた。",),
}
CHANCES = {5: 38, 4: 40, 3: 16, 2: 6}


def follow_customers(staff: Staff, *, now: datetime) -> None:
    """This function will make the plans, start them for the sales of the last weeks, and do most of what was due."""
    dice = random.Random(70)
    plans = []
    with clock.frozen(now - LOOKED_BACK):
        for name, category in PLANS:
            plan = create_plan(name=name, category=category, trigger="won", by=staff.members["tamura"])
            plans.append(start_using(plan, by=staff.members["tamura"]))
    with audit.together():
        for sale in sorted(won_since(now - timedelta(days=1500)), key=lambda sale: sale.at):
            if sale.at < now - LOOKED_BACK:
                continue
            with clock.frozen(sale.at + timedelta(minutes=5)):
                for plan in plans:
                    if plan.category in sale.categories:
                        start(plan, sale)
        for run in FollowUp.objects.order_by("started_on", "pk"):
            work_through(run, dice, now)
    put_on_lists()


def work_through(run: FollowUp, dice: random.Random, now: datetime) -> None:
    """This function will do the steps that were due by today; one in nine is still waiting."""
    for step in run.steps.all():
        at = datetime(step.due_on.year, step.due_on.month, step.due_on.day, 11, tzinfo=TOKYO)
        if at > now or dice.random() < 0.11:
            continue
        score = dice.choices(list(CHANCES), list(CHANCES.values()))[0] if step.asks_satisfaction else None
        comment = dice.choice(VOICES[score]) if score else ""
        with clock.frozen(at):
            finish_step(step, by=step.owner, note=dice.choice(NOTES[step.kind]), score=score, comment=comment)


def notice_quiet() -> None:
    """This function will look for customers gone quiet, once all orders are in history."""
    look_for_quiet()
