"""Tables about the warehouse itself: files, rows left out, agreement with the publisher, measured methods.

Belongs here: from the door's answer to headed rows of text. Does not belong here: HTML, or wording that follows a rule.
"""

from __future__ import annotations

from typing import Any

from dashboards.shared import wording as words
from dashboards.shared.request import Ask, address
from dashboards.shared.table import MOST_ROWS, Table, listed, number_text
from dashboards.shared.wording import is_number, text_or, value_words


@listed
def files(ask: Ask) -> Table:
    """The file log."""
    answer = ask("file_log")
    rows = [
        [
            text_or(r["path"]),
            text_or(r["source"], "Not recognised"),
            text_or(r["academic_year"], "–"),
            ": ".join(text for text in (text_or(r["status"]), text_or(r["reason"])) if text),
            number_text(r["rows_landed"]),
            number_text(r["rows_accepted"]),
            number_text(r["rows_rejected"]),
            number_text(r["rows_superseded"]),
            words.day_words(r["first_seen_at"]),
        ]
        for r in answer.rows
    ]
    return Table(
        "files",
        "Every file that arrived",
        (
            "File",
            "Recognised as",
            "Year",
            "What became of it",
            "Landed",
            "Accepted",
            "Rejected",
            "Superseded",
            "First seen",
        ),
        rows,
        frozenset({4, 5, 6, 7}),
        answer,
        links=[address("/data", history=str(r["file_id"])) for r in answer.rows],
    )


@listed
def file_history(ask: Ask, file: str | None = None) -> Table:
    """What became of one file over time, or of every file; a file is named by any content it had."""
    answer = ask("file_history", file=file, most=MOST_ROWS)
    rows = [
        [
            text_or(r["event"]),
            words.moment_words(r["happened_at"]),
            text_or(r["reason"], "–"),
            number_text(r["rows_concerned"]) if r["rows_concerned"] else "–",
            text_or(r["source_path"]),
            str(r["file_id"])[:8],
        ]
        for r in answer.rows
    ]
    return Table(
        "file_history",
        "What became of each file",
        ("What happened", "When (UTC)", "Why", "Rows or cells", "File", "Content"),
        rows,
        frozenset({3}),
        answer,
    )


@listed
def rejected(ask: Ask, file: str | None = None) -> Table:
    """Rows and cells that were not taken."""
    answer = ask("rejected_rows", file=file, most=MOST_ROWS)
    rows = [
        [
            text_or(r["path"], str(r["file_id"])),
            number_text(r["row_number"]),
            text_or(r["column_name"], "–"),
            text_or(r["value"], "(blank)"),
            text_or(r["reason"]),
            "the row was left out" if r["scope"] == "row" else "the row was taken, this value was not",
        ]
        for r in answer.rows
    ]
    return Table(
        "rejected",
        "Rows and values that were not taken",
        ("File", "Row", "Column", "Value", "Reason", "What happened"),
        rows,
        frozenset({1}),
        answer,
    )


@listed
def corrections(ask: Ask) -> Table:
    """Cells that somebody corrected, and whether the correction was applied."""
    answer = ask("corrections", most=MOST_ROWS)
    rows = [
        [
            text_or(r["path"]),
            number_text(r["target_row"]),
            text_or(r["target_column"], "–"),
            text_or(r["found_value"], "(blank)"),
            text_or(r["new_value"], "(blank)"),
            text_or(r["reason"], "–"),
            text_or(r["corrected_by"], "–"),
            words.day_words(r["corrected_on"]),
            ": ".join(text for text in (text_or(r["status"]), text_or(r["refused_because"])) if text),
        ]
        for r in answer.rows
    ]
    return Table(
        "corrections",
        "Corrections of single cells",
        ("File", "Row", "Column", "Found", "Corrected to", "Why", "By", "On", "What became of it"),
        rows,
        frozenset({1}),
        answer,
    )


#: How the result of a check begins that could not be made.
CANNOT_COMPARE = "cannot be compared"


@listed
def reconciliation(ask: Ask) -> Table:
    """Figures calculated from schools beside the publisher's own."""
    answer = ask("reconciliation")
    rows = []
    for r in answer.rows:
        how = text_or(r["unit"]), text_or(r["kind"]), r["decimals"] if is_number(r["decimals"]) else 1
        rows.append(
            [
                text_or(r["la_name"]),
                text_or(r["name"], str(r["indicator_id"])),
                str(r["academic_year"]),
                value_words(r["published_value"], *how),
                value_words(r["calculated_value"], *how),
                words.signed(r["difference"], 2) if is_number(r["difference"]) else words.NO_ROW,
                f"{r['tolerance']:g}" if is_number(r["tolerance"]) else "none",
                number_text(r["n_schools"]),
                number_text(r["n_schools_missing"]),
                f"{100 * r['share_of_pupils']:.1f}%" if is_number(r["share_of_pupils"]) else "not known",
                _within(r["is_within_tolerance"], r["reason"]),
            ]
        )
    return Table(
        "reconciliation",
        "Calculated from schools, and the publisher’s own figure for the authority",
        (
            "Authority",
            "Indicator",
            "Year",
            "Published",
            "Calculated",
            "Difference (points)",
            "Tolerance",
            "Schools",
            "Schools missing",
            "Pupils of the authority in them",
            "Result",
        ),
        rows,
        frozenset({3, 4, 5, 6, 7, 8, 9}),
        answer,
    )


def _within(value: Any, reason: Any) -> str:
    if reason is not None:
        return f"{CANNOT_COMPARE}: {str(reason)[:1].lower()}{str(reason)[1:]}"
    return "within tolerance" if bool(value) else "outside tolerance"


@listed
def doubtful(ask: Ask) -> Table:
    """Columns of figures that look wrong."""
    answer = ask("doubtful_figures", most=MOST_ROWS)
    rows = [
        [
            text_or(r["source_path"]),
            text_or(r["academic_year"], "–"),
            text_or(r["column_name"], "–"),
            text_or(r["reason"]),
            number_text(r["n_figures"]),
            f"{r['first_row']} to {r['last_row']}",
        ]
        for r in answer.rows
    ]
    return Table(
        "doubtful",
        "Figures to look at",
        ("File", "Year", "Column", "What looks wrong", "Figures", "Rows"),
        rows,
        frozenset({4}),
        answer,
    )


@listed
def figure_sources(ask: Ask, area: str | None = None) -> Table:
    """Which files hold a figure, and why one was taken: of figures that several hold, or of every figure of one area."""
    answer = ask("figure_sources", area=area, most=MOST_ROWS)
    rows = []
    for r in answer.rows:
        how = text_or(r["unit"]), text_or(r["kind"]), r["decimals"] if is_number(r["decimals"]) else 1
        rows.append(
            [
                text_or(r["school"], str(r["area_id"])),
                str(r["area_id"]),
                text_or(r["name"], str(r["indicator_id"])),
                str(r["breakdown_id"]),
                str(r["academic_year"]),
                str(r["release"]),
                value_words(r["value"], *how, status=r["status"]),
                text_or(r["source_path"]),
                number_text(r["row_number"]) if r["row_number"] else "–",
                "taken" if r["is_taken"] else "not taken",
                text_or(r["reason"]),
            ]
        )
    return Table(
        "figure_sources",
        "Which file a figure comes from",
        ("Area", "URN or code", "Indicator", "Breakdown", "Year", "Release", "Figure", "File", "Row", "Taken", "Why"),
        rows,
        frozenset({6, 8}),
        answer,
    )


@listed
def restatements(ask: Ask) -> Table:
    """Figures that a later file gives differently."""
    answer = ask("restatements", most=MOST_ROWS)
    rows = []
    for r in answer.rows:
        how = text_or(r["unit"]), text_or(r["kind"]), r["decimals"] if is_number(r["decimals"]) else 1
        rows.append(
            [
                text_or(r["school"], str(r["urn"])),
                str(r["urn"]),
                text_or(r["name"], str(r["indicator_id"])),
                str(r["breakdown_id"]),
                str(r["academic_year"]),
                value_words(r["own_value"], *how),
                value_words(r["later_value"], *how),
                words.signed(r["difference"], 2) if is_number(r["difference"]) else words.NO_ROW,
                text_or(r["later_path"]),
            ]
        )
    return Table(
        "restatements",
        "Figures restated by a later file",
        (
            "School",
            "URN",
            "Indicator",
            "Breakdown",
            "Year",
            "First published",
            "Later",
            "Difference (points)",
            "Later file",
        ),
        rows,
        frozenset({5, 6, 7}),
        answer,
    )


@listed
def freshness(ask: Ask) -> Table:
    """How fresh each source is."""
    answer = ask("freshness")
    rows = [
        [
            text_or(r["source"], "Not recognised"),
            text_or(r["latest_year"], "–"),
            words.day_words(r["latest_arrival"]),
            number_text(r["files_used"]),
            number_text(r["files_refused"]),
            number_text(r["rows_accepted"]),
            number_text(r["rows_rejected"]),
        ]
        for r in answer.rows
    ]
    return Table(
        "freshness",
        "How fresh each source is",
        (
            "Source",
            "Latest year",
            "Latest file arrived",
            "Files used",
            "Files refused",
            "Rows accepted",
            "Rows rejected",
        ),
        rows,
        frozenset({3, 4, 5, 6}),
        answer,
    )


@listed
def method_figures(ask: Ask) -> Table:
    """What was measured about each method."""
    answer = ask("method_figures")
    rows = [
        [
            text_or(r["method_id"]).replace("_", " "),
            text_or(r["figure"]).replace("_", " "),
            f"{r['value']:g}",
            number_text(r["worlds"]),
            words.day_words(r["measured_on"]),
            text_or(r["note"], "–"),
        ]
        for r in answer.rows
    ]
    return Table(
        "method_figures",
        "Measured figures of each method",
        ("Method", "What was measured", "Value", "Worlds or cases", "Measured on", "Note"),
        rows,
        frozenset({2, 3}),
        answer,
    )
