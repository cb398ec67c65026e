"""Templates from the form to the mart: every one comes through whole, and every wrong cell is refused in words.

One landing folder holds every template filled in, a file of wrong rows per template, odd values, and corrections. What
`turncurve check` says before a file is sent and what the warehouse says after must be the same sentence.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
import pytest
from small_landing import WRITTEN, Small, sha256

from orchestration import contracts, templates
from orchestration.demo import evidence, filled
from orchestration.demo.schools import YEARS
from orchestration.readers import check_file
from tests.conftest import built

DAY = 86_400


def table_of(dataset_id: str) -> list[list[str]]:
    """The demonstration's rows of a template, without header and without what is wrong on purpose."""
    if dataset_id == "template_partnerships":
        return evidence.partnerships()[1:]
    if dataset_id == "template_memberships":
        return evidence.memberships()[1 : -len(evidence.BAD_MEMBERSHIPS)]
    if dataset_id == "template_transition_points":
        return evidence.transition_points(1, YEARS)[1:]
    return filled.FILLED[dataset_id](1)


@dataclass(frozen=True)
class Wrong:
    """One wrong cell in a row that is right otherwise, and what to say of it. `also` are other cells of the row."""

    dataset: str
    column: str
    value: str
    message: str
    also: tuple[tuple[str, str], ...] = ()


#: One for every rule there is; the last ones are of the honest mistakes met most.
WRONG = (
    # required, by kind
    Wrong("reviews", "focus", "", "focus is blank. Type a value like Reading for meaning in key stage 2."),
    Wrong("partnerships", "kind", "", "kind is blank. Type one of: cluster, triad, trust, board."),
    Wrong("transition_points", "rating", "", "rating is blank. Type a value like 4."),
    # types
    Wrong("partnerships", "kind", "club", "“club” is not one of the choices. Type one of: cluster, triad, trust, board."),
    Wrong("transition_points", "respondent_role", "host|review_team",
          "“host|review_team” is not one of the choices. Type one of: host, review_team."),
    Wrong("reviews", "review_id", "R#1", "“R#1” is not a valid code. Type letters, digits and hyphens only, like P01."),
    Wrong("memberships", "school_urn", "9O0019", "“9O0019” is not a valid URN. A URN has six digits, like 123456."),
    Wrong("memberships", "school_urn", "999/2001",
          "“999/2001” looks like an establishment number. A URN has six digits, like 123456."),
    Wrong("attendance", "people", "two", "“two” is not a whole number."),
    Wrong("funding", "amount", "£6,000", "“£6,000” is not a number. Type digits only, like 12.5."),
    Wrong("events", "held_on", "5th March", "“5th March” is not a date we can read. Type it like 2019-03-14 or 14/03/2019."),
    Wrong("events", "held_on", "31/02/2018",
          "“31/02/2018” is a day that does not exist. Type the date like 2019-03-14 or 14/03/2019."),
    Wrong("events", "held_on", "03/14/2019", "“03/14/2019” has the month first. Type the day first: 14/03/2019."),
    Wrong("events", "held_on", "14/03/0219", "“14/03/0219” has an unlikely year. Type the date like 2019-03-14 or 14/03/2019."),
    Wrong("curves", "academic_year", "2018/20", "“2018/20” is not an academic year. Type it like 2018/19."),
    Wrong("maturity_cards", "term", "Easter 2019",
          "“Easter 2019” is not a term. Type it like 2018/19 spring; the terms are autumn, spring and summer."),
    Wrong("insight_profile", "rating", "6", "“6” is not a valid rating. Type a whole number from 0 to 5."),
    Wrong("impact_statements", "expected", "maybe", "“maybe” is neither yes nor no. Type yes or no."),
    # rules of a row
    Wrong("transition_points", "item_id", "TP99",
          "“TP99” is not on the list. Type one like TP01; the sheet “notes” of the form has them all."),
    Wrong("curves", "indicator_id", "happiness",
          "“happiness” is not on the list. Type one like ks2_rwm_expected_pct; the sheet “notes” of the form has them all."),
    Wrong("maturity_cards", "term", "2088/89 spring",
          "“2088/89 spring” is not on the list. Type one like 2018/19 spring; the sheet “notes” of the form has them all."),
    Wrong("attendance", "people", "-1", "“-1” is too small. Type 0 or more."),
    Wrong("memberships", "left_on", "01/09/2015",
          "“01/09/2015” is before joined_on, which is “2016-09-01”. Put right whichever is wrong.",
          (("joined_on", "2016-09-01"),)),
    Wrong("curves", "target_year", "2015/16",
          "“2015/16” is before baseline_year, which is “2016/17”. Put right whichever is wrong.",
          (("baseline_year", "2016/17"),)),
    # one more per template that has none above
    Wrong("agreements", "lawful_basis", "consent", "“consent” is not one of the choices. Type one of: 6(1)(c), 6(1)(e)."),
    Wrong("agreements", "review_on", "", "review_on is blank. Type a value like 2019-07-15."),
    Wrong("system_features", "feature_id", "SF9",
          "“SF9” is not on the list. Type one like SF1; the sheet “notes” of the form has them all."),
    Wrong("reflection_grid", "level", "5", "“5” is not one of the choices. Type one of: 1, 2, 3, 4."),
    Wrong("review_findings", "finding_number", "0", "“0” is too small. Type 1 or more."),
    Wrong("development_visits", "theme_id", "DV11",
          "“DV11” is not on the list. Type one like DV1; the sheet “notes” of the form has them all."),
    Wrong("roles", "holder", "", "holder is blank. Type a value like Deputy head."),
    Wrong("milestones", "due_on", "2019-13-41",
          "“2019-13-41” is a day that does not exist. Type the date like 2019-03-14 or 14/03/2019."),
    Wrong("support_offers_needs", "offer_or_need", "both", "“both” is not one of the choices. Type one of: offer, need."),
    Wrong("support_given", "days", "half", "“half” is not a number. Type digits only, like 12.5."),
    Wrong("support_given", "ended_on", "2010-01-01",
          "“2010-01-01” is before started_on, which is “2019-01-14”. Put right whichever is wrong.",
          (("started_on", "2019-01-14"),)),
    Wrong("step_changes", "reason", "", "reason is blank. Type a value like Two schools merged."),
    Wrong("viewers", "viewer_role", "parent",
          "“parent” is not one of the choices. Type one of: head, partnership_lead, board, authority, steward."),
    Wrong("corrections", "row_number", "1", "“1” is too small. Type 2 or more."),
)  # fmt: skip

#: Odd values by type: whatever is said of them, it is said alike. Each is typed into a column of that type.
ODD = {
    ("events", "held_on"): (
        "2019-3-4", "4.3.2019", "4-3-2019", "2019-03-14 09:30", "2019-03-14T09:30:00", "14/03/2019 09:30:00.5", "14/03/19",
        "2019/03/14", "2019-02-29", "2020-02-29", "29/02/2019", "1799-12-31", "1900-01-01", "0000-01-01", "2201-01-01",
        "13/13/2019", "2019-14-03", "2019-03-14 noon", "0", "43538", "00/01/2019", "1/1/2019", "2019-00-10",
    ),
    ("maturity_cards", "term"): (
        "Spring 2018/19", "spring term 2018/19", "Spring term, 2018/19", "2018/19  Summer", "2018-19 spring", "2018/19",
        "2018/2019 spring", "AUTUMN 2018/19", "2099/00 spring", "1999/00 spring", "2018/19 spring ", "winter 2018/19",
    ),
    ("curves", "target_year"): ("2018/19", "2018-19", "2018/2019", "2099/00", "2019/19", "18/19", "2018/19 x", "2035/36"),
    ("attendance", "people"): ("1,000", "+3", "-0", "3.0", "1e3", "٣", "9999999999", "0", "12 345", "½"),
    ("funding", "amount"): (
        "1,234.50", "1,23", ".5", "5.", ".", "-12", "+12", "1e6", "12%", "12 000", "- 5", "1,234,567", "٣", "0", "--1",
    ),
    ("insight_profile", "rating"): ("0", "5", "4.0", "4 - mostly", "04", "-1", "³", "five"),
    ("impact_statements", "consent_to_quote"): ("YES", "n", "True", "0", "2", "oui", "y "),
    ("impact_statements", "indicator_id"): ("KS2_RWM_EXPECTED_PCT", "ks2", "ks2_rwm_expected_pct", "%"),
    ("attendance", "role"): ("Senior Leader", "senior_leader", "SENIOR leader", "head|teacher", "he_d", "%", "|", "leader"),
    ("attendance", "school_urn"): ("099999", "100000", "999999", "9000019", "999-2001", "90 001", "९०००१९", "900001.0"),
    ("milestones", "milestone_id"): ("m-1", "a b/c.d_e", "-a", "ä1", "x" * 40, "x" * 41, "a;b", "A'B"),
    ("transition_points", "item_id"): ("tp01", "TP1", "TP01", "TP27", "TP28"),
}  # fmt: skip

#: Several wrong cells in one row; the days in order, but for the third, which is before the second.
SEVERAL = (
    ("review_id", ""), ("host_urn", "9001"), ("baseline_rating", "high"), ("focus_agreed_on", "2018-01-08"),
    ("baseline_on", "2018-01-31"), ("evidence_on", "30/01/2018"), ("gap_discussed_on", "2018-02-01"),
    ("priority_agreed_on", "2018-02-10"), ("check_in_on", "soon"), ("lessons_shared_on", ""),
)  # fmt: skip

REFUSED_CORRECTIONS = (
    (["nowhere.csv", "2", "amount", "", "1", "why", "Data steward", ""], "file",
     "A text of 11 characters is no form that is loaded. Type its path as the data page shows it."),
    (["templates/events.xlsx", "9999", "hours", "", "1", "why", "Data steward", ""], "row_number",
     "The file has no row “9999”. The header is row 1."),
    (["templates/events.xlsx", "2", "colour", "", "1", "why", "Data steward", ""], "column_name",
     "The file has no such column. Type the name as in its header."),
    (["templates/events.xlsx", "2", "hours", "7", "1", "why", "Data steward", ""], "old_value",
     "The cell reads “2.5”, and old_value says “7”, so nothing was changed."),
    (["events.csv", "2", "hours", "", "1", "why", "Data steward", ""], "file",
     "A text of 10 characters is the name of several files. Type the whole path as the data page shows it."),
)  # fmt: skip
APPLIED_CORRECTIONS = (
    # by the end of the path, an empty old value, spelling forgiven; then the same cell again: the later wins
    ["templates/events.xlsx", "2", "Event Name", "", "Meeting of heads", "Renamed", "Data steward", "2019-09-01"],
    [
        "templates/events.xlsx",
        "2",
        "event_name",
        "",
        "Meeting of all heads",
        "Renamed again",
        "Data steward",
        "02/09/2019",
    ],
    # a correction may be wrong itself: then the row is refused
    ["templates/support_given.xlsx", "2", "days", "", "many", "A test", "Data steward", ""],
    # and may empty a cell
    ["templates/support_given.xlsx", "3", "what_followed", "", "", "Said in error", "Data steward", ""],
)


def row_with(dataset_id: str, *cells: tuple[str, str]) -> list[str]:
    names = [column.name for column in contracts.load()[dataset_id].columns]
    row = list(table_of(dataset_id)[0])
    if dataset_id == "template_funding":
        row[names.index("amount")] = "6000"
    for column, value in cells:
        row[names.index(column)] = value
    return row


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """A warehouse of templates alone."""
    here = tmp_path_factory.mktemp("templates")
    small = Small(here / "data", here / "office")

    def put(name: str, dataset_id: str, rows: list[list[str]], days: int) -> None:
        dataset, path = contracts.load()[dataset_id], small.landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".xlsx":
            path.write_bytes(templates.workbook(dataset, rows))
        else:
            path.write_text(templates.csv_text(dataset, rows), encoding="utf-8", newline="")
        os.utime(path, (WRITTEN + days * DAY, WRITTEN + days * DAY))

    as_csv = {"template_funding", "template_milestones"}
    for dataset in templates.template_datasets():
        suffix = "csv" if dataset.id in as_csv else "xlsx"
        put(f"templates/{templates.file_stem(dataset)}.{suffix}", dataset.id, table_of(dataset.id), days=1)
    # what came before: one row of it is said anew by the form above
    old = row_with("template_milestones", ("milestone", "An earlier wording"), ("owner", "Nobody yet"))
    put("earlier/milestones.csv", "template_milestones", [old], days=0)
    for dataset in templates.template_datasets():
        rows = [
            row_with(dataset.id, *wrong.also, (wrong.column, wrong.value))
            for wrong in WRONG
            if f"template_{wrong.dataset}" == dataset.id
        ]
        put(f"wrong/{templates.file_stem(dataset)}.csv", dataset.id, rows, days=2)
    for (name, column), values in ODD.items():
        put(
            f"odd/{name}_{column}.csv",
            f"template_{name}",
            [row_with(f"template_{name}", (column, v)) for v in values],
            days=-1,
        )
    put("odd/one/events.csv", "template_events", [row_with("template_events", ("event_id", "X1"))], days=-1)
    put("odd/two/events.csv", "template_events", [row_with("template_events", ("event_id", "X2"))], days=-1)
    refused = [cells for cells, _, _ in REFUSED_CORRECTIONS]
    put("wrong/corrections_2.csv", "template_corrections", refused, days=3)
    put("odd/several.csv", "template_reviews", [row_with("template_reviews", *SEVERAL)], days=-1)
    # the data page shows a file's code beside its path: either names it
    code = sha256(small.landing / "templates/roles.xlsx")[:16]
    by_code = [code, "2", "holder", "Head teacher", "Executive head", "A new post", "Data steward", ""]
    put(
        "put_right/corrections.xlsx",
        "template_corrections",
        [*(list(row) for row in APPLIED_CORRECTIONS), by_code],
        days=3,
    )
    small.refresh("--landing", str(small.landing))
    return small


@pytest.fixture(scope="module")
def served(landed: Small) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(landed.served()), read_only=True) as connection:
        yield connection


def for_everyone(message: str, value: str) -> str:
    """What a check says, as people read it who may not see the file: of a word, or a long number, no more than its kind."""
    text = value.strip()
    if len(text) <= 2 or re.fullmatch(r"[-+]?[0-9.,]{1,7}%?", text):
        return message
    kind = "Digits and signs," if re.fullmatch(r"[-+0-9.,/: ]+", text) else "A text of"
    return message.replace(f"“{value}”", f"{kind} {len(text)} characters", 1)


@pytest.fixture(scope="module")
def kept(landed: Small) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(built(landed.data_dir)), read_only=True) as connection:
        yield connection


def rejected(served: duckdb.DuckDBPyConnection, name: str) -> dict[int, tuple[str, str]]:
    """Row -> (column, reason) of the rows of a file that were refused for one cell each."""
    found = served.execute(
        """select row_number, column_name, reason from marts.rejected_rows
           where scope = 'row' and file_id in (select file_id from marts.file_log where path = ?)""",
        [f"office/{name}"],
    ).fetchall()
    assert len({row for row, _, _ in found}) == len(found)
    return {row: (column, reason) for row, column, reason in found}


@pytest.mark.parametrize("dataset", templates.template_datasets(), ids=templates.file_stem)
def test_every_template_comes_through_whole(landed: Small, dataset: contracts.Dataset) -> None:
    log = landed.file_log()
    stem = f"templates/{templates.file_stem(dataset)}"
    record = log.get(f"{stem}.xlsx") or log[f"{stem}.csv"]
    rows = len(table_of(dataset.id))
    # one row of support was made wrong by a correction
    refused = 1 if dataset.id == "template_support_given" else 0
    assert rows > 0
    assert (record["status"], record["rows_landed"], record["rows_accepted"], record["rows_rejected"]) == (
        "loaded", rows, rows - refused, refused,
    )  # fmt: skip
    assert record["rows_superseded"] == 0


def test_every_template_has_a_wrong_example() -> None:
    assert {f"template_{wrong.dataset}" for wrong in WRONG} == {dataset.id for dataset in templates.template_datasets()}


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: f"{wrong.dataset}-{wrong.column}-{wrong.value}")
def test_a_wrong_cell_is_told_before_and_after_in_one_sentence(
    landed: Small, served: duckdb.DuckDBPyConnection, wrong: Wrong
) -> None:
    same_form = [one for one in WRONG if one.dataset == wrong.dataset]
    row = 2 + same_form.index(wrong)
    name = f"wrong/{wrong.dataset}.csv"
    (table,) = check_file(landed.landing / name).tables
    told = [
        (p.column, p.message) for p in table.problems if p.row_number == row and not p.message.startswith("The same ")
    ]
    assert told == [(wrong.column, wrong.message)]
    assert rejected(served, name)[row] == (wrong.column, for_everyone(wrong.message, wrong.value))


@pytest.mark.parametrize(("name", "column"), ODD, ids="-".join)
def test_odd_values_are_judged_alike(landed: Small, served: duckdb.DuckDBPyConnection, name: str, column: str) -> None:
    path = f"odd/{name}_{column}.csv"
    (table,) = check_file(landed.landing / path).tables
    told = {
        p.row_number: (p.column, for_everyone(p.message, p.value))
        for p in table.problems
        if not p.message.startswith("The same ")
    }
    assert told, "some of them must be wrong, or nothing is compared"
    assert len(told) < len(ODD[name, column]), "some of them must be right"
    assert rejected(served, path) == told


def test_a_row_with_several_wrong_cells_shows_each(landed: Small, served: duckdb.DuckDBPyConnection) -> None:
    (table,) = check_file(landed.landing / "odd/several.csv").tables
    told = sorted((problem.column, for_everyone(problem.message, problem.value)) for problem in table.problems)
    assert [column for column, _ in told] == ["baseline_rating", "check_in_on", "evidence_on", "host_urn", "review_id"]
    shown = served.execute(
        """select column_name, reason from marts.rejected_rows where row_number = 2 and scope = 'row'
           and file_id = (select file_id from marts.file_log where path = 'office/odd/several.csv') order by column_name"""
    ).fetchall()
    assert shown == told
    record = landed.file_log()["odd/several.csv"]
    assert (record["rows_landed"], record["rows_rejected"]) == (1, 1)


def test_values_are_kept_in_one_spelling(served: duckdb.DuckDBPyConnection) -> None:
    """Whatever was typed, the marts hold one spelling: the accepted rows of the odd files have it."""
    spelled = served.execute(
        "select distinct term from marts.maturity_card where term like '% spring' or term not similar to '20../.. [a-z]+'"
    ).fetchall()
    assert spelled == [("2018/19 spring",)]
    assert served.execute(
        "select count(*) from marts.milestone where milestone_id <> upper(milestone_id)"
    ).fetchall() == [(0,)]
    roles = served.execute("select distinct role from marts.event_attendance").fetchall()
    assert {role for (role,) in roles} == {"head", "improvement_champion", "governor", "senior_leader"}


def test_a_later_row_with_the_same_key_wins(landed: Small, served: duckdb.DuckDBPyConnection) -> None:
    record = landed.file_log()["earlier/milestones.csv"]
    assert (record["rows_landed"], record["rows_superseded"]) == (1, 1)
    assert served.execute("select count(*) from marts.milestone where milestone = 'An earlier wording'").fetchall() == [
        (0,)
    ]


def test_a_correction_takes_a_refused_row_in(landed: Small, served: duckdb.DuckDBPyConnection) -> None:
    """The funding form has a letter O for a nought; the row would be refused, and is not. The file stays as it was."""
    (table,) = check_file(landed.landing / "templates/funding.csv").tables
    assert [(p.row_number, p.column, p.value) for p in table.problems] == [(2, "amount", filled.MISTYPED)]
    entry = table_of("template_funding")[0][0]
    assert served.execute("select amount from marts.funding where entry_id = ?", [entry]).fetchall() == [(6000.0,)]
    found = served.execute(
        "select target_path, target_row, found_value, new_value, reason, corrected_by, status from marts.correction "
        "where target_column = 'amount' and status = 'applied'"
    ).fetchall()
    assert found == [
        ("office/templates/funding.csv", 2, "6O00", "6000", "A letter O for a nought", "Data steward", "applied")
    ]
    raw = duckdb.connect().execute(
        "select count(*) from read_parquet(?) where amount = ?",
        [str(landed.data_dir / "raw/template_funding/*.parquet"), filled.MISTYPED],
    )
    assert raw.fetchall() == [(1,)]


def test_of_two_corrections_the_later_wins(served: duckdb.DuckDBPyConnection) -> None:
    found = served.execute(
        "select new_value, status, corrected_on::varchar from marts.correction where target_column = 'event_name' "
        "order by row_number"
    ).fetchall()
    assert found == [
        ("Meeting of heads", "superseded", "2019-09-01"),
        ("Meeting of all heads", "applied", "2019-09-02"),
    ]
    first = table_of("template_events")[0][0]
    names = served.execute("select event_name from marts.event where event_id = ?", [first]).fetchall()
    assert names == [("Meeting of all heads",)]


def test_a_correction_may_name_a_file_by_its_code(served: duckdb.DuckDBPyConnection) -> None:
    found = served.execute("select target_path, status from marts.correction where target_column = 'holder'").fetchall()
    assert found == [("office/templates/roles.xlsx", "applied")]
    assert served.execute("select count(*) from marts.role_holder where holder = 'Executive head'").fetchall() == [(1,)]


def test_a_correction_is_judged_like_any_cell(served: duckdb.DuckDBPyConnection) -> None:
    assert rejected(served, "templates/support_given.xlsx") == {
        2: ("days", "A text of 4 characters is not a number. Type digits only, like 12.5.")
    }
    second = table_of("template_support_given")[1][0]
    emptied = served.execute("select what_followed from marts.support_given where support_id = ?", [second]).fetchall()
    assert emptied == [(None,)]


@pytest.mark.parametrize("place", range(len(REFUSED_CORRECTIONS)))
def test_a_correction_of_nothing_changes_nothing_and_says_why(served: duckdb.DuckDBPyConnection, place: int) -> None:
    _, column, reason = REFUSED_CORRECTIONS[place]
    assert rejected(served, "wrong/corrections_2.csv")[2 + place] == (column, reason)
    told = served.execute(
        "select status, refused_because from marts.correction where row_number = ? and file_id = "
        "(select file_id from marts.file_log where path = 'office/wrong/corrections_2.csv')",
        [2 + place],
    ).fetchall()
    assert told == [("refused", reason)]


def test_steps_of_a_review_are_dated_and_counted(served: duckdb.DuckDBPyConnection) -> None:
    row = dict(
        zip(
            [c.name for c in contracts.load()["template_reviews"].columns], table_of("template_reviews")[0], strict=True
        )
    )
    steps = served.execute(
        "select step_number, step, taken_on::varchar, due_on::varchar, days_since_previous from marts.review_step "
        "where review_id = ? order by step_number",
        [row["review_id"]],
    ).fetchall()
    assert [step for _, step, *_ in steps] == [
        "focus_agreed", "baseline", "evidence", "gap_discussion", "priority_and_commitment", "check_in", "lessons_shared",
    ]  # fmt: skip
    assert [taken or "" for _, _, taken, *_ in steps] == [
        row[name]
        for name in ("focus_agreed_on", "baseline_on", "evidence_on", "gap_discussed_on", "priority_agreed_on",
                     "check_in_on", "lessons_shared_on")
    ]  # fmt: skip
    assert [days for *_, days in steps][:4] == [None, 14, 14, 1]
    assert steps[5][3] == (date.fromisoformat(row["priority_agreed_on"]) + timedelta(days=90)).isoformat()
    assert {due for _, _, _, due, _ in steps[:5]} == {None}


def test_ratings_of_partnerships_are_in_the_long_fact(kept: duckdb.DuckDBPyConnection) -> None:
    found = kept.execute(
        """select instrument_id, min(value), max(value), count(*) filter (where status <> 'ok'), count(school_id)
           from marts.fct_rating where respondent_role = 'partnership' group by instrument_id order by instrument_id"""
    ).fetchall()
    assert [row[0] for row in found] == ["insight_profile", "maturity_cards", "system_features"]
    assert found[1][1:3] == (0.0, 1.0)
    assert all(0 <= low <= high <= 5 and bad == 0 and schools == 0 for _, low, high, bad, schools in found)
    cards = kept.execute("select count(*) from marts.maturity_card").fetchall()
    rated = kept.execute("select count(*) from marts.fct_rating where instrument_id = 'maturity_cards'").fetchall()
    assert cards == rated
