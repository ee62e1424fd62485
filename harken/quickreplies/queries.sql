-- name: list_usable
-- What an agent may use after a place in the order, with the files of each.
select
    q.id, q.scope, q.owner_id, q.team_id, q.shortcut, q.title, q.body, q.language, q.usage_count, q.last_used_at,
    q.revision, q.created_at, q.updated_at,
    case
        when q.attachment_ids = '{}' then null
        else (
            select jsonb_agg(
                jsonb_build_object('id', f.id, 'name', f.name, 'type', f.type, 'size', f.size, 'details', f.details)
                order by array_position(q.attachment_ids, f.id)
            )
            from file f
            where f.workspace_id = q.workspace_id
              and f.quick_reply_id = q.id
              and f.id = any(q.attachment_ids)
        )
    end as files
from quick_reply q
where q.workspace_id = :workspace_id
  and (
    q.scope = 'everyone'
    or (q.scope = 'mine' and q.owner_id = :agent_id)
    or (q.scope = 'team' and q.team_id = any(:team_ids::uuid[]))
  )
  and (:scope::text is null or q.scope = :scope)
  and (:team_id::uuid is null or q.team_id = :team_id)
  and (:language::text is null or q.language = :language)
  and (
    :words::text is null
    or strpos(lower(q.shortcut || E'\n' || q.title || E'\n' || q.body), lower(:words)) > 0
  )
  and (:after_shortcut::text is null or (lower(q.shortcut), q.id) > (:after_shortcut, :after_id::uuid))
order by lower(q.shortcut), q.id
limit :limit;

-- name: find_quick_reply
-- One, whoever asks.
select
    q.id, q.scope, q.owner_id, q.team_id, q.shortcut, q.title, q.body, q.language, q.usage_count, q.last_used_at,
    q.revision, q.created_at, q.updated_at,
    (
        select jsonb_agg(
            jsonb_build_object('id', f.id, 'name', f.name, 'type', f.type, 'size', f.size, 'details', f.details)
            order by array_position(q.attachment_ids, f.id)
        )
        from file f
        where f.workspace_id = q.workspace_id
          and f.quick_reply_id = q.id
          and f.id = any(q.attachment_ids)
    ) as files
from quick_reply q
where q.workspace_id = :workspace_id
  and q.id = :id;

-- name: state_of_usable
-- How many an agent may use, and the newest change among them.
select count(*) as count, coalesce(max(revision), 0) as revision
from quick_reply
where workspace_id = :workspace_id
  and (
    scope = 'everyone'
    or (scope = 'mine' and owner_id = :agent_id)
    or (scope = 'team' and team_id = any(:team_ids::uuid[]))
  );

-- name: count_all
-- Of the workspace.
select count(*)
from quick_reply
where workspace_id = :workspace_id;

-- name: insert_quick_reply
-- A new one.
insert into quick_reply (
    workspace_id, id, scope, owner_id, team_id, shortcut, title, body, language, attachment_ids, revision, created_at, updated_at
)
values (
    :workspace_id, :id, :scope, :owner_id, :team_id, :shortcut, :title, :body, :language, :attachment_ids, :revision, :at, :at
);

-- name: update_quick_reply
-- All that is written; how often it was used stays.
update quick_reply
set scope = :scope,
    owner_id = :owner_id,
    team_id = :team_id,
    shortcut = :shortcut,
    title = :title,
    body = :body,
    language = :language,
    attachment_ids = :attachment_ids,
    revision = :revision,
    updated_at = :at
where workspace_id = :workspace_id
  and id = :id;

-- name: delete_quick_reply
-- Gone, with its files.
delete from quick_reply
where workspace_id = :workspace_id
  and id = :id;

-- name: count_uses
-- Sent once more by somebody who may use them. No event: it is a statistic.
update quick_reply
set usage_count = usage_count + 1,
    last_used_at = :at
where workspace_id = :workspace_id
  and id = any(:ids::uuid[])
  and (
    scope = 'everyone'
    or (scope = 'mine' and owner_id = :agent_id)
    or (scope = 'team' and team_id = any(:team_ids::uuid[]))
  );

-- name: list_sources
-- Files that a Quick Reply may be given: the caller's own uploads, those of conversations that they may see
-- (conversations/rules.may_see), and those of Quick Replies that they may use.
select f.id, f.name, f.type, f.size, f.digest, f.details, f.quick_reply_id
from file f
left join conversation c on c.workspace_id = f.workspace_id and c.id = f.conversation_id
left join quick_reply q on q.workspace_id = f.workspace_id and q.id = f.quick_reply_id
where f.workspace_id = :workspace_id
  and f.id = any(:ids::uuid[])
  and f.state = 'ready'
  and (
    (f.conversation_id is null and f.uploaded_by = :agent_id)
    or (
        c.id is not null
        and (
            :sees_all::boolean
            or c.team_id is null
            or c.team_id = any(:team_ids::uuid[])
            or (c.handler_kind = 'agent' and c.handler_id = :agent_id)
        )
    )
    or q.scope = 'everyone'
    or (q.scope = 'mine' and q.owner_id = :agent_id)
    or (q.scope = 'team' and q.team_id = any(:team_ids::uuid[]))
  );

-- name: insert_file
-- The same content under a new id: a Quick Reply's own, or (quick_reply_id null) an upload of who sends it.
insert into file (id, workspace_id, uploaded_by, name, type, size, digest, details, quick_reply_id)
values (:id, :workspace_id, :uploaded_by, :name, :type, :size, :digest, :details, :quick_reply_id);

-- name: delete_other_files
-- Those that it no longer has.
delete from file
where workspace_id = :workspace_id
  and quick_reply_id = :quick_reply_id
  and not id = any(:ids::uuid[]);

-- name: list_team_names
-- Of some teams.
select id, name
from team
where workspace_id = :workspace_id
  and id = any(:ids::uuid[]);
