//! Cases of another procedure, or of the same in another organ, that an act opens.

use base::Place;
use calendar::Day;

use crate::{ActId, Engine, FieldType, History, Record, Value};

/// A case that an act opens, and what its opening act is given. 移送立案
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    /// Id of the procedure.
    pub procedure: String,
    /// Id of the act that opens the case there.
    pub act: String,
    /// Place among the guards: known to be true right after the act. Without one, always.
    pub guard: Option<u8>,
    /// The field of the act's own record that names the organ; without it, the organ that holds this case.
    pub organ: Option<u16>,
    /// Id of a field of the opening act, and what it is given.
    pub given: Vec<(String, Given)>,
    /// Whether the party may be told of it.
    pub told: bool,
    pub place: Place,
}

/// What a field of the case that is opened is given. 移交内容
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// A field of the latest record of an act of this case.
    Field(ActId, u16),
    /// The number of this case.
    Number,
    /// The legal day of the act.
    Day,
    /// The name of the organ that holds this case.
    Organ,
    Text(String),
    Flag(bool),
}

/// What of a case is not in its records. 本案事实
#[derive(Clone, Copy, Debug)]
pub struct Giving<'a> {
    pub number: &'a str,
    pub organ: &'a str,
}

impl History {
    /// What the deed of a number opens: the starts of its act whose guard was known to be true right after it and whose
    /// organ, where it is a field, is named.
    pub fn starts_of<'e>(&self, engine: &'e Engine<'_>, number: u32) -> Vec<&'e Start> {
        let Some(at) = self.deeds.iter().position(|deed| deed.number == number) else { return Vec::new() };
        let Some(deed) = self.deeds.get(at) else { return Vec::new() };
        let truths = self.truths.get(at).copied().unwrap_or_default();
        let act = engine.procedure.act_of(deed.act);
        let starts = act.into_iter().flat_map(|act| &act.starts);
        let is_named = |start: &Start| start.organ.is_none() || start.organ_in(&deed.record).is_some();
        starts.filter(|start| truths.acts(start.guard) && is_named(start)).collect()
    }

    /// What a field of the new case is given; nothing where that is not recorded here.
    #[must_use]
    pub fn given(&self, given: &Given, on: Day, of: Giving<'_>) -> Option<Value> {
        Some(match given {
            Given::Field(act, field) => self.records.value(*act, *field)?.clone(),
            Given::Number => Value::Text(of.number.to_owned()),
            Given::Day => Value::Day(on),
            Given::Organ => Value::Text(of.organ.to_owned()),
            Given::Text(text) => Value::Text(text.clone()),
            Given::Flag(flag) => Value::Flag(*flag),
        })
    }
}

impl Start {
    /// The organ that the act's record names, where it names one.
    #[must_use]
    pub fn organ_in<'r>(&self, record: &'r Record) -> Option<&'r str> {
        match record.get(self.organ?)? {
            Value::Text(name) => Some(name),
            _ => None,
        }
    }
}

impl Given {
    /// The type of what is given, where it is no field.
    #[must_use]
    pub fn fits(&self, kind: FieldType) -> bool {
        match self {
            Self::Field(..) => false,
            Self::Number => matches!(kind, FieldType::Case | FieldType::Words | FieldType::Text),
            Self::Day => kind == FieldType::Date,
            Self::Organ => matches!(kind, FieldType::Organ | FieldType::Words | FieldType::Text),
            Self::Text(_) => matches!(kind, FieldType::Choice | FieldType::Words | FieldType::Text),
            Self::Flag(_) => kind == FieldType::YesNo,
        }
    }
}
