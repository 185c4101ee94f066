//! Reads `schemes/*.toml` into `assessment`: schemes of assessment, and the sheets that are filled in by them.

use assessment::{
    Area, Bound, Criterion, Entry, Formula, Group, Input, Kind, KnownFigure, Ratio, Rule, Scheme, Scoring,
    Sheet, Stated, Step, VetoScope,
};
use base::{Diagnostic, closest};

use crate::Rules;
use crate::source::{At, Doc, Literal, Source, Table};

/// The figures that the formulas of schemes may name.
#[must_use]
pub fn known_figures(rules: &Rules) -> Vec<KnownFigure> {
    let all = rules.figures();
    let mut made: Vec<KnownFigure> =
        all.map(|figure| KnownFigure { id: figure.id.clone(), name: figure.name.clone() }).collect();
    // Two versions of a procedure may both define a figure.
    made.sort_by(|a, b| a.id.cmp(&b.id));
    made.dedup_by(|a, b| a.id == b.id);
    made
}

/// Reads one scheme and checks it against the figures, with every finding; nothing comes of one with an error.
#[must_use]
pub fn read(source: &Source, figures: &[KnownFigure]) -> (Option<Scheme>, Vec<Diagnostic>) {
    let (made, mut found) = Doc::read(source, scheme);
    if let Some(scheme) = &made {
        found.extend(assessment::check(scheme, figures));
    }
    found.sort_by(|a, b| a.place.cmp(&b.place));
    (made.filter(|_| !found.iter().any(Diagnostic::is_error)), found)
}

/// Reads all schemes of a folder: none of one id and edition twice, none of one id for the same year twice.
#[must_use]
pub fn read_all(sources: &[Source], figures: &[KnownFigure]) -> (Vec<Scheme>, Vec<Diagnostic>) {
    let (mut made, mut found): (Vec<Scheme>, Vec<Diagnostic>) = (Vec::new(), Vec::new());
    for source in sources {
        let (scheme, findings) = read(source, figures);
        found.extend(findings);
        let Some(scheme) = scheme else { continue };
        let meets = |other: &&Scheme| {
            other.id == scheme.id && (other.covers(scheme.first_year) || scheme.covers(other.first_year))
        };
        if let Some(other) = made.iter().find(meets) {
            let message = format!("方案“{}”与“{}”适用于同一年", scheme.key(), other.key());
            let help = "给先施行的一版在 years 里写上 to。";
            found.push(Diagnostic::error("overlap", message).at(scheme.place.clone()).help(help));
        }
        made.push(scheme);
    }
    (made, found)
}

/// Every finding about the schemes of a set of files.
#[must_use]
pub fn check(files: &crate::Files, rules: &Rules) -> Vec<Diagnostic> {
    read_all(&crate::load::sources(files, "schemes"), &known_figures(rules)).1
}

fn scheme(root: &Table<'_>) -> Option<Scheme> {
    let [id, edition, name, origin] = ["scheme", "edition", "name", "source"].map(|key| root.need_text(key));
    let is_official = root.flag_at("official");
    if is_official.is_none() {
        root.missing("official");
    }
    let years = years(root);
    let full = need_number(root, "full");
    let (bonus_cap, deduction_cap) = (number(root, "bonus_cap"), number(root, "deduction_cap"));
    let inputs = root.tables("input", |at| format!("第{at}个自报量")).iter().filter_map(input).collect();
    let areas: Vec<Option<Area>> =
        root.tables("area", |at| format!("第{at}个一级指标")).iter().map(area).collect();
    // What could not be read is told already; checking the rest would tell its consequences.
    let areas: Option<Vec<Area>> = areas.into_iter().collect();
    let (first_year, last_year) = years.unwrap_or_default();
    Some(Scheme {
        id: id?.value,
        edition: edition?.value,
        name: name?.value,
        is_official: is_official?.value,
        source: origin?.value,
        first_year,
        last_year,
        full: full?,
        bonus_cap: bonus_cap.unwrap_or(Ratio::ZERO),
        deduction_cap,
        inputs,
        areas: areas?,
        place: root.place(),
    })
}

fn years(root: &Table<'_>) -> Option<(i32, Option<i32>)> {
    if !root.has("years") {
        root.missing("years");
    }
    let table = root.table("years", "适用年度")?;
    let year = |key: &str| {
        let at = table.integer(key)?;
        let made = i32::try_from(at.value).ok().filter(|year| (1900..=2200).contains(year));
        if made.is_none() {
            let message = format!("“{key}”应当是年份，写的是 {}", at.value);
            table.say(Diagnostic::error("bad_number", message).at(at.place));
        }
        made
    };
    let (from, to) = (year("from"), year("to"));
    if !table.has("from") {
        table.missing("from");
    }
    table.finish();
    Some((from?, to))
}

/// A number in any of the forms that people write: `3`, `2.5`, `"95%"`.
fn number_at(table: &Table<'_>, key: &str) -> Option<At<Ratio>> {
    let at = table.value(key)?;
    let written = match &at.value {
        Literal::Integer(number) => number.to_string(),
        Literal::Decimal(text) | Literal::Text(text) => text.clone(),
        _ => String::new(),
    };
    let made = Ratio::parse(&written);
    if made.is_none() {
        let message = format!("{}的“{key}”应当是数，如 3、2.5、\"95%\"", table.what);
        table.say(Diagnostic::error("bad_number", message).at(at.place.clone()));
    }
    made.map(|value| At { value, place: at.place })
}

fn number(table: &Table<'_>, key: &str) -> Option<Ratio> {
    number_at(table, key).map(|at| at.value)
}

fn need_number(table: &Table<'_>, key: &str) -> Option<Ratio> {
    if !table.has(key) {
        table.missing(key);
    }
    number(table, key)
}

fn input(table: &Table<'_>) -> Option<Input> {
    let [id, name, unit] = ["id", "name", "unit"].map(|key| table.need_text(key));
    let place = table.place();
    table.finish();
    Some(Input { id: id?.value, name: name?.value, unit: unit?.value, place })
}

fn area(table: &Table<'_>) -> Option<Area> {
    let (id, name) = (table.need_text("id"), table.need_text("name"));
    let (maximum, weight) = (number(table, "maximum"), number(table, "weight"));
    let what = |at: usize| format!("{}的第{at}个二级指标", table.what);
    let groups: Vec<Option<Group>> = table.tables("group", what).iter().map(group).collect();
    let place = table.place();
    table.finish();
    let groups: Option<Vec<Group>> = groups.into_iter().collect();
    let maximum = maximum.unwrap_or(Ratio::ZERO);
    Some(Area { id: id?.value, name: name?.value, maximum, weight, groups: groups?, place })
}

fn group(table: &Table<'_>) -> Option<Group> {
    let (id, name) = (table.need_text("id"), table.need_text("name"));
    let (maximum, weight) = (number(table, "maximum"), number(table, "weight"));
    let what = |at: usize| format!("{}的第{at}个三级指标", table.what);
    let criteria: Vec<Option<Criterion>> = table.tables("criterion", what).iter().map(criterion).collect();
    let place = table.place();
    table.finish();
    let criteria: Option<Vec<Criterion>> = criteria.into_iter().collect();
    let maximum = maximum.unwrap_or(Ratio::ZERO);
    Some(Group { id: id?.value, name: name?.value, maximum, weight, criteria: criteria?, place })
}

fn criterion(table: &Table<'_>) -> Option<Criterion> {
    let (id, name) = (table.need_text("id"), table.need_text("name"));
    let kind = kind(table);
    let (maximum, weight) = (number(table, "maximum"), number(table, "weight"));
    if kind.is_some_and(|kind| !kind.is_veto()) && !table.has("maximum") {
        table.missing("maximum");
    }
    let rule = rule(table);
    // A formula that could not be read is told; the rest of the scheme is checked as if evidence were asked for instead.
    let is_read = rule.is_some();
    let evidence = table.text("evidence").unwrap_or_default();
    let evidence = if is_read { evidence } else { "—".to_owned() };
    let (basis, is_unverified) = (table.text("basis"), table.flag("unverified"));
    let place = table.place();
    table.finish();
    let is_whole = kind?.is_veto() || maximum.is_some();
    is_whole.then_some(())?;
    Some(Criterion {
        id: id?.value,
        name: name?.value,
        kind: kind?,
        maximum: maximum.unwrap_or(Ratio::ZERO),
        weight,
        rule: rule.unwrap_or(Rule::Evidence),
        evidence,
        basis,
        is_unverified,
        place,
    })
}

/// One of a few known words.
fn word<T: Copy>(table: &Table<'_>, key: &str, at: &At<String>, known: &[(&str, T)]) -> Option<T> {
    let made = known.iter().find(|(word, _)| *word == at.value).map(|(_, value)| *value);
    if made.is_none() {
        let words: Vec<&str> = known.iter().map(|(word, _)| *word).collect();
        let near = closest(&at.value, words.iter().copied());
        let help = near.map_or_else(
            || format!("可用的有：{}", words.join("、")),
            |near| format!("是不是想写“{near}”？"),
        );
        let found = Diagnostic::error("unknown_word", format!("“{key}”不能写“{}”", at.value));
        table.say(found.at(at.place.clone()).help(help));
    }
    made
}

fn kind(table: &Table<'_>) -> Option<Kind> {
    let at = table.need_text("kind")?;
    let scope = table.text_at("scope");
    let veto = Kind::Veto(VetoScope::Whole);
    let kinds =
        [("positive", Kind::Positive), ("negative", Kind::Negative), ("bonus", Kind::Bonus), ("veto", veto)];
    let kind = word(table, "kind", &at, &kinds)?;
    match (kind, scope) {
        (Kind::Veto(_), Some(scope)) => {
            let scopes = [("whole", VetoScope::Whole), ("area", VetoScope::Area)];
            word(table, "scope", &scope, &scopes).map(Kind::Veto)
        }
        (Kind::Veto(_), None) => {
            table.missing("scope");
            None
        }
        (kind, Some(scope)) => {
            let found = Diagnostic::error("no_veto", format!("{}不是否决项，不写 scope", table.what));
            table.say(found.at(scope.place).help("删去 scope。"));
            Some(kind)
        }
        (kind, None) => Some(kind),
    }
}

const SCORINGS: [&str; 5] = ["points", "each", "between", "pass", "steps"];

fn rule(table: &Table<'_>) -> Option<Rule> {
    let named: Vec<&str> = SCORINGS.into_iter().filter(|key| table.has(key)).collect();
    let needs: Vec<String> = table.texts("needs").into_iter().map(|at| at.value).collect();
    let Some(at) = table.text_at("formula") else {
        if let Some(key) = named.first() {
            let message = format!("{}写了“{key}”，没有写算式“formula”", table.what);
            table.say(Diagnostic::error("no_formula", message).at(table.place_of(key)));
            return None;
        }
        return Some(Rule::Evidence);
    };
    let formula = match Formula::parse(&at.value) {
        Ok(formula) => Some(formula),
        Err(fault) => {
            let mut place = at.place.clone();
            // After the quotation mark, in characters.
            place.column += 1 + at.value.get(..fault.offset).map_or(0, |before| before.chars().count());
            table.say(Diagnostic::error("bad_formula", fault.message).at(place).help(fault.help));
            None
        }
    };
    let [key] = named.as_slice() else {
        let message = format!("{}有算式，要写 points、each、between、pass、steps 之一", table.what);
        let help = "points = true 直接作分；each 每个多少分；between 在两个数之间按比例；pass 达到就是满分；steps 分档。";
        table.say(Diagnostic::error("no_scoring", message).at(at.place).help(help));
        return None;
    };
    let scoring = scoring(table, key);
    Some(Rule::Formula { formula: formula?, scoring: scoring?, needs })
}

fn scoring(table: &Table<'_>, key: &str) -> Option<Scoring> {
    match key {
        "points" => {
            let is_so = table.flag_at("points")?;
            if !is_so.value {
                let message = format!("{}的“points”只能写 true", table.what);
                table.say(Diagnostic::error("wrong_type", message).at(is_so.place));
            }
            Some(Scoring::Points)
        }
        "each" => number(table, "each").map(Scoring::Each),
        "between" => {
            let ends = table.table("between", format!("{}的 between", table.what))?;
            let (zero, full) = (need_number(&ends, "zero"), need_number(&ends, "full"));
            ends.finish();
            Some(Scoring::Between { zero: zero?, full: full? })
        }
        "pass" => {
            let when = table.table("pass", format!("{}的 pass", table.what))?;
            let bound = bound(&when);
            when.finish();
            bound.map(Scoring::Pass)
        }
        _ => {
            let steps = table.tables("steps", |at| format!("{}的第{at}档", table.what));
            let step = |table: &Table<'_>| {
                let (bound, points) = (bound(table), need_number(table, "points"));
                table.finish();
                Some(Step { bound: bound?, points: points? })
            };
            let steps: Vec<Option<Step>> = steps.iter().map(step).collect();
            steps.into_iter().collect::<Option<Vec<Step>>>().map(Scoring::Steps)
        }
    }
}

fn bound(table: &Table<'_>) -> Option<Bound> {
    let (least, most) = (number_at(table, "at_least"), number_at(table, "at_most"));
    match (least, most) {
        (Some(least), None) => Some(Bound::AtLeast(least.value)),
        (None, Some(most)) => Some(Bound::AtMost(most.value)),
        _ => {
            if !table.has("at_least") || table.has("at_most") {
                let message = format!("{}要写 at_least、at_most 之一", table.what);
                table.say(Diagnostic::error("no_bound", message).at(table.place()));
            }
            None
        }
    }
}

/// Reads a sheet; what it says of the scheme is checked by `assessment::check_sheet`.
#[must_use]
pub fn read_sheet(source: &Source) -> (Option<Sheet>, Vec<Diagnostic>) {
    Doc::read(source, |root| {
        let (scheme, subject) = (root.need_text("scheme"), root.need_text("subject"));
        let year = root.integer("year");
        if year.is_none() {
            root.missing("year");
        }
        let entries: Vec<Option<Entry>> =
            root.tables("entry", |at| format!("第{at}项填报")).iter().map(entry).collect();
        let stated: Vec<Option<Stated>> =
            root.tables("stated", |at| format!("第{at}个自报数")).iter().map(stated).collect();
        let (entries, stated) =
            (entries.into_iter().collect::<Option<_>>(), stated.into_iter().collect::<Option<_>>());
        Some(Sheet {
            scheme: scheme?.value,
            subject: subject?.value,
            year: i32::try_from(year?.value).ok()?,
            entries: entries?,
            stated: stated?,
            place: root.place(),
        })
    })
}

fn proof(table: &Table<'_>) -> Vec<String> {
    let mut made = Vec::new();
    for at in table.texts("proof") {
        if at.value.trim().is_empty() {
            let found = Diagnostic::error("empty_proof", format!("{}有一条证明是空的", table.what));
            table.say(found.at(at.place).help("写文件、记录或者台账的名称和编号；没有就不写。"));
        } else {
            made.push(at.value);
        }
    }
    made
}

fn entry(table: &Table<'_>) -> Option<Entry> {
    let criterion = table.need_text("criterion");
    let made = Entry {
        criterion: String::new(),
        self_score: number(table, "self"),
        proof: proof(table),
        checked: number(table, "checked"),
        final_score: number(table, "final"),
        reason: table.text("reason"),
        not_applicable: table.text("not_applicable"),
        fired: table.flag_at("fired").map(|at| at.value),
        place: table.place(),
    };
    table.finish();
    criterion.map(|at| Entry { criterion: at.value, ..made })
}

fn stated(table: &Table<'_>) -> Option<Stated> {
    let (input, by) = (table.need_text("input"), table.need_text("by"));
    let (value, proof, place) = (need_number(table, "value"), proof(table), table.place());
    table.finish();
    Some(Stated { input: input?.value, value: value?, by: by?.value, proof, place })
}
