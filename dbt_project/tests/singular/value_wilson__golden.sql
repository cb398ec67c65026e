{{ config(meta={'dagster': {'ref': {'name': 'fct_outcome'}}}) }}
-- The interval macro against the publisher's and recomputed figures (PHE Technical Guide 3), to the sixth decimal of a share.
with

golden as (
    select *
    from (
        values
        (65, 100, 0.5525444, 0.7363575),
        (1, 100, 0.00176743, 0.05448620),
        (5, 100, 0.02154368, 0.11175047),
        (20, 100, 0.13336693, 0.28882917),
        (222, 3215, 0.06079169, 0.07833957),
        (999, 3456, 0.27418951, 0.30440390),
        (1045, 5000, 0.19795550, 0.22049130),
        (0, 10, 0.0, 0.2775328),
        (10, 10, 0.7224672, 1.0),
        (4, 6, 0.2999933, 0.9032286),
        (11, 15, 0.4804957, 0.8910255)
    ) as t (x, n, low, high)
),

computed as (
    select
        x,
        n,
        low,
        high,
        {{ wilson('100.0 * x / n', 'cast(n as double)', -1) }} / 100 as computed_low,
        {{ wilson('100.0 * x / n', 'cast(n as double)', 1) }} / 100 as computed_high
    from golden
)

select *
from computed
where abs(low - computed_low) > 0.000001 or abs(high - computed_high) > 0.000001
