"""Questions about what followed a partnership or a review.

Belongs here: the estimates of one scope and kind of event, and the effect year by year. Does not belong here: how they are
made (see `methods/impact.py`), or their sentences (see `dashboards.topics.impact.sentences`).
"""

from dashboards.access.catalog import CODE, Kind, question

EVENT = Kind("kind of event, joined or reviewed", lambda value: value in ("joined", "reviewed"), "reviewed")

question(
    "impact_estimates",
    """One row per indicator of one kind of event and scope (a partnership, or all): the estimate with its interval, verdict,
    schools, comparison schools, what was left out and why. Claims come first, then what could be estimated, then the rest.""",
    """
    select e.*, i.name, i.short_name, i.topic, i.unit, i.kind, i.decimals, i.polarity, i.publisher
    from marts.impact_estimate as e
    inner join marts.dim_indicator as i on i.indicator_id = e.indicator_id
    where e.event_type = $event and e.scope = $scope
    order by case e.verdict when 'improved' then 1 when 'worsened' then 1 when 'no_clear_difference' then 2 else 3 end,
        e.estimate is null, i.topic_order,
        e.indicator_id
    """,
    made_of="open partnerships reviews",
    event=EVENT,
    scope=CODE,
)

question(
    "impact_years",
    """One row per year relative to the event, of one indicator, kind of event and scope.""",
    """
    select s.relative_year, s.estimate, s.ci_low, s.ci_high, s.n_schools, i.name, i.unit, i.kind, i.decimals
    from marts.impact_event_study as s
    inner join marts.dim_indicator as i on i.indicator_id = s.indicator_id
    where s.event_type = $event and s.scope = $scope and s.indicator_id = $indicator
    order by s.relative_year
    """,
    made_of="open partnerships reviews",
    event=EVENT,
    scope=CODE,
    indicator=CODE,
)
