"""The page of one table: what it means, its columns and rules, where it comes from, and how its last steps ended."""

from __future__ import annotations

import ast
from html import escape
from inspect import cleandoc
from typing import TYPE_CHECKING
from urllib.parse import quote

from lakehouse.catalog import judging, rules_of
from lakehouse.catalog.found import text_of
from lakehouse.docs.contracts import refreshed, says, written
from lakehouse.docs.frame import code, count, facts, grid, link, moment, page, paragraphs, section, severity, state
from lakehouse.docs.known import LAST
from lakehouse.docs.lineage import Node, drawing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from lakehouse.docs.known import Known
    from lakehouse.ledger import StepRecord
    from lakehouse.rules import Rule
    from lakehouse.table import Table

COUNTS = ("read", "published", "quarantined", "duplicate", "superseded", "held")


def table_page(table: Table, known: Known) -> str:
    """Return the page of a table."""
    said = cleandoc(table.doc)
    row, _, rest = said.partition("\n")
    question = question_of(table, known)
    head = f'<header><p class="layer {table.layer}">{table.layer}</p><h1>{escape(table.name)}</h1>'
    head += f'<p class="question">{escape(question)}</p>' if question else ""
    body = [
        f"{head}<p>{escape(row)}</p>{summary(table, known)}</header>\n",
        section("Lineage", lineage(table, known), note=LINES if judges(table) else ""),
        section("Definitions", paragraphs(rest)),
        section("Columns", grid(("Column", "Type", "May be NULL", "Unit", "What it is"), columns(table))),
        section("Rules", grid(RULE_HEADS, rules(table, known), numbers=("Checked", "Broken"))) if judged(table) else "",
        section("Last steps", grid(STEP_HEADS, steps(known.of(table.name)[:LAST], known), numbers=NUMBERS)),
    ]
    return page(table.name, "".join(body))


LINES = "A dashed line: rules compare with it, no row comes from it."
RULE_HEADS = ("Rule", "What it asks", "Severity", "Tolerates", "Checked", "Broken", "Last verdict")
NUMBERS = (*COUNTS, "Seconds")
STEP_HEADS = ("Ended", "State", "Source", "Because", *COUNTS, "Seconds", "Audit")


def question_of(table: Table, known: Known) -> str:
    """Return the first line of the module that a table is declared in; of a mart, its business question."""
    module = known.catalog.modules.get(table.name)
    told = ast.get_docstring(ast.parse(text_of(module))) if module and table.build else ""
    return (told or "").partition("\n")[0]


def summary(table: Table, known: Known) -> str:
    """Return the facts below the title: grain, write mode, refresh, version, release, newest step."""
    newest = next(iter(known.of(table.name)), None)
    version = known.version(table)
    return facts(
        {
            "Grain": ", ".join(map(code, table.grain)),
            "Rows are": escape(written(table)),
            "Built": escape(refreshed(table)),
            "Release group": escape(table.release_group) if table.layer == "gold" else "",
            "Version": count(version) if version is not None else "",
            "Released": released(table, known),
            "Last step": f"{moment(newest.at)} {state(newest.state)}" if newest else "",
        }
    )


def released(table: Table, known: Known) -> str:
    """Say which version readers are given, and by which release."""
    if table.layer != "gold" or table.refresh == "live":
        return ""
    if known.release is None or table.name not in known.release.tables:
        return "not released yet"
    release = known.release
    return f"version {release.tables[table.name]:,} in release {release.release_id:,}, {moment(release.at)}"


def lineage(table: Table, known: Known) -> str:
    """Return the drawing of what a table comes from and who reads it."""
    before = [Node(name, f"{name}.html") for name in table.inputs.values()]
    before += [Node(name, f"{name}.html", is_judge=True) for name in judges(table)]
    if table.layer == "silver":
        before += [Node(source.name, f"source.{source.name}.html") for source in known.catalog.feeding(table)]
    if table.layer == "quarantine":
        silver = table.name.replace("quarantine.", "silver.", 1)
        before.append(Node(silver, f"{silver}.html"))
    after = [Node(name, f"{name}.html") for name in known.readers(table.name)]
    return drawing(Node(table.name), before=before, after=after) if before or after else ""


def judges(table: Table) -> list[str]:
    """Return the tables that rules look into and no row comes from."""
    return sorted(judging(table) - {table.name, *table.inputs.values()})


def columns(table: Table) -> Iterator[Sequence[str]]:
    """Yield the cells of each column."""
    for column in table.columns:
        name = f"<b>{code(column.name)}</b>" if column.name in table.grain else code(column.name)
        personal = ' <span class="pii">names people</span>' if column.pii else ""
        nullable = "yes" if column.nullable else ""
        yield name, code(column.type.simpleString()), nullable, escape(column.unit), escape(column.doc) + personal


def judged(table: Table) -> bool:
    """Whether a gate stands before a table."""
    return table.layer in ("silver", "gold")


def rules(table: Table, known: Known) -> Iterator[Sequence[str]]:
    """Yield the cells of each rule, with what the newest audits found: of a Silver table, those of all sources."""
    audits = newest_audits(table, known)
    for rule in rules_of(table):
        found = [audit[rule.id] for audit in audits if rule.id in audit]
        tolerated = f"{rule.tolerate:.1%}" if rule.tolerate else ""
        yield code(rule.id), escape(says(rule)), severity(str(rule.severity)), tolerated, *verdicts(rule, found)


def newest_audits(table: Table, known: Known) -> list[Mapping[str, Mapping[str, Any]]]:
    """Return the results of the newest audited step of each source, none older than a full refresh."""
    newest: dict[str, Mapping[str, Mapping[str, Any]]] = {}
    for step in known.of(table.name):
        is_known = not step.source or step.source in known.catalog.sources
        if is_known and step.step_id in known.results:
            newest.setdefault(step.source, known.results[step.step_id])
        if step.inputs.get("full") and step.state in ("done", "published"):
            break
    return list(newest.values())


def verdicts(rule: Rule, found: Sequence[Mapping[str, Any]]) -> tuple[str, str, str]:
    """Return rows checked, rows that broke the rule, and the worst verdict."""
    if not found:
        return count(None), count(None), state("")
    order = ("errored", "failed", "warned", "passed", "vacuous")
    worst = min((each["verdict"] for each in found), key=lambda word: order.index(word) if word in order else -1)
    routed = rule.severity == "quarantine" and worst == "failed"
    shown = '<span class="state warned">quarantined</span>' if routed else state(worst)
    return count(sum(each["checked"] for each in found)), count(sum(each["failed"] for each in found)), shown


def steps(ended: Sequence[StepRecord], known: Known) -> Iterator[Sequence[str]]:
    """Yield the cells of each step; of an error its first line, and links to what there is alone."""
    for step in ended:
        books = (count(getattr(step.books, name)) for name in COUNTS)
        is_known = step.source in known.catalog.sources
        source = link(f"source.{step.source}", step.source) if is_known else escape(step.source)
        docs = f'<a href="../{quote(step.docs)}">page</a>' if known.has_page(step) else ""
        error = next(iter(step.error.splitlines()), "")
        why = escape(step.reason) + (f'<br><span class="bad">{escape(error)}</span>' if error else "")
        yield moment(step.at), state(step.state), source, why, *books, f"{step.seconds:.1f}", docs
