"""Spark and Great Expectations read the same planted rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from pyspark.sql import Window
from pyspark.sql import functions as F

from lakehouse.errors import BrokenGate, ConfigError
from lakehouse.gate import Auditor, Counts, Verdict, files_of, stage, staged_rows, table_rule
from lakehouse.gate.values import OUTCOMES, OUTSIDE
from lakehouse.quality import Fact
from lakehouse.rules import Rule, between, matches, not_null, one_of, refers_to, satisfies, unique

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pyspark.sql import DataFrame, SparkSession

SCHEMA = "id string, region string, email string, rate decimal(9,6), amount decimal(18,4), sold_on date, quantity int"
SECRET = "ann@secret.example"
ROWS = [
    ("1", "North", SECRET, Decimal("0.1"), Decimal("19.9900"), date(2024, 3, 1), 1),
    ("2", "South", "bob@mail.example", Decimal("0.000001"), Decimal("0.0000"), date(2024, 3, 2), 2),
    ("3", "Moon", "no address", Decimal("1.000001"), Decimal("-0.0001"), date(2024, 3, 3), 0),
    ("3", None, None, None, None, None, None),
    (None, "Mars", "a\nb@c.example", Decimal(1), Decimal("99999999999999.9999"), date(1899, 12, 31), -5),
]
RULES = (
    not_null("id", severity="quarantine"),
    one_of("region", ["North", "South"], severity="warn"),
    matches("email", r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$", severity="warn"),
    between("rate", 0, 1, severity="quarantine"),
    between("amount", 0, None, severity="block"),
    between("quantity", 1, 10, severity="warn"),
    satisfies("since_1900", "sold_on >= date '1900-01-01'", columns=("sold_on",), severity="warn"),
)
BROKEN = {
    "id.not_null": 1,
    "region.one_of": 2,
    "email.matches": 2,
    "rate.between": 1,
    "amount.between": 1,
    "quantity.between": 2,
    "since_1900": 1,
}


def flagged(frame: DataFrame, rules: Sequence[Rule]) -> DataFrame:
    conditions = {rule.helper_column: F.expr(rule.helper.condition) for rule in rules if rule.helper}
    return frame.withColumns(conditions) if conditions else frame


@pytest.fixture(scope="module")
def planted(spark: SparkSession) -> DataFrame:
    return flagged(spark.createDataFrame(ROWS, SCHEMA).coalesce(1), RULES)


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("docs")


@pytest.fixture(scope="module")
def auditor(docs: Path) -> Iterator[Auditor]:
    with Auditor(docs_root=str(docs), run_id="run-1") as running:
        yield running


def staged(rows: DataFrame, rules: Sequence[Rule], folder: Path) -> tuple[DataFrame, Counts]:
    counts = stage(rows, folder=str(folder), rules=rules)
    return staged_rows(rows.sparkSession, str(folder)), counts


def test_planted_defects_are_counted_alike(planted, auditor, tmp_path):
    rows, counts = staged(planted, RULES, tmp_path / "staging")
    assert counts == Counts(5, BROKEN)
    verdict = auditor.audit("silver.planted@x", rules=RULES, counts=counts, staged=rows)
    assert {result.rule: result.failed for result in verdict.results} == BROKEN
    assert {result.rule: result.verdict for result in verdict.results} == {
        "id.not_null": "failed",
        "region.one_of": "warned",
        "email.matches": "warned",
        "rate.between": "failed",
        "amount.between": "failed",
        "quantity.between": "warned",
        "since_1900": "warned",
    }
    assert verdict.state == "blocked"
    assert verdict.reasons[0] == "amount.between (block): 1 of 5, 20.0 %"


def test_staging_counts_outcomes_and_corrections(planted, tmp_path):
    outcome = F.when(F.col("id") == "3", "duplicate").when(F.col("id").isNull(), "quarantined").otherwise("published")
    corrected = F.when(F.col("region") == "Moon", F.array(F.lit("region.near"))).otherwise(
        F.array().cast("array<string>")
    )
    rows = planted.withColumns({"_outcome": outcome, "_corrected": corrected})
    counts = stage(rows, folder=str(tmp_path / "s"), rules=(), corrections=["region.near", "region.spellings"])
    assert {name: rows for name, rows in counts.outcomes.items() if rows} == {
        "published": 2, "quarantined": 1, "duplicate": 2
    }  # fmt: skip
    assert set(counts.outcomes) == {*OUTCOMES, *OUTSIDE}
    assert counts.corrected == {"region.near": 1, "region.spellings": 0}
    files = list((tmp_path / "s").rglob("*.parquet"))
    assert files
    assert all(file.name.endswith(".zstd.parquet") for file in files)


def test_rows_of_one_outcome_lie_in_a_folder_of_their_own_and_are_read_back_together(planted, tmp_path):
    outcome = F.when(F.col("id") == "3", "duplicate").otherwise("published")
    rows, _ = staged(planted.withColumn("_outcome", outcome), (), tmp_path / "s")
    lone = planted.sparkSession.read.parquet(files_of(str(tmp_path / "s"), "published"))
    assert (rows.count(), rows.where("_outcome = 'duplicate'").count(), lone.count()) == (5, 2, 3)
    assert lone.columns == planted.columns


def test_staging_replaces_what_lay_there(planted, tmp_path):
    stage(planted, folder=str(tmp_path / "s"), rules=())
    rows, counts = staged(planted.limit(2), (), tmp_path / "s")
    assert (counts.rows, len(rows.take(9))) == (2, 2)


@pytest.mark.parametrize("empty", ["created", "filtered", "limited", "impossible"])
def test_no_rows_are_vacuous_and_not_blocked(empty, planted, auditor, tmp_path, spark):
    frame = {
        "created": flagged(spark.createDataFrame([], SCHEMA), RULES),
        "filtered": planted.where("quantity > 99"),
        "limited": planted.limit(0),
        "impossible": planted.where(F.lit(False)),
    }[empty].withColumn("_outcome", F.lit("published"))
    rows, counts = staged(frame, RULES, tmp_path / "s")
    assert counts == Counts(0, dict.fromkeys(BROKEN, 0), dict.fromkeys(counts.outcomes, 0))
    verdict = auditor.audit(f"silver.{empty}@x", rules=RULES, counts=counts, staged=rows)
    assert {result.verdict for result in verdict.results} == {"vacuous"}
    assert verdict.state == "passed"


def test_two_readings_that_differ_break_the_gate(planted, auditor, tmp_path):
    two_faced = replace(between("quantity", 1, 10, severity="warn"), good="quantity BETWEEN 0 AND 10")
    rows, counts = staged(planted, [two_faced], tmp_path / "s")
    with pytest.raises(BrokenGate) as caught:
        auditor.audit("silver.two_faced@x", rules=[two_faced], counts=counts, staged=rows)
    assert "quantity.between: Spark counts 1 bad rows, Great Expectations 2" in str(caught.value)
    assert [result.verdict for result in caught.value.verdict.results] == ["errored"]


def test_an_expectation_that_raises_breaks_the_gate(planted, auditor, tmp_path):
    lost = replace(not_null("id", severity="warn"), args={"column": "idd"})
    rows, counts = staged(planted, [lost, *RULES], tmp_path / "s")
    with pytest.raises(BrokenGate, match=r'id\.not_null: the expectation raised: .*"idd"'):
        auditor.audit("silver.lost@x", rules=[lost], counts=counts, staged=rows)


def test_a_value_that_cannot_be_compared_breaks_the_gate(planted, auditor, tmp_path):
    numbers = Rule("region.known", ("region",), "region <> 'x'", "expect_column_values_to_be_in_set",
                   {"column": "region", "value_set": [1, 2]}, severity="warn")  # fmt: skip
    rows, counts = staged(planted, [numbers], tmp_path / "s")
    with pytest.raises(BrokenGate, match=r"region\.known: the expectation raised"):
        auditor.audit("silver.uncomparable@x", rules=[numbers], counts=counts, staged=rows)


def test_other_rows_than_staged_break_the_gate(planted, auditor, tmp_path):
    rows, counts = staged(planted, RULES[:1], tmp_path / "s")
    with pytest.raises(BrokenGate, match="Spark staged 5 rows, Great Expectations read 4"):
        auditor.audit("silver.fewer@x", rules=RULES[:1], counts=counts, staged=rows.limit(4))


def test_a_wrong_rule_is_a_mistake_in_the_contract(planted, auditor):
    wrong = replace(RULES[0], expectation="expect_nothing")
    with pytest.raises(ConfigError, match=r"silver\.wrong@x: id\.not_null: expect_nothing is not an expectation"):
        auditor.audit("silver.wrong@x", rules=[wrong], counts=Counts(5, {"id.not_null": 1}), staged=planted)


def test_facts_are_judged_without_spark(auditor):
    rules = (table_rule("rows_appended"), table_rule("columns_present"), table_rule("not_judged"))
    facts = {
        "rows_appended": Fact(good=True, checked=9),
        "columns_present": Fact(good=False, checked=3, failed=1, detail="missing: Price"),
        "not_judged": Fact(good=None),
    }
    verdict = auditor.audit("bronze.x", rules=rules, counts=Counts(9), facts=facts)
    assert [result.verdict for result in verdict.results] == ["passed", "failed", "vacuous"]
    assert verdict.reasons == ("columns_present (block): 1 of 3, 33.3 %: missing: Price",)


def test_rows_and_facts_of_one_step_have_two_pages(planted, auditor, docs, tmp_path):
    rules = (RULES[0], table_rule("amount.reconciles"))
    rows, counts = staged(planted, rules[:1], tmp_path / "s")
    rules = (replace(RULES[0], severity="warn"), rules[1])
    verdict = auditor.audit(
        "gold.two_pages", rules=rules, counts=counts, staged=rows, facts={"amount.reconciles": Fact(good=True)}
    )
    links = [result.link for result in verdict.results]
    assert verdict.link == links[0] != links[1]
    assert all((docs / link).is_file() for link in links)


def test_a_step_without_rules_has_no_page(auditor):
    verdict = auditor.audit("gold.ruleless", rules=(), counts=Counts(30, outcomes={"quarantined": 30}), ceiling=0.1)
    assert (verdict.state, verdict.link, verdict.results) == ("blocked", "", ())


def test_no_value_of_a_row_reaches_the_docs(planted, auditor, docs, tmp_path):
    rows, counts = staged(planted, RULES, tmp_path / "s")
    auditor.audit("silver.pii@x", rules=RULES, counts=counts, staged=rows)
    texts = [file.read_text() for file in docs.rglob("*") if file.suffix in (".html", ".json")]
    assert len(texts) > 2
    assert not any(secret in text for text in texts for secret in (SECRET, "no address", "Moon", "99999999999999"))


def test_the_session_is_left_as_it_was(spark, planted, auditor, tmp_path):
    rows, counts = staged(planted, RULES, tmp_path / "s")
    persistent = spark.sparkContext._jsc.getPersistentRDDs
    kept = persistent().size()
    before = dict(spark.sparkContext.getConf().getAll()), {row.key: row.value for row in spark.sql("SET").collect()}
    auditor.audit("silver.untouched@x", rules=RULES, counts=counts, staged=rows)
    after = dict(spark.sparkContext.getConf().getAll()), {row.key: row.value for row in spark.sql("SET").collect()}
    assert after == before
    assert [table for table in spark.catalog.listTables() if table.isTemporary] == []
    assert persistent().size() == kept


def test_an_audit_takes_two_queries_over_rows(spark, planted, auditor, tmp_path):
    """The row count and one bundle of all rules: a third job would be a scan per rule."""
    rows, counts = staged(planted, RULES, tmp_path / "s")
    spark.sparkContext.setJobGroup("audit", "audit")
    auditor.audit("silver.cheap@x", rules=RULES, counts=counts, staged=rows)
    jobs = spark.sparkContext.statusTracker().getJobIdsForGroup("audit")
    spark.sparkContext.setLocalProperty("spark.jobGroup.id", None)
    assert 0 < len(jobs) <= 4


# helpers against what Great Expectations and Spark have of their own


def native(verdict_of: Auditor, rule: Rule, rows: DataFrame, failed: int) -> Verdict:
    counts = Counts(len(rows.take(100)), {rule.id: failed})
    return verdict_of.audit(f"silver.native_{rule.id}", rules=[rule], counts=counts, staged=rows)


def test_unique_agrees_with_compound_unique(spark, auditor):
    keys = [("a", 1), ("a", 1), ("a", 2), ("b", 1), ("b", 1), ("b", 1)]
    window = Window.partitionBy("system", "order_id")
    rows = spark.createDataFrame(keys, "system string, order_id int")
    rows = rows.withColumn("_grain_unique", F.count(F.lit(1)).over(window) == 1)
    flag = unique("system", "order_id", name="grain.unique", severity="block")
    own = Rule("compound", ("system", "order_id"), "true", "expect_compound_columns_to_be_unique",
               {"column_list": ["system", "order_id"]}, severity="block")  # fmt: skip
    found = [native(auditor, rule, rows, failed=5).results[0].failed for rule in (flag, own)]
    assert found == [5, 5]


def test_refers_to_agrees_with_an_anti_join(spark, auditor):
    products = spark.createDataFrame(
        [("shop", "p1"), ("shop", "p2"), ("web", "p9")], "system string, product_id string"
    )
    sold = [("shop", "p1"), ("shop", "p9"), ("shop", None), ("web", "p9"), ("web", "p1"), ("web", "p1")]
    sales = spark.createDataFrame(sold, products.schema)
    known = products.withColumn("_found", F.lit(True))
    flag = F.when(F.col("product_id").isNotNull(), F.coalesce("_found", F.lit(False)))
    rows = sales.join(known, ["system", "product_id"], "left").withColumn("_product_id_refers_to", flag)
    orphans = sales.where("product_id IS NOT NULL").join(products, ["system", "product_id"], "left_anti").take(10)
    rule = refers_to("product_id", "silver.products", severity="warn")
    assert native(auditor, rule, rows, failed=3).results[0].failed == len(orphans) == 3


@pytest.mark.parametrize("pattern", [r"^\d{3}$", r"a.c", r"^$", r"(?i)^ABC", r"\bx\b", r"^[^']*$", "é", r"^a|z$"])
def test_patterns_are_read_alike(pattern, spark, auditor, tmp_path):
    texts = ["123", "1234", "abc", "a\nc", "", " ", "ABC", "x y", "it's", "é", "e\u0301", "z", None, "a\\c", "٣٣٣"]
    rule = matches("text", pattern, severity="warn")
    rows, counts = staged(spark.createDataFrame([(text,) for text in texts], "text string"), [rule], tmp_path / "s")
    verdict = auditor.audit("silver.patterns@x", rules=[rule], counts=counts, staged=rows)
    assert 0 < verdict.results[0].failed < 15


def test_a_run_whose_id_could_be_read_as_a_time_with_a_zone_is_audited(spark, tmp_path):
    staged = spark.createDataFrame([("1",)], "id string")
    rule = not_null("id", severity="block")
    counts = stage(staged, folder=str(tmp_path / "staged"), rules=[rule])
    with Auditor(docs_root=str(tmp_path), run_id="20261122T074736-31a11a") as auditor:
        verdict = auditor.audit("gold.days", rules=[rule], counts=counts, staged=staged)
    assert verdict.state == "passed"
