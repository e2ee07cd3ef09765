"""What a source says about its files: separators, encodings, headers, new columns, plain text."""

from __future__ import annotations

import gzip

import pytest
from ingest.delivering import deliver, source

from lakehouse import ingest
from lakehouse.landing import Found

CAP = {"id": "1", "name": "Cap"}
WANTS = ("id", "name")


@pytest.mark.parametrize(
    ("separator", "written"), [(";", ";"), ("\t", "\t"), (r"\t", "\t"), ("|", "|"), ("||", "||"), ("~", "~")]
)
def test_separators(tmp_path, spark, separator, written):
    lines = written.join(WANTS) + "\n" + written.join(["1", "Cap"]) + "\n"
    seen = deliver(tmp_path, {"a.csv": lines.encode()}, spark, wants=WANTS, separator=separator)
    assert seen.rows["a.csv"] == [CAP]


@pytest.mark.parametrize(
    ("encoding", "written", "name"),
    [
        ("ISO-8859-1", "latin-1", "Käse"),
        ("latin1", "latin-1", "Käse"),
        ("windows-1252", "cp1252", "Käse 5 € …"),
        ("iso-8859-15", "iso-8859-15", "Käse 5 €"),
        ("cp1251", "cp1251", "сыр"),
        ("UTF-16", "utf-16", "Käse 5 €"),
        ("UTF-16", "utf-16-le", "Käse"),
        ("UTF-16", "utf-16-be", "Käse"),
        ("UTF-16LE", "utf-16-le", "Käse"),
        ("utf8", "utf-8", "Käse 💶"),
        ("UTF-8", "utf-8-sig", "Käse 💶"),
        ("ascii", "utf-8", "Käse"),
    ],
)
def test_encodings(tmp_path, spark, encoding, written, name):
    content = f'id,name,größe\r\n1,{name},"a ""b"""\r\n'.replace("größe", "size" if written == "cp1251" else "größe")
    seen = deliver(tmp_path, {"a.csv": content.encode(written)}, spark, wants=WANTS, encoding=encoding)
    last = "size" if written == "cp1251" else "größe"
    assert seen.rows["a.csv"] == [{"id": "1", "name": name, last: 'a "b"'}]


@pytest.mark.parametrize(
    ("encoding", "content", "reason"),
    [
        ("klingon", b"id,name\n", "encoding 'klingon' is not known"),
        ("shift_jis", b"id,name\n1,x\n", "encoding 'shift_jis' is not read"),
        ("UTF-16", b"\xff\xfei\x00d\x00", "column 'name' missing; the file has 'id'"),
        ("UTF-16", b"\xff\xfei\x00\x00\xd8,\x00", "it cannot be decoded as UTF-16"),
        ("ISO-8859-1", "id,name\n1,x\n".encode("utf-16"), "it is UTF-16: set read.options.encoding"),
    ],
)
def test_encodings_that_do_not_work(tmp_path, spark, encoding, content, reason):
    seen = deliver(tmp_path, {"a.csv": content}, spark, wants=WANTS, encoding=encoding)
    assert reason in seen.reasons()["a.csv"]


def test_a_marked_file_of_a_latin_source_is_utf_8(tmp_path, spark):
    files = {"a.csv": "id,name\n1,Käse\n".encode("utf-8-sig")}
    seen = deliver(tmp_path, files, spark, wants=WANTS, encoding="ISO-8859-1")
    assert seen.rows["a.csv"] == [{"id": "1", "name": "Käse"}]
    assert "is read as UTF-8" in seen.delivered.warnings[0]


def test_files_without_a_header(tmp_path, spark):
    files = {
        "a.csv": b"1,Cap\n2,Pin\n3\n",
        "bom.csv": b"\xef\xbb\xbf1,Cap\n",
        "bom_and_latin.csv": b"\xef\xbb\xbf1,K\xe4se\n",
        "three.csv": b"1,Cap,x\n",
        "one.csv": b"1\n",
    }
    seen = deliver(tmp_path, files, spark, header=False, adapter="flat")
    assert seen.rows == {
        "a.csv": [
            {"column_1": "1", "column_2": "Cap"},
            {"column_1": "2", "column_2": "Pin"},
            {"column_1": "3", "_rescued": "3"},
        ],
        "bom.csv": [{"column_1": "1", "column_2": "Cap"}],
        "bom_and_latin.csv": [{"column_1": "1", "_rescued": '{"column_2":"hex:4BE47365"}'}],
        "three.csv": [{"column_1": "1", "column_2": "Cap", "column_3": "x"}],
        "one.csv": [{"column_1": "1"}],
    }


def test_a_backslash_may_escape_quotes(tmp_path, spark):
    files = {"a.csv": b'id,name\n1,"Cap \\"red\\", new"\n2,"a\nb \\" c"\n'}
    seen = deliver(tmp_path, files, spark, wants=WANTS, escape="\\")
    assert seen.rows["a.csv"] == [{"id": "1", "name": 'Cap "red", new'}, {"id": "2", "name": 'a\nb " c'}]


def test_no_quote_at_all(tmp_path, spark):
    seen = deliver(tmp_path, {"a.csv": b'id,name\n1,"Cap\n'}, spark, wants=WANTS, quote="", escape="")
    assert seen.rows["a.csv"] == [{"id": "1", "name": '"Cap'}]


def test_multiline_is_the_source_s_to_say(tmp_path, spark):
    files = {"a.csv": b'id,name\n1,"Cap\nred"\n'}
    seen = deliver(tmp_path, files, spark, wants=WANTS, multiline=False)
    assert seen.rows["a.csv"] == [{"id": "1", "name": "Cap"}, {"id": 'red"', "_rescued": 'red"'}]


FIRST, LATER = b"id,name\n1,Cap\n", b"id,colour,name\n1,red,Cap\n"


@pytest.mark.parametrize(
    ("policy", "known", "row", "said"),
    [
        ("keep", (), CAP | {"colour": "red"}, []),
        ("keep", WANTS, CAP | {"colour": "red"}, ["new column 'colour' added to Bronze"]),
        ("keep", ("id", "name", "Colour"), CAP | {"Colour": "red"}, []),
        ("ignore", WANTS, CAP | {"_rescued": '{"colour":"red"}'}, ["new column 'colour' kept in _rescued"]),
        ("ignore", (), CAP | {"colour": "red"}, []),
        ("stop", (), CAP | {"colour": "red"}, []),
        ("stop", (*WANTS, "colour"), CAP | {"colour": "red"}, []),
    ],
)
def test_new_columns(tmp_path, spark, policy, known, row, said):
    seen = deliver(
        tmp_path, {"first.csv": FIRST, "later.csv": LATER}, spark, wants=WANTS, known=known, on_new_column=policy
    )
    assert seen.rows == {"first.csv": [CAP], "later.csv": [row]}
    assert [warning.partition(": ")[2] for warning in seen.delivered.warnings] == said


def test_a_new_column_may_stop_its_file_alone(tmp_path, spark):
    files = {"first.csv": FIRST, "later.csv": LATER}
    seen = deliver(tmp_path, files, spark, wants=WANTS, known=WANTS, on_new_column="stop")
    assert seen.rows == {"first.csv": [CAP]}
    assert "new column 'colour', and on_new_column is stop" in seen.reasons()["later.csv"]


def test_ignored_columns_beside_damage(tmp_path, spark):
    files = {"a.csv": b"id,name,colour\n1,Cap,K\xe4se\n2,\xe4,red\n3,Pin,red,x\n"}
    seen = deliver(tmp_path, files, spark, wants=WANTS, known=WANTS, on_new_column="ignore")
    assert seen.rows["a.csv"] == [
        CAP | {"_rescued": '{"colour":"hex:4BE47365"}'},
        {"id": "2", "_rescued": '{"name":"hex:E4","colour":"red"}'},
        {"id": "3", "name": "Pin", "_rescued": "3,Pin,red,x"},
    ]


def test_text_is_one_column(tmp_path, spark):
    files = {
        "a.txt": b"HEAD  1\n\n  two\r\n",
        "b.txt.gz": gzip.compress(b"packed\n"),
        "bytes.txt": b"K\xe4se\nK\xc3\xa4se\n",
        "empty.txt": b"",
        "cut.txt.gz": gzip.compress(b"packed")[:-3],
    }
    seen = deliver(tmp_path, files, spark, kind="text", adapter="flat")
    assert seen.rows == {
        "a.txt": [{"line": "HEAD  1"}, {"line": ""}, {"line": "  two"}],
        "b.txt.gz": [{"line": "packed"}],
        "bytes.txt": [{"_rescued": '{"line":"hex:4BE47365"}'}, {"line": "Käse"}],
    }
    assert {name: reason.partition(": ")[2] for name, reason in seen.reasons().items()} == {
        "empty.txt": "it is empty",
        "cut.txt.gz": "the gzip file is cut off before its end",
    }


@pytest.mark.parametrize(("encoding", "written"), [("ISO-8859-1", "latin-1"), ("cp1252", "cp1252")])
def test_text_in_a_declared_encoding(tmp_path, spark, encoding, written):
    seen = deliver(tmp_path, {"a.txt": "Käse\n".encode(written)}, spark, kind="text", adapter="x", encoding=encoding)
    assert seen.rows["a.txt"] == [{"line": "Käse"}]


def test_linked_folders_and_folders_like_partitions_keep_their_paths(tmp_path, spark):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "linked").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.csv").write_bytes(FIRST)
    seen = deliver(tmp_path / "in", {"day=1/b.csv": FIRST, "c.csv": FIRST, "x/shop=2/d.csv": FIRST}, spark, wants=WANTS)
    paths = sorted(row["_file"] for frame in seen.delivered.frames for row in frame.select("_file").collect())
    inside = ("c.csv", "day=1/b.csv", "linked/a.csv", "x/shop=2/d.csv")
    assert paths == [str(tmp_path / "in" / name) for name in inside]


def test_a_file_that_changed_or_went_away_is_set_aside(tmp_path, spark):
    (tmp_path / "a.csv").write_bytes(FIRST)
    shop = source(tmp_path, wants=WANTS)
    stale = Found(str(tmp_path / "a.csv"), 3, None, "x")
    gone = Found(str(tmp_path / "b.csv"), 3, None, "y")
    delivered = ingest.read(shop, (stale, gone), spark)
    assert delivered.frames == ()
    assert [aside.reason.partition(": ")[2] for aside in delivered.set_aside] == [
        "it changed while it was being read (3 bytes, then 14)",
        "it went away before it was read",
    ]


def test_rows_keep_the_order_of_their_lines_across_splits(tmp_path, spark):
    lines = b"".join(b"%d,%s\n" % (n, b"x" * 40) for n in range(20_000))
    split = spark.conf.get("spark.sql.files.maxPartitionBytes")
    spark.conf.set("spark.sql.files.maxPartitionBytes", "100000")
    try:
        seen = deliver(tmp_path, {"a.csv": b"id,name\n" + lines}, spark, wants=WANTS)
    finally:
        spark.conf.set("spark.sql.files.maxPartitionBytes", split)
    assert [row["id"] for row in seen.rows["a.csv"]] == [str(n) for n in range(20_000)]
    assert max(seen.row_ids) >> 33 >= 4


def test_part_of_a_frame_reads_the_same_as_all_of_it(tmp_path, spark):
    seen = deliver(tmp_path, {"a.csv": b"id,name\n1,Cap,x\n"}, spark, wants=WANTS)
    (frame,) = seen.delivered.frames
    assert [tuple(row) for row in frame.select("id", "_rescued").collect()] == [("1", "1,Cap,x")]


def test_a_hundred_files_with_one_header_are_one_frame(tmp_path, spark):
    files = {f"{n:04}.csv": b"id,name\n%d,Cap\n" % n for n in range(100)}
    seen = deliver(tmp_path, files, spark, wants=WANTS)
    assert len(seen.delivered.frames) == 1
    assert seen.rows["0042.csv"] == [{"id": "42", "name": "Cap"}]


def test_nothing_to_read(tmp_path, spark):
    delivered = ingest.read(source(tmp_path), (), spark)
    assert (delivered.frames, delivered.files, delivered.set_aside, delivered.warnings) == ((), (), (), ())
