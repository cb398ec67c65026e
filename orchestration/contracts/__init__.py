"""What each kind of file must look like, read from `seeds/`, where it is written once; the doors are named here.

Belongs here: nothing but the doors. Kinds of file and their columns are in `datasets`, questions of forms in `questions`, lists
of the reference data in `lists`, choosing among contracts in `recognition`. Does not belong to this package: reading the files
themselves (`readers`), what numbers mean (`dbt_project`), or any column name: those are data in `seeds/`.
"""

from orchestration.contracts.datasets import COLUMN_TYPES, Column, Dataset, load
from orchestration.contracts.lists import RowRule, known_meanings, parts_pupils, row_rules, scale, status_codes
from orchestration.contracts.questions import Form, FormQuestion, asks_who, forms, nearest
from orchestration.contracts.recognition import (
    near_form,
    near_miss,
    not_taken,
    not_taken_by_name,
    recognise,
    recognise_form,
)
from orchestration.contracts.seeds import SEEDS, ContractError, seed_file
from orchestration.contracts.spelling import clean, unnumbered, wording

__all__ = [
    "COLUMN_TYPES",
    "SEEDS",
    "Column",
    "ContractError",
    "Dataset",
    "Form",
    "FormQuestion",
    "RowRule",
    "asks_who",
    "clean",
    "forms",
    "known_meanings",
    "load",
    "near_form",
    "near_miss",
    "nearest",
    "not_taken",
    "not_taken_by_name",
    "parts_pupils",
    "recognise",
    "recognise_form",
    "row_rules",
    "scale",
    "seed_file",
    "status_codes",
    "unnumbered",
    "wording",
]
