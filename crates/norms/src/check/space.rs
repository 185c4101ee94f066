//! The states that were reached: each once, with the step that reached it first and the steps that leave it.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::abstraction::State;
use crate::ActId;

/// States, numbered in the order in which they were reached.
#[derive(Default)]
pub(super) struct Space {
    pub states: Vec<State>,
    /// For every state but the first: the state and the act that led to it.
    pub came_by: Vec<Option<(u32, ActId)>>,
    /// Where each state leads to, state by state.
    pub leads: Vec<u32>,
    /// Where a state's own part of `leads` begins.
    pub starts: Vec<usize>,
    #[expect(clippy::disallowed_types, reason = "an index that is never walked: its order is not seen")]
    numbers: HashMap<State, u32, BuildHasherDefault<Mix>>,
}

impl Space {
    /// The number of a state, given now if it is new.
    pub fn number(&mut self, state: State, came_by: Option<(u32, ActId)>) -> u32 {
        let next = u32::try_from(self.states.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(state).or_insert(next);
        if number == next {
            self.states.push(state);
            self.came_by.push(came_by);
        }
        number
    }

    /// The acts that lead to a state, from the beginning.
    pub fn trail(&self, number: u32) -> Vec<ActId> {
        let mut acts = Vec::new();
        let mut at = number;
        while let Some((from, act)) = usize::try_from(at).ok().and_then(|at| *self.came_by.get(at)?) {
            acts.push(act);
            at = from;
        }
        acts.reverse();
        acts
    }

    pub fn leads_of(&self, number: usize) -> &[u32] {
        let from = self.starts.get(number).copied().unwrap_or(self.leads.len());
        let to = self.starts.get(number + 1).copied().unwrap_or(self.leads.len());
        self.leads.get(from..to).unwrap_or(&[])
    }
}

/// A quick mixer for states: multiply and fold, as good as states need.
#[derive(Default)]
pub(super) struct Mix(u64);

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, value: u64) {
        let mixed = u128::from(self.0.rotate_left(23) ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835);
        let (low, high) = (mixed & u128::from(u64::MAX), mixed >> 64);
        self.0 = u64::try_from(low ^ high).unwrap_or(0);
    }

    fn write_u128(&mut self, value: u128) {
        self.write_u64(u64::try_from(value & u128::from(u64::MAX)).unwrap_or(0));
        self.write_u64(u64::try_from(value >> 64).unwrap_or(0));
    }
}
