//! A report that was read, in the form in which a page carries it back and an organ keeps it: so that nothing needs to
//! stay on the server between two requests, and no file to be chosen twice.

use reading::{Format, Parts, Place, Reading, Unreadable};
use serde::{Deserialize, Serialize};

/// How many characters of a report are read.
pub(crate) const LONGEST: usize = 300_000;
/// The longest file name that is shown, in characters.
const LONGEST_NAME: usize = 120;
const VERSION: u32 = 1;

/// A report that was read. 读入的报告
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub name: String,
    pub reading: Reading,
}

/// The written form. Places are rows of character, page (0 for none), line, column.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wire {
    format_version: u32,
    name: String,
    format: String,
    text: String,
    tables: Vec<Vec<Vec<(usize, usize)>>>,
    places: Vec<(usize, usize, usize, usize, bool)>,
    pictures: Vec<usize>,
}

const FORMATS: [(Format, &str); 4] =
    [(Format::Plain, "plain"), (Format::Html, "html"), (Format::Docx, "docx"), (Format::Pdf, "pdf")];

impl Held {
    /// Reads a file of a stranger.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self, Unreadable> {
        let name = plain_name(name);
        let reading = reading::read_within(&name, bytes, LONGEST)?;
        // A page may hold much and no text.
        if reading.text.source().trim().is_empty() {
            Err(Unreadable::Empty)
        } else {
            Ok(Self { name, reading })
        }
    }

    pub fn wire(&self) -> Wire {
        let Parts { text, tables, places, pictures } = self.reading.parts();
        let format = FORMATS.iter().find(|(format, _)| *format == self.reading.format);
        Wire {
            format_version: VERSION,
            name: self.name.clone(),
            format: format.map_or("plain", |(_, word)| word).to_owned(),
            text,
            tables,
            places: places
                .iter()
                .map(|(at, p, still)| (*at, p.page.unwrap_or(0), p.line, p.column, *still))
                .collect(),
            pictures,
        }
    }

    pub fn written(&self) -> String {
        serde_json::to_string(&self.wire()).unwrap_or_default()
    }

    /// Reads what a page carried; nothing if it is not what this program wrote, or longer than what it reads.
    pub fn from_written(text: &str) -> Option<Self> {
        Self::from_wire(serde_json::from_str(text).ok()?)
    }

    pub fn from_wire(wire: Wire) -> Option<Self> {
        let (format, _) = FORMATS.into_iter().find(|(_, word)| *word == wire.format)?;
        let is_known = wire.format_version == VERSION && wire.text.chars().nth(LONGEST).is_none();
        if !is_known || wire.text.trim().is_empty() {
            return None;
        }
        let place = |(at, page, line, column, still): (usize, usize, usize, usize, bool)| {
            (at, Place { page: (page > 0).then_some(page), line, column }, still)
        };
        let places = wire.places.into_iter().map(place).collect();
        let reading =
            Parts { text: wire.text, tables: wire.tables, places, pictures: wire.pictures }.reading(format);
        Some(Self { name: plain_name(&wire.name), reading })
    }

    /// How many characters there are.
    pub fn length(&self) -> usize {
        self.reading.text.chars.len()
    }
}

/// The last part of a path, without characters that cannot be seen.
fn plain_name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}')
    };
    let name: String = last.chars().filter(|c| !is_hidden(*c)).take(LONGEST_NAME).collect();
    if name.trim().is_empty() { "没有名称的文件".to_owned() } else { name.trim().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_carries_is_the_same_again() {
        let page = "<html><body><p>受理5件</p><table><tr><td>甲</td><td>3</td></tr><tr><td>乙</td><td>4</td></tr></table></body></html>";
        let held = Held::read("../\u{202e}甲.html", page.as_bytes()).unwrap();
        assert_eq!(held.name, "甲.html");
        let again = Held::from_written(&held.written()).unwrap();
        assert_eq!(again.written(), held.written());
        assert_eq!(again.reading.text.tables.len(), 1);
    }

    #[test]
    fn what_nobody_wrote_is_not_read() {
        let held = Held::read("甲.txt", "受理5件".as_bytes()).unwrap().written();
        for wrong in [
            "",
            "{}",
            "[]",
            &held.replace("plain", "exe"),
            &held.replace("受理5件", " "),
            &held.replace(":1,", ":2,"),
        ] {
            assert!(Held::from_written(wrong).is_none(), "{wrong}");
        }
        let long = held.replace("受理", &"受".repeat(LONGEST));
        assert!(Held::from_written(&long).is_none());
    }
}
