-- name: find_visible
-- One contact that the caller may see: they may see a conversation with it, or there is none with anybody.
select
    c.id, c.name, c.attributes, c.label_ids, c.timezone, c.language, c.revision, c.created_at,
    c.blocked_at, c.blocked_by, blocker.name as blocked_by_name, spoken.at as last_activity_at
from contact c
left join agent blocker on blocker.workspace_id = c.workspace_id and blocker.id = c.blocked_by
left join lateral (
    select v.last_activity_at as at
    from conversation v
    where v.workspace_id = c.workspace_id
      and v.contact_id = c.id
      and (
          :sees_all::boolean
          or v.team_id is null
          or v.team_id = any(:team_ids::uuid[])
          or (v.handler_kind = 'agent' and v.handler_id = :agent_id)
      )
    order by v.last_activity_at desc
    limit 1
) spoken on true
where c.workspace_id = :workspace_id
  and c.id = :id
  and c.merged_into is null
  and (
      :sees_all::boolean
      or spoken.at is not null
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

-- name: list_notes
-- What colleagues wrote of a contact, newest first.
select n.id, n.author_id, agent.name as author_name, n.text, n.created_at, n.changed_at
from contact_note n
join agent on agent.workspace_id = n.workspace_id and agent.id = n.author_id
where n.workspace_id = :workspace_id
  and n.contact_id = :contact_id
order by n.created_at desc, n.id desc;

-- name: list_merges
-- What can be taken back, newest first.
select
    m.id, other.name, coalesce(identity.address, '') as address, agent.name as by_name, m.merged_at
from contact_merge m
join contact other on other.workspace_id = m.workspace_id and other.id = m.other_id
join agent on agent.workspace_id = m.workspace_id and agent.id = m.merged_by
left join identity on identity.workspace_id = m.workspace_id and identity.id = m.identity_ids[1]
where m.workspace_id = :workspace_id
  and m.contact_id = :contact_id
  and m.undone_at is null
order by m.merged_at desc, m.id desc;

-- name: list_places
-- Who may see contacts: the places of their conversations.
select distinct v.contact_id, v.team_id,
       case when v.handler_kind = 'agent' then v.handler_id end as agent_id
from conversation v
where v.workspace_id = :workspace_id
  and v.contact_id = any(:ids::uuid[]);

-- name: list_files
-- A page of what was sent to and fro with a contact, in the conversations that the caller may see, newest first.
select f.id, f.name, f.type, f.size, f.conversation_id, f.message_id, f.created_at
from conversation v
join file f on f.workspace_id = v.workspace_id and f.conversation_id = v.id
where v.workspace_id = :workspace_id
  and v.contact_id = :contact_id
  and (
      :sees_all::boolean
      or v.team_id is null
      or v.team_id = any(:team_ids::uuid[])
      or (v.handler_kind = 'agent' and v.handler_id = :agent_id)
  )
  and f.state = 'ready'
  and f.message_id is not null
  and not f.details ? 'content_id'
  and (
      :after_id::uuid is null
      or (f.created_at, f.id) < (:after_at::timestamptz, :after_id::uuid)
  )
order by f.created_at desc, f.id desc
limit :limit;

-- name: insert_contact
-- A contact that an agent made.
insert into contact (id, workspace_id, name, attributes, timezone, language, revision, created_at)
values (:id, :workspace_id, :name, :attributes, :timezone, :language, :revision, :now);

-- name: find_identity
-- Whose an address is.
select i.id, i.contact_id, c.name, c.revision
from identity i
join contact c on c.workspace_id = i.workspace_id and c.id = i.contact_id
where i.workspace_id = :workspace_id
  and i.connector = :connector
  and i.scope = :scope
  and i.address = :address;

-- name: insert_identity
-- An address of a contact.
insert into identity (id, workspace_id, contact_id, connector, scope, address, display_name, created_at)
values (:id, :workspace_id, :contact_id, :connector, :scope, :address, :display_name, :now);

-- name: delete_identity
-- One with which nobody spoke; the foreign key of the conversations refuses the others.
delete from identity
where workspace_id = :workspace_id
  and contact_id = :contact_id
  and id = :id;

-- name: save_contact
-- What an agent changed.
update contact
set name = :name,
    attributes = :attributes,
    label_ids = :label_ids,
    timezone = :timezone,
    language = :language,
    revision = :revision,
    tokens_due = true
where workspace_id = :workspace_id
  and id = :id;

-- name: touch_contact
-- Something that hangs on it has changed.
update contact
set revision = :revision,
    tokens_due = true
where workspace_id = :workspace_id
  and id = :id;

-- name: set_blocked
-- Both null: not blocked.
update contact
set blocked_at = :at,
    blocked_by = :by,
    revision = :revision
where workspace_id = :workspace_id
  and id = :id;

-- name: is_blocked
-- Whether nothing of a contact is let in.
select blocked_at is not null
from contact
where workspace_id = :workspace_id
  and id = :id;

-- name: list_blocked_senders
-- Which of these addresses are a blocked contact's; looks at none of them while nobody is blocked.
select k.connector, k.scope, k.address
from unnest(:connectors::text[], :scopes::text[], :addresses::text[]) as k (connector, scope, address)
cross join lateral (
    select contact_id
    from identity
    where workspace_id = :workspace_id
      and connector = k.connector
      and scope = k.scope
      and address = k.address
    limit 1
) i
join contact c on c.workspace_id = :workspace_id and c.id = i.contact_id and c.blocked_at is not null
where exists (
    select 1
    from contact
    where workspace_id = :workspace_id
      and blocked_at is not null
);

-- name: delete_contact
-- Only one with whom nobody spoke, with those that were merged into it; the foreign key of the conversations refuses the others.
with recursive gone as (
    select id
    from contact
    where workspace_id = :workspace_id
      and id = :id
    union
    select c.id
    from contact c
    join gone on c.merged_into = gone.id
    where c.workspace_id = :workspace_id
)
delete from contact c
using gone
where c.workspace_id = :workspace_id
  and c.id = gone.id;

-- name: find_channel
-- On which channel an address is to be.
select id, connector, team_id, settings
from channel
where workspace_id = :workspace_id
  and id = :id
  and active;

-- name: list_channels
-- Where addresses can be, the oldest of a connector first.
select id, connector, team_id, settings
from channel
where workspace_id = :workspace_id
  and active
order by created_at, id;

-- name: count_labels
-- How many of these there are.
select count(*)
from label
where workspace_id = :workspace_id
  and id = any(:ids::uuid[]);

-- name: list_label_names
-- For tables, which name labels instead of pointing at them.
select id, name
from label
where workspace_id = :workspace_id;

-- name: insert_note
-- What a colleague should know.
insert into contact_note (id, workspace_id, contact_id, author_id, text, created_at)
values (:id, :workspace_id, :contact_id, :author_id, :text, :now);

-- name: find_note
-- Whose a note is.
select author_id
from contact_note
where workspace_id = :workspace_id
  and contact_id = :contact_id
  and id = :id;

-- name: save_note
-- Another text.
update contact_note
set text = :text,
    changed_at = :now
where workspace_id = :workspace_id
  and id = :id;

-- name: delete_note
-- Gone.
delete from contact_note
where workspace_id = :workspace_id
  and id = :id;
