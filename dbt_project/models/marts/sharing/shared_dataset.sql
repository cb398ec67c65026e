-- What may be shared, by the words agreements use, and how large a group must be.
select
    dataset_id,
    name,
    seen_by,
    owner,
    area_type,
    cast(n_least_people as integer) as n_least_people,
    cast(n_least_people_own as integer) as n_least_people_own,
    cast(n_least_schools as integer) as n_least_schools,
    about
from {{ ref('shared_datasets') }}
