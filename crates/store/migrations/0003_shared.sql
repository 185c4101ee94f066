-- For several processes over one database: who holds what, and the division of everything that belongs to a case.

-- A lease is held as long as its holder counts it on; no clock is compared. The name `turn` is the right to write:
-- its row is locked by each group of commands. `writer/…` is the last group that a process committed.
CREATE TABLE lease (
  name TEXT PRIMARY KEY NOT NULL,
  holder TEXT NOT NULL,
  epoch BIGINT NOT NULL
) /*sqlite: STRICT, WITHOUT ROWID */;

-- PostgreSQL's tables have the columns from the start.
/*sqlite:
ALTER TABLE personal ADD COLUMN division TEXT NOT NULL DEFAULT '';
UPDATE personal SET division = coalesce((SELECT division FROM cases WHERE id = case_id), '');
ALTER TABLE document ADD COLUMN division TEXT NOT NULL DEFAULT '';
UPDATE document SET division = coalesce((SELECT division FROM cases WHERE id = case_id), '');
ALTER TABLE attachment ADD COLUMN division TEXT NOT NULL DEFAULT '';
UPDATE attachment SET division = coalesce((SELECT division FROM cases WHERE id = case_id), '');
ALTER TABLE outbox ADD COLUMN division TEXT NOT NULL DEFAULT '';
UPDATE outbox SET division = coalesce((SELECT division FROM cases WHERE id = case_id), '');
*/
