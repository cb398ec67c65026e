-- Every test the register makes, fired or not, under one control of false discoveries. One row per rule, area and year.
{{ config(materialized='table') }}
with

made as (
    {{ risk_tests() }}
),

controlled as (
    {{ risk_tests_controlled('made') }}
)

select * from controlled
