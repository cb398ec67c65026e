"""Headers and questions as words: the form in which two spellings are the same.

Belongs here: what is left out of a text before it is compared. Does not belong here: what it is compared with
(`datasets`, `questions`).
"""

from __future__ import annotations

import html
import re
from functools import lru_cache


def clean(name: str) -> str:
    """A header as it is shown and stored: one space between words, no marks that cannot be seen."""
    return " ".join(name.replace("\ufeff", "").split())


#: Marks that word processors and survey tools put for those of the keyboard, or that nobody sees.
_STRAIGHT = str.maketrans(
    {**dict.fromkeys("‘’ʼ′", "'"), **dict.fromkeys("“”„″", '"'), **dict.fromkeys("‐‑‒–—", "-")}
    | dict.fromkeys("\u00ad\u200b\u200e\u200f\u2060", "")
)
_TAG = re.compile(r"</?[a-z][^<>]{0,500}>", re.IGNORECASE)
#: `Q4.1. `, `3) `, `12.` in front of a question
_NUMBERING = re.compile(r"q?\d{1,3}(\.\d{1,3})*\s*[.):](\s+|$|(?=[^\W\d]))", re.IGNORECASE)


@lru_cache(maxsize=8192)
def wording(heading: str) -> str:
    """A question without what tools and typists add to its words: mark-up, its number, curly marks; '' where nothing is left."""
    plain = html.unescape(_TAG.sub(" ", heading)) if "<" in heading or "&" in heading else heading
    return unnumbered(clean(plain.translate(_STRAIGHT)))


def unnumbered(heading: str) -> str:
    """A heading without the number of its question."""
    match = _NUMBERING.match(heading)
    return heading[match.end() :] if match else heading


# A header is compared with every contract, hundreds of names each: the folding is remembered.
@lru_cache(maxsize=8192)
def fold(name: str) -> str:
    """Case and runs of spaces do not matter."""
    return clean(name).casefold()


@lru_cache(maxsize=8192)
def fold_loosely(name: str) -> str:
    """Spaces, underscores and hyphens do not matter either."""
    return re.sub(r"[\s_-]+", "", fold(name))


@lru_cache(maxsize=8192)
def fold_to_words(name: str) -> str:
    """Letters and digits alone matter."""
    return re.sub(r"[^a-z0-9]+", "", fold(name))
