"""Who sees what: the dashboards over the published warehouse.

Belongs here: the door to the published file, the questions asked through it, figures, pages. Does not belong here:
reading landed files, building the warehouse, or deciding what a number means; those are `orchestration` and dbt.
"""
