-- name: find_channels
-- What a new message needs to know of its channel.
select
    c.id, c.team_id, c.reopen_hours, c.active, c.bot_id, c.bot_when,
    b.mode as bot_mode,
    coalesce(
        b.state = 'on' and (b.away_until is null or b.away_until <= :now)
            and (b.channel_ids = '{}' or c.id = any(b.channel_ids)),
        false
    ) as bot_ready,
    case when c.bot_when = 'outside_hours' and c.bot_id is not null then (
        select h.schedule
        from business_hours h
        where h.workspace_id = c.workspace_id
          and (h.team_id is null or h.team_id = c.team_id)
        order by h.team_id nulls last
        limit 1
    ) end as schedule
from channel c
left join bot b on b.workspace_id = c.workspace_id and b.id = c.bot_id
where c.workspace_id = :workspace_id
  and c.id = any(:ids::uuid[]);

-- name: find_external
-- Messages by the service's ids: those that came before, and those that are answered. Lateral, as what follows, so that each
-- key is looked up by its index also while the tables are young and without statistics.
select m.channel_id, m.external_id, m.id, m.conversation_id, c.identity_id, c.thread_key
from unnest(:channel_ids::uuid[], :external_ids::text[]) as k (channel_id, external_id)
cross join lateral (
    select channel_id, external_id, id, conversation_id
    from message
    where workspace_id = :workspace_id
      and channel_id = k.channel_id
      and external_id = k.external_id
    limit 1
) m
cross join lateral (
    select identity_id, thread_key
    from conversation
    where workspace_id = :workspace_id
      and id = m.conversation_id
    limit 1
) c;

-- name: find_answered
-- Messages that customers' answers name: by the service's id, or by ours.
select k.place::integer - 1 as place, m.id, m.conversation_id
from unnest(:channel_ids::uuid[], :named::text[], :ids::uuid[]) with ordinality as k (channel_id, named, id, place)
cross join lateral (
    select id, conversation_id
    from message
    where workspace_id = :workspace_id
      and channel_id = k.channel_id
      and external_id = k.named
    union all
    select message_id, conversation_id
    from delivery
    where workspace_id = :workspace_id
      and channel_id = k.channel_id
      and provider_id = k.named
    union all
    select id, conversation_id
    from message
    where workspace_id = :workspace_id
      and id = k.id
      and channel_id = k.channel_id
      and kind = 'message'
    limit 1
) m;

-- name: find_hinted
-- Conversations that a signed reference names.
select id, channel_id, identity_id, thread_key
from conversation
where workspace_id = :workspace_id
  and id = any(:ids::uuid[]);

-- name: find_identities
-- Who has written before, in the order of the given addresses.
select k.place::integer - 1 as place, i.id, i.contact_id, i.display_name, i.verified, c.name, c.revision
from unnest(:connectors::text[], :scopes::text[], :addresses::text[]) with ordinality as k (connector, scope, address, place)
cross join lateral (
    select id, contact_id, display_name, verified
    from identity
    where workspace_id = :workspace_id
      and connector = k.connector
      and scope = k.scope
      and address = k.address
    limit 1
) i
cross join lateral (
    select name, revision
    from contact
    where workspace_id = :workspace_id
      and id = i.contact_id
    limit 1
) c;

-- name: find_owners
-- Whose identities these are: for conversations that a signed reference leads to.
select i.id, i.address, i.contact_id, c.name, c.revision
from identity i
join contact c on c.workspace_id = i.workspace_id and c.id = i.contact_id
where i.workspace_id = :workspace_id
  and i.id = any(:ids::uuid[]);

-- name: find_latest
-- For each key its open conversation, else the newest closed one. Without joins: planning those took longer than the rest.
select
    k.place::integer - 1 as place,
    c.id, c.number, c.revision, c.status, c.handler_kind, c.handler_id, c.epoch, c.team_id, c.channel_id, c.contact_id,
    c.subject, c.label_ids, c.waiting_since, c.last_activity_at, c.created_at, c.last_message, c.message_count,
    c.inbound_count, c.closed_at, c.closed_by_kind, c.closed_by_id, c.close_reason, c.previous_id, c.identity_id,
    c.priority, c.snoozed_at, c.snoozed_until, c.snoozed_by, c.bot, c.handed_off
from unnest(:channel_ids::uuid[], :identity_ids::uuid[], :thread_keys::text[]) with ordinality
    as k (channel_id, identity_id, thread_key, place)
cross join lateral (
    select
        id, number, revision, status, handler_kind, handler_id, epoch, team_id, channel_id, contact_id, subject, label_ids,
        waiting_since, last_activity_at, created_at, last_message, message_count, inbound_count, closed_at,
        closed_by_kind, closed_by_id, close_reason, previous_id, identity_id, priority, snoozed_at, snoozed_until,
        snoozed_by, bot, handed_off
    from conversation
    where workspace_id = :workspace_id
      and channel_id = k.channel_id
      and identity_id = k.identity_id
      and thread_key = k.thread_key
    order by (status = 'open') desc, created_at desc
    limit 1
) c;

-- name: find_closers
-- Those who closed a conversation, and whether they can take it again: agents who are there, and bots that are at work.
select id, name, active and available as available, '' as mode
from agent
where workspace_id = :workspace_id
  and id = any(:ids::uuid[])
union all
select
    id, name,
    state = 'on' and mode <> 'shadow' and (away_until is null or away_until <= :now) as available,
    mode
from bot
where workspace_id = :workspace_id
  and id = any(:ids::uuid[]);

-- name: insert_people
-- New contacts, each with the identity that wrote.
with people as (
    select contact_id, identity_id, connector, scope, address, name, verified, revision, created_at
    from jsonb_to_recordset(:rows::jsonb) as r (
        contact_id uuid, identity_id uuid, connector text, scope text, address text, name text, verified boolean,
        revision bigint, created_at timestamptz
    )
), contacts as (
    insert into contact (id, workspace_id, name, revision, created_at)
    select contact_id, :workspace_id, name, revision, created_at
    from people
)
insert into identity (id, workspace_id, contact_id, connector, scope, address, display_name, verified, created_at)
select identity_id, :workspace_id, contact_id, connector, scope, address, name, verified, created_at
from people;

-- name: update_people
-- What a known identity says of itself now; a contact without a name gets one.
with people as (
    select contact_id, identity_id, name, contact_name, verified, revision
    from jsonb_to_recordset(:rows::jsonb) as r (
        contact_id uuid, identity_id uuid, name text, contact_name text, verified boolean, revision bigint
    )
), named as (
    update contact c
    set name = p.contact_name,
        revision = p.revision
    from people p
    where c.workspace_id = :workspace_id
      and c.id = p.contact_id
      and p.contact_name is not null
)
update identity i
set display_name = p.name,
    verified = p.verified
from people p
where i.workspace_id = :workspace_id
  and i.id = p.identity_id;

-- name: insert_conversations
-- New conversations, as they are after the batch.
insert into conversation (
    id, workspace_id, number, channel_id, identity_id, thread_key, contact_id, team_id, epoch, revision, subject,
    message_count, inbound_count, last_message, last_activity_at, last_inbound_at, waiting_since, previous_id, created_at,
    handler_kind, handler_id, bot
)
select
    id, :workspace_id, number, channel_id, identity_id, thread_key, contact_id, team_id, epoch, revision, subject,
    message_count, inbound_count, last_message, last_activity_at, last_inbound_at, waiting_since, previous_id, created_at,
    handler_kind, handler_id, bot
from jsonb_to_recordset(:rows::jsonb) as r (
    id uuid, number bigint, channel_id uuid, identity_id uuid, thread_key text, contact_id uuid, team_id uuid, epoch bigint,
    revision bigint, subject text, message_count integer, inbound_count integer, last_message jsonb,
    last_activity_at timestamptz, last_inbound_at timestamptz, waiting_since timestamptz, previous_id uuid,
    created_at timestamptz, handler_kind text, handler_id uuid, bot jsonb
);

-- name: update_conversations
-- Known conversations, as they are after the batch; one that is open again forgets its close, and none stays put aside.
update conversation c
set status = r.status,
    handler_kind = r.handler_kind,
    handler_id = r.handler_id,
    epoch = r.epoch,
    revision = r.revision,
    subject = r.subject,
    message_count = r.message_count,
    inbound_count = r.inbound_count,
    last_message = r.last_message,
    last_activity_at = r.last_activity_at,
    last_inbound_at = coalesce(r.last_inbound_at, c.last_inbound_at),
    waiting_since = r.waiting_since,
    snoozed_at = null,
    snoozed_until = null,
    snoozed_by = null,
    bot = r.bot,
    needs_help = r.needs_help,
    closed_at = case when r.status = 'closed' then c.closed_at end,
    closed_by_kind = case when r.status = 'closed' then c.closed_by_kind end,
    closed_by_id = case when r.status = 'closed' then c.closed_by_id end,
    close_reason = case when r.status = 'closed' then c.close_reason end
from jsonb_to_recordset(:rows::jsonb) as r (
    id uuid, status text, handler_kind text, handler_id uuid, epoch bigint, revision bigint, subject text,
    message_count integer, inbound_count integer, last_message jsonb, last_activity_at timestamptz,
    last_inbound_at timestamptz, waiting_since timestamptz, bot jsonb, needs_help boolean
)
where c.workspace_id = :workspace_id
  and c.id = r.id;

-- name: insert_messages
-- Inbound messages, and the lines of what they brought about.
insert into message (
    id, workspace_id, conversation_id, channel_id, seq, kind, direction, author_kind, author_id, author_name, external_id,
    text, html, quoted, subject, line, attachments, reply_to, headers, recipients, revision, provider_at, created_at,
    pressed
)
select
    id, :workspace_id, conversation_id, channel_id, seq, kind, direction, author_kind, author_id, author_name, external_id,
    text, html, quoted, subject, line, attachments, reply_to, headers, recipients, revision, provider_at, created_at,
    pressed
from jsonb_to_recordset(:rows::jsonb) as r (
    id uuid, conversation_id uuid, channel_id uuid, seq integer, kind text, direction text, author_kind text, author_id uuid,
    author_name text, external_id text, text text, html text, quoted text, subject text, line jsonb, attachments jsonb,
    reply_to uuid, headers jsonb, recipients jsonb, revision bigint, provider_at timestamptz, created_at timestamptz,
    pressed text
);

-- name: insert_files
-- The files of inbound messages, stored already or still to be fetched.
insert into file (
    id, workspace_id, channel_id, conversation_id, message_id, name, type, size, digest, details, source_url, state, created_at
)
select
    id, :workspace_id, channel_id, conversation_id, message_id, name, type, size, digest, details, source_url, state, created_at
from jsonb_to_recordset(:rows::jsonb) as r (
    id uuid, channel_id uuid, conversation_id uuid, message_id uuid, name text, type text, size bigint, digest text,
    details jsonb, source_url text, state text, created_at timestamptz
);
