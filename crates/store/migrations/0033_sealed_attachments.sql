-- The papers of cases sealed. `stored` is the hash of the bytes that lie in the folder: of a file that is open its own
-- hash, of a sealed one that of the sealed bytes, nothing when it was erased. `sealed` holds the file's own key and its
-- name, under the key of the person whose paper it is; `name` is then only what kind of paper it is.
ALTER TABLE attachment ADD COLUMN stored BYTEA;
ALTER TABLE attachment ADD COLUMN person TEXT;
ALTER TABLE attachment ADD COLUMN sealed BYTEA;
UPDATE attachment SET stored = hash;
CREATE INDEX attachment_stored ON attachment (stored) WHERE stored IS NOT NULL;
CREATE INDEX attachment_person ON attachment (person) WHERE person IS NOT NULL;
INSERT INTO meta (name, value) SELECT 'attachments_unsealed', '' WHERE EXISTS (SELECT 1 FROM attachment);

-- What one administrator asked to have reset of an account, and what another one decided.
CREATE TABLE account_reset (
  account TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  what TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  reason TEXT NOT NULL,
  -- What whoever asked was told of the code, sealed under the operator's key with this mark, until it is decided.
  key_mark TEXT NOT NULL,
  sealed BYTEA,
  outcome TEXT,
  decided_by TEXT,
  decided_at BIGINT,
  PRIMARY KEY (account, asked_at)
) /*sqlite: STRICT, WITHOUT ROWID */;
CREATE INDEX account_reset_open ON account_reset (asked_at) WHERE outcome IS NULL;
