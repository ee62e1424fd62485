-- name: find_bot
-- One bot, removed ones too.
select id, workspace_id, name, kind, state, mode, version, limits, channel_ids, disclosure, failures, away_until
from bot
where workspace_id = :workspace_id
  and id = :id;

-- name: find_version
-- What a bot was at a version; its secrets are those of today.
select v.settings, bot.sealed
from bot_version v
join bot on bot.workspace_id = v.workspace_id and bot.id = v.bot_id
where v.workspace_id = :workspace_id
  and v.bot_id = :bot_id
  and v.version = :version;

-- name: find_lease
-- Of a conversation.
select
    conversation_id, bot_id, epoch, version, timeout_seconds, phase, deadline, asked_seq, state, misses, said, choices,
    instructions, held, started_at
from bot_lease
where workspace_id = :workspace_id
  and conversation_id = :conversation_id;

-- name: save_lease
-- After an answer or an agent's act; the caller holds the workspace's sequence row.
update bot_lease
set phase = :phase,
    deadline = :deadline,
    asked_seq = :asked_seq,
    state = :state,
    misses = :misses,
    said = :said,
    choices = :choices,
    instructions = :instructions,
    held = :held
where workspace_id = :workspace_id
  and conversation_id = :conversation_id
  and epoch = :epoch;

-- name: claim_turns
-- Due ones, and those whose worker is gone; one at a time of a conversation and bot. Its own lease outlasts the bot's time-out.
update bot_turn t
set state = 'running',
    attempt = t.attempt + 1,
    lease_until = :now::timestamptz + make_interval(secs => 30 + coalesce((
        select l.timeout_seconds
        from bot_lease l
        where l.workspace_id = t.workspace_id
          and l.conversation_id = t.conversation_id
    ), 60))
from (
    select workspace_id, id
    from bot_turn waiting
    where (
        (waiting.state = 'due' and waiting.run_at <= :now)
        or (waiting.state = 'running' and waiting.lease_until <= :now)
      )
      and not exists (
        select 1
        from bot_turn running
        where running.workspace_id = waiting.workspace_id
          and running.conversation_id = waiting.conversation_id
          and running.bot_id = waiting.bot_id
          and running.shadow = waiting.shadow
          and running.state = 'running'
          and running.id <> waiting.id
      )
      and not exists (
        select 1
        from bot_turn earlier
        where earlier.workspace_id = waiting.workspace_id
          and earlier.conversation_id = waiting.conversation_id
          and earlier.bot_id = waiting.bot_id
          and earlier.shadow = waiting.shadow
          and earlier.state = 'due'
          and earlier.id < waiting.id
          and earlier.run_at <= :now
      )
    order by waiting.run_at
    limit :limit
    for update of waiting skip locked
) taken
where t.workspace_id = taken.workspace_id
  and t.id = taken.id
returning t.id, t.workspace_id, t.conversation_id, t.bot_id, t.epoch, t.type, t.shadow, t.attempt, t.created_at;

-- name: end_turn
-- False when another worker has it by now.
delete from bot_turn
where workspace_id = :workspace_id
  and id = :id
  and attempt = :attempt;

-- name: has_due_turn
-- Whether the customer, or an agent, has said something meanwhile.
select exists (
    select 1
    from bot_turn
    where workspace_id = :workspace_id
      and conversation_id = :conversation_id
      and epoch = :epoch
      and not shadow
      and state = 'due'
      and type in ('conversation_started', 'message_added')
);

-- name: merge_turns
-- What is due beside a turn that will be asked again is part of it.
delete from bot_turn other
using bot_turn mine
where mine.workspace_id = :workspace_id
  and mine.id = :id
  and mine.attempt = :attempt
  and mine.state = 'running'
  and mine.type in ('conversation_started', 'message_added')
  and other.workspace_id = mine.workspace_id
  and other.conversation_id = mine.conversation_id
  and other.bot_id = mine.bot_id
  and other.shadow = mine.shadow
  and other.state = 'due'
  and other.type in ('conversation_started', 'message_added')
  and other.id <> mine.id;

-- name: put_off_turn
-- It is asked again later.
update bot_turn
set state = 'due',
    run_at = :run_at,
    lease_until = null,
    attempt = :next_attempt
where workspace_id = :workspace_id
  and id = :id
  and attempt = :attempt;

-- name: list_overdue
-- Leases whose time has come while nobody is at work on them.
select l.workspace_id, l.conversation_id, l.bot_id, l.epoch
from bot_lease l
where l.deadline <= :now
  and not exists (
    select 1
    from bot_turn t
    where t.workspace_id = l.workspace_id
      and t.conversation_id = l.conversation_id
      and t.epoch = l.epoch
      and not t.shadow
      and t.state = 'running'
      and t.lease_until > :now
  )
order by l.deadline
limit :limit;

-- name: list_waiting_long
-- Leases whose bot owes an answer since a time, and that are not raised yet. An idle one's deadline is hours away: the index on it passes those over.
select l.workspace_id, l.conversation_id, l.bot_id, l.epoch
from bot_lease l
join conversation c on c.workspace_id = l.workspace_id and c.id = l.conversation_id
where l.deadline > :now
  and l.deadline <= :soon
  and l.phase in ('asked', 'expected')
  and c.status = 'open'
  and c.waiting_since <= :since
  and not c.needs_help
order by c.waiting_since
limit :limit;

-- name: list_leaseless
-- What a bot should handle without a lease: nobody would ever act.
select c.workspace_id, c.id as conversation_id
from conversation c
where c.status = 'open'
  and c.handler_kind = 'bot'
  and not exists (
    select 1
    from bot_lease l
    where l.workspace_id = c.workspace_id
      and l.conversation_id = c.id
      and l.epoch = c.epoch
      and l.bot_id = c.handler_id
  )
limit 100;

-- name: list_handled
-- The conversations of a bot, or of all bots.
select conversation_id, bot_id, epoch
from bot_lease
where workspace_id = :workspace_id
  and (:bot_id::uuid is null or bot_id = :bot_id)
order by started_at;

-- name: count_said
-- How much the bots of a conversation said since a time, and whether they ever did.
select
    count(*) filter (where created_at > :since) as lately,
    count(*) as ever
from message
where workspace_id = :workspace_id
  and conversation_id = :conversation_id
  and kind = 'message'
  and author_kind = 'bot';

-- name: last_said
-- The seq of the bot's newest message.
select coalesce(max(seq), 0)
from message
where workspace_id = :workspace_id
  and conversation_id = :conversation_id
  and kind = 'message'
  and author_kind = 'bot';

-- name: list_transcript
-- The newest of a thread that a customer knows, newest first.
select id, seq, author_kind, author_name, text, created_at, attachments, pressed
from message
where workspace_id = :workspace_id
  and conversation_id = :conversation_id
  and kind = 'message'
order by seq desc
limit :limit;

-- name: find_scene
-- What a bot is told of a conversation.
select
    c.id, c.number, c.subject, c.status, c.handler_kind, c.handler_id, c.epoch, c.team_id, c.bot,
    channel.id as channel_id,
    channel.name as channel_name,
    channel.connector,
    contact.id as contact_id,
    contact.name as contact_name,
    contact.attributes,
    contact.language,
    array(
        select label.name
        from label
        where label.workspace_id = c.workspace_id
          and label.id = any(c.label_ids)
        order by label.name
    ) as labels
from conversation c
join channel on channel.workspace_id = c.workspace_id and channel.id = c.channel_id
join contact on contact.workspace_id = c.workspace_id and contact.id = c.contact_id
where c.workspace_id = :workspace_id
  and c.id = :id;

-- name: team_exists
-- Whether a team is one of the workspace's.
select exists (
    select 1
    from team
    where workspace_id = :workspace_id
      and id = :id
);

-- name: list_label_ids
-- Labels by name.
select id
from label
where workspace_id = :workspace_id
  and lower(name) = any(:names::text[]);

-- name: find_attributes
-- A contact's, with its language; locked.
select attributes, name
from contact
where workspace_id = :workspace_id
  and id = :id
for update;

-- name: save_attributes
-- What a bot found out.
update contact
set attributes = :attributes,
    revision = :revision
where workspace_id = :workspace_id
  and id = :id;

-- name: record_failure
-- After the fifth in a row it is left alone for a while.
update bot
set failures = failures + 1,
    failed_text = :text,
    away_until = case when failures + 1 >= :most then :away_until else away_until end
where workspace_id = :workspace_id
  and id = :id;

-- name: record_success
-- It is well again.
update bot
set failures = 0,
    failed_text = '',
    away_until = null
where workspace_id = :workspace_id
  and id = :id
  and (failures > 0 or away_until is not null);

-- name: insert_shadow
-- What it would have said.
insert into bot_shadow (id, workspace_id, bot_id, version, conversation_id, message_seq, outcome, error, took_ms, created_at)
values (:id, :workspace_id, :bot_id, :version, :conversation_id, :message_seq, :outcome, :error, :took_ms, :at);

-- name: last_shadow
-- Where a bot in shadow mode is in a conversation.
select message_seq, outcome
from bot_shadow
where workspace_id = :workspace_id
  and bot_id = :bot_id
  and conversation_id = :conversation_id
  and outcome is not null
order by message_seq desc
limit 1;

-- name: insert_answer_file
-- A file of a bot's answer, fetched already.
insert into file (id, workspace_id, channel_id, conversation_id, name, type, size, digest, details, created_at)
values (:id, :workspace_id, :channel_id, :conversation_id, :name, :type, :size, :digest, :details, :at);

-- name: find_free_file
-- One that a bot may send: of its own conversation, or of none.
select name, type, size, digest, details
from file
where workspace_id = :workspace_id
  and id = :id
  and state = 'ready'
  and (conversation_id is null or conversation_id = :conversation_id);

-- name: take_files
-- They are a message's now.
update file
set message_id = :message_id
where workspace_id = :workspace_id
  and conversation_id = :conversation_id
  and id = any(:ids::uuid[])
  and message_id is null
returning id, workspace_id, name, type, size, digest, details, state;

-- name: find_by_token
-- The bot that calls, while it is at work.
select id, workspace_id, name, kind, state, mode, version, limits, channel_ids, disclosure, failures, away_until
from bot
where token_hash = :token_hash
  and state = 'on';

-- name: list_details
-- Those that are not removed (or one of them), by name, with how many conversations each handles.
select
    b.id, b.name, b.kind, b.state, b.mode, b.version, b.settings, b.sealed, b.limits, b.channel_ids, b.disclosure,
    b.away_until, b.failed_text, b.created_at,
    (
        select count(*)
        from bot_lease l
        where l.workspace_id = b.workspace_id
          and l.bot_id = b.id
    ) as handling
from bot b
where b.workspace_id = :workspace_id
  and b.state <> 'removed'
  and (:id::uuid is null or b.id = :id)
order by lower(b.name), b.id;

-- name: insert_bot
-- A new one, at its first version.
insert into bot (
    id, workspace_id, name, kind, settings, sealed, token_hash, mode, limits, channel_ids, disclosure, created_at
)
values (
    :id, :workspace_id, :name, :kind, :settings, :sealed, :token_hash, :mode, :limits, :channel_ids, :disclosure, :at
);

-- name: insert_version
-- What it is from now on.
insert into bot_version (workspace_id, bot_id, version, settings, created_by, created_at)
values (:workspace_id, :bot_id, :version, :settings, :created_by, :at);

-- name: save_bot
-- What an admin changed. Another address may work again.
update bot
set name = :name,
    settings = :settings,
    sealed = :sealed,
    mode = :mode,
    version = :version,
    limits = :limits,
    channel_ids = :channel_ids,
    disclosure = :disclosure,
    failures = 0,
    away_until = null
where workspace_id = :workspace_id
  and id = :id;

-- name: set_state
-- On, paused, or removed: then its token opens nothing.
update bot
set state = :state,
    token_hash = case when :state = 'removed' then null else token_hash end
where workspace_id = :workspace_id
  and id = :id;

-- name: set_token
-- In place of the one before.
update bot
set token_hash = :token_hash
where workspace_id = :workspace_id
  and id = :id;

-- name: list_bot_ids
-- The bots of a workspace that are in a state.
select id
from bot
where workspace_id = :workspace_id
  and state = :state;

-- name: leave_channels
-- A removed bot answers nowhere.
update channel
set bot_id = null
where workspace_id = :workspace_id
  and bot_id = :id;

-- name: count_channels
-- How many of these are the workspace's.
select count(*)
from channel
where workspace_id = :workspace_id
  and id = any(:ids::uuid[]);

-- name: list_versions
-- The newest first, each with the settings by name that are not as in the one before, and an earlier one that was just the same.
select
    v.version, v.created_by, v.created_at,
    array(
        select name
        from jsonb_object_keys(v.settings || coalesce(p.settings, '{}')) name
        where v.settings -> name is distinct from p.settings -> name
        order by name
    ) as changed,
    (
        select max(o.version)
        from bot_version o
        where o.workspace_id = v.workspace_id
          and o.bot_id = v.bot_id
          and o.version < v.version
          and o.settings = v.settings
    ) as same_as
from bot_version v
left join bot_version p on p.workspace_id = v.workspace_id and p.bot_id = v.bot_id and p.version = v.version - 1
where v.workspace_id = :workspace_id
  and v.bot_id = :bot_id
  and (:before::integer is null or v.version < :before)
order by v.version desc
limit :limit;

-- name: find_version_details
-- One version with who made it.
select version, settings, created_by, created_at
from bot_version
where workspace_id = :workspace_id
  and bot_id = :bot_id
  and version = :version;

-- name: list_shadow
-- What a bot would have said, newest first, beside what it was asked and what was really said and done until the customer
-- wrote again.
select
    s.id, s.bot_id, s.version, s.conversation_id, s.message_seq, s.outcome, s.error, s.took_ms, s.created_at,
    c.number as conversation_number,
    contact.name as contact_name,
    coalesce((
        select string_agg(left(m.text, 2000), E'\n\n' order by m.seq)
        from message m
        where m.workspace_id = s.workspace_id
          and m.conversation_id = s.conversation_id
          and m.kind = 'message'
          and m.author_kind = 'contact'
          and m.seq <= s.message_seq
          and m.seq > coalesce((
            select max(ours.seq)
            from message ours
            where ours.workspace_id = s.workspace_id
              and ours.conversation_id = s.conversation_id
              and ours.kind = 'message'
              and ours.author_kind <> 'contact'
              and ours.seq < s.message_seq
          ), 0)
    ), '') as asked,
    array(
        select jsonb_build_object(
            'author', jsonb_build_object('kind', m.author_kind, 'id', m.author_id, 'name', m.author_name),
            'text', left(m.text, 2000),
            'line', m.line ->> 'type',
            'at', m.created_at
        )
        from message m
        where m.workspace_id = s.workspace_id
          and m.conversation_id = s.conversation_id
          and m.seq > s.message_seq
          and (
            (m.kind = 'message' and m.author_kind <> 'contact')
            or (m.kind = 'event' and m.line ->> 'type' in ('closed', 'handed_off'))
          )
          and m.seq < coalesce((
            select min(next.seq)
            from message next
            where next.workspace_id = s.workspace_id
              and next.conversation_id = s.conversation_id
              and next.kind = 'message'
              and next.author_kind = 'contact'
              and next.seq > s.message_seq
          ), 2147483647)
        order by m.seq
        limit 10
    ) as really
from bot_shadow s
join conversation c on c.workspace_id = s.workspace_id and c.id = s.conversation_id
join contact on contact.workspace_id = c.workspace_id and contact.id = c.contact_id
where s.workspace_id = :workspace_id
  and s.bot_id = :bot_id
  and (:before::uuid is null or s.id < :before)
order by s.id desc
limit :limit;

-- name: find_said
-- The bot's message that a repeated call made the first time.
select id
from message
where workspace_id = :workspace_id
  and conversation_id = :conversation_id
  and client_message_id = :client_message_id
  and author_kind = 'bot'
  and author_id = :bot_id;
