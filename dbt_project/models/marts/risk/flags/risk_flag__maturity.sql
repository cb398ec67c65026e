-- A partnership with no more cards true than as many terms ago as the rule's span has.
with

cards as (
    select
        maturity.partnership_id,
        terms.term_number,
        terms.term_id,
        sum(case when maturity.answer = 'true' then 1 else 0 end) as true_cards,
        count(*) as all_cards
    from {{ ref('maturity_card') }} as maturity
    inner join {{ ref('dim_term') }} as terms
        on maturity.term = terms.term_id
    group by maturity.partnership_id, terms.term_number, terms.term_id
),

-- the last assessment, and the last one at least the rule's span before the day
assessed as (
    select
        rules.rule_id,
        cards.partnership_id,
        days.term_number,
        max_by(cards.true_cards, cards.term_number) as true_cards,
        max_by(cards.all_cards, cards.term_number) as all_cards,
        max_by(cards.term_id, cards.term_number) as term_id,
        max_by(
            cards.true_cards, case when cards.term_number <= days.term_number - rules.span then cards.term_number end
        ) as true_cards_before,
        max_by(
            cards.term_id, case when cards.term_number <= days.term_number - rules.span then cards.term_number end
        ) as term_before
    from cards
    inner join {{ ref('risk_rules') }} as rules
        on rules.family = 'maturity' and rules.area_type = 'partnership'
    inner join {{ ref('risk_day') }} as days
        on cards.term_number <= days.term_number
    group by rules.rule_id, cards.partnership_id, days.term_number
)

select
    rules.rule_id,
    rules.area_type,
    assessed.partnership_id as area_id,
    assessed.term_number,
    cast(assessed.all_cards as double) as n_evidence,
    cast(assessed.true_cards as double) as value,
    cast(assessed.true_cards_before as double) as threshold,
    assessed.true_cards < assessed.true_cards_before as is_strong,
    {{ filled('rules.sentence', {
        'value': "cast(assessed.true_cards as varchar) || ' of ' || cast(assessed.all_cards as varchar)",
        'other': "'and ' || cast(assessed.true_cards_before as varchar) || ' in ' || " ~ term_words('assessed.term_before'),
        'year': term_words('assessed.term_id'),
    }) }} as evidence,
    'Maturity cards' as source
from assessed
inner join {{ ref('risk_rules') }} as rules
    on assessed.rule_id = rules.rule_id
where assessed.true_cards_before is not null
    and assessed.true_cards <= assessed.true_cards_before
    and assessed.true_cards < assessed.all_cards
