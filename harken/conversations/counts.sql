-- name: count_open
-- What is open and the caller may see (rules.may_see), by team and handler.
select
    team_id,
    handler_kind,
    handler_kind = 'agent' and handler_id = :agent_id as mine,
    count(*) as count
from conversation
where workspace_id = :workspace_id
  and status = 'open'
  and (
    :sees_all::boolean
    or team_id is null
    or team_id = any(:team_ids::uuid[])
    or (handler_kind = 'agent' and handler_id = :agent_id)
  )
group by 1, 2, 3;
