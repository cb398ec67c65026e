"""Other authorities, years and releases than those at hand: the habits publishers have shown, each in a small file."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import duckdb
import pytest

from tests.conftest import served, turncurve

FILES = {
    # renamed columns (Estab, TSENELE for EHC plans), per cents with and without a sign, an independent school whose
    # cells are blank, NA and a false zero
    "2024-2025/936_census.csv": (
        "URN,LA,Estab,NOR,TSENELE,PSENELE,TSENELK,PSENELK,NUMEAL,PNUMEAL,NUMFSMEVER,PNUMFSMEVER\n"
        "901001,936,2001,400,8,2.0%,50,12.5%,40,10.0%,100,25.0%\n"
        "901002,936,6001,250,NA,,NA,NA,NA,0.00%,NA,NA\n"
        "NAT,,PRI,4500000,100000,2.2%,600000,13.3%,1000000,22.0%,1000000,22.2%\n"
    ),
    # persistent absence was defined otherwise then: that column is no part of today's indicator
    "2012-13/abs.csv": (
        "LA,ESTAB,URN,PERCTOT,PPERSABS15\n936,2001,901001,4.8,3.1\n936,2002,901003,SUPP,SUPP\nNAT,PRI,,4.7,3.0\n"
    ),
    # middle prior attainment is _MID by then, per cents have decimals, bandings are words, no alphabetical index
    "2023-2024/936_ks4final.csv": (
        "RECTYPE,LEA,ESTAB,URN,SCHNAME,NFTYPE,TPUP,ATT8SCR,ATT8SCR_MID,TPRIORMID,P8PUP,P8MEA,P8CILOW,P8CIUPP,P8_BANDING,"
        "PTL2BASICS_94,PTL2BASICS_95\n"
        "1,936,4001,901004,Copperfield School,ACC,150,48.2,44.1,60,140,0.21,-0.02,0.44,Average,68.00%,45.30%\n"
        "1,936,4002,901005,Harbour College,IND,60,NA,NA,,,NP\n"
        "1,936,4003,901006,New Quay Academy,F,NEW\n"
        # bands at the ends of the interval, of a special school, and of fewer pupils than anything is said of
        "1,936,4004,901010,Seaview Academy,ACC,90,61.0,,,88,0.71,0.44,0.98,Well above average,80.00%,60.00%\n"
        "1,936,4005,901011,Dune School,CY,90,52.0,,,88,0.26,0.01,0.51,Above average,70.00%,50.00%\n"
        "1,936,4006,901012,Ferry School,CY,90,50.0,,,88,0.25,0.00,0.50,Average,66.00%,46.00%\n"
        "1,936,4007,901013,Breakwater School,CY,90,44.0,,,88,-0.25,-0.50,0.00,Average,58.00%,40.00%\n"
        "1,936,7001,901014,Lighthouse School,CYS,20,9.0,,,18,-1.62,-2.20,-1.04,Well below average,0.00%,0.00%\n"
        "1,936,4008,901015,Sandbank School,CY,9,51.0,,,8,0.95,0.05,1.85,Well above average,70.00%,50.00%\n"
        "4,936,,,,,150,48.2,,,140,0.21,,,,68.00%,45.30%\n"
    ),
    # the same year's provisional figures: another release, not a second school
    "2023-2024/provisional/936_ks4provisional.csv": (
        "RECTYPE,LEA,ESTAB,URN,SCHNAME,TPUP,ATT8SCR,P8MEA\n1,936,4001,901004,Copperfield School,151,47.9,0.18\n"
    ),
    # no key stage 1 baseline: progress columns are there and blank; EHC column renamed; two earlier years repeated
    "936_ks2final_2024-25.csv": (
        "RECTYPE,ALPHAIND,LEA,ESTAB,URN,SCHNAME,NFTYPE,TOTPUPS,TELIG,PTRWM_EXP,PTRWM_HIGH,READPROG,READPROG_LOWER,"
        "READPROG_UPPER,TSENELE,PTRWM_EXP_24,PTRWM_EXP_23\n"
        "1,10,936,2001,901001,Saltmarsh Primary School,CY,400,58,64%,9%,,,,3,61%,60%\n"
        "3,,936, , ,Someshire, , ,9000,62%,8%\n"
    ),
    # a register extract by another name, and its spelling of later years
    "england_school_information.csv": (
        "URN,LANAME,LA,ESTAB,LAESTAB,SCHNAME,SCHSTATUS,OPENDATE,CLOSEDATE,MINORGROUP,SCHOOLTYPE,ISPRIMARY,ISSECONDARY,"
        "ISPOST16\n"
        "901001,Someshire,936,2001,9362001,Saltmarsh Primary School,Open,,,Maintained school,Community school,1,0,0\n"
        "901007,Someshire,936,2007,9362007,Old Mill School,Closed,01/09/1990,31/08/2015,Maintained school,"
        "Community school,1,0,0\n"
    ),
    # a school name with a typographic apostrophe, as the publisher saves it
    "links_edubasealldata20260101.csv": (
        '"URN","LinkURN","LinkName","LinkType","LinkEstablishedDate"\n'
        '901007,901001,"Saltmarsh’s Primary School","Successor","01-09-2015"\n'
    ),
}


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse of these files alone, one of them gzipped, the links in cp1252."""
    folder = tmp_path_factory.mktemp("elsewhere")
    for name, text in FILES.items():
        file = folder / "landing" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        content = text.encode("cp1252" if name.startswith("links") else "utf-8-sig")
        if "ks4final" in name:
            file, content = file.with_name(file.name + ".gz"), gzip.compress(content)
        file.write_bytes(content)
    turncurve("refresh", "--landing", str(folder / "landing"), data_dir=folder / "data")
    connection = duckdb.connect(str(served(folder / "data")), read_only=True)
    yield connection
    connection.close()


def figure(connection: duckdb.DuckDBPyConnection, urn: str, indicator: str, year: str) -> list[tuple[object, ...]]:
    return connection.execute(
        """select release, value, status, is_latest from marts.fct_outcome
           where urn = ? and indicator_id = ? and academic_year = ? and breakdown_id = 'all' order by is_latest""",
        [urn, indicator, year],
    ).fetchall()


def test_all_are_taken(elsewhere: duckdb.DuckDBPyConnection) -> None:
    taken = elsewhere.execute("select path, status, reason from marts.file_log where status <> 'loaded'").fetchall()
    assert taken == []
    assert elsewhere.execute("select count(*) from marts.rejected_rows").fetchall() == [(0,)]


@pytest.mark.parametrize(
    ("urn", "indicator", "year", "expected"),
    [
        ("901001", "ehcp_pct", "2024/25", [("final", 2.0, "ok", True)]),
        ("901001", "eal_pct", "2024/25", [("final", 10.0, "ok", True)]),
        ("901002", "eal_pct", "2024/25", [("final", None, "not_applicable", True)]),
        ("901002", "ehcp_pct", "2024/25", [("final", None, "unavailable", True)]),
        ("901001", "absence_overall_pct", "2012/13", [("final", 4.8, "ok", True)]),
        ("901003", "absence_overall_pct", "2012/13", [("final", None, "suppressed", True)]),
        ("901001", "absence_persistent_pct", "2012/13", []),
        (
            "901004", "ks4_attainment8", "2023/24",
            [("provisional", 47.9, "ok", False), ("final", 48.2, "ok", True)],
        ),
        ("901004", "ks4_basics_95_pct", "2023/24", [("final", 45.3, "ok", True)]),
        ("901005", "ks4_progress8", "2023/24", [("final", None, "not_published", True)]),
        ("901006", "ks4_attainment8", "2023/24", [("final", None, "unavailable", True)]),
        ("901001", "ks2_rwm_expected_pct", "2024/25", [("final", 64.0, "ok", True)]),
        ("901001", "ks2_reading_progress", "2024/25", [("final", None, "unavailable", True)]),
    ],
)  # fmt: skip
def test_figures(
    elsewhere: duckdb.DuckDBPyConnection, urn: str, indicator: str, year: str, expected: list[tuple[object, ...]]
) -> None:
    assert figure(elsewhere, urn, indicator, year) == expected


@pytest.mark.parametrize(
    ("urn", "verdict", "reason"),
    [
        ("901004", "similar", None),
        ("901010", "better", None),
        ("901011", "better", None),
        ("901012", "similar", None),
        ("901013", "similar", None),
        ("901014", "worse", None),
        ("901015", "not_compared", "Fewer than 11 pupils"),
        ("901005", "not_compared", "The school has no figure: not published"),
    ],
)
def test_verdicts_agree_with_bands_in_words(
    elsewhere: duckdb.DuckDBPyConnection, urn: str, verdict: str, reason: str | None
) -> None:
    found = elsewhere.execute(
        """select benchmark_value, comparison, reason from marts.comparison
           where urn = ? and indicator_id = 'ks4_progress8' and breakdown_id = 'all' and benchmark = 'england'""",
        [urn],
    ).fetchall()
    assert found == [(0.0, verdict, reason)]


def test_middle_prior_attainment_under_its_later_name(elsewhere: duckdb.DuckDBPyConnection) -> None:
    row = elsewhere.execute(
        """select value, denominator from marts.fct_outcome
           where urn = '901004' and indicator_id = 'ks4_attainment8' and breakdown_id = 'mid_prior'"""
    ).fetchall()
    assert row == [(44.1, 60.0)]


def test_identity_from_the_later_register_and_links(elsewhere: duckdb.DuckDBPyConnection) -> None:
    schools = elsewhere.execute(
        """select urn, school_id, name, la_name, status, closed_on::varchar, is_current from marts.dim_school
           where urn in ('901001', '901007') order by urn"""
    ).fetchall()
    assert schools == [
        ("901001", "S901001", "Saltmarsh Primary School", "Someshire", "open", None, True),
        ("901007", "S901001", "Old Mill School", "Someshire", "closed", "2015-08-31", False),
    ]
