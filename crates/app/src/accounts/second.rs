//! The second factor: a code that changes every thirty seconds (RFC 6238, HMAC-SHA-1 and six digits, as every
//! authenticator program reckons it), and recovery codes for whoever has lost it.

use hmac::{Hmac, KeyInit as _, Mac as _};
use ledger::Hash;
use sha1::Sha1;
use store::account::{self, Account};
use store::{Tx, session};
use subtle::ConstantTimeEq as _;

use super::signing::{Attempt, lock_or_count};
use super::{Origin, secret};
use crate::error::{AppError, Result};
use crate::ids::Ids;
use crate::personal_key::Held;
use crate::platform::Platform;

/// How long a code lasts, in seconds, and how many steps before and after are taken too, for clocks that differ.
const STEP: i64 = 30;
const DRIFT: i64 = 1;
const DIGITS: u32 = 1_000_000;
/// How many recovery codes there are at a time.
const CODES: usize = 10;
/// How long a secret is: that of HMAC-SHA-1's output, as RFC 4226 recommends.
const SECRET: usize = 20;

/// How an account's second factor stands. 第二因素
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondFactor {
    pub since: Option<i64>,
    pub codes_left: i64,
    /// The rules demand it of this rank.
    pub is_demanded: bool,
}

/// A secret that is to be put into an authenticator program. 绑定
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// In groups of four letters, to be typed in.
    pub secret: String,
    /// What the picture says (`otpauth://totp/…`).
    pub uri: String,
}

/// The code of a step.
fn code_at(secret: &[u8], step: i64) -> Option<String> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).ok()?;
    mac.update(&step.to_be_bytes());
    let sum = mac.finalize().into_bytes();
    let offset = usize::from(*sum.last()? & 15);
    let word: [u8; 4] = sum.get(offset..offset + 4)?.try_into().ok()?;
    let number = u32::from_be_bytes(word) & 0x7fff_ffff;
    Some(format!("{:06}", number % DIGITS))
}

/// The step of an instant.
fn step_of(now: i64) -> i64 {
    now.div_euclid(STEP * 1_000_000)
}

/// The step whose code this is, near an instant and after the step that was used last.
fn step_with(secret: &[u8], code: &str, now: i64, used: i64) -> Option<i64> {
    let here = step_of(now);
    let mut found = None;
    for step in here - DRIFT..=here + DRIFT {
        let is_it =
            code_at(secret, step).is_some_and(|right| bool::from(right.as_bytes().ct_eq(code.as_bytes())));
        if is_it && step > used {
            found = Some(step);
        }
    }
    found
}

/// Digits without the blanks that people put between them.
fn digits(code: &str) -> String {
    code.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The hash of a recovery code. A code has 80 random bits, so it needs no slow hash.
fn recovery_hash(account: &str, code: &str) -> Hash {
    let letters: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    crate::ids::sm3(format!("recovery {account} {}", letters.to_uppercase()).as_bytes())
}

/// How a code was right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    Code,
    Recovery,
}

/// Whether a code is one of the account's, which it uses up. A recovery code is taken even where the key is not there
/// under which the secret is sealed.
fn show(
    tx: &mut Tx<'_>,
    keys: &Held,
    row: &mut Account,
    code: &str,
    now: i64,
) -> store::Result<Option<Shown>> {
    if row.totp_at.is_none() {
        return Ok(None);
    }
    let six = digits(code);
    if six.len() == 6 {
        let step = step_with(&secret::unwrapped(keys, row)?, &six, now, row.totp_step);
        row.totp_step = step.unwrap_or(row.totp_step);
        return Ok(step.map(|_| Shown::Code));
    }
    let hash = recovery_hash(&row.id, code);
    Ok(account::use_recovery_code(tx, &row.id, &hash, now)?.then_some(Shown::Recovery))
}

/// The step of an account whose second factor was reset: its owner must set up another one first.
pub(super) const WANTED: i64 = -1;

/// Takes the second factor and all that belongs to it away, and ends the account's sessions.
pub(super) fn take_away(tx: &mut Tx<'_>, row: &mut Account) -> store::Result<()> {
    (row.totp, row.totp_at, row.totp_step, row.code_failed) = (None, None, 0, 0);
    account::set_recovery_codes(tx, &row.id, &[])?;
    session::end_all(tx, &row.id).map(drop)
}

fn new_recovery_codes(account: &str) -> (Vec<String>, Vec<Hash>) {
    let codes: Vec<String> = (0..CODES).map(|_| Ids::password()).collect();
    let hashes = codes.iter().map(|code| recovery_hash(account, code)).collect();
    (codes, hashes)
}

fn wrong_code() -> AppError {
    let help = "请看手机上的身份验证程序，输入它现在显示的六位数字；每个数字只能用一次，用过的等下一个。\
                手机时间要准。手机不在的，用恢复码；连续输错五次，账号锁定15分钟。";
    AppError::wrong("wrong_code", "验证码不对，或者已经用过", help)
}

impl Platform {
    /// How the second factor of whoever has signed in stands.
    ///
    /// # Errors
    /// Nobody has signed in with this token; the store cannot be read.
    pub fn second_factor(&self, token: &str) -> Result<SecondFactor> {
        let (row, _) = self.signed_in_row(token)?;
        let rules = self.account_rules()?;
        let codes_left = self.store().read(|reader| account::recovery_codes_left(reader, &row.id))?;
        Ok(SecondFactor {
            since: row.totp_at,
            codes_left,
            is_demanded: rules.second_factor.contains(&row.rank),
        })
    }

    /// The secret that is to be put into an authenticator program; a new one where none waits to be confirmed.
    ///
    /// # Errors
    /// Nobody has signed in with this token, or the second factor is in use already.
    pub fn begin_enrolment(&self, token: &str) -> Result<Enrolment> {
        let (row, _) = self.signed_in_row(token)?;
        let keys = self.inner().held();
        let own = keys.needed()?;
        let fresh = secret::wrapped(&own, &row.id, Ids::bytes_of_system().get(..SECRET).unwrap_or_default())?;
        let held = keys.clone();
        let row = self.change_account(&row.id, move |_, row| {
            if row.totp_at.is_none() && secret::unwrapped(&held, row).is_err() {
                row.totp = Some(fresh.clone());
            }
            Ok(())
        })?;
        if row.totp_at.is_some() {
            let help = "要换一部手机，请先用现在的验证码解除绑定。";
            return Err(AppError::wrong("enrolled", "已经绑定了验证程序", help));
        }
        let text = base32(&secret::unwrapped(&keys, &row)?);
        let chars: Vec<char> = text.chars().collect();
        let groups: Vec<String> = chars.chunks(4).map(|group| group.iter().collect()).collect();
        let issuer = "%E4%BE%9D%E6%B3%95%E8%A1%8C%E6%94%BF%E5%B9%B3%E5%8F%B0";
        let label: String = row.login.bytes().map(escaped).collect();
        let uri = format!("otpauth://totp/{issuer}:{label}?secret={text}&issuer={issuer}&digits=6&period=30");
        Ok(Enrolment { secret: groups.join(" "), uri })
    }

    /// Puts the second factor into use with a code that proves that the program has the secret. The account's other
    /// sessions end; the new token of this one, and the recovery codes, which are told once.
    ///
    /// # Errors
    /// The code is wrong; the second factor is in use already.
    pub fn confirm_enrolment(
        &self,
        token: &str,
        code: &str,
        origin: &Origin,
    ) -> Result<(String, Vec<String>)> {
        let (row, _) = self.signed_in_row(token)?;
        let (codes, hashes) = new_recovery_codes(&row.id);
        let (fresh, session) = self.fresh_session(&row.id, origin, true)?;
        let (id, code, origin, now) = (row.id, digits(code), origin.clone(), self.now());
        let keys = self.inner().held();
        let done = self.store().write(move |tx| -> store::Result<bool> {
            let Some(mut row) = account::get(tx, &id)? else { return Ok(false) };
            let waits = row.totp.is_some() && row.totp_at.is_none();
            let key = if waits { secret::unwrapped(&keys, &row)? } else { Vec::new() };
            let Some(step) = step_with(&key, &code, now, row.totp_step).filter(|_| waits) else {
                origin.note_failed(tx, now, &id, "second_factor_set")?;
                return Ok(false);
            };
            (row.totp_at, row.totp_step, row.code_failed) = (Some(now), step, 0);
            account::update(tx, &row)?;
            account::set_recovery_codes(tx, &id, &hashes)?;
            session::end_all(tx, &id)?;
            session::add(tx, &session)?;
            origin.note_done(tx, now, &id, "second_factor_set", "")?;
            Ok(true)
        })??;
        if done { Ok((fresh, codes)) } else { Err(wrong_code()) }
    }

    /// Shows the second factor at a sign-in; the new token.
    ///
    /// # Errors
    /// The code is wrong or was used; after five wrong ones the account is locked and the sign-in begins anew.
    pub fn pass_second_factor(&self, token: &str, code: &str, origin: &Origin) -> Result<String> {
        let (row, old) = self.any_session(token)?;
        let (fresh, session) = self.fresh_session(&row.id, origin, true)?;
        let (id, code, origin, now) = (row.id, code.to_owned(), origin.clone(), self.now());
        let keys = self.inner().held();
        let attempt = self.store().write(move |tx| -> store::Result<Attempt> {
            let Some(mut row) = account::get(tx, &id)? else { return Ok(Attempt::Wrong) };
            if row.locked_until.is_some_and(|until| now < until) {
                session::end(tx, &old.token_hash)?;
                return Ok(Attempt::Locked);
            }
            let Some(shown) = show(tx, &keys, &mut row, &code, now)? else {
                origin.note_failed(tx, now, &id, "second_factor_passed")?;
                let attempt = lock_or_count(&mut row, now, true);
                if attempt == Attempt::Locked {
                    session::end(tx, &old.token_hash)?;
                }
                account::update(tx, &row)?;
                return Ok(attempt);
            };
            (row.code_failed, row.signed_in_at) = (0, Some(now));
            account::update(tx, &row)?;
            session::end(tx, &old.token_hash)?;
            session::add(tx, &session)?;
            let detail = if shown == Shown::Recovery { "recovery_code" } else { "" };
            origin.note_done(tx, now, &id, "second_factor_passed", detail)?;
            Ok(Attempt::Right)
        })??;
        match attempt {
            Attempt::Right => Ok(fresh),
            Attempt::Wrong => Err(wrong_code()),
            Attempt::Locked => Err(super::signing::locked()),
        }
    }

    /// Makes the recovery codes anew, for whoever shows a code; they are told once.
    ///
    /// # Errors
    /// The code is wrong or was used; the second factor is not in use.
    pub fn renew_recovery_codes(&self, token: &str, code: &str, origin: &Origin) -> Result<Vec<String>> {
        let (row, _) = self.signed_in_row(token)?;
        let (codes, hashes) = new_recovery_codes(&row.id);
        self.with_code(&row.id, code, origin, "recovery_codes_made", move |tx, row| {
            account::set_recovery_codes(tx, &row.id, &hashes)
        })?;
        Ok(codes)
    }

    /// Takes the own second factor out of use, for whoever shows a code. All sessions of the account end.
    ///
    /// # Errors
    /// The code is wrong or was used; the second factor is not in use.
    pub fn leave_second_factor(&self, token: &str, code: &str, origin: &Origin) -> Result<()> {
        let (row, _) = self.signed_in_row(token)?;
        self.with_code(&row.id, code, origin, "second_factor_left", take_away)
    }

    /// Does something with an account for whoever shows one of its codes.
    fn with_code(
        &self,
        id: &str,
        code: &str,
        origin: &Origin,
        what: &'static str,
        mut work: impl FnMut(&mut Tx<'_>, &mut Account) -> store::Result<()> + Send + 'static,
    ) -> Result<()> {
        let (id, code, origin, now) = (id.to_owned(), code.to_owned(), origin.clone(), self.now());
        let keys = self.inner().held();
        let attempt = self.store().write(move |tx| -> store::Result<Attempt> {
            let Some(mut row) = account::get(tx, &id)? else { return Ok(Attempt::Wrong) };
            if show(tx, &keys, &mut row, &code, now)?.is_none() {
                origin.note_failed(tx, now, &id, what)?;
                let attempt = lock_or_count(&mut row, now, true);
                if attempt == Attempt::Locked {
                    session::end_all(tx, &id)?;
                }
                account::update(tx, &row)?;
                return Ok(attempt);
            }
            row.code_failed = 0;
            work(tx, &mut row)?;
            account::update(tx, &row)?;
            origin.note_done(tx, now, &id, what, "")?;
            Ok(Attempt::Right)
        })??;
        match attempt {
            Attempt::Right => Ok(()),
            Attempt::Wrong => Err(wrong_code()),
            Attempt::Locked => Err(super::signing::locked()),
        }
    }
}

/// A byte as part of an address.
fn escaped(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// RFC 4648 without the padding.
fn base32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut held, mut bits) = (0_u32, 0_u32);
    let letter = |number: u32| LETTERS.get((number & 31) as usize).map_or('A', |one| char::from(*one));
    for byte in bytes {
        held = (held << 8 | u32::from(*byte)) & 0xffff;
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(letter(held >> bits));
        }
    }
    if bits > 0 {
        text.push(letter(held << (5 - bits)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &[u8] = b"12345678901234567890";

    /// RFC 6238, appendix B, the last six of its eight digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        for (second, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code_at(KEY, step_of(second * 1_000_000)).as_deref(), Some(code), "{second}");
        }
    }

    #[test]
    fn a_code_is_taken_near_its_time_and_once() {
        let now = 1_111_111_109_000_000;
        let here = step_of(now);
        assert_eq!(step_with(KEY, "081804", now, 0), Some(here));
        for (seconds, taken) in [(-60, false), (-30, true), (30, true), (60, false)] {
            assert_eq!(step_with(KEY, "081804", now + seconds * 1_000_000, 0).is_some(), taken, "{seconds}");
        }
        assert_eq!(step_with(KEY, "081804", now, here), None, "used");
        assert_eq!(step_with(KEY, "81804", now, 0), None);
        assert_eq!(step_with(KEY, "", now, 0), None);
    }

    /// RFC 4648, section 10.
    #[test]
    fn base32_is_that_of_the_standard() {
        for (plain, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(plain.as_bytes()), text);
        }
    }

    #[test]
    fn recovery_codes_are_read_however_they_are_typed() {
        assert_eq!(recovery_hash("1", "ABCD-EFGH-1234-5678"), recovery_hash("1", " abcdefgh 12345678"));
        assert_ne!(recovery_hash("1", "ABCD"), recovery_hash("2", "ABCD"));
        let (codes, hashes) = new_recovery_codes("1");
        assert_eq!((codes.len(), hashes.len()), (10, 10));
        assert_eq!(hashes.iter().collect::<std::collections::BTreeSet<_>>().len(), 10);
    }
}
