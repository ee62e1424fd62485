-- name: find_session
-- Who a session belongs to, with rights as they are now; nothing once it has expired or the agent was deactivated.
select s.workspace_id, s.agent_id, s.csrf_token, s.expires_at, a.name, a.role,
       array(
           select m.team_id
           from team_member m
           where m.workspace_id = s.workspace_id
             and m.agent_id = s.agent_id
       ) as team_ids
from session s
join agent a on a.workspace_id = s.workspace_id and a.id = s.agent_id
where s.token_hash = :token_hash
  and s.expires_at > :now
  and a.active;

-- name: extend_session
-- Sliding expiry: called at most once a day for each session.
update session
set last_seen_at = :now,
    expires_at = :expires_at
where token_hash = :token_hash;

-- name: insert_session
-- A sign-in.
insert into session (token_hash, workspace_id, agent_id, csrf_token, user_agent, created_at, last_seen_at, expires_at)
values (:token_hash, :workspace_id, :agent_id, :csrf_token, :user_agent, :now, :now, :expires_at);

-- name: delete_session
-- A sign-out.
delete from session
where token_hash = :token_hash;

-- name: delete_sessions
-- Every session of an agent but the one given (all of them when it is null).
delete from session
where workspace_id = :workspace_id
  and agent_id = :agent_id
  and (:kept::bytea is null or token_hash <> :kept);

-- name: delete_expired_sessions
-- Housekeeping.
delete from session
where expires_at <= :now;

-- name: find_token
-- Who an API token belongs to, with rights as they are now.
select t.workspace_id, t.id as token_id, t.agent_id, t.scopes, t.last_used_at, a.name, a.role,
       array(
           select m.team_id
           from team_member m
           where m.workspace_id = t.workspace_id
             and m.agent_id = t.agent_id
       ) as team_ids
from api_token t
join agent a on a.workspace_id = t.workspace_id and a.id = t.agent_id
where t.token_hash = :token_hash
  and a.active;

-- name: touch_token
-- When a token was used last, to the minute.
update api_token
set last_used_at = :now
where workspace_id = :workspace_id
  and id = :id;

-- name: insert_token
-- A new API token.
insert into api_token (id, workspace_id, agent_id, name, token_hash, scopes, created_at)
values (:id, :workspace_id, :agent_id, :name, :token_hash, :scopes, :now);

-- name: list_tokens
-- The tokens of one agent, newest first.
select id, name, scopes, created_at, last_used_at
from api_token
where workspace_id = :workspace_id
  and agent_id = :agent_id
order by id desc;

-- name: delete_token
-- Takes one of the agent's own tokens away.
delete from api_token
where workspace_id = :workspace_id
  and agent_id = :agent_id
  and id = :id;

-- name: list_sign_ins
-- The active agents with this address, over all workspaces.
select a.id, a.workspace_id, w.name as workspace_name, a.password_hash
from agent a
join workspace w on w.id = a.workspace_id
where lower(a.email) = lower(:email)
  and a.active
  and a.password_hash is not null
  and (:workspace_id::uuid is null or a.workspace_id = :workspace_id)
order by a.workspace_id
limit 20;

-- name: find_password
-- The hash of one agent's password.
select password_hash
from agent
where workspace_id = :workspace_id
  and id = :id;

-- name: save_password
-- A new password's hash.
update agent
set password_hash = :password_hash
where workspace_id = :workspace_id
  and id = :id;

-- name: find_me
-- The caller's own row, with the workspace's name.
select a.id, a.name, a.email, a.role, a.preferences, w.id as workspace_id, w.name as workspace_name,
       array(
           select m.team_id
           from team_member m
           where m.workspace_id = a.workspace_id
             and m.agent_id = a.id
           order by m.team_id
       ) as team_ids
from agent a
join workspace w on w.id = a.workspace_id
where a.workspace_id = :workspace_id
  and a.id = :id;

-- name: list_agents
-- Every agent of the workspace, the deactivated too, by name.
select a.id, a.name, a.email, a.role, a.active, a.available,
       array(
           select m.team_id
           from team_member m
           where m.workspace_id = a.workspace_id
             and m.agent_id = a.id
           order by m.team_id
       ) as team_ids
from agent a
where a.workspace_id = :workspace_id
order by lower(a.name), a.id;

-- name: find_agent
-- One agent as everybody sees them.
select a.id, a.name, a.email, a.role, a.active, a.available,
       array(
           select m.team_id
           from team_member m
           where m.workspace_id = a.workspace_id
             and m.agent_id = a.id
           order by m.team_id
       ) as team_ids
from agent a
where a.workspace_id = :workspace_id
  and a.id = :id;

-- name: insert_agent
-- A new agent.
insert into agent (id, workspace_id, email, name, role, password_hash, created_at)
values (:id, :workspace_id, :email, :name, :role, :password_hash, :now);

-- name: save_agent
-- What an admin may change of an agent.
update agent
set name = :name,
    role = :role,
    active = :active
where workspace_id = :workspace_id
  and id = :id;

-- name: save_me
-- What an agent may change of themselves.
update agent
set name = :name,
    available = :available,
    preferences = :preferences
where workspace_id = :workspace_id
  and id = :id;

-- name: count_other_admins
-- How many active admins there are besides one agent.
select count(*)
from agent
where workspace_id = :workspace_id
  and role = 'admin'
  and active
  and id <> :id;

-- name: leave_teams
-- Takes an agent out of every team.
delete from team_member
where workspace_id = :workspace_id
  and agent_id = :agent_id;

-- name: join_teams
-- Puts an agent into teams; the foreign keys refuse unknown ones.
insert into team_member (workspace_id, team_id, agent_id)
select :workspace_id::uuid, t.id, :agent_id::uuid
from unnest(:team_ids::uuid[]) as t (id)
on conflict do nothing;

-- name: list_teams
-- Every team with its members, by name.
select t.id, t.name, t.color,
       array(
           select m.agent_id
           from team_member m
           where m.workspace_id = t.workspace_id
             and m.team_id = t.id
           order by m.agent_id
       ) as member_ids
from team t
where t.workspace_id = :workspace_id
order by lower(t.name), t.id;

-- name: find_team
-- One team with its members.
select t.id, t.name, t.color,
       array(
           select m.agent_id
           from team_member m
           where m.workspace_id = t.workspace_id
             and m.team_id = t.id
           order by m.agent_id
       ) as member_ids
from team t
where t.workspace_id = :workspace_id
  and t.id = :id;

-- name: insert_team
-- A new team.
insert into team (id, workspace_id, name, color, created_at)
values (:id, :workspace_id, :name, :color, :now);

-- name: save_team
-- A team's name and colour.
update team
set name = :name,
    color = :color
where workspace_id = :workspace_id
  and id = :id;

-- name: delete_team
-- Members go with it; channels lose it.
delete from team
where workspace_id = :workspace_id
  and id = :id;

-- name: team_is_needed
-- Whether conversations, open or closed, stand in the team: without it everybody could see them.
select exists (
    select 1
    from conversation
    where workspace_id = :workspace_id
      and team_id = :id
) or exists (
    select 1
    from channel
    where workspace_id = :workspace_id
      and team_id = :id
);

-- name: empty_team
-- Takes everybody out.
delete from team_member
where workspace_id = :workspace_id
  and team_id = :team_id;

-- name: fill_team
-- Puts agents in; the foreign keys refuse unknown ones.
insert into team_member (workspace_id, team_id, agent_id)
select :workspace_id::uuid, :team_id::uuid, a.id
from unnest(:agent_ids::uuid[]) as a (id)
on conflict do nothing;

-- name: insert_invitation
-- A new invitation; its token is kept as a hash.
insert into invitation (id, workspace_id, token_hash, email, role, team_ids, created_by, created_at, expires_at)
values (:id, :workspace_id, :token_hash, :email, :role, :team_ids, :created_by, :now, :expires_at);

-- name: list_invitations
-- Those that can still be accepted, newest first.
select id, email, role, team_ids, created_at, expires_at
from invitation
where workspace_id = :workspace_id
  and accepted_at is null
  and expires_at > :now
order by id desc;

-- name: delete_invitation
-- Takes one back that was not accepted.
delete from invitation
where workspace_id = :workspace_id
  and id = :id
  and accepted_at is null;

-- name: find_invitation
-- One that can still be accepted, by its token.
select i.id, i.workspace_id, i.email, i.role, i.team_ids, i.created_at, i.expires_at, w.name as workspace_name
from invitation i
join workspace w on w.id = i.workspace_id
where i.token_hash = :token_hash
  and i.accepted_at is null
  and i.expires_at > :now;

-- name: accept_invitation
-- Once: nothing is touched when somebody was faster.
update invitation
set accepted_at = :now
where workspace_id = :workspace_id
  and id = :id
  and accepted_at is null;

-- name: address_is_taken
-- Whether an agent of the workspace has this address.
select exists (
    select 1
    from agent
    where workspace_id = :workspace_id
      and lower(email) = lower(:email)
);

-- name: known_teams
-- Which of these ids are teams of the workspace.
select id
from team
where workspace_id = :workspace_id
  and id = any(:ids::uuid[]);

-- name: known_agents
-- Which of these ids are agents of the workspace.
select id
from agent
where workspace_id = :workspace_id
  and id = any(:ids::uuid[]);

-- name: any_workspace
-- Whether the installation has been set up.
select exists (
    select 1
    from workspace
);

-- name: lock_setup
-- Held until the transaction ends: two first-run pages cannot both create a workspace.
select pg_advisory_xact_lock(7233201);

-- name: insert_workspace
-- A new workspace.
insert into workspace (id, name, created_at)
values (:id, :name, :now);

-- name: insert_workspace_seq
-- Its sequence row.
insert into workspace_seq (workspace_id)
values (:workspace_id);

-- name: list_agents_by_email
-- For the command line: who has this address, in any workspace.
select id, workspace_id
from agent
where lower(email) = lower(:email)
  and active
order by workspace_id;
