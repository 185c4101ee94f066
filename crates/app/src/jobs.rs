//! What a server does by itself, when it did so last and how that ended; verifying the journal and making a backup at an
//! administrator's word. 后台工作

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value as Json, json};
use store::account::Rank;
use store::{Query, meta};

use crate::accounts::Origin;
use crate::actor::Actor;
use crate::error::{AppError, Result};
use crate::platform::Platform;

/// Something that a server does by itself or at an administrator's word. 后台工作
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Job {
    /// What the law deems done when time has run out.
    Clock,
    Roots,
    Tidying,
    /// Making messages from the journal.
    Messages,
    /// Recomputing every hash of the journal.
    Verify,
    Backup,
}

/// All jobs, in the order in which a page shows them.
pub const JOBS: [Job; 6] = [Job::Clock, Job::Roots, Job::Messages, Job::Tidying, Job::Verify, Job::Backup];

impl Job {
    /// As people say it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Clock => "期限时钟",
            Self::Roots => "作根",
            Self::Tidying => "清理",
            Self::Messages => "生成消息",
            Self::Verify => "核验日志",
            Self::Backup => "备份",
        }
    }

    /// What it does, in a sentence.
    #[must_use]
    pub fn what(self) -> &'static str {
        match self {
            Self::Clock => "到期没有办、法律规定视为已经办理的，记入案件；每十秒看一次",
            Self::Roots => "把日志的根算出来、签名、公布；有增加时每小时至多一次，每天零时后必作一次",
            Self::Tidying => "删去过了保存期的请求记录、草稿和看过的消息；每小时一次，不动办理日志",
            Self::Messages => "从办理日志生成要告知的消息；不停地看",
            Self::Verify => "逐条重算日志的杂凑值，核对根、附件和操作日志；管理员点了才做",
            Self::Backup => "把数据整个抄到另一个文件夹；管理员点了才做，也可以用命令行按时做",
        }
    }

    const fn setting(self) -> &'static str {
        match self {
            Self::Clock => "job_clock",
            Self::Roots => "job_roots",
            Self::Tidying => "job_tidying",
            Self::Messages => "job_messages",
            Self::Verify => "job_verify",
            Self::Backup => "job_backup",
        }
    }
}

/// How a job ended: well, with what it came to, or not. 工作结果
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub ok: bool,
    /// What it came to; empty where there was nothing to do.
    pub told: String,
}

/// When a job was done last, and how that ended. 工作情况
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobState {
    pub job: Job,
    /// The last time, in microseconds since 1970-01-01 in UTC; none where it never was.
    pub at: Option<i64>,
    pub outcome: Option<Outcome>,
    /// It began and has not ended.
    pub is_running: bool,
    /// The last time that it came to something, and to what.
    pub last_told: Option<(i64, String)>,
}

/// How long what changes nothing goes unwritten, in microseconds.
const UNWRITTEN: i64 = 60_000_000;
/// How long something that began is taken to be running, in microseconds: a server that was stopped never says.
const LONGEST: i64 = 6 * 3_600_000_000;

/// When each job was written down last by this process, and whether it went well.
pub(crate) type Noted = BTreeMap<Job, (i64, bool)>;

impl Platform {
    /// Notes how a job ended, for the administrators' page. One that does nothing each few seconds is written once a
    /// minute; where the store cannot be written, nothing is said: the trouble shows elsewhere.
    pub fn note_job<T>(&self, job: Job, done: &Result<T>, told: impl FnOnce(&T) -> String) {
        let outcome = match done {
            Ok(done) => Outcome { ok: true, told: told(done) },
            Err(fault) => {
                let found = fault.diagnostics();
                Outcome { ok: false, told: found.first().map_or_else(String::new, |one| one.message.clone()) }
            }
        };
        drop(self.note_outcome(job, &outcome));
    }

    fn note_outcome(&self, job: Job, outcome: &Outcome) -> Result<()> {
        let now = self.now();
        if let Ok(noted) = self.inner().jobs.lock()
            && let Some((at, ok)) = noted.get(&job)
            && *ok == outcome.ok
            && (!outcome.ok || outcome.told.is_empty())
            && now - *at < UNWRITTEN
        {
            return Ok(());
        }
        let own = outcome.clone();
        self.store().write(move |tx| -> store::Result<()> {
            let before = read(tx, job)?;
            let last =
                if own.ok && !own.told.is_empty() { Some((now, own.told.clone())) } else { before.last_told };
            let kept = json!({ "at": now, "ok": own.ok, "told": own.told, "last": last });
            meta::set(tx, job.setting(), &kept.to_string())
        })??;
        if let Ok(mut noted) = self.inner().jobs.lock() {
            noted.insert(job, (now, outcome.ok));
        }
        Ok(())
    }

    /// How every job stands.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn job_states(&self) -> Result<Vec<JobState>> {
        let now = self.now();
        let states: store::Result<Vec<JobState>> =
            self.store().read(|reader| JOBS.into_iter().map(|job| read(reader, job)).collect());
        let mut states = states?;
        for state in &mut states {
            state.is_running = state.is_running && state.at.is_some_and(|at| now - at < LONGEST);
        }
        Ok(states)
    }

    /// Recomputes every hash of the journal at a system administrator's word; what it comes to is noted. It takes as long
    /// as it takes: ask where waiting does no harm.
    ///
    /// # Errors
    /// The account is not the system administrator's; it is being done; the store cannot be read or written.
    pub fn verify_now(&self, actor: &Actor, origin: &Origin) -> Result<()> {
        self.begin(Job::Verify, actor, "journal_verified", origin)?;
        let done = self.verify(false);
        let outcome = match &done {
            Ok(verified) => {
                let journal = &verified.journal;
                let faults = journal.faults.len() + verified.faults.len();
                let first = journal.faults.first().map(ToString::to_string);
                let told = if faults == 0 {
                    format!(
                        "日志完整：核验事项{}条、案件{}件、根{}个、附件{}份、操作日志{}条",
                        journal.events, journal.cases, journal.roots, journal.files, journal.log_lines
                    )
                } else {
                    format!("日志有{faults}处问题，第一处：{}", first.unwrap_or_default())
                };
                Outcome { ok: faults == 0, told }
            }
            Err(fault) => failed(fault),
        };
        self.note_outcome(Job::Verify, &outcome)?;
        done.map(drop)
    }

    /// Copies the whole store into a new folder beside it at a system administrator's word; its path. The keys are not in it.
    ///
    /// # Errors
    /// The account is not the system administrator's; it is being done; the copy cannot be written.
    pub fn backup_now(&self, actor: &Actor, origin: &Origin) -> Result<PathBuf> {
        self.begin(Job::Backup, actor, "backup_made", origin)?;
        let into = self.backups().join(crate::clock::local_time(self.now()).replace([' ', ':'], "-"));
        let done = std::fs::create_dir_all(self.backups())
            .map_err(|fault| {
                let help = "核对权限和磁盘空间，或者用 yifa backup 备份到别处。";
                AppError::wrong("cannot_write", format!("写不了{}：{fault}", self.backups().display()), help)
            })
            .and_then(|()| Ok(self.store().backup(&into)?));
        let outcome = match &done {
            Ok(()) => Outcome { ok: true, told: format!("备份在{}", into.display()) },
            Err(fault) => failed(fault),
        };
        self.note_outcome(Job::Backup, &outcome)?;
        done.map(|()| into)
    }

    /// Where backups at an administrator's word go: beside the folder of the data, not in it.
    #[must_use]
    pub fn backups(&self) -> PathBuf {
        let dir = self.store().dir();
        let dir = std::fs::canonicalize(dir).unwrap_or_else(|_| dir.to_owned());
        let name = dir.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        dir.with_file_name(format!("{name}-backups"))
    }

    /// Notes that a job began, unless it is being done.
    fn begin(&self, job: Job, actor: &Actor, what: &'static str, origin: &Origin) -> Result<()> {
        actor.must_be(Rank::SystemAdmin)?;
        let (now, by, origin) = (self.now(), actor.account.clone(), origin.clone());
        let is_free = self.store().write(move |tx| -> store::Result<bool> {
            let before = read(tx, job)?;
            if before.is_running && before.at.is_some_and(|at| now - at < LONGEST) {
                return Ok(false);
            }
            let last = before.last_told;
            let kept = json!({ "at": now, "running": true, "last": last });
            meta::set(tx, job.setting(), &kept.to_string())?;
            origin.note_done(tx, now, &by, what, "")?;
            Ok(true)
        })??;
        if is_free {
            return Ok(());
        }
        Err(AppError::wrong("under_way", format!("{}正在进行", job.name()), "请等它做完，再看结果。"))
    }

    /// Lets a message that a receiver refused be tried again, or gives it up, at a system administrator's word.
    ///
    /// # Errors
    /// The account is not the system administrator's; the message is not held for that receiver.
    pub fn decide_delivery(
        &self,
        actor: &Actor,
        (id, receiver): (i64, &str),
        give_up: bool,
        origin: &Origin,
    ) -> Result<()> {
        actor.must_be(Rank::SystemAdmin)?;
        let what = if give_up { "delivery_given_up" } else { "delivery_retried" };
        if give_up {
            self.give_message_up(id, Some(receiver))?;
        } else {
            self.retry_message(id, Some(receiver))?;
        }
        let (now, by, origin) = (self.now(), actor.account.clone(), origin.clone());
        let detail = format!("{receiver} {id}");
        Ok(self.store().write(move |tx| origin.note_done(tx, now, &by, what, &detail))??)
    }
}

fn failed(fault: &AppError) -> Outcome {
    let found = fault.diagnostics();
    Outcome { ok: false, told: found.first().map_or_else(String::new, |one| one.message.clone()) }
}

fn read(db: &dyn Query, job: Job) -> store::Result<JobState> {
    let kept = meta::get(db, job.setting())?.and_then(|text| serde_json::from_str::<Json>(&text).ok());
    let field = |name: &str| kept.as_ref().and_then(|kept| kept.get(name)).cloned();
    let flag = |name: &str| field(name).as_ref().and_then(Json::as_bool);
    let text = |value: Json| value.as_str().unwrap_or_default().to_owned();
    let last =
        field("last").and_then(|last| Some((last.get(0)?.as_i64()?, last.get(1)?.as_str()?.to_owned())));
    Ok(JobState {
        job,
        at: field("at").as_ref().and_then(Json::as_i64),
        outcome: flag("ok").map(|ok| Outcome { ok, told: field("told").map(text).unwrap_or_default() }),
        is_running: flag("running").unwrap_or(false),
        last_told: last,
    })
}
