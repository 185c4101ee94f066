//! The form: what is to be audited.

use app::FieldFault;
use maud::{Markup, html};

use super::LARGEST_FILE;
use crate::design::field::{self, Field, Need};
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
    /// A field of this form.
    fn field<'a>(&'a self, id: &'a str, label: &'a str, hint: &'a str) -> Field<'a> {
        Field::new(id, label).hint(hint).among(&self.faults)
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
        (field::errors("没有审核", &form.faults))
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
fn file(field: &Field<'_>, name: &str, invitation: &str) -> Markup {
    let ties = field.ties();
    html! {
        div.drop data-drop=(invitation) {
            input id=(ties.id) name=(name) type="file" accept=(KINDS) aria-describedby=[ties.about] aria-invalid=[ties.wrong];
            span.hint data-told role="status" {}
        }
    }
}

fn choose_report(form: &Form) -> Markup {
    let hint = format!(
        "TXT、MD、HTML、DOCX、PDF都可以，不超过{}兆，文字不超过{}万字。扫描的PDF没有文字，读不了。",
        LARGEST_FILE >> 20,
        LONGEST / 10_000
    );
    let report = form.field("f-report", "要审核的报告（选文件或者粘贴文字）", &hint);
    let input =
        html! { (held("held", form.held.as_ref())) (file(&report, "report", "也可以把文件拖到这里。")) };
    let text = form.field("f-text", "或者粘贴文字", "从文稿里复制，粘贴在这里。");
    html! { (report.around(&input)) (text.text("text", &form.text, 6)) }
}

fn choose_previous(form: &Form) -> Markup {
    let hint = "有上年的报告，就把同样的数放在一起比较。文件的要求同上。";
    let field = form.field("f-previous", "上年的报告", hint).need(Need::Optional);
    field.around(&html! {
        (held("held_previous", form.held_previous.as_ref()))
        (file(&field, "previous", "也可以拖到这里。"))
    })
}

fn choose_time(form: &Form) -> Markup {
    let year = form.field("f-year", "年度", "报告写的是哪一年，如2024。不写，就从标题和正文里读。");
    let published =
        form.field("f-published", "公开日期", "看是不是在法定的时限以前公开。不写，就从网页里读。");
    html! {
        div.pair {
            (year.need(Need::Optional).line("year", &form.year))
            (published.need(Need::Optional).day("published", &form.published))
        }
    }
}
