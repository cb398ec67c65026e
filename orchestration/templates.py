"""The forms the product hands out, written from their contracts: XLSX with drop-downs, validation and notes, and CSV.

Belongs here: what a template looks like in a spreadsheet and on a page of the docs. Does not belong here: which
columns a template has (`seeds/`), reading filled ones (`readers`), or what is in them (dbt). A new template needs no
line here.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from orchestration import contracts
from orchestration.contracts import Column, Dataset

#: The same bytes for the same contracts.
_CREATED = datetime(2019, 9, 2, 9, 0, 0)
#: Rows below the header that the drop-downs and checks of a sheet reach.
_ROWS = 2000
#: Excel's own limits: of a message, of its title, and of a list inside a validation.
_MESSAGE, _TITLE, _LIST = 255, 32, 255
#: What a column of a type asks for, in words; templates have columns of these types only.
_KINDS: Mapping[str, str] = {
    "text": "text",
    "code": "code: letters, digits and hyphens",
    "urn": "URN, six digits",
    "integer": "whole number",
    "number": "number",
    "figure": "figure of the indicator, with or without a per cent sign",
    "date": "date, such as 14/03/2019",
    "year": "academic year, such as 2018/19",
    "term": "term, such as 2018/19 spring",
    "choice": "one of a list",
    "rating": "whole number from 0 to 5",
    "flag": "yes or no",
}
_LONGEST_NUMBER = 999_999_999


def template_datasets() -> list[Dataset]:
    """The kinds of file that are templates, in the order of `seeds/contracts/datasets.csv`."""
    return [dataset for dataset in contracts.load().values() if dataset.reader == "template"]


def file_stem(dataset: Dataset) -> str:
    """The name of a template's files without their ending: `reviews` for `template_reviews`."""
    return dataset.id.removeprefix("template_")


def write_templates(folder: Path) -> list[Path]:
    """Write every template as XLSX and CSV into `folder` (made if missing), and a list of them; the files written.

    Files of the same names are replaced. Raises OSError where the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for dataset in template_datasets():
        for suffix, content in ((".xlsx", workbook(dataset)), (".csv", csv_text(dataset).encode("utf-8-sig"))):
            path = folder / f"{file_stem(dataset)}{suffix}"
            path.write_bytes(content)
            written.append(path)
    path = folder / "README.md"
    path.write_text(f"# Templates\n\n{describe()}", encoding="utf-8")
    return [*written, path]


def csv_text(dataset: Dataset, rows: Sequence[Sequence[str]] = ()) -> str:
    """The template as CSV: its header, and `rows` (cells in the order of the contract's columns) where there are any.

    Columns behind the last cell of a row stay blank.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.name for column in dataset.columns])
    writer.writerows(_whole(dataset, rows))
    return text.getvalue()


def _whole(dataset: Dataset, rows: Sequence[Sequence[str]]) -> list[list[str]]:
    return [[*row, *[""] * (len(dataset.columns) - len(row))] for row in rows]


def workbook(dataset: Dataset, rows: Sequence[Sequence[str]] = ()) -> bytes:
    """The template as XLSX, with `rows` (text cells in the order of the contract's columns) filled in; see `csv_text`."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"title": dataset.name, "created": _CREATED})
    formats = _Formats(
        required=book.add_format({"bold": True, "bg_color": "#1f4e5f", "font_color": "#ffffff", "border": 1}),
        optional=book.add_format({"bold": True, "bg_color": "#dfe9ec", "border": 1}),
        text=book.add_format({"num_format": "@"}),
        date=book.add_format({"num_format": "dd/mm/yyyy"}),
        rating=book.add_format({"num_format": "0", "align": "center"}),
        number=book.add_format({"num_format": "General"}),
        wrapped=book.add_format({"text_wrap": True, "valign": "top"}),
        title=book.add_format({"bold": True, "font_size": 14}),
    )
    data, notes = book.add_worksheet("data"), book.add_worksheet("notes")
    lists = _write_notes(notes, dataset, formats)
    filled = _whole(dataset, rows)
    data.freeze_panes(1, 0)
    for place, column in enumerate(dataset.columns):
        kind = formats.of(column)
        data.set_column(place, place, max(14, min(40, len(column.name) + 4)), kind)
        data.write_string(0, place, column.name, formats.required if column.required else formats.optional)
        data.write_comment(0, place, _comment(column), {"x_scale": 2, "author": "Turncurve"})
        data.data_validation(1, place, _ROWS, place, _validation(dataset, column, lists))
        for number, row in enumerate(filled, start=1):
            _write_cell(data, number, place, column, row[place], kind)
    book.close()
    return buffer.getvalue()


@dataclass(frozen=True)
class _Formats:
    required: Any
    optional: Any
    text: Any
    date: Any
    rating: Any
    number: Any
    wrapped: Any
    title: Any
    by_type: dict[str, str] = field(
        default_factory=lambda: {
            "date": "date",
            "rating": "rating",
            "integer": "rating",
            "number": "number",
            "figure": "number",
        }
    )

    def of(self, column: Column) -> Any:
        """The format of a column's cells. Codes are text, so that 007 stays 007."""
        return getattr(self, self.by_type.get(column.type, "text"))


def _write_cell(sheet: Any, row: int, place: int, column: Column, value: str, kind: Any) -> None:
    if not value:
        return
    if column.type == "date" and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        day = date.fromisoformat(value)
        sheet.write_datetime(row, place, datetime(day.year, day.month, day.day), kind)
    elif column.type in {"rating", "integer", "number", "figure"} and re.fullmatch(r"-?\d{1,9}(\.\d+)?", value):
        sheet.write_number(row, place, float(value), kind)
    else:
        sheet.write_string(row, place, value, kind)


# ---------------------------------------------------------------------------------------------------------------
# the sheet of notes


def _write_notes(sheet: Any, dataset: Dataset, formats: _Formats) -> dict[str, str]:
    """Write the notes; the place of each long list, by its column's name, as a formula."""
    sheet.write_string(0, 0, dataset.name, formats.title)
    sheet.write_string(
        1, 0, f"{dataset.description}. Fill in the sheet “data”; this one is for people and is not read."
    )
    sheet.write_string(
        2, 0, "Dark headings are required. Use posts or initials, never names of pupils, staff or parents."
    )
    for place, heading in enumerate(("Column", "Required", "What to type", "Meaning", "Choices", "Example row")):
        sheet.write_string(4, place, heading, formats.required)
    for row, column in enumerate(dataset.columns, start=5):
        cells = (
            column.name,
            "yes" if column.required else "no",
            _KINDS[column.type],
            column.note,
            ", ".join(column.choices),
            column.example,
        )
        for place, text in enumerate(cells):
            sheet.write_string(row, place, text, formats.wrapped)
    for place, width in enumerate((26, 10, 34, 60, 40, 34)):
        sheet.set_column(place, place, width)
    return {
        name: _write_list(sheet, 7 + 2 * number, name, known, formats)
        for number, (name, known) in enumerate(_lists(dataset))
    }


def _write_list(sheet: Any, place: int, name: str, known: Sequence[tuple[str, str]], formats: _Formats) -> str:
    """Write a list below the name of its column, its meanings in the next column; its place as a formula."""
    sheet.write_string(4, place, f"Values of {name}", formats.required)
    sheet.write_string(4, place + 1, "Meaning", formats.required)
    sheet.set_column(place, place, 24)
    sheet.set_column(place + 1, place + 1, 60)
    for row, (value, meaning) in enumerate(known, start=5):
        sheet.write_string(row, place, value)
        sheet.write_string(row, place + 1, meaning)
    letter = xl_col_to_name(place)
    return f"=notes!${letter}$6:${letter}${len(known) + 5}"


def _lists(dataset: Dataset) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """(column, its values with their meanings) for columns whose values are of the reference data, and for years."""
    for rule in contracts.row_rules(dataset.id):
        if rule.rule == "known":
            yield rule.column, list(contracts.known_meanings(rule.argument).items())
    years = list(dict.fromkeys(term[:7] for term in contracts.known_meanings("terms")))
    for column in dataset.columns:
        if column.type == "year":
            yield column.name, [(year, "") for year in years]


# ---------------------------------------------------------------------------------------------------------------
# the sheet of data


def _comment(column: Column) -> str:
    parts = ["Required." if column.required else "May be left blank.", f"Type: {_KINDS[column.type]}."]
    if column.note:
        parts.append(f"{column.note}.")
    if column.choices:
        parts.append(f"One of: {', '.join(column.choices)}.")
    if column.example:
        parts.append(f"Example: {column.example}")
    return "\n".join(parts)


def _validation(dataset: Dataset, column: Column, lists: Mapping[str, str]) -> dict[str, Any]:
    """What Excel checks as a cell is typed, and what it says. The reader and dbt check again: Excel lets pasting pass."""
    rule: dict[str, Any] = {"validate": "any"}
    if column.name in lists:
        rule = {"validate": "list", "source": lists[column.name]}
    elif column.type in {"choice", "flag"}:
        choices = list(column.choices) if column.type == "choice" else ["yes", "no"]
        if len(",".join(choices)) > _LIST:
            raise contracts.ContractError(f"{dataset.id}.{column.name}: the choices are too long for a drop-down list")
        rule = {"validate": "list", "source": choices}
    elif column.type == "date":
        rule = {"validate": "date", "criteria": "between", "minimum": date(1900, 1, 1), "maximum": date(2200, 12, 31)}
    elif column.type in {"rating", "urn", "integer", "number", "figure"}:
        rule = _range(dataset, column)
    elif column.type == "code":
        rule = {"validate": "length", "criteria": "between", "minimum": 1, "maximum": 40}
    messages = {
        "ignore_blank": True,
        "input_title": column.name[:_TITLE],
        "input_message": _cut(f"{column.note or _KINDS[column.type].capitalize()}."),
        "error_title": "Please look again",
        "error_message": _cut(_sentence(column)),
    }
    return {**rule, **messages}


def _range(dataset: Dataset, column: Column) -> dict[str, Any]:
    least: float = -_LONGEST_NUMBER
    most: float = _LONGEST_NUMBER
    if column.type == "rating":
        least, most = 0, 5
    elif column.type == "urn":
        least, most = 100_000, 999_999
    for rule in contracts.row_rules(dataset.id):
        if rule.column == column.name and rule.rule == "not_below":
            least = float(rule.argument)
    kind = "decimal" if column.type in {"number", "figure"} else "whole"
    return {"validate": kind, "criteria": "between", "minimum": least, "maximum": most}


def _sentence(column: Column) -> str:
    if column.choices:
        return f"Choose one of: {', '.join(column.choices)}."
    example = f", like {column.example}" if column.example else ""
    return f"This column asks for: {_KINDS[column.type]}{example}."


def _cut(text: str) -> str:
    return text if len(text) <= _MESSAGE else f"{text[: _MESSAGE - 3]}..."


# ---------------------------------------------------------------------------------------------------------------
# the docs


def describe() -> str:
    """All templates as Markdown, column by column: the section of docs/getting-data-in.md."""
    return "\n".join(_described(dataset) for dataset in template_datasets())


def _described(dataset: Dataset) -> str:
    key = ", ".join(f"`{rule.column}`" for rule in contracts.row_rules(dataset.id) if rule.rule == "key")
    lines = [
        f"### {dataset.name.removesuffix(' (template)')} (`{file_stem(dataset)}`)",
        "",
        f"{dataset.description}. A later row with the same {key} supersedes an earlier one.",
        "",
        "| column | required | type | meaning | example |",
        "|---|---|---|---|---|",
    ]
    for column in dataset.columns:
        kind = ", ".join(f"`{choice}`" for choice in column.choices) or _KINDS[column.type]
        required = "yes" if column.required else ""
        lines.append(f"| `{column.name}` | {required} | {kind} | {column.note} | {column.example} |")
    return "\n".join([*lines, ""])
