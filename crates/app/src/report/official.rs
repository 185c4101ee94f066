//! The report as an official document: its parts as text, its figures as what is attached.

use documents::{Annex, Block, Column, Document, Head, Inline, Row, Signed, Table, Target};

use super::{AnnualReport, Paragraph, Piece, ReportFigure, Section, Stated};

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
        let title = self.title();
        if title.chars().count() <= documents::sheet::TITLE_CHARACTERS {
            return vec![title];
        }
        vec![self.organ.1.clone(), format!("{}年法治政府建设年度报告", self.year)]
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
        for part in &section.parts {
            self.section_blocks(blocks, part, level + 1, site);
        }
    }

    fn inline(&self, piece: &Piece, site: Option<&str>) -> Option<Inline> {
        Some(match (piece, site) {
            (Piece::Figure(id), _) => Inline::Link(self.figure(id)?.shown(), Target::Anchor(anchor(id))),
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
        let column = |title: &str, width, is_number| Column { title: title.to_owned(), width, is_number };
        let mut blocks = vec![
            paragraph(&format!("统计范围：{}。", self.scope)),
            paragraph(&format!(
                "统计期间：{}年1月1日至12月31日；只含截至{}登记的办理记录。",
                self.year,
                self.as_of.chinese()
            )),
            paragraph(&format!("各部分依据：{}；体系划分依据：{}。", self.basis, self.plan)),
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
    let column = |title: &str, width| Column { title: title.to_owned(), width, is_number: false };
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
