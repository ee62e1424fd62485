-- name: get_document
-- What is set for a channel of the workspace; no row for an unknown channel, null for nothing set.
select a.document
from channel c
left join channel_automatic a on a.workspace_id = c.workspace_id and a.channel_id = c.id
where c.workspace_id = :workspace_id
  and c.id = :channel_id;

-- name: save_document
-- Sets it.
insert into channel_automatic (workspace_id, channel_id, document, bots_wait, people_wait)
values (:workspace_id, :channel_id, :document, :bots_wait, :people_wait)
on conflict (workspace_id, channel_id) do update
set document = excluded.document, bots_wait = excluded.bots_wait, people_wait = excluded.people_wait;

-- name: list_saying
-- Channels of a workspace that greet or say that nobody is there.
select channel_id
from channel_automatic
where workspace_id = :workspace_id
  and (document->'greeting' <> '{}' or document->'away' <> '{}');

-- name: find_scene
-- What decides what is said in a conversation: its channel's document, what was said, and whether anybody has answered yet.
select
    a.document,
    s.said_at,
    (
        select max(t.created_at)
        from message l
        join message t on t.workspace_id = l.workspace_id and t.conversation_id = l.conversation_id and t.seq = l.seq + 1
        where l.workspace_id = c.workspace_id
          and l.conversation_id = c.id
          and l.line->>'type' = 'handed_off'
          and t.direction = 'out'
          and t.author_kind = 'system'
    ) as told_at,
    s.reminded_seq,
    nullif(k.language, '') as language,
    (
        select m.created_at
        from message m
        where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.seq = c.message_count
    ) as last_at,
    exists (
        select
        from message m
        where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.direction = 'out'
    ) as answered,
    exists (
        select
        from delivery d
        where d.workspace_id = c.workspace_id and d.conversation_id = c.id and d.state in ('queued', 'sending')
    ) or exists (
        select
        from message m
        join delivery d on d.workspace_id = m.workspace_id and d.message_id = m.id
        where m.workspace_id = c.workspace_id
          and m.conversation_id = c.id
          and m.seq > coalesce(
            (
                select max(i.seq)
                from message i
                where i.workspace_id = c.workspace_id and i.conversation_id = c.id and i.direction = 'in'
            ),
            0
          )
          and d.state in ('failed', 'uncertain')
    ) as undelivered
from conversation c
join channel_automatic a on a.workspace_id = c.workspace_id and a.channel_id = c.channel_id
join contact k on k.workspace_id = c.workspace_id and k.id = c.contact_id
left join automatic_said s on s.workspace_id = c.workspace_id and s.conversation_id = c.id
where c.workspace_id = :workspace_id
  and c.id = :conversation_id;

-- name: save_said
-- Remembers that something was said.
insert into automatic_said (workspace_id, conversation_id, said_at)
values (:workspace_id, :conversation_id, :at)
on conflict (workspace_id, conversation_id) do update
set said_at = excluded.said_at;

-- name: save_reminded
-- Remembers the reminder.
insert into automatic_said (workspace_id, conversation_id, reminded_seq)
values (:workspace_id, :conversation_id, :seq)
on conflict (workspace_id, conversation_id) do update
set reminded_seq = excluded.reminded_seq;

-- name: list_quiet
-- Conversations of every workspace in which inactivity may do something now, after a place in the order of their ids.
select c.workspace_id, c.id as conversation_id, c.channel_id
from channel_automatic a
join conversation c on c.workspace_id = a.workspace_id and c.channel_id = a.channel_id
where c.status = 'open'
  and c.waiting_since is null
  and c.snoozed_at is null
  and c.inbound_count > 0
  and c.last_activity_at <= :now::timestamptz - least(a.bots_wait, a.people_wait)
  and c.last_activity_at <= :now::timestamptz - case when c.handler_kind = 'bot' then a.bots_wait else a.people_wait end
  and c.id > :after
order by c.id
limit :limit;
