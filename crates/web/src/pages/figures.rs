//! The figures of a period: of every procedure the few with the most records, of one all of them. Each opens to what it counts.

use app::{FigureAsked, FigureLine, Platform};
use axum::extract::{Query, State};
use calendar::Day;
use maud::{Markup, html};

use crate::design::field::Field;
use crate::design::shown;
use crate::fault::Fault;
use crate::parts;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// The period, the organ and the state of knowledge that are asked for, as the link says them.
#[derive(Clone, Debug, Default, serde::Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    pub year: String,
    #[serde(default)]
    pub from: String,
    #[serde(default)]
    pub to: String,
    #[serde(default)]
    pub organ: String,
    #[serde(default)]
    pub division: String,
    #[serde(default)]
    pub as_of: String,
    #[serde(default)]
    pub after: String,
}

impl Asked {
    /// What is asked of the platform: the days given, else the year, else this year.
    pub fn read(&self, today: Day) -> FigureAsked {
        let year = self.year.parse().ok().filter(|year| (1949..=9999).contains(year));
        let year: i32 = year.unwrap_or_else(|| today.year());
        let edge = |month, day| Day::from_ymd(year, month, day).unwrap_or(today);
        let given = |text: &str| Day::parse(text).ok();
        FigureAsked {
            organ: self.organ.clone(),
            division: self.division.clone(),
            from: given(&self.from).unwrap_or_else(|| edge(1, 1)),
            to: given(&self.to).unwrap_or_else(|| edge(12, 31)),
            as_of: given(&self.as_of).unwrap_or(today),
        }
    }

    /// A link that asks the same of another page.
    pub fn link(&self, path: &str, after: &str) -> String {
        let pairs = [
            ("year", self.year.as_str()),
            ("from", &self.from),
            ("to", &self.to),
            ("organ", &self.organ),
            ("division", &self.division),
            ("as_of", &self.as_of),
            ("after", after),
        ];
        parts::query(path, &pairs)
    }
}

/// Which procedure's figures are shown whole; all procedures in few words where none is named.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Whole {
    #[serde(default)]
    procedure: String,
}

pub(crate) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
    Query(whole): Query<Whole>,
) -> Answer {
    let own = asked.clone();
    let (lines, organs) = site
        .ask(move |platform| {
            let lines = platform.figures(None, &own.read(platform.today()))?;
            Ok((lines, choices(platform)?))
        })
        .await?;
    let today = site.platform().today();
    if whole.procedure.is_empty() {
        let grouped = site.platform().rules().by_system(grouped(&site, &lines), |one| one.system.as_str());
        return Ok(visitor.page("统计数据", render(&asked, &grouped, &organs, today)));
    }
    let own: Vec<&FigureLine> = lines.iter().filter(|line| line.procedure_id == whole.procedure).collect();
    let Some(first) = own.first() else { return Err(Fault::missing("这个程序的统计数据")) };
    let title = format!("{}：统计数据", first.procedure);
    Ok(visitor.page(&title, of_procedure(&asked, &own, &organs, today)))
}

fn choices(platform: &Platform) -> app::Result<Vec<(String, String)>> {
    Ok(platform.organs()?.into_iter().map(|organ| (organ.id, organ.name)).collect())
}

/// How many figures of a procedure the overview shows.
const FEW: usize = 3;

/// A procedure in the overview: those of its figures with the most records, and how many there are.
struct Group<'a> {
    id: &'a str,
    name: &'a str,
    system: String,
    few: Vec<&'a FigureLine>,
    all: usize,
}

/// The figures by procedure, in the order in which they come.
fn grouped<'a>(site: &Site, lines: &'a [FigureLine]) -> Vec<Group<'a>> {
    let mut made: Vec<Group<'a>> = Vec::new();
    for line in lines {
        match made.iter_mut().find(|one| one.id == line.procedure_id) {
            Some(group) => group.few.push(line),
            None => made.push(Group {
                id: &line.procedure_id,
                name: &line.procedure,
                system: system_of(site, &line.procedure_id),
                few: vec![line],
                all: 0,
            }),
        }
    }
    for group in &mut made {
        group.all = group.few.len();
        group.few.retain(|line| line.records > 0);
        group.few.sort_by_key(|line| std::cmp::Reverse(line.records));
        group.few.truncate(FEW);
    }
    made
}

fn system_of(site: &Site, procedure: &str) -> String {
    let packs = &site.platform().rules().packs;
    let found = packs.iter().find(|pack| pack.file.procedure.id == procedure);
    let registers = &site.platform().rules().registers;
    let register = || registers.iter().find(|register| register.id == procedure);
    let system = found.map(|pack| pack.file.procedure.system.clone());
    system.or_else(|| register().map(|one| one.system.clone())).unwrap_or_default()
}

fn render(
    asked: &Asked,
    grouped: &[(String, Vec<Group<'_>>)],
    organs: &[(String, String)],
    today: Day,
) -> Markup {
    let read = asked.read(today);
    let is_told = |one: &&Group<'_>| !one.few.is_empty();
    let count = grouped.iter().flat_map(|(_, groups)| groups).filter(is_told).count();
    html! {
        div.row {
            h1 { "统计数据" }
            p.row-actions { a.button.second href="/figures/compare" { "比较各年、各机关" } " " a.button.second href="/tables" { "年度统计表" } " " a.button.second href="/board" { "镇街每日案件" } " " a.button.second href="/wall" { "大屏" } }
        }
        p { "每个数都由办理日志或者名册、清单计算，点数字可以看到它数的是哪些事项、哪些条目。每个程序这里只列记录最多的几项，点程序名称看全部。" }
        (filters(asked, &read, organs, today, ""))
        @if count == 0 { (shown::empty("这一期间没有办理记录。", None)) }
        @for (system, groups) in grouped {
            @if groups.iter().any(|one| is_told(&one)) {
                section {
                    h2 { (system) }
                    (overview(asked, system, groups))
                }
            }
        }
        (silent(asked, grouped))
    }
}

/// A system's procedures with records, each with its first numbers.
fn overview(asked: &Asked, system: &str, groups: &[Group<'_>]) -> Markup {
    html! {
        div.scroll role="region" aria-label=(format!("表格：{system}")) tabindex="0" {
            table.grouped {
                caption.unseen { (system) }
                thead { tr { th scope="col" { "指标" } th.value scope="col" { "数值" } } }
                @for group in groups.iter().filter(|one| !one.few.is_empty()) {
                    tbody {
                        tr { th scope="rowgroup" colspan="2" { a href=(of(asked, group.id)) { (group.name) } " " span.count { "共" (group.all) "项" } } }
                        @for line in &group.few {
                            tr {
                                td.wide { (line.name) }
                                td.value { a href=(asked.link(&format!("/figures/{}", line.id), "")) aria-label=(format!("{}：{}", line.name, line.shown())) { (line.shown()) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The page of a procedure's figures.
pub(crate) fn of(asked: &Asked, procedure: &str) -> String {
    let path = asked.link("/figures", "");
    let joint = if path.contains('?') { '&' } else { '?' };
    format!("{path}{joint}procedure={}", parts::quoted(procedure))
}

fn silent(asked: &Asked, grouped: &[(String, Vec<Group<'_>>)]) -> Markup {
    let silent: Vec<&Group<'_>> =
        grouped.iter().flat_map(|(_, groups)| groups).filter(|one| one.few.is_empty()).collect();
    let lines = html! {
        ul.lines { @for one in &silent { li { a href=(of(asked, one.id)) { (one.name) } span.sub { (one.all) "项指标" } } } }
    };
    html! {
        @if !silent.is_empty() {
            section aria-labelledby="silent" {
                h2 id="silent" { "这一期间没有记录的程序和名册" }
                (shown::fold("看名单", &format!("{}个程序", silent.len()), false, &lines))
            }
        }
    }
}

fn of_procedure(asked: &Asked, lines: &[&FigureLine], organs: &[(String, String)], today: Day) -> Markup {
    let read = asked.read(today);
    let (told, silent): (Vec<&FigureLine>, Vec<&FigureLine>) =
        lines.iter().copied().partition(|line| line.records > 0);
    let name = lines.first().map_or("", |line| line.procedure.as_str());
    let procedure = lines.first().map_or("", |line| line.procedure_id.as_str());
    let is_of_register = lines.first().is_some_and(|line| line.is_of_register);
    let (home, folder) =
        if is_of_register { ("名册", "registers") } else { ("办事指南", "procedures") };
    html! {
        (shown::crumbs(&[(&asked.link("/figures", ""), "统计数据"), ("", name)]))
        h1 { (name) "：统计数据" }
        p { "每个数都由办理日志计算，点数字可以看到它数的是哪些事项。" a href=(format!("/{folder}/{procedure}")) { (home) } }
        (filters(asked, &read, organs, today, procedure))
        @if told.is_empty() { (shown::empty("这一期间没有办理记录。", None)) } @else { (table(asked, name, &told)) }
        @if !silent.is_empty() {
            (shown::fold("这一期间没有记录的指标", &format!("{}项", silent.len()), false, &table(asked, name, &silent)))
        }
    }
}

fn table(asked: &Asked, procedure: &str, lines: &[&FigureLine]) -> Markup {
    let rows = html! {
        @for line in lines {
            tr {
                td.wide { (line.name) @if let Some(weakness) = &line.weakness { span.sub { "局限：" (weakness) } } }
                td.value { a href=(asked.link(&format!("/figures/{}", line.id), "")) aria-label=(format!("{}：{}", line.name, line.shown())) { (line.shown()) } }
                td.value { (line.records) }
            }
        }
    };
    parts::table(procedure, &["指标", "数值", "所数记录"], &rows)
}

/// The choice of year, organ and state of knowledge.
pub(crate) fn filters(
    asked: &Asked,
    read: &FigureAsked,
    organs: &[(String, String)],
    today: Day,
    procedure: &str,
) -> Markup {
    let latest = today.year();
    let years: Vec<(String, String)> =
        (latest - 9..=latest).rev().map(|year| (year.to_string(), format!("{year}年"))).collect();
    html! {
        form.filters method="get" {
            @if !procedure.is_empty() { input type="hidden" name="procedure" value=(procedure); }
            (Field::new("year", "年度").choice("year", "", &years, &read.from.year().to_string()))
            (Field::new("organ", "机关").choice("organ", "全部", organs, &asked.organ))
            (Field::new("as_of", "截至哪天所知").day("as_of", &read.as_of.to_string()))
            button.second type="submit" { "查看" }
        }
        p.sub { "期间：" (parts::day(read.from)) "至" (parts::day(read.to)) }
    }
}
