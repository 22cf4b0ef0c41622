"""How our panels look, so that a dashboard says only what it asks. `RATE` is a window that fits the picture's width."""

from dataclasses import dataclass

from grafana_foundation_sdk.builders import common, dashboard, prometheus, stat, timeseries
from grafana_foundation_sdk.models.common import (
    BigValueGraphMode,
    GraphTresholdsStyleMode,
    StackingMode,
    TooltipDisplayMode,
)
from grafana_foundation_sdk.models.dashboard import (
    DashboardCursorSync,
    DashboardLinkType,
    DataSourceRef,
    Threshold,
    ThresholdsMode,
)

RATE = "$__rate_interval"
SOURCE = DataSourceRef(type_val="prometheus", uid="prometheus")
WIDTH, HEIGHT = 8, 8


@dataclass(frozen=True)
class Query:
    """PromQL, and how its series are called."""

    expr: str
    legend: str = ""


@dataclass(frozen=True)
class Panel:
    """A picture over time, or with `now` one number. `limit` is where it becomes bad."""

    title: str
    queries: tuple[Query, ...]
    unit: str = "short"
    what: str = ""
    limit: float | None = None
    stacked: bool = False
    exemplars: bool = False
    now: bool = False
    """The present value alone."""
    empty: bool = False
    """May show nothing: what it tells of does not happen in a healthy run."""
    width: int = WIDTH


@dataclass(frozen=True)
class Dashboard:
    name: str
    title: str
    rows: tuple[tuple[str, tuple[Panel, ...]], ...]

    @property
    def panels(self) -> list[Panel]:
        return [panel for _, panels in self.rows for panel in panels]


def panel(title: str, *queries: Query | str, unit: str = "short", what: str = "", **options: object) -> Panel:
    asked = tuple(Query(query) if isinstance(query, str) else query for query in queries)
    return Panel(title, asked, unit, what, **options)  # type: ignore[arg-type]


def rate(counter: str, by: str = "", matchers: str = "") -> str:
    """A second, of a counter, summed over all but `by`."""
    grouped = f" by ({by})" if by else ""
    return f"sum{grouped} (rate({counter}{{{matchers}}}[{RATE}]))" if matchers else (
        f"sum{grouped} (rate({counter}[{RATE}]))"
    )  # fmt: skip


def quantile(share: float, histogram: str, by: str = "", matchers: str = "") -> str:
    """Of a histogram's name without `_bucket`."""
    grouped = f"le, {by}" if by else "le"
    inner = f"{histogram}_bucket{{{matchers}}}" if matchers else f"{histogram}_bucket"
    return f"histogram_quantile({share}, sum by ({grouped}) (rate({inner}[{RATE}])))"


def quantiles(histogram: str, by: str = "", matchers: str = "") -> tuple[Query, ...]:
    """Median, 99th percentile, and the 99.9th."""
    of = f" {{{{{by}}}}}" if by else ""
    return tuple(
        Query(quantile(share, histogram, by, matchers), f"p{share * 100:g}{of}") for share in (0.5, 0.99, 0.999)
    )


def build(described: Dashboard) -> dashboard.Dashboard:
    """Grafana's model of it."""
    built = (
        dashboard.Dashboard(described.title)
        .uid(f"cift-{described.name}")
        .tags(["cift"])
        .readonly()
        .time("now-30m", "now")
        .refresh("10s")
        .timezone("browser")
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .link(
            dashboard.DashboardLink("CIFT")
            .type(DashboardLinkType.DASHBOARDS)
            .tags(["cift"])
            .as_dropdown(True)
            .keep_time(True)
        )
    )
    for title, panels in described.rows:
        built.with_row(dashboard.Row(title))
        for described_panel in panels:
            built.with_panel(_stat(described_panel) if described_panel.now else _series(described_panel))
    return built


def _targets(described: Panel) -> list[prometheus.Dataquery]:
    targets = []
    for number, query in enumerate(described.queries):
        target = prometheus.Dataquery().expr(query.expr).ref_id(chr(ord("A") + number)).exemplar(described.exemplars)
        targets.append(target.legend_format(query.legend) if query.legend else target)
    return targets


def _thresholds(limit: float | None) -> dashboard.ThresholdsConfig:
    steps = [Threshold(value=None, color="green")]
    if limit is not None:
        steps.append(Threshold(value=limit, color="red"))
    return dashboard.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps)


def _series(described: Panel) -> timeseries.Panel:
    built = (
        timeseries.Panel()
        .title(described.title)
        .description(described.what)
        .datasource(SOURCE)
        .unit(described.unit)
        .min(0)
        .span(described.width)
        .height(HEIGHT)
        .fill_opacity(30 if described.stacked else 8)
        .thresholds(_thresholds(described.limit))
        .tooltip(common.VizTooltipOptions().mode(TooltipDisplayMode.MULTI))
        .targets(_targets(described))  # type: ignore[arg-type]
    )
    if described.stacked:
        built.stacking(common.StackingConfig().mode(StackingMode.NORMAL))
    if described.limit is not None:
        built.thresholds_style(common.GraphThresholdsStyleConfig().mode(GraphTresholdsStyleMode.DASHED))
    return built


def _stat(described: Panel) -> stat.Panel:
    return (
        stat.Panel()
        .title(described.title)
        .description(described.what)
        .datasource(SOURCE)
        .unit(described.unit)
        .span(described.width)
        .height(HEIGHT // 2)
        .graph_mode(BigValueGraphMode.AREA)
        .thresholds(_thresholds(described.limit))
        .targets(_targets(described))  # type: ignore[arg-type]
    )
