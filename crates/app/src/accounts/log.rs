//! The log of operations as the audit administrator reads it.

use store::account::{self, Rank};
use store::audit_log::{self, KEPT_AT_LEAST};

use super::{Noted, Origin, normal_login};
use crate::actor::Actor;
use crate::clock::day_of;
use crate::error::{AppError, Result};
use crate::platform::Platform;

/// A line of the log. 操作日志
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    pub id: i64,
    pub at: i64,
    /// Login and name of whoever did it; empty where nobody had signed in.
    pub who: String,
    pub what: String,
    pub detail: String,
    /// Empty on the machine itself.
    pub address: String,
    pub ok: bool,
    pub hash: String,
}

/// Which lines are shown. 操作日志筛选
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogAsked {
    /// A login; empty for all.
    pub login: String,
    /// One of [`operations`]; empty for all.
    pub what: String,
    pub before: Option<i64>,
}

/// A page of the log. 操作日志页
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogPage {
    pub lines: Vec<LogLine>,
    /// The line before which the next page begins.
    pub next: Option<i64>,
}

/// How many lines a page has, and a file.
const PAGE: u32 = 50;
const FILE: u32 = 5000;

/// Every kind of line, and what it is called.
#[must_use]
pub fn operations() -> &'static [(&'static str, &'static str)] {
    &[
        ("signed_in", "登录"),
        ("sign_in", "登录：账号或者密码不对"),
        ("sign_in_failed", "登录：密码不对"),
        ("sign_in_locked", "登录：账号在锁定中"),
        ("sign_in_closed", "登录：账号已停用或者没有授权"),
        ("password_right", "登录：密码正确，等待验证码"),
        ("second_factor_passed", "登录：验证码"),
        ("signed_on", "用统一身份认证登录"),
        ("identity_bound", "绑定统一身份认证"),
        ("identity_unbound", "解除统一身份认证"),
        ("signed_out", "退出"),
        ("session_ended", "结束一次登录"),
        ("other_sessions_ended", "结束其他登录"),
        ("password_changed", "修改密码"),
        ("password_set", "在服务器上重设密码"),
        ("password_reset", "重设密码"),
        ("reset_asked", "提出重设，等待同意"),
        ("reset_refused", "不同意重设"),
        ("second_factor_set", "绑定验证程序"),
        ("second_factor_left", "解除验证程序"),
        ("second_factor_reset", "重置验证程序"),
        ("recovery_codes_made", "重新生成恢复码"),
        ("account_added", "新建账号"),
        ("account_granted", "授权"),
        ("account_closed", "停用账号"),
        ("account_reopened", "启用账号"),
        ("account_stale", "长期不登录，自动停用"),
        ("account_unlocked", "解除锁定"),
        ("rules_changed", "修改账号规则"),
        ("client_added", "登记接入程序"),
        ("client_ended", "停用接入程序"),
        ("refused", "越权被拒绝"),
        ("client_agreed", "本人同意接入程序"),
        ("client_acted", "接入程序办理事项"),
        ("client_token", "接入程序取得令牌"),
        ("organ_entered", "登记机关"),
        ("organs_entered", "用表格登记机关"),
        ("register_entered", "登记名册"),
        ("register_withdrawn", "撤回名册条目"),
        ("alike_seen", "看过相近案件后登记"),
        ("case_read", "查阅案卷"),
        ("cases_exported", "导出案件列表"),
        ("cases_searched", "按姓名查找案件"),
        ("case_noted", "在案件中留言"),
        ("case_reminded", "在案件中提醒"),
        ("feed_made", "生成日历地址"),
        ("feed_ended", "停用日历地址"),
        ("personal_revealed", "查看个人信息"),
        ("person_erased", "删除个人信息"),
        ("audit_log_read", "查看操作日志"),
        ("audit_log_exported", "导出操作日志"),
        ("audit_log_cleaned", "清理操作日志"),
        ("message_address_asked", "要联系方式的验证码"),
        ("message_address_confirmed", "确认联系方式"),
        ("message_address_dropped", "取消联系方式"),
        ("message_tested", "发送测试消息"),
        ("journal_verified", "核验日志"),
        ("backup_made", "备份"),
        ("delivery_retried", "再送搁置的事项"),
        ("delivery_given_up", "放弃搁置的事项"),
        ("audit_kept", "保存审核结果"),
        ("audit_deleted", "删除审核结果"),
        ("report_begun", "开始起草报告"),
        ("report_aside_dropped", "不采用并列的报告文稿"),
        ("report_finding_accepted", "接受报告稿的问题"),
    ]
}

/// What a kind of line is called.
#[must_use]
pub fn operation_name(what: &str) -> &str {
    operations().iter().find(|(id, _)| *id == what).map_or(what, |(_, name)| *name)
}

impl Platform {
    /// Notes that an account was refused what is not its to do. `what` says what was asked for, without names.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn note_refused(&self, actor: &Actor, what: &str, origin: &Origin) -> Result<()> {
        let (now, by, what, origin) = (self.now(), actor.account.clone(), what.to_owned(), origin.clone());
        let noted = move |tx: &mut store::Tx<'_>| {
            origin.note(tx, now, Noted { account: Some(&by), what: "refused", detail: &what, ok: false })
        };
        Ok(self.store().write(noted)??)
    }

    /// A page of the log, the newest lines first. That it was read is a line too, once for a first page.
    ///
    /// # Errors
    /// The account is no audit administrator's; there is no account of that login; the store cannot be read.
    pub fn operation_log(&self, actor: &Actor, asked: &LogAsked, origin: &Origin) -> Result<LogPage> {
        actor.must_be(Rank::AuditAdmin)?;
        let page = self.log_page(asked, PAGE)?;
        if asked.before.is_none() {
            self.note_audit(actor, "audit_log_read", &shown(asked), origin)?;
        }
        Ok(page)
    }

    /// At most five thousand lines to be kept elsewhere, the newest first.
    ///
    /// # Errors
    /// As for [`Platform::operation_log`].
    pub fn export_log(&self, actor: &Actor, asked: &LogAsked, origin: &Origin) -> Result<LogPage> {
        actor.must_be(Rank::AuditAdmin)?;
        let page = self.log_page(asked, FILE)?;
        self.note_audit(actor, "audit_log_exported", &shown(asked), origin)?;
        Ok(page)
    }

    fn note_audit(&self, actor: &Actor, what: &'static str, detail: &str, origin: &Origin) -> Result<()> {
        let (by, detail, origin, now) =
            (actor.account.clone(), detail.to_owned(), origin.clone(), self.now());
        Ok(self.store().write(move |tx| origin.note_done(tx, now, &by, what, &detail))??)
    }

    pub(crate) fn log_page(&self, asked: &LogAsked, size: u32) -> Result<LogPage> {
        let account = if asked.login.trim().is_empty() {
            None
        } else {
            Some(self.account_named(&normal_login(&asked.login))?.id)
        };
        let asked = audit_log::Asked { account: account.as_deref(), what: &asked.what, before: asked.before };
        let full = usize::try_from(size).unwrap_or(usize::MAX);
        self.store().read(|reader| {
            let mut rows = audit_log::page(reader, &asked, size + 1)?;
            let more = rows.len() > full;
            rows.truncate(full);
            let next = rows.last().filter(|_| more).map(|row| row.id);
            let mut known = std::collections::BTreeMap::new();
            let mut lines = Vec::with_capacity(rows.len());
            for row in rows {
                let id = row.account.unwrap_or_default();
                if !known.contains_key(&id) {
                    let found = account::get(reader, &id)?;
                    let who = found.map_or(id.clone(), |one| format!("{} {}", one.login, one.name));
                    known.insert(id.clone(), who);
                }
                lines.push(LogLine {
                    id: row.id,
                    at: row.at,
                    who: known.get(&id).cloned().unwrap_or_default(),
                    what: row.what,
                    detail: row.detail,
                    address: row.address.unwrap_or_default(),
                    ok: row.ok,
                    hash: row.hash.hex(),
                });
            }
            Ok(LogPage { lines, next })
        })
    }

    /// Removes the lines from before a day, as the audit administrator; how many.
    ///
    /// # Errors
    /// The account is no audit administrator's; the day is less than six months ago.
    pub fn clean_log(&self, actor: &Actor, before: calendar::Day, origin: &Origin) -> Result<u64> {
        actor.must_be(Rank::AuditAdmin)?;
        let now = self.now();
        let instant = (i64::from(before.number()) * 24 - 8) * 3_600_000_000;
        let latest = day_of(now - KEPT_AT_LEAST);
        if instant > now - KEPT_AT_LEAST {
            let message = format!("操作日志至少保存六个月，现在最多可以清理{}以前的", latest.chinese());
            return Err(AppError::field("before", "清理到", message));
        }
        let (by, origin) = (actor.account.clone(), origin.clone());
        Ok(self.store().write(move |tx| -> store::Result<u64> {
            audit_log::clean(tx, instant, now, Some(&by), origin.address.as_deref())
        })??)
    }
}

fn shown(asked: &LogAsked) -> String {
    [asked.login.as_str(), asked.what.as_str()].join(" ").trim().to_owned()
}
