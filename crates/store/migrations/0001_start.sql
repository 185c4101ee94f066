-- Days are days since 1970-01-01, instants microseconds since then in UTC, hashes 32 bytes.
-- The types are PostgreSQL's; SQLite reads BIGINT as INTEGER and BYTEA as BLOB. What stands in
-- /*sqlite: … */ counts for SQLite alone, what stands in /*postgres: … */ for PostgreSQL alone.
--
-- PostgreSQL's tables may be shared out over several machines by division, so there the keys of all that
-- belongs to a case begin with it, and unique indexes hold it. The columns that SQLite's stores got only later
-- are there from the start. One file is never shared out: SQLite's keys stand in the order that its pages want.
-- What belongs to no case is small (meta, pack, organ, account, session, tree_head, audit_log), or is shared
-- out by what it is looked up by: command by its key, counter by its organ, whose series must outlive a change
-- of the division's code.

CREATE TABLE meta (
  name TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
) /*sqlite: STRICT, WITHOUT ROWID */;

CREATE TABLE pack (
  hash BYTEA PRIMARY KEY NOT NULL,
  procedure TEXT NOT NULL,
  source TEXT NOT NULL,
  added_at BIGINT NOT NULL
) /*sqlite: STRICT */;
CREATE INDEX pack_procedure ON pack (procedure, added_at);

CREATE TABLE organ (
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  short TEXT NOT NULL,
  kind TEXT NOT NULL,
  division TEXT NOT NULL,
  credit_code TEXT,
  parent TEXT,
  valid_from BIGINT NOT NULL,
  valid_until BIGINT,
  PRIMARY KEY (id, valid_from)
) /*sqlite: STRICT, WITHOUT ROWID */;

CREATE TABLE account (
  id TEXT PRIMARY KEY NOT NULL,
  login TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  organ TEXT,
  rank TEXT NOT NULL,
  number_masked TEXT,
  failed BIGINT NOT NULL,
  locked_until BIGINT,
  disabled_at BIGINT,
  created_at BIGINT NOT NULL
) /*sqlite: STRICT */;
CREATE INDEX account_organ ON account (organ, login);

CREATE TABLE session (
  token_hash BYTEA PRIMARY KEY NOT NULL,
  account TEXT NOT NULL,
  csrf TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
) /*sqlite: STRICT, WITHOUT ROWID */;
CREATE INDEX session_account ON session (account);
CREATE INDEX session_expires ON session (expires_at);

CREATE TABLE cases (
  id TEXT /*sqlite: PRIMARY KEY */ NOT NULL,
  division TEXT NOT NULL,
  organ TEXT NOT NULL,
  procedure TEXT NOT NULL,
  pack BYTEA NOT NULL,
  number TEXT,
  title TEXT NOT NULL,
  opened_on BIGINT NOT NULL,
  phase TEXT NOT NULL,
  version BIGINT NOT NULL,
  closed_on BIGINT,
  handler TEXT,
  party TEXT,
  receipt_hash BYTEA,
  head BYTEA NOT NULL,
  marking BYTEA NOT NULL
  /*postgres: , PRIMARY KEY (division, id) */
) /*sqlite: STRICT */;
/*postgres: CREATE INDEX cases_id ON cases (id); */
CREATE UNIQUE INDEX cases_number ON cases (number /*postgres: , division */) WHERE number IS NOT NULL;
CREATE UNIQUE INDEX cases_receipt ON cases (receipt_hash /*postgres: , division */) WHERE receipt_hash IS NOT NULL;
CREATE INDEX cases_page ON cases (opened_on, id);
CREATE INDEX cases_organ ON cases (organ, opened_on, id);
CREATE INDEX cases_organ_open ON cases (organ, opened_on, id) WHERE closed_on IS NULL;
CREATE INDEX cases_handler ON cases (handler, opened_on, id) WHERE handler IS NOT NULL;
CREATE INDEX cases_handler_open ON cases (handler, opened_on, id) WHERE handler IS NOT NULL AND closed_on IS NULL;
CREATE INDEX cases_party ON cases (party, opened_on, id) WHERE party IS NOT NULL;
CREATE INDEX cases_procedure ON cases (procedure, opened_on, id);
CREATE INDEX cases_phase ON cases (procedure, phase, opened_on, id);

-- seq is the order of entry over all cases; as SQLite's row id it makes every insert an append.
CREATE TABLE event (
  seq BIGINT /*sqlite: PRIMARY KEY */ NOT NULL,
  case_id TEXT NOT NULL,
  number BIGINT NOT NULL,
  division TEXT NOT NULL,
  legal_day BIGINT NOT NULL,
  recorded_at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  kind TEXT NOT NULL,
  act TEXT NOT NULL,
  corrects BIGINT,
  record TEXT NOT NULL,
  personal_digest BYTEA,
  prev BYTEA NOT NULL,
  hash BYTEA NOT NULL,
  /*sqlite: UNIQUE (case_id, number) */
  /*postgres: PRIMARY KEY (division, case_id, number) */
) /*sqlite: STRICT */;
/*postgres: CREATE UNIQUE INDEX event_seq ON event (seq, division); */

CREATE TABLE personal (
  case_id TEXT NOT NULL,
  number BIGINT NOT NULL,
  salt BYTEA NOT NULL,
  data BYTEA NOT NULL,
  /*postgres: division TEXT NOT NULL, */
  PRIMARY KEY (/*postgres: division, */ case_id, number)
) /*sqlite: STRICT, WITHOUT ROWID */;

CREATE TABLE tree_head (
  size BIGINT PRIMARY KEY NOT NULL,
  root BYTEA NOT NULL,
  made_at BIGINT NOT NULL,
  signature BYTEA
) /*sqlite: STRICT */;

CREATE TABLE due (
  case_id TEXT NOT NULL,
  norm TEXT NOT NULL,
  acts TEXT NOT NULL,
  last_day BIGINT,
  warn_on BIGINT,
  organ TEXT NOT NULL,
  division TEXT NOT NULL,
  handler TEXT,
  lapses BIGINT NOT NULL,
  PRIMARY KEY (/*postgres: division, */ case_id, norm, acts)
) /*sqlite: STRICT, WITHOUT ROWID */;
CREATE INDEX due_organ ON due (organ, last_day, case_id, norm, acts);
CREATE INDEX due_handler ON due (handler, last_day, case_id, norm, acts) WHERE handler IS NOT NULL;
CREATE INDEX due_lapses ON due (lapses, last_day, case_id);

CREATE TABLE tally (
  figure TEXT NOT NULL,
  organ TEXT NOT NULL,
  division TEXT NOT NULL,
  legal_day BIGINT NOT NULL,
  recorded_day BIGINT NOT NULL,
  n BIGINT NOT NULL,
  total BIGINT NOT NULL,
  /*sqlite: PRIMARY KEY (figure, organ, division, legal_day, recorded_day) */
  /*postgres: PRIMARY KEY (division, figure, organ, legal_day, recorded_day) */
) /*sqlite: STRICT, WITHOUT ROWID */;
CREATE INDEX tally_day ON tally (figure, legal_day);
/*postgres: CREATE INDEX tally_organ ON tally (figure, organ, legal_day); */

CREATE TABLE contribution (
  figure TEXT NOT NULL,
  legal_day BIGINT NOT NULL,
  case_id TEXT NOT NULL,
  number BIGINT NOT NULL,
  organ TEXT NOT NULL,
  division TEXT NOT NULL,
  recorded_day BIGINT NOT NULL,
  n BIGINT NOT NULL,
  total BIGINT NOT NULL,
  /*sqlite: PRIMARY KEY (figure, legal_day, case_id, number, organ, division, recorded_day) */
  /*postgres: PRIMARY KEY (division, case_id, number, figure, legal_day, organ, recorded_day) */
) /*sqlite: STRICT, WITHOUT ROWID */;
/*sqlite: CREATE INDEX contribution_case ON contribution (case_id, number); */
/*postgres: CREATE INDEX contribution_page ON contribution
  (figure, legal_day, case_id, number, organ, division, recorded_day); */

CREATE TABLE publication (
  case_id TEXT NOT NULL,
  number BIGINT NOT NULL,
  act TEXT NOT NULL,
  procedure TEXT NOT NULL,
  organ TEXT NOT NULL,
  division TEXT NOT NULL,
  published_on BIGINT NOT NULL,
  title TEXT NOT NULL,
  withdrawn_on BIGINT,
  PRIMARY KEY (/*postgres: division, */ case_id, number, act)
) /*sqlite: STRICT, WITHOUT ROWID */;
CREATE INDEX publication_page ON publication (published_on, case_id, number, act);
CREATE INDEX publication_organ ON publication (organ, published_on, case_id, number, act);
CREATE INDEX publication_procedure ON publication (procedure, published_on, case_id, number, act);

CREATE TABLE document (
  case_id TEXT NOT NULL,
  number BIGINT NOT NULL,
  kind TEXT NOT NULL,
  doc_number TEXT NOT NULL,
  issued_on BIGINT NOT NULL,
  /*postgres: division TEXT NOT NULL, */
  PRIMARY KEY (/*postgres: division, */ case_id, number, kind)
) /*sqlite: STRICT, WITHOUT ROWID */;
CREATE UNIQUE INDEX document_number ON document (doc_number, kind /*postgres: , division */);

CREATE TABLE outbox (
  id BIGINT /*sqlite: PRIMARY KEY */ NOT NULL,
  /*postgres: division TEXT NOT NULL, */
  topic TEXT NOT NULL,
  case_id TEXT,
  payload TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  delivered_at BIGINT
  /*postgres: , PRIMARY KEY (division, id) */
) /*sqlite: STRICT */;
/*postgres: CREATE UNIQUE INDEX outbox_id ON outbox (id, division); */
CREATE INDEX outbox_waiting ON outbox (id) WHERE delivered_at IS NULL;

CREATE TABLE command (
  key TEXT PRIMARY KEY NOT NULL,
  digest BYTEA NOT NULL,
  result TEXT NOT NULL,
  done_at BIGINT NOT NULL
) /*sqlite: STRICT, WITHOUT ROWID */;
CREATE INDEX command_done ON command (done_at);

CREATE TABLE counter (
  organ TEXT NOT NULL,
  kind TEXT NOT NULL,
  year BIGINT NOT NULL,
  last BIGINT NOT NULL,
  PRIMARY KEY (organ, kind, year)
) /*sqlite: STRICT, WITHOUT ROWID */;

CREATE TABLE attachment (
  hash BYTEA NOT NULL,
  case_id TEXT NOT NULL,
  number BIGINT NOT NULL,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size BIGINT NOT NULL,
  added_at BIGINT NOT NULL,
  added_by TEXT NOT NULL,
  /*postgres: division TEXT NOT NULL, */
  PRIMARY KEY (/*postgres: division, */ case_id, number, hash, name)
) /*sqlite: STRICT, WITHOUT ROWID */;
CREATE INDEX attachment_hash ON attachment (hash);

CREATE TABLE audit_log (
  id BIGINT PRIMARY KEY NOT NULL,
  at BIGINT NOT NULL,
  account TEXT,
  what TEXT NOT NULL,
  detail TEXT NOT NULL
) /*sqlite: STRICT */;
CREATE INDEX audit_log_account ON audit_log (account, id);
