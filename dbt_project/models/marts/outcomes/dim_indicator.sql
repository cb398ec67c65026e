select
    indicators.indicator_id,
    indicators.name,
    indicators.short_name,
    indicators.topic,
    cast(topics.topic_order as integer) as topic_order,
    indicators.phase,
    indicators.unit,
    indicators.polarity,
    indicators.kind,
    cast(indicators.decimals as integer) as decimals,
    cast(indicators.minimum_pupils as integer) as minimum_pupils,
    indicators.publisher,
    indicators.description
from {{ ref('indicators') }} as indicators
left join {{ ref('topics') }} as topics
    on indicators.topic = topics.topic
