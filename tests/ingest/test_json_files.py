"""JSON lines: every value exactly as delivered; what is no object keeps its line."""

from __future__ import annotations

import gzip

import pytest
from ingest.delivering import Case, deliver, judge

ANN = {"id": "1", "email": "a@x.org"}
LINE = b'{"id": 1, "email": "a@x.org"}\n'
NOT_OBJECTS = "some lines are no JSON object"
MANY = '{"k1": 1, "id": 1, "k2": 2, "k3": 3, "email": "a@x.org"}'

CASES = [
    Case("good.json", LINE * 2, [ANN, ANN]),
    Case("crlf.json", LINE.replace(b"\n", b"\r\n"), [ANN]),
    Case("no_last_end.json", LINE.strip(), [ANN]),
    Case("blank_lines.json", b"\n\n" + LINE + b"  \n" + LINE, [ANN, ANN]),
    Case("bom.json", b"\xef\xbb\xbf" + LINE, [ANN]),
    Case("packed.json.gz", gzip.compress(LINE), [ANN]),
    Case(
        "numbers.json",
        b'{"id": 12345678901234567890123, "email": 1.50, "n": -0.0, "e": 1E+5}\n',
        [{"id": "12345678901234567890123", "email": "1.50", "n": "-0.0", "e": "1E+5"}],
    ),
    Case(
        "kinds.json",
        b'{"id": true, "email": null, "d": {"x": [1.50,  {"y": null}]}, "l": [ 1 ]}\n{"email": ""}\n',
        [{"id": "true", "d": '{"x": [1.50,  {"y": null}]}', "l": "[ 1 ]"}, {"email": ""}],
    ),
    Case(
        "escapes.json", rb'{"id": "K\u00e4se \"x\"\n", "email": "a\/b"}' + b"\n", [{"id": 'Käse "x"\n', "email": "a/b"}]
    ),
    Case("utf8.json", '{"id": "Käse 💶", "email": "ß"}\n'.encode(), [{"id": "Käse 💶", "email": "ß"}]),
    Case(
        "other_keys.json",
        b'{"id": 1, "email": "b", "colour": "red"}\n{"email": "c", "size": 4}\n',
        [{"id": "1", "email": "b", "colour": "red"}, {"email": "c", "size": "4"}],
    ),
    Case(
        "odd_keys.json",
        b'{"id": 1, "email": "b", "a b": 1, "c.d": 2, "`": 3, "": 4, "_file": 5}\n',
        [{"id": "1", "email": "b", "a_b": "1", "c.d": "2", "`": "3", "column_3": "4", "_file_2": "5"}],
    ),
    Case("empty_objects.json", b"{}\n" + LINE, [{}, ANN]),
    Case(
        "not_objects.json",
        LINE + b'nope\n12\n"text"\nnull\n',
        [ANN, {"_rescued": "nope"}, {"_rescued": "12"}, {"_rescued": '"text"'}, {"_rescued": "null"}],
        says=NOT_OBJECTS,
    ),
    Case("cut_off.json", LINE + b'{"id": 2, "ema', [ANN, {"_rescued": '{"id": 2, "ema'}], says=NOT_OBJECTS),
    Case("trailing_comma.json", LINE + b'{"id": 2,}\n', [ANN, {"_rescued": '{"id": 2,}'}], says=NOT_OBJECTS),
    Case(
        "array_line.json",
        LINE + b'[{"id": 2, "zzz": 3}]\n',
        [ANN, {"_rescued": '[{"id": 2, "zzz": 3}]'}],
        says=NOT_OBJECTS,
    ),
    Case("two_objects.json", LINE + b'{"id": 2}{"id": 3}\n', [ANN, {"id": "2", "_rescued": '{"id": 2}{"id": 3}'}]),
    Case("text_behind.json", LINE + b'{"id": 2} tail\n', [ANN, {"id": "2", "_rescued": '{"id": 2} tail'}]),
    Case(
        "careful_numbers.json",
        b'{"id": 1.50, "email": "x"}\n{"id": 2.25, "email": "y"} z\n',
        [
            {"id": "1.5", "email": "x", "_rescued": '{"id": 1.50, "email": "x"}'},
            {"id": "2.25", "email": "y", "_rescued": '{"id": 2.25, "email": "y"} z'},
        ],
    ),
    Case(
        "braces_in_text.json",
        b'{"id": "{a}{b}", "email": "x"}\n',
        [{"id": "{a}{b}", "email": "x", "_rescued": '{"id": "{a}{b}", "email": "x"}'}],
    ),
    Case(
        "same_key_twice.json",
        b'{"id": 1, "id": 2, "email": "x"}\n',
        [{"id": "2", "email": "x", "_rescued": '{"id": 1, "id": 2, "email": "x"}'}],
    ),
    Case("keys_differ_in_case.json", b'{"id": 1, "ID": 2, "email": "x"}\n', [{"id": "1", "ID_2": "2", "email": "x"}]),
    Case("key_in_other_case.json", b'{"Id": 1, "EMAIL": "x"}\n', [{"id": "1", "email": "x"}]),
    Case(
        "undecodable.json",
        LINE + b'{"id": "K\xe4se"}\n',
        [ANN, {"_rescued": "hex:7B226964223A20224BE47365227D"}],
        says="some bytes are not UTF-8",
    ),
    Case("key_never_there.json", b'{"id": 1}\n', [{"id": "1"}], says="no line has the mapped key 'email'"),
    Case(
        "wrong_keys.json",
        b'{"ident": 1, "mail": 2}\n',
        reason="columns 'id', 'email' missing; the file has 'ident', 'mail'",
    ),
    Case("csv_inside.json", b"id,email\n1,a@x.org\n", reason="no line of it is a JSON object"),
    Case("array.json", b'[{"id": 1}, {"id": 2}]', reason="it is one JSON document"),
    Case("pretty_array.json", b'[\n  {"id": 1},\n  {"id": 2}\n]\n', reason="it is one JSON document"),
    Case("pretty_object.json", b'{\n  "id": 1\n}\n', reason="it is one JSON document"),
    Case("empty.json", b"", reason="it is empty"),
    Case("blank.json", b" \n\n", reason="it is empty"),
    Case("cut.json.gz", gzip.compress(LINE * 9)[:-9], reason="cut off before its end"),
    Case("utf_16.json", LINE.decode().encode("utf-16"), reason="it is UTF-16"),
]


@pytest.fixture(scope="module")
def batch(tmp_path_factory, spark):
    files = {case.name: case.content for case in CASES}
    return deliver(tmp_path_factory.mktemp("landing"), files, spark, kind="json", wants=("id", "email"))


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_file(case, batch):
    judge(case, batch)


def test_each_file_is_either_read_or_set_aside(batch):
    assert set(batch.rows) | set(batch.reasons()) == {case.name for case in CASES}


def test_files_share_the_columns_of_all_of_them(batch):
    assert len(batch.delivered.frames) < 8


def test_more_keys_than_columns_keep_the_line(tmp_path, spark, monkeypatch):
    monkeypatch.setattr("lakehouse.ingest.json_files.MOST_KEYS", 4)
    seen = deliver(tmp_path, {"many.json": MANY.encode()}, spark, kind="json", wants=("id", "email"))
    assert seen.rows["many.json"] == [{"id": "1", "email": "a@x.org", "k1": "1", "k2": "2", "_rescued": MANY}]


def test_declared_latin_1(tmp_path, spark):
    files = {"latin.json": '{"id": "Käse", "email": 1.25}\n'.encode("latin-1")}
    seen = deliver(tmp_path, files, spark, kind="json", wants=("id",), encoding="ISO-8859-1")
    assert seen.rows["latin.json"] == [{"id": "Käse", "email": "1.25"}]


def test_ignored_keys_are_kept_in_rescued(tmp_path, spark):
    files = {"a.json": b'{"id": 1, "email": "x", "extra": {"y": 1.50}}\n'}
    seen = deliver(tmp_path, files, spark, kind="json", wants=("id",), known=("id", "email"), on_new_column="ignore")
    assert seen.rows["a.json"] == [{"id": "1", "email": "x", "_rescued": r'{"extra":"{\"y\": 1.50}"}'}]
    assert "new column 'extra' kept in _rescued" in seen.delivered.warnings[0]
