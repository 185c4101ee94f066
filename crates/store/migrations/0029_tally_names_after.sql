/*sqlite:
DROP TABLE tally;
ALTER TABLE tally_numbered RENAME TO tally;
DROP TABLE tally_year;
ALTER TABLE tally_year_numbered RENAME TO tally_year;

CREATE INDEX tally_day ON tally (figure, legal_day);
CREATE INDEX tally_year_organ ON tally_year (organ, year, division);
*/
