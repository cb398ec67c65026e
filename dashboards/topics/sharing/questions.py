"""Questions about sharing: who may see what of an area, who has signed, and what there is to share.

Belongs here: grants, parties and agreements in rows. Does not belong here: deciding what a viewer may see (see
`dashboards.access.rights`), or sentences.
"""

from dashboards.access.catalog import CODE, URN, question
from dashboards.shared.fragments import LINEAGE, is_member

_HERE = f"""
    here as (
        select distinct s.school_id as area_id, 'school' as area_type
        from marts.dim_school as s
        left join marts.partnership_membership as m on m.school_id = s.school_id and {is_member()}
        where s.is_current
          and case
              when $urn is not null then s.school_id in {LINEAGE}
              when $partnership is not null then m.partnership_id = $partnership
              else s.la_code = $authority and m.partnership_id is not null
          end
        union all
        select distinct p.partnership_id, 'partnership'
        from marts.dim_partnership as p
        where $urn is null
          and case when $partnership is not null then p.partnership_id = $partnership else p.la_code = $authority end
    )
"""

question(
    "sharing_grants",
    """One row per audience with its organisation, dataset and granularity that holds today for schools or partnerships of an
    area: how many of how many share it so, by which agreements, and until which day at the soonest.""",
    f"""
    with {_HERE},
    today as (
        select g.*, d.name as dataset_name
        from marts.sharing_grants as g
        inner join marts.shared_dataset as d on d.dataset_id = g.dataset and d.area_type = g.area_type
        inner join here on here.area_type = g.area_type and here.area_id = g.area_id
        where not starts_with(g.audience, 'own_')
          and g.shared_from <= current_date and (g.shared_until is null or g.shared_until > current_date)
    )
    select *
    from (
        select t.audience, t.audience_id, coalesce(p.name, a.la_name) as audience_name, t.dataset, t.dataset_name, t.area_type,
            t.granularity, count(distinct t.area_id) as n_areas,
            (select count(*) from here where here.area_type = t.area_type) as n_areas_here,
            string_agg(distinct t.agreement_ids, ', ' order by t.agreement_ids) as agreement_ids,
            min(t.shared_until) - 1 as shares_until
        from today as t
        left join marts.dim_partnership as p on p.partnership_id = t.audience_id
        left join marts.dim_authority as a on a.la_code = t.audience_id and t.audience = 'authority'
        group by all
    ) as grouped
    order by dataset_name, list_position(['heads_group', 'board', 'authority', 'other_partnerships', 'public'], audience),
        audience_id, granularity
    """,
    made_of="open partnerships agreements",
    urn=URN.or_none(),
    partnership=CODE.or_none(),
    authority=CODE.or_none(),
)

question(
    "sharing_parties",
    """One row per agreement and party of an area's agreements: who it is, since when it has signed, when it withdrew, until when
    it holds and by when it is to be looked at again. Those that need somebody's attention come first.""",
    f"""
    with {_HERE},
    parties as (
        select a.agreement_id, a.party_kind, a.party_id, max(a.party_role) as party_role,
            coalesce(max(s.name), max(p.name), max(la.la_name), a.party_id) as party_name,
            coalesce(max(s.school_id), a.party_id) as area_id, max(a.signatory) as signatory, min(a.signed_on) as signed_on,
            min(a.withdrawn_on) as withdrawn_on, max(a.withdrawal_effect) as withdrawal_effect,
            case when count(*) = count(a.expires_on) then max(a.expires_on) end as expires_on, min(a.review_on) as review_on,
            max(a.purpose) as purpose, max(a.lawful_basis) as lawful_basis, max(a.retention) as retention,
            max(a.contact) as contact,
            max(a.starts_on) as starts_on
        from marts.agreement as a
        left join marts.dim_school as s on a.party_kind = 'school' and s.urn = a.party_id
        left join marts.dim_partnership as p on a.party_kind = 'partnership' and p.partnership_id = a.party_id
        left join marts.dim_authority as la on a.party_kind = 'authority' and la.la_code = a.party_id
        group by a.agreement_id, a.party_kind, a.party_id
    )
    select parties.*, case
            when withdrawn_on <= current_date then 'withdrawn'
            when signed_on is null then 'unsigned'
            when expires_on < current_date then 'expired'
            when expires_on < current_date + 90 then 'expires_soon'
            when review_on < current_date then 'review_due'
            else 'signed'
        end as status
    from parties
    where agreement_id in (
        select distinct parties.agreement_id from parties inner join here on here.area_id = parties.area_id
    )
    order by list_position(['withdrawn', 'unsigned', 'expired', 'expires_soon', 'review_due', 'signed'], status), agreement_id,
        party_name
    """,
    made_of="open partnerships agreements",
    urn=URN.or_none(),
    partnership=CODE.or_none(),
    authority=CODE.or_none(),
)

question(
    "sharing_seen",
    """One row per dataset that is shared by agreement; what of it the viewer is not shown for an area is held back, and said.""",
    """
    select dataset_id, name, area_type, n_least_people, n_least_people_own, n_least_schools, about
    from marts.shared_dataset
    where seen_by = 'agreement'
      and ($urn is null or $urn is not null) and ($partnership is null or $partnership is not null)
      and ($authority is null or $authority is not null)
    order by name
    """,
    made_of="partnerships reviews transition_points maturity reflection impact findings visits voices engagement support funding "
    "curves",
    urn=URN.or_none(),
    partnership=CODE.or_none(),
    authority=CODE.or_none(),
)
