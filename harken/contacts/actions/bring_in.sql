-- name: plan_by_keys
-- For this transaction: its statements, all of them lookups by keys, are planned by keys, also while the tables that they fill
-- are still small and without statistics.
select
    set_config('enable_seqscan', 'off', true),
    set_config('enable_hashjoin', 'off', true),
    set_config('enable_mergejoin', 'off', true);

-- name: find_owners
-- Whose these addresses are.
select k.connector, k.scope, k.address, i.contact_id
from unnest(:connectors::text[], :scopes::text[], :addresses::text[]) as k (connector, scope, address)
cross join lateral (
    select contact_id
    from identity
    where workspace_id = :workspace_id
      and connector = k.connector
      and scope = k.scope
      and address = k.address
    limit 1
) i;

-- name: find_named
-- Contacts that have nothing but a name, the oldest of each.
select distinct on (lower(c.name)) lower(c.name) as name, c.id
from contact c
where c.workspace_id = :workspace_id
  and lower(c.name) = any(:names::text[])
  and c.merged_into is null
  and not exists (
      select 1
      from identity i
      where i.workspace_id = c.workspace_id
        and i.contact_id = c.id
  )
order by lower(c.name), c.created_at, c.id;

-- name: list_known
-- Contacts as they are.
select
    c.id, c.name, c.attributes, c.label_ids, c.timezone, c.language, c.blocked_at is not null as blocked,
    array(
        select i.connector || ' ' || i.address
        from identity i
        where i.workspace_id = c.workspace_id
          and i.contact_id = c.id
    ) as addresses
from contact c
where c.workspace_id = :workspace_id
  and c.id = any(:ids::uuid[])
  and c.merged_into is null;

-- name: insert_contacts
-- Those that the table brings.
insert into contact (id, workspace_id, name, attributes, label_ids, timezone, language, revision, created_at)
select id, :workspace_id, name, attributes, label_ids, timezone, language, revision, :now
from jsonb_to_recordset(:rows::jsonb) as r (
    id uuid, name text, attributes jsonb, label_ids uuid[], timezone text, language text, revision bigint
);

-- name: update_contacts
-- Those of which it says something new.
update contact c
set name = r.name,
    attributes = r.attributes,
    label_ids = r.label_ids,
    timezone = r.timezone,
    language = r.language,
    revision = r.revision,
    tokens_due = true
from jsonb_to_recordset(:rows::jsonb) as r (
    id uuid, name text, attributes jsonb, label_ids uuid[], timezone text, language text, revision bigint
)
where c.workspace_id = :workspace_id
  and c.id = r.id;

-- name: insert_identities
-- Their addresses.
insert into identity (id, workspace_id, contact_id, connector, scope, address, display_name, created_at)
select id, :workspace_id, contact_id, connector, scope, address, name, :now
from jsonb_to_recordset(:rows::jsonb) as r (
    id uuid, contact_id uuid, connector text, scope text, address text, name text
);
