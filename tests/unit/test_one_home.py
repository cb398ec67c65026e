"""What has to stand in two places is the same in both. Each test names the two, so that a failure says which to change.

Belongs here: equality of two homes of one list, where neither can be read from the other. Does not belong here: whether either is
right, or files that are written out of the contracts (test_templates.py has those).
"""

from __future__ import annotations

import ast
import csv
import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from methods import signals
from orchestration import contracts
from orchestration.defs.raw import TOGETHER
from tests.conftest import ROOT
from tests.macro_sql import render
from tests.mart_contracts import marts


@cache
def seed(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a seed, wherever below seeds/ it lies."""
    (file,) = (ROOT / "seeds").rglob(f"{name}.csv")
    with file.open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


@cache
def described_seeds() -> dict[str, dict[str, Any]]:
    """What the YAML beside the seeds says of each."""
    files_read = (yaml.safe_load(file.read_text(encoding="utf-8")) for file in (ROOT / "seeds").rglob("*.yml"))
    return {described["name"]: described for content in files_read for described in content["seeds"]}


@cache
def constants() -> list[tuple[str, str]]:
    """(name, file) of every constant of a module."""
    found = []
    for package in ("dashboards", "orchestration"):
        for file in sorted((ROOT / package).rglob("*.py")):
            for node in ast.parse(file.read_text(encoding="utf-8")).body:
                targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
                found += [
                    (name.id, file.relative_to(ROOT).as_posix()) for name in targets if isinstance(name, ast.Name)
                ]
    return found


def constant(name: str, place: str) -> Any:
    """The one constant of this name in a file or below a folder of the tree, in whichever module it is."""
    (home,) = {file for known, file in constants() if known == name and file.startswith(place)}
    module = home.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return getattr(importlib.import_module(module), name)


def accepted(mart: str, column: str) -> set[str]:
    """The values a column of a mart may have, by its contract."""
    (listed,) = [
        found[1]
        for rule in marts()[mart].checks
        if (found := re.fullmatch(rf"(?:{column} is null or )?{column} in \((.*)\)", rule))
    ]
    return set(re.findall(r"'([^']*)'", listed))


def accepted_in_seed(name: str, column: str) -> set[str]:
    """The values a column of a seed may have, by the test beside it."""
    (described,) = [entry for entry in described_seeds()[name]["columns"] if entry["name"] == column]
    (values_test,) = [test["accepted_values"] for test in described["data_tests"] if "accepted_values" in test]
    return set(values_test["arguments"]["values"])


@dataclass(frozen=True)
class Words:
    """Words of a page or a figure for the values of a column; `silent` are the values it has no words for."""

    name: str
    folder: str
    mart: str
    column: str
    silent: frozenset[str] = frozenset()


_NOT_SAID = frozenset({"cannot_say"})
_NO_METHOD = frozenset({"none"})
WORDS = [
    Words("STATUS_WORDS", "dashboards/shared", "trend_series", "status"),
    Words("BENCHMARKS", "dashboards/topics/compare", "comparison", "benchmark"),
    Words("PLACES", "dashboards/topics/compare", "funnel", "position", _NOT_SAID),
    Words("GAPS", "dashboards/topics/compare", "pupil_gap", "verdict", _NOT_SAID),
    Words("_VERDICTS", "dashboards/topics/curves", "curve", "verdict"),
    Words("_ASSURANCE", "dashboards/topics/curves", "curve", "assurance"),
    Words("METHODS", "dashboards/topics/curves", "forecast_backtest", "method"),
    Words("_REASONS", "dashboards/topics/curves", "forecast_backtest", "reason_id"),
    Words("_LOOKS", "dashboards/topics/impact", "impact_estimate", "verdict"),
    Words("_METHODS", "dashboards/topics/impact", "impact_estimate", "method", _NO_METHOD),
    Words("_BEFORE", "dashboards/topics/impact", "impact_estimate", "pre_trend"),
    Words("EVENTS", "dashboards/topics/impact", "impact_estimate", "event_type"),
    Words("_HAPPENED", "dashboards/topics/impact", "impact_estimate", "event_type"),
    Words("EVENT_LABELS", "dashboards/topics/impact", "impact_estimate", "event_type"),
    Words("_CHANGES", "dashboards/topics/risk", "risk_register", "change"),
    Words("ROLES", "dashboards/topics/school", "fct_rating", "respondent_role"),
    Words("_METHODS", "dashboards/topics/trends", "trend_series", "ci_method", _NO_METHOD),
    Words("_TRENDS", "dashboards/topics/trends", "trend_signal", "trend_verdict"),
    Words("_POINTS", "dashboards/topics/trends", "trend_signal", "spc_variation"),
    Words("_ASSURANCE", "dashboards/topics/trends", "trend_signal", "spc_assurance"),
    Words("RULES", "dashboards/topics/trends", "trend_signal", "sentence_rule", _NOT_SAID | _NO_METHOD),
    Words("_MARKS", "dashboards/figures/funnel.py", "funnel", "verdict", _NOT_SAID),
    Words("_MARKS", "dashboards/figures/spc.py", "trend_signal", "spc_variation"),
]


@pytest.mark.parametrize("said", WORDS, ids=lambda said: f"{said.folder} {said.name}-{said.mart}.{said.column}")
def test_there_are_words_for_what_a_mart_may_say(said: Words) -> None:
    """A dictionary of words against the contract of the column: a value without words is an error on a page, or shown raw."""
    of_column = accepted(said.mart, said.column)
    words = set(constant(said.name, said.folder))
    assert words == of_column - said.silent, (
        f"{said.name} of {said.folder} against the contract of {said.mart}.{said.column}"
    )
    assert said.silent <= of_column


@pytest.mark.parametrize("mart", ["trend_signal", "rating_signal"])
@pytest.mark.parametrize("column", ["trend_direction", "trend_verdict", "spc_rule", "spc_variation", "sentence_rule"])
def test_a_mart_accepts_the_words_of_its_method(mart: str, column: str) -> None:
    """WORDS of methods/signals.py against the contracts of the two marts of signals."""
    assert set(signals.WORDS[column]) == accepted(mart, column)


def test_a_series_may_have_every_status_of_a_figure_and_that_it_is_held_back() -> None:
    """The contract of trend_series.status against those of the marts its figures come from."""
    figures = accepted("fct_outcome", "status")
    assert accepted("benchmark_outcome", "status") == figures
    assert accepted("trend_series", "status") == figures | {"held_back"}


#: (template, column, mart, column) where a mart other than the template's own has a column with the template's choices.
CHOICES = [
    ("template_partnerships", "kind", "dim_partnership", "kind"),
    ("template_memberships", "role", "partnership_membership", "role"),
    ("template_curves", "direction", "curve", "direction"),
    ("template_curves", "priority_number", "curve_essential", "priority_number"),
]


@pytest.mark.parametrize(("dataset_id", "column", "mart", "mart_column"), CHOICES)
def test_a_mart_takes_the_choices_of_its_template(dataset_id: str, column: str, mart: str, mart_column: str) -> None:
    """The choices of seeds/contracts/dataset_columns.csv against the contract of the mart that has them."""
    found = contracts.load()[dataset_id].column(column)
    assert found is not None and set(found.choices) == accepted(mart, mart_column)


#: (seed, column, mart, column, values of the seed that never reach the mart)
PASSED_ON = [
    ("status_codes", "status", "fct_outcome", "status", set()),
    ("indicators", "polarity", "dim_indicator", "polarity", set()),
    ("indicators", "polarity", "trend_signal", "polarity", set()),
    ("forms", "respondent_role", "fct_rating", "respondent_role", set()),
    ("curve_rules", "verdict", "curve", "verdict", set()),
    # a code that says that nothing is known makes no row
    ("inspection_grades", "status", "fct_inspection", "status", {"unavailable"}),
    ("risk_rules", "area_type", "risk_flag", "area_type", set()),
]


@pytest.mark.parametrize(("name", "column", "mart", "mart_column", "stays"), PASSED_ON)
def test_a_mart_accepts_what_a_seed_passes_on(
    name: str, column: str, mart: str, mart_column: str, stays: set[str]
) -> None:
    """The values of a seed against the contract of the mart they come to: another one would stop the build."""
    assert {row[column] for row in seed(name)} - stays <= accepted(mart, mart_column)


def test_sources_are_the_kinds_of_file() -> None:
    """staging/sources.yml against seeds/contracts/datasets.csv, and the kinds dbt reads all together against defs/raw.py."""
    file = ROOT / "dbt_project" / "models" / "staging" / "sources.yml"
    source = next(source for source in yaml.safe_load(file.read_text())["sources"] if source["name"] == "raw")
    described = {table["name"]: table["description"] for table in source["tables"]}
    kinds = contracts.load().values()
    together = {key.path[-1] for key in TOGETHER.values()}
    alone = {kind.id: kind.description for kind in kinds if kind.reader not in TOGETHER}
    assert {name: text for name, text in described.items() if name not in together} == alone
    for reader, key in TOGETHER.items():
        table = next(table for table in source["tables"] if table["name"] == key.path[-1])
        place = table["config"]["meta"]["external_location"]
        prefix = place.split("'raw/")[1].split("*")[0]
        # what the pattern of folders takes in is what has that reader, and nothing else
        assert {kind.id for kind in kinds if kind.id.startswith(prefix)} == {
            kind.id for kind in kinds if kind.reader == reader
        }


def test_readers_are_those_of_the_kinds_of_file() -> None:
    """readers/files.py and readers/check.py against seeds/contracts/datasets.csv and the test beside it."""
    kinds = contracts.load().values()
    assert (
        set(constant("_READERS", "orchestration/readers"))
        == {kind.reader for kind in kinds}
        == accepted_in_seed("datasets", "reader")
    )
    assert set(constant("_READERS", "orchestration/readers")) >= constant("_EVERY_SHEET", "orchestration/readers")
    keys = constant("_KEYS", "orchestration/readers")
    keyed = {kind.id for kind in kinds if kind.reader in ("performance_tables", "register", "inspections")}
    assert set(keys) == keyed
    for dataset_id, names in keys.items():
        assert set(names) <= {column.name for column in contracts.load()[dataset_id].columns}, dataset_id


def test_tidy_files_are_counted_by_a_column_they_have() -> None:
    """macros/ees.sql against seeds/contracts/datasets.csv and seeds/contracts/dataset_columns.csv."""
    listed = ast.literal_eval(render("{{ ees_datasets() }}").strip())
    tidy = {kind.id: kind for kind in contracts.load().values() if kind.reader == "ees"}
    assert {entry["id"] for entry in listed} == set(tidy)
    for entry in listed:
        kind = tidy[entry["id"]]
        known = {name.casefold() for name in (*kind.measures, *(column.name for column in kind.columns))}
        assert entry["pupils"].casefold() in known, f"macros/ees.sql counts {entry['id']} by a column it does not have"


def test_seeds_name_their_columns_once_more_for_their_types() -> None:
    """`column_types` of the YAML beside a seed against its header: a name that is not there leaves a column to be guessed."""
    for name, described in described_seeds().items():
        types = described.get("config", {}).get("column_types", {})
        assert set(types) <= set(seed(name)[0]), name


def test_terms_are_called_alike() -> None:
    """readers/values.py and the test beside seeds/schools/terms.csv against the list of terms."""
    names = {row["term_name"] for row in seed("terms")}
    assert (
        set(constant("_TERM_NAMES", "orchestration/readers").split("|"))
        == names
        == accepted_in_seed("terms", "term_name")
    )
    for row in seed("terms"):
        assert row["term_id"] == f"{row['academic_year']} {row['term_name']}"


def test_what_becomes_of_a_file_is_called_alike() -> None:
    """What orchestration/ and the two marts write against the contracts of file_log and file_history."""
    written = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "orchestration").rglob("*.py"))
    for mart, column in (("file_log", "status"), ("file_history", "event")):
        (file,) = (ROOT / "dbt_project" / "models" / "marts").rglob(f"{mart}.sql")
        made = file.read_text(encoding="utf-8")
        for value in accepted(mart, column):
            assert f'"{value}"' in written or f"'{value}'" in made, f"nothing makes {mart}.{column} = {value!r}"


def test_columns_of_the_log_are_those_dbt_reads() -> None:
    """The columns raw is written with (orchestration) against staging/landing."""
    for table, columns in (
        ("files", "FILE_LOG_COLUMNS"),
        ("history", "HISTORY_COLUMNS"),
        ("rejects", "REJECT_COLUMNS"),
    ):
        # the file log is read by family, with one macro
        (file,) = (ROOT / "dbt_project").rglob("landed_files.sql" if table == "files" else f"stg_landing__{table}.sql")
        read = set(re.findall(r"cast\((?:coalesce\()?(\w+)", file.read_text(encoding="utf-8")))
        assert read and read <= set(constant(columns, "orchestration")), (
            f"stg_landing__{table} reads what {columns} does not have"
        )


def test_ranks_of_releases_are_alike() -> None:
    """The order of files in orchestration against the macro release_order: the later of two files is the same one for both."""
    order = render("{{ release_order('r') }}")
    ranks = {name: int(rank) for name, rank in re.findall(r"'(\w+)' then (\d)", order)}
    others = constant("_RELEASE_RANK", "orchestration")
    assert sorted(ranks, key=lambda name: ranks[name])[:2] == sorted(others, key=lambda name: others[name])


def test_pages_name_indicators_that_are_there() -> None:
    """Indicators written into pages, models and methods against seeds/outcomes/indicators.csv."""
    known = {row["indicator_id"] for row in seed("indicators")}
    assert set(constant("KEY_INDICATORS", "dashboards/topics/overview")) <= known
    shapes = re.compile(
        r"['\"]((?:ks2|ks4|ks5|absence|fsm|eal|ehcp|sen|suspension|permanent)_[a-z0-9_]*(?:_pct|_rate|_progress|_points|_aps|8|_added))['\"]"
    )
    for place in ("dbt_project/models", "dbt_project/macros", "dashboards"):
        for file in (ROOT / place).rglob("*"):
            if file.suffix in (".sql", ".py"):
                assert set(shapes.findall(file.read_text(encoding="utf-8"))) <= known, file


def test_small_numbers_are_small_everywhere() -> None:
    """Words about few pupils and few answers (dashboards) against indicators.csv and a variable of dbt_project.yml."""
    assert {int(row["minimum_pupils"]) for row in seed("indicators") if row["unit"] != "pupils"} == {
        constant("MINIMUM_PUPILS", "dashboards/shared")
    }
    settings = yaml.safe_load((ROOT / "dbt_project" / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
    assert settings["rating_least_answers"] == constant("FEW_ANSWERS", "dashboards/topics/overview")


def test_ways_of_forecasting_are_those_that_are_tried() -> None:
    """The variable forecast_methods of dbt_project.yml against the contract of forecast_backtest."""
    settings = yaml.safe_load((ROOT / "dbt_project" / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
    assert set(settings["forecast_methods"]) == accepted("forecast_backtest", "method")


def test_every_verdict_of_a_curve_has_its_rule() -> None:
    """marts/curves/curve.sql against seeds/rules/curve_rules.csv: a curve whose rule is not in the list is no row of the mart."""
    (file,) = (ROOT / "dbt_project" / "models").rglob("curve.sql")
    case = file.read_text(encoding="utf-8").split("end as rule_id")[0].rpartition("case\n")[2]
    given = re.findall(r"(?:then|else) '(\w+)'", case)
    assert sorted(given) == sorted(row["rule_id"] for row in seed("curve_rules"))


def test_every_reason_of_a_verdict_has_its_sentence() -> None:
    """comparison.sql and int_area_series__benchmarked.sql against seeds/rules/verdict_reasons.csv, both ways."""
    (beside,) = (ROOT / "dbt_project" / "models").rglob("comparison.sql")
    (series,) = (ROOT / "dbt_project" / "models").rglob("int_area_series__benchmarked.sql")
    cases = beside.read_text(encoding="utf-8").split("end as reason_id")[0]
    cases += series.read_text(encoding="utf-8").split("reasoned as (")[1].split("end as why_not")[0]
    given = set(re.findall(r"(?:then|else) '(\w+)'", cases))
    assert given == {row["reason_id"] for row in seed("verdict_reasons")}


def test_every_reason_of_an_estimate_has_its_sentence() -> None:
    """methods/impact.py against seeds/rules/impact_reasons.csv, both ways."""
    text = (ROOT / "methods" / "impact.py").read_text(encoding="utf-8")
    verdicts = "|".join(accepted("impact_estimate", "verdict"))
    last = text.split("def _why_nothing")[1].split("\n\n\n")[0].split('"""')[2]
    given = {
        *re.findall(rf'"(?:{verdicts})", "(\w+)"', text),
        *re.findall(r'reason = "(\w+)"', text),
        *re.findall(r'"(\w+)"', last),
    }
    assert given == {row["reason_id"] for row in seed("impact_reasons")}


def test_a_question_takes_what_its_mart_has() -> None:
    """Kinds of parameters that list values (questions.py of a topic) against the contract of the column they are for."""
    for kind, mart, column in (
        (constant("BENCHMARK", "dashboards/topics/compare"), "comparison", "benchmark"),
        (constant("EVENT", "dashboards/topics/impact"), "impact_estimate", "event_type"),
    ):
        known = accepted(mart, column)
        assert all(kind.accepts(value) for value in known) and not kind.accepts("sly"), f"{mart}.{column}"


def test_the_docs_list_the_codes_with_the_words_of_the_pages() -> None:
    """The table *Missing is not zero* of docs/getting-data-in.md against status_codes.csv and shared/wording.py."""
    text = (ROOT / "docs" / "getting-data-in.md").read_text(encoding="utf-8")
    table = text.split("## Missing is not zero")[1].split("\n\n")[0]
    said = {
        word: set(re.findall("`([^`]+)`", codes)) for word, codes in re.findall(r"\| ([a-z ]+) \| (.*`.*) \|", table)
    }
    words, known = constant("STATUS_WORDS", "dashboards/shared"), dict[str, set[str]]()
    for row in seed("status_codes"):
        if row["dataset_id"] == "*":
            known.setdefault(words[row["status"]], set()).add(row["code"])
    assert said == known


def test_the_readme_names_files_that_are_there() -> None:
    """The table *Adding to it* of README.md against the tree."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    table = text.split("## Adding to it")[1].split("\n## ")[0]
    named = re.findall(r"`([\w./-]+\.(?:csv|sql|yml))`", table)
    assert len(named) > 20
    there = {file.name for folder in ("seeds", "dbt_project") for file in (ROOT / folder).rglob("*")}
    assert [name for name in named if Path(name).name not in there] == []


def _tables_made(module: ast.Module) -> Iterator[tuple[str, str]]:
    """(table, columns) of every `create table` in the texts of a module, and of its dictionaries from tables to columns."""
    known = {
        target.id: node.value.value
        for node in module.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }

    def text(node: ast.expr | None) -> str:
        if isinstance(node, ast.JoinedStr):
            return "".join(text(part.value if isinstance(part, ast.FormattedValue) else part) for part in node.values)
        if isinstance(node, ast.Name):
            return known.get(node.id, "")
        return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""

    for node in ast.walk(module):
        if isinstance(node, ast.JoinedStr | ast.Constant):
            yield from re.findall(r"create table (\w+) \(([^()]+)\)", text(node), re.IGNORECASE)
        elif isinstance(node, ast.Dict):
            yield from (pair for pair in zip(map(text, node.keys), map(text, node.values), strict=True) if all(pair))


def test_tables_of_marts_that_tests_make_by_hand_have_their_columns() -> None:
    """Tables that tests make with some columns of a mart or a seed, against its contract or its header."""
    looked_at, wrong = set(), []
    for file in (ROOT / "tests").rglob("*.py"):
        for name, columns in _tables_made(ast.parse(file.read_text(encoding="utf-8"))):
            typed = re.findall(r"(\w+) (varchar|double|bigint|integer|boolean|date|timestamp)\b", columns)
            known = marts()[name].columns if name in marts() else {}
            header = list(seed(name)[0]) if name in described_seeds() else []
            for column, kind in typed if known or header else []:
                looked_at.add((file.name, name))
                if column not in header and known.get(column) != kind:
                    wrong.append(f"{file.name}: {name}.{column} {kind}")
    assert len(looked_at) > 10
    assert wrong == []
