-- When somebody is there: one schedule for the workspace (team_id null) and one for each team that has its own.
create table business_hours (
    workspace_id uuid not null references workspace on delete cascade,
    team_id uuid,
    schedule jsonb not null,                        -- hours/model.py: Schedule
    constraint business_hours_one unique nulls not distinct (workspace_id, team_id),
    constraint business_hours_team foreign key (workspace_id, team_id) references team on delete cascade
);
