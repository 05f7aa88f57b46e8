"""By which headers each medium's reports are known, in Japanese and English; compared without case, width and signs."""

from collections.abc import Iterable, Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ryorin.connectors.csv.targets import header_key
from ryorin.marketing.media.models import Source

LABELS: dict[str, str | Promise] = {
    "day": _("日付"),
    "campaign_name": _("媒体のキャンペーン名"),
    "campaign_key": _("媒体のキャンペーンID"),
    "group_name": _("広告グループ名"),
    "group_key": _("広告グループID"),
    "ad_name": _("広告名"),
    "ad_key": _("広告ID"),
    "account": _("アカウント名"),
    "url": _("リンク先URL（utm_content を読み取ります）"),
    "content": "utm_content",
    "cost": _("費用"),
    "impressions": _("表示回数"),
    "clicks": _("クリック数"),
    "conversions": _("コンバージョン数"),
    "currency": _("通貨"),
}
NEEDED = ("day", "cost")
ANY_OF_NAMES = ("campaign_name", "campaign_key", "group_name", "group_key", "ad_name", "ad_key", "content", "url")

GENERAL: dict[str, tuple[str, ...]] = {
    "day": (
        "日",
        "日付",
        "日別",
        "年月日",
        "配信日",
        "Day",
        "Date",
        "期間",
        "Time period",
        "レポート開始日",
        "Reporting starts",
        "segments.date",
    ),
    "campaign_name": ("キャンペーン名", "キャンペーン", "Campaign name", "Campaign", "campaign.name", "utm_campaign"),
    "campaign_key": ("キャンペーンID", "キャンペーン ID", "Campaign ID", "campaign.id"),
    "group_name": (
        "広告グループ名",
        "広告グループ",
        "広告セット名",
        "広告セット",
        "Ad group",
        "Ad group name",
        "Ad set name",
        "Ad set",
    ),
    "group_key": ("広告グループID", "広告セットID", "Ad group ID", "Ad set ID"),
    "ad_name": ("広告名", "広告の名前", "広告", "Ad name", "Ad", "見出し1"),
    "ad_key": ("広告ID", "Ad ID"),
    "account": ("アカウント名", "アカウント", "広告アカウント名", "Account", "Account name", "Customer name"),
    "url": (
        "最終ページ URL",
        "最終URL",
        "最終リンク先URL",
        "リンク先URL",
        "リンク先",
        "ウェブサイトのURL",
        "遷移先URL",
        "Final URL",
        "Landing page",
        "Website URL",
        "Destination URL",
    ),
    "content": ("utm_content", "URLパラメータ utm_content"),
    "cost": (
        "費用",
        "コスト",
        "消化金額",
        "利用金額",
        "ご利用金額",
        "合計金額",
        "支払額",
        "消化額",
        "配信金額",
        "広告費",
        "Cost",
        "Amount spent",
        "Spend",
        "Cost micros",
        "Cost (micros)",
        "metrics.cost_micros",
        "Total spend",
    ),
    "impressions": ("表示回数", "インプレッション", "インプレッション数", "配信数", "imp", "Impr.", "Impressions"),
    "clicks": (
        "クリック数",
        "クリック",
        "リンクのクリック",
        "リンクのクリック数",
        "クリック(すべて)",
        "クリック（すべて）",
        "Clicks",
        "Link clicks",
        "Clicks (all)",
    ),
    "conversions": ("コンバージョン", "コンバージョン数", "結果", "CV", "CV数", "Conversions", "Results", "Conv."),
    "currency": ("通貨コード", "通貨", "アカウント通貨", "Currency code", "Currency", "Account currency"),
}
SIGNS: dict[str, tuple[str, ...]] = {
    Source.GOOGLE: (
        "キャンペーン",
        "広告グループ",
        "通貨コード",
        "費用",
        "表示回数",
        "Impr.",
        "Currency code",
        "Campaign",
        "Ad group",
        "Cost",
        "metrics.cost_micros",
        "Cost (micros)",
        "最終ページ URL",
        "Avg. CPC",
        "平均クリック単価",
    ),
    Source.META: (
        "広告セット名",
        "広告の名前",
        "消化金額",
        "消化金額 (JPY)",
        "レポート開始日",
        "レポート終了日",
        "リーチ",
        "結果",
        "Ad set name",
        "Amount spent",
        "Amount spent (JPY)",
        "Amount spent (USD)",
        "Reporting starts",
        "Reporting ends",
        "Results",
    ),
    Source.YAHOO_SEARCH: (
        "アカウントID",
        "インプレッション数",
        "コスト",
        "コンバージョン数",
        "マッチタイプ",
        "キーワードID",
        "品質インデックス",
        "広告キャンペーンID",
        "クリック率",
        "検索クエリー",
    ),
    Source.YAHOO_DISPLAY: (
        "アカウントID",
        "インプレッション数",
        "コスト",
        "コンバージョン数",
        "メディアID",
        "メディア名",
        "ビューアブルインプレッション数",
        "動画再生数",
        "プレイスメント",
        "広告タイプ",
        "画像名",
        "配信数",
    ),
    Source.LINE: (
        "広告アカウントID",
        "広告アカウント名",
        "ご利用金額",
        "インプレッション",
        "CV",
        "CVR",
        "友だち追加",
        "メディアサイズ",
        "CPF",
        "配信面",
        "imp",
    ),
    Source.X: (
        "Time period",
        "期間",
        "Funding source",
        "お支払い方法",
        "Spend",
        "消化額",
        "支払額",
        "Tweet engagements",
        "エンゲージメント",
        "Post engagements",
        "Ad Group ID",
        "Objective",
        "目的",
    ),
}


def known_columns(headers: Sequence[str]) -> dict[str, str]:
    """Return field -> header for the fields that headers name; an earlier spelling goes before a later one."""
    keys: dict[str, str] = {}
    for header in headers:
        keys.setdefault(plain(header), header)
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name, spellings in GENERAL.items():
        for spelling in spellings:
            known = keys.get(plain(spelling))
            if known is not None and known not in taken:
                found[name] = known
                taken.add(known)
                break
    return found


def plain(header: str) -> str:
    """Return a header as it is compared: without its currency in brackets, case, width and signs."""
    return header_key(without_currency(header)) or header_key(header)


def without_currency(header: str) -> str:
    currency = currency_in(header)
    return header.replace(currency, "") if currency else header


def currency_in(header: str) -> str:
    """Return the currency a header names in brackets, "消化金額 (JPY)"; empty when it names none."""
    inside = header.rstrip().replace("（", "(").replace("）", ")").rpartition("(")[2].removesuffix(")")
    return inside if len(inside) == 3 and inside.isascii() and inside.isalpha() and inside.isupper() else ""


def source_of(headers: Iterable[str], file_name: str = "") -> str:
    """Return the medium whose headers these are; the best fit, told by the name of the file where two fit alike."""
    keys = {header_key(header) for header in headers}
    fits: Mapping[str, int] = {
        source: sum(header_key(sign) in keys for sign in signs) for source, signs in SIGNS.items()
    }
    hinted = {source: fits[source] * 10 + _is_named(source, file_name) for source in fits}
    best = max(hinted, key=lambda source: hinted[source])
    return str(best) if fits[best] >= 2 else str(Source.OTHER)


def _is_named(source: str, file_name: str) -> int:
    words = {
        Source.GOOGLE: ("google",),
        Source.META: ("meta", "facebook", "fb"),
        Source.YAHOO_SEARCH: ("search", "検索", "ss"),
        Source.YAHOO_DISPLAY: ("display", "ディスプレイ", "ydn", "yda"),
        Source.LINE: ("line",),
        Source.X: ("twitter", "x_"),
    }
    return int(any(word in file_name.casefold() for word in words.get(Source(source), ())))
