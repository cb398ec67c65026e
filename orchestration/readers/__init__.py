"""Readers: from a landed file to rows under their contract. One module per shape of file; the doors are named here.

Belongs here: nothing but the doors. `read_file` is for landing, `check_file` for people.
"""

from orchestration.readers.check import CheckReport, Problem, TableCheck, check_file
from orchestration.readers.files import Piece, read_file

__all__ = ["CheckReport", "Piece", "Problem", "TableCheck", "check_file", "read_file"]
