"""The lists of people, companies and orders: what is special about each."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ryorin.customers.companies.actions import change_company, delete_company
from ryorin.customers.people.actions import change_person, delete_person
from ryorin.web.lists import Listing
from ryorin.web.lists.listing import Lead, Row


def _person(row: Row) -> SafeString:
    kana = " ".join(filter(None, (row["family_kana"], row["given_kana"])))
    return format_html(
        '{}<span class="kana">{}</span>', " ".join(filter(None, (row["family_name"], row["given_name"]))), kana
    )


def _company(row: Row) -> SafeString:
    return format_html('{}<span class="kana">{}</span>', row["name"], row["name_kana"])


PEOPLE = Listing(
    title=pgettext_lazy("menu", "顧客"),
    url="people",
    record_url="person",
    lead=Lead(
        label=_("氏名"),
        paths=("family_name", "given_name", "family_kana", "given_kana"),
        show=_person,
        sort="family_kana",
    ),
    sorts_then={"family_kana": "given_kana"},
    new_url="person_new",
    new_label=_("顧客を登録"),
    search="person",
    change=change_person,
    change_verb="people.change",
    delete=delete_person,
    delete_verb="people.delete",
    restores=True,
    asks_touchpoints=True,
    empty_title=_("顧客はまだ登録されていません"),
    empty_text=_("お手元のExcelやCSVを取り込むと、会社や商談とのつながりごと登録できます。"),
    empty_url="imports",
    empty_label=_("ファイルを取り込む"),
    icon="users",
)
COMPANIES = Listing(
    title=pgettext_lazy("menu", "会社"),
    url="companies",
    record_url="company",
    lead=Lead(label=_("会社名"), paths=("name", "name_kana"), show=_company, sort="name_kana"),
    new_url="company_new",
    new_label=_("会社を登録"),
    search="company",
    change=change_company,
    change_verb="companies.change",
    delete=delete_company,
    delete_verb="companies.delete",
    restores=True,
    empty_title=_("会社はまだ登録されていません"),
    empty_text=_("会社名と法人番号の一覧があれば、まとめて取り込めます。"),
    empty_url="imports",
    empty_label=_("ファイルを取り込む"),
    icon="building",
)
ORDERS = Listing(
    title=pgettext_lazy("menu", "注文"),
    url="orders",
    record_url="order",
    lead=Lead(label=_("注文番号"), paths=("number",), show=lambda row: format_html("{}", row["number"]), sort="number"),
    sort="-ordered_at",
    empty_title=_("注文はまだありません"),
    empty_text=_("店舗やオンラインショップの注文を取り込むと、顧客ごとの購入がわかります。"),
    empty_url="imports",
    empty_label=_("注文を取り込む"),
    icon="shopping-bag",
)
