//! The draft as it went to vetting: its texts, the day until which records count, and the values that stood in it. It is made
//! once; what is settled, sent and published is one of these.

use std::collections::BTreeMap;

use calendar::Day;
use ledger::{Hash, HashFunction as _, Sm3};
use serde_json::{Value as Json, json};
use store::report_draft::{self as kept, Edition};

use super::resolve::{Composed, TABLE};
use super::{Loaded, flat, unreadable};
use crate::clock::local_time;
use crate::error::{AppError, Result};
use crate::kept_own::opened;
use crate::platform::Platform;
use crate::report::AnnualReport;

const FORMAT: u32 = 1;
const MOST: u32 = 200;

/// An edition in a list. 送审稿
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditionLine {
    pub number: i64,
    pub as_of: Day,
    pub by: String,
    pub at: String,
    /// SM3 of its content.
    pub hash: String,
}

/// The content of an edition: as it is kept.
pub(super) fn content(loaded: &Loaded, composed: &Composed, texts: &BTreeMap<String, String>) -> String {
    let report = &composed.report;
    let version = |id: &str| loaded.texts.iter().find(|one| one.section == id).map_or(0, |one| one.number);
    let sections =
        flat(&report.sections).into_iter().filter(|(one, _)| one.parts.is_empty()).map(|(one, _)| {
            let text = texts.get(&one.id).map(String::as_str).unwrap_or_default();
            json!({ "id": one.id, "heading": one.heading, "version": version(&one.id), "text": text })
        });
    let tables = loaded.texts.iter().filter(|one| one.section.starts_with(TABLE)).map(|one| {
        let text = texts.get(&one.section).map(String::as_str).unwrap_or_default();
        json!({ "id": one.section, "version": one.number, "text": text })
    });
    let value = json!({
        "format_version": FORMAT,
        "kind": "yifa_report_edition",
        "title": report.title,
        "organ": { "id": report.organ.0, "name": report.organ.1 },
        "year": report.year,
        "as_of": report.as_of.to_string(),
        "sections": sections.collect::<Vec<_>>(),
        "tables": tables.collect::<Vec<_>>(),
        "values": values(report),
    });
    value.to_string()
}

pub(super) fn hash_of(content: &str) -> Hash {
    Sm3::digest(&[content.as_bytes()])
}

/// What stood in it: figures by their names' ids, cells by table, row and column.
fn values(report: &AnnualReport) -> BTreeMap<String, String> {
    let figures = report.figures.iter().map(|one| (one.id.clone(), one.shown()));
    let mut made: BTreeMap<String, String> = figures.collect();
    for table in report.sections.iter().flat_map(|section| &section.tables) {
        for row in &table.rows {
            let cells = row.cells.iter().zip(&table.columns);
            made.extend(cells.map(|(cell, column)| {
                (format!("{}/{}/{}", table.id, row.id, column.id), cell.shown().to_owned())
            }));
        }
    }
    made
}

/// What people call one of these.
fn value_name(report: &AnnualReport, id: &str) -> String {
    let cell = || {
        let (table, rest) = id.split_once('/')?;
        let (row, column) = rest.split_once('/')?;
        let table = report.sections.iter().flat_map(|own| &own.tables).find(|own| own.id == table)?;
        let row = table.rows.iter().find(|own| own.id == row)?;
        let column = table.columns.iter().position(|own| own.id == column)?;
        Some(format!("表“{}”{}的{}", table.name, row.name, table.column_name(column)))
    };
    report.figure(id).map(|figure| figure.name.clone()).or_else(cell).unwrap_or_else(|| id.to_owned())
}

impl Platform {
    pub(super) fn edition_lines(&self, case: &str) -> Result<Vec<EditionLine>> {
        let rows = self.store().read(|reader| kept::editions(reader, case, MOST))?;
        let line = |row: Edition| {
            Ok(EditionLine {
                number: row.number,
                as_of: Day::from_number(row.as_of).unwrap_or_else(|| self.today()),
                by: self.name_of(&row.account)?,
                at: local_time(row.made_at),
                hash: row.hash.hex(),
            })
        };
        rows.into_iter().map(line).collect()
    }

    /// The last edition, with its report as it was then.
    ///
    /// # Errors
    /// There is none; it cannot be opened or was changed; a figure has another value by now, though it counts to the same day.
    pub(super) fn last_edition(&self, loaded: &Loaded) -> Result<(Edition, Composed)> {
        let case = loaded.file.row.id.as_str();
        let row = self.store().read(|reader| kept::editions(reader, case, 1))?.into_iter().next();
        let none = || {
            AppError::wrong(
                "no_edition",
                "报告稿还没有送审，没有可用的定稿",
                "请先在起草页送审，审核后再办。",
            )
        };
        let row = row.ok_or_else(none)?;
        let held = self.inner().held();
        let number = row.number.to_string();
        let content = opened(held.ready(), &["report_edition", case, &number], &row.content);
        let content = content.filter(|text| hash_of(text) == row.hash).ok_or_else(unreadable)?;
        let content: Json = serde_json::from_str(&content).unwrap_or_default();
        let as_of = Day::from_number(row.as_of).ok_or_else(unreadable)?;
        let composed = self.sources(loaded, Some(as_of))?.compose(&texts_of(&content));
        let now = values(&composed.report);
        let then = content.get("values").and_then(Json::as_object).cloned().unwrap_or_default();
        let moved =
            now.iter().filter(|(id, shown)| then.get(*id).and_then(Json::as_str) != Some(shown.as_str()));
        let moved: Vec<String> = moved.map(|(id, _)| value_name(&composed.report, id)).collect();
        if !moved.is_empty() || then.len() != now.len() {
            let why = format!("送审以后，截至{}的指标有变化：{}", as_of.chinese(), moved.join("、"));
            return Err(AppError::wrong("figures_moved", why, "请在起草页重新送审，由审核人再核对数字。"));
        }
        Ok((row, composed))
    }
}

fn texts_of(content: &Json) -> BTreeMap<String, String> {
    let text = |one: &Json, name: &str| one.get(name).and_then(Json::as_str).map(str::to_owned);
    let list = |name: &str| content.get(name).and_then(Json::as_array).cloned().unwrap_or_default();
    let (sections, tables) = (list("sections"), list("tables"));
    sections.iter().chain(&tables).filter_map(|one| Some((text(one, "id")?, text(one, "text")?))).collect()
}
