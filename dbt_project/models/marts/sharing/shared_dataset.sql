-- What may be shared, by the words agreements use, and how large a group must be.
select
    dataset_id,
    name,
    seen_by,
    owner,
    cast(least_people as integer) as least_people,
    cast(least_people_own as integer) as least_people_own,
    cast(least_schools as integer) as least_schools,
    about
from {{ ref('shared_datasets') }}
