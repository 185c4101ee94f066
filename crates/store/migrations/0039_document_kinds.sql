-- Kinds of documents and series of numbers by their numbers too (0028_names.sql), and a person found by half of what it is found by: the
-- other half is compared.
/*sqlite:
CREATE TABLE document_numbered (
  case_id ANY NOT NULL,
  number INTEGER NOT NULL,
  kind ANY NOT NULL,
  doc_number TEXT NOT NULL,
  issued_on INTEGER NOT NULL,
  division ANY NOT NULL,
  PRIMARY KEY (case_id, number, kind)
) STRICT, WITHOUT ROWID;
CREATE TABLE counter_numbered (
  organ ANY NOT NULL,
  kind ANY NOT NULL,
  year INTEGER NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY (organ, kind, year)
) STRICT, WITHOUT ROWID;
*/
DROP INDEX person_lookup;
CREATE INDEX person_lookup ON person ((substr(lookup, 1, 8))) WHERE lookup IS NOT NULL;
