//! Classes of credit risk: points for each kind of record, weights that fade with its age, thresholds of four classes.
//!
//! The rules are data of an edition; records and the day come in, the class and its reasons go out. Points are whole
//! hundredths, so that nothing is rounded.

use std::collections::BTreeMap;

use base::{Diagnostic, Place, closest};
use calendar::Day;
use packs::source::{Doc, Source, Table as Toml};

use crate::model::Edition;
use crate::read::edition_of;

/// The rules of one edition. 信用风险分类规则
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheme {
    pub edition: Edition,
    pub kinds: Vec<Kind>,
    /// Four, the least risk first.
    pub classes: Vec<Class>,
}

/// A kind of record. 记录种类
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kind {
    pub id: String,
    pub name: String,
    /// Points of risk; a good record has fewer than none.
    pub points: i64,
    /// All records of the kind count for so many at most.
    pub most: Option<i64>,
    /// From so many months after the record, so many hundredths of the points count; rising months.
    pub fades: Vec<(u32, i64)>,
    /// The hundredths that count once the record is repaired (信用修复).
    pub repaired: i64,
    /// While such a record counts, the class is this one or worse.
    pub at_least: Option<usize>,
    pub basis: String,
}

/// A class. 信用风险等级
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    pub id: String,
    pub name: String,
    /// The points up to which it reaches; the last has no end.
    pub most: Option<i64>,
    /// The hundredths of its members that are drawn for inspection, where the county sets it.
    pub ratio: Option<i64>,
}

/// A record of somebody. 信用记录
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub kind: String,
    pub number: String,
    pub on: Day,
    pub repaired_on: Option<Day>,
}

/// What one record does to the class. 计分理由
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The place of the record in what was handed in, and of its kind.
    pub record: usize,
    pub kind: usize,
    /// Hundredths of points.
    pub counted: i64,
    pub why: String,
}

/// Somebody's class on a day, and why. 分类结果
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classified {
    pub class: usize,
    /// Hundredths of points.
    pub points: i64,
    pub reasons: Vec<Reason>,
    /// What was taken off because a kind counts for so many at most: the kind, and hundredths.
    pub capped: Vec<(usize, i64)>,
    /// The record that holds the class down, where the points alone would give a better one.
    pub held_by: Option<usize>,
}

/// The class of somebody with these records on a day.
///
/// # Errors
/// Records of kinds that the rules do not know, all of them.
pub fn classify(scheme: &Scheme, records: &[Record], on: Day) -> Result<Classified, Vec<Diagnostic>> {
    let (mut reasons, mut unknown) = (Vec::new(), Vec::new());
    let mut held: Option<(usize, usize)> = None;
    let mut sums: BTreeMap<usize, i64> = BTreeMap::new();
    for (at, record) in records.iter().enumerate() {
        let Some(place) = scheme.kinds.iter().position(|kind| kind.id == record.kind) else {
            unknown.push(unknown_kind(scheme, record));
            continue;
        };
        let Some(kind) = scheme.kinds.get(place) else { continue };
        let (share, why) = share(kind, record, on);
        let counted = kind.points.saturating_mul(share);
        let own = sums.entry(place).or_default();
        *own = own.saturating_add(counted);
        if let Some(class) = kind.at_least.filter(|_| share > 0)
            && held.is_none_or(|(worst, _)| class > worst)
        {
            held = Some((class, at));
        }
        reasons.push(Reason { record: at, kind: place, counted, why });
    }
    if !unknown.is_empty() {
        return Err(unknown);
    }
    let mut capped = Vec::new();
    for (place, sum) in &mut sums {
        let most = scheme.kinds.get(*place).and_then(|kind| kind.most).map(|most| most.saturating_mul(100));
        // A cap is on the side of the points: of what is bad above, of what is good below.
        let kept = most.map_or(*sum, |most| if most < 0 { (*sum).max(most) } else { (*sum).min(most) });
        if kept != *sum {
            capped.push((*place, *sum - kept));
            *sum = kept;
        }
    }
    let points = sums.values().fold(0_i64, |all, own| all.saturating_add(*own));
    let reaches = |class: &Class| class.most.is_none_or(|most| points <= most.saturating_mul(100));
    let by_points = scheme.classes.iter().position(reaches).unwrap_or(scheme.classes.len().saturating_sub(1));
    let (class, held_by) = match held {
        Some((worst, record)) if worst > by_points => (worst, Some(record)),
        _ => (by_points, None),
    };
    Ok(Classified { class, points, reasons, capped, held_by })
}

/// How many hundredths of a record count on a day, and why.
fn share(kind: &Kind, record: &Record, on: Day) -> (i64, String) {
    if record.on > on {
        return (0, format!("{}才发生，不计", record.on));
    }
    let faded = kind.fades.iter().rev().find(|(months, _)| record.on.plus_months(*months) <= on);
    let (share, why) = match faded {
        Some((months, 0)) => (0, format!("满{months}个月，不再计")),
        Some((months, share)) => (*share, format!("满{months}个月，按{share}%计")),
        None => (100, "全计".to_owned()),
    };
    match record.repaired_on.filter(|day| *day <= on) {
        Some(day) if kind.repaired < share => {
            (kind.repaired, format!("{day}信用修复，按{}%计", kind.repaired))
        }
        _ => (share, why),
    }
}

fn unknown_kind(scheme: &Scheme, record: &Record) -> Diagnostic {
    let known: Vec<&str> = scheme.kinds.iter().map(|kind| kind.id.as_str()).collect();
    let near = closest(&record.kind, known.iter().copied()).map(|near| format!("是不是“{near}”？"));
    let help = near.unwrap_or_else(|| format!("可用：{}", known.join("、")));
    let message = format!("记录{}的种类“{}”不在规则里", record.number, record.kind);
    Diagnostic::error("unknown_kind", message).help(help)
}

/// Reads the rules; every mistake with its place.
#[must_use]
pub fn read(source: &Source) -> (Option<Scheme>, Vec<Diagnostic>) {
    let (made, found) = Doc::read(source, scheme);
    let is_sound = !found.iter().any(Diagnostic::is_error);
    (made.filter(|_| is_sound), found)
}

fn scheme(root: &Toml<'_>) -> Option<Scheme> {
    let edition = root.table("edition", "版本");
    if edition.is_none() && !root.has("edition") {
        root.missing("edition");
    }
    let edition = edition.and_then(|table| edition_of(&table));
    let classes: Vec<Class> =
        root.tables("class", |at| format!("第{at}个等级")).iter().filter_map(class).collect();
    let rising = classes.windows(2).all(|pair| match pair {
        [one, other] => one.most.is_some_and(|most| other.most.is_none_or(|next| next > most)),
        _ => true,
    });
    if classes.len() != 4 || !rising || classes.last().is_some_and(|last| last.most.is_some()) {
        let message = "等级应当是四个，由低到高，前三个各有上限（most）并且递增，最后一个没有上限";
        let help = "例如 A most = 10，B most = 30，C most = 60，D 不写。";
        root.say(Diagnostic::error("bad_classes", message).at(root.place_of("class")).help(help));
    }
    let kinds: Vec<Kind> = root
        .tables("kind", |at| format!("第{at}种记录"))
        .iter()
        .filter_map(|one| kind(one, &classes))
        .collect();
    for (at, kind) in kinds.iter().enumerate() {
        if kinds.iter().take(at).any(|own| own.id == kind.id) {
            let message = format!("记录种类“{}”写了两次", kind.id);
            root.say(Diagnostic::error("id_twice", message).at(root.place_of("kind")).help("请删去一个。"));
        }
    }
    if kinds.is_empty() {
        root.missing("kind");
    }
    Some(Scheme { edition: edition?, kinds, classes })
}

fn class(table: &Toml<'_>) -> Option<Class> {
    let (id, name) = (table.need_text("id"), table.need_text("name"));
    let most = table.integer("most").map(|at| at.value);
    let ratio = table.integer("ratio").map(|at| at.value);
    if ratio.is_some_and(|ratio| !(0..=100).contains(&ratio)) {
        let found = Diagnostic::error("bad_share", "抽查比例应当是0至100（百分之几）");
        table.say(found.at(table.place_of("ratio")).help("例如 ratio = 3。"));
    }
    table.finish();
    Some(Class { id: id?.value, name: name?.value, most, ratio })
}

fn kind(table: &Toml<'_>, classes: &[Class]) -> Option<Kind> {
    let (id, name, basis) = (table.need_text("id"), table.need_text("name"), table.need_text("basis"));
    let points = table.integer("points").map(|at| at.value);
    if points.is_none() && !table.has("points") {
        table.missing("points");
    }
    let mut fades = Vec::new();
    for one in table.tables("fades", |at| format!("第{at}档折扣")) {
        let (months, share) = (one.integer("after_months"), one.integer("share"));
        match (months.and_then(|at| u32::try_from(at.value).ok()), share.map(|at| at.value)) {
            (Some(months), Some(share)) => fades.push((months, share)),
            _ => one.say(
                Diagnostic::error("bad_fade", "折扣要写满几个月（after_months）和按百分之几计（share）")
                    .at(one.place())
                    .help("例如 { after_months = 12, share = 50 }。"),
            ),
        }
        one.finish();
    }
    let falls = |pair: &[(u32, i64)]| matches!(pair, [one, other] if one.0 < other.0 && one.1 >= other.1);
    let shares = fades.iter().map(|fade| fade.1);
    let repaired = table.integer("repaired").map_or(100, |at| at.value);
    if !fades.windows(2).all(falls) || shares.chain([repaired]).any(|share| !(0..=100).contains(&share)) {
        let message = "折扣应当按月数递增排列，百分数在0至100之间，只减不增";
        table.say(
            Diagnostic::error("bad_share", message).at(table.place()).help("请核对 fades 和 repaired。"),
        );
    }
    let at_least = table.text_at("at_least").and_then(|at| {
        let place = classes.iter().position(|class| class.id == at.value);
        if place.is_none() {
            let known: Vec<&str> = classes.iter().map(|class| class.id.as_str()).collect();
            let message = format!("没有“{}”这个等级", at.value);
            let help = format!("可用：{}", known.join("、"));
            table.say(Diagnostic::error("unknown_class", message).at(at.place).help(help));
        }
        place
    });
    let most = table.integer("most").map(|at| at.value);
    table.finish();
    let (id, name, basis) = (id?.value, name?.value, basis?.value);
    Some(Kind { id, name, points: points?, most, fades, repaired, at_least, basis })
}

/// The columns of a list of records.
pub const COLUMNS: [&str; 5] = ["subject", "kind", "number", "on", "repaired_on"];

/// Reads records from a table of tab-separated values, by whose they are; all that is wrong at once.
#[must_use]
pub fn records(name: &str, text: &str) -> (BTreeMap<String, Vec<Record>>, Vec<Diagnostic>) {
    let (mut made, mut found): (BTreeMap<String, Vec<Record>>, _) = (BTreeMap::new(), Vec::new());
    let rows = match crate::like::rows(name, text, &COLUMNS) {
        Ok(rows) => rows,
        Err(wrong) => return (made, vec![wrong]),
    };
    for (line, cells) in rows {
        let [subject, kind, number, on, repaired_on] = cells;
        let mut wrong = Vec::new();
        let mut day = |text: &str| Day::parse(text).map_err(|found| wrong.push(*found)).ok();
        let (on, repaired) = (day(on), Some(repaired_on).filter(|text| !text.is_empty()).map(&mut day));
        if subject.is_empty() {
            wrong.push(Diagnostic::error("empty_cell", "没有写是谁的记录（subject）").help("请填写。"));
        }
        let place = || Place { file: name.to_owned(), line, column: 1 };
        match on.filter(|_| wrong.is_empty()) {
            Some(on) => {
                let (kind, number) = (kind.to_owned(), number.to_owned());
                let own = Record { kind, number, on, repaired_on: repaired.flatten() };
                made.entry(subject.to_owned()).or_default().push(own);
            }
            None => found.extend(wrong.into_iter().map(|one| one.at(place()))),
        }
    }
    (made, found)
}

/// A class with its reasons in words, for who is classed.
#[must_use]
pub fn shown(scheme: &Scheme, records: &[Record], made: &Classified) -> String {
    let points = |hundredths| crate::unit::decimal(hundredths, 2);
    let class = scheme.classes.get(made.class);
    let mut lines = vec![format!(
        "{}类（{}），{}分",
        class.map_or("", |class| class.id.as_str()),
        class.map_or("", |class| class.name.as_str()),
        points(made.points)
    )];
    for reason in &made.reasons {
        let (Some(record), Some(kind)) = (records.get(reason.record), scheme.kinds.get(reason.kind)) else {
            continue;
        };
        lines.push(format!(
            "  {}　{}　{}：{}分（{}；{}）",
            record.on,
            kind.name,
            record.number,
            points(reason.counted),
            reason.why,
            kind.basis
        ));
    }
    for (kind, off) in &made.capped {
        let Some(kind) = scheme.kinds.get(*kind) else { continue };
        let most = kind.most.unwrap_or_default();
        lines.push(format!("  {}合计最多{most}分，减去{}分", kind.name, points(*off)));
    }
    if let Some(record) = made.held_by.and_then(|at| records.get(at)) {
        lines.push(format!("  因记录{}，直接列入这一类", record.number));
    }
    lines.join("\n")
}
