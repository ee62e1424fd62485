-- name: state_of_channel
-- How many Quick Replies may be said in a channel's name without an agent, and the newest change among them.
select count(*) as count, coalesce(max(q.revision), 0) as revision
from quick_reply q
join channel c on c.workspace_id = q.workspace_id and c.id = :channel_id
where q.workspace_id = :workspace_id
  and (q.scope = 'everyone' or (q.scope = 'team' and q.team_id = c.team_id));

-- name: list_of_channel
-- Those of everyone and of the channel's team, the most used first.
select q.id, q.shortcut, q.title, q.body, q.language, q.attachment_ids
from quick_reply q
join channel c on c.workspace_id = q.workspace_id and c.id = :channel_id
where q.workspace_id = :workspace_id
  and (q.scope = 'everyone' or (q.scope = 'team' and q.team_id = c.team_id))
order by q.usage_count desc, q.id
limit :limit;
