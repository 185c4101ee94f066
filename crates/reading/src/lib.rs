//! Readers of TXT, Markdown, HTML, DOCX and PDF: each gives a text with its tables and a map back to the original.

mod builder;
mod counting;
mod decode;
mod docx;
mod html;
mod markdown;
mod normal;
mod other;
mod parts;
mod pdf;
mod plain;

use std::fmt;

pub use builder::Place;
pub use other::Other;
pub use parts::Parts;

use audit::{Link, Text};
use builder::Builder;

/// The kind of a file. (文件格式)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Plain text and Markdown.
    Plain,
    Html,
    Docx,
    Pdf,
}

/// A file as it was read. (读入的文件)
#[derive(Clone, Debug)]
pub struct Reading {
    pub format: Format,
    pub text: Text,
    /// Words that lead to an address, in the order of the text; only Markdown and HTML tell them.
    pub links: Vec<Link>,
    /// Pages of a PDF that show a picture and have no text: they were not read.
    pub pictures: Vec<usize>,
    places: Vec<builder::Anchor>,
}

/// Why a file cannot be read. The message is for people. (不能读的原因)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Bytes that are no text in a known encoding.
    Encoding,
    /// The file is empty.
    Empty,
    /// Larger than what is read.
    TooLarge,
    /// More text than who asks wants to read.
    TooLong,
    /// Unpacked it is larger than what is read.
    TooMuch,
    /// The old binary Word format.
    OldWord,
    /// Not a whole DOCX.
    BrokenDocx,
    /// A DOCX locked with a password.
    EncryptedDocx,
    /// A DOCX whose XML defines entities.
    Entities,
    /// Not a whole PDF.
    BrokenPdf,
    /// A PDF locked with a password.
    EncryptedPdf,
    /// A PDF of pictures only.
    NoTextLayer,
    /// A PDF whose fonts do not say which characters they show.
    NoMapping,
    /// Another kind of file.
    Other(Other),
}

/// The largest file that is read, in bytes.
pub const LARGEST: usize = 256 * 1024 * 1024;

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Encoding => "不是UTF-8、UTF-16、GB18030编码的文本。请另存为UTF-8编码的文本再试",
            Self::Empty => "文件是空的，没有可以审核的文字",
            Self::TooLarge => "文件超过256 MB。请拆开再试",
            Self::TooLong => "文字太多，超过一次可以审核的字数。请拆开再试",
            Self::TooMuch => "文件解压以后超过限度，不像正常的报告。请重新导出或者拆开再试",
            Self::OldWord => "是旧版Word文件（.doc）。请用Word或WPS另存为.docx再试",
            Self::BrokenDocx => "DOCX文件损坏或者不完整。请重新导出再试",
            Self::EncryptedDocx => "DOCX文件设了打开密码。请去掉密码再试",
            Self::Entities => "DOCX文件中含有实体定义，正常的文件没有，可能有害。请用Word或WPS重新另存再试",
            Self::BrokenPdf => "PDF文件损坏或者不完整。请重新导出再试",
            Self::EncryptedPdf => "PDF文件设了打开密码。请去掉密码再试",
            Self::NoTextLayer => "PDF没有文字层，可能是扫描件。请先做文字识别，或者改用电子原稿",
            Self::NoMapping => {
                "PDF的字体没有注明所对应的文字，多数文字无法还原。请改用电子原稿，或者先做文字识别"
            }
            Self::Other(kind) => return write!(f, "{kind}"),
        })
    }
}

impl std::error::Error for Unreadable {}

/// Reads a file by its content; the name only tells Markdown and HTML from plain text.
///
/// # Errors
///
/// Why the file cannot be read.
pub fn read(name: &str, bytes: &[u8]) -> Result<Reading, Unreadable> {
    read_within(name, bytes, usize::MAX)
}

/// The same, for files of strangers: reading ends where there are more than so many characters of text, or where a
/// PDF unpacks to far more than such a text needs.
///
/// # Errors
///
/// Why the file cannot be read.
pub fn read_within(name: &str, bytes: &[u8], most: usize) -> Result<Reading, Unreadable> {
    if bytes.len() > LARGEST {
        return Err(Unreadable::TooLarge);
    }
    if bytes.iter().all(|b| b.is_ascii_whitespace() || *b == 0) {
        return Err(Unreadable::Empty);
    }
    let lower = name.to_ascii_lowercase();
    if bytes.starts_with(b"PK\x03\x04") {
        return docx::read(bytes, most)?.finish(Format::Docx, most);
    }
    let head = bytes.get(..bytes.len().min(1024)).unwrap_or(bytes);
    if head.windows(5).any(|w| w == b"%PDF-") {
        return pdf::read(bytes, most)?.finish(Format::Pdf, most);
    }
    if let Some(why) = other::recognise(&lower, bytes) {
        return Err(why);
    }
    if lower.ends_with(".docx") {
        return Err(Unreadable::BrokenDocx);
    }
    if lower.ends_with(".pdf") {
        return Err(Unreadable::BrokenPdf);
    }
    let source = decode::decode(bytes)?;
    if source.trim().is_empty() {
        return Err(Unreadable::Empty);
    }
    let is_html = lower.ends_with(".html") || lower.ends_with(".htm") || looks_like_html(&source);
    if is_html {
        let builder = html::read(&source);
        if builder.text().trim().is_empty() {
            return Err(Unreadable::Empty);
        }
        return builder.finish(Format::Html, most);
    }
    if source.chars().nth(most).is_some() {
        return Err(Unreadable::TooLong);
    }
    if (lower.ends_with(".md") || lower.ends_with(".markdown")) && source.contains("](") {
        return markdown::read(&source).finish(Format::Plain, most);
    }
    if plain::is_simple(&source) {
        return Ok(Reading {
            format: Format::Plain,
            text: Text::new(source),
            links: Vec::new(),
            pictures: Vec::new(),
            places: Vec::new(),
        });
    }
    plain::read(&source).finish(Format::Plain, most)
}

fn looks_like_html(source: &str) -> bool {
    let head: String = source.trim_start().chars().take(300).collect::<String>().to_ascii_lowercase();
    head.starts_with("<!doctype html") || head.starts_with("<html") || head.contains("<body")
}

impl Reading {
    /// Where a character stands in the original.
    #[must_use]
    pub fn place(&self, index: usize) -> Place {
        if self.places.is_empty() {
            let (line, column) = self.text.line_column(index);
            return Place { page: None, line, column };
        }
        builder::place(&self.places, self.text.chars.source_index(index))
    }
}

impl Reading {
    /// What was not read, in words for people: pages that are pictures only.
    #[must_use]
    pub fn not_read(&self) -> Option<String> {
        const NAMED: usize = 12;
        if self.pictures.is_empty() {
            return None;
        }
        let pages: Vec<String> = self.pictures.iter().take(NAMED).map(usize::to_string).collect();
        let more = if self.pictures.len() > NAMED { "等" } else { "" };
        let count = self.pictures.len();
        Some(format!(
            "第{}{more}页共{count}页是图片，没有文字，没有审核；需要审核的，先做文字识别",
            pages.join("、")
        ))
    }
}

impl Builder {
    fn finish(mut self, format: Format, most: usize) -> Result<Reading, Unreadable> {
        if self.is_over(most) {
            return Err(Unreadable::TooLong);
        }
        let pictures = self.pictures.clone();
        let links = self.take_links();
        let (source, tables, places) = self.parts();
        let text = Text::with_tables(source, &tables);
        let at = |index: usize| text.chars.of_source_index(index);
        let link = |(start, end, target)| Link { start: at(start), end: at(end), target };
        let links = links.into_iter().map(link).collect();
        Ok(Reading { format, text, links, pictures, places })
    }
}
