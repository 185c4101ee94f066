//! Files of other kinds: what they are and how to make a readable one of them.

use std::fmt;

use crate::Unreadable;

/// A kind of file that is not read. (其他格式)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Other {
    Spreadsheet,
    Slides,
    OpenDocument,
    /// The national format of laid out documents.
    Ofd,
    Archive,
    Rtf,
    Picture,
    WebArchive,
    /// A document of Word as one XML file.
    WordXml,
    /// A compound file of an old office program.
    Compound,
}

impl fmt::Display for Other {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Spreadsheet => "是电子表格，不是文稿。请把文稿另存为.docx再试",
            Self::Slides => "是演示文稿，不是报告。请把文稿另存为.docx再试",
            Self::OpenDocument => "是ODF文件（.odt）。请用Word、WPS或LibreOffice另存为.docx再试",
            Self::Ofd => "是OFD版式文件。请改用电子原稿（.docx），或者转换为PDF再试",
            Self::Archive => "是压缩文件，不是文稿。请解压后选取其中的文稿再试",
            Self::Rtf => "是RTF文件。请用Word或WPS另存为.docx再试",
            Self::Picture => "是图片。请先做文字识别，或者改用电子原稿",
            Self::WebArchive => "是网页归档文件（.mht）。请另存为网页（.html）或者.docx再试",
            Self::WordXml => "是Word的XML文件。请用Word或WPS另存为.docx再试",
            Self::Compound => "是旧版办公软件的文件。请用Word或WPS另存为.docx再试",
        })
    }
}

/// The first bytes of other kinds.
const STARTS: &[(&[u8], Other)] = &[
    (b"{\\rtf", Other::Rtf),
    (b"\xff\xd8\xff", Other::Picture),
    (b"\x89PNG", Other::Picture),
    (b"GIF8", Other::Picture),
    (b"II*\0", Other::Picture),
    (b"MM\0*", Other::Picture),
    (b"PK\x05\x06", Other::Archive),
    (b"Rar!", Other::Archive),
    (b"7z\xbc\xaf", Other::Archive),
    (b"\x1f\x8b", Other::Archive),
    (b"MIME-Version:", Other::WebArchive),
];

/// What a file is, when it is of a kind that is not read. The name is in lower case.
pub fn recognise(name: &str, bytes: &[u8]) -> Option<Unreadable> {
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Some(compound(name, bytes));
    }
    if let Some((_, kind)) = STARTS.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Some(Unreadable::Other(*kind));
    }
    let head = bytes.get(..bytes.len().min(2048)).unwrap_or(bytes);
    let has = |word: &[u8]| head.windows(word.len()).any(|w| w == word);
    let word_xml = has(b"<?xml") && (has(b"<w:wordDocument") || has(b"<pkg:package"));
    word_xml.then_some(Unreadable::Other(Other::WordXml))
}

/// A compound file, by the names of its streams, which are in UTF-16.
fn compound(name: &str, bytes: &[u8]) -> Unreadable {
    let has = |stream: &str| {
        let wide: Vec<u8> = stream.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(wide.len()).any(|w| w == wide.as_slice())
    };
    if has("EncryptedPackage") {
        Unreadable::EncryptedDocx
    } else if has("WordDocument") {
        Unreadable::OldWord
    } else if has("Workbook") {
        Unreadable::Other(Other::Spreadsheet)
    } else if has("PowerPoint Document") {
        Unreadable::Other(Other::Slides)
    } else if name.ends_with(".docx") {
        Unreadable::EncryptedDocx
    } else if name.ends_with(".doc") || name.ends_with(".wps") {
        Unreadable::OldWord
    } else {
        Unreadable::Other(Other::Compound)
    }
}
