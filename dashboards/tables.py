"""Every table a page shows, and the CSV of the same table.

Belongs here: one function per table, from the door's answer to headed rows of text. The table under a chart, the table
on a page and the download all come from here, so they cannot differ. Does not belong here: HTML.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dashboards import rules, words
from dashboards.access import Answer
from dashboards.state import Area, Ask, address, areas
from dashboards.words import count_words, interval_words, is_number, status_word, text_or, value_words

MOST_ROWS = 5000
# Every school England ever had fits.
MOST_SCHOOLS = 100_000


@dataclass(frozen=True)
class Table:
    """Headed rows of text, which columns hold numbers, and where it all comes from."""

    name: str
    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: frozenset[int]
    answer: Answer
    links: Sequence[str | None] = ()
    total: int | None = None  # how many rows there are, when not all were asked for

    @property
    def hidden(self) -> tuple[str, ...]:
        """Why anything in the table was held back."""
        return self.answer.hidden


_BUILDERS: dict[str, Callable[..., Table]] = {}


def _table(build: Callable[..., Table]) -> Callable[..., Table]:
    _BUILDERS[build.__name__] = build
    return build


def build(name: str, ask: Ask, parameters: dict[str, Any]) -> Table:
    """The table called `name`. Raises KeyError when there is none, TypeError for a parameter it does not have,
    LookupError when its area does not exist."""
    return _BUILDERS[name](ask, **parameters)


def names() -> list[str]:
    """Every table there is."""
    return sorted(_BUILDERS)


def to_csv(table: Table) -> str:
    """The table as CSV: the cells as seen (numbers without signs of unit), then where they come from on every row."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*table.headings, "warehouse version", "as at", "held back"])
    as_at = table.answer.built_at.isoformat()
    held = " ".join(table.hidden)
    for row in table.rows:
        cells = [_number(cell) if place in table.numeric else _text(cell) for place, cell in enumerate(row)]
        writer.writerow([*cells, table.answer.version, as_at, held])
    if not table.rows and held:
        writer.writerow(["" for _ in table.headings] + [table.answer.version, as_at, held])
    # The mark makes spreadsheets read the file as UTF-8.
    return "\ufeff" + out.getvalue()


def _number(cell: str) -> str:
    plain = cell.replace("−", "-").replace(",", "").removesuffix("%").removeprefix("+")
    try:
        float(plain)
    except ValueError:
        return _text(cell)
    return plain


def _text(cell: str) -> str:
    # A spreadsheet would run a cell that begins like a formula.
    return "'" + cell if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def find_area(ask: Ask, key: str | None) -> Area:
    """The area written `key`, or the first one when `key` is None. Raises LookupError when there is no such area."""
    listed = areas(ask)
    for area in listed:
        if key is None or area.key == key:
            return area
    raise LookupError(
        f"There is no partnership or authority called “{key}” in this warehouse."
        if key
        else "There is no partnership or authority in this warehouse yet."
    )


def _n(value: Any) -> str:
    return f"{value:,.0f}" if is_number(value) else ""


def _rating(value: Any) -> str:
    return f"{value:.1f}" if is_number(value) else "not shown"


@_table
def indicators(ask: Ask, area: str | None = None, breakdown: str = "all", year: str | None = None) -> Table:
    """Every indicator of an area in its latest year, beside England."""
    chosen = find_area(ask, area)
    answer = ask("area_series", area_type=chosen.area_type, area_id=chosen.area_id, breakdown=breakdown, year=year)
    rows = [_reading_row(r) for r in rules.readings(answer.rows, chosen.area_type)]
    return Table(
        "indicators",
        f"{chosen.name}: every indicator in its latest year",
        _READING_HEADINGS,
        rows,
        _READING_NUMBERS,
        answer,
    )


_READING_HEADINGS = (
    "Indicator",
    "Year",
    "Value",
    "95% interval",
    "Change on last year",
    "England",
    "Gap to England",
    "Beside England",
    "n (pupils)",
    "Release",
    "Source file",
)
_READING_NUMBERS = frozenset({2, 5, 8})


def _reading_row(r: rules.Reading) -> list[str]:
    return [
        r.name,
        r.year,
        r.words(),
        interval_words(r.low, r.high, r.unit, r.kind, r.decimals) or "none",
        words.difference_words(r.change, r.unit, r.decimals) if r.change is not None else r.change_reason,
        value_words(r.england, r.unit, r.kind, r.decimals) if is_number(r.england) else words.NO_ROW,
        words.difference_words(r.gap, r.unit, r.decimals) if r.gap is not None else "not compared",
        r.verdict.word,
        _n(r.cohort) or "not published",
        r.release or "calculated from schools",
        r.source_file or "calculated from schools",
    ]


@_table
def transition_points(ask: Ask, area: str | None = None, year: str | None = None) -> Table:
    """The transition points of an area's latest year of reviews, item by item."""
    chosen = find_area(ask, area)
    answer = ask("transition_points", area_type=chosen.area_type, area_id=chosen.area_id, year=year)
    rows = [
        [
            r["item_id"],
            r["section"],
            r["label"],
            _rating(r["host"]),
            _n(r["host_responses"]),
            _rating(r["review_team"]),
            _n(r["review_team_responses"]),
            r["academic_year"],
        ]
        for r in answer.rows
    ]
    return Table(
        "transition_points",
        f"{chosen.name}: transition points, mean rating 0 to 5",
        (
            "Item",
            "Section",
            "Statement",
            "Host schools",
            "n (host)",
            "Review teams",
            "n (review team)",
            "Year",
        ),
        rows,
        frozenset({3, 4, 5, 6}),
        answer,
    )


@_table
def reflection(ask: Ask, area: str | None = None, year: str | None = None) -> Table:
    """The domains of the reflection questions, term by term."""
    chosen = find_area(ask, area)
    answer = ask("reflection_domains", area_type=chosen.area_type, area_id=chosen.area_id, year=year)
    rows = [
        [r["domain"], rules.term_words(str(r["term"])), _rating(r["mean_value"]), _n(r["responses"])]
        for r in answer.rows
    ]
    return Table(
        "reflection",
        f"{chosen.name}: reflection questions by domain, mean rating 0 to 5",
        ("Domain", "Term", "Mean rating", "n (leaders)"),
        rows,
        frozenset({2, 3}),
        answer,
    )


def _meta(ask: Ask, indicator: str) -> dict[str, Any]:
    for row in ask("indicators").rows:
        if row["indicator_id"] == indicator:
            return row
    raise LookupError(f"There is no indicator called “{indicator}” in this warehouse.")


@_table
def trend(ask: Ask, indicator: str, area: str | None = None, breakdown: str = "all") -> Table:
    """One indicator over the years: the area, its authority, England."""
    chosen, meta = find_area(ask, area), _meta(ask, indicator)
    answer = ask(
        "trend_lines",
        indicator=indicator,
        breakdown=breakdown,
        partnership=chosen.partnership,
        authority=chosen.la_code or None,
    )
    how = meta["unit"], meta["kind"], meta["decimals"]
    rows = [
        [
            r["area_name"],
            r["academic_year"],
            value_words(r["value"], *how, r["status"]),
            interval_words(r["ci_low"], r["ci_high"], *how) or "none",
            _n(r["cohort"]) or "not published",
            _n(r["schools"]),
            text_or(r["origin"]),
            text_or(r["release"], "–"),
            text_or(r["source_file"], "calculated from schools"),
        ]
        for r in answer.rows
    ]
    return Table(
        "trend",
        f"{meta['name']}: {chosen.name}, its authority and England",
        (
            "Area",
            "Year",
            "Value",
            "95% interval",
            "n (pupils)",
            "Schools",
            "Origin",
            "Release",
            "Source file",
        ),
        rows,
        frozenset({2, 4, 5}),
        answer,
    )


ORDERS = {"gap": "Gap to England, worst first", "name": "By name"}


@dataclass(frozen=True)
class SchoolSeries:
    """One school's series of one indicator, for the small multiples and their table."""

    urn: str
    name: str
    rows: dict[str, dict[str, Any]]
    england: dict[str, float]
    verdict: words.Verdict
    gap: float | None


def school_series(
    ask: Ask, indicator: str, area: Area, breakdown: str, order: str
) -> tuple[list[SchoolSeries], list[str], int, Answer]:
    """Schools of an area with rows of an indicator, ordered; the years; the number of schools without any row.

    A school's verdict and gap belong to the last year of the whole chart, so that all schools are ordered by the same
    year; a small cohort, or a school without a figure for it, comes last.
    """
    meta = _meta(ask, indicator)
    answer = ask(
        "school_lines",
        indicator=indicator,
        breakdown=breakdown,
        partnership=area.partnership,
        authority=area.la_code or None,
    )
    grouped: dict[str, list[dict[str, Any]]] = {}
    for row in answer.rows:
        grouped.setdefault(str(row["urn"]), []).append(row)
    present = {urn: rows for urn, rows in grouped.items() if rows[0]["academic_year"] is not None}
    seen = [str(row["academic_year"]) for rows in present.values() for row in rows]
    years = words.years_between(min(seen), max(seen)) if seen else []
    found = []
    for urn, rows in present.items():
        by_year = {str(row["academic_year"]): row for row in rows}
        last = by_year.get(years[-1], {})
        beside = {
            year: words.england_beside(row["england"], str(meta["kind"]), breakdown) for year, row in by_year.items()
        }
        england = {year: float(value) for year, value in beside.items() if is_number(value)}
        benchmark = england.get(years[-1])
        verdict = words.compare(
            last.get("value"),
            last.get("ci_low"),
            last.get("ci_high"),
            benchmark,
            str(meta["polarity"]),
            last.get("cohort"),
            meta["minimum_cohort"],
        )
        gap = last["value"] - benchmark if is_number(last.get("value")) and is_number(benchmark) else None
        found.append(SchoolSeries(urn, str(rows[0]["name"]), by_year, england, verdict, gap))
    sign = -1 if meta["polarity"] == "lower" else 1

    def place(school: SchoolSeries) -> tuple[bool, float, str]:
        if order == "name" or meta["polarity"] == "none":
            return (False, 0.0, school.name)
        unjudged = school.gap is None or school.verdict.word == "Small cohort"
        return (unjudged, sign * (school.gap or 0.0), school.name)

    return sorted(found, key=place), years, len(grouped) - len(present), answer


@_table
def schools_trend(
    ask: Ask, indicator: str, area: str | None = None, breakdown: str = "all", order: str = "gap"
) -> Table:
    """Every school of an area, one column per year."""
    chosen, meta = find_area(ask, area), _meta(ask, indicator)
    found, years, _without, answer = school_series(ask, indicator, chosen, breakdown, order)
    how = meta["unit"], meta["kind"], meta["decimals"]
    rows = []
    for school in found:
        cells = [
            value_words(school.rows[y]["value"], *how, school.rows[y]["status"]) if y in school.rows else words.NO_ROW
            for y in years
        ]
        last = school.rows.get(years[-1], {})
        rows.append([school.name, school.urn, *cells, _cohort_of_last(last), school.verdict.word])
    return Table(
        "schools_trend",
        f"{meta['name']}: every school of {chosen.name}",
        ("School", "URN", *years, f"n (pupils, {years[-1]})" if years else "n (pupils)", "Beside England"),
        rows,
        frozenset(range(2, 3 + len(years))),
        answer,
        links=[f"/school/{s.urn}" for s in found],
    )


def _cohort_of_last(last: dict[str, Any]) -> str:
    """The number of pupils behind a figure; nothing where there is no figure for them to stand behind."""
    return _n(last.get("cohort")) or "not published" if is_number(last.get("value")) else "–"


@_table
def schools(ask: Ask, search: str | None = None, most: int = MOST_SCHOOLS) -> Table:
    """The list of schools."""
    answer = ask("schools", search=search, authority=None, most=most)
    found = answer.rows
    rows = [
        [
            str(r["name"]),
            str(r["urn"]),
            text_or(r["phase"], "not known"),
            text_or(r["la_name"], "not known"),
            text_or(r["status"], "not known"),
            text_or(r["partnerships"], "none"),
        ]
        for r in found
    ]
    return Table(
        "schools",
        "Schools",
        ("School", "URN", "Phase", "Authority", "Status", "Partnership today"),
        rows,
        frozenset(),
        answer,
        links=[f"/school/{r['urn']}" for r in found],
        total=int(answer.rows[0]["found"]) if answer.rows else 0,
    )


@_table
def school_results(ask: Ask, urn: str, breakdown: str = "all") -> Table:
    """Every indicator of one school, every year, beside its authority and England."""
    answer = ask("school_series", urn=urn, breakdown=breakdown)
    rows = [
        [
            r["name"],
            r["academic_year"],
            text_or(r["area_name"], r["area_type"]),
            value_words(r["value"], r["unit"], r["kind"], r["decimals"], r["status"]),
            interval_words(r["ci_low"], r["ci_high"], r["unit"], r["kind"], r["decimals"]) or "none",
            _n(r["cohort"]) or "not published",
            text_or(r["release"]),
            text_or(r["source_file"]),
        ]
        for r in answer.rows
    ]
    return Table(
        "school_results",
        "Every indicator and year, beside the authority and England",
        ("Indicator", "Year", "Area", "Value", "95% interval", "n (pupils)", "Release", "Source file"),
        rows,
        frozenset({3, 5}),
        answer,
    )


ROLES = {"host": "Host school", "review_team": "Review team", "leader": "Leader"}


@_table
def school_ratings(ask: Ask, urn: str) -> Table:
    """Peer-review evidence about one school."""
    answer = ask("school_ratings", urn=urn)
    rows = [
        [
            r["instrument_name"],
            r["section"],
            rules.term_words(str(r["term"])),
            ROLES.get(str(r["respondent_role"]), str(r["respondent_role"])),
            _rating(r["mean_value"]),
            _n(r["responses"]),
            _n(r["statements"]),
        ]
        for r in answer.rows
    ]
    return Table(
        "school_ratings",
        "Ratings by section, mean 0 to 5",
        ("Instrument", "Section", "Term", "Who answered", "Mean rating", "Answers", "Statements"),
        rows,
        frozenset({4, 5, 6}),
        answer,
    )


@_table
def files(ask: Ask) -> Table:
    """The file log."""
    answer = ask("file_log")
    rows = [
        [
            text_or(r["path"]),
            text_or(r["source"], "Not recognised"),
            text_or(r["academic_year"], "–"),
            ": ".join(text for text in (text_or(r["status"]), text_or(r["reason"])) if text),
            _n(r["rows_landed"]),
            _n(r["rows_accepted"]),
            _n(r["rows_rejected"]),
            _n(r["rows_superseded"]),
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


@_table
def file_history(ask: Ask, file: str | None = None) -> Table:
    """What became of one file over time, or of every file; a file is named by any content it had."""
    answer = ask("file_history", file=file, most=MOST_ROWS)
    rows = [
        [
            text_or(r["event"]),
            words.moment_words(r["happened_at"]),
            text_or(r["reason"], "–"),
            _n(r["rows_concerned"]) if r["rows_concerned"] else "–",
            text_or(r["path"]),
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


@_table
def rejected(ask: Ask, file: str | None = None) -> Table:
    """Rows and cells that were not taken."""
    answer = ask("rejected_rows", file=file, most=MOST_ROWS)
    rows = [
        [
            text_or(r["path"], str(r["file_id"])),
            _n(r["row_number"]),
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


@_table
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
                _n(r["schools"]),
                _n(r["schools_missing"]),
                _within(r["within_tolerance"]),
            ]
        )
    return Table(
        "reconciliation",
        "Calculated from schools beside the publisher’s own figure for the authority",
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
            "Result",
        ),
        rows,
        frozenset({3, 4, 5, 6, 7, 8}),
        answer,
    )


def _within(value: Any) -> str:
    return "cannot be checked" if value is None else "within tolerance" if bool(value) else "outside tolerance"


@_table
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
                text_or(r["later_file"]),
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


@_table
def freshness(ask: Ask) -> Table:
    """How fresh each source is."""
    answer = ask("freshness")
    rows = [
        [
            text_or(r["source"], "Not recognised"),
            text_or(r["latest_year"], "–"),
            words.day_words(r["latest_arrival"]),
            _n(r["files_used"]),
            _n(r["files_refused"]),
            _n(r["rows_accepted"]),
            _n(r["rows_rejected"]),
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


__all__ = [
    "MOST_ROWS",
    "ORDERS",
    "ROLES",
    "SchoolSeries",
    "Table",
    "build",
    "count_words",
    "find_area",
    "names",
    "school_series",
    "status_word",
    "to_csv",
]
