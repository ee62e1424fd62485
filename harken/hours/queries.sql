-- name: find_schedule
-- The one that counts: the team's own before the workspace's.
select team_id, schedule
from business_hours
where workspace_id = :workspace_id
  and (team_id is null or team_id = :team_id)
order by team_id nulls last
limit 1;

-- name: list_schedules
-- All of a workspace, its own first.
select team_id, schedule
from business_hours
where workspace_id = :workspace_id
order by team_id nulls first;

-- name: has_team
-- Whether it is one of the workspace's.
select exists (
    select 1
    from team
    where workspace_id = :workspace_id
      and id = :team_id
);

-- name: save_schedule
-- In place of the one before (business_hours_one: one for each team, and one for the workspace).
insert into business_hours (workspace_id, team_id, schedule)
values (:workspace_id, :team_id, :schedule)
on conflict (workspace_id, team_id) do update
set schedule = excluded.schedule;

-- name: delete_schedule
-- The workspace's counts again, or none.
delete from business_hours
where workspace_id = :workspace_id
  and team_id is not distinct from :team_id;
