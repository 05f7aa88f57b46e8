"""Messages of the demo company: what its customers get in the post box."""

from datetime import datetime, timedelta

from ryorin.demo.staff import Staff
from ryorin.lib import clock
from ryorin.marketing.mail.actions import (
    change_message,
    change_sender,
    create_message,
    first_sender,
    make_dkim_key,
    set_rule,
)
from ryorin.marketing.mail.models import Message
from ryorin.marketing.mail.rules import blocks, mjml
from ryorin.marketing.mail.rules.blocks import Palette
from ryorin.marketing.mail.rules.samples import BY_KEY
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.queries import current

BUYERS = {"field": "stage", "op": "in", "value": ["customer", "repeat"]}
# The sample, the message's name, where its links lead, what stands for 〇月〇日, how many days ago it was written.
MESSAGES = (
    ("thanks", "展示会のお礼（春）", "/cases", "", 120),
    ("seminar", "オンラインセミナー案内", "/seminar", "来月12日（木）", 40),
    ("newsletter", "ニュースレター", "/news", "来月20日（金）", 21),
    ("dormant", "しばらくお取引のない方へ", "/contact", "", 14),
    ("survey", "導入3か月アンケート", "/survey", "今月30日（月）", 6),
)


def write_messages(staff: Staff, *, now: datetime) -> list[Message]:
    """This function will register the sender and write the messages; the last one is still being written."""
    boss, mei = staff.administrator, staff.members["mei"]
    with clock.frozen(now - timedelta(days=150)):
        sender = first_sender(by=boss)
        domain = sender.from_email.rpartition("@")[2]
        sender = change_sender(
            sender, by=boss, version=None, dkim_domain=domain, dkim_selector="ryorin", colour="#1f5f4a"
        )
        make_dkim_key(sender, by=boss, version=None)
    palette = Palette(colour=sender.colour, name=current().name)
    website = current().website.rstrip("/") or f"https://{domain}"
    made = []
    for key, name, path, day, days in MESSAGES:
        sample = BY_KEY[key]
        content = sample.contents["ja"]
        with clock.frozen(now - timedelta(days=days)):
            made.append(
                create_message(
                    name=name,
                    by=mei,
                    sender=sender,
                    subject=content.subject,
                    preheader=content.preheader.replace("〇月〇日", day),
                    mjml=filled(sample.mjml(palette), website + path, day),
                )
            )
    with clock.frozen(now - timedelta(days=20)):
        add_block_for_buyers(made[2], by=mei)
    return made


def filled(text: str, address: str, day: str) -> str:
    """Return a sample with its links and its days filled in."""
    text = text.replace("<mj-button background", f'<mj-button href="{address}" background')
    text = text.replace("<a style=", f'<a href="{address}" style=')
    for blank in ("〇月〇日（〇）", "〇月〇日"):
        text = text.replace(blank, day)
    return text.replace("〇〇 〇〇（所属・役職）", "明和計測株式会社 技術部長 大橋 徹").replace("〇月号", "今月号")


def add_block_for_buyers(message: Message, *, by: Member) -> None:
    """This function will add a block to the newsletter that only customers see, before its foot."""
    key = set_rule(message, name="購入したお客様", condition={"all": [BUYERS]}, by=by, version=None)
    body = mjml.read(message.newest.mjml)
    note = "校正は1年に一度をおすすめしています。今月お申し込みのお客様には、点検報告書をお付けします。"
    block = mjml.read(blocks.document([blocks.heading("お使いの測定器の校正について"), blocks.text(note)])).children
    for one in block:
        one.attributes["css-class"] = f"{one.attributes.get('css-class', '')} if-{key}".strip()
    body.children[-1:-1] = block
    change_message(message, by=by, version=None, mjml=f"<mjml>{mjml.write(body)}</mjml>")
