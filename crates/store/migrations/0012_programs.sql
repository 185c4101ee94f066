-- Programs of others that use the API in the name of an account, and identities that a provider of single sign-on vouches
-- for.

CREATE TABLE client (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  account TEXT NOT NULL,
  -- The hash of the secret, which is as random as a key and so needs no slow hash.
  secret BYTEA NOT NULL,
  may_write BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  made_by TEXT NOT NULL,
  used_at BIGINT,
  ended_at BIGINT
) /*sqlite: STRICT, WITHOUT ROWID */;

CREATE TABLE client_token (
  hash BYTEA PRIMARY KEY,
  client TEXT NOT NULL,
  may_write BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL
) /*sqlite: STRICT, WITHOUT ROWID */;
CREATE INDEX client_token_ends ON client_token (ends_at);
CREATE INDEX client_token_client ON client_token (client);

CREATE TABLE outside_identity (
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  account TEXT NOT NULL,
  bound_at BIGINT NOT NULL,
  PRIMARY KEY (issuer, subject)
) /*sqlite: STRICT, WITHOUT ROWID */;
CREATE INDEX outside_identity_account ON outside_identity (account);

-- A sign-on that is under way at a provider: good for once.
CREATE TABLE sign_on (
  state BYTEA PRIMARY KEY,
  provider TEXT NOT NULL,
  nonce TEXT NOT NULL,
  verifier TEXT NOT NULL,
  -- The hash of what only the browser that began it holds.
  visit BYTEA NOT NULL,
  next TEXT NOT NULL,
  -- The account that the identity is to be bound to, where its owner asked for that.
  binds TEXT,
  ends_at BIGINT NOT NULL
) /*sqlite: STRICT, WITHOUT ROWID */;
CREATE INDEX sign_on_ends ON sign_on (ends_at);
