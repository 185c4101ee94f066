-- The tallies of a whole year, so that figures of a city or of many years read a row for each organ and year instead of one for
-- each organ and day. A row without organ is that of all organs of the division. A record counts from `known_from`: the day
-- on which it was entered, or the last day of its year, whichever is later; so what was known by any day after the year is
-- a sum over these rows alone.
CREATE TABLE tally_year (
  figure TEXT NOT NULL,
  year BIGINT NOT NULL,
  organ TEXT NOT NULL,
  division TEXT NOT NULL,
  known_from BIGINT NOT NULL,
  n BIGINT NOT NULL,
  total BIGINT NOT NULL,
  /*sqlite: PRIMARY KEY (figure, year, organ, division, known_from) */
  /*postgres: PRIMARY KEY (division, figure, year, organ, known_from) */
) /*sqlite: STRICT, WITHOUT ROWID */;
CREATE INDEX tally_year_organ ON tally_year (organ, year, division);
/*postgres: CREATE INDEX tally_year_figure ON tally_year (figure, year, organ); */

-- The last day that any tally has, as a legal day or as the day on which it was entered; days before it may stand here too.
CREATE TABLE tally_reach (
  day BIGINT PRIMARY KEY NOT NULL
) /*sqlite: STRICT, WITHOUT ROWID */;

-- Each tally counts twice: for its organ, and for all.
/*sqlite:
INSERT INTO tally_year (figure, year, organ, division, known_from, n, total)
  SELECT figure, year, counted, division, max(recorded_day, last_day), sum(n), sum(total) FROM (
    SELECT figure, division, recorded_day, n, total, CASE WHEN place = 1 THEN organ ELSE '' END AS counted,
      CAST(strftime('%Y', legal_day * 86400, 'unixepoch') AS INTEGER) AS year,
      CAST(strftime('%s', strftime('%Y', legal_day * 86400, 'unixepoch') || '-12-31') AS INTEGER) / 86400 AS last_day
    FROM tally CROSS JOIN (SELECT 1 AS place UNION ALL SELECT 2) WHERE place = 2 OR organ <> '')
  GROUP BY 1, 2, 3, 4, 5;
INSERT INTO tally_reach (day) SELECT max(max(legal_day, recorded_day)) FROM tally HAVING count(*) > 0;
*/
/*postgres:
INSERT INTO tally_year (figure, year, organ, division, known_from, n, total)
  SELECT figure, year, counted, division, greatest(recorded_day, make_date(year, 12, 31) - DATE '1970-01-01'),
    CAST(sum(n) AS BIGINT), CAST(sum(total) AS BIGINT) FROM (
    SELECT figure, division, recorded_day, n, total, CASE WHEN place = 1 THEN organ ELSE '' END AS counted,
      CAST(extract(year FROM DATE '1970-01-01' + CAST(legal_day AS INTEGER)) AS INTEGER) AS year
    FROM tally CROSS JOIN (SELECT 1 AS place UNION ALL SELECT 2) AS places WHERE place = 2 OR organ <> '') AS found
  GROUP BY 1, 2, 3, 4, 5;
INSERT INTO tally_reach (day) SELECT max(greatest(legal_day, recorded_day)) FROM tally HAVING count(*) > 0;
*/
