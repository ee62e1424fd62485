-- name: find_reacted
-- A message that a service speaks of, by our id, its own, or the id that it gave a delivery; with whose conversation it is.
-- Not one that still waits to be sent: nobody has it to react to.
select m.id, contact.id as contact_id, contact.name as contact_name
from (
    select id
    from message
    where workspace_id = :workspace_id
      and id = :id
    union all
    select id
    from message
    where workspace_id = :workspace_id
      and channel_id = :channel_id
      and external_id = :external_id
    union all
    select message_id as id
    from delivery
    where workspace_id = :workspace_id
      and channel_id = :channel_id
      and provider_id = :external_id
) named
join message m on m.workspace_id = :workspace_id and m.id = named.id and m.kind = 'message'
join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id and c.channel_id = :channel_id
join identity on identity.workspace_id = c.workspace_id and identity.id = c.identity_id and identity.address = :address
join contact on contact.workspace_id = c.workspace_id and contact.id = c.contact_id and contact.blocked_at is null
where not exists (
    select
    from delivery d
    where d.workspace_id = m.workspace_id
      and d.message_id = m.id
      and d.state = 'queued'
)
limit 1;

-- name: save_reactions
-- All that a message has now; its conversation is locked.
update message
set reactions = :reactions,
    revision = :revision
where workspace_id = :workspace_id
  and id = :id;
