select
    items.instrument_id,
    items.item_id,
    instruments.name as instrument_name,
    items.section,
    cast(items.item_order as integer) as item_order,
    items.label,
    cast(instruments.scale_min as integer) as scale_min,
    cast(instruments.scale_max as integer) as scale_max
from {{ ref('instrument_items') }} as items
inner join {{ ref('instruments') }} as instruments
    on items.instrument_id = instruments.instrument_id
