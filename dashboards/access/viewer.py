"""Who is looking.

Belongs here: the viewer as the door knows them, and the kinds there are. Does not belong here: how they signed in (see
`dashboards.app`), or what they may see (see `dashboards.access.rights`).
"""

from __future__ import annotations

from dataclasses import dataclass

#: Every kind of viewer that is shown anything, with its name and what it looks for.
KINDS = {
    "authority": "Authority analyst",
    "steward": "Data steward",
    "partnership_lead": "Partnership lead",
    "board": "Partnership board",
    "head": "Head teacher",
    "public": "The public",
}


@dataclass(frozen=True)
class Viewer:
    """One person or schedule that asks questions; `kind` and `organisation` decide what the door gives them.

    The organisation is the URN of a head's school, the code of a partnership, or the code of an authority.
    """

    id: str
    kind: str
    name: str
    organisation: str

    @property
    def scope(self) -> str:
        """What two viewers must have in common to be given the same stored answer."""
        return f"{self.kind}:{self.organisation}"

    @property
    def is_known(self) -> bool:
        """Whether the viewer is of a kind that is shown anything."""
        return self.kind in KINDS


# Nobody in particular: given nothing, so that a page someone forgot to protect shows nothing.
ANONYMOUS = Viewer(id="anonymous", kind="anonymous", name="Not signed in", organisation="")

# Whoever may come without an account: open data, and what was agreed for all.
PUBLIC = Viewer(id="public", kind="public", name=KINDS["public"], organisation="")

# Who looks at the demonstration until another viewer is chosen: the analyst of its authority.
DEMO = Viewer(id="analyst", kind="authority", name=KINDS["authority"], organisation="999")
