//! A case read as an assessment: what it is of, and the sheet that its events add up to. The last word on each criterion counts.

use assessment::{Entry, Ratio, Scheme, Sheet, Stated};
use calendar::Day;
use norms::{ActId, Deed, PARTS, Record, Value};
use packs::Pack;
use packs::procedures::AssessmentActs;

use crate::case::CaseFile;

/// What a case says of an assessment. 考核案件
#[derive(Clone, Debug, Default)]
pub(super) struct Written {
    /// Id and edition of the scheme.
    pub scheme: String,
    pub year: i32,
    /// Name of the organ that is assessed.
    pub assessed: String,
    pub proofs: Vec<(String, Reference)>,
    pub words: Vec<(String, ScoreLine)>,
    pub sheet: Sheet,
    /// The total as it was settled: from, to, and how many were unproved; and on what day.
    pub concluded: Option<(Ratio, Ratio, i64, Day)>,
    pub is_public: bool,
}

/// Where a proof is to be looked at. 证明出处
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reference {
    /// In words, with how many files.
    Words(String),
    Figure(String),
    Entry {
        register: String,
        key: String,
    },
    Document(String),
    Case(String),
    File {
        hash: String,
        name: String,
    },
}

/// One act on a criterion: who says what of it, as an event of the case. 计分记录
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScoreLine {
    /// Number of the event.
    pub number: u32,
    pub on: Day,
    /// Name of the act.
    pub act: String,
    pub words: String,
}

/// A record with its fields by their ids.
pub(super) struct Fields<'a> {
    pub pack: &'a Pack,
    pub act: ActId,
    pub record: &'a Record,
}

impl Fields<'_> {
    fn value(&self, id: &str) -> Option<&Value> {
        self.record.get(self.pack.file.procedure.field_named(self.act, id)?)
    }

    pub fn text(&self, id: &str) -> String {
        match self.value(id) {
            Some(Value::Text(text)) => text.trim().to_owned(),
            _ => String::new(),
        }
    }

    pub fn number(&self, id: &str) -> Option<Ratio> {
        match self.value(id) {
            Some(Value::Number(parts)) => Ratio::new((*parts).into(), PARTS.into()),
            _ => None,
        }
    }

    pub fn whole(&self, id: &str) -> Option<i64> {
        match self.value(id) {
            Some(Value::Number(parts)) => Some(parts / PARTS),
            _ => None,
        }
    }

    fn files(&self) -> Vec<Reference> {
        let Some(Value::List(files)) = self.value("files") else { return Vec::new() };
        let parts = files.iter().map(|file| file.split_once('|').unwrap_or((file, file)));
        parts.map(|(hash, name)| Reference::File { hash: hash.to_owned(), name: name.to_owned() }).collect()
    }

    /// All that the record gives as proof.
    pub fn references(&self) -> Vec<Reference> {
        let mut made = Vec::new();
        let some = |id: &str| Some(self.text(id)).filter(|text| !text.is_empty());
        made.extend(some("proof").map(Reference::Words));
        made.extend(some("figure").map(Reference::Figure));
        made.extend(
            some("register").map(|register| Reference::Entry { register, key: self.text("entry_key") }),
        );
        made.extend(some("document").map(Reference::Document));
        made.extend(some("case_number").map(Reference::Case));
        made.extend(self.files());
        made
    }
}

impl Reference {
    /// As a sheet names it.
    pub fn plain(&self) -> String {
        match self {
            Self::Words(words) => words.clone(),
            Self::Figure(id) => format!("指标 {id}"),
            Self::Entry { register, key } => format!("名册 {register}：{key}"),
            Self::Document(number) => format!("文件 {number}"),
            Self::Case(number) => format!("案件 {number}"),
            Self::File { name, .. } => format!("附件 {name}"),
        }
    }
}

/// Reads a case; nothing where its pack is of no assessment, or nothing of it stands any more.
pub(super) fn written(file: &CaseFile, scheme_of: &dyn Fn(&str) -> Option<Scheme>) -> Option<Written> {
    let acts = file.pack.file.assessment.as_ref()?;
    let first = file.history.deeds.iter().rev().find(|deed| deed.act == acts.opens)?;
    let opened = Fields { pack: &file.pack, act: acts.opens, record: &first.record };
    let year = opened.whole("year").and_then(|year| i32::try_from(year).ok())?;
    let mut made = Written {
        scheme: opened.text("scheme"),
        year,
        assessed: opened.text("assessed"),
        ..Written::default()
    };
    let scheme = scheme_of(&made.scheme);
    made.sheet = Sheet { scheme: made.scheme.clone(), year, ..Sheet::default() };
    for deed in &file.history.deeds {
        take(&mut made, acts, &file.pack, deed, scheme.as_ref());
    }
    Some(made)
}

/// Takes over what one act says.
pub(super) fn take(
    made: &mut Written,
    acts: &AssessmentActs,
    pack: &Pack,
    deed: &Deed,
    scheme: Option<&Scheme>,
) {
    let fields = Fields { pack, act: deed.act, record: &deed.record };
    if deed.act == acts.concludes {
        let sums = fields.number("low").zip(fields.number("high")).zip(fields.whole("unproved"));
        made.concluded = sums.map(|((low, high), unproved)| (low, high, unproved, deed.on));
    } else if deed.act == acts.publishes {
        made.is_public = true;
    } else if deed.act == acts.states {
        state(made, &fields, scheme);
    } else if [acts.scores, acts.checks, acts.excludes, acts.settles].contains(&deed.act) {
        score(made, acts, &fields);
        let words = told(&fields);
        let act = pack.file.procedure.name_of(deed.act).to_owned();
        made.words
            .push((fields.text("criterion"), ScoreLine { number: deed.number, on: deed.on, act, words }));
    }
}

fn told(fields: &Fields<'_>) -> String {
    let score = fields.number("score").map(|score| format!("{}分", score.text(2)));
    let fired = match fields.text("fired").as_str() {
        "fired" => Some("否决情形成立".to_owned()),
        "not_fired" => Some("否决情形不成立".to_owned()),
        _ => None,
    };
    let reason = Some(fields.text("reason")).filter(|reason| !reason.is_empty());
    let parts: Vec<String> = [score, fired, reason].into_iter().flatten().collect();
    parts.join("，")
}

fn state(made: &mut Written, fields: &Fields<'_>, scheme: Option<&Scheme>) {
    let input = fields.text("quantity");
    let unit = scheme.and_then(|scheme| scheme.inputs.iter().find(|one| one.id == input));
    let is_percent = unit.is_some_and(|one| one.unit == "%");
    let value = fields
        .number("value")
        .and_then(|value| if is_percent { value.over(Ratio::whole(100)) } else { Some(value) });
    let Some(value) = value else { return };
    let references = fields.references();
    let proof = references.iter().map(Reference::plain).collect();
    made.proofs.retain(|(id, _)| *id != input);
    made.proofs.extend(references.into_iter().map(|one| (input.clone(), one)));
    made.sheet.stated.retain(|one| one.input != input);
    made.sheet.stated.push(Stated {
        input,
        value,
        by: fields.text("by"),
        proof,
        place: base::Place::default(),
    });
}

/// The last self-score with its proof, the last check, the last settling.
fn score(made: &mut Written, acts: &AssessmentActs, fields: &Fields<'_>) {
    let criterion = fields.text("criterion");
    let at = match made.sheet.entries.iter().position(|entry| entry.criterion == criterion) {
        Some(at) => at,
        None => {
            made.sheet.entries.push(Entry { criterion: criterion.clone(), ..Entry::default() });
            made.sheet.entries.len() - 1
        }
    };
    let references = fields.references();
    let Some(entry) = made.sheet.entries.get_mut(at) else { return };
    let reason = Some(fields.text("reason")).filter(|reason| !reason.is_empty());
    if fields.act == acts.scores {
        entry.self_score = fields.number("score");
        entry.proof.clear();
        made.proofs.retain(|(id, _)| *id != criterion);
    } else if fields.act == acts.checks {
        entry.checked = fields.number("score");
        entry.fired = match fields.text("fired").as_str() {
            "fired" => Some(true),
            "not_fired" => Some(false),
            _ => None,
        };
        entry.not_applicable = None;
        entry.reason = reason;
    } else if fields.act == acts.settles {
        entry.final_score = fields.number("score");
        entry.not_applicable = None;
        entry.reason = reason;
    } else {
        // What does not apply has no score any more; the self-score stays in the journal.
        let proof = std::mem::take(&mut entry.proof);
        *entry = Entry { criterion: criterion.clone(), not_applicable: reason, proof, ..Entry::default() };
    }
    entry.proof.extend(references.iter().map(Reference::plain));
    made.proofs.extend(references.into_iter().map(|one| (criterion.clone(), one)));
}
