"""The figures of any chart as a file: the page sends back the data it was given."""

import json
from io import BytesIO
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from ryorin.lib.errors import Refusal
from ryorin.lib.tables.writing import write_csv, write_xlsx

FORMATS = {
    "csv": (write_csv, "text/csv; charset=utf-8"),
    "xlsx": (write_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


class ChartUnreadable(Refusal):
    message = _("グラフのデータを読み取れませんでした。画面を開き直してください。")


@require_POST
def chart_file(request: HttpRequest) -> HttpResponse:
    columns, rows = read_chart(request.POST.get("data", ""))
    extension = request.POST.get("format", "")
    if extension not in FORMATS:
        raise ChartUnreadable()
    write, content_type = FORMATS[extension]
    stream = BytesIO()
    write(stream, columns, rows)
    disposition = f'attachment; filename="chart.{extension}"'
    return HttpResponse(stream.getvalue(), content_type=content_type, headers={"Content-Disposition": disposition})


def read_chart(text: str) -> tuple[list[str], list[list[Any]]]:
    """Return the columns and rows of a chart's data; refuses what is no chart."""
    try:
        data = json.loads(text)
        labels, series = data["labels"], data["series"]
        columns = [str(data.get("axis") or ""), *(str(line["name"]) for line in series)]
        rows = [[label, *(line["values"][place] for line in series)] for place, label in enumerate(labels)]
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        raise ChartUnreadable() from None
    if any(isinstance(cell, list | dict) for row in rows for cell in row):
        raise ChartUnreadable()
    return columns, rows
