"""What can be seen of the API from outside: figures for Prometheus, and the access log. Written on the event loop."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from starlette.types import Scope

if TYPE_CHECKING:
    from hub_api_parts.context import Context

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
LANE_COUNTERS = ("pushed", "ran", "failed", "expired", "cancelled", "abandoned", "refused_full", "refused_closed",
                 "refused_producers", "waited_for_room", "wakeups", "drains", "budget_cuts")
LANE_GAUGES = ("depth", "bytes", "producers", "oldest_age")
QUANTILES = (("0.5", "p50"), ("0.9", "p90"), ("0.99", "p99"), ("1", "max"))
UNROUTED = "none"  # the label of requests that no route matched: their paths have no bound


class Seen:
    """One for each run of the server, with a registry of its own, so that nothing is left of the run before."""

    def __init__(self, context: "Context") -> None:
        self._context = context
        self.registry = CollectorRegistry()
        self.requests = Counter("hub_api_requests", "Requests answered.", ("method", "route", "status"), registry=self.registry)
        self.seconds = Histogram("hub_api_request_seconds", "How long an answer took.", ("route",), buckets=BUCKETS,
                                 registry=self.registry)
        ProcessCollector(registry=self.registry)
        self.registry.register(HubFigures(context))

    def request(self, scope: Scope, status: int, seconds: float) -> None:
        """One request has been answered, with status 0 if its client went away."""
        route = getattr(scope.get("route"), "path", None) or UNROUTED
        method = scope["method"] if scope["method"] in ("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS") else "other"
        self.requests.labels(method, route, status).inc()
        self.seconds.labels(route).observe(seconds)
        log = self._context.access_log
        if log is not None:
            identity = scope.get("state", {}).get("identity")
            client = scope.get("client")
            log.write(client=client[0] if client else "", token=identity.name if identity else "", method=scope["method"],
                      path=scope["path"], status=status, milliseconds=round(seconds * 1000, 2))


class HubFigures(Collector):
    """Figures of the hub and of its queue, read when they are asked for. Never needs the hub thread."""

    def __init__(self, context: "Context") -> None:
        self._context = context

    def describe(self) -> list[Metric]:
        return []  # nothing is read when it is registered

    def collect(self) -> Iterator[Metric]:
        context = self._context
        stats, snapshot = context.vh.stats(), context.vh.snapshot()
        yield from _lane(stats)
        for name, text, value in (
            ("hub_users", "Connected users, bots not counted.", snapshot.users_count),
            ("hub_operators", "Who is shown as an operator.", len(snapshot.ops)),
            ("hub_bots", "Bots.", len(snapshot.bots)),
            ("hub_share_bytes", "What all users share together.", snapshot.total_share),
            ("hub_copy_age_seconds", "Since the live copy was the latest news.", snapshot.age),
            ("hub_api_under_way", "Requests under way.", context.gauge.under_way),
            ("hub_api_listeners", "Clients of /events and /ws.", context.stream.listeners),
        ):
            yield GaugeMetricFamily(name, text, value)
        for name, text, count in (
            ("hub_api_events", "Events of the hub that were offered to listeners.", context.stream.count),
            ("hub_api_events_skipped", "Events that came too fast to be kept.", context.stream.skipped),
            ("hub_api_rate_limited", "Requests refused because there were too many.",
             context.limits.refused + context.wrong_tokens.refused),
            ("hub_api_repeated", "Requests answered from their Idempotency-Key.", context.answers.repeated),
            ("hub_api_audit_lost", "Lines of the audit log that could not be written.", context.audit.lost),
        ):
            yield CounterMetricFamily(name, text, count)


def _lane(stats: dict[str, Any]) -> Iterator[Metric]:
    for name in LANE_GAUGES:
        yield GaugeMetricFamily(f"vhpy_queue_{name}", f"The queue to the hub thread: {name}.", stats[name])
    for name in LANE_COUNTERS:
        yield CounterMetricFamily(f"vhpy_queue_{name}", f"The queue to the hub thread: {name}.", stats[name])
    yield GaugeMetricFamily("vhpy_hub_thread_busy_seconds", "For how long the hub thread has been at one thing.",
                            stats["hub_thread_busy_for"])
    for name, text in (("wait", "How long calls waited for the hub thread."), ("run", "How long calls took there.")):
        family = GaugeMetricFamily(f"vhpy_call_{name}_seconds", f"{text} Sampled, within a factor of two.", labels=["quantile"])
        for quantile, key in QUANTILES:
            family.add_metric([quantile], stats[name][key])
        yield family


def metrics_page(context: "Context") -> tuple[bytes, str]:
    """The page that Prometheus reads, and its content type."""
    return generate_latest(context.seen.registry), CONTENT_TYPE_LATEST
