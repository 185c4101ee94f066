-- What of the outbox went to whom. A receiver's position is the last message that is done with for it: it was delivered,
-- or it is held below. `fault` says why the receiver cannot be reached, and since when.

DROP INDEX outbox_waiting;
ALTER TABLE outbox DROP COLUMN attempts;
ALTER TABLE outbox DROP COLUMN delivered_at;

CREATE TABLE receiver (
  name TEXT PRIMARY KEY NOT NULL,
  position BIGINT NOT NULL,
  fault TEXT,
  fault_since BIGINT
) /*sqlite: STRICT, WITHOUT ROWID */;

-- Messages that a receiver did not take, and those of the same case behind them. `next_at` is the largest number where
-- nothing is to be tried: behind another one, or set aside.
CREATE TABLE held_message (
  receiver TEXT NOT NULL,
  id BIGINT NOT NULL,
  division TEXT NOT NULL,
  case_id TEXT,
  attempts BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  fault TEXT NOT NULL,
  held_at BIGINT NOT NULL,
  set_aside_at BIGINT,
  /*sqlite: PRIMARY KEY (receiver, id) */
  /*postgres: PRIMARY KEY (division, receiver, id) */
) /*sqlite: STRICT, WITHOUT ROWID */;
/*postgres: CREATE UNIQUE INDEX held_message_id ON held_message (receiver, id, division); */
CREATE INDEX held_message_case ON held_message (receiver, case_id, id);
CREATE INDEX held_message_due ON held_message (receiver, next_at, id);
