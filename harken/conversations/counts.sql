-- name: count_open
-- What is open in a workspace and not put aside, by where it is.
select team_id, handler_kind, handler_id, count(*) as count
from conversation
where workspace_id = :workspace_id
  and status = 'open'
  and snoozed_at is null
group by 1, 2, 3;

-- name: list_moves
-- Every event of a stretch of the log: one that is missing shows as a row too few.
select conversation_id, payload
from event
where workspace_id = :workspace_id
  and seq > :after
  and seq <= :until
order by seq;
