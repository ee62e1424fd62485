-- name: find_conversation
-- The conversation of a number, with what it is called in our other calls.
select id, number
from conversation
where workspace_id = :workspace_id
  and number = :number;

-- name: list_label_names
-- The names of a conversation's labels.
select l.name
from conversation c
join label l on l.workspace_id = c.workspace_id and l.id = any(c.label_ids)
where c.workspace_id = :workspace_id
  and c.id = :conversation_id
order by l.name;

-- name: list_label_ids
-- Labels by name, whatever the case.
select id
from label
where workspace_id = :workspace_id
  and lower(name) = any(:names);
