"""Pieces of SQL that questions of several topics share, each written once.

Belongs here: who belongs to an area on a day, the path of a file, as text to put into a question. Does not belong here: any
question (see `questions.py` of each topic), or anything a mart could hold: membership is counted on the reader's own day, which
a published file cannot know.
"""

from __future__ import annotations


def is_member(day: str = "current_date", membership: str = "m") -> str:
    """The condition that a membership holds on a day: from the day of joining to the day before that of leaving."""
    return f"{membership}.joined_on <= {day} and ({membership}.left_on is null or {membership}.left_on > {day})"


#: The condition that a row of dim_school is a school that is open, as far as is known: what has not opened yet is not current.
IS_OPEN = "s.is_current and s.status <> 'closed'"

#: One row per school of an area today: the members of $partnership or, without one, the open schools of $authority.
SCHOOLS_TODAY = f"""
    select distinct s.school_id, s.urn, s.name, s.phase
    from marts.dim_school as s
    where s.is_current
      and case
          when $partnership is not null then s.school_id in (
              select m.school_id from marts.partnership_membership as m
              where m.partnership_id = $partnership and {is_member()})
          else s.la_code = $authority and {IS_OPEN}
      end
"""

#: The path of each landed file, to be joined by file_id.
FILE_PATHS = "(select file_id, max(path) as path from marts.file_log group by file_id)"

#: The lineage that has, or ever had, the URN $urn.
LINEAGE = "(select d.school_id from marts.dim_school as d where d.urn = $urn)"
