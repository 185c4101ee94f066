//! Each officer's hours of training in a year against the floors: sums for everybody, names for those who may read them.

use app::{HOURS_NOTE, HoursAsked, HoursPage, OfficerHours, OrganHours, Viewer};
use axum::extract::{Query, State};
use maud::{Markup, html};

use crate::design::field::Field;
use crate::design::shown;
use crate::pages::library::{reader, viewer};
use crate::pages::registers::as_file;
use crate::parts::{self, query};
use crate::routes::{Row, page};
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

const ROOT: &str = "/training-hours";

pub(crate) fn rows() -> Vec<Row> {
    vec![page("/training-hours", show), page("/training-hours/sheet", sheet).taken_away()]
}

#[derive(Clone, Debug, Default, serde::Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    year: String,
    #[serde(default)]
    organ: String,
}

impl Asked {
    /// The year that is asked for, or this one.
    fn hours(&self, visitor: &Visitor) -> HoursAsked {
        let year = self.year.trim().parse().unwrap_or_else(|_| visitor.today.year());
        HoursAsked { year, organ: self.organ.clone() }
    }
}

async fn show(State(site): State<Site>, visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let (who, hours) = (reader(&visitor), asked.hours(&visitor));
    let (told, organs) = site
        .ask(move |platform| {
            let told = platform.training_hours(viewer(who.as_ref()), &hours)?;
            let all = HoursAsked { organ: String::new(), ..hours };
            let all = platform.training_hours(Viewer::Public, &all)?;
            Ok((told, all.organs.into_iter().map(|one| one.organ).collect::<Vec<_>>()))
        })
        .await?;
    Ok(visitor.page(&format!("{}年执法人员年度学时", told.year), render(&told, &organs, &asked)))
}

fn render(told: &HoursPage, organs: &[(String, String)], asked: &Asked) -> Markup {
    let year = told.year.to_string();
    let sheet = query(&format!("{ROOT}/sheet"), &[("year", &year), ("organ", &asked.organ)]);
    html! {
        (shown::crumbs(&[("/registers", "名册和清单")]))
        h1 { (told.year) "年执法人员年度学时" }
        p { "截至" (parts::day(told.until)) "。由" a href="/registers/officers" { "人员名册" } "、" a href="/registers/certificates" { "执法证件" } "、"
            a href="/registers/trainings" { "培训学时" } "、" a href="/registers/training_floors" { "学时下限" } "算出。" a href="/exams" { "执法资格考试" } "另有一页。" (HOURS_NOTE) }
        form.filters method="get" action=(ROOT) {
            (Field::new("year", "年度").longest(4).line("year", &year))
            (Field::new("organ", "机关").choice("organ", "全部机关", organs, &asked.organ))
            button.second type="submit" { "查看" }
        }
        @if told.organs.is_empty() {
            (shown::empty("这一年名册上没有持证的执法人员。", None))
        } @else {
            h2 { "各机关" }
            (of_organs(told))
            @if told.officers.is_empty() {
                p { "每个人的学时由本机关工作人员登录后查看。" }
            } @else {
                h2 { "每个人" }
                (of_officers(&told.officers))
            }
        }
        p.actions { a.button.second href=(sheet) { "导出表格（XLSX）" } }
    }
}

fn of_organs(told: &HoursPage) -> Markup {
    let share = |one: &OrganHours, at: usize| {
        let (reached, all) = one.reached.get(at).copied().unwrap_or_default();
        match one.share(at) {
            Some(share) => format!("{reached}/{all}（{}.{:02}%）", share / 100, share % 100),
            None => "没有登记下限".to_owned(),
        }
    };
    let rows = html! {
        @for one in told.organs.iter().chain((told.organs.len() > 1).then_some(&told.total)) {
            tr {
                td { (one.organ.1) }
                td.value { (one.officers) }
                td.value { (one.ended) }
                td.value { (share(one, 0)) }
                td.value { (share(one, 1)) }
            }
        }
    };
    parts::table(
        "各机关",
        &["机关", "持证人员", "证件已终止", "法律培训达到下限", "业务和法律达到下限"],
        &rows,
    )
}

fn of_officers(officers: &[OfficerHours]) -> Markup {
    let rows = html! {
        @for one in officers {
            tr {
                td { (one.name) span.sub { (one.number) "　" (one.organ.1) }
                    @if let Some(since) = one.since { span.sub { (parts::day(since)) "列入名册" } } }
                @for line in &one.floors {
                    td {
                        @match (&line.floor, line.missing()) {
                            (Some((floor, basis)), Some(missing)) => {
                                (line.hours) "／" (floor) "学时 "
                                @if missing.0 == 0 { (shown::tag(shown::Tone::Good, "达到")) }
                                @else { (shown::tag(shown::Tone::Warn, &format!("欠{missing}学时"))) }
                                span.sub { (basis) }
                            }
                            _ => { (line.hours) "学时" span.sub { "没有登记下限" } }
                        }
                    }
                }
                td { (one.certificate.text()) }
            }
        }
    };
    parts::table("每个人", &["执法人员", "法律培训", "业务知识和法律法规", "证件"], &rows)
}

async fn sheet(State(site): State<Site>, visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let (who, hours) = (reader(&visitor), asked.hours(&visitor));
    let made = site.ask(move |platform| platform.training_hours_sheet(viewer(who.as_ref()), &hours)).await?;
    Ok(as_file(made))
}
