"""House charts.

Belongs here: pure functions from tidy rows to a plotly figure (a plain dictionary) or to SVG with its alternative text.
Does not belong here: asking questions, or anything about the page around a chart.
"""
