"""Who is who, from landed files to the school's series: splits, proposals, reorganised authorities, editions of the register.

The same kinds by the hundred are in `tests/unit/test_school_register.py`; here a few go all the way, beside the cases met in the
field.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.conftest import served, turncurve

GIAS = (
    "URN,LA (code),LA (name),EstablishmentNumber,EstablishmentName,TypeOfEstablishment (name),EstablishmentTypeGroup (name),"
    "EstablishmentStatus (name),OpenDate,CloseDate,PhaseOfEducation (name),LastChangedDate,PreviousLA (code),"
    "PreviousEstablishmentNumber\n"
)
WHERE = "Academic year,School,E92000001,England,E12000004,East Midlands"
ABSENCE = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,old_la_code,new_la_code,"
    "la_name,school_urn,school_laestab,school_name,education_phase,enrolments,sess_overall_percent,enrolments_pa_10_exact,"
    "enrolments_pa_10_exact_percent\n"
)
DESTINATIONS = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,old_la_code,new_la_code,"
    "la_name,school_laestab,school_name,breakdown_topic,breakdown,data_type,cohort,overall\n"
)


def establishment(
    urn: int, authority: str, number: str, status: str, opened: str, closed: str, **kept: str
) -> str:  # fmt: skip
    name = kept.get("name", f"School {urn}")
    return (
        f'{urn},{authority},Somewhere,{number},{name},Community school,Local authority maintained schools,"{status}",{opened},'
        f"{closed},{kept.get('phase', 'Primary')},{kept.get('changed', '01-08-2023')},{kept.get('previous', ',')}\n"
    )


SCHOOLS = {
    # split in two; taken over by one of a plain link; proposed; open beside the one its link names
    910110: ("Closed", "", "31-08-2018"), 910111: ("Open", "01-09-2018", ""), 910112: ("Open", "01-09-2018", ""),
    910120: ("Closed", "", "31-08-2018"), 910121: ("Open", "01-09-2018", ""),
    910130: ("Open, but proposed to close", "01-09-1990", "31-08-2024"), 910131: ("Proposed to open", "", ""),
    910140: ("Open", "01-09-1990", ""), 910141: ("Open", "01-09-2016", ""),
    # of these the older edition of the links said that the one followed the other
    910150: ("Closed", "01-09-1990", "31-08-2018"), 910151: ("Open", "01-09-2018", ""),
}  # fmt: skip
REGISTER = GIAS + "".join(
    establishment(urn, "940", f"2{urn % 1000}", status, opened, closed)
    for urn, (status, opened, closed) in SCHOOLS.items()
)
#: secondaries of authorities that were reorganised: with the register's own columns, and without
REORGANISED = establishment(910201, "940", "4001", "Open", "01-09-2000", "", phase="Secondary", previous="928,4001")
REORGANISED += establishment(910202, "943", "4002", "Open", "01-09-2000", "", phase="Secondary", previous="999,")
LINKS = (
    "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n"
    "910110,910111,x,Successor - Split School,31-08-2018\n910110,910112,x,Successor - Split School,31-08-2018\n"
    "910111,910110,x,Predecessor - Split School,01-09-2018\n"
    "910120,910121,x,Successor,31-08-2018\n910121,910120,x,Successor,31-08-2018\n"
    "910130,910131,x,Successor,\n910131,910130,x,Predecessor,\n"
    "910140,910141,x,Successor,\n910141,910140,x,Predecessor,\n"
)
WITHDRAWN = "910150,910151,x,Successor,31-08-2018\n"
#: the next edition, whose name says no day: one school has another name, one has closed, and one is new
LATER = (
    GIAS
    + "".join(
        establishment(urn, "940", f"2{urn % 1000}", status, opened, closed, changed="02-10-2023")
        for urn, (status, opened, closed) in SCHOOLS.items()
        if urn != 910141
    )
    + establishment(
        910141, "940", "2141", "Closed", "01-09-2016", "30-09-2023", name="Twinley Free School", changed="02-10-2023"
    )
    + REORGANISED
)


def absence(year: str, urns: list[int]) -> str:
    return "".join(
        f"{year},{WHERE},940,E06000061,North,{urn},9402{urn % 1000},School {urn},State-funded primary,200,{urn % 100}.5,20,10.0\n"
        for urn in urns
    )


def leavers(year: str, authority: str, number: str, percent: int) -> str:
    return f"{year},{WHERE},{authority},,Somewhere,{authority}{number},A School,Total,Total,Percentage,180,{percent}\n"


THEN = [910110, 910120, 910130, 910140, 910141, 910150]
NOW = [910111, 910112, 910121, 910130, 910140, 910141, 910151]
FILES = {
    "register/edubasealldata20230901.csv": REGISTER,
    "register/edubasealldata.csv": LATER,
    "register/links_edubasealldata20230101.csv": LINKS + WITHDRAWN,
    "register/links_edubasealldata20230901.csv": LINKS,
    "ees/1a_absence_3term_school.csv": ABSENCE
    + absence("201617", THEN) + absence("201718", THEN) + absence("201819", NOW) + absence("202122", NOW),
    "ees/ks4_dm_ud_inst_rev.csv": DESTINATIONS
    + "".join(leavers(f"{y}{y % 100 + 1}", "928" if y < 2020 else "940", "4001", 91 + y - 2017) for y in range(2017, 2022))
    + "".join(leavers(f"{y}{y % 100 + 1}", "909" if y < 2021 else "943", "4002", 81 + y - 2017) for y in range(2017, 2022))
    # a school of an authority that was reorganised, of which no register knows
    + leavers("201718", "835", "4003", 71) + leavers("201920", "838", "4003", 72),
}  # fmt: skip


def built(folder: Path, data_dir: Path) -> duckdb.DuckDBPyConnection:
    turncurve("refresh", "--landing", str(folder), data_dir=data_dir)
    return duckdb.connect(str(served(data_dir)), read_only=True)


@pytest.fixture(scope="module")
def schools(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    here = tmp_path_factory.mktemp("who")
    for name, text in FILES.items():
        (here / "landing" / name).parent.mkdir(parents=True, exist_ok=True)
        (here / "landing" / name).write_text(text, encoding="utf-8")
    with built(here / "landing", here / "data") as connection:
        yield connection


def series(connection: duckdb.DuckDBPyConnection, urn: str, indicator: str) -> list[tuple[str, str, float]]:
    """Name, years and figures on the page of a school, found by a URN."""
    return connection.execute(
        """select area_name, academic_year, value from marts.trend_series where area_type = 'school' and breakdown_id = 'all'
             and area_id = (select school_id from marts.dim_school where urn = ?) and indicator_id = ? order by academic_year""",
        [urn, indicator],
    ).fetchall()


@pytest.mark.parametrize(
    ("urn", "years"),
    [
        (910110, ["2016/17", "2017/18"]), (910111, ["2018/19", "2021/22"]), (910112, ["2018/19", "2021/22"]),
        (910120, ["2016/17", "2017/18", "2018/19", "2021/22"]), (910121, ["2016/17", "2017/18", "2018/19", "2021/22"]),
        (910130, ["2016/17", "2017/18", "2018/19", "2021/22"]), (910131, []),
        (910140, ["2016/17", "2017/18", "2018/19", "2021/22"]), (910141, ["2016/17", "2017/18", "2018/19", "2021/22"]),
        (910150, ["2016/17", "2017/18"]), (910151, ["2018/19", "2021/22"]),
    ],
)  # fmt: skip
def test_each_school_has_its_own_series_and_what_it_plainly_carries_on(
    schools: duckdb.DuckDBPyConnection, urn: int, years: list[str]
) -> None:
    found = series(schools, str(urn), "absence_overall_pct")
    assert [year for _, year, _ in found] == years
    own = {910120: 910121}.get(urn, urn)
    assert {name for name, _, _ in found} <= {f"School {own}", "Twinley Free School"}
    if urn == 910140:
        assert {value for _, _, value in found} == {40.5}


def test_who_stands_on_a_day_and_who_is_current(schools: duckdb.DuckDBPyConnection) -> None:
    day = """select urn from marts.dim_school where laestab like '940%' and urn < '910200'
             and coalesce(valid_from, date '0001-01-01') <= date '2022-01-15'
             and coalesce(valid_to, date '9999-12-31') >= date '2022-01-15' order by urn"""
    standing = [urn for (urn,) in schools.execute(day).fetchall()]
    assert standing == ["910111", "910112", "910121", "910130", "910140", "910141", "910151"]
    past = schools.execute("select urn from marts.dim_school where not is_current order by urn").fetchall()
    assert past == [("910120",), ("910131",)]


def test_an_edition_without_a_day_in_its_name_that_knows_later_days_is_the_newest(
    schools: duckdb.DuckDBPyConnection,
) -> None:
    query = "select name, status, closed_on::varchar from marts.dim_school where urn = '910141'"
    assert schools.execute(query).fetchall() == [("Twinley Free School", "closed", "2023-09-30")]
    used = schools.execute(
        "select path, rows_accepted, rows_superseded from marts.file_log where path like '%edubase%' order by path"
    ).fetchall()
    assert [(Path(path).name, accepted > 0, superseded > 0) for path, accepted, superseded in used] == [
        ("edubasealldata.csv", True, False),
        ("edubasealldata20230901.csv", False, True),
        ("links_edubasealldata20230101.csv", False, True),
        ("links_edubasealldata20230901.csv", True, False),
    ]


@pytest.mark.parametrize(("urn", "first"), [("910201", 91), ("910202", 81)])
def test_a_school_of_a_reorganised_authority_keeps_its_history(
    schools: duckdb.DuckDBPyConnection, urn: str, first: int
) -> None:
    found = series(schools, urn, "ks4_sustained_destination_pct")
    assert [(year, value) for _, year, value in found] == [
        (f"{year}/{year % 100 + 1}", first + year - 2018) for year in range(2018, 2023)
    ]


def test_a_number_that_no_register_knows_is_one_school_under_its_new_authority(
    schools: duckdb.DuckDBPyConnection,
) -> None:
    assert [(year, value) for _, year, value in series(schools, "L8384003", "ks4_sustained_destination_pct")] == [
        ("2018/19", 71),
        ("2020/21", 72),
    ]
    assert schools.execute("select urn from marts.dim_school where urn like 'L%'").fetchall() == [("L8384003",)]


@pytest.fixture(scope="module")
def field(real_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Two cases met in the field, together: both registers are of one day."""
    folder = real_files.parent / "field"
    landing = tmp_path_factory.mktemp("field") / "landing"
    landing.mkdir()
    for case in ("e06_gias_links", "e07_authority_reorganised"):
        if not (folder / case).is_dir():
            pytest.skip(f"the cases of the field are not at {folder}")
        for file in (folder / case).glob("*.csv"):
            target = landing / case / file.name
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(file.read_bytes())
    with built(landing, landing.parent / "data") as connection:
        yield connection


def test_the_links_met_in_the_field(field: duckdb.DuckDBPyConnection) -> None:
    day = """select urn from marts.dim_school where coalesce(valid_from, date '0001-01-01') <= date '2022-01-15'
             and coalesce(valid_to, date '9999-12-31') >= date '2022-01-15' order by urn"""
    standing = {urn for (urn,) in field.execute(day).fetchall()}
    assert {"910030", "910021", "910040", "910041", "910011", "910012"} <= standing
    assert standing & {"910031", "910020", "910010"} == set()
    own = {urn: series(field, urn, "absence_overall_pct") for urn in ("910020", "910040", "910041", "910010", "910011")}
    assert {name for name, _, _ in own["910020"]} == {"Ringfield Primary"} and len(own["910020"]) == 5
    assert {(name, value) for name, _, value in own["910040"]} == {("Twinley Primary", 6.0)}
    assert {(name, value) for name, _, value in own["910041"]} == {("Twinley Free School", 3.0)}
    assert {name for name, _, _ in own["910010"]} == {"Splitwood Primary"}
    assert {name for name, _, _ in own["910011"]} == {"Splitwood Infant"}


def test_the_reorganised_authority_met_in_the_field(field: duckdb.DuckDBPyConnection) -> None:
    found = series(field, "910001", "ks4_sustained_destination_pct")
    assert [(year, value) for _, year, value in found] == [
        (f"{year}/{year % 100 + 1}", 91 + year - 2018) for year in range(2018, 2023)
    ]
    assert field.execute("select urn from marts.dim_school where urn like 'L%'").fetchall() == []
