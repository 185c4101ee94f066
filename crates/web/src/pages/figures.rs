//! The figures of a period, by procedure; each opens to what it counts.

use app::{FigureAsked, FigureLine, Platform};
use axum::extract::{Query, State};
use calendar::Day;
use maud::{Markup, html};

use crate::design::field::Field;
use crate::design::shown;
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

pub(crate) async fn show(State(site): State<Site>, visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let own = asked.clone();
    let (lines, organs) = site
        .ask(move |platform| {
            let lines = platform.figures(None, &own.read(platform.today()))?;
            Ok((lines, choices(platform)?))
        })
        .await?;
    let today = site.platform().today();
    Ok(visitor.page("统计数据", render(&asked, &lines, &organs, today)))
}

fn choices(platform: &Platform) -> app::Result<Vec<(String, String)>> {
    Ok(platform.organs()?.into_iter().map(|organ| (organ.id, organ.name)).collect())
}

fn render(asked: &Asked, lines: &[FigureLine], organs: &[(String, String)], today: Day) -> Markup {
    let read = asked.read(today);
    let mut procedures: Vec<&str> = Vec::new();
    for line in lines {
        if !procedures.contains(&line.procedure.as_str()) {
            procedures.push(&line.procedure);
        }
    }
    html! {
        h1 { "统计数据" }
        p { "每个数都由办理日志或者名册、清单计算，点数字可以看到它数的是哪些事项、哪些条目。" a href="/figures/compare" { "比较各年、各机关" } }
        (filters(asked, &read, organs, today))
        @let (told, silent): (Vec<&str>, Vec<&str>) = procedures.into_iter().partition(|one| has_records(one, lines));
        @if told.is_empty() { (shown::empty("这一期间没有办理记录。", None)) }
        @for procedure in told {
            section {
                h2 { (procedure) }
                (table(asked, procedure, lines))
            }
        }
        @if !silent.is_empty() {
            section aria-labelledby="silent" {
                h2 id="silent" { "这一期间没有记录的程序和名册" }
                @for procedure in silent {
                    (shown::fold(procedure, &count(procedure, lines), false, &table(asked, procedure, lines)))
                }
            }
        }
    }
}

fn has_records(procedure: &str, lines: &[FigureLine]) -> bool {
    lines.iter().any(|line| line.procedure == procedure && line.records > 0)
}

fn count(procedure: &str, lines: &[FigureLine]) -> String {
    format!("{}项指标", lines.iter().filter(|line| line.procedure == procedure).count())
}

fn table(asked: &Asked, procedure: &str, lines: &[FigureLine]) -> Markup {
    let own = lines.iter().filter(|line| line.procedure == procedure);
    let rows = html! {
        @for line in own {
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
pub(crate) fn filters(asked: &Asked, read: &FigureAsked, organs: &[(String, String)], today: Day) -> Markup {
    let latest = today.year();
    let years: Vec<(String, String)> =
        (latest - 9..=latest).rev().map(|year| (year.to_string(), format!("{year}年"))).collect();
    html! {
        form.filters method="get" {
            (Field::new("year", "年度").choice("year", "", &years, &read.from.year().to_string()))
            (Field::new("organ", "机关").choice("organ", "全部", organs, &asked.organ))
            (Field::new("as_of", "截至哪天所知").day("as_of", &read.as_of.to_string()))
            button.second type="submit" { "查看" }
        }
        p.sub { "期间：" (parts::day(read.from)) "至" (parts::day(read.to)) }
    }
}
