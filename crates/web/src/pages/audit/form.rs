//! The form: what is to be audited.

use app::FieldFault;
use maud::{Markup, html};

use super::LARGEST_FILE;
use crate::held::{Held, LONGEST};
use crate::visitor::Visitor;

/// The kinds of file that a chooser offers first.
const KINDS: &str = ".txt,.md,.html,.htm,.docx,.pdf";

/// The form as it is shown: empty, or with what was typed and what is wrong.
#[derive(Clone, Debug, Default)]
pub(super) struct Form {
    pub text: String,
    pub year: String,
    pub published: String,
    /// Files that were read already and need not be chosen again.
    pub held: Option<Held>,
    pub held_previous: Option<Held>,
    pub faults: Vec<FieldFault>,
}

impl Form {
    fn fault(&self, field: &str) -> Option<&str> {
        self.faults.iter().find(|fault| fault.field == field).map(|fault| fault.message.as_str())
    }

    /// What is wrong with a field, where its input says that it is described.
    fn told(&self, field: &str) -> Markup {
        html! {
            @if let Some(fault) = self.fault(field) { p.fault id=(format!("e-{field}")) { "有误：" (fault) } }
        }
    }

    /// What describes an input: its hint, and what is wrong with it.
    fn about(&self, field: &str) -> String {
        if self.fault(field).is_some() { format!("e-{field} h-{field}") } else { format!("h-{field}") }
    }

    fn is_wrong(&self, field: &str) -> Option<&'static str> {
        self.fault(field).map(|_| "true")
    }
}

/// The page of the form; below it what the officer's organ keeps.
pub(super) fn page(visitor: &Visitor, form: &Form, kept: &Markup) -> Markup {
    html! {
        h1 { "审核报告" }
        p {
            "读一份法治政府建设年度报告或者别的政府文稿，指出其中站不住的地方：比率与分子分母不符、分项相加不等于总数、"
            "前后不一致的数、写了两遍的词、乱码、跳号、引用已经废止的法律，等等。谁都可以用，不用登录。"
        }
        (summary(&form.faults))
        div.notice {
            p {
                strong { "不保存。" } "文件和文字只在审核时读一遍，不存下来，也不记入日志；结果只在您打开的页面里，关掉就没有了。"
                @if visitor.is_officer() { "看了结果，需要的可以存下来，供本机关查看。" }
            }
        }
        form.sheet method="post" action="/audit" enctype="multipart/form-data" novalidate {
            input type="hidden" name="csrf" value=(visitor.csrf);
            (choose_report(form))
            (choose_previous(form))
            (choose_time(form))
            p.actions { button type="submit" { "开始审核" } }
        }
        (kept)
    }
}

/// All that is wrong, at the top, each with the way to its field.
fn summary(faults: &[FieldFault]) -> Markup {
    html! {
        @if !faults.is_empty() {
            div.notice.bad role="alert" id="errors" {
                h2 { "没有审核" @if faults.len() > 1 { "：共 " (faults.len()) " 处" } }
                ul {
                    @for fault in faults {
                        li { a href=(format!("#f-{}", fault.field)) { (fault.name) "：" (fault.message) } }
                    }
                }
                p { "改正以后重新提交；您填写的内容还在。" }
            }
        }
    }
}

/// A file that was read already.
fn held(name: &str, held: Option<&Held>) -> Markup {
    html! {
        @if let Some(held) = held {
            input type="hidden" name=(name) value=(held.written());
            p.good { "已经读入“" (held.name) "”（" (held.length()) "字），不用再选。另选文件的，以另选的为准。" }
        }
    }
}

/// A place for one file, on which it can be dropped where scripts run.
fn file(form: &Form, field: &str, invitation: &str) -> Markup {
    html! {
        div.drop data-drop=(invitation) {
            input id=(format!("f-{field}")) name=(field) type="file" accept=(KINDS)
                aria-describedby=(form.about(field)) aria-invalid=[form.is_wrong(field)];
            span.hint data-told role="status" {}
        }
    }
}

fn choose_report(form: &Form) -> Markup {
    let is_bad = form.fault("report").is_some();
    html! {
        div.field.bad[is_bad] {
            label for="f-report" { "要审核的报告 " span.needed { "选文件或者粘贴文字" } }
            p.hint id="h-report" {
                "TXT、MD、HTML、DOCX、PDF都可以，不超过" (LARGEST_FILE >> 20) "兆，文字不超过" (LONGEST / 10_000)
                "万字。扫描的PDF没有文字，读不了。"
            }
            (form.told("report"))
            (held("held", form.held.as_ref()))
            (file(form, "report", "也可以把文件拖到这里。"))
        }
        div.field.bad[form.fault("text").is_some()] {
            label for="f-text" { "或者粘贴文字" }
            p.hint id="h-text" { "从文稿里复制，粘贴在这里。" }
            (form.told("text"))
            textarea id="f-text" name="text" rows="6" aria-describedby=(form.about("text"))
                aria-invalid=[form.is_wrong("text")] { "\n" (form.text) }
        }
    }
}

fn choose_previous(form: &Form) -> Markup {
    html! {
        div.field.bad[form.fault("previous").is_some()] {
            label for="f-previous" { "上年的报告 " span.optional { "选填" } }
            p.hint id="h-previous" { "有上年的报告，就把同样的数放在一起比较。文件的要求同上。" }
            (form.told("previous"))
            (held("held_previous", form.held_previous.as_ref()))
            (file(form, "previous", "也可以拖到这里。"))
        }
    }
}

fn choose_time(form: &Form) -> Markup {
    html! {
        div.pair {
            div.field.bad[form.fault("year").is_some()] {
                label for="f-year" { "年度 " span.optional { "选填" } }
                p.hint id="h-year" { "报告写的是哪一年，如2024。不写，就从标题和正文里读。" }
                (form.told("year"))
                input id="f-year" name="year" type="text" inputmode="numeric" value=(form.year)
                    aria-describedby=(form.about("year")) aria-invalid=[form.is_wrong("year")];
            }
            div.field.bad[form.fault("published").is_some()] {
                label for="f-published" { "公开日期 " span.optional { "选填" } }
                p.hint id="h-published" { "看是不是在法定的时限以前公开。不写，就从网页里读。" }
                (form.told("published"))
                input id="f-published" name="published" type="date" value=(form.published)
                    aria-describedby=(form.about("published")) aria-invalid=[form.is_wrong("published")];
            }
        }
    }
}
