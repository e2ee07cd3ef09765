"""Lineage: which version of which table, or which file, went into which version of which table."""

from __future__ import annotations

import csv
import json
import uuid
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from lakehouse import ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lakehouse.lake import Lake
    from lakehouse.ledger import StepRecord

LINEAGE = "lineage"
SCHEMA = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
VERSION_FACET = "https://openlineage.io/spec/facets/1-0-1/DatasetVersionDatasetFacet.json"
PRODUCER = "urn:lakehouse"


@dataclass(frozen=True)
class Edge:
    """One input of one finished step."""

    run_id: str
    step_id: str
    at: datetime
    """End of the step, UTC."""
    source: str
    input: str
    """Table, or the address of a file."""
    input_version: str
    """Version of the table, or the hash of the file's content."""
    output: str
    output_version: int


def edges(lake: Lake) -> Iterator[Edge]:
    """Yield every input of every step that gave a table a new version, oldest first."""
    for step in ledger.steps(lake):
        if step.state == "done" and step.version_after is not None:
            for name, version in inputs_of(step):
                at = step.at or datetime.now(UTC)
                yield Edge(step.run_id, step.step_id, at, step.source, name, version, step.table, step.version_after)


def inputs_of(step: StepRecord) -> Iterator[tuple[str, str]]:
    """Yield what a step read, with its version: files for Bronze, tables otherwise; one that did not exist is none."""
    yield from step.inputs.get("files", {}).items()
    for name, version in step.inputs.get("versions", {}).items():
        if version is not None:
            yield name, str(version)


def write_lineage(lake: Lake, to: Path, *, events: bool) -> Path:
    """Write the edges as `lineage.csv`, or one OpenLineage event per step as `lineage.jsonl`."""
    if events:
        file = to / "lineage.jsonl"
        file.write_text("".join(f"{json.dumps(event)}\n" for event in openlineage(lake)))
        return file
    file = to / "lineage.csv"
    with file.open("w", newline="") as out:
        rows = csv.DictWriter(out, [field.name for field in fields(Edge)])
        rows.writeheader()
        rows.writerows(asdict(edge) for edge in edges(lake))
    return file


def openlineage(lake: Lake) -> Iterator[dict[str, Any]]:
    """Yield one COMPLETE event per step in the words of https://openlineage.io; a run id follows from the step id."""
    steps: dict[str, list[Edge]] = {}
    for edge in edges(lake):
        steps.setdefault(edge.step_id, []).append(edge)
    for step_id, found in steps.items():
        first = found[0]
        yield {
            "eventType": "COMPLETE",
            "eventTime": first.at.isoformat(),
            "producer": PRODUCER,
            "schemaURL": SCHEMA,
            "run": {"runId": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{lake.root}/{step_id}"))},
            "job": {"namespace": lake.root, "name": f"{first.output}@{first.source}" if first.source else first.output},
            "inputs": [dataset(lake, edge.input, edge.input_version) for edge in found],
            "outputs": [dataset(lake, first.output, str(first.output_version))],
        }


def dataset(lake: Lake, name: str, version: str) -> dict[str, Any]:
    """Return a table or file at a version in the words of OpenLineage."""
    facet = {"_producer": PRODUCER, "_schemaURL": VERSION_FACET, "datasetVersion": version}
    return {"namespace": lake.root, "name": name, "facets": {"version": facet}}
