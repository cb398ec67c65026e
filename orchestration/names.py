"""Names of files, which a system keeps as bytes and may have in any encoding.

Belongs here: a name as text that can be shown and stored, and what is said of one that is none. Does not belong here: what a name
tells of a file (`readers`), finding files (`landing`).
"""

from __future__ import annotations

import os

#: Why a file is not read whose name cannot be shown, or stored, as it is.
NOT_TEXT = (
    "The name of the file is not written in UTF-8. Give it a name of plain letters and digits, and it will be read."
)


def is_text(name: str | os.PathLike[str]) -> bool:
    """Whether a name is text in UTF-8, as every other one here is."""
    try:
        os.fspath(name).encode()
    except UnicodeEncodeError:
        return False
    return True


def shown(name: str | os.PathLike[str]) -> str:
    """A name as it can be shown: bytes that are no text as `\\xe9`."""
    text = os.fspath(name)
    return text if is_text(text) else os.fsencode(text).decode("utf-8", "backslashreplace")
