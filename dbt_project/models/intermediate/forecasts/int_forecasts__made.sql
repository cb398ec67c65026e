-- Every forecast that could have been made, by each method, with what was known in its year only, beside what came.
-- One row per area, indicator, breakdown and year of origin. Values are on the scale of the macro to_scale.
-- area_type 'drawn': the groups of int_groups__drawn, which show what happens to a partnership by itself. All but
-- partnerships' own rows are of all pupils only.
with

indicators as (
    select {{ listed('indicator_id', 'indicators') }} as indicator_id, kind, phase as indicator_phase from {{ ref('indicators') }}
),

schools as (
    select * from {{ ref('int_schools__measured') }}
),

school_figures as (
    select
        figures.school_id,
        figures.indicator_id,
        figures.academic_year,
        figures.kind,
        figures.value,
        coalesce(figures.denominator, figures.n_pupils) as n_pupils,
        case
            when figures.kind = 'progress' and figures.ci_method = 'published'
                then power((figures.ci_high - figures.ci_low) / (2 * {{ var('z95') }}), 2)
        end as published_variance,
        coalesce(schools.phase, 'unknown') as phase
    from {{ ref('int_school_years__weighed') }} as figures
    inner join schools
        on figures.urn = schools.urn
    where figures.is_figure_of_lineage and figures.breakdown_id = 'all' and figures.value is not null
),

lots as (
    select * from {{ ref('int_groups__drawn') }}
),

-- a country has thousands of groups, and some hundreds of each measure tell as much
shares as (
    select
        indicator_id,
        {{ ratio(var('drawn_groups') ~ ' * (select count(distinct school_id) from lots)', '(select count(distinct group_id) from lots) * count(distinct school_id)') }} as share
    from school_figures
    group by indicator_id
),

-- grouped though each row is there once: the engine would else join every drawing to every figure before it drops any
lots_kept as (
    select
        lots.group_id,
        lots.phase,
        lineages.school_id,
        shares.indicator_id
    from lots
    inner join (select distinct school_id from schools) as lineages
        on lots.school_id = cast(lineages.school_id as varchar)
    inner join shares
        on lots.drawn_at <= shares.share
    group by lots.group_id, lots.phase, lineages.school_id, shares.indicator_id
),

drawn as (
    select
        'drawn' as area_type,
        lots_kept.group_id as area_id,
        figures.indicator_id,
        'all' as breakdown_id,
        figures.academic_year,
        figures.kind,
        case
            when figures.kind = 'count' then {{ in_order('sum', 'figures.value') }}
            else {{ in_order('sum', 'figures.value * figures.n_pupils') }} / sum(figures.n_pupils)
        end as value,
        sum(figures.n_pupils) as n_pupils,
        {{ in_order('sum', 'figures.n_pupils * figures.n_pupils * figures.published_variance') }} / power(sum(figures.n_pupils), 2) as published_variance,
        lots_kept.phase as peer_kind,
        count(*) as n_schools
    from lots_kept
    inner join school_figures as figures
        on lots_kept.school_id = figures.school_id
        and lots_kept.indicator_id = figures.indicator_id
    where figures.n_pupils > 0
    group by lots_kept.group_id, lots_kept.phase, figures.indicator_id, figures.academic_year, figures.kind
    having count(*) > 1
),

areas as (
    select
        areas.area_type,
        areas.area_id,
        areas.indicator_id,
        areas.breakdown_id,
        areas.academic_year,
        indicators.kind,
        areas.value,
        areas.n_pupils,
        case
            when areas.ci_method = 'published' then power((areas.ci_high - areas.ci_low) / (2 * {{ var('z95') }}), 2)
        end as published_variance,
        -- an area's peers are those of its schools' phase; measures of one phase have one kind of peers
        coalesce(areas.shared_phase, nullif(indicators.indicator_phase, 'all'), 'mixed') as peer_kind,
        areas.n_schools
    from {{ ref('int_area_years__calculated') }} as areas
    inner join indicators
        on areas.indicator_id = indicators.indicator_id
    where areas.value is not null
        and (areas.area_type = 'partnership' or areas.breakdown_id = 'all')
),

series as (
    select
        'school' as area_type,
        school_id as area_id,
        indicator_id,
        'all' as breakdown_id,
        academic_year,
        kind,
        value,
        n_pupils,
        published_variance,
        phase as peer_kind,
        1 as n_schools
    from school_figures
    union all
    select area_type, area_id, indicator_id, breakdown_id, academic_year, kind, value, n_pupils, published_variance, peer_kind, n_schools from drawn
    union all
    select area_type, area_id, indicator_id, breakdown_id, academic_year, kind, value, n_pupils, published_variance, peer_kind, n_schools from areas
),

scaled as (
    select
        area_type,
        area_id,
        indicator_id,
        breakdown_id,
        {{ first_year('academic_year') }} as made_in_year,
        kind,
        {{ to_scale('value', 'kind') }} as x,
        nullif(n_pupils, 0) as n_pupils,
        published_variance,
        peer_kind,
        n_schools,
        -- a partnership is held against groups drawn by lot: it must not be its own yardstick
        case when area_type = 'partnership' then 'drawn' else area_type end as peer_type
    from series
),

-- the middle of the peers in the year: carried forward, it is what a figure is drawn towards
middles as (
    select
        area_type as peer_type,
        indicator_id,
        breakdown_id,
        peer_kind,
        made_in_year,
        {{ ratio(in_order('sum', 'x * n_pupils'), 'sum(case when x is not null then n_pupils end)') }} as middle
    from scaled
    where area_type <> 'partnership'
    group by area_type, indicator_id, breakdown_id, peer_kind, made_in_year
),

centred as (
    select
        scaled.area_type,
        scaled.area_id,
        scaled.indicator_id,
        scaled.breakdown_id,
        scaled.made_in_year,
        scaled.kind,
        scaled.x,
        scaled.n_pupils,
        scaled.n_schools,
        scaled.peer_kind,
        middles.middle,
        scaled.x - middles.middle as d,
        case
            when scaled.kind = 'proportion' then middles.middle * (100 - middles.middle) / scaled.n_pupils
            else scaled.published_variance
        end as v
    from scaled
    left join middles
        on scaled.peer_type = middles.peer_type
        and scaled.indicator_id = middles.indicator_id
        and scaled.breakdown_id = middles.breakdown_id
        and scaled.peer_kind = middles.peer_kind
        and scaled.made_in_year = middles.made_in_year
),

-- between-area variance of one year beyond sampling error (DerSimonian and Laird), where the sampling error is known
weights as (
    select
        area_type as peer_type,
        indicator_id,
        breakdown_id,
        peer_kind,
        made_in_year,
        count(*) as areas,
        {{ in_order('sum', '1 / v') }} as w1,
        {{ in_order('sum', '1 / (v * v)') }} as w2,
        {{ in_order('sum', 'd / v') }} as wd,
        {{ in_order('sum', 'd * d / v') }} as wdd
    from centred
    where v > 0
    group by area_type, indicator_id, breakdown_id, peer_kind, made_in_year
),

from_sampling as (
    select
        peer_type,
        indicator_id,
        breakdown_id,
        peer_kind,
        made_in_year,
        wd / w1 as shift,
        greatest(0, {{ ratio('wdd - wd * wd / w1 - (areas - 1)', 'w1 - w2 / w1') }}) as tau2
    from weights
    where areas > 1
),

dated as (
    select
        *,
        lag(made_in_year) over own as made_in_year_1,
        lag(made_in_year, 2) over own as made_in_year_2,
        lag(x) over own as x_1,
        lag(x, 2) over own as x_2,
        lag(d) over own as d_1,
        lag(d, 2) over own as d_2,
        lag(n_pupils) over own as n_pupils_1,
        lead(made_in_year) over own as made_in_year_after_1,
        lead(made_in_year, 2) over own as made_in_year_after_2,
        lead(x) over own as x_after_1,
        lead(x, 2) over own as x_after_2
    from centred
    window own as (partition by area_type, area_id, indicator_id, breakdown_id order by made_in_year)
),

placed as (
    select
        area_type,
        area_id,
        indicator_id,
        breakdown_id,
        made_in_year,
        kind,
        n_pupils,
        n_schools,
        peer_kind,
        case when area_type = 'partnership' then 'drawn' else area_type end as peer_type,
        middle,
        x,
        d,
        v,
        case when made_in_year_1 = made_in_year - 1 then x_1 end as x_back_1,
        case when made_in_year_1 = made_in_year - 2 then x_1 when made_in_year_2 = made_in_year - 2 then x_2 end as x_back_2,
        case when made_in_year_1 = made_in_year - 1 then d_1 end as d_back_1,
        case when made_in_year_1 = made_in_year - 2 then d_1 when made_in_year_2 = made_in_year - 2 then d_2 end as d_back_2,
        case when made_in_year_1 = made_in_year - 1 then n_pupils_1 end as n_pupils_back_1,
        case when made_in_year_after_1 = made_in_year + 1 then x_after_1 end as actual_1,
        case when made_in_year_after_1 = made_in_year + 2 then x_after_1 when made_in_year_after_2 = made_in_year + 2 then x_after_2 end as actual_2
    from dated
),

-- what of a distance from the middle is still there a year later (Kane and Staiger): learnt from pairs of years up to the origin
yearly_pairs as (
    select
        area_type as peer_type,
        indicator_id,
        breakdown_id,
        peer_kind,
        made_in_year,
        count(*) as pairs,
        {{ in_order('sum', 'd * d_back_1') }} as sxy,
        {{ in_order('sum', 'd * d + d_back_1 * d_back_1') }} / 2 as sxx,
        {{ in_order('sum', '1 / n_pupils + 1 / n_pupils_back_1') }} / 2 as per_pupil
    from placed
    where area_type <> 'partnership' and d_back_1 is not null and d is not null and n_pupils > 0 and n_pupils_back_1 > 0
    group by area_type, indicator_id, breakdown_id, peer_kind, made_in_year
),

from_pairs as (
    select
        peer_type,
        indicator_id,
        breakdown_id,
        peer_kind,
        made_in_year,
        sum(pairs) over known as pairs,
        greatest(0, sum(sxy) over known / sum(pairs) over known) as tau2,
        greatest(0, (sum(sxx) over known - sum(sxy) over known) / sum(per_pupil) over known) as noise
    from yearly_pairs
    window known as (partition by peer_type, indicator_id, breakdown_id, peer_kind order by made_in_year)
),

weighed as (
    select
        placed.*,
        3 + case when placed.x_back_1 is null then 0 else 2 end + case when placed.x_back_2 is null then 0 else 1 end as w,
        9 + case when placed.x_back_1 is null then 0 else 4 end + case when placed.x_back_2 is null then 0 else 1 end as ww,
        1 + case when placed.x_back_1 is null then 0 else 1 end + case when placed.x_back_2 is null then 0 else 1 end as years,
        case when from_pairs.tau2 is null then coalesce(from_sampling.shift, 0) else 0 end as shift,
        coalesce(from_pairs.tau2, from_sampling.tau2) as tau2,
        case when from_pairs.tau2 is null then placed.v else from_pairs.noise / placed.n_pupils end as noise
    from placed
    left join from_sampling
        on placed.peer_type = from_sampling.peer_type
        and placed.indicator_id = from_sampling.indicator_id
        and placed.breakdown_id = from_sampling.breakdown_id
        and placed.peer_kind = from_sampling.peer_kind
        and placed.made_in_year = from_sampling.made_in_year
    left join from_pairs
        on placed.peer_type = from_pairs.peer_type
        and placed.indicator_id = from_pairs.indicator_id
        and placed.breakdown_id = from_pairs.breakdown_id
        and placed.peer_kind = from_pairs.peer_kind
        and placed.made_in_year = from_pairs.made_in_year
        -- a few pairs tell nothing: then the sampling error has to do
        and from_pairs.pairs >= {{ var('forecast_pairs') }}
),

averaged as (
    select
        *,
        (3 * x + 2 * coalesce(x_back_1, 0) + coalesce(x_back_2, 0)) / w as x_321,
        (3 * d + 2 * coalesce(d_back_1, 0) + coalesce(d_back_2, 0)) / w as d_321,
        {{ ratio('tau2', 'tau2 + noise') }} as kept_1,
        {{ ratio('tau2', 'tau2 + noise * ww / (w * w)') }} as kept_321
    from weighed
)

select
    area_type,
    area_id,
    indicator_id,
    breakdown_id,
    cast(made_in_year as integer) as made_in_year,
    kind,
    n_pupils,
    n_schools,
    {{ size_class('n_pupils') }} as size_class,
    x as last_year,
    (x + coalesce(x_back_1, 0) + coalesce(x_back_2, 0)) / years as mean_3,
    x_321 as weighted_321,
    x as drift,
    coalesce(x - x_back_1, 0) as last_change,
    -- without a cohort, without peers or where all peers are alike nothing is drawn anywhere
    coalesce(middle + shift + kept_1 * (d - shift), x) as shrunk,
    coalesce(middle + shift + kept_321 * (d_321 - shift), x) as shrunk_321,
    kept_1 as reliability,
    actual_1,
    actual_2
from averaged
