{{ config(meta={'dagster': {'ref': {'name': 'fct_outcome'}}}) }}
-- A code of a kind of file has one meaning in any one year of publication.
select one.dataset_id, one.code, one.first_year, other.first_year as other_first_year
from {{ ref('status_codes') }} as one
inner join {{ ref('status_codes') }} as other
    on one.dataset_id = other.dataset_id
    and upper(one.code) = upper(other.code)
    and coalesce(one.first_year, '0000') < coalesce(other.first_year, '0000')
where coalesce(one.last_year, '9999') >= coalesce(other.first_year, '0000')
