-- name: enqueue
-- A task; nothing happens when one with the same key waits already.
insert into task (id, workspace_id, kind, key, payload, run_at)
values (:id, :workspace_id, :kind, :key, :payload, coalesce(:run_at, now()))
on conflict (key) do nothing
returning id;

-- name: lease
-- Takes the due tasks of some kinds: those that wait and those whose worker is gone.
update task
set state = 'leased',
    attempt = attempt + 1,
    lease_until = now() + make_interval(secs => :lease_seconds)
where id in (
    select id
    from task
    where state in ('queued', 'leased')
      and run_at <= now()
      and (state = 'queued' or lease_until < now())
      and kind = any(:kinds::text[])
    order by run_at
    limit :limit
    for update skip locked
)
returning id, workspace_id, kind, payload, attempt;

-- name: extend
-- The heartbeat of the tasks that this worker runs; a row that is being taken from it is left alone.
update task
set lease_until = now() + make_interval(secs => :lease_seconds)
where id in (
    select t.id
    from task t
    join unnest(:ids::uuid[], :attempts::integer[]) as mine (id, attempt) on mine.id = t.id and mine.attempt = t.attempt
    where t.state = 'leased'
    for update of t skip locked
);

-- name: finish
-- Done, if the lease is still this worker's.
delete from task
where id = :id
  and attempt = :attempt
  and state = 'leased';

-- name: postpone
-- Runs again later; a schedule's next run starts to count its attempts anew.
update task
set state = 'queued',
    run_at = now() + make_interval(secs => :delay_seconds),
    lease_until = null,
    attempt = case when :fresh then 0 else attempt end,
    error = :error
where id = :id
  and attempt = :attempt
  and state = 'leased';

-- name: park
-- Given up, kept with its error for an operator.
update task
set state = 'parked',
    lease_until = null,
    error = :error
where id = :id
  and attempt = :attempt
  and state = 'leased';

-- name: list_tasks
-- A workspace's tasks in a state, newest first.
select id, kind, key, payload, run_at, attempt, state, error, created_at
from task
where workspace_id = :workspace_id
  and state = :state
  and (:before::uuid is null or id < :before)
order by id desc
limit :limit;

-- name: unpark
-- A parked task runs again, with all its attempts.
update task
set state = 'queued',
    run_at = now(),
    attempt = 0,
    error = null
where workspace_id = :workspace_id
  and id = :id
  and state = 'parked';
