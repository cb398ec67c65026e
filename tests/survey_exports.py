"""The same answers as each survey tool exports them: shapes seen in real exports, people invented.

Belongs here: writing the files. Does not belong here: what is asserted of them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import xlsxwriter

from orchestration import contracts

#: Planted in every export that has a place for them; must be found nowhere afterwards.
NAME = "Zebedee Quillfeather"
DOMAIN = "planted.example.org"
ADDRESS = "203.0.113.77"
PHONE = "01632 960777"
SCHOOL, PARTNERSHIP, TERM = (
    "Which school do you lead? (URN)",
    "Which partnership is it in?",
    "Which term is this about?",
)
COMMENT = "Anything else?"
INTRODUCTION = "To what extent do you agree?"


def items(instrument_id: str) -> list[tuple[str, str]]:
    """(item, label) of an instrument, in order."""
    with contracts.seed_file("instrument_items.csv").open(encoding="utf-8", newline="") as file:
        return [(row["item_id"], row["label"]) for row in csv.DictReader(file) if row["instrument_id"] == instrument_id]


REFLECTION = items("reflection_questions")


@dataclass(frozen=True)
class Sheet:
    """One response."""

    person: int
    urn: str
    partnership: str
    term: str
    sent: datetime
    answers: tuple[str, ...]
    comment: str = ""
    is_test: bool = False

    def email(self, tool: str) -> str:
        """Every tool has its own people, so that no export supersedes another tool's."""
        return f"head.{self.person}.{tool}@{DOMAIN}"


def responses() -> list[Sheet]:
    """Three leaders; the first sends twice, and one response is a trial. Days above 12 settle the order of dates."""
    first = datetime(2019, 3, 14, 10, 20, 0)
    made = [
        Sheet(1, "900001", "P01", "Spring 2018/19", first, tuple(str(at % 6) for at in range(12))),
        Sheet(2, "900002", "P01", "2018/19 spring", first + timedelta(days=9), (*"01234501234", "")),
        Sheet(3, "900003", "P02", "Spring 2018/19", first - timedelta(days=9), ("5 – fully", "3 - partly", *"4" * 10)),
        Sheet(1, "900001", "P01", "Spring 2018/19", first + timedelta(days=3, hours=4), ("5",) * 12),
        Sheet(4, "900004", "P01", "Spring 2018/19", first, ("0",) * 12, is_test=True),
    ]
    comment = f"Ask {made[1].email('comment')} about it"
    made[1] = Sheet(
        *[getattr(made[1], name) for name in ("person", "urn", "partnership", "term", "sent", "answers")], comment
    )
    return made


def text(rows: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    """Rows as CSV."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def workbook(path: Path, sheets: dict[str, Sequence[Sequence[object]]]) -> None:
    """Sheets of a workbook; datetimes become date cells."""
    with xlsxwriter.Workbook(str(path), {"strings_to_numbers": False}) as book:
        moment = book.add_format({"num_format": "m/d/yy hh:mm:ss"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for place, value in enumerate(row):
                    if isinstance(value, datetime):
                        sheet.write_datetime(at, place, value, moment)
                    else:
                        sheet.write(at, place, value)


def _about(sheet: Sheet) -> list[str]:
    return [sheet.urn, sheet.partnership, sheet.term]


def _genuine() -> list[Sheet]:
    return [sheet for sheet in responses() if not sheet.is_test]


def microsoft(path: Path) -> None:
    """CSV in Windows-1252, month first, a question with a line break, a second question called Name."""
    header = ["ID", "Start time", "Completion time", "Email", "Name", SCHOOL, PARTNERSHIP, TERM, "Name2"]
    header += [f"{INTRODUCTION}\n{label} (0–5)" for _, label in REFLECTION] + [COMMENT, "Points - Anything else?"]
    rows = [header]
    for number, sheet in enumerate(_genuine(), start=1):
        sent = f"{sheet.sent.month}/{sheet.sent.day}/{sheet.sent:%y %H:%M:%S}"
        rows.append(
            [
                str(number),
                sent,
                sent,
                sheet.email("microsoft"),
                NAME,
                *_about(sheet),
                NAME,
                *sheet.answers,
                sheet.comment,
                "0",
            ]
        )
    path.write_bytes(text(rows).encode("cp1252"))


def microsoft_workbook(path: Path) -> None:
    """XLSX with date cells, numbers and curly marks in the questions, and a sheet of notes before the responses."""
    header = ["Id", "Start time", "Completion time", "Email", "Name", "Last modified time", SCHOOL, PARTNERSHIP, TERM]
    labels = [f"{at}.\xa0{label}\n".replace("'", "’") for at, (_, label) in enumerate(REFLECTION, 1)]
    rows: list[list[object]] = [[*header, *labels, COMMENT]]
    for number, sheet in enumerate(_genuine(), start=1):
        who = [sheet.email("workbook"), NAME, ""]
        rows.append([number, sheet.sent, sheet.sent, *who, *_about(sheet), *sheet.answers, sheet.comment])
    workbook(path, {"Notes": [["Analysis"], ["Mean", 3.2]], "Sheet1": rows})


def google(path: Path) -> None:
    """UTF-8 with a mark, `2019/03/14 10:20:00 AM GMT+3`, a user name."""
    rows = [["Timestamp", "Username", SCHOOL, PARTNERSHIP, TERM, *(f"{label}?" for _, label in REFLECTION), COMMENT]]
    for sheet in _genuine():
        when = f"{sheet.sent:%Y/%m/%d %I:%M:%S %p} GMT+3"
        rows.append([when, sheet.email("google"), *_about(sheet), *sheet.answers, sheet.comment])
    path.write_bytes(text(rows).encode("utf-8-sig"))


def google_workbook(path: Path) -> None:
    """XLSX: the sheet `Form Responses 1` behind another with its header; a grid; an account in French."""
    header = ["Horodateur", "Email Address", SCHOOL, PARTNERSHIP, TERM]
    header += [f"{INTRODUCTION} [{label}]" for _, label in REFLECTION] + [COMMENT]
    rows: list[list[object]] = [header]
    for sheet in _genuine():
        rows.append([sheet.sent, sheet.email("sheets"), *_about(sheet), *sheet.answers, sheet.comment])
    # a copy somebody kept, in a sheet named after them
    workbook(path, {NAME: [header, ["", "", "Mean"]], "Form Responses 1": rows})


def surveymonkey(path: Path) -> None:
    """Two header rows; the twelve questions are rows of one grid; a response made in the preview."""
    own = ["Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address", "Email Address"]
    own += ["First Name", "Last Name", "Custom Data 1"]
    first = [*own, SCHOOL, PARTNERSHIP, TERM, INTRODUCTION, *[""] * 11, COMMENT, "Who are you?", ""]
    second = [*[""] * 9, *["Open-Ended Response"] * 3, *(label for _, label in REFLECTION), "Open-Ended Response"]
    second += ["Name:", "Phone Number:"]
    rows = [first, second]
    for number, sheet in enumerate(responses(), start=1):
        sent = f"{sheet.sent:%m/%d/%Y %I:%M:%S %p}"
        collector = "Preview" if sheet.is_test else "167890123"
        email = sheet.email("monkey")
        who = [ADDRESS, email, *NAME.split(), NAME]
        rows.append(
            [f"1148{number}", collector, sent, sent, *who, *_about(sheet), *sheet.answers, sheet.comment, NAME, PHONE]
        )
    path.write_bytes(text(rows).encode())


def qualtrics(path: Path) -> None:
    """Three header rows: ids, wordings (the tool's own in German), import ids; a preview; a trailing blank column."""
    own = {
        "StartDate": "Startdatum", "EndDate": "Enddatum", "Status": "Antworttyp", "IPAddress": "IP-Adresse",
        "Progress": "Fortschritt", "Duration (in seconds)": "Dauer (in Sekunden)", "Finished": "Beendet",
        "RecordedDate": "Aufgezeichnetes Datum", "ResponseId": "Antwort-ID", "RecipientLastName": "Nachname",
        "RecipientFirstName": "Vorname", "RecipientEmail": "E-Mail des Empfängers", "ExternalReference": "Externe Daten",
        "LocationLatitude": "Breitengrad", "LocationLongitude": "Längengrad", "DistributionChannel": "Kanal",
        "UserLanguage": "Sprache",
    }  # fmt: skip
    ids = [*own, "Q1", "Q2", "Q3", *(f"Q4_{at}" for at in range(1, 13)), "Q5", ""]
    labels = [
        *own.values(),
        SCHOOL,
        PARTNERSHIP,
        TERM,
        *(f"{INTRODUCTION} - {label}" for _, label in REFLECTION),
        COMMENT,
        "",
    ]
    rows = [ids, labels, [f'{{"ImportId":"{name}"}}' if name else "" for name in ids]]
    for number, sheet in enumerate(responses(), start=1):
        sent = f"{sheet.sent:%Y-%m-%d %H:%M:%S}"
        status, channel = ("Umfragevorschau", "preview") if sheet.is_test else ("IP-Adresse", "email")
        last, first = NAME.split()[::-1]
        who = [last, first, sheet.email("qualtrics"), f"{NAME} {PHONE}", "51.5", "-1.2", channel, "EN"]
        rows.append(
            [sent, sent, status, ADDRESS, "100", "61", "True", sent, f"R_{number}xyz", *who, *_about(sheet),
             *sheet.answers, sheet.comment, ""]
        )  # fmt: skip
    path.write_bytes(text(rows).encode("utf-8-sig"))


def smartsurvey(path: Path) -> None:
    """Three header rows, the third blank; all is numbered; day first; `-` where nothing was answered; a variable of the link."""
    own = [
        "UserID",
        "UserNo",
        "Name",
        "Email",
        "IP Address",
        "Unique ID",
        "Started",
        "Ended",
        "Tracking Link",
        "visitor",
    ]
    about = [f"Q{at}. {question}" for at, question in enumerate((SCHOOL, PARTNERSHIP, TERM), 1)]
    rows = [[*own, *about, f"Q4. {INTRODUCTION}", *[""] * 11, f"Q5. {COMMENT}"]]
    rows.append([*[""] * 13, *(f"Q4.{at}. {label}\xa0" for at, (_, label) in enumerate(REFLECTION, 1)), ""])
    rows.append([""] * len(rows[0]))
    for number, sheet in enumerate(_genuine(), start=1):
        sent = f"{sheet.sent:%d/%m/%Y %H:%M:%S}"
        who = [str(7000 + number), str(number), NAME, sheet.email("smart"), ADDRESS, f"u-{number}"]
        answers = [answer or "-" for answer in (*sheet.answers, sheet.comment)]
        rows.append([*who, sent, sent, f"Link for {NAME}", PHONE, *_about(sheet), *answers])
    path.write_bytes(text(rows).encode())


def plain(path: Path) -> None:
    """Semicolons, day first, items by their ids."""
    header = ["Date submitted", "Your name", "E-mail", "school_urn", "partnership_id", "Term"]
    rows = [[*header, *(item for item, _ in REFLECTION), COMMENT]]
    for sheet in _genuine():
        rows.append(
            [f"{sheet.sent:%d.%m.%Y %H:%M}", NAME, sheet.email("plain"), *_about(sheet), *sheet.answers, sheet.comment]
        )
    path.write_bytes(text(rows, ";").encode())


#: Each tool, the ending of its file, and how it is written.
EXPORTS: dict[str, tuple[str, Callable[[Path], None]]] = {
    "microsoft": (".csv", microsoft),
    "microsoft_workbook": (".xlsx", microsoft_workbook),
    "google": (".csv", google),
    "google_workbook": (".xlsx", google_workbook),
    "surveymonkey": (".csv", surveymonkey),
    "qualtrics": (".csv", qualtrics),
    "smartsurvey": (".csv", smartsurvey),
    "plain": (".csv", plain),
}
