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

from dashboards import compared, registered, rules, words
from dashboards import impact_words, rules, words
from dashboards import curve_words, rules, words
from dashboards.access import Answer
from dashboards.state import Area, Ask, areas
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


def authority_of(area: Area) -> str | None:
    """The authority to ask about when a whole authority is chosen, else None."""
    return area.la_code if area.partnership is None else None


def _latest_day(ask: Ask) -> str:
    """The latest term at whose end the register stands; a term nothing stands for where there is no register."""
    days = ask("risk_days").rows
    return str(days[0]["as_at"]) if days else "none"


@_table
def risk_register(
    ask: Ask, area: str | None = None, as_at: str | None = None, order: str = "score", quiet: str = "hide"
) -> Table:
    """The risk register of an area as at the end of a term, the latest unless given; `order` and `quiet` as on the page."""
    chosen, as_at = find_area(ask, area), as_at or _latest_day(ask)
    asked = {"as_at": as_at, "authority": authority_of(chosen), "partnership": chosen.partnership}
    answer, flags = ask("risk_register", **asked), ask("risk_flags", **asked)
    reasons: dict[tuple[str, str], list[str]] = {}
    for flag in flags.rows:
        reasons.setdefault((flag["area_type"], flag["area_id"]), []).append(str(flag["rule_short_name"]))
    rows = [
        [
            str(r["name"]),
            text_or(r["urn"], str(r["area_id"])),
            str(r["area_type"]),
            f"{float(r['score']):.1f}",
            f"{float(r['flag_points']):.1f}",
            f"{float(r['standing_points']):.1f}",
            f"{r['place']:,}",
            f"{r['listed']:,}",
            "; ".join(reasons.get((r["area_type"], r["area_id"]), [])) or "none",
            f"{r['strong_flags']:,}",
            str(r["evidence_kind"]),
            str(r["change"]),
            text_or(r["since"], "–"),
            "yes" if r["on_monitoring_list"] else "no",
        ]
        for r in registered.ordered(answer.rows, order if order in registered.ORDERS else "score")
        if quiet == "show" or registered.has_something_to_say(r)
    ]
    return Table(
        "risk_register",
        f"{chosen.name}: risk register, end of {as_at}",
        (
            "School or partnership",
            "URN or code",
            "What it is",
            "Score",
            "For flags",
            "For likely standing",
            "Place",
            "of",
            "Reasons",
            "Strong reasons",
            "Kind of evidence",
            "Since the term before",
            "Oldest reason since",
            "On the monitoring list",
        ),
        rows,
        frozenset({3, 4, 5, 6, 7, 9}),
        answer,
        links=[],
    )


@_table
def risk_reasons(ask: Ask, urn: str, as_at: str | None = None) -> Table:
    """One school's reasons as at the end of a term, the latest unless given."""
    as_at = as_at or _latest_day(ask)
    answer = ask("school_risk", urn=urn, as_at=as_at)
    rows = [
        [
            str(r["rule"]),
            str(r["evidence_kind"]),
            str(r["strength"]),
            str(r["evidence"]),
            _n(r["n"]) or "nothing counted",
            text_or(r["since"]),
            f"{float(r['points']):.1f}",
            f"{r['p_value']:.5f}" if is_number(r["p_value"]) else "a fact",
            f"{r['q_value']:.5f}" if is_number(r["q_value"]) else "a fact",
            registered.rate_words(r["false_alarm_rate"])
            if is_number(r["false_alarm_rate"])
            else r["false_alarm_reason"],
            str(r["source"]),
            str(r["rule_id"]),
        ]
        for r in answer.rows
    ]
    return Table(
        "risk_reasons",
        f"Reasons of the school with URN {urn}, end of {as_at}",
        (
            "Rule",
            "Kind of evidence",
            "Strength",
            "Evidence",
            "n",
            "Since",
            "Points",
            "p",
            "q",
            "False-alarm rate",
            "Source",
            "Rule id",
        ),
        rows,
        frozenset({4, 6}),
        answer,
    )


@_table
def risk_standing(ask: Ask, urn: str, as_at: str | None = None) -> Table:
    """Where one school is likely to stand among schools of its kind, measure by measure."""
    return risk_standing_of(ask("school_risk_standing", urn=urn, as_at=as_at or _latest_day(ask)))


def risk_standing_of(answer: Answer) -> Table:
    """The table of an answer to school_risk_standing."""
    rows = [
        [
            str(r["short_name"]),
            str(r["academic_year"]),
            value_words(r["value"], r["unit"], r["kind"], r["decimals"]),
            _n(r["n"]) or "not published",
            f"{r['years_used']}",
            f"{100 * r['believed']:.0f}%",
            f"{100 * r['place']:.0f}%" if is_number(r["place"]) else "cannot be told apart",
            f"{r['schools']:,} {str(r['peers']).replace('_', '-')}",
            f"{r['points']:.1f}",
        ]
        for r in answer.rows
    ]
    return Table(
        "risk_standing",
        "Likely standing among schools of its kind",
        (
            "Measure",
            "Year",
            "Value",
            "n (pupils)",
            "Years used",
            "Believed",
            "Schools that do better",
            "Among schools",
            "Points",
        ),
        rows,
        frozenset({2, 3, 4, 5, 6, 8}),
        answer,
    )


@_table
def risk_history(ask: Ask, urn: str) -> Table:
    """One school in the register, term by term."""
    return risk_history_of(ask("school_risk_history", urn=urn))


def risk_history_of(answer: Answer) -> Table:
    """The table of an answer to school_risk_history."""
    rows = [
        [
            rules.term_words(str(r["as_at"])),
            f"{r['score']:.1f}",
            f"{r['place']:,}",
            f"{r['listed']:,}",
            registered.change(r).word,
            text_or(r["reasons"], "none"),
            "yes" if r["on_monitoring_list"] else "no",
        ]
        for r in answer.rows
    ]
    return Table(
        "risk_history",
        "The school in the register, term by term",
        ("End of", "Score", "Place", "of", "Since the term before", "Reasons", "On the monitoring list"),
        rows,
        frozenset({1, 2, 3}),
        answer,
    )


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


@_table
def compare_spine(
    ask: Ask, urn: str, benchmark: str = "england", breakdown: str = "all", year: str | None = None
) -> Table:
    """One school beside a benchmark, indicator by indicator."""
    answer = ask("compare_spine", urn=urn, benchmark=benchmark, breakdown=breakdown, year=year)
    rows = []
    for r in answer.rows:
        how = text_or(r["unit"]), text_or(r["kind"]), r["decimals"]
        funnel, rank = compared.outside_funnel(r), compared.rank_words(r)
        rows.append(
            [
                text_or(r["name"]),
                text_or(r["academic_year"]),
                value_words(r["value"], *how),
                interval_words(r["ci_low"], r["ci_high"], *how) or "none",
                _n(r["n"]) or "not published",
                value_words(r["benchmark_value"], *how),
                compared.verdict(r).word,
                compared.beside(r, benchmark).sentence,
                funnel.sentence if funnel else "nothing to say",
                rank,
                value_words(r["shrunk_value"], *how) if is_number(r["shrunk_value"]) else "none",
                value_words(r["three_year_value"], *how) if is_number(r["three_year_value"]) else "none",
                text_or(r["release"], "–"),
            ]
        )
    return Table(
        "compare_spine",
        f"Every indicator beside {compared.name_of(benchmark)}",
        (
            "Indicator",
            "Year",
            "Value",
            "95% interval",
            "n (pupils)",
            compared.BENCHMARKS[benchmark],
            "Verdict",
            "In words",
            "Funnel",
            "Percentile (what intervals leave open)",
            "Drawn to the mean",
            "Three years (3, 2, 1)",
            "Release",
        ),
        rows,
        frozenset({2, 4, 5, 10, 11}),
        answer,
def curves(ask: Ask, area: str | None = None, year: str | None = None) -> Table:
    """Every curve of a partnership, or of an authority's partnerships, with its verdict; `year` is when it was agreed."""
    chosen = find_area(ask, area)
    answer = ask("curves", partnership=chosen.partnership, authority=chosen.la_code or None)
    found = [r for r in answer.rows if year is None or str(r["academic_year"]) == year]
    rows = []
    for r in found:
        how = curve_words.how(r)
        rows.append(
            [
                str(r["partnership"]),
                f"{r['priority_number']}. {r['priority']}",
                str(r["short_name"]),
                str(r["academic_year"]),
                value_words(r["baseline_value"], *how),
                f"{value_words(r['target'], *how)} in {r['target_year']}",
                f"{value_words(r['judged_value'], *how)} in {r['judged_year']}"
                if text_or(r["judged_year"])
                else words.NO_ROW,
                value_words(r["expected"], *how),
                interval_words(r["expected_low"], r["expected_high"], *how) or "none",
                words.difference_words(r["turn"], how[0], how[2]) if is_number(r["turn"]) else "none",
                curve_words.verdict(r).word,
                str(r["rule_name"]),
                f"{r['essentials_done']} of {r['essentials']} done, {r['overdue']} overdue",
            ]
        )
    return Table(
        "curves",
        f"{chosen.name}: curves to turn",
        (
            "Partnership",
            "Priority",
            "Indicator",
            "Agreed in",
            "Baseline (warehouse)",
            "Target",
            "What happened",
            "Expected if nothing changed",
            "Nine in ten",
            "Beyond the forecast",
            "Verdict",
            "Rule",
            "Essentials",
        ),
        rows,
        frozenset({4, 7}),
        answer,
        links=[f"/curves?area=partnership-{r['partnership_id']}&year={r['academic_year']}" for r in found],
    )


@_table
def compare_funnel(ask: Ask, urn: str, indicator: str, breakdown: str = "all", year: str | None = None) -> Table:
    """The schools of one funnel: those of the school's authority and kind, the nearest to their limits and beyond first."""
    meta = _meta(ask, indicator)
    answer = ask("compare_funnel", urn=urn, indicator=indicator, breakdown=breakdown, year=year)
    how = text_or(meta["unit"]), text_or(meta["kind"]), meta["decimals"]
    # z is a mart's figure; schools without one come last
    found = sorted(answer.rows, key=lambda r: -abs(r["z"]) if is_number(r["z"]) else 1)
    rows = [
        [
            text_or(r["name"]),
            text_or(r["urn"]),
            value_words(r["value"], *how),
            _n(r["n"]) or "not published",
            interval_words(r["lower_95"], r["upper_95"], *how) or "none",
            interval_words(r["lower_998"], r["upper_998"], *how) or "none",
            compared.PLACES.get(text_or(r["position"]), "cannot be said"),
            text_or(r["reason"], "–"),
        ]
        for r in found
    ]
    return Table(
        "compare_funnel",
        f"{meta['name']}: schools in the funnel",
        ("School", "URN", "Value", "n (pupils)", "95% limits", "99.8% limits", "Place", "Why nothing is said"),
        rows,
        frozenset({2, 3}),
        answer,
        links=[f"/school/{r['urn']}" for r in found],
    )


@_table
def compare_similar(ask: Ask, urn: str, year: str | None = None) -> Table:
    """The school and its similar schools, nearest first, with the context indicators of each."""
    answer = ask("compare_similar", urn=urn, year=year)
    context = {str(r["indicator_id"]): text_or(r["short_name"]) for r in answer.rows if text_or(r["indicator_id"])}
    schools: dict[int, list[dict[str, Any]]] = {}
    for r in answer.rows:
        schools.setdefault(int(r["similar_rank"]), []).append(r)
    rows = []
    for rank, found in sorted(schools.items()):
        of = {str(r["indicator_id"]): r for r in found}
        rows.append(
            [
                text_or(found[0]["name"], "not known") + (" (this school)" if rank == 0 else ""),
                text_or(found[0]["urn"], "–"),
                text_or(found[0]["la_name"], "not known"),
                "–" if rank == 0 else f"{found[0]['distance']:.2f}",
                *(
                    value_words(of[i]["value"], of[i]["unit"], of[i]["kind"], of[i]["decimals"], of[i]["status"])
                    if i in of
                    else words.NO_ROW
                    for i in context
                ),
            ]
        )
    return Table(
        "compare_similar",
        "Similar schools, nearest first",
        ("School", "URN", "Authority", "Distance", *context.values()),
        rows,
        frozenset({3, *range(4, 4 + len(context))}),
        answer,
        links=[f"/school/{found[0]['urn']}" if found[0]["urn"] else None for _rank, found in sorted(schools.items())],
    )


@_table
def compare_gaps(ask: Ask, urn: str, year: str | None = None) -> Table:
    """Disadvantaged pupils beside the others of one school."""
    answer = ask("compare_gaps", urn=urn, year=year)
    rows = []
    for r in answer.rows:
        how = text_or(r["unit"]), text_or(r["kind"]), r["decimals"]
        points = str(r["unit"]), r["decimals"]
        rows.append(
            [
                text_or(r["name"]),
                text_or(r["academic_year"]),
                value_words(r["value"], *how),
                _n(r["n"]) or "not published",
                value_words(r["other_value"], *how),
                _n(r["other_n"]) or "not published",
                words.difference_number(r["gap"], *points) if is_number(r["gap"]) else "none",
                f"{words.difference_number(r['gap_low'], *points)} to {words.difference_number(r['gap_high'], *points)}"
                if is_number(r["gap_low"])
                else "none",
                compared.GAPS.get(text_or(r["verdict"]), "Cannot be said"),
                text_or(r["reason"], "–"),
            ]
        )
    return Table(
        "compare_gaps",
        "Disadvantaged pupils beside the other pupils of the school",
        (
            "Indicator",
            "Year",
            "Disadvantaged",
            "n",
            "Other pupils",
            "n (others)",
            "Gap (points)",
            "95% interval",
            "Verdict",
            "Why nothing is said",
        ),
        rows,
        frozenset({2, 3, 4, 5, 6}),
def curve_points(ask: Ask, area: str | None = None, year: str = "", priority: str = "1") -> Table:
    """The points of one curve: history, forecasts, target. Raises LookupError where there is no such curve."""
    chosen = find_area(ask, area)
    listed = ask("curves", partnership=chosen.partnership, authority=chosen.la_code or None).rows
    meta = next(
        (
            r
            for r in listed
            if r["academic_year"] == (year or r["academic_year"]) and str(r["priority_number"]) == priority
        ),
        None,
    )
    if meta is None:
        raise LookupError(f"{chosen.name} has no curve “{priority}” agreed in “{year}”.")
    how = curve_words.how(meta)
    answer = ask("curve_points", partnership=meta["partnership_id"], year=str(meta["academic_year"]))
    kinds = {"history": "Figure", "forecast": "Forecast", "target": "Target"}
    rows = [
        [
            str(r["point_year"]),
            kinds[str(r["point_kind"])],
            text_or(r["made_in"], "–"),
            value_words(r["value"], *how, r["status"]),
            interval_words(r["low"], r["high"], *how) or "none",
            _n(r["cohort"]) or "–",
            curve_words.METHODS.get(text_or(r["method"]), "–"),
        ]
        for r in answer.rows
        if str(r["priority_number"]) == str(meta["priority_number"])
    ]
    return Table(
        "curve_points",
        f"{meta['priority']}: {meta['indicator']}. Figures with a 95% interval, forecasts with one of nine in ten",
        ("Year", "What", "Forecast told in", "Value", "Interval", "n (pupils)", "How forecast"),
        rows,
        frozenset({3, 5}),
        answer,
    )


__all__ = [
    "MOST_ROWS",
    "ORDERS",
    "ROLES",
    "SchoolSeries",
    "Table",
    "authority_of",
    "build",
    "count_words",
    "find_area",
    "names",
    "risk_history_of",
    "risk_standing_of",
    "school_series",
    "status_word",
    "to_csv",
]


@_table
def method_figures(ask: Ask) -> Table:
    """What was measured about each method."""
    answer = ask("method_figures")
    rows = [
        [
            text_or(r["method_id"]).replace("_", " "),
            text_or(r["figure"]),
            f"{r['value']:g}",
            _n(r["worlds"]),
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
def impact(ask: Ask, event: str, scope: str) -> Table:
    """Every estimate of impact of one kind of event and scope."""
    answer = ask("impact_estimates", event=event, scope=scope)
    rows = []
    for r in answer.rows:
        rows.append(
            [
                str(r["name"]),
                impact_words.verdict(r).word,
                impact_words.effect(r["estimate"], r) or "none",
                impact_words.interval(r) or "none",
                _p(r["p"]),
                _p(r["p_adjusted"]),
                _p(r["p_randomisation"]),
                _n(r["schools"]),
                _n(r["comparison_schools"]),
                _n(r["schools_dropped"]),
                text_or(r["schools_dropped_reason"]),
                f"{r['mde']:.{max(int(r['decimals']), 1)}f}" if is_number(r["mde"]) else "none",
                f"{r['hedges_g']:.2f}" if is_number(r["hedges_g"]) else text_or(r["hedges_g_reason"]),
                impact_words.before(r),
                text_or(r["years"], "none"),
                text_or(r["method"]).replace("_", " "),
                text_or(r["reason"]),
            ]
        )
    return Table(
        "impact",
        f"Impact of {impact_words.EVENTS.get(event, event)}: every measure",
        ("Indicator", "Verdict", "Difference", "95% interval", "p", "Adjusted p", "By chance alone", "Schools",
         "Comparison schools", "Left out", "Why left out", "Smallest visible effect", "Hedges’ g", "Years before", "Years",
         "Method", "Reason"),
        rows,
        frozenset({4, 5, 6, 7, 8, 9, 11}),
        answer,
    )  # fmt: skip


def _p(value: Any) -> str:
    return f"{value:.3f}" if is_number(value) else "none"


@_table
def impact_years(ask: Ask, event: str, scope: str, indicator: str) -> Table:
    """The effect in each year around the event."""
    answer = ask("impact_years", event=event, scope=scope, indicator=indicator)
    rows = [
        [
            impact_words.year_words(r["relative_year"]),
            impact_words.effect(r["estimate"], r),
            impact_words.interval(r),
            _n(r["schools"]),
        ]
        for r in answer.rows
    ]
    name = str(answer.rows[0]["name"]) if answer.rows else indicator
    return Table(
        "impact_years",
        f"{name}: difference from comparison schools by year",
        ("Year", "Difference", "95% interval", "Schools"),
        rows,
        frozenset({3}),
        answer,
    )
