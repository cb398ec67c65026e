"""Exports of survey tools: one column per question, whose heading is the question itself.

Forms differ in their questions, so the answers of a raw row are numbered, and the file log's neighbour `questions` says
which question each number is. Which tool wrote the file is found in `tools`; which question is which item of an instrument
is data (`seeds/surveys/form_questions.csv`) and is decided in dbt. Names and addresses stay in here; what leaves is a code per
respondent and the answers to the questions the form knows: a column that is nothing to the form may hold anything. An
answer that holds an e-mail address is withheld, and its row and question are listed.

There are two ways to the same raw rows: the rows walked here, and for large plain files one SELECT (`swift`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration import contracts
from orchestration.contracts import Dataset, Form, clean, wording
from orchestration.readers import dates, swift, tools
from orchestration.readers.decode import Refusal, Row, Table
from orchestration.readers.shape import Answers, Pseudonym, Reading, Reject, Source, show
from orchestration.readers.tools import Layout, Question

if TYPE_CHECKING:
    from orchestration.raw.exports import Copied

#: What raw always has of a form besides the system columns; a file has as many answers as it has questions.
COLUMNS = ["_respondent", "submitted_at", swift.answer_column(1)]
#: Rows read before the file is walked once more to find which of day and month is first.
ROWS_LOOKED_AT = 500
#: also with a space next to the sign, or the sign of Asian keyboards; looked for where a word begins only, or a cell of
#: 200,000 letters would be walked through once for each of them
_ADDRESS = re.compile(
    r"(?<![^\s@＠<>()\[\],;:\"])[^\s@＠<>()\[\],;:\"]+\s?[@＠]\s?[^\s@＠<>()\[\],;:\"]+\.[^\W\d_]{2,}"
)
#: The same, as DuckDB spells it: it knows white space and letters by other names.
_WORD = f'[^{swift.WHITE_SPACE}@＠<>()\\[\\],;:"]+'
_ADDRESS_RE2 = f"{_WORD}[{swift.WHITE_SPACE}]?[@＠][{swift.WHITE_SPACE}]?{_WORD}\\.[\\pL\\p{{Nl}}\\p{{No}}]{{2,}}"
#: Letters from which on a question found within an answer is no chance.
_A_WORDING = 20
_TEST = "a response made while the form was tried out, not an answer"
_FORGOTTEN = "the respondent asked to be forgotten, so the response was left out"
_WITHHELD = (
    "The answer held an e-mail address and was left out. Take the address out of the answer and send the file again"
)


def may_open(header: Sequence[str]) -> bool:
    """Whether a row may be the first of several header rows of a survey tool."""
    return tools.tool_of(header) in tools.FURTHER


def opened(table: Table) -> Table:
    """The table with all header rows of its tool taken off its rows."""
    tool = tools.tool_of(table.header)
    rows = table.rows
    below: list[Row] = []
    while len(below) < tools.FURTHER.get(tool, 0):
        row = next(rows, None)
        if row is None:
            break
        if row.fault or not tools.is_further_header(tool, table.header, row.cells):
            rows = chain([row], rows)
            break
        below.append(row)
    # the first header row may end where the others go on
    width = max(len(row) for row in (table.header, *(row.cells for row in below)))
    header = table.header + [""] * (width - len(table.header))
    return replace(table, header=header, rows=rows, below=tuple(below))


def recognise(table: Table) -> Dataset | None:
    """The form an opened table is of, by all its header rows."""
    if not table.below:
        return contracts.recognise(table.header)
    headings = [cell for row in (table.header, *(row.cells for row in table.below)) for cell in row if cell]
    return contracts.recognise_form(headings)


def several_ticks_in(table: Table) -> str | None:
    """The heading of a column of an unrecognised table whose cells hold several options; its first rows are looked at."""
    return with_several_ticks(table.header, (row.cells for row in islice(table.rows, ROWS_LOOKED_AT)))


def near_form(table: Table, several: str | None, quoting: bool) -> tuple[str, str] | None:
    """Of an unrecognised table a sentence for whoever sent it, `quoting` its questions or not, and one for whoever runs the
    warehouse; None where it is no survey export. `several` is what `several_ticks_in` found."""
    tool = tools.tool_of(table.header)
    headings = [
        cell for row in (table.header, *(row.cells for row in table.below)) for cell in row if tools.role(cell) is None
    ]
    near = contracts.near_form(headings)
    ticks = f"{several_ticks(several if quoting else '')} " if several else ""
    if near is not None and (near[1] or len(near[2]) > 1):
        form, known, alike = near
        name, count = contracts.load()[form.id].name, len(form.items)
        nearest = f"It comes nearest to “{name}”, of whose {count} questions it asks {len(known)} in words known here."
        listed = ", ".join(f"“{show(heading)}”" for heading in alike[:5])
        more = f" and {len(alike) - 5} more" if len(alike) > 5 else ""
        asked = f"{listed}{more}" if quoting else f"{len(alike)} more"
        other = f" In other words it seems to ask {asked}." if alike else ""
        return (
            f"{nearest}{other} {ticks}Ask each question in the words of the form, and ask for school and term, too.",
            "A question in other words is known by a line in seeds/surveys/form_questions.csv.",
        )
    if several:
        return ticks.strip(), ""
    if tool == tools.PLAIN and sum(cell.rstrip().endswith("?") for cell in headings) < 2:
        return None
    of = "" if tool == tools.PLAIN else f" of {tool}"
    return (
        f"It looks like an export{of} whose questions no form asks.",
        "Give each question a line in seeds/surveys/form_questions.csv; a form of its own needs one in"
        " seeds/contracts/datasets.csv and seeds/surveys/forms.csv, too.",
    )


def several_ticks(heading: str) -> str:
    """What to say of a column whose cells hold several options; without a heading, of one that is not to be named."""
    answers = f"The answers to “{show(heading)}” hold" if heading else "The answers to a question hold"
    return (
        f"{answers} several ticks in one cell, which is not read: ask each of its options as a question of its own, to be"
        " answered yes or no."
    )


def with_several_ticks(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str | None:
    """The heading of a column whose cells name several questions of one form at once; None where there is none."""
    asked = {
        question.question.strip("%").casefold()
        for form in contracts.forms().values()
        for question in form.questions
        if len(question.question) >= _A_WORDING
    }
    for cells in rows:
        for heading, cell in zip(header, cells, strict=False):
            text = wording(cell).casefold() if len(cell) >= 2 * _A_WORDING else ""
            if text and sum(question in text for question in asked) > 1:
                return heading
    return None


def read(table: Table, dataset: Dataset, source: Source) -> Reading:
    """The reading of an opened table: a row per respondent, an answer to each question.

    Raises `Refusal` where no column asks a question of the form.
    """
    width = len(table.header)
    while width and not any(row[width - 1 : width] != [""] for row in _headers(table, width)):
        width -= 1
    below = [row.cells for row in table.below]
    form = contracts.forms()[dataset.id]
    layout = layout_of(table.header[:width], below, dataset, form)
    names = _distinct(layout.questions)
    reading = Reading(dataset, names, iter(()), table.encoding, remark=table.remark)
    reading.dropped = [*dict.fromkeys(layout.dropped)]
    kept = tuple(at for at, question in enumerate(layout.questions) if _is_used(question.heading, dataset, form))
    if not kept:
        # recognised by words that stand in its rows, not over them: a response without an answer would be lost without a word
        raise Refusal(
            f"It looks like “{dataset.name}”, but no column asks one of its questions. Keep the row of questions above the"
            " responses, and only once."
        )
    rows = _walk(table, layout, names, width, source, reading)
    reading.answers = Answers(names, rows, kept, lambda: _plan(table, layout, kept, width, source))
    return reading


def _is_used(heading: str, dataset: Dataset, form: Form) -> bool:
    """Whether raw takes a question: it is one of the form's, or the form's contract names its column."""
    if form.question(heading) is not None:
        return True
    column = dataset.column(dataset.canonical(heading) or "")
    return column is not None and not column.personal


def _plan(table: Table, layout: Layout, kept: tuple[int, ...], width: int, source: Source) -> swift.Plan | None:
    """How DuckDB may read the file; None where it is none it could read."""
    path = Path(source.path)
    if not table.plain_delimiter or table.again is None or path.stat().st_size < swift.FROM_BYTES:
        return None
    first = list(islice(table.again(), len(table.below), len(table.below) + ROWS_LOOKED_AT))
    places = [place for name in ("submitted", "started") for place in layout.roles.get(name, ())[:1]]
    moments = [row.cells[place] for row in first for place in places if place < len(row.cells)]
    return swift.Plan(
        path,
        table.plain_delimiter,
        fields=len(table.header),
        width=width,
        # the last header row may be blank, and then it is no row of the table
        head=first[0].number - 1 if first else table.header_number,
        layout=layout,
        kept=kept,
        day_first=_day_first(table, layout, first),
        moments=tuple(dict.fromkeys(moments)),
        has_breaks=any("\n" in cell for row in first for cell in row.cells),
        address=_ADDRESS_RE2,
        forgotten=source.pseudonym.forgotten,
    )


def rejects_of(copied: Copied, questions: Sequence[str]) -> list[Reject]:
    """What DuckDB left out of raw, as walking the rows lists it."""
    found = [(number, -1, Reject(number, "", "", _TEST, to_mend=False)) for number in copied.trials]
    found += [(number, -1, Reject(number, "", "", _FORGOTTEN, to_mend=False)) for number in copied.forgotten]
    found += [(number, at, Reject(number, questions[at], "", _WITHHELD, "cell")) for number, at in copied.withheld]
    return [reject for *_, reject in sorted(found, key=lambda item: item[:2])]


def _headers(table: Table, width: int) -> list[list[str]]:
    return [row for row in (table.header, *(row.cells for row in table.below)) if len(row) >= width]


def layout_of(header: Sequence[str], below: Sequence[Sequence[str]], dataset: Dataset, form: Form) -> Layout:
    """What each column of a form's export is. A personal column passes only where the contract names it as not
    personal and the form has a question for it."""

    def known(heading: str) -> bool:
        return form.question(heading) is not None

    def allowed(heading: str) -> bool:
        column = dataset.column(heading)
        return column is not None and not column.personal and known(heading)

    return tools.lay_out(header, below, known, contracts.asks_who, allowed)


def _distinct(questions: Sequence[Question]) -> list[str]:
    """A name for every question; the second of one wording is `...__2`. An address in a wording is taken out."""
    names: dict[str, None] = {}
    # where to go on counting for a wording: a damaged file may have it ten thousand times
    counts: dict[str, int] = {}
    for question in questions:
        heading = _ADDRESS.sub("...", question.heading)
        name, count = heading, counts.get(heading, 1)
        while name in names:
            count += 1
            name = f"{heading}__{count}"
        counts[heading] = count
        names[name] = None
    return list(names)


def _walk(
    table: Table, layout: Layout, names: Sequence[str], width: int, source: Source, reading: Reading
) -> Iterator[tuple[int, str, str, list[str]]]:
    """(row number, respondent, submitted at, answers) of every row that is one; the others are rejects."""
    first = list(islice(table.rows, ROWS_LOOKED_AT))
    day_first = _day_first(table, layout, first)
    reading.guesses.extend(_guesses(table, layout, first, day_first))
    submitted = layout.roles.get("submitted", layout.roles.get("started", ()))[:1]
    several = [(at, question) for at, question in enumerate(layout.questions) if question.options]
    places = [question.places[0] for question in layout.questions]
    is_trial, identity = layout.trials(), _identities(layout, day_first)
    is_unfinished, unfinished = layout.unfinished(), 0
    spelled: dict[str, str] = {}
    for number, found, fault in chain(first, table.rows):
        reading.row_count += 1
        cells = found
        if fault:
            reading.rejects.append(Reject(number, "", "", fault))
            continue
        if any(cells[width:]):
            # what slid out of its column may be a name: it is not repeated
            reason = f"row {number} has {len(cells)} fields, the header has {width}"
            reading.rejects.append(Reject(number, "", "", f"{reason}: probably a comma inside a value without quotes"))
            continue
        if len(cells) != width:
            cells = (cells + [""] * (width - len(cells)))[:width]
        if layout.unanswered:
            cells = ["" if cell == layout.unanswered else cell for cell in cells]
        if is_trial(cells):
            reading.rejects.append(Reject(number, "", "", _TEST, to_mend=False))
            continue
        respondent = source.pseudonym(identity(number, cells))
        if source.pseudonym.forgotten and _is_forgotten(respondent, layout, cells, source.pseudonym):
            reading.rejects.append(Reject(number, "", "", _FORGOTTEN, to_mend=False))
            continue
        unfinished += is_unfinished(cells)
        when = cells[submitted[0]] if submitted else ""
        if when not in spelled:
            if len(spelled) > 50_000:
                spelled.clear()
            spelled[when] = dates.spelled(when, day_first) or _ADDRESS.sub("", when)
        answers = [cells[place] for place in places]
        for at, question in several:
            answers[at] = _chosen(question, cells)
        whole = "".join(answers)
        if "@" in whole or "＠" in whole:
            _withhold(answers, number, names, reading)
        yield number, respondent, spelled[when], answers
    reading.guesses.extend(_unfinished(unfinished))
    if not reading.row_count:
        raise Refusal("The file has a header but no rows.")


def _unfinished(count: int) -> Iterator[str]:
    if count:
        yield f"{count:,} response{'s were' if count > 1 else ' was'} not finished: what they answered is taken."


def _chosen(question: Question, cells: Sequence[str]) -> str:
    """The options chosen, `A;B`; a cell that does more than name or tick its option is kept with the option's name."""
    chosen = []
    for place, option in zip(question.places, question.options, strict=True):
        cell = cells[place]
        text = clean(cell).casefold()
        if not text or (option and text in swift.NOT_TICKED):
            continue
        if not option or text == option.casefold():
            chosen.append(cell)
        else:
            chosen.append(option if text in swift.TICKED else f"{option}: {cell}")
    return ";".join(chosen)


def _withhold(answers: list[str], number: int, names: Sequence[str], reading: Reading) -> None:
    for at, answer in enumerate(answers):
        if _ADDRESS.search(answer):
            answers[at] = ""
            reading.rejects.append(Reject(number, names[at], "", _WITHHELD, "cell"))


def _identities(layout: Layout, day_first: bool) -> Callable[[int, Sequence[str]], str]:
    """What identifies a respondent before it is hashed: the address, else the name, else the response itself.

    Moments are in one spelling, so that a response is the same one in every kind of file it was downloaded as.
    """
    emails, names = layout.roles.get("email", ()), layout.roles.get("name", ())
    parts = [*layout.roles.get("first_name", ())[:1], *layout.roles.get("last_name", ())[:1]]
    started, submitted, ids = (layout.roles.get(name, ()) for name in ("started", "submitted", "id"))
    moments = frozenset((*started, *submitted))

    def first(places: Sequence[int], cells: Sequence[str]) -> str:
        for place in places:
            if cells[place]:
                return cells[place]
        return ""

    def moment(places: Sequence[int], cells: Sequence[str]) -> str:
        found = first(places[:1], cells)
        return dates.spelled(found, day_first) or found

    def identity(number: int, cells: Sequence[str]) -> str:
        email = first(emails, cells).casefold()
        if email and email != "anonymous":
            return f"email:{email}"
        name = _folded_name(first(names, cells) or " ".join(cells[place] for place in parts))
        if name and name != "anonymous":
            return f"name:{name}"
        if response := first(ids, cells):
            # two forms both count from 1: the start time keeps their respondents apart
            return f"id:{response}:{moment(started, cells)}"
        # the same response in a later export is the same respondent; without a time there is only the place
        when = moment(submitted, cells) or moment(started, cells) or str(number)
        return f"response:{when}:" + "\x1f".join(cell for place, cell in enumerate(cells) if place not in moments)

    return identity


def _is_forgotten(respondent: str, layout: Layout, cells: Sequence[str], pseudonym: Pseudonym) -> bool:
    """Whether a respondent is to be left out; one with an ID also by the start time as it is written here, which is what
    earlier versions kept of somebody who was forgotten."""
    if respondent in pseudonym.forgotten:
        return True
    ids, started = (layout.roles.get(name, ()) for name in ("id", "started"))
    found = next((cells[place] for place in ids if cells[place]), "")
    begun = next((cells[place] for place in started if cells[place]), "")
    return bool(found) and pseudonym(f"id:{found}:{begun}") in pseudonym.forgotten


def identities_of(given: str, started: str = "") -> list[str]:
    """`identity_of` in every spelling an export may be read in: which number of a start time is the day is the file's to say."""
    spelled = [dates.spelled(started.strip(), day_first) for day_first in (True, False)]
    return list(dict.fromkeys(identity_of(given, text) for text in (started, *filter(None, spelled))))


def _guesses(table: Table, layout: Layout, first: Sequence[Row], day_first: bool) -> Iterator[str]:
    """What the file does not say and was taken as it usually is."""
    moments = layout.roles.get("submitted", ()) or layout.roles.get("started", ())
    if len(layout.roles.get("submitted", ())) > 1:
        shown = " and ".join(f"“{show(table.header[place])}”" for place in layout.roles["submitted"][:3])
        yield f"{shown} are times of sending: the first was taken."
    found = [row.cells[place] for row in first for place in moments[:1] if not row.fault and place < len(row.cells)]
    unsure = next(filter(dates.is_ambiguous, found), None)
    if unsure is not None and dates.settle(found) is None and _settled_below(table, layout) is None:
        order = "the day" if day_first else "the month"
        yield (
            f"Nothing in the file shows whether day or month comes first: {order} was taken, so {unsure} is"
            f" {dates.spelled(unsure, day_first)[:10]}. If that is wrong, send the file with dates like 2019-03-14."
        )


def _settled_below(table: Table, layout: Layout) -> bool | None:
    if table.again is None:
        return None
    places = [place for name in ("submitted", "started") for place in layout.roles.get(name, ())]
    rows = islice(table.again(), len(table.below), None)
    return dates.settle(row.cells[at] for row in rows for at in places if not row.fault and at < len(row.cells))


def _folded_name(name: str) -> str:
    return " ".join(name.casefold().split())


def identity_of(given: str, started: str = "") -> str:
    """What identifies a respondent who gives an e-mail address, a name, or a response's ID with its start time.

    The same text as the reader makes of an export in which the person is known by that.
    """
    given = given.strip()
    if started:
        return f"id:{given}:{started.strip()}"
    return f"email:{given.casefold()}" if _ADDRESS.fullmatch(given) else f"name:{_folded_name(given)}"


def _day_first(table: Table, layout: Layout, first: Sequence[Row]) -> bool:
    """Which number of a date is the day: by the values of the file, else by the habit of the tool."""
    places = [place for name in ("submitted", "started") for place in layout.roles.get(name, ())]

    def values(rows: Iterator[Row]) -> Iterator[str]:
        return (row.cells[place] for row in rows for place in places if not row.fault and place < len(row.cells))

    found = dates.settle(values(iter(first)))
    unsure = found is None and len(first) == ROWS_LOOKED_AT and any(map(dates.is_ambiguous, values(iter(first))))
    if unsure and table.again is not None:
        found = dates.settle(values(islice(table.again(), len(table.below), None)))
    if found is not None:
        return found
    if layout.tool == tools.GOOGLE:
        # its sheets write 3/5/2019 where the month comes first, and 05/03/2019 where the day does
        return dates.are_padded(values(iter(first)))
    return layout.tool not in tools.MONTH_FIRST
