-- Which datasets each mart is made of and whose each row is; the door shows nothing of a mart that has no row here.
select
    mart,
    columns,
    of_rows,
    made_of,
    whose,
    least
from {{ ref('mart_datasets') }}
