"""The contracts a fresh installation can write; from then on these are rows that people change in the settings."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Default:
    name: str
    kind: str
    language: str
    title: str
    clauses: tuple[tuple[str, str], ...]


SALE_JA = (
    (
        "目的",
        "{{自社名}}（以下「甲」という。）は、{{お客様名}}（以下「乙」という。）に対し、別紙明細の商品およびサービス（以下「本商品」という。）"
        "を売り渡し、乙はこれを買い受ける。",
    ),
    ("代金", "本商品の代金は、金{{税込金額}}（うち消費税額 {{消費税額}}）とする。"),
    ("納入", "甲は、{{納期}}までに、{{納入場所}}に本商品を納入する。"),
    (
        "検査",
        "乙は、本商品の納入後10営業日以内に検査を行い、結果を甲に通知する。期間内に通知がないときは、検査に合格したものとみなす。",
    ),
    (
        "支払い",
        "乙は、代金を{{支払条件}}の条件により、甲の指定する銀行口座に振り込んで支払う。振込手数料は乙の負担とする。",
    ),
    ("所有権", "本商品の所有権は、代金の完済をもって甲から乙に移転する。"),
    (
        "契約不適合",
        "納入後1年以内に本商品が契約の内容に適合しないことが判明したときは、甲は、無償で修補または代替品の納入を行う。",
    ),
    (
        "秘密保持",
        "甲および乙は、本契約に関して知った相手方の秘密を、相手方の書面による承諾なく第三者に開示してはならない。",
    ),
    (
        "反社会的勢力の排除",
        "甲および乙は、自らが反社会的勢力に該当せず、将来も該当しないことを表明し、保証する。"
        "違反したときは、相手方は催告なく本契約を解除できる。",
    ),
    (
        "協議・管轄",
        "本契約に定めのない事項は、甲乙が協議する。訴訟は甲の本店所在地を管轄する裁判所による。",
    ),
)
RECURRING_JA = (
    (
        "目的",
        "{{自社名}}（以下「甲」という。）は、{{お客様名}}（以下「乙」という。）に対し、別紙明細のサービス（以下「本サービス」という。）を提供し、"
        "乙はその対価を支払う。",
    ),
    ("料金", "本サービスの料金は、{{請求単位}} 金{{税込金額}}（うち消費税額 {{消費税額}}）とする。"),
    ("契約期間", "本契約の期間は、{{開始日}}から{{満了日}}までとする。"),
    (
        "更新",
        "満了日の{{通知期限}}前までに、いずれの当事者からも書面または電磁的方法による終了の申し出がないときは、"
        "本契約は同じ条件で{{更新期間}}更新され、以後も同様とする。",
    ),
    (
        "支払い",
        "乙は、料金を{{支払条件}}の条件により、甲の指定する銀行口座に振り込んで支払う。振込手数料は乙の負担とする。",
    ),
    ("再委託", "甲は、乙の承諾を得て、本サービスの一部を第三者に委託できる。委託先の行為については甲が責任を負う。"),
    (
        "秘密保持",
        "甲および乙は、本契約に関して知った相手方の秘密を、相手方の書面による承諾なく第三者に開示してはならない。",
    ),
    (
        "解除",
        "当事者の一方が本契約に違反し、相当の期間を定めた催告によっても是正しないときは、相手方は本契約を解除できる。",
    ),
    (
        "反社会的勢力の排除",
        "甲および乙は、自らが反社会的勢力に該当せず、将来も該当しないことを表明し、保証する。"
        "違反したときは、相手方は催告なく本契約を解除できる。",
    ),
    (
        "協議・管轄",
        "本契約に定めのない事項は、甲乙が協議する。訴訟は甲の本店所在地を管轄する裁判所による。",
    ),
)
SALE_EN = (
    (
        "Sale",
        "{{company}} (the Seller) sells to {{customer}} (the Buyer) the goods and services scheduled.",
    ),
    ("Price", "The price is {{total}}, including consumption tax of {{tax}}."),
    ("Delivery", "The Seller delivers by {{delivery}} to {{place}}."),
    ("Payment", "The Buyer pays by bank transfer on these terms: {{payment}}."),
    ("Title", "Title passes to the Buyer when the price has been paid in full."),
    ("Warranty", "Defects reported within one year of delivery are repaired or replaced free of charge."),
    ("Confidentiality", "Neither party discloses what it learns of the other under this contract without consent."),
    ("Law", "This contract is governed by the laws of Japan. The court at the Seller's head office has jurisdiction."),
)
RECURRING_EN = (
    ("Services", "{{company}} (the Provider) provides to {{customer}} (the Customer) the services in the schedule."),
    ("Fee", "The fee is {{total}} {{period}}, including consumption tax of {{tax}}."),
    ("Term", "This contract runs from {{start}} to {{end}}."),
    (
        "Renewal",
        "Unless a party gives notice {{notice}} before the end, it renews for {{renewal}} on the same terms.",
    ),
    ("Payment", "The Customer pays by bank transfer on these terms: {{payment}}."),
    ("Confidentiality", "Neither party discloses what it learns of the other under this contract without consent."),
    (
        "Termination",
        "A party may terminate when the other does not remedy a breach in reasonable time.",
    ),
    (
        "Law",
        "This contract is governed by the laws of Japan. The court at the Provider's seat has jurisdiction.",
    ),
)
DEFAULTS = (
    Default("売買契約書", "sale", "ja", "売買契約書", SALE_JA),
    Default("サービス利用契約書", "recurring", "ja", "サービス利用契約書", RECURRING_JA),
    Default("Sales contract", "sale", "en", "Sales Contract", SALE_EN),
    Default("Service agreement", "recurring", "en", "Service Agreement", RECURRING_EN),
)
