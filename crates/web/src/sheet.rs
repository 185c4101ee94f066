//! A form that does an act: the same page whether it opens a case, deals with one or corrects an event, and the
//! same again with what was typed when something is wrong.

use std::collections::BTreeMap;

use app::record::Form;
use app::{Actor, AppError, FieldFault, Ids, Platform, Upload};
use axum::http::StatusCode;
use axum::response::Response;
use calendar::Day;
use maud::{Markup, html};
use norms::{Act, FieldType};

use crate::design::field::{self, Field, Need};
use crate::fault::{status_of, told};
use crate::fields::{self, Typed};
use crate::parts;
use crate::posted::Posted;
use crate::visitor::Visitor;

/// A form on its page. 办理表单
pub(crate) struct Sheet {
    pub title: String,
    pub act: Act,
    /// Where it is sent.
    pub action: String,
    /// What stands above the inputs.
    pub lead: Markup,
    /// What stands first among the inputs.
    pub inside: Markup,
    /// What to know before one fills it in; after a refusal the refusal says it.
    pub warning: Markup,
    /// What stands within the form, before its button: what the sender confirms.
    pub confirm: Markup,
    /// What stands in the place of a field's input, and beside the button that does the act.
    pub replaced: Option<(String, Markup)>,
    pub beside: Markup,
    /// The organs that the form lets choose from, by id and name, with the one chosen.
    pub holders: Vec<(String, String)>,
    pub holder: String,
    /// Asks why, for a correction.
    pub reason: Option<String>,
    /// The legal day as typed; absent where it is always today's.
    pub on: Option<String>,
    pub today: Day,
    pub version: Option<u32>,
    pub key: String,
    pub form: Form,
    /// What inputs of organs offer; and those of entries, by register.
    pub organs: Vec<String>,
    pub entries: Vec<(String, Vec<String>)>,
    pub submit: String,
    /// Files stay as they were recorded.
    pub keeps_files: bool,
    /// It can be kept unsent; since when what it shows was kept.
    pub keeps_draft: bool,
    /// The page that led here.
    pub back: Option<String>,
    /// What its draft is called, where that is not its title.
    pub draft_title: Option<String>,
    draft_of: Option<i64>,
    is_again: bool,
    early: Vec<FieldFault>,
}

/// The longest value that a link proposes, in characters.
const PROPOSED: usize = 200;
/// How many entries of a register a form offers at most; others can be typed.
const OFFERED: usize = 1_000;

impl Sheet {
    pub fn new(title: String, mut act: Act, action: String, today: Day) -> Self {
        // What the platform fills in itself, nobody is asked for.
        let filled: Vec<String> = act.filled().map(str::to_owned).collect();
        act.fields.retain(|field| !filled.contains(&field.id));
        Self {
            submit: format!("确认办理“{}”", act.name),
            title,
            act,
            action,
            lead: html! {},
            inside: html! {},
            warning: html! {},
            confirm: html! {},
            replaced: None,
            beside: html! {},
            holders: Vec::new(),
            holder: String::new(),
            reason: None,
            on: Some(today.to_string()),
            today,
            version: None,
            key: Ids::token(),
            form: Form::new(),
            organs: Vec::new(),
            entries: Vec::new(),
            keeps_files: false,
            keeps_draft: false,
            back: None,
            draft_title: None,
            draft_of: None,
            is_again: false,
            early: Vec::new(),
        }
    }

    /// Offers what organs and registers hold today. A citizen is offered what is anybody's to read.
    pub fn offer(&mut self, platform: &Platform, whole: bool) -> app::Result<()> {
        self.organs = platform.organs()?.into_iter().map(|organ| organ.name).collect();
        let mut registers: Vec<&str> =
            self.act.fields.iter().filter_map(|field| field.register.as_deref()).collect();
        registers.sort_unstable();
        registers.dedup();
        for id in registers {
            if whole || platform.register(id)?.public {
                let mut keys = platform.entry_keys(id, self.today)?;
                keys.truncate(OFFERED);
                self.entries.push((id.to_owned(), keys));
            }
        }
        Ok(())
    }

    /// Takes over what was sent; the files.
    pub fn fill(&mut self, posted: &mut Posted) -> Vec<Upload> {
        let (form, files, faults) = fields::sent(&self.act, posted);
        self.form = if self.keeps_files { self.with_kept_files(form) } else { form };
        self.early = faults;
        self.is_again = true;
        let key = posted.get("key");
        if (8..=100).contains(&key.len()) {
            key.clone_into(&mut self.key);
        }
        self.version = posted.get("version").parse().ok().or(self.version);
        posted.get("organ").clone_into(&mut self.holder);
        let back = posted.get("back").to_owned();
        self.return_to(&back);
        if self.on.is_some() {
            self.on = Some(posted.get("on").trim().to_owned());
        }
        if self.reason.is_some() {
            self.reason = Some(posted.get("reason").to_owned());
        }
        files
    }

    /// Lets the form be kept unsent, and shows what was kept of it.
    pub fn restore(&mut self, platform: &Platform, actor: &Actor) -> app::Result<()> {
        self.keeps_draft = true;
        let Some(draft) = platform.draft(actor, &self.place())? else { return Ok(()) };
        if let Some(mut posted) = Posted::from_written(&draft.content) {
            self.fill(&mut posted);
            self.early.clear();
            self.draft_of = Some(draft.saved_at);
        }
        Ok(())
    }

    /// Writes into empty fields what the link proposes: short values alone, which the officer sees before sending.
    pub fn propose(&mut self, asked: &BTreeMap<String, String>) {
        let kinds =
            [FieldType::Words, FieldType::Number, FieldType::Date, FieldType::Choice, FieldType::Organ];
        for field in self.act.fields.iter().filter(|field| kinds.contains(&field.kind)) {
            let value = asked.get(&field.id).filter(|value| value.chars().count() <= PROPOSED);
            let Some(value) = value.filter(|value| !value.is_empty()) else { continue };
            let own = self.form.entry(field.id.clone()).or_default();
            if own.iter().all(|text| text.trim().is_empty()) {
                *own = vec![value.clone()];
            }
        }
        self.return_to(asked.get("back").map_or("", String::as_str));
    }

    /// Where the sender goes on when it is done: to pages of the site that lead to forms, and nowhere else.
    pub fn return_to(&mut self, back: &str) {
        let is_own = back.starts_with("/assessments/") && back.bytes().all(|b| b.is_ascii_graphic());
        self.back = is_own.then(|| back.to_owned());
    }

    /// What the draft of this form is called, and where it stands.
    pub fn draft_of(&self) -> (String, String) {
        (self.place(), self.draft_title.clone().unwrap_or_else(|| self.title.clone()))
    }

    /// The address at which the form opens again.
    fn place(&self) -> String {
        if self.action.starts_with("/cases/new/") {
            return parts::query(&self.action, &[("act", &self.act.id)]);
        }
        self.action.clone()
    }

    /// A correction keeps the files that were recorded: a text cannot stand for a file.
    fn with_kept_files(&self, mut form: Form) -> Form {
        for field in self.act.fields.iter().filter(|field| field.kind == FieldType::File) {
            if let Some(kept) = self.form.get(&field.id) {
                form.insert(field.id.clone(), kept.clone());
            }
        }
        form
    }

    /// The legal day, and what can be told to be wrong before the case is asked.
    ///
    /// # Errors
    /// The day cannot be read, a file is too large.
    pub fn day(&self) -> Result<Day, AppError> {
        let mut faults = self.early.clone();
        let on = self.on.as_deref().map_or(Some(self.today), |text| Day::parse(text).ok());
        if on.is_none() {
            faults.push(FieldFault {
                field: "on".to_owned(),
                name: "办理日期".to_owned(),
                message: "没有填写，或者不是日期；写作 2024-09-27".to_owned(),
            });
        }
        if !self.holders.is_empty() && self.holders.iter().all(|(id, _)| *id != self.holder) {
            faults.push(FieldFault {
                field: "organ".to_owned(),
                name: "受理机关".to_owned(),
                message: "没有选择".to_owned(),
            });
        }
        if !faults.is_empty() {
            faults.extend(self.wrong_fields());
        }
        on.filter(|_| faults.is_empty()).ok_or(AppError::Invalid(faults))
    }

    /// What else is wrong with the fields, so that all is told at once. Papers are not here yet: they are read with the act.
    fn wrong_fields(&self) -> Vec<FieldFault> {
        let is_typed = |field: &&norms::Field| !matches!(field.kind, FieldType::File | FieldType::Rows);
        let typed: Vec<norms::Field> = self.act.fields.iter().filter(is_typed).cloned().collect();
        let told = app::record::read_fields(&typed, &self.form, &self.organs).err().unwrap_or_default();
        let is_early = |fault: &FieldFault| self.early.iter().any(|one| one.field == fault.field);
        let is_own = |fault: &FieldFault| typed.iter().any(|field| field.id == fault.field);
        told.into_iter().filter(|fault| is_own(fault) && !is_early(fault)).collect()
    }

    /// The form as it is.
    pub fn page(&self, visitor: &Visitor) -> Response {
        visitor.page(&self.title, self.content(visitor, None))
    }

    /// The form again, with what was typed and with what is wrong.
    pub fn again(&mut self, visitor: &Visitor, error: &AppError) -> Response {
        if let AppError::Changed { version, .. } = error {
            self.version = Some(*version);
        }
        if matches!(error, AppError::Store(store::StoreError::KeyReused { .. })) {
            self.key = Ids::token();
        }
        let status: StatusCode = status_of(error);
        let title = format!("有误：{}", self.title);
        visitor.page_with(status, &title, self.content(visitor, Some(error)))
    }

    fn content(&self, visitor: &Visitor, error: Option<&AppError>) -> Markup {
        let faults = match error {
            Some(AppError::Invalid(faults)) => faults.as_slice(),
            _ => &[],
        };
        let (form, is_again, keeps_files) = (&self.form, self.is_again, self.keeps_files);
        let typed = Typed { form, faults, is_again, keeps_files, replaced: self.replaced.as_ref() };
        html! {
            h1 { (self.title) }
            @if let Some(error) = error { (summary(error)) }
            @if let Some(at) = self.draft_of.filter(|_| error.is_none()) {
                div.notice role="status" { p { "这里是您的草稿，存于 " (app::local_time(at)) "，还没有提交。选过的附件没有存，要重新选。" } }
            }
            (self.lead)
            @if error.is_none() { (self.warning) }
            @if let Some(help) = &self.act.help { div.notice { p { (help) } } }
            form.sheet id="sheet" method="post" action=(self.action) enctype="multipart/form-data" novalidate {
                input type="hidden" name="csrf" value=(visitor.csrf);
                input type="hidden" name="key" value=(self.key);
                input type="hidden" name="act" value=(self.act.id);
                @if let Some(version) = self.version { input type="hidden" name="version" value=(version); }
                @if let Some(back) = &self.back { input type="hidden" name="back" value=(back); }
                (self.inside)
                (self.choose_holder(faults))
                (self.give_reason(faults))
                (fields::inputs(&self.act, &typed))
                (self.choose_day(faults))
                (fields::organ_list(&self.organs))
                @for (register, keys) in &self.entries { (fields::entry_list(register, keys)) }
                (self.confirm)
                p.actions {
                    button type="submit" { (self.submit) }
                    (self.beside)
                    @if self.keeps_draft { " " button.second type="submit" name="draft" value="1" { "存为草稿" } }
                }
            }
        }
    }

    fn choose_holder(&self, faults: &[FieldFault]) -> Markup {
        let field = Field::new("f-organ", "向哪个机关提出").need(Need::Needed).among(faults);
        html! {
            @if !self.holders.is_empty() { (field.choice("organ", "请选择", &self.holders, &self.holder)) }
        }
    }

    fn give_reason(&self, faults: &[FieldFault]) -> Markup {
        let field = Field::new("f-reason", "更正理由").need(Need::Needed).among(faults);
        html! { @if let Some(reason) = &self.reason { (field.text("reason", reason, 3)) } }
    }

    fn choose_day(&self, faults: &[FieldFault]) -> Markup {
        let hint = "实际办理的那一天，期限从这一天计算；可以补记，不能填将来的日期。";
        let field = Field::new("f-on", "办理日期").hint(hint).need(Need::Needed).among(faults);
        html! { @if let Some(on) = &self.on { (field.day("on", on)) } }
    }
}

/// All that is wrong, at the top: with the fields of the form each with the way to it, else with its article.
fn summary(error: &AppError) -> Markup {
    if let AppError::Invalid(faults) = error {
        return field::errors("没有办理", faults);
    }
    let lines = told(error);
    html! {
        div.notice.bad role="alert" id="errors" {
            h2 { "没有办理" @if lines.len() > 1 { "：共 " (lines.len()) " 处" } }
            ul {
                @for line in &lines {
                    li {
                        strong { (line.message) "。" }
                        @if let Some(article) = &line.article { " 依据：" span.article { (article) } "。" }
                        @if let Some(help) = line.help.as_ref().filter(|help| !help.is_empty()) {
                            " 怎么办：" (help)
                        }
                    }
                }
            }
        }
    }
}
