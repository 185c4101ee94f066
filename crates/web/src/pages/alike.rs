//! Like cases: shown before another one is entered, each with why it is thought like, and what whoever enters it confirms;
//! and on the page of a case, for the officer who is to deal with it.

use app::{Alike, AlikeCase, AlikeOf};
use axum::response::Response;
use maud::{Markup, html};

use crate::sheet::Sheet;
use crate::visitor::Visitor;

/// The form again, with what is to be looked at first.
pub(crate) fn first(mut sheet: Sheet, visitor: &Visitor, alike: &Alike, has_files: bool) -> Response {
    sheet.warning = warning(alike);
    sheet.confirm = confirm(alike, has_files, visitor.is_officer());
    sheet.title = format!("先核对：{}", sheet.title);
    sheet.page(visitor)
}

/// What was found, and the box to tick for going on.
fn confirm(alike: &Alike, has_files: bool, is_officer: bool) -> Markup {
    html! {
        section.notice.bad id="alike" role="alert" {
            h2 { @if is_officer { "登记之前请先核对：可能已经登记过" } @else { "提交之前请先核对：您可能已经提交过" } }
            @if !alike.cases.is_empty() {
                ul.lines { @for case in &alike.cases { (row(case)) } }
            }
            @if alike.elsewhere > 0 { (elsewhere(alike)) }
            @if is_officer { p { "程序只按字面提示，不作判断。是同一件的，在原案里办理，不要再登记；不是的，勾选以后继续。" } }
            @else { p { "是同一件事的，不用再提交，打开原来的办件看办理情况；不是的，勾选以后继续。" } }
            @if has_files { p { "附件没有保留，请重新选择。" } }
            p {
                input id="f-alike" type="checkbox" name="alike" value=(alike.stamp);
                " " label for="f-alike" { @if is_officer { "已经核对，不是同一件，继续登记" } @else { "已经核对，不是同一件，继续提交" } }
            }
        }
    }
}

fn elsewhere(alike: &Alike) -> Markup {
    html! {
        p { "其他机关另有" (alike.elsewhere) "件相近的，您不能查看；需要核对的，请与上级机关或者信访、政法部门联系。" }
    }
}

/// On the page of a case that is open: what is like it.
pub(crate) fn of_case(like: &AlikeOf) -> Markup {
    let alike = &like.alike;
    if alike.is_empty() && !alike.is_pending && !like.was_shown {
        return html! {};
    }
    let many = alike.cases.len() + alike.elsewhere;
    html! {
        section.unprinted aria-labelledby="like" {
            h2 id="like" { "相近的案件" span.count { (many) } }
            @if like.was_shown { p { "登记本案的人核对过当时相近的案件以后才登记。" } }
            @if alike.is_pending { p { "比对库正在读入，现在还没有比对。过一会儿再打开本页。" } }
            @if many > 0 { p { "程序只按字面提示，不作判断。是同一件的，请并到先登记的案件里办理。" } }
            @if !alike.cases.is_empty() { ul.lines { @for case in &alike.cases { (row(case)) } } }
            @if alike.elsewhere > 0 { (elsewhere(alike)) }
        }
    }
}

fn row(case: &AlikeCase) -> Markup {
    let name = case.number.as_ref().unwrap_or(&case.title);
    html! {
        li {
            a href=(format!("/cases/{}", case.id)) target="_blank" rel="noopener" { (name) } " " (case.title)
            span.sub {
                (case.organ) "，" (case.procedure) "（" (case.phase) "），" (case.opened_on.chinese()) "登记"
            }
            div { strong { (case.kind) } "：" (case.why) }
        }
    }
}

/// At the top of the page: that something waits below.
fn warning(alike: &Alike) -> Markup {
    let many = alike.cases.len() + alike.elsewhere;
    html! {
        div.notice.bad { p { "还没有登记：以前登记的有" (many) "件与本件相近。" a href="#alike" { "核对以后继续" } } }
    }
}
