-- What a bot gave to people stands on top of the Inbox until somebody takes it.

alter table conversation
    add column handed_off text,                         -- why (the line of the hand-off has the rest); null: not by a bot
    add constraint conversation_handed_off check (handed_off is null or (status = 'open' and handler_kind = 'none'));

drop index conversation_inbox;
drop index conversation_team_inbox;
create index conversation_inbox on conversation (workspace_id, (handed_off is null), (coalesce(waiting_since, last_activity_at)), id)
    where status = 'open' and handler_kind = 'none' and snoozed_at is null;
create index conversation_team_inbox on conversation (workspace_id, team_id, (handed_off is null), (coalesce(waiting_since, last_activity_at)), id)
    where status = 'open' and handler_kind = 'none' and snoozed_at is null;
