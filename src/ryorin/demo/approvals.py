"""Who stands where, the routes of approvals, and what waits for whom today."""

from datetime import datetime, time, timedelta

from ryorin.demo.prospects import TOKYO
from ryorin.demo.staff import Staff
from ryorin.lib import clock
from ryorin.lib.fiscal import add_business_days
from ryorin.workspace.approvals.actions import add_proxy, approve, create_route, deny, send_back
from ryorin.workspace.approvals.models import Approval, Quorum, Route, Who
from ryorin.workspace.approvals.queries import kinds
from ryorin.workspace.approvals.rules import Stage
from ryorin.workspace.members.actions import appoint_head, change_member
from ryorin.workspace.members.models import Level, Member
from ryorin.workspace.petitions.actions import ask_for_approval, create_petition
from ryorin.workspace.petitions.models import Category

LEVELS: tuple[tuple[str, Level, str], ...] = (
    ("okada", Level.DEPARTMENT_HEAD, "admin"),
    ("tamura", Level.DEPARTMENT_HEAD, "admin"),
    ("takagi", Level.SECTION_HEAD, "tamura"),
    ("kondo", Level.SECTION_HEAD, "tamura"),
    ("ono", Level.SECTION_HEAD, "okada"),
)
HEADS = {"sales1": "takagi", "sales2": "kondo", "inside": "ono", "marketing": "okada"}
PETITIONS: tuple[tuple[str, str, Category, int | None, str, int, str], ...] = (
    (
        "sato", "デモ機 VX-100 の増設（1台）", Category.PURCHASE, 2_200_000,
        "貸出中の2台だけでは、展示会後の依頼（月9件）に応えられません。\n増設すると貸出待ちが3週間から1週間になり、年度内に4件の受注を見込みます。",
        12, "approved",
    ),
    (
        "ishii", "名古屋の工場見学への同行出張", Category.PERSONNEL, 68_000,
        "大口商談の決裁者が同席する見学です。技術担当1名と向かいます。", 6, "approved",
    ),
    (
        "mei", "計測技術セミナーの会場費", Category.EXPENSE, 380_000,
        "昨年は参加82名、商談化11件でした。今年は午後の部を追加します。", 4, "sent_back",
    ),
    (
        "murata", "得意先の創立記念祝賀会の祝い花", Category.EXPENSE, 33_000,
        "取引20年の節目です。", 3, "denied",
    ),
    (
        "murata", "校正用ブロックゲージの買い替え", Category.PURCHASE, 540_000,
        "現行品の校正期限が来月末に切れます。同じ型の最新版に替えます。", 2, "one",
    ),
    (
        "ono", "インサイドセールス用ヘッドセット 6台", Category.PURCHASE, 108_000,
        "通話品質の苦情が先月7件ありました。", 1, "",
    ),
    (
        "sato", "販売店とのリベート条件の見直し", Category.AGREEMENT, 1_500_000,
        "四半期の達成率に応じて2～4％とする案です。現行は一律3％。", 1, "",
    ),
)  # fmt: skip


def arrange_approvals(staff: Staff) -> None:
    """This function will give members their places and draw the routes."""
    members = staff.members | {"admin": staff.administrator}
    for key, level, superior in (("admin", Level.EXECUTIVE, ""), *LEVELS):
        above = members.get(superior)
        members[key] = change_member(members[key], by=staff.administrator, version=None, level=level, superior=above)
    for team, head in HEADS.items():
        appoint_head(staff.teams[team], head=members[head], by=staff.administrator)
    draw_routes(members)


def fill_approvals(*, now: datetime) -> None:
    """This function will let a fortnight of petitions go round, and one section head name a stand-in."""
    everybody = Member.objects.select_related("team").order_by("pk")
    members = {member.email.partition("@")[0]: member for member in everybody}
    today = now.astimezone(TOKYO).date()
    for place, (who, title, category, amount, text, days_ago, ends) in enumerate(PETITIONS):
        day = add_business_days(today, -days_ago)
        asked_at = min(datetime.combine(day, time(9 + place, 20), TOKYO), now)
        with clock.frozen(asked_at):
            owner = members[who]
            petition = create_petition(by=owner, title=title, category=category, amount=amount, text=text)
            approval = ask_for_approval(petition, by=owner)
        if approval is not None:
            settle(approval, ends, asked_at, now)
    add_proxy(members["takagi"], by=members["takagi"], stand_in=members["tamura"])


def draw_routes(members: dict[str, Member]) -> None:
    """This function will draw the routes of every kind that has none yet."""
    superior, head = Stage(who=Who.SUPERIOR, hours=8), Stage(who=Who.LEVEL, level=Level.DEPARTMENT_HEAD, hours=16)
    board = Stage(who=Who.LEVEL, level=Level.EXECUTIVE, hours=24)
    heads = (members["okada"].pk, members["tamura"].pk)
    both = Stage(name="合議", who=Who.MEMBERS, member_ids=heads, quorum=Quorum.ALL, hours=16)
    steep: dict[str, object] = {
        "any": [at_least("discount_rate", 15), {"field": "margin_rate", "op": "lt", "value": 20}]
    }
    routes: tuple[tuple[str, str, dict[str, object], tuple[Stage, ...]], ...] = (
        ("petition", "100万円以上", at_least("amount", 1_000_000), (superior, both, board)),
        ("petition", "10万円以上", at_least("amount", 100_000), (superior, head)),
        ("petition", "そのほか", {}, (superior,)),
        ("quotation", "値引き15％以上、または粗利20％未満", steep, (superior, head)),
        ("quotation", "値引き5％以上", at_least("discount_rate", 5), (superior,)),
        ("campaign_budget", "300万円以上の施策", at_least("budget", 3_000_000), (superior, board)),
    )  # fmt: skip
    taken = set(Route.objects.values_list("kind", flat=True))
    for kind, name, condition, stages in routes:
        if kind in kinds() and kind not in taken:
            create_route(kind, name=name, condition=condition, stages=stages, by=members["admin"])


def settle(approval: Approval, ends: str, asked_at: datetime, now: datetime) -> None:
    """This function will let those whose turn it is decide, some hours apart, as far as the story goes."""
    at = asked_at
    for number in range(1, 6):
        at = min(at + timedelta(hours=2 * number), now)
        seats = [seat for turn in approval.turns.filter(state="waiting") for seat in turn.seats.filter(state="open")]
        if not ends or not approval.is_waiting or not seats or (ends == "one" and number > 1):
            return
        with clock.frozen(at):
            by = seats[0].member
            if ends == "sent_back":
                approval = send_back(approval, by=by, comment="会場の相見積もりを1社添えてください。")
            elif ends == "denied":
                approval = deny(approval, by=by, comment="祝電で足ります。社内規程の範囲で対応してください。")
            else:
                approval = approve(approval, by=by, comment="よろしくお願いします。" if number == 1 else "")


def at_least(field: str, value: int) -> dict[str, object]:
    return {"field": field, "op": "gte", "value": value}
