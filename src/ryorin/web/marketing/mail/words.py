"""The words of the visual editor of mails, in the reader's language."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ryorin.web.marketing.editor_words import words


def editor_words() -> dict[str, Any]:
    """Return the editor's words in the reader's language."""
    names = {
        "mj-body": _("メール全体"),
        "mj-wrapper": _("まとまり"),
        "mj-section": pgettext("mail", "ブロック"),
        "mj-column": pgettext("mail", "列"),
        "mj-group": _("横に並べた列"),
        "mj-text": pgettext("mail", "文章"),
        "mj-button": pgettext("mail", "ボタン"),
        "mj-image": pgettext("mail", "画像"),
        "mj-divider": _("区切り線"),
        "mj-spacer": pgettext("mail", "余白"),
        "mj-table": pgettext("mail", "表"),
        "mj-hero": _("見出し（帯）"),
    }
    traits = {
        "href": _("リンク先"),
        "alt": _("代替テキスト"),
        "background": _("背景の色"),
        "colour": _("文字の色"),
        "size": _("文字の大きさ"),
        "align": pgettext("mail", "そろえ"),
        "left": pgettext("align", "左"),
        "center": pgettext("align", "中央"),
        "right": pgettext("align", "右"),
        "padding": pgettext("mail", "余白"),
        "width": pgettext("mail", "幅"),
        "radius": _("角の丸み"),
        "shown": pgettext("mail", "表示する人"),
        "everyone": pgettext("mail", "全員"),
        "only": _("「%(name)s」の人"),
        "except": _("「%(name)s」以外の人"),
        "field": _("差し込み項目"),
    }
    return words() | {"mail": {"names": names, "traits": traits}}
