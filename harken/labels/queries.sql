-- name: list_labels
-- All of a workspace, by name.
select id, name, color
from label
where workspace_id = :workspace_id
order by lower(name), id;

-- name: find_label
-- One of them.
select id, name, color
from label
where workspace_id = :workspace_id
  and id = :id;

-- name: insert_label
-- label_name_unique forbids a second of the same name.
insert into label (id, workspace_id, name, color)
values (:id, :workspace_id, :name, :color);

-- name: update_label
-- A new name or colour.
update label
set name = :name,
    color = :color
where workspace_id = :workspace_id
  and id = :id;

-- name: delete_label
-- Gone from the workspace; clear_label takes it from the conversations.
delete from label
where workspace_id = :workspace_id
  and id = :id;

-- name: clear_label
-- Browsers do the same when they hear of label_removed.
update conversation
set label_ids = array_remove(label_ids, :id::uuid)
where workspace_id = :workspace_id
  and label_ids @> array[:id::uuid];

-- name: clear_contact_label
-- The same of the contacts that have it.
update contact
set label_ids = array_remove(label_ids, :id::uuid)
where workspace_id = :workspace_id
  and label_ids @> array[:id::uuid]
  and label_ids <> '{}';
