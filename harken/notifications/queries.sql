-- name: list_recipients
-- The active agents of a workspace, with their teams: who may be told.
select a.id, a.role, a.preferences,
       array(
           select m.team_id
           from team_member m
           where m.workspace_id = a.workspace_id
             and m.agent_id = a.id
       ) as team_ids
from agent a
where a.workspace_id = :workspace_id
  and a.active;

-- name: list_places
-- Where conversations stand now: what decides who may see them.
select id, status, team_id, handler_kind, handler_id
from conversation
where workspace_id = :workspace_id
  and id = any(:ids::uuid[]);

-- name: tell
-- One notification; on an unread one of its kind the new one is counted.
insert into notification as n (
    id, workspace_id, agent_id, kind, conversation_id, message_id, actor_name, contact_name, preview, count, app, push,
    email, created_at, updated_at
)
values (
    :id, :workspace_id, :agent_id, :kind, :conversation_id, :message_id, :actor_name, :contact_name, :preview, :count,
    :app, :push, :email, :at, :at
)
on conflict (workspace_id, agent_id, conversation_id, kind) where read_at is null do update
set message_id = coalesce(excluded.message_id, n.message_id),
    actor_name = excluded.actor_name,
    contact_name = excluded.contact_name,
    preview = excluded.preview,
    count = n.count + excluded.count,
    app = excluded.app,
    push = excluded.push,
    email = n.email or excluded.email,
    updated_at = excluded.updated_at
returning id, agent_id, kind, conversation_id, message_id, actor_name, contact_name, preview, count, created_at, updated_at, read_at, app;

-- name: list_newest
-- An agent's notifications, newest first, of conversations that they still may see.
select n.id, n.agent_id, n.kind, n.conversation_id, n.message_id, n.actor_name, n.contact_name, n.preview, n.count,
       n.created_at, n.updated_at, n.read_at, n.app
from notification n
join conversation c on c.workspace_id = n.workspace_id and c.id = n.conversation_id
join agent a on a.workspace_id = n.workspace_id and a.id = n.agent_id
where n.workspace_id = :workspace_id
  and n.agent_id = :agent_id
  and n.app
  and (not :unread::boolean or n.read_at is null)
  and (:before::timestamptz is null or (n.updated_at, n.id) < (:before::timestamptz, :before_id::uuid))
  and (
      a.role <> 'agent'
      or c.team_id is null
      or c.handler_id = n.agent_id
      or exists (
          select
          from team_member m
          where m.workspace_id = n.workspace_id
            and m.agent_id = n.agent_id
            and m.team_id = c.team_id
      )
  )
order by n.updated_at desc, n.id desc
limit :limit;

-- name: find_unread
-- One that is unread, of an active agent who still may see its conversation; with what says how to tell them.
select n.id, n.agent_id, n.kind, n.conversation_id, n.message_id, n.actor_name, n.contact_name, n.preview, n.count,
       n.created_at, n.updated_at, n.read_at, n.app, a.preferences
from notification n
join conversation c on c.workspace_id = n.workspace_id and c.id = n.conversation_id
join agent a on a.workspace_id = n.workspace_id and a.id = n.agent_id
where n.workspace_id = :workspace_id
  and n.id = any(:ids::uuid[])
  and n.read_at is null
  and a.active
  and (
      a.role <> 'agent'
      or c.team_id is null
      or c.handler_id = n.agent_id
      or exists (
          select
          from team_member m
          where m.workspace_id = n.workspace_id
            and m.agent_id = n.agent_id
            and m.team_id = c.team_id
      )
  )
order by n.updated_at desc;

-- name: count_unread
-- The number beside an agent's bell.
select count(*)
from notification n
join conversation c on c.workspace_id = n.workspace_id and c.id = n.conversation_id
join agent a on a.workspace_id = n.workspace_id and a.id = n.agent_id
where n.workspace_id = :workspace_id
  and n.agent_id = :agent_id
  and n.read_at is null
  and n.app
  and (
      a.role <> 'agent'
      or c.team_id is null
      or c.handler_id = n.agent_id
      or exists (
          select
          from team_member m
          where m.workspace_id = n.workspace_id
            and m.agent_id = n.agent_id
            and m.team_id = c.team_id
      )
  );

-- name: read_conversation
-- An agent has seen a conversation up to a message.
update notification n
set read_at = :at
where n.workspace_id = :workspace_id
  and n.agent_id = :agent_id
  and n.conversation_id = :conversation_id
  and n.read_at is null
  and not exists (
      select
      from message m
      where m.workspace_id = n.workspace_id
        and m.id = n.message_id
        and m.seq > :message_seq
  )
returning n.agent_id, n.id;

-- name: read_some
-- An agent has read these, or all that there are.
update notification
set read_at = :at
where workspace_id = :workspace_id
  and agent_id = :agent_id
  and read_at is null
  and (:ids::uuid[] is null or id = any(:ids::uuid[]))
returning agent_id, id;

-- name: read_picked
-- A conversation is in no Inbox any more: that it came there is news to nobody.
update notification
set read_at = :at
where workspace_id = :workspace_id
  and conversation_id = any(:conversation_ids::uuid[])
  and kind = 'new_conversation'
  and read_at is null
returning agent_id, id;

-- name: read_hidden
-- Conversations that went where some who were told of them see them no more.
update notification n
set read_at = :at
from conversation c, agent a
where n.workspace_id = :workspace_id
  and n.conversation_id = any(:conversation_ids::uuid[])
  and n.read_at is null
  and c.workspace_id = n.workspace_id
  and c.id = n.conversation_id
  and a.workspace_id = n.workspace_id
  and a.id = n.agent_id
  and a.role = 'agent'
  and c.team_id is not null
  and c.handler_id is distinct from n.agent_id
  and not exists (
      select
      from team_member m
      where m.workspace_id = n.workspace_id
        and m.agent_id = n.agent_id
        and m.team_id = c.team_id
  )
returning n.agent_id, n.id;

-- name: trim
-- Those that have had their time, in small steps.
delete from notification
where (workspace_id, id) in (
    select workspace_id, id
    from notification
    where updated_at < :before
    limit :limit
);

-- name: list_subscriptions
-- The browsers of agents that may be pushed to.
select id, agent_id
from push_subscription
where workspace_id = :workspace_id
  and agent_id = any(:agent_ids::uuid[]);

-- name: find_subscription
-- Where to push to.
select s.id, s.endpoint, s.p256dh, s.auth, a.preferences
from push_subscription s
join agent a on a.workspace_id = s.workspace_id and a.id = s.agent_id
where s.workspace_id = :workspace_id
  and s.id = :id
  and a.active;

-- name: save_subscription
-- A browser is known by its endpoint; it belongs to who is signed in there now.
insert into push_subscription (id, workspace_id, agent_id, session_hash, endpoint, p256dh, auth, created_at)
values (:id, :workspace_id, :agent_id, :session_hash, :endpoint, :p256dh, :auth, :at)
on conflict (endpoint) do update
set workspace_id = excluded.workspace_id,
    agent_id = excluded.agent_id,
    session_hash = excluded.session_hash,
    p256dh = excluded.p256dh,
    auth = excluded.auth
returning id;

-- name: delete_oldest_subscriptions
-- An agent has this many browsers at most.
delete from push_subscription
where workspace_id = :workspace_id
  and agent_id = :agent_id
  and id in (
      select id
      from push_subscription
      where workspace_id = :workspace_id
        and agent_id = :agent_id
      order by created_at desc, id desc
      offset :most
  );

-- name: delete_own_subscription
-- One's own browser is pushed to no longer.
delete from push_subscription
where workspace_id = :workspace_id
  and agent_id = :agent_id
  and id = :id;

-- name: delete_subscription
-- The push service knows the browser no more.
delete from push_subscription
where workspace_id = :workspace_id
  and id = :id;

-- name: pushed
-- When it was pushed last.
update notification
set pushed_at = :at
where workspace_id = :workspace_id
  and id = :id;

-- name: find_key
-- One of the installation's own keys, sealed.
select sealed
from sealed_key
where name = :name;

-- name: keep_key
-- The first one counts, whichever process made it.
insert into sealed_key (name, sealed)
values (:name, :sealed)
on conflict (name) do nothing;

-- name: seen
-- These agents have a page open.
insert into agent_presence (workspace_id, agent_id, seen_at)
select :workspace_id, a.id, :at
from agent a
where a.workspace_id = :workspace_id
  and a.id = any(:agent_ids::uuid[])
on conflict (workspace_id, agent_id) do update
set seen_at = excluded.seen_at;

-- name: list_unmailed
-- Agents with something unread that no mail has told of: since when, when they were mailed last and when they were there.
select n.workspace_id, n.agent_id, a.preferences, min(n.created_at) as oldest,
       (
           select max(l.mailed_at)
           from notification l
           where l.workspace_id = n.workspace_id
             and l.agent_id = n.agent_id
       ) as last_mailed_at,
       p.seen_at
from notification n
join agent a on a.workspace_id = n.workspace_id and a.id = n.agent_id
left join agent_presence p on p.workspace_id = n.workspace_id and p.agent_id = n.agent_id
where n.read_at is null
  and n.mailed_at is null
  and n.email
  and a.active
group by n.workspace_id, n.agent_id, a.preferences, p.seen_at;

-- name: take_unmailed
-- They are mailed from here on, by whoever gets them here.
update notification
set mailed_at = :at
where (workspace_id, id) in (
    select workspace_id, id
    from notification
    where workspace_id = :workspace_id
      and agent_id = :agent_id
      and read_at is null
      and mailed_at is null
      and email
    for update skip locked
)
returning id;

-- name: find_address
-- Where an agent's mail goes.
select a.name, a.email, a.preferences, w.name as workspace_name
from agent a
join workspace w on w.id = a.workspace_id
where a.workspace_id = :workspace_id
  and a.id = :id
  and a.active;
