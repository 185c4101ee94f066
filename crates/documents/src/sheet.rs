//! The numbers of GB/T 9704-2012, in the units that the writers count in: thousandths of a point for PDF, twentieths of a point
//! (twips) for DOCX.

/// Clause 5.1: A4.
pub const PAGE_MM: (i32, i32) = (210, 297);
/// Clause 5.2.1: the head of the page (天头).
pub const TOP_MM: i32 = 37;
/// Clause 5.2.1: the binding side (订口).
pub const LEFT_MM: i32 = 28;
/// Clause 5.2.1: the type area (版心).
pub const AREA_MM: (i32, i32) = (156, 225);
/// Clause 5.2.3: lines of a page.
pub const LINES: i32 = 22;
/// Clause 5.2.3: characters of a line.
pub const CHARACTERS: i32 = 28;
/// Clause 7.2.4: from the top of the type area to the upper edge of the mark (发文机关标志).
pub const MARK_MM: i32 = 35;
/// Clause 7.2.7: from the number to the red rule.
pub const RULE_MM: i32 = 4;
/// Clause 7.5: from the type area to the dashes beside the page number.
pub const FOLIO_MM: i32 = 7;
/// Clause 7.2.4 leaves the size of the mark open; the custom is at most 初号 to 55 points.
pub const MARK_LARGEST: i32 = 55_000;
/// Clause 7.3.1 with the width of the type area: characters of a line of the title.
pub const TITLE_CHARACTERS: usize = 20;

/// 3号, as the standard's grid needs it: 28 of them fit into 156 mm, 22 with 21 gaps of 7/8 into 225 mm.
pub const BODY: i32 = 15_750;
/// 2号 of the title.
pub const TITLE: i32 = 21_000;
/// 4号 of the page number.
pub const FOLIO: i32 = 13_750;
/// 五号 of tables: the standard does not say.
pub const TABLE: i32 = 10_500;
/// Clause 3.2: from line to line, a character and 7/8 of one.
pub const PITCH: i32 = BODY * 15 / 8;
/// Lines of tables: two of them to one line of the text.
pub const TABLE_PITCH: i32 = PITCH / 2;
/// The cell of a character.
pub const CELL: i32 = mm(AREA_MM.0) / CHARACTERS;

/// Millimetres in thousandths of a point.
#[must_use]
pub const fn mm(millimetres: i32) -> i32 {
    millimetres * 720_000 / 254
}

/// Millimetres in twips, rounded.
#[must_use]
pub const fn twips(millimetres: i32) -> i32 {
    (millimetres * 14_400 + 127) / 254
}

/// What the standard prints a part in. 字体
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// 小标宋: mark and title.
    Title,
    /// 黑体: headings of the first level.
    Black,
    /// 楷体: headings of the second level.
    Regular,
    /// 仿宋: the text.
    Body,
    /// 仿宋 made heavy: headings of the third level, by custom.
    Strong,
    /// 宋体: page numbers.
    Folio,
}

impl Role {
    pub const ALL: [Self; 6] =
        [Self::Title, Self::Black, Self::Regular, Self::Body, Self::Strong, Self::Folio];

    /// The name of the face in offices' word processors.
    #[must_use]
    pub fn office_name(self) -> &'static str {
        match self {
            Self::Title => "方正小标宋简体",
            Self::Black => "黑体",
            Self::Regular => "楷体_GB2312",
            Self::Body | Self::Strong => "仿宋_GB2312",
            Self::Folio => "宋体",
        }
    }

    /// What people call the face.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Title => "小标宋",
            Self::Black => "黑体",
            Self::Regular => "楷体",
            Self::Body => "仿宋",
            Self::Strong => "仿宋（加粗）",
            Self::Folio => "宋体",
        }
    }

    /// The role of a heading's level.
    #[must_use]
    pub fn of_heading(level: u8) -> Self {
        match level {
            0 | 1 => Self::Black,
            2 => Self::Regular,
            3 => Self::Strong,
            _ => Self::Body,
        }
    }
}
