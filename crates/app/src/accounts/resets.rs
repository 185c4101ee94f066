//! Resetting what somebody signs in with, so that no one person can sign in as another: whoever resets the one factor must
//! not come by the other too. A password is reset by one administrator only where its owner still has to show a second
//! factor of their own; otherwise, and where both are reset soon after each other, the system administrator decides on what the
//! security administrator asked, and each of the two is told half of the code. 两人重设（GB/T 22239-2019 8.1.4.1、8.1.4.2）

use serde_json::json;
use store::account::{self, Account, Rank};
use store::message::Message;
use store::reset::{self, Reset};
use store::{Tx, message};

use super::{DAY, Origin, password, second};
use crate::actor::Actor;
use crate::error::{AppError, Result};
use crate::ids::Ids;
use crate::platform::Platform;

/// Within so many days after one factor was reset, the other is reset by two persons.
const APART: i64 = 7 * DAY;
/// How long a request waits for a decision.
const WAITS: i64 = 3 * DAY;
/// How many resets of an account are looked at and shown.
const SHOWN: u32 = 20;
/// How many letters of a code are told to whoever asks for it.
const HALF: usize = 9;

/// What is reset. 重设的内容
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResetWhat {
    Password,
    SecondFactor,
    /// The identities of others that are bound to the account.
    Identities,
}

impl ResetWhat {
    const ALL: [Self; 3] = [Self::Password, Self::SecondFactor, Self::Identities];

    const fn id(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::SecondFactor => "second_factor",
            Self::Identities => "identities",
        }
    }

    /// As people say it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Password => "密码",
            Self::SecondFactor => "验证程序",
            Self::Identities => "统一身份认证的绑定",
        }
    }

    const fn operation(self) -> &'static str {
        match self {
            Self::Password => "password_reset",
            Self::SecondFactor => "second_factor_reset",
            Self::Identities => "identity_unbound",
        }
    }

    fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.id() == id)
    }
}

/// What became of a reset. 重设结果
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResetDone {
    /// It was reset; of a password the new one, which is told once.
    Done(Option<String>),
    /// It waits for the system administrator; of a password the first half of the new one, which is told once.
    Waiting(Option<String>),
}

/// A reset as administrators and its owner see it. 重设记录
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResetLine {
    pub login: String,
    pub name: String,
    pub what: ResetWhat,
    pub reason: String,
    pub asked_by: String,
    pub asked_at: i64,
    pub decided_by: Option<String>,
    /// In words.
    pub outcome: &'static str,
    pub is_waiting: bool,
}

impl Platform {
    /// Resets what somebody signs in with, as the security administrator; or asks for it, where it takes two.
    ///
    /// # Errors
    /// The account is no security administrator's; it is the own one or an administrator's; no reason is given; something
    /// waits for a decision already.
    pub fn ask_reset(
        &self,
        actor: &Actor,
        login: &str,
        what: ResetWhat,
        reason: &str,
        origin: &Origin,
    ) -> Result<ResetDone> {
        actor.must_be(Rank::SecurityAdmin)?;
        let row = self.resettable(actor, login, reason)?;
        let before = self.store().read(|reader| reset::of_account(reader, &row.id, SHOWN))?;
        let now = self.now();
        if before.iter().any(|one| one.outcome.is_none() && now - one.asked_at <= WAITS) {
            let help = "请系统管理员先在“账号”里决定；三天没有决定的自动作废。";
            return Err(AppError::wrong("reset_waiting", "这个账号已经有一项重设等待同意", help));
        }
        let one = Reset {
            account: row.id.clone(),
            // Each has an instant of its own.
            asked_at: before.first().map_or(now, |last| now.max(last.asked_at + 1)),
            what: what.id().to_owned(),
            asked_by: actor.account.clone(),
            reason: reason.trim().to_owned(),
            key_mark: String::new(),
            sealed: None,
            outcome: None,
            decided_by: None,
            decided_at: None,
        };
        if takes_two(&row, what, &before, now) {
            return self.wait_for_another(one, what, &row.login, origin);
        }
        let code = (what == ResetWhat::Password).then(Ids::password);
        let done = Reset {
            outcome: Some("done".to_owned()),
            decided_by: Some(actor.account.clone()),
            decided_at: Some(now),
            ..one
        };
        self.carry_out_reset(actor, &done, what, code.as_deref(), origin)?;
        Ok(ResetDone::Done(code))
    }

    /// Keeps a request until another administrator decides.
    fn wait_for_another(
        &self,
        mut one: Reset,
        what: ResetWhat,
        login: &str,
        origin: &Origin,
    ) -> Result<ResetDone> {
        let half =
            (what == ResetWhat::Password).then(|| Ids::password().chars().take(HALF).collect::<String>());
        if let Some(half) = &half {
            let keys = self.inner().held().needed()?;
            let place = ["account_reset", &one.account, &one.asked_at.to_string()];
            let (mark, sealed) = keys.seal(&place, half.as_bytes())?;
            (one.key_mark, one.sealed) = (mark, Some(sealed));
        }
        let detail = format!("{login} {} {}", what.name(), one.reason);
        let (origin, now) = (origin.clone(), one.asked_at);
        self.store().write(move |tx| -> store::Result<()> {
            reset::add(tx, &one)?;
            origin.note_done(tx, now, &one.asked_by, "reset_asked", &detail)
        })??;
        Ok(ResetDone::Waiting(half))
    }

    /// What waits for the system administrator.
    ///
    /// # Errors
    /// The account is no system administrator's; the store cannot be read.
    pub fn resets_waiting(&self, actor: &Actor) -> Result<Vec<ResetLine>> {
        actor.must_be(Rank::SystemAdmin)?;
        let now = self.now();
        let mut all = self.store().read(|reader| reset::waiting(reader, 200))?;
        all.retain(|one| now - one.asked_at <= WAITS);
        self.reset_lines(all)
    }

    /// What was reset of one's own account, and by whom, the newest first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn own_resets(&self, actor: &Actor) -> Result<Vec<ResetLine>> {
        let all = self.store().read(|reader| reset::of_account(reader, &actor.account, SHOWN))?;
        self.reset_lines(all)
    }

    fn reset_lines(&self, all: Vec<Reset>) -> Result<Vec<ResetLine>> {
        let now = self.now();
        self.store().read(|reader| {
            let named = |id: &str| -> Result<(String, String)> {
                let row = account::get(reader, id)?;
                Ok(row.map_or_else(|| (id.to_owned(), id.to_owned()), |row| (row.login, row.name)))
            };
            let mut made = Vec::new();
            for one in all {
                let (login, name) = named(&one.account)?;
                let is_waiting = one.outcome.is_none() && now - one.asked_at <= WAITS;
                let outcome = match one.outcome.as_deref() {
                    Some("done") => "已重设",
                    Some(_) => "没有同意",
                    None if is_waiting => "等待系统管理员同意",
                    None => "三天没有决定，作废",
                };
                made.push(ResetLine {
                    login,
                    name,
                    what: ResetWhat::parse(&one.what).unwrap_or(ResetWhat::Password),
                    reason: one.reason,
                    asked_by: named(&one.asked_by)?.1,
                    asked_at: one.asked_at,
                    decided_by: one.decided_by.as_deref().map(named).transpose()?.map(|(_, name)| name),
                    outcome,
                    is_waiting,
                });
            }
            Ok(made)
        })
    }

    /// Decides what waits for an account, as the system administrator. Agreed to, it is reset; of a password the second half of
    /// the new one, which is told once.
    ///
    /// # Errors
    /// The account is no system administrator's; nothing waits any more; it was asked for by the same person; the first half cannot be
    /// opened.
    pub fn decide_reset(
        &self,
        actor: &Actor,
        login: &str,
        agrees: bool,
        origin: &Origin,
    ) -> Result<Option<String>> {
        actor.must_be(Rank::SystemAdmin)?;
        let row = self.resettable(actor, login, "同意")?;
        let now = self.now();
        let waiting = self.store().read(|reader| reset::waiting_of(reader, &row.id))?;
        let waiting = waiting.filter(|one| now - one.asked_at <= WAITS);
        let one = waiting.ok_or_else(nothing_waits)?;
        if one.asked_by == actor.account {
            let why = "重设要由两个人办理，提出的人不能同意".to_owned();
            return Err(AppError::Forbidden { why, help: "请另一名系统管理员办理。".to_owned() });
        }
        let what = ResetWhat::parse(&one.what).ok_or_else(nothing_waits)?;
        if !agrees {
            let (origin, by) = (origin.clone(), actor.account.clone());
            let detail = format!("{} {}", row.login, what.name());
            self.store().write(move |tx| -> store::Result<()> {
                reset::decide(tx, &one, "refused", &by, now)?;
                origin.note_done(tx, now, &by, "reset_refused", &detail)
            })??;
            return Ok(None);
        }
        let mut halves = None;
        if what == ResetWhat::Password {
            let keys = self.inner().held().needed()?;
            let place = ["account_reset", &one.account, &one.asked_at.to_string()];
            let sealed = one.sealed.as_deref().unwrap_or_default();
            let first = keys.open(&place, &one.key_mark, sealed);
            let first = first.and_then(|first| String::from_utf8(first).ok());
            let first = first.ok_or_else(|| {
                let help = "管理者密钥在提出以后换过。请不同意这一项，由安全管理员重新提出。";
                AppError::wrong("reset_unopened", "前一半密码打不开", help)
            })?;
            let second: String = Ids::password().chars().take(HALF).collect();
            halves = Some((format!("{first}-{second}"), second));
        }
        let (whole, second) = halves.unzip();
        self.carry_out_reset(actor, &one, what, whole.as_deref(), origin)?;
        Ok(second)
    }

    /// The account of somebody else who is no administrator, where a reason is given.
    fn resettable(&self, actor: &Actor, login: &str, reason: &str) -> Result<Account> {
        if !(1..=200).contains(&reason.trim().chars().count()) {
            return Err(AppError::field("reason", "理由", "必须填写，1至200个字；要记入操作日志"));
        }
        let row = self.other(actor, login)?;
        if row.rank.is_admin() {
            let why = format!("“{}”是{}，管理员的账号不能由别的管理员办理", row.login, row.rank.name());
            let help = "请运行平台的人员在服务器上用 yifa account 办理。";
            return Err(AppError::Forbidden { why, help: help.to_owned() });
        }
        Ok(row)
    }

    /// Resets, notes who asked and who agreed, and tells the owner.
    fn carry_out_reset(
        &self,
        actor: &Actor,
        one: &Reset,
        what: ResetWhat,
        code: Option<&str>,
        origin: &Origin,
    ) -> Result<()> {
        let hash = code.map(password::hashed).transpose()?;
        let (now, today) = (self.now(), self.today());
        let told = Message {
            account: one.account.clone(),
            kind: "account_reset".to_owned(),
            case: String::new(),
            about: format!("{} {}", one.what, one.asked_at),
            id: self.inner().ids.id(now),
            on_day: today.number(),
            words: json!({ "act": what.name(), "on": today.chinese() }).to_string(),
            made_at: now,
            read_at: None,
        };
        let (origin, by, one) = (origin.clone(), actor.account.clone(), one.clone());
        let done = self.store().write(move |tx| -> store::Result<bool> {
            let Some(mut row) = account::get(tx, &one.account)? else { return Ok(false) };
            match one.outcome {
                Some(_) => reset::add(tx, &one)?,
                // Somebody else may have decided since.
                None if !reset::decide(tx, &one, "done", &by, now)? => return Ok(false),
                None => {}
            }
            put_reset(tx, &mut row, what, hash.as_deref(), now)?;
            account::update(tx, &row)?;
            tell(tx, &told)?;
            let detail = format!("{} {} {}", row.login, row.rank.id(), one.reason);
            origin.note_done(tx, now, &by, what.operation(), &detail)?;
            Ok(true)
        })??;
        if done { Ok(()) } else { Err(nothing_waits()) }
    }
}

fn put_reset(
    tx: &mut Tx<'_>,
    row: &mut Account,
    what: ResetWhat,
    hash: Option<&str>,
    now: i64,
) -> store::Result<()> {
    match (what, hash) {
        (ResetWhat::Password, Some(hash)) => super::replace_password(tx, row, hash, true, now),
        (ResetWhat::Password, None) => Ok(()),
        (ResetWhat::SecondFactor, _) => {
            second::take_away(tx, row)?;
            // Nothing is done with the account before its owner has another one.
            row.totp_step = second::WANTED;
            Ok(())
        }
        (ResetWhat::Identities, _) => store::identity::unbind_all(tx, &row.id).map(drop),
    }
}

/// The message stays on the platform and goes to wherever its owner wants to be told.
fn tell(tx: &mut Tx<'_>, told: &Message) -> store::Result<()> {
    let own = message::addresses(tx, &told.account)?;
    let channels: Vec<String> =
        own.into_iter().filter(|own| own.address.is_some()).map(|own| own.channel).collect();
    crate::messages::told_now(tx, told, &channels)
}

/// Whether a reset takes two persons: without it, whoever asks could sign in as the owner.
fn takes_two(row: &Account, what: ResetWhat, before: &[Reset], now: i64) -> bool {
    let lately = |other: ResetWhat| {
        let done =
            before.iter().filter(|one| one.what == other.id() && one.outcome.as_deref() == Some("done"));
        done.filter_map(|one| one.decided_at).any(|at| now - at <= APART)
    };
    match what {
        // The password alone lets in whoever has it where nothing else is asked for.
        ResetWhat::Password => row.totp_at.is_none() || lately(ResetWhat::SecondFactor),
        // A password that was handed out and not changed since is known to whoever handed it out.
        ResetWhat::SecondFactor => row.must_change || lately(ResetWhat::Password),
        // Taking a way in away opens none.
        ResetWhat::Identities => false,
    }
}

fn nothing_waits() -> AppError {
    let help = "可能已经决定，或者三天没有决定作废了；需要的，请安全管理员重新提出。";
    AppError::wrong("no_reset", "这个账号没有等待同意的重设", help)
}
