-- name: find_draft
-- An agent's draft in a conversation.
select conversation_id, revision, body, updated_at
from draft
where workspace_id = :workspace_id
  and conversation_id = :conversation_id
  and agent_id = :agent_id;

-- name: list_drafts
-- All of an agent's own words, also of conversations that they may no longer see; the newest first.
select conversation_id, revision, body, updated_at
from draft
where workspace_id = :workspace_id
  and agent_id = :agent_id
order by updated_at desc
limit :limit;

-- name: save_draft
-- The draft as it is now; the caller holds the sequence row.
insert into draft (workspace_id, conversation_id, agent_id, revision, body, updated_at)
values (:workspace_id, :conversation_id, :agent_id, :revision, :body, :at)
on conflict (workspace_id, conversation_id, agent_id) do update
set revision = excluded.revision,
    body = excluded.body,
    updated_at = excluded.updated_at;

-- name: delete_draft
-- Sent, or thrown away.
delete from draft
where workspace_id = :workspace_id
  and conversation_id = :conversation_id
  and agent_id = :agent_id;

-- name: list_own_files
-- The files among these that the agent has uploaded and no message has, and those of Quick Replies that they may use.
select f.id, f.workspace_id, f.name, f.type, f.size, f.digest, f.details, f.state
from file f
left join quick_reply q on q.workspace_id = f.workspace_id and q.id = f.quick_reply_id
where f.workspace_id = :workspace_id
  and f.id = any(:ids::uuid[])
  and f.message_id is null
  and (
    f.uploaded_by = :agent_id
    or q.scope = 'everyone'
    or (q.scope = 'mine' and q.owner_id = :agent_id)
    or (q.scope = 'team' and q.team_id = any(:team_ids::uuid[]))
  );
