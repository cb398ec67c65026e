"""Writes the demonstration's files: bytes, encodings, archives, folders and names.

Here: everything about files, and nothing about what is in them. The same seed gives the same bytes, so dates inside
workbooks and archives are fixed. Not here: rows and figures (`published`, `register`, `evidence`).
"""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import xlsxwriter

from orchestration import contracts
from orchestration.demo import evidence, later, neighbours, register, surveys
from orchestration.demo.absence import absence_tables
from orchestration.demo.census import census_tables
from orchestration.demo.filled import FILLED
from orchestration.demo.ks2 import ks2_tables
from orchestration.demo.ks4 import ks4_tables
from orchestration.demo.published import folder_year
from orchestration.demo.schools import TERMS, YEARS
from orchestration.templates import csv_text, file_stem, workbook

_CREATED = datetime(2019, 9, 2, 9, 0, 0)
_ZIP_TIME = (2019, 9, 2, 9, 0, 0)

Cell = str | int | float | date | datetime


@dataclass(frozen=True)
class DemoFile:
    """One written file: its path under the demo's folder, its dataset, and its data rows (not the header).

    `note` says what is wrong with a file that is bad on purpose.
    """

    path: str
    dataset_id: str
    rows: int
    note: str = ""


@dataclass(frozen=True)
class DemoSummary:
    """What was written where; `bad_files` are meant to be refused."""

    folder: Path
    seed: int
    files: tuple[DemoFile, ...]
    bad_files: tuple[DemoFile, ...]


def csv_bytes(
    rows: Sequence[Sequence[str]], *, encoding: str = "utf-8-sig", newline: str = "\r\n", quoted: bool = False
) -> bytes:
    """Rows as a CSV file; `quoted` puts every field in quotation marks, as the register does."""
    text = io.StringIO()
    csv.writer(text, lineterminator=newline, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL).writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_bytes(sheets: dict[str, Sequence[Sequence[Cell]]]) -> bytes:
    """Rows per sheet as a workbook: text stays text, numbers and dates are typed cells."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": _CREATED})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    moment = book.add_format({"num_format": "m/d/yy hh:mm:ss"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if isinstance(value, datetime):
                    sheet.write_datetime(r, c, value, moment)
                elif isinstance(value, date):
                    sheet.write_datetime(r, c, datetime(value.year, value.month, value.day), day)
                elif isinstance(value, int | float):
                    sheet.write_number(r, c, value)
                elif value:
                    sheet.write_string(r, c, value)
    book.close()
    return buffer.getvalue()


def zip_bytes(name: str, content: bytes) -> bytes:
    """A zip archive with one member."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        member = zipfile.ZipInfo(name, date_time=_ZIP_TIME)
        member.compress_type = zipfile.ZIP_DEFLATED
        # The same attributes on every platform, or the bytes would differ.
        member.create_system, member.external_attr = 3, 0o644 << 16
        archive.writestr(member, content)
    return buffer.getvalue()


_NO_YEAR = "no academic year in folder or name"
_CUT_OFF = "cut off while it was copied"
_NOTES: list[list[str]] = [
    ["Sheet data holds one row per record; this sheet is for people and is not read."],
    ["Dates: 2018-09-01 or 01/09/2018. Leave left_on blank while the school is a member."],
]


class _Writer:
    """Writes files under one folder and keeps the list of them."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.seed = folder, seed
        self.files: list[DemoFile] = []

    def put(self, path: str, dataset_id: str, rows: int, content: bytes, note: str = "") -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        self.files.append(DemoFile(path, dataset_id, rows, note))

    def performance_tables(self) -> None:
        ks2, ks4 = ks2_tables(self.seed), ks4_tables(self.seed)
        absence, census = absence_tables(self.seed), census_tables(self.seed)
        for year, rows in ks2.items():
            path = f"performance_tables/{folder_year(year)}/999_ks2final.csv"
            self.put(path, "dfe_ks2", len(rows) - 1, csv_bytes(rows))
        for year in YEARS:
            tables = f"performance_tables/{folder_year(year)}"
            self.put(f"{tables}/999_ks4final.csv", "dfe_ks4", len(ks4[year]) - 1, csv_bytes(ks4[year]))
            count, name, content = len(absence[year]) - 1, "999_abs.csv", csv_bytes(absence[year], newline="\n")
            # One file of each kind of packing, as offices send them.
            if year == YEARS[0]:
                name, content = "999_abs.zip", zip_bytes("999_abs.csv", content)
            self.put(f"{tables}/{name}", "dfe_absence", count, content)
            count, name, content = len(census[year]) - 1, "999_census.csv", csv_bytes(census[year], newline="\n")
            if year == YEARS[1]:
                name, content = "999_census.csv.gz", gzip.compress(content, mtime=0)
            self.put(f"{tables}/{name}", "dfe_census", count, content)
        table = absence[YEARS[-1]][:12]
        self.put("incoming/absence.csv", "dfe_absence", len(table) - 1, csv_bytes(table), _NO_YEAR)

    def neighbours(self) -> None:
        """Files of the neighbouring authorities, besides Wendmere's own."""
        for start, dataset, tables in (
            ("ks2final", "dfe_ks2", neighbours.ks2_tables(self.seed)),
            ("abs", "dfe_absence", neighbours.absence_tables(self.seed)),
            ("census", "dfe_census", neighbours.census_tables(self.seed)),
        ):
            for year, rows in tables.items():
                path = f"performance_tables/{folder_year(year)}/neighbours_{start}.csv"
                self.put(path, dataset, len(rows) - 1, csv_bytes(rows))

    def later_tables(self) -> None:
        for year, rows in later.ks5_tables(self.seed).items():
            path = f"performance_tables/{folder_year(year)}/999_ks5final.csv"
            self.put(path, "dfe_ks5", len(rows) - 1, csv_bytes(rows))
        tables = later.destination_tables(self.seed)
        folder = f"destinations/{folder_year(YEARS[-1])}"
        for name, dataset in (("ks4-pupdest", "dfe_ks4_destinations"), ("ks5-studest", "dfe_ks5_destinations")):
            rows = tables[name[:3]]
            self.put(f"{folder}/999_{name}.csv", dataset, len(rows) - 1, csv_bytes(rows))
        rows = later.suspensions(self.seed)
        self.put("ees/suspensions_by_school.csv", "ees_exclusions", len(rows) - 1, csv_bytes(rows, newline="\n"))
        rows = later.EES_META
        self.put("ees/suspensions_by_school.meta.csv", "", len(rows) - 1, csv_bytes(rows, newline="\n"))
        rows = later.inspections(self.seed)
        name = "Management_information_-_state-funded_schools_-_as_at_20190831.csv"
        self.put(f"inspections/{name}", "ofsted_inspections", len(rows) - 1, csv_bytes(rows))

    def register(self) -> None:
        stamp = f"{register.SNAPSHOT:%Y%m%d}"
        spine, gias = register.spine(), register.gias_extract(self.seed)
        links, groups = register.links(), register.groups()
        content = xlsx_bytes({"wendmere": spine})
        self.put(f"register/wendmere_spine_{stamp}.xlsx", "register_spine", len(spine) - 1, content)
        content = csv_bytes(gias, encoding="cp1252", newline="\n", quoted=True)
        self.put(f"register/gias_extract_{stamp}.csv", "register_gias", len(gias) - 1, content)
        content = csv_bytes(links, encoding="cp1252", quoted=True)
        self.put(f"register/links_edubasealldata{stamp}.csv", "register_links", len(links) - 1, content)
        content = csv_bytes(groups, encoding="utf-8", newline="\n")
        self.put(f"register/groups_{register.SNAPSHOT:%Y-%m}.csv", "register_groups", len(groups) - 1, content)

    def templates(self) -> None:
        rows = evidence.partnerships()
        self.put("templates/partnerships.csv", "template_partnerships", len(rows) - 1, csv_bytes(rows))
        rows = evidence.memberships()
        content = xlsx_bytes({"data": rows, "notes": _NOTES})
        self.put("templates/memberships.xlsx", "template_memberships", len(rows) - 1, content)
        dataset = "template_transition_points"
        rows = evidence.transition_points(self.seed, YEARS[:1])
        rows += [list(row) for row in evidence.BAD_TRANSITION_POINTS]
        content = csv_bytes(rows, encoding="utf-8")
        self.put("templates/transition_points_2016-17.csv", dataset, len(rows) - 1, content)
        rows = evidence.transition_points(self.seed, YEARS[1:])
        content = xlsx_bytes({"data": rows, "notes": _NOTES})
        self.put("templates/transition_points_2017-19.xlsx", dataset, len(rows) - 1, content)
        self.put("incoming/transition_points_damaged.xlsx", dataset, 0, content[: len(content) // 3], _CUT_OFF)

    def filled_templates(self) -> None:
        """The product's own templates, filled in: every second as a spreadsheet, those that are corrected as CSV."""
        as_csv = {"template_funding", "template_milestones", "template_corrections"}
        for number, (dataset_id, rows_of) in enumerate(FILLED.items()):
            dataset, rows = contracts.load()[dataset_id], rows_of(self.seed)
            if dataset_id in as_csv or number % 2:
                suffix, content = "csv", csv_text(dataset, rows).encode("utf-8-sig")
            else:
                suffix, content = "xlsx", workbook(dataset, rows)
            self.put(f"templates/{file_stem(dataset)}.{suffix}", dataset_id, len(rows), content)

    def forms(self) -> None:
        for year in YEARS:
            for position, term in enumerate(TERMS, start=1):
                form = evidence.reflection_form(self.seed, year, term)
                name = f"forms/reflection_questions_{folder_year(year)}_{position}_{term}.xlsx"
                self.put(name, "forms_reflection", len(form) - 1, xlsx_bytes({"Sheet1": form}))

    def surveys(self) -> None:
        """An export of every other tool; `rows` are the responses, below one header row or several."""
        feedback, features = "forms_event_feedback", "forms_review_features"
        for name, dataset_id, rows, headers in (
            ("google_conference_2018", feedback, surveys.google_feedback(self.seed), 1),
            ("surveymonkey_features_2018-2019", features, surveys.surveymonkey_features(self.seed), 2),
            ("qualtrics_training_2019", feedback, surveys.qualtrics_feedback(self.seed), 3),
            ("smartsurvey_features_2017-2018", features, surveys.smartsurvey_features(self.seed), 3),
        ):
            self.put(f"surveys/{name}.csv", dataset_id, len(rows) - headers, csv_bytes(rows, encoding="utf-8"))


def write_demo(folder: Path, seed: int = 1) -> DemoSummary:
    """Write the fictional authority's files under `folder` (made if missing) and say what was written.

    `seed` is a whole number from 0; the same seed writes the same bytes. Files already there under the same names are
    replaced, others are left. Raises OSError when the folder cannot be written.
    """
    writer = _Writer(folder, seed)
    writer.performance_tables()
    writer.neighbours()
    writer.later_tables()
    writer.register()
    writer.templates()
    writer.filled_templates()
    writer.forms()
    writer.surveys()
    good = tuple(f for f in writer.files if not f.note)
    return DemoSummary(folder, seed, good, tuple(f for f in writer.files if f.note))
