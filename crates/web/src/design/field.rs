//! A field of a form: its label, whether it is needed, its hint, what is wrong with it, and the input that all of these
//! describe; and the list of all that is wrong, at the top of the form.

use app::FieldFault;
use maud::{Markup, html};

/// A field by the name of its input. 表单项
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field<'a> {
    /// The identifier of its input; `f-` and the name of a field of an act, where a list of errors leads to it.
    pub id: &'a str,
    pub label: &'a str,
    pub hint: &'a str,
    pub fault: Option<&'a str>,
    pub need: Need,
    /// The browser itself refuses to send the form without it.
    pub required: bool,
    /// How many characters it takes at most.
    pub longest: Option<u32>,
}

/// Whether a field must be filled in, and whether that is written beside its label. 必填
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// All fields of the form are needed: nothing is written.
    Silent,
    Needed,
    Optional,
}

/// What ties an input to its label, its hint and its fault.
pub(crate) struct Ties {
    pub id: String,
    pub about: Option<String>,
    pub wrong: Option<&'static str>,
    pub needed: Option<&'static str>,
}

impl<'a> Field<'a> {
    pub const fn new(id: &'a str, label: &'a str) -> Self {
        Self { id, label, hint: "", fault: None, need: Need::Silent, required: false, longest: None }
    }

    pub const fn hint(self, hint: &'a str) -> Self {
        Self { hint, ..self }
    }

    pub fn fault(self, fault: Option<&'a str>) -> Self {
        Self { fault, ..self }
    }

    /// The fault of this field among those of its form.
    pub fn among(self, faults: &'a [FieldFault]) -> Self {
        let name = self.name();
        let own = faults.iter().find(|fault| fault.field == name);
        self.fault(own.map(|fault| fault.message.as_str()))
    }

    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    pub const fn longest(self, characters: u32) -> Self {
        Self { longest: Some(characters), ..self }
    }

    pub const fn need(self, need: Need) -> Self {
        Self { need, ..self }
    }

    fn name(&self) -> &'a str {
        self.id.strip_prefix("f-").unwrap_or(self.id)
    }

    pub fn ties(&self) -> Ties {
        let hint = (!self.hint.is_empty()).then(|| format!("h-{}", self.name()));
        let fault = self.fault.map(|_| format!("e-{}", self.name()));
        let both: Vec<String> = fault.into_iter().chain(hint).collect();
        Ties {
            id: self.id.to_owned(),
            about: (!both.is_empty()).then(|| both.join(" ")),
            wrong: self.fault.map(|_| "true"),
            needed: (self.need == Need::Needed).then_some("true"),
        }
    }

    /// The field around an input.
    pub fn around(&self, input: &Markup) -> Markup {
        html! {
            div.field.bad[self.fault.is_some()] {
                label for=(self.id) { (self.label) (self.mark()) }
                (self.remarks())
                (input)
            }
        }
    }

    /// The field around several inputs under one heading.
    pub fn group(&self, inputs: &Markup) -> Markup {
        let ties = self.ties();
        html! {
            fieldset.field.bad[self.fault.is_some()] id=(ties.id) tabindex="-1" aria-describedby=[ties.about] {
                legend { (self.label) (self.mark()) }
                (self.remarks())
                (inputs)
            }
        }
    }

    /// A line of text.
    pub fn line(&self, name: &str, value: &str) -> Markup {
        self.input(name, value, "text", "off")
    }

    /// A day.
    pub fn day(&self, name: &str, value: &str) -> Markup {
        self.input(name, value, "date", "")
    }

    /// An input of one line: its kind, and what the browser may fill in by itself.
    pub fn input(&self, name: &str, value: &str, kind: &str, autocomplete: &str) -> Markup {
        let ties = self.ties();
        let autocomplete = Some(autocomplete).filter(|word| !word.is_empty());
        self.around(&html! {
            input id=(ties.id) name=(name) type=(kind) value=(value) autocomplete=[autocomplete] maxlength=[self.longest]
                aria-describedby=[ties.about] aria-invalid=[ties.wrong] aria-required=[ties.needed] required[self.required];
        })
    }

    /// Several lines of text.
    pub fn text(&self, name: &str, value: &str, rows: u32) -> Markup {
        let ties = self.ties();
        self.around(&html! {
            textarea id=(ties.id) name=(name) rows=(rows)
                aria-describedby=[ties.about] aria-invalid=[ties.wrong] aria-required=[ties.needed] { "\n" (value) }
        })
    }

    /// One of a list; the first line asks for a choice where `ask` says what.
    pub fn choice(&self, name: &str, ask: &str, options: &[(String, String)], chosen: &str) -> Markup {
        let ties = self.ties();
        self.around(&html! {
            select id=(ties.id) name=(name) aria-describedby=[ties.about] aria-invalid=[ties.wrong] aria-required=[ties.needed] {
                @if !ask.is_empty() { option value="" { (ask) } }
                @for (value, text) in options { option value=(value) selected[value == chosen] { (text) } }
            }
        })
    }

    fn mark(&self) -> Markup {
        html! {
            @match self.need {
                Need::Silent => {},
                Need::Needed => { " " span.needed { "必填" } },
                Need::Optional => { " " span.optional { "选填" } },
            }
        }
    }

    fn remarks(&self) -> Markup {
        html! {
            @if !self.hint.is_empty() { p.hint id=(format!("h-{}", self.name())) { (self.hint) } }
            @if let Some(fault) = self.fault { p.fault id=(format!("e-{}", self.name())) { "有误：" (fault) } }
        }
    }
}

/// All that is wrong with a form, at its top, each with the way to its field; nothing where nothing is. 错误汇总
pub(crate) fn errors(title: &str, faults: &[FieldFault]) -> Markup {
    html! {
        @if !faults.is_empty() {
            div.notice.bad role="alert" id="errors" {
                h2 { (title) @if faults.len() > 1 { "：共 " (faults.len()) " 处" } }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn fault() -> FieldFault {
        let text = str::to_owned;
        FieldFault { field: text("on"), name: text("办理日期"), message: text("没有填写") }
    }

    #[test]
    fn an_input_is_described_by_its_hint_and_its_fault() {
        let faults = [fault()];
        let field =
            Field::new("f-on", "办理日期").hint("实际办理的那一天。").need(Need::Needed).among(&faults);
        let made = field.day("on", "2026-03-01").into_string();
        for piece in [
            r#"<label for="f-on">办理日期"#,
            r#"<p class="hint" id="h-on">"#,
            r#"<p class="fault" id="e-on">有误：没有填写"#,
            r#"aria-describedby="e-on h-on" aria-invalid="true" aria-required="true""#,
        ] {
            assert!(made.contains(piece), "{piece} in {made}");
        }
    }

    #[test]
    fn what_is_right_is_not_marked_wrong() {
        let made = Field::new("f-on", "办理日期").line("on", "").into_string();
        assert!(!made.contains("aria-") && !made.contains("bad"), "{made}");
    }

    #[test]
    fn errors_lead_to_their_fields() {
        let made = errors("没有办理", &[fault()]).into_string();
        assert!(made.contains(r##"<a href="#f-on">办理日期：没有填写</a>"##), "{made}");
        assert!(errors("没有办理", &[]).into_string().is_empty());
    }
}
