-- Lists and counts that take the same time with ten million cases as with a thousand, in a smaller store.

-- A case's list is read by its holder, by procedure and phase, by its party or by the beginning of its title; no
-- index is kept for what nothing asks. The marking was never used: a case is replayed from its events.
DROP INDEX cases_page;
DROP INDEX cases_organ_open;
DROP INDEX cases_handler;
DROP INDEX cases_handler_open;
DROP INDEX cases_procedure;
DROP INDEX cases_phase;
CREATE INDEX cases_phase ON cases (organ, procedure, phase, opened_on, id);
CREATE INDEX cases_title ON cases (organ, title, id);
ALTER TABLE cases DROP COLUMN marking;

-- The other organs that the records name in a role, by which they may read the case, a line each; what is there already
-- is named by the first program that opens the store for writing.
ALTER TABLE cases ADD COLUMN named TEXT NOT NULL DEFAULT '';
CREATE TABLE case_named (
  name TEXT NOT NULL,
  opened_on BIGINT NOT NULL,
  case_id TEXT NOT NULL,
  division TEXT NOT NULL,
  /*sqlite: PRIMARY KEY (name, opened_on, case_id) */
  /*postgres: PRIMARY KEY (division, case_id, name) */
) /*sqlite: STRICT, WITHOUT ROWID */;
/*postgres: CREATE INDEX case_named_page ON case_named (name, opened_on, case_id); */

-- How many cases of an organ stand in each phase.
CREATE TABLE case_count (
  organ TEXT NOT NULL,
  procedure TEXT NOT NULL,
  phase TEXT NOT NULL,
  division TEXT NOT NULL,
  n BIGINT NOT NULL,
  open BIGINT NOT NULL,
  /*sqlite: PRIMARY KEY (organ, procedure, phase, division) */
  /*postgres: PRIMARY KEY (division, organ, procedure, phase) */
) /*sqlite: STRICT, WITHOUT ROWID */;
/*postgres: CREATE INDEX case_count_organ ON case_count (organ, procedure, phase); */
INSERT INTO case_count (organ, procedure, phase, division, n, open)
  SELECT organ, procedure, phase, division, count(*), sum(CASE WHEN closed_on IS NULL THEN 1 ELSE 0 END)
  FROM cases GROUP BY organ, procedure, phase, division;

-- How many duties an organ owes by their last day and the day of their warning; 2147483647 where there is none.
CREATE TABLE due_count (
  organ TEXT NOT NULL,
  division TEXT NOT NULL,
  last_day BIGINT NOT NULL,
  warn_on BIGINT NOT NULL,
  n BIGINT NOT NULL,
  /*sqlite: PRIMARY KEY (organ, division, last_day, warn_on) */
  /*postgres: PRIMARY KEY (division, organ, last_day, warn_on) */
) /*sqlite: STRICT, WITHOUT ROWID */;
/*postgres: CREATE INDEX due_count_organ ON due_count (organ); */
INSERT INTO due_count (organ, division, last_day, warn_on, n)
  SELECT organ, division, coalesce(last_day, 2147483647), coalesce(warn_on, 2147483647), count(*)
  FROM due GROUP BY organ, division, coalesce(last_day, 2147483647), coalesce(warn_on, 2147483647);

-- Only what lapses is looked for by its day.
DROP INDEX due_lapses;
CREATE INDEX due_lapses ON due (last_day, case_id) WHERE lapses = 1;

-- The records behind a figure are listed organ by organ, so that those of one organ stand together; what a case adds
-- is looked up by the same key.
/*sqlite:
CREATE TABLE contribution_by_organ (
  figure TEXT NOT NULL,
  organ TEXT NOT NULL,
  division TEXT NOT NULL,
  legal_day BIGINT NOT NULL,
  case_id TEXT NOT NULL,
  number BIGINT NOT NULL,
  recorded_day BIGINT NOT NULL,
  n BIGINT NOT NULL,
  total BIGINT NOT NULL,
  PRIMARY KEY (figure, organ, division, legal_day, case_id, number, recorded_day)
) STRICT, WITHOUT ROWID;
INSERT INTO contribution_by_organ SELECT figure, organ, division, legal_day, case_id, number, recorded_day, n, total
  FROM contribution;
DROP TABLE contribution;
ALTER TABLE contribution_by_organ RENAME TO contribution;
*/
/*postgres:
DROP INDEX contribution_page;
CREATE INDEX contribution_page ON contribution
  (figure, organ, division, legal_day, case_id, number, recorded_day);
*/

-- Publications are listed over all organs or by procedure.
DROP INDEX publication_organ;
