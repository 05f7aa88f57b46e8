"""The sheets a fresh installation starts with; from then on they are rows that people change."""

from typing import Any


def _asked(key: str, label: str, type: str = "long", /, **more: Any) -> dict[str, Any]:
    return {"key": key, "label": label, "type": type, **more}


def _after(question: str, op: str = "answered", value: str = "") -> dict[str, str]:
    return {"question": question, "op": op, "value": value}


BANT = [
    {
        "title": "ニーズ",
        "script": "本日はお時間をいただきありがとうございます。まず、いまお困りのことから教えていただけますか。",
        "questions": [
            _asked("needs", "いちばん解決したいことは何ですか", "need", kind="problem", required=True),
            _asked("how_now", "いまはどのように対応していますか"),
            _asked("urgent", "どのくらい急いでいますか", "scale", help="1＝いずれ　5＝すぐにでも"),
        ],
    },
    {
        "title": "予算",
        "script": "差し支えない範囲で、ご予算のお考えを伺えますか。",
        "questions": [
            _asked("has_budget", "予算は確保されていますか", "one", choices=["確保済み", "申請中", "これから", "未定"]),
            _asked(
                "budget",
                "予算はどのくらいですか",
                "money",
                maps_to="budget",
                when=_after("has_budget", "is_not", "未定"),
            ),
            _asked("budget_when", "予算はいつ決まりますか", "date", when=_after("has_budget", "is", "申請中")),
        ],
    },
    {
        "title": "決裁",
        "script": "導入を決めるときは、どのような流れになりますか。",
        "questions": [
            _asked(
                "authority",
                "最終的に決めるのはどなたですか",
                "authority",
                help="商談の関係者に「決裁者」として加わります。",
            ),
            _asked("process", "決裁までの流れを教えてください"),
            _asked("rival", "ほかに検討している会社はありますか", "yes"),
            _asked("rival_name", "どちらの会社ですか", "text", maps_to="competitor", when=_after("rival", "is", "yes")),
            _asked("rival_point", "その会社のよい点は何ですか", when=_after("rival_name")),
        ],
    },
    {
        "title": "時期",
        "script": "",
        "questions": [
            _asked("timing", "いつまでに決めたいですか", "date", maps_to="expected_close_on"),
            _asked("timing_why", "その時期にしたい理由は何ですか", "text", when=_after("timing")),
        ],
    },
]
MANUFACTURING = [
    {
        "title": "現場の状況",
        "script": "工場の規模と、いまの進め方から伺います。",
        "questions": [
            _asked("sites", "工場はいくつありますか", "number"),
            _asked("made", "生産の形態はどれに近いですか", "one", choices=["見込み生産", "受注生産", "個別受注生産"]),
            _asked(
                "areas",
                "課題を感じている工程はどこですか",
                "several",
                choices=["受注・見積", "生産計画", "購買・在庫", "製造", "品質", "出荷・物流"],
            ),
            _asked("stock_days", "在庫は何日分ありますか", "number", when=_after("areas", "includes", "購買・在庫")),
            _asked("defects", "不良率は何％くらいですか", "number", when=_after("areas", "includes", "品質")),
        ],
    },
    {
        "title": "課題と損失",
        "script": "その課題で、どのくらいの時間や費用がかかっていますか。一緒に計算させてください。",
        "questions": [
            _asked("problem", "いちばん大きな課題は何ですか", "long", maps_to="problem", required=True),
            _asked("cost", "年間でどのくらいの損失になっていますか", "money", maps_to="problem_cost"),
            _asked("needs", "現場からの声を記録してください", "need", kind="problem"),
        ],
    },
    {
        "title": "いまのシステム",
        "script": "",
        "questions": [
            _asked("has_system", "いま使っているシステムはありますか", "yes"),
            _asked("system", "システムの名前を教えてください", "text", when=_after("has_system", "is", "yes")),
            _asked(
                "dislikes", "不満な点はありますか", "need", kind="complaint", when=_after("has_system", "is", "yes")
            ),
            _asked("budget", "投資の予算はどのくらいですか", "money", maps_to="budget"),
            _asked("timing", "いつまでに始めたいですか", "date", maps_to="expected_close_on"),
        ],
    },
]
RENEWAL = [
    {
        "title": "ご利用の状況",
        "script": "いつもありがとうございます。更新の前に、使い心地を伺わせてください。",
        "questions": [
            _asked(
                "satisfaction", "全体としてどのくらい満足していますか", "scale", required=True, help="1＝不満　5＝満足"
            ),
            _asked(
                "why_low",
                "どのような点にご不満がありますか",
                "need",
                kind="complaint",
                when=_after("satisfaction", "lte", "3"),
            ),
            _asked(
                "good", "よかった点を教えてください", "need", kind="praise", when=_after("satisfaction", "gte", "4")
            ),
            _asked("wish", "あったらよいと思う機能やサービスはありますか", "need", kind="wish"),
        ],
    },
    {
        "title": "更新の意向",
        "script": "",
        "questions": [
            _asked(
                "renews",
                "更新のご意向はいかがですか",
                "one",
                choices=["更新する", "条件による", "更新しない", "未定"],
                required=True,
            ),
            _asked("terms", "どのような条件であれば更新いただけますか", when=_after("renews", "is", "条件による")),
            _asked("leaving", "更新しない理由は何ですか", when=_after("renews", "is", "更新しない")),
            _asked("rival_name", "ほかに検討している会社があれば教えてください", "text", maps_to="competitor"),
            _asked("next", "次回の連絡はいつがよいですか", "date", maps_to="next_action_on"),
        ],
    },
]
FIRST_SHEETS = (
    ("BANT", "はじめての商談で、予算・決裁者・ニーズ・時期をそろえて聞くとき", BANT),
    ("製造業向け", "工場や生産管理の課題を、損失の金額まで聞くとき", MANUFACTURING),
    ("更新ヒアリング", "契約更新の前に、満足度と意向を聞くとき", RENEWAL),
)
