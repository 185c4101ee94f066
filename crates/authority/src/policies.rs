//! The rules as they stand in `policies/`: read, checked against their schema, sorted by what they are asked for.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr as _;

use cedar_policy::{
    ActionConstraint, Effect, Policy, PolicyId, PolicySet, Schema, ValidationMode, Validator,
};

use crate::memory::Memory;
use crate::request::{Ground, Kinds};

const SCHEMA: &str = include_str!("../../../policies/schema.cedarschema");
const TEXTS: [(&str, &str); 4] = [
    ("policies/acting.cedar", include_str!("../../../policies/acting.cedar")),
    ("policies/reading.cedar", include_str!("../../../policies/reading.cedar")),
    ("policies/revealing.cedar", include_str!("../../../policies/revealing.cedar")),
    ("policies/keeping.cedar", include_str!("../../../policies/keeping.cedar")),
];

/// What is wrong with the rules. 授权规则的问题
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// The file, or the rule's own name where it is known.
    pub place: String,
    pub what: String,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}：{}", self.place, self.what)
    }
}

/// The rules of one action: those that permit and those that forbid, apart, so that a refusal can name all of the
/// second kind and say whether there is one of the first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules {
    pub permits: PolicySet,
    pub forbids: PolicySet,
    /// What each says. The engine reads an annotation's key anew at every look, which took as long as deciding.
    pub grounds: BTreeMap<PolicyId, Ground>,
}

/// All rules. 授权规则
#[derive(Clone, Debug)]
pub struct Policies {
    pub(crate) kinds: Kinds,
    pub(crate) act: Rules,
    pub(crate) read: Rules,
    pub(crate) reveal: Rules,
    pub(crate) correct: Rules,
    pub(crate) hand_over: Rules,
    pub(crate) keep: Rules,
    pub(crate) consult: Rules,
    pub(crate) memory: Memory,
    /// How many there are.
    count: usize,
}

impl Policies {
    /// The rules that are built in.
    ///
    /// # Errors
    /// Everything that is wrong with them: what cannot be read, what does not meet the schema, a rule without a name.
    pub fn built_in() -> Result<Self, Vec<Flaw>> {
        Self::read(SCHEMA, &TEXTS)
    }

    /// Rules from their texts, each with the name of its file.
    ///
    /// # Errors
    /// The same.
    pub fn read(schema: &str, texts: &[(&str, &str)]) -> Result<Self, Vec<Flaw>> {
        let mut flaws = Vec::new();
        let schema = match Schema::from_cedarschema_str(schema) {
            Ok((schema, _)) => schema,
            Err(error) => return Err(vec![flaw("policies/schema.cedarschema", &error)]),
        };
        let kinds = Kinds::new().map_err(|error| vec![flaw("policies", &error)])?;
        let mut made = Self {
            kinds,
            act: Rules::default(),
            read: Rules::default(),
            reveal: Rules::default(),
            correct: Rules::default(),
            hand_over: Rules::default(),
            keep: Rules::default(),
            consult: Rules::default(),
            memory: Memory::default(),
            count: 0,
        };
        for (file, text) in texts {
            match PolicySet::from_str(text) {
                Ok(set) => set.policies().for_each(|policy| made.enter(file, policy, &mut flaws)),
                Err(error) => flaws.push(flaw(file, &error)),
            }
        }
        let validator = Validator::new(schema);
        let Self { act, read, reveal, correct, hand_over, keep, consult, .. } = &made;
        for rules in [act, read, reveal, correct, hand_over, keep, consult] {
            for set in [&rules.permits, &rules.forbids] {
                let found = validator.validate(set, ValidationMode::Strict);
                let told = found.validation_errors().map(|error| flaw(error.policy_id().as_ref(), error));
                flaws.extend(told);
            }
        }
        if flaws.is_empty() { Ok(made) } else { Err(flaws) }
    }

    /// How many rules there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    fn enter(&mut self, file: &str, policy: &Policy, flaws: &mut Vec<Flaw>) {
        let Some(name) = policy.annotation("id") else {
            flaws.push(Flaw { place: file.to_owned(), what: "有一条规则没有 @id".to_owned() });
            return;
        };
        let named = policy.new_id(PolicyId::new(name));
        if policy.annotation("what").is_none_or(str::is_empty) {
            let what = format!("规则 {name} 没有 @what：被拒绝的人要知道为什么");
            flaws.push(Flaw { place: file.to_owned(), what });
        }
        if policy.effect() == Effect::Forbid && policy.annotation("help").is_none_or(str::is_empty) {
            let what = format!("规则 {name} 没有 @help：被拒绝的人要知道怎么办、问谁");
            flaws.push(Flaw { place: file.to_owned(), what });
        }
        let rules = match policy.action_constraint() {
            ActionConstraint::Eq(action) => match action.id().unescaped() {
                "act" => Some(&mut self.act),
                "read" => Some(&mut self.read),
                "reveal" => Some(&mut self.reveal),
                "correct" => Some(&mut self.correct),
                "hand_over" => Some(&mut self.hand_over),
                "keep" => Some(&mut self.keep),
                "consult" => Some(&mut self.consult),
                _ => None,
            },
            _ => None,
        };
        let Some(rules) = rules else {
            let what = format!("规则 {name} 要写明 action == 哪一种行为");
            flaws.push(Flaw { place: file.to_owned(), what });
            return;
        };
        let said = |key: &str| policy.annotation(key).unwrap_or_default().to_owned();
        let rule = name.to_owned();
        let ground = Ground { rule, what: said("what"), help: said("help"), basis: said("basis") };
        rules.grounds.insert(PolicyId::new(name), ground);
        let set = match policy.effect() {
            Effect::Permit => &mut rules.permits,
            Effect::Forbid => &mut rules.forbids,
        };
        match set.add(named) {
            Ok(()) => self.count += 1,
            Err(error) => flaws.push(flaw(file, &error)),
        }
    }
}

fn flaw(place: &str, error: &dyn fmt::Display) -> Flaw {
    Flaw { place: place.to_owned(), what: error.to_string() }
}
