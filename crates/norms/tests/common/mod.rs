//! Small procedures for tests, built in code.
#![allow(dead_code, reason = "each test file uses a part of it")]
#![expect(clippy::expect_used, clippy::panic, reason = "shared steps of tests fail loudly")]

use base::Place;
use calendar::{Calendar, Day, Limit};
use norms::guard::compile;
use norms::{
    Act, ActId, ActSet, Amount, Basis, Condition, Duty, Engine, Field, FieldType, Force, Form, Index, Norm,
    Procedure, Role, RoleKind,
};

pub fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

pub fn limit(text: &str) -> Amount {
    Amount::Fixed(Limit::parse(text).expect("a limit"))
}

pub fn calendar() -> Calendar {
    Calendar::new(Vec::new()).expect("a calendar of weekends alone")
}

pub fn act(id: &str) -> Act {
    Act { id: id.to_owned(), name: format!("事{id}"), by: vec![0], ..Act::default() }
}

pub fn field(id: &str, kind: FieldType, required: bool) -> Field {
    let options = if kind == FieldType::Choice {
        ["a", "b", "c"].map(|id| (id.to_owned(), id.to_owned())).to_vec()
    } else {
        Vec::new()
    };
    Field {
        id: id.to_owned(),
        name: id.to_owned(),
        kind,
        required,
        personal: false,
        public: false,
        help: None,
        options,
        columns: Vec::new(),
        register: None,
        max: None,
    }
}

/// A procedure of acts without norms; the acts are done by an officer.
pub fn procedure(acts: Vec<Act>) -> Procedure {
    let role = |id: &str, kind| Role { id: id.to_owned(), name: id.to_owned(), kind, head: false };
    Procedure {
        id: "t".to_owned(),
        name: "试".to_owned(),
        system: "s".to_owned(),
        measures: Vec::new(),
        systems: Vec::new(),
        in_force: Force { from: day("2020-01-01"), until: None },
        law: "l@1".to_owned(),
        held_by: vec!["government".to_owned()],
        number: "{serial}".to_owned(),
        phases: Vec::new(),
        roles: vec![role("officer", RoleKind::Officer), role("clock", RoleKind::Clock)],
        acts,
        norms: Vec::new(),
        guards: Vec::new(),
        parameters: Vec::new(),
        documents: Vec::new(),
        withholds: Vec::new(),
        shelf: None,
        place: Place::default(),
    }
}

pub fn set(procedure: &Procedure, ids: &str) -> ActSet {
    ids.split_whitespace().map(|id| id_of(procedure, id)).collect()
}

pub fn id_of(procedure: &Procedure, id: &str) -> ActId {
    procedure.act_named(id).unwrap_or_else(|| panic!("no act {id}"))
}

/// Adds a norm; its article is its number from 1.
pub fn norm(procedure: &mut Procedure, guard: Option<&str>, form: Form) {
    let guard = guard.map(|text| add_guard(procedure, text));
    let article = (procedure.norms.len() + 1).to_string();
    let basis = Basis { article, ..Basis::default() };
    procedure.norms.push(Norm { basis, guard, form, place: Place::default() });
}

pub fn add_guard(procedure: &mut Procedure, text: &str) -> u8 {
    let guard = compile(text, &procedure.acts, &procedure.parameters).expect("a guard");
    procedure.guards.push(guard);
    u8::try_from(procedure.guards.len() - 1).expect("few guards")
}

pub fn duty(procedure: &Procedure, when: &str, must: &str, within: Option<&str>) -> Duty {
    Duty {
        when: set(procedure, when),
        must: set(procedure, must),
        within: within.map(limit),
        from: Vec::new(),
        pauses: Vec::new(),
        extends: Vec::new(),
        lapse: None,
        warn: None,
        rolls: true,
    }
}

pub fn needs(procedure: &Procedure, before: &str, need: &str) -> Condition {
    Condition {
        before: set(procedure, before),
        need: set(procedure, need),
        any: false,
        lead: None,
        with: None,
    }
}

/// Owns what an engine borrows.
pub struct Bench {
    pub procedure: Procedure,
    pub index: Index,
    pub calendar: Calendar,
}

impl Bench {
    pub fn new(procedure: Procedure) -> Self {
        let index = Index::of(&procedure);
        Self { procedure, index, calendar: calendar() }
    }

    pub fn engine(&self) -> Engine<'_> {
        Engine { procedure: &self.procedure, index: &self.index, calendar: &self.calendar }
    }
}
