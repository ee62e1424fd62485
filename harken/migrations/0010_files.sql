-- Uploads that go on after a lost connection; recordings as each channel plays them; links that can be taken back.
create table upload (
    id uuid primary key,                            -- the file's id, once all of it is there
    workspace_id uuid not null references workspace on delete cascade,
    uploaded_by uuid not null,
    channel_id uuid,
    name text not null,
    size bigint not null,                           -- as announced
    voice boolean not null default false,
    keep_metadata boolean not null default false,
    received bigint not null default 0,
    parts uuid[] not null default '{}',             -- blobs uploads/ID/PART, in order
    created_at timestamptz not null default now(),
    constraint upload_received check (received >= 0 and received <= size),
    constraint upload_agent foreign key (workspace_id, uploaded_by) references agent on delete cascade
);
create index upload_by_age on upload (created_at);

alter table file
    add column renditions jsonb not null default '{}',  -- MIME type -> bytes; the blob is WORKSPACE/DIGEST.TYPE-SUBTYPE
    add column play_as text,                            -- the rendition in which it goes out
    add column converting_since timestamptz,            -- while its delivery waits for that
    add column conversion_error text,
    add column links_revision integer not null default 0; -- links signed for an earlier one lead nowhere
create index file_unused on file (created_at) where message_id is null;
create index file_by_digest on file (workspace_id, digest);
create index file_converting on file (workspace_id, message_id) where converting_since is not null;
