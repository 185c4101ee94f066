//! The rules of all accounts, which the security administrator sets.

use serde_json::{Value as Json, json};
use store::account::Rank;
use store::{Query, meta};

use super::{DAY, MINUTE, Origin};
use crate::actor::Actor;
use crate::error::{AppError, FieldFault, Result};
use crate::platform::Platform;

/// Under which name the store keeps them.
const NAME: &str = "account_rules";

/// The rules of all accounts. 账号规则
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRules {
    /// After how many days an officer's password must be changed; 0 for never.
    pub password_days: u32,
    /// After how many days without a sign-in an officer's account is closed; 0 for never.
    pub stale_days: u32,
    /// After how many minutes a session ends that is not used.
    pub idle_minutes: u32,
    /// After how many hours a session ends however it is used.
    pub session_hours: u32,
    /// The ranks that must have a second factor.
    pub second_factor: Vec<Rank>,
}

impl Default for AccountRules {
    fn default() -> Self {
        Self {
            password_days: 90,
            stale_days: 90,
            idle_minutes: 30,
            session_hours: 12,
            second_factor: vec![Rank::Head, Rank::SystemAdmin, Rank::SecurityAdmin, Rank::AuditAdmin],
        }
    }
}

impl AccountRules {
    /// For demonstrations: passwords do not age, accounts stay open, nobody needs a second factor.
    #[must_use]
    pub fn demonstration() -> Self {
        Self { password_days: 0, stale_days: 0, second_factor: Vec::new(), ..Self::default() }
    }

    pub(super) fn idle(&self) -> i64 {
        i64::from(self.idle_minutes) * MINUTE
    }

    pub(super) fn longest(&self) -> i64 {
        i64::from(self.session_hours) * 60 * MINUTE
    }

    /// Whether a password that was set then is too old now.
    pub(super) fn is_too_old(&self, rank: Rank, password_at: i64, now: i64) -> bool {
        rank != Rank::Citizen
            && self.password_days > 0
            && now - password_at > i64::from(self.password_days) * DAY
    }

    fn to_text(&self) -> String {
        let ranks: Vec<&str> = self.second_factor.iter().map(|rank| rank.id()).collect();
        json!({ "password_days": self.password_days, "stale_days": self.stale_days,
                "idle_minutes": self.idle_minutes, "session_hours": self.session_hours,
                "second_factor": ranks })
        .to_string()
    }

    fn from_text(text: &str) -> Self {
        let value: Json = serde_json::from_str(text).unwrap_or_default();
        let usual = Self::default();
        let number = |name: &str, usual: u32| {
            let found = value.get(name).and_then(Json::as_u64).and_then(|it| u32::try_from(it).ok());
            found.unwrap_or(usual)
        };
        let ranks = value
            .get("second_factor")
            .and_then(Json::as_array)
            .map(|ranks| ranks.iter().filter_map(Json::as_str).filter_map(Rank::parse).collect::<Vec<_>>());
        Self {
            password_days: number("password_days", usual.password_days),
            stale_days: number("stale_days", usual.stale_days),
            idle_minutes: number("idle_minutes", usual.idle_minutes),
            session_hours: number("session_hours", usual.session_hours),
            second_factor: ranks.unwrap_or(usual.second_factor),
        }
    }

    /// The rules that the store keeps, or the usual ones.
    pub(super) fn of(db: &dyn Query) -> store::Result<Self> {
        Ok(meta::get(db, NAME)?.map_or_else(Self::default, |text| Self::from_text(&text)))
    }

    fn check(&self) -> Result<()> {
        let bounds = [
            ("password_days", "密码最长使用", self.password_days, 0, 365, "天"),
            ("stale_days", "长期不登录停用", self.stale_days, 0, 365, "天"),
            ("idle_minutes", "不操作自动退出", self.idle_minutes, 5, 60, "分钟"),
            ("session_hours", "一次登录最长", self.session_hours, 1, 24, "小时"),
        ];
        let wrong =
            bounds.into_iter().filter(|(_, _, value, least, most, _)| !(*least..=*most).contains(value));
        let faults: Vec<FieldFault> = wrong
            .map(|(field, name, value, least, most, unit)| FieldFault {
                field: field.to_owned(),
                name: name.to_owned(),
                message: format!("{value}{unit}不行，要在{least}至{most}{unit}之间"),
            })
            .collect();
        if faults.is_empty() { Ok(()) } else { Err(AppError::Invalid(faults)) }
    }
}

impl Platform {
    /// The rules of all accounts.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn account_rules(&self) -> Result<AccountRules> {
        Ok(self.store().read(|reader| AccountRules::of(reader))?)
    }

    /// Sets the rules, for the operator of the machine and for demonstrations.
    ///
    /// # Errors
    /// A number is out of its bounds; the store cannot be written.
    pub fn set_account_rules(&self, rules: &AccountRules) -> Result<()> {
        self.put_rules(rules, None, &Origin::default())
    }

    /// Sets the rules as the security administrator.
    ///
    /// # Errors
    /// The account is no security administrator's; a number is out of its bounds; the store cannot be written.
    pub fn change_account_rules(&self, actor: &Actor, rules: &AccountRules, origin: &Origin) -> Result<()> {
        actor.must_be(Rank::SecurityAdmin)?;
        self.put_rules(rules, Some(&actor.account), origin)
    }

    fn put_rules(&self, rules: &AccountRules, by: Option<&str>, origin: &Origin) -> Result<()> {
        rules.check()?;
        let (text, now) = (rules.to_text(), self.now());
        let (by, origin) = (by.map(str::to_owned), origin.clone());
        Ok(self.store().write(move |tx| -> store::Result<()> {
            meta::set(tx, NAME, &text)?;
            let noted =
                super::Noted { account: by.as_deref(), what: "rules_changed", detail: &text, ok: true };
            origin.note(tx, now, noted)
        })??)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_come_back_as_they_were_kept() {
        let rules =
            AccountRules { password_days: 30, second_factor: vec![Rank::Staff], ..Default::default() };
        assert_eq!(AccountRules::from_text(&rules.to_text()), rules);
        assert_eq!(AccountRules::from_text("nonsense"), AccountRules::default());
        assert!(AccountRules { idle_minutes: 0, ..rules.clone() }.check().is_err());
        assert!(rules.check().is_ok());
    }

    #[test]
    fn passwords_of_officers_age_and_those_of_citizens_do_not() {
        let rules = AccountRules::default();
        assert!(!rules.is_too_old(Rank::Staff, 0, 90 * DAY));
        assert!(rules.is_too_old(Rank::Staff, 0, 90 * DAY + 1));
        assert!(!rules.is_too_old(Rank::Citizen, 0, 900 * DAY));
        assert!(!AccountRules::demonstration().is_too_old(Rank::Staff, 0, 900 * DAY));
    }
}
