-- name: list_identity_ids
-- What a merge moves, the verified and the oldest first.
select id
from identity
where workspace_id = :workspace_id
  and contact_id = :contact_id
order by verified desc, created_at, id;

-- name: move_identities
-- To another contact, with all their conversations, also those that came since. Returns which.
with moved as (
    update identity
    set contact_id = :to_id
    where workspace_id = :workspace_id
      and contact_id = :from_id
      and id = any(:ids::uuid[])
    returning id
), followed as (
    update conversation c
    set contact_id = :to_id,
        revision = :revision
    from moved
    where c.workspace_id = :workspace_id
      and c.identity_id = moved.id
)
select id
from moved;

-- name: move_notes
-- Returns which.
update contact_note
set contact_id = :to_id
where workspace_id = :workspace_id
  and contact_id = :from_id
  and (:ids::uuid[] is null or id = any(:ids::uuid[]))
returning id;

-- name: save_traits
-- What a merge changes of the contact that stays, and its undoing.
update contact
set name = :name,
    attributes = :attributes,
    label_ids = :label_ids,
    timezone = :timezone,
    language = :language,
    blocked_at = case when :blocked::boolean then coalesce(blocked_at, :now) end,
    blocked_by = case when :blocked::boolean then coalesce(blocked_by, :agent_id) end,
    revision = :revision,
    tokens_due = true
where workspace_id = :workspace_id
  and id = :id;

-- name: set_merged_into
-- Null: it stands for itself again.
update contact
set merged_into = :into_id,
    revision = :revision,
    tokens_due = true
where workspace_id = :workspace_id
  and id = :id;

-- name: insert_merge
-- With all that is needed to take it back.
insert into contact_merge (id, workspace_id, contact_id, other_id, identity_ids, note_ids, brought, merged_by, merged_at)
values (:id, :workspace_id, :contact_id, :other_id, :identity_ids, :note_ids, :brought, :merged_by, :merged_at);

-- name: find_merge
-- One that has not been taken back.
select id, other_id, identity_ids, note_ids, brought
from contact_merge
where workspace_id = :workspace_id
  and contact_id = :contact_id
  and id = :id
  and undone_at is null
for update;

-- name: finish_merge
-- Taken back.
update contact_merge
set undone_at = :now,
    undone_by = :agent_id
where workspace_id = :workspace_id
  and id = :id;

-- name: find_summary
-- A contact as conversations show it, also one that was merged.
select id, name, revision, blocked_at is not null as blocked
from contact
where workspace_id = :workspace_id
  and id = :id;
