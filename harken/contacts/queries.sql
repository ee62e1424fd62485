-- name: list_all
-- A page for supervisors: everybody, or whose name or an address begins with, or has a word that begins with, the query.
select c.id, c.name, c.attributes, c.revision, c.created_at
from contact c
where c.workspace_id = :workspace_id
  and (
      :after_id::uuid is null
      or (lower(c.name), c.id) > (:after_name::text, :after_id::uuid)
  )
  and (
      :pattern::text is null
      or lower(c.name) like :pattern
      or lower(c.name) like :word_pattern
      or exists (
          select 1
          from identity i
          where i.workspace_id = c.workspace_id
            and i.contact_id = c.id
            and lower(i.address) like :pattern
      )
  )
order by lower(c.name), c.id
limit :limit;

-- name: list_visible
-- The same for an agent: who has a conversation that they may see, or none at all.
select c.id, c.name, c.attributes, c.revision, c.created_at
from contact c
where c.workspace_id = :workspace_id
  and (
      :after_id::uuid is null
      or (lower(c.name), c.id) > (:after_name::text, :after_id::uuid)
  )
  and (
      :pattern::text is null
      or lower(c.name) like :pattern
      or lower(c.name) like :word_pattern
      or exists (
          select 1
          from identity i
          where i.workspace_id = c.workspace_id
            and i.contact_id = c.id
            and lower(i.address) like :pattern
      )
  )
  and (
      exists (
          select 1
          from conversation v
          where v.workspace_id = c.workspace_id
            and v.contact_id = c.id
            and (
                v.team_id is null
                or v.team_id = any(:team_ids::uuid[])
                or (v.handler_kind = 'agent' and v.handler_id = :agent_id)
            )
      )
      or not exists (
          select 1
          from conversation v
          where v.workspace_id = c.workspace_id
            and v.contact_id = c.id
      )
  )
order by lower(c.name), c.id
limit :limit;

-- name: find_visible
-- One contact that the caller may see.
select c.id, c.name, c.attributes, c.revision, c.created_at
from contact c
where c.workspace_id = :workspace_id
  and c.id = :id
  and (
      :sees_all::boolean
      or exists (
          select 1
          from conversation v
          where v.workspace_id = c.workspace_id
            and v.contact_id = c.id
            and (
                v.team_id is null
                or v.team_id = any(:team_ids::uuid[])
                or (v.handler_kind = 'agent' and v.handler_id = :agent_id)
            )
      )
      or not exists (
          select 1
          from conversation v
          where v.workspace_id = c.workspace_id
            and v.contact_id = c.id
      )
  );

-- name: list_identities
-- The addresses of some contacts.
select id, contact_id, connector, address, display_name, verified
from identity
where workspace_id = :workspace_id
  and contact_id = any(:contact_ids::uuid[])
order by connector, address, id;

-- name: list_places
-- Who may see contacts: the places of their conversations.
select distinct v.contact_id, v.team_id,
       case when v.handler_kind = 'agent' then v.handler_id end as agent_id
from conversation v
where v.workspace_id = :workspace_id
  and v.contact_id = any(:ids::uuid[]);

-- name: insert_contact
-- A contact that an agent made.
insert into contact (id, workspace_id, name, attributes, revision, created_at)
values (:id, :workspace_id, :name, :attributes, :revision, :now);

-- name: insert_identity
-- An address of a contact.
insert into identity (id, workspace_id, contact_id, connector, scope, address, display_name, created_at)
values (:id, :workspace_id, :contact_id, :connector, :scope, :address, :display_name, :now);

-- name: save_contact
-- What an agent changed.
update contact
set name = :name,
    attributes = :attributes,
    revision = :revision
where workspace_id = :workspace_id
  and id = :id;

-- name: delete_contact
-- Only one with whom nobody spoke; the foreign key of the conversations refuses the others.
delete from contact
where workspace_id = :workspace_id
  and id = :id;

-- name: find_channel
-- On which channel an address is to be.
select id, connector, team_id, settings
from channel
where workspace_id = :workspace_id
  and id = :id
  and active;
