"""The meeting as a PowerPoint file: real charts that can be edited, the company's colours, Japanese type."""

import io
import re
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import OxmlElement
from pptx.util import Emu, Inches, Pt

from ryorin.alignment.meetings.models import Meeting
from ryorin.alignment.meetings.queries.colours import AXLE, BAD, GOOD, HARVEST, SOW, colour_of, company_colour
from ryorin.alignment.meetings.queries.deck import Slide, deck_of
from ryorin.alignment.meetings.queries.sections.base import language
from ryorin.alignment.meetings.rules.views import Chart, Figure, Point, Table
from ryorin.workspace.files.errors import FileMissing
from ryorin.workspace.files.queries import content
from ryorin.workspace.organisation.queries import current

FONT, LATIN = "BIZ UDPゴシック", "BIZ UDPGothic"
INK, QUIET, SHADE, LINE = "1F2430", "555E6F", "F2F4F8", "C9D0DA"
WIDTH, HEIGHT, EDGE = Inches(13.333), Inches(7.5), Inches(0.7)
KINDS = {
    "bar": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "across": XL_CHART_TYPE.BAR_CLUSTERED,
    "line": XL_CHART_TYPE.LINE_MARKERS,
}
PICTURES = ("png", "jpg", "jpeg", "gif")
NO_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def powerpoint_of(meeting: Meeting) -> bytes:
    """Return the slides of the meeting as the bytes of a .pptx file, in the reader's language."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    own = company_colour()
    dress(deck, own)
    slides = deck_of(meeting)
    for number, slide in enumerate(slides, start=1):
        page = deck.slides.add_slide(deck.slide_layouts[6])
        if slide.layout == "cover":
            draw_cover(page, slide, own)
        else:
            draw(page, slide, own, f"{number} / {len(slides)}")
    deck.core_properties.title = plain(meeting.name)
    deck.core_properties.author = plain(current().name)
    deck.core_properties.language = "ja-JP" if language().startswith("ja") else "en-GB"
    written = io.BytesIO()
    deck.save(written)
    return written.getvalue()


def dress(deck: Any, own: str) -> None:
    """This function will put the company's colours and Japanese letters into the theme, so that charts follow it."""
    theme = next(one.target_part for one in deck.slide_masters[0].part.rels.values() if one.reltype.endswith("/theme"))
    text = theme.blob.decode("utf-8")
    for name, colour in {"accent1": own, "accent2": SOW, "accent3": HARVEST, "accent4": AXLE, "dk2": INK}.items():
        text = re.sub(rf"(<a:{name}>).*?(</a:{name}>)", rf'\g<1><a:srgbClr val="{colour}"/>\g<2>', text, flags=re.S)
    text = re.sub(r'<a:latin typeface="[^"]*"([^/]*)/>', f'<a:latin typeface="{LATIN}"/>', text)
    text = re.sub(r'<a:ea typeface="[^"]*"([^/]*)/>', f'<a:ea typeface="{FONT}"/>', text)
    text = re.sub(r'<a:font script="Jpan" typeface="[^"]*"/>', f'<a:font script="Jpan" typeface="{FONT}"/>', text)
    theme._blob = text.encode("utf-8")


def draw_cover(page: Any, slide: Slide, own: str) -> None:
    bar = page.shapes.add_shape(MSO_SHAPE.RECTANGLE, 0, 0, Inches(0.35), HEIGHT)
    paint(bar, own)
    write(page, current().name, top=Inches(0.8), size=16, colour=QUIET)
    draw_logo(page)
    write(page, slide.title, top=Inches(2.3), size=40, bold=True, height=Inches(1.4), anchor=MSO_ANCHOR.BOTTOM)
    top: int = Inches(4.0)
    for point in slide.points:
        write(page, point.text, top=top, size=20, height=Inches(0.5))
        top += Inches(0.52)
    write(page, slide.lead, top=Inches(6.3), size=14, colour=QUIET, height=Inches(0.8))


def draw_logo(page: Any) -> None:
    """This function will put the company's logo in the corner, where it has one that PowerPoint can show."""
    logo = current().logo
    if logo is None or logo.kind not in PICTURES:
        return
    try:
        picture = page.shapes.add_picture(io.BytesIO(content(logo)), 0, Inches(0.6), height=Inches(0.7))
    except (FileMissing, ValueError, OSError):
        return
    picture.left = WIDTH - EDGE - picture.width


def draw(page: Any, slide: Slide, own: str, number: str) -> None:
    """This function will draw one slide: its head, then figures, sentences, and a chart or a table."""
    colour = colour_of(slide.wheel, own=own)
    paint(page.shapes.add_shape(MSO_SHAPE.RECTANGLE, 0, 0, WIDTH, Inches(0.12)), colour)
    if slide.over:
        write(page, slide.over, top=Inches(0.3), size=14, colour=colour, bold=True)
    size = 28 if len(slide.title) <= 30 else 22 if len(slide.title) <= 44 else 17
    write(page, slide.title, top=Inches(0.62), size=size, bold=True, height=Inches(0.7))
    top: int = Inches(1.4)
    for text, tint in ((slide.lead, INK), (slide.why, QUIET)):
        if text:
            write(page, text, top=top, size=16, colour=tint, height=Inches(0.62))
            top += Inches(0.62)
    if slide.figures:
        draw_figures(page, slide.figures, top=top + Inches(0.1), colour=colour)
        top += Inches(1.45)
    rest = HEIGHT - top - Inches(0.6)
    if slide.table is not None:
        draw_table(page, slide.table, top=top, colour=colour)
    elif slide.chart is not None:
        left = Inches(5.4) if slide.points else EDGE
        draw_chart(page, slide.chart, own, left=left, top=top, width=WIDTH - left - EDGE, height=rest)
        draw_points(page, slide.points, top=top, width=Inches(4.5), height=rest)
    else:
        draw_points(page, slide.points, top=top, width=WIDTH - EDGE * 2, height=rest)
    write(page, number, top=HEIGHT - Inches(0.45), size=11, colour=QUIET, align=PP_ALIGN.RIGHT)


def draw_figures(page: Any, figures: list[Figure], *, top: int, colour: str) -> None:
    """This function will lay the numbers side by side."""
    gap = Inches(0.2)
    width = Emu(min((WIDTH - EDGE * 2 - gap * (len(figures) - 1)) // len(figures), Inches(3)))
    tints = {"bad": BAD, "good": GOOD}
    for place, figure in enumerate(figures):
        box = page.shapes.add_shape(MSO_SHAPE.RECTANGLE, EDGE + (width + gap) * place, top, width, Inches(1.2))
        paint(box, SHADE)
        frame = box.text_frame
        frame.word_wrap = True
        frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        name, value = frame.paragraphs[0], frame.add_paragraph()
        name.alignment = value.alignment = PP_ALIGN.LEFT
        put(name, figure.label, size=13, colour=QUIET)
        put(value, figure.value, size=24, colour=tints.get(figure.mood, colour), bold=True)


def draw_points(page: Any, points: list[Point], *, top: int, width: int, height: int) -> None:
    """This function will write the sentences of a slide, each with its day."""
    if not points:
        return
    frame = box_of(page, left=EDGE, top=top, width=width, height=height)
    size = 18 if len(points) <= 7 else 14
    for place, point in enumerate(points):
        line = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        line.space_after = Pt(8)
        if point.day is not None:
            put(line, f"{point.day.month}/{point.day.day}　", size=size, colour=QUIET, bold=True)
        put(line, point.text, size=size)


def draw_table(page: Any, table: Table, *, top: int, colour: str) -> None:
    rows, columns = len(table.rows) + 1, len(table.head)
    height = Inches(0.36) * rows
    shape = page.shapes.add_table(rows, columns, EDGE, top, WIDTH - EDGE * 2, height)
    wide = 0.34 if columns > 3 else 0.5
    for place in range(columns):
        share = wide if place == 0 else (1 - wide) / (columns - 1)
        shape.table.columns[place].width = Emu(int((WIDTH - EDGE * 2) * share))
    tints = {"bad": BAD, "good": GOOD}
    for place, name in enumerate(table.head):
        cell = shape.table.cell(0, place)
        cell.fill.solid()
        cell.fill.fore_color.rgb = RGBColor.from_string(colour)
        put(cell.text_frame.paragraphs[0], name, size=13, colour="FFFFFF", bold=True)
    for row, cells in enumerate(table.rows, start=1):
        for place, said in enumerate(cells):
            cell = shape.table.cell(row, place)
            cell.fill.solid()
            cell.fill.fore_color.rgb = RGBColor.from_string("FFFFFF" if row % 2 else SHADE)
            line = cell.text_frame.paragraphs[0]
            line.alignment = PP_ALIGN.RIGHT if place and columns > 3 else PP_ALIGN.LEFT
            put(line, said.text, size=13, colour=tints.get(said.mood, INK))


def draw_chart(page: Any, chart: Chart, own: str, *, left: int, top: int, width: int, height: int) -> None:
    """This function will draw a native chart: its numbers are in a sheet of the file and can be edited."""
    data = CategoryChartData(number_format=number_format(chart))
    data.categories = [plain(label) for label in chart.labels]
    for line in chart.lines:
        data.add_series(plain(line.name), line.values)
    drawn = page.shapes.add_chart(KINDS[chart.kind], left, top, width, height, data).chart
    drawn.has_title = True
    put(drawn.chart_title.text_frame.paragraphs[0], chart.title, size=14, colour=QUIET)
    drawn.has_legend = len(chart.lines) > 1
    if drawn.has_legend:
        drawn.legend.position, drawn.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    drawn.font.size = Pt(12)
    drawn.font.name = LATIN
    drawn.value_axis.has_major_gridlines = chart.kind != "across"
    drawn.value_axis.visible = chart.kind != "across"
    if chart.kind != "across":
        drawn.value_axis.major_gridlines.format.line.color.rgb = RGBColor.from_string(LINE)
        ticks = drawn.value_axis.tick_labels
        ticks.number_format, ticks.number_format_is_linked = number_format(chart), False
    drawn.value_axis.minimum_scale = 0 if lowest(chart) >= 0 else None
    if chart.kind == "across":
        drawn.category_axis.reverse_order = True
        name_every_bar(drawn.category_axis)
    plot = drawn.plots[0]
    plot.has_data_labels = chart.kind == "across"
    if plot.has_data_labels:
        plot.data_labels.number_format, plot.data_labels.number_format_is_linked = number_format(chart), False
        plot.data_labels.position = XL_LABEL_POSITION.OUTSIDE_END
    for series, line in zip(plot.series, chart.lines, strict=True):
        shape = series.format.line if chart.kind == "line" else series.format.fill
        if chart.kind != "line":
            shape.solid()
            shape.fore_color.rgb = RGBColor.from_string(colour_of(line.wheel, own=own))
        else:
            shape.color.rgb = RGBColor.from_string(colour_of(line.wheel, own=own))


def name_every_bar(axis: Any) -> None:
    """This function will keep programs from leaving out names where bars are many."""
    every = OxmlElement("c:tickLblSkip")
    every.set("val", "1")
    axis._element.find(qn("c:noMultiLvlLbl")).addprevious(every)
    axis.tick_labels.font.size = Pt(10)


def lowest(chart: Chart) -> float:
    return min((value for line in chart.lines for value in line.values if value is not None), default=0)


def number_format(chart: Chart) -> str:
    """Return how the chart's numbers are written, as a spreadsheet says it."""
    digits = f"#,##0.{'0' * chart.decimals}" if chart.decimals else "#,##0"
    before = f'"{chart.prefix}"' if chart.prefix else ""
    return before + digits + (f'"{chart.unit}"' if chart.unit else "")


def write(
    page: Any,
    text: str,
    *,
    top: int,
    size: int,
    colour: str = INK,
    bold: bool = False,
    height: int = Inches(0.4),
    align: Any = PP_ALIGN.LEFT,
    anchor: Any = MSO_ANCHOR.TOP,
) -> None:
    """This function will write one text across the slide."""
    frame = box_of(page, left=EDGE, top=top, width=WIDTH - EDGE * 2, height=height)
    frame.vertical_anchor = anchor
    frame.paragraphs[0].alignment = align
    put(frame.paragraphs[0], text, size=size, colour=colour, bold=bold)


def box_of(page: Any, *, left: int, top: int, width: int, height: int) -> Any:
    frame = page.shapes.add_textbox(left, top, width, height).text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = 0
    return frame


def put(line: Any, text: str, *, size: int, colour: str = INK, bold: bool = False) -> None:
    """This function will add a run of letters to a paragraph, in both kinds of type."""
    run = line.add_run()
    run.text = plain(text)
    run.font.size, run.font.bold, run.font.name = Pt(size), bold, LATIN
    run.font.color.rgb = RGBColor.from_string(colour)
    properties = run._r.get_or_add_rPr()
    properties.set("lang", "ja-JP" if language().startswith("ja") else "en-GB")
    properties.append(
        properties.makeelement("{http://schemas.openxmlformats.org/drawingml/2006/main}ea", {"typeface": FONT})
    )


def paint(shape: Any, colour: str) -> None:
    shape.fill.solid()
    shape.fill.fore_color.rgb = RGBColor.from_string(colour)
    shape.line.fill.background()
    shape.shadow.inherit = False


def plain(text: str) -> str:
    """Return the text without what no XML takes."""
    return NO_CONTROL.sub("", text)
