"""What several topics need: the address, the places, readings, tables, and how numbers are worded.

Belongs here: what two topics would otherwise write twice. Does not belong here: what one topic alone needs, HTML, or opening
the warehouse (see `dashboards.access`).
"""
