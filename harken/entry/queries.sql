-- name: claim_key
-- The first request with a key takes it; a repeated one touches nothing.
insert into idempotency_key (workspace_id, agent_id, key, fingerprint, created_at)
values (:workspace_id, :agent_id, :key, :fingerprint, :now)
on conflict do nothing;

-- name: find_key
-- What the first request with a key was, and its answer once there is one.
select fingerprint, status, body, created_at
from idempotency_key
where workspace_id = :workspace_id
  and agent_id = :agent_id
  and key = :key;

-- name: reclaim_key
-- A first request that died without an answer is forgotten; only one repeated request may go on in its place.
update idempotency_key
set created_at = :now
where workspace_id = :workspace_id
  and agent_id = :agent_id
  and key = :key
  and status is null
  and created_at = :seen;

-- name: save_answer
-- The answer to give again.
update idempotency_key
set status = :status,
    body = :body
where workspace_id = :workspace_id
  and agent_id = :agent_id
  and key = :key;

-- name: release_key
-- A request that failed may be tried again with its key.
delete from idempotency_key
where workspace_id = :workspace_id
  and agent_id = :agent_id
  and key = :key;

-- name: delete_old_keys
-- Housekeeping.
delete from idempotency_key
where created_at < :before;

-- name: newest_migration
-- Whether the schema is there.
select to_regclass('idempotency_key') is not null;

-- name: delivery_states
-- For the metrics: what waits to be sent.
select state, count(*) as count
from delivery
where state in ('queued', 'sending')
group by state;

-- name: task_states
-- For the metrics: what waits to be done.
select state, count(*) as count
from task
group by state;

-- name: parked_receipts
-- For the metrics: inbound items that could not be read.
select count(*)
from receipt
where outcome = 'parked';
