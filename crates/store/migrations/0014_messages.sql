-- What people are told of their cases and duties, and what of it goes out of the platform by which channel.

-- At most one message of a kind about one thing: an event or a duty of a case. `words` fills the template's placeholders
-- and names nobody. A name with a colon is no account: a group of an organ, or an address that is being confirmed.
CREATE TABLE message (
  account TEXT NOT NULL,
  kind TEXT NOT NULL,
  case_id TEXT NOT NULL,
  about TEXT NOT NULL,
  id TEXT NOT NULL,
  on_day BIGINT NOT NULL,
  words TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  read_at BIGINT,
  PRIMARY KEY (account, kind, case_id, about)
) /*sqlite: STRICT, WITHOUT ROWID */;
CREATE INDEX message_id ON message (id);
CREATE INDEX message_page ON message (account, made_at, id);
CREATE INDEX message_unread ON message (account, made_at) WHERE read_at IS NULL;

-- A message on its way by a channel. `next_at` is the largest number where nothing is to be tried any more.
CREATE TABLE message_sending (
  message TEXT NOT NULL,
  channel TEXT NOT NULL,
  account TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  state TEXT NOT NULL,
  fault TEXT NOT NULL,
  ended_at BIGINT,
  PRIMARY KEY (message, channel)
) /*sqlite: STRICT, WITHOUT ROWID */;
CREATE INDEX message_sending_due ON message_sending (channel, next_at, message);
CREATE INDEX message_sending_page ON message_sending (made_at, message, channel);
CREATE INDEX message_sending_sent ON message_sending (account, channel, ended_at);

-- Where an account wants to be told: sealed under the operator's key. `pending` is an address that is not confirmed yet,
-- with its code.
CREATE TABLE message_address (
  account TEXT NOT NULL,
  channel TEXT NOT NULL,
  address TEXT,
  confirmed_at BIGINT,
  pending TEXT,
  pending_until BIGINT,
  tries BIGINT NOT NULL,
  asked_on BIGINT NOT NULL,
  asked BIGINT NOT NULL,
  PRIMARY KEY (account, channel)
) /*sqlite: STRICT, WITHOUT ROWID */;

-- Minutes of the day between which nothing goes out to an account.
CREATE TABLE message_quiet (
  account TEXT PRIMARY KEY NOT NULL,
  quiet_from BIGINT NOT NULL,
  quiet_until BIGINT NOT NULL
) /*sqlite: STRICT, WITHOUT ROWID */;

-- Why a channel cannot be reached, and since when.
CREATE TABLE message_channel (
  name TEXT PRIMARY KEY NOT NULL,
  fault TEXT,
  fault_since BIGINT
) /*sqlite: STRICT, WITHOUT ROWID */;
