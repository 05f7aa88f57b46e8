"""The small world: Mei markets, Sato sells, Ada buys at Acme. Kato sells for another team and sees only its records."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ryorin.alignment.handoffs.actions import offer_handoff, prepare_defaults
from ryorin.alignment.handoffs.models import Handoff
from ryorin.customers.companies.actions import create_company
from ryorin.customers.companies.models import Company
from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import Person
from ryorin.customers.purchases.actions import record_order
from ryorin.customers.purchases.models import Order
from ryorin.marketing.campaigns.actions import create_campaign
from ryorin.marketing.campaigns.models import Campaign
from ryorin.products.catalogue.actions import create_product
from ryorin.products.catalogue.models import Product
from ryorin.sales.activities.actions import log_activity
from ryorin.sales.activities.models import Activity
from ryorin.sales.deals.actions import open_deal
from ryorin.sales.deals.models import Deal
from ryorin.sales.deals.queries import default_pipeline
from ryorin.workspace.members.models import Member, Role, Scope, Team
from ryorin.workspace.organisation.models import Organisation
from ryorin.workspace.tasks.actions import add_task
from ryorin.workspace.tasks.models import Task

TOKYO = ZoneInfo("Asia/Tokyo")
PASSWORD = "kazaguruma-mawaru"
LAST_MONDAY = datetime(2026, 11, 16, 10, 0, tzinfo=TOKYO)


@dataclass(frozen=True, kw_only=True)
class World:
    """Everything of Acme is Sato's, of the team in Tokyo; Kato, in Osaka, sees his own team's records only."""

    organisation: Organisation
    kimura: Member  # administrator
    tamura: Member  # manager
    mei: Member  # marketer
    sato: Member  # sells, in Tokyo
    kato: Member  # sells, in Osaka, sees Osaka's records
    ono: Member  # reads only
    tokyo: Team
    osaka: Team
    acme: Company
    ada: Person
    deal: Deal
    activity: Activity
    task: Task
    order: Order
    handoff: Handoff
    campaign: Campaign
    product: Product

    @property
    def members(self) -> dict[str, Member]:
        """Return the members by what they stand for in the authorisation matrix."""
        return {
            "other team": self.kato,
            "read only": self.ono,
            "sales": self.sato,
            "marketer": self.mei,
            "manager": self.tamura,
            "administrator": self.kimura,
        }


def build_world() -> World:
    """This function will make the world in an empty database, by the verbs that people use."""
    organisation = Organisation.objects.create(name="両輪工業株式会社", site_key="sitekey-of-the-tests")
    tokyo, osaka = (Team.objects.create(name=name) for name in ("東京営業", "大阪営業"))
    kimura = known("kimura", "木村", "薫", Role.ADMINISTRATOR)
    tamura = known("tamura", "田村", "葵", Role.MANAGER)
    mei = known("mei", "林", "芽衣", Role.MARKETER)
    sato = known("sato", "佐藤", "健", Role.SALES, team=tokyo)
    kato = known("kato", "加藤", "誠", Role.SALES, team=osaka, scope=Scope.TEAM)
    ono = known("ono", "小野", "楓", Role.READ_ONLY)
    default_pipeline()
    prepare_defaults()
    campaign = create_campaign(by=mei, name="秋の展示会", channel="event")
    product = create_product(by=mei, code="KM-100", name="画像検査カメラ KM-100")
    acme = create_company(by=mei, name="株式会社アクメ", owner=sato)
    ada = create_person(
        by=mei,
        at=LAST_MONDAY,
        source_channel="event",
        source_campaign_id=campaign.pk,
        family_name="安達",
        given_name="栄太",
        family_kana="アダチ",
        given_kana="エイタ",
        email="ada@acme.example",
        company=acme,
        owner=sato,
    )
    handoff = offer_handoff(ada, by=mei, owner=sato)
    deal = open_deal(by=sato, name="検査ラインの更新", company=acme, person=ada, amount=3_800_000, owner=sato)
    order = record_order(
        by=sato,
        number="A-1001",
        ordered_at=LAST_MONDAY,
        channel="rep",
        person=ada,
        company=acme,
        owner=sato,
        lines=[{"description": "保守契約", "quantity": 1, "unit_price": 50_000, "amount": 50_000, "tax_rate": 10}],
    )
    return World(
        organisation=organisation,
        kimura=kimura,
        tamura=tamura,
        mei=mei,
        sato=sato,
        kato=kato,
        ono=ono,
        tokyo=tokyo,
        osaka=osaka,
        acme=acme,
        ada=ada,
        deal=deal,
        activity=log_activity("called", by=sato, person=ada, deal=deal, subject="仕様の確認"),
        task=add_task(title="見積を送る", owner=sato, by=sato, about=("deal", deal.pk, deal.name)),
        order=order,
        handoff=handoff,
        campaign=campaign,
        product=product,
    )


def known(name: str, family_name: str, given_name: str, role: Role, **fields: object) -> Member:
    """Return the member with this address, the fixture's own where it was made before."""
    email = f"{name}@ryorin.example"
    found = Member.objects.filter(email=email).first()
    if found is None:
        names = {"family_name": family_name, "given_name": given_name}
        return Member.objects.create_user(email, PASSWORD, role=role, **names, **fields)
    for field, value in fields.items():
        setattr(found, field, value)
    found.save()
    return found
