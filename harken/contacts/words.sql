-- name: any_due
-- Whether some contact's words are out of date.
select exists (
    select 1
    from contact
    where workspace_id = :workspace_id
      and unindexed
);

-- name: list_due_workspaces
-- Where there is something to do; reads the small index alone.
select distinct workspace_id
from contact
where unindexed;

-- name: lock_due
-- Some of them, with what they are found by.
select
    c.id, c.name, c.attributes,
    array(
        select i.address
        from identity i
        where i.workspace_id = c.workspace_id
          and i.contact_id = c.id
    ) as addresses
from contact c
where c.workspace_id = :workspace_id
  and c.unindexed
order by c.id
limit :limit
for no key update of c skip locked;

-- name: save_words
-- Their words as they are now.
update contact c
set tokens = array_to_tsvector(r.words),
    tokens_name = r.name,
    tokens_due = false
from jsonb_to_recordset(:rows::jsonb) as r (id uuid, name text, words text[])
where c.workspace_id = :workspace_id
  and c.id = r.id;
