-- name: list_callers
-- Who the sessions and API tokens of the open sockets belong to, with rights as they are now; those that ended are missing.
select s.token_hash, s.agent_id, a.role,
       array(
           select m.team_id
           from team_member m
           where m.workspace_id = s.workspace_id
             and m.agent_id = s.agent_id
       ) as team_ids
from session s
join agent a on a.workspace_id = s.workspace_id and a.id = s.agent_id
where s.token_hash = any(:hashes::bytea[])
  and s.expires_at > :now
  and a.active
union all
select t.token_hash, t.agent_id, a.role,
       array(
           select m.team_id
           from team_member m
           where m.workspace_id = t.workspace_id
             and m.agent_id = t.agent_id
       ) as team_ids
from api_token t
join agent a on a.workspace_id = t.workspace_id and a.id = t.agent_id
where t.token_hash = any(:hashes::bytea[])
  and a.active;

-- name: find_access
-- What decides who may see a conversation.
select team_id, handler_kind, handler_id
from conversation
where workspace_id = :workspace_id
  and id = :id;
