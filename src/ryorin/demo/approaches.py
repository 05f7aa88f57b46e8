"""Two weeks of calls, a round of visits and a direct mail, made by the verbs that the calling screen uses."""

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from ryorin.demo.prospects import TOKYO
from ryorin.demo.staff import Staff
from ryorin.lib import clock
from ryorin.lib.errors import Refusal
from ryorin.lib.fiscal import add_business_days
from ryorin.sales.approach.actions import Appointing, add_matching, create_list, mark_posted, record_attempt, take_next
from ryorin.sales.approach.models import ApproachList, Outcome, Then
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member

SEED = 20_261_122
DAYS, CALLS_A_DAY = 8, 7
LUCK = {9: 0.25, 10: 0.5, 11: 0.45, 13: 0.3, 14: 0.4, 15: 0.4, 16: 0.55, 17: 0.35}  # somebody answers, by hour
ANSWERED = {"接続": 9, "アポ獲得": 3, "資料送付": 4, "折り返し約束": 2, "拒否": 1}
UNANSWERED = {"不在": 6, "担当不在": 4, "番号違い": 1}
NOTES = {
    "接続": ("来期の予算で検討したいとのこと。", "現場の課題は検査の人手不足。", "いまの装置の更新は再来年。", ""),
    "アポ獲得": ("検査ラインを見せていただける。", "カタログを見たうえで詳しく聞きたいとのこと。"),
    "資料送付": ("導入事例の資料を希望。", "価格の目安がわかる資料を希望。"),
    "折り返し約束": ("会議中。手が空いたころにもう一度。",),
    "拒否": ("",),
}
SCRIPT = (
    "お世話になっております。{自社名}の{担当者}と申します。{会社名} {部署}の{氏名}様はいらっしゃいますか。\n\n"
    "先日は資料をご覧いただき、ありがとうございました。{商品}について、現場でお困りのことがないか伺いたく、お電話しました。\n\n"
    "・検査は、いまどなたが、どのようにされていますか。\n・見逃しや手直しは、月に何件ほどありますか。\n"
    "・もし自動にできるなら、いつごろまでに、とお考えですか。"
)
EARLY = {"field": "stage", "op": "in", "value": ["lead", "qualified"]}
WARM = {"all": [EARLY, {"field": "score", "op": "gte", "value": 10}]}
CUSTOMERS = {"all": [{"field": "stage", "op": "in", "value": ["customer", "repeat"]}]}


def approach_people(staff: Staff, *, now: datetime) -> None:
    """This function will make three lists and the calls of the last days."""
    today = now.astimezone(TOKYO).date()
    dice = random.Random(SEED)
    first = add_business_days(today, -DAYS)
    with audit.together():
        with clock.frozen(datetime.combine(first, time(8, 45), TOKYO)):
            calls, visits, letters = lists_of(staff, first, today)
        for day in working_days(first, today):
            for at in moments_of(dice, day):
                call_next(dice, calls, staff.members["ono"], at)
        with clock.frozen(datetime.combine(add_business_days(today, -3), time(16), TOKYO)):
            mark_posted(letters, by=staff.members["mei"])
        call_next(
            dice, visits, staff.members["tamura"], datetime.combine(add_business_days(today, -1), time(14), TOKYO)
        )


def lists_of(staff: Staff, first: date, today: date) -> tuple[ApproachList, ApproachList, ApproachList]:
    """Return the lists of calls, visits and letters, filled."""
    ono, tamura, mei = (staff.members[name] for name in ("ono", "tamura", "mei"))
    calls = create_list(
        by=ono,
        name="資料請求・展示会の電話フォロー",
        condition=WARM,
        callers=[ono],
        starts_on=first,
        ends_on=add_business_days(today, 10),
        goal=20,
        quiet_days=3,
        skips_open_deals=True,
        goods="画像検査装置",
        purpose="ご検討状況の確認",
        script=SCRIPT,
    )
    visits = create_list(
        by=tamura,
        name="年末のご挨拶まわり",
        method="visit",
        condition=CUSTOMERS,
        callers=[staff.members[name] for name in ("sato", "takagi", "ishii")],
        starts_on=today,
        ends_on=add_business_days(today, 20),
    )
    letters = create_list(by=mei, name="校正サービスのご案内DM", method="letter", condition=CUSTOMERS, piece_cost=180)
    greetings = create_list(by=mei, name="新年のご挨拶状", method="letter", condition=CUSTOMERS, piece_cost=95)
    for row in (calls, visits, letters, greetings):
        add_matching(row, by=row.owner)
    return calls, visits, letters


def working_days(first: date, today: date) -> Iterator[date]:
    """Return the business days from the first one up to, not including, today."""
    day = add_business_days(first, 0)
    while day < today:
        yield day
        day = add_business_days(day, 1)


def moments_of(dice: random.Random, day: date) -> list[datetime]:
    """Return when the calls of a day begin."""
    minutes = sorted(
        hour * 60 + dice.randrange(60)
        for hour in dice.choices(list(LUCK), k=dice.randint(CALLS_A_DAY - 2, CALLS_A_DAY))
    )
    return [datetime.combine(day, time(), TOKYO) + timedelta(minutes=minute) for minute in minutes]


def call_next(dice: random.Random, row: ApproachList, by: Member, at: datetime) -> None:
    """This function will let the member call (or visit) the next person, with an outcome by the hour's luck."""
    with clock.frozen(at):
        target = take_next(row, by=by)
        if target is None:
            return
        chosen = outcome_for(dice, row, at)
        wish = Appointing(starts_at=_free_hour(dice, at)) if chosen.then == Then.APPOINTMENT else None
        again = at + timedelta(hours=2) if chosen.then == Then.CALLBACK else None
        try:
            record_attempt(
                target,
                number=target.attempts + 1,
                outcome=chosen,
                by=by,
                note=dice.choice(NOTES.get(chosen.name, ("",))),
                appointing=wish,
                again_at=again,
                deal_name="検査ラインの自動化" if chosen.then == Then.APPOINTMENT else "",
                reason="電話での案内は不要とのこと" if chosen.then == Then.FORBID else "",
            )
        except Refusal:
            return


def outcome_for(dice: random.Random, row: ApproachList, at: datetime) -> Outcome:
    """Return what comes of it: somebody answers or not, by the hour."""
    if row.method == "visit":
        return Outcome.objects.get(method="visit", name="面談できた")
    odds = ANSWERED if dice.random() < LUCK.get(at.hour, 0.3) else UNANSWERED
    return Outcome.objects.get(method="call", name=dice.choices(list(odds), list(odds.values()))[0])


def _free_hour(dice: random.Random, at: datetime) -> datetime:
    """Return a time for a visit, two weeks of business days after the call."""
    day = add_business_days(at.astimezone(TOKYO).date(), DAYS + dice.randint(2, 5))
    return datetime.combine(day, time(dice.choice((10, 11, 13, 14, 15, 16))), TOKYO)
