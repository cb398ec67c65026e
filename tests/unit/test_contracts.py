"""Contracts come from seeds, and files are recognised by what their header holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration import contracts
from orchestration.contracts import ContractError


def test_every_signature_is_recognised_as_its_own_dataset() -> None:
    for dataset in contracts.load().values():
        # a form has no signature: it is told by its questions
        asked = (
            [question.question for question in contracts.forms()[dataset.id].questions] if not dataset.signature else ()
        )
        found = contracts.recognise((*dataset.signature, *dataset.any_of[:1], *asked))
        assert found is not None and found.id == dataset.id


def test_every_signature_column_is_one_of_the_contract() -> None:
    for dataset in contracts.load().values():
        known = {column.name for column in dataset.columns} | set(dataset.measures)
        if dataset.reader != "forms":
            assert {*dataset.signature, *dataset.any_of} <= known, dataset.id


def test_every_measure_and_column_is_named_once() -> None:
    for dataset in contracts.load().values():
        names = [dataset.fold(column.name) for column in dataset.columns]
        assert len(names) == len(set(names)), dataset.id


def test_case_and_order_do_not_matter() -> None:
    found = contracts.recognise(["pupils", "percTOT", "urn", "Estab", "la"])
    assert found is not None and found.id == "dfe_absence"


def test_an_alias_counts_as_the_column() -> None:
    dataset = contracts.load()["dfe_ks2"]
    assert dataset.named(["LA", "ptrwm_exp", "Other column"]) == ["LEA", "PTRWM_EXP", "Other column"]


def test_a_columns_own_name_wins_over_an_alias() -> None:
    assert contracts.load()["dfe_ks2"].named(["LA", "LEA"]) == ["LA", "LEA"]


def test_spelling_is_forgiven_in_templates_only() -> None:
    found = contracts.recognise(["Partnership ID", "School URN", "joined on"])
    assert found is not None and found.id == "template_memberships"
    assert contracts.recognise(["U R N", "Link_URN", "LinkType"]) is None


def test_a_near_miss_names_the_column_that_is_missing() -> None:
    assert contracts.recognise(["RECTYPE", "LEA", "ESTAB", "PTRWM_EXP"]) is None
    sentence = contracts.near_miss(["RECTYPE", "LEA", "ESTAB", "PTRWM_EXP"])
    assert sentence is not None and "Key stage 2" in sentence and "no column URN" in sentence


def test_an_unknown_header_is_near_nothing() -> None:
    assert contracts.near_miss(["colour", "weight"]) is None


def test_a_code_of_the_dataset_is_known_in_capitals() -> None:
    assert contracts.status_codes("dfe_ks2")["SUPP"] == "suppressed"


@pytest.mark.parametrize(
    ("name", "line", "complaint"),
    [
        ("dataset_columns.csv", "dfe_ks2,X,,colour,true,,false,,", "unknown type"),
        ("dataset_columns.csv", "nowhere,X,,text,true,,false,,", "nowhere"),
    ],
)
def test_a_seed_that_contradicts_itself_is_an_error(tmp_path: Path, name: str, line: str, complaint: str) -> None:
    for seed in ("datasets.csv", "dataset_columns.csv", "outcome_columns.csv"):
        (tmp_path / seed).write_bytes(contracts.seed_file(seed).read_bytes())
    with (tmp_path / name).open("a") as file:
        file.write(line + "\n")
    with pytest.raises(ContractError, match=complaint):
        contracts.load(tmp_path)


def test_a_column_subset_of_key_stage_four_is_recognised() -> None:
    """Files with a few of the publisher's columns are landed too: one known measure is enough."""
    found = contracts.recognise(["RECTYPE", "URN", "SCHNAME", "P8MEA"])
    assert found is not None and found.id == "dfe_ks4"


def test_rows_without_any_known_measure_are_not_taken_for_results() -> None:
    assert contracts.recognise(["RECTYPE", "URN", "SCHNAME", "TOTPUPS", "AGERANGE"]) is None


def test_a_seed_is_found_by_its_name_in_whichever_folder(tmp_path: Path) -> None:
    assert contracts.seed_file("datasets.csv").is_file()
    with pytest.raises(ContractError, match=r"0 files named sly\.csv"):
        contracts.seed_file("sly.csv")
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "datasets.csv").touch()
    with pytest.raises(ContractError, match=r"2 files named datasets\.csv"):
        contracts.seed_file("datasets.csv", tmp_path)
