-- name: find_contact_language
-- What the customer of a conversation reads; empty when it is not known.
select contact.language
from contact
where contact.workspace_id = :workspace_id
  and contact.id = :contact_id;
