"""Which survey tool wrote an export, by its header rows, and what each of its columns is.

Belongs here: one function per tool, the headings tools give their own columns, how each marks a test response. Does
not belong here: which question is which item (data in `seeds/surveys/form_questions.csv`), rows and answers (`forms`).

Tools differ in three things: how many header rows they write, how they write a question with several options, and
which of day and month they put first. The headings of their own columns they share, more or less, so those are in one
table: a heading that one tool uses for an address is dropped whichever tool wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from orchestration.contracts import clean, unnumbered, wording

MICROSOFT = "Microsoft Forms"
GOOGLE = "Google Forms"
SURVEYMONKEY = "SurveyMonkey"
QUALTRICS = "Qualtrics"
SMARTSURVEY = "SmartSurvey"
PLAIN = "plain"

#: Tools that put the month first where nothing in the file shows it.
MONTH_FIRST = frozenset({MICROSOFT, GOOGLE, SURVEYMONKEY, QUALTRICS})
#: Header rows below the first, at most.
FURTHER = {SURVEYMONKEY: 1, QUALTRICS: 2, SMARTSURVEY: 2}
#: The first heading of Google Forms, in the language of whoever made the form.
_TIMESTAMPS = (
    *("timestamp", "horodateur", "zeitstempel", "marcatemporal", "informazionicronologiche"),
    *("carimbodedata/hora", "tijdstempel", "sygnaturaczasowa"),
)

#: What a tool's own column is: heading without spaces -> role. Roles in `PERSONAL` never pass; of the others `id`,
#: `started`, `submitted` and `status` are used, and `own` is passed over.
_ROLES = {
    **dict.fromkeys(("id", "respondentid", "responseid", "userno", "userid", "uniqueid", "responsenumber"), "id"),
    **dict.fromkeys(("starttime", "startdate", "started", "datestarted", "startedat"), "started"),
    **dict.fromkeys(("completiontime", "enddate", "ended", "dateended", *_TIMESTAMPS), "submitted"),
    **dict.fromkeys(("submittedat", "submitted", "datesubmitted", "submissiondate", "completedat"), "submitted"),
    # Microsoft Forms in Spanish, German and French
    **dict.fromkeys(("horadeinicio", "startzeit", "heurededébut"), "started"),
    **dict.fromkeys(("horadefinalización", "fertigstellungszeit", "heuredefin"), "submitted"),
    **dict.fromkeys(("correoelectrónico", "adressedemessagerie", "direccióndecorreoelectrónico"), "email"),
    **dict.fromkeys(("nombre", "nom"), "name"),
    **dict.fromkeys(("email", "emailaddress", "recipientemail", "username", "respondentemail"), "email"),
    **dict.fromkeys(("name", "fullname", "respondentname", "yourname"), "name"),
    **dict.fromkeys(("firstname", "recipientfirstname", "forename"), "first_name"),
    **dict.fromkeys(("lastname", "recipientlastname", "surname"), "last_name"),
    **dict.fromkeys(("ipaddress", "ip", "locationlatitude", "locationlongitude", "useragent"), "person"),
    **dict.fromkeys(("externaldatareference", "externalreference", "respondent", "recipient"), "person"),
    **dict.fromkeys(("phone", "phonenumber", "telephone", "mobile"), "person"),
    **dict.fromkeys(("status", "responsestatus", "collector", "collectorid", "responsetype", "mode"), "status"),
    # the one mark of Qualtrics' previews that is not in the language of the account
    "distributionchannel": "status",
    **dict.fromkeys(("recordeddate", "datemodified", "lastmodifiedtime", "lastmetadataupdatetimestamp"), "own"),
    **dict.fromkeys(("progress", "duration(inseconds)", "locationaccuracy", "userlanguage"), "own"),
    "finished": "finished",
    **dict.fromkeys(("totalpoints", "quizfeedback", "gradepostedtime", "score", "language", "trackinglink"), "own"),
    **dict.fromkeys(("responseset", "device", "browser", "tags", "trackingid"), "own"),
    "completed": "finished",
}
PERSONAL = frozenset({"email", "name", "first_name", "last_name", "person"})
#: SurveyMonkey's and SmartSurvey's spare columns, which senders fill with what they know of a respondent.
_CUSTOM = re.compile(r"(customdata|customvalue|customvariable|recipientdata)\d*")
#: Columns a Microsoft quiz adds to each question.
_QUIZ = re.compile(r"(points|feedback) - ", re.IGNORECASE)
#: What the second header row of SurveyMonkey and SmartSurvey says above an answer that is no option.
_ANSWER = frozenset({"response", "open-ended response", "answer"})
#: What a tool writes where a question was not answered.
_UNANSWERED = {SMARTSURVEY: "-"}
#: Qualtrics: words, the channel, or the numbers of older exports (1 preview, 2 test, 8 spam, 9 and 12 both).
_TEST_STATUS = {
    QUALTRICS: re.compile(
        r"(survey )?preview|survey test|(possible )?spam|spam/survey preview|1|2|8|9|12", re.IGNORECASE
    ),
    SURVEYMONKEY: re.compile(r"(survey )?(preview|test)( (&|and) (preview|test)| response| mode)?", re.IGNORECASE),
    SMARTSURVEY: re.compile(r"(survey )?(preview|test)( response| mode)?", re.IGNORECASE),
}


@dataclass(frozen=True)
class Question:
    """One question: its wording, the columns of its answers, and the option each is for where there are several."""

    heading: str
    places: tuple[int, ...]
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Layout:
    """What the columns of an export are. Places count from 0."""

    tool: str
    #: role -> places, in the order of the file
    roles: dict[str, tuple[int, ...]]
    questions: tuple[Question, ...]
    #: headings of columns left behind because they are about a person
    dropped: tuple[str, ...]

    @property
    def unanswered(self) -> str:
        """What is in a cell where nothing was answered; '' where the cell is blank."""
        return _UNANSWERED.get(self.tool, "")

    def trial_marks(self) -> str | None:
        """What the tool writes, as a pattern of the whole cell in any case, where a response is a trial of the form."""
        marks = _TEST_STATUS.get(self.tool)
        return marks.pattern if marks else None

    def unfinished(self) -> Callable[[Sequence[str]], bool]:
        """Whether a response was not sent to its end, as a function of its cells."""
        words = [(place, said) for name, said in _UNFINISHED.items() for place in self.roles.get(name, ())]
        return lambda cells: any(cells[place].casefold() in said for place, said in words)

    def trials(self) -> Callable[[Sequence[str]], bool]:
        """Whether a row is a trial of the form and not an answer, as a function of its cells."""
        marks, places = _TEST_STATUS.get(self.tool), self.roles.get("status", ())
        if marks is None or not places:
            return lambda cells: False
        is_trial = lru_cache(maxsize=1024)(lambda cell: marks.fullmatch(cell) is not None)
        return lambda cells: any(is_trial(cells[place]) for place in places)


#: What tools write where a response was not sent to its end.
_UNFINISHED = {
    "finished": frozenset({"false", "0", "no"}),
    "status": frozenset({"partial", "partially completed", "partial response", "incomplete"}),
}
#: Whether a heading is a question the form asks; whether it asks for something personal.
Known = Callable[[str], bool]


@lru_cache(maxsize=4096)
def _folded(heading: str) -> str:
    return re.sub(r"[\s_-]+", "", clean(heading).casefold())


#: The number of a repetition; looked for where digits begin only, or a cell of many would be tried at each of them.
_REPETITION = re.compile(r"(?<!\d)\d+$")


def _unnumbered(heading: str) -> str:
    """A heading without the number of its repetition, in digits of any script."""
    return _REPETITION.sub("", heading)


def role(heading: str) -> str | None:
    """What a tool's own column is, or None where the heading is a question. `Name2`, `Email 2` are as `Name`, `Email`."""
    folded = _folded(heading)
    found = _ROLES.get(folded) or ("person" if _CUSTOM.fullmatch(folded) else None)
    if found is None and (repeated := _ROLES.get(_unnumbered(folded))) in PERSONAL:
        return "person" if repeated is not None else None
    return found


def tool_of(header: Sequence[str]) -> str:
    """The tool, by the first header row."""
    folded = [_folded(cell) for cell in header]
    names = set(folded)
    if folded[:1] == ["id"] and [_ROLES.get(name) for name in folded[1:3]] == ["started", "submitted"]:
        return MICROSOFT
    if {"id", "starttime", "completiontime"} <= names:
        return MICROSOFT
    if "responseid" in names and names & {"recordeddate", "finished", "distributionchannel", "responseset"}:
        return QUALTRICS
    if "respondentid" in names and folded[0] == "respondentid":
        return SURVEYMONKEY
    if "userno" in names or ({"started", "ended"} <= names and names & {"userid", "uniqueid", "ipaddress"}):
        return SMARTSURVEY
    return GOOGLE if folded and folded[0] in _TIMESTAMPS else PLAIN


def is_further_header(tool: str, header: Sequence[str], cells: Sequence[str]) -> bool:
    """Whether a row below the first header row is a header row, too."""
    filled = [(place, cell) for place, cell in enumerate(cells) if cell]
    if tool == QUALTRICS:
        if any(cell.startswith("{") and '"ImportId"' in cell for _, cell in filled):
            return True
        # the labels: in the columns of dates and ids there is no date and no id
        own = [place for place, cell in enumerate(header) if role(cell) in {"id", "started", "submitted"}]
        return bool(filled) and not any(place < len(cells) and re.search(r"\d", cells[place]) for place in own)
    if tool in {SURVEYMONKEY, SMARTSURVEY}:
        own = [place for place, cell in enumerate(header) if role(cell) is not None]
        return bool(filled) and not any(place < len(cells) and cells[place] for place in own)
    return False


def lay_out(
    header: Sequence[str], below: Sequence[Sequence[str]], known: Known, personal: Known, allowed: Known
) -> Layout:
    """What each column is.

    `known` finds a question of the form, `personal` a heading that asks who somebody is, `allowed` a personal column
    that the form's contract lets pass.
    """
    tool = tool_of(header)
    roles: dict[str, list[int]] = {}
    dropped: list[str] = []
    left: list[int] = []
    for place, heading in enumerate(header):
        found = role(heading)
        if found in {"own", "status", "finished"} and tool in {PLAIN, GOOGLE}:
            found = None  # these tools have no such columns: somebody asked a question
        if tool == PLAIN and _folded(heading) == "date":
            found = "submitted"
        if found is not None:
            roles.setdefault(found, []).append(place)
        if found is None or (found in PERSONAL and allowed(clean(heading))):
            left.append(place)
        elif found in PERSONAL:
            dropped.append(clean(heading))
    questions = _LAYOUTS.get(tool, _one_row)(header, below, left, known)
    kept = []
    for question in questions:
        asks_who = personal(question.heading) or role(question.heading.rstrip(":")) in PERSONAL
        if asks_who and not known(question.heading):
            dropped.append(question.heading)
        else:
            kept.append(question)
    return Layout(tool, {name: tuple(places) for name, places in roles.items()}, tuple(kept), tuple(dropped))


def _one_row(
    header: Sequence[str], below: Sequence[Sequence[str]], places: Sequence[int], known: Known
) -> list[Question]:
    """Google Forms and plain files: each heading is a question."""
    return [Question(heading, (place,)) for place in places if (heading := wording(header[place]))]


def _microsoft(
    header: Sequence[str], below: Sequence[Sequence[str]], places: Sequence[int], known: Known
) -> list[Question]:
    """A question asked twice has a 2 behind its second heading; points and feedback of a quiz are no questions."""
    headings: list[str] = []
    questions = []
    for place in places:
        heading = wording(header[place])
        if not heading or _QUIZ.match(heading):
            continue
        stem = _unnumbered(heading)
        if stem != heading and stem in headings:
            heading = stem
        headings.append(heading)
        questions.append(Question(heading, (place,)))
    return questions


def _surveymonkey(
    header: Sequence[str], below: Sequence[Sequence[str]], places: Sequence[int], known: Known
) -> list[Question]:
    """Blank cells belong to the question before them; the second row names their options, or the rows of a grid."""
    second = below[0] if below else ()
    return _grouped(header, {place: clean(second[place]) for place in places if place < len(second)}, places, known)


def _smartsurvey(
    header: Sequence[str], below: Sequence[Sequence[str]], places: Sequence[int], known: Known
) -> list[Question]:
    """As SurveyMonkey, where there are further header rows; all is numbered, the rows of a grid `Q4.1.` and so on."""
    if not below:
        return _one_row(header, below, places, known)
    second = below[0]
    labels = {place: unnumbered(clean(second[place])) for place in places if place < len(second)}
    return _grouped(header, labels, places, known)


def _grouped(header: Sequence[str], labels: Mapping[int, str], places: Sequence[int], known: Known) -> list[Question]:
    """Questions of columns of which only the first bears the heading; each may have a label of its own."""
    groups: list[tuple[str, list[int]]] = []
    for place in places:
        if clean(header[place]) or not groups or place == 0:
            groups.append((wording(header[place]), [place]))
        else:
            groups[-1][1].append(place)
    questions = []
    for heading, members in groups:
        options: list[tuple[int, str]] = []
        # the answer itself has a column where one may be chosen; what is next to it is a remark
        has_answer = any(labels.get(place, "").casefold() in _ANSWER for place in members)
        for place in members:
            label = labels.get(place, "")
            question = wording(label)
            if known(question) or role(question.rstrip(":")) in PERSONAL:
                questions.append(Question(question, (place,)))
            elif heading and (len(members) == 1 or label.casefold() in _ANSWER):
                questions.append(Question(heading, (place,)))
            elif has_answer:
                questions.append(Question(question, (place,)))
            else:
                options.append((place, label))
        if options and heading:
            questions.append(Question(heading, tuple(p for p, _ in options), tuple(o for _, o in options)))
    return questions


def _qualtrics(
    header: Sequence[str], below: Sequence[Sequence[str]], places: Sequence[int], known: Known
) -> list[Question]:
    """Ids first, then wordings, which may be in another language: the one the form's questions know is taken."""
    labels = below[0] if below else ()
    questions = []
    for place in places:
        name, label = clean(header[place]), wording(labels[place]) if place < len(labels) else ""
        if not name:
            continue
        # a grid's label is its question, a dash and its row
        questions.append(Question(name if known(name) or not label else label, (place,)))
    return questions


_LAYOUTS = {
    MICROSOFT: _microsoft,
    SURVEYMONKEY: _surveymonkey,
    SMARTSURVEY: _smartsurvey,
    QUALTRICS: _qualtrics,
}
