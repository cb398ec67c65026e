"""What a page may say, and the state of the marts in which it is true.

One list of claims: the page, the words (a pattern over the page's text), and whether the marts bear them out. A page that says a
thing no claim here covers is not wrong; a page whose words meet a claim that is untrue is. Belongs here: claims and how they are
looked up. Does not belong here: which warehouses they are asked of (the demonstration, and odd states made by hand).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import duckdb


@dataclass(frozen=True)
class Shown:
    """A page as it was shown: its path, its address, all its text, the words of its pills, and the warehouse behind it."""

    path: str
    query: Mapping[str, str]
    text: str
    pills: tuple[str, ...]
    heading: str
    db: duckdb.DuckDBPyConnection

    def ask(self, sql: str, *given: Any) -> list[tuple[Any, ...]]:
        """Rows of the marts."""
        return self.db.execute(sql, list(given)).fetchall()

    @property
    def area(self) -> tuple[str, str]:
        """Kind and id of the area in the address."""
        kind, _dash, ident = self.query["area"].partition("-")
        return kind, ident

    @property
    def school_id(self) -> str:
        """The lineage of the school in the path or the address."""
        urn = self.path.rsplit("/", 1)[-1] if self.path.startswith("/school/") else self.query.get("urn", "")
        rows = self.ask(
            "select school_id from marts.dim_school where school_id in (select school_id from marts.dim_school where urn = ?)"
            " and (name = ? or ?)",
            urn,
            self.heading,
            self.path.startswith("/school/"),
        )
        # a school of another area gives way to one of this, told by the heading
        rows = rows or self.ask(
            "select school_id from marts.dim_school where name = ? and is_current and list_contains(?, school_id)",
            self.heading,
            self.members(),
        )
        found = rows[0][0]
        return str(found)

    @property
    def group(self) -> str:
        """The group of pupils in the address."""
        return self.query.get("breakdown", "all")

    def members(self) -> list[str]:
        """Schools of the area, as the pages count them today."""
        kind, ident = self.area
        if kind == "authority":
            rows = self.ask(
                "select distinct school_id from marts.dim_school where is_current and la_code = ? and closed_on is null",
                ident,
            )
        else:
            rows = self.ask(
                """select distinct s.school_id from marts.dim_school as s
                   inner join marts.partnership_membership as m on m.school_id = s.school_id
                   where s.is_current and m.partnership_id = ? and coalesce(m.joined_on, date '1900-01-01') <= current_date
                     and (m.left_on is null or m.left_on > current_date)""",
                ident,
            )
        return [row[0] for row in rows]

    def latest(self) -> tuple[Any, ...]:
        """value, status, verdict, benchmark_value of the area's latest year of the indicator and group in the address."""
        rows = self.ask(
            """select value, status, verdict, benchmark_value, academic_year from marts.trend_series
               where area_type = ? and area_id = ? and indicator_id = ? and breakdown_id = ?
               order by academic_year desc limit 1""",
            *self.area,
            self.query["indicator"],
            self.group,
        )
        return rows[0] if rows else (None,) * 5

    def signal(self) -> tuple[str, str]:
        """What the trend test and the chart say of the area's latest year."""
        rows = self.ask(
            """select trend_verdict, spc_variation from marts.trend_signal
               where area_type = ? and area_id = ? and indicator_id = ? and breakdown_id = ?
               order by academic_year desc limit 1""",
            *self.area,
            self.query["indicator"],
            self.group,
        )
        return rows[0] if rows else ("cannot_say", "cannot_say")

    def compared(self, benchmark: str | None = None) -> dict[str, int]:
        """How many indicators of the school are better, similar, worse and not compared, each in its latest year."""
        rows = self.ask(
            """select comparison, count(*) from (
                   select comparison from marts.comparison
                   where school_id = ? and breakdown_id = ? and benchmark = ? and polarity <> 'none'
                   qualify row_number() over (partition by indicator_id order by academic_year desc) = 1)
               group by all""",
            self.school_id,
            self.group if benchmark is None else "all",
            benchmark or self.query.get("benchmark", "england"),
        )
        return dict.fromkeys(("better", "similar", "worse", "not_compared"), 0) | dict(rows)


Match = re.Match[str]


@dataclass(frozen=True)
class Claim:
    """A name, the page (the beginning of its path), the words as a pattern, and whether what they say holds."""

    name: str
    page: str
    words: str
    holds: Callable[[Shown, Match], bool]


def _number(text: str | None) -> int:
    return 0 if text in (None, "none") else int(str(text).replace(",", ""))


def _key_indicators() -> Sequence[str]:
    # the page can be imported only where an app is made
    from dashboards.topics.overview.choice import KEY_INDICATORS

    return KEY_INDICATORS


def _overview_counts(page: Shown, match: Match) -> bool:
    rows = page.ask(
        """select verdict, count(*) from (
               select verdict from marts.trend_series
               where area_type = ? and area_id = ? and breakdown_id = 'all' and list_contains(?, indicator_id)
               qualify row_number() over (partition by indicator_id order by academic_year desc) = 1)
           group by all""",
        *page.area,
        list(_key_indicators()),
    )
    found = dict(rows)
    counts = [found.get(word, 0) for word in ("better", "similar", "worse")]
    return [_number(part) for part in match.groups()] == [*counts, sum(counts)]


def _schools_clear(page: Shown, match: Match) -> bool:
    rows = page.ask(
        """select count(*) filter (where verdict = 'worse'), count(*) from marts.trend_series
           where area_type = 'school' and breakdown_id = 'all' and list_contains(?, area_id) and verdict <> 'not_compared'
           group by indicator_id, academic_year""",
        page.members(),
    )
    return (_number(match[1]), _number(match[2])) in rows


def _same_schools(page: Shown, match: Match) -> bool:
    """Both groups together are all pupils of the area, so that no school is left out of the gap."""
    rows = page.ask(
        """select sum(case when breakdown_id <> 'all' then n_pupils end), max(case when breakdown_id = 'all' then n_pupils end),
               bool_or(origin = 'published')
           from marts.trend_series
           where area_type = ? and area_id = ? and breakdown_id in ('all', 'disadvantaged', 'not_disadvantaged')
           group by indicator_id, academic_year""",
        *page.area,
    )
    both = _number(match[1]) + _number(match[2])
    return any(
        counted is not None and round(counted) == both and (published or counted >= total)
        for counted, total, published in rows
    )


def _nothing_stands_out(page: Shown, _match: Match) -> bool:
    counts = page.compared()
    outside = page.ask(
        """select 1 from marts.funnel
           where school_id = ? and breakdown_id = ?
           qualify row_number() over (partition by indicator_id order by academic_year desc) = 1
               and verdict in ('better', 'worse')""",
        page.school_id,
        page.group,
    )
    return counts["better"] == counts["worse"] == 0 and not outside


def _curves(page: Shown) -> list[tuple[Any, ...]]:
    """verdict, rule_id, reached, whether the two baselines differ as printed, of the curves the page shows."""
    return page.ask(
        """select c.verdict, c.rule_id,
               coalesce(case c.direction when 'up' then c.verdict_value >= c.target else c.verdict_value <= c.target end, false),
               coalesce(round(c.baseline, i.decimals::int) <> round(c.baseline_value, i.decimals::int), false)
           from marts.curve as c inner join marts.dim_indicator as i using (indicator_id)
           where c.partnership_id = ? and c.academic_year = ?""",
        page.area[1],
        page.query["year"],
    )


def _opens_on_the_most(page: Shown, _match: Match) -> bool:
    rows = page.ask(
        """select s.name, count(distinct indicator_id) filter (
               where comparison <> 'not_compared' and benchmark = 'england' and breakdown_id = 'all' and polarity <> 'none'
           ) as verdicts
           from marts.comparison as c
           inner join marts.dim_school as s on s.school_id = c.school_id and s.is_current
           where list_contains(?, c.school_id)
           group by s.name, s.school_id""",
        page.members(),
    )
    most = max(verdicts for _name, verdicts in rows)
    return page.heading in {name for name, verdicts in rows if verdicts == most}


CLAIMS = [
    Claim(
        "how many indicators of an area are better, similar and worse",
        "/",
        r"compared with England, (\w+) better, (\w+) similar and (\w+) worse of (\d+) (?:key )?indicators? that can be compared",
        _overview_counts,
    ),
    Claim(
        "how many schools of an area are worse",
        "/",
        r"(\d+) of (\d+) schools? (?:is|are) clearly worse than England",
        _schools_clear,
    ),
    Claim(
        "a gap between groups is of the same schools as the area",
        "/",
        r"for disadvantaged pupils \(n = ([\d,]+)\) and \S+ for other pupils \(n = ([\d,]+)\)",
        _same_schools,
    ),
    Claim(
        "a figure has no interval",
        "/trends",
        "There is no interval for this figure",
        lambda page, _: (
            not page.ask(
                """select 1 from marts.trend_series where area_type = ? and area_id = ? and indicator_id = ? and breakdown_id = ?
               and ci_low is not null""",
                *page.area,
                page.query["indicator"],
                page.group,
            )
        ),
    ),
    Claim(
        "an area is better, similar or worse",
        "/trends",
        r"England \([^)]*\): (better|similar|worse)\.",
        lambda page, match: page.latest()[2] == match[1],
    ),
    Claim(
        "an area is not compared",
        "/trends",
        r"Not compared with England in (\d{4}/\d{2}): ",
        lambda page, match: page.latest()[2] == "not_compared" and page.latest()[4] == match[1],
    ),
    Claim(
        "there is no England to draw",
        "/trends",
        "No line for England",
        lambda page, _: (
            not page.ask(
                """select 1 from marts.trend_series where area_type = ? and area_id = ? and indicator_id = ? and breakdown_id = ?
               and benchmark_value is not null""",
                *page.area,
                page.query["indicator"],
                page.group,
            )
        ),
    ),
    Claim(
        "a figure is missing, and why",
        "/trends",
        r"\d{4}/\d{2} is ([a-z ]+); no older figure is shown instead",
        lambda page, match: page.latest()[0] is None and str(page.latest()[1]).replace("_", " ") == match[1],
    ),
    Claim(
        "there is no trend",
        "/trends",
        "no trend over five years",
        lambda page, _: page.signal()[0] == "no_change",
    ),
    Claim(
        "no point is beyond what is usual",
        "/trends",
        "no point beyond what is usual",
        lambda page, _: page.signal()[1] == "common",
    ),
    Claim(
        "a trend cannot be told",
        "/trends",
        r"Too little to judge: [^.]*trend over five years",
        lambda page, _: page.signal()[0] == "cannot_say",
    ),
    Claim(
        "how many indicators of a school are better, similar, worse and not compared",
        "/compare",
        r"compared with [\w ]+: (\w+) better, (\w+) similar, (\w+) worse(?:; (\d+) not compared)?",
        lambda page, match: [_number(part) for part in match.groups()] == list(page.compared().values()),
    ),
    Claim(
        "none of a school’s indicators is worse",
        "/compare",
        r"none worse",
        lambda page, _: "Worse" not in page.pills,
    ),
    Claim(
        "nothing stands out",
        "/compare",
        "Nothing stands out: no interval lies clear of the benchmark",
        _nothing_stands_out,
    ),
    Claim(
        "no figure of both groups is published",
        "/compare",
        "No figure of both groups is published for this school",
        lambda page, _: not page.ask("select 1 from marts.pupil_gap where school_id = ?", page.school_id),
    ),
    Claim(
        "the school that is opened has the most to compare",
        "/compare",
        "Every indicator compared with",
        lambda page, match: "urn" in page.query or _opens_on_the_most(page, match),
    ),
    Claim(
        "no figure of a school can be compared with England",
        "/school/",
        "No figure of this school can be compared with England",
        lambda page, _: not sum(page.compared("england")[word] for word in ("better", "similar", "worse")),
    ),
    Claim(
        "nothing of a school stands out",
        "/school/",
        r"Nothing stands out among (\d+) indicators? that can be compared",
        lambda page, match: (
            page.compared("england")["similar"] == _number(match[1])
            and not page.compared("england")["better"] + page.compared("england")["worse"]
        ),
    ),
    Claim(
        "of a curve it cannot be said",
        "/curves",
        r"of \d+ it cannot be said",
        lambda page, _: (
            not [
                row
                for row in _curves(page)
                if row[0] == "cannot_say" and row[2] and row[1] not in ("small_cohort", "cohort_unknown")
            ]
        ),
    ),
    Claim(
        "a target is reached",
        "/curves",
        "The target is reached",
        lambda page, _: any(reached for _verdict, _rule, reached, _differ in _curves(page)),
    ),
    Claim(
        "a baseline is as agreed, and another one is said to be another",
        "/curves",
        "as agreed",
        lambda page, _: page.text.count("The baseline as agreed, ") == sum(row[3] for row in _curves(page)),
    ),
    Claim("a record is no false alarm", "/", "cannot be a false alarm", lambda _page, _match: False),
]
#: Claims the demonstration has no case of: its series are short, and its schools have groups. Odd states meet them.
ODD = {"no point is beyond what is usual", "no figure of both groups is published", "there is no trend"}
#: A claim that is always untrue is on no page.
NEVER = {"a record is no false alarm"}


def shown(answered: Any, path: str, search: str, db: duckdb.DuckDBPyConnection) -> Shown:
    """A page as the router answered it, ready to be judged."""
    pills = [props for props in answered.components("Span") if str(props.get("className", "")).startswith("pill ")]
    words = tuple(str(props["children"][-1]).strip() for props in pills)
    headings = answered.components("H1")
    return Shown(
        path,
        dict(parse_qsl(search.removeprefix("?"))),
        answered.text.replace("\u00a0", " "),
        words,
        str(headings[0]["children"]) if headings else "",
        db,
    )


def untrue(page: Shown, met: set[str]) -> Iterator[str]:
    """Every claim the page makes that does not hold; the names of all it makes are added to `met`."""
    for claim in CLAIMS:
        if claim.name not in NEVER and not _is_on(page.path, claim.page):
            continue
        for match in re.finditer(claim.words, page.text):
            met.add(claim.name)
            if not claim.holds(page, match):
                yield f"{claim.name}: “{match[0]}” on {page.path} {dict(page.query)}"


def _is_on(path: str, page: str) -> bool:
    return path.startswith(page) if page.endswith("/") and page != "/" else path == page
