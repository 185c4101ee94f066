//! What was sent when by which channel, for the administrator, and a test of each channel.

use serde_json::json;
use store::account::{self, Rank};
use store::message::{self, Message, NEVER, Sending, State};
use store::{Query, cases};

use super::channels::{Channel, Note, Undelivered, channel_name};
use crate::accounts::Origin;
use crate::actor::Actor;
use crate::clock::day_of;
use crate::error::{AppError, Result};
use crate::platform::Platform;

/// A message on its way, for people. 发送记录
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendingLine {
    pub message: String,
    pub channel: String,
    pub made_at: i64,
    /// The login of the receiver; nothing for a group.
    pub login: String,
    pub title: String,
    pub case_number: String,
    pub state: State,
    pub attempts: u32,
    /// When it is tried (again).
    pub next_at: Option<i64>,
    pub ended_at: Option<i64>,
    /// What went wrong last, or why it waits.
    pub fault: String,
}

/// Which of them, and from where on. 发送记录筛选
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SendingsAsked {
    /// A state, or none.
    pub state: String,
    /// A channel, or none.
    pub channel: String,
    /// The place before which the page begins.
    pub before: String,
}

/// How a channel stands, for people. 渠道状态
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelState {
    pub name: String,
    pub shown: String,
    pub is_configured: bool,
    pub waiting: i64,
    pub sent: i64,
    pub failed: i64,
    pub fault: Option<(String, i64)>,
}

/// What a state is called.
#[must_use]
pub fn state_name(state: State) -> &'static str {
    match state {
        State::Waiting => "等候发送",
        State::Sent => "已经送出",
        State::Failed => "没有送出",
        State::Seen => "站内已看，没有再送",
        State::Stale => "过了时间，没有再送",
    }
}

/// How many lines a page has.
const PAGE: u32 = 50;

impl Platform {
    /// A page of all sendings, the newest first, and where the next one begins.
    ///
    /// # Errors
    /// The account is not the system administrator's; the store cannot be read.
    pub fn sendings(
        &self,
        actor: &Actor,
        asked: &SendingsAsked,
    ) -> Result<(Vec<SendingLine>, Option<String>)> {
        actor.must_be(Rank::SystemAdmin)?;
        self.sendings_of_all(asked)
    }

    /// The same for the operator of the machine.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn sendings_of_all(&self, asked: &SendingsAsked) -> Result<(Vec<SendingLine>, Option<String>)> {
        let mut parts = asked.before.splitn(3, '.');
        let before = parts.next().and_then(|at| at.parse::<i64>().ok()).zip(parts.next()).zip(parts.next());
        let before = before.map(|((at, id), by)| (at, id, by));
        self.store().read(|reader| {
            let rows = message::sendings(reader, before, &asked.state, &asked.channel, PAGE)?;
            let full = u32::try_from(rows.len()).unwrap_or(PAGE) == PAGE;
            let next = rows.last().filter(|_| full);
            let next = next.map(|row| format!("{}.{}.{}", row.made_at, row.message, row.channel));
            let lines: Result<Vec<_>> = rows.into_iter().map(|row| self.sending_line(reader, row)).collect();
            Ok((lines?, next))
        })
    }

    fn sending_line(&self, db: &dyn Query, row: Sending) -> Result<SendingLine> {
        let told = message::get(db, &row.message)?;
        let title = told.as_ref().and_then(|told| self.message_words(told, Some("******")));
        let case = match told.as_ref().filter(|told| !told.case.is_empty()) {
            Some(told) => cases::get(db, &told.case)?.and_then(|case| case.number),
            None => None,
        };
        let id = row.account.strip_prefix("code:").unwrap_or(&row.account);
        let login = account::get(db, id)?.map_or(String::new(), |one| one.login);
        Ok(SendingLine {
            message: row.message,
            channel: row.channel,
            made_at: row.made_at,
            login,
            title: title.map_or_else(|| "已经清理的消息".to_owned(), |(title, _)| title),
            case_number: case.unwrap_or_default(),
            state: row.state,
            attempts: row.attempts,
            next_at: Some(row.next_at).filter(|at| *at != NEVER),
            ended_at: row.ended_at,
            fault: row.fault,
        })
    }

    /// How each channel stands: those that are set up, and every other one that was ever used.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn channel_states(&self) -> Result<Vec<ChannelState>> {
        let channels = self.channels();
        self.store().read(|reader| {
            let (known, counts) = (message::channels(reader)?, message::counts(reader)?);
            let mut names: Vec<String> = channels.list.iter().map(|one| one.name.clone()).collect();
            let used = known.iter().map(|one| &one.name).chain(counts.iter().map(|(name, ..)| name));
            for name in used {
                if !names.contains(name) {
                    names.push(name.clone());
                }
            }
            let one = |name: String| {
                let count = |state: State| {
                    let own = counts.iter().find(|(by, id, _)| *by == name && id == state.id());
                    own.map_or(0, |(.., n)| *n)
                };
                let fault = known.iter().find(|one| one.name == name).and_then(|one| one.fault.clone());
                ChannelState {
                    shown: channels.get(&name).map_or(String::new(), Channel::shown),
                    is_configured: channels.get(&name).is_some(),
                    waiting: count(State::Waiting),
                    sent: count(State::Sent),
                    failed: count(State::Failed),
                    fault,
                    name,
                }
            };
            Ok(names.into_iter().map(one).collect())
        })
    }

    /// Lets a message that was given up be tried again.
    ///
    /// # Errors
    /// The account is not the system administrator's; the message was not given up.
    pub fn send_again(&self, actor: &Actor, message: &str, channel: &str) -> Result<()> {
        actor.must_be(Rank::SystemAdmin)?;
        if self.retry_sending(message, channel)? {
            return Ok(());
        }
        Err(AppError::wrong("not_failed", "这一条没有搁置", "只有“没有送出”的可以再送。"))
    }

    /// Sends a test message by a channel, at once.
    ///
    /// # Errors
    /// The account is not the system administrator's; the channel does not take it: why, in plain words.
    pub fn test_channel(&self, actor: &Actor, channel: &str, to: &str, origin: &Origin) -> Result<()> {
        actor.must_be(Rank::SystemAdmin)?;
        let (account, origin, now) = (actor.account.clone(), origin.clone(), self.now());
        let name = channel.to_owned();
        self.store().write(move |tx| origin.note_done(tx, now, &account, "message_tested", &name))??;
        self.send_test(channel, to)
    }

    /// The same for the operator of the machine.
    ///
    /// # Errors
    /// There is no such channel; it does not take the message: why, in plain words.
    pub fn send_test(&self, channel: &str, to: &str) -> Result<()> {
        let channels = self.channels();
        let found = channels.get(channel).ok_or_else(|| {
            let all: Vec<&str> = channels.list.iter().map(|one| one.name.as_str()).collect();
            let help = if all.is_empty() {
                "渠道写在数据文件夹的 messages.toml 里，格式见 docs/operations.md。".to_owned()
            } else {
                format!("可用：{}", all.join("、"))
            };
            AppError::wrong("no_channel", format!("没有“{channel}”这个渠道"), help)
        })?;
        let now = self.now();
        let told = Message {
            account: format!("test:{channel}"),
            kind: "test".to_owned(),
            case: String::new(),
            about: self.inner().ids.id(now),
            id: self.inner().ids.id(now),
            on_day: day_of(now).number(),
            words: json!({}).to_string(),
            made_at: now,
            read_at: None,
        };
        let note: Option<Note> = self.outgoing(&channels, &told, to.trim().to_owned(), None, now);
        let note = note.ok_or_else(|| AppError::not_found("测试消息的模板"))?;
        let outcome = found.adapter.deliver(&note);
        let (state, fault) = match &outcome {
            Ok(()) => (State::Sent, String::new()),
            Err(Undelivered::Unreached(why) | Undelivered::Refused(why) | Undelivered::Never(why)) => {
                (State::Failed, why.clone())
            }
        };
        let row = Sending {
            message: told.id.clone(),
            channel: channel.to_owned(),
            account: told.account.clone(),
            made_at: now,
            next_at: NEVER,
            attempts: 1,
            state,
            fault: fault.clone(),
            ended_at: Some(now),
        };
        self.store().write(move |tx| -> store::Result<()> {
            message::add(tx, &told)?;
            message::send(tx, &row)
        })??;
        match outcome {
            Ok(()) => Ok(()),
            Err(_) => {
                let why = format!("{}没有送出：{fault}", channel_name(channel));
                Err(AppError::wrong("not_sent", why, "核对 messages.toml、网络和对方的设置以后再试。"))
            }
        }
    }
}
