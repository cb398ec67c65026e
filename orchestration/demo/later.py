"""What the demonstration holds beyond key stages 2 and 4: 16 to 18 results, destinations, suspensions, inspections.

Here: small tables of those kinds with the columns that are read, the publishers' codes and rounding. Not here: bytes and
names of files (`write`). Planted: the suspensions of two schools (`PLANTED`); no other effect is to be found here.
"""

from __future__ import annotations

import numpy as np

from orchestration.demo.published import SUPPRESSED_AT, Table, number, percent
from orchestration.demo.schools import LA_CODE, LA_NAME, PLANTED, SCHOOLS, YEARS, School

KS5_COLUMNS = [
    "RECTYPE",
    "LEA",
    "ESTAB",
    "URN",
    "SCHNAME",
    "NFTYPE",
    "TPUP1618",
    "TALLPUP_ACAD_1618",
    "TALLPPE_ACAD_1618",
    "TALLPUP_ALEV_1618",
    "TALLPPE_ALEV_1618",
    "TALLPPEGRD_ALEV_1618",
    "VA_INS_ALEV",
    "LCI_INS_ALEV",
    "UCI_INS_ALEV",
    "TALLPUP_AGEN",
    "TALLPPE_AGEN",
]
KS4_DESTINATION_COLUMNS = [
    *("RECTYPE", "LEA", "ESTAB", "URN", "SCHNAME", "NFTYPE"),
    *(f"{name}{group}" for group in ("", "_DIS", "_NONDIS") for name in ("COHORT", "OVERALL_DEST", "OVERALL_DESTPER")),
]
KS5_DESTINATION_COLUMNS = [
    *("RECTYPE", "LEA", "ESTAB", "URN", "SCHNAME", "NFTYPE"),
    *(f"TOT_{name}{group}" for group in ("", "_DIS", "_NONDIS") for name in ("COHORT", "OVERALL", "OVERALLPER")),
    "TOT_HEPER",
]
EES_COLUMNS = [
    "time_period",
    "time_identifier",
    "geographic_level",
    "country_code",
    "country_name",
    "region_code",
    "region_name",
    "old_la_code",
    "new_la_code",
    "la_name",
    "laestab",
    "school_type",
    "headcount",
    "perm_excl",
    "perm_excl_rate",
    "fixed_excl",
    "fixed_excl_rate",
]
EES_META: Table = [
    ["col_name", "col_type", "label", "indicator_grouping", "indicator_unit", "filter_hint", "filter_grouping_column"],
    ["school_type", "Filter", "School type", "", "", "", ""],
    ["headcount", "Indicator", "Number of pupils", "", "", "", ""],
    ["perm_excl", "Indicator", "Number of permanent exclusions", "", "", "", ""],
    ["perm_excl_rate", "Indicator", "Permanent exclusion rate", "", "", "", ""],
    ["fixed_excl", "Indicator", "Number of fixed period exclusions", "", "", "", ""],
    ["fixed_excl_rate", "Indicator", "Fixed period exclusion rate", "", "", "", ""],
]
INSPECTION_COLUMNS = [
    "URN",
    "LAESTAB",
    "School name",
    "Ofsted phase",
    "Local authority",
    "Inspection start date",
    "Publication date",
    "Overall effectiveness",
    "Quality of teaching, learning and assessment",
    "Personal development, behaviour and welfare",
    "Outcomes for pupils",
    "Effectiveness of leadership and management",
    "Is safeguarding effective?",
]
# Summers of the file of suspensions, which goes further back than the tables, with England's published rates per 100 pupils
# (permanent and fixed-period exclusions: all schools, primary schools). Those of 2016/17 are repeated in the two years after it.
_ENGLAND = {
    2009: (("0.09", "4.88"), ("0.02", "0.97")),
    2010: (("0.08", "4.44"), ("0.02", "0.91")),
    2011: (("0.07", "4.33"), ("0.01", "0.91")),
    2012: (("0.07", "4.03"), ("0.02", "0.9")),
    2013: (("0.06", "3.51"), ("0.02", "0.88")),
    2014: (("0.06", "3.5"), ("0.02", "1.02")),
    2015: (("0.07", "3.88"), ("0.02", "1.1")),
    2016: (("0.08", "4.29"), ("0.02", "1.21")),
    **dict.fromkeys(YEARS, (("0.1", "4.76"), ("0.03", "1.37"))),
}
_TYPES = {"secondary": "State-funded secondary", "special": "Special"}


def _open(year: int) -> list[School]:
    found = [school for school in SCHOOLS if school.open_in(year) and school.phase != "independent"]
    return sorted(found, key=lambda school: school.urn)


def _key(school: School) -> list[str]:
    return ["1", LA_CODE, str(school.estab), str(school.urn), school.name, school.kind]


def _weighed(rows: Table, cohort: int) -> float:
    """Mean of the column after the cohort's, weighed by it, as the publisher makes an authority's figure."""
    pairs = [(int(row[cohort]), float(row[cohort + 1])) for row in rows]
    return sum(size * value for size, value in pairs) / sum(size for size, _ in pairs)


def ks5_tables(seed: int) -> dict[int, Table]:
    """16 to 18 files by summer: points, cohorts, value added with its limits; no row is as long as the header."""
    tables = {}
    for year in YEARS:
        rows = []
        for school in (school for school in _open(year) if school.phase == "secondary"):
            rng = np.random.default_rng([seed, year, school.estab, 11])
            size = int(rng.integers(45, 160))
            points, added = 32 + 3 * school.level + float(rng.standard_normal()), 0.2 * float(rng.standard_normal())
            half = 1.96 * 0.9 / size**0.5
            rows.append(
                [
                    *_key(school),
                    *(str(size), str(size - 5), number(points + 0.4, 2), str(size - 9), number(points, 2), "C+"),
                    *(number(value, 2) for value in (added, added - half, added + half)),
                    *(("", "") if size < 60 else ("21", number(points - 4, 2))),
                ]
            )
        total = str(sum(int(row[6]) for row in rows))
        academic, a_level = (number(_weighed(rows, place), 2) for place in (7, 9))
        authority = ["4", LA_CODE, "", "", LA_NAME, "", total, "", academic, "", a_level, "C+"]
        england = ["7", "", "", "", "England", "", "376000", "", "33.8", "", "33.1", "C+"]
        tables[year] = [list(KS5_COLUMNS), *rows, authority, england]
    return tables


def destination_tables(seed: int) -> dict[str, Table]:
    """Destinations of one year's leavers after `ks4` and `ks5`: few pupils are suppressed together with the other group."""
    tables = {}
    for stage, columns in (("ks4", KS4_DESTINATION_COLUMNS), ("ks5", KS5_DESTINATION_COLUMNS)):
        rows = []
        for school in (school for school in _open(YEARS[-1]) if school.phase in ("secondary", "special")):
            rng = np.random.default_rng([seed, YEARS[-1], school.estab, 12 if stage == "ks4" else 13])
            size = 8 if school.phase == "special" else int(rng.integers(60, 180))
            poor = int(rng.binomial(size, school.disadvantaged))
            row = _key(school)
            counts = {"all": size, "poor": poor, "others": size - poor}
            few = min(counts["poor"], counts["others"]) <= 2 * SUPPRESSED_AT
            for name, cohort in counts.items():
                stayed = int(rng.binomial(cohort, 0.88 if name == "poor" else 0.95))
                hidden = cohort <= 2 * SUPPRESSED_AT or (few and name != "all")
                row += [str(cohort), "SUPP", "SUPP"] if hidden else [str(cohort), str(stayed), percent(stayed, cohort)]
            rows.append(row)
        large = [row for row in rows if row[7] != "SUPP"]
        cohort, stayed = (sum(int(row[place]) for row in large) for place in (6, 7))
        areas = [
            ["LA", LA_CODE, "", "", LA_NAME, "", str(cohort), str(stayed), percent(stayed, cohort)],
            ["NAT", "", "", "", "England", "", "", "", "94%", "", "", "88%", "", "", "96%"],
        ]
        tables[stage] = [list(columns), *rows, *areas]
    return tables


def _planted(school: School, year: int) -> float:
    """How many times as many suspensions as usual a school has by plan."""
    rising, fewer = PLANTED["rising_suspensions"], PLANTED["fewer_suspensions"]
    if school.urn == rising["urn"]:
        return float((1 + rising["share_a_year"]) ** max(0, year - int(rising["from_year"][:4])))
    if school.urn == fewer["urn"] and year > int(fewer["from_year"][:4]):
        return float(fewer["share_kept"])
    return 1.0


def suspensions(seed: int) -> Table:
    """A tidy file of eleven years: schools without a URN, their authority and England; one to four events are an `x`."""
    rows = []
    for year, england_rates in _ENGLAND.items():
        start = [f"{year - 1}{year % 100:02d}", "Academic year"]
        england = ["E92000001", "England"]
        totals = {"pupils": 0, "perm": 0, "fixed": 0}
        for school in _open(year):
            rng = np.random.default_rng([seed, year, school.estab, 14])
            weight = {"secondary": 0.09, "special": 0.12}.get(school.phase, 0.012)
            events = {
                "perm": int(rng.poisson(school.size * weight / 50)),
                "fixed": int(rng.poisson(school.size * weight * _planted(school, year))),
            }
            totals = {name: totals[name] + {"pupils": school.size, **events}[name] for name in totals}
            cells = [LA_CODE, "", LA_NAME, str(school.laestab), _TYPES.get(school.phase, "State-funded primary")]
            cells.append(str(school.size))
            for count in events.values():
                hidden = 0 < count < SUPPRESSED_AT
                cells += ["x", "x"] if hidden else [str(count), number(100 * count / school.size, 2)]
            rows.append([*start, "School", *england, "", "", *cells])
        figures = [str(totals["pupils"])]
        for name in ("perm", "fixed"):
            figures += [str(totals[name]), number(100 * totals[name] / totals["pupils"], 2)]
        rows.append([*start, "Local authority", *england, "", "", LA_CODE, "", LA_NAME, "", "Total", *figures])
        for kind, (perm, fixed) in zip(("Total", "State-funded primary"), england_rates, strict=True):
            rows.append([*start, "National", *england, *[""] * 6, kind, "", "", perm, "", fixed])
    return [list(EES_COLUMNS), *rows]


def inspections(seed: int) -> Table:
    """Inspection outcomes as of August 2019: one row per school, each inspected once in the years before."""
    rows = []
    for school in _open(YEARS[-1]):
        rng = np.random.default_rng([seed, school.estab, 15])
        grade = int(np.clip(round(2.1 - 0.5 * school.level + 0.5 * float(rng.standard_normal())), 1, 4))
        year, month, day = int(rng.integers(2015, 2019)), int(rng.integers(1, 7)), int(rng.integers(1, 25))
        rows.append(
            [
                *(str(school.urn), str(school.laestab), school.name, school.phase.capitalize(), LA_NAME),
                *(f"{day:02d}/{month:02d}/{year}", f"{day:02d}/{month + 1:02d}/{year}"),
                *([str(grade)] * 5),
                "Yes" if grade < 4 else "No",
            ]
        )
    return [list(INSPECTION_COLUMNS), *rows]
