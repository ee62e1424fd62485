-- name: list_channels
-- The channels of a workspace, by name; the deactivated too, since conversations speak of them.
select id, workspace_id, connector, name, team_id, settings, sealed, active, reopen_hours, retention_days,
       health_state, health_text, health_at, bot_id, bot_when, bot_timeout_seconds
from channel
where workspace_id = :workspace_id
order by lower(name), id;

-- name: find_channel
-- One channel of a workspace.
select id, workspace_id, connector, name, team_id, settings, sealed, active, reopen_hours, retention_days,
       health_state, health_text, health_at, bot_id, bot_when, bot_timeout_seconds
from channel
where workspace_id = :workspace_id
  and id = :id;

-- name: find_active
-- One active channel of any workspace, by the id in a webhook's address.
select id, workspace_id, connector, name, team_id, settings, sealed, active, reopen_hours, retention_days,
       health_state, health_text, health_at, bot_id, bot_when, bot_timeout_seconds
from channel
where id = :id
  and active;

-- name: list_active
-- Every active channel of the installation.
select id, workspace_id, connector, name, team_id, settings, sealed, active, reopen_hours, retention_days,
       health_state, health_text, health_at, bot_id, bot_when, bot_timeout_seconds
from channel
where active
order by id;

-- name: insert_channel
-- A new channel.
insert into channel (id, workspace_id, connector, name, team_id, settings, sealed, reopen_hours, retention_days, created_at)
values (:id, :workspace_id, :connector, :name, :team_id, :settings, :sealed, :reopen_hours, :retention_days, :now);

-- name: save_channel
-- What an admin changed.
update channel
set name = :name,
    team_id = :team_id,
    settings = :settings,
    sealed = :sealed,
    active = :active,
    reopen_hours = :reopen_hours,
    retention_days = :retention_days
where workspace_id = :workspace_id
  and id = :id;

-- name: save_health
-- What a test, a listener or a send found out.
update channel
set health_state = :state,
    health_text = :text,
    health_at = :at
where workspace_id = :workspace_id
  and id = :id;

-- name: has_conversations
-- Whether anything was ever said on it.
select exists (
    select 1
    from conversation
    where workspace_id = :workspace_id
      and channel_id = :id
);

-- name: deactivate_channel
-- It takes and sends nothing any more; its conversations stay.
update channel
set active = false
where workspace_id = :workspace_id
  and id = :id;

-- name: delete_channel
-- For one that never had a conversation.
delete from channel
where workspace_id = :workspace_id
  and id = :id;

-- name: team_exists
-- Whether a team is one of the workspace.
select exists (
    select 1
    from team
    where workspace_id = :workspace_id
      and id = :id
);

-- name: bind_bot
-- Which bot answers on it, and when.
update channel
set bot_id = :bot_id,
    bot_when = :bot_when,
    bot_timeout_seconds = :bot_timeout_seconds
where workspace_id = :workspace_id
  and id = :id;

-- name: bot_exists
-- Whether a bot is one of the workspace's, and not removed.
select exists (
    select 1
    from bot
    where workspace_id = :workspace_id
      and id = :id
      and state <> 'removed'
);
