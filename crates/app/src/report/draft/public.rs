//! The public version of a report: as it was settled, each figure with the way to its definition and to its records, and its
//! files with their hashes.

use calendar::Day;
use serde_json::{Value as Json, json};
use store::report_draft::{self as kept, PublicReport};
use store::{Query, organ, publication};

use super::{flat, taking};
use crate::actor::Actor;
use crate::asked::Content;
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::report::{AnnualReport, FormTable, FormTableColumn, FormTableRow, Paragraph, Piece};

const PAGE: u32 = 50;

/// A public report in a list. 已公开的报告
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicLine {
    /// Id of the procedure by which it was drafted.
    pub kind: String,
    pub organ: String,
    pub organ_name: String,
    pub year: i64,
    pub title: String,
    pub published_on: Day,
}

/// A public report. 公开版
#[derive(Clone, Debug)]
pub struct PublicPage {
    pub line: PublicLine,
    pub doc_number: Option<String>,
    /// The day on which it was settled.
    pub dated: Option<String>,
    pub as_of: String,
    pub scope: String,
    /// On what its parts rest, in a sentence.
    pub rests_on: String,
    pub is_demonstration: bool,
    pub sections: Vec<PublicSection>,
    pub figures: Vec<PublicFigure>,
    pub unused: Vec<String>,
    pub files: Vec<PublicFile>,
    /// The page of the act that made it public.
    pub publication: String,
}

/// A section of the public version. 章节
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicSection {
    pub heading: String,
    pub level: u8,
    pub paragraphs: Vec<Vec<PublicPiece>>,
    pub tables: Vec<PublicTable>,
}

/// A fixed table of the public version. 固定表格
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicTable {
    pub name: String,
    pub unit: String,
    /// Each with the heading over it and its neighbours.
    pub columns: Vec<(String, Option<String>)>,
    /// Name and cells; a heading has none.
    pub rows: Vec<(String, Vec<PublicPiece>)>,
    /// The cells that several figures make.
    pub notes: Vec<Vec<PublicPiece>>,
}

/// A piece of a sentence of the public version. 句子成分
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicPiece {
    Words(String),
    /// Id of the figure, and what is shown.
    Figure(String, String),
    /// What is shown, and the page that opens to its records.
    Linked(String, String),
    /// A stated number, who stated it, and why.
    Stated(String, String, String),
}

/// A figure of the public version. 指标
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicFigure {
    pub id: String,
    pub name: String,
    pub shown: String,
    pub records: i64,
    pub definition: String,
    pub weakness: Option<String>,
    pub link: String,
}

/// A file of a public report. 报告文件
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicFile {
    pub name: String,
    pub size: i64,
    /// SM3 of its content.
    pub hash: String,
}

/// The title of a public report with its fixed tables. 已公开报告的表格
pub(in crate::report) struct PublishedTables {
    pub title: String,
    pub tables: Vec<PublicTable>,
}

/// What is kept of a report that is made public.
pub(super) fn content(report: &AnnualReport, dated: Option<Day>) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Words(words) | Piece::Derived(words) => json!([words]),
        Piece::Figure(id) | Piece::Value(id, _) => json!(["figure", id, report.piece_shown(piece)]),
        Piece::Linked(shown, link) => json!(["linked", shown, link]),
        Piece::Stated(one) => json!(["stated", one.number, one.who, one.why]),
    };
    let paragraph = |one: &Paragraph| match one {
        Paragraph::Written(pieces) | Paragraph::Counted(pieces) => {
            Some(pieces.iter().map(piece).collect::<Vec<_>>())
        }
        Paragraph::ToBeStated(_) => None,
    };
    let sections = flat(&report.sections).into_iter().map(|(section, level)| {
        let paragraphs: Vec<_> = section.paragraphs.iter().filter_map(paragraph).collect();
        let tables: Vec<_> = section.tables.iter().map(|own| table_content(own, &piece)).collect();
        json!({ "heading": section.heading, "level": level, "paragraphs": paragraphs, "tables": tables })
    });
    let figure = |one: &crate::report::ReportFigure| {
        json!({
            "id": one.id,
            "name": one.name,
            "shown": one.shown(),
            "records": one.records,
            "definition": one.definition,
            "weakness": one.weakness,
            "link": one.link,
        })
    };
    let value = json!({
        "format_version": 1,
        "dated": dated.map(Day::chinese),
        "as_of": report.as_of.chinese(),
        "scope": report.scope,
        "basis": report.basis,
        "rests_on": report.rests_on(),
        "demonstration": report.is_demonstration,
        "sections": sections.collect::<Vec<_>>(),
        "figures": report.figures.iter().map(figure).collect::<Vec<_>>(),
        "unused": report.unused,
    });
    value.to_string()
}

/// A fixed table as it is kept: its cells as pieces.
fn table_content(table: &FormTable, piece: &dyn Fn(&Piece) -> Json) -> Json {
    let row = |row: &FormTableRow| {
        let cells: Vec<Json> = row.cells.iter().map(|cell| piece(&cell.piece())).collect();
        json!({ "name": row.name, "cells": cells })
    };
    let column = |column: &FormTableColumn| json!([column.name, column.under]);
    let note = |note: &Vec<Piece>| note.iter().map(piece).collect::<Vec<Json>>();
    json!({
        "name": table.name,
        "unit": table.unit,
        "columns": table.columns.iter().map(column).collect::<Vec<_>>(),
        "rows": table.rows.iter().map(row).collect::<Vec<_>>(),
        "notes": table.notes().iter().map(note).collect::<Vec<_>>(),
    })
}

impl Platform {
    /// The whole draft as it reads now, references in their place.
    ///
    /// # Errors
    /// The account is no officer's; the case is not theirs to read; the draft is not begun.
    pub fn report_reading(&self, actor: &Actor, case: &str) -> Result<(String, Vec<PublicSection>)> {
        let (loaded, _) = self.loaded_begun(actor, case)?;
        let texts = self.texts(case, &loaded.texts)?;
        let composed = self.sources(&loaded, None)?.compose(&texts);
        let content: Json = serde_json::from_str(&content(&composed.report, None)).unwrap_or_default();
        Ok((composed.report.title.clone(), all(&content, "sections").iter().map(section).collect()))
    }

    /// A page of the reports that are public, the latest year first, and where the next begins.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn public_reports(&self, after: Option<&str>) -> Result<(Vec<PublicLine>, Option<String>)> {
        let mut key = after.unwrap_or_default().splitn(3, '.');
        let key = (key.next().and_then(|year| year.parse().ok()), key.next(), key.next());
        let key = match key {
            (Some(year), Some(case), Some(organ)) => Some((year, organ, case)),
            _ => None,
        };
        self.store().read(|reader| {
            let rows = kept::public_page(reader, key, PAGE)?;
            let full = u32::try_from(rows.len()).unwrap_or(u32::MAX) == PAGE;
            let next = rows.last().filter(|_| full);
            let next = next.map(|row| format!("{}.{}.{}", row.year, row.case, row.organ));
            let mut made = Vec::new();
            for row in &rows {
                if self.stands_public(reader, row)? {
                    made.push(self.public_line(reader, row)?);
                }
            }
            Ok((made, next))
        })
    }

    /// The public report of a kind, of an organ on a year.
    ///
    /// # Errors
    /// None is public, or it was withdrawn; the store cannot be read.
    pub fn public_report(&self, kind: &str, organ: &str, year: i64) -> Result<PublicPage> {
        self.store().read(|reader| {
            let row = self.public_row(reader, (kind, organ, year))?;
            let content: Json = serde_json::from_str(&row.content).unwrap_or_default();
            let files = kept::files(reader, &row.case, row.edition)?.into_iter().map(|one| PublicFile {
                name: one.name,
                size: one.size,
                hash: one.hash.hex(),
            });
            let settled = self.settled_act(reader, &row)?;
            Ok(PublicPage {
                line: self.public_line(reader, &row)?,
                doc_number: row.doc_number.clone(),
                dated: content.get("dated").and_then(Json::as_str).map(str::to_owned),
                as_of: text(&content, "as_of"),
                scope: text(&content, "scope"),
                rests_on: rests_on(&content),
                is_demonstration: content.get("demonstration").and_then(Json::as_bool).unwrap_or_default(),
                sections: all(&content, "sections").iter().map(section).collect(),
                figures: all(&content, "figures").iter().map(figure).collect(),
                unused: all(&content, "unused").iter().filter_map(Json::as_str).map(str::to_owned).collect(),
                files: files.collect(),
                publication: format!("/published/{}/{}/{settled}", row.case, row.number),
            })
        })
    }

    /// A file of a public report, checked against its hash.
    ///
    /// # Errors
    /// There is no such public report or file; the content is damaged.
    pub fn public_report_file(&self, which: (&str, &str, i64), name: &str) -> Result<Content> {
        let (row, files) = self.store().read(|reader| -> Result<_> {
            let row = self.public_row(reader, which)?;
            let files = kept::files(reader, &row.case, row.edition)?;
            Ok((row, files))
        })?;
        let missing = || AppError::not_found("报告的这个文件");
        let media_type = match name.rsplit_once('.').map(|(_, ending)| ending) {
            Some("md") => "text/markdown; charset=utf-8",
            Some("html") => "text/html; charset=utf-8",
            Some("docx") => store_type(store::MediaType::Docx),
            Some("pdf") => store_type(store::MediaType::Pdf),
            Some("zip") => store_type(store::MediaType::Bundle),
            _ => return Err(missing()),
        };
        let ending = name.rsplit('.').next().unwrap_or_default();
        let packed = self.packed_before(&files)?;
        let found = packed.into_iter().find(|(own, _)| own == name).ok_or_else(missing)?;
        let kind = if name == taking::BUNDLE { "（封存包）" } else { "" };
        Ok(Content {
            name: format!("{}{kind}.{ending}", row.title),
            media_type: media_type.to_owned(),
            bytes: found.1,
        })
    }

    /// The text of a public report, for comparing the next one with it.
    pub(super) fn published_text(&self, kind: &str, organ: &str, year: i32) -> Result<Option<String>> {
        let row = self.store().read(|reader| kept::public(reader, organ, i64::from(year), kind))?;
        Ok(row.map(|row| {
            let content: Json = serde_json::from_str(&row.content).unwrap_or_default();
            let mut lines = vec![row.title];
            for section in all(&content, "sections").iter().map(section) {
                lines.push(section.heading);
                let words = |piece: &PublicPiece| match piece {
                    PublicPiece::Words(words) => words.clone(),
                    PublicPiece::Figure(_, shown)
                    | PublicPiece::Linked(shown, _)
                    | PublicPiece::Stated(shown, ..) => shown.clone(),
                };
                lines.extend(section.paragraphs.iter().map(|one| one.iter().map(words).collect::<String>()));
            }
            lines.join("\n")
        }))
    }

    /// The fixed tables of a report that was public on a day and still is.
    pub(in crate::report) fn published_tables(
        &self,
        kind: &str,
        organ: &str,
        year: i32,
        on: Day,
    ) -> Result<Option<PublishedTables>> {
        self.store().read(|reader| {
            let row = kept::public(reader, organ, i64::from(year), kind)?;
            let Some(row) = row.filter(|row| row.published_on <= on.number()) else { return Ok(None) };
            if !self.stands_public(reader, &row)? {
                return Ok(None);
            }
            let content: Json = serde_json::from_str(&row.content).unwrap_or_default();
            let sections = all(&content, "sections").iter().map(section).collect::<Vec<_>>();
            let tables = sections.into_iter().flat_map(|section| section.tables).collect();
            Ok(Some(PublishedTables { title: row.title, tables }))
        })
    }

    /// The reports of an organ on a year that are public, of every kind.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn public_reports_of(&self, organ: &str, year: i64) -> Result<Vec<PublicLine>> {
        self.store().read(|reader| {
            let mut made: Vec<PublicLine> = Vec::new();
            for row in kept::public_of_year(reader, organ, year, PAGE)? {
                // Of several of one kind the latest case's, which comes first.
                let is_known = made.iter().any(|one| one.kind == row.kind);
                if !is_known && self.stands_public(reader, &row)? {
                    made.push(self.public_line(reader, &row)?);
                }
            }
            Ok(made)
        })
    }

    fn public_row(&self, db: &dyn Query, (kind, organ, year): (&str, &str, i64)) -> Result<PublicReport> {
        let row =
            kept::public(db, organ, year, kind)?.ok_or_else(|| AppError::not_found("这份公开的报告"))?;
        if self.stands_public(db, &row)? {
            Ok(row)
        } else {
            Err(AppError::not_found("这份公开的报告（已经撤下）"))
        }
    }

    /// Whether the act that made it public still stands.
    fn stands_public(&self, db: &dyn Query, row: &PublicReport) -> Result<bool> {
        let act = self.settled_act(db, row)?;
        let number = u32::try_from(row.number).unwrap_or(0);
        let found = publication::get(db, &row.case, number, &act)?;
        Ok(found.is_some_and(|found| found.is_shown(self.today().number())))
    }

    /// The act whose record the publication shows.
    fn settled_act(&self, db: &dyn Query, row: &PublicReport) -> Result<String> {
        let file = self.inner().load(db, &row.case)?;
        let acts = file.pack.file.report.as_ref().ok_or_else(|| AppError::not_found("这份公开的报告"))?;
        Ok(acts.settled.id.clone())
    }

    fn public_line(&self, db: &dyn Query, row: &PublicReport) -> Result<PublicLine> {
        let organ = organ::known(db, &row.organ, self.today().number())?;
        Ok(PublicLine {
            kind: row.kind.clone(),
            organ: row.organ.clone(),
            organ_name: organ.map_or_else(|| row.organ.clone(), |organ| organ.name),
            year: row.year,
            title: row.title.clone(),
            published_on: Day::from_number(row.published_on).unwrap_or_else(|| self.today()),
        })
    }
}

fn store_type(kind: store::MediaType) -> &'static str {
    kind.mime()
}

fn text(value: &Json, name: &str) -> String {
    value.get(name).and_then(Json::as_str).unwrap_or_default().to_owned()
}

fn all(value: &Json, name: &str) -> Vec<Json> {
    value.get(name).and_then(Json::as_array).cloned().unwrap_or_default()
}

/// What was made public before there were several kinds of report tells basis and plan apart.
fn rests_on(content: &Json) -> String {
    let own = text(content, "rests_on");
    if own.is_empty() {
        return format!("各部分依据：{}；体系划分依据：{}。", text(content, "basis"), text(content, "plan"));
    }
    own
}

fn piece(one: &Json) -> PublicPiece {
    let at = |place: usize| one.get(place).and_then(Json::as_str).unwrap_or_default().to_owned();
    let length = one.as_array().map_or(0, Vec::len);
    match (length, at(0).as_str()) {
        (3, "figure") => PublicPiece::Figure(at(1), at(2)),
        (3, "linked") => PublicPiece::Linked(at(1), at(2)),
        (4, "stated") => PublicPiece::Stated(at(1), at(2), at(3)),
        _ => PublicPiece::Words(at(0)),
    }
}

fn table(value: &Json) -> PublicTable {
    let pieces = |one: &Json| one.as_array().into_iter().flatten().map(piece).collect::<Vec<_>>();
    let word = |one: &Json, place: usize| one.get(place).and_then(Json::as_str).map(str::to_owned);
    let column = |one: &Json| (word(one, 0).unwrap_or_default(), word(one, 1));
    let row = |one: &Json| (text(one, "name"), all(one, "cells").iter().map(piece).collect());
    PublicTable {
        name: text(value, "name"),
        unit: text(value, "unit"),
        columns: all(value, "columns").iter().map(column).collect(),
        rows: all(value, "rows").iter().map(row).collect(),
        notes: all(value, "notes").iter().map(pieces).collect(),
    }
}

fn section(value: &Json) -> PublicSection {
    let paragraph = |one: &Json| one.as_array().into_iter().flatten().map(piece).collect();
    PublicSection {
        heading: text(value, "heading"),
        level: value
            .get("level")
            .and_then(Json::as_u64)
            .and_then(|level| u8::try_from(level).ok())
            .unwrap_or(1),
        paragraphs: all(value, "paragraphs").iter().map(paragraph).collect(),
        tables: all(value, "tables").iter().map(table).collect(),
    }
}

fn figure(value: &Json) -> PublicFigure {
    PublicFigure {
        id: text(value, "id"),
        name: text(value, "name"),
        shown: text(value, "shown"),
        records: value.get("records").and_then(Json::as_i64).unwrap_or_default(),
        definition: text(value, "definition"),
        weakness: value.get("weakness").and_then(Json::as_str).map(str::to_owned),
        link: text(value, "link"),
    }
}
