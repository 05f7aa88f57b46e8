"""What the visual editor says, in the language of whoever uses it: our own words, and those of GrapesJS."""

from typing import Any

from django.utils.translation import gettext as _


def words() -> dict[str, Any]:
    """Return the words for static/ryorin/js/editor.js; those under "grapes" replace GrapesJS's own."""
    return {
        "saved": _("保存しました"),
        "saving": _("保存しています…"),
        "unsaved": _("未保存の変更があります"),
        "offline": _("接続できません。つながり次第、保存します"),
        "stale": _("ほかの人が変更しました"),
        "refused": _("保存できませんでした"),
        "uploading": _("アップロードしています…"),
        "style": style_words(),
        "grapes": grapes(),
    }


def style_words() -> dict[str, str]:
    return {
        "text": _("文字"),
        "space": _("余白と大きさ"),
        "ground": _("背景と枠"),
        "colour": _("文字の色"),
        "size": _("文字の大きさ"),
        "weight": _("太さ"),
        "align": _("そろえ"),
        "line": _("行の間隔"),
        "margin": _("外側の余白"),
        "padding": _("内側の余白"),
        "width": _("幅"),
        "most": _("最大の幅"),
        "background": _("背景の色"),
        "radius": _("角の丸み"),
        "border": _("枠線"),
        "top": _("上"),
        "right": _("右"),
        "bottom": _("下"),
        "left": _("左"),
        "normal": _("標準"),
        "bold": _("太字"),
        "centre": _("中央"),
        "form": _("フォーム"),
        "choose_form": _("フォームを選んでください"),
        "link": _("リンク先"),
        "new_window": _("開き方"),
        "same": _("同じ画面"),
        "other": _("新しい画面"),
        "alt": _("代替テキスト（画像の説明）"),
        "anchor": _("ページ内の目印（ID）"),
    }


def grapes() -> dict[str, Any]:
    """Return GrapesJS's messages in the shape it asks for."""
    return {
        "assetManager": {
            "addButton": _("追加"),
            "inputPlh": "https://",
            "modalTitle": _("画像を選ぶ"),
            "uploadTitle": "",
        },
        "blockManager": {"labels": {}, "categories": {}},
        "domComponents": {
            "names": {
                "": _("ボックス"),
                "wrapper": _("ページ全体"),
                "text": _("テキスト"),
                "comment": _("コメント"),
                "image": _("画像"),
                "link": _("リンク"),
                "section": _("セクション"),
                "row": _("行"),
                "cell": _("セル"),
                "table": _("表"),
                "header": _("ヘッダー"),
                "footer": _("フッター"),
                "h1": _("大見出し"),
                "h2": _("見出し"),
                "h3": _("小見出し"),
                "p": _("段落"),
                "ul": _("箇条書き"),
                "li": _("項目"),
            }
        },
        "deviceManager": {"device": _("画面の幅"), "devices": {}},
        "panels": {"buttons": {"titles": {}}},
        "selectorManager": {"label": _("クラス"), "selected": _("選択中"), "emptyState": _("状態"), "states": {}},
        "styleManager": {
            "empty": _("変えたい部分を選んでください。"),
            "layer": _("層"),
            "fileButton": _("画像"),
            "sectors": {},
            "properties": {},
        },
        "traitManager": {
            "empty": _("変えたい部分を選んでください。"),
            "label": _("設定"),
            "categories": {},
            "traits": {"labels": {}, "attributes": {}, "options": {}},
        },
    }
