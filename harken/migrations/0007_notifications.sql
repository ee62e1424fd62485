-- Durable followers of the event log, and what agents are told of: notifications, browsers to push to.

-- Who reads the log durably, and since when: a workspace made later is read from its beginning.
create table log_consumer (
    consumer text primary key,
    created_at timestamptz not null default now()
);

-- How far each of them has read each workspace; moved in the transaction of what it wrote.
create table log_cursor (
    consumer text not null,
    workspace_id uuid not null references workspace on delete cascade,
    seq bigint not null,
    primary key (consumer, workspace_id),
    constraint log_cursor_consumer foreign key (consumer) references log_consumer on delete cascade
);

create table notification (
    id uuid not null,
    workspace_id uuid not null,
    agent_id uuid not null,
    kind text not null constraint notification_kind check (kind in ('mention', 'assigned', 'taken_over', 'message', 'new_conversation')),
    conversation_id uuid not null,
    message_id uuid,
    actor_name text not null default '',
    contact_name text not null default '',
    preview text not null default '',
    count integer not null default 1,
    app boolean not null default true,              -- whether the list in the app shows it
    push boolean not null default false,            -- the agent's choice when it came
    email boolean not null default false,           -- the same: whether a digest tells of it
    created_at timestamptz not null,
    updated_at timestamptz not null,
    read_at timestamptz,
    mailed_at timestamptz,
    pushed_at timestamptz,
    primary key (workspace_id, id),
    constraint notification_agent foreign key (workspace_id, agent_id) references agent on delete cascade,
    constraint notification_conversation foreign key (workspace_id, conversation_id) references conversation on delete cascade
);
-- One unread of a kind for each agent and conversation: later ones are counted on it.
create unique index notification_one_unread on notification (workspace_id, agent_id, conversation_id, kind) where read_at is null;
create index notification_newest on notification (workspace_id, agent_id, updated_at desc, id desc);
create index notification_unmailed on notification (workspace_id, agent_id, updated_at) where read_at is null and mailed_at is null and email;
create index notification_mailed on notification (workspace_id, agent_id, mailed_at desc) where mailed_at is not null;
create index notification_by_conversation on notification (workspace_id, conversation_id);
create index notification_old on notification (updated_at);

-- A browser that may be pushed to. Its endpoint is a capability: whoever knows it can wake the browser.
create table push_subscription (
    id uuid not null,
    workspace_id uuid not null,
    agent_id uuid not null,
    session_hash bytea references session on delete cascade, -- whoever is signed out is pushed to no longer
    endpoint text not null,
    p256dh text not null,
    auth text not null,
    created_at timestamptz not null,
    primary key (workspace_id, id),
    constraint push_subscription_endpoint_unique unique (endpoint),
    constraint push_subscription_agent foreign key (workspace_id, agent_id) references agent on delete cascade
);
create index push_subscription_by_agent on push_subscription (workspace_id, agent_id);
create index push_subscription_by_session on push_subscription (session_hash);

-- When an agent's page was open last, to the minute: whoever is there needs no mail.
create table agent_presence (
    workspace_id uuid not null,
    agent_id uuid not null,
    seen_at timestamptz not null,
    primary key (workspace_id, agent_id),
    constraint agent_presence_agent foreign key (workspace_id, agent_id) references agent on delete cascade
);

-- The installation's own keys, sealed (kit/crypto.py): made once, when first needed.
create table sealed_key (
    name text primary key,
    sealed bytea not null,
    created_at timestamptz not null default now()
);
