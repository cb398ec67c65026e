"""Who is looking.

Belongs here: the viewer as the door knows them. Does not belong here: how they signed in, or what they may see.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Viewer:
    """One person or schedule that asks questions; `kind` decides what the door gives them."""

    id: str
    kind: str
    name: str
    organisation: str

    @property
    def scope(self) -> str:
        """What two viewers must have in common to be given the same stored answer."""
        return f"{self.kind}:{self.organisation}"


# Nobody in particular: given nothing, so that a page someone forgot to protect shows nothing.
ANONYMOUS = Viewer(id="anonymous", kind="anonymous", name="Not signed in", organisation="")

# The demonstration holds published and invented data only, so its one viewer sees all of it.
DEMO = Viewer(id="demo", kind="demo", name="Demonstration", organisation="")
