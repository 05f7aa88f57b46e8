"""Why a file cannot be read as a table, in words for the person who chose it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal

_MESSAGES: dict[str, Any] = {
    "empty": _("ファイルに見出しの行がありません。"),
    "not_a_table": _("CSV・TSV・Excel（.xlsx）のファイルではないようです。"),
    "old_excel": _(
        "旧形式（.xls）またはパスワード付きのExcelファイルは読み込めません。.xlsxまたはCSVで保存し直してください。"
    ),
    "broken_workbook": _("Excelファイルが壊れているか、対応していない形式です。"),
    "workbook_too_large": _(
        "Excelファイルを展開したサイズが大きすぎます。CSVで保存し直すか、ファイルを分けてください。"
    ),
    "no_sheet": _("シート「%(sheet)s」がありません。（あるシート：%(sheets)s）"),
    "unknown_encoding": _("文字コード「%(encoding)s」には対応していません。"),
    "duplicate_columns": _("同じ見出しの列があります：%(names)s"),
    "empty_columns": _("見出しのない列があります：%(places)s"),
    "too_many_columns": _("列が多すぎます（%(limit)s列まで）。"),
    "header_unreadable": _('見出しの行（%(line)s行目）を読み取れません。引用符（"）が閉じているかご確認ください。'),
}


class TableUnreadable(Refusal):
    """The file as a whole cannot be read; `reason` says why in one word, `details` holds its particulars."""

    def __init__(self, reason: str, **details: Any) -> None:
        super().__init__(_MESSAGES[reason], **details)
        self.reason = reason
