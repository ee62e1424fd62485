-- name: insert_upload
-- A file that is to come in parts.
insert into upload (id, workspace_id, uploaded_by, channel_id, name, size, voice, keep_metadata)
values (:id, :workspace_id, :uploaded_by, :channel_id, :name, :size, :voice, :keep_metadata);

-- name: find_upload
-- An upload of the caller's own.
select id, workspace_id, uploaded_by, channel_id, name, size, voice, keep_metadata, received, parts
from upload
where workspace_id = :workspace_id
  and id = :id
  and uploaded_by = :agent_id;

-- name: add_part
-- What came, if it begins where the upload stood; of two at once one is too late.
update upload
set received = received + :length,
    parts = parts || :part::uuid
where workspace_id = :workspace_id
  and id = :id
  and received = :at
returning received;

-- name: forget_parts
-- The whole file is stored; the row stays, so that whoever asks again is told.
update upload
set parts = '{}'
where workspace_id = :workspace_id
  and id = :id;

-- name: delete_upload
-- Given up.
delete from upload
where workspace_id = :workspace_id
  and id = :id;

-- name: list_old_uploads
-- Of all workspaces, what has had its time.
select id, workspace_id, parts
from upload
where created_at < :before
order by created_at
limit :limit;
