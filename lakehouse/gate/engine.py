"""Great Expectations as one object: judge a staged frame and facts with one checkpoint, write the result pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import great_expectations as gx
from great_expectations.checkpoint.actions import UpdateDataDocsAction
from great_expectations.core.run_identifier import RunIdentifier
from great_expectations.data_context.types.base import DataContextConfig, ProgressBarsConfig
from great_expectations.exceptions.exceptions import DataContextError

from lakehouse.gate.lean import SOURCE
from lakehouse.gate.suite import expectations
from lakehouse.gate.values import Judged, Page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from great_expectations.core import ExpectationSuiteValidationResult, ExpectationValidationResult
    from great_expectations.core.batch_definition import BatchDefinition

    from lakehouse.gate.values import Part

Named = TypeVar("Named", gx.ExpectationSuite, gx.ValidationDefinition, gx.Checkpoint)
COUNTS_ONLY = {"result_format": "BASIC", "partial_unexpected_count": 0}
"""Counts and nothing else: no extra query, and no value of a row ever reaches the docs."""


class Engine:
    """Great Expectations over the running Spark session; results and pages lie in folders, the rest in memory."""

    def __init__(self, *, site: Path, results: Path) -> None:
        self._context = gx.get_context(mode="ephemeral", project_config=_config(site, results))
        self._pandas = self._context.data_sources.add_pandas("facts")
        self._spark: Any = None

    def judge(self, step: str, parts: Sequence[Part], *, run: str, at: datetime) -> list[Page]:
        """Run one checkpoint over all parts of a step; raises ConfigError for a rule that is declared wrongly."""
        suites = [expectations(part.rules, where=step) for part in parts]
        pages = []
        for part, suite in zip(parts, suites, strict=True):
            checkpoint = self._checkpoint(step, part, suite)
            run_id = RunIdentifier(run_name=f"run-{run}", run_time=at)  # a page reads a name that looks like a time
            done = checkpoint.run(batch_parameters={"dataframe": part.frame}, run_id=run_id)
            pages += [_page(part.name, *found) for found in done.run_results.items()]
        return pages

    def _checkpoint(self, step: str, part: Part, suite: Sequence[Any]) -> gx.Checkpoint:
        rows = gx.ExpectationSuite(name=part.suite, expectations=list(suite))
        definition = gx.ValidationDefinition(
            name=part.suite, data=self._batch(step, part), suite=_put(self._context.suites, rows)
        )
        added = _put(self._context.validation_definitions, definition)
        checkpoint = gx.Checkpoint(
            name=part.suite,
            validation_definitions=[added],
            result_format=COUNTS_ONLY,
            actions=[UpdateDataDocsAction(name="docs")],
        )
        return _put(self._context.checkpoints, checkpoint)

    def _batch(self, step: str, part: Part) -> BatchDefinition[Any]:
        source = self._pandas if _is_pandas(part.frame) else self._spark_source()
        asset = next((known for known in source.assets if known.name == step), None)
        asset = asset or source.add_dataframe_asset(step)
        known = {definition.name: definition for definition in asset.batch_definitions}
        return known.get("rows") or asset.add_batch_definition_whole_dataframe("rows")

    def _spark_source(self) -> Any:
        """Return the Spark source; `persist` would cache every staged frame and never free it."""
        if self._spark is None:
            self._spark = getattr(self._context.data_sources, f"add_{SOURCE}")("staging", persist=False)
        return self._spark


def _put(known: Any, named: Named) -> Named:
    """Add a suite, definition or checkpoint, in place of one of its name; to compare them costs more than the audit."""
    try:
        added: Named = known.add(named)
    except DataContextError:
        known.delete(named.name)
        added = known.add(named)
    return added


def _is_pandas(frame: object) -> bool:
    return type(frame).__module__.startswith("pandas.")


def _config(site: Path, results: Path) -> DataContextConfig:
    """Describe a context that keeps only results and pages on disk."""
    memory = {"class_name": "InMemoryStoreBackend"}
    return DataContextConfig(
        stores={
            "suites": {"class_name": "ExpectationsStore", "store_backend": memory},
            "validation_definition_store": {"class_name": "ValidationDefinitionStore", "store_backend": memory},
            "checkpoints": {"class_name": "CheckpointStore", "store_backend": memory},
            "results": {"class_name": "ValidationResultsStore", "store_backend": _folder(results)},
        },
        expectations_store_name="suites",
        validation_results_store_name="results",
        checkpoint_store_name="checkpoints",
        data_docs_sites={"site": _site(site)},
        progress_bars=ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )


def _site(folder: Path) -> dict[str, Any]:
    views = "lakehouse.gate.views"
    return {
        "class_name": "Site",
        "module_name": views,
        "show_how_to_buttons": False,
        "store_backend": _folder(folder),
        "site_section_builders": {
            "expectations": "None",
            "profiling": "None",
            "validations": {"class_name": "NewPages", "module_name": views},
        },
    }


def _folder(path: Path) -> dict[str, str | bool]:
    return {
        "class_name": "TupleFilesystemStoreBackend",
        "base_directory": str(path.absolute()),
        "suppress_store_backend_id": True,
    }


def _page(name: str, key: Any, result: ExpectationSuiteValidationResult) -> Page:
    told = [(outcome.expectation_config, judged_by(outcome)) for outcome in result.results]
    judged = {config.meta["rule"]: found for config, found in told if config}
    return Page(name, judged, "/".join(("validations", *key.to_tuple())) + ".html")


def judged_by(outcome: ExpectationValidationResult) -> Judged:
    """Read one result; its exceptions come in two shapes: one flat map, or one map per metric."""
    result = outcome.result or {}
    return Judged(
        unexpected=result.get("unexpected_count") or 0,
        elements=result.get("element_count") or 0,
        raised=_raised(outcome.exception_info or {}) or ("" if "element_count" in result else "it counted nothing"),
    )


def _raised(info: Mapping[str, Any]) -> str:
    shapes = [info] if "raised_exception" in info else list(info.values())
    messages = [str(shape.get("exception_message")) for shape in shapes if shape.get("raised_exception")]
    return " ".join("; ".join(dict.fromkeys(messages)).split())[:500]
