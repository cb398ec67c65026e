"""Who is who: which schools have one history, which URN stands on a day, and which edition of the register is believed."""

from __future__ import annotations

import random
import time
from typing import Any, NamedTuple

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.school_register import Register, Standing

S, P = "Successor", "Predecessor"


def both(old: int, new: int, day: str | None = "2018-09-01", kind: str = "") -> list[tuple[int, int, str, str | None]]:
    """A link as both schools' pages have it."""
    return [(old, new, f"{S}{kind}", day), (new, old, f"{P}{kind}", day)]


def closed(urn: int, day: str = "2018-08-31", **kept: Any) -> dict[str, Any]:
    return {"urn": urn, "status": "closed", "closed": day, **kept}


def opened(urn: int, day: str | None = "2018-09-01", **kept: Any) -> dict[str, Any]:
    return {"urn": urn, "opened": day, **kept}


class Case(NamedTuple):
    """A few establishments and links, and which pairs are one school."""

    rows: list[dict[str, Any]]
    links: list[tuple[int, int, str, str | None]]
    reasons: dict[tuple[int, int], str]


CASES = {
    "converted": Case([closed(1), opened(2)], both(1, 2), {(1, 2): "carried_on"}),
    "converted, one side says so": Case([closed(1), opened(2)], both(1, 2)[1:], {(1, 2): "carried_on"}),
    "converted, no day": Case([closed(1), opened(2)], both(1, 2, None), {(1, 2): "carried_on"}),
    "each calls the other its successor": Case(
        [closed(1), opened(2)], [(1, 2, S, None), (2, 1, S, None)], {(1, 2): "carried_on"}
    ),
    "the link stands the wrong way round": Case([closed(1), opened(2)], [(2, 1, S, None)], {(1, 2): "carried_on"}),
    "converted twice": Case(
        [closed(1, "2012-08-31"), closed(2, opened="2012-09-01"), opened(3)],
        [*both(1, 2, "2012-09-01"), *both(2, 3)],
        {(1, 2): "carried_on", (2, 3): "carried_on"},
    ),
    "converted twice, and a link that skips one": Case(
        [closed(1, "2012-08-31"), closed(2, opened="2012-09-01"), opened(3)],
        [*both(1, 2, None), *both(2, 3), *both(1, 3)],
        {(1, 2): "carried_on", (2, 3): "carried_on"},
    ),
    "split": Case(
        [closed(1), opened(2), opened(3)], [*both(1, 2), *both(1, 3)], {(1, 2): "split", (1, 3): "split"}
    ),
    "split in word, one child linked": Case(
        [closed(1), opened(2)], both(1, 2, kind=" - Split School"), {(1, 2): "split"}
    ),
    "amalgamated": Case(
        [closed(1), closed(2), opened(3)],
        [*both(1, 3), *both(2, 3)],
        {(1, 3): "amalgamated", (2, 3): "amalgamated"},
    ),
    "amalgamated in word, one parent linked": Case(
        [closed(1), opened(2)], both(1, 2, kind=" - amalgamated"), {(1, 2): "amalgamated"}
    ),
    "result of an amalgamation": Case(
        [closed(1), opened(2)], [(1, 2, "Result of Amalgamation", None)], {(1, 2): "amalgamated"}
    ),
    "result of an amalgamation, said of both": Case(
        [closed(2), opened(3)],
        [(1, 2, "Result of Amalgamation", None), (2, 1, "Result of Amalgamation", None), *both(2, 3)],
        {(1, 2): "amalgamated", (2, 3): "carried_on"},
    ),
    "went into one that was there": Case(
        [closed(1), opened(2, "1990-09-01")], both(1, 2, kind=" - merged"), {(1, 2): "merged"}
    ),
    "a change of age range, said of both": Case(
        [closed(1, "2018-01-01"), opened(2, None)],
        [(1, 2, "Merged - change in age range", "2018-01-01"), (2, 1, "Merged - change in age range", "2018-01-01")],
        {(1, 2): "merged"},
    ),
    "one converted into it, another went into it years later": Case(
        [closed(1, "2012-08-31"), closed(2), opened(3, "2012-09-01")],
        [*both(1, 3, "2012-09-01"), *both(2, 3)],
        {(1, 3): "carried_on", (2, 3): "merged"},
    ),
    "both open": Case([opened(1, "1990-09-01"), opened(2)], both(1, 2), {(1, 2): "both_open"}),
    "proposed": Case([opened(1, None), {"urn": 2, "status": "proposed"}], both(1, 2, None), {(1, 2): "not_opened"}),
    "proposed, with a day": Case(
        [opened(1, None), {"urn": 2, "status": "proposed", "opened": "2024-09-01"}],
        both(1, 2, "2024-09-01"),
        {(1, 2): "not_opened"},
    ),
    "a day to come, of a school that no register has": Case(
        [opened(1, None)], both(1, 2, "2024-09-01"), {(1, 2): "not_opened"}
    ),
    "a circle of three": Case(
        [opened(4)], [*both(1, 2, None), *both(2, 3, None), *both(3, 1, None)],
        {(1, 2): "circular", (2, 3): "circular", (3, 1): "circular"},
    ),
    "a circle of two": Case([opened(4)], [(1, 2, S, None), (2, 1, S, None)], {(1, 2): "circular"}),
    "years between": Case([closed(1, "2010-08-31"), opened(2)], both(1, 2), {(1, 2): "gap"}),
    "a sixth form centre is no successor": Case(
        [opened(1), opened(2)], [(1, 2, "Sixth Form Centre Link", None), (2, 1, "Other", None)], {}
    ),
    "linked with itself": Case([opened(1)], [(1, 1, S, None)], {}),
}  # fmt: skip


def numbered(case: Case) -> tuple[list[dict[str, Any]], list[tuple[int, int, str, str | None]]]:
    """URNs have six digits."""
    rows = [{**row, "urn": 900000 + row["urn"]} for row in case.rows]
    return rows, [(900000 + one, 900000 + other, kind, day) for one, other, kind, day in case.links]


@pytest.mark.parametrize("name", CASES)
def test_history_is_joined_only_where_one_plainly_carries_on_another(name: str) -> None:
    case = CASES[name]
    rows, links = numbered(case)
    register = Register()
    register.establishments(rows)
    register.links(links)
    register.build()
    told = {(first - 900000, second - 900000): reason for (first, second), reason in register.reasons().items()}
    assert told == case.reasons
    joined = {pair for pair, reason in told.items() if reason == "carried_on"}
    for row in rows:
        school = register[row["urn"]]
        carried_on = any(first == row["urn"] - 900000 for first, _ in joined)
        assert school.is_current == (not carried_on and row.get("status") != "proposed")
        if row.get("status", "open") == "open":
            assert row["urn"] in register.on("2023-09-01"), "open on the register's day"


def test_spells_hand_over_on_the_registers_day() -> None:
    register = Register()
    register.establishments([closed(900001, opened="1950-01-01"), opened(900002, "2018-09-01")])
    register.links(both(900001, 900002, "2018-04-01"))
    register.build()
    assert register.ask("select valid_from::varchar, valid_to::varchar from dim_school order by urn") == [
        ("1950-01-01", "2018-08-31"),
        ("2018-09-01", None),
    ]


@pytest.mark.parametrize(
    ("before", "after", "link", "spell"),
    [
        # a link's day is the planned one: the census still shows the old school
        ([("census", "2018/19")], [("census", "2019/20")], "2018-09-01", "2019-01-16"),
        ([("ks2", "2018/19")], [("ks2", "2019/20")], "2018-04-01", "2019-09-01"),
        ([("ks2", "2017/18")], [("ks2", "2018/19")], "2018-09-01", "2018-09-01"),
        ([("ks2", "2017/18")], [("ks2", "2018/19")], None, "2018-09-01"),
    ],
)
def test_tables_tell_when_a_school_followed_where_no_register_does(
    before: list[tuple[str, str]], after: list[tuple[str, str]], link: str | None, spell: str
) -> None:
    register = Register()
    for urn, seen in ((900001, before), (900002, after)):
        for table, year in seen:
            register.figures(table, year, [urn])
    register.links(both(900001, 900002, link))
    register.build()
    assert register.reasons() == {(900001, 900002): "carried_on"}
    assert register.ask("select valid_from::varchar from dim_school where urn = '900002'") == [(spell,)]


@pytest.mark.parametrize(
    ("before", "after", "link", "reason"),
    [
        # a census after the day of the link shows the old school, and nothing shows the new one
        (["2024/25"], [], "2024-09-01", "not_opened"),
        # nor after a link of the weeks since: the day of a link is often the planned one
        (["2024/25"], [], "2025-02-01", "not_opened"),
        (["2024/25"], ["2024/25"], "2024-09-01", "both_open"),
        (["2018/19", "2024/25"], ["2022/23", "2023/24"], "2021-09-01", "both_open"),
    ],
)
def test_a_school_in_the_census_is_nobody_elses_past(
    before: list[str], after: list[str], link: str, reason: str
) -> None:
    register = Register()
    for year in {*before, *after}:
        register.figures("census", year, [900001] * (year in before) + [900002] * (year in after))
    register.links(both(900001, 900002, link), on="2025-04-22")
    register.build()
    assert register.reasons() == {(900001, 900002): reason}
    assert register[900001] == Standing("S900001", "unknown", True, None, None)


def test_of_two_that_became_one_the_tables_tell_which_has_gone() -> None:
    register = Register()
    register.figures("ks2", "2016/17", [900001, 900002])
    register.figures("ks2", "2017/18", [900002])
    register.links(both(900001, 900002, None, " - merged"))
    register.build()
    assert register.reasons() == {(900001, 900002): "merged"}


def test_a_census_that_prints_the_urn_of_a_later_day_splits_no_school() -> None:
    """Tables are printed months after the census, and may have a new URN where the census had the old one."""
    register = Register()
    register.establishments([closed(900001, "2019-03-31"), opened(900002, "2019-04-01")])
    register.figures("census", "2018/19", [900002])
    register.links(both(900001, 900002))
    register.build()
    assert register.reasons() == {(900001, 900002): "carried_on"}
    assert register.on("2019-01-15") == {900002}


@pytest.mark.parametrize(("link", "reason"), [("2025-02-01", "carried_on"), ("2024-09-01", "both_open")])
def test_a_form_that_names_the_new_school_shows_that_it_has_opened(link: str, reason: str) -> None:
    """A partnership writes today's URN, before any table has it. Of two schools, only if the census was before the link."""
    register = Register()
    register.figures("census", "2024/25", [900001])
    register.links(both(900001, 900002, link), on="2025-04-22")
    register.form([900002])
    register.build()
    assert register.reasons() == {(900001, 900002): reason}
    assert 900001 in register.on("2025-01-15")


def test_destinations_show_no_school_open() -> None:
    """They are published years after the pupils left."""
    register = Register()
    register.figures("ks4", "2017/18", [900001])
    register.figures("ks4_destinations", "2019/20", [900001])
    register.figures("ks4", "2018/19", [900002])
    register.links(both(900001, 900002))
    register.build()
    assert register.reasons() == {(900001, 900002): "carried_on"}


def test_a_day_of_closing_that_is_only_planned_closes_nothing() -> None:
    register = Register()
    register.establishments([{"urn": 900001, "status": "open", "closed": "2023-12-31"}])
    # a spine of years before said that it would close
    register.establishments([closed(900001, "2019-08-31")], on="2018-09-01", kind="spine")
    register.build()
    assert register[900001] == Standing("S900001", "open", True, None, None)
    assert register.ask("select closed_on from dim_school") == [(None,)]


def test_whom_a_census_shows_years_after_its_closing_is_open() -> None:
    register = Register()
    register.establishments([closed(900001, "2018-08-31"), {"urn": 900002, "status": "proposed"}])
    register.figures("census", "2023/24", [900001, 900002])
    register.build()
    assert [register[urn].status for urn in (900001, 900002)] == ["open", "open"]
    assert register.on("2024-01-15") == {900001, 900002}


class TestEditions:
    """Which edition of the register and of the links is believed."""

    def test_a_withdrawn_link_is_gone(self) -> None:
        register = Register()
        register.establishments([closed(900001), opened(900002), opened(900003)])
        register.links([*both(900001, 900002), *both(900001, 900003)], on="2023-04-21")
        register.links(both(900001, 900003), on="2024-07-01")
        register.build()
        assert register.reasons() == {(900001, 900003): "carried_on"}

    def test_a_school_of_which_only_a_withdrawn_link_knew_is_none(self) -> None:
        register = Register()
        register.establishments([opened(900001)])
        register.links(both(900001, 900009, None), on="2023-04-21")
        register.links(both(900001, 900008, None), on="2024-04-21")
        register.build()
        assert register.ask("select urn from dim_school order by urn") == [("900001",), ("900008",)]

    @pytest.mark.parametrize("newer_first", [True, False])
    def test_a_newer_edition_that_names_no_day_is_not_ignored(self, newer_first: bool) -> None:
        """It is of the latest day its rows know, whichever came first."""
        older = [opened(900001, "1990-09-01", changed="2023-08-30"), opened(900002, "2016-09-01")]
        newer = [closed(900001, "2024-08-31", changed="2024-09-02"), opened(900002, "2016-09-01")]
        register = Register()
        editions: list[tuple[list[dict[str, Any]], str | None]] = [(older, "2023-09-01"), (newer, None)]
        for rows, day in editions if newer_first else editions[::-1]:
            register.establishments(rows, on=day)
        register.build()
        assert register[900001].status == "closed"

    def test_an_older_edition_that_names_no_day_changes_nothing(self) -> None:
        register = Register()
        register.establishments([opened(900001, "1990-09-01", changed="2021-03-01"), opened(900002, None)], on=None)
        register.establishments([closed(900001, "2022-08-31", changed="2023-08-30"), opened(900002, None)])
        register.build()
        assert register[900001].status == "closed"

    def test_a_newer_register_replaces_the_older_one_whole(self) -> None:
        urns = range(900001, 900021)
        register = Register()
        register.establishments([opened(urn, None) for urn in urns], on="2022-09-01")
        register.establishments([opened(urn, None) for urn in urns if urn != 900005], on="2023-09-01")
        register.build()
        dispositions = "select disposition, count(*) from int_register_rows__classified group by 1 order by 1"
        assert register.ask(dispositions) == [("accepted", 19), ("superseded", 20)]

    def test_an_extract_replaces_only_the_schools_it_lists(self) -> None:
        register = Register()
        register.establishments([opened(urn, None) for urn in range(900001, 900021)], on="2022-09-01")
        register.establishments([closed(urn, "2023-08-31") for urn in range(900001, 900006)], on="2023-09-01")
        register.build()
        assert [register[urn].status for urn in (900001, 900020)] == ["closed", "open"]


class TestNumbers:
    """A school's number has a history."""

    def known(self, register: Register) -> set[tuple[str, str]]:
        return {(urn, number) for urn, number in register.ask("select urn, laestab from int_establishments__known")}

    def test_by_the_registers_own_columns(self) -> None:
        register = Register()
        register.establishments(
            [opened(910001, "2000-09-01", la_code="940", laestab="9404001", previous_laestab="9284077")]
        )
        register.build()
        assert self.known(register) == {("910001", "9404001"), ("910001", "9284077")}
        assert register.ask("select laestab from dim_school") == [("9404001",)]

    def test_by_the_reorganisations_where_the_register_has_no_such_column(self) -> None:
        register = Register()
        register.establishments([opened(910001, "2000-09-01", la_code="940", laestab="9404001")])
        register.number("ks4", "2018/19", "9284001")
        register.build()
        assert self.known(register) == {("910001", "9404001"), ("910001", "9284001")}

    def test_an_old_register_knows_the_new_number(self) -> None:
        register = Register()
        register.establishments([opened(910001, None, la_code="909", laestab="9092001")], kind="spine", on="2018-09-01")
        register.number("ks2", "2023/24", "9422001")
        register.build()
        assert ("910001", "9422001") in self.known(register)

    @pytest.mark.parametrize(
        "rows",
        [
            # two new authorities have the number
            [opened(910001, None, laestab="9404001"), opened(910002, None, laestab="9414001")],
            # the school came after the reorganisation
            [opened(910001, "2022-09-01", laestab="9404001")],
            # the school is known to have had another number there
            [opened(910001, None, laestab="9404001", previous_laestab="9284002")],
        ],
    )
    def test_a_number_that_may_be_another_schools_is_not_followed(self, rows: list[dict[str, Any]]) -> None:
        register = Register()
        register.establishments(rows)
        register.number("ks4", "2018/19", "9284001")
        register.build()
        assert "9284001" not in {number for _, number in self.known(register)}


# what is known of a school: status with dates, and the years in which a census and a table of results have it
_YEARS = [f"{year}/{year % 100 + 1}" for year in range(2015, 2021)]
_DAYS = st.none() | st.sampled_from([f"{year}-{day}" for year in range(2014, 2022) for day in ("08-31", "09-01")])
_SCHOOL = st.fixed_dictionaries(
    {
        "status": st.sampled_from([None, "open", "closed", "proposed"]),
        "opened": _DAYS,
        "closed": _DAYS,
        "census": st.sets(st.sampled_from(_YEARS), max_size=3),
        "results": st.sets(st.sampled_from(_YEARS), max_size=3),
    }
)
_KIND = st.sampled_from(
    [S, P, f"{S} - merged", f"{P} - amalgamated", f"{S} - Split School", "Merged - change in age range"]
)
_LINK = st.tuples(st.integers(0, 5), st.integers(0, 5), _KIND, _DAYS)
#: groups of schools that are linked among themselves: many at once, since it is the models that take the time
_GROUPS = st.lists(
    st.tuples(st.lists(_SCHOOL, min_size=2, max_size=6), st.lists(_LINK, max_size=9)), min_size=1, max_size=12
)
Groups = list[tuple[list[dict[str, Any]], list[tuple[int, int, str, str | None]]]]


def world(groups: Groups) -> tuple[Register, dict[int, dict[str, Any]]]:
    """All groups in one register, and what was made up of each URN."""
    register = Register()
    made = {900000 + 10 * g + n: school for g, (schools, _) in enumerate(groups) for n, school in enumerate(schools)}
    rows = [
        {"urn": urn, **{key: s[key] for key in ("status", "opened", "closed")}}
        for urn, s in made.items()
        if s["status"]
    ]
    if rows:
        register.establishments(rows, on="2020-06-01", file_id="register")
    for table, key in (("census", "census"), ("ks2", "results")):
        for year in _YEARS:
            register.figures(table, year, [urn for urn, school in made.items() if year in school[key]])
    links = [
        (900000 + 10 * g + one, 900000 + 10 * g + other, kind, day)
        for g, (_, linked) in enumerate(groups)
        for one, other, kind, day in linked
    ]
    if links:
        register.links(links, on="2021-01-01", file_id="links")
    return register.build(), made


@settings(max_examples=25, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(_GROUPS)
def test_whatever_the_links_a_school_shown_open_answers_under_its_own_name(groups: Groups) -> None:
    register, made = world(groups)
    for year in _YEARS:
        shown = {urn for urn, school in made.items() if year in school["census"]}
        assert shown <= register.on(f"{int(year[:4]) + 1}-01-15")
    assert {urn for urn, school in made.items() if school["status"] == "open"} <= register.on("2020-06-01")
    twice = register.ask(
        """select one.urn, other.urn from dim_school as one join dim_school as other using (school_id)
           where one.urn < other.urn
             and coalesce(one.valid_from, date '0001-01-01') <= coalesce(other.valid_to, date '9999-12-31')
             and coalesce(other.valid_from, date '0001-01-01') <= coalesce(one.valid_to, date '9999-12-31')"""
    )
    assert twice == []
    assert register.ask("select school_id from dim_school group by 1 having count_if(is_current) > 1") == []
    # whoever is shown after the last day that links and register know is current
    latest = {urn for urn, s in made.items() if "2020/21" in s["census"] and s["status"] != "closed"}
    assert {urn for urn in latest if not register[urn].is_current} == set()


@settings(max_examples=8, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(_GROUPS, st.randoms())
def test_the_order_of_rows_changes_nothing(groups: Groups, shuffled: random.Random) -> None:
    queries = (
        "select * exclude (linked_on) from school_link order by all",
        "select urn, school_id, status, is_current, valid_from, valid_to from dim_school order by urn",
    )
    first, _ = world(groups)
    other = [(schools, shuffled.sample(links, len(links))) for schools, links in groups]
    second, _ = world(other)
    for query in queries:
        assert first.ask(query) == second.ask(query)


#: What stands between two schools in a links file of the country, in a thousand linked pairs, counted in the one of April 2025.
SHARES = {
    "converted": 640, "converted, no day": 240, "only the old side": 11, "only the new side": 3, "converted twice": 15,
    "planned day, later in fact": 11, "each the other's successor": 4, "amalgamated": 14, "went into another": 13,
    "a change of age range": 2, "split": 5, "a circle of three": 1, "proposed": 7, "both open": 2, "withdrawn since": 3,
    "withdrawn before it happened": 3, "went into a converted one": 26,
}  # fmt: skip


class Country(NamedTuple):
    """A country of schools before and after, its links, and the truth."""

    then: list[int]
    now: list[int]
    establishments: list[dict[str, Any]]
    links: list[tuple[int, int, str, str | None]]
    links_of_before: list[tuple[int, int, str, str | None]]
    #: pairs of which the one plainly carries on the other
    carried_on: set[tuple[int, int]]


def country(pairs: int, staying: int, seed: int = 5) -> Country:
    """Links of every kind, in the shares of the national file; all happened between a census of 2018/19 and one of 2024/25."""
    draw = random.Random(seed)
    urns = iter(range(100_000, 900_000))
    then, now = [], []
    rows: list[dict[str, Any]] = []
    links: list[tuple[int, int, str, str | None]] = []
    withdrawn: list[tuple[int, int, str, str | None]] = []
    carried_on: set[tuple[int, int]] = set()

    def old(day: str | None = "2020-08-31") -> int:
        urn = next(urns)
        then.append(urn)
        rows.append(closed(urn, day) if day else opened(urn, "1990-09-01"))
        if not day:
            now.append(urn)
        return urn

    def new(day: str = "2020-09-01") -> int:
        urn = next(urns)
        now.append(urn)
        rows.append(opened(urn, day))
        return urn

    for _ in range(staying):
        old(None)
    for what in draw.choices([*SHARES], [*SHARES.values()], k=pairs):
        day: str | None = "2020-09-01"
        if what in (
            "converted",
            "converted, no day",
            "only the old side",
            "only the new side",
            "planned day, later in fact",
        ):
            one, other = old(), new()
            day = {"converted, no day": None, "planned day, later in fact": "2018-04-01"}.get(what, day)
            told = both(one, other, day)
            links += {"only the old side": told[:1], "only the new side": told[1:]}.get(what, told)
            carried_on.add((one, other))
        elif what == "converted twice":
            one, between, other = old("2019-08-31"), next(urns), new()
            rows.append(closed(between, "2020-08-31", opened="2019-09-01"))
            links += [*both(one, between, None), *both(between, other), *both(one, other, None)]
            carried_on |= {(one, between), (between, other)}
        elif what == "each the other's successor":
            one, other = old(), new()
            links += [(one, other, S, None), (other, one, S, None)]
            carried_on.add((one, other))
        elif what == "amalgamated":
            one, other, third = old(), old(), new()
            kind = draw.choice(["", " - amalgamated"])
            links += [*both(one, third, kind=kind), *both(other, third, kind=kind)]
        elif what == "went into another":
            links += both(old(), old(None), kind=draw.choice(["", " - merged"]))
        elif what == "a change of age range":
            one, other = old(), old(None)
            links += [
                (one, other, "Merged - change in age range", day),
                (other, one, "Merged - change in age range", day),
            ]
        elif what == "split":
            one = old()
            kind = draw.choice(["", " - Split School"])
            links += [*both(one, new(), kind=kind), *both(one, new(), kind=kind)]
        elif what == "a circle of three":
            one, other, third = old(None), old(None), old(None)
            links += [(one, other, S, None), (other, third, S, None), (third, one, S, None)]
        elif what == "proposed":
            one, other = old(None), next(urns)
            rows.append({"urn": other, "status": "proposed", "opened": draw.choice([None, "2025-09-01"])})
            links += both(one, other, draw.choice([None, "2024-09-01", "2025-09-01"]))
        elif what == "both open":
            links += both(old(None), new("2016-09-01"), draw.choice([None, "2024-01-01"]))
        elif what == "withdrawn since":
            withdrawn += both(old(None), old(None), "2020-09-01")
        elif what == "withdrawn before it happened":
            withdrawn += both(old(None), next(urns), "2023-09-01")
        else:
            one, other, third = old(), old("2022-12-31"), new()
            links += [*both(one, third), *both(other, third, "2022-12-31", draw.choice(["", " - merged"]))]
            carried_on.add((one, third))
    draw.shuffle(links)
    return Country(then, now, rows, links, links + withdrawn, carried_on)


@pytest.mark.parametrize("knows", ["register and census", "census alone", "register alone"])
def test_of_a_country_every_open_school_is_current_and_under_its_own_name(knows: str) -> None:
    made = country(2000, 1000)
    register = Register()
    if "census" in knows:
        register.figures("census", "2018/19", made.then)
        register.figures("census", "2024/25", made.now)
    if "register" in knows:
        register.establishments(made.establishments, on="2025-04-22")
    register.links(made.links_of_before, on="2023-04-21")
    register.links(made.links, on="2025-04-22")
    register.build()
    open_now = set(made.now)
    standing = {
        int(urn): (school, is_current)
        for urn, school, is_current in register.ask("select urn, school_id, is_current from dim_school")
    }
    assert {urn for urn in open_now if not standing[urn][1]} == set(), "open without a current row"
    assert open_now <= register.on("2025-01-15")
    owner: dict[str, int] = {standing[urn][0]: urn for urn in open_now}
    assert len(owner) == len(open_now), "two open schools have one history"
    joined = {pair for pair, reason in register.reasons().items() if reason == "carried_on"}
    if "register" in knows:
        assert joined == made.carried_on
    else:
        # without days of opening and closing less can be told, and nothing wrong is
        assert joined <= made.carried_on
        assert len(joined) > 0.9 * len(made.carried_on)


def test_every_school_of_a_country_is_judged_in_seconds() -> None:
    """Twice the schools and links take about twice the time: nothing here compares every school with every other."""

    def seconds(pairs: int, staying: int) -> float:
        made = country(pairs, staying)
        register = Register()
        register.figures("census", "2018/19", made.then)
        register.figures("census", "2024/25", made.now)
        register.establishments(made.establishments, on="2025-04-22")
        register.links(made.links_of_before, on="2023-04-21")
        register.links(made.links, on="2025-04-22")
        begun = time.process_time()
        register.build()
        return time.process_time() - begun

    small, large = seconds(4000, 3000), seconds(16_000, 12_000)
    assert large < 6 * small
