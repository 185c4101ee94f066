-- Entries of registers. Nothing is changed or deleted: a correction is another row of the same beginning with a higher
-- number, and the highest counts; `withdrawn` takes an entry back that should never have been.

CREATE TABLE entry (
  division TEXT NOT NULL,
  register TEXT NOT NULL,
  organ TEXT NOT NULL,
  key TEXT NOT NULL,
  valid_from BIGINT NOT NULL,
  number BIGINT NOT NULL,
  valid_until BIGINT,
  record TEXT NOT NULL,
  withdrawn BIGINT NOT NULL,
  entered_at BIGINT NOT NULL,
  entered_by TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (/*postgres: division, */ register, organ, key, valid_from, number)
) /*sqlite: STRICT, WITHOUT ROWID */;
/*postgres: CREATE INDEX entry_page ON entry (register, organ, key, valid_from, number); */
