"""What a Silver step reads: fixed in the ledger before anything is written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from lakehouse import ledger
from lakehouse.conform import corrections_of
from lakehouse.errors import ConfigError, Problem
from lakehouse.ledger import StepRecord
from lakehouse.plan import Facts
from lakehouse.steps.context import hashes_of
from lakehouse.steps.silver.decided import batches_of_days, decided
from lakehouse.table import History

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lakehouse.ledger import FileRecord
    from lakehouse.plan import Step
    from lakehouse.settings import Source
    from lakehouse.steps.context import Context

APART = {"withdrawn", "discarded"}
"""States of files in Bronze whose rows are not judged."""


@dataclass(frozen=True)
class Apart:
    """Files of the claimed batches whose rows are not judged: `(batch, path)`, and how many rows they hold."""

    withdrawn: tuple[tuple[int, str], ...] = ()
    discarded: tuple[tuple[int, str], ...] = ()
    superseded: int = 0
    waived: int = 0


def claim(step: Step, step_id: str, context: Context) -> StepRecord:
    """Fix batches, versions, decisions and hashes in the ledger; skipped when no row waits."""
    record = intended(step, step_id, context)
    return ledger.note(context.lake, record, record.state)


def intended(step: Step, step_id: str, context: Context) -> StepRecord:
    """Return what a step would read if it were claimed now; one without a row to judge is skipped."""
    facts = Facts(
        steps=ledger.steps(context.lake),
        files=ledger.files(context.lake),
        hashes=hashes_of(context.catalog, context.settings),
    )
    table = context.catalog.table(step.table)
    sources = context.catalog.feeding(table) if step.full else (context.catalog.sources[step.source],)
    batches = {source.name: to_judge(step, source, facts) for source in sources}
    inputs = _inputs(step, sources, context, facts=facts) | judged_again(step, sources, context, facts=facts)
    meant = {name for name, waiting in batches.items() if waiting} | set(inputs["pending"]) | set(inputs["again"])
    inputs["batches"] = {source.name: list(batches[source.name]) for source in sources if source.name in meant}
    version = context.lake.version(step.table)
    record = StepRecord(context.run_id, step_id, step.table, step.source, "claimed", step.reason, inputs, version)
    if not meant:
        return replace(record, state="skipped", reason="no row waits")
    refuse_other_identity(sources, facts, step)
    return record


def to_judge(step: Step, source: Source, facts: Facts) -> tuple[int, ...]:
    """Return the batches of a source that a step judges; none while a part of it has nothing."""
    if step.days or facts.lacking(source):
        return ()
    return facts.landed(source.name) if step.full else facts.waiting(step.table, source.name)


def judged_again(step: Step, sources: Iterable[Source], context: Context, *, facts: Facts) -> dict[str, Any]:
    """Return what people decided, and in which batches the rows lie that are judged again.

    A full refresh reads all of Bronze anyway.
    """
    known = decided(step.table, sources, context)
    if step.full:
        return known | {"again": {}}
    found = {name: set(batches) for name, batches in known["again"].items()}
    before = {s.name: parts for s in sources if (parts := facts.parts_before(step.table, s)) is not None}
    for source in sources:
        mine = found.setdefault(source.name, set())
        mine |= facts.consumed(step.table, source.name) if source.name in before else set()
        mine |= set(batches_of_days(step, source, context)) if step.days else set()
    known |= {"again": {name: sorted(batches) for name, batches in found.items() if batches}, "parts_before": before}
    return known | {"days": list(step.days)} if step.days else known


def _inputs(step: Step, sources: Iterable[Source], context: Context, *, facts: Facts) -> dict[str, Any]:
    names = {name for name in context.catalog.needs(step.table) if not name.startswith("bronze.")}
    systems = {source.system for source in sources}
    near = [s for s in context.catalog.feeding(context.catalog.table(step.table)) if s.system in systems]
    names |= {part.bronze for source in near for part in source.each_part}
    return {
        "versions": {name: context.lake.version(name) for name in sorted(names)},
        "parts": {source.name: facts.parts(source) for source in near if source.beside},
        "hash": facts.hashes[f"{step.table}@{step.source}"] if step.source else facts.hashes[step.table],
        "hashes": {source.name: facts.hashes[f"{step.table}@{source.name}"] for source in sources},
        "identity": {source.name: list(source.identity) for source in sources},
        "set_apart": sorted({f.sha256 for f in ledger.deliveries(context.lake) if f.state in APART}),
        "full": step.full,
        "versions_kept": isinstance(context.catalog.table(step.table).write, History),
        "grain": list(context.catalog.table(step.table).grain),
    }


def refuse_other_identity(sources: Iterable[Source], facts: Facts, step: Step) -> None:
    """Raise ConfigError when what tells lines apart is not what the published lines were told apart by."""
    for source in sources:
        judged = [r for r in facts.done(step.table) if r.inputs.get("batches", {}).get(source.name)]
        before = judged[-1].inputs["identity"].get(source.name) if judged else None
        if before is not None and before != list(source.identity) and not step.full:
            what = f"is {list(source.identity)}, but published lines were told apart by {before}"
            raise ConfigError([Problem(source.file, "identity", f"{what}; run with --full-refresh {step.table}")])


def set_apart(record: StepRecord, source: Source, files: Iterable[FileRecord]) -> Apart:
    """Return the files whose rows are not judged: withdrawn, discarded, or delivered again under the same name."""
    batches = set(record.inputs["batches"].get(source.name, ()))
    mine = [as_claimed(file, record) for file in files if file.source == source.name and file.batch_id in batches]
    old = [file for file in mine if file.state == "withdrawn"]
    if record.inputs["full"] and gives_way(record, source):
        old += outdated([file for file in mine if file.state == "landed"])
    discarded = [file for file in mine if file.state == "discarded"]
    return Apart(
        withdrawn=places(old),
        discarded=places(discarded),
        superseded=sum(file.rows or 0 for file in old),
        waived=sum(file.rows or 0 for file in discarded),
    )


def as_claimed(file: FileRecord, record: StepRecord) -> FileRecord:
    """Return a file as the step knew it when it was claimed: what is given up since counts at the next one."""
    since = file.state in APART and file.sha256 not in record.inputs["set_apart"]
    return replace(file, state="landed") if since else file


def gives_way(record: StepRecord, source: Source) -> bool:
    """Whether new content under a published file name takes the place of that file's earlier lines.

    It does not where lines have their own keys, nor where every version of a key is kept: there it only says more.
    """
    numbered = "line_id" in record.inputs.get("grain", ("line_id",))
    return numbered and source.mapped("line_id") is None and not record.inputs.get("versions_kept", False)


def outdated(files: Iterable[FileRecord]) -> list[FileRecord]:
    """Return the contents that gave way to a later one under the same name."""
    newest: dict[str, int] = {}
    listed = list(files)
    for file in listed:
        newest[file.path] = max(newest.get(file.path, 0), arrived(file))
    return [file for file in listed if arrived(file) < newest[file.path]]


def places(files: Iterable[FileRecord]) -> tuple[tuple[int, str], ...]:
    """Where the rows of some files stand in Bronze."""
    return tuple(sorted((arrived(file), file.path) for file in files))


def replaced_paths(record: StepRecord, source: Source, context: Context) -> tuple[str, ...]:
    """Return the files of this step that were published before with other content.

    Empty where nothing gives way: there every line is compared by its own key.
    """
    if not gives_way(record, source) or record.inputs["full"]:
        return ()
    batches = set(record.inputs["batches"].get(source.name, ()))
    files = [f for f in ledger.deliveries(context.lake) if f.source == source.name and f.state == "landed"]
    newest = {file.path: arrived(file) for file in sorted(files, key=arrived) if file.batch_id in batches}
    others = (file for file in files if file.batch_id not in batches)
    return tuple(sorted({file.path for file in others if arrived(file) < newest.get(file.path, 0)}))


def arrived(file: FileRecord) -> int:
    """Return the batch that brought a file."""
    return file.batch_id or 0


def corrections(sources: Iterable[Source], derived: Mapping[str, tuple[str, ...]], context: Context) -> tuple[str, ...]:
    """Return every kind of correction that a step may count."""
    ids: dict[str, None] = {}
    for source in sources:
        table = context.catalog.table(source.feeds)
        ids |= dict.fromkeys(corrections_of(source, table))
        ids |= dict.fromkeys(f"{column}.derived" for column in derived[source.name])
    return tuple(ids)


def rows_claimed(record: StepRecord, context: Context) -> int:
    """Return how many Bronze rows the claimed batches hold."""
    claimed = {(source, batch) for source, batches in record.inputs["batches"].items() for batch in batches}
    return sum(file.rows or 0 for file in ledger.deliveries(context.lake) if (file.source, file.batch_id) in claimed)
