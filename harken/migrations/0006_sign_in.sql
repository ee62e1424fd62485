-- Signing in: a second factor, sign-in through a provider (OpenID Connect), limits that all processes share.

alter table workspace
    add column second_factor_required boolean not null default false,
    add column password_sign_in boolean not null default true;      -- of those who are no admins

-- A session can be named without its token's hash, and says how its agent came in.
alter table session
    add column id uuid not null default gen_random_uuid(),
    add column entered_by text not null default 'password' constraint session_entered_by check (entered_by in ('password', 'provider'));
create unique index session_id_unique on session (id);

create table agent_totp (
    workspace_id uuid not null,
    agent_id uuid not null,
    sealed bytea,                                   -- the secret, sealed (kit/crypto.py); null until it was confirmed
    pending bytea,                                  -- a new one, sealed, that waits for its first code
    last_step bigint not null default 0,            -- of the last code that was used: a code is good once
    confirmed_at timestamptz,
    primary key (workspace_id, agent_id),
    constraint agent_totp_agent foreign key (workspace_id, agent_id) references agent on delete cascade
);

create table recovery_code (
    workspace_id uuid not null,
    agent_id uuid not null,
    code_hash bytea not null,
    primary key (workspace_id, agent_id, code_hash),
    constraint recovery_code_agent foreign key (workspace_id, agent_id) references agent on delete cascade
);

-- Failures within a window, by the hash of what is counted (an address and where it came from, an account).
create table sign_in_attempt (
    key bytea primary key,
    failed integer not null,
    since timestamptz not null
);
create index sign_in_attempt_by_age on sign_in_attempt (since);

create table oidc_provider (
    id uuid not null constraint oidc_provider_id_unique unique,
    workspace_id uuid not null references workspace on delete cascade,
    name text not null constraint oidc_provider_name_length check (length(name) between 1 and 80),
    button text not null default '',
    issuer text not null,
    client_id text not null,
    sealed bytea,                                   -- the client's secret, sealed; null: a public client
    allowed_domains text[] not null,
    creates_agents boolean not null default false,
    worked_at timestamptz,                          -- when somebody came in through it last
    created_at timestamptz not null default now(),
    primary key (workspace_id, id)
);

-- Who of a provider is which agent: by the provider's own name for them, which no change of address touches.
create table agent_login (
    workspace_id uuid not null,
    provider_id uuid not null,
    subject text not null,
    agent_id uuid not null,
    created_at timestamptz not null default now(),
    last_used_at timestamptz not null default now(),
    primary key (workspace_id, provider_id, subject),
    constraint agent_login_once unique (workspace_id, provider_id, agent_id),
    constraint agent_login_provider foreign key (workspace_id, provider_id) references oidc_provider on delete cascade,
    constraint agent_login_agent foreign key (workspace_id, agent_id) references agent on delete cascade
);
create index agent_login_by_agent on agent_login (workspace_id, agent_id);
