-- The whole of the first schema. Every key and every foreign key carries workspace_id, so that a row of one
-- company can never point into another's. Ids are UUIDv7 made by the program (kit/ids.py).

create table workspace (
    id uuid primary key,
    name text not null constraint workspace_name_length check (length(name) between 1 and 200),
    created_at timestamptz not null default now()
);

-- Locked first in every writing transaction: the order of seq is the order of commit, without a gap.
create table workspace_seq (
    workspace_id uuid primary key references workspace on delete cascade,
    seq bigint not null default 0,
    conversation_number bigint not null default 0
);

create table agent (
    id uuid not null,
    workspace_id uuid not null references workspace on delete cascade,
    email text not null,
    name text not null,
    password_hash text,
    role text not null constraint agent_role check (role in ('agent', 'supervisor', 'admin')),
    active boolean not null default true,
    available boolean not null default true,
    preferences jsonb not null default '{}',
    created_at timestamptz not null default now(),
    primary key (workspace_id, id),
    constraint agent_id_unique unique (id)
);
create unique index agent_email_unique on agent (workspace_id, lower(email));
create index agent_by_email on agent (lower(email));

create table session (
    token_hash bytea primary key,
    workspace_id uuid not null,
    agent_id uuid not null,
    csrf_token text not null,
    user_agent text not null default '',
    created_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    expires_at timestamptz not null,
    constraint session_agent foreign key (workspace_id, agent_id) references agent on delete cascade
);
create index session_by_agent on session (workspace_id, agent_id);

create table api_token (
    id uuid not null,
    workspace_id uuid not null,
    agent_id uuid not null,
    name text not null default '',
    token_hash bytea not null constraint api_token_hash_unique unique,
    scopes text[] not null default '{}',
    created_at timestamptz not null default now(),
    last_used_at timestamptz,
    primary key (workspace_id, id),
    constraint api_token_agent foreign key (workspace_id, agent_id) references agent on delete cascade
);

create table invitation (
    id uuid not null,
    workspace_id uuid not null references workspace on delete cascade,
    token_hash bytea not null constraint invitation_hash_unique unique,
    email text not null,
    role text not null constraint invitation_role check (role in ('agent', 'supervisor', 'admin')),
    team_ids uuid[] not null default '{}',
    created_by uuid not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    accepted_at timestamptz,
    primary key (workspace_id, id)
);

create table team (
    id uuid not null,
    workspace_id uuid not null references workspace on delete cascade,
    name text not null constraint team_name_length check (length(name) between 1 and 80),
    color text not null default 'blue',
    created_at timestamptz not null default now(),
    primary key (workspace_id, id),
    constraint team_name_unique unique (workspace_id, name)
);

create table team_member (
    workspace_id uuid not null,
    team_id uuid not null,
    agent_id uuid not null,
    primary key (workspace_id, team_id, agent_id),
    constraint team_member_team foreign key (workspace_id, team_id) references team on delete cascade,
    constraint team_member_agent foreign key (workspace_id, agent_id) references agent on delete cascade
);
create index team_member_by_agent on team_member (workspace_id, agent_id);

create table bot (
    id uuid not null,
    workspace_id uuid not null references workspace on delete cascade,
    name text not null,
    created_at timestamptz not null default now(),
    primary key (workspace_id, id)
);

create table channel (
    id uuid not null constraint channel_id_unique unique,
    workspace_id uuid not null references workspace on delete cascade,
    connector text not null,
    name text not null constraint channel_name_length check (length(name) between 1 and 80),
    team_id uuid,
    settings jsonb not null default '{}',
    sealed bytea,                                   -- secret settings, sealed (kit/crypto.py)
    active boolean not null default true,
    reopen_hours integer not null default 24 constraint channel_reopen_hours check (reopen_hours between 0 and 8760),
    retention_days integer,
    health_state text not null default 'unknown' constraint channel_health_state check (health_state in ('unknown', 'ok', 'failing')),
    health_text text not null default '',
    health_at timestamptz,
    created_at timestamptz not null default now(),
    primary key (workspace_id, id),
    constraint channel_team foreign key (workspace_id, team_id) references team on delete set null (team_id)
);

-- Where a connector that pulls (IMAP) has read to; moved in the transaction that stores what it read.
create table channel_cursor (
    workspace_id uuid not null,
    channel_id uuid not null,
    cursor jsonb not null,
    primary key (workspace_id, channel_id),
    constraint channel_cursor_channel foreign key (workspace_id, channel_id) references channel on delete cascade
);

create table label (
    id uuid not null,
    workspace_id uuid not null references workspace on delete cascade,
    name text not null constraint label_name_length check (length(name) between 1 and 80),
    color text not null default 'grey',
    primary key (workspace_id, id),
    constraint label_name_unique unique (workspace_id, name)
);

create table contact (
    id uuid not null,
    workspace_id uuid not null references workspace on delete cascade,
    name text not null default '',
    attributes jsonb not null default '{}',
    revision bigint not null default 0,             -- seq of the event that changed it last
    created_at timestamptz not null default now(),
    primary key (workspace_id, id)
);
create index contact_by_name on contact (workspace_id, lower(name), id);

create table identity (
    id uuid not null,
    workspace_id uuid not null,
    contact_id uuid not null,
    connector text not null,
    scope text not null default '',                 -- '' when the address is the same on every channel of the connector, else the channel's id
    address text not null,
    display_name text not null default '',
    verified boolean not null default false,
    created_at timestamptz not null default now(),
    primary key (workspace_id, id),
    constraint identity_address_unique unique (workspace_id, connector, scope, address),
    constraint identity_contact foreign key (workspace_id, contact_id) references contact on delete cascade
);
create index identity_by_contact on identity (workspace_id, contact_id);

create table conversation (
    id uuid not null,
    workspace_id uuid not null references workspace on delete cascade,
    number bigint not null,
    channel_id uuid not null,
    identity_id uuid not null,
    thread_key text not null default '',
    contact_id uuid not null,
    team_id uuid,
    status text not null default 'open' constraint conversation_status check (status in ('open', 'closed')),
    handler_kind text not null default 'none' constraint conversation_handler_kind check (handler_kind in ('none', 'agent', 'bot')),
    handler_id uuid,
    epoch bigint not null default 0,                -- rises with every change of handler
    revision bigint not null,                       -- seq of the event that changed it last
    subject text not null default '',
    label_ids uuid[] not null default '{}',
    message_count integer not null default 0,       -- the last message's seq: they have no gap
    inbound_count integer not null default 0,       -- unread = inbound_count - read_mark.inbound_count
    last_message jsonb,                             -- conversations/model.py: LastMessage, so that a list needs no join
    last_activity_at timestamptz not null,
    last_inbound_at timestamptz,
    waiting_since timestamptz,                      -- since when the customer waits for us; null when they do not
    closed_at timestamptz,
    closed_by_kind text constraint conversation_closed_by_kind check (closed_by_kind in ('agent', 'bot', 'system')),
    closed_by_id uuid,
    close_reason text,
    previous_id uuid,                               -- the closed conversation that this one follows
    created_at timestamptz not null,
    primary key (workspace_id, id),
    constraint conversation_number_unique unique (workspace_id, number),
    constraint conversation_handler check ((handler_kind = 'none') = (handler_id is null)),
    constraint conversation_closed check ((status = 'closed') = (closed_at is not null)),
    constraint conversation_closed_unhandled check (status = 'open' or handler_kind = 'none'),
    constraint conversation_channel foreign key (workspace_id, channel_id) references channel,
    constraint conversation_identity foreign key (workspace_id, identity_id) references identity,
    constraint conversation_contact foreign key (workspace_id, contact_id) references contact,
    constraint conversation_team foreign key (workspace_id, team_id) references team on delete set null (team_id)
);
-- R2, by the database: one open conversation per channel, identity and thread key.
create unique index conversation_one_open on conversation (workspace_id, channel_id, identity_id, thread_key) where status = 'open';
create index conversation_by_identity on conversation (workspace_id, channel_id, identity_id, thread_key, created_at desc);
create index conversation_by_contact on conversation (workspace_id, contact_id, last_activity_at desc);
-- One partial index per view, in the order of the view (keyset pages).
create index conversation_inbox on conversation (workspace_id, (coalesce(waiting_since, last_activity_at)), id) where status = 'open' and handler_kind = 'none';
create index conversation_yours on conversation (workspace_id, handler_id, last_activity_at desc, id desc) where status = 'open' and handler_kind = 'agent';
create index conversation_open on conversation (workspace_id, last_activity_at desc, id desc) where status = 'open' and handler_kind = 'agent';
create index conversation_automated on conversation (workspace_id, last_activity_at desc, id desc) where status = 'open' and handler_kind = 'bot';
create index conversation_closed_order on conversation (workspace_id, closed_at desc, id desc) where status = 'closed';
-- The same for an agent of some teams, and for a team's own list.
create index conversation_team_inbox on conversation (workspace_id, team_id, (coalesce(waiting_since, last_activity_at)), id) where status = 'open' and handler_kind = 'none';
create index conversation_team_open on conversation (workspace_id, team_id, last_activity_at desc, id desc) where status = 'open';
create index conversation_team_closed on conversation (workspace_id, team_id, closed_at desc, id desc) where status = 'closed';

create table message (
    id uuid not null,
    workspace_id uuid not null,
    conversation_id uuid not null,
    channel_id uuid not null,
    seq integer not null,
    kind text not null constraint message_kind check (kind in ('message', 'note', 'event')),
    direction text not null constraint message_direction check (direction in ('in', 'out', 'none')),
    author_kind text not null constraint message_author_kind check (author_kind in ('contact', 'agent', 'bot', 'system')),
    author_id uuid,
    author_name text not null default '',
    client_message_id text,
    external_id text,                               -- the service's id; for mail the Message-ID, ours included
    text text not null default '',
    html text,                                      -- sanitised (mail only)
    quoted text,                                    -- what the customer quoted below their answer, folded away
    subject text,
    line jsonb,                                     -- kind 'event': conversations/model.py: Line
    attachments jsonb not null default '[]',        -- conversations/model.py: Attachment
    mentions uuid[] not null default '{}',
    reply_to uuid,
    headers jsonb not null default '{}',            -- what a connector needs to answer in the thread (References, ...)
    revision bigint not null,                       -- seq of the event that changed it last
    provider_at timestamptz,
    created_at timestamptz not null,
    primary key (workspace_id, id),
    constraint message_seq_unique unique (workspace_id, conversation_id, seq),
    constraint message_client_id_unique unique (workspace_id, conversation_id, client_message_id),
    constraint message_external_id_unique unique (workspace_id, channel_id, external_id),
    constraint message_conversation foreign key (workspace_id, conversation_id) references conversation on delete cascade,
    constraint message_channel foreign key (workspace_id, channel_id) references channel
);

create table delivery (
    workspace_id uuid not null,
    message_id uuid not null,
    part integer not null default 0,
    conversation_id uuid not null,
    channel_id uuid not null,
    seq integer not null,                           -- of the message: deliveries of a conversation go in this order
    state text not null default 'queued' constraint delivery_state check (state in ('queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'uncertain')),
    attempt integer not null default 0,
    run_at timestamptz not null default now(),
    lease_until timestamptz,
    bot_epoch bigint,                               -- a bot's message carries the epoch it was made for
    provider_id text,
    error_kind text,
    error_text text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (workspace_id, message_id, part),
    constraint delivery_provider_id_unique unique (workspace_id, channel_id, provider_id),
    constraint delivery_message foreign key (workspace_id, message_id) references message on delete cascade,
    constraint delivery_conversation foreign key (workspace_id, conversation_id) references conversation on delete cascade
);
create index delivery_due on delivery (run_at) where state in ('queued', 'sending');
create index delivery_in_order on delivery (workspace_id, conversation_id, seq) where state in ('queued', 'sending');

-- A status that arrived before the send that it speaks of was recorded; matched when that commits.
create table parked_status (
    workspace_id uuid not null,
    channel_id uuid not null,
    provider_id text not null,
    state text not null,
    error_text text,
    received_at timestamptz not null default now(),
    primary key (workspace_id, channel_id, provider_id, state),
    constraint parked_status_channel foreign key (workspace_id, channel_id) references channel on delete cascade
);

create table file (
    id uuid not null,
    workspace_id uuid not null references workspace on delete cascade,
    channel_id uuid,
    conversation_id uuid,                           -- null until a message takes it
    message_id uuid,
    uploaded_by uuid,                               -- the agent; until a message takes it, only they may read it
    name text not null,
    type text not null,                             -- by content
    size bigint not null,
    digest text not null,                           -- sha256, hex: the blob's key is workspace_id/digest
    details jsonb not null default '{}',            -- width, height, duration, peaks, content_id
    source_url text,                                -- set while its content has still to be fetched
    state text not null default 'ready' constraint file_state check (state in ('ready', 'pending', 'failed')),
    created_at timestamptz not null default now(),
    primary key (workspace_id, id),
    constraint file_id_unique unique (id),
    constraint file_conversation foreign key (workspace_id, conversation_id) references conversation on delete cascade
);
create index file_by_conversation on file (workspace_id, conversation_id);

create table read_mark (
    workspace_id uuid not null,
    conversation_id uuid not null,
    agent_id uuid not null,
    inbound_count integer not null,
    message_seq integer not null,
    primary key (workspace_id, agent_id, conversation_id),
    constraint read_mark_conversation foreign key (workspace_id, conversation_id) references conversation on delete cascade,
    constraint read_mark_agent foreign key (workspace_id, agent_id) references agent on delete cascade
);

-- An inbound provider item as it came, stored before anything else was done with it.
create table receipt (
    id uuid not null,
    workspace_id uuid not null,
    channel_id uuid not null,
    dedupe_key text not null,
    headers jsonb not null default '{}',
    body bytea not null,
    received_at timestamptz not null,
    outcome text not null constraint receipt_outcome check (outcome in ('ingested', 'ignored', 'parked')),
    error text,
    replayed_at timestamptz,
    primary key (workspace_id, id),
    constraint receipt_dedupe_unique unique (workspace_id, channel_id, dedupe_key),
    constraint receipt_channel foreign key (workspace_id, channel_id) references channel on delete cascade
);
create index receipt_parked on receipt (workspace_id, received_at) where outcome = 'parked';
create index receipt_by_time on receipt (received_at);

-- The event log: how everybody else learns of a change. payload and actor are JSON text, sent on as they are.
create table event (
    workspace_id uuid not null references workspace on delete cascade,
    seq bigint not null,
    type text not null,
    conversation_id uuid,
    audience jsonb not null,                        -- events/types.py: Audience
    actor text not null,
    payload text not null,
    at timestamptz not null,
    primary key (workspace_id, seq)
);
create index event_by_time on event (at);

create table task (
    id uuid primary key,
    workspace_id uuid references workspace on delete cascade,
    kind text not null,
    key text constraint task_key_unique unique,
    payload jsonb not null default '{}',
    run_at timestamptz not null default now(),
    lease_until timestamptz,
    attempt integer not null default 0,
    state text not null default 'queued' constraint task_state check (state in ('queued', 'leased', 'parked')),
    error text,
    created_at timestamptz not null default now()
);
create index task_due on task (run_at) where state in ('queued', 'leased');

-- The first answer to a POST with an Idempotency-Key, given again to whoever repeats it.
create table idempotency_key (
    workspace_id uuid not null,
    agent_id uuid not null,
    key text not null,
    fingerprint bytea not null,                     -- of method, path and body: the same key for another request is refused
    status integer,
    body bytea,
    created_at timestamptz not null default now(),
    primary key (workspace_id, agent_id, key),
    constraint idempotency_key_agent foreign key (workspace_id, agent_id) references agent on delete cascade
);
create index idempotency_key_by_time on idempotency_key (created_at);
