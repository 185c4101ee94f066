//! The report as an official document: its parts as text, its figures as what is attached.

use documents::{Annex, Block, Column, Document, Head, Inline, Row, Signed, Table, Target};

use super::{AnnualReport, FormTable, FormTableRow, Paragraph, Piece, ReportFigure, Section, Stated};

/// What the office gives a report beside its text. 文面
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Face {
    /// 发文字号; with it the report has the red head.
    pub number: Option<String>,
    /// 成文日期, in Chinese; without one the report is not signed yet.
    pub dated: Option<String>,
    /// The site that links lead to, without the slash at its end.
    pub site: Option<String>,
}

impl AnnualReport {
    /// The report in the form of an official document.
    #[must_use]
    pub fn to_document(&self, face: &Face) -> Document {
        let mut blocks = Vec::new();
        if self.is_demonstration {
            blocks.push(paragraph("演示：以下数据和人员都是为演示而编的，不是真实的办理情况。"));
        }
        for section in &self.sections {
            self.section_blocks(&mut blocks, section, 1, face.site.as_deref());
        }
        let number = face.number.clone();
        Document {
            head: number.map(|number| Head { mark: format!("{}文件", self.organ.1), number }),
            title: self.title_lines(),
            addressee: None,
            blocks,
            signed: face.dated.clone().map(|on| Signed { by: self.organ.1.clone(), on }),
            note: None,
            annexes: self.annexes(face.site.as_deref()),
        }
    }

    /// The title broken after the organ where it is too long for a line.
    fn title_lines(&self) -> Vec<String> {
        let title = self.title.clone();
        if title.chars().count() <= documents::sheet::TITLE_CHARACTERS {
            return vec![title];
        }
        let rest = title.strip_prefix(&self.organ.1).unwrap_or(&title).to_owned();
        vec![self.organ.1.clone(), rest]
    }

    fn section_blocks(&self, blocks: &mut Vec<Block>, section: &Section, level: u8, site: Option<&str>) {
        blocks.push(Block::Heading(level, section.heading.clone()));
        for one in &section.paragraphs {
            blocks.push(match one {
                Paragraph::Counted(pieces) | Paragraph::Written(pieces) => {
                    let inline = |piece| self.inline(piece, site);
                    Block::Paragraph(pieces.iter().filter_map(inline).collect())
                }
                Paragraph::ToBeStated(words) => paragraph(&format!("［自报，待撰写］{words}")),
            });
        }
        section.tables.iter().for_each(|table| self.table_blocks(blocks, table, site));
        for part in &section.parts {
            self.section_blocks(blocks, part, level + 1, site);
        }
    }

    /// A fixed table under its name, and the cells that several figures make.
    fn table_blocks(&self, blocks: &mut Vec<Block>, table: &FormTable, site: Option<&str>) {
        let unit =
            if table.unit.is_empty() { String::new() } else { format!("（单位：{}）", table.unit) };
        blocks.push(Block::Paragraph(vec![Inline::Strong(format!("{}{unit}", table.name))]));
        let count = u16::try_from(table.columns.len()).unwrap_or(u16::MAX).max(1);
        let own = (640 / count).min(200);
        let first = Column {
            title: "项目".to_owned(),
            under: None,
            width: 1000_u16.saturating_sub(own.saturating_mul(count)),
            is_number: false,
        };
        let others = table.columns.iter().map(|column| Column {
            title: column.name.clone(),
            under: column.under.clone(),
            width: own,
            is_number: true,
        });
        let row = |row: &FormTableRow| {
            let cells = row.cells.iter().map(|cell| self.inline(&cell.piece(), site).into_iter().collect());
            // A heading over rows has cells with nothing in them.
            let empty = if row.cells.is_empty() { table.columns.len() } else { 0 };
            let cells = cells.chain(std::iter::repeat_n(Vec::new(), empty));
            let name = vec![Inline::Text(row.name.clone())];
            Row { anchor: None, cells: std::iter::once(name).chain(cells).collect() }
        };
        blocks.push(Block::Table(Table {
            columns: std::iter::once(first).chain(others).collect(),
            rows: table.rows.iter().map(row).collect(),
        }));
        for note in table.notes() {
            blocks.push(Block::Paragraph(note.iter().filter_map(|piece| self.inline(piece, site)).collect()));
        }
    }

    fn inline(&self, piece: &Piece, site: Option<&str>) -> Option<Inline> {
        Some(match (piece, site) {
            (Piece::Figure(id), _) => Inline::Link(self.figure(id)?.shown(), Target::Anchor(anchor(id))),
            (Piece::Value(id, shown), _) => Inline::Link(shown.clone(), Target::Anchor(anchor(id))),
            (Piece::Linked(shown, link), Some(site)) => {
                Inline::Link(shown.clone(), Target::Url(format!("{site}{link}")))
            }
            (other, _) => Inline::Text(self.piece_shown(other)),
        })
    }

    /// What is attached: the figures with how each is counted, and the numbers that somebody answers for.
    fn annexes(&self, site: Option<&str>) -> Vec<Annex> {
        let stated = self.stated();
        let mut made = vec![self.figures_annex(site)];
        if !stated.is_empty() {
            made.push(stated_annex(&stated));
        }
        made
    }

    /// Every figure with how it is counted; its value leads to its records where the site is known.
    pub(super) fn figures_annex(&self, site: Option<&str>) -> Annex {
        let column =
            |title: &str, width, is_number| Column { title: title.to_owned(), under: None, width, is_number };
        let mut blocks = vec![
            paragraph(&format!("统计范围：{}。", self.scope)),
            paragraph(&format!(
                "统计期间：{}年1月1日至12月31日；只含截至{}登记的办理记录。",
                self.year,
                self.as_of.chinese()
            )),
            paragraph(&self.rests_on()),
            Block::Table(Table {
                columns: vec![
                    column("指标", 240, false),
                    column("数值", 130, true),
                    column("记录数", 90, true),
                    column("计算方法", 330, false),
                    column("局限", 210, false),
                ],
                rows: self.figures.iter().map(|figure| row(figure, site)).collect(),
            }),
        ];
        if !self.unused.is_empty() {
            let names = self.unused.join("、");
            blocks.push(paragraph(&format!(
                "平台上没有这一年度办理记录的，不列指标，也不等于没有发生：{names}。"
            )));
        }
        Annex { title: "指标及其办理记录".to_owned(), blocks }
    }
}

/// The numbers that are not the platform's, with who answers for them.
fn stated_annex(stated: &[(&str, &Stated)]) -> Annex {
    let column =
        |title: &str, width| Column { title: title.to_owned(), under: None, width, is_number: false };
    let text = |words: &str| vec![Inline::Text(words.to_owned())];
    let row = |(heading, one): &(&str, &Stated)| Row {
        anchor: None,
        cells: vec![text(heading), text(&one.number), text(&one.who), text(&one.why)],
    };
    let table = Table {
        columns: vec![
            column("章节", 260),
            column("数字", 140),
            column("提供者", 200),
            column("来源和理由", 400),
        ],
        rows: stated.iter().map(row).collect(),
    };
    Annex { title: "自报数字".to_owned(), blocks: vec![Block::Table(table)] }
}

/// What links of a document find a figure by.
pub(super) fn anchor(id: &str) -> String {
    format!("figure-{id}")
}

fn paragraph(words: &str) -> Block {
    Block::Paragraph(vec![Inline::Text(words.to_owned())])
}

fn row(figure: &ReportFigure, site: Option<&str>) -> Row {
    let text = |words: &str| vec![Inline::Text(words.to_owned())];
    let shown = figure.shown();
    let value = match site {
        Some(site) => Inline::Link(shown, Target::Url(format!("{site}{}", figure.link))),
        None => Inline::Text(shown),
    };
    Row {
        anchor: Some(anchor(&figure.id)),
        cells: vec![
            text(&figure.name),
            vec![value],
            text(&figure.records.to_string()),
            text(&figure.definition),
            text(figure.weakness.as_deref().unwrap_or("")),
        ],
    }
}
