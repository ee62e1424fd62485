-- name: find_bot
-- Whether it can take a conversation, and how.
select state, mode, channel_ids
from bot
where workspace_id = :workspace_id
  and id = :id;

-- name: open_lease
-- In place of any that was there: a conversation has one. What the customer said since our last word is still to be put to the bot.
insert into bot_lease (
    workspace_id, conversation_id, bot_id, epoch, version, timeout_seconds, phase, deadline, asked_seq, started_at
)
select
    bot.workspace_id, :conversation_id::uuid, bot.id, :epoch, bot.version, patience.seconds, 'asked',
    :at::timestamptz + make_interval(secs => 2 * patience.seconds + 60),
    coalesce((
        select max(seq)
        from message
        where workspace_id = bot.workspace_id
          and conversation_id = :conversation_id
          and direction = 'out'
          and kind = 'message'
    ), 0),
    :at
from bot
left join channel
    on channel.workspace_id = bot.workspace_id
    and channel.id = :channel_id
    and channel.bot_id = bot.id
cross join lateral (
    select coalesce(channel.bot_timeout_seconds, (bot.limits ->> 'timeout_seconds')::integer, 20) as seconds
) patience
where bot.workspace_id = :workspace_id
  and bot.id = :bot_id
on conflict (workspace_id, conversation_id) do update
set bot_id = excluded.bot_id,
    epoch = excluded.epoch,
    version = excluded.version,
    timeout_seconds = excluded.timeout_seconds,
    phase = excluded.phase,
    deadline = excluded.deadline,
    asked_seq = excluded.asked_seq,
    state = '{}',
    misses = 0,
    said = '{}',
    choices = '[]',
    instructions = '{}',
    held = '{}',
    started_at = excluded.started_at;

-- name: queue_turn
-- One that asks is merged into one that waits already.
insert into bot_turn (id, workspace_id, conversation_id, bot_id, epoch, type, run_at, created_at)
values (:id, :workspace_id, :conversation_id, :bot_id, :epoch, :type, :run_at, :at)
on conflict (workspace_id, conversation_id, bot_id, shadow)
    where state = 'due' and type in ('conversation_started', 'message_added')
    do nothing;

-- name: queue_shadow
-- For the channel's bot in shadow mode.
insert into bot_turn (id, workspace_id, conversation_id, bot_id, epoch, type, shadow, run_at, created_at)
select :id, channel.workspace_id, :conversation_id, channel.bot_id, :epoch, 'message_added', true, :at, :at
from channel
where channel.workspace_id = :workspace_id
  and channel.id = :channel_id
  and channel.bot_id is not null
on conflict (workspace_id, conversation_id, bot_id, shadow)
    where state = 'due' and type in ('conversation_started', 'message_added')
    do nothing;

-- name: expect_turn
-- A customer who goes on writing does not put off the watchdog.
update bot_lease
set phase = 'asked',
    deadline = case
        when phase = 'asked' then deadline
        else :at::timestamptz + make_interval(secs => 2 * timeout_seconds + 60)
    end
where workspace_id = :workspace_id
  and conversation_id = :conversation_id;

-- name: delay_turn
-- An agent types: what is due waits, and so does the watchdog.
with delayed as (
    update bot_turn
    set run_at = greatest(run_at, :until)
    where workspace_id = :workspace_id
      and conversation_id = :conversation_id
      and state = 'due'
      and not shadow
      and type in ('conversation_started', 'message_added')
)
update bot_lease
set deadline = greatest(deadline, :until::timestamptz + make_interval(secs => 2 * timeout_seconds + 60))
where workspace_id = :workspace_id
  and conversation_id = :conversation_id;

-- name: delete_lease
-- The bot handles it no more.
delete from bot_lease
where workspace_id = :workspace_id
  and conversation_id = :conversation_id;

-- name: delete_turns
-- What was still to be asked; what runs will be refused.
delete from bot_turn
where workspace_id = :workspace_id
  and conversation_id = :conversation_id
  and state = 'due'
  and not shadow;

-- name: add_instruction
-- What an agent told the bot; the last ten hold.
update bot_lease
set instructions = (instructions || :text::text)[greatest(1, cardinality(instructions) - 8) :]
where workspace_id = :workspace_id
  and conversation_id = :conversation_id;
