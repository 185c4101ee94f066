//! Reads `tables/*.toml`: yearly tables that organs report in a set form. Rows are organs, columns are sums of figures.

use std::collections::BTreeSet;

use base::{Diagnostic, Place, closest};

use crate::Rules;
use crate::source::{At, Doc, Source, Table};

/// A form of a yearly table. 年度统计表
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YearTable {
    pub id: String,
    pub name: String,
    pub number: u32,
    /// The first year, and the last, that it is the form of.
    pub from: i32,
    pub to: Option<i32>,
    pub basis: String,
    pub unverified: bool,
    /// How it counts, in words.
    pub rules: Vec<String>,
    pub columns: Vec<Column>,
    pub equals: Vec<Equal>,
    pub place: Place,
}

/// A column. 栏
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub id: String,
    pub name: String,
    pub unit: String,
    pub of: Of,
}

/// What a column adds up. 栏的来源
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Of {
    Figures(Vec<String>),
    Columns(Vec<String>),
}

/// Columns that must come to the same. 平衡关系
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Equal {
    pub left: Vec<String>,
    pub right: Vec<String>,
}

impl YearTable {
    /// Whether a year is reported in this form.
    #[must_use]
    pub fn covers(&self, year: i32) -> bool {
        self.from <= year && self.to.is_none_or(|to| year <= to)
    }

    #[must_use]
    pub fn place_of(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|own| own.id == column)
    }
}

impl Column {
    /// Sums of money are told in ten thousand yuan.
    #[must_use]
    pub fn is_money(&self) -> bool {
        self.unit == "万元"
    }
}

/// Reads all tables and looks for their figures; two forms of one id do not meet in a year.
#[must_use]
pub fn read_all(sources: &[Source], rules: &Rules) -> (Vec<YearTable>, Vec<Diagnostic>) {
    let figures = || rules.packs.iter().flat_map(|pack| &pack.file.figures);
    let (mut made, mut found): (Vec<YearTable>, Vec<Diagnostic>) = (Vec::new(), Vec::new());
    for source in sources {
        let (table, findings) = Doc::read(source, table);
        found.extend(findings);
        let Some(table) = table else { continue };
        for id in table.columns.iter().filter_map(|own| match &own.of {
            Of::Figures(ids) => Some(ids),
            Of::Columns(_) => None,
        }) {
            for id in id.iter().filter(|id| !figures().any(|figure| figure.id == **id)) {
                let near = closest(id, figures().map(|figure| figure.id.as_str()));
                let help =
                    near.map_or("核对指标的标识".to_owned(), |near| format!("是不是“{near}”？"));
                let message = format!("表“{}”所用的指标“{id}”没有定义", table.name);
                found.push(Diagnostic::error("unknown_figure", message).at(table.place.clone()).help(help));
            }
        }
        let meets = |other: &&YearTable| {
            other.id == table.id && (other.covers(table.from) || table.covers(other.from))
        };
        if made.iter().any(|other| meets(&other)) {
            let message = format!("表“{}”有两种表式适用于同一年", table.id);
            let help = "给先施行的一版在 years 里写上 to。";
            found.push(Diagnostic::error("overlap", message).at(table.place.clone()).help(help));
        }
        made.push(table);
    }
    made.sort_by_key(|table| (table.number, table.from));
    (made, found)
}

/// Every finding about the tables of a set of files.
#[must_use]
pub fn check(files: &crate::Files, rules: &Rules) -> Vec<Diagnostic> {
    read_all(&crate::load::sources(files, "tables"), rules).1
}

fn table(root: &Table<'_>) -> Option<YearTable> {
    let texts = ["table", "name", "basis"].map(|key| root.need_text(key));
    let years = root.table("years", "years");
    let year = |key: &str| years.as_ref().and_then(|own| own.integer(key)).and_then(|at| whole(at.value));
    let (from, to) = (year("from"), year("to"));
    if let Some(own) = &years {
        own.finish();
    }
    let number = root.integer("number").and_then(|at| u32::try_from(at.value).ok());
    let columns = columns(root);
    let ids: BTreeSet<String> = columns.iter().map(|own| own.id.clone()).collect();
    let equals = equals(root, &ids);
    let unverified = root.flag("unverified");
    let rules = root.texts("rules").into_iter().map(|at| at.value).collect();
    let [Some(id), Some(name), Some(basis)] = texts else { return None };
    let (Some(from), Some(number)) = (from, number) else {
        let message = "表没有写 number，或者 years 里没有写 from";
        root.say(Diagnostic::error("missing", message).at(root.place()).help("如：years = { from = 2022 }"));
        return None;
    };
    let (id, name, basis) = (id.value, name.value, basis.value);
    Some(YearTable {
        id,
        name,
        number,
        from,
        to,
        basis,
        unverified,
        rules,
        columns,
        equals,
        place: root.place(),
    })
}

fn whole(value: i64) -> Option<i32> {
    i32::try_from(value).ok()
}

fn columns(root: &Table<'_>) -> Vec<Column> {
    let mut made: Vec<Column> = Vec::new();
    for own in root.tables("column", |number| format!("第{number}栏")) {
        let texts = ["id", "name", "unit"].map(|key| own.need_text(key).map(|at| at.value));
        let (figures, sum) = (own.texts("figures"), own.texts("sum"));
        let values = |list: Vec<At<String>>| list.into_iter().map(|at| at.value).collect::<Vec<_>>();
        own.finish();
        let [Some(id), Some(name), Some(unit)] = texts else { continue };
        if figures.is_empty() == sum.is_empty() {
            let message = format!("{}要写 figures 或者 sum，只写一个", own.what);
            own.say(
                Diagnostic::error("column_of", message)
                    .at(own.place())
                    .help("figures 列指标，sum 列前面的栏。"),
            );
            continue;
        }
        if made.iter().any(|other| other.id == id) {
            let message = format!("栏“{id}”写了两次");
            own.say(Diagnostic::error("column_twice", message).at(own.place()).help("改一个标识。"));
        }
        for at in sum.iter().filter(|at| !made.iter().any(|other| other.id == at.value)) {
            let message = format!("{}所加的“{}”不是前面的栏", own.what, at.value);
            own.say(Diagnostic::error("unknown_column", message).at(at.place.clone()).help("核对栏的标识。"));
        }
        let of = if sum.is_empty() { Of::Figures(values(figures)) } else { Of::Columns(values(sum)) };
        made.push(Column { id, name, unit, of });
    }
    made
}

fn equals(root: &Table<'_>, ids: &BTreeSet<String>) -> Vec<Equal> {
    let mut made = Vec::new();
    for own in root.tables("equal", |number| format!("第{number}条平衡关系")) {
        let (left, right) = (own.texts("left"), own.texts("right"));
        own.finish();
        for at in left.iter().chain(&right).filter(|at| !ids.contains(&at.value)) {
            let message = format!("{}里没有“{}”这一栏", own.what, at.value);
            own.say(Diagnostic::error("unknown_column", message).at(at.place.clone()).help("核对栏的标识。"));
        }
        let values = |list: Vec<At<String>>| list.into_iter().map(|at| at.value).collect::<Vec<_>>();
        made.push(Equal { left: values(left), right: values(right) });
    }
    made
}
