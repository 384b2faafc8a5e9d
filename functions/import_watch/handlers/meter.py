"""Metrics of ticks, as lines of the log that CloudWatch reads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from aws_lambda_powertools import Metrics, single_metric
from aws_lambda_powertools.metrics import MetricUnit

NAMESPACE: Final = "ImportWatch"
UNITS: Final = {"TickDuration": MetricUnit.Milliseconds, "OldestPending": MetricUnit.Seconds}
"""Units of what is not a mere count."""


@dataclass(frozen=True, slots=True)
class Meter:
    """Measures by the function that alarms look at: a worker's ticks are that function's, too."""

    function: str
    # No service as a dimension: it would tell nothing.
    _metrics: Metrics = field(default_factory=lambda: Metrics(namespace=NAMESPACE, service=""))

    def tick(self, watch: str, measures: Mapping[str, float], concerns: Mapping[str, float]) -> None:
        """Write what is counted of a watch's tick, and what of the whole stack."""
        self._line(measures, watch=watch)
        # By the function alone, as an alarm can't add up what is counted by watches.
        self._line(concerns)

    def quarantined(self) -> None:
        """Count it at once: the alarm must ring even if this process dies before its tick has ended."""
        with single_metric(
            name="Quarantined",
            unit=MetricUnit.Count,
            value=1,
            namespace=NAMESPACE,
            default_dimensions={"function": self.function},
        ):
            pass

    def _line(self, measures: Mapping[str, float], **dimensions: str) -> None:
        for name, value in {"function": self.function, **dimensions}.items():
            self._metrics.add_dimension(name, value)
        for name, measure in measures.items():
            self._metrics.add_metric(name, UNITS.get(name, MetricUnit.Count), measure)
        self._metrics.flush_metrics()
