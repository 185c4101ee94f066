-- Accounts after GB/T 22239: when a password was set, second factors, three administrators, sessions with an absolute
-- end, and a log of operations whose lines are chained.

ALTER TABLE account ADD COLUMN password_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN must_change BIGINT NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN signed_in_at BIGINT;
-- Empty until somebody other than who made the account has granted its rights.
ALTER TABLE account ADD COLUMN granted_at BIGINT;
-- The secret of the second factor as the program wraps it, when its owner proved to have it, the last step whose
-- code was used, and the wrong codes in a row.
ALTER TABLE account ADD COLUMN totp TEXT;
ALTER TABLE account ADD COLUMN totp_at BIGINT;
ALTER TABLE account ADD COLUMN totp_step BIGINT NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN code_failed BIGINT NOT NULL DEFAULT 0;

UPDATE account SET granted_at = created_at, password_at = coalesce(
  (SELECT max(at) FROM audit_log WHERE audit_log.account = account.id AND what = 'password_set'), created_at);
UPDATE account SET signed_in_at =
  (SELECT max(at) FROM audit_log WHERE audit_log.account = account.id AND what = 'signed_in');
UPDATE account SET rank = 'system_admin' WHERE rank = 'admin';

-- The passwords before the present one, so that they do not come back at once.
CREATE TABLE old_password (
  account TEXT NOT NULL,
  place BIGINT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (account, place)
) /*sqlite: STRICT, WITHOUT ROWID */;

-- Codes for whoever has lost the second factor, each good for once.
CREATE TABLE recovery_code (
  account TEXT NOT NULL,
  hash BYTEA NOT NULL,
  used_at BIGINT,
  PRIMARY KEY (account, hash)
) /*sqlite: STRICT, WITHOUT ROWID */;

-- Whoever had signed in does so again: their sessions had no end.
DELETE FROM session;
ALTER TABLE session ADD COLUMN ends_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN passed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN address TEXT;
ALTER TABLE session ADD COLUMN agent TEXT NOT NULL DEFAULT '';

-- Lines from before this version are chained by the first line that is added.
ALTER TABLE audit_log ADD COLUMN address TEXT;
ALTER TABLE audit_log ADD COLUMN ok BIGINT NOT NULL DEFAULT 1;
ALTER TABLE audit_log ADD COLUMN prev BYTEA;
ALTER TABLE audit_log ADD COLUMN hash BYTEA;
CREATE INDEX audit_log_at ON audit_log (at, id);
