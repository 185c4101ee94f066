//! Reads `review_sheets/*.toml`: the sheets by which files of closed cases are reviewed. Items are scored by a reviewer, or
//! computed from the case: by a guard over its records, by duties discharged in time, by the certificates of officers.

use base::{Diagnostic, Place, closest};
use calendar::Day;
use law::Library;
use norms::{Basis, Force, Procedure, guard};

use crate::Rules;
use crate::source::{At, Doc, Source, Table};

/// A sheet of a file review, in one edition. 评查标准
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewSheet {
    pub id: String,
    pub edition: String,
    pub name: String,
    /// Issued by whoever may issue such sheets; one that is compiled from statutes by hand is not.
    pub is_official: bool,
    /// Where it comes from, in words.
    pub source: String,
    pub in_force: Force,
    /// Ids of the procedures whose cases it is for.
    pub procedures: Vec<String>,
    /// The points of a file without a fault: those of all items together.
    pub full: u32,
    /// From the best to the worst; what reaches none of them has failed.
    pub grades: Vec<ReviewGrade>,
    /// On what the grades and fatal items rest.
    pub basis: String,
    pub unverified: bool,
    pub items: Vec<ReviewItem>,
    pub place: Place,
}

/// A grade of files. 评查等次
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewGrade {
    pub name: String,
    /// The points from which it is given.
    pub from: u32,
}

/// An item of a sheet. 评查项
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewItem {
    pub id: String,
    pub group: String,
    pub text: String,
    /// What is taken off at most; nought for one that is fatal alone.
    pub points: u32,
    /// A file that fails it has failed, whatever its other points. 一票否决
    pub is_fatal: bool,
    pub basis: Basis,
    /// Ids of the procedures that it is asked of: all of the sheet, or some.
    pub procedures: Vec<String>,
    /// A guard: where it is not known to be true, the item does not apply and takes nothing off.
    pub applies: Option<String>,
    /// How it is computed; an item without is scored by a reviewer.
    pub rule: Option<ItemRule>,
    pub place: Place,
}

/// How an item is computed from the case. 自动核查
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemRule {
    /// True is met, false is not; where it is unknown a reviewer scores the item.
    Guard(String),
    /// The duties that these acts discharge were discharged by their last day.
    InTime(Vec<String>),
    /// Everybody whom these acts name as an officer, two at least, held a certificate on the day.
    Certified(Vec<String>),
}

impl ReviewSheet {
    /// The id with the edition: `penalty_files@2026`.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}@{}", self.id, self.edition)
    }

    #[must_use]
    pub fn item(&self, id: &str) -> Option<&ReviewItem> {
        self.items.iter().find(|item| item.id == id)
    }

    /// The items that are asked of a procedure.
    pub fn items_of<'a>(&'a self, procedure: &'a str) -> impl Iterator<Item = &'a ReviewItem> {
        self.items.iter().filter(move |item| item.procedures.iter().any(|own| own == procedure))
    }
}

impl ItemRule {
    /// The acts that it names, where they are no guard.
    #[must_use]
    pub fn acts(&self) -> &[String] {
        match self {
            Self::Guard(_) => &[],
            Self::InTime(acts) | Self::Certified(acts) => acts,
        }
    }
}

/// Reads all sheets against the procedures and laws: none of one id and edition twice.
#[must_use]
pub fn read_all(sources: &[Source], rules: &Rules) -> (Vec<ReviewSheet>, Vec<Diagnostic>) {
    let (mut made, mut found): (Vec<ReviewSheet>, Vec<Diagnostic>) = (Vec::new(), Vec::new());
    for source in sources {
        let (sheet, findings) = read(source, rules);
        found.extend(findings);
        let Some(sheet) = sheet else { continue };
        if made.iter().any(|other| other.key() == sheet.key()) {
            let message = format!("评查标准“{}”写了两次", sheet.key());
            let found_twice = Diagnostic::error("twice", message).at(sheet.place.clone());
            found.push(found_twice.help("新的一版写另一个 edition。"));
            continue;
        }
        made.push(sheet);
    }
    made.sort_by(|one, other| (&one.id, one.in_force.from).cmp(&(&other.id, other.in_force.from)));
    (made, found)
}

/// Reads one sheet; nothing comes of one with an error.
#[must_use]
pub fn read(source: &Source, rules: &Rules) -> (Option<ReviewSheet>, Vec<Diagnostic>) {
    let (made, mut found) = Doc::read(source, |root| sheet(root, rules));
    found.sort_by(|a, b| a.place.cmp(&b.place));
    (made.filter(|_| !found.iter().any(Diagnostic::is_error)), found)
}

/// Every finding about the sheets of a set of files.
#[must_use]
pub fn check(files: &crate::Files, rules: &Rules) -> Vec<Diagnostic> {
    read_all(&crate::load::sources(files, "review_sheets"), rules).1
}

fn sheet(root: &Table<'_>, rules: &Rules) -> Option<ReviewSheet> {
    let [id, edition, name, origin] =
        ["review_sheet", "edition", "name", "source"].map(|key| root.need_text(key));
    let is_official = root.flag_at("official");
    if is_official.is_none() {
        root.missing("official");
    }
    let in_force = force(root);
    let full = number(root, "full");
    if full.is_none() {
        root.missing("full");
    }
    let procedures = known_procedures(root, rules, root.texts("procedures"));
    if procedures.is_empty() {
        root.missing("procedures");
    }
    let grades = grades(root);
    let (basis, unverified) = (root.need_text("basis"), root.flag("unverified"));
    let mut items: Vec<ReviewItem> = Vec::new();
    for table in root.tables("item", |at| format!("第{at}项")) {
        let Some(item) = item(&table, &procedures, rules) else { continue };
        if items.iter().any(|other| other.id == item.id) {
            let message = format!("评查项“{}”写了两次", item.id);
            table.say(Diagnostic::error("twice", message).at(table.place()).help("改一个标识。"));
        }
        items.push(item);
    }
    for procedure in &procedures {
        let sum: u32 =
            items.iter().filter(|item| item.procedures.contains(procedure)).map(|item| item.points).sum();
        if full.is_some_and(|full| full != sum) {
            let message = format!("“{procedure}”各项分值合计{sum}分，满分写的是{}分", full.unwrap_or(0));
            let help = "核对各项的 points 和 full；只适用于一部分程序的项，各程序都要合计为满分。";
            root.say(Diagnostic::error("sum", message).at(root.place()).help(help));
        }
    }
    Some(ReviewSheet {
        id: id?.value,
        edition: edition?.value,
        name: name?.value,
        is_official: is_official?.value,
        source: origin?.value,
        in_force: in_force?,
        procedures,
        full: full?,
        grades,
        basis: basis?.value,
        unverified,
        items,
        place: root.place(),
    })
}

fn force(root: &Table<'_>) -> Option<Force> {
    let Some(table) = root.table("in_force", "in_force") else {
        root.missing("in_force");
        return None;
    };
    let day = |key: &str| {
        let at = table.date(key)?;
        let (year, month, date) = at.value;
        let made = Day::from_ymd(year.into(), month, date);
        if made.is_none() {
            table.say(Diagnostic::error("bad_date", "没有这一天").at(at.place));
        }
        made
    };
    let (from, until) = (day("from"), day("until"));
    if !table.has("from") {
        table.missing("from");
    }
    table.finish();
    Some(Force { from: from?, until })
}

fn number(table: &Table<'_>, key: &str) -> Option<u32> {
    let at = table.integer(key)?;
    let made = u32::try_from(at.value).ok().filter(|number| *number <= 10_000);
    if made.is_none() {
        let message = format!("{}的“{key}”应当是0到10000的整数，写的是{}", table.what, at.value);
        table.say(Diagnostic::error("bad_number", message).at(at.place));
    }
    made
}

fn known_procedures(table: &Table<'_>, rules: &Rules, listed: Vec<At<String>>) -> Vec<String> {
    let known = || rules.packs.iter().map(|pack| pack.file.procedure.id.as_str());
    for at in listed.iter().filter(|at| !known().any(|id| id == at.value)) {
        unknown(table, "unknown_procedure", "程序", at, known());
    }
    listed.into_iter().map(|at| at.value).collect()
}

fn unknown<'a>(
    table: &Table<'_>,
    code: &'static str,
    what: &str,
    at: &At<String>,
    known: impl Iterator<Item = &'a str>,
) {
    let near = closest(&at.value, known);
    let help = near.map_or(format!("核对{what}的标识。"), |near| format!("是不是想写“{near}”？"));
    let message = format!("{}里的{what}“{}”没有", table.what, at.value);
    table.say(Diagnostic::error(code, message).at(at.place.clone()).help(help));
}

fn grades(root: &Table<'_>) -> Vec<ReviewGrade> {
    let mut made: Vec<ReviewGrade> = Vec::new();
    for table in root.tables("grade", |at| format!("第{at}个等次")) {
        let (name, from) = (table.need_text("name"), number(&table, "from"));
        if from.is_none() && !table.has("from") {
            table.missing("from");
        }
        let place = table.place();
        table.finish();
        let (Some(name), Some(from)) = (name, from) else { continue };
        if made.last().is_some_and(|last| last.from <= from) {
            let message = format!("等次“{}”的分数不低于前一个", name.value);
            table.say(Diagnostic::error("grade_order", message).at(place).help("从高到低写。"));
        }
        made.push(ReviewGrade { name: name.value, from });
    }
    if made.is_empty() {
        root.missing("grade");
    }
    made
}

fn item(table: &Table<'_>, all: &[String], rules: &Rules) -> Option<ReviewItem> {
    let [id, group, text] = ["id", "group", "text"].map(|key| table.need_text(key));
    let points = number(table, "points");
    let is_fatal = table.flag("fatal");
    if points.is_none() && !table.has("points") && !is_fatal {
        table.missing("points");
    }
    let basis = basis(table, &rules.laws);
    let listed = table.texts("procedures");
    for at in listed.iter().filter(|at| !all.contains(&at.value)) {
        unknown(table, "unknown_procedure", "程序", at, all.iter().map(String::as_str));
    }
    let own: Vec<String> =
        if listed.is_empty() { all.to_vec() } else { listed.into_iter().map(|at| at.value).collect() };
    let applies = table.text_at("applies");
    let rule = rule(table);
    for procedure in procedures_of(rules, &own) {
        fits(table, procedure, applies.as_ref(), rule.as_ref());
    }
    let place = table.place();
    table.finish();
    Some(ReviewItem {
        id: id?.value,
        group: group?.value,
        text: text?.value,
        points: points.unwrap_or(0),
        is_fatal,
        basis,
        procedures: own,
        applies: applies.map(|at| at.value),
        rule: rule.map(|(rule, _)| rule),
        place,
    })
}

/// All versions of some procedures.
fn procedures_of<'r>(rules: &'r Rules, ids: &'r [String]) -> impl Iterator<Item = &'r Procedure> {
    let all = rules.packs.iter().map(|pack| &pack.file.procedure);
    all.filter(|own| ids.contains(&own.id))
}

fn rule(table: &Table<'_>) -> Option<(ItemRule, Vec<At<String>>)> {
    let named: Vec<&str> =
        ["check", "in_time", "certified"].into_iter().filter(|key| table.has(key)).collect();
    if named.len() > 1 {
        let message =
            format!("{}只能写 check、in_time、certified 之一，写了{}", table.what, named.join("、"));
        table.say(Diagnostic::error("two_rules", message).at(table.place()));
    }
    let values = |ats: &[At<String>]| ats.iter().map(|at| at.value.clone()).collect::<Vec<_>>();
    if let Some(at) = table.text_at("check") {
        return Some((ItemRule::Guard(at.value.clone()), vec![at]));
    }
    let (in_time, certified) = (table.texts("in_time"), table.texts("certified"));
    if !in_time.is_empty() {
        return Some((ItemRule::InTime(values(&in_time)), in_time));
    }
    (!certified.is_empty()).then(|| (ItemRule::Certified(values(&certified)), certified))
}

/// Says what of an item a procedure does not have.
fn fits(
    table: &Table<'_>,
    procedure: &Procedure,
    applies: Option<&At<String>>,
    rule: Option<&(ItemRule, Vec<At<String>>)>,
) {
    let compiles = |at: &At<String>| {
        if let Err(fault) = guard::compile(&at.value, &procedure.acts, &procedure.parameters) {
            let from = procedure.in_force.from;
            let message = format!(
                "{}的条件在“{}”（{from}起施行）里不成立：{}",
                table.what, procedure.name, fault.message
            );
            let mut place = at.place.clone();
            place.column += 1 + at.value.get(..fault.offset).map_or(0, |before| before.chars().count());
            let found = Diagnostic::error("bad_guard", message).at(place);
            table.say(match fault.help {
                Some(help) => found.help(help),
                None => found,
            });
        }
    };
    applies.into_iter().for_each(compiles);
    let Some((rule, places)) = rule else { return };
    match rule {
        ItemRule::Guard(_) => places.iter().for_each(compiles),
        ItemRule::InTime(_) | ItemRule::Certified(_) => {
            for at in places.iter().filter(|at| procedure.act_named(&at.value).is_none()) {
                unknown(table, "unknown_act", "事项", at, procedure.acts.iter().map(|act| act.id.as_str()));
            }
        }
    }
}

/// The article of an item, or the document that is said to have it.
fn basis(table: &Table<'_>, library: &Library) -> Basis {
    let law = table.text_at("law");
    let mut made = Basis {
        law: law.as_ref().map_or(String::new(), |at| at.value.clone()),
        article: table.text("article").unwrap_or_default(),
        cited: table.text("basis").unwrap_or_default(),
        unverified: table.flag("unverified"),
        note: None,
    };
    let Some(law) = law else {
        if made.cited.is_empty() || !made.unverified {
            let message = format!("{}没有写依据的条文", table.what);
            let help = "写 law 和 article；条文没有见到的，写 basis 和 unverified = true，不要编造条号。";
            table.say(Diagnostic::error("no_article", message).at(table.place()).help(help));
        }
        return made;
    };
    match (library.version(&law.value), law::Article::parse(&made.article).ok()) {
        (Some((own, version)), Some(article)) if version.has(article) != Some(false) => {
            made.cited = own.cite(article)
        }
        _ => {
            let message = format!("没有“{}”的第“{}”条", law.value, made.article);
            table.say(Diagnostic::error("no_article", message).at(law.place));
        }
    }
    made
}
