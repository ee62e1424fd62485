-- What a contact is besides a name: labels, local time, language, notes, blocked, merged; and how it is found.

alter table contact
    add column label_ids uuid[] not null default '{}',
    add column timezone text not null default '',       -- IANA; '' while unknown
    add column language text not null default '',       -- BCP 47; '' while unknown
    add column blocked_at timestamptz,
    add column blocked_by uuid,
    add column merged_into uuid,                        -- the contact that has its identities now; it is shown nowhere itself
    add column tokens_due boolean not null default true,   -- an address or attribute changed since `tokens` were made
    add column tokens tsvector,                         -- of name, addresses and attributes: kit/tokens.py
    add column tokens_name text,                        -- the name that they were made of
    add column unindexed boolean not null generated always as (tokens_due or tokens_name is distinct from name) stored,
    add constraint contact_blocked check ((blocked_at is null) = (blocked_by is null)),
    add constraint contact_merged_into foreign key (workspace_id, merged_into) references contact;

-- Only those whose tokens are out of date; empty at rest. Whoever searches brings a few up to date, a task the rest.
create index contact_unindexed on contact (workspace_id, id) where unindexed;
create index contact_tokens on contact using gin (tokens);
create index contact_labels on contact using gin (label_ids) where label_ids <> '{}';
create index contact_blocked on contact (workspace_id, id) where blocked_at is not null;
create index contact_merged on contact (workspace_id, merged_into) where merged_into is not null;
create index contact_by_time on contact (workspace_id, created_at desc, id desc);
-- Contacts by when they were last spoken with.
create index conversation_by_activity on conversation (workspace_id, last_activity_at desc, contact_id desc);

create table contact_note (
    id uuid not null,
    workspace_id uuid not null,
    contact_id uuid not null,
    author_id uuid not null,
    text text not null constraint contact_note_length check (length(text) between 1 and 10000),
    created_at timestamptz not null,
    changed_at timestamptz,
    primary key (workspace_id, id),
    constraint contact_note_contact foreign key (workspace_id, contact_id) references contact on delete cascade,
    constraint contact_note_author foreign key (workspace_id, author_id) references agent
);
create index contact_note_by_contact on contact_note (workspace_id, contact_id, created_at desc, id desc);

-- A merge, with what it brought, so that exactly that can be taken back.
create table contact_merge (
    id uuid not null,
    workspace_id uuid not null,
    contact_id uuid not null,                           -- the one that stayed
    other_id uuid not null,                             -- the one whose identities it took
    identity_ids uuid[] not null,
    note_ids uuid[] not null,
    brought jsonb not null,                             -- contacts/model.py: Brought
    merged_by uuid not null,
    merged_at timestamptz not null,
    undone_at timestamptz,
    undone_by uuid,
    primary key (workspace_id, id),
    constraint contact_merge_contact foreign key (workspace_id, contact_id) references contact on delete cascade,
    constraint contact_merge_other foreign key (workspace_id, other_id) references contact on delete cascade
);
create index contact_merge_by_contact on contact_merge (workspace_id, contact_id, merged_at desc) where undone_at is null;
-- A contact is merged into one other at a time.
create unique index contact_merge_one on contact_merge (workspace_id, other_id) where undone_at is null;
