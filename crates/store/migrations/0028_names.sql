-- In one file, texts that many rows have alike are kept once, in `word`, and stand in the rows by their numbers (crates/store/src/
-- compact.rs): names of organs, divisions, procedures, phases, norms, acts, figures, officers, operators' keys, and the hashes of packs. Ids
-- of cases that the platform made are kept as the thirteen bytes that their letters stand for. The columns of both are
-- `ANY`. PostgreSQL keeps texts: its rows have heads of their own that weigh more, and its keys are shared out by division.
-- The program moves the rows (crates/store/src/numbered.rs); what stands in 0028_names_after.sql follows.
/*sqlite:
CREATE TABLE IF NOT EXISTS word (number INTEGER PRIMARY KEY NOT NULL, text TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE cases_numbered (
  id ANY PRIMARY KEY NOT NULL,
  division ANY NOT NULL,
  organ ANY NOT NULL,
  procedure ANY NOT NULL,
  pack ANY NOT NULL,
  number TEXT,
  title TEXT NOT NULL,
  opened_on INTEGER NOT NULL,
  phase ANY NOT NULL,
  version INTEGER NOT NULL,
  closed_on INTEGER,
  handler ANY,
  party TEXT,
  receipt_hash BLOB,
  head BLOB NOT NULL,
  named TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE case_named_numbered (
  name ANY NOT NULL,
  opened_on INTEGER NOT NULL,
  case_id ANY NOT NULL,
  division ANY NOT NULL,
  PRIMARY KEY (name, opened_on, case_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE case_enterprise_numbered (
  code TEXT NOT NULL,
  case_id ANY NOT NULL,
  PRIMARY KEY (case_id, code)
) STRICT, WITHOUT ROWID;
CREATE TABLE case_count_numbered (
  organ ANY NOT NULL,
  procedure ANY NOT NULL,
  phase ANY NOT NULL,
  division ANY NOT NULL,
  n INTEGER NOT NULL,
  open INTEGER NOT NULL,
  PRIMARY KEY (organ, procedure, phase, division)
) STRICT, WITHOUT ROWID;
CREATE TABLE due_numbered (
  case_id ANY NOT NULL,
  norm ANY NOT NULL,
  acts ANY NOT NULL,
  last_day INTEGER,
  warn_on INTEGER,
  organ ANY NOT NULL,
  division ANY NOT NULL,
  handler ANY,
  lapses INTEGER NOT NULL,
  PRIMARY KEY (case_id, norm, acts)
) STRICT, WITHOUT ROWID;
CREATE TABLE due_count_numbered (
  organ ANY NOT NULL,
  division ANY NOT NULL,
  last_day INTEGER NOT NULL,
  warn_on INTEGER NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (organ, division, last_day, warn_on)
) STRICT, WITHOUT ROWID;
CREATE TABLE event_numbered (
  seq INTEGER PRIMARY KEY NOT NULL,
  case_id ANY NOT NULL,
  number INTEGER NOT NULL,
  division ANY NOT NULL,
  legal_day INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  actor INTEGER NOT NULL,
  form INTEGER NOT NULL,
  corrects INTEGER,
  record BLOB NOT NULL,
  personal_digest BLOB,
  prev BLOB,
  hash BLOB NOT NULL
) STRICT;
CREATE TABLE personal_numbered (
  case_id ANY NOT NULL,
  number INTEGER NOT NULL,
  part TEXT NOT NULL,
  division ANY NOT NULL,
  person TEXT,
  digest BLOB NOT NULL,
  salt BLOB,
  data BLOB,
  PRIMARY KEY (case_id, number, part)
) STRICT, WITHOUT ROWID;
CREATE TABLE person_numbered (
  id TEXT PRIMARY KEY NOT NULL,
  lookup BLOB,
  wrapped BLOB,
  operator ANY NOT NULL,
  created_at INTEGER NOT NULL,
  erased_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE contribution_numbered (
  figure ANY NOT NULL,
  organ ANY NOT NULL,
  division ANY NOT NULL,
  legal_day INTEGER NOT NULL,
  case_id ANY NOT NULL,
  number INTEGER NOT NULL,
  recorded_day INTEGER NOT NULL,
  n INTEGER NOT NULL,
  total INTEGER NOT NULL,
  PRIMARY KEY (figure, organ, division, legal_day, case_id, number, recorded_day)
) STRICT, WITHOUT ROWID;
CREATE TABLE publication_numbered (
  case_id ANY NOT NULL,
  number INTEGER NOT NULL,
  act TEXT NOT NULL,
  procedure TEXT NOT NULL,
  organ TEXT NOT NULL,
  division ANY NOT NULL,
  published_on INTEGER NOT NULL,
  title TEXT NOT NULL,
  withdrawn_on INTEGER,
  PRIMARY KEY (case_id, number, act)
) STRICT, WITHOUT ROWID;
CREATE TABLE document_numbered (
  case_id ANY NOT NULL,
  number INTEGER NOT NULL,
  kind TEXT NOT NULL,
  doc_number TEXT NOT NULL,
  issued_on INTEGER NOT NULL,
  division ANY NOT NULL,
  PRIMARY KEY (case_id, number, kind)
) STRICT, WITHOUT ROWID;
CREATE TABLE attachment_numbered (
  hash BLOB NOT NULL,
  case_id ANY NOT NULL,
  number INTEGER NOT NULL,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size INTEGER NOT NULL,
  added_at INTEGER NOT NULL,
  added_by TEXT NOT NULL,
  division ANY NOT NULL,
  PRIMARY KEY (case_id, number, hash, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE case_note_numbered (
  division ANY NOT NULL,
  case_id ANY NOT NULL,
  id TEXT NOT NULL,
  account TEXT NOT NULL,
  to_account TEXT,
  key_mark TEXT NOT NULL,
  sealed BLOB NOT NULL,
  made_at INTEGER NOT NULL,
  done_at INTEGER,
  PRIMARY KEY (case_id, id)
) STRICT, WITHOUT ROWID;
*/
