-- name: find_agent_name
-- Also of one who was deactivated.
select name
from agent
where workspace_id = :workspace_id
  and id = :id;

-- name: find_active_agent_name
-- Of one who can be given a conversation.
select name
from agent
where workspace_id = :workspace_id
  and id = :id
  and active;

-- name: find_bot_name
-- A bot of the workspace.
select name
from bot
where workspace_id = :workspace_id
  and id = :id;

-- name: find_team_name
-- A team of the workspace.
select name
from team
where workspace_id = :workspace_id
  and id = :id;

-- name: count_active_agents
-- How many of the ids are active agents.
select count(*)
from agent
where workspace_id = :workspace_id
  and id = any(:ids::uuid[])
  and active;
