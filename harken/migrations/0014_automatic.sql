-- What a channel says and does of itself: automatic/model.py: Automatic.
create table channel_automatic (
    workspace_id uuid not null,
    channel_id uuid not null,
    document jsonb not null,
    bots_wait interval,                             -- until inactivity does anything while a bot handles; null: never
    people_wait interval,                           -- while a person or nobody does
    primary key (workspace_id, channel_id),
    constraint channel_automatic_channel foreign key (workspace_id, channel_id) references channel on delete cascade
);

-- What was said automatically in a conversation.
create table automatic_said (
    workspace_id uuid not null,
    conversation_id uuid not null,
    said_at timestamptz,                            -- the last greeting or away message
    reminded_seq integer,                           -- the message that was the last reminder
    primary key (workspace_id, conversation_id),
    constraint automatic_said_conversation foreign key (workspace_id, conversation_id) references conversation on delete cascade
);

-- Open conversations whose customer does not wait, the quietest first: those in which inactivity may do something.
create index conversation_quiet on conversation (workspace_id, channel_id, last_activity_at)
    where status = 'open' and waiting_since is null and snoozed_at is null;
