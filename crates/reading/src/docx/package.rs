//! The parts of a package: found by their relations, unpacked within bounds, and what other packages there are.

use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;
use zip::result::ZipError;

use crate::{Other, Unreadable, html};

/// More unpacked text than this is not read, in one part and in all.
const LARGEST: u64 = 128 * 1024 * 1024;

/// A package and what is left of the bound.
pub struct Package<'b> {
    archive: ZipArchive<Cursor<&'b [u8]>>,
    left: u64,
}

impl<'b> Package<'b> {
    pub fn open(bytes: &'b [u8]) -> Result<Self, Unreadable> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unreadable::BrokenDocx)?;
        Ok(Self { archive, left: LARGEST })
    }

    /// The folder and name of the main part.
    pub fn main(&mut self) -> Result<String, Unreadable> {
        let relations = self.part("_rels/.rels")?.unwrap_or_default();
        let mut target = None;
        events(&relations, |event| {
            if let Event::Start(element) = event {
                let kind = attribute(element, "Type").unwrap_or_default();
                if kind.ends_with("/officeDocument") {
                    target = attribute(element, "Target");
                }
            }
            Ok(())
        })?;
        let named = target.map(|t| t.trim_start_matches('/').to_owned());
        let known = |name: &String| self.archive.index_for_name(name).is_some();
        let main = named.filter(known).unwrap_or_else(|| "word/document.xml".to_owned());
        if self.archive.index_for_name(&main).is_some()
            && !main.starts_with("xl/")
            && !main.starts_with("ppt/")
        {
            return Ok(main);
        }
        Err(self.other())
    }

    /// What a package is that is no DOCX.
    fn other(&mut self) -> Unreadable {
        let names: Vec<String> = self
            .archive
            .file_names()
            .filter_map(|name| name.ok().map(std::borrow::Cow::into_owned))
            .collect();
        let any = |start: &str| names.iter().any(|n| n.starts_with(start));
        let kind = if any("xl/") {
            Other::Spreadsheet
        } else if any("ppt/") {
            Other::Slides
        } else if any("OFD.xml") {
            Other::Ofd
        } else if any("content.xml") {
            Other::OpenDocument
        } else if any("word/") || any("[Content_Types].xml") {
            return Unreadable::BrokenDocx;
        } else {
            Other::Archive
        };
        Unreadable::Other(kind)
    }

    /// A part as text, if the package has it.
    pub fn part(&mut self, name: &str) -> Result<Option<String>, Unreadable> {
        let file = match self.archive.by_name(name) {
            Ok(file) => file,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(ZipError::UnsupportedArchive(why)) if why == ZipError::PASSWORD_REQUIRED => {
                return Err(Unreadable::EncryptedDocx);
            }
            Err(_) => return Err(Unreadable::BrokenDocx),
        };
        let bytes = unpack(file, self.left)?;
        self.left = self.left.saturating_sub(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        crate::decode::decode(&bytes).map(Some).map_err(|_| Unreadable::BrokenDocx)
    }
}

fn unpack(file: impl Read, limit: u64) -> Result<Vec<u8>, Unreadable> {
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|_| Unreadable::BrokenDocx)?;
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if length > limit { Err(Unreadable::TooMuch) } else { Ok(bytes) }
}

/// Goes through a part; an empty element comes as its start and its end.
pub fn events(xml: &str, mut visit: impl FnMut(&Event) -> Result<(), Unreadable>) -> Result<(), Unreadable> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().expand_empty_elements = true;
    loop {
        match reader.read_event().map_err(|_| Unreadable::BrokenDocx)? {
            // No word processor writes one: it is the way of entity bombs.
            Event::DocType(_) => return Err(Unreadable::Entities),
            Event::Eof => return Ok(()),
            event => visit(&event)?,
        }
    }
}

/// The value of an attribute, by its name without a prefix.
pub fn attribute(element: &BytesStart, name: &str) -> Option<String> {
    let mut attributes = element.attributes();
    attributes.with_checks(false);
    let found = attributes.flatten().find(|a| a.key.local_name().as_ref() == name)?;
    Some(html::unescape(&found.value))
}

/// A number in an attribute.
pub fn number<N: std::str::FromStr>(element: &BytesStart, name: &str) -> Option<N> {
    attribute(element, name)?.trim().parse().ok()
}

/// Whether a switch such as `w:vanish` is on.
pub fn is_on(element: &BytesStart) -> bool {
    !attribute(element, "val").is_some_and(|v| matches!(v.as_str(), "0" | "false" | "off"))
}
