-- name: find_channel_team
-- Whose an active channel is.
select team_id
from channel
where workspace_id = :workspace_id
  and id = :id
  and active;

-- name: find_identity
-- Who is reached at an address.
select i.id, i.address, i.contact_id, contact.name, contact.revision
from identity i
join contact on contact.workspace_id = i.workspace_id and contact.id = i.contact_id
where i.workspace_id = :workspace_id
  and i.connector = :connector
  and i.scope = :scope
  and i.address = :address;

-- name: find_identity_of_contact
-- Where a contact is reached on a channel: a verified address first, then the newest.
select i.id, i.address, i.contact_id, contact.name, contact.revision
from identity i
join contact on contact.workspace_id = i.workspace_id and contact.id = i.contact_id
where i.workspace_id = :workspace_id
  and i.contact_id = :contact_id
  and i.connector = :connector
  and i.scope = :scope
order by i.verified desc, i.created_at desc, i.id
limit 1;

-- name: insert_contact
-- Somebody to whom an agent writes first.
insert into contact (workspace_id, id, name, revision)
values (:workspace_id, :id, :name, :revision);

-- name: insert_identity
-- identity_address_unique forbids a second.
insert into identity (workspace_id, id, contact_id, connector, scope, address, display_name)
values (:workspace_id, :id, :contact_id, :connector, :scope, :address, :display_name);
