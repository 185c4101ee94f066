//! The statements of the tallies of whole years.

use crate::value::Statement;

/// `$1` the organ, `$2 $3` the years, `$4 $5` the divisions' codes from and before which, `$6` by when it was known.
macro_rules! years_range {
    () => {
        "FROM tally_year WHERE year BETWEEN $2 AND $3 AND division >= $4 AND division < $5 AND known_from <= $6 "
    };
}
macro_rules! sums {
    () => {
        "CAST(coalesce(sum(n), 0) AS BIGINT), CAST(coalesce(sum(total), 0) AS BIGINT) "
    };
}

statements! {
    YEARS:
    TALLY_YEAR_ADD = "INSERT INTO tally_year (figure, year, organ, division, known_from, n, total) ",
        "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (figure, year, organ, division, known_from) ",
        "DO UPDATE SET n = tally_year.n + excluded.n, total = tally_year.total + excluded.total";
    TALLY_YEAR_SUM = "SELECT ", sums!(), years_range!(), "AND organ = $1 AND figure = $7";
    TALLY_YEAR_SUMS = "SELECT figure, ", sums!(), years_range!(), "AND organ = $1 GROUP BY figure";
    TALLY_YEAR_BY_ORGAN = "SELECT organ, ", sums!(), years_range!(), "AND organ > $1 AND figure = $7 ",
        "GROUP BY organ";
    // Of an area's days: its organs are those that have the years' tallies, and each one's days lie together.
    TALLY_SUM_OF_AREA = "SELECT ", sums!(), "FROM (SELECT DISTINCT organ AS place, division AS part FROM tally_year ",
        "WHERE figure = $1 AND year BETWEEN $7 AND $8 AND division >= $5 AND division < $6) AS places CROSS JOIN tally ",
        "WHERE figure = $1 AND organ = place AND division = part AND legal_day BETWEEN $2 AND $3 AND recorded_day <= $4";
    TALLY_YEAR_ALL = "SELECT figure, year, organ, division, known_from, n, total FROM tally_year";
    TALLY_YEAR_CLEAR = "DELETE FROM tally_year WHERE figure = $1";

    TALLY_REACH = "SELECT CAST(coalesce(max(day), -2147483648) AS BIGINT) FROM tally_reach";
    TALLY_REACH_ADD = "INSERT INTO tally_reach (day) VALUES ($1) ON CONFLICT (day) DO NOTHING";
}
