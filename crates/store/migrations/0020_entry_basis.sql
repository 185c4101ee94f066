-- An entry that an act of a case wrote names the case and the number of the event.

ALTER TABLE entry ADD COLUMN case_id TEXT;
ALTER TABLE entry ADD COLUMN event BIGINT;
