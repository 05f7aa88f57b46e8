"""A small world: people of every awkward kind, what they did, and the record types that describe them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
from django.db import models

from ryorin.conditions.fields import Field, RecordType, Segments, Type

NOW = datetime(2026, 11, 22, 3, 30, tzinfo=UTC)  # half past noon in Tokyo

PREFECTURES = (("01", "北海道"), ("13", "東京都"), ("27", "大阪府"))
KINDS = {"page_view": "ページ閲覧", "form_submitted": "フォーム送信", "called": "電話"}


class Company(models.Model):
    name = models.CharField(max_length=40, null=True)

    class Meta:
        app_label = "conditions_world"


class Person(models.Model):
    name = models.CharField(max_length=40, null=True)
    note = models.TextField(null=True)
    age = models.IntegerField(null=True)
    score = models.FloatField(null=True)
    rate = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    spent = models.BigIntegerField(null=True)
    born = models.DateField(null=True)
    seen_at = models.DateTimeField(null=True)
    subscribed = models.BooleanField(null=True)
    prefecture = models.CharField(max_length=2, null=True)
    owner = models.IntegerField(null=True)
    company = models.ForeignKey(Company, null=True, on_delete=models.CASCADE)

    class Meta:
        app_label = "conditions_world"


SEGMENTS = {1: "偶数の人", 2: "三の倍数の人", 3: "だれもいない"}


def members(segment: int) -> list[int]:
    """Return the ids of a segment's people."""
    return [number for number in range(1, 121) if {1: number % 2 == 0, 2: number % 3 == 0, 3: False}[segment]]


PERSON = RecordType(
    name="person",
    label="人",
    plural="people",
    table="people",
    segments=Segments(names=lambda: SEGMENTS, members=members),
    fields=(
        Field(name="name", label="氏名", type=Type.TEXT),
        Field(name="note", label="メモ", type=Type.TEXT),
        Field(name="age", label="年齢", type=Type.NUMBER),
        Field(name="score", label="スコア", type=Type.NUMBER),
        Field(name="rate", label="掛率", type=Type.NUMBER),
        Field(name="spent", label="購入額", type=Type.MONEY),
        Field(name="born", label="生年月日", type=Type.DATE),
        Field(name="seen_at", label="最終接触", type=Type.DATETIME),
        Field(name="subscribed", label="メール配信", type=Type.BOOLEAN),
        Field(name="prefecture", label="都道府県", type=Type.CHOICE, choices=PREFECTURES),
        Field(name="owner", label="担当者", type=Type.REFERENCE),
        Field(name="company", label="会社名", type=Type.TEXT, path="company__name", column="company_name"),
    ),
)
TOUCHPOINT = RecordType(
    name="touchpoint",
    label="行動",
    plural="touchpoints",
    table="touchpoints",
    fields=(
        Field(name="kind", label="種類", type=Type.CHOICE, choices=lambda: tuple(KINDS.items())),
        Field(name="at", label="日時", type=Type.DATETIME),
        Field(name="url", label="URL", type=Type.TEXT),
        Field(name="value", label="金額", type=Type.MONEY),
    ),
)

TEXTS = (None, "", "Sato", "sato", "SATO Mei", "佐藤 芽衣", "ＡＢＣ商事", "abc", "Äpfel", "ÄPFEL", "100%", "a_b\\c",
         "O'Brien", "か", "カ", "が", "😀", " ", "ß", "İ", '"x"')  # fmt: skip
NUMBERS = (None, 0, 1, -1, 3, -3, 40, 100)
FRACTIONS = (None, 0.0, 0.5, -2.5, 3.0, 3.25, 100.0)
MONEY = (None, 0, 1, -10_000, 1_234, 2**40, -(2**40))
MIDNIGHT_IN_TOKYO = datetime(2026, 11, 21, 15, tzinfo=UTC)
INSTANTS = (
    None,
    NOW,
    NOW - timedelta(days=7),
    NOW - timedelta(days=7, microseconds=1),
    NOW + timedelta(days=7),
    NOW + timedelta(days=7, microseconds=1),
    MIDNIGHT_IN_TOKYO,
    MIDNIGHT_IN_TOKYO - timedelta(microseconds=1),
    MIDNIGHT_IN_TOKYO + timedelta(days=1),
    datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
)
DATES = (None, *(date(2026, 11, day) for day in (1, 15, 21, 22, 23, 29, 30)), date(1970, 1, 1))
PATHS = (None, "", "/", "/price", "/PRICE?x=1", "/価格")


def people() -> list[dict[str, Any]]:
    """Return 120 people, values by field name; steps without common divisors mix the values well."""
    return [
        {
            "id": number + 1,
            "name": TEXTS[number % len(TEXTS)],
            "note": TEXTS[number * 5 % len(TEXTS)],
            "age": NUMBERS[number % len(NUMBERS)],
            "score": FRACTIONS[number % len(FRACTIONS)],
            "rate": None if number % 4 == 0 else Decimal(number % 13) / 4,
            "spent": MONEY[number % len(MONEY)],
            "born": DATES[number % len(DATES)],
            "seen_at": INSTANTS[number * 3 % len(INSTANTS)],
            "subscribed": (None, True, False)[number % 3],
            "prefecture": (None, "", "01", "13", "27")[number % 5],
            "owner": (None, 1, 2, 3)[number * 7 // 3 % 4],
            "company": TEXTS[number // 4 % len(TEXTS)],
        }
        for number in range(120)
    ]


def touchpoints() -> list[dict[str, Any]]:
    """Return what they did: some much, every fifth person nothing, and some visits of nobody known."""
    instants = [instant for instant in INSTANTS if instant]
    return [
        {
            "person_id": None if number % 11 == 0 else number % 97 if number % 97 % 5 else 7,
            "kind": tuple(KINDS)[number % 3],
            "at": instants[number * 5 % len(instants)],
            "url": PATHS[number % len(PATHS)],
            "value": MONEY[number * 3 % len(MONEY)],
        }
        for number in range(400)
    ]


def published_people() -> pa.Table:
    rows = [{("company_name" if name == "company" else name): value for name, value in row.items()} for row in people()]
    instant = pa.timestamp("us", tz="UTC")
    columns = {"id": pa.int64(), "name": pa.string(), "note": pa.string(), "age": pa.int64(), "score": pa.float64(),
               "rate": pa.decimal128(8, 2), "spent": pa.int64(), "born": pa.date32(), "seen_at": instant,
               "subscribed": pa.bool_(), "prefecture": pa.string(), "owner": pa.int64(),
               "company_name": pa.string()}  # fmt: skip
    return pa.Table.from_pylist(rows, schema=pa.schema(columns))


def published_touchpoints() -> pa.Table:
    instant = pa.timestamp("us", tz="UTC")
    columns = {"person_id": pa.int64(), "kind": pa.string(), "at": instant, "url": pa.string(), "value": pa.int64()}
    return pa.Table.from_pylist(touchpoints(), schema=pa.schema(columns))


def published_members() -> pa.Table:
    rows = [{"segment_id": segment, "person_id": person} for segment in SEGMENTS for person in members(segment)]
    return pa.Table.from_pylist(rows, schema=pa.schema({"segment_id": pa.int64(), "person_id": pa.int64()}))
