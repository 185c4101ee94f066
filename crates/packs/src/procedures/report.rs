//! Which acts of a procedure take over a report that is drafted on the platform, and into which of their fields.

use base::Diagnostic;
use norms::{Act, ActId, FieldType};

use super::report_form::{self, ReportForm};
use super::{Draft, unknown};
use crate::source::Table;

/// The acts of a procedure that take over a drafted report. 报告起草
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportActs {
    /// The act that opens the case, and its field for the year that the report is on.
    pub opened: Taken,
    /// The draft goes to vetting: fields for its number, for what changed and for the text as a file.
    pub drafted: Taken,
    /// It is settled: the title, and a field for each section of the report.
    pub settled: Taken,
    /// It is sent: its forms and the sealed bundle, as files.
    pub sent: Taken,
    /// It is made public: the same.
    pub published: Taken,
    /// What the report is made of.
    pub form: ReportForm,
}

/// An act, and which of its fields takes what of the draft. 承接事项
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub act: ActId,
    /// Id of the act.
    pub id: String,
    /// What is taken, by its name, and the id of the field.
    pub fields: Vec<(String, String)>,
}

impl Taken {
    /// The field that takes something.
    #[must_use]
    pub fn field(&self, what: &str) -> Option<&str> {
        self.fields.iter().find(|(name, _)| name == what).map(|(_, field)| field.as_str())
    }
}

impl ReportActs {
    /// The act of an id, where it is one that takes over the draft.
    #[must_use]
    pub fn taking(&self, act: &str) -> Option<&Taken> {
        [&self.drafted, &self.settled, &self.sent, &self.published].into_iter().find(|one| one.id == act)
    }
}

pub(super) fn read(root: &Table<'_>, draft: &Draft) -> Option<ReportActs> {
    let table = root.table("report", "报告起草")?;
    let form = report_form::read(&table);
    let take = |key: &str, wanted: &[(&str, FieldType)]| taken(&table, key, draft, wanted);
    let opened = take("opened", &[("year", FieldType::Number)]);
    let drafted = take(
        "drafted",
        &[("version", FieldType::Words), ("changes", FieldType::Text), ("file", FieldType::File)],
    );
    let sections = form.iter().flat_map(|form| &form.sections);
    let texts = sections.map(|section| (section.id.as_str(), FieldType::Text));
    let settled: Vec<_> = std::iter::once(("title", FieldType::Words)).chain(texts).collect();
    let settled = take("settled", &settled);
    let sent = take("sent", &[("file", FieldType::File)]);
    let published = take("published", &[("file", FieldType::File)]);
    table.finish();
    let made = ReportActs {
        opened: opened?,
        drafted: drafted?,
        settled: settled?,
        sent: sent?,
        published: published?,
        form: form?,
    };
    for one in [&made.drafted, &made.settled, &made.sent, &made.published] {
        asks_engine(&table, draft, one);
    }
    Some(made)
}

/// An act that takes over a report is done from the draft's page, which asks no engine: what the engine fills in would be lost.
fn asks_engine(table: &Table<'_>, draft: &Draft, taken: &Taken) {
    let asks = |act: &&Act| act.draw.is_some() || act.joint || act.discretion.is_some();
    let Some(act) = draft.procedure.act_of(taken.act).filter(asks) else { return };
    let message = format!("“{}”承接报告稿，不能同时由引擎填写", act.name);
    let found = Diagnostic::error("report_asks_engine", message).at(act.place.clone());
    table.say(found.help("把由引擎填写的放到另一个事项。"));
}

/// An act with a field of the right type for all that is taken; whatever is missing is a finding.
fn taken(table: &Table<'_>, key: &str, draft: &Draft, wanted: &[(&str, FieldType)]) -> Option<Taken> {
    let Some(own) = table.table(key, format!("报告起草的 {key}")) else {
        table.missing(key);
        return None;
    };
    let named = own.need_text("act");
    let act = named.as_ref().and_then(|at| draft.act(&own, at));
    let spec = act.and_then(|act| draft.procedure.act_of(act));
    let mut fields = Vec::new();
    for (what, kind) in wanted {
        let Some(at) = own.need_text(what) else { continue };
        let Some(spec) = spec else { continue };
        match spec.fields.iter().find(|field| field.id == at.value) {
            None => {
                unknown(&own, "unknown_field", "字段", &at, spec.fields.iter().map(|one| one.id.as_str()))
            }
            Some(field) if field.kind != *kind => {
                let message = format!("{}的“{what}”要的不是字段“{}”这样的类型", own.what, field.name);
                own.say(Diagnostic::error("wrong_type", message).at(at.place.clone()));
            }
            Some(_) => fields.push(((*what).to_owned(), at.value.clone())),
        }
    }
    own.finish();
    let whole = fields.len() == wanted.len();
    let (act, id) = (act?, named?.value);
    whole.then_some(Taken { act, id, fields })
}
