"""Bronze names, and what one pass over the bytes shows. No Spark."""

from __future__ import annotations

import gzip

import pytest

from lakehouse.ingest import bronze_name, probe


@pytest.mark.parametrize(
    ("headers", "names"),
    [
        (("id", "Unit Price"), ("id", "Unit_Price")),
        ((" id ", "\tname"), ("id", "name")),
        (("a,b;c{d}e(f)g=h\ti\nj\rk",), ("a_b_c_d_e_f_g_h_i_j_k",)),
        (("", "x", ""), ("column_1", "x", "column_3")),
        (("a", "A", "a"), ("a", "A_2", "a_3")),
        (("a", "a_2", "a"), ("a", "a_2", "a_3")),
        (("a b", "a_b"), ("a_b", "a_b_2")),
        (("_file", "_ROW_ID"), ("_file_2", "_ROW_ID_2")),
        (("column_2", ""), ("column_2", "column_2_2")),
        (("größe", "a.b", "straße", "STRASSE"), ("größe", "a.b", "straße", "STRASSE_2")),
        ((), ()),
    ],
)
def test_bronze_names(headers, names):
    assert bronze_name(headers) == names


def seen(tmp_path, content, name="a.csv", **options):
    (tmp_path / name).write_bytes(content)
    return probe(str(tmp_path / name), **options)


@pytest.mark.parametrize(
    ("content", "facts"),
    [
        (b"", {"size": 0, "blank": True, "line_ends": 0}),
        (b"a\nb\r\nc\rd", {"size": 8, "blank": False, "line_ends": 3, "mixed_ends": True, "longest_line": 1}),
        (b"a\r\nbcd\r\n", {"line_ends": 2, "mixed_ends": False, "longest_line": 3}),
        (b"abcdef", {"longest_line": 6, "line_ends": 0}),
        (b'"a\nb"\n', {"quotes": 2, "ends_in_quotes": True}),
        (b'"a"\n"b"\n', {"quotes": 4, "ends_in_quotes": False}),
        (b'"a\n', {"quotes": 1, "ends_in_quotes": True}),
        (b"\xef\xbb\xbfa", {"bom": "utf-8", "valid": True}),
        (b"\xff\xfea\0", {"bom": "utf-16", "valid": False}),
        (b"a\0", {"nuls": True}),
        (b"K\xc3\xa4se", {"valid": True}),
        (b"K\xe4se", {"valid": False}),
        (b"K\xc3", {"valid": False}),
        (b"\xed\xa0\x80", {"valid": False}),
    ],
)
def test_what_a_pass_shows(tmp_path, content, facts):
    found = seen(tmp_path, content)
    assert {fact: getattr(found, fact) for fact in facts} == facts


def test_a_backslash_hides_the_quote_behind_it(tmp_path):
    found = seen(tmp_path, b'"a\\"b\n"\n"c\\\\"\n', escape="\\")
    assert (found.quotes, found.ends_in_quotes) == (4, True)


@pytest.mark.parametrize("block", [4, 5, 7, 22])
def test_blocks_do_not_matter(tmp_path, monkeypatch, block):
    content = '\ufeffid,"Kä\nse"\r\n1,"💶"\r\nxxxxxxxxxxxxxxxxx\n'.encode()
    whole = seen(tmp_path, content)
    monkeypatch.setattr("lakehouse.ingest.probing.BLOCK", block)
    assert seen(tmp_path, content) == whole
    assert (whole.valid, whole.quotes, whole.ends_in_quotes, whole.longest_line) == (True, 4, True, 17)


def test_gzip_is_unpacked(tmp_path):
    found = seen(tmp_path, gzip.compress(b"id\n1\n"), "a.csv.gz")
    assert (found.problem, found.size, found.head) == ("", 5, b"id\n1\n")


def test_nothing_raises_for_a_file_that_is_not_there(tmp_path):
    assert probe(str(tmp_path / "a.csv")).problem == "it went away before it was read"
