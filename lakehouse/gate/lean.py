"""Spark under Great Expectations without the queries that fetch sample values, which the gate never asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from great_expectations.datasource.fluent.spark_datasource import SparkDatasource
from great_expectations.execution_engine.sparkdf_execution_engine import SparkDFExecutionEngine

if TYPE_CHECKING:
    from collections.abc import Iterable

    from great_expectations.validator.metric_configuration import MetricConfiguration

SAMPLES = ".unexpected_values"
SOURCE = "counting_spark"


class CountingEngine(SparkDFExecutionEngine):
    """Counts bad rows as the original does; answers a request for no sample values without a query.

    The original plans one `limit 0` query per rule: at 25 rules half of what an audit costs.
    """

    def resolve_metrics(
        self,
        metrics_to_resolve: Iterable[MetricConfiguration],
        metrics: dict[Any, Any] | None = None,
        runtime_configuration: dict[str, Any] | None = None,
    ) -> dict[Any, Any]:
        """Compute the metrics."""
        wanted = list(metrics_to_resolve)
        asked = [metric for metric in wanted if not _wants_nothing(metric)]
        empty: dict[Any, Any] = {metric.id: [] for metric in wanted if _wants_nothing(metric)}
        return {**super().resolve_metrics(asked, metrics, runtime_configuration), **empty}


class CountingSpark(SparkDatasource):
    """The Spark source over that engine; Great Expectations finds it by its `type`."""

    type: Literal["counting_spark"] = "counting_spark"  # type: ignore[assignment]
    execution_engine_override: ClassVar[Any] = CountingEngine


def _wants_nothing(metric: MetricConfiguration) -> bool:
    result_format = metric.metric_value_kwargs.get("result_format") or {}
    return metric.metric_name.endswith(SAMPLES) and result_format.get("partial_unexpected_count") == 0
