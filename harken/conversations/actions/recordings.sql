-- name: await_conversions
-- Recordings of a message that leave as something else, once that is there.
update file
set play_as = :play_as,
    converting_since = case when renditions ? :play_as then null else now() end,
    conversion_error = null
where workspace_id = :workspace_id
  and id = any(:ids::uuid[]);

-- name: list_failed
-- A message's recordings that could not be converted.
select id, play_as
from file
where workspace_id = :workspace_id
  and message_id = :message_id
  and conversion_error is not null;

-- name: get_recording
-- What is to be converted, and into what.
select id, workspace_id, name, type, size, digest, details, state, play_as
from file
where workspace_id = :workspace_id
  and id = :id
  and converting_since is not null;

-- name: conversion_ended
-- The rendition's type and bytes, or why there is none.
update file
set converting_since = null,
    conversion_error = :error,
    renditions = renditions || :renditions::jsonb
where workspace_id = :workspace_id
  and id = :id;
