-- name: workspace_name
-- What customers read above the conversation.
select name
from workspace
where id = :workspace_id;

-- name: list_shown
-- What a customer may see of all their conversations on a channel, newest first, before a message.
select
    m.id, c.number, m.seq, m.revision, m.kind, m.direction, m.author_kind, m.author_name, m.text, m.line, m.attachments,
    m.created_at, m.external_id, m.reply_to, m.reactions, m.format, m.buttons
from identity i
join conversation c on c.workspace_id = i.workspace_id and c.channel_id = :channel_id and c.identity_id = i.id
join message m on m.workspace_id = c.workspace_id and m.conversation_id = c.id
left join delivery d on d.workspace_id = m.workspace_id and d.message_id = m.id and d.part = 0
where i.workspace_id = :workspace_id
  and i.connector = :connector
  and i.scope = :scope
  and i.address = :address
  and (
    (m.kind = 'message' and (m.direction = 'in' or d.state in ('sent', 'delivered', 'read')))
    or (m.kind = 'event' and m.line ->> 'type' in ('picked', 'taken_over', 'closed'))
    or (m.kind = 'event' and m.line ->> 'type' = 'forwarded' and m.line ->> 'target_kind' = 'agent')
  )
  and (
    :before::uuid is null
    or (c.number, m.seq) < (
        select earlier.number, said.seq
        from message said
        join conversation earlier on earlier.workspace_id = said.workspace_id and earlier.id = said.conversation_id
        where said.workspace_id = :workspace_id
          and said.id = :before
    )
  )
order by c.number desc, m.seq desc
limit :limit;

-- name: list_changed
-- The same, of what was added or changed after a revision, oldest first.
select
    m.id, c.number, m.seq, m.revision, m.kind, m.direction, m.author_kind, m.author_name, m.text, m.line, m.attachments,
    m.created_at, m.external_id, m.reply_to, m.reactions, m.format, m.buttons
from identity i
join conversation c on c.workspace_id = i.workspace_id and c.channel_id = :channel_id and c.identity_id = i.id
join message m on m.workspace_id = c.workspace_id and m.conversation_id = c.id
left join delivery d on d.workspace_id = m.workspace_id and d.message_id = m.id and d.part = 0
where i.workspace_id = :workspace_id
  and i.connector = :connector
  and i.scope = :scope
  and i.address = :address
  and m.revision > :cursor
  and (
    (m.kind = 'message' and (m.direction = 'in' or d.state in ('sent', 'delivered', 'read')))
    or (m.kind = 'event' and m.line ->> 'type' in ('picked', 'taken_over', 'closed'))
    or (m.kind = 'event' and m.line ->> 'type' = 'forwarded' and m.line ->> 'target_kind' = 'agent')
  )
order by c.number, m.seq
limit :limit;

-- name: find_own
-- A customer's own message, by the id that their widget gave it.
select
    m.id, c.number, m.seq, m.revision, m.kind, m.direction, m.author_kind, m.author_name, m.text, m.line, m.attachments,
    m.created_at, m.external_id, m.reply_to, m.reactions, m.format, m.buttons
from message m
join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
join identity i on i.workspace_id = c.workspace_id and i.id = c.identity_id
where m.workspace_id = :workspace_id
  and m.channel_id = :channel_id
  and m.external_id = :external_id
  and m.direction = 'in'
  and i.address = :address;

-- name: find_seen
-- Up to where the one who answers has read the newest conversation: their mark, or what they wrote. A look by others is no reading.
select c.number, greatest(
    (
        select r.message_seq
        from read_mark r
        where r.workspace_id = c.workspace_id
          and r.conversation_id = c.id
          and c.handler_kind = 'agent'
          and r.agent_id = c.handler_id
    ),
    (
        select max(m.seq)
        from message m
        where m.workspace_id = c.workspace_id
          and m.conversation_id = c.id
          and m.kind = 'message'
          and m.direction = 'out'
          and m.author_kind = 'agent'
    )
) as seq
from identity i
join conversation c on c.workspace_id = i.workspace_id and c.channel_id = :channel_id and c.identity_id = i.id
where i.workspace_id = :workspace_id
  and i.connector = :connector
  and i.scope = :scope
  and i.address = :address
order by c.number desc
limit 1;

-- name: list_conversations
-- A customer's conversations on a channel.
select
    c.id, c.status, c.team_id, c.handler_kind, c.handler_id, c.contact_id, contact.name,
    contact.blocked_at is not null as blocked
from identity i
join conversation c on c.workspace_id = i.workspace_id and c.channel_id = :channel_id and c.identity_id = i.id
join contact on contact.workspace_id = c.workspace_id and contact.id = c.contact_id
where i.workspace_id = :workspace_id
  and i.connector = :connector
  and i.scope = :scope
  and i.address = :address;

-- name: is_blocked
-- Whether nothing of a customer is let in.
select contact.blocked_at is not null
from identity i
join contact on contact.workspace_id = i.workspace_id and contact.id = i.contact_id
where i.workspace_id = :workspace_id
  and i.connector = :connector
  and i.scope = :scope
  and i.address = :address;

-- name: list_unconfirmed
-- A customer's answers up to one of them whose delivery is still in one of the states.
select m.id
from message last
join conversation lc on lc.workspace_id = last.workspace_id and lc.id = last.conversation_id
join identity i on i.workspace_id = lc.workspace_id and i.id = lc.identity_id
join conversation c on c.workspace_id = i.workspace_id and c.channel_id = :channel_id and c.identity_id = i.id
join message m on m.workspace_id = c.workspace_id and m.conversation_id = c.id
join delivery d on d.workspace_id = m.workspace_id and d.message_id = m.id
where last.workspace_id = :workspace_id
  and last.id = :message_id
  and i.connector = :connector
  and i.scope = :scope
  and i.address = :address
  and (c.number, m.seq) <= (lc.number, last.seq)
  and d.state = any(:states::text[])
order by c.number desc, m.seq desc
limit 200;

-- name: find_file
-- A file that a customer of a channel may be given a link to.
select f.id, f.workspace_id, f.name, f.type, f.size, f.digest, f.details, f.state, f.play_as, f.renditions
from file f
join message m on m.workspace_id = f.workspace_id and m.id = f.message_id
where f.workspace_id = :workspace_id
  and f.id = :file_id
  and m.channel_id = :channel_id
  and m.kind = 'message'
  and f.state = 'ready';
