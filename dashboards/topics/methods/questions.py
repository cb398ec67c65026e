"""Questions about the methods themselves.

Belongs here: what was measured about a method. Does not belong here: any result of a method.
"""

from dashboards.access.catalog import question

question(
    "method_figures",
    """One row per measured figure of a method: what was measured, the value, on how many simulated worlds or real
    cases, and when.""",
    """
    select method_id, figure, value, worlds, measured_on, note
    from marts.method_figure
    order by method_id, figure
    """,
    made_of="open",
)
