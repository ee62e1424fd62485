-- name: find_bots
-- Bots of the installation by id, or by name whatever the case.
select workspace_id, id
from bot
where state <> 'removed'
  and (id::text = :sought or lower(name) = lower(:sought));

-- name: list_past
-- The newest conversations of a workspace (of some channels, where any are named) in which a customer has written.
select id
from conversation
where workspace_id = :workspace_id
  and inbound_count > 0
  and (cardinality(:channel_ids::uuid[]) = 0 or channel_id = any(:channel_ids))
order by last_activity_at desc, id desc
limit :limit;

-- name: list_thread
-- A thread as its customer knows it, oldest first.
select id, seq, author_kind, author_name, text, created_at, attachments, pressed
from message
where workspace_id = :workspace_id
  and conversation_id = :conversation_id
  and kind = 'message'
order by seq
limit :limit;
