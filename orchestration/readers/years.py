"""Which academic year, date and release a file is of, by its name, its folders and its columns.

Belongs here: reading years and dates out of names. Does not belong here: years inside rows, which dbt casts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import PurePath

from orchestration.readers.decode import Refusal

#: Two years that follow each other, not part of a longer number: 2018-2019, 2018-19, 2018_19, 201819, 2018/19.
_YEAR = re.compile(r"(?<!\d)(20\d\d|19\d\d)\s?[-–_/ ]?\s?((?:20|19)?\d\d)(?!\d)")
_DATE = re.compile(r"(?<!\d)(20\d\d)[-_. ]?(0[1-9]|1[0-2])(?:[-_. ]?(0[1-9]|[12]\d|3[01]))?(?!\d)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
_MONTH += "|nov(?:ember)?|dec(?:ember)?"
#: 31 August 2019, 30_Apr_2026, March 2022.
_WRITTEN_DATE = re.compile(
    rf"(?<![\da-z])(?:(\d\d?)(?:st|nd|rd|th)?[-_. ]*)?({_MONTH})[-_. ]*(20\d\d)(?!\d)", re.IGNORECASE
)
#: Back-series columns: the suffix is the calendar year of an earlier summer.
_BACK_SERIES = {
    "dfe_ks2": re.compile(r"PTRWM_EXP_(\d\d)", re.IGNORECASE),
    "dfe_ks4": re.compile(r"ATT8SCR_(\d\d)", re.IGNORECASE),
}
#: No school tables were published for these academic years.
NO_TABLES = frozenset({"2019/20", "2020/21"})
_ADVICE = "Put the file in a folder named like 2018-2019, or give the year with --year 2018/19."


def spelled(first: int) -> str:
    """`2018` -> `2018/19`."""
    return f"{first}/{(first + 1) % 100:02d}"


def parse_year(text: str) -> str:
    """An academic year as a person writes it -> `2018/19`. Raises `Refusal` where it is none."""
    years = _years_in(text)
    if len(years) != 1:
        raise Refusal(f"“{text}” is no academic year. Write it like 2018/19.")
    return years[0]


def _years_in(text: str) -> list[str]:
    found = []
    for first, second in _YEAR.findall(text):
        if int(second) % 100 == (int(first) + 1) % 100 and (len(second) == 2 or int(second) == int(first) + 1):
            found.append(spelled(int(first)))
    return list(dict.fromkeys(found))


def academic_year(dataset_id: str, path: PurePath, header: Sequence[str], given: str | None) -> tuple[str, str]:
    """The academic year of a file and, in words, where it was found.

    Order: the file's name; its folders, nearest first; the year given; the back-series columns, whose latest year
    is the year before. The year given comes after the names, so that one given for a whole folder cannot relabel files
    that say their own. Raises `Refusal` where none of them has one, or where the columns contradict.
    """
    year, how = _told(dataset_id, path, header, given)
    latest = _latest_back_series(dataset_id, header)
    if latest and int(year[:4]) + 1 <= latest[0]:
        raise Refusal(
            f"The {how} says {year}, but the file holds {latest[1]}, a result of {spelled(latest[0] - 1)}:"
            f" it must be of a later year. {_ADVICE}"
        )
    return year, how


def _told(dataset_id: str, path: PurePath, header: Sequence[str], given: str | None) -> tuple[str, str]:
    # the folder's parent is read together with it, for folders 2018/19
    folders = [f"{folder.parent.name}/{folder.name}" for folder in path.parents if folder.name]
    for how, text in [("file's name", path.name), *(("folder's name", folder) for folder in folders)]:
        years = _years_in(text)
        # a folder's own name goes before that of its parent
        if len(years) > 1 and how == "folder's name":
            years = _years_in(text.rsplit("/", 1)[1]) or years
        if len(years) > 1 and not given:
            raise Refusal(f"The {how} holds more than one year ({', '.join(years)}). {_ADVICE}")
        if len(years) == 1:
            return years[0], how
    if given:
        return parse_year(given), "year given"
    if latest := _latest_back_series(dataset_id, header):
        year = spelled(latest[0])
        while year in NO_TABLES:
            year = spelled(int(year[:4]) + 1)
        return year, f"column {latest[1]}"
    raise Refusal(f"The academic year of the file cannot be told. {_ADVICE}")


def _latest_back_series(dataset_id: str, header: Sequence[str]) -> tuple[int, str] | None:
    pattern = _BACK_SERIES.get(dataset_id)
    found = [(2000 + int(match[1]), match[0]) for name in header if pattern and (match := pattern.fullmatch(name))]
    return max(found, default=None)


def snapshot_date(path: PurePath) -> str | None:
    """The date of which a file is, by its name or its folders, nearest first, as ISO text.

    The first of the month where only a month is named; of a span its last day; the end of the academic year where a folder
    names nothing but that.
    """
    for name in (path.name, *(folder.name for folder in path.parents)):
        if dates := _dates_in(name):
            return max(dates).isoformat()
        if years := _years_in(name):
            return date(int(years[-1][:4]) + 1, 8, 31).isoformat()
    return None


def published_on(path: PurePath) -> str | None:
    """The publisher's date in a file's name, else in one of the two folders around it, as ISO text; None where neither has one.

    The first of the month where only a month is named. An academic year such as 2011-12 is none.
    """
    for name in (path.name, *(folder.name for folder in tuple(path.parents)[:2])):
        if dates := _dates_in(_YEAR.sub(_without_academic_year, name)):
            return max(dates).isoformat()
    return None


#: A version such as v2 or v1.0.1, as the publisher's own downloads have it.
_VERSION = re.compile(r"(?<![a-z0-9])v(?:er(?:sion)?)?[ _.-]?(\d{1,4}(?:\.\d{1,4}){0,3})(?![a-z0-9])")
_PUT_RIGHT = re.compile(r"(?<![a-z])(corrected|correction|restated|amended|updated|replacement|resubmitted)(?![a-z])")


def edition(path: PurePath) -> str:
    """The edition a file's name says it is, as a text that sorts; '' where it says nothing. A corrected file is a second one."""
    name = path.stem.casefold()
    if found := _VERSION.findall(name):
        return ".".join(f"{int(part):04d}" for part in found[-1].split("."))
    return "0002" if _PUT_RIGHT.search(name) else ""


def _without_academic_year(match: re.Match[str]) -> str:
    return " " if _years_in(match[0]) else match[0]


def _dates_in(name: str) -> list[date]:
    found = [(year, month, day or 1) for year, month, day in _DATE.findall(name)]
    for day, month, year in _WRITTEN_DATE.findall(name):
        found.append((year, _MONTHS.index(month[:3].casefold()) + 1, day or 1))
    dates = []
    for year, month, day in found:
        with suppress(ValueError):
            dates.append(date(int(year), int(month), int(day)))
    return dates


def release(path: PurePath) -> str:
    """`provisional` or `revised` where the file's name says so, or one of the two folders around it in a word; else `final`."""
    name = path.name.casefold()
    if "provisional" in name or "unrevised" in name or re.search(r"(?<![a-z])(prov|interim)(?![a-z])", name):
        return "provisional"
    if "revised" in name or re.search(r"(?<![a-z])rev(?![a-z])", name):
        return "revised"
    if re.search(r"(?<![a-z])final|final(?![a-z])", name):
        return "final"
    for folder in tuple(path.parents)[:2]:
        if told := re.search(r"(?<![a-z])(provisional|revised|final)(?![a-z])", folder.name.casefold()):
            return told[1]
    return "final"
