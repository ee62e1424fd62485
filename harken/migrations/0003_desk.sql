-- What an agent's desk is ordered by: priority, what was put aside, reactions, and views kept by name.

alter table conversation
    add column priority smallint not null default 2,    -- conversations/store.py: PRIORITIES; 0 urgent, 1 high, 2 normal, 3 low
    add column snoozed_at timestamptz,                  -- put aside: folded away in its view, and not counted
    add column snoozed_until timestamptz,               -- null: until the customer writes
    add column snoozed_by uuid,                         -- the agent
    add constraint conversation_priority_known check (priority between 0 and 3),
    add constraint conversation_snoozed_whole check (
        (snoozed_at is null) = (snoozed_by is null) and (snoozed_until is null or snoozed_at is not null)
    ),
    add constraint conversation_snoozed_open check (snoozed_at is null or status = 'open');

alter table message add column reactions jsonb not null default '[]'; -- conversations/model.py: Reaction

-- The views again, without what was put aside, so that no page walks through it.
drop index conversation_inbox;
drop index conversation_yours;
drop index conversation_open;
drop index conversation_automated;
drop index conversation_team_inbox;
drop index conversation_team_open;
create index conversation_inbox on conversation (workspace_id, (coalesce(waiting_since, last_activity_at)), id) where status = 'open' and handler_kind = 'none' and snoozed_at is null;
create index conversation_yours on conversation (workspace_id, handler_id, last_activity_at desc, id desc) where status = 'open' and handler_id is not null and snoozed_at is null;
create index conversation_open on conversation (workspace_id, handler_kind, last_activity_at desc, id desc) where status = 'open' and snoozed_at is null;
create index conversation_team_inbox on conversation (workspace_id, team_id, (coalesce(waiting_since, last_activity_at)), id) where status = 'open' and handler_kind = 'none' and snoozed_at is null;
create index conversation_team_open on conversation (workspace_id, team_id, handler_kind, last_activity_at desc, id desc) where status = 'open' and snoozed_at is null;
-- The other orders: a page is merged from one short scan for each team, for who sees all teams too.
create index conversation_waiting on conversation (workspace_id, team_id, handler_kind, (waiting_since is null), (coalesce(waiting_since, last_activity_at)), id) where status = 'open' and snoozed_at is null;
create index conversation_priority on conversation (workspace_id, team_id, handler_kind, priority, (coalesce(waiting_since, last_activity_at)), id) where status = 'open' and snoozed_at is null;
create index conversation_closed_priority on conversation (workspace_id, team_id, priority, last_activity_at, id) where status = 'closed';
create index conversation_snoozed on conversation (workspace_id, team_id, handler_kind, last_activity_at desc, id desc) where snoozed_at is not null;
create index conversation_snoozed_due on conversation (snoozed_until) where snoozed_until is not null;
-- Who is handled is open: without this PostgreSQL takes the open rows for a hundredth of what they are, and sorts them.
create statistics conversation_place (mcv) on status, handler_kind from conversation;

-- A list that somebody keeps under a name. It grants nothing: whoever opens it sees what they may see.
create table saved_view (
    id uuid not null,
    workspace_id uuid not null references workspace on delete cascade,
    owner_id uuid not null,
    scope text not null constraint saved_view_scope check (scope in ('mine', 'everyone')),
    name text not null constraint saved_view_name_length check (length(name) between 1 and 80),
    view text not null constraint saved_view_view check (view in ('inbox', 'yours', 'open', 'automated', 'closed', 'active')),
    filter jsonb not null default '{}',                 -- savedviews/model.py: ListFilter
    position integer not null default 0,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (workspace_id, id),
    constraint saved_view_owner foreign key (workspace_id, owner_id) references agent on delete cascade
);
create index saved_view_by_owner on saved_view (workspace_id, owner_id);
