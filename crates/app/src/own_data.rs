//! What is kept of a person, shown to them and given to take along. 个人信息的查阅、复制和转移
//! （个人信息保护法第四十五条）

use calendar::Day;
use serde_json::json;
use store::account::Rank;

use crate::accounts::{LogAsked, operation_name};
use crate::actor::Actor;
use crate::clock::local_time;
use crate::desk::CaseLine;
use crate::error::Result;
use crate::persons;
use crate::platform::Platform;
use crate::view::{Showing, shown_fields};
use crate::visible::{CaseFilter, Whose};

/// How many of the latest lines of the log of operations are told.
const LINES: u32 = 100;

/// Everything that is kept of the person of an account. 我的个人信息
#[derive(Clone, Debug)]
pub struct OwnData {
    /// Label and text.
    pub account: Vec<(&'static str, String)>,
    /// What else is kept under the account, label and text: drafts, saved views, addresses for messages, the latest messages,
    /// programs that act in the person's name.
    pub kept: Vec<(&'static str, String)>,
    /// The cases to which the person is party, the newest first; none of an officer, who reads cases at the desk.
    pub cases: Vec<OwnCase>,
    /// When, what and from which address, the newest first.
    pub operations: Vec<(String, String, String)>,
}

/// What a case keeps of the persons in it. 案件中的个人信息
#[derive(Clone, Debug)]
pub struct OwnCase {
    pub line: CaseLine,
    pub entries: Vec<OwnEntry>,
}

/// The personal contents of one event. 一个事项中的个人信息
#[derive(Clone, Debug)]
pub struct OwnEntry {
    pub number: u32,
    pub on: Day,
    pub act: String,
    /// Label and text; what was erased says so.
    pub fields: Vec<(String, String)>,
    /// Names of the attachments.
    pub files: Vec<String>,
}

impl Platform {
    /// What is kept of the person who has signed in: account, operations, and the personal contents of their cases.
    ///
    /// # Errors
    /// The session has ended; the store cannot be read.
    pub fn own_data(&self, token: &str, actor: &Actor) -> Result<OwnData> {
        let (row, _) = self.signed_in_row(token)?;
        let mut account = vec![
            ("登录名", row.login.clone()),
            ("姓名", row.name),
            ("级别", row.rank.name().to_owned()),
            ("开立时间", local_time(row.created_at)),
        ];
        account.extend(actor.organ.iter().map(|(_, organ)| ("单位", organ.clone())));
        account.extend(row.number_masked.map(|number| ("身份号码（遮盖后保存）", number)));
        account.extend(row.signed_in_at.map(|at| ("上次登录", local_time(at))));
        account.push(("绑定的统一身份认证", format!("{}个", self.identities(token)?.len())));
        let asked = LogAsked { login: row.login, ..LogAsked::default() };
        let lines = self.log_page(&asked, LINES)?.lines;
        let operations = lines
            .into_iter()
            .map(|line| (local_time(line.at), operation_name(&line.what).to_owned(), line.address));
        let (kept, cases) = (self.kept_of(actor)?, self.own_cases(actor)?);
        Ok(OwnData { account, kept, cases, operations: operations.collect() })
    }

    fn kept_of(&self, actor: &Actor) -> Result<Vec<(&'static str, String)>> {
        let mut made = Vec::new();
        let drafts = self.drafts(actor)?;
        made.extend(
            drafts.into_iter().map(|(_, title, at)| ("草稿", format!("{title}（{}）", local_time(at)))),
        );
        made.extend(self.saved_views(actor)?.into_iter().map(|view| ("常用筛选", view.name)));
        let settings = self.message_settings(actor)?;
        for one in settings.addresses {
            made.extend(one.address.map(|address| {
                ("收消息的地址（加密保存，这里隐去中间）", format!("{}：{address}", one.name))
            }));
        }
        let (messages, _) = self.messages(actor, "")?;
        made.extend(
            messages.into_iter().map(|one| ("消息", format!("{} {}", local_time(one.made_at), one.title))),
        );
        made.extend(self.own_clients(actor)?.into_iter().map(|one| ("以本人名义办事的程序", one.name)));
        Ok(made)
    }

    fn own_cases(&self, actor: &Actor) -> Result<Vec<OwnCase>> {
        let mut made = Vec::new();
        if actor.rank != Rank::Citizen {
            return Ok(made);
        }
        let all = CaseFilter { whose: Whose::All, procedure: None, phase: None };
        let mut after = None;
        loop {
            let (lines, next) = self.case_list(actor, &all, after.as_deref())?;
            for line in lines {
                let entries = self.own_entries(actor, &line.case)?;
                made.push(OwnCase { line, entries });
            }
            after = next;
            if after.is_none() {
                return Ok(made);
            }
        }
    }

    fn own_entries(&self, actor: &Actor, case: &str) -> Result<Vec<OwnEntry>> {
        self.readable(actor, case, |db, file| {
            self.must_be_entitled(actor, file)?;
            let procedure = &file.pack.file.procedure;
            let personal = store::personal::of_case(db, self.inner().held().ready(), case)?;
            let files = store::attachment::of_case(db, case)?;
            let keys = self.inner().held();
            let mut made = Vec::new();
            for entry in store::events::of_case(db, case, 0)? {
                let event = entry.event();
                let spec = procedure.act_named(&event.act).and_then(|act| procedure.act_of(act));
                let own = personal.iter().find(|one| one.number == event.number);
                let mut fields = spec.zip(own).map_or_else(Vec::new, |(spec, own)| {
                    shown_fields(spec, "{}", Some(&own.data), Showing::Whole)
                });
                fields.extend(own.map_or_else(Vec::new, |own| persons::absent(spec, own)));
                let attached = files.iter().filter(|file| file.number == event.number);
                let files: Vec<String> = attached.map(|file| file.own_name(keys.ready())).collect();
                if fields.is_empty() && files.is_empty() {
                    continue;
                }
                made.push(OwnEntry {
                    number: event.number,
                    on: Day::from_number(event.legal_day).unwrap_or_else(|| self.today()),
                    act: spec.map_or_else(|| persons::act_name(&event.act), |spec| spec.name.clone()),
                    fields,
                    files,
                });
            }
            Ok(made)
        })
    }
}

impl OwnData {
    /// The same in a form that other programs read.
    #[must_use]
    pub fn json(&self) -> String {
        let pairs = |fields: &[(String, String)]| {
            fields.iter().map(|(label, text)| json!({ "name": label, "value": text })).collect::<Vec<_>>()
        };
        let entry = |one: &OwnEntry| {
            json!({
                "number": one.number, "on": one.on.to_string(), "act": one.act,
                "personal": pairs(&one.fields), "files": one.files,
            })
        };
        let case = |one: &OwnCase| {
            json!({
                "id": one.line.case, "number": one.line.number, "procedure": one.line.procedure,
                "opened_on": one.line.opened_on.to_string(),
                "closed_on": one.line.closed_on.map(|day| day.to_string()),
                "entries": one.entries.iter().map(entry).collect::<Vec<_>>(),
            })
        };
        let labelled = |all: &[(&'static str, String)]| {
            all.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect::<Vec<_>>()
        };
        let (account, kept) = (labelled(&self.account), labelled(&self.kept));
        let operation = |(at, what, address): &(String, String, String)| json!({ "at": at, "what": what, "address": address });
        let whole = json!({
            "account": account,
            "kept": kept,
            "cases": self.cases.iter().map(case).collect::<Vec<_>>(),
            "operations": self.operations.iter().map(operation).collect::<Vec<_>>(),
        });
        serde_json::to_string_pretty(&whole).unwrap_or_default()
    }
}
