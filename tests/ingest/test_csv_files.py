"""Seventy odd CSV files in one batch: each gives exactly its rows, or is set aside with a reason."""

from __future__ import annotations

import gzip

import pytest
from ingest.delivering import Case, deliver, judge

H = b"id,name,price\n"
CAP = {"id": "1", "name": "Cap", "price": "9.50"}
PIN = {"id": "2", "name": "Pin", "price": "1"}
CAP_LINE, PIN_LINE = b"1,Cap,9.50\n", b"2,Pin,1\n"
GZ = gzip.compress(H + CAP_LINE + PIN_LINE, mtime=0)
WIDE = "id,name,price\r\n1,Käse,9.50\r\n"
LONG = b"1," + b"x" * 30_000 + b",9.50\n"

CASES = [
    Case("good.csv", H + CAP_LINE + PIN_LINE, [CAP, PIN]),
    Case("same_header.csv", H + PIN_LINE, [PIN]),
    Case("crlf.csv", b"id,name,price\r\n1,Cap,9.50\r\n2,Pin,1\r\n", [CAP, PIN]),
    Case("cr.csv", b"id,name,price\r1,Cap,9.50\r2,Pin,1\r", [CAP, PIN]),
    Case("no_last_end.csv", H + b"1,Cap,9.50", [CAP]),
    Case("mixed_ends.csv", b"id,name,price\r\n1,Cap,9.50\n2,Pin,1\r\n", [CAP, PIN]),
    Case("blank_lines.csv", b"\n\r\n" + H + b"\n" + CAP_LINE + b"\r\n\n" + PIN_LINE + b"\n\n", [CAP, PIN]),
    Case("bom.csv", b"\xef\xbb\xbf" + H + CAP_LINE, [CAP]),
    Case("bom_crlf_quoted.csv", b'\xef\xbb\xbf"id","name","price"\r\n"1","Cap","9.50"\r\n', [CAP]),
    Case("umlaut.csv", H + "1,Käse 💶,9.50\n".encode(), [CAP | {"name": "Käse 💶"}]),
    # quotes
    Case("separator_in_quotes.csv", H + b'1,"Cap, red",9.50\n', [CAP | {"name": "Cap, red"}]),
    Case("quotes_in_quotes.csv", H + b'1,"Cap ""red""",9.50\n', [CAP | {"name": 'Cap "red"'}]),
    Case("quoted_end.csv", H + b'1,"Cap\nred",9.50\n' + PIN_LINE, [CAP | {"name": "Cap\nred"}, PIN]),
    Case("quoted_crlf.csv", b'id,name,price\r\n1,"Cap\r\nred",9.50\r\n2,Pin,1\r\n', [CAP | {"name": "Cap\nred"}, PIN]),
    Case("quoted_mixed_ends.csv", b'id,name,price\n1,"a\nb",9.50\n2,Pin,1\r\n', [CAP | {"name": "a\nb"}, PIN]),
    Case("quoted_mixed_ends_empty.csv", b'id,name,price\n1,"a\nb",\r\n2,Pin,1\n', [{"id": "1", "name": "a\nb"}, PIN]),
    Case("quoted_end_in_header.csv", b'id,name,price,"no\nte"\n1,Cap,9.50,x\n', [CAP | {"no_te": "x"}]),
    Case("inches.csv", H + b'1,5" pipe,9.50\n2,6" pipe,1\n', [CAP | {"name": '5" pipe'}, PIN | {"name": '6" pipe'}]),
    Case(
        "open_quote.csv",
        H + b'1,"Cap,9.50\n' + PIN_LINE,
        [{"id": "1", "name": "Cap,9.50", "_rescued": '1,"Cap,9.50'}, PIN],
        says="a quote is never closed",
    ),
    Case(
        "open_quote_at_end.csv",
        H + CAP_LINE + b'2,"Pin',
        [CAP, {"id": "2", "name": "Pin", "_rescued": '2,"Pin'}],
        says="a quote is never closed",
    ),
    Case(
        "open_quote_and_quoted_end.csv",
        H + b'1,"Cap\nred",9.50\n2,"Pin,1\n' + PIN_LINE,
        [
            {"id": "1", "name": "Cap", "_rescued": '1,"Cap'},
            {"id": 'red"', "name": "9.50", "_rescued": 'red",9.50'},
            {"id": "2", "name": "Pin,1", "_rescued": '2,"Pin,1'},
            PIN,
        ],
        says="a quote is never closed",
    ),
    Case("empty_quotes.csv", H + b'1,"",9.50\n', [{"id": "1", "price": "9.50"}]),
    Case("blanks_kept.csv", H + b" 1 , Cap ,9.50\n", [{"id": " 1 ", "name": " Cap ", "price": "9.50"}]),
    # fields and header do not fit
    Case("too_few.csv", H + b"1,Cap\n" + PIN_LINE, [{"id": "1", "name": "Cap", "_rescued": "1,Cap"}, PIN]),
    Case("too_many.csv", H + b"1,Cap,9.50,x,y\n", [CAP | {"_rescued": "1,Cap,9.50,x,y"}]),
    Case(
        "too_few_quoted.csv", H + b'1,"a\nb"\n' + PIN_LINE, [{"id": "1", "name": "a\nb", "_rescued": '1,"a\nb"'}, PIN]
    ),
    Case("one_field.csv", H + b"nonsense\n", [{"id": "nonsense", "_rescued": "nonsense"}]),
    Case("only_separators.csv", H + b",,\n", [{}]),
    Case("trailing_separator.csv", H + b"1,Cap,9.50,\n", [CAP | {"_rescued": "1,Cap,9.50,"}]),
    Case("trailing_in_header.csv", b"id,name,price,\n1,Cap,9.50,\n", [CAP]),
    Case("40_000_fields.csv", H + b"," * 40_000 + b"\n" + PIN_LINE, [{"_rescued": "," * 40_000}, PIN]),
    Case("long_field.csv", H + LONG, [CAP | {"name": "x" * 30_000}]),
    Case("comment_like.csv", H + b"#1,Cap,9.50\n", [CAP | {"id": "#1"}]),
    # headers
    Case("reordered.csv", b"price,id,name\n9.50,1,Cap\n", [CAP]),
    Case("added.csv", b"id,name,price,colour\n1,Cap,9.50,red\n", [CAP | {"colour": "red"}]),
    Case("other_case.csv", b"ID,Name,PRICE\n1,Cap,9.50\n", [CAP]),
    Case("blanks_in_header.csv", b"id, name ,price\n1,Cap,9.50\n", [CAP]),
    Case("refused_names.csv", b"id,name,price,a b;c{d}(e)=f\tg\n1,Cap,9.50,x\n", [CAP | {"a_b_c_d__e__f_g": "x"}]),
    Case("same_name_twice.csv", b"id,name,price,note,Note\n1,Cap,9.50,x,y\n", [CAP | {"note": "x", "Note_2": "y"}]),
    Case("empty_name.csv", b"id,,name,,price\n1,x,Cap,y,9.50\n", [CAP | {"column_2": "x", "column_4": "y"}]),
    Case(
        "our_name.csv", b"id,name,price,_file,_rescued\n1,Cap,9.50,x,y\n", [CAP | {"_file_2": "x", "_rescued_2": "y"}]
    ),
    Case("dots_in_name.csv", b"id,name,price,a.b,`c\n1,Cap,9.50,x,y\n", [CAP | {"a.b": "x", "`c": "y"}]),
    Case("umlaut_header.csv", "id,name,price,größe\n1,Cap,9.50,L\n".encode(), [CAP | {"größe": "L"}]),
    Case("header_only.csv", H, [], says="a header and no rows"),
    Case("header_only_no_end.csv", b"id,name,price", [], says="a header and no rows"),
    Case("header_and_blanks.csv", H + b"\r\n\n", [], says="a header and no rows"),
    Case("missing.csv", b"id,name\n1,Cap\n", reason="column 'price' missing; the file has 'id', 'name'."),
    Case("missing_two.csv", b"id\n1\n", reason="columns 'name', 'price' missing; the file has 'id'."),
    Case("renamed.csv", b"id,name,prices\n1,Cap,9.50\n", reason="Did 'prices' replace 'price'?"),
    Case("semicolons.csv", b"id;name;price\n1;Cap;9.50\n", reason="look separated by ';': set read.options.separator"),
    Case("tabs.csv", b"id\tname\tprice\n1\tCap\t9.50\n", reason=r"look separated by '\t'"),
    Case("no_header.csv", CAP_LINE + PIN_LINE, reason="columns 'id', 'name', 'price' missing; the file has '1', 'Cap'"),
    Case("html.csv", b"<html><body>Service unavailable</body></html>\n", reason="'id', 'name', 'price' missing"),
    # bytes
    Case("nul.csv", H + b"1,C\0p,9.50\n", [CAP | {"name": "C\0p"}], says="NUL"),
    Case(
        "undecodable.csv",
        H + b"1,K\xe4se,9.50\n" + "2,Käse,1\n".encode(),
        [{"id": "1", "price": "9.50", "_rescued": '{"name":"hex:4BE47365"}'}, PIN | {"name": "Käse"}],
        says="some bytes are not UTF-8",
    ),
    Case(
        "undecodable_bom.csv",
        b"\xef\xbb\xbf" + H + b"1,K\xe4se,\xff\n",
        [{"id": "1", "_rescued": '{"name":"hex:4BE47365","price":"hex:FF"}'}],
        says="some bytes are not UTF-8",
    ),
    Case(
        "undecodable_and_too_many.csv",
        H + b"1,K\xe4se,9.50,x\n" + "2,Käse,1,x\n".encode(),
        [
            {"id": "1", "price": "9.50", "_rescued": "hex:312C4BE473652C392E35302C78"},
            {"id": "2", "name": "Käse", "price": "1", "_rescued": "2,Käse,1,x"},
        ],
        says="some bytes are not UTF-8",
    ),
    Case(
        "undecodable_quoted_end.csv",
        H + b'1,"a\nb",\xff\n',
        [{"id": "1", "name": "a\nb", "_rescued": '{"price":"hex:FF"}'}],
        says="some bytes are not UTF-8",
    ),
    Case(
        "cut_character.csv",
        H + b"1,Cap,9\xe2\x82",
        [{"id": "1", "name": "Cap", "_rescued": '{"price":"hex:39E282"}'}],
        says="some bytes are not UTF-8",
    ),
    Case(
        "latin_header.csv",
        b"id,name,price,gr\xf6\xdfe\n1,Cap,9.50,L\n",
        [CAP | {"größe": "L"}],
        says="some bytes are not UTF-8",
    ),
    Case("utf_16.csv", WIDE.encode("utf-16"), reason="it is UTF-16: set read.options.encoding to UTF-16"),
    Case("utf_16_unmarked.csv", WIDE.encode("utf-16-le"), reason="it looks like UTF-16 without a mark"),
    Case("utf_32.csv", WIDE.encode("utf-32"), reason="it is UTF-32"),
    Case("empty.csv", b"", reason="it is empty"),
    Case("only_bom.csv", b"\xef\xbb\xbf", reason="it is empty"),
    Case("only_blanks.csv", b" \r\n\t\n\n", reason="it is empty"),
    Case("excel.csv", b"PK\x03\x04" + b"\0" * 50, reason="a ZIP archive or an Excel file"),
    Case("columns.csv", b"PAR1" + b"\0" * 50, reason="it is a Parquet file"),
    # compression
    Case("good.csv.gz", GZ, [CAP, PIN]),
    Case("two_members.csv.gz", gzip.compress(H + CAP_LINE) + gzip.compress(PIN_LINE), [CAP, PIN]),
    Case("upper.csv.GZ", GZ, reason="ends .GZ: Spark unpacks .gz alone"),
    Case("cut.csv.gz", GZ[:-12], reason="the gzip file is cut off before its end"),
    Case("cut_early.csv.gz", GZ[:5], reason="the gzip file is cut off before its end"),
    Case("damaged.csv.gz", GZ[:20] + b"\xff\xff\xff" + GZ[23:], reason="it cannot be opened as gzip"),
    Case("not_gzip.csv.gz", H + CAP_LINE, reason="it cannot be opened as gzip"),
    Case("empty.csv.gz", b"", reason="it is empty"),
    Case("empty_inside.csv.gz", gzip.compress(b""), reason="it is empty"),
    Case("gzip_unnamed.csv", GZ, reason="it is gzip but its name does not end .gz"),
    Case("packed.csv.bz2", b"BZh91AY", reason=".bz2 files are not read"),
    Case(
        "undecodable.csv.gz",
        gzip.compress(H + b"1,\xff,9.50\n"),
        [{"id": "1", "price": "9.50", "_rescued": '{"name":"hex:FF"}'}],
        says="some bytes are not UTF-8",
    ),
    # names
    Case("a b.csv", H + CAP_LINE, [CAP]),
    Case("ü é.csv", H + CAP_LINE, [CAP]),
    Case("p%20q+r.csv", H + CAP_LINE, [CAP]),
    Case("h#x?y&z.csv", H + CAP_LINE, [CAP]),
    Case("br[1]{a,b}*.csv", H + CAP_LINE, [CAP]),
    Case("back\\slash.csv", H + CAP_LINE, [CAP]),
    Case("co:lon.csv", H + CAP_LINE, reason="its name holds a colon"),
]


@pytest.fixture(scope="module")
def batch(tmp_path_factory, spark):
    """All cases in one read: the good beside the bad."""
    files = {case.name: case.content for case in CASES}
    return deliver(tmp_path_factory.mktemp("landing"), files, spark, wants=("id", "name", "price"))


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_file(case, batch):
    judge(case, batch)


def test_each_file_is_either_read_or_set_aside(batch):
    read = {found.path.rpartition("/")[2] for found in batch.delivered.files}
    assert read | set(batch.reasons()) == {case.name for case in CASES}
    assert not read & set(batch.reasons())


def test_row_ids_are_unique_in_the_batch(batch):
    assert len(set(batch.row_ids)) == len(batch.row_ids)


def test_files_with_one_header_share_a_frame(batch):
    plain = [frame for frame in batch.delivered.frames if frame.columns[:-3] == ["id", "name", "price"]]
    assert len(batch.delivered.frames) < 25
    assert len(plain) < 8


def test_the_delivered_header_is_the_comment_of_its_column(batch):
    comments = {
        field.name: field.metadata.get("comment") for frame in batch.delivered.frames for field in frame.schema.fields
    }
    assert comments["a_b_c_d__e__f_g"] == "a b;c{d}(e)=f\tg"
    assert (comments["id"], comments["Note_2"], comments["column_2"]) == ("id", "Note", "")
