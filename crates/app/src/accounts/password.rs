//! What a password must be, and how it is kept.

use std::sync::{Condvar, Mutex, PoisonError};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};

use super::guessing;
use crate::error::{AppError, FieldFault, Result};

/// The fewest characters.
const SHORTEST: usize = 10;
/// The most: what is longer is no password, and hashing it would only cost time.
const LONGEST: usize = 128;
/// Of capital and small letters, digits and other characters, so many kinds at least.
const KINDS: usize = 3;
/// So many different characters at least.
const DIFFERENT: usize = 6;
/// How many passwords before the present one are remembered: with it they are the last five.
pub(super) const REMEMBERED: u32 = 4;

/// What is said of a password that is easily guessed.
const EASY: &str = "容易被猜到：是常见的密码，或者由常见的词、拼音、姓名、单位名称、日期、号码、键盘上连着的键拼成；请换几个互不相干的词，或者用随机的";

/// A hash that no password has, against which unknown names are checked.
pub(super) const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// All that is wrong with a password as such. `about` is what colleagues know of the account: its owner's name, the organ.
///
/// # Errors
/// Too short, too few kinds of characters, the login name in it, or easily guessed.
pub(super) fn check(password: &str, login: &str, about: &[&str]) -> Result<()> {
    let faults = faults(password, login, about);
    if faults.is_empty() {
        return Ok(());
    }
    let fault =
        |message: String| FieldFault { field: "password".to_owned(), name: "密码".to_owned(), message };
    Err(AppError::Invalid(faults.into_iter().map(fault).collect()))
}

fn faults(password: &str, login: &str, about: &[&str]) -> Vec<String> {
    let length = password.chars().count();
    let mut found = Vec::new();
    if !(SHORTEST..=LONGEST).contains(&length) {
        found.push(format!("要有{SHORTEST}至{LONGEST}个字符"));
    }
    let kinds: [fn(char) -> bool; 4] =
        [char::is_uppercase, char::is_lowercase, char::is_numeric, |c| !c.is_alphanumeric()];
    if kinds.iter().filter(|kind| password.chars().any(**kind)).count() < KINDS {
        found.push("大写字母、小写字母、数字、其他符号，至少要有其中三种".to_owned());
    }
    let mut different: Vec<char> = password.chars().collect();
    different.sort_unstable();
    different.dedup();
    if different.len() < DIFFERENT {
        found.push(format!("不同的字符至少要有{DIFFERENT}个"));
    }
    let lower = password.to_lowercase();
    let backwards: String = lower.chars().rev().collect();
    if login.chars().count() >= 3 && (lower.contains(login) || backwards.contains(login)) {
        found.push("不能含有登录名".to_owned());
    }
    let known = [&[login], about].concat();
    if length <= LONGEST && guessing::cost(password, &known) < guessing::LEAST {
        found.push(EASY.to_owned());
    }
    found
}

/// Hashing takes 19 MiB each time: so many at once at most, whoever asks.
const AT_ONCE: usize = 4;

static TURNS: (Mutex<usize>, Condvar) = (Mutex::new(0), Condvar::new());

/// Does a piece of hashing in its turn.
fn in_turn<T>(work: impl FnOnce() -> T) -> T {
    let (running, freed) = &TURNS;
    let mut count = running.lock().unwrap_or_else(PoisonError::into_inner);
    while *count >= AT_ONCE {
        count = freed.wait(count).unwrap_or_else(PoisonError::into_inner);
    }
    *count += 1;
    drop(count);
    let done = work();
    *running.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
    freed.notify_one();
    done
}

pub(super) fn hashed(password: &str) -> Result<String> {
    let made: Result<PasswordHash, _> = in_turn(|| Argon2::default().hash_password(password.as_bytes()));
    let made =
        made.map_err(|_| AppError::wrong("no_random", "密码没有保存：取不到随机数", "请稍后再试。"))?;
    Ok(made.to_string())
}

pub(super) fn matches(password: &str, kept: &str) -> bool {
    if password.chars().count() > LONGEST {
        return false;
    }
    let parsed = PasswordHash::new(kept);
    parsed.is_ok_and(|parsed| {
        in_turn(|| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())
    })
}

/// Works at a password once as signing in does, and nothing else: what signing in is measured by. Whether it matched.
#[doc(hidden)]
#[must_use]
pub fn argon2id_once(password: &str) -> bool {
    matches(password, NOBODY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_passwords_are_told_why() {
        for (password, why) in [
            ("Short-1", "10至128个字符"),
            ("alllowercase1", "至少要有其中三种"),
            ("Aaaaaaaaaa1", "不同的字符"),
            ("Xx-LinDan-88", "含有登录名"),
            ("Xx-naDnil-88", "含有登录名"),
            ("Password-2026", "容易被猜到"),
            ("P@ssw0rd-1234", "容易被猜到"),
            ("Qwerty123456!", "容易被猜到"),
        ] {
            let found = faults(password, "lindan", &[]);
            assert!(found.iter().any(|fault| fault.contains(why)), "{password}: {found:?}");
        }
        for good in ["Correct-horse-battery", "山高水长-Spring8", "K7QX-2MPA-9ZTB-04RD", "Tea_for_2_people"]
        {
            assert_eq!(faults(good, "lindan", &[]), Vec::<String>::new(), "{good}");
        }
    }

    #[test]
    fn random_passwords_pass() {
        for _ in 0..500 {
            let password = crate::Ids::password();
            assert_eq!(faults(&password, "someone", &[]), Vec::<String>::new(), "{password}");
        }
    }

    #[test]
    fn what_is_hashed_matches_and_nothing_else() {
        let kept = hashed("Correct-horse-battery").unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(matches("Correct-horse-battery", &kept));
        assert!(!matches("correct-horse-battery", &kept));
        assert!(!matches("Correct-horse-battery", NOBODY));
        assert!(!matches("", NOBODY));
    }
}
