-- name: insert_consumer
-- Once for each consumer.
insert into log_consumer (consumer)
values (:consumer)
on conflict (consumer) do nothing;

-- name: insert_first_cursors
-- A new consumer reads what comes from now on, or all that the log still holds.
insert into log_cursor (consumer, workspace_id, seq)
select :consumer, workspace_id, case when :from_start then 0 else seq end
from workspace_seq;

-- name: insert_new_cursors
-- Workspaces that came after the consumer are read from their beginning.
insert into log_cursor (consumer, workspace_id, seq)
select :consumer, s.workspace_id, 0
from workspace_seq s
where not exists (
    select
    from log_cursor c
    where c.consumer = :consumer
      and c.workspace_id = s.workspace_id
)
on conflict (consumer, workspace_id) do nothing;

-- name: list_behind
-- Workspaces whose log has grown, and how far it reaches.
select s.workspace_id, s.seq
from workspace_seq s
join log_cursor c on c.workspace_id = s.workspace_id and c.consumer = :consumer
where c.seq < s.seq
order by s.workspace_id;

-- name: lock_cursor
-- How far the consumer has read; no row when another process is at it.
select seq
from log_cursor
where consumer = :consumer
  and workspace_id = :workspace_id
for update skip locked;

-- name: move_cursor
-- In the transaction of what was written.
update log_cursor
set seq = :seq
where consumer = :consumer
  and workspace_id = :workspace_id;
