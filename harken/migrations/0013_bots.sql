-- Bots at work: how each is set up, the lease under which one handles a conversation, the turns in which it is asked, and
-- what one in shadow mode would have said. The machine: docs/bots.md.

alter table bot
    add column kind text not null default 'webhook',
    add column settings jsonb not null default '{}',
    add column sealed bytea,                            -- secret settings, sealed (kit/crypto.py)
    add column token_hash bytea,                        -- of the bot API
    add column state text not null default 'on' constraint bot_state check (state in ('on', 'paused', 'removed')),
    add column mode text not null default 'live' constraint bot_mode check (mode in ('live', 'approve', 'shadow')),
    add column version integer not null default 1,
    add column limits jsonb not null default '{}',      -- conversations/bots.py: Limits
    add column channel_ids uuid[] not null default '{}', -- where it may handle; empty: everywhere
    add column disclosure jsonb not null default '{}',  -- bots/model.py: Disclosure
    add column failures integer not null default 0,     -- in a row
    add column away_until timestamptz,                  -- its circuit breaker is open: asked by nobody until then
    add column failed_text text not null default '',
    add constraint bot_token_unique unique (token_hash);

-- What a bot was at each version: a conversation goes on with the one that it began with.
create table bot_version (
    workspace_id uuid not null,
    bot_id uuid not null,
    version integer not null,
    settings jsonb not null,
    created_by uuid,
    created_at timestamptz not null default now(),
    primary key (workspace_id, bot_id, version),
    constraint bot_version_bot foreign key (workspace_id, bot_id) references bot on delete cascade
);
insert into bot_version (workspace_id, bot_id, version, settings)
select workspace_id, id, version, settings
from bot;

alter table channel
    add column bot_id uuid,
    add column bot_when text not null default 'always' constraint channel_bot_when check (bot_when in ('always', 'outside_hours', 'delegated')),
    add column bot_timeout_seconds integer constraint channel_bot_timeout check (bot_timeout_seconds between 1 and 300),
    add constraint channel_bot foreign key (workspace_id, bot_id) references bot on delete set null (bot_id);

alter table conversation
    add column bot jsonb,                               -- conversations/model.py: BotState, while a bot handles it
    add column needs_help boolean not null default false, -- the same as `bot` has a `help`: the order of Automated
    add constraint conversation_needs_help check (not needs_help or handler_kind = 'bot');
alter table message add column bot jsonb;               -- conversations/model.py: BotMark

-- Exactly one for each conversation that a bot handles. `deadline`: when the watchdog acts, whatever happens.
create table bot_lease (
    workspace_id uuid not null,
    conversation_id uuid not null,
    bot_id uuid not null,
    epoch bigint not null,
    version integer not null,
    timeout_seconds integer not null,
    phase text not null constraint bot_lease_phase check (phase in ('asked', 'expected', 'idle', 'held')),
    deadline timestamptz not null,
    asked_seq integer not null,                         -- what the customer wrote after this has not been put to the bot
    state jsonb not null default '{}',                  -- the bot's own
    misses integer not null default 0,                  -- in a row
    said text[] not null default '{}',                  -- hashes of its last texts
    choices jsonb not null default '[]',                -- bots/protocol.py: Button, of its last question
    instructions text[] not null default '{}',
    held jsonb not null default '{}',                   -- answers that wait for an agent, by the suggestion's id
    started_at timestamptz not null,
    primary key (workspace_id, conversation_id),
    constraint bot_lease_conversation foreign key (workspace_id, conversation_id) references conversation on delete cascade,
    constraint bot_lease_bot foreign key (workspace_id, bot_id) references bot
);
create index bot_lease_due on bot_lease (deadline);
create index bot_lease_by_bot on bot_lease (workspace_id, bot_id);

-- What a bot has still to be asked or told.
create table bot_turn (
    id uuid not null,
    workspace_id uuid not null,
    conversation_id uuid not null,
    bot_id uuid not null,
    epoch bigint not null,
    type text not null constraint bot_turn_type check (type in ('conversation_started', 'message_added', 'conversation_taken_over', 'conversation_closed')),
    shadow boolean not null default false,
    state text not null default 'due' constraint bot_turn_state check (state in ('due', 'running')),
    attempt integer not null default 0,
    run_at timestamptz not null,
    lease_until timestamptz,
    created_at timestamptz not null,
    primary key (workspace_id, id),
    constraint bot_turn_conversation foreign key (workspace_id, conversation_id) references conversation on delete cascade,
    constraint bot_turn_bot foreign key (workspace_id, bot_id) references bot on delete cascade
);
create unique index bot_turn_merged on bot_turn (workspace_id, conversation_id, bot_id, shadow)
    where state = 'due' and type in ('conversation_started', 'message_added');
create unique index bot_turn_one_runs on bot_turn (workspace_id, conversation_id, bot_id, shadow) where state = 'running';
create index bot_turn_due on bot_turn (run_at);

-- What a bot in shadow mode, or a replayed one, would have said; never sent.
create table bot_shadow (
    id uuid not null,
    workspace_id uuid not null,
    bot_id uuid not null,
    version integer not null,
    conversation_id uuid not null,
    message_seq integer not null,                       -- up to which it knew the thread
    outcome jsonb,                                      -- bots/protocol.py: Outcome
    error text,
    took_ms integer not null,
    created_at timestamptz not null,
    primary key (workspace_id, id),
    constraint bot_shadow_bot foreign key (workspace_id, bot_id) references bot on delete cascade,
    constraint bot_shadow_conversation foreign key (workspace_id, conversation_id) references conversation on delete cascade
);
create index bot_shadow_by_conversation on bot_shadow (workspace_id, conversation_id, bot_id, message_seq);
create index bot_shadow_by_bot on bot_shadow (workspace_id, bot_id, created_at);

-- Conversations that a bot handled before there were leases: the watchdog gives them to a person when nothing happens.
update conversation
set bot = '{"mode": "live"}'
where status = 'open'
  and handler_kind = 'bot';
insert into bot_lease (workspace_id, conversation_id, bot_id, epoch, version, timeout_seconds, phase, deadline, asked_seq, started_at)
select workspace_id, id, handler_id, epoch, 1, 20, 'idle', now() + interval '1 day', message_count, created_at
from conversation
where status = 'open'
  and handler_kind = 'bot';

-- Those that need help first.
create index conversation_automated on conversation (workspace_id, needs_help desc, last_activity_at desc, id desc)
    where status = 'open' and handler_kind = 'bot' and snoozed_at is null;
create index conversation_team_automated on conversation (workspace_id, team_id, needs_help desc, last_activity_at desc, id desc)
    where status = 'open' and handler_kind = 'bot' and snoozed_at is null;
