-- What many rows say alike is kept once. The hashes are those of before: they are of what an event says, not of how it
-- lies here. What was written before is rewritten in this step, by the program (crates/store/src/smaller.rs).

-- Who acted, by a number.
CREATE TABLE actor (
  number BIGINT PRIMARY KEY NOT NULL,
  id TEXT NOT NULL
) /*sqlite: STRICT */;
CREATE UNIQUE INDEX actor_id ON actor (id);

-- Forms of acts: a record against which the records of other events of the act are packed. Never changed, never deleted.
CREATE TABLE act_form (
  number BIGINT PRIMARY KEY NOT NULL,
  procedure TEXT NOT NULL,
  kind TEXT NOT NULL,
  act TEXT NOT NULL,
  serial BIGINT NOT NULL,
  record BYTEA NOT NULL
) /*sqlite: STRICT */;
CREATE UNIQUE INDEX act_form_last ON act_form (procedure, kind, act, serial);

-- `record` is packed against the form. `prev` is empty where it is the case's genesis, which follows from the case's id.
/*postgres: DROP INDEX event_seq; ALTER INDEX event_pkey RENAME TO event_before_pkey; */
ALTER TABLE event RENAME TO event_before;
/*postgres: CREATE INDEX event_before_seq ON event_before (seq); */
CREATE TABLE event (
  seq BIGINT /*sqlite: PRIMARY KEY */ NOT NULL,
  case_id TEXT NOT NULL,
  number BIGINT NOT NULL,
  division TEXT NOT NULL,
  legal_day BIGINT NOT NULL,
  recorded_at BIGINT NOT NULL,
  actor BIGINT NOT NULL,
  form BIGINT NOT NULL,
  corrects BIGINT,
  record BYTEA NOT NULL,
  personal_digest BYTEA,
  prev BYTEA,
  hash BYTEA NOT NULL,
  /*sqlite: UNIQUE (case_id, number) */
  /*postgres: PRIMARY KEY (division, case_id, number) */
) /*sqlite: STRICT */;
/*postgres: CREATE UNIQUE INDEX event_seq ON event (seq, division); */

-- The texts of packs, compressed (DEFLATE).
/*postgres: ALTER INDEX pack_pkey RENAME TO pack_before_pkey; */
DROP INDEX pack_procedure;
ALTER TABLE pack RENAME TO pack_before;
CREATE TABLE pack (
  hash BYTEA PRIMARY KEY NOT NULL,
  procedure TEXT NOT NULL,
  source BYTEA NOT NULL,
  added_at BIGINT NOT NULL
) /*sqlite: STRICT */;
CREATE INDEX pack_procedure ON pack (procedure, added_at);

-- Eight bytes of a receipt's hash lead to it.
DROP INDEX cases_receipt;
CREATE UNIQUE INDEX cases_receipt ON cases ((substr(receipt_hash, 1, 8)) /*postgres: , division */)
  WHERE receipt_hash IS NOT NULL;

-- Whose number nobody recorded is in one case, and nobody asks for their cases: their ids begin with a point.
DROP INDEX personal_person;
CREATE INDEX personal_person ON personal (person, case_id) WHERE person IS NOT NULL AND substr(person, 1, 1) <> '.';

-- Half of what a person is found by tells all persons apart.
UPDATE person SET lookup = substr(lookup, 1, 16) WHERE lookup IS NOT NULL;
