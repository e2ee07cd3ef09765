"""What became of every row, which rules were broken, and what readers were given."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from dashboards import data, look, page, parts

if TYPE_CHECKING:
    from dashboards.data import Finding, Place
    from lakehouse.ledger import StepRecord

ICON = ":material/verified:"
BALANCED = '<span class="delta good">✓ every row accounted for</span>'
UNBALANCED = '<span class="delta bad">✕ books do not balance</span>'
OUTCOMES = ("published", "quarantined", "duplicate", "superseded", "held")
STATES: dict[str, parts.Tone] = {
    "done": "good",
    "published": "good",
    "blocked": "bad",
    "failed": "bad",
    "skipped": "warn",
}
VERDICTS: dict[str, parts.Tone] = {"passed": "good", "warned": "warn", "failed": "bad", "errored": "bad"}
BOOKS = (
    ("Step", "key"), ("Read", "n"), ("Where the rows went", "wide"), ("Published", "n wide"), ("Quarantined", "n wide"),
    ("Duplicate", "n wide"), ("Superseded", "n wide"), ("Held", "n wide"), ("Time", "n wide"), ("State", ""),
)  # fmt: skip
RULES = (
    ("Rule", "key"), ("Severity", "wide"), ("Rows", "n"), ("Share", "tiny wide"), ("Verdict", ""), ("Docs", "wide"),
)  # fmt: skip
FILES = (("File", "key"), ("State", ""), ("Why", "wide"), ("Seen", "n"))
RELEASES = (("Release", "key"), ("When", "n"), ("Tables changed", "n wide"), ("Held back", ""))


def docs_page(link: str) -> str:
    """Return the address of a page of the data docs; empty without one."""
    return f"/quality-docs/{link.lstrip('/')}" if link else ""


def numbers(steps: tuple[StepRecord, ...], found: tuple[Finding, ...], aside: int) -> None:
    """Draw what the last run comes to; only Silver steps judge delivered rows."""
    judged = [step.books for step in steps if step.table.startswith("silver.")]
    read = sum(books.read for books in judged)
    told = Counter({name: sum(getattr(books, name) for books in judged) for name in OUTCOMES})
    rules = [one for one in found if one.severity]
    broken = sum(one.is_broken for one in rules)
    fixed = sum(books.corrected for books in judged)
    balanced = all(step.books.balanced for step in steps if step.source)

    def part(name: str) -> str:
        return f"{look.share(told[name] / read if read else None)} of rows read"

    st.html(
        parts.kpi_row(
            [
                parts.kpi(
                    "Rows read",
                    look.short(read),
                    below=BALANCED if balanced else UNBALANCED,
                ),
                parts.kpi("Published", look.short(told["published"]), below=part("published")),
                parts.kpi("Quarantined", look.short(told["quarantined"]), below=part("quarantined")),
                parts.kpi("Held", look.short(told["held"]), below=part("held")),
                parts.kpi("Rules broken", f"{broken} of {len(rules)}", below=f"{look.count(fixed)} values put right"),
                parts.kpi("Files aside", look.count(aside), below="gave no rows"),
            ]
        )
    )


def books(steps: tuple[StepRecord, ...]) -> None:
    """Draw where the rows of each step went."""
    rows = [
        (
            parts.link(name_of(step), docs_page(step.docs))
            + (f"<small>{escape(step.error)}</small>" if step.error else ""),
            look.count(step.books.read),
            parts.books_bar([(name, getattr(step.books, name)) for name in OUTCOMES]) if step.source else "",
            *(zero_is_quiet(getattr(step.books, name)) for name in OUTCOMES),
            look.seconds(float(step.seconds)),
            parts.tag(step.state, STATES.get(step.state, "")),
        )
        for step in steps
    ]
    st.html(parts.legend(OUTCOMES) + parts.table(BOOKS, rows))


def name_of(step: StepRecord) -> str:
    """`silver.sales@shop_sales`; a Bronze table is named after its source, so once is enough."""
    return step.table if step.table.startswith("bronze.") else step.name


def zero_is_quiet(value: int) -> str:
    """Write a count; zero steps back."""
    return look.count(value) if value else '<span class="quiet">0</span>'


def rules(found: tuple[Finding, ...]) -> None:
    """List every broken rule of the newest judgement of each table and source."""
    broken = [one for one in found if one.is_broken]
    if not broken:
        st.html(parts.state("No rule is broken", "Every rule held in the newest judgement of each table and source."))
        return
    most = max(one.share or 0 for one in broken)
    rows = [
        (
            parts.named(one.rule, one.step),
            escape(one.severity),
            f"{look.count(one.failed)}<small>of {look.count(one.checked)}</small>",
            parts.meter(one.share or 0, look.share(one.share), full=most),
            parts.tag(one.verdict, VERDICTS.get(one.verdict, "")),
            parts.link("Open", docs_page(one.link)) if one.link else look.MISSING,
        )
        for one in broken
    ]
    st.html(parts.table(RULES, rows))


def by_table(found: tuple[Finding, ...]) -> None:
    """Show how many rules hold, table by table."""
    judged = [one for one in found if one.severity]
    every = Counter(one.table for one in judged)
    held = Counter(one.table for one in judged if not one.is_broken)
    rows = [
        (escape(table), parts.meter(held[table] / every[table], f"{held[table]} of {every[table]}"))
        for table in sorted(every, key=lambda name: (held[name] / every[name], name))
    ]
    st.html(
        parts.table((("Table", "key"), ("Rules that hold", "")), rows)
        if rows
        else parts.state("No rules yet", "No step has been judged.")
    )


def files(place: Place) -> None:
    """List files that gave no rows, and why."""
    aside = data.files_aside(place)
    if not aside:
        st.html(parts.state("None", "Every file that was found gave its rows."))
        return
    rows = [
        (
            parts.named(one.path.rpartition("/")[2], one.source),
            parts.tag(one.state.replace("_", " "), "bad" if one.state == "set_aside" else ""),
            escape(one.reason or look.MISSING),
            look.age(one.modified_at),
        )
        for one in aside[:50]
    ]
    st.html(parts.table(FILES, rows))


def releases(place: Place, most: int = 8) -> None:
    """List what readers were given, newest first."""
    found = data.history(place)
    if not found:
        st.html(parts.state("No release yet", "Readers see nothing until the first run is published."))
        return
    earlier = dict(zip(found[1:], found, strict=False))
    rows = []
    for one in reversed(found[-most:]):
        before = dict(earlier[one].versions) if one in earlier else {}
        changed = sum(before.get(table) != version for table, version in one.versions)
        held = " ".join(parts.tag(source, "bad") for source in one.held) or '<span class="quiet">nothing</span>'
        rows.append(
            (
                parts.named(f"Release {one.number}", one.run_id),
                look.age(one.at),
                f"{changed} of {len(one.versions)}",
                held,
            )
        )
    st.html(parts.table(RELEASES, rows))


def main() -> None:
    """Draw the page."""
    place = data.place()
    released, run, steps = data.newest(place), data.last_run(place), data.last_books(place)
    pill = page.freshness(place, released) if released else ""
    if not steps:
        page.header("Quality", "What became of every row", pill=pill)
        page.nothing_yet(place.lake)
        return
    took = f", {look.seconds(run.seconds)}" if run and run.seconds is not None else ""
    about = f"Last run {steps[0].run_id}: {run.state if run else 'unknown'}{took}"
    page.header("Quality", about, pill=pill)
    draw(place, steps)


def draw(place: Place, steps: tuple[StepRecord, ...]) -> None:
    """Lay out the cards."""
    found = data.findings(place)
    with page.guarded("quality-numbers"):
        numbers(steps, found, len(data.files_aside(place)))
    told = "Steps of the last run. What was delivered: read = published + quarantined + duplicate + superseded, or held"
    with page.card("Books", told, key="books"):
        books(steps)
    left, right = st.columns([2.1, 1])
    with left, page.card("Broken rules", "Newest judgement of each table and source, worst share first", key="rules"):
        rules(found)
    with right, page.card("Rules by table", "Newest judgement of each table and source", key="by-table"):
        by_table(found)
    left, right = st.columns([1, 1])
    with (
        left,
        page.card("Files that gave no rows", "Set aside, repeated, waiting, withdrawn or discarded", key="files"),
    ):
        files(place)
    with right, page.card("Releases", "What readers were given, newest first", key="releases"):
        releases(place)


main()
