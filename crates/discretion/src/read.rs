//! Reads benchmarks and lists from TOML: every mistake of a file with its place.

use base::{Diagnostic, closest};
use calendar::Day;
use packs::source::{At, Doc, Source, Table as Toml};

use crate::bounds::{bounds, plain};
use crate::clause::{Fields, alternatives, is_otherwise};
use crate::model::{All, Edition, Field, Item, Level, List, Step, Table, Takes};
use crate::penalties::{money, penalties};
use crate::unit::Unit;

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct File {
    pub tables: Vec<Table>,
    pub items: Vec<Item>,
}

/// Reads one file; what is wrong with it, or with anything in it. What is wrong is not among what was read.
#[must_use]
pub fn read(source: &Source) -> (File, Vec<Diagnostic>) {
    let (made, mut found) = Doc::read(source, |root| Some(file(root)));
    let mut made = made.unwrap_or_default();
    if found.iter().any(Diagnostic::is_error) {
        made = File::default();
    }
    for table in &made.tables {
        found.extend(crate::check::table(table));
    }
    (made, found)
}

fn file(root: &Toml<'_>) -> File {
    let edition = root.table("edition", "版本");
    if edition.is_none() && !root.has("edition") {
        root.missing("edition");
    }
    let edition = edition.and_then(|table| edition_of(&table));
    let shared = root.table("fields", "要素").map_or_else(Vec::new, |table| fields(&table));
    let tables = root.tables("table", |at| format!("第{at}张基准"));
    let tables = tables.iter().map(|one| table(one, edition.as_ref(), &shared)).collect::<Vec<_>>();
    let items = root.tables("item", |at| format!("第{at}个清单条目"));
    let items = items.iter().map(|one| item(one, edition.as_ref(), &shared)).collect::<Vec<_>>();
    let made =
        File { tables: tables.into_iter().flatten().collect(), items: items.into_iter().flatten().collect() };
    let mut ids: Vec<&str> = Vec::new();
    let own = made.tables.iter().map(|one| (&one.id, &one.place));
    for (id, place) in own.chain(made.items.iter().map(|one| (&one.id, &one.place))) {
        if ids.contains(&id.as_str()) {
            let message = format!("标识“{id}”写了两次");
            root.say(Diagnostic::error("id_twice", message).at(place.clone()).help("请改成不同的标识。"));
        }
        ids.push(id);
    }
    made
}

/// A day written as such; one that does not exist is told by the parser.
fn day(table: &Toml<'_>, key: &str) -> Option<Day> {
    let at = table.date(key)?;
    Day::from_ymd(i32::from(at.value.0), at.value.1, at.value.2)
}

pub(crate) fn edition_of(table: &Toml<'_>) -> Option<Edition> {
    let organ = table.need_text("organ");
    let document = table.need_text("document");
    let from = day(table, "from");
    if from.is_none() && !table.has("from") {
        table.missing("from");
    }
    let until = day(table, "until");
    let version = table.text("version").unwrap_or_default();
    let (example, unverified) = (table.flag("example"), table.flag("unverified"));
    table.finish();
    if let (Some(from), Some(until)) = (from, until)
        && until < from
    {
        let message = format!("终止日期{until}早于起始日期{from}");
        table.say(
            Diagnostic::error("turned_period", message).at(table.place_of("until")).help("请核对两个日期。"),
        );
    }
    let (organ, document) = (organ?.value, document?.value);
    Some(Edition { organ, document, version, from: from?, until, example, unverified })
}

fn fields(table: &Toml<'_>) -> Vec<Field> {
    let entries = table.entries(|name| format!("要素“{name}”"));
    entries.iter().filter_map(|(name, own)| field(&name.value, own)).collect()
}

const TYPES: [&str; 3] = ["amount", "yes_no", "kind"];

fn field(name: &str, table: &Toml<'_>) -> Option<Field> {
    let kind = table.need_text("type")?;
    let made = match kind.value.as_str() {
        "amount" => amount(name, table),
        "yes_no" => {
            let yes = table.text("yes").unwrap_or_else(|| name.to_owned());
            let no = table.text("no").unwrap_or_else(|| format!("不是“{yes}”"));
            Some(Field::yes_no(name, &yes, &no))
        }
        "kind" => {
            let options: Vec<String> = table.texts("options").into_iter().map(|at| at.value).collect();
            if options.len() < 2 {
                let message = format!("要素“{name}”是类别，至少要有两个选项");
                table.say(
                    Diagnostic::error("no_options", message)
                        .at(table.place())
                        .help("写 options = [\"甲\", \"乙\"]"),
                );
            }
            Some(Field::kinds(name, options))
        }
        other => {
            let near = closest(other, TYPES).map(|near| format!("是不是“{near}”？"));
            let help = near.unwrap_or_else(|| format!("可用：{}", TYPES.join("、")));
            let message = format!("要素“{name}”没有“{other}”这一类型");
            table.say(Diagnostic::error("unknown_type", message).at(kind.place).help(help));
            return None;
        }
    };
    table.finish();
    made
}

fn amount(name: &str, table: &Toml<'_>) -> Option<Field> {
    let unit = Unit::of(&table.need_text("unit")?.value);
    let decimals = match table.integer("decimals") {
        None => unit.usual_decimals(),
        Some(at) => match u32::try_from(at.value).ok().filter(|own| *own <= 9) {
            Some(own) => own,
            None => {
                let message = format!("要素“{name}”的小数位应当是0至9");
                table.say(Diagnostic::error("bad_decimals", message).at(at.place).help("请改成测量的精度。"));
                return None;
            }
        },
    };
    let mut made = Field::amount(name, unit.clone(), decimals);
    for (key, is_low) in [("least", true), ("most", false)] {
        let Some(at) = table.text_at(key) else { continue };
        let own = bounds(&plain(&at.value), &[&unit.name]).and_then(|made| made.low.filter(|low| !low.open));
        match own.map(|edge| made.take(&crate::facts::Fact::Amount(edge.amount))) {
            Some(Ok(value)) if is_low => made.domain.low = value,
            Some(Ok(value)) => made.domain.high = value,
            Some(Err(wrong)) => table.say(wrong.at(at.place)),
            None => {
                let message = format!("要素“{name}”的“{key}”应当是一个数和单位，写的是“{}”", at.value);
                let help = format!("写作“3{}”。", unit.name);
                table.say(Diagnostic::error("bad_bound", message).at(at.place).help(help));
            }
        }
    }
    Some(made)
}

/// Says what is wrong with a condition or penalty where it stands.
fn say(table: &Toml<'_>, at: &At<String>, found: Vec<Diagnostic>) {
    for one in found {
        table.say(one.at(at.place.clone()));
    }
}

fn when(table: &Toml<'_>, key: &str, fields: &mut Fields) -> Vec<All> {
    let mut made = Vec::new();
    for at in table.texts(key) {
        let (alternatives, found) = alternatives(&at.value, fields);
        say(table, &at, found);
        made.extend(alternatives);
    }
    made
}

fn texts(table: &Toml<'_>, key: &str) -> Vec<String> {
    table.texts(key).into_iter().map(|at| at.value).collect()
}

fn own_fields(table: &Toml<'_>, shared: &[Field]) -> Fields {
    let own = table.table("fields", "要素").map_or_else(Vec::new, |table| fields(&table));
    let mut all: Vec<Field> = own;
    all.extend(
        shared
            .iter()
            .filter(|field| !all.iter().any(|own| own.name == field.name))
            .cloned()
            .collect::<Vec<_>>(),
    );
    Fields { all, inferred: false }
}

fn table(toml: &Toml<'_>, edition: Option<&Edition>, shared: &[Field]) -> Option<Table> {
    let id = toml.need_text("id");
    let act = toml.need_text("act");
    let mut fields = own_fields(toml, shared);
    let frame = toml.text_at("frame").and_then(|at| match money(&plain(&at.value)) {
        Some(Ok(range)) => Some(range),
        Some(Err(wrong)) => {
            toml.say(wrong.at(at.place));
            None
        }
        None => {
            let message = format!("读不懂法定幅度“{}”", at.value);
            let help = "写作“200元以上1000元以下”或者“违法所得1倍以上5倍以下”。";
            toml.say(Diagnostic::error("bad_frame", message).at(at.place).help(help));
            None
        }
    });
    let takes = choice(
        toml,
        "takes",
        &[("only", Takes::Only), ("lightest", Takes::Lightest), ("heaviest", Takes::Heaviest)],
    );
    let never = when(toml, "never", &mut fields);
    let steps = toml.tables("step", |at| format!("第{at}个阶次"));
    if steps.is_empty() {
        toml.missing("step");
    }
    let steps: Vec<Step> = steps.iter().filter_map(|one| step(one, &mut fields)).collect();
    let basis = texts(toml, "basis");
    if basis.is_empty() {
        toml.missing("basis");
    }
    let made = Table {
        id: id.as_ref()?.value.clone(),
        edition: edition?.clone(),
        act: act?.value,
        violates: texts(toml, "violates"),
        basis,
        fields: fields.all,
        steps,
        frame,
        takes: takes.unwrap_or(Takes::Only),
        never,
        note: toml.text("note").unwrap_or_default(),
        place: toml.place(),
    };
    toml.finish();
    Some(pruned(made))
}

fn choice<T: Copy>(toml: &Toml<'_>, key: &str, known: &[(&str, T)]) -> Option<T> {
    let at = toml.text_at(key)?;
    let made = known.iter().find(|own| own.0 == at.value).map(|own| own.1);
    if made.is_none() {
        let names: Vec<&str> = known.iter().map(|own| own.0).collect();
        let near = closest(&at.value, names.iter().copied()).map(|near| format!("是不是“{near}”？"));
        let help = near.unwrap_or_else(|| format!("可用：{}", names.join("、")));
        toml.say(
            Diagnostic::error("unknown_choice", format!("“{key}”没有“{}”", at.value)).at(at.place).help(help),
        );
    }
    made
}

fn step(toml: &Toml<'_>, fields: &mut Fields) -> Option<Step> {
    let name = toml.need_text("name");
    let level = choice(toml, "level", &Level::ALL.map(|level| (level.id(), level)));
    let level = level.or_else(|| {
        let named = name.as_ref().and_then(|at| Level::of_name(&at.value));
        if named.is_none() && !toml.has("level") {
            toml.missing("level");
        }
        named
    });
    let otherwise = toml.texts("when").iter().any(|at| is_otherwise(&at.value));
    if !toml.has("when") {
        toml.missing("when");
    }
    let when = if otherwise { Vec::new() } else { when(toml, "when", fields) };
    let penalties = toml.need_text("penalty").map_or_else(Vec::new, |at| {
        let (made, found) = penalties(&at.value);
        say(toml, &at, found);
        made
    });
    let circumstances = toml.text("circumstances").unwrap_or_default();
    toml.finish();
    Some(Step {
        name: name?.value,
        level: level?,
        when,
        otherwise,
        penalties,
        circumstances,
        place: toml.place(),
    })
}

fn item(toml: &Toml<'_>, edition: Option<&Edition>, shared: &[Field]) -> Option<Item> {
    let id = toml.need_text("id");
    let title = toml.need_text("title");
    let mut lists = Vec::new();
    for at in toml.texts("lists") {
        match List::ALL.into_iter().find(|list| list.id() == at.value) {
            Some(list) => lists.push(list),
            None => {
                let known = List::ALL.map(List::id).join("、");
                let message = format!("没有名为“{}”的清单", at.value);
                toml.say(
                    Diagnostic::error("unknown_list", message).at(at.place).help(format!("可用：{known}")),
                );
            }
        }
    }
    if lists.is_empty() {
        toml.missing("lists");
    }
    let mut fields = own_fields(toml, shared);
    if !toml.has("when") {
        toml.missing("when");
    }
    let when_all = when(toml, "when", &mut fields);
    let unless = when(toml, "unless", &mut fields);
    let basis = texts(toml, "basis");
    if basis.is_empty() {
        toml.missing("basis");
    }
    let mut made = Item {
        id: id?.value,
        edition: edition?.clone(),
        lists,
        act: toml.text("act"),
        title: title?.value,
        basis,
        must: toml.flag("must"),
        fields: fields.all,
        when: when_all,
        unless,
        measure: toml.text("measure").unwrap_or_default(),
        place: toml.place(),
    };
    toml.finish();
    let (fields, places) = used(&made.fields, made.when.iter().chain(&made.unless));
    made.fields = fields;
    made.when.iter_mut().chain(&mut made.unless).for_each(|all| moved(all, &places));
    Some(made)
}

/// A table without the shared fields that it does not use.
pub(crate) fn pruned(mut table: Table) -> Table {
    let steps = table.steps.iter().flat_map(|step| &step.when);
    let (fields, places) = used(&table.fields, steps.chain(&table.never));
    table.fields = fields;
    let steps = table.steps.iter_mut().flat_map(|step| &mut step.when);
    steps.chain(&mut table.never).for_each(|all| moved(all, &places));
    table
}

/// The fields that conditions use, and the new place of each old one.
pub(crate) fn used<'a>(
    fields: &[Field],
    conditions: impl Iterator<Item = &'a All>,
) -> (Vec<Field>, Vec<usize>) {
    let mut is_used = vec![false; fields.len()];
    for condition in conditions.flatten() {
        if let Some(own) = is_used.get_mut(condition.field) {
            *own = true;
        }
    }
    let mut kept = Vec::new();
    let mut places = Vec::new();
    for (field, is_used) in fields.iter().zip(is_used) {
        places.push(kept.len());
        if is_used {
            kept.push(field.clone());
        }
    }
    (kept, places)
}

pub(crate) fn moved(all: &mut All, places: &[usize]) {
    for condition in all {
        condition.field = places.get(condition.field).copied().unwrap_or(condition.field);
    }
}
