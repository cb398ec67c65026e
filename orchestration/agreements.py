"""Sharing agreements in other forms: the lines of the template as JSON, and as ODRL 2.2 for programs that read policies.

Belongs here: the schema of an agreement (made of the template's own contract), plain words for what is wrong with one, and the
way to ODRL and back. Does not belong here: what follows from an agreement (the mart sharing_grants), or reading templates into
the warehouse (readers): a JSON file is turned into the template's CSV, and that is landed like any other.

ODRL has words for parties, targets, actions, dates and purposes. What it has no word for (granularity, lawful basis, signatures)
keeps the name of its column in a vocabulary of our own, so that nothing is lost on the way there and back.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from orchestration import contracts
from orchestration.contracts import ContractError

DATASET = "template_agreements"
#: Our own vocabulary, and names of things: no address anybody has to be able to open.
_OURS, _ODRL = "urn:turncurve:terms:", "http://www.w3.org/ns/odrl/2/"
_CONTEXT = {"odrl": _ODRL, "tc": _OURS, "xsd": "http://www.w3.org/2001/XMLSchema#"}

Line = dict[str, str]


def schema() -> dict[str, Any]:
    """The JSON Schema of a list of lines of agreements, from the contract of the template."""
    properties: dict[str, Any] = {}
    columns = contracts.load()[DATASET].columns
    for column in columns:
        one: dict[str, Any] = {"type": "string", "description": column.note}
        if column.choices:
            one["enum"] = [*column.choices] if column.required else [*column.choices, ""]
        elif column.type == "date":
            one["pattern"] = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" if column.required else "^([0-9]{4}-[0-9]{2}-[0-9]{2})?$"
        elif column.required:
            one["minLength"] = 1
        properties[column.name] = one
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Lines of data-sharing agreements",
        "type": "array",
        "items": {
            "type": "object",
            "properties": properties,
            "required": [column.name for column in columns if column.required],
            "additionalProperties": False,
        },
    }


def problems(lines: Any) -> list[str]:
    """Everything that is wrong with lines of agreements, each in a sentence that says what to type."""
    from jsonschema import Draft202012Validator

    said = []
    for error in sorted(
        Draft202012Validator(schema()).iter_errors(lines), key=lambda error: [str(p) for p in error.absolute_path]
    ):
        place = [*error.absolute_path]
        where = f"Line {int(place[0]) + 1}" if place else "The file"
        column = str(place[1]) if len(place) > 1 else ""
        said.append(f"{where}: {_in_words(error, column)}")
    return list(dict.fromkeys(said))


def _in_words(error: Any, column: str) -> str:
    given, wanted = error.instance, error.validator_value
    if error.validator == "required":
        missing = [name for name in wanted if name not in given]
        return f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing."
    if error.validator == "additionalProperties":
        return f"there is no column {', '.join(sorted(set(given) - set(error.schema['properties'])))} in an agreement."
    listed = ", ".join(map(str, wanted)) if isinstance(wanted, list) else ""
    words = {
        "enum": f"{column} “{given}” is not one of the choices. Type one of: {listed}.",
        "pattern": f"{column} “{given}” is not a date. Type it like 2018-09-01.",
        "minLength": f"{column} is blank. Every line needs one.",
    }
    whole = "an agreement is a list of lines, each with the columns of the template."
    return words.get(str(error.validator), f"{column} has to be a text in quotation marks." if column else whole)


def to_odrl(lines: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Lines of agreements as ODRL 2.2 in JSON-LD: an Agreement for each, with one permission."""
    return {"@context": _CONTEXT, "@graph": [_policy(line, number) for number, line in enumerate(lines, 1)]}


def _policy(line: Mapping[str, str], number: int) -> dict[str, Any]:
    constraints = [
        _constraint("purpose", "eq", line.get("purpose", "")),
        _constraint("recipient", "eq", line["audience"]),
    ]
    constraints.append(_constraint("dateTime", "gteq", line["starts_on"], "xsd:date"))
    if line.get("expires_on"):
        constraints.append(_constraint("dateTime", "lteq", line["expires_on"], "xsd:date"))
    duties = (
        [{"@type": "odrl:Duty", "odrl:action": {"@id": "odrl:delete"}, "tc:retention": line["retention"]}]
        if line.get("retention")
        else []
    )
    permission: dict[str, Any] = {
        "@type": "odrl:Permission",
        "odrl:target": {"@id": f"urn:turncurve:dataset:{line['dataset']}"},
        "odrl:action": {"@id": "odrl:display" if line["granularity"] != "aggregate" else "odrl:aggregate"},
        "odrl:assigner": {"@id": f"urn:turncurve:{line['party_kind']}:{line['party_id']}"},
        "odrl:assignee": {"@id": f"urn:turncurve:audience:{line['audience']}"},
        "odrl:constraint": constraints,
    }
    if duties:
        permission["odrl:duty"] = duties
    rule = "odrl:prohibition" if line["granularity"] == "none" else "odrl:permission"
    if rule == "odrl:prohibition":
        permission["@type"] = "odrl:Prohibition"
    return {
        "@id": f"urn:turncurve:agreement:{line['agreement_id']}:{number}",
        "@type": "odrl:Agreement",
        "odrl:uid": f"urn:turncurve:agreement:{line['agreement_id']}:{number}",
        **{f"tc:{name}": value for name, value in line.items() if value},
        rule: [permission],
    }


def _constraint(left: str, operator: str, value: str, kind: str = "") -> dict[str, Any]:
    return {
        "@type": "odrl:Constraint",
        "odrl:leftOperand": {"@id": f"odrl:{left}"},
        "odrl:operator": {"@id": f"odrl:{operator}"},
        "odrl:rightOperand": {"@value": value, "@type": kind} if kind else value,
    }


def from_odrl(document: Mapping[str, Any]) -> list[Line]:
    """The lines of an ODRL document that `to_odrl` wrote. Raises ContractError for any other, in words."""
    names = [column.name for column in contracts.load()[DATASET].columns]
    graph = document.get("@graph")
    if not isinstance(graph, list):
        raise ContractError("This is no list of ODRL agreements: it has no @graph.")
    lines = []
    for number, policy in enumerate(graph, 1):
        if not isinstance(policy, Mapping) or policy.get("@type") != "odrl:Agreement":
            raise ContractError(f"Policy {number} of the file is not an odrl:Agreement.")
        line = {name: str(policy.get(f"tc:{name}", "")) for name in names}
        rules = policy.get("odrl:permission") or policy.get("odrl:prohibition") or [{}]
        told = str(rules[0].get("odrl:target", {}).get("@id", "")).rpartition(":")[2]
        if told != line["dataset"]:
            raise ContractError(
                f"Policy {number} names the dataset “{line['dataset']}” and permits “{told}”. Put one right."
            )
        lines.append(line)
    return lines


def read(file: Path) -> list[Line]:
    """The lines of agreements in a file: .jsonld, .json or .csv. Raises ContractError with all that is wrong, in words."""
    text = file.read_text(encoding="utf-8-sig")
    if file.suffix == ".csv":
        lines: Any = [
            {name: value or "" for name, value in row.items() if name} for row in csv.DictReader(io.StringIO(text))
        ]
    else:
        try:
            lines = json.loads(text)
        except ValueError as error:
            raise ContractError(f"{file.name} is not JSON: {error}.") from error
        if file.suffix == ".jsonld":
            lines = from_odrl(lines if isinstance(lines, Mapping) else {})
    wrong = problems(lines)
    if wrong:
        raise ContractError("\n".join(wrong))
    names = [column.name for column in contracts.load()[DATASET].columns]
    return [{name: line.get(name, "") for name in names} for line in lines]


def write(lines: Sequence[Line], file: Path) -> None:
    """Write lines of agreements as .jsonld, .json or the template's .csv, which is what is landed."""
    if file.suffix == ".csv":
        out = io.StringIO()
        writer = csv.DictWriter(
            out, [column.name for column in contracts.load()[DATASET].columns], lineterminator="\r\n"
        )
        writer.writeheader()
        writer.writerows(lines)
        file.write_text(out.getvalue(), encoding="utf-8-sig", newline="")
        return
    told = (
        to_odrl(lines) if file.suffix == ".jsonld" else [{name: v for name, v in line.items() if v} for line in lines]
    )
    file.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
