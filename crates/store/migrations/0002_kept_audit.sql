-- Audits of reports that an officer asked to keep: what was read and what was found then, as the program wrote it.

CREATE TABLE kept_audit (
  id TEXT PRIMARY KEY NOT NULL,
  organ TEXT NOT NULL,
  account TEXT NOT NULL,
  name TEXT NOT NULL,
  content TEXT NOT NULL,
  result TEXT NOT NULL,
  errors BIGINT NOT NULL,
  warnings BIGINT NOT NULL,
  notes BIGINT NOT NULL,
  kept_at BIGINT NOT NULL
) /*sqlite: STRICT */;
CREATE INDEX kept_audit_organ ON kept_audit (organ, kept_at, id);
