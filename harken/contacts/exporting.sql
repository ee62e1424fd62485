-- name: list_connectors
-- Those on which somebody has an address; one look at the index for each.
with recursive found as (
    select min(connector) as connector
    from identity
    where workspace_id = :workspace_id
    union all
    select (
        select min(i.connector)
        from identity i
        where i.workspace_id = :workspace_id
          and i.connector > found.connector
    )
    from found
    where found.connector is not null
)
select connector
from found
where connector is not null
order by connector;

-- name: list_keys
-- The names of attributes that contacts have, the most used first.
select key
from contact c
cross join lateral jsonb_object_keys(c.attributes) as key
where c.workspace_id = :workspace_id
  and c.merged_into is null
group by key
order by count(*) desc, key
limit 150;
