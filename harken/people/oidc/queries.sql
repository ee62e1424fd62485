-- name: list_providers
-- The providers of a workspace, by name.
select id, workspace_id, name, button, issuer, client_id, sealed, allowed_domains, creates_agents, worked_at
from oidc_provider
where workspace_id = :workspace_id
order by lower(name), id;

-- name: list_buttons
-- For the sign-in page, which knows no workspace yet.
select id, name, button
from oidc_provider
order by lower(name), id
limit 50;

-- name: find_provider
-- One provider of a workspace.
select id, workspace_id, name, button, issuer, client_id, sealed, allowed_domains, creates_agents, worked_at
from oidc_provider
where workspace_id = :workspace_id
  and id = :id;

-- name: find_any_provider
-- One provider by its id alone: who signs in has no workspace yet.
select id, workspace_id, name, button, issuer, client_id, sealed, allowed_domains, creates_agents, worked_at
from oidc_provider
where id = :id;

-- name: insert_provider
-- A new provider.
insert into oidc_provider (
    id, workspace_id, name, button, issuer, client_id, sealed, allowed_domains, creates_agents, created_at
)
values (
    :id, :workspace_id, :name, :button, :issuer, :client_id, :sealed, :allowed_domains, :creates_agents, :now
);

-- name: save_provider
-- What an admin may change; under another issuer or client it has to show anew that it works.
update oidc_provider
set name = :name,
    button = :button,
    worked_at = case when issuer = :issuer and client_id = :client_id then worked_at end,
    issuer = :issuer,
    client_id = :client_id,
    sealed = :sealed,
    allowed_domains = :allowed_domains,
    creates_agents = :creates_agents
where workspace_id = :workspace_id
  and id = :id;

-- name: delete_provider
-- Its logins go with it; the agents stay.
delete from oidc_provider
where workspace_id = :workspace_id
  and id = :id;

-- name: delete_logins
-- Another issuer's names for people say nothing about ours.
delete from agent_login
where workspace_id = :workspace_id
  and provider_id = :provider_id;

-- name: note_working
-- Somebody has come in through it.
update oidc_provider
set worked_at = :now
where workspace_id = :workspace_id
  and id = :id;

-- name: find_login
-- The agent whom a provider knows by this name.
select l.agent_id, a.active
from agent_login l
join agent a on a.workspace_id = l.workspace_id and a.id = l.agent_id
where l.workspace_id = :workspace_id
  and l.provider_id = :provider_id
  and l.subject = :subject;

-- name: touch_login
-- When it was used last.
update agent_login
set last_used_at = :now
where workspace_id = :workspace_id
  and provider_id = :provider_id
  and subject = :subject;

-- name: insert_login
-- From now on the agent is known by the provider's own name for them; nothing when agent or name are taken.
insert into agent_login (workspace_id, provider_id, subject, agent_id, created_at, last_used_at)
values (:workspace_id, :provider_id, :subject, :agent_id, :now, :now)
on conflict do nothing;

-- name: find_agent_by_address
-- The agent with an address, deactivated or not.
select id, active
from agent
where workspace_id = :workspace_id
  and lower(email) = lower(:email);

-- name: find_invitation_by_address
-- The newest invitation of an address that can still be accepted.
select id, email, role, team_ids
from invitation
where workspace_id = :workspace_id
  and lower(email) = lower(:email)
  and accepted_at is null
  and expires_at > :now
order by id desc
limit 1;

-- name: any_password_sign_in
-- Whether a workspace lets all its agents in with a password (admins always may).
select exists (
    select 1
    from workspace
    where password_sign_in
);

-- name: find_sign_in_rules
-- What a workspace asks of who signs in, and whether a provider has let somebody in.
select second_factor_required, password_sign_in,
       exists (
           select 1
           from oidc_provider p
           where p.workspace_id = w.id
             and p.worked_at is not null
       ) as provider_works
from workspace w
where id = :workspace_id;

-- name: save_sign_in_rules
-- What a workspace asks of who signs in.
update workspace
set second_factor_required = :second_factor_required,
    password_sign_in = :password_sign_in
where id = :workspace_id;

-- name: end_weak_sessions
-- The sessions of agents who came in with a password alone and have nothing besides.
delete from session s
where s.workspace_id = :workspace_id
  and s.entered_by = 'password'
  and not exists (
      select 1
      from agent_totp t
      where t.workspace_id = s.workspace_id
        and t.agent_id = s.agent_id
        and t.sealed is not null
  );

-- name: list_factors
-- How each active agent can sign in.
select a.id, a.name, a.email, a.password_hash is not null as password,
       exists (
           select 1
           from agent_totp t
           where t.workspace_id = a.workspace_id
             and t.agent_id = a.id
             and t.sealed is not null
       ) as second_factor,
       array(
           select l.provider_id
           from agent_login l
           where l.workspace_id = a.workspace_id
             and l.agent_id = a.id
           order by l.created_at
       ) as provider_ids
from agent a
where a.workspace_id = :workspace_id
  and a.active
order by lower(a.name), a.id;
