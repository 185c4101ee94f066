//! What a statement reads and writes, taken from its text: by it, writes are held back until something asks for them,
//! and many writes of one kind become one.

/// What a statement does to its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Read,
    /// Adds a row, or changes the one that is there as `ON CONFLICT` says.
    Insert,
    Change,
}

/// What becomes of several inserts of rows with the same key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Merge {
    /// They are several.
    None,
    /// They are one: the values at `sums` are added up.
    Add { key: Vec<usize>, sums: Vec<usize> },
    /// They are one: the last of them.
    Last { key: Vec<usize> },
}

/// A statement, understood. Values are counted from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub kind: Kind,
    /// The tables that occur, the one that is written first.
    pub tables: Vec<&'static str>,
    /// Which value says whose rows these are: two statements for different ones do not touch.
    pub subject: Option<usize>,
    pub merge: Merge,
}

/// The column by which a table's rows belong together.
fn subject_column(table: &str) -> Option<&'static str> {
    Some(match table {
        "cases" | "account" | "actor" => "id",
        "event" | "personal" | "due" | "contribution" | "publication" | "document" | "attachment"
        | "case_named" => "case_id",
        "command" => "key",
        "meta" => "name",
        "session" => "token_hash",
        "person" => "lookup",
        _ => return None,
    })
}

impl Shape {
    pub fn of(text: &'static str) -> Self {
        let kind = if text.starts_with("INSERT") {
            Kind::Insert
        } else if text.starts_with("UPDATE") || text.starts_with("DELETE") {
            Kind::Change
        } else {
            Kind::Read
        };
        let tables = tables(text);
        let column = tables.first().and_then(|table| subject_column(table));
        let insert = Insert::of(text);
        let subject = match &insert {
            Some(insert) => column.and_then(|column| insert.value(column)),
            None => column.and_then(|column| asked(text, column)),
        };
        let merge = insert.map_or(Merge::None, |insert| insert.merge());
        Self { kind, tables, subject, merge }
    }
}

fn tables(text: &'static str) -> Vec<&'static str> {
    let mut found = Vec::new();
    let mut before = "";
    for word in text.split_whitespace() {
        let name = word.trim_end_matches([')', ',']);
        if matches!(before, "FROM" | "INTO" | "UPDATE" | "JOIN")
            && name != "SET"
            && !name.starts_with('(')
            && !found.contains(&name)
        {
            found.push(name);
        }
        before = word;
    }
    found
}

/// The value that a column must be equal to.
fn asked(text: &str, column: &str) -> Option<usize> {
    let pattern = format!("{column} = $");
    text.match_indices(&pattern).find_map(|(at, _)| {
        let before = text.get(..at).and_then(|head| head.chars().next_back());
        let whole = before.is_none_or(|c| !c.is_alphanumeric() && c != '_');
        text.get(at + pattern.len()..).filter(|_| whole).and_then(number)
    })
}

/// The parameter's number at the beginning of a text, from 0.
fn number(text: &str) -> Option<usize> {
    let digits: &str = text.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse::<usize>().ok()?.checked_sub(1)
}

/// The parts of an insert.
struct Insert<'a> {
    columns: Vec<&'a str>,
    values: Vec<&'a str>,
    rest: &'a str,
}

impl<'a> Insert<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let (head, tail) = text.strip_prefix("INSERT INTO ")?.split_once(") VALUES (")?;
        let (_, columns) = head.split_once('(')?;
        let (values, rest) = tail.split_once(')')?;
        let list = |text: &'a str| text.split(',').map(str::trim).collect();
        Some(Self { columns: list(columns), values: list(values), rest })
    }

    fn value(&self, column: &str) -> Option<usize> {
        let at = self.columns.iter().position(|name| *name == column)?;
        self.values.get(at)?.strip_prefix('$').and_then(number)
    }

    fn merge(&self) -> Merge {
        let Some((key, set)) =
            self.rest.split_once("ON CONFLICT (").and_then(|(_, rest)| rest.split_once(") DO UPDATE SET "))
        else {
            return Merge::None;
        };
        let key: Option<Vec<usize>> = key.split(',').map(|name| self.value(name.trim())).collect();
        let Some(key) = key else { return Merge::None };
        let sets = set.split(',').filter_map(|one| one.split_once(" = "));
        let added: Vec<&str> =
            sets.filter(|(_, to)| to.contains(" + ")).map(|(name, _)| name.trim()).collect();
        if added.is_empty() {
            return Merge::Last { key };
        }
        Merge::Add { key, sums: added.iter().filter_map(|name| self.value(name)).collect() }
    }
}

/// The statement that does for many rows at once what this one does for one: each `$n` becomes a column of arrays.
/// `types` are the database's names of the parameters' types.
pub(crate) fn of_arrays(text: &str, types: &[&str]) -> Option<String> {
    let arrays: Vec<String> =
        types.iter().enumerate().map(|(at, of)| format!("CAST(${} AS {of}[])", at + 1)).collect();
    let names: Vec<String> = (1..=types.len()).map(|at| format!("p{at}")).collect();
    let source = format!("unnest({}) AS u ({})", arrays.join(", "), names.join(", "));
    let plain = text.replace('$', "u.p");
    if text.starts_with("INSERT") {
        let (head, tail) = plain.split_once(") VALUES (")?;
        let (values, rest) = tail.split_once(')')?;
        Some(format!("{head}) SELECT {values} FROM {source}{rest}"))
    } else if text.starts_with("UPDATE") {
        let (head, tail) = plain.split_once(" WHERE ")?;
        Some(format!("{head} FROM {source} WHERE {tail}"))
    } else {
        let (head, tail) = plain.split_once(" WHERE ")?;
        Some(format!("{head} USING {source} WHERE {tail}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql;

    #[test]
    fn texts_are_understood() {
        let shape = sql::EVENT_ADD.shape();
        assert_eq!((shape.kind, shape.subject), (Kind::Insert, Some(1)));
        assert_eq!(shape.tables, ["event"]);
        assert_eq!(sql::CASE_ADVANCE.shape().subject, Some(0));
        assert_eq!(sql::COMMAND_GET.shape().subject, Some(0));
        assert_eq!(sql::COMMAND_ADD.shape().subject, Some(0));
        let due = sql::DUE_OF_CASE.shape();
        assert_eq!((due.tables.as_slice(), due.subject), (["due", "cases"].as_slice(), Some(0)));
        assert_eq!(sql::CASES_ALL.shape().subject, None);
        assert_eq!(sql::CASE_BY_NUMBER.shape().subject, None);
        assert_eq!(sql::EVENTS_AFTER.shape().subject, None);
        assert_eq!(sql::HELD_CHANGE.shape().subject, None);
        assert_eq!(sql::EVENTS_WITHOUT_CASE.shape().tables, ["event", "cases"]);
        let add = Merge::Add { key: vec![0, 1, 2, 3, 4], sums: vec![5, 6] };
        assert_eq!(sql::TALLY_ADD.shape().merge, add);
        assert_eq!(sql::META_SET.shape().merge, Merge::Last { key: vec![0] });
        assert_eq!(sql::EVENT_ADD.shape().merge, Merge::None);
    }

    /// A statement that stands for no one's rows, or for those of the value it compares with.
    #[test]
    fn every_statement_that_writes_names_its_table() {
        for statement in sql::all() {
            let shape = statement.shape();
            assert!(!shape.tables.is_empty(), "{}", statement.name);
            let writes = !statement.text.starts_with("SELECT");
            assert_eq!(shape.kind != Kind::Read, writes, "{}", statement.name);
        }
    }

    #[test]
    fn one_row_becomes_many() {
        assert_eq!(
            of_arrays("INSERT INTO t (a, b) VALUES ($1, 0) ON CONFLICT (a) DO NOTHING", &["BIGINT"]).unwrap(),
            "INSERT INTO t (a, b) SELECT u.p1, 0 FROM unnest(CAST($1 AS BIGINT[])) AS u (p1) ON CONFLICT (a) DO NOTHING"
        );
        assert_eq!(
            of_arrays("UPDATE t SET a = $2 WHERE id = $1", &["TEXT", "BIGINT"]).unwrap(),
            "UPDATE t SET a = u.p2 FROM unnest(CAST($1 AS TEXT[]), CAST($2 AS BIGINT[])) AS u (p1, p2) WHERE id = u.p1"
        );
        assert_eq!(
            of_arrays("DELETE FROM t WHERE id = $1", &["TEXT"]).unwrap(),
            "DELETE FROM t USING unnest(CAST($1 AS TEXT[])) AS u (p1) WHERE id = u.p1"
        );
    }
}
