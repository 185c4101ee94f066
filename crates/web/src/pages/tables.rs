//! The yearly tables of enforcement: which there are for a year, and one of them by column and by organ, each number with
//! the way to its records, beside the year before.

use app::{ColumnFigure, FilledTable, Platform, TablePage, table_value};
use axum::extract::{Path, Query, State};
use calendar::Day;
use maud::{Markup, html};

use crate::design::field::Field;
use crate::design::shown;
use crate::pages::registers::file_of;
use crate::parts;
use crate::routes::{Row, page};
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

pub(crate) fn rows() -> Vec<Row> {
    vec![
        page("/tables", list),
        page("/tables/{table}", show),
        page("/tables/{table}/sheet", sheet).taken_away(),
    ]
}

/// What the link asks for.
#[derive(Clone, Debug, Default, serde::Deserialize)]
struct Asked {
    #[serde(default)]
    year: String,
    #[serde(default)]
    organ: String,
    #[serde(default)]
    as_of: String,
    /// The organ of the area whose row alone is shown by column.
    #[serde(default)]
    row: String,
}

impl Asked {
    /// With what is meant where the link says nothing: the last year that is over, the government of the whole area, today.
    fn filled(mut self, platform: &Platform) -> app::Result<Self> {
        let today = platform.today();
        if self.year.parse::<i32>().is_err() {
            self.year = (today.year() - 1).to_string();
        }
        if self.organ.is_empty() {
            let organs = platform.organs()?;
            let first = organs.iter().find(|organ| organ.kind == "government").or(organs.first());
            self.organ = first.map(|organ| organ.id.clone()).unwrap_or_default();
        }
        if Day::parse(&self.as_of).is_err() {
            self.as_of = today.to_string();
        }
        Ok(self)
    }

    fn year(&self) -> i32 {
        self.year.parse().unwrap_or_default()
    }

    fn link(&self, path: &str, row: &str) -> String {
        let pairs =
            [("year", self.year.as_str()), ("organ", &self.organ), ("as_of", &self.as_of), ("row", row)];
        parts::query(path, &pairs)
    }

    fn row(&self) -> Option<&str> {
        Some(self.row.as_str()).filter(|row| !row.is_empty())
    }
}

fn as_of(asked: &Asked, platform: &Platform) -> Day {
    Day::parse(&asked.as_of).unwrap_or_else(|_| platform.today())
}

fn organs(platform: &Platform) -> app::Result<Vec<(String, String)>> {
    Ok(platform.organs()?.into_iter().map(|organ| (organ.id, organ.name)).collect())
}

async fn list(State(site): State<Site>, visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let (asked, forms, organs, latest) = site
        .ask(move |platform| {
            let asked = asked.filled(platform)?;
            let forms: Vec<_> = platform.year_tables(asked.year()).into_iter().cloned().collect();
            Ok((asked, forms, organs(platform)?, platform.today().year()))
        })
        .await?;
    let content = html! {
        (shown::crumbs(&[("/figures", "统计数据"), ("", "年度统计表")]))
        h1 { "行政执法年度统计表" }
        p { "每一栏都由办理日志里的指标相加，写明怎样计数；点数字看所数的记录。一级政府的表包括本行政区域内各机关，部门的表只有本机关。" }
        (filters("/tables", &asked, &organs, latest))
        p { "处罚、许可决定按国家标准的栏目逐件报送，见" a href="/double-publication" { "双公示" } "（供机关工作人员使用）。" }
        @if forms.is_empty() { (shown::empty("这一年没有表式。", None)) }
        ul.lines {
            @for form in &forms {
                li {
                    a href=(asked.link(&format!("/tables/{}", form.id), "")) { "表" (form.number) "　" (form.name) }
                    span.sub { "依据：" (parts::cited(&form.basis, form.unverified)) }
                }
            }
        }
    };
    Ok(visitor.page("年度统计表", content))
}

fn filters(path: &str, asked: &Asked, organs: &[(String, String)], latest: i32) -> Markup {
    let years: Vec<(String, String)> =
        (latest - 9..=latest).rev().map(|year| (year.to_string(), format!("{year}年"))).collect();
    html! {
        form.filters method="get" action=(path) {
            (Field::new("year", "统计年度").choice("year", "", &years, &asked.year))
            (Field::new("organ", "机关").choice("organ", "", organs, &asked.organ))
            (Field::new("as_of", "截至哪天所知").day("as_of", &asked.as_of))
            button.second type="submit" { "查看" }
        }
    }
}

async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Path(table): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let (asked, page, organs, latest) = site
        .ask(move |platform| {
            let asked = asked.filled(platform)?;
            let as_of = as_of(&asked, platform);
            let mut page = platform.year_table_page(&table, &asked.organ, asked.year(), as_of)?;
            page.columns
                .iter_mut()
                .flat_map(|column| &mut column.figures)
                .for_each(|one| in_words(platform, one));
            Ok((asked, page, organs(platform)?, platform.today().year()))
        })
        .await?;
    let title = format!("{}年{}", page.own.year, page.own.form.name);
    Ok(visitor.page(&title, render(&asked, &page, &organs, latest)))
}

/// Puts the condition of a figure's definition into words.
fn in_words(platform: &Platform, figure: &mut ColumnFigure) {
    for pack in &platform.rules().packs {
        let own = pack.file.figures.iter().find(|one| one.id == figure.id).and_then(|one| one.guard);
        let Some(at) = own else { continue };
        let procedure = &pack.file.procedure;
        if let Some(guard) = procedure.guards.get(usize::from(at)) {
            let words = picture::sentence::guard(procedure, at);
            figure.definition = figure.definition.replace(&guard.text, &words);
        }
    }
}

async fn sheet(State(site): State<Site>, Path(table): Path<String>, Query(asked): Query<Asked>) -> Answer {
    let (name, bytes) = site
        .ask(move |platform| {
            let asked = asked.filled(platform)?;
            platform.year_table_book(&table, &asked.organ, asked.year(), as_of(&asked, platform))
        })
        .await?;
    Ok(file_of(&name, bytes))
}

fn render(asked: &Asked, page: &TablePage, organs: &[(String, String)], latest: i32) -> Markup {
    let own = &page.own;
    let path = format!("/tables/{}", own.form.id);
    let row = asked.row().filter(|row| own.rows.iter().any(|one| one.organ.0 == *row));
    let name =
        row.and_then(|row| own.rows.iter().find(|one| one.organ.0 == row)).map(|one| one.organ.1.as_str());
    html! {
        (shown::crumbs(&[("/figures", "统计数据"), (&asked.link("/tables", ""), "年度统计表"), ("", &own.form.name)]))
        div.row {
            h1 { (own.year) "年" (own.form.name) }
            p.row-actions { a.button.second href=(asked.link(&format!("{path}/sheet"), "")) download { "下载表格（XLSX）" } }
        }
        p { "表" (own.form.number) "。" (own.scope) "，截至" (parts::day(own.as_of)) "登记的。" }
        p.sub { "依据：" (parts::cited(&own.form.basis, own.form.unverified)) }
        (filters(&path, asked, organs, latest))
        @if page.is_unfinished { div.notice { p { (own.year) "年到这一天还没有结束，上年的数是全年的。" } } }
        @for one in &own.unbalanced { div.notice.warn { p { strong { "不平衡：" } (one) "。核对这个机关的案件，种类或者程序填得不对。" } } }
        section {
            h2 id="columns" { @if let Some(name) = name { "其中：" (name) } @else { "各栏合计和上年比较" } }
            @if row.is_some() { p { a href=(asked.link(&path, "")) { "看合计" } } }
            (by_column(page, asked, row))
        }
        @if own.rows.len() > 1 || row.is_some() {
            section.breadth {
                h2 { "各单位" }
                (by_organ(page, asked))
            }
        }
        section {
            h2 { "统计口径" }
            ol { @for rule in &own.form.rules { li { (rule) } } }
        }
    }
}

/// A row a column of the form: this year, the year before, the difference, how it counts.
fn by_column(page: &TablePage, asked: &Asked, row: Option<&str>) -> Markup {
    let own = &page.own;
    let values = own.values_of(row);
    let earlier = page.before.as_ref().map(|before| before.values_of(row));
    let rows = html! {
        @for (at, column) in own.form.columns.iter().enumerate() {
            @let told = page.columns.get(at);
            @let figures = told.map_or(&[][..], |one| one.figures.as_slice());
            @let value = values.get(at).copied().unwrap_or_default();
            @let then = earlier.as_ref().and_then(|values| values.get(at)).copied();
            tr id=(format!("column-{}", column.id)) {
                th.some scope="row" { (column.name) "（" (column.unit) "）" }
                td.value { (number(own, asked, row, figures, &column.name, &table_value(column, value))) }
                td.value {
                    @if let (Some(before), Some(then)) = (&page.before, then) {
                        (number(before, asked, row, figures, &format!("上年{}", column.name), &table_value(column, then)))
                    } @else { "—" }
                }
                td.value { (then.map_or_else(|| "—".to_owned(), |then| difference(&table_value(column, value - then), value - then))) }
                td.wide { @if let Some(told) = told {
                    @if !told.sum.is_empty() { "等于" (told.sum.join("＋")) "。" }
                    @for figure in figures { (counting(figure, (figures.len() > 1).then(|| {
                        let shown = table_value(column, own.figure(&figure.id, row));
                        (records(own, asked, row, &figure.id), shown)
                    }))) }
                } }
            }
        }
    };
    let label = format!("{}年{}：各栏", own.year, own.form.name);
    let before = format!("{}年", own.year - 1);
    parts::table(&label, &["栏", &format!("{}年", own.year), &before, "增减", "怎样计数"], &rows)
}

fn difference(text: &str, value: i64) -> String {
    if value > 0 { format!("+{text}") } else { text.to_owned() }
}

/// A number of a column; it opens to its records where one figure stands behind it.
fn number(
    own: &FilledTable,
    asked: &Asked,
    row: Option<&str>,
    figures: &[ColumnFigure],
    what: &str,
    text: &str,
) -> Markup {
    html! {
        @if let [figure] = figures {
            a href=(records(own, asked, row, &figure.id)) aria-label=(format!("{what}：{text}")) { (text) }
        } @else { (text) }
    }
}

/// The page of a figure over the year and whom the table, or one row of it, counts.
fn records(own: &FilledTable, asked: &Asked, row: Option<&str>, figure: &str) -> String {
    let (from, to) = (format!("{}-01-01", own.year), format!("{}-12-31", own.year));
    let is_area = !own.division.is_empty() && row.is_none();
    let organ = if is_area { "" } else { row.unwrap_or(&asked.organ) };
    let division = if is_area { own.division.as_str() } else { "" };
    let as_of = own.as_of.to_string();
    let pairs =
        [("from", from.as_str()), ("to", &to), ("organ", organ), ("division", division), ("as_of", &as_of)];
    parts::query(&format!("/figures/{figure}"), &pairs)
}

/// A figure of a column: what it counts; among several also what it comes to.
fn counting(figure: &ColumnFigure, own: Option<(String, String)>) -> Markup {
    html! {
        div {
            @if let Some((href, text)) = own { a href=(href) { (figure.name) "：" (text) } "，" }
            (figure.definition) "。"
            @if let Some(weakness) = &figure.weakness { span.sub { "局限：" (weakness) } }
        }
    }
}

/// The form as it is reported: a row an organ. A number of one figure opens to its records, one of several to its parts.
fn by_organ(page: &TablePage, asked: &Asked) -> Markup {
    let own = &page.own;
    let path = format!("/tables/{}", own.form.id);
    html! {
        div.scroll role="region" aria-label=(format!("表格：{}", own.form.name)) tabindex="0" {
            table.form {
                caption.unseen { (own.form.name) }
                thead { tr {
                    th scope="col" { "单位名称" }
                    @for column in &own.form.columns { th.value scope="col" { (column.name) "（" (column.unit) "）" } }
                } }
                tbody {
                    @for one in &own.rows {
                        @let id = one.organ.0.as_str();
                        tr {
                            th scope="row" { a href=(format!("{}#columns", asked.link(&path, id))) { (one.organ.1) } }
                            @for (at, column) in own.form.columns.iter().enumerate() {
                                @let figures = page.columns.get(at).map_or(&[][..], |own| own.figures.as_slice());
                                @let value = one.values.get(at).copied().unwrap_or_default();
                                @let text = table_value(column, value);
                                td.value {
                                    @if value == 0 { "0" }
                                    @else if let [figure] = figures { a href=(records(own, asked, Some(id), &figure.id)) { (text) } }
                                    @else { a href=(format!("{}#column-{}", asked.link(&path, id), column.id)) { (text) } }
                                }
                            }
                        }
                    }
                    tr.total {
                        th scope="row" { "合计" }
                        @for (column, value) in own.form.columns.iter().zip(&own.total) { td.value { (table_value(column, *value)) } }
                    }
                }
            }
        }
    }
}
