-- name: insert_histories
-- A row for each workspace whose log is followed for the search by now: until then, what is written while its history is read would be missed.
insert into search_history (workspace_id)
select c.workspace_id
from log_cursor c
where c.consumer = :consumer
  and not exists (
      select
      from search_history h
      where h.workspace_id = c.workspace_id
  )
on conflict (workspace_id) do nothing;

-- name: list_unfinished
-- Workspaces with messages that nobody has indexed yet.
select workspace_id
from search_history
where not finished
order by workspace_id;

-- name: lock_history
-- One indexes a workspace at a time.
select indexed_to
from search_history
where workspace_id = :workspace_id
for update;

-- name: insert_history
-- For the first message of a workspace.
insert into search_history (workspace_id)
values (:workspace_id)
on conflict (workspace_id) do nothing;

-- name: move_history
-- In the transaction of what was indexed.
update search_history
set indexed_to = coalesce(:indexed_to::uuid, indexed_to),
    finished = :finished
where workspace_id = :workspace_id;

-- name: restart_history
-- Part of the log was trimmed before it was read: all is gone through again.
insert into search_history (workspace_id)
values (:workspace_id)
on conflict (workspace_id) do update
set indexed_to = excluded.indexed_to,
    finished = false;

-- name: list_messages
-- What of these messages is indexed; lines of what happened are not.
select m.id, m.conversation_id, m.channel_id, m.kind, m.author_kind, m.author_id, m.author_name,
       left(m.text, 60000) as text, m.subject, m.attachments, m.created_at
from message m
where m.workspace_id = :workspace_id
  and m.id = any(:ids::uuid[])
  and m.kind <> 'event'
order by m.id;

-- name: list_history
-- The next messages of a workspace, oldest first.
select m.id, m.conversation_id, m.channel_id, m.kind, m.author_kind, m.author_id, m.author_name,
       left(m.text, 60000) as text, m.subject, m.attachments, m.created_at
from message m
where m.workspace_id = :workspace_id
  and m.id > :after
order by m.id
limit :limit;

-- name: list_indexed
-- In which segments messages are.
select message_id, segment
from message_search
where workspace_id = :workspace_id
  and message_id = any(:ids::uuid[]);

-- name: list_segments_between
-- The segments that messages with ids between these belong to, in order.
select id, first_message_id, last_message_id, messages
from search_segment
where workspace_id = :workspace_id
  and first_message_id <= :last
  and first_message_id >= coalesce(
      (
          select s.first_message_id
          from search_segment s
          where s.workspace_id = :workspace_id
            and s.first_message_id <= :first
          order by s.first_message_id desc
          limit 1
      ),
      '00000000-0000-0000-0000-000000000000'
  )
order by first_message_id;

-- name: insert_segment
-- A new one, that begins with a message.
insert into search_segment (workspace_id, first_message_id, last_message_id, messages, oldest_at, newest_at)
values (:workspace_id, :first, :first, 0, :at, :at)
returning id;

-- name: grow_segment
-- Messages were added to it.
update search_segment
set messages = messages + :count,
    last_message_id = greatest(last_message_id, :last::uuid),
    oldest_at = least(oldest_at, :oldest::timestamptz),
    newest_at = greatest(newest_at, :newest::timestamptz)
where workspace_id = :workspace_id
  and id = :id;

-- name: mark_subjects
-- Segments that hold a first mail's subject now.
update search_segment
set subjects = true
where workspace_id = :workspace_id
  and id = any(:ids::bigint[])
  and not subjects;

-- name: save_tokens
-- Of new messages, and of changed ones.
insert into message_search (workspace_id, message_id, conversation_id, segment, at, tokens)
select :workspace_id, r.message_id, r.conversation_id, r.segment, r.at, r.tokens::tsvector
from unnest(:message_ids::uuid[], :conversation_ids::uuid[], :segments::bigint[], :ats::timestamptz[], :tokens::text[])
    as r (message_id, conversation_id, segment, at, tokens)
on conflict (workspace_id, message_id) do update
set tokens = excluded.tokens
where message_search.tokens <> excluded.tokens;

-- name: forget_tokens
-- Of messages that were taken back before they were sent: nothing finds them.
update message_search
set tokens = ''
where workspace_id = :workspace_id
  and message_id = any(:ids::uuid[]);

-- name: list_segments
-- From the newest (or where a page ended) back; those that hold messages of a time, or subjects.
select id, first_message_id
from search_segment
where workspace_id = :workspace_id
  and (:start::uuid is null or first_message_id <= :start)
  and (:since::timestamptz is null or newest_at >= :since)
  and (:until::timestamptz is null or oldest_at < :until)
  and (not :subjects::boolean or subjects)
order by first_message_id desc
limit 20000;

-- name: list_hits
-- What is shown of messages that were found.
select m.id, m.conversation_id, m.kind, m.direction, m.author_kind, m.author_id, m.author_name,
       left(m.text, 60000) as text, m.subject, m.attachments, m.created_at,
       c.status, c.handler_kind, c.handler_id, c.team_id,
       coalesce(nullif(contact.name, ''), identity.address) as contact_name
from message m
join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
join contact on contact.workspace_id = c.workspace_id and contact.id = c.contact_id
join identity on identity.workspace_id = c.workspace_id and identity.id = c.identity_id
where m.workspace_id = :workspace_id
  and m.id = any(:ids::uuid[]);

-- name: list_names
-- What operators name.
select 'channel' as kind, id, name, connector
from channel
where workspace_id = :workspace_id
union all
select 'label', id, name, ''
from label
where workspace_id = :workspace_id
union all
select 'team', id, name, ''
from team
where workspace_id = :workspace_id;

-- name: list_conversations
-- The one with a number, those of some messages, and the newest of each of some contacts, as far as the caller may see them,
-- newest first.
with wanted as (
    select c.id
    from conversation c
    where c.workspace_id = :workspace_id
      and c.number = :number::bigint
    union
    select m.conversation_id
    from message m
    where m.workspace_id = :workspace_id
      and m.id = any(:message_ids::uuid[])
    union
    select newest.id
    from unnest(:contact_ids::uuid[]) as given (contact_id)
    cross join lateral (
        select c.id
        from conversation c
        where c.workspace_id = :workspace_id
          and c.contact_id = given.contact_id
          and (
              :sees_all::boolean
              or c.team_id is null
              or c.team_id = any(:team_ids::uuid[])
              or (c.handler_kind = 'agent' and c.handler_id = :agent_id)
          )
        order by c.last_activity_at desc
        limit 2
    ) newest
)
select c.id, c.number, c.subject, c.last_message, c.last_activity_at, c.status, c.handler_kind, c.handler_id, c.team_id,
       coalesce(nullif(contact.name, ''), identity.address) as contact_name
from wanted
join conversation c on c.workspace_id = :workspace_id and c.id = wanted.id
join contact on contact.workspace_id = c.workspace_id and contact.id = c.contact_id
join identity on identity.workspace_id = c.workspace_id and identity.id = c.identity_id
where :sees_all::boolean
   or c.team_id is null
   or c.team_id = any(:team_ids::uuid[])
   or (c.handler_kind = 'agent' and c.handler_id = :agent_id)
order by (c.number = :number::bigint) desc nulls last, c.last_activity_at desc, c.id
limit :limit;
