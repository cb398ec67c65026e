"""The statistics that need more than a window and a sum: arrays in, arrays out.

Belongs here: methods of inference, matching and forecasting as functions of plain numbers, each with its reference, its
units and what it assumes; dbt's Python models call them, benchmarks simulate them, tests hold them to golden numbers. Does
not belong here: reading files, opening a warehouse, words on a page, nor what SQL says as well and as fast
(that is `dbt_project/macros/statistics/`).
"""
