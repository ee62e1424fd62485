-- name: plan_once
-- For this transaction: its statements, all of them lookups by keys, are planned once for a connection and not for every
-- batch, and by keys even where the tables are still empty when that is done.
select
    set_config('plan_cache_mode', 'force_generic_plan', true),
    set_config('enable_seqscan', 'off', true),
    set_config('enable_hashjoin', 'off', true),
    set_config('enable_mergejoin', 'off', true);

-- name: insert_receipts
-- Items as they came; those that came before drop out.
insert into receipt (id, workspace_id, channel_id, dedupe_key, headers, body, received_at, outcome, error)
select r.id, :workspace_id, r.channel_id, r.dedupe_key, r.headers, r.body, r.received_at, r.outcome, r.error
from unnest(
    :ids::uuid[], :channel_ids::uuid[], :dedupe_keys::text[], :headers::jsonb[], :bodies::bytea[],
    :received_at::timestamptz[], :outcomes::text[], :errors::text[]
) as r (id, channel_id, dedupe_key, headers, body, received_at, outcome, error)
on conflict (workspace_id, channel_id, dedupe_key) do nothing
returning id;

-- name: replayed
-- What became of a receipt the last time.
update receipt
set outcome = :outcome,
    error = :error,
    replayed_at = :now
where workspace_id = :workspace_id
  and id = :id;

-- name: move_cursor_to
-- How far a connector that pulls has read.
insert into channel_cursor (workspace_id, channel_id, cursor)
values (:workspace_id, :channel_id, :cursor)
on conflict (workspace_id, channel_id) do update
set cursor = excluded.cursor;

-- name: cursor_of_channel
-- How far a connector that pulls has read.
select cursor
from channel_cursor
where workspace_id = :workspace_id
  and channel_id = :channel_id;

-- name: list_receipts
-- A workspace's receipts of an outcome, newest first.
select id, channel_id, dedupe_key, received_at, outcome, error, replayed_at, length(body) as size
from receipt
where workspace_id = :workspace_id
  and outcome = :outcome
  and (:before::uuid is null or id < :before)
order by id desc
limit :limit;

-- name: get_receipt
-- One receipt with its body.
select id, channel_id, dedupe_key, headers, body, received_at
from receipt
where workspace_id = :workspace_id
  and id = :id;

-- name: list_replayable
-- The receipts that a replay takes, oldest first.
select workspace_id, id
from receipt
where (:outcome::text is null or outcome = :outcome)
  and (:channel_id::uuid is null or channel_id = :channel_id)
  and (:since::timestamptz is null or received_at >= :since)
order by received_at, id;

-- name: get_file
-- A file that has still to be fetched.
select id, channel_id, conversation_id, message_id, name, type, source_url, state, details
from file
where workspace_id = :workspace_id
  and id = :id;

-- name: file_arrived
-- What a fetched file turned out to be, or that it cannot be had.
update file
set name = :name,
    type = :type,
    size = :size,
    digest = :digest,
    details = :details,
    state = :state
where workspace_id = :workspace_id
  and id = :id;

-- name: lock_attachments
-- The attachments of a message, and who may see it.
select m.attachments, m.conversation_id, c.status, c.handler_kind, c.handler_id, c.team_id
from message m
join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
where m.workspace_id = :workspace_id
  and m.id = :id
for update of m;

-- name: save_attachments
-- The attachments of a message after one has changed.
update message
set attachments = :attachments,
    revision = :revision
where workspace_id = :workspace_id
  and id = :id;

-- name: trim_events
-- Beyond the log's retention: who is that far behind takes a fresh snapshot.
delete from event
where (workspace_id, seq) in (
    select workspace_id, seq
    from event
    where at < :before
    order by at
    limit :limit
);

-- name: trim_receipts
-- Receipts that nobody will replay; parked ones stay. The dedupe key lives on in the message's external id.
delete from receipt
where (workspace_id, id) in (
    select workspace_id, id
    from receipt
    where received_at < :before
      and outcome <> 'parked'
    order by received_at
    limit :limit
);

-- name: trim_parked_status
-- News of sends that never came.
delete from parked_status
where received_at < :before;

-- name: find_reacted
-- A message with its reactions, and where its customer is reached.
select m.id, m.conversation_id, m.external_id, m.reactions, c.channel_id, c.thread_key, i.address
from message m
join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
join identity i on i.workspace_id = c.workspace_id and i.id = c.identity_id
where m.workspace_id = :workspace_id
  and m.id = :message_id;
