-- name: list_usable
-- An agent's own and everybody's, in the order in which they are shown.
select id, name, scope, owner_id, view, filter, position
from saved_view
where workspace_id = :workspace_id
  and (scope = 'everyone' or owner_id = :agent_id)
order by position, lower(name), id;

-- name: find_saved_view
-- One, whoever asks.
select id, name, scope, owner_id, view, filter, position
from saved_view
where workspace_id = :workspace_id
  and id = :id;

-- name: count_owned
-- How many an agent has made.
select count(*)
from saved_view
where workspace_id = :workspace_id
  and owner_id = :owner_id;

-- name: insert_saved_view
-- A new one.
insert into saved_view (workspace_id, id, owner_id, scope, name, view, filter, position, created_at, updated_at)
values (:workspace_id, :id, :owner_id, :scope, :name, :view, :filter, :position, :at, :at);

-- name: update_saved_view
-- All but whose it is.
update saved_view
set scope = :scope,
    name = :name,
    view = :view,
    filter = :filter,
    position = :position,
    updated_at = :at
where workspace_id = :workspace_id
  and id = :id;

-- name: delete_saved_view
-- Gone.
delete from saved_view
where workspace_id = :workspace_id
  and id = :id;
