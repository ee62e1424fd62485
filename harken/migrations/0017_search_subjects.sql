-- Whether a segment holds a first mail's subject: a search looks for subjects in those alone, and most of a desk's history of
-- chats has none. Once for those that are there; a system's message looks like a subject here, which only costs a look.

alter table search_segment add column subjects boolean not null default false;

set local enable_seqscan = off;                         -- by the index of words: a segment without any would read the whole table

update search_segment s
set subjects = exists (
    select 1
    from message_search m
    where m.tokens @@ ('''' || to_hex(s.id) || '~=s'':*')::tsquery
);

set local enable_seqscan = on;
