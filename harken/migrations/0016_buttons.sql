-- Quick answers under a message, where its channel shows them as buttons, and the value of the one that a customer pressed.

alter table message
    add column buttons jsonb,
    add column pressed text;
