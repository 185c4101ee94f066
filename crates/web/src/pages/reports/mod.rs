//! Yearly reports: drafted by several people at once, looked at by the auditor at each save, taken over by the acts of their
//! procedure, and public with the way from each number to its records.

mod acts;
mod draft;
mod findings;
mod public;
mod section;
mod table;

use app::{AppError, Change, Checked, Platform};
use audit::Rules;
use maud::{Markup, html};

use crate::posted::Bounds;
use crate::routes::{self, Row};
use crate::site::Site;

/// The largest section, in bytes: the longest in characters, and what a form adds to it.
const LARGEST_TEXT: usize = 256 << 10;

pub(crate) fn rows() -> Vec<Row> {
    let rows = [
        routes::page("/reports", public::list),
        routes::page("/reports/{organ}/{year}", public::of_year).kept(),
        routes::page("/reports/{organ}/{year}/{kind}", public::show).kept(),
        routes::page("/reports/{organ}/{year}/{kind}/{file}", public::download).taken_away(),
        routes::form("/reports/drafts/{case}", draft::show, draft::begin),
        routes::takes("/reports/drafts/{case}/until", draft::until),
        routes::page("/reports/drafts/{case}/read", draft::read),
        routes::takes("/reports/drafts/{case}/accept", findings::accept),
        routes::form("/reports/drafts/{case}/sections/{section}", section::show, section::save),
        routes::form("/reports/drafts/{case}/tables/{table}", table::show, table::save),
        routes::page("/reports/drafts/{case}/sections/{section}/versions", section::versions),
        routes::takes("/reports/drafts/{case}/sections/{section}/comments", section::comment),
        routes::takes("/reports/drafts/{case}/sections/{section}/drop", section::drop_aside),
        routes::takes("/reports/drafts/{case}/comments/{comment}/close", section::close_comment),
        routes::form("/reports/drafts/{case}/acts/{act}", acts::form, acts::deal),
    ];
    let bounds = Bounds { text: LARGEST_TEXT, ..Bounds::default() };
    rows.into_iter().map(|row| row.bounds(bounds)).collect()
}

/// Asks the platform with the rules of the audit at hand.
async fn with_rules<T: Send + 'static>(
    site: &Site,
    work: impl FnOnce(&Platform, &Rules) -> app::Result<T> + Send + 'static,
) -> app::Result<T> {
    let auditing = std::sync::Arc::clone(site.auditing());
    site.ask(move |platform| {
        let missing = || AppError::Wrong {
            code: "rules",
            why: "审核规则读不出来".to_owned(),
            help: "请告诉系统管理员。".to_owned(),
        };
        work(platform, auditing.rules().ok_or_else(missing)?)
    })
    .await
}

/// What differs between two texts.
fn changes(all: &[Change]) -> Markup {
    html! {
        div.text.changes {
            @for one in all {
                @match one {
                    Change::Same(text) => { (text) },
                    Change::Gone(text) => { del { (text) } },
                    Change::New(text) => { ins { (text) } },
                }
            }
        }
    }
}

/// How many findings count, in words; nothing where there are none.
fn counted(checked: &Checked, section: Option<&str>) -> Option<String> {
    let of = |severity| checked.open(section).filter(|one| one.severity == severity).count();
    let all = [base::Severity::Error, base::Severity::Warning, base::Severity::Note];
    let told = all.map(|severity| (severity.label(), of(severity)));
    let told: Vec<String> =
        told.iter().filter(|(_, count)| *count > 0).map(|(name, count)| format!("{name}{count}处")).collect();
    (!told.is_empty()).then(|| told.join("、"))
}
