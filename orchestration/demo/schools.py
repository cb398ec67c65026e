"""The fictional authority of Wendmere: its schools, how they change, and its partnerships.

Here: who exists, when, under which number, who works with whom, and the effects planted on purpose (`PLANTED`).
Everything here is fixed; the seed of the demonstration changes figures, never identities.
Not here: pupils and figures (`pupils`), files and their columns (`published`, `register`, `evidence`, `write`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

LA_CODE: Final = "999"
LA_NAME: Final = "Wendmere"
YEARS: Final = (2017, 2018, 2019)
"""Calendar years of the summers reported: 2017 is the academic year 2016/17."""

TERMS: Final = ("autumn", "spring", "summer")

PERSONAL_DOMAIN: Final = "school.example"
PERSONAL_NAME: Final = "Fictional Person"


@dataclass(frozen=True)
class School:
    """One URN. Schools that are one school over time share `estab`; sizes are pupils in one year group."""

    urn: int
    estab: int
    name: str
    town: str
    phase: str
    """primary | infant | junior | secondary | special | independent"""
    kind: str
    """The publisher's type code: CY, VA, VC, FD, AC, ACC, F, CYS, IND."""
    ages: tuple[int, int]
    size: int
    disadvantaged: float
    eal: float
    level: float
    """How far results lie above (+) or below (-) the authority's middle, in standard deviations of pupils."""
    opened: date | None = None
    closed: date | None = None
    first_results: int = 0
    """Summer of the first results; 0 when the school always had them, 9999 when none fall in these years."""
    la_code: str = LA_CODE

    @property
    def laestab(self) -> int:
        """Authority and establishment number in one, e.g. 9992001."""
        return int(self.la_code) * 10_000 + self.estab

    @property
    def year_groups(self) -> int:
        """Year groups up to age 16, the reception class not counted."""
        return max(1, min(self.ages[1], 16) - self.ages[0])

    def open_in(self, year: int) -> bool:
        """Whether the school was open in May of that summer, when the tests are taken."""
        day = date(year, 5, 1)
        return (self.opened is None or self.opened <= day) and (self.closed is None or self.closed > day)


@dataclass(frozen=True)
class Link:
    """One row of the register of links: `urn` has `link_urn` as its predecessor or successor."""

    urn: int
    link_urn: int
    kind: str
    since: date


@dataclass(frozen=True)
class Partnership:
    """One partnership; every member hosts one peer review a year once reviews have begun."""

    partnership_id: str
    name: str
    kind: str
    started: date
    reviews_from: int
    """Summer of the academic year in which its peer reviews began; the rising cluster started them a year late."""


@dataclass(frozen=True)
class Membership:
    """One spell of a school, under the URN it had when it joined, in one partnership."""

    partnership_id: str
    urn: int
    joined: date
    left: date | None = None
    role: str = "member"


_FIRST = [
    "Quill", "Thimble", "Lantern", "Marigold", "Pebble", "Saffron", "Tansy", "Umber", "Velvet", "Juniper", "Cobble",
    "Dapple", "Ember", "Fiddle", "Gossamer", "Hobnail", "Inkwell", "Jonquil", "Kettle", "Larkspur", "Mulberry",
    "Nutmeg", "Oatcake", "Parsnip", "Rhubarb", "Sorrel", "Teasel", "Truffle", "Walnut", "Yarrow", "Zephyr",
]  # fmt: skip
_LAST = ["mere", "thwaite", "holt", "combe", "stead", "wick", "over", "den", "garth"]

# Pupils in a year group, by primary school. Four or five means results are suppressed in most years.
_SIZES = (
    58, 44, 60, 30, 88, 45, 9, 59, 31, 57, 46, 60, 29, 4, 62, 58, 60, 44, 30, 59, 61, 5, 45, 30, 58, 46, 60,
    31, 8, 59, 45, 60, 30, 58, 44, 61, 60, 58, 26, 30, 30, 90, 45, 58, 4, 10, 13, 60,
)  # fmt: skip
_SECONDARY_SIZES = (182, 210, 148, 236, 124, 171, 198, 156, 120)

_RISING = "P01"
_NULL = "P02"
_ATTENDANCE = "P03"
_LEAKING = "P04"
_TRIAD = "P05"
_BOARD = "P06"
_TRUST = "T01"

PARTNERSHIPS: Final = (
    Partnership(_RISING, "Lantern Valley Cluster", "cluster", date(2016, 9, 1), 2018),
    Partnership(_NULL, "Saffron Hills Cluster", "cluster", date(2016, 9, 1), 2017),
    Partnership(_ATTENDANCE, "Pebble Shore Cluster", "cluster", date(2016, 9, 1), 2017),
    Partnership(_LEAKING, "Juniper Edge Cluster", "cluster", date(2016, 9, 1), 2017),
    Partnership(_TRIAD, "Quill Brook Triad", "triad", date(2016, 9, 1), 2017),
    Partnership(_BOARD, "Wendmere Secondary and Special Board", "board", date(2016, 9, 1), 2017),
    Partnership(_TRUST, "Zephyr Learning Trust", "trust", date(2016, 9, 1), 2018),
)


def _place(number: int) -> str:
    first = _FIRST[number % len(_FIRST)]
    last = _LAST[(number * 4 + number // len(_FIRST)) % len(_LAST)]
    return first + last


def _primaries() -> list[School]:
    schools = []
    for number, size in enumerate(_SIZES, start=1):
        kind = "VA" if number % 6 == 0 else "VC" if number % 9 == 0 else "CY"
        title = "Church of England Primary School" if kind in ("VA", "VC") else "Primary School"
        schools.append(
            School(
                urn=900_000 + number,
                estab=(3000 if kind in ("VA", "VC") else 2000) + number,
                name=f"{_place(number)} {title}",
                town=_place(number),
                phase="primary",
                kind=kind,
                ages=(4, 11),
                size=size,
                disadvantaged=0.10 + 0.04 * (number * 5 % 9),
                eal=0.02 + 0.03 * (number * 7 % 6),
                level=0.09 * ((number * 11) % 9 - 4),
            )
        )
    return schools


def _build() -> tuple[tuple[School, ...], tuple[Link, ...]]:
    by_number = {school.urn - 900_000: school for school in _primaries()}
    links: list[Link] = []
    later: list[School] = []

    # 36 has been an academy since before the first year reported; 40 and 41 are new and have no Year 6 yet.
    by_number[36] = replace(by_number[36], kind="AC", estab=2036, name=f"{_place(36)} Academy")
    by_number[40] = replace(by_number[40], kind="F", opened=date(2017, 9, 1), first_results=9999)
    by_number[41] = replace(by_number[41], kind="F", opened=date(2016, 9, 1), first_results=9999)
    # The register of links is published in a code page of its own; this name carries the byte that proves it.
    by_number[34] = replace(by_number[34], name=f"{_place(34)} Ferrier\u2019s Primary School")
    # A school must be large and mixed for a gap of its own to be readable.
    by_number[42] = replace(
        by_number[42],
        disadvantaged=0.40,
        level=0.0,
        kind="CY",
        estab=2042,
        name=f"{_place(42)} Primary School",
    )
    # Grew from the bottom up: 2016/17 brought its first results, so that year's row ends before the back-series.
    by_number[35] = replace(by_number[35], opened=date(2012, 9, 1), first_results=2017)
    by_number[39] = replace(by_number[39], closed=date(2018, 8, 31))

    for number, converted in ((33, date(2017, 9, 1)), (34, date(2017, 9, 1)), (10, date(2018, 9, 1))):
        old = by_number[number]
        by_number[number] = replace(old, closed=converted.replace(month=8, day=31))
        new = replace(
            old,
            urn=900_100 + number,
            kind="ACC",
            opened=converted,
            name=old.name.replace("Primary School", "Primary Academy"),
        )
        later.append(new)
        links.append(Link(old.urn, new.urn, "Successor", converted))
        links.append(Link(new.urn, old.urn, "Predecessor", converted))

    merged_on = date(2018, 9, 1)
    infant = replace(
        by_number[37],
        name=f"{_place(37)} Infant School",
        phase="infant",
        ages=(4, 7),
        closed=date(2018, 8, 31),
    )
    junior = replace(
        by_number[38],
        name=f"{_place(37)} Junior School",
        town=_place(37),
        phase="junior",
        ages=(7, 11),
        kind="CY",
        closed=date(2018, 8, 31),
    )
    merged = replace(
        junior,
        urn=900_149,
        estab=2049,
        name=f"{_place(37)} Primary School",
        phase="primary",
        ages=(4, 11),
        opened=merged_on,
        closed=None,
    )
    by_number[37], by_number[38] = infant, junior
    later.append(merged)
    for old in (infant, junior):
        links.append(Link(old.urn, merged.urn, "Successor - amalgamated", merged_on))
        links.append(Link(merged.urn, old.urn, "Predecessor - amalgamated", merged_on))

    others = []
    for number, size in enumerate(_SECONDARY_SIZES, start=1):
        others.append(
            School(
                urn=900_200 + number,
                estab=4000 + number,
                name=f"{_place(number + 48)} {'Academy' if number % 3 == 0 else 'School'}",
                town=_place(number + 48),
                phase="secondary",
                kind=("CY", "FD", "ACC")[number % 3 - 1] if number < 9 else "F",
                ages=(11, 16),
                size=size,
                disadvantaged=0.16 + 0.03 * (number * 5 % 7),
                eal=0.03 + 0.02 * (number * 3 % 5),
                level=0.08 * ((number * 7) % 9 - 4),
                opened=date(2017, 9, 1) if number == 9 else None,
                first_results=9999 if number == 9 else 0,
            )
        )
    for number, ages in ((1, (4, 16)), (2, (11, 16))):
        others.append(
            School(
                urn=900_300 + number,
                estab=7000 + number,
                name=f"{_place(number + 57)} Special School",
                town=_place(number + 57),
                phase="special",
                kind="CYS",
                ages=ages,
                size=9 if number == 1 else 14,
                disadvantaged=0.42,
                eal=0.06,
                level=-2.6,
            )
        )
    others.append(
        School(
            urn=900_401,
            estab=6001,
            name=f"{_place(60)} Hall",
            town=_place(60),
            phase="independent",
            kind="IND",
            ages=(3, 16),
            size=38,
            disadvantaged=0.0,
            eal=0.05,
            level=0.5,
        )
    )
    return (*by_number.values(), *later, *others), tuple(links)


SCHOOLS, LINKS = _build()
BY_URN: Final = {school.urn: school for school in SCHOOLS}


def _memberships() -> tuple[Membership, ...]:
    start = date(2016, 9, 1)
    members: list[Membership] = []

    def join(partnership_id: str, urns: list[int], joined: date) -> None:
        for position, urn in enumerate(urns):
            role = "lead" if position == 0 else "member"
            members.append(Membership(partnership_id, urn, joined, role=role))

    join(_RISING, list(range(900_001, 900_009)), start)
    join(_NULL, list(range(900_009, 900_017)), start)
    join(_ATTENDANCE, list(range(900_017, 900_024)), start)
    join(_LEAKING, list(range(900_025, 900_031)), start)
    join(_TRIAD, [900_031, 900_032], start)
    join(_BOARD, [*range(900_201, 900_209), 900_301, 900_302], start)
    join(_TRUST, [900_036], start)
    members += [
        Membership(_LEAKING, 900_024, start, left=date(2017, 8, 31)),
        Membership(_TRIAD, 900_024, date(2017, 9, 1)),
        Membership(_LEAKING, 900_048, date(2017, 9, 1)),
        Membership(_ATTENDANCE, 900_043, date(2018, 1, 8)),
        Membership(_TRUST, 900_133, date(2017, 9, 1)),
        Membership(_TRUST, 900_134, date(2017, 9, 1)),
        Membership(_TRUST, 900_209, date(2017, 9, 1)),
        Membership(_TRUST, 900_110, date(2018, 9, 1)),
    ]
    return tuple(members)


MEMBERSHIPS: Final = _memberships()


def founders(partnership_id: str) -> tuple[int, ...]:
    """Establishment numbers of the schools that founded the partnership; effects are planted on these."""
    spells = [m for m in MEMBERSHIPS if m.partnership_id == partnership_id]
    first = min(m.joined for m in spells)
    return tuple(BY_URN[m.urn].estab for m in spells if m.joined == first and m.left is None)


def members_on(day: date) -> list[tuple[str, School]]:
    """(partnership_id, school) for every member open under some URN that day; a school of two counts in the first."""
    found: dict[int, tuple[str, School]] = {}
    for member in MEMBERSHIPS:
        if member.joined > day or (member.left is not None and member.left < day):
            continue
        for school in SCHOOLS:
            begun = school.opened is None or school.opened <= day
            ended = school.closed is not None and school.closed < day
            if school.estab == BY_URN[member.urn].estab and begun and not ended:
                found.setdefault(school.urn, (member.partnership_id, school))
    return list(found.values())


PLANTED: Final[dict[str, Any]] = {
    "rising_rwm": {"partnership_id": _RISING, "points_a_year": 6, "from_year": "2017/18"},
    "null_rwm": {"partnership_id": _NULL},
    "falling_attendance": {
        "partnership_id": _ATTENDANCE,
        "persistent_points_a_year": 3,
        "from_year": "2017/18",
    },
    "leaking_transition": {
        "partnership_id": _LEAKING,
        "section": "From feedback to workshop",
        "items": tuple(f"TP{n}" for n in range(15, 21)),
        "host_above_review_team": 1.0,
    },
    "widening_gap": {"urn": 900_042, "gap_points": {"2016/17": 10, "2017/18": 24, "2018/19": 38}},
    "leadership_change": {"urn": 900_031, "partnership_id": _TRIAD, "from_term": "2017/18 spring"},
    "restatement": {"urn": 900_044, "column": "PTRWM_EXP_18", "in_file": "2018/19", "points": -3},
    "low_coverage": {"urn": 900_043, "academic_year": "2017/18"},
    "conversions": {900_033: 900_133, 900_034: 900_134, 900_010: 900_110},
    "merger": {"from": (900_037, 900_038), "to": 900_149},
    "closure": {"urn": 900_039, "on": "2018-08-31"},
    "new_schools": {900_041: "2016/17", 900_040: "2017/18", 900_209: "2017/18"},
    "old_urn_in_forms": {"urn": 900_034, "answers_for": 900_134},
    "partnership_move": {"urn": 900_024, "from": _LEAKING, "to": _TRIAD, "on": "2017-09-01"},
    "late_joiners": {900_048: "2017-09-01", 900_043: "2018-01-08"},
    "lagging_check_ins": {"partnership_id": _ATTENDANCE, "days_late": 45},
    "drifting_away": {"partnership_id": _ATTENDANCE},
    "untold_lessons": {"partnership_id": _LEAKING},
    "closed_gaps": {"partnership_id": _RISING},
    "rising_suspensions": {"urn": 900_204, "from_year": "2013/14", "share_a_year": 0.3},
    "fewer_suspensions": {
        "urn": 900_202,
        "from_year": "2014/15",
        "share_kept": 0.5,
        "reason": "A new policy on behaviour, without suspensions for lateness and uniform",
    },
    "unsigned_agreement": {"agreement_id": "A-003"},
    "withdrawn_agreement": {"agreement_id": "A-004", "on": "2019-03-31"},
    "personal_values": (PERSONAL_DOMAIN, PERSONAL_NAME),
}
"""What was put in on purpose, by name, so that a test can find it. See the package docstring."""
