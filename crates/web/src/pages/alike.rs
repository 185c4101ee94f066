//! Like cases, shown before another one is entered: each with why it is thought like, and what the officer confirms.

use app::{Alike, AlikeCase};
use maud::{Markup, html};

/// What was found, and the box to tick for going on.
pub(crate) fn confirm(alike: &Alike, has_files: bool) -> Markup {
    html! {
        section.notice.bad id="alike" role="alert" {
            h2 { "登记之前请先核对：可能已经登记过" }
            @if !alike.cases.is_empty() {
                ul.lines { @for case in &alike.cases { (row(case)) } }
            }
            @if alike.elsewhere > 0 {
                p { "其他机关另有" (alike.elsewhere) "件相近的，您不能查看；需要核对的，请与上级机关或者信访、政法部门联系。" }
            }
            p { "程序只按字面提示，不作判断。是同一件的，在原案里办理，不要再登记；不是的，勾选以后继续。" }
            @if has_files { p { "附件没有保留，请重新选择。" } }
            p {
                input id="f-alike" type="checkbox" name="alike" value=(alike.stamp);
                " " label for="f-alike" { "已经核对，不是同一件，继续登记" }
            }
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
pub(crate) fn warning(alike: &Alike) -> Markup {
    let many = alike.cases.len() + alike.elsewhere;
    html! {
        div.notice.bad { p { "还没有登记：以前登记的有" (many) "件与本件相近。" a href="#alike" { "核对以后继续" } } }
    }
}
