-- A bot's page of what it would have said is read newest first, by id: with many bots in shadow mode, or one that was so long
-- ago, the primary key passed all the others' rows to find this one's. Nothing asks by created_at.

create index bot_shadow_newest on bot_shadow (workspace_id, bot_id, id);
drop index bot_shadow_by_bot;
