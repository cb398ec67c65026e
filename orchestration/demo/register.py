"""The school register of the demonstration: spine, GIAS extract, links and groups, on 1 September 2019.

Here: one row per URN ever used, open or closed, and how URNs follow each other. Not here: partnerships (`evidence`).
No person is named: the publisher's columns for head teachers are left blank.
"""

from __future__ import annotations

from datetime import date

from orchestration.demo.neighbours import AUTHORITIES, NEIGHBOURS, trust_of
from orchestration.demo.published import Table, header, roll
from orchestration.demo.schools import (
    BY_URN,
    LA_CODE,
    LA_NAME,
    LINKS,
    MEMBERSHIPS,
    PARTNERSHIPS,
    SCHOOLS,
    School,
)

SNAPSHOT = date(2019, 9, 1)

_MAINTAINED = "Local authority maintained schools"
_TYPES = {
    "CY": ("Community school", "Maintained School", "Community school", _MAINTAINED),
    "VA": ("Voluntary aided school", "Maintained School", "Voluntary aided school", _MAINTAINED),
    "VC": ("Voluntary controlled school", "Maintained School", "Voluntary controlled school", _MAINTAINED),
    "FD": ("Foundation school", "Maintained School", "Foundation school", _MAINTAINED),
    "AC": ("Academy sponsor led mainstream", "Academy", "Academy sponsor led", "Academies"),
    "ACC": ("Academy - Converter mainstream", "Academy", "Academy converter", "Academies"),
    "F": ("Free school - Mainstream", "Academy", "Free schools", "Free Schools"),
    "CYS": ("Community special school", "Special School", "Community special school", "Special schools"),
    "IND": ("Other independent school", "Independent School", "Other independent school", "Independent schools"),
}
"""Type code: the spine's type and group, then the register's type and group."""


def _denomination(school: School) -> str:
    return "Church of England" if school.kind in ("VA", "VC") else "Does not apply"


def spine() -> list[list[str | int | date]]:
    """The spine, header first: numbers and dates are typed, as in the publisher's workbook."""
    columns = list(header("spine"))
    rows: list[list[str | int | date]] = [list(columns)]
    for school in sorted(SCHOOLS, key=lambda s: s.urn):
        converted = [k for k in LINKS if k.urn == school.urn and k.kind in ("Successor", "Predecessor")]
        cells: dict[str, str | int | date] = {
            "URN": school.urn,
            "LA": int(LA_CODE),
            "ESTAB": school.estab,
            "LAESTAB": school.laestab,
            "SCHNAME": school.name,
            "STREET": f"{1 + school.urn % 90} School Lane",
            "TOWN": school.town,
            "POSTCODE": "ZZ1 1ZZ",
            "TELNUM": f"01632960{school.urn % 1000:03d}",
            "ICLOSE": 2 if school.closed else 1,
            "OPENDATE": school.opened or "",
            "CLOSEDATE": school.closed or "",
            "ISNEW": 1 if school.opened else 0,
            "MINORGROUP": _TYPES[school.kind][1],
            "NFTYPE": _TYPES[school.kind][0],
            "ISPRIMARY": int(school.ages[0] < 11 and school.phase not in ("secondary", "independent")),
            "ISSECONDARY": int(school.ages[1] >= 16),
            "ISPOST16": 0,
            "AGEL": school.ages[0],
            "AGEH": school.ages[1],
            "GENDER": "Mixed",
            "SIXFGENDER": "Mixed",
            "RELDENOM": _denomination(school),
            "ADMPOL": "Non-selective" if school.phase == "secondary" else "Not recorded",
            "OTHERURN": converted[0].link_urn if converted else "",
            "NEWACFLAG": 1 if school.kind == "ACC" and converted else 2 if converted else 6,
            "RE-BROKERED": 0,
        }
        rows.append([cells.get(column, "") for column in columns])
    return rows


def _trust_of(urn: int) -> str:
    """Name of the trust the school belongs to on the snapshot date, in capitals as the register writes it; else ''."""
    names = {p.partnership_id: p.name.upper() for p in PARTNERSHIPS if p.kind == "trust"}
    return next((names[m.partnership_id] for m in MEMBERSHIPS if m.urn == urn and m.partnership_id in names), "")


def _day(day: date | None) -> str:
    return f"{day:%d-%m-%Y}" if day else ""


def gias_extract(seed: int) -> Table:
    """The register's extract, header first. A school with two links spills one field past the header, as published.

    It holds the neighbouring authorities too, as an extract of a region does.
    """
    columns = header("gias_extract")
    rows: Table = [list(columns)]
    for school in sorted((*SCHOOLS, *NEIGHBOURS), key=lambda s: s.urn):
        own_links = [k for k in LINKS if k.urn == school.urn]
        successors = [k for k in own_links if k.kind.startswith("Succ")]
        converter = any(k.kind == "Successor" for k in own_links)
        pupils = 0 if school.closed else roll(seed, 2019, school)
        girls = round(pupils * 0.49)
        phase = {"independent": "Not applicable", "special": "Not applicable"}.get(school.phase, "Primary")
        la_name = AUTHORITIES.get(school.la_code, LA_NAME)
        trust = trust_of(school) if school.la_code in AUTHORITIES else _trust_of(school.urn)
        if school.closed:
            reason = "Academy Converter" if converter else "Result of Amalgamation/Merger" if successors else "Closure"
        else:
            reason = "Not applicable"
        cells = {
            "URN": str(school.urn),
            "LA (code)": school.la_code,
            "LA (name)": la_name,
            "EstablishmentNumber": str(school.estab),
            "EstablishmentName": school.name,
            "TypeOfEstablishment (name)": _TYPES[school.kind][2],
            "EstablishmentTypeGroup (name)": _TYPES[school.kind][3],
            "EstablishmentStatus (name)": "Closed" if school.closed else "Open",
            "ReasonEstablishmentOpened (name)": (
                "Academy Converter" if school.kind == "ACC" and own_links
                else "Result of Amalgamation" if own_links and school.opened
                else "New Provision" if school.opened
                else "Not applicable"
            ),
            "OpenDate": _day(school.opened),
            "ReasonEstablishmentClosed (name)": reason,
            "CloseDate": _day(school.closed),
            "PhaseOfEducation (name)": "Secondary" if school.phase == "secondary" else phase,
            "StatutoryLowAge": str(school.ages[0]),
            "StatutoryHighAge": str(school.ages[1]),
            "Boarders (name)": "No boarders",
            "NurseryProvision (name)": "No Nursery Classes",
            "OfficialSixthForm (name)": "Does not have a sixth form",
            "Gender (name)": "Mixed",
            "ReligiousCharacter (name)": _denomination(school),
            "SchoolCapacity": str(school.size * (school.year_groups + 1)),
            "CensusDate": "" if school.closed else "17-01-2019",
            "NumberOfPupils": str(pupils) if pupils else "",
            "NumberOfBoys": str(pupils - girls) if pupils else "",
            "NumberOfGirls": str(girls) if pupils else "",
            "PercentageFSM": f"{60 * school.disadvantaged:.1f}",
            "TrustSchoolFlag (name)": "Supported by a multi-academy trust" if trust else "Not applicable",
            "Trusts (name)": trust,
            "FederationFlag (name)": "Not applicable" if trust else "Not under a federation",
            "UKPRN": str(10_900_000 + school.urn % 100_000),
            "LastChangedDate": _day(SNAPSHOT),
            "Street": f"{1 + school.urn % 90} School Lane",
            "Town": school.town,
            "County (name)": la_name,
            "Postcode": "ZZ1 1ZZ",
            "SchoolWebsite": f"www.{school.town.lower()}.school.invalid",
            "TelephoneNum": f"01632960{school.urn % 1000:03d}",
            "GOR (name)": "South East",
            "DistrictAdministrative (name)": la_name,
            "UrbanRural (name)": "(England/Wales) Rural town and fringe",
            "Linked establishments": (
                f"{own_links[0].link_urn} {own_links[0].kind.split(' ')[0]}" if own_links else "Does not have links"
            ),
        }  # fmt: skip
        row = [cells.get(column, "") for column in columns]
        row += [f"{k.link_urn} {k.kind.split(' ')[0]}" for k in own_links[1:]]
        rows.append(row)
    return rows


def links() -> Table:
    """Predecessor and successor links, header first; one name holds a right single quotation mark."""
    rows = sorted(LINKS, key=lambda k: (k.urn, k.link_urn))
    return [
        list(header("links")),
        *([str(k.urn), str(k.link_urn), BY_URN[k.link_urn].name, k.kind, _day(k.since)] for k in rows),
    ]


def groups() -> Table:
    """Groups of establishments, header first: the trust, one federation now closed and one open."""
    trust = next(p for p in PARTNERSHIPS if p.kind == "trust")
    federation = f"Federation of {BY_URN[900_037].town} Infant and Junior Schools"
    known = [
        ("99001", "TR99001", trust.name.upper(), "Multi-academy trust", "6", "", "", "2016-07-01", "OPEN"),
        ("99002", "", federation, "Federation", "1", "2018-08-31", "2012-09-01",
         "", "CLOSED"),
        ("99003", "", "Wendmere Voluntary Federation", "Federation", "1", "", "1900-01-01", "", "OPEN"),
    ]  # fmt: skip
    rows = []
    for uid, group_id, name, kind, code, closed, opened, incorporated, status in known:
        cells = {
            "Group UID": uid,
            "Group ID": group_id,
            "Group Name": name,
            "Group Type (code)": code,
            "Group Type": kind,
            "Closed Date": closed,
            "Open date": opened,
            "Incorporated on (open date)": incorporated,
            "Group Status (code)": status,
            "Group Status": status.title(),
            "Group Town": LA_NAME,
            "Group County": "Not recorded",
        }
        rows.append([cells.get(column, "") for column in header("groups")])
    return [list(header("groups")), *rows]
