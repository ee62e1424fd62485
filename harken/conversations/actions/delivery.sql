-- name: insert_delivery
-- An outbound message waits for the worker.
insert into delivery (workspace_id, message_id, conversation_id, channel_id, seq, bot_epoch, held_until, run_at)
values (
    :workspace_id, :message_id, :conversation_id, :channel_id, :seq, :bot_epoch, :held_until::timestamptz,
    coalesce(:held_until::timestamptz, now())
);

-- name: find_due
-- What could be sent now, of channels that have room: only the first unfinished one of each conversation.
select d.workspace_id, d.message_id, d.part, d.channel_id
from delivery d
where d.state = 'queued'
  and d.run_at <= now()
  and d.channel_id <> all(:full_channels::uuid[])
  and not exists (
    select 1
    from delivery earlier
    where earlier.workspace_id = d.workspace_id
      and earlier.conversation_id = d.conversation_id
      and earlier.state in ('queued', 'sending')
      and (earlier.seq, earlier.part) < (d.seq, d.part)
  )
  and not exists (
    select 1
    from file recording
    where recording.workspace_id = d.workspace_id
      and recording.message_id = d.message_id
      and recording.converting_since > now() - interval '10 minutes'
  )
order by d.run_at
limit :limit;

-- name: claim
-- Takes deliveries that still wait; the caller holds the sequence row.
update delivery d
set state = 'sending',
    attempt = d.attempt + 1,
    lease_until = now() + make_interval(secs => :lease_seconds),
    updated_at = now()
from (
    select waiting.message_id, waiting.part
    from delivery waiting
    join unnest(:message_ids::uuid[], :parts::integer[]) as k (message_id, part)
        on k.message_id = waiting.message_id and k.part = waiting.part
    where waiting.workspace_id = :workspace_id
      and waiting.state = 'queued'
      and waiting.run_at <= now()
    for update of waiting skip locked
) taken
where d.workspace_id = :workspace_id
  and d.message_id = taken.message_id
  and d.part = taken.part
returning d.message_id, d.part, d.channel_id, d.attempt, d.bot_epoch;

-- name: list_outbound
-- What connectors need to send messages, apart from the history of their conversations.
select
    m.id, m.conversation_id, m.channel_id, m.seq, m.author_kind, m.author_name, m.text, m.external_id, m.subject,
    m.attachments, m.created_at, m.format, m.recipients, m.signature, m.quoted, m.buttons,
    quoted.html as quoted_html,
    coalesce(answered.external_id, answering.provider_id, answered.id::text) as reply_to,
    c.number, c.epoch, c.thread_key,
    c.subject as conversation_subject,
    contact.name as contact_name,
    identity.address
from message m
join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
join contact on contact.workspace_id = c.workspace_id and contact.id = c.contact_id
join identity on identity.workspace_id = c.workspace_id and identity.id = c.identity_id
left join message quoted on quoted.workspace_id = m.workspace_id and quoted.id = m.quoted_id
left join message answered on answered.workspace_id = m.workspace_id and answered.id = m.reply_to
left join delivery answering
    on answering.workspace_id = m.workspace_id
    and answering.message_id = m.reply_to
    and answering.part = 0
where m.workspace_id = :workspace_id
  and m.id = any(:ids::uuid[]);

-- name: list_thread_headers
-- The headers of each conversation's newest inbound message before the one to be sent.
select k.id, newest.headers
from unnest(:ids::uuid[], :conversation_ids::uuid[], :seqs::integer[]) as k (id, conversation_id, seq)
cross join lateral (
    select headers
    from message
    where workspace_id = :workspace_id
      and conversation_id = k.conversation_id
      and seq < k.seq
      and direction = 'in'
    order by seq desc
    limit 1
) newest;

-- name: list_references
-- The external ids that came before each message in its conversation, at most 50, oldest first.
select k.id, array_agg(earlier.external_id order by earlier.seq) as external_ids
from unnest(:ids::uuid[], :conversation_ids::uuid[], :seqs::integer[]) as k (id, conversation_id, seq)
cross join lateral (
    select external_id, seq
    from message
    where workspace_id = :workspace_id
      and conversation_id = k.conversation_id
      and seq < k.seq
      and external_id is not null
    order by seq desc
    limit 50
) earlier
group by k.id;

-- name: list_file_keys
-- Where the content of messages' files lies.
select id, workspace_id, message_id, name, type, size, digest, details, state, play_as, renditions, conversion_error
from file
where workspace_id = :workspace_id
  and id = any(:ids::uuid[])
  and state = 'ready';

-- name: set_external_id
-- The id by which the service will know the message, kept before the first send.
update message
set external_id = :external_id
where workspace_id = :workspace_id
  and id = :id
  and external_id is null;

-- name: list_by_message
-- The deliveries of messages; the caller holds the sequence row.
select message_id, part, conversation_id, channel_id, state, attempt, provider_id, error_kind, error_text
from delivery
where workspace_id = :workspace_id
  and message_id = any(:ids::uuid[]);

-- name: list_by_provider
-- The deliveries that a service speaks of by its own ids.
select d.message_id, d.part, d.conversation_id, d.channel_id, d.state, d.attempt, d.provider_id, d.error_kind, d.error_text
from unnest(:channel_ids::uuid[], :provider_ids::text[]) as k (channel_id, provider_id)
join delivery d
  on d.workspace_id = :workspace_id and d.channel_id = k.channel_id and d.provider_id = k.provider_id;

-- name: move
-- A delivery's new state.
update delivery
set state = :state,
    run_at = now() + make_interval(secs => :delay_seconds),
    lease_until = null,
    attempt = :attempt,
    provider_id = coalesce(:provider_id, provider_id),
    error_kind = :error_kind,
    error_text = :error_text,
    updated_at = now()
where workspace_id = :workspace_id
  and message_id = :message_id
  and part = :part;

-- name: stamp_messages
-- The revisions of messages whose deliveries moved.
update message m
set revision = k.revision
from unnest(:ids::uuid[], :revisions::bigint[]) as k (id, revision)
where m.workspace_id = :workspace_id
  and m.id = k.id;

-- name: list_messages
-- Messages with the state of their delivery, for their events.
select
    m.id, m.conversation_id, m.seq, m.revision, m.kind, m.direction, m.author_kind, m.author_id, m.author_name, m.text,
    m.attachments, m.created_at, m.html, m.quoted, m.subject, m.line, m.provider_at, m.client_message_id, m.reply_to,
    m.mentions, m.reactions, m.bot, m.format, m.recipients, m.signature, m.buttons, m.pressed,
    d.state as delivery_state,
    case when d.attempt = 0 then d.held_until end as held_until,
    d.error_kind as delivery_error_kind,
    d.error_text as delivery_error_text,
    c.status as conversation_status,
    c.handler_kind as conversation_handler_kind,
    c.handler_id as conversation_handler_id,
    c.team_id as conversation_team_id
from message m
join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
left join delivery d on d.workspace_id = m.workspace_id and d.message_id = m.id and d.part = 0
where m.workspace_id = :workspace_id
  and m.id = any(:ids::uuid[]);

-- name: park_report
-- News of a send that has not been recorded yet.
insert into parked_status (workspace_id, channel_id, provider_id, state, error_text)
values (:workspace_id, :channel_id, :provider_id, :state, :error_text)
on conflict do nothing;

-- name: take_parked
-- The news that waited for a send, which is recorded now.
delete from parked_status
where workspace_id = :workspace_id
  and channel_id = :channel_id
  and provider_id = :provider_id
returning state, error_text;

-- name: extend
-- The heartbeat of the sends that this worker has under way.
update delivery
set lease_until = now() + make_interval(secs => :lease_seconds)
where (workspace_id, message_id, part) in (
    select d.workspace_id, d.message_id, d.part
    from delivery d
    join unnest(:workspace_ids::uuid[], :message_ids::uuid[], :parts::integer[], :attempts::integer[])
        as mine (workspace_id, message_id, part, attempt)
        on mine.workspace_id = d.workspace_id and mine.message_id = d.message_id and mine.part = d.part
        and mine.attempt = d.attempt
    where d.state = 'sending'
    for update of d skip locked
);

-- name: find_abandoned
-- Sends whose worker is gone.
select d.workspace_id, d.message_id, d.part, d.channel_id, channel.connector
from delivery d
join channel on channel.workspace_id = d.workspace_id and channel.id = d.channel_id
where d.state = 'sending'
  and d.lease_until < now()
limit 200;

-- name: list_abandoned
-- The same, looked at again under the lock.
select message_id, part, conversation_id, channel_id, state, attempt, provider_id, error_kind, error_text
from delivery
where workspace_id = :workspace_id
  and message_id = any(:ids::uuid[])
  and state = 'sending'
  and lease_until < now();
