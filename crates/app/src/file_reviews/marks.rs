//! What reviewers score: rows of an item, its points, the reason; and what all items of a file come to.

use std::collections::BTreeMap;

use norms::{COLUMN, PARTS, Value};
use packs::review_sheets::{ReviewItem, ReviewSheet};

use super::evaluate::{ItemFound, ItemState};
use crate::error::FieldFault;
use crate::record::decimal;

/// What a fatal item is marked with.
pub(super) const MET: &str = "符合";
pub(super) const FAILED: &str = "不符合";

/// What somebody scored for an item. 评定
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    pub item: String,
    /// In ten-thousandths, as records keep numbers; nought for an item that is fatal alone.
    pub points: i64,
    /// A fatal item is not met.
    pub is_failed: bool,
    pub remark: String,
}

impl Mark {
    /// As a form writes the points.
    #[must_use]
    pub fn points_text(&self, item: &ReviewItem) -> String {
        if item.points == 0 {
            return if self.is_failed { FAILED } else { MET }.to_owned();
        }
        decimal(self.points, PARTS)
    }

    fn is_same(&self, other: &Self) -> bool {
        self.points == other.points && self.is_failed == other.is_failed
    }
}

/// What all items of a file come to. 一卷的结果
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// In ten-thousandths; nought for a file that failed a fatal item.
    pub points: i64,
    /// How many fatal items failed.
    pub failed: u32,
    /// How many items lost points or failed.
    pub problems: u32,
    pub grade: String,
    pub is_passed: bool,
    /// A line for each item.
    pub lines: Vec<String>,
}

/// The marks of a record, by item; rows that are none are left out.
pub(super) fn marks_of(value: Option<&Value>) -> BTreeMap<String, Mark> {
    let rows = match value {
        Some(Value::List(rows)) => rows.as_slice(),
        _ => &[],
    };
    rows.iter()
        .filter_map(|row| cells(row))
        .filter_map(|[item, points, remark]| {
            let (points, is_failed) = points_of(points)?;
            Some((
                item.to_owned(),
                Mark { item: item.to_owned(), points, is_failed, remark: remark.to_owned() },
            ))
        })
        .collect()
}

fn cells(row: &str) -> Option<[&str; 3]> {
    let mut cells = row.split(COLUMN).map(str::trim);
    let made = [(); 3].map(|()| cells.next().unwrap_or_default());
    (!made.first()?.is_empty()).then_some(made)
}

fn points_of(text: &str) -> Option<(i64, bool)> {
    match text {
        MET => Some((0, false)),
        FAILED => Some((0, true)),
        _ => norms::guard::parts(text).map(|parts| (parts, false)),
    }
}

/// A row as a record keeps it.
pub(super) fn row(item: &str, points: &str, remark: &str) -> String {
    let remark = remark.replace(COLUMN, " ").split_whitespace().collect::<Vec<_>>().join(" ");
    format!("{item}{COLUMN}{points}{COLUMN}{remark}")
}

/// What is wrong with the rows of somebody who scores: all of it at once.
pub(super) fn faults_of(found: &[ItemFound], rows: &[String]) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    let mut say = |item: &str, message: String| {
        faults.push(FieldFault { field: format!("marks-{item}"), name: "评定".to_owned(), message });
    };
    let mut seen: Vec<&str> = Vec::new();
    for text in rows {
        let Some([id, points, remark]) = cells(text) else { continue };
        let Some(own) = found.iter().find(|own| own.item.id == id || own.item.text == id) else {
            say(id, format!("没有“{id}”这一项"));
            continue;
        };
        if seen.contains(&own.item.id.as_str()) {
            say(id, format!("“{}”写了两次", own.item.text));
        }
        seen.push(&own.item.id);
        if own.state != ItemState::Open {
            say(
                id,
                format!("“{}”由平台按案件记录核查（{}），不由评查人员评定", own.item.text, own.state.text()),
            );
            continue;
        }
        for message in wrong(&own.item, points, remark) {
            say(id, message);
        }
    }
    for own in found.iter().filter(|own| own.state == ItemState::Open) {
        if !seen.contains(&own.item.id.as_str()) {
            say(&own.item.id, format!("“{}”没有评定", own.item.text));
        }
    }
    faults
}

/// What is wrong with one row.
pub(super) fn wrong(item: &ReviewItem, points: &str, remark: &str) -> Vec<String> {
    let mut found = Vec::new();
    let is_full = match (points_of(points), item.points) {
        (Some((0, is_failed)), 0) if [MET, FAILED].contains(&points) => !is_failed,
        (_, 0) => {
            found.push(format!("“{}”写“{MET}”或者“{FAILED}”", item.text));
            true
        }
        (Some((parts, _)), most) if ![MET, FAILED].contains(&points) && parts <= i64::from(most) * PARTS => {
            parts == i64::from(most) * PARTS
        }
        (_, most) => {
            found.push(format!("“{}”的得分在0到{most}之间，最多四位小数", item.text));
            true
        }
    };
    if !is_full && remark.is_empty() {
        found.push(format!("“{}”扣了分或者不符合，要写理由", item.text));
    }
    found
}

/// The items that two reviewers scored otherwise.
pub(super) fn differing<'f>(
    found: &'f [ItemFound],
    first: &BTreeMap<String, Mark>,
    second: &BTreeMap<String, Mark>,
) -> Vec<&'f ReviewItem> {
    let open = found.iter().filter(|own| own.state == ItemState::Open);
    let differ = |id: &str| match (first.get(id), second.get(id)) {
        (Some(one), Some(other)) => !one.is_same(other),
        _ => true,
    };
    open.filter(|own| differ(&own.item.id)).map(|own| &own.item).collect()
}

/// What a file comes to: by the case where it shows it, by the marks else; what was settled goes before both.
pub(super) fn outcome(
    sheet: &ReviewSheet,
    found: &[ItemFound],
    marks: &BTreeMap<String, Mark>,
    settled: &BTreeMap<String, Mark>,
) -> Outcome {
    let mut made = Outcome::default();
    for own in found {
        let item = &own.item;
        let most = i64::from(item.points) * PARTS;
        let mark =
            settled.get(&item.id).or_else(|| marks.get(&item.id).filter(|_| own.state == ItemState::Open));
        let (points, is_failed, why) = match (mark, own.state) {
            (Some(mark), _) => (mark.points, mark.is_failed, mark.remark.clone()),
            (None, ItemState::Failed) => (0, true, own.proof.clone()),
            (None, ItemState::Apart) => (most, false, "不涉及".to_owned()),
            (None, ItemState::Met) => (most, false, own.proof.clone()),
            (None, ItemState::Open) => (0, false, "没有评定".to_owned()),
        };
        let is_fatal = item.is_fatal && (is_failed || most > 0 && points == 0);
        made.points += points;
        made.failed += u32::from(is_fatal);
        made.problems += u32::from(is_fatal || points < most);
        let got = match item.points {
            0 => if is_fatal { FAILED } else { MET }.to_owned(),
            full => format!("{}/{full}", decimal(points, PARTS)),
        };
        let why = if why.is_empty() { String::new() } else { format!("：{why}") };
        made.lines.push(format!("{}（{}）{got}{why}", item.text, item.basis.cited));
    }
    if made.failed > 0 {
        made.points = 0;
    }
    let reached = |from: u32| made.failed == 0 && made.points >= i64::from(from) * PARTS;
    let grade = sheet.grades.iter().find(|grade| reached(grade.from));
    made.is_passed = grade.is_some();
    made.grade = grade.map_or("不合格".to_owned(), |grade| grade.name.clone());
    made
}
