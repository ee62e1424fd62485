-- name: take_delivery
-- Of a message that no worker has ever claimed; the caller holds the sequence row.
delete from delivery
where workspace_id = :workspace_id
  and message_id = :message_id
  and state = 'queued'
  and attempt = 0;

-- name: free_files
-- Its files are their uploader's again, not used by any message.
update file
set conversation_id = null,
    message_id = null,
    created_at = now()
where workspace_id = :workspace_id
  and message_id = :message_id;

-- name: withdraw_message
-- A line in the place of the message: the thread has no gap, and nothing of the text is left.
update message
set kind = 'event',
    direction = 'none',
    text = '',
    html = null,
    quoted = null,
    subject = null,
    attachments = '[]',
    recipients = null,
    signature = null,
    quoted_id = null,
    reply_to = null,
    external_id = null,
    format = 'plain',
    line = :line,
    revision = :revision
where workspace_id = :workspace_id
  and id = :id;

-- name: find_last
-- The newest message or note.
select id
from message
where workspace_id = :workspace_id
  and conversation_id = :conversation_id
  and kind in ('message', 'note')
order by seq desc
limit 1;

-- name: find_waiting_since
-- When the customer wrote first after the last answer.
select min(created_at)
from message
where workspace_id = :workspace_id
  and conversation_id = :conversation_id
  and direction = 'in'
  and seq > coalesce((
    select max(seq)
    from message
    where workspace_id = :workspace_id
      and conversation_id = :conversation_id
      and direction = 'out'
  ), 0);
