//! Reads `plans/*.toml` into `plan`: implementation plans, and in `plans/systems.toml` the catalogue of the concrete
//! systems that a plan and the reports about it name.

use std::collections::{BTreeMap, BTreeSet};

use base::{Diagnostic, closest};
use calendar::Day;
use plan::{
    Amount, Bound, Carrier, CarrierKind, Catalogue, Due, Goal, Head, Measure, MeasureRef, Mechanism,
    MechanismKind, Part, Plan, System, Target, Tier,
};

use crate::engines::is_engines;
use crate::source::{At, Doc, Literal, Source, Table};

const CATALOGUE: &str = "systems.toml";

/// All plans with the catalogue of concrete systems. 方案与系统清单
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plans {
    pub plans: Vec<Plan>,
    pub catalogue: Catalogue,
}

impl Plans {
    /// The plan that the catalogue is of.
    #[must_use]
    pub fn plan(&self) -> Option<&Plan> {
        self.plans.iter().find(|plan| plan.id == self.catalogue.plan)
    }
}

/// Reads all files of `plans/`. Every finding of every file is returned; there is nothing else when one is an error.
#[must_use]
pub fn read(sources: &[Source]) -> (Option<Plans>, Vec<Diagnostic>) {
    let (mut plans, mut found) = (Vec::new(), Vec::new());
    for source in sources.iter().filter(|source| !is_catalogue(source) && !is_engines(source)) {
        let (made, findings) = read_plan(source);
        plans.extend(made);
        found.extend(findings);
    }
    let mut catalogue = None;
    for source in sources.iter().filter(|source| is_catalogue(source)) {
        let (made, findings) = read_catalogue(source, &plans);
        catalogue = made;
        found.extend(findings);
    }
    if catalogue.is_none() && !sources.iter().any(is_catalogue) {
        let help = format!("在 plans/ 下放一份 {CATALOGUE}");
        found.push(Diagnostic::error("no_catalogue", "没有系统清单文件").help(help));
    }
    if found.iter().any(Diagnostic::is_error) {
        return (None, found);
    }
    (catalogue.map(|catalogue| Plans { plans, catalogue }), found)
}

fn is_catalogue(source: &Source) -> bool {
    source.name.rsplit('/').next() == Some(CATALOGUE)
}

/// Reads one plan, with every finding.
#[must_use]
pub fn read_plan(source: &Source) -> (Option<Plan>, Vec<Diagnostic>) {
    Doc::read(source, |root| one_plan(root, source))
}

fn one_plan(root: &Table<'_>, source: &Source) -> Option<Plan> {
    let id = root.need_text("plan");
    let stem = source.name.rsplit('/').next().and_then(|file| file.strip_suffix(".toml"));
    if let Some(at) = id.as_ref().filter(|at| stem != Some(at.value.as_str())) {
        let message = format!("方案标识“{}”与文件名“{}”不一致", at.value, source.name);
        root.say(Diagnostic::error("name_differs", message).at(at.place.clone()));
    }
    let texts = ["name", "document", "issued_by"].map(|key| root.need_text(key));
    let issued_on = need_day(root, "issued_on");
    let years = years(root);
    let systems = systems(root);
    let known: Vec<u32> = systems.iter().map(|system| system.number).collect();
    let heads = heads(root, "heads", "目", Some(&known));
    let organisation_heads = heads_of_organisation(root);
    let measures = measures(root, "measure", &heads);
    let organisation = measures_of_organisation(root, &organisation_heads);
    let goals = goals(root);
    let [name, document, issued_by] = texts;
    let (first_year, last_year) = years?;
    Some(Plan {
        id: id?.value,
        name: name?.value,
        document: document?.value,
        issued_by: issued_by?.value,
        issued_on: issued_on?,
        first_year,
        last_year,
        systems,
        heads,
        measures,
        organisation_heads,
        organisation,
        goals,
    })
}

fn heads_of_organisation(root: &Table<'_>) -> Vec<Head> {
    heads(root, "organisation_heads", "组织保障的目", None)
}

fn measures_of_organisation(root: &Table<'_>, heads: &[Head]) -> Vec<Measure> {
    measures(root, "organisation", heads)
}

/// A day that must be there and exist.
fn need_day(table: &Table<'_>, key: &str) -> Option<Day> {
    if !table.has(key) {
        table.missing(key);
    }
    day(table, key)
}

fn day(table: &Table<'_>, key: &str) -> Option<Day> {
    let at = table.date(key)?;
    let (year, month, day) = at.value;
    let made = Day::from_ymd(i32::from(year), month, day);
    if made.is_none() {
        let message = format!("{}的日期 {year:04}-{month:02}-{day:02} 不存在", table.what);
        table.say(Diagnostic::error("no_such_day", message).at(at.place));
    }
    made
}

/// A positive number that must be there.
fn need_number(table: &Table<'_>, key: &str) -> Option<At<u32>> {
    if !table.has(key) {
        table.missing(key);
    }
    number(table, key)
}

fn number(table: &Table<'_>, key: &str) -> Option<At<u32>> {
    let at = table.integer(key)?;
    let Some(value) = u32::try_from(at.value).ok().filter(|value| *value > 0) else {
        let message = format!("{}的“{key}”应为正整数，写的是 {}", table.what, at.value);
        table.say(Diagnostic::error("bad_number", message).at(at.place));
        return None;
    };
    Some(At { value, place: at.place })
}

fn years(root: &Table<'_>) -> Option<(i32, i32)> {
    let Some(table) = root.table("years", "起止年份") else {
        if !root.has("years") {
            root.missing("years");
        }
        return None;
    };
    let (from, to) = (need_number(&table, "from"), need_number(&table, "to"));
    table.finish();
    let (from, to) = (from?, to?);
    if from.value > to.value {
        let message = format!("起始年份{}晚于终止年份{}", from.value, to.value);
        table.say(Diagnostic::error("years_reversed", message).at(from.place));
        return None;
    }
    Some((i32::try_from(from.value).ok()?, i32::try_from(to.value).ok()?))
}

/// Checks that a row is numbered 1, 2, 3 … without a gap.
fn check_row(table: &Table<'_>, what: &str, at: &At<u32>, row: &mut u32) {
    *row += 1;
    if at.value != *row {
        let message =
            format!("{what}的编号应为{}，写的是{}（编号从1起，按顺序，不跳号、不重复）", *row, at.value);
        table.say(Diagnostic::error("number_out_of_row", message).at(at.place.clone()));
        *row = at.value;
    }
}

fn systems(root: &Table<'_>) -> Vec<System> {
    let (mut made, mut row) = (Vec::new(), 0);
    let mut folders = BTreeSet::new();
    if !root.has("systems") {
        root.missing("systems");
    }
    for table in root.tables("systems", |number| format!("第{number}个体系")) {
        let number = need_number(&table, "id");
        let (name, folder) = (table.need_text("name"), table.need_text("folder"));
        table.finish();
        let (Some(number), Some(name), Some(folder)) = (number, name, folder) else { continue };
        check_row(&table, "体系", &number, &mut row);
        if !folders.insert(folder.value.clone()) {
            let message = format!("文件夹“{}”已由别的体系使用", folder.value);
            table.say(Diagnostic::error("folder_twice", message).at(folder.place));
        }
        made.push(System { number: number.value, name: name.value, folder: folder.value });
    }
    made
}

/// The headings of the systems, or of organisation when there are no systems to belong to.
fn heads(root: &Table<'_>, key: &str, what: &str, systems: Option<&[u32]>) -> Vec<Head> {
    let (mut made, mut row) = (Vec::new(), 0);
    for table in root.tables(key, |number| format!("第{number}个{what}")) {
        let (number, title) = (need_number(&table, "number"), table.need_text("title"));
        let part = match systems {
            None => Some(Part::Organisation),
            Some(known) => need_number(&table, "system").and_then(|at| {
                let is_known = known.contains(&at.value);
                if !is_known {
                    let message = format!("没有编号为{}的体系", at.value);
                    table.say(Diagnostic::error("unknown_system", message).at(at.place));
                }
                is_known.then_some(Part::System(at.value))
            }),
        };
        table.finish();
        let (Some(number), Some(title)) = (number, title) else { continue };
        check_row(&table, what, &number, &mut row);
        if let Some(part) = part {
            made.push(Head { number: number.value, part, title: title.value });
        }
    }
    made
}

fn measures(root: &Table<'_>, key: &str, heads: &[Head]) -> Vec<Measure> {
    let what = if key == "measure" { "措施" } else { "组织保障措施" };
    let (mut made, mut row) = (Vec::new(), 0);
    if !root.has(key) {
        root.missing(key);
    }
    for table in root.tables(key, |number| format!("第{number}条{what}")) {
        let (number, head) = (need_number(&table, "number"), need_number(&table, "head"));
        let (title, duty) = (table.need_text("title"), table.need_text("duty"));
        let targets = targets(&table);
        table.finish();
        if let Some(number) = &number {
            check_row(&table, what, number, &mut row);
        }
        let part = head.as_ref().and_then(|at| {
            let head = heads.iter().find(|head| head.number == at.value);
            if head.is_none() {
                let message = format!("没有编号为{}的目", at.value);
                table.say(Diagnostic::error("unknown_head", message).at(at.place.clone()));
            }
            head.map(|head| head.part)
        });
        let (Some(number), Some(head), Some(part)) = (number, head, part) else { continue };
        let (Some(title), Some(duty)) = (title, duty) else { continue };
        let reference = match part {
            Part::System(_) => MeasureRef::Measure(number.value),
            Part::Organisation => MeasureRef::Organisation(number.value),
        };
        let (title, duty) = (title.value, duty.value);
        made.push(Measure { reference, part, head: head.value, title, duty, targets });
    }
    made
}

fn targets(measure: &Table<'_>) -> Vec<Target> {
    let mut made = Vec::new();
    for table in measure.tables("targets", |number| format!("{}的第{number}个指标", measure.what)) {
        let (name, note) = (table.need_text("name"), table.text("note"));
        let due = due(&table);
        let amount = amount(&table);
        table.finish();
        if ["by", "each_year_by", "at_least", "at_most"].iter().all(|key| !table.has(key)) {
            let message = format!("{}既没有时限也没有数量", table.what);
            let help = "写 by、each_year_by、at_least 或者 at_most";
            table.say(Diagnostic::error("empty_target", message).at(table.place()).help(help));
        }
        if let Some(name) = name {
            made.push(Target { name: name.value, due, amount, note });
        }
    }
    made
}

fn due(table: &Table<'_>) -> Option<Due> {
    let yearly = table.text_at("each_year_by").and_then(|at| {
        let made = month_and_day(&at.value);
        if made.is_none() {
            let message = format!("每年的日期应写成“月-日”，如“03-01”，写的是“{}”", at.value);
            table.say(Diagnostic::error("bad_yearly_day", message).at(at.place));
        }
        made
    });
    day(table, "by").map(Due::By).or(yearly)
}

/// Reads `03-01`; a day that does not come every year is none.
fn month_and_day(text: &str) -> Option<Due> {
    let (month, day) = text.split_once('-').filter(|(month, day)| month.len() == 2 && day.len() == 2)?;
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    Day::from_ymd(2023, month, day).map(|_| Due::EachYear { month, day })
}

fn amount(table: &Table<'_>) -> Option<Amount> {
    let (least, most) = (number(table, "at_least"), number(table, "at_most"));
    let (unit, per) = (table.text("unit"), table.text("per").unwrap_or_default());
    let (bound, at) = match (least, most) {
        (Some(least), None) => (Bound::AtLeast, least),
        (None, Some(most)) => (Bound::AtMost, most),
        (None, None) => return None,
        (Some(_), Some(most)) => {
            let message = format!("{}同时写了上限和下限，应分成两个指标", table.what);
            table.say(Diagnostic::error("two_bounds", message).at(most.place));
            return None;
        }
    };
    if unit.is_none() {
        table.missing("unit");
    }
    Some(Amount { bound, number: at.value, unit: unit?, per })
}

fn goals(root: &Table<'_>) -> Vec<Goal> {
    let mut made = Vec::new();
    for table in root.tables("goals", |number| format!("第{number}个总体目标")) {
        let (name, by) = (table.need_text("name"), need_day(&table, "by"));
        table.finish();
        if let (Some(name), Some(by)) = (name, by) {
            made.push(Goal { name: name.value, by });
        }
    }
    made
}

/// Reads the catalogue of concrete systems, with every finding. Its references are checked against its plan.
#[must_use]
pub fn read_catalogue(source: &Source, plans: &[Plan]) -> (Option<Catalogue>, Vec<Diagnostic>) {
    Doc::read(source, |root| catalogue(root, plans))
}

fn catalogue(root: &Table<'_>, plans: &[Plan]) -> Option<Catalogue> {
    let id = root.need_text("plan");
    let plan = id.as_ref().and_then(|at| {
        let plan = plans.iter().find(|plan| plan.id == at.value);
        if plan.is_none() {
            let found =
                Diagnostic::error("unknown_plan", format!("没有标识为“{}”的方案，或者它没有读成", at.value));
            let near = closest(&at.value, plans.iter().map(|plan| plan.id.as_str()));
            let help =
                near.map_or_else(|| "先改好方案文件".to_owned(), |near| format!("是不是想写“{near}”？"));
            root.say(found.at(at.place.clone()).help(help));
        }
        plan
    });
    if !root.has("systems") {
        root.missing("systems");
    }
    let mut mechanisms = Vec::new();
    let (mut ids, mut names) = (BTreeMap::new(), BTreeMap::new());
    for table in root.tables("systems", |number| format!("清单第{number}项")) {
        let made = mechanism(&table, plan);
        once(&table, "id", "编号", &mut ids);
        once(&table, "name", "名称", &mut names);
        table.finish();
        mechanisms.extend(made);
    }
    Some(Catalogue { plan: id?.value, mechanisms })
}

/// Checks that a text stands only once in the catalogue.
fn once(table: &Table<'_>, key: &str, what: &str, seen: &mut BTreeMap<String, usize>) {
    let Some(at) = table.text_at(key) else { return };
    if let Some(line) = seen.get(&at.value) {
        let message = format!("{what}“{}”与第{line}行重复", at.value);
        table.say(Diagnostic::error("twice", message).at(at.place));
    } else {
        seen.insert(at.value, at.place.line);
    }
}

fn mechanism(table: &Table<'_>, plan: Option<&Plan>) -> Option<Mechanism> {
    let (id, name) = (table.need_text("id"), table.need_text("name"));
    if let Some(at) = id.as_ref().filter(|at| !is_id(&at.value)) {
        let message = format!("编号“{}”应为字母S加三位数字，如 S001", at.value);
        table.say(Diagnostic::error("bad_id", message).at(at.place.clone()));
    }
    let part = part(table, plan);
    let measures = references(table, plan);
    let kinds = MechanismKind::ALL.map(|kind| (kind.id(), kind));
    let kind = choice(table, "kind", &kinds);
    let tier = choice(table, "tier", &Tier::ALL.map(|tier| (tier.id(), tier)));
    Some(Mechanism { id: id?.value, name: name?.value, part: part?, measures, kind: kind?, tier: tier? })
}

fn is_id(id: &str) -> bool {
    id.strip_prefix('S').is_some_and(|digits| digits.len() == 3 && digits.chars().all(|c| c.is_ascii_digit()))
}

/// One of a few known words.
fn choice<T: Copy>(table: &Table<'_>, key: &str, known: &[(&str, T)]) -> Option<T> {
    let at = table.need_text(key)?;
    let made = known.iter().find(|(word, _)| *word == at.value).map(|(_, value)| *value);
    if made.is_none() {
        let words: Vec<&str> = known.iter().map(|(word, _)| *word).collect();
        let found = Diagnostic::error("unknown_word", format!("“{key}”不能写“{}”", at.value)).at(at.place);
        let near = closest(&at.value, words.iter().copied());
        table.say(found.help(near.map_or_else(
            || format!("可用的有：{}", words.join("、")),
            |near| format!("是不是想写“{near}”？"),
        )));
    }
    made
}

/// `system = 3` or `system = "organisation"`.
fn part(table: &Table<'_>, plan: Option<&Plan>) -> Option<Part> {
    let Some(at) = table.value("system") else {
        table.missing("system");
        return None;
    };
    let number = match &at.value {
        Literal::Text(word) if word == "organisation" => return Some(Part::Organisation),
        Literal::Integer(number) => u32::try_from(*number).ok(),
        _ => None,
    };
    let known = number.filter(|number| plan.is_none_or(|plan| plan.system(*number).is_some()));
    if known.is_none() {
        let count = plan.map_or(0, |plan| plan.systems.len());
        let message = format!("“system”应为方案的体系编号（1至{count}），或者 \"organisation\"");
        table.say(Diagnostic::error("unknown_system", message).at(at.place));
    }
    known.map(Part::System)
}

/// `measures = [4, "O1"]`: each must be in the plan, and stand once.
fn references(table: &Table<'_>, plan: Option<&Plan>) -> Vec<MeasureRef> {
    let Some(at) = table.value("measures") else {
        table.missing("measures");
        return Vec::new();
    };
    let Literal::List(items) = at.value else {
        let message = "“measures”应为列表，如 [4, \"O1\"]；没有对应措施的写 []";
        table.say(Diagnostic::error("wrong_type", message).at(at.place));
        return Vec::new();
    };
    let mut made = Vec::new();
    for item in items {
        let (written, reference) = match &item {
            Literal::Integer(number) => {
                (number.to_string(), u32::try_from(*number).ok().filter(|n| *n > 0).map(MeasureRef::Measure))
            }
            Literal::Text(text) if text.starts_with('O') => (text.clone(), MeasureRef::parse(text)),
            Literal::Text(text) => (format!("\"{text}\""), None),
            _ => ("（别的值）".to_owned(), None),
        };
        let known = reference.filter(|wanted| plan.is_none_or(|plan| plan.measure(*wanted).is_some()));
        match known {
            None => {
                let message = format!("方案里没有措施 {written}；措施写编号，组织保障写 \"O1\" 等");
                table.say(Diagnostic::error("unknown_measure", message).at(at.place.clone()));
            }
            Some(reference) if made.contains(&reference) => {
                let message = format!("措施 {reference} 写了两次");
                table.say(Diagnostic::error("twice", message).at(at.place.clone()));
            }
            Some(reference) => made.push(reference),
        }
    }
    made
}

/// Every procedure, figure, register and engine with what its file says that it carries out.
#[must_use]
pub fn carriers(rules: &crate::Rules) -> Vec<Carrier> {
    let measures =
        |texts: &[String]| texts.iter().filter_map(|text| MeasureRef::parse(text)).collect::<Vec<_>>();
    let mut made = Vec::new();
    for pack in &rules.packs {
        let procedure = &pack.file.procedure;
        made.push(Carrier {
            kind: CarrierKind::Procedure,
            id: procedure.id.clone(),
            file: procedure.id.clone(),
            systems: procedure.systems.clone(),
            measures: measures(&procedure.measures),
        });
        let figures = pack.file.figures.iter();
        made.extend(figures.map(|figure| Carrier {
            kind: CarrierKind::Figure,
            id: figure.id.clone(),
            file: procedure.id.clone(),
            systems: figure.systems.clone(),
            measures: measures(&figure.measures),
        }));
    }
    for register in &rules.registers {
        made.push(Carrier {
            kind: CarrierKind::Register,
            id: register.id.clone(),
            file: register.id.clone(),
            systems: register.systems.clone(),
            measures: measures(&register.measures),
        });
        made.extend(register.figures.iter().map(|figure| Carrier {
            kind: CarrierKind::Figure,
            id: figure.id.clone(),
            file: register.id.clone(),
            systems: figure.systems.clone(),
            measures: measures(&figure.measures),
        }));
    }
    made.extend(rules.engines.iter().map(|engine| Carrier {
        kind: CarrierKind::Engine,
        id: engine.id.clone(),
        file: engine.id.clone(),
        systems: engine.systems.clone(),
        measures: Vec::new(),
    }));
    made
}
