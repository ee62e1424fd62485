-- name: get_conversation
-- One conversation, whoever asks.
select
    c.id, c.number, c.revision, c.status, c.handler_kind, c.handler_id, c.epoch, c.team_id, c.channel_id, c.contact_id,
    c.subject, c.label_ids, c.waiting_since, c.last_activity_at, c.created_at, c.last_message, c.message_count,
    c.inbound_count, c.closed_at, c.closed_by_kind, c.closed_by_id, c.close_reason, c.previous_id,
    c.identity_id, c.priority, c.snoozed_at, c.snoozed_until, c.snoozed_by, c.bot, c.handed_off,
    contact.name as contact_name,
    contact.revision as contact_revision,
    contact.blocked_at is not null as contact_blocked,
    identity.address,
    channel.active as channel_active,
    coalesce(closer.name, closing_bot.name) as closed_by_name,
    snoozer.name as snoozed_by_name
from conversation c
join contact on contact.workspace_id = c.workspace_id and contact.id = c.contact_id
join identity on identity.workspace_id = c.workspace_id and identity.id = c.identity_id
join channel on channel.workspace_id = c.workspace_id and channel.id = c.channel_id
left join agent closer on closer.workspace_id = c.workspace_id and closer.id = c.closed_by_id
left join bot closing_bot on closing_bot.workspace_id = c.workspace_id and closing_bot.id = c.closed_by_id
left join agent snoozer on snoozer.workspace_id = c.workspace_id and snoozer.id = c.snoozed_by
where c.workspace_id = :workspace_id
  and c.id = :id;

-- name: list_by_ids
-- Several, for lists: with what their versions are told by, and the last message as text, which is read at once as what it is.
select
    c.id, c.number, c.revision, c.status, c.handler_kind, c.handler_id, c.epoch, c.team_id, c.channel_id, c.contact_id,
    c.subject, c.label_ids, c.waiting_since, c.last_activity_at, c.created_at, c.message_count,
    c.inbound_count, c.closed_at, c.closed_by_kind, c.closed_by_id, c.close_reason, c.previous_id,
    c.identity_id, c.priority, c.snoozed_at, c.snoozed_until, c.snoozed_by, c.bot, c.handed_off,
    contact.name as contact_name,
    contact.revision as contact_revision,
    contact.blocked_at is not null as contact_blocked,
    identity.address,
    channel.active as channel_active,
    coalesce(closer.name, closing_bot.name) as closed_by_name,
    snoozer.name as snoozed_by_name,
    c.last_message::text as last_message,
    c.xmin as row_version,
    concat_ws(chr(10), closer.name, closing_bot.name, snoozer.name) as names
from conversation c
join contact on contact.workspace_id = c.workspace_id and contact.id = c.contact_id
join identity on identity.workspace_id = c.workspace_id and identity.id = c.identity_id
join channel on channel.workspace_id = c.workspace_id and channel.id = c.channel_id
left join agent closer on closer.workspace_id = c.workspace_id and closer.id = c.closed_by_id
left join bot closing_bot on closing_bot.workspace_id = c.workspace_id and closing_bot.id = c.closed_by_id
left join agent snoozer on snoozer.workspace_id = c.workspace_id and snoozer.id = c.snoozed_by
where c.workspace_id = :workspace_id
  and c.id = any(:ids::uuid[]);

-- name: find_visible
-- One conversation, if the caller may see it (rules.may_see), with their own read mark.
select
    c.id, c.number, c.revision, c.status, c.handler_kind, c.handler_id, c.epoch, c.team_id, c.channel_id, c.contact_id,
    c.subject, c.label_ids, c.waiting_since, c.last_activity_at, c.created_at, c.last_message, c.message_count,
    c.inbound_count, c.closed_at, c.closed_by_kind, c.closed_by_id, c.close_reason, c.previous_id,
    c.identity_id, c.priority, c.snoozed_at, c.snoozed_until, c.snoozed_by, c.bot, c.handed_off,
    contact.name as contact_name,
    contact.revision as contact_revision,
    contact.blocked_at is not null as contact_blocked,
    identity.address,
    channel.active as channel_active,
    coalesce(closer.name, closing_bot.name) as closed_by_name,
    snoozer.name as snoozed_by_name,
    coalesce(read_mark.inbound_count, 0) as read_count
from conversation c
join contact on contact.workspace_id = c.workspace_id and contact.id = c.contact_id
join identity on identity.workspace_id = c.workspace_id and identity.id = c.identity_id
join channel on channel.workspace_id = c.workspace_id and channel.id = c.channel_id
left join agent closer on closer.workspace_id = c.workspace_id and closer.id = c.closed_by_id
left join bot closing_bot on closing_bot.workspace_id = c.workspace_id and closing_bot.id = c.closed_by_id
left join agent snoozer on snoozer.workspace_id = c.workspace_id and snoozer.id = c.snoozed_by
left join read_mark
    on read_mark.workspace_id = c.workspace_id
    and read_mark.agent_id = :agent_id
    and read_mark.conversation_id = c.id
where c.workspace_id = :workspace_id
  and c.id = :id
  and (
    :sees_all::boolean
    or c.team_id is null
    or c.team_id = any(:team_ids::uuid[])
    or (c.handler_kind = 'agent' and c.handler_id = :agent_id)
  );

-- name: lock_conversation
-- The same as get_conversation, with the row locked.
select
    c.id, c.number, c.revision, c.status, c.handler_kind, c.handler_id, c.epoch, c.team_id, c.channel_id, c.contact_id,
    c.subject, c.label_ids, c.waiting_since, c.last_activity_at, c.created_at, c.last_message, c.message_count,
    c.inbound_count, c.closed_at, c.closed_by_kind, c.closed_by_id, c.close_reason, c.previous_id,
    c.identity_id, c.priority, c.snoozed_at, c.snoozed_until, c.snoozed_by, c.bot, c.handed_off,
    contact.name as contact_name,
    contact.revision as contact_revision,
    contact.blocked_at is not null as contact_blocked,
    identity.address,
    channel.active as channel_active,
    coalesce(closer.name, closing_bot.name) as closed_by_name,
    snoozer.name as snoozed_by_name
from conversation c
join contact on contact.workspace_id = c.workspace_id and contact.id = c.contact_id
join identity on identity.workspace_id = c.workspace_id and identity.id = c.identity_id
join channel on channel.workspace_id = c.workspace_id and channel.id = c.channel_id
left join agent closer on closer.workspace_id = c.workspace_id and closer.id = c.closed_by_id
left join bot closing_bot on closing_bot.workspace_id = c.workspace_id and closing_bot.id = c.closed_by_id
left join agent snoozer on snoozer.workspace_id = c.workspace_id and snoozer.id = c.snoozed_by
where c.workspace_id = :workspace_id
  and c.id = :id
for update of c;

-- name: find_open
-- The newest open conversation of an identity on a channel.
select
    c.id, c.number, c.revision, c.status, c.handler_kind, c.handler_id, c.epoch, c.team_id, c.channel_id, c.contact_id,
    c.subject, c.label_ids, c.waiting_since, c.last_activity_at, c.created_at, c.last_message, c.message_count,
    c.inbound_count, c.closed_at, c.closed_by_kind, c.closed_by_id, c.close_reason, c.previous_id,
    c.identity_id, c.priority, c.snoozed_at, c.snoozed_until, c.snoozed_by, c.bot, c.handed_off,
    contact.name as contact_name,
    contact.revision as contact_revision,
    contact.blocked_at is not null as contact_blocked,
    identity.address,
    channel.active as channel_active,
    coalesce(closer.name, closing_bot.name) as closed_by_name,
    snoozer.name as snoozed_by_name
from conversation c
join contact on contact.workspace_id = c.workspace_id and contact.id = c.contact_id
join identity on identity.workspace_id = c.workspace_id and identity.id = c.identity_id
join channel on channel.workspace_id = c.workspace_id and channel.id = c.channel_id
left join agent closer on closer.workspace_id = c.workspace_id and closer.id = c.closed_by_id
left join bot closing_bot on closing_bot.workspace_id = c.workspace_id and closing_bot.id = c.closed_by_id
left join agent snoozer on snoozer.workspace_id = c.workspace_id and snoozer.id = c.snoozed_by
where c.workspace_id = :workspace_id
  and c.channel_id = :channel_id
  and c.identity_id = :identity_id
  and c.status = 'open'
order by c.last_activity_at desc, c.id desc
limit 1;

-- name: find_rival
-- The open conversation that keeps a closed one of the same thread from being reopened.
select rival.id
from conversation c
join conversation rival
    on rival.workspace_id = c.workspace_id
    and rival.channel_id = c.channel_id
    and rival.identity_id = c.identity_id
    and rival.thread_key = c.thread_key
    and rival.status = 'open'
    and rival.id <> c.id
where c.workspace_id = :workspace_id
  and c.id = :id;

-- name: list_handled_by
-- The open conversations of an agent, also those put aside: those have an index of their own.
select id
from (
    select id, last_activity_at
    from conversation
    where workspace_id = :workspace_id
      and handler_id = :agent_id
      and handler_kind = 'agent'
      and status = 'open'
      and snoozed_at is null
    union all
    select id, last_activity_at
    from conversation
    where workspace_id = :workspace_id
      and handler_id = :agent_id
      and handler_kind = 'agent'
      and snoozed_at is not null
) held
order by last_activity_at, id;

-- name: list_overdue
-- What should have been woken before a time, in all workspaces.
select workspace_id, id, snoozed_until
from conversation
where snoozed_until <= :before
order by snoozed_until
limit 500;

-- name: update_conversation
-- What actions change of a locked row.
update conversation
set revision = :revision,
    status = :status,
    handler_kind = :handler_kind,
    handler_id = :handler_id,
    epoch = :epoch,
    team_id = :team_id,
    subject = :subject,
    label_ids = :label_ids,
    message_count = :message_count,
    last_message = :last_message,
    last_activity_at = :last_activity_at,
    waiting_since = :waiting_since,
    closed_at = :closed_at,
    closed_by_kind = :closed_by_kind,
    closed_by_id = :closed_by_id,
    close_reason = :close_reason,
    priority = :priority,
    snoozed_at = :snoozed_at,
    snoozed_until = :snoozed_until,
    snoozed_by = :snoozed_by,
    bot = :bot,
    needs_help = :needs_help,
    handed_off = :handed_off
where workspace_id = :workspace_id
  and id = :id;

-- name: insert_conversation
-- A new one that an agent starts; its messages follow.
insert into conversation (
    workspace_id, id, number, channel_id, identity_id, thread_key, contact_id, team_id, handler_kind, handler_id,
    epoch, revision, subject, last_activity_at, created_at, previous_id
)
values (
    :workspace_id, :id, :number, :channel_id, :identity_id, :thread_key, :contact_id, :team_id, :handler_kind,
    :handler_id, :epoch, :revision, :subject, :last_activity_at, :created_at, :previous_id
);

-- name: get_message
-- One message with the state of its delivery.
select
    m.id, m.conversation_id, m.seq, m.revision, m.kind, m.direction, m.author_kind, m.author_id, m.author_name, m.text,
    m.attachments, m.created_at, m.html, m.quoted, m.subject, m.line, m.provider_at, m.client_message_id, m.reply_to,
    m.mentions, m.reactions, m.bot, m.format, m.recipients, m.signature, m.buttons, m.pressed,
    d.state as delivery_state,
    case when d.attempt = 0 then d.held_until end as held_until,
    d.error_kind as delivery_error_kind,
    d.error_text as delivery_error_text
from message m
left join delivery d on d.workspace_id = m.workspace_id and d.message_id = m.id and d.part = 0
where m.workspace_id = :workspace_id
  and m.id = :id;

-- name: find_by_client_id
-- The message that a repeated submit made the first time.
select
    m.id, m.conversation_id, m.seq, m.revision, m.kind, m.direction, m.author_kind, m.author_id, m.author_name, m.text,
    m.attachments, m.created_at, m.html, m.quoted, m.subject, m.line, m.provider_at, m.client_message_id, m.reply_to,
    m.mentions, m.reactions, m.bot, m.format, m.recipients, m.signature, m.buttons, m.pressed,
    d.state as delivery_state,
    case when d.attempt = 0 then d.held_until end as held_until,
    d.error_kind as delivery_error_kind,
    d.error_text as delivery_error_text
from message m
left join delivery d on d.workspace_id = m.workspace_id and d.message_id = m.id and d.part = 0
where m.workspace_id = :workspace_id
  and m.conversation_id = :conversation_id
  and m.client_message_id = :client_message_id;

-- name: list_messages_before
-- The newest of a thread, or the newest before a seq; newest first.
select
    m.id, m.conversation_id, m.seq, m.revision, m.kind, m.direction, m.author_kind, m.author_id, m.author_name, m.text,
    m.attachments, m.created_at, m.html, m.quoted, m.subject, m.line, m.provider_at, m.client_message_id, m.reply_to,
    m.mentions, m.reactions, m.bot, m.format, m.recipients, m.signature, m.buttons, m.pressed,
    d.state as delivery_state,
    case when d.attempt = 0 then d.held_until end as held_until,
    d.error_kind as delivery_error_kind,
    d.error_text as delivery_error_text
from message m
left join delivery d on d.workspace_id = m.workspace_id and d.message_id = m.id and d.part = 0
where m.workspace_id = :workspace_id
  and m.conversation_id = :conversation_id
  and m.seq < coalesce(:before::integer, 2147483647)
order by m.seq desc
limit :limit;

-- name: list_messages_after
-- What follows a seq, oldest first.
select
    m.id, m.conversation_id, m.seq, m.revision, m.kind, m.direction, m.author_kind, m.author_id, m.author_name, m.text,
    m.attachments, m.created_at, m.html, m.quoted, m.subject, m.line, m.provider_at, m.client_message_id, m.reply_to,
    m.mentions, m.reactions, m.bot, m.format, m.recipients, m.signature, m.buttons, m.pressed,
    d.state as delivery_state,
    case when d.attempt = 0 then d.held_until end as held_until,
    d.error_kind as delivery_error_kind,
    d.error_text as delivery_error_text
from message m
left join delivery d on d.workspace_id = m.workspace_id and d.message_id = m.id and d.part = 0
where m.workspace_id = :workspace_id
  and m.conversation_id = :conversation_id
  and m.seq > :after
order by m.seq
limit :limit;

-- name: insert_message
-- A message, note or line, with the seq that the locked conversation gave it.
insert into message (
    workspace_id, id, conversation_id, channel_id, seq, kind, direction, author_kind, author_id, author_name,
    client_message_id, external_id, text, html, quoted, subject, line, attachments, mentions, reply_to, headers,
    revision, provider_at, created_at, bot, format, recipients, signature, quoted_id,
    buttons, pressed
)
values (
    :workspace_id, :id, :conversation_id, :channel_id, :seq, :kind, :direction, :author_kind, :author_id, :author_name,
    :client_message_id, :external_id, :text, :html, :quoted, :subject, :line, :attachments, :mentions, :reply_to,
    :headers, :revision, :provider_at, :created_at, :bot, :format, :recipients, :signature, :quoted_id,
    :buttons, :pressed
);

-- name: count_inbound_after
-- How many of the customer's messages come after a seq.
select count(*)
from message
where workspace_id = :workspace_id
  and conversation_id = :conversation_id
  and seq > :seq
  and direction = 'in';

-- name: raise_read_mark
-- Forward only: a late request of another tab changes nothing.
insert into read_mark (workspace_id, conversation_id, agent_id, inbound_count, message_seq)
values (:workspace_id, :conversation_id, :agent_id, :inbound_count, :message_seq)
on conflict (workspace_id, agent_id, conversation_id) do update
set inbound_count = greatest(read_mark.inbound_count, excluded.inbound_count),
    message_seq = excluded.message_seq
where read_mark.message_seq < excluded.message_seq;

-- name: holds_message
-- Whether a message (no note, no line) is one of a conversation's.
select exists (
    select 1
    from message
    where workspace_id = :workspace_id
      and conversation_id = :conversation_id
      and id = :id
      and kind = 'message'
);
