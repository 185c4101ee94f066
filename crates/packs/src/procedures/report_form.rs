//! The form of a report that is drafted on the platform: its title, its sections, and the fixed tables in them.

use std::collections::BTreeSet;

use base::{Diagnostic, Place};

use super::choose;
use crate::source::{At, Table};

/// What a report is made of. 报告格式
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportForm {
    /// With `{organ}` and `{year}`.
    pub title: String,
    /// On what its parts rest, in words.
    pub basis: String,
    pub unverified: bool,
    pub sections: Vec<ReportSection>,
    /// Sentences that figures of procedures make.
    pub said: Vec<Said>,
    pub place: Place,
}

/// A section. 章节
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportSection {
    pub id: String,
    /// With `{year}` and `{next_year}`.
    pub heading: String,
    /// What the office has to write in it, in words.
    pub asks: Option<String>,
    /// It is left out where nothing is written in it.
    pub is_optional: bool,
    /// What its first text is made of.
    pub shows: Shows,
    /// Sentences of its first text, in the way of [`Said`].
    pub says: Vec<At<String>>,
    pub tables: Vec<ReportTable>,
}

/// What the first text of a section is made of, beside its sentences. 初稿来源
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    Nothing,
    /// A part for each system of the plan, with what its procedures' figures say.
    Systems,
    /// What came too late.
    Late,
}

/// Sentences of a procedure. Clauses are set apart by `|`; `{id}` is a figure's value with its unit. A clause is left out
/// where a figure in it is nought or has nothing to divide by; with `!` before it, only where it has nothing to divide by.
/// 报告语句
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub procedure: At<String>,
    pub name: String,
    pub says: Vec<At<String>>,
}

/// A fixed table in a section. 固定表格
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportTable {
    pub id: String,
    pub name: String,
    pub unit: String,
    pub form: TableForm,
    pub place: Place,
}

/// Where the rows and columns of a table stand. 表式
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableForm {
    /// In the report's own file.
    Own { columns: Vec<FormColumn>, rows: Vec<FormRow>, equals: Vec<FormEqual> },
    /// The yearly table of that id, its columns as rows.
    Yearly(At<String>),
}

/// A column. 栏
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormColumn {
    pub id: String,
    pub name: String,
    /// The heading over this and its neighbours.
    pub under: Option<String>,
    /// The columns that it adds up; none where its cells come from elsewhere.
    pub sum: Vec<String>,
}

/// A row. 行
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormRow {
    pub id: String,
    pub name: String,
    /// Its own, where it is not the table's.
    pub unit: Option<String>,
    pub of: RowOf,
    /// The row of the same table that a report of the year before told as left over: its numbers are this row's.
    pub carries: Option<String>,
}

/// Where the cells of a row come from. 行的来源
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowOf {
    /// A heading over the rows that follow.
    Heading,
    /// In each column that adds up no others, figures by the column's value: `{figure}_{column}`.
    Each(CellOf),
    /// By column; a column that is not named is for somebody to state.
    Cells(Vec<(String, CellOf)>),
    /// Rows added up, others taken off.
    Sum { plus: Vec<String>, less: Vec<String> },
}

/// What a cell comes to. 格的来源
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CellOf {
    pub figures: Vec<At<String>>,
    /// Figures that are taken off.
    pub less: Vec<At<String>>,
    pub over: Over,
}

/// Over which time a cell counts. 统计期间
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Over {
    #[default]
    Year,
    /// All before the year.
    Before,
    /// All until the end of the year.
    UntilEnd,
}

/// Rows that must come to the same in every column. 平衡关系
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormEqual {
    pub left: Vec<String>,
    pub right: Vec<String>,
}

impl ReportForm {
    /// The section of an id.
    #[must_use]
    pub fn section(&self, id: &str) -> Option<&ReportSection> {
        self.sections.iter().find(|section| section.id == id)
    }

    /// All tables with their sections.
    pub fn tables(&self) -> impl Iterator<Item = (&ReportSection, &ReportTable)> {
        self.sections.iter().flat_map(|section| section.tables.iter().map(move |table| (section, table)))
    }
}

impl ReportTable {
    /// Every figure that a table of the file's own names, as its cells ask for it.
    #[must_use]
    pub fn figures(&self) -> Vec<At<String>> {
        let TableForm::Own { columns, rows, .. } = &self.form else { return Vec::new() };
        let mut made = Vec::new();
        for row in rows {
            match &row.of {
                RowOf::Each(cell) => {
                    for column in columns.iter().filter(|column| column.sum.is_empty()) {
                        made.extend(cell.of_column(&column.id).all().cloned());
                    }
                }
                RowOf::Cells(cells) => made.extend(cells.iter().flat_map(|(_, cell)| cell.all().cloned())),
                RowOf::Heading | RowOf::Sum { .. } => {}
            }
        }
        made
    }
}

impl CellOf {
    /// The same by a column's value.
    #[must_use]
    pub fn of_column(&self, column: &str) -> Self {
        let by = |one: &At<String>| At { value: format!("{}_{column}", one.value), place: one.place.clone() };
        Self {
            figures: self.figures.iter().map(by).collect(),
            less: self.less.iter().map(by).collect(),
            over: self.over,
        }
    }

    pub fn all(&self) -> impl Iterator<Item = &At<String>> {
        self.figures.iter().chain(&self.less)
    }
}

/// Reads the form that stands in `[report]`.
pub(super) fn read(table: &Table<'_>) -> Option<ReportForm> {
    if ["title", "section"].iter().all(|key| !table.has(key)) {
        return Some(before_forms(table.place()));
    }
    let (title, basis) = (table.need_text("title"), table.need_text("basis"));
    if let Some(at) =
        title.as_ref().filter(|at| !at.value.contains("{organ}") || !at.value.contains("{year}"))
    {
        let message = format!("报告标题“{}”里要有 {{organ}} 和 {{year}}", at.value);
        table.say(Diagnostic::error("report_title", message).at(at.place.clone()));
    }
    let unverified = table.flag("unverified");
    let mut seen = BTreeSet::new();
    let mut tables_seen = BTreeSet::new();
    let read = table.tables("section", |at| format!("报告的第{at}个章节"));
    let sections: Vec<ReportSection> =
        read.iter().filter_map(|one| section(one, &mut seen, &mut tables_seen)).collect();
    if read.is_empty() {
        table.missing("section");
    }
    let said = table.tables("said", |at| format!("报告的第{at}组语句"));
    let said = said.iter().filter_map(said_of).collect();
    let place = table.place();
    Some(ReportForm { title: title?.value, basis: basis?.value, unverified, sections, said, place })
}

/// The form of a file from before reports told theirs: cases are pinned to such texts. The only report there was is that on
/// law-based government.
fn before_forms(place: Place) -> ReportForm {
    let section = |id: &str, heading: &str, shows, asks: Option<&str>| ReportSection {
        id: id.to_owned(),
        heading: heading.to_owned(),
        asks: asks.map(str::to_owned),
        is_optional: id == "other",
        shows,
        says: Vec::new(),
        tables: Vec::new(),
    };
    let person = "三、主要负责人作为法治建设第一责任人的履职情况";
    ReportForm {
        title: "{organ}{year}年法治政府建设年度报告".to_owned(),
        basis: "《法治政府建设与责任落实督察工作规定》第二十五条".to_owned(),
        unverified: false,
        sections: vec![
            section("measures", "一、法治政府建设的举措与成效", Shows::Systems, None),
            section("shortcomings", "二、存在的不足和原因", Shows::Late, Some("其他不足及其原因")),
            section("first_responsible_person", person, Shows::Nothing, Some("第一责任人履职")),
            section("next_year", "四、{next_year}年的主要安排", Shows::Nothing, Some("下一年度安排")),
            section("other", "五、其他需要报告的情况", Shows::Nothing, Some("其他情况")),
        ],
        said: Vec::new(),
        place,
    }
}

fn said_of(table: &Table<'_>) -> Option<Said> {
    let (procedure, name) = (table.need_text("procedure"), table.need_text("name"));
    let says = table.texts("says");
    if says.is_empty() {
        table.missing("says");
    }
    table.finish();
    Some(Said { procedure: procedure?, name: name?.value, says })
}

fn section(
    table: &Table<'_>,
    seen: &mut BTreeSet<String>,
    tables_seen: &mut BTreeSet<String>,
) -> Option<ReportSection> {
    let (id, heading) = (table.need_text("id"), table.need_text("heading"));
    once(table, id.as_ref(), seen, "章节");
    let shows = choose(table, "shows", &[("systems", Shows::Systems), ("late", Shows::Late)]);
    let made = ReportSection {
        id: id?.value,
        heading: heading?.value,
        asks: table.text("asks"),
        is_optional: table.flag("optional"),
        shows: shows.unwrap_or(Shows::Nothing),
        says: table.texts("says"),
        tables: table
            .tables("table", |at| format!("{}的第{at}张表", table.what))
            .iter()
            .filter_map(|one| report_table(one, tables_seen))
            .collect(),
    };
    table.finish();
    Some(made)
}

/// An id stands once, in small letters, digits and `_`: texts are kept by it.
fn once(table: &Table<'_>, id: Option<&At<String>>, seen: &mut BTreeSet<String>, what: &str) {
    let Some(at) = id else { return };
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if at.value.is_empty() || !at.value.chars().all(plain) {
        let message = format!("{}的标识“{}”只能用小写字母、数字和下划线", table.what, at.value);
        table.say(Diagnostic::error("bad_id", message).at(at.place.clone()));
    }
    if !seen.insert(at.value.clone()) {
        let message = format!("{what}“{}”写了两次", at.value);
        table.say(Diagnostic::error("report_twice", message).at(at.place.clone()).help("改一个标识。"));
    }
}

fn report_table(table: &Table<'_>, seen: &mut BTreeSet<String>) -> Option<ReportTable> {
    let (id, name) = (table.need_text("id"), table.need_text("name"));
    once(table, id.as_ref(), seen, "表");
    let unit = table.text("unit").unwrap_or_default();
    let form = match table.text_at("yearly") {
        Some(at) => TableForm::Yearly(at),
        None => own_form(table),
    };
    table.finish();
    Some(ReportTable { id: id?.value, name: name?.value, unit, form, place: table.place() })
}

fn own_form(table: &Table<'_>) -> TableForm {
    let columns = columns(table);
    let rows = rows(table, &columns);
    for (key, is_missing) in [("columns", columns.is_empty()), ("row", rows.is_empty())] {
        if is_missing {
            table.missing(key);
        }
    }
    let known = |at: &At<String>| rows.iter().any(|row| row.id == at.value);
    let mut equals = Vec::new();
    for one in table.tables("equal", |at| format!("{}的第{at}条平衡关系", table.what)) {
        let (left, right) = (one.texts("left"), one.texts("right"));
        left.iter().chain(&right).filter(|at| !known(at)).for_each(|at| no_such(&one, "行", at));
        one.finish();
        equals.push(FormEqual { left: values(left), right: values(right) });
    }
    TableForm::Own { columns, rows, equals }
}

fn no_such(table: &Table<'_>, what: &str, at: &At<String>) {
    let message = format!("{}：前面没有名为“{}”的{what}", table.what, at.value);
    table.say(
        Diagnostic::error("unknown_cell", message).at(at.place.clone()).help("核对标识；只能引用前面的。"),
    );
}

fn values(list: Vec<At<String>>) -> Vec<String> {
    list.into_iter().map(|at| at.value).collect()
}

fn columns(table: &Table<'_>) -> Vec<FormColumn> {
    let (mut made, mut seen) = (Vec::<FormColumn>::new(), BTreeSet::new());
    for one in table.tables("columns", |at| format!("{}的第{at}栏", table.what)) {
        let (id, name) = (one.need_text("id"), one.need_text("name"));
        once(&one, id.as_ref(), &mut seen, "栏");
        let (under, sum) = (one.text("under"), one.texts("sum"));
        let unknown = sum.iter().filter(|at| !made.iter().any(|other| other.id == at.value));
        unknown.for_each(|at| no_such(&one, "栏", at));
        one.finish();
        if let (Some(id), Some(name)) = (id, name) {
            made.push(FormColumn { id: id.value, name: name.value, under, sum: values(sum) });
        }
    }
    made
}

fn rows(table: &Table<'_>, columns: &[FormColumn]) -> Vec<FormRow> {
    let (mut made, mut seen) = (Vec::<FormRow>::new(), BTreeSet::new());
    let mut carries_read = Vec::new();
    for one in table.tables("row", |at| format!("{}的第{at}行", table.what)) {
        let (id, name) = (one.need_text("id"), one.need_text("name"));
        once(&one, id.as_ref(), &mut seen, "行");
        let (unit, carried) = (one.text("unit"), one.text_at("carries"));
        let of = row_of(&one, columns, &made);
        one.finish();
        if let (Some(id), Some(name)) = (id, name) {
            let carries = carried.as_ref().map(|at| at.value.clone());
            carries_read.extend(carried);
            made.push(FormRow { id: id.value, name: name.value, unit, of, carries });
        }
    }
    // The row that is carried over stands at the end of the table, so it may be named before it is read.
    for at in carries_read.iter().filter(|at| !seen.contains(&at.value)) {
        let message = format!("{}：没有名为“{}”的行", table.what, at.value);
        table.say(Diagnostic::error("unknown_cell", message).at(at.place.clone()).help("核对标识。"));
    }
    made
}

/// What a row is made of: one of four ways; none of them is a heading, `stated` a row that somebody states.
fn row_of(one: &Table<'_>, columns: &[FormColumn], before: &[FormRow]) -> RowOf {
    let (sum, is_stated) = (one.texts("sum"), one.flag("stated"));
    let ways = [one.has("figures"), one.has("cells"), !sum.is_empty(), is_stated];
    if ways.iter().filter(|way| **way).count() > 1 {
        let message = format!("{}的 figures、cells、sum、stated 只能写一个", one.what);
        one.say(Diagnostic::error("row_of", message).at(one.place()));
    }
    let cells = one.table("cells", format!("{}的 cells", one.what));
    match (ways, cells) {
        ([true, ..], _) => RowOf::Each(cell_of(one)),
        (_, Some(cells)) => RowOf::Cells(named_cells(&cells, columns)),
        ([_, _, true, _], _) => {
            let less = one.texts("less");
            let unknown = sum.iter().chain(&less).filter(|at| !before.iter().any(|row| row.id == at.value));
            unknown.for_each(|at| no_such(one, "行", at));
            RowOf::Sum { plus: values(sum), less: values(less) }
        }
        ([_, _, _, true], _) => RowOf::Cells(Vec::new()),
        _ => RowOf::Heading,
    }
}

/// Cells by column: `made = ["figure"]`, or a table with `figures`, `less` and `over`.
fn named_cells(cells: &Table<'_>, columns: &[FormColumn]) -> Vec<(String, CellOf)> {
    let mut made = Vec::new();
    for column in columns.iter().filter(|column| column.sum.is_empty() && cells.has(&column.id)) {
        let what = format!("{}的 {}", cells.what, column.id);
        let cell = if cells.is_table(&column.id) {
            cells.table(&column.id, what).map(|own| {
                let cell = cell_of(&own);
                own.finish();
                cell
            })
        } else {
            Some(CellOf { figures: cells.texts(&column.id), ..CellOf::default() })
        };
        made.extend(cell.map(|cell| (column.id.clone(), cell)));
    }
    cells.finish();
    made
}

fn cell_of(table: &Table<'_>) -> CellOf {
    let over = choose(table, "over", &[("before", Over::Before), ("until_end", Over::UntilEnd)]);
    CellOf { figures: table.texts("figures"), less: table.texts("less"), over: over.unwrap_or_default() }
}
