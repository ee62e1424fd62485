-- name: list_shown_names
-- What contacts are called: their name, else the address that is theirs for longest.
select c.id, coalesce(nullif(c.name, ''), known.address, '') as name
from contact c
left join lateral (
    select i.address
    from identity i
    where i.workspace_id = c.workspace_id
      and i.contact_id = c.id
    order by i.verified desc, i.created_at, i.id
    limit 1
) known on true
where c.workspace_id = :workspace_id
  and c.id = any(:ids::uuid[]);

-- name: find_other
-- Who was merged into a contact.
select other_id
from contact_merge
where workspace_id = :workspace_id
  and contact_id = :contact_id
  and id = :id;

-- name: list_concerned
-- Of each contact the open conversations that were active last, and the newest whatever its state.
select distinct v.id
from unnest(:contact_ids::uuid[]) as one(id)
cross join lateral (
    (
        select c.id
        from conversation c
        where c.workspace_id = :workspace_id
          and c.contact_id = one.id
          and c.status = 'open'
        order by c.last_activity_at desc
        limit :most
    )
    union all
    (
        select c.id
        from conversation c
        where c.workspace_id = :workspace_id
          and c.contact_id = one.id
        order by c.last_activity_at desc
        limit 1
    )
) v
order by v.id;
