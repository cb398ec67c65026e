"""The pages, one module each.

Belongs here: what a page shows and in which order. Does not belong here: SQL, statistics, or HTML that two pages share.
"""
