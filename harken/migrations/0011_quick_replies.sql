-- Prepared answers. `usage_count` is a statistic: it moves without an event and without a new revision.
create table quick_reply (
    id uuid not null,
    workspace_id uuid not null references workspace on delete cascade,
    scope text not null constraint quick_reply_scope check (scope in ('mine', 'team', 'everyone')),
    owner_id uuid,                                  -- scope 'mine': the agent
    team_id uuid,                                   -- scope 'team'
    shortcut text not null constraint quick_reply_shortcut_length check (length(shortcut) between 1 and 40),
    title text not null default '' constraint quick_reply_title_length check (length(title) <= 120),
    body text not null constraint quick_reply_body_length check (length(body) <= 10000),
    language text,                                  -- null: any
    attachment_ids uuid[] not null default '{}',    -- files, in order
    usage_count bigint not null default 0,
    last_used_at timestamptz,
    revision bigint not null,                       -- seq of the event that changed it last
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (workspace_id, id),
    constraint quick_reply_whose check ((scope = 'mine') = (owner_id is not null) and (scope = 'team') = (team_id is not null)),
    constraint quick_reply_owner foreign key (workspace_id, owner_id) references agent on delete cascade,
    constraint quick_reply_team foreign key (workspace_id, team_id) references team on delete cascade
);
-- One shortcut has one reply in a scope and a language: its languages are variants of one another.
create unique index quick_reply_mine_unique on quick_reply (workspace_id, owner_id, lower(shortcut), coalesce(language, '')) where scope = 'mine';
create unique index quick_reply_team_unique on quick_reply (workspace_id, team_id, lower(shortcut), coalesce(language, '')) where scope = 'team';
create unique index quick_reply_everyone_unique on quick_reply (workspace_id, lower(shortcut), coalesce(language, '')) where scope = 'everyone';
create index quick_reply_in_order on quick_reply (workspace_id, lower(shortcut), id);

-- A Quick Reply's file is its own; each message that is sent with it gets a row of the same digest.
alter table file
    add column quick_reply_id uuid,
    add constraint file_quick_reply foreign key (workspace_id, quick_reply_id) references quick_reply on delete cascade;
create index file_by_quick_reply on file (workspace_id, quick_reply_id) where quick_reply_id is not null;
