//! What a document says, before it is set on paper.

use crate::heading::{HeadCell, head_rows};

/// An official document. 公文
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// The red head; none for what goes out without a number of its own.
    pub head: Option<Head>,
    /// The title in the lines that its maker breaks it into.
    pub title: Vec<String>,
    /// Whom it is addressed to (主送机关), without the colon.
    pub addressee: Option<String>,
    pub blocks: Vec<Block>,
    pub signed: Option<Signed>,
    /// The remark below the date (附注), without brackets.
    pub note: Option<String>,
    pub annexes: Vec<Annex>,
}

/// The red head: the mark and the number. 版头
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// 发文机关标志
    pub mark: String,
    /// 发文字号
    pub number: String,
}

/// Who signs and the date in Chinese. 署名和成文日期
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    pub by: String,
    pub on: String,
}

/// What is attached. 附件
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annex {
    pub title: String,
    pub blocks: Vec<Block>,
}

/// A piece of the text. 正文的一段
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A heading with its number in it; 1 is 一、, 2 is （一）, 3 is 1., 4 is （1）.
    Heading(u8, String),
    Paragraph(Vec<Inline>),
    Table(Table),
}

/// A piece of a paragraph. 段内文字
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inline {
    Text(String),
    Strong(String),
    Link(String, Target),
}

/// Where a link leads. 链接
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    Url(String),
    /// A row of a table in the same document.
    Anchor(String),
}

/// A table. 表格
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
}

/// A column of a table. 栏
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub title: String,
    /// The heading over this and its neighbours.
    pub under: Option<String>,
    /// Its part of the width, in thousandths.
    pub width: u16,
    pub is_number: bool,
}

/// A row of a table. 行
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What links of the same document find it by.
    pub anchor: Option<String>,
    pub cells: Vec<Vec<Inline>>,
}

impl Table {
    /// The rows of the head.
    #[must_use]
    pub fn head(&self) -> Vec<Vec<HeadCell>> {
        head_rows(self.columns.iter().map(|column| (column.title.as_str(), column.under.as_deref())))
    }
}

impl Inline {
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Strong(text) | Self::Link(text, _) => text,
        }
    }
}

impl Document {
    /// The title in one line.
    #[must_use]
    pub fn whole_title(&self) -> String {
        self.title.concat()
    }

    /// What stands below the text of what is attached, in lines; none without annexes.
    #[must_use]
    pub fn annex_lines(&self) -> Vec<String> {
        match self.annexes.as_slice() {
            [] => Vec::new(),
            [one] => vec![format!("附件：{}", one.title)],
            several => {
                let line = |(at, annex): (usize, &Annex)| {
                    let lead = if at == 0 { "附件：" } else { "\u{3000}\u{3000}\u{3000}" };
                    format!("{lead}{}. {}", at + 1, annex.title)
                };
                several.iter().enumerate().map(line).collect()
            }
        }
    }

    /// What stands at the head of an annex: its number, where there are several.
    #[must_use]
    pub fn annex_mark(&self, at: usize) -> String {
        if self.annexes.len() > 1 { format!("附件{}", at + 1) } else { "附件".to_owned() }
    }
}
