"""Agreements in other forms: JSON under its schema, and ODRL 2.2 there and back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration import agreements, contracts
from orchestration.cli import app
from orchestration.contracts import ContractError
from orchestration.demo.filled import FILLED

COLUMNS = contracts.load()["template_agreements"].columns
DEMO = [dict(zip([c.name for c in COLUMNS], row, strict=True)) for row in FILLED["template_agreements"](1)]


def lines_of() -> st.SearchStrategy[dict[str, str]]:
    """Lines that keep to the schema, blank where they may be."""
    text = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=20)
    kinds: dict[str, st.SearchStrategy[str]] = {}
    for column in COLUMNS:
        one = (
            st.sampled_from(column.choices)
            if column.choices
            else st.dates().map(str)
            if column.type == "date"
            else text
        )
        kinds[column.name] = one if column.required else st.one_of(st.just(""), one)
    return st.fixed_dictionaries(kinds)


def test_the_demonstrations_agreements_keep_to_the_schema() -> None:
    assert agreements.problems(DEMO) == []


@settings(max_examples=50, deadline=None)
@given(st.lists(lines_of(), max_size=4))
def test_agreements_go_to_odrl_and_back_whole(lines: list[dict[str, str]]) -> None:
    document = json.loads(json.dumps(agreements.to_odrl(lines)))
    assert agreements.from_odrl(document) == lines


def test_odrl_is_read_by_others() -> None:
    """As triples: every line is an ODRL agreement with a permission, its target, parties and dates."""
    rdflib = pytest.importorskip("rdflib", reason="rdflib is not installed, so nobody else reads the ODRL here")
    graph = rdflib.Graph().parse(data=json.dumps(agreements.to_odrl(DEMO[:40])), format="json-ld")
    odrl = rdflib.Namespace("http://www.w3.org/ns/odrl/2/")
    policies = set(graph.subjects(rdflib.RDF.type, odrl.Agreement))
    assert len(policies) == 40
    for policy in policies:
        (rule,) = graph.objects(policy, odrl.permission)
        assert (rule, rdflib.RDF.type, odrl.Permission) in graph
        (target,) = graph.objects(rule, odrl.target)
        assert str(target).startswith("urn:turncurve:dataset:")
        assert list(graph.objects(rule, odrl.assigner)) and list(graph.objects(rule, odrl.assignee))
        left = {str(one) for c in graph.objects(rule, odrl.constraint) for one in graph.objects(c, odrl.leftOperand)}
        assert {f"{odrl}purpose", f"{odrl}recipient", f"{odrl}dateTime"} <= left
    # there and back through somebody else's hands: the same triples
    again = rdflib.Graph().parse(data=graph.serialize(format="turtle"), format="turtle")
    assert len(again) == len(graph)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"dataset": "gossip"}, "dataset “gossip” is not one of the choices. Type one of: reviews,"),
        ({"starts_on": "1 September"}, "starts_on “1 September” is not a date. Type it like 2018-09-01."),
        ({"purpose": ""}, "purpose is blank."),
        ({"price": "3"}, "there is no column price"),
        ({"agreement_id": 7}, "agreement_id has to be a text"),
        ({"party_id": None}, "party_id has to be a text"),
    ],
)
def test_what_is_wrong_is_said_in_words(change: dict[str, Any], said: str) -> None:
    (problem,) = agreements.problems([DEMO[0], {**DEMO[1], **change}])
    assert problem.startswith("Line 2: ") and said in problem


def test_a_missing_column_and_a_file_of_another_kind_are_said() -> None:
    line = {name: value for name, value in DEMO[0].items() if name not in ("purpose", "audience")}
    assert agreements.problems([line]) == ["Line 1: purpose, audience are missing."]
    assert agreements.problems({"agreement": 1}) == [
        "The file: an agreement is a list of lines, each with the columns of the template."
    ]
    with pytest.raises(ContractError, match="no @graph"):
        agreements.from_odrl({})


def test_odrl_that_permits_another_dataset_than_it_names_is_refused() -> None:
    document = agreements.to_odrl(DEMO[:1])
    document["@graph"][0]["odrl:permission"][0]["odrl:target"]["@id"] = "urn:turncurve:dataset:voices"
    with pytest.raises(ContractError, match="Put one right"):
        agreements.from_odrl(document)


def test_the_command_turns_one_form_into_another(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from orchestration.readers import check_file

    (tmp_path / "a.json").write_text(json.dumps(DEMO))
    for before, after in (("a.json", "a.jsonld"), ("a.jsonld", "agreements.csv"), ("agreements.csv", "b.json")):
        done = CliRunner().invoke(app, ["agreements", str(tmp_path / before), "--to", str(tmp_path / after)])
        assert done.exit_code == 0 and f"{len(DEMO)} lines of agreements, all right" in done.output, done.output
    assert agreements.read(tmp_path / "b.json") == DEMO
    # and what comes out is what is landed
    (table,) = check_file(tmp_path / "agreements.csv").tables
    assert table.dataset_id == "template_agreements" and not table.problems
