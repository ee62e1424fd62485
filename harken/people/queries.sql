-- name: find_session
-- Who a session belongs to, with rights as they are now; nothing once it has expired or the agent was deactivated.
select s.workspace_id, s.agent_id, s.csrf_token, s.expires_at, s.last_seen_at, a.name, a.role,
       array(
           select m.team_id
           from team_member m
           where m.workspace_id = s.workspace_id
             and m.agent_id = s.agent_id
       ) as team_ids,
       w.second_factor_required and s.entered_by = 'password' and not exists (
           select 1
           from agent_totp t
           where t.workspace_id = s.workspace_id
             and t.agent_id = s.agent_id
             and t.sealed is not null
       ) as limited
from session s
join agent a on a.workspace_id = s.workspace_id and a.id = s.agent_id
join workspace w on w.id = s.workspace_id
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
insert into session (
    id, token_hash, workspace_id, agent_id, csrf_token, user_agent, entered_by, created_at, last_seen_at, expires_at
)
values (
    :id, :token_hash, :workspace_id, :agent_id, :csrf_token, :user_agent, :entered_by, :now, :now, :expires_at
);

-- name: touch_session
-- When a session was used last, to the minute.
update session
set last_seen_at = :now
where token_hash = :token_hash;

-- name: renew_session
-- The same session under another token.
update session
set token_hash = :new_hash,
    csrf_token = :csrf_token
where token_hash = :token_hash;

-- name: list_sessions
-- The sessions of one agent that have not expired, the one used last first.
select id, token_hash, user_agent, entered_by, created_at, last_seen_at
from session
where workspace_id = :workspace_id
  and agent_id = :agent_id
  and expires_at > :now
order by last_seen_at desc, id;

-- name: delete_own_session
-- Ends one of the agent's own sessions.
delete from session
where workspace_id = :workspace_id
  and agent_id = :agent_id
  and id = :id;

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
select a.id, a.workspace_id, w.name as workspace_name, a.password_hash,
       w.password_sign_in or a.role = 'admin' as password_suffices
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

-- name: count_attempt
-- One more failure within the window, which begins anew once it is over; rows are locked, so that guesses at once all count.
insert into sign_in_attempt (key, failed, since)
values (:key, 1, :now)
on conflict (key) do update
set failed = case when sign_in_attempt.since <= :window_began then 1 else sign_in_attempt.failed + 1 end,
    since = case when sign_in_attempt.since <= :window_began then excluded.since else sign_in_attempt.since end
returning failed, since;

-- name: forget_attempts
-- Nothing was failed.
delete from sign_in_attempt
where key = :key;

-- name: forgive_attempt
-- One less.
update sign_in_attempt
set failed = greatest(failed - 1, 0)
where key = :key;

-- name: delete_old_attempts
-- Housekeeping.
delete from sign_in_attempt
where since <= :before;

-- name: find_totp
-- The second factor of one agent, with what guards the account besides.
select t.sealed, t.pending, t.confirmed_at, a.password_hash, a.email, w.name as workspace_name, w.second_factor_required,
       (
           select count(*)
           from recovery_code r
           where r.workspace_id = a.workspace_id
             and r.agent_id = a.id
       ) as recovery_codes
from agent a
join workspace w on w.id = a.workspace_id
left join agent_totp t on t.workspace_id = a.workspace_id and t.agent_id = a.id
where a.workspace_id = :workspace_id
  and a.id = :agent_id;

-- name: save_pending_totp
-- A new secret that waits for its first code; one that is in use stays in use until then.
insert into agent_totp (workspace_id, agent_id, pending)
values (:workspace_id, :agent_id, :pending)
on conflict (workspace_id, agent_id) do update
set pending = excluded.pending;

-- name: confirm_totp
-- The waiting secret is the second factor from now on; not when another one has begun to wait meanwhile.
update agent_totp
set sealed = pending,
    pending = null,
    last_step = :step,
    confirmed_at = :now
where workspace_id = :workspace_id
  and agent_id = :agent_id
  and pending = :pending;

-- name: use_step
-- A code is good once: nothing is touched when this one or a later one was used.
update agent_totp
set last_step = :step
where workspace_id = :workspace_id
  and agent_id = :agent_id
  and sealed is not null
  and last_step < :step;

-- name: delete_totp
-- No second factor any more.
delete from agent_totp
where workspace_id = :workspace_id
  and agent_id = :agent_id;

-- name: insert_recovery_codes
-- Kept as hashes.
insert into recovery_code (workspace_id, agent_id, code_hash)
select :workspace_id::uuid, :agent_id::uuid, h.code_hash
from unnest(:hashes::bytea[]) as h (code_hash);

-- name: use_recovery_code
-- Each is good once.
delete from recovery_code
where workspace_id = :workspace_id
  and agent_id = :agent_id
  and code_hash = :code_hash;

-- name: delete_recovery_codes
-- All of them.
delete from recovery_code
where workspace_id = :workspace_id
  and agent_id = :agent_id;
