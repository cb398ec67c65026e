"""A fictional authority, Wendmere, written as files in the real formats, for trials, tests and first impressions.

`write_demo(folder, seed)` writes three years of performance tables, the school register, partnership templates and
nine terms of survey exports, with some of every tool that is read. The same seed gives the same bytes. What is planted,
and can be found in the files, is listed in `PLANTED` by these names:

- rising_rwm: schools of one cluster gain about six points a year more than the rest at key stage 2 (reading, writing
  and maths combined) once its peer reviews begin in 2017/18; null_rwm: a cluster that moves with the background.
- falling_attendance: the founding schools of one cluster lose attendance; persistent absence rises.
- widening_gap: one large school's disadvantaged pupils fall behind year by year while its overall figure holds.
- leadership_change: one leader's reflection answers fall from the term a new head teacher takes over.
- leaking_transition: in one cluster "From feedback to workshop" is rated lowest, and hosts rate above review teams.
- restatement: one school's back-series differs from its own earlier file. All other back-series agree.
- low_coverage, conversions, merger, closure, new_schools, partnership_move, late_joiners: what happens to schools.
- old_urn_in_forms: the leader of a converted school goes on writing the old URN.
- lagging_check_ins, drifting_away, untold_lessons, closed_gaps: what reviews and attendance say of three clusters.
- rising_suspensions: one secondary school's suspensions grow year by year; fewer_suspensions: another's fall at once, to
  a new level, and a person recorded the year and the reason. Suspensions go back to 2008/09, as the published file does.
- unsigned_agreement, withdrawn_agreement: one school has not signed, one has withdrawn.
- personal_values: text found only in e-mail and name columns of survey exports; it must never pass the readers.

Bad on purpose: `ks2.BAD_KS2_CELL` (an unknown code), `ks2.UNKNOWN_RECORD_TYPE` (an aggregate row of no known
type), `evidence.BAD_MEMBERSHIPS`, `evidence.BAD_TRANSITION_POINTS`, `filled.MISTYPED` (which the
corrections form puts right), and the two files in `incoming/`: an absence file
with no academic year, and a workbook cut off while it was copied.

Not here: anything the product needs to run. England's rows carry published national figures; all else is invented.
"""

from orchestration.demo.schools import PLANTED
from orchestration.demo.write import DemoFile, DemoSummary, write_demo

__all__ = ["PLANTED", "DemoFile", "DemoSummary", "write_demo"]
