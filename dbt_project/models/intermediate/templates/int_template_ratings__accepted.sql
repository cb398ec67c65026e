-- Ratings a partnership gives as a whole: maturity cards (true is 1, not yet true is 0), five insights, system features.
-- The columns are those fct_rating takes.
with

cards as (
    {{ template_rows('template_maturity_cards', {
        'partnership_id': 'varchar', 'term': 'varchar', 'card_id': 'varchar', 'answer': 'varchar'
    }) }}
),

insights as (
    {{ template_rows('template_insight_profile', {
        'partnership_id': 'varchar', 'term': 'varchar', 'insight_id': 'varchar', 'rating': 'varchar'
    }) }}
),

features as (
    {{ template_rows('template_system_features', {
        'partnership_id': 'varchar', 'term': 'varchar', 'group_name': 'varchar', 'feature_id': 'varchar', 'rating': 'varchar'
    }) }}
),

answers as (
    select
        'maturity_cards' as instrument_id,
        card_id as item_id,
        partnership_id,
        term,
        '' as group_name,
        case answer when 'true' then 1.0 else 0.0 end as value,
        answer as raw_answer,
        file_id
    from cards
    union all
    select 'insight_profile', insight_id, partnership_id, term, '', cast(rating as double), rating, file_id
    from insights
    union all
    select 'system_features', feature_id, partnership_id, term, coalesce(group_name, ''), cast(rating as double), rating, file_id
    from features
)

select
    instrument_id,
    item_id,
    'partnership' as respondent_role,
    trim(partnership_id || ' ' || term || ' ' || group_name) as respondent_id,
    cast(null as varchar) as urn,
    partnership_id,
    cast(null as varchar) as cycle,
    term,
    cast(null as date) as answered_on,
    cast(value as double) as value,
    raw_answer,
    file_id
from answers
