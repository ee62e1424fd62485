-- name: list_bots
-- All of a workspace, by name; without those that are removed.
select id, name, kind, state, mode
from bot
where workspace_id = :workspace_id
  and state <> 'removed'
order by lower(name), id;
