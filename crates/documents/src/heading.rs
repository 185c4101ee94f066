//! The head of a table: one row of titles, or two where headings stand over neighbouring columns.

/// A cell of a table's head. 表头格
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadCell {
    pub title: String,
    /// The first column that it stands over.
    pub column: usize,
    /// How many columns it stands over.
    pub across: usize,
    /// How many rows of the head it reaches over.
    pub down: usize,
    /// It is a heading over the titles of columns.
    pub is_over: bool,
}

/// The rows of a head, from the titles of the columns, each with the heading over it: neighbours of one heading share it.
#[must_use]
pub fn head_rows<'a>(columns: impl IntoIterator<Item = (&'a str, Option<&'a str>)>) -> Vec<Vec<HeadCell>> {
    let columns: Vec<(&str, Option<&str>)> = columns.into_iter().collect();
    let is_single = columns.iter().all(|(_, under)| under.is_none());
    let (mut upper, mut lower): (Vec<HeadCell>, Vec<HeadCell>) = (Vec::new(), Vec::new());
    for (column, (title, under)) in columns.into_iter().enumerate() {
        let cell = |title: &str, down, is_over| HeadCell {
            title: title.to_owned(),
            column,
            across: 1,
            down,
            is_over,
        };
        let Some(under) = under else {
            upper.push(cell(title, if is_single { 1 } else { 2 }, false));
            continue;
        };
        match upper.last_mut().filter(|last| last.is_over && last.title == under) {
            Some(last) => last.across += 1,
            None => upper.push(cell(under, 1, true)),
        }
        lower.push(cell(title, 1, false));
    }
    if is_single { vec![upper] } else { vec![upper, lower] }
}

#[cfg(test)]
mod tests {
    use super::head_rows;

    #[test]
    fn neighbours_share_a_heading_and_others_reach_down() {
        let plain = head_rows([("a", None), ("b", None)]);
        assert_eq!(plain.len(), 1);
        assert!(plain[0].iter().all(|cell| (cell.across, cell.down) == (1, 1)));
        let rows =
            head_rows([("a", None), ("b", Some("x")), ("c", Some("x")), ("d", Some("y")), ("e", None)]);
        let shape = |at: usize| -> Vec<(&str, usize, usize, usize)> {
            rows[at].iter().map(|cell| (cell.title.as_str(), cell.column, cell.across, cell.down)).collect()
        };
        assert_eq!(shape(0), [("a", 0, 1, 2), ("x", 1, 2, 1), ("y", 3, 1, 1), ("e", 4, 1, 2)]);
        assert_eq!(shape(1), [("b", 1, 1, 1), ("c", 2, 1, 1), ("d", 3, 1, 1)]);
    }
}
