-- What officers keep for themselves and say to each other: saved views of the desk, drafts of forms, notes in cases, and
-- calendars to which a program may subscribe. None of it is part of a case's record.

CREATE TABLE saved_view (
  account TEXT NOT NULL,
  name TEXT NOT NULL,
  -- Path and query of the page.
  link TEXT NOT NULL,
  saved_at BIGINT NOT NULL,
  PRIMARY KEY (account, name)
) /*sqlite: STRICT, WITHOUT ROWID */;

-- A form that is not sent yet, sealed under the operator's key.
CREATE TABLE draft (
  account TEXT NOT NULL,
  -- The address of the form.
  place TEXT NOT NULL,
  title TEXT NOT NULL,
  key_mark TEXT NOT NULL,
  sealed BYTEA NOT NULL,
  saved_at BIGINT NOT NULL,
  PRIMARY KEY (account, place)
) /*sqlite: STRICT, WITHOUT ROWID */;
CREATE INDEX draft_saved ON draft (saved_at);

-- A note between officers in a case; with `to_account` a reminder, which stands on that account's desk until it is done.
CREATE TABLE case_note (
  division TEXT NOT NULL,
  case_id TEXT NOT NULL,
  id TEXT NOT NULL,
  account TEXT NOT NULL,
  to_account TEXT,
  key_mark TEXT NOT NULL,
  sealed BYTEA NOT NULL,
  made_at BIGINT NOT NULL,
  done_at BIGINT,
  PRIMARY KEY (/*postgres: division, */ case_id, id)
) /*sqlite: STRICT, WITHOUT ROWID */;
CREATE INDEX case_note_waiting ON case_note (to_account, id) WHERE done_at IS NULL;
/*postgres: CREATE INDEX case_note_case ON case_note (case_id, id); */

-- The secret address of an account's calendar: only its hash.
CREATE TABLE feed (
  account TEXT PRIMARY KEY,
  token_hash BYTEA NOT NULL,
  made_at BIGINT NOT NULL
) /*sqlite: STRICT, WITHOUT ROWID */;
CREATE UNIQUE INDEX feed_token ON feed (token_hash);
