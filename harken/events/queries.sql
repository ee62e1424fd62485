-- name: lock_sequence
-- Taken first in every writing transaction.
select seq, conversation_number
from workspace_seq
where workspace_id = :workspace_id
for update;

-- name: save_sequence
-- The holder of the lock says how far it came.
update workspace_seq
set seq = :seq,
    conversation_number = :number
where workspace_id = :workspace_id;

-- name: insert_event
-- One event, in the order of the columns.
insert into event (workspace_id, seq, type, conversation_id, audience, actor, payload, at)
values (:workspace_id, :seq, :type, :conversation_id, :audience, :actor, :payload, :at);

-- name: last_seq
-- The newest committed seq.
select seq
from workspace_seq
where workspace_id = :workspace_id;

-- name: oldest_seq
-- The oldest seq that the log still holds.
select min(seq)
from event
where workspace_id = :workspace_id;

-- name: list_since
-- What a reader of the log has not seen yet, oldest first.
select workspace_id, seq, type, conversation_id, audience, actor, payload, at
from event
where workspace_id = :workspace_id
  and seq > :seq
order by seq
limit :limit;
