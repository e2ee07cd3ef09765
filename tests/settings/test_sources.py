"""`conf/sources/*.yaml`: what each word becomes and what each mistake says."""

from __future__ import annotations

import pytest

from lakehouse.errors import ConfigError, Problem
from lakehouse.settings import load, load_sources
from lakehouse.settings.values import Mapped, ReadOptions

SHOP = """
name: shop
doc: Order lines of a shop.
owner: sales@example.org
read: {format: csv, path: "${landing}/shop/*.csv"}
feeds: silver.sales
map:
  order_id: Order
"""


@pytest.fixture
def conf(tmp_path):
    folder = tmp_path / "conf"
    (folder / "sources").mkdir(parents=True)
    for name in ("base", "dev", "business"):
        (folder / f"{name}.yaml").write_text("")
    return folder


@pytest.fixture
def read(conf):
    def source(text, name="shop"):
        (conf / "sources" / f"{name}.yaml").write_text(text)
        return load_sources(load(conf))[0]

    return source


@pytest.fixture
def wrong(read):
    def found(text, name="shop"):
        with pytest.raises(ConfigError) as caught:
            read(text, name)
        return list(caught.value.problems)

    return found


def test_the_short_source_and_its_defaults(read, tmp_path):
    source = read(SHOP)
    assert (source.name, source.system, source.bronze) == ("shop", "shop", "bronze.shop")
    assert source.read.path == f"{tmp_path}/var/landing/shop/*.csv"
    assert source.read.options == ReadOptions()
    assert source.map == (Mapped("order_id", origin="Order"),)
    assert (source.identical_rows, source.on_new_column, source.settle_seconds) == ("keep", "keep", 2.0)
    assert source.arrives_within_seconds is None
    assert source.file == "conf/sources/shop.yaml"


def test_every_word_of_a_map(read):
    source = read(
        SHOP
        + """
  sold_at: {from: When, formats: ["d/M/yyyy", "yyyy-MM-dd'T'HH:mm"], zone: Europe/London}
  quantity: {from: Qty, decimal: ",", nulls: ["-", NO, 0], drop_suffix: .0}
  is_return: {from: Order, starts_with: C, equals: R, negative: true}
  region: {from: Land, spellings: {EIRE: Ireland, NO: Norway}, near: [North, South], case: title}
  product_name: {from: Item, near: silver.products.product_name}
  currency: {value: GBP}
  note: {value: ""}
"""
    )
    assert source.mapped("sold_at").formats == ("d/M/yyyy", "yyyy-MM-dd'T'HH:mm")
    assert source.zone == "Europe/London"
    quantity = Mapped("quantity", origin="Qty", decimal=",", thousands=".", nulls=("-", "NO", "0"), drop_suffix=".0")
    assert source.mapped("quantity") == quantity
    returned = Mapped("is_return", origin="Order", starts_with="C", equals=("R",), negative=True)
    assert source.mapped("is_return") == returned
    assert source.mapped("region").spellings == {"EIRE": "Ireland", "NO": "Norway"}
    assert source.mapped("region").near == ("North", "South")
    assert source.mapped("product_name").near == "silver.products.product_name"
    assert source.mapped("currency") == Mapped("currency", value="GBP")
    assert source.mapped("note").value == ""


def test_what_is_said_about_the_time_of_rows(read):
    source = read(SHOP + "delivers: snapshot\n")
    assert (source.delivers, source.deleted, source.every_mapped) == ("snapshot", None, source.map)
    source = read(SHOP + "deleted: {from: Status, equals: [D, gone]}\n")
    marked = Mapped("is_deleted", origin="Status", equals=("D", "gone"))
    assert (source.delivers, source.deleted, source.mapped("is_deleted")) == ("", marked, marked)
    assert source.every_mapped == (*source.map, marked)
    assert source.hash != read(SHOP).hash


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("2 days", 172_800),
        ("1 day", 86_400),
        ("12 hours", 43_200),
        ("30 minutes", 1_800),
        ("2 s", 2),
        ("1 week", 604_800),
    ],
)
def test_lengths_of_time(read, said, seconds):
    assert read(SHOP + f"arrives_within: {said}").arrives_within_seconds == seconds


def test_read_options(read):
    text = SHOP.replace('.csv"}', '.csv", options: {header: no, separator: \\t, quote: "\'", multiline: true}}')
    options = read(text).read.options
    assert options == ReadOptions(header=False, separator="\t", quote="'", multiline=True)


NO_LENGTH = "is not a length of time like '2 days', '12 hours', '30 minutes' or '2 s'"
NO_PATTERN = "is no date pattern; an example is 'yyyy-MM-dd HH:mm:ss'"
NO_ROOT = "names no root; only a root or ${env:NAME} is replaced"
NO_ORIGIN = "needs 'from' (a column of the files) or 'value' (the same for every row)"


@pytest.mark.parametrize(
    ("line", "key", "what", "instead"),
    [
        ("delivers: snapshots", "delivers", "'snapshots' is none of changes, snapshot", "snapshot"),
        (
            "deleted: {from: Status}",
            "deleted.equals",
            "is missing: the values that mean deleted, such as [D, deleted]",
            "",
        ),
        ("deleted: {from: A, equal: [D], equals: D}", "deleted.equal", "is no word here", "equals"),
        ("settle: abc", "settle", f"'abc' {NO_LENGTH}", ""),
        ("settle: 2", "settle", f"'2' {NO_LENGTH}", ""),
        ("part: {a: b}", "part", "is no word of a source", "parts"),
        ("rows: items", "rows", "is for a source with parts, and this has none", ""),
        ("identical_row: drop", "identical_row", "is no word of a source", "identical_rows"),
        ("identical_rows: dorp", "identical_rows", "'dorp' is none of drop, keep", "drop"),
        ("on_new_column: stopp", "on_new_column", "'stopp' is none of keep, ignore, stop", "stop"),
        ("identity: {a: b}", "identity", "is not a list of plain values", ""),
        ("map: {a: {fron: A}}", "map.a.fron", "is no map word", "from"),
        ("map: {a: {from: A, value: B}}", "map.a.value", "stands beside 'from'; a column has one of the two", ""),
        ("map: {a: {case: upper}}", "map.a", NO_ORIGIN, ""),
        ("map: {a: {from: A, case: uper}}", "map.a.case", "'uper' is none of upper, lower, title, sentence", "upper"),
        ("map: {a: {from: A, negative: maybe}}", "map.a.negative", "'maybe' is neither true nor false", ""),
        (
            "map: {a: {from: A, zone: Londn}}",
            "map.a.zone",
            "'Londn' is no time zone; an example is 'Europe/London'",
            "",
        ),
        ("map: {a: {from: A, decimal: x}}", "map.a.decimal", "'x' is not one mark like '.' or ','", ""),
        ("map: {a: {from: A, thousands: .}}", "map.a.thousands", "'.' is the decimal mark too", ""),
        ("map: {a: {from: A, formats: [YYYY-MM]}}", "map.a.formats", f"'YYYY-MM' {NO_PATTERN}", ""),
        ("map: {a: {from: A, formats: '%d/%m'}}", "map.a.formats", f"'%d/%m' {NO_PATTERN}", ""),
        ("read: {format: cvs, path: x}", "read.format", "'cvs' is none of csv, json, parquet, text", "csv"),
        ("read: {format: csv}", "read.path", "is missing: where the files lie, such as ${landing}/shop/*.csv", ""),
        ("read: {format: csv, path: '${lnding}/x'}", "read.path", f"${{lnding}} {NO_ROOT}", "${landing}"),
        ("read: {format: csv, path: x, options: {mode: X}}", "read.options.mode", "is no option of a file", ""),
        (
            "read: {format: csv, path: x, options: {quote: ab}}",
            "read.options.quote",
            "'ab' is more than one character",
            "",
        ),
        ("owner:", "owner", "is missing: who answers when the source is late or broken", ""),
        ("name: shopp", "name", "'shopp' is not the name of the file", "shop"),
    ],
)
def test_a_mistake_names_key_cause_and_nearest_word(wrong, line, key, what, instead):
    word = line.partition(":")[0]
    kept = [text for text in SHOP.strip().splitlines() if not text.startswith((f"{word}:", "map:", "  "))]
    lines = kept if word == "map" else [*kept, "map: {order_id: Order}"]
    assert wrong("\n".join([*lines, line])) == [Problem("conf/sources/shop.yaml", key, what, instead)]


MAIL = """
name: mail
doc: Order lines and headers.
owner: sales@example.org
parts:
  items:  {format: csv, path: "${landing}/mail/items*.csv"}
  orders: {format: json, path: "${landing}/mail/orders*.json"}
rows: items
adapter: mail
feeds: silver.sales
arrives_within: 1 day
map: {order_id: Order}
"""


def test_a_source_made_of_several_parts(read, tmp_path):
    source = read(MAIL, "mail")
    assert (source.rows, source.bronze, source.read.format) == ("items", "bronze.mail_items", "csv")
    [part] = source.beside.values()
    assert (part.name, part.bronze, part.read.path) == (
        "mail_orders",
        "bronze.mail_orders",
        f"{tmp_path}/var/landing/mail/orders*.json",
    )
    assert (part.feeds, part.map, part.beside, part.arrives_within_seconds) == ("", (), {}, None)
    assert source.each_part == (source, part)
    assert part.hash == source.hash == read(MAIL.replace("/mail/", "/post/"), "mail").hash
    assert read(MAIL.replace("format: json", "format: csv"), "mail").hash != source.hash


@pytest.mark.parametrize(
    ("old", "new", "key", "what", "instead"),
    [
        ("rows: items", "rows: item", "rows", "'item' is none of the parts", "items"),
        ("rows: items", "", "rows", "is missing: which part's rows are the rows of the source: items, orders", ""),
        (
            "adapter: mail",
            "",
            "adapter",
            "is missing: what makes one row out of the parts, lakehouse/adapters/<name>.py",
            "",
        ),
        (
            "rows:",
            "read: {format: csv, path: x}\nrows:",
            "read",
            "stands beside 'parts'; a source has one of the two",
            "",
        ),
        ("json,", "jsn,", "parts.orders.format", "'jsn' is none of csv, json, parquet, text", "json"),
        ("items:  {", "items:  {optons: {}, ", "parts.items.optons", "is no word here", "options"),
        (
            "  items:",
            "  Items!:",
            "parts.Items!",
            "must begin with a small letter and hold only small letters, digits and _",
            "",
        ),
    ],
)  # fmt: skip
def test_a_mistake_about_parts(wrong, old, new, key, what, instead):
    assert old in MAIL
    assert wrong(MAIL.replace(old, new), "mail")[0] == Problem("conf/sources/mail.yaml", key, what, instead)


def test_one_part_is_none(wrong):
    alone = "\n".join(line for line in MAIL.splitlines() if "orders*" not in line)
    what = "has one part; 'read' is the word for a source of one kind of files"
    assert wrong(alone, "mail") == [Problem("conf/sources/mail.yaml", "parts", what)]


def test_all_mistakes_of_all_sources_come_together(conf, wrong):
    (conf / "sources" / "other.yml").write_text(SHOP.replace("name: shop", "name: other"))
    found = wrong(SHOP + "settle: abc\nwords: 1\n")
    assert [(each.file, each.key) for each in found] == [
        ("conf/sources/other.yml", "file"),
        ("conf/sources/shop.yaml", "words"),
        ("conf/sources/shop.yaml", "settle"),
    ]


def test_the_hash_counts_only_what_judges_rows(read):
    before = read(SHOP).hash
    same = SHOP.replace("sales@example.org", "you@example.org").replace("/shop/", "/new/") + "arrives_within: 1 day\n"
    assert read(same + "settle: 5 s\n").hash == before
    assert read(SHOP + "identical_rows: drop\n").hash != before
    assert read(SHOP.replace("Order", "Invoice")).hash != before


def test_the_hash_does_not_depend_on_the_order_of_the_map(read):
    assert read(SHOP + "  region: R\n").hash == read(SHOP.replace("map:\n", "map:\n  region: R\n")).hash
