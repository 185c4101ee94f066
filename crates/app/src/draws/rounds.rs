//! The rounds of a draw as its case holds them: from a locked list until it is drawn or void.

use calendar::Day;
use draw::{Bundle, Commitment, Reveal};
use ledger::Hash;
use norms::{Act, Deed, DrawStep, FieldType, PARTS, Value};

use crate::case::CaseFile;
use crate::error::{AppError, Result};
use crate::platform::Platform;

/// An act of a draw that was done.
#[derive(Clone, Copy)]
pub(crate) struct Taken<'a> {
    pub spec: &'a Act,
    pub deed: &'a Deed,
}

/// One round. 一轮抽取
pub(crate) struct Round<'a> {
    pub list: Taken<'a>,
    pub commits: Vec<Taken<'a>>,
    pub announce: Option<Taken<'a>>,
    pub value: Option<Taken<'a>>,
    pub reveals: Vec<Taken<'a>>,
    pub result: Option<Taken<'a>>,
    /// The objects whose inspection was begun.
    pub inspects: Vec<Taken<'a>>,
    /// The case files whose sheet was opened.
    pub sheets: Vec<Taken<'a>>,
    pub annul: Option<Taken<'a>>,
}

impl<'a> Taken<'a> {
    fn value(&self, id: &str) -> Option<&'a Value> {
        value_of(self.spec, &self.deed.record, id)
    }

    pub fn text(&self, id: &str) -> &'a str {
        match self.value(id) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    pub fn day(&self, id: &str) -> Option<Day> {
        match self.value(id) {
            Some(Value::Day(day)) => Some(*day),
            _ => None,
        }
    }

    /// A whole number; nought where there is none.
    pub fn count(&self, id: &str) -> u32 {
        whole(self.value(id)).unwrap_or(0)
    }

    /// The file that the platform made with it.
    pub fn file(&self) -> Option<Hash> {
        match self.value("file") {
            Some(Value::List(files)) => files.first().and_then(|one| Hash::parse(one.split('|').next()?)),
            _ => None,
        }
    }
}

/// What a record holds in a field.
pub(crate) fn value_of<'r>(spec: &Act, record: &'r norms::Record, id: &str) -> Option<&'r Value> {
    let at = spec.fields.iter().position(|field| field.id == id)?;
    record.get(u16::try_from(at).ok()?)
}

/// A whole number of a record; nothing where it is none.
pub(crate) fn whole(value: Option<&Value>) -> Option<u32> {
    match value {
        Some(Value::Number(parts)) if parts % PARTS == 0 => u32::try_from(parts / PARTS).ok(),
        _ => None,
    }
}

/// A day and a time of it as an instant in China; the draw itself says where it is none.
pub(crate) fn instant(day: Option<Day>, time: &str) -> String {
    let day = day.map_or(String::new(), |day| day.to_string());
    let seconds = if time.len() == 5 { ":00" } else { "" };
    format!("{day}T{time}{seconds}+08:00")
}

/// The rounds of a case, oldest first. Nothing where its procedure draws nothing.
pub(crate) fn rounds(file: &CaseFile) -> Vec<Round<'_>> {
    let mut made: Vec<Round<'_>> = Vec::new();
    for deed in &file.history.deeds {
        let Some(spec) = file.pack.file.procedure.act_of(deed.act) else { continue };
        let Some(step) = spec.draw else { continue };
        let taken = Taken { spec, deed };
        if matches!(step, DrawStep::List | DrawStep::Files) {
            made.push(Round::of(taken));
            continue;
        }
        let Some(round) = made.last_mut() else { continue };
        match step {
            DrawStep::Commit => round.commits.push(taken),
            DrawStep::Announce => round.announce = Some(taken),
            DrawStep::Value => round.value = Some(taken),
            DrawStep::Reveal => round.reveals.push(taken),
            DrawStep::Result => round.result = Some(taken),
            DrawStep::Inspect => round.inspects.push(taken),
            DrawStep::Sheet => round.sheets.push(taken),
            DrawStep::Annul => round.annul = Some(taken),
            DrawStep::List | DrawStep::Files => {}
        }
    }
    made
}

impl<'a> Round<'a> {
    fn of(list: Taken<'a>) -> Self {
        Self {
            list,
            commits: Vec::new(),
            announce: None,
            value: None,
            reveals: Vec::new(),
            result: None,
            inspects: Vec::new(),
            sheets: Vec::new(),
            annul: None,
        }
    }

    /// The newest file: of the result, else of the announcement, else of the list.
    pub fn newest_file(&self) -> Option<Hash> {
        let last = self.result.or(self.announce).unwrap_or(self.list);
        last.file()
    }

    pub fn commitments(&self) -> Vec<Commitment> {
        let one = |taken: &Taken<'_>| Commitment {
            commitment: taken.text("commitment").to_owned(),
            committed_at: taken.text("committed_at").to_owned(),
            party: taken.text("party").to_owned(),
        };
        self.commits.iter().map(one).collect()
    }

    /// The secrets in the order of the commitments, as the seed wants them.
    pub fn secrets(&self) -> Vec<Reveal> {
        let one = |taken: &Taken<'_>| Reveal {
            nonce: taken.text("nonce").to_owned(),
            party: taken.text("party").to_owned(),
        };
        let place = |party: &str| self.commits.iter().position(|own| own.text("party") == party);
        let mut made: Vec<Reveal> = self.reveals.iter().map(one).collect();
        made.sort_by_key(|one| place(&one.party).unwrap_or(usize::MAX));
        made
    }
}

impl Platform {
    /// The text of a draw's file.
    pub(crate) fn draw_text(&self, hash: Option<Hash>) -> Result<String> {
        let hash = hash.ok_or_else(|| AppError::not_found("抽取文件"))?;
        let bytes = self.store().read(|reader| self.content_of(reader, &hash))?;
        String::from_utf8(bytes).map_err(|_| AppError::not_found("抽取文件"))
    }
}

/// Reads a draw's file.
pub(crate) fn bundle(text: &str) -> Result<Bundle<'_>> {
    Bundle::parse(text).map_err(|found| AppError::Unfit(vec![found]))
}

/// Whether a field of the draw is filled by the platform with a file.
pub(crate) fn is_file(spec: &Act, id: &str) -> bool {
    spec.fields.iter().any(|field| field.id == id && field.kind == FieldType::File)
}
