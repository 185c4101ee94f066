//! The inputs of a form, one kind for each type of field, and the way back from what was sent.

use app::IdentityKind;
pub(crate) use app::record::COLUMN;
use app::record::{DOCUMENT_KEYS, Form, code_key};
use app::{FieldFault, Upload};
use maud::{Markup, html};
use norms::{Act, Field, FieldType};

use crate::design::field::{self, Need, Ties};
use crate::posted::Posted;

/// How many rows a table offers, and at most takes.
const ROWS: usize = 5;
const MOST_ROWS: usize = 30;
/// So many choices stand open; more are a list.
const OPEN_CHOICES: usize = 6;
pub(crate) const ACCEPTED_FILES: &str = ".pdf,.ofd,.docx,.xlsx,.png,.jpg,.jpeg,.txt";
const FILE_HELP: &str = "PDF、OFD、DOCX、XLSX、PNG、JPEG 或者纯文本，每个不超过 25 兆。";

/// What a form shows: what was typed, what is wrong with it, which organs there are. 表单内容
pub(crate) struct Typed<'a> {
    pub form: &'a Form,
    pub faults: &'a [FieldFault],
    /// Whether files were chosen before and must be chosen again.
    pub is_again: bool,
    /// Files stay as they were recorded and are not asked for.
    pub keeps_files: bool,
    /// What stands in the place of a field's own input.
    pub replaced: Option<&'a (String, Markup)>,
}

impl Typed<'_> {
    fn text(&self, key: &str) -> &str {
        self.form.get(key).and_then(|texts| texts.first()).map_or("", String::as_str)
    }

    fn has(&self, key: &str, text: &str) -> bool {
        self.form.get(key).is_some_and(|texts| texts.iter().any(|one| one == text))
    }

    fn fault(&self, id: &str) -> Option<&str> {
        self.faults.iter().find(|fault| fault.field == id).map(|fault| fault.message.as_str())
    }
}

/// The name of a field's input: apart from what the form itself carries.
fn input(id: &str) -> String {
    format!("f.{id}")
}

/// All inputs of an act.
pub(crate) fn inputs(act: &Act, typed: &Typed<'_>) -> Markup {
    let replaced = |field: &Field| typed.replaced.filter(|(id, _)| *id == field.id).map(|(_, inputs)| inputs);
    html! {
        @for field in &act.fields {
            @if let Some(inputs) = replaced(field) {
                (framed(field, typed, &format!("f-{}", field.id), "").group(inputs))
            } @else {
                (one(field, typed))
            }
        }
    }
}

/// The list that inputs of organs offer.
pub(crate) fn organ_list(organs: &[String]) -> Markup {
    html! { datalist id="organs" { @for name in organs { option value=(name) {} } } }
}

/// The list that inputs of entries of a register offer.
pub(crate) fn entry_list(register: &str, keys: &[String]) -> Markup {
    html! { datalist id=(format!("entries-{register}")) { @for key in keys { option value=(key) {} } } }
}

fn one(field: &Field, typed: &Typed<'_>) -> Markup {
    match field.kind {
        FieldType::YesNo | FieldType::Choices | FieldType::Party | FieldType::Rows => group(field, typed),
        FieldType::Choice if field.options.len() <= OPEN_CHOICES => group(field, typed),
        _ => single(field, typed),
    }
}

/// A label with one input.
fn single(field: &Field, typed: &Typed<'_>) -> Markup {
    let (id, hint) = (format!("f-{}", field.id), help(field).unwrap_or_default());
    framed(field, typed, &id, &hint).around(&control(field, typed, &id))
}

/// Several inputs under one heading.
fn group(field: &Field, typed: &Typed<'_>) -> Markup {
    let (id, hint) = (format!("f-{}", field.id), help(field).unwrap_or_default());
    framed(field, typed, &id, &hint).group(&match field.kind {
        FieldType::YesNo => yes_no(field, typed),
        FieldType::Party => party(field, typed),
        FieldType::Rows => rows(field, typed),
        FieldType::Choices => options(field, typed, "checkbox"),
        _ => options(field, typed, "radio"),
    })
}

/// The field of the act as a field of the page.
fn framed<'a>(field: &'a Field, typed: &'a Typed<'_>, id: &'a str, hint: &'a str) -> field::Field<'a> {
    let need = if field.required { Need::Needed } else { Need::Optional };
    field::Field::new(id, &field.name).hint(hint).need(need).fault(typed.fault(&field.id))
}

fn help(field: &Field) -> Option<String> {
    let own = field.help.clone().unwrap_or_default();
    let kind = match field.kind {
        FieldType::File => FILE_HELP.to_owned(),
        FieldType::Text | FieldType::Words | FieldType::Place => {
            field.max.map_or(String::new(), |max| format!("最多 {max} 个字。"))
        }
        FieldType::Number => field.max.map_or(String::new(), |max| format!("最大 {max}。")),
        _ => String::new(),
    };
    let both = own + &kind;
    (!both.is_empty()).then_some(both)
}

fn control(field: &Field, typed: &Typed<'_>, id: &str) -> Markup {
    let (name, value) = (input(&field.id), typed.text(&field.id));
    let hint = help(field).unwrap_or_default();
    let Ties { about, wrong, needed, .. } = framed(field, typed, id, &hint).ties();
    let line = |kind: &str, mode: Option<&str>, list: Option<&str>| {
        html! {
            input id=(id) name=(name) type=(kind) value=(value) inputmode=[mode] list=[list]
                aria-describedby=[about.as_deref()] aria-invalid=[wrong] aria-required=[needed];
        }
    };
    match field.kind {
        FieldType::Text => html! {
            textarea id=(id) name=(name) rows="4" aria-describedby=[about.as_deref()]
                aria-invalid=[wrong] aria-required=[needed] { (value) }
        },
        FieldType::Date => line("date", None, None),
        FieldType::Time => line("time", None, None),
        FieldType::Number => line("text", Some("decimal"), None),
        FieldType::Money => html! { span.unit { (line("text", Some("decimal"), None)) " 元" } },
        FieldType::Share => html! { span.unit { (line("text", Some("decimal"), None)) " %" } },
        FieldType::Organ => line("text", None, Some("organs")),
        FieldType::Entry => {
            let list = field.register.as_ref().map(|register| format!("entries-{register}"));
            line("text", None, list.as_deref())
        }
        FieldType::File if typed.keeps_files => html! {
            p.hint { "附件保持原来的 " (typed.form.get(&field.id).map_or(0, Vec::len)) " 个。" }
        },
        FieldType::File => html! {
            input id=(id) name=(name) type="file" multiple accept=(ACCEPTED_FILES)
                aria-describedby=[about.as_deref()] aria-invalid=[wrong] aria-required=[needed];
            @if typed.is_again { p.hint { "附件没有保留，请重新选择。" } }
        },
        FieldType::Choice => html! {
            select id=(id) name=(name) aria-describedby=[about.as_deref()] aria-invalid=[wrong]
                aria-required=[needed] {
                option value="" { "请选择" }
                @for (option, label) in &field.options {
                    option value=(option) selected[option == value] { (label) }
                }
            }
        },
        _ => line("text", None, None),
    }
}

fn yes_no(field: &Field, typed: &Typed<'_>) -> Markup {
    let both = [("yes", "是"), ("no", "否")];
    html! {
        div.choices {
            @for (value, label) in both { (choice(field, "radio", value, label, typed.has(&field.id, value))) }
        }
    }
}

fn options(field: &Field, typed: &Typed<'_>, kind: &str) -> Markup {
    html! {
        div.choices {
            @for (value, label) in &field.options {
                (choice(field, kind, value, label, typed.has(&field.id, value)))
            }
        }
    }
}

fn choice(field: &Field, kind: &str, value: &str, label: &str, is_chosen: bool) -> Markup {
    html! {
        label.choice {
            input type=(kind) name=(input(&field.id)) value=(value) checked[is_chosen];
            " " (label)
        }
    }
}

fn party(field: &Field, typed: &Typed<'_>) -> Markup {
    let (id, code) = (format!("f-{}-name", field.id), format!("f-{}-code", field.id));
    let key = code_key(field);
    html! {
        div.pair {
            div {
                label for=(id) { "姓名或者名称" }
                input id=(id) name=(input(&field.id)) type="text" value=(typed.text(&field.id))
                    autocomplete="off";
            }
            div {
                label for=(code) { "居民身份证号或者统一社会信用代码" }
                input id=(code) name=(input(&key)) type="text" value=(typed.text(&key)) autocomplete="off";
            }
        }
        (document(field, typed))
    }
}

/// For whoever has neither of the two numbers: which document the number is of, and what the number does not tell.
fn document(field: &Field, typed: &Typed<'_>) -> Markup {
    let [kind, nation, born] = DOCUMENT_KEYS.map(|key| format!("{}{key}", field.id));
    let id = |part: &str| format!("f-{}-{part}", field.id);
    let chosen = typed.text(&kind);
    html! {
        details.document open[!chosen.is_empty()] {
            summary { "没有居民身份证号、统一社会信用代码的" }
            p.hint { "持护照、通行证、军人身份证件等的，在上面写证件号码，再填这几项。外国人永久居留身份证18位号码、港澳台居民居住证号码直接写在上面，不用填。" }
            div.pair {
                div {
                    label for=(id("document")) { "证件种类" }
                    select id=(id("document")) name=(input(&kind)) {
                        option value="" { "不是这些证件" }
                        @for one in IdentityKind::ALL {
                            option value=(one.id()) selected[chosen == one.id()] { (one.label()) }
                        }
                    }
                }
                div {
                    label for=(id("nation")) { "国籍（护照）" }
                    input id=(id("nation")) name=(input(&nation)) type="text" value=(typed.text(&nation)) autocomplete="off";
                }
                div {
                    label for=(id("born")) { "出生日期" }
                    input id=(id("born")) name=(input(&born)) type="date" value=(typed.text(&born)) autocomplete="off";
                }
            }
        }
    }
}

fn rows(field: &Field, typed: &Typed<'_>) -> Markup {
    let typed_rows = typed.form.get(&field.id).map_or(&[][..], Vec::as_slice);
    let count = (typed_rows.len() + 2).clamp(ROWS, MOST_ROWS);
    let cells = |row: usize| -> Vec<&str> {
        typed_rows.get(row).map_or_else(Vec::new, |text| text.split(COLUMN).collect())
    };
    html! {
        div.scroll role="region" aria-label=(field.name) tabindex="0" {
            table.entry {
                thead { tr { th scope="col" { "序号" } @for column in &field.columns { th scope="col" { (column.name) } } } }
                tbody {
                    @for row in 0..count {
                        @let cells = cells(row);
                        tr {
                            th scope="row" { (row + 1) }
                            @for (at, column) in field.columns.iter().enumerate() {
                                td { (cell(field, column, row, cells.get(at).copied().unwrap_or(""), typed)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn cell_name(field: &Field, row: usize, column: &Field) -> String {
    format!("f.{}.{row}.{}", field.id, column.id)
}

fn cell(field: &Field, column: &Field, row: usize, value: &str, typed: &Typed<'_>) -> Markup {
    let name = cell_name(field, row, column);
    let label = format!("{}，第{}行，{}", field.name, row + 1, column.name);
    match column.kind {
        FieldType::File if typed.keeps_files => html! {
            (value) input type="hidden" name=(name) value=(value);
        },
        FieldType::File => html! {
            input type="file" name=(name) aria-label=(label) accept=(ACCEPTED_FILES);
        },
        FieldType::Date => html! { input type="date" name=(name) value=(value) aria-label=(label); },
        FieldType::Choice => html! {
            select name=(name) aria-label=(label) {
                option value="" { "请选择" }
                @for (_, text) in &column.options { option value=(text) selected[text == value] { (text) } }
            }
        },
        _ => html! { textarea name=(name) rows="1" aria-label=(label) { (value) } },
    }
}

/// What was sent for the fields of an act: texts, files, and what is wrong with files already.
pub(crate) fn sent(act: &Act, posted: &mut Posted) -> (Form, Vec<Upload>, Vec<FieldFault>) {
    let (mut form, mut files, mut faults) = (Form::new(), Vec::new(), Vec::new());
    for field in &act.fields {
        let name = input(&field.id);
        faults.extend(posted.too_large(&name, &field.id, &field.name));
        let texts: Vec<String> = match field.kind {
            FieldType::File => {
                files.extend(posted.take_files(&name).into_iter().map(|file| of_field(file, field)));
                Vec::new()
            }
            FieldType::Rows => sent_rows(field, posted, &mut files, &mut faults),
            FieldType::Choices => posted.all(&name).map(str::to_owned).collect(),
            _ => posted.all(&name).take(1).map(str::to_owned).collect(),
        };
        let key = code_key(field);
        let code = posted.get(&input(&key)).trim();
        if field.kind == FieldType::Party && !code.is_empty() {
            form.insert(key, vec![code.to_owned()]);
            let beside = DOCUMENT_KEYS.map(|ending| format!("{}{ending}", field.id));
            let beside = beside.map(|key| (posted.get(&input(&key)).trim().to_owned(), key));
            let given = beside.into_iter().filter(|(text, _)| !text.is_empty());
            form.extend(given.map(|(text, key)| (key, vec![text])));
        }
        if texts.iter().any(|text| !text.trim().is_empty()) {
            form.insert(field.id.clone(), texts);
        }
    }
    (form, files, faults)
}

fn of_field(file: Upload, field: &Field) -> Upload {
    Upload { field: field.id.clone(), ..file }
}

fn sent_rows(
    field: &Field,
    posted: &mut Posted,
    files: &mut Vec<Upload>,
    faults: &mut Vec<FieldFault>,
) -> Vec<String> {
    let mut made = Vec::new();
    for row in 0..MOST_ROWS {
        let mut cells = Vec::new();
        for column in &field.columns {
            let name = cell_name(field, row, column);
            faults.extend(posted.too_large(&name, &field.id, &field.name));
            let mut text = posted.get(&name).trim().replace(COLUMN, "|");
            for file in posted.take_files(&name) {
                text.clone_from(&file.name);
                files.push(of_field(file, field));
            }
            cells.push(text);
        }
        if cells.iter().any(|cell| !cell.is_empty()) {
            made.push(cells.join(&COLUMN.to_string()));
        }
    }
    made
}
