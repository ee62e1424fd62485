-- A page of what is closed with a label, without a look at all that is closed. Open conversations are not in the index, so that
-- a message costs what it did. (Those of one channel are found by conversation_by_identity.)
create index conversation_closed_labels on conversation using gin (label_ids) where status = 'closed' and label_ids <> '{}';
