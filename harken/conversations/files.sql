-- name: insert_file
-- An upload, until a message takes it its uploader's own.
insert into file (id, workspace_id, channel_id, uploaded_by, name, type, size, digest, details)
values (:id, :workspace_id, :channel_id, :uploaded_by, :name, :type, :size, :digest, :details);

-- name: find_readable
-- A file of a conversation that the caller may see (rules.may_see), their own upload, or of a Quick Reply that they may use.
select f.id, f.workspace_id, f.name, f.type, f.size, f.digest, f.details, f.state
from file f
left join conversation c on c.workspace_id = f.workspace_id and c.id = f.conversation_id
left join quick_reply q on q.workspace_id = f.workspace_id and q.id = f.quick_reply_id
where f.workspace_id = :workspace_id
  and f.id = :id
  and (
    (f.conversation_id is null and f.uploaded_by = :agent_id)
    or q.scope = 'everyone'
    or (q.scope = 'mine' and q.owner_id = :agent_id)
    or (q.scope = 'team' and q.team_id = any(:team_ids::uuid[]))
    or (
        c.id is not null
        and (
            :sees_all::boolean
            or c.team_id is null
            or c.team_id = any(:team_ids::uuid[])
            or (c.handler_kind = 'agent' and c.handler_id = :agent_id)
        )
    )
  );

-- name: find_linked
-- A file that was sent, for who has a link to it: the link's signature is over `links_revision`.
select id, workspace_id, name, type, size, digest, details, state, links_revision, play_as, renditions
from file
where id = :id
  and state = 'ready'
  and message_id is not null;

-- name: get_links_revision
-- What a link to a file is signed over.
select links_revision
from file
where workspace_id = :workspace_id
  and id = :id;

-- name: revoke_links
-- Every link to the file, from now on, leads nowhere.
update file
set links_revision = links_revision + 1
where workspace_id = :workspace_id
  and id = :id;

-- name: claim_files
-- A message takes uploads of its author that no other has.
update file
set conversation_id = :conversation_id,
    message_id = :message_id
where workspace_id = :workspace_id
  and id = any(:ids::uuid[])
  and uploaded_by = :agent_id
  and message_id is null
  and state = 'ready'
returning id, workspace_id, name, type, size, digest, details, state;

-- name: list_unused
-- Of all workspaces, uploads that no message, Quick Reply or draft of their uploader has, oldest first.
select f.id, f.workspace_id, f.name, f.type, f.size, f.digest, f.details, f.state, f.created_at
from file f
where f.message_id is null
  and f.conversation_id is null
  and f.quick_reply_id is null
  and f.uploaded_by is not null
  and f.created_at > :after
  and f.created_at < :before
  and not exists (
    select 1
    from draft
    where draft.workspace_id = f.workspace_id
      and draft.agent_id = f.uploaded_by
      and draft.body::text like '%' || f.id || '%'
  )
order by f.created_at
limit :limit;

-- name: delete_unused
-- Gone, unless a message has taken it meanwhile.
delete from file
where workspace_id = :workspace_id
  and id = :id
  and message_id is null;

-- name: is_stored
-- Whether any file has this content.
select exists (
    select 1
    from file
    where workspace_id = :workspace_id
      and digest = :digest
);
