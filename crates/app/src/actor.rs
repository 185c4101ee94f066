//! Who acts, and whether the law's role is theirs.

use norms::{Act, FieldType, Procedure, Records, RoleKind, Value};
use store::account::Rank;

use crate::AppError;

/// Who asks for something. 办理人
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The account's id; `clock` for the lapse of time.
    pub account: String,
    pub name: String,
    /// Id and name of the organ of an officer.
    pub organ: Option<(String, String)>,
    pub rank: Rank,
}

/// What the case says of who may act in it. 案件归属
pub(crate) struct Holding<'a> {
    pub organ: &'a str,
    pub party: Option<&'a str>,
    pub records: &'a Records,
}

impl Actor {
    #[must_use]
    pub fn is_officer(&self) -> bool {
        matches!(self.rank, Rank::Staff | Rank::Head) && self.organ.is_some()
    }

    fn is_of(&self, organ: &str) -> bool {
        self.is_officer() && self.organ.as_ref().is_some_and(|(id, _)| id == organ)
    }

    /// Whether one of the act's roles is this actor's in this case.
    pub(crate) fn check(
        &self,
        procedure: &Procedure,
        act: &Act,
        holding: &Holding<'_>,
    ) -> Result<(), AppError> {
        let roles = || act.by.iter().filter_map(|at| procedure.roles.get(*at));
        if roles().any(|role| self.has(role, procedure, holding)) {
            return Ok(());
        }
        let names: Vec<&str> = roles().map(|role| role.name.as_str()).collect();
        let help = if self.is_of(holding.organ) && roles().any(|role| role.head) {
            "请把材料整理好，交负责人用自己的账号办理。"
        } else {
            "请由上述人员用自己的账号办理；确属您的职责的，请管理员核对您的单位和职务。"
        };
        let why = format!("“{}”由{}办理，您（{}）不能办", act.name, names.join("、"), self.title());
        Err(AppError::Forbidden { why, help: help.to_owned() })
    }

    fn has(&self, role: &norms::Role, procedure: &Procedure, holding: &Holding<'_>) -> bool {
        match role.kind {
            RoleKind::Clock => false,
            RoleKind::Party => holding.party.is_some_and(|party| party == self.account),
            RoleKind::Officer => self.is_of(holding.organ) && (!role.head || self.rank == Rank::Head),
            RoleKind::Outside => self.is_of(holding.organ),
            RoleKind::Organ => self.is_of(holding.organ) || self.is_named(&role.id, procedure, holding),
        }
    }

    /// Whether the actor's organ is the one that a record names in this role.
    fn is_named(&self, role: &str, procedure: &Procedure, holding: &Holding<'_>) -> bool {
        let Some((_, organ)) = self.organ.as_ref().filter(|_| self.is_officer()) else { return false };
        procedure.acts.iter().enumerate().any(|(at, act)| {
            let Some(id) = norms::ActId::new(at) else { return false };
            (0u16..).zip(&act.fields).any(|(place, field)| {
                let named = holding.records.value(id, place);
                field.kind == FieldType::Organ
                    && field.id == role
                    && matches!(named, Some(Value::Text(name)) if name == organ)
            })
        })
    }

    /// “县人民政府工作人员张三”
    #[must_use]
    pub fn title(&self) -> String {
        let rank = match self.rank {
            Rank::Citizen => "",
            Rank::Staff => "工作人员",
            Rank::Head => "负责人",
            Rank::Admin => "管理员",
        };
        let organ = self.organ.as_ref().map_or("", |(_, name)| name.as_str());
        format!("{organ}{rank}{}", self.name)
    }
}
