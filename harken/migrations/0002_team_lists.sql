-- A team's Open and Automated lists among many conversations: the handler's kind in the index, so that a page reads its own rows alone.
drop index conversation_team_open;
create index conversation_team_open on conversation (workspace_id, team_id, handler_kind, last_activity_at desc, id desc) where status = 'open';
