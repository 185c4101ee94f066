-- Personal fields in parts, each sealed under the key of the person whose they are. `wrapped` is that key under the
-- operator's, whose mark is `operator`; `lookup` finds the person of an identity number without telling it. Both are
-- gone when the person is erased.
CREATE TABLE person (
  id TEXT PRIMARY KEY NOT NULL,
  lookup BYTEA,
  wrapped BYTEA,
  operator TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  erased_at BIGINT
) /*sqlite: STRICT, WITHOUT ROWID */;
CREATE INDEX person_lookup ON person (lookup) WHERE lookup IS NOT NULL;

-- A row with a person: `data` holds salt and fields, sealed, and `salt` nothing. A row without one is of an older
-- program and waits to be sealed. The part '' is the whole of an event of an older program: its digest is the event's.
-- Without `data` it is erased; the digest stays.
ALTER TABLE personal RENAME TO personal_before;
CREATE TABLE personal (
  case_id TEXT NOT NULL,
  number BIGINT NOT NULL,
  part TEXT NOT NULL,
  division TEXT NOT NULL,
  person TEXT,
  digest BYTEA NOT NULL,
  salt BYTEA,
  data BYTEA,
  PRIMARY KEY (/*postgres: division, */ case_id, number, part)
) /*sqlite: STRICT, WITHOUT ROWID */;
INSERT INTO personal (case_id, number, part, division, person, digest, salt, data)
  SELECT b.case_id, b.number, '', b.division, NULL, coalesce(e.personal_digest, b.salt), b.salt, b.data
  FROM personal_before b LEFT JOIN event e ON e.case_id = b.case_id AND e.number = b.number;
INSERT INTO personal (case_id, number, part, division, person, digest, salt, data)
  SELECT e.case_id, e.number, '', e.division, NULL, e.personal_digest, NULL, NULL FROM event e
  WHERE e.personal_digest IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM personal_before b WHERE b.case_id = e.case_id AND b.number = e.number);
INSERT INTO meta (name, value) SELECT 'personal_unsealed', '1' WHERE EXISTS (SELECT 1 FROM personal_before);
DROP TABLE personal_before;
CREATE INDEX personal_person ON personal (person, case_id) WHERE person IS NOT NULL;
