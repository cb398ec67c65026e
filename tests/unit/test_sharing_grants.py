"""Who may see what of whom: `sharing_grants` of hand-made agreements and memberships, each answer worked out by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import pytest

from orchestration.contracts import seed_file
from tests.macro_sql import make
from tests.mart_contracts import marts

#: A partnership of three schools, two of which belong to it since 2016; the third joins a term after the agreement begins.
MEMBERSHIPS = [
    ("P01", "S1", "U1", "2016-09-01", None),
    ("P01", "S2", "U2", "2016-09-01", None),
    ("P01", "S3", "U3", "2019-01-07", None),
]
BEGINS = "2018-09-01"


def line(
    party: str = "U1", dataset: str = "reviews", granularity: str = "named", audience: str = "board", **more: Any
) -> dict[str, Any]:
    """A line of agreement A-1 by which a school shares its reviews with the board, signed and begun on 1 September 2018."""
    return {
        "agreement_id": "A-1", "party_kind": "school", "party_id": party, "party_role": "joint_controller", "dataset": dataset,
        "granularity": granularity, "audience": audience, "starts_on": BEGINS, "signed_on": BEGINS, "file_id": "f",
        "purpose": "To see whether it works", "lawful_basis": "6(1)(e)", "review_on": "2019-07-15", **more,
    }  # fmt: skip


def partnership(**more: Any) -> dict[str, Any]:
    """The partnership as a party that receives."""
    return line("P01", party_kind="partnership", party_role="recipient", **more)


def grants(
    lines: list[dict[str, Any]], memberships: list[tuple[Any, ...]] = MEMBERSHIPS, own: bool = False
) -> list[tuple[Any, ...]]:
    """Audience, its organisation, dataset, whose, granularity, from, until: what follows from these lines and memberships."""
    con = duckdb.connect()
    con.execute(marts()["agreement"].definition())
    con.execute(marts()["partnership_membership"].definition())
    con.execute(marts()["dim_school"].definition())
    con.execute(marts()["dim_partnership"].definition())
    con.execute(f"create table shared_datasets as select * from read_csv('{seed_file('shared_datasets.csv')}')")
    for n in range(1, 4):
        con.execute(
            "insert into dim_school by name select $1 as school_id, $2 as urn, 'School' as name, '999' as la_code, "
            "'open' as status, true as is_current, false as is_independent",
            [f"S{n}", f"U{n}"],
        )
    con.execute(
        "insert into dim_partnership by name select 'P' || p as partnership_id, 'P' as name, 'cluster' as kind, "
        "'999' as la_code, "
        "date '2015-09-01' as started_on from unnest(['01', '02']) as u(p)"
    )
    for row in memberships:
        con.execute("insert into partnership_membership values (?, ?, ?, ?, ?, 'member')", list(row))
    for one in lines:
        names = ", ".join(one)
        con.execute(f"insert into agreement ({names}) values ({', '.join('?' * len(one))})", [*one.values()])
    make(con, "int_agreements__followed", "sharing_grants")
    return con.execute(
        "select audience, audience_id, dataset, area_id, granularity, shared_from, shared_until from sharing_grants "
        f"where starts_with(audience, 'own_') = {own} order by audience, audience_id, area_id, shared_from, dataset"
    ).fetchall()


def spells(lines: list[dict[str, Any]], memberships: list[tuple[Any, ...]] = MEMBERSHIPS) -> list[tuple[Any, ...]]:
    """Whose, granularity, from and until alone."""
    return [row[3:] for row in grants(lines, memberships)]


D = date
OPEN = ("S1", "named", D(2018, 9, 1), None)


def test_a_signed_line_is_seen_by_the_board_of_the_partnership_that_is_a_party() -> None:
    assert grants([line(), partnership()]) == [("board", "P01", "reviews", *OPEN)]


def test_without_a_partnership_among_the_parties_it_is_the_one_most_of_its_schools_belong_to() -> None:
    assert grants([line(), line("U2")]) == [
        ("board", "P01", "reviews", *OPEN),
        ("board", "P01", "reviews", "S2", "named", D(2018, 9, 1), None),
    ]


def test_where_two_partnerships_come_equal_nobody_is_meant() -> None:
    both = [*MEMBERSHIPS, ("P02", "S1", "U1", "2016-09-01", None), ("P02", "S2", "U2", "2016-09-01", None)]
    assert grants([line(), line("U2")], both) == []


def test_a_party_that_never_signed_shares_nothing() -> None:
    assert spells([line(), line("U2", signed_on=None), partnership()]) == [OPEN]


def test_a_recipient_that_is_a_party_and_has_not_signed_is_given_nothing() -> None:
    assert spells([line(), partnership(signed_on=None)]) == []
    assert (
        spells(
            [line(audience="authority"), line("999", party_kind="authority", party_role="recipient", signed_on=None)]
        )
        == []
    )


def test_a_recipient_shares_nothing_of_its_own() -> None:
    assert spells([line("U1", party_role="recipient"), partnership()]) == []


def test_signing_late_shares_from_then_on() -> None:
    assert spells([line(signed_on="2018-11-05"), partnership()]) == [("S1", "named", D(2018, 11, 5), None)]
    assert spells([line(), partnership(signed_on="2018-12-01")]) == [("S1", "named", D(2018, 12, 1), None)]


def test_the_last_day_is_shared_and_the_day_after_is_not() -> None:
    assert spells([line(expires_on="2020-08-31"), partnership()]) == [("S1", "named", D(2018, 9, 1), D(2020, 9, 1))]


def test_the_day_of_a_withdrawal_is_not_shared() -> None:
    assert spells([line(withdrawn_on="2019-03-31", expires_on="2020-08-31"), partnership()]) == [
        ("S1", "named", D(2018, 9, 1), D(2019, 3, 31))
    ]
    assert spells([line(withdrawn_on=BEGINS), partnership()]) == []


def test_an_agreement_older_than_a_membership_begins_with_the_membership() -> None:
    assert spells([line("U3"), partnership()]) == [("S3", "named", D(2019, 1, 7), None)]


def test_a_school_that_left_shares_until_the_day_it_left() -> None:
    left = [("P01", "S1", "U1", "2016-09-01", "2019-04-01"), *MEMBERSHIPS[1:]]
    assert spells([line(), partnership()], left) == [("S1", "named", D(2018, 9, 1), D(2019, 4, 1))]


def test_a_school_that_moved_shares_nothing_with_its_new_partnership_under_the_old_agreement() -> None:
    moved = [("P01", "S1", "U1", "2016-09-01", "2019-04-01"), ("P02", "S1", "U1", "2019-04-01", None), *MEMBERSHIPS[1:]]
    assert {(row[1], row[6]) for row in grants([line(), line("U2"), partnership()], moved)} == {
        ("P01", D(2019, 4, 1)),
        ("P01", None),
    }


def test_a_school_that_came_back_shares_in_both_spells() -> None:
    again = [("P01", "S1", "U1", "2016-09-01", "2019-04-01"), ("P01", "S1", "U1", "2019-09-01", None)]
    assert spells([line(), partnership()], again) == [
        ("S1", "named", D(2018, 9, 1), D(2019, 4, 1)),
        ("S1", "named", D(2019, 9, 1), None),
    ]


def test_of_two_agreements_that_differ_the_narrower_wins_while_both_hold() -> None:
    second = line(agreement_id="A-2", granularity="anonymous", starts_on="2019-01-01", expires_on="2019-06-30")
    assert spells([line(), partnership(), second, partnership(agreement_id="A-2")]) == [
        ("S1", "named", D(2018, 9, 1), D(2019, 1, 1)),
        ("S1", "anonymous", D(2019, 1, 1), D(2019, 7, 1)),
        ("S1", "named", D(2019, 7, 1), None),
    ]


def test_none_is_the_narrowest() -> None:
    second = line(agreement_id="A-2", granularity="none", starts_on="2019-01-01")
    assert spells([line(), partnership(), second, partnership(agreement_id="A-2")]) == [
        ("S1", "named", D(2018, 9, 1), D(2019, 1, 1))
    ]


@pytest.mark.parametrize("signed", [None, "2019-02-01"])
def test_an_amendment_takes_the_place_of_what_it_amends_once_it_is_signed(signed: str | None) -> None:
    old = [line(granularity="anonymous"), partnership()]
    later = [
        line(agreement_id="A-2", amends="A-1", starts_on="2019-01-01", signed_on=signed),
        partnership(agreement_id="A-2"),
    ]
    assert spells([*old, *later]) == (
        [("S1", "anonymous", D(2018, 9, 1), D(2019, 2, 1)), ("S1", "named", D(2019, 2, 1), None)]
        if signed
        else [("S1", "anonymous", D(2018, 9, 1), None)]
    )


def test_what_is_shared_with_the_public_or_an_authority_does_not_end_with_the_membership() -> None:
    left = [("P01", "S1", "U1", "2016-09-01", "2019-04-01")]
    shared = grants([line(audience="public"), line(audience="authority")], left)
    assert [(row[0], row[1], row[6]) for row in shared] == [("authority", "999", None), ("public", "*", None)]


def test_a_partnership_shares_its_priorities_with_its_own_board_and_with_the_authority() -> None:
    its = {"party": "P01", "party_kind": "partnership", "dataset": "curves"}
    shared = grants(
        [line(**its), line(**its, audience="authority"), line("999", party_kind="authority", party_role="recipient")]
    )
    assert [(row[0], row[1], row[3]) for row in shared] == [("authority", "999", "P01"), ("board", "P01", "P01")]


def test_everyone_sees_their_own_without_an_agreement() -> None:
    own = {row[:4] for row in grants([], own=True)}
    assert ("own_school", "S1", "reviews", "S1") in own
    assert ("own_partnership", "P01", "curves", "P01") in own
    assert ("own_authority", "999", "funding", "S1") in own
    # what schools answered is not the authority's own, nor what is open anybody's
    assert not any(row[0] == "own_authority" and row[2] in {"reflection", "reviews"} for row in own)
    assert not any(row[2] in {"open", "partnerships"} for row in own)
    assert all(row[1] == row[3] for row in own if row[0] == "own_school")
