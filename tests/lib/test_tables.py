"""Files people upload: encodings, delimiters, broken rows, workbooks."""

import csv
import io
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from ryorin.lib.tables import Row, TableUnreadable, open_table, safe_cell, write_csv, write_xlsx

DATA = Path(__file__).parents[2] / "../shared/data"
PEOPLE = (
    "氏名,フリガナ,備考\r\n髙橋 一郎,タカハシ イチロウ,①見積～納品－完了\r\n山﨑 花子,ﾔﾏｻｷ ﾊﾅｺ,展示会で名刺交換\r\n"
)


@pytest.fixture
def file(tmp_path):
    """Return a function that writes bytes to a file and gives its path."""

    def write(content: bytes | str, name: str = "people.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def read(path: Path, **options: object) -> list[Row]:
    """Return all rows of a file."""
    with open_table(path, **options) as table:
        return list(table.rows())


@pytest.mark.parametrize(
    ("codec", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("cp932", "cp932")],
)
def test_every_usual_encoding_is_told_and_no_character_is_lost(file, codec, found):
    with open_table(file(PEOPLE.encode(codec))) as table:
        assert table.encoding == found
        assert table.columns == ["氏名", "フリガナ", "備考"]
        assert list(table.rows()) == [
            Row(2, ["髙橋 一郎", "タカハシ イチロウ", "①見積～納品－完了"], None),
            Row(3, ["山﨑 花子", "ﾔﾏｻｷ ﾊﾅｺ", "展示会で名刺交換"], None),
        ]


def test_utf16_of_the_other_byte_order_is_read(file):
    rows = read(file(b"\xfe\xff" + PEOPLE.encode("utf-16-be")))
    assert rows[0].values[0] == "髙橋 一郎"


def test_euc_jp_is_told_from_cp932_with_the_letters_windows_adds(file):
    content = b"".join(windows_euc(letter) for letter in PEOPLE)
    with open_table(file(content)) as table:
        assert table.encoding == "euc_jp"
        values = [row.values for row in table.rows()]
    assert values[0][0] == "髙橋 一郎"
    assert values[0][2].startswith("①見積")
    assert values[1][:2] == ["山﨑 花子", "ﾔﾏｻｷ ﾊﾅｺ"]


def windows_euc(letter: str) -> bytes:
    """Return the letter's bytes in EUC-JP as Windows writes it (CP51932)."""
    pair = letter.encode("cp932")
    if len(pair) == 1:
        return pair if pair < b"\x80" else b"\x8e" + pair
    lead, trail = pair
    if lead in (0xFB, 0xFA):  # IBM's own rows are written as NEC's
        return nec_pair(letter)
    row = (lead - (0x81 if lead < 0xA0 else 0xC1)) * 2 + (trail >= 0x9F)
    cell = trail - 0x9F if trail >= 0x9F else trail - 0x40 - (trail > 0x7F)
    return bytes((row + 0xA1, cell + 0xA1))


def nec_pair(letter: str) -> bytes:
    """Return the pair in rows 89 to 92 that stands for the letter."""
    for row in range(88, 92):
        for cell in range(94):
            lead = 0xC1 + row // 2
            trail = (0x9F + cell) if row % 2 else (0x40 + cell + (cell >= 63))
            if bytes((lead, trail)).decode("cp932", "replace") == letter:
                return bytes((row + 0xA1, cell + 0xA1))
    raise AssertionError(letter)


def test_japanese_far_behind_the_start_of_the_file_is_told(file):
    content = b"name,note\r\n" + b"abc,def\r\n" * 60_000 + "田中,東京で面談しました\r\n".encode("cp932")
    with open_table(file(content)) as table:
        assert table.encoding == "cp932"
        assert list(table.rows())[-1] == Row(60_002, ["田中", "東京で面談しました"], None)


def test_western_letters_are_not_taken_for_kanji(file):
    with open_table(file("cidade,nome\nSão Paulo,João\nCuiabá,Antônio\n".encode("cp1252"))) as table:
        assert [row.values for row in table.rows()] == [["São Paulo", "João"], ["Cuiabá", "Antônio"]]


def test_the_encoding_can_be_named(file):
    path = file("氏名\r\n佐伯\r\n".encode("cp932"))
    assert read(path, encoding="Shift_JIS")[0].values == ["佐伯"]
    with pytest.raises(TableUnreadable, match="rot13") as refused:
        read(path, encoding="rot13")
    assert refused.value.reason == "unknown_encoding"


def test_bytes_that_do_not_decode_are_reported_on_their_line(file):
    rows = read(
        file("氏名,町\n佐伯優子,東京都千代田区\n".encode() + b"\xe4\xbd,x\n" + "田中一郎,大阪府大阪市\n".encode())
    )
    assert [row.problem is None for row in rows] == [True, False, True]
    assert rows[1].line == 3
    assert "文字コード" in (rows[1].problem or "")


@pytest.mark.parametrize(
    ("content", "delimiter"),
    [("a,b\n1,2\n", ","), ("a\tb\n1\t2\n", "\t"), ("a;b\n1;2\n", ";"), ('"x,y";b\n1;2\n', ";"), ("a\n1\n", ",")],
)
def test_the_delimiter_is_told_from_the_header(file, content, delimiter):
    with open_table(file(content)) as table:
        assert table.delimiter == delimiter
        assert all(row.problem is None for row in table.rows())


def test_mixed_line_ends_blank_lines_and_line_breaks_in_quotes_are_read(file):
    rows = read(file('a,b\r\n1,2\n3,4\r\r\n,\n"x\r\ny",5\n\n6,"7"'))
    assert [row.values for row in rows] == [["1", "2"], ["3", "4"], ["x\r\ny", "5"], ["6", "7"]]
    assert [row.line for row in rows] == [2, 3, 6, 9]


def test_lines_above_the_header_can_be_skipped(file):
    assert read(file("出力日,2026-11-22\n\na,b\n1,2\n"), skip_lines=1) == [Row(4, ["1", "2"], None)]


def test_an_unclosed_quote_costs_one_line_and_not_the_rest_of_the_file(file):
    good = "".join(f"{number},name\n" for number in range(1_000))
    rows = read(file("id,name\n" + 'x,"open\n' + good))
    bad = [row for row in rows if row.problem]
    assert [(row.line, row.values) for row in bad] == [(2, ["x", "open"])]
    assert "引用符" in (bad[0].problem or "")
    assert [row.values[0] for row in rows if not row.problem] == [str(number) for number in range(1_000)]
    assert rows[-1].line == 1_002


def test_an_unclosed_quote_is_noticed_at_the_next_quoted_field_and_at_the_end(file):
    rows = read(file('id,name\n1,"open\n2,"fine"\n3,fine\n4,"open'))
    assert [(row.line, row.problem is None) for row in rows] == [(2, False), (3, True), (4, True), (5, False)]
    assert rows[1].values == ["2", "fine"]


def test_a_row_of_another_width_is_reported_unless_the_surplus_is_blank(file):
    rows = read(file("a,b\n1\n1,2,3\n1,2,,\n"))
    assert [(row.line, row.problem is None) for row in rows] == [(2, False), (3, False), (4, True)]
    assert rows[2].values == ["1", "2"]
    assert "見出し2列、この行3列" in (rows[1].problem or "")


def test_nul_bytes_are_reported_on_their_line(file):
    rows = read(file(b"a,b\n1,2\n3\x00,4\n5,6\n"))
    assert [row.problem is None for row in rows] == [True, False, True]
    assert rows[1].values == ["3", "4"]


def test_a_line_without_end_is_reported_and_passed_over(file):
    rows = read(file(b"a,b\n1,2\n" + b"x" * 3_000_000 + b"\n3,4\n"))
    assert [(row.line, row.problem is None) for row in rows] == [(2, True), (3, False), (4, True)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\n\n,,\n", "empty"),
        (b"a,b,a\n1,2,3\n", "duplicate_columns"),
        (b"a,,b\n1,2,3\n", "empty_columns"),
        (",".join(f"c{number}" for number in range(10_000)).encode(), "too_many_columns"),
        (b'"a,b\n1,2\n', "header_unreadable"),
        (b"%PDF-1.7 ...", "not_a_table"),
        (b"a\x00b\x01\n", "not_a_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_excel"),
        (b"PK\x03\x04 no archive", "broken_workbook"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_a_reason(file, content, reason):
    with pytest.raises(TableUnreadable) as refused:
        read(file(content))
    assert refused.value.reason == reason
    assert str(refused.value)


def test_the_refusal_names_the_columns(file):
    with pytest.raises(TableUnreadable, match="電話、住所"):
        read(file("電話,住所,電話,住所\n"))
    with pytest.raises(TableUnreadable, match="：B"):
        read(file("a,,b\n"))


def test_progress_runs_from_start_to_the_size(file):
    path = file("a,b\n" + "1,2\n" * 200_000)
    with open_table(path) as table:
        rows = table.rows()
        next(rows)
        early = table.position()
        assert sum(1 for _row in rows) == 199_999
        assert 0 < early < table.position() == table.size_hint == path.stat().st_size


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=9),
            min_size=3,
            max_size=3,
        ),
        max_size=9,
    )
)
def test_what_is_written_is_read_back(tmp_path, rows):
    path = tmp_path / "back.csv"
    with path.open("wb") as stream:
        write_csv(stream, ["a", "b", "c"], rows)
    expected = [row for row in rows if any(row) and not any(cell.startswith("'") for cell in row)]
    found = [row.values for row in read(path)]
    assert all(row.problem is None for row in read(path))
    assert [row for row in found if row in expected] == expected


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=400) | st.from_regex(rb'[a-c,";\n\r\t\x00\x82\xa0]{0,200}', fullmatch=True))
def test_any_bytes_give_rows_or_a_refusal(tmp_path, content):
    path = tmp_path / "any.csv"
    path.write_bytes(content)
    try:
        for row in read(path):
            assert row.line >= 1
    except TableUnreadable as refused:
        assert refused.reason


def workbook(tmp_path: Path, rows: list[list[object]], title: str = "名簿") -> Path:
    """Return the path of a workbook with the rows on one sheet."""
    book = Workbook()
    assert book.active is not None
    book.active.title = title
    for row in rows:
        book.active.append(row)
    path = tmp_path / "upload"
    book.save(path)
    return path


def test_a_workbook_is_read_as_text_people_would_type(tmp_path):
    path = workbook(
        tmp_path,
        [
            ["氏名", "日付", "時刻", "金額", "率", "法人番号", "可"],
            ["髙橋①～", date(2026, 11, 22), datetime(2026, 11, 22, 10, 30), 1234.0, 0.1, 7000012050002, True],
            [None] * 7,
            ["佐伯", None, None, None],
        ],
    )
    with open_table(path) as table:
        assert table.encoding == "xlsx"
        assert list(table.rows()) == [
            Row(2, ["髙橋①～", "2026-11-22", "2026-11-22 10:30:00", "1234", "0.1", "7000012050002", "TRUE"], None),
            Row(4, ["佐伯", "", "", "", "", "", ""], None),
        ]
        assert table.position() == table.size_hint


def test_values_beyond_the_header_of_a_workbook_are_reported(tmp_path):
    rows = read(workbook(tmp_path, [["a", None], [1, None, "stray"], [2]]))
    assert [(row.values, row.problem is None) for row in rows] == [(["1"], False), (["2"], True)]


def test_a_sheet_can_be_named(tmp_path):
    path = workbook(tmp_path, [["表題"], ["a"], [1]])
    assert read(path, sheet="名簿", skip_lines=1) == [Row(3, ["1"], None)]
    with pytest.raises(TableUnreadable, match="名簿") as refused:
        read(path, sheet="売上")
    assert refused.value.reason == "no_sheet"


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], "empty"),
        ([["a", "b", "a"]], "duplicate_columns"),
        ([["a", None, "b"]], "empty_columns"),
        ([[f"c{number}" for number in range(1_200)]], "too_many_columns"),
    ],
)
def test_a_workbook_that_is_no_table_is_refused(tmp_path, rows, reason):
    with pytest.raises(TableUnreadable) as refused:
        read(workbook(tmp_path, rows))
    assert refused.value.reason == reason


def with_part(path: Path, name: str, content: bytes) -> None:
    """Replace one part of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, data in (parts | {name: content}).items():
            archive.writestr(part, data)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = workbook(tmp_path, [["a"], ["x"]])
    with_part(path, "xl/worksheets/sheet1.xml", b"<row>" + b" " * 80_000_000)
    assert path.stat().st_size < 200_000
    with pytest.raises(TableUnreadable) as refused:
        read(path)
    assert refused.value.reason == "workbook_too_large"


def test_entities_and_broken_sheets_are_refused(tmp_path):
    path = workbook(tmp_path, [["a"], ["x"]])
    with_part(path, "xl/sharedStrings.xml", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><sst>&a;</sst>')
    with pytest.raises(TableUnreadable) as refused:
        read(path)
    assert refused.value.reason == "broken_workbook"
    path = workbook(tmp_path, [["a"], ["x"]])
    with_part(path, "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row><c></worksheet>")
    with pytest.raises(TableUnreadable) as refused:
        read(path)
    assert refused.value.reason == "broken_workbook"


def test_an_archive_of_something_else_is_no_table(tmp_path):
    path = tmp_path / "photos.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("photo.txt", "x")
    with pytest.raises(TableUnreadable) as refused:
        read(path)
    assert refused.value.reason == "not_a_table"


RISKY = ["=1+1", "+cmd", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "＝1+1"]


def test_no_cell_we_hand_out_runs_as_a_formula(tmp_path):
    rows = [[text, -5, "-5", "+81312345678", Decimal("-1.50"), None] for text in RISKY]
    stream = io.BytesIO()
    write_csv(stream, ["a", "b", "c", "d", "e", "f"], rows)
    written = list(csv.reader(io.StringIO(stream.getvalue().decode("utf-8-sig"), newline="")))[1:]
    assert [row[0] for row in written] == [f"'{text}" for text in RISKY]
    assert written[0][1:] == ["-5", "-5", "+81312345678", "-1.50", ""]
    assert safe_cell("佐伯") == "佐伯"

    path = tmp_path / "out.xlsx"
    with path.open("wb") as file:
        write_xlsx(file, ["a", "b", "c", "d", "e", "f"], rows)
    sheet = load_workbook(path).active
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert all(cell.data_type in "si" and cell.value.startswith("'") for cell in cells)
    assert sheet["B2"].value == -5
    assert [row.values[0] for row in read(path)][:4] == RISKY[:4]


def test_cp932_files_keep_what_cp932_has_and_mark_what_it_lacks():
    stream = io.BytesIO()
    write_csv(stream, ["氏名"], [["髙﨑①～−〜😀é"]], encoding="cp932")
    assert stream.getvalue().decode("cp932") == "氏名\r\n髙﨑①～－～〓〓\r\n"


def test_a_workbook_we_write_is_read_back(tmp_path):
    path = tmp_path / "out.xlsx"
    with path.open("wb") as file:
        write_xlsx(file, ["氏名", "日", "金額"], [["佐伯", date(2026, 11, 22), 1234], ["田中", None, Decimal("0.5")]])
    assert [row.values for row in read(path)] == [["佐伯", "2026-11-22", "1234"], ["田中", "", "0.5"]]


def test_the_company_list_is_read_whole():
    path = DATA / "jp_companies/EdinetcodeDlInfo.csv"
    if not path.exists():
        pytest.skip(f"no company list at {path}")
    with open_table(path, skip_lines=1) as table:
        assert (table.encoding, len(table.columns)) == ("cp932", 13)
        rows = list(table.rows())
    assert len(rows) == 10_823
    assert all(row.problem is None for row in rows)


def test_every_published_data_set_is_read_without_a_problem():
    paths = [*DATA.glob("olist/*.csv"), *DATA.glob("maven_crm/[aps]*.csv"), *DATA.glob("xeducation_leads/*.csv")]
    if not paths:
        pytest.skip(f"no data sets under {DATA}")
    for path in paths:
        with open_table(path) as table:
            assert [row for row in table.rows() if row.problem] == [], path
