//! The daily board of townships: how many cases of enforcement each handled on a day and since the year began. 日晾晒

use std::collections::BTreeMap;

use calendar::Day;
use store::tally;

use crate::error::Result;
use crate::figures_view::{FigureAsked, range};
use crate::platform::Platform;

/// The row of the register of systems that a figure names to stand on the board.
const ROW: &str = "S191";

/// The board of a day. 乡镇街道执法办案日公布
#[derive(Clone, Debug)]
pub struct Board {
    pub day: Day,
    /// The first day that is counted for the year.
    pub since: Day,
    pub columns: Vec<BoardColumn>,
    /// Each township and street that exists today or has a number in the year, by division.
    pub rows: Vec<BoardRow>,
}

/// A figure of the board. 公布的指标
#[derive(Clone, Debug)]
pub struct BoardColumn {
    pub figure: String,
    pub name: String,
    pub unit: String,
}

/// A township's numbers, a pair for each column.
#[derive(Clone, Debug)]
pub struct BoardRow {
    pub organ: String,
    pub name: String,
    pub numbers: Vec<BoardNumber>,
}

/// Records on the day, and from the year's first day to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BoardNumber {
    pub on_day: i64,
    pub in_year: i64,
}

impl BoardRow {
    /// Whether nothing was handled since the year began.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.numbers.iter().all(|number| number.in_year == 0)
    }
}

impl Board {
    /// The sum of a column over all rows.
    #[must_use]
    pub fn total(&self, column: usize) -> BoardNumber {
        let numbers = self.rows.iter().filter_map(|row| row.numbers.get(column));
        numbers.fold(BoardNumber::default(), |sum, one| BoardNumber {
            on_day: sum.on_day + one.on_day,
            in_year: sum.in_year + one.in_year,
        })
    }
}

impl Platform {
    /// What every township and street handled on a day, as it is known today; townships without a case stand with nought.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn daily_board(&self, day: Day) -> Result<Board> {
        let since = Day::from_ymd(day.year(), 1, 1).unwrap_or(day);
        let columns = self.board_columns(day);
        let asked = |from| FigureAsked {
            organ: String::new(),
            division: String::new(),
            from,
            to: day,
            as_of: self.today(),
        };
        let (own_day, own_year) = (asked(day), asked(since));
        let mut rows: BTreeMap<(String, String), BoardRow> = BTreeMap::new();
        for organ in self.organs()?.into_iter().filter(|organ| is_township(&organ.kind)) {
            let row = BoardRow {
                organ: organ.id.clone(),
                name: organ.name,
                numbers: vec![BoardNumber::default(); columns.len()],
            };
            rows.insert((organ.division, organ.id), row);
        }
        let by_organ: BTreeMap<String, (String, String)> =
            rows.keys().map(|key| (key.1.clone(), key.clone())).collect();
        self.store().read(|reader| -> store::Result<()> {
            for (at, column) in columns.iter().enumerate() {
                for (asked, is_year) in [(&own_day, false), (&own_year, true)] {
                    for (organ, sum) in tally::by_organ(reader, &range(&column.figure, asked))? {
                        let row = by_organ.get(&organ).and_then(|key| rows.get_mut(key));
                        let Some(number) = row.and_then(|row| row.numbers.get_mut(at)) else { continue };
                        if is_year {
                            number.in_year += sum.n;
                        } else {
                            number.on_day += sum.n;
                        }
                    }
                }
            }
            Ok(())
        })?;
        Ok(Board { day, since, columns, rows: rows.into_values().collect() })
    }

    /// The figures that name the row, each once, as the version in force on the day says them.
    fn board_columns(&self, day: Day) -> Vec<BoardColumn> {
        self.defined_on(day, None)
            .into_iter()
            .filter(|figure| figure.systems.iter().any(|system| system == ROW))
            .map(|figure| BoardColumn {
                figure: figure.id.clone(),
                name: figure.name.clone(),
                unit: figure.unit.clone(),
            })
            .collect()
    }
}

/// Whether an organ of that kind is a township's or a street's.
#[must_use]
pub fn is_township(kind: &str) -> bool {
    matches!(kind, "township" | "street")
}
