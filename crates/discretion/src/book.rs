//! All tables and lists, found by the unlawful act and the day.

use std::collections::{BTreeMap, BTreeSet};

use base::{Diagnostic, closest};
use calendar::Day;

use crate::bounds::plain;
use crate::decide::{ItemDecision, TableDecision, Truth};
use crate::facts::Facts;
use crate::model::{Item, List, Range, Table};

/// The benchmarks and lists that are known. 裁量权基准库
#[derive(Clone, Debug, Default)]
pub struct Book {
    tables: Vec<Table>,
    items: Vec<Item>,
    by_act: BTreeMap<String, Vec<usize>>,
    by_article: BTreeMap<String, Vec<usize>>,
    items_by_act: BTreeMap<String, Vec<usize>>,
    /// Those of every act.
    general: Vec<usize>,
}

/// What is asked. 查询
#[derive(Clone, Copy, Debug)]
pub struct Query<'q> {
    /// The unlawful act, in the words of the table.
    pub act: &'q str,
    pub on: Day,
    /// Whose table, where several organs made one for the act.
    pub organ: Option<&'q str>,
}

/// What the facts of a case lead to. 裁量建议
#[derive(Clone, Debug)]
pub struct Decision<'b> {
    pub table: Option<TableDecision<'b>>,
    /// Those that apply, may apply, or do not, in this order.
    pub items: Vec<ItemDecision<'b>>,
    /// Facts that nothing asks for.
    pub unused: Vec<String>,
}

impl<'b> Decision<'b> {
    /// The items that apply on a list.
    pub fn applying(&self, list: List) -> impl Iterator<Item = &ItemDecision<'b>> {
        self.items.iter().filter(move |one| one.truth == Truth::Met && one.item.lists.contains(&list))
    }

    /// Whether a list has an item of which it is not known whether it applies.
    #[must_use]
    pub fn is_open(&self, list: List) -> bool {
        self.items.iter().any(|one| one.truth == Truth::Unknown && one.item.lists.contains(&list))
    }
}

impl Book {
    /// Puts tables and items in order. Two editions of one organ for one act on one day are told.
    #[must_use]
    pub fn new(tables: Vec<Table>, items: Vec<Item>) -> (Self, Vec<Diagnostic>) {
        let mut book = Self { tables, items, ..Self::default() };
        for (at, table) in book.tables.iter().enumerate() {
            book.by_act.entry(plain(&table.act)).or_default().push(at);
            for article in table.violates.iter().chain(&table.basis) {
                book.by_article.entry(plain(article)).or_default().push(at);
            }
        }
        for (at, item) in book.items.iter().enumerate() {
            match &item.act {
                Some(act) => book.items_by_act.entry(plain(act)).or_default().push(at),
                None => book.general.push(at),
            }
        }
        let found = book.by_act.values().flat_map(|own| book.twice(own)).collect();
        (book, found)
    }

    #[must_use]
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    fn twice(&self, places: &[usize]) -> Vec<Diagnostic> {
        let tables: Vec<&Table> = places.iter().filter_map(|at| self.tables.get(*at)).collect();
        let mut found = Vec::new();
        for (at, one) in tables.iter().enumerate() {
            for other in tables.iter().skip(at + 1) {
                let (a, b) = (&one.edition, &other.edition);
                let both = a.organ == b.organ
                    && a.until.is_none_or(|until| b.from <= until)
                    && b.until.is_none_or(|until| a.from <= until);
                if both {
                    let message = format!(
                        "{}对“{}”有两张同时有效的基准：{}和{}",
                        a.organ, one.act, a.document, b.document
                    );
                    let help = "请给旧的一版写上终止日期，或者删去重复的一张。";
                    found.push(Diagnostic::error("two_editions", message).at(other.place.clone()).help(help));
                }
            }
        }
        found
    }

    /// The tables of an article that hold on a day: those that name it as violated or as their basis.
    pub fn of_article(&self, article: &str, on: Day) -> impl Iterator<Item = &Table> {
        let places = self.by_article.get(&plain(article)).into_iter().flatten();
        places.filter_map(|at| self.tables.get(*at)).filter(move |table| table.edition.holds_on(on))
    }

    /// The table of an act on a day; none where only the lists know the act.
    ///
    /// # Errors
    /// Nobody knows the act, nothing holds on that day, or several organs have a table.
    pub fn table(&self, query: &Query<'_>) -> Result<Option<&Table>, Diagnostic> {
        self.table_of(&plain(query.act), query)
    }

    fn table_of(&self, act: &str, query: &Query<'_>) -> Result<Option<&Table>, Diagnostic> {
        let Some(places) = self.by_act.get(act) else {
            if self.items_by_act.contains_key(act) {
                return Ok(None);
            }
            return Err(self.unknown(act, query.act));
        };
        let tables = places.iter().filter_map(|at| self.tables.get(*at));
        let of_organ = tables.filter(|table| query.organ.is_none_or(|organ| table.edition.organ == organ));
        let mut holding = of_organ.clone().filter(|table| table.edition.holds_on(query.on));
        match (holding.next(), holding.next()) {
            (Some(one), None) => Ok(Some(one)),
            (Some(one), Some(other)) => {
                let organs = format!("{}、{}", one.edition.organ, other.edition.organ);
                let message = format!("“{}”在{}有不止一个机关的基准：{organs}", query.act, query.on);
                Err(Diagnostic::error("several_tables", message).help("请写明用哪个机关的（--organ）。"))
            }
            (None, _) => {
                let mut known = of_organ.peekable();
                if known.peek().is_none() {
                    let organ = query.organ.unwrap_or_default();
                    let message = format!("{organ}没有“{}”的基准", query.act);
                    return Err(Diagnostic::error("no_table", message)
                        .help("请核对机关的名称，要与基准的制定机关一致。"));
                }
                let periods: Vec<String> = known.map(period).collect();
                let message = format!("“{}”的基准在{}都不在有效期内", query.act, query.on);
                let help = format!(
                    "有的是：{}。请核对违法行为发生的日期，或者补上当时有效的一版。",
                    periods.join("；")
                );
                Err(Diagnostic::error("not_in_force", message).help(help))
            }
        }
    }

    fn unknown(&self, key: &str, act: &str) -> Diagnostic {
        let known = self.tables.iter().map(|table| table.act.as_str());
        let known = known.chain(self.items.iter().filter_map(|item| item.act.as_deref()));
        let near = closest(key, known.clone()).or_else(|| known.clone().find(|own| plain(own).contains(key)));
        let help = near.map_or_else(
            || "请用基准里的名称；没有基准的，先导入基准。".to_owned(),
            |near| format!("是不是“{near}”？"),
        );
        Diagnostic::error("unknown_act", format!("没有名为“{act}”的违法行为")).help(help)
    }

    /// Which step applies, which items of the lists, and why.
    ///
    /// # Errors
    /// The table cannot be found, or facts do not fit; all of these.
    pub fn decide(&self, query: &Query<'_>, facts: &Facts) -> Result<Decision<'_>, Vec<Diagnostic>> {
        let act = plain(query.act);
        let table = self.table_of(&act, query).map_err(|found| vec![found])?;
        let mut wrong = Vec::new();
        let decided =
            table.and_then(|table| TableDecision::of(table, facts).map_err(|found| wrong.extend(found)).ok());
        let own = self.items_by_act.get(&act).into_iter().flatten();
        let mut items = Vec::new();
        for item in own.chain(&self.general).filter_map(|at| self.items.get(*at)) {
            // A department's general list holds for its own cases; the statute's for all.
            let foreign = query
                .organ
                .is_some_and(|organ| !item.edition.organ.is_empty() && item.edition.organ != organ);
            if foreign || !item.edition.holds_on(query.on) {
                continue;
            }
            match ItemDecision::of(item, facts) {
                Ok(one) => items.push(one),
                Err(found) => wrong.extend(found),
            }
        }
        if !wrong.is_empty() {
            let mut told = BTreeSet::new();
            wrong.retain(|one| told.insert(one.message.clone()));
            return Err(wrong);
        }
        items.sort_by_key(|one| match one.truth {
            Truth::Met => 0,
            Truth::Unknown => 1,
            Truth::NotMet => 2,
        });
        let unused = unused(table, &items, facts);
        Ok(Decision { table: decided, items, unused })
    }
}

fn period(table: &Table) -> String {
    let edition = &table.edition;
    let until = edition.until.map_or_else(|| "起".to_owned(), |until| format!("至{until}"));
    format!("{}（{}{until}）", edition.document, edition.from)
}

fn unused(table: Option<&Table>, items: &[ItemDecision<'_>], facts: &Facts) -> Vec<String> {
    let asked = |name: &str| {
        let own = table.is_some_and(|table| {
            table.fields.iter().any(|field| field.name == name) || bases(table).any(|base| base == name)
        });
        own || items.iter().any(|one| one.item.fields.iter().any(|field| field.name == name))
    };
    facts.keys().filter(|name| !asked(name)).cloned().collect()
}

/// The sums that fines of a table are multiples of.
pub fn bases(table: &Table) -> impl Iterator<Item = &str> {
    let ranges = table.steps.iter().flat_map(|step| &step.penalties).filter_map(|one| one.range.as_ref());
    ranges.chain(&table.frame).filter_map(|range| match range {
        Range::Multiple { of, .. } => Some(of.as_str()),
        _ => None,
    })
}
