//! What the system administrator and the security administrator do with the accounts of others. None of it is done to
//! one's own account, nor to another administrator's but opening what is locked: those are the operator's, who works
//! on the machine itself.

use norms::ORGAN_KINDS;
use store::account::{self, Account, Rank};
use store::{Tx, session};

use super::rules::AccountRules;
use super::{DAY, NewAccount, Origin, check_login, new_account, normal_login, password};
use crate::actor::Actor;
use crate::error::{AppError, FieldFault, Result};
use crate::ids::Ids;
use crate::organs::Organ;
use crate::platform::Platform;

/// How an account stands. 账号状态
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountState {
    Open,
    /// Its rights were not granted yet.
    Waiting,
    Locked,
    Closed,
}

/// An account in the lists of administrators. 账号列表行
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountLine {
    pub login: String,
    pub name: String,
    pub organ: String,
    pub rank: Rank,
    pub state: AccountState,
    pub signed_in_at: Option<i64>,
    pub created_at: i64,
    pub has_second_factor: bool,
    /// When it is closed for not being used.
    pub stale_at: Option<i64>,
}

/// Which accounts a list shows. 账号筛选
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Asked {
    #[default]
    All,
    Waiting,
    /// Those that will be closed soon for not being used.
    Idle,
    Admins,
}

/// How many accounts a page has.
const PAGE: u32 = 50;
/// How long before it is closed an unused account is listed.
pub(super) const WARNED_BEFORE: i64 = 14 * DAY;

impl Actor {
    /// # Errors
    /// The account is of another rank.
    pub(crate) fn must_be(&self, rank: Rank) -> Result<()> {
        if self.rank == rank {
            return Ok(());
        }
        let why = format!("这一项由{}办理，您（{}）不能办", rank.name(), self.title());
        let help = format!("请联系本单位的{}；一个人不能兼任两种管理员。", rank.name());
        Err(AppError::Forbidden { why, help })
    }

    fn must_look_after_accounts(&self) -> Result<()> {
        match self.rank {
            Rank::SystemAdmin | Rank::SecurityAdmin => Ok(()),
            _ => self.must_be(Rank::SystemAdmin),
        }
    }
}

impl Platform {
    /// A page of accounts, by login, and where the next begins.
    ///
    /// # Errors
    /// The account is neither the system's nor the security administrator's; the store cannot be read.
    pub fn accounts(
        &self,
        actor: &Actor,
        asked: Asked,
        after: &str,
    ) -> Result<(Vec<AccountLine>, Option<String>)> {
        actor.must_look_after_accounts()?;
        let now = self.now();
        let (rules, mut rows) = self.store().read(|reader| -> store::Result<_> {
            let rules = AccountRules::of(reader)?;
            let rows = match asked {
                Asked::All => account::page(reader, after, PAGE + 1)?,
                Asked::Waiting => account::waiting(reader, after, PAGE + 1)?,
                Asked::Idle if rules.stale_days == 0 => Vec::new(),
                Asked::Idle => {
                    let since = now - i64::from(rules.stale_days) * DAY + WARNED_BEFORE;
                    account::idle(reader, since, after, PAGE + 1)?
                }
                Asked::Admins => {
                    let mut all = Vec::new();
                    for rank in Rank::ALL.into_iter().filter(|rank| rank.is_admin()) {
                        all.extend(account::of_rank(reader, rank, after, PAGE + 1)?);
                    }
                    all.sort_by(|one, other| one.login.cmp(&other.login));
                    all
                }
            };
            Ok((rules, rows))
        })?;
        let size = usize::try_from(PAGE).unwrap_or(50);
        let more = rows.len() > size;
        rows.truncate(size);
        let next = rows.last().filter(|_| more).map(|row| row.login.clone());
        Ok((rows.iter().map(|row| self.account_line_of(row, &rules, now)).collect(), next))
    }

    /// One account, as administrators see it.
    ///
    /// # Errors
    /// The account is neither the system's nor the security administrator's; there is none of that login.
    pub fn account_line(&self, actor: &Actor, login: &str) -> Result<AccountLine> {
        actor.must_look_after_accounts()?;
        let row = self.account_named(&normal_login(login))?;
        Ok(self.account_line_of(&row, &self.account_rules()?, self.now()))
    }

    fn account_line_of(&self, row: &Account, rules: &AccountRules, now: i64) -> AccountLine {
        let organ = row.organ.as_deref().map(|id| self.organ(id).map_or(id.to_owned(), |organ| organ.name));
        let state = if row.disabled_at.is_some() {
            AccountState::Closed
        } else if row.granted_at.is_none() {
            AccountState::Waiting
        } else if row.locked_until.is_some_and(|until| now < until) {
            AccountState::Locked
        } else {
            AccountState::Open
        };
        AccountLine {
            login: row.login.clone(),
            name: row.name.clone(),
            organ: organ.unwrap_or_default(),
            rank: row.rank,
            state,
            signed_in_at: row.signed_in_at,
            created_at: row.created_at,
            has_second_factor: row.totp_at.is_some(),
            stale_at: super::stale::stale_at(row, rules),
        }
    }

    /// Makes an account as the system administrator; its password, which is told once. Nobody signs in before the
    /// security administrator has granted its rights.
    ///
    /// # Errors
    /// The account is no system administrator's; the login exists; the rank is an administrator's.
    pub fn admin_add_account(&self, actor: &Actor, new: NewAccount, origin: &Origin) -> Result<String> {
        actor.must_be(Rank::SystemAdmin)?;
        let login = normal_login(&new.login);
        check_login(&login)?;
        if new.name.trim().is_empty() || new.name.chars().count() > 40 {
            return Err(AppError::field("name", "姓名", "写1至40个字"));
        }
        check_rank(new.rank, new.organ.as_deref())?;
        if let Some(organ) = &new.organ {
            self.organ(organ)?;
        }
        let password = Ids::password();
        let (now, hash) = (self.now(), password::hashed(&password)?);
        let row = new_account(self.inner().ids.id(now), new, hash, now);
        let row = Account { must_change: true, granted_at: None, ..row };
        self.add_row(row, origin, Some(actor))?;
        Ok(password)
    }

    /// Enters an organ that is new, as of today, as the system administrator.
    ///
    /// # Errors
    /// The account is no system administrator's; a field is missing or wrong; there is an organ of that id or name.
    pub fn admin_enter_organ(&self, actor: &Actor, organ: Organ, origin: &Origin) -> Result<()> {
        actor.must_be(Rank::SystemAdmin)?;
        let faults = self.organ_faults(&organ)?;
        if !faults.is_empty() {
            return Err(AppError::Invalid(faults));
        }
        let detail = format!("{} {}", organ.id, organ.name);
        self.enter_organs(vec![organ], self.today())?;
        let (origin, by, now) = (origin.clone(), actor.account.clone(), self.now());
        Ok(self.store().write(move |tx| origin.note_done(tx, now, &by, "organ_entered", &detail))??)
    }

    fn organ_faults(&self, organ: &Organ) -> Result<Vec<FieldFault>> {
        let known = self.organs()?;
        let is_id = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let id = &organ.id;
        let parent = organ.parent.as_ref();
        let checks = [
            ("id", "标识", id.is_empty() || id.len() > 40 || !id.chars().all(is_id), "用小写字母、数字和 _"),
            ("id", "标识", known.iter().any(|one| one.id == *id), "已经有这个标识的机关"),
            ("name", "名称", organ.name.is_empty() || organ.name.chars().count() > 60, "写1至60个字"),
            ("name", "名称", known.iter().any(|one| one.name == organ.name), "已经有这个名称的机关"),
            (
                "short",
                "文号中的简称",
                organ.short.is_empty() || organ.short.chars().count() > 10,
                "写1至10个字",
            ),
            ("kind", "性质", ORGAN_KINDS.iter().all(|(kind, _)| *kind != organ.kind), "请从所列的里面选"),
            ("division", "区划代码", codes::division::check(&organ.division).is_err(), "不是有效的区划代码"),
            (
                "parent",
                "上级",
                parent.is_some_and(|parent| known.iter().all(|one| one.id != *parent)),
                "没有这个机关",
            ),
        ];
        let wrong = checks.into_iter().filter(|(_, _, is_wrong, _)| *is_wrong);
        Ok(wrong
            .map(|(field, name, _, message)| FieldFault {
                field: field.to_owned(),
                name: name.to_owned(),
                message: message.to_owned(),
            })
            .collect())
    }

    /// Closes an account as the system administrator: its sessions end, and what it did stays.
    ///
    /// # Errors
    /// The account is no system administrator's; it is the own one or another administrator's; no reason is given.
    pub fn close_account(&self, actor: &Actor, login: &str, reason: &str, origin: &Origin) -> Result<()> {
        actor.must_be(Rank::SystemAdmin)?;
        let now = self.now();
        self.change_other(actor, login, Some(reason), origin, "account_closed", move |tx, row| {
            row.disabled_at = Some(now);
            session::end_all(tx, &row.id).map(drop)
        })
    }

    /// Opens a closed account again as the system administrator. Its rights are to be granted anew.
    ///
    /// # Errors
    /// As for [`Platform::close_account`].
    pub fn reopen_account(&self, actor: &Actor, login: &str, reason: &str, origin: &Origin) -> Result<()> {
        actor.must_be(Rank::SystemAdmin)?;
        self.change_other(actor, login, Some(reason), origin, "account_reopened", |_, row| {
            (row.disabled_at, row.granted_at) = (None, None);
            Ok(())
        })
    }

    /// Grants an account's rights, with the rank that it is to have, as the security administrator.
    ///
    /// # Errors
    /// The account is no security administrator's; it is the own one or an administrator's; the rank is one.
    pub fn grant_account(&self, actor: &Actor, login: &str, rank: Rank, origin: &Origin) -> Result<()> {
        actor.must_be(Rank::SecurityAdmin)?;
        let row = self.account_named(&normal_login(login))?;
        check_rank(rank, row.organ.as_deref())?;
        let now = self.now();
        self.change_other(actor, login, None, origin, "account_granted", move |tx, row| {
            (row.granted_at, row.rank) = (Some(now), rank);
            // Whoever is signed in with other rights signs in again.
            session::end_all(tx, &row.id).map(drop)
        })
    }

    /// Unlocks an account, an administrator's too, as the security administrator.
    ///
    /// # Errors
    /// The account is no security administrator's; it is the own one.
    pub fn unlock_account(&self, actor: &Actor, login: &str, origin: &Origin) -> Result<()> {
        actor.must_be(Rank::SecurityAdmin)?;
        let row = self.other(actor, login)?;
        let (origin, by, now) = (origin.clone(), actor.account.clone(), self.now());
        self.change_account(&row.id, move |tx, row| {
            (row.failed, row.code_failed, row.locked_until) = (0, 0, None);
            origin.note_done(tx, now, &by, "account_unlocked", &row.login)
        })
        .map(drop)
    }

    /// The account of somebody else.
    pub(super) fn other(&self, actor: &Actor, login: &str) -> Result<Account> {
        let row = self.account_named(&normal_login(login))?;
        if row.id == actor.account {
            let why = "不能办理自己的账号";
            let help = "请由另一名管理员办理，或者请运行平台的人员在服务器上办理。";
            return Err(AppError::Forbidden { why: why.to_owned(), help: help.to_owned() });
        }
        Ok(row)
    }

    /// Changes the account of somebody else who is no administrator, and notes who did it and why.
    fn change_other(
        &self,
        actor: &Actor,
        login: &str,
        reason: Option<&str>,
        origin: &Origin,
        what: &'static str,
        mut change: impl FnMut(&mut Tx<'_>, &mut Account) -> store::Result<()> + Send + 'static,
    ) -> Result<()> {
        let reason = reason.map(str::trim);
        if reason.is_some_and(|reason| reason.is_empty() || reason.chars().count() > 200) {
            return Err(AppError::field("reason", "理由", "必须填写，1至200个字；要记入操作日志"));
        }
        let row = self.other(actor, login)?;
        if row.rank.is_admin() {
            let why = format!("“{}”是{}，管理员的账号不能由别的管理员办理", row.login, row.rank.name());
            let help = "请运行平台的人员在服务器上用 yifa account 办理。";
            return Err(AppError::Forbidden { why, help: help.to_owned() });
        }
        let (origin, by, now) = (origin.clone(), actor.account.clone(), self.now());
        let reason = reason.map_or(String::new(), |reason| format!(" {reason}"));
        self.change_account(&row.id, move |tx, row| {
            change(tx, row)?;
            origin.note_done(tx, now, &by, what, &format!("{} {}{reason}", row.login, row.rank.id()))
        })
        .map(drop)
    }
}

/// Administrators are made on the machine itself; an officer belongs to an organ, a citizen to none.
fn check_rank(rank: Rank, organ: Option<&str>) -> Result<()> {
    if rank.is_admin() {
        let why = "管理员的账号不在网页上办理".to_owned();
        let help = "请运行平台的人员在服务器上用 yifa account add --rank 办理。".to_owned();
        return Err(AppError::Forbidden { why, help });
    }
    match (rank, organ) {
        (Rank::Citizen, Some(_)) => Err(AppError::field("organ", "单位", "申请人的账号没有单位")),
        (Rank::Staff | Rank::Head, None) => Err(AppError::field("organ", "单位", "工作人员的账号要有单位")),
        _ => Ok(()),
    }
}
