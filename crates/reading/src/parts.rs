//! A reading in parts, by which who keeps it elsewhere can make it again.

use audit::Text;

use crate::builder::{Anchor, Place};
use crate::{Format, Reading};

/// What a reading is made of: the text, its tables as byte ranges of cells, and from which character on it comes
/// from which place of the original. (读入内容)
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    pub text: String,
    pub tables: Vec<Vec<Vec<(usize, usize)>>>,
    /// From which character on, where, and whether all from there stand at that one place.
    pub places: Vec<(usize, Place, bool)>,
    /// Pages that are pictures only.
    pub pictures: Vec<usize>,
}

impl Reading {
    /// The parts of a reading, without its links: who reads a kept text follows none. Plain text has no tables and places of its own: they follow from the text.
    #[must_use]
    pub fn parts(&self) -> Parts {
        let chars = &self.text.chars;
        let cell = |cell: &audit::Cell| (chars.offset(cell.start), chars.offset(cell.end));
        let rows =
            |table: &audit::Table| table.rows.iter().map(|row| row.iter().map(cell).collect()).collect();
        let tables = match self.format {
            Format::Plain => Vec::new(),
            _ => self.text.tables.iter().map(rows).collect(),
        };
        let places = self.places.iter().map(|anchor| (anchor.at, anchor.place, anchor.still)).collect();
        let pictures = self.pictures.clone();
        Parts { text: self.text.source().to_owned(), tables, places, pictures }
    }
}

impl Parts {
    /// The reading again. What lies outside the text or out of order is left out.
    #[must_use]
    pub fn reading(self, format: Format) -> Reading {
        let Self { text, tables, places, pictures } = self;
        let inside = |(start, end): &(usize, usize)| start <= end && text.get(*start..*end).is_some();
        let tables: Vec<Vec<Vec<(usize, usize)>>> =
            tables.into_iter().filter(|rows| rows.iter().flatten().all(inside)).collect();
        let mut places: Vec<Anchor> =
            places.into_iter().map(|(at, place, still)| Anchor { at, place, still }).collect();
        places.sort_by_key(|anchor| anchor.at);
        Reading { format, text: Text::with_tables(text, &tables), links: Vec::new(), pictures, places }
    }
}
