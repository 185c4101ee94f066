//! Accounts that nobody uses: listed for two weeks, then closed by the clock.

use store::account::{self, Account, Rank};
use store::session;

use super::admin::WARNED_BEFORE;
use super::rules::AccountRules;
use super::{DAY, Noted, Origin};
use crate::error::Result;
use crate::platform::Platform;

/// How many accounts are about to be closed. 将停用账号
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StaleSoon {
    pub count: usize,
    /// There are more than were counted.
    pub or_more: bool,
}

/// How many accounts are closed in one transaction, and counted for a notice.
const PAGE: u32 = 100;

/// When an account is closed unless it is used; nothing for citizens, closed ones and where the rules say never.
pub(super) fn stale_at(row: &Account, rules: &AccountRules) -> Option<i64> {
    if row.rank == Rank::Citizen || row.disabled_at.is_some() || rules.stale_days == 0 {
        return None;
    }
    let used = row.signed_in_at.unwrap_or(0).max(row.granted_at.unwrap_or(row.created_at));
    Some(used + i64::from(rules.stale_days) * DAY)
}

impl Platform {
    /// How many accounts will be closed within two weeks for not being used.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn stale_soon(&self) -> Result<StaleSoon> {
        let now = self.now();
        let found = self.store().read(|reader| -> store::Result<Vec<Account>> {
            let rules = AccountRules::of(reader)?;
            if rules.stale_days == 0 {
                return Ok(Vec::new());
            }
            account::idle(reader, now - i64::from(rules.stale_days) * DAY + WARNED_BEFORE, "", PAGE)
        })?;
        let full = usize::try_from(PAGE).unwrap_or(usize::MAX);
        Ok(StaleSoon { count: found.len(), or_more: found.len() >= full })
    }

    /// Closes the accounts that nobody used for longer than the rules allow; how many. Doing it twice does no harm.
    ///
    /// # Errors
    /// The store cannot be read or written.
    pub fn close_stale(&self) -> Result<usize> {
        let rules = self.account_rules()?;
        if rules.stale_days == 0 {
            return Ok(0);
        }
        let (now, days) = (self.now(), rules.stale_days);
        let since = now - i64::from(days) * DAY;
        let mut closed = 0;
        loop {
            let done = self.store().write(move |tx| -> store::Result<usize> {
                let rows = account::idle(tx, since, "", PAGE)?;
                for mut row in rows.iter().cloned() {
                    row.disabled_at = Some(now);
                    account::update(tx, &row)?;
                    session::end_all(tx, &row.id)?;
                    let detail = format!("{} {days}天没有登录", row.login);
                    let noted =
                        Noted { account: Some(&row.id), what: "account_stale", detail: &detail, ok: true };
                    Origin::default().note(tx, now, noted)?;
                }
                Ok(rows.len())
            })??;
            closed += done;
            if done < usize::try_from(PAGE).unwrap_or(usize::MAX) {
                return Ok(closed);
            }
        }
    }

    /// The same once a legal day.
    pub(crate) fn close_stale_if_due(&self) -> Result<()> {
        let today = self.today();
        let done = |kept: &Option<calendar::Day>| *kept == Some(today);
        if self.inner().stale_closed.lock().is_ok_and(|kept| done(&kept)) {
            return Ok(());
        }
        self.close_stale()?;
        if let Ok(mut kept) = self.inner().stale_closed.lock() {
            *kept = Some(today);
        }
        Ok(())
    }
}
