"""Conditions in words."""

from datetime import UTC, date, datetime

import pytest
from django.utils.translation import override
from tests.conditions.world import KINDS, PERSON, TOUCHPOINT

from ryorin.conditions.sentence import sentence
from ryorin.conditions.tree import EVERYTHING, All, Any, Did, Node, Not, Op, Test, Times

TOKYO = Test("prefecture", Op.IS, "13")
VISITED = Did("page_view", Times.GTE, 3, 30)
APRIL = (date(2026, 4, 1), date(2026, 4, 30))
PRICE = Test("url", Op.CONTAINS, "/price")


@pytest.mark.parametrize(
    ("node", "words"),
    [
        (EVERYTHING, "すべて"),
        (Any(()), "該当なし"),
        (All((TOKYO, VISITED)), "都道府県が東京都、かつ直近30日間に「ページ閲覧」が3回以上"),
        (
            All((TOKYO, Any((Test("note", Op.EMPTY), Test("age", Op.GTE, 1200))))),
            "都道府県が東京都、かつ（メモが未入力、または年齢が1,200以上）",
        ),
        (All((Any((TOKYO,)),)), "都道府県が東京都"),
        (Not(All((TOKYO, VISITED))), "（都道府県が東京都、かつ直近30日間に「ページ閲覧」が3回以上）に該当しない"),
        (Did("page_view", Times.LTE, 0, 30, PRICE), "直近30日間に「ページ閲覧」（URLに「/price」を含む）がない"),
        (Did("called", Times.EQ, 2), "これまでに「電話」がちょうど2回"),
        (Did("danced", Times.LTE, 2, 7), "直近7日間に「danced」が2回以下"),
        (Test("prefecture", Op.IN, ("13", "27")), "都道府県が東京都、大阪府のいずれか"),
        (Test("prefecture", Op.IS_NOT, "13"), "都道府県が東京都以外"),
        (Test("company", Op.STARTS, "株式会社"), "会社名が「株式会社」で始まる"),
        (Test("spent", Op.GT, -10_000), "購入額が▲¥10,000より大きい"),
        (Test("score", Op.BETWEEN, (0, 2.5)), "スコアが0以上2.5以下"),
        (
            Test("born", Op.BETWEEN, (date(2026, 4, 1), date(2026, 4, 30))),
            "生年月日が2026年4月1日から2026年4月30日まで",
        ),
        (Test("seen_at", Op.LT, datetime(2026, 3, 31, 15, tzinfo=UTC)), "最終接触が2026年4月1日0:00より前"),
        (Test("seen_at", Op.BEFORE_DAYS, 90), "最終接触が90日前より前"),
        (Test("born", Op.NEXT_DAYS, 0), "生年月日が今日"),
        (Test("born", Op.WITHIN_DAYS, 7), "生年月日が直近7日以内"),
        (Test("subscribed", Op.IS, True), "メール配信がはい"),
        (Test("owner", Op.IS, 12), "担当者が番号12"),
    ],
)
def test_a_condition_is_said_in_japanese(node: Node, words: str) -> None:
    with override("ja"):
        assert sentence(node, PERSON, kinds=KINDS, touchpoint_type=TOUCHPOINT) == words


def test_money_is_said_in_the_company_s_currency() -> None:
    with override("ja"):
        assert sentence(Test("spent", Op.GTE, 1050), PERSON, currency="BRL") == "購入額がR$10.50以上"


def test_a_percent_sign_is_said_as_it_is() -> None:
    with override("ja"):
        assert sentence(Test("name", Op.IS, "100%(field)s"), PERSON) == "氏名が「100%(field)s」"
