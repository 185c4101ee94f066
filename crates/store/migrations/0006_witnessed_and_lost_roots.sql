-- Roots that were published and that the journal no longer gives since a restore lost events, with the reason that the
-- operator told. `log` is the id of the journal that they are of.
CREATE TABLE lost_root (
  root BYTEA PRIMARY KEY NOT NULL,
  size BIGINT NOT NULL,
  log TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  signature BYTEA NOT NULL,
  keys BYTEA NOT NULL,
  lost_at BIGINT NOT NULL,
  note TEXT NOT NULL
) /*sqlite: STRICT, WITHOUT ROWID */;

-- Who else signed the root of a size, having seen that it grew from the one that they signed before.
CREATE TABLE witness (
  size BIGINT NOT NULL,
  keys BYTEA NOT NULL,
  name TEXT NOT NULL,
  signed_at BIGINT NOT NULL,
  signature BYTEA NOT NULL,
  PRIMARY KEY (size, keys)
) /*sqlite: STRICT, WITHOUT ROWID */;
