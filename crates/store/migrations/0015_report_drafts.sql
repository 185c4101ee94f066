-- Drafts of yearly reports: their sections in versions, what is said of them, the editions that went to vetting, and what of
-- them is public. The case that a draft belongs to is the journal's; none of this is part of its record.

CREATE TABLE report_draft (
  case_id TEXT PRIMARY KEY,
  organ TEXT NOT NULL,
  year BIGINT NOT NULL,
  -- What was recorded after this day is not in the draft's figures; NULL: all until yesterday.
  as_of BIGINT,
  account TEXT NOT NULL,
  begun_at BIGINT NOT NULL
) /*sqlite: STRICT, WITHOUT ROWID */;

-- A version of a section, sealed under the operator's key. Nothing is overwritten: what was written upon a version that was
-- not the last any more stands aside.
CREATE TABLE report_text (
  case_id TEXT NOT NULL,
  section TEXT NOT NULL,
  number BIGINT NOT NULL,
  -- The version that its writer had before them; 0 for none.
  base BIGINT NOT NULL,
  -- 0: one of the section's versions; 1: stands aside; 2: stood aside, and somebody has dealt with it.
  aside BIGINT NOT NULL,
  account TEXT NOT NULL,
  key_mark TEXT NOT NULL,
  sealed BYTEA NOT NULL,
  saved_at BIGINT NOT NULL,
  PRIMARY KEY (case_id, section, number)
) /*sqlite: STRICT, WITHOUT ROWID */;

CREATE TABLE report_comment (
  case_id TEXT NOT NULL,
  id TEXT NOT NULL,
  section TEXT NOT NULL,
  -- The version that it speaks of.
  version BIGINT NOT NULL,
  -- The comment that it answers.
  answers TEXT,
  account TEXT NOT NULL,
  key_mark TEXT NOT NULL,
  sealed BYTEA NOT NULL,
  made_at BIGINT NOT NULL,
  closed_at BIGINT,
  closed_by TEXT,
  PRIMARY KEY (case_id, id)
) /*sqlite: STRICT, WITHOUT ROWID */;

-- A finding of the audit that somebody accepted, with the reason.
CREATE TABLE report_accepted (
  case_id TEXT NOT NULL,
  -- The hash of rule, section and words.
  mark TEXT NOT NULL,
  section TEXT NOT NULL,
  account TEXT NOT NULL,
  key_mark TEXT NOT NULL,
  sealed BYTEA NOT NULL,
  accepted_at BIGINT NOT NULL,
  PRIMARY KEY (case_id, mark)
) /*sqlite: STRICT, WITHOUT ROWID */;

-- The whole draft as it went to vetting: what is settled, sent and published is one of these.
CREATE TABLE report_edition (
  case_id TEXT NOT NULL,
  number BIGINT NOT NULL,
  as_of BIGINT NOT NULL,
  account TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  -- SM3 of the content.
  hash BYTEA NOT NULL,
  key_mark TEXT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (case_id, number)
) /*sqlite: STRICT, WITHOUT ROWID */;

-- The forms in which an edition was made once, by the hash of their content.
CREATE TABLE report_file (
  case_id TEXT NOT NULL,
  edition BIGINT NOT NULL,
  name TEXT NOT NULL,
  hash BYTEA NOT NULL,
  size BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  PRIMARY KEY (case_id, edition, name)
) /*sqlite: STRICT, WITHOUT ROWID */;

-- A report that is public.
CREATE TABLE report_public (
  organ TEXT NOT NULL,
  year BIGINT NOT NULL,
  case_id TEXT NOT NULL,
  edition BIGINT NOT NULL,
  title TEXT NOT NULL,
  doc_number TEXT,
  -- The event that made it public.
  number BIGINT NOT NULL,
  published_on BIGINT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (organ, year, case_id)
) /*sqlite: STRICT, WITHOUT ROWID */;
CREATE INDEX report_public_year ON report_public (year, organ, case_id);
