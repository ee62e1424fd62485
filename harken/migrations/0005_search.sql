-- Words of messages and notes. A workspace's messages are cut into segments of some thousands by the order of their ids
-- (which is that of time), and each word carries its segment, so that a search walks from the newest segment back and
-- looks, in each, at no more rows than stand there: a common word costs what a rare one does, in every workspace.

create table search_segment (
    id bigint generated always as identity,             -- stands in front of each word, in hexadecimal
    workspace_id uuid not null references workspace on delete cascade,
    first_message_id uuid not null,                     -- messages from this id on, up to the next segment's
    last_message_id uuid not null,
    messages integer not null,
    oldest_at timestamptz not null,
    newest_at timestamptz not null,
    primary key (workspace_id, first_message_id),
    constraint search_segment_id_unique unique (id)
);

create table message_search (
    workspace_id uuid not null,
    message_id uuid not null,
    conversation_id uuid not null,
    segment bigint not null,
    at timestamptz not null,
    tokens tsvector not null,                           -- search/lexemes.py
    primary key (workspace_id, message_id),
    constraint message_search_message foreign key (workspace_id, message_id) references message on delete cascade
);
-- Without a pending list: each search would read it through once for every segment. New words go into the newest segment's
-- part of the index, which is small and warm.
create index message_search_tokens on message_search using gin (tokens) with (fastupdate = off);

-- How far the messages are indexed that were there before the log was followed; its row is the lock of a workspace's indexing.
create table search_history (
    workspace_id uuid primary key references workspace on delete cascade,
    indexed_to uuid not null default '00000000-0000-0000-0000-000000000000',
    finished boolean not null default false
);
