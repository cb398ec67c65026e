"""The forms the product hands out: written from the contracts alone, with what a spreadsheet can check by itself."""

from __future__ import annotations

import ast
import csv
import io
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from python_calamine import CalamineWorkbook

from orchestration import contract_files, contracts, templates
from orchestration.contracts import Dataset, seed_file
from orchestration.demo import filled
from orchestration.readers import check_file, values
from tests.conftest import ROOT

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
TEMPLATES = templates.template_datasets()
every_template = pytest.mark.parametrize("dataset", TEMPLATES, ids=templates.file_stem)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("forms") / "new"
    templates.write_templates(folder)
    return folder


def part(workbook: Path, name: str) -> ElementTree.Element:
    with zipfile.ZipFile(workbook) as archive:
        return ElementTree.fromstring(archive.read(name))


def test_there_is_a_template_for_every_kind_of_evidence() -> None:
    promised = """partnerships memberships transition_points agreements reviews maturity_cards insight_profile system_features
        reflection_grid impact_statements review_findings development_visits events attendance roles milestones
        support_offers_needs support_given funding curves step_changes viewers corrections"""
    assert {templates.file_stem(dataset) for dataset in TEMPLATES} >= set(promised.split())


@every_template
def test_the_spreadsheet_opens_with_its_header_and_notes(written: Path, dataset: Dataset) -> None:
    book = CalamineWorkbook.from_path(str(written / f"{templates.file_stem(dataset)}.xlsx"))
    assert book.sheet_names == ["data", "notes"]
    assert book.get_sheet_by_name("data").to_python() == [[column.name for column in dataset.columns]]
    notes = {row[0]: row for row in book.get_sheet_by_name("notes").to_python()[5:]}
    for column in dataset.columns:
        assert notes[column.name][1] == ("yes" if column.required else "no")
        assert notes[column.name][3] == column.note
        assert notes[column.name][5] == column.example


@every_template
def test_every_column_is_checked_as_it_is_typed(written: Path, dataset: Dataset) -> None:
    workbook = written / f"{templates.file_stem(dataset)}.xlsx"
    sheet = part(workbook, "xl/worksheets/sheet1.xml")
    found = {
        re.sub(r"\d", "", str(rule.get("sqref")).split(":")[0]): rule for rule in sheet.iter(f"{MAIN}dataValidation")
    }
    assert len(found) == len(dataset.columns)
    for letter, column in zip(found, dataset.columns, strict=True):
        rule = found[letter]
        assert rule.get("prompt") and rule.get("promptTitle") == column.name[:32]
        kind = {"choice": "list", "flag": "list", "term": "list", "year": "list", "date": "date", "rating": "whole",
                "urn": "whole", "integer": "whole", "number": "decimal"}.get(column.type)  # fmt: skip
        if kind:
            assert rule.get("type") == kind and rule.get("error")
        if column.choices:
            assert rule.findtext(f"{MAIN}formula1") == f'"{",".join(column.choices)}"'
    comments = part(workbook, "xl/comments1.xml")
    assert len(list(comments.iter(f"{MAIN}comment"))) == len(dataset.columns)


def test_lists_of_the_reference_data_are_drop_downs(written: Path) -> None:
    sheet = part(written / "curves.xlsx", "xl/worksheets/sheet1.xml")
    rule = next(rule for rule in sheet.iter(f"{MAIN}dataValidation") if rule.get("promptTitle") == "indicator_id")
    place = rule.findtext(f"{MAIN}formula1") or ""
    letter, first, last = re.findall(r"\$([A-Z]+)\$(\d+):\$[A-Z]+\$(\d+)", place)[0]
    notes = CalamineWorkbook.from_path(str(written / "curves.xlsx")).get_sheet_by_name("notes").to_python()
    listed = [row[ord(letter) - 65] for row in notes[int(first) - 1 : int(last)]]
    assert listed == list(contracts.known_meanings("indicators"))


def test_dates_and_ratings_are_formatted_and_read_back_as_typed(tmp_path: Path) -> None:
    dataset = contracts.load()["template_reviews"]
    rows = filled.reviews(1)[:3]
    path = tmp_path / "reviews.xlsx"
    path.write_bytes(templates.workbook(dataset, rows))
    formats = [entry.get("formatCode") for entry in part(path, "xl/styles.xml").iter(f"{MAIN}numFmt")]
    assert "dd/mm/yyyy" in formats
    assert check_file(path).is_clean
    cells = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("data").to_python()[1]
    place = [column.name for column in dataset.columns].index("focus_agreed_on")
    assert str(cells[place]) == rows[0][place]


@every_template
def test_the_csv_is_its_header_and_nothing_else(written: Path, dataset: Dataset) -> None:
    text = (written / f"{templates.file_stem(dataset)}.csv").read_text(encoding="utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [[column.name for column in dataset.columns]]


def test_the_same_contracts_give_the_same_bytes() -> None:
    dataset = contracts.load()["template_reviews"]
    assert templates.workbook(dataset) == templates.workbook(dataset)


@every_template
def test_every_example_is_right_and_required_columns_have_one(dataset: Dataset) -> None:
    for column in dataset.columns:
        assert column.example or not column.required
        if column.example:
            assert values.complaint(column, column.example) is None


@every_template
def test_rules_are_of_columns_that_are_there(dataset: Dataset) -> None:
    rules = contracts.row_rules(dataset.id)
    names = {column.name for column in dataset.columns}
    assert {rule.column for rule in rules} <= names
    assert {rule.argument for rule in rules if rule.rule == "not_before"} <= names
    assert all(contracts.known_meanings(rule.argument) for rule in rules if rule.rule == "known")
    # as many as the model that ranks rows by their key looks at
    assert 1 <= sum(rule.rule == "key" for rule in rules) <= 6


def test_models_ask_templates_for_columns_they_have() -> None:
    """A model that names a column its template does not have reads blanks without an error."""
    asked = []
    for file in (ROOT / "dbt_project" / "models").rglob("*.sql"):
        for dataset_id, columns in re.findall(r"template_rows\('(\w+)', (\{.*?\})\)", file.read_text(), re.DOTALL):
            known = {column.name: column for column in contracts.load()[dataset_id].columns}
            for name, data_type in ast.literal_eval(columns).items():
                asked.append((file.stem, name))
                assert name in known, (
                    f"{file.name} reads {dataset_id}.{name}, which seeds/contracts/dataset_columns.csv does not have"
                )
                fits = {"varchar", contract_files.WAREHOUSE_TYPES[known[name].type]}
                assert data_type in fits, f"{file.name} reads {dataset_id}.{name} as {data_type}, not as one of {fits}"
    assert len(asked) > 40


@pytest.mark.parametrize("dataset_id", [name for name in filled.FILLED if name != "template_funding"])
@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_what_the_demo_writes_is_right(tmp_path: Path, dataset_id: str, suffix: str) -> None:
    dataset, rows = contracts.load()[dataset_id], filled.FILLED[dataset_id](1)
    path = tmp_path / f"form{suffix}"
    content = templates.workbook(dataset, rows) if suffix == ".xlsx" else templates.csv_text(dataset, rows).encode()
    path.write_bytes(content)
    report = check_file(path)
    assert report.is_clean, report.to_text()
    assert report.tables[0].dataset_id == dataset_id and report.tables[0].rows == len(rows) > 0


def test_a_new_template_is_lines_of_data(tmp_path: Path) -> None:
    for folder in ("orchestration", "seeds"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    lines = {
        "datasets.csv": "template_walks,Walks (template),template,partnership,walk_id|seen,,,none,reject,One row per walk",
        "dataset_columns.csv": "template_walks,walk_id,,code,true,,false,Code of the walk,W1\n"
        "template_walks,seen,,choice,true,little|much,false,How much was seen,much",
        "row_rules.csv": "template_walks,walk_id,key,",
    }
    for name, text in lines.items():
        with seed_file(name, tmp_path / "seeds").open("a", encoding="utf-8") as file:
            file.write(f"{text}\n")
    process = subprocess.run(
        [sys.executable, "-m", "orchestration.cli", "templates", "forms"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert process.returncode == 0, process.stderr
    assert f"Wrote {len(TEMPLATES) + 1} templates" in process.stdout
    header = CalamineWorkbook.from_path(str(tmp_path / "forms/walks.xlsx")).get_sheet_by_name("data").to_python()
    assert header == [["walk_id", "seen"]]
    # its mart is one line below a comment: the contract is written from the same lines
    mart = tmp_path / "marts" / "walk.sql"
    mart.parent.mkdir()
    mart.write_text("-- What was seen on learning walks.\n{{ template_mart('template_walks') }}\n")
    (made,) = yaml.safe_load(contract_files.template_contracts(mart.parent, tmp_path / "seeds"))["models"]
    assert made["description"].splitlines()[:2] == ["Overview: What was seen on learning walks.", "One row per walk."]
    assert [column["name"] for column in made["columns"]] == ["walk_id", "seen", "file_id"]
    assert made["columns"][0]["data_tests"] == ["unique"]
    assert made["columns"][1]["constraints"] == [
        {"type": "not_null"},
        {"type": "check", "expression": "seen in ('little', 'much')"},
    ]


def test_a_new_column_is_a_line_of_data(tmp_path: Path) -> None:
    """The line, then `make contracts`: form, demonstration and mart have the column."""
    seeds = tmp_path / "seeds"
    shutil.copytree(ROOT / "seeds", seeds)
    (file,) = seeds.rglob("dataset_columns.csv")
    with file.open("a", encoding="utf-8") as lines:
        lines.write("template_events,weather,,choice,false,dry|wet,false,What the weather was,dry\n")
    dataset = contracts.load(seeds)["template_events"]
    (header, first, *_) = csv.reader(io.StringIO(templates.csv_text(dataset, filled.events(1))))
    assert (header[-1], first[-1], len(first)) == ("weather", "", len(header))
    assert templates.workbook(dataset, filled.events(1))
    made = {mart["name"]: mart for mart in yaml.safe_load(contract_files.template_contracts(seeds=seeds))["models"]}
    assert made["event"]["columns"][-2] == {
        "name": "weather",
        "data_type": "varchar",
        "description": "What the weather was",
        "constraints": [{"type": "check", "expression": "weather in ('dry', 'wet')"}],
    }


def test_what_is_written_out_of_the_contracts_is_what_they_say() -> None:
    """Seeds against what `make contracts` writes of them: where this fails, run it and look at what changed."""
    written = contract_files.TEMPLATE_MARTS.read_text(encoding="utf-8")
    assert written == contract_files.template_contracts(), (
        "models/marts/_templates.yml is not what seeds/ says: make contracts"
    )
    page = contract_files.DOCS.read_text(encoding="utf-8")
    assert templates.describe() in page, "docs/getting-data-in.md is not what seeds/ says: make contracts"
    assert page == contract_files.docs_page(page)


def test_a_mart_of_a_template_says_what_it_is(tmp_path: Path) -> None:
    for text, complaint in (
        ("-- Walks.\n{{ template_mart('template_sly') }}", "no template 'template_sly'"),
        ("{{ template_mart('template_events') }}", "say above the call"),
    ):
        (tmp_path / "walk.sql").write_text(text)
        with pytest.raises(contracts.ContractError, match=complaint):
            contract_files.template_marts(tmp_path)


def test_every_type_of_a_template_is_one_everywhere() -> None:
    """A type a template may use is asked for by the form (templates.py) and has a type in the warehouse (contract_files.py)."""
    used = {column.type for dataset in TEMPLATES for column in dataset.columns}
    assert used <= set(templates._KINDS) == set(contract_files.WAREHOUSE_TYPES) <= contracts.COLUMN_TYPES


@pytest.mark.parametrize("dataset_id", filled.FILLED)
def test_no_form_names_a_person(dataset_id: str) -> None:
    """No column asks for a pupil's or a person's name, nor is one typed in."""
    names = [column.name for column in contracts.load()[dataset_id].columns]
    assert not any(re.search(r"pupil_|upn|email|first_name|last_name|surname|birth", name) for name in names)
    assert not any(
        "@" in cell or re.search(r"\b(Mr|Mrs|Ms|Miss|Dr)\b", cell)
        for row in filled.FILLED[dataset_id](1)
        for cell in row
    )
