-- name: list_bots
-- All of a workspace, by name.
select id, name
from bot
where workspace_id = :workspace_id
order by lower(name), id;
