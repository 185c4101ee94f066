//! The plan as one picture, and the page of each measure.

use app::{MeasureCell, MeasureState, MeasureView, Picture};
use axum::extract::{Path, Query, State};
use maud::{Markup, html};
use plan::CarrierKind;

use crate::design::shown;
use crate::parts;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// Which year is asked for; this one where none is.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    year: String,
}

impl Asked {
    fn year(&self, site: &Site) -> i32 {
        let given = self.year.parse().ok().filter(|year| (1949..=9999).contains(year));
        given.unwrap_or_else(|| site.platform().today().year())
    }
}

pub(crate) async fn show(State(site): State<Site>, visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let year = asked.year(&site);
    let picture = site.ask(move |platform| platform.plan_picture(year)).await?;
    Ok(visitor.page("方案落实", render(&picture)))
}

fn render(picture: &Picture) -> Markup {
    let year = picture.year.to_string();
    html! {
        div.row {
            h1 { "方案落实" }
            p.row-actions { a.button.second href=(parts::query("/wall", &[("year", &year)])) { "大屏" } }
        }
        p { (picture.name) "（" (picture.document) "），" (picture.first_year) "年至" (picture.last_year) "年" }
        form.filters method="get" action="/plan" {
            div.field { label for="year" { "年度" } input id="year" name="year" type="number" min="1949" max="9999" value=(year); }
            button.second type="submit" { "查看" }
        }
        div.tiles {
            @for state in MeasureState::ALL {
                div class=(format!("tile {}", state.id())) {
                    span.big { (picture.count(state)) }
                    span { (state.name()) }
                }
            }
            div.tile { span.big { (picture.overdue) } span { "全部机关现在超期的事项" } }
            div.tile { span.big { (picture.warned) } span { "全部机关现在快到期的事项" } }
        }
        p.hint { "颜色只由记录算出：办理记录来自办理日志，名册登记来自名册。没有记录不等于没有做，可能是在平台以外做的。" }
        @for part in &picture.parts {
            section.system {
                h2 { (part.name) }
                div.heads {
                    @for (head, cells) in &part.heads {
                        div { h3 { (head) } ul.measures { @for cell in cells { (measure(cell, &year)) } } }
                    }
                }
            }
        }
    }
}

fn measure(cell: &MeasureCell, year: &str) -> Markup {
    let path = parts::query(&format!("/plan/{}", cell.reference), &[("year", year)]);
    html! {
        li class=(cell.state.id()) {
            a href=(path) { span.number { (cell.reference) } " " (cell.title) }
            span.sub { (cell.state.name()) @if cell.records > 0 { "：" (cell.records) "条" } }
        }
    }
}

pub(crate) async fn one(
    State(site): State<Site>,
    visitor: Visitor,
    Path(reference): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let year = asked.year(&site);
    let view = site.ask(move |platform| platform.measure_view(&reference, year)).await?;
    Ok(visitor.page(&view.title, measure_page(&view, year)))
}

fn measure_page(view: &MeasureView, year: i32) -> Markup {
    let year = year.to_string();
    let (told, silent): (Vec<_>, Vec<_>) = view.figures.iter().partition(|line| line.records > 0);
    let rows = html! {
        @for line in &told {
            tr {
                td.wide { a href=(parts::query(&format!("/figures/{}", line.id), &[("year", &year)])) { (line.name) } }
                td.some { (line.procedure) }
                td.value { (line.shown()) }
                td.value { (line.records) }
            }
        }
    };
    html! {
        (shown::crumbs(&[(&parts::query("/plan", &[("year", &year)]), "方案落实"), ("", &view.part), ("", &view.head)]))
        h1 { (view.reference.label()) "　" (view.title) }
        p { (view.duty) }
        p { span class=(format!("badge state {}", view.state.id())) { (year) "年：" (view.state.name()) } }
        h2 { "由什么承载" }
        @if view.carriers.is_empty() { (shown::empty("平台里还没有承载这条措施的程序、名册和功能。", None)) } @else {
            ul.lines {
                @for line in &view.carriers {
                    li {
                        @match line.kind {
                            CarrierKind::Procedure => { a href=(format!("/procedures/{}", line.id)) { (line.name) } span.sub { "程序，" (year) "年记录至少" (line.on_record) "条" } }
                            CarrierKind::Register => { a href=(format!("/registers/{}", line.id)) { (line.name) } span.sub { "名册，登记" (line.on_record) "条" } }
                            _ => { (line.name) span.sub { (line.kind.label()) @if !line.told.is_empty() { "，" (line.told) } } }
                        }
                    }
                }
            }
        }
        h2 { "指标" }
        @if told.is_empty() { (shown::empty("这一年没有有记录的指标。", None)) } @else {
            (parts::table("指标", &["指标", "程序", "数值", "记录"], &rows))
        }
        @if !silent.is_empty() {
            details.fold {
                summary { "没有记录的指标" span.count { (silent.len()) "项" } }
                ul.lines { @for line in &silent { li { a href=(parts::query(&format!("/figures/{}", line.id), &[("year", &year)])) { (line.name) } span.sub { (line.procedure) } } } }
            }
        }
    }
}
