"""Every alert fires when it should, says what it should, is quiet otherwise, and leads to a page about what to do."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from cift_operator import observability
from cift_operator.local import go_programs

from .cases import CASES, Case, Series

ROOT = Path(__file__).parents[3]
ALERTS = observability.alerts()

promtool = pytest.mark.skipif(go_programs.find("promtool") is None, reason="promtool is missing (Debian: prometheus)")


def run_promtool(*arguments: str | Path) -> str:
    path = go_programs.find("promtool")
    assert path is not None
    done = subprocess.run([path, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "rules.yml"
    path.write_text(observability.rules_file())
    return path


def expected(name: str, case: Case) -> dict[str, Any]:
    rule = ALERTS[name]
    return {
        "exp_labels": rule["labels"] | case.labels,
        "exp_annotations": rule["annotations"] | case.says,
    }


def promtool_test(name: str, series: Series, at: str, alerts: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": name,
        "interval": "15s",
        "input_series": [{"series": series_name, "values": values} for series_name, values in series.items()],
        "alert_rule_test": [{"alertname": name, "eval_time": at, "exp_alerts": alerts}],
    }


def test_every_alert_has_a_case() -> None:
    assert CASES.keys() | {"Watchdog"} == ALERTS.keys()


def test_every_alert_has_a_severity_and_a_runbook_that_somebody_wrote() -> None:
    for name, rule in ALERTS.items():
        assert rule["labels"]["severity"] in observability.ALERT_SEVERITIES, name
        page = ROOT / rule["annotations"]["runbook"]
        text = page.read_text()
        assert text.startswith(f"# {name}\n"), page
        for heading in ("## What it means", "## What it costs", "## What to do"):
            assert heading in text, f"{page}: {heading}"


def test_no_runbook_is_left_over() -> None:
    pages = {page.stem for page in (ROOT / "docs" / "runbooks").glob("*.md")} - {"README"}
    assert pages == ALERTS.keys()


@promtool
def test_every_alert_fires_and_is_quiet(rules: Path) -> None:
    tests = [promtool_test("Watchdog", {"up": "1x20"}, "1m", [expected("Watchdog", Case({}, {}, ""))])]
    for name, case in CASES.items():
        tests.append(promtool_test(name, case.bad, case.at, [expected(name, case)]))
        tests.append(promtool_test(name, case.good, case.at, []))
    document = {"rule_files": [str(rules)], "evaluation_interval": "15s", "tests": tests}
    path = rules.with_name("tests.yml")
    path.write_text(yaml.safe_dump(document, sort_keys=False))
    run_promtool("test", "rules", path)


@promtool
def test_prometheus_takes_the_rules(rules: Path) -> None:
    assert f"{sum(len(group['rules']) for group in observability.rule_groups())} rules found" in run_promtool(
        "check", "rules", rules
    )
