"""What has to stand in two places is the same in both. Each test names the two, so that a failure says which to change.

Belongs here: equality of two homes of one list, where neither can be read from the other. Does not belong here: whether either is
right, or files that are written out of the contracts (test_templates.py has those).
"""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from dashboards.figures import funnel, spc
from dashboards.shared import wording
from dashboards.topics.compare import questions as compare_questions
from dashboards.topics.compare import sentences as compare
from dashboards.topics.curves import sentences as curves
from dashboards.topics.impact import page as impact_page
from dashboards.topics.impact import questions as impact_questions
from dashboards.topics.impact import sentences as impact
from dashboards.topics.overview import page as overview_page
from dashboards.topics.overview import sentences as overview
from dashboards.topics.risk import sentences as risk
from dashboards.topics.school import tables as school
from dashboards.topics.trends import page as trends_page
from dashboards.topics.trends import sentences as trend_words
from dashboards.topics.trends import signals as trends
from methods import signals
from orchestration import contracts
from orchestration.defs.raw import TOGETHER
from orchestration.landing import log
from orchestration.raw import layout
from orchestration.readers import files, values
from orchestration.readers.check import cells
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
    """Words of a page, a figure or a method for the values of a column; `silent` are the values it has no words for."""

    where: str
    words: Collection[str]
    mart: str
    column: str
    silent: frozenset[str] = frozenset()


_NOT_SAID = frozenset({"cannot_say"})
_NO_METHOD = frozenset({"none"})
WORDS = [
    Words("shared/wording.py STATUS_WORDS", wording.STATUS_WORDS, "trend_series", "status"),
    Words("topics/compare/sentences.py BENCHMARKS", compare.BENCHMARKS, "comparison", "benchmark"),
    Words("topics/compare/sentences.py PLACES", compare.PLACES, "funnel", "position", _NOT_SAID),
    Words("topics/compare/sentences.py GAPS", compare.GAPS, "pupil_gap", "verdict", _NOT_SAID),
    Words("figures/funnel.py _MARKS", funnel._MARKS, "funnel", "verdict", _NOT_SAID),
    Words("topics/curves/sentences.py _VERDICTS", curves._VERDICTS, "curve", "verdict"),
    Words("topics/curves/sentences.py _ASSURANCE", curves._ASSURANCE, "curve", "assurance"),
    Words("topics/curves/sentences.py METHODS", curves.METHODS, "forecast_backtest", "method"),
    Words("topics/curves/sentences.py _REASONS", curves._REASONS, "forecast_backtest", "reason"),
    Words("topics/impact/sentences.py _LOOKS", impact._LOOKS, "impact_estimate", "verdict"),
    Words("topics/impact/sentences.py _METHODS", impact._METHODS, "impact_estimate", "method", _NO_METHOD),
    Words("topics/impact/sentences.py _BEFORE", impact._BEFORE, "impact_estimate", "pre_trend"),
    Words("topics/impact/sentences.py EVENTS", impact.EVENTS, "impact_estimate", "event_type"),
    Words("topics/impact/sentences.py _HAPPENED", impact._HAPPENED, "impact_estimate", "event_type"),
    Words("topics/impact/page.py _EVENTS", impact_page._EVENTS, "impact_estimate", "event_type"),
    Words("topics/risk/sentences.py _CHANGES", risk._CHANGES, "risk_register", "change"),
    Words("topics/school/tables.py ROLES", school.ROLES, "fct_rating", "respondent_role"),
    Words("topics/trends/sentences.py _METHODS", trend_words._METHODS, "trend_series", "ci_method", _NO_METHOD),
    Words("topics/trends/signals.py _TRENDS", trends._TRENDS, "trend_signal", "trend_verdict"),
    Words("topics/trends/signals.py _POINTS", trends._POINTS, "trend_signal", "spc_variation"),
    Words("topics/trends/signals.py _ASSURANCE", trends._ASSURANCE, "trend_signal", "spc_assurance"),
    Words("topics/trends/signals.py RULES", trends.RULES, "trend_signal", "sentence_rule", _NOT_SAID | _NO_METHOD),
    Words("figures/spc.py _MARKS", spc._MARKS, "trend_signal", "spc_variation"),
    *(
        Words(f"methods/signals.py WORDS[{column!r}]", signals.WORDS[column], mart, column)
        for column in ("trend_direction", "trend_verdict", "spc_rule", "spc_variation", "sentence_rule")
        for mart in ("trend_signal", "rating_signal")
    ),
]


def test_a_series_may_have_every_status_of_a_figure_and_that_it_is_held_back() -> None:
    """Contract of trend_series.status against that of fct_outcome.status."""
    assert accepted("trend_series", "status") == accepted("fct_outcome", "status") | {"held_back"}


@pytest.mark.parametrize("said", WORDS, ids=lambda said: f"{said.where}-{said.mart}.{said.column}")
def test_there_are_words_for_what_a_mart_may_say(said: Words) -> None:
    """A dictionary of words against the contract of the column: a value without words is an error on a page, or shown raw."""
    values_of_column = accepted(said.mart, said.column)
    assert set(said.words) == values_of_column - said.silent, (
        f"{said.where} against the contract of {said.mart}.{said.column}"
    )
    assert said.silent <= values_of_column


#: (template, column, mart, column) where a mart other than the template's own has a column with the template's choices.
CHOICES = [
    ("template_partnerships", "kind", "dim_partnership", "kind"),
    ("template_memberships", "role", "partnership_membership", "role"),
    ("template_curves", "direction", "curve", "direction"),
    ("template_curves", "priority_number", "curve_essential", "priority_number"),
]


@pytest.mark.parametrize(("dataset_id", "column", "mart", "mart_column"), CHOICES)
def test_a_mart_takes_the_choices_of_its_template(dataset_id: str, column: str, mart: str, mart_column: str) -> None:
    """The choices of seeds/dataset_columns.csv against the contract of the mart that has them."""
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
    """staging/sources.yml against seeds/datasets.csv, and the kinds dbt reads all together against defs/raw.py."""
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
    """readers/files.py and readers/check.py against seeds/datasets.csv and the test beside it."""
    kinds = contracts.load().values()
    assert set(files._READERS) == {kind.reader for kind in kinds} == accepted_in_seed("datasets", "reader")
    assert set(files._READERS) >= files._EVERY_SHEET
    keyed = {kind.id for kind in kinds if kind.reader in ("performance_tables", "register", "inspections")}
    assert set(cells._KEYS) == keyed
    for dataset_id, names in cells._KEYS.items():
        assert set(names) <= {column.name for column in contracts.load()[dataset_id].columns}, dataset_id


def test_tidy_files_are_counted_by_a_column_they_have() -> None:
    """macros/ees.sql against seeds/datasets.csv and seeds/dataset_columns.csv."""
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
    """readers/values.py and the test beside seeds/terms.csv against the list of terms."""
    names = {row["term_name"] for row in seed("terms")}
    assert set(values._TERM_NAMES.split("|")) == names == accepted_in_seed("terms", "term_name")
    for row in seed("terms"):
        assert row["term_id"] == f"{row['academic_year']} {row['term_name']}"


def test_what_becomes_of_a_file_is_called_alike() -> None:
    """What orchestration/ and the two marts write against the contracts of file_log and file_history."""
    written = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "orchestration").rglob("*.py"))
    for mart, column in (("file_log", "status"), ("file_history", "event")):
        for value in accepted(mart, column):
            made = (ROOT / "dbt_project" / "models" / "marts" / "quality" / f"{mart}.sql").read_text(encoding="utf-8")
            assert f'"{value}"' in written or f"'{value}'" in made, f"nothing makes {mart}.{column} = {value!r}"


def test_columns_of_the_log_are_those_dbt_reads() -> None:
    """orchestration/raw/layout.py against staging/landing."""
    for table, columns in (
        ("files", layout.FILE_LOG_COLUMNS),
        ("history", layout.HISTORY_COLUMNS),
        ("rejects", layout.REJECT_COLUMNS),
    ):
        (file,) = (ROOT / "dbt_project" / "models").rglob(f"stg_landing__{table}.sql")
        read = set(re.findall(r"cast\((?:coalesce\()?(\w+)", file.read_text(encoding="utf-8")))
        assert read <= set(columns), f"stg_landing__{table} reads what raw does not write"


def test_ranks_of_releases_are_alike() -> None:
    """landing/log.py against the macro release_order: the later of two files is the same one for both."""
    order = render("{{ release_order('r') }}")
    ranks = {name: int(rank) for name, rank in re.findall(r"'(\w+)' then (\d)", order)}
    assert sorted(ranks, key=lambda name: ranks[name])[:2] == sorted(
        log._RELEASE_RANK, key=lambda n: log._RELEASE_RANK[n]
    )


def test_pages_name_indicators_that_are_there() -> None:
    """Indicators written into pages, models and methods against seeds/indicators.csv."""
    known = {row["indicator_id"] for row in seed("indicators")}
    assert set(overview_page.KEY_INDICATORS) <= known and trends_page._DEFAULT in known
    shapes = re.compile(
        r"'((?:ks2|ks4|ks5|absence|fsm|eal|ehcp|sen|suspension|permanent)_[a-z0-9_]*(?:_pct|_rate|_progress|_points|_aps|8|_added))'"
    )
    for place in ("dbt_project/models", "dbt_project/macros", "dashboards"):
        for file in (ROOT / place).rglob("*"):
            if file.suffix in (".sql", ".py"):
                assert set(shapes.findall(file.read_text(encoding="utf-8"))) <= known, file


def test_small_numbers_are_small_everywhere() -> None:
    """Words about few pupils and few answers (dashboards) against seeds/indicators.csv and a variable of dbt_project.yml."""
    assert {int(row["minimum_cohort"]) for row in seed("indicators") if row["unit"] != "pupils"} == {
        wording.MINIMUM_COHORT
    }
    settings = yaml.safe_load((ROOT / "dbt_project" / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
    assert settings["rating_least_answers"] == overview.FEW_ANSWERS


def test_ways_of_forecasting_are_those_that_are_tried() -> None:
    """The variable forecast_methods of dbt_project.yml against the contract of forecast_backtest."""
    settings = yaml.safe_load((ROOT / "dbt_project" / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
    assert set(settings["forecast_methods"]) == accepted("forecast_backtest", "method")


def test_every_verdict_of_a_curve_has_its_rule() -> None:
    """marts/curves/curve.sql against seeds/curve_rules.csv: a curve whose rule is not in the list is no row of the mart."""
    (file,) = (ROOT / "dbt_project" / "models").rglob("curve.sql")
    case = file.read_text(encoding="utf-8").split("end as rule_id")[0].rpartition("case\n")[2]
    given = re.findall(r"(?:then|else) '(\w+)'", case)
    assert sorted(given) == sorted(row["rule_id"] for row in seed("curve_rules"))


def test_every_reason_of_an_estimate_has_its_sentence() -> None:
    """methods/impact.py against seeds/impact_reasons.csv, both ways."""
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
        (compare_questions.BENCHMARK, "comparison", "benchmark"),
        (impact_questions.EVENT, "impact_estimate", "event_type"),
    ):
        known = accepted(mart, column)
        assert all(kind.accepts(value) for value in known) and not kind.accepts("sly"), f"{mart}.{column}"


def test_the_docs_list_the_codes_with_the_words_of_the_pages() -> None:
    """The table *Missing is not zero* of docs/getting-data-in.md against seeds/status_codes.csv and shared/wording.py."""
    text = (ROOT / "docs" / "getting-data-in.md").read_text(encoding="utf-8")
    table = text.split("## Missing is not zero")[1].split("\n\n")[0]
    said = {
        word: set(re.findall("`([^`]+)`", codes)) for word, codes in re.findall(r"\| ([a-z ]+) \| (.*`.*) \|", table)
    }
    known: dict[str, set[str]] = {}
    for row in seed("status_codes"):
        if row["dataset_id"] == "*":
            known.setdefault(wording.STATUS_WORDS[row["status"]], set()).add(row["code"])
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
