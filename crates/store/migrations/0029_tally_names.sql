-- The same for the tallies: figures, organs and divisions by their numbers (0028_names.sql).
/*sqlite:
CREATE TABLE tally_numbered (
  figure ANY NOT NULL,
  organ ANY NOT NULL,
  division ANY NOT NULL,
  legal_day INTEGER NOT NULL,
  recorded_day INTEGER NOT NULL,
  n INTEGER NOT NULL,
  total INTEGER NOT NULL,
  PRIMARY KEY (figure, organ, division, legal_day, recorded_day)
) STRICT, WITHOUT ROWID;
CREATE TABLE tally_year_numbered (
  figure ANY NOT NULL,
  year INTEGER NOT NULL,
  organ ANY NOT NULL,
  division ANY NOT NULL,
  known_from INTEGER NOT NULL,
  n INTEGER NOT NULL,
  total INTEGER NOT NULL,
  PRIMARY KEY (figure, year, organ, division, known_from)
) STRICT, WITHOUT ROWID;
*/
