"""The company itself: who works there, what it sells, how it works together."""

from dataclasses import dataclass, field
from typing import Any

from ryorin.alignment.handoffs.actions import create_routing_rule, delete_routing_rule, prepare_defaults
from ryorin.alignment.handoffs.models import HowToRoute, RoutingRule
from ryorin.products.catalogue.actions import create_product
from ryorin.products.catalogue.models import Product
from ryorin.sales.deals.actions import create_pipeline
from ryorin.sales.deals.models import Pipeline
from ryorin.sales.deals.queries import default_pipeline
from ryorin.workspace.members.actions import add_member, add_team
from ryorin.workspace.members.models import Member, Role, Scope, Team
from ryorin.workspace.organisation.actions import set_up_company

PEOPLE: tuple[tuple[str, str, str, str, str], ...] = (
    ("tamura", "田村", "誠", Role.MANAGER, "sales1"),
    ("okada", "岡田", "美穂", Role.MANAGER, "marketing"),
    ("mei", "林", "芽衣", Role.MARKETER, "marketing"),
    ("nishi", "西", "拓海", Role.MARKETER, "marketing"),
    ("ono", "小野", "彩香", Role.SALES, "inside"),
    ("sato", "佐藤", "健", Role.SALES, "sales1"),
    ("takagi", "高木", "亮", Role.SALES, "sales1"),
    ("ishii", "石井", "由佳", Role.SALES, "sales1"),
    ("kondo", "近藤", "剛", Role.SALES, "sales2"),
    ("murata", "村田", "早紀", Role.SALES, "sales2"),
    ("hamada", "浜田", "修", Role.READ_ONLY, "marketing"),
)
TEAMS = {"marketing": "マーケティング部", "inside": "インサイドセールス", "sales1": "営業一課", "sales2": "営業二課"}
EAST = ("01", "04", "08", "10", "11", "13", "14", "15", "20", "22")
PRODUCTS: tuple[tuple[str, str, str, str, int, int, bool], ...] = (
    ("VX-100", "画像検査装置 VX-100", "検査装置", "台", 3_800_000, 2_200_000, True),
    ("VX-300", "画像検査装置 VX-300", "検査装置", "台", 7_600_000, 4_300_000, True),
    ("MZ-5", "三次元測定機 MZ-5", "測定機", "台", 9_800_000, 6_100_000, True),
    ("SW-1", "検査ソフト 年間ライセンス", "ソフトウェア", "式", 480_000, 60_000, False),
    ("CAL-1", "校正サービス", "サービス", "回", 48_000, 26_000, False),
    ("LED-2", "照明ユニット LED-2", "周辺機器", "個", 38_000, 17_000, False),
    ("NG-150", "デジタルノギス 150mm", "測定工具", "個", 12_800, 6_900, False),
    ("MM-25", "デジタルマイクロメーター 25mm", "測定工具", "個", 18_500, 9_800, False),
    ("ST-3", "替え測定子 3本組", "消耗品", "組", 6_400, 2_100, False),
    ("CL-10", "レンズクリーナー 10枚入", "消耗品", "箱", 1_800, 600, False),
)


@dataclass
class Staff:
    """Everybody and everything the story needs by name."""

    administrator: Member
    members: dict[str, Member] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    pipelines: list[Pipeline] = field(default_factory=list)

    @property
    def sellers(self) -> list[Member]:
        return [member for member in self.members.values() if member.role == Role.SALES]


def found_company(*, password: str) -> Staff:
    """This function will set up the company, its members, products, pipelines and ways of working."""
    administrator = set_up_company(
        name="明和計測株式会社",
        name_kana="メイワケイソク",
        email="admin@ryorin.example",
        password=password,
        family_name="木村",
        given_name="薫",
        postal_code="212-0013",
        prefecture="14",
        address="神奈川県川崎市幸区堀川町1-1",
        phone="044-555-0100",
        website="https://www.meiwa.example",
        sender_name="明和計測株式会社",
        sender_email="info@meiwa.example",
    )
    staff = Staff(administrator)
    for key, name in TEAMS.items():
        staff.teams[key] = add_team(name=name, by=administrator)
    for key, family, given, role, team in PEOPLE:
        more: dict[str, Any] = {"scope": Scope.TEAM} if role == Role.SALES else {}
        staff.members[key] = add_member(
            email=f"{key}@ryorin.example",
            password=password,
            family_name=family,
            given_name=given,
            role=role,
            team=staff.teams[team],
            by=administrator,
            **more,
        )
    for code, name, category, unit, price, cost, needs_person in PRODUCTS:
        staff.products[code] = create_product(
            by=administrator, code=code, name=name, category=category, unit=unit, price=price, cost=cost,
            needs_person=needs_person,
        )  # fmt: skip
    staff.pipelines = [default_pipeline(), create_pipeline(name="既存顧客", by=administrator)]
    agree_on_handoffs(staff)
    return staff


def agree_on_handoffs(staff: Staff) -> None:
    """This function will route leads: the company's owner first, then by region to the two sales teams in turn."""
    prepare_defaults()
    for rule in RoutingRule.objects.all():
        delete_routing_rule(rule, by=staff.administrator)
    east = {"field": "prefecture", "op": "in", "value": list(EAST)}
    for name, condition, how, team, hours in (
        ("担当のいる会社", {}, HowToRoute.COMPANY_OWNER, None, 3),
        ("東日本は営業一課", east, HowToRoute.ROUND_ROBIN, staff.teams["sales1"], 3),
        ("そのほかは営業二課", {}, HowToRoute.ROUND_ROBIN, staff.teams["sales2"], 4),
    ):
        create_routing_rule(by=staff.administrator, name=name, condition=condition, how=how, team=team, hours=hours)
