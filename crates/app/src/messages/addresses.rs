//! Where each account wants to be told, and when not: addresses that are confirmed by a code, sealed in the store.

use serde_json::json;
use store::message::{self, Address, Message};
use store::{Keyring, Query, StoreError, Tx};
use subtle::ConstantTimeEq as _;

use super::channels::{MAIL, SMS, channel_name};
use super::mail::is_address;
use super::posts::is_phone;
use super::pushing::CODE_TIME;
use super::quiet::Quiet;
use super::teller::waiting;
use crate::accounts::Origin;
use crate::actor::Actor;
use crate::error::{AppError, Result};
use crate::ids::Ids;
use crate::personal_key::Held;
use crate::platform::Platform;
use crate::root_key::{hex, unhex};

const PLACE: &str = "message address";
/// How many codes an account may ask for in a day, and how many wrong ones it may give for one.
const MOST_ASKED: u32 = 5;
const MOST_TRIES: u32 = 5;

/// One way to reach an account, as its owner sees it. 联系方式
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressView {
    /// `mail` or `sms`.
    pub channel: &'static str,
    pub name: String,
    /// The address with its middle hidden.
    pub address: Option<String>,
    /// One that waits for its code.
    pub pending: Option<String>,
    /// Whether the operator has set the channel up.
    pub is_offered: bool,
}

/// What an account has chosen about messages. 消息设置
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageSettings {
    pub addresses: Vec<AddressView>,
    pub quiet: Quiet,
    /// The quiet hours are those of the operator.
    pub is_usual: bool,
}

fn sealed(keys: &Keyring, account: &str, channel: &str, text: &str) -> store::Result<String> {
    let (mark, made) = keys.seal(&[PLACE, account, channel], text.as_bytes())?;
    Ok(format!("{mark} {}", hex(&made)))
}

fn opened_with(keys: &Keyring, row: &Address, text: &str) -> Option<String> {
    let (mark, made) = text.split_once(' ')?;
    let plain = keys.open(&[PLACE, &row.account, &row.channel], mark, &unhex(made)?)?;
    String::from_utf8(plain).ok()
}

/// A sealed text of an address row.
///
/// # Errors
/// There is no key, or another one.
pub(super) fn opened(held: &Held, row: &Address, text: Option<&str>) -> store::Result<Option<String>> {
    let Some(text) = text else { return Ok(None) };
    let keys = held.needed()?;
    opened_with(&keys, row, text).map(Some).ok_or_else(|| StoreError::PersonalKey {
        why: "联系方式是用另一把管理者密钥封存的，请重新填写".to_owned(),
    })
}

/// The address that waits to be confirmed, and its code.
pub(super) fn pending_of(
    db: &dyn Query,
    held: &Held,
    account: &str,
    channel: &str,
) -> store::Result<Option<(String, String)>> {
    // The pseudo account of a code's message holds the account behind its colon.
    let account = account.strip_prefix("code:").unwrap_or(account);
    let Some(row) = message::address(db, account, channel)? else { return Ok(None) };
    let text = opened(held, &row, row.pending.as_deref())?;
    Ok(text.and_then(|text| text.split_once('\n').map(|(one, code)| (one.to_owned(), code.to_owned()))))
}

/// Seals the addresses of the next accounts under the key in use; the last, nothing when there are no more. What cannot
/// be opened stays as it is.
pub(crate) fn rewrap(
    tx: &mut Tx<'_>,
    keys: &Keyring,
    after: (&str, &str),
    limit: u32,
) -> store::Result<Option<(String, String)>> {
    let mut rows = message::address_page(tx, after, limit)?;
    for row in &mut rows {
        for sealed_text in [&row.address, &row.pending].map(Clone::clone).into_iter().flatten() {
            let Some(plain) = opened_with(keys, row, &sealed_text) else { continue };
            let fresh = sealed(keys, &row.account, &row.channel, &plain)?;
            if row.address.as_ref() == Some(&sealed_text) {
                row.address = Some(fresh);
            } else {
                row.pending = Some(fresh);
            }
        }
        message::put_address(tx, row)?;
    }
    Ok(rows.pop().map(|row| (row.account, row.channel)))
}

/// An address with its middle hidden.
fn masked(channel: &str, address: &str) -> String {
    if channel == SMS {
        let (head, tail) = (address.get(..3).unwrap_or_default(), address.get(7..).unwrap_or_default());
        return format!("{head}****{tail}");
    }
    let (name, domain) = address.split_once('@').unwrap_or((address, ""));
    format!("{}***@{domain}", name.chars().next().map_or(String::new(), String::from))
}

fn known(channel: &str) -> Result<&'static str> {
    let found = [MAIL, SMS].into_iter().find(|one| *one == channel);
    found.ok_or_else(|| AppError::not_found(format!("联系方式“{channel}”")))
}

/// Six digits that nobody guesses.
fn new_code() -> String {
    let bytes = Ids::bytes_of_system();
    let number = bytes.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("{:06}", number % 1_000_000)
}

impl Platform {
    /// What an account has chosen.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn message_settings(&self, actor: &Actor) -> Result<MessageSettings> {
        let (channels, held) = (self.channels(), self.inner().held());
        self.store().read(|reader| {
            let rows = message::addresses(reader, &actor.account)?;
            let now = self.now();
            let one = |channel: &'static str| {
                let row = rows.iter().find(|row| row.channel == channel);
                let shown = |text: Option<&str>| -> Option<String> {
                    let plain = row.and_then(|row| opened(&held, row, text).ok().flatten())?;
                    Some(masked(channel, plain.split('\n').next().unwrap_or_default()))
                };
                let waits = row.filter(|row| row.pending_until.is_some_and(|until| until > now));
                AddressView {
                    channel,
                    name: channel_name(channel),
                    address: row.and_then(|row| shown(row.address.as_deref())),
                    pending: waits.and_then(|row| shown(row.pending.as_deref())),
                    is_offered: channels.get(channel).is_some(),
                }
            };
            let own = message::quiet(reader, &actor.account)?;
            let own = own.map(|(from, until)| Quiet { from, until });
            Ok(MessageSettings {
                addresses: vec![one(MAIL), one(SMS)],
                quiet: own.unwrap_or(channels.quiet),
                is_usual: own.is_none(),
            })
        })
    }

    /// Begins to tell an account at an address: a code goes there, and nothing else until it is given back.
    ///
    /// # Errors
    /// It is no address; the channel is not set up; too many codes were asked for today; there is no key.
    pub fn ask_address(&self, actor: &Actor, channel: &str, address: &str, origin: &Origin) -> Result<()> {
        let channel = known(channel)?;
        let address = address.trim().to_owned();
        let (is_right, label, how) = match channel {
            SMS => (is_phone(&address), "手机号码", "写11位手机号码，不加区号和空格"),
            _ => (is_address(&address), "邮箱", "写成 name@example.cn 这样，不能有空格和汉字"),
        };
        if !is_right {
            return Err(AppError::field("address", label, how));
        }
        if self.channels().get(channel).is_none() {
            let why = format!("本平台还没有开通{}", channel_name(channel));
            return Err(AppError::wrong(
                "no_channel",
                why,
                "消息在站内照常可以看；要开通的，请告诉系统管理员。",
            ));
        }
        let keys = self.inner().held().needed()?;
        let (now, today) = (self.now(), self.today().number());
        let pending = sealed(&keys, &actor.account, channel, &format!("{address}\n{}", new_code()))?;
        let told = Message {
            account: format!("code:{}", actor.account),
            kind: "address_code".to_owned(),
            case: String::new(),
            about: format!("{channel} {now} {}", Ids::token().get(..8).unwrap_or_default()),
            id: self.inner().ids.id(now),
            on_day: today,
            words: json!({}).to_string(),
            made_at: now,
            read_at: None,
        };
        let (account, origin) = (actor.account.clone(), origin.clone());
        let asked = self.store().write(move |tx| -> store::Result<bool> {
            let row = message::address(tx, &account, channel)?.unwrap_or_else(|| Address {
                account: account.clone(),
                channel: channel.to_owned(),
                ..Address::default()
            });
            let before = if row.asked_on == today { row.asked } else { 0 };
            if before >= MOST_ASKED {
                return Ok(false);
            }
            let row = Address {
                pending: Some(pending.clone()),
                pending_until: Some(now + CODE_TIME),
                tries: 0,
                asked_on: today,
                asked: before + 1,
                ..row
            };
            message::put_address(tx, &row)?;
            message::add(tx, &told)?;
            message::send(tx, &waiting(&told, channel.to_owned()))?;
            origin.note_done(tx, now, &account, "message_address_asked", channel)?;
            Ok(true)
        })??;
        if asked {
            return Ok(());
        }
        let why = format!("今天已经要了{MOST_ASKED}次验证码");
        Err(AppError::wrong("too_many_codes", why, "请明天再试；没有收到的，请告诉系统管理员核对发送记录。"))
    }

    /// Confirms an address by the code that went there.
    ///
    /// # Errors
    /// The code is wrong, too old, or was tried too often.
    pub fn confirm_address(&self, actor: &Actor, channel: &str, code: &str, origin: &Origin) -> Result<()> {
        let channel = known(channel)?;
        let held = self.inner().held();
        let code: String = code.chars().filter(char::is_ascii_digit).collect();
        let (account, origin, now) = (actor.account.clone(), origin.clone(), self.now());
        let keys = held.needed()?;
        let right = self.store().write(move |tx| -> store::Result<bool> {
            let Some(row) = message::address(tx, &account, channel)? else { return Ok(false) };
            let waits = row.pending_until.is_some_and(|until| until > now) && row.tries < MOST_TRIES;
            let pending = pending_of(tx, &held, &account, channel)?.filter(|_| waits);
            let Some((address, expected)) = pending else { return Ok(false) };
            if !bool::from(expected.as_bytes().ct_eq(code.as_bytes())) {
                message::put_address(tx, &Address { tries: row.tries + 1, ..row })?;
                return Ok(false);
            }
            let row = Address {
                address: Some(sealed(&keys, &account, channel, &address)?),
                confirmed_at: Some(now),
                pending: None,
                pending_until: None,
                tries: 0,
                ..row
            };
            message::put_address(tx, &row)?;
            origin.note_done(tx, now, &account, "message_address_confirmed", channel)?;
            Ok(true)
        })??;
        if right {
            return Ok(());
        }
        Err(AppError::field("code", "验证码", "不对，或者已经过了30分钟；连续输错五次要重新取"))
    }

    /// Tells an account nothing at an address any more.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn drop_address(&self, actor: &Actor, channel: &str, origin: &Origin) -> Result<()> {
        let channel = known(channel)?;
        let (account, origin, now) = (actor.account.clone(), origin.clone(), self.now());
        Ok(self.store().write(move |tx| -> store::Result<()> {
            let Some(row) = message::address(tx, &account, channel)? else { return Ok(()) };
            let row =
                Address { address: None, confirmed_at: None, pending: None, pending_until: None, ..row };
            message::put_address(tx, &row)?;
            origin.note_done(tx, now, &account, "message_address_dropped", channel)
        })??)
    }

    /// Sets the hours in which nothing goes out to an account; empty texts for those of the operator.
    ///
    /// # Errors
    /// They are no times.
    pub fn set_quiet(&self, actor: &Actor, from: &str, until: &str) -> Result<()> {
        let minutes = if from.trim().is_empty() && until.trim().is_empty() {
            None
        } else {
            let read = |field: &str, name: &str, text: &str| {
                Quiet::minutes(text).ok_or_else(|| AppError::field(field, name, "写成“21:00”这样"))
            };
            Some((read("from", "从", from)?, read("until", "到", until)?))
        };
        let account = actor.account.clone();
        Ok(self.store().write(move |tx| message::put_quiet(tx, &account, minutes))??)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_shown_with_their_middle_hidden() {
        assert_eq!(masked(MAIL, "zhang@example.cn"), "z***@example.cn");
        assert_eq!(masked(SMS, "13812345678"), "138****5678");
    }
}
