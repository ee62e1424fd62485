-- What an agent writes: drafts, formatted text, e-mails with copies, a signature and quoted history, and the hold in which a message can be taken back.
alter table message
    add column format text not null default 'plain' constraint message_format check (format in ('plain', 'markdown')),
    add column recipients jsonb,                    -- {cc, bcc}
    add column signature text,                      -- as it was when the message was sent
    add column quoted_id uuid;                      -- the message whose text an e-mail has below

alter table delivery add column held_until timestamptz;  -- run_at of the first attempt, where a channel holds what is sent

-- What an agent has written in a conversation and not sent.
create table draft (
    workspace_id uuid not null references workspace on delete cascade,
    conversation_id uuid not null,
    agent_id uuid not null,
    revision bigint not null,                       -- seq of the event that told of it
    body jsonb not null,                            -- conversations/drafts.py: DraftBody
    updated_at timestamptz not null,
    primary key (workspace_id, conversation_id, agent_id),
    constraint draft_conversation foreign key (workspace_id, conversation_id) references conversation on delete cascade,
    constraint draft_agent foreign key (workspace_id, agent_id) references agent on delete cascade
);
create index draft_by_agent on draft (workspace_id, agent_id, updated_at desc);
