{{ config(meta={'dagster': {'ref': {'name': 'risk_flag'}}}) }}
-- A rule asks for nothing its family cannot do: a flag of the other kind of area, or more years than likely standing looks at.
select rule_id
from {{ ref('risk_rules') }}
where (area_type = 'school' and family in ('maturity', 'response'))
    or (
        area_type = 'partnership'
        and family not in ('trend', 'signal', 'worsening', 'engagement', 'check_in', 'maturity', 'response')
    )
    or (family = 'level' and (span is null or span < 1 or span > {{ var('risk_level_years') }}))
