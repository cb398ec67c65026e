"""The reading of `forms` left to DuckDB: one SELECT over a large export, instead of Python taking every row apart.

Belongs here: which exports DuckDB may read by itself, and the expressions that give the same raw rows. Does not belong
here: running them (`raw`), what a column is (`tools`), any rule of its own: `forms` has the rules, and a file this
module does not vouch for is read there. It vouches by refusing: what the two might read differently raises an error
in the query, or is seen in the bytes before it (`scan`) or in the counts after it (`raw`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.readers.decode import SWALLOWS_FROM
from orchestration.readers.tools import Layout, Question

#: Below this size Python is as quick.
FROM_BYTES = 1_000_000
#: Longer lines may hold a cell that `decode.text.MAX_CELL` refuses.
LONGEST_LINE = 1_000_000
#: Is NULL in what DuckDB reads: `scan` has seen that no file that comes so far holds it.
NO_NULL = "\x1d"
#: White space at the ends of cells: of ASCII, and all of it. The control characters Python counts among it, `scan` refuses.
_NARROW = " \t\r\n"
_WIDE = _NARROW + "\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
#: All that Python takes for white space, for a class of characters in a pattern.
WHITE_SPACE = _WIDE + "\x0b\x0c\x1c\x1d\x1e\x1f"
_WIDE_BYTES = tuple(character.encode() for character in _WIDE if ord(character) > 127)
#: Letters beyond ASCII that both fold alike; a name with others is read by Python.
_FOLDED_ALIKE = "À-ÖØ-Þà-öø-ÿĀ-įĲ-ňŊ-ž"
#: What is written below an option of a question with several, where the tool does not repeat the option.
TICKED = ("yes", "true", "1", "x", "selected", "checked")
NOT_TICKED = ("no", "false", "0", "not selected", "unchecked")
_CONTROLS = b"\x0b\x0c\x1c\x1d\x1e\x1f"
_LONE_RETURN = re.compile(rb"\r(?!\n)")
_CHUNK = 1 << 20
#: A moment as most tools write it: the parts its shape is known by.
_MOMENT = re.compile(
    r"(?:(?P<year>\d{4})(?P<a>[-/.])\d{1,2}(?P=a)\d{1,2}|\d{1,2}(?P<b>[-/.])\d{1,2}(?P=b)(?P<last>\d{4}|\d\d))"
    r"(?:(?P<t>[T ])\d{1,2}:\d\d(?P<s>:\d\d)?(?P<half> [AP]M)?(?P<zone>Z| (?:GMT|UTC|BST)(?:[+-]\d{1,2})?)?)?",
    re.ASCII,
)


@dataclass(frozen=True)
class Scan:
    """What the bytes of a file show."""

    lines: int
    is_ascii: bool
    has_tab: bool
    #: whether white space beyond ASCII occurs, which must be cut off the ends of cells, too
    has_wide_space: bool


def scan(path: Path) -> Scan | None:
    """Read through the bytes of a UTF-8 file; None where DuckDB is not to read it.

    That is: control characters Python takes for white space, lone carriage returns, or a quotation mark that opens
    behind a space, which DuckDB takes off and Python does not.
    """
    lines, is_ascii, has_tab, has_wide_space, has_quoted_space, last = 0, True, False, False, False, b""
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            if any(chunk.find(control) >= 0 for control in _CONTROLS):
                return None
            lone = _LONE_RETURN.search(chunk)
            # what a chunk ends with may belong to what the next begins with
            if (lone and lone.start() < len(chunk) - 1) or (last.endswith(b"\r") and not chunk.startswith(b"\n")):
                return None
            has_quoted_space = has_quoted_space or b' "' in chunk or (last.endswith(b" ") and chunk.startswith(b'"'))
            has_tab = has_tab or chunk.find(b"\t") >= 0
            lines += chunk.count(b"\n")
            if not (chunk.isascii() and last.isascii()):
                is_ascii = False
                has_wide_space = has_wide_space or any(space in last + chunk for space in _WIDE_BYTES)
            last = (last + chunk[-2:])[-2:]
    if last.endswith(b"\r") or (has_quoted_space and _opens_behind_a_space(path)):
        return None
    return Scan(lines + (not last.endswith(b"\n")), is_ascii, has_tab, has_wide_space)


def _opens_behind_a_space(path: Path) -> bool:
    """Whether a quotation mark behind a space opens a cell: those within a cell have an odd number before them."""
    marks, last = 0, b""
    with path.open("rb") as stream:
        while fresh := stream.read(_CHUNK):
            chunk, counted = last + fresh, len(last)
            at = chunk.find(b' "')
            while at >= 0:
                marks += chunk.count(b'"', counted, at + 1)
                counted = at + 1
                if marks % 2 == 0:
                    return True
                at = chunk.find(b' "', at + 1)
            marks += chunk.count(b'"', counted)
            last = b" " if chunk.endswith(b" ") else b""
    return False


@dataclass(frozen=True)
class Plan:
    """An export DuckDB may read: where its columns are and what they are. Places count from 0."""

    path: Path
    delimiter: str
    #: fields of every line, and how many of them come before the blank headings at the end
    fields: int
    width: int
    #: records above the first response
    head: int
    layout: Layout
    #: which questions of the layout raw takes
    kept: tuple[int, ...]
    day_first: bool
    #: how this file writes moments: some of its first
    moments: tuple[str, ...]
    #: whether some of its first answers have several lines
    has_breaks: bool
    #: an address inside an answer, as RE2 spells it
    address: str
    #: codes of respondents who are left out, for those whose start time an earlier version kept in another spelling
    forgotten: frozenset[str] = frozenset()

    def source(self) -> str:
        """The file `$source` as a table of text `c0`, `c1` ..., its records counted in `n`."""
        columns = ", ".join(f"{_cell(place)}: 'VARCHAR'" for place in range(self.fields))
        return (
            f"(SELECT row_number() OVER () AS n, * FROM read_csv($source, columns = {{{columns}}}, auto_detect = false,"
            f" header = false, delim = {_text(self.delimiter)}, quote = '\"', escape = '\"', strict_mode = true,"
            f" nullstr = {_text(NO_NULL)}, max_line_size = {LONGEST_LINE}))"
        )

    def queries(self, file_id: str, seen: Scan) -> Iterator[tuple[str, bool]]:
        """The rows of raw, except that a trial has no respondent, and an answer that is withheld is null.

        Parameters: `$source` the path, `$key` the prefix of `Pseudonym`'s hash. The first query is for the many
        files without a space at the end of a cell, a sign of an address or a line break in an answer, and takes half the
        time; whether it counts only if the lines of the file are its rows comes with it. Each raises an error in DuckDB
        where a row is not for it.
        """
        if not (seen.has_tab or seen.has_wide_space or self.has_breaks):
            yield self._query(file_id, seen, is_quick=True), True
        yield self._query(file_id, seen, is_quick=False), False

    def _query(self, file_id: str, seen: Scan, is_quick: bool) -> str:
        asked = {f"q{at}": _chosen(question) for at, question in enumerate(self.layout.questions)}
        faults = [f"{_cell(place)} <> ''" for place in range(self.width, self.fields)]
        faults.append(" AND ".join(["moment = ''", *(f"{question} = ''" for question in asked)]))
        if self.forgotten and (ids := self._first("id")):
            written = f"'id:' || {_first_of(ids)} || ':' || {_first_of(self._first('started'))}"
            codes = ", ".join(map(_text, sorted(self.forgotten)))
            faults.append(f"left(sha256($key::BLOB || encode({written})), 16) IN ({codes})")
        if is_quick:
            cells = ", ".join(self._answered(_cell(place), _cell(place)) for place in range(self.fields))
            faults += [f"prefix({cell}, ' ') OR suffix({cell}, ' ')" for cell in map(_cell, range(self.fields))]
            faults += [_has_sign(question, seen) for question in asked]
            answers = [f"q{at}" for at in self.kept]
        else:
            cells = ", ".join(
                self._answered(_stripped(_cell(place), seen), _cell(place)) for place in range(self.fields)
            )
            has_address = {
                question: f"({_has_sign(question, seen)}) AND regexp_matches({question}, {_text(self.address)})"
                for question in asked
            }
            # what raw does not take cannot be withheld from it: Python finds the row
            faults += [f"({has_address[f'q{at}']})" for at in range(len(asked)) if at not in self.kept]
            answers = [f"CASE WHEN {has_address[q]} AND NOT is_trial THEN NULL ELSE {q} END" for q in asked]
            answers = [answers[at] for at in self.kept]
        taken = ", ".join(f"{answer} AS {answer_column(number)}" for number, answer in enumerate(answers, start=1))
        hashed = "left(sha256($key::BLOB || encode(identity)), 16)"
        return (
            f"SELECT {_text(file_id)} AS _file_id, n AS _row_number, CAST(NULL AS VARCHAR) AS _overflow,"
            f" CASE WHEN is_trial THEN NULL WHEN {' OR '.join(faults)} THEN {_ERROR} ELSE {hashed} END AS _respondent,"
            f" CASE WHEN is_trial THEN '' ELSE {self._spelled('moment')} END AS submitted_at, {taken}"
            f" FROM (SELECT *, {self._moment()} AS moment, {self._identity()} AS identity, {self._trial()} AS is_trial,"
            f" {', '.join(f'{answer} AS {question}' for question, answer in asked.items())}"
            f" FROM (SELECT *, {_folded(_first_of(self._first('email')))} AS mail"
            f" FROM (SELECT n, {cells} FROM {self.source()} WHERE n > {self.head})))"
        )

    def _answered(self, cell: str, name: str) -> str:
        """A cell under its name, blank where the tool says that nothing was answered."""
        unanswered = self.layout.unanswered
        return f"{f'CASE WHEN {cell} = {_text(unanswered)} THEN {_NOTHING} ELSE {cell} END' if unanswered else cell} AS {name}"

    def breaks(self) -> str:
        """Line breaks inside cells, and whether one of the lines behind them looks like a record of its own."""
        mark = _text(self.delimiter)
        record = f"concat_ws({mark}, {', '.join(map(_cell, range(self.fields)))})"
        most = f"list_max([length(x) - length(replace(x, {mark}, '')) for x in string_split(record, chr(10))[2:]])"
        swallowed = f"bool_or({most} >= {self.fields - 1})" if self.fields >= SWALLOWS_FROM else "false"
        return (
            f"SELECT coalesce(sum(length(record) - length(replace(record, chr(10), ''))), 0), coalesce({swallowed}, false)"
            f" FROM (SELECT {record} AS record FROM {self.source()}) WHERE contains(record, chr(10))"
        )

    def _first(self, name: str, most: int | None = None) -> list[str]:
        return [_cell(place) for place in self.layout.roles.get(name, ())[:most]]

    def _moment(self) -> str:
        return next(iter(self._first("submitted") or self._first("started")), "''")

    def _spelled(self, moment: str) -> str:
        """As `dates.spelled`, for the shapes this file was seen to have."""
        cases = [f"WHEN {moment} = '' THEN ''"]
        for pattern, written, kind in dict.fromkeys(filter(None, (_shape(m, self.day_first) for m in self.moments))):
            cases.append(
                f"WHEN regexp_full_match({moment}, {_text(pattern)})"
                f" THEN CAST(CAST(strptime({moment}, {_text(written)}) AS {kind}) AS VARCHAR)"
            )
        return f"CASE {' '.join(cases)} ELSE {_ERROR} END"

    def _trial(self) -> str:
        marks, places = self.layout.trial_marks(), self._first("status")
        if marks is None or not places:
            return "false"
        return " OR ".join(f"regexp_full_match({cell}, {_text(marks)}, 'i')" for cell in places)

    def _identity(self) -> str:
        """As `forms._identities`; `mail` is the address, folded."""
        parts = [*self._first("first_name", 1), *self._first("last_name", 1)]
        names = [*self._first("name"), *([f"concat_ws(' ', {', '.join(parts)})"] if parts else [])]
        name = _folded(_one_space(f"trim({_first_of(names)}, {_text(_NARROW)})"))
        ids, started = self._first("id"), self._first("started")
        begun = self._spelled(started[0]) if started else _NOTHING
        sent = [self._spelled(cell) for cell in (*self._first("submitted", 1), *started[:1])]
        when = _first_of([*sent, "CAST(n AS VARCHAR)"])
        found = ["WHEN mail NOT IN ('', 'anonymous') THEN 'email:' || mail"]
        if names:
            found.append(f"WHEN {name} NOT IN ('', 'anonymous') THEN 'name:' || {name}")
        if ids:
            found.append(f"WHEN {_first_of(ids)} <> '' THEN 'id:' || {_first_of(ids)} || ':' || {begun}")
        moments = {*self.layout.roles.get("started", ()), *self.layout.roles.get("submitted", ())}
        everything = ", ".join(_cell(place) for place in range(self.width) if place not in moments)
        return f"CASE {' '.join(found)} ELSE 'response:' || {when} || ':' || concat_ws(chr(31), {everything}) END"


_NOTHING = "''"
_ERROR = "error('this row is for the careful reader')"


def answer_column(number: int) -> str:
    """The name of an answer's column in raw; numbers count from 1."""
    return f"answer_{number}"


def _cell(place: int) -> str:
    return f"c{place}"


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _first_of(cells: Sequence[str]) -> str:
    """The first that is not blank, else ''."""
    return f"coalesce({', '.join(f'nullif({cell}, {_NOTHING})' for cell in cells)}, '')" if cells else _NOTHING


def _one_space(text: str) -> str:
    return f"regexp_replace({text}, '[{_NARROW}]+', ' ', 'g')"


def _stripped(cell: str, seen: Scan) -> str:
    """A cell without the white space at its ends. Most have none, which two comparisons show."""
    if seen.has_wide_space:
        return f"trim({cell}, {_text(_WIDE)})"
    ends = " OR ".join(f"suffix({cell}, {_text(end)})" for end in _NARROW)
    return f"CASE WHEN {cell} < '!' OR {ends} THEN trim({cell}, {_text(_NARROW)}) ELSE {cell} END"


def _folded(text: str) -> str:
    """A text in lower case, as `str.casefold` has it."""
    return (
        f"CASE WHEN strlen({text}) = length({text}) OR regexp_full_match({text}, '[ -~{_NARROW}{_FOLDED_ALIKE}]*')"
        f" THEN lower({text}) ELSE {_ERROR} END"
    )


def _has_sign(text: str, seen: Scan) -> str:
    """Whether there is the sign of an address."""
    return " OR ".join(f"contains({text}, '{sign}')" for sign in (("@",) if seen.is_ascii else ("@", "＠")))


def _chosen(question: Question) -> str:
    """As `forms._chosen`."""
    if not question.options:
        return _cell(question.places[0])
    parts = []
    for place, option in zip(question.places, question.options, strict=True):
        cell = _cell(place)
        text = _folded(_one_space(cell))
        other = (
            f"WHEN {text} IN {NOT_TICKED} THEN NULL WHEN {text} = {_text(option.casefold())} THEN {cell}"
            f" WHEN {text} IN {TICKED} THEN {_text(option)} ELSE {_text(f'{option}: ')} || {cell}"
            if option
            else f"ELSE {cell}"
        )
        parts.append(f"CASE WHEN {cell} = '' THEN NULL {other} END")
    return f"concat_ws(';', {', '.join(parts)})"


def _shape(moment: str, day_first: bool) -> tuple[str, str, str] | None:
    """A moment's pattern for RE2, its format, and the type it is of; None where only `dates` reads it."""
    match = _MOMENT.fullmatch(moment)
    if match is None:
        return None
    mark = match["a"] or match["b"]
    between, two = re.escape(mark), "[0-9]{1,2}"
    if match["year"]:
        pattern, written = f"[12][0-9]{{3}}{between}{two}{between}{two}", f"%Y{mark}%m{mark}%d"
    else:
        # of years with two digits only those that both read alike
        year, code = ("[12][0-9]{3}", "%Y") if len(match["last"]) == 4 else ("[0-5][0-9]", "%y")
        order = f"%d{mark}%m" if day_first else f"%m{mark}%d"
        pattern, written = f"{two}{between}{two}{between}{year}", f"{order}{mark}{code}"
    if not match["t"]:
        return pattern, written, "DATE"
    pattern += f"{match['t']}{two}:[0-9]{{2}}" + (":[0-9]{2}" if match["s"] else "")
    written += f"{match['t']}%{'I' if match['half'] else 'H'}:%M" + (":%S" if match["s"] else "")
    if match["half"]:
        pattern, written = f"{pattern} [AP]M", f"{written} %p"
    zone = match["zone"] or ""
    return pattern + re.escape(zone), written + zone, "TIMESTAMP"
