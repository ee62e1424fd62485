-- name: held_until
-- Until when a message is held that is sent now.
select now() + make_interval(secs => :seconds);
