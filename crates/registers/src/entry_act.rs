//! An entry as if it were the record of an act, so that conditions are written and told as those of procedures.

use base::Place;
use calendar::Day;
use norms::{Act, Field, Force, Procedure};

use crate::Register;

/// The act `entry`, whose record is an entry.
#[must_use]
pub fn entry_act(fields: &[Field], place: Place) -> Act {
    Act {
        id: "entry".to_owned(), name: "条目".to_owned(), fields: fields.to_vec(), place, ..Act::default()
    }
}

impl Register {
    /// The register as a procedure of the one act `entry`, for whoever puts a condition into words.
    #[must_use]
    pub fn as_procedure(&self) -> Procedure {
        Procedure {
            id: self.id.clone(),
            name: self.name.clone(),
            system: self.system.clone(),
            measures: Vec::new(),
            systems: Vec::new(),
            in_force: Force { from: Day::MIN, until: None },
            law: String::new(),
            held_by: Vec::new(),
            number: String::new(),
            phases: Vec::new(),
            roles: Vec::new(),
            acts: vec![entry_act(&self.fields, self.place.clone())],
            norms: Vec::new(),
            guards: self.guards.clone(),
            parameters: Vec::new(),
            documents: Vec::new(),
            withholds: Vec::new(),
            shelf: None,
            place: self.place.clone(),
        }
    }
}
