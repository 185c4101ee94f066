//! The two ways of handing a message over: a file in a folder, a request to an address.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use ureq::Agent;

use crate::settings::why;

/// A message as it is handed over: the same bytes each time. 消息
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    /// By which the receiver knows it again; letters of file names only.
    pub id: String,
    /// JSON.
    pub body: String,
}

/// Why a message was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Undelivered {
    /// The receiver is not there: nothing can be handed over, whatever it says.
    Unreached(String),
    /// The receiver did not take this message.
    Refused(String),
}

/// How a receiver is reached.
#[derive(Clone, Debug)]
pub(crate) enum Way {
    Folder(Folder),
    Post(Post),
}

impl Way {
    pub fn shown(&self) -> String {
        match self {
            Self::Folder(folder) => folder.0.display().to_string(),
            Self::Post(post) => post.url.clone(),
        }
    }

    /// Hands a message over at an instant (microseconds since the epoch). It may have been handed over before.
    pub fn deliver(&self, message: &Message, now: i64) -> Result<(), Undelivered> {
        match self {
            Self::Folder(folder) => folder.deliver(message),
            Self::Post(post) => post.deliver(message, now),
        }
    }
}

/// A folder that another system watches: a file for each message, whole or not there. 前置机文件夹
#[derive(Clone, Debug)]
pub(crate) struct Folder(pub PathBuf);

impl Folder {
    fn deliver(&self, message: &Message) -> Result<(), Undelivered> {
        self.put(message).map_err(|fault| {
            Undelivered::Unreached(match fault.kind() {
                io::ErrorKind::NotFound => "没有这个文件夹".to_owned(),
                _ => why(&fault),
            })
        })
    }

    /// The folder itself is never made: one that is not mounted must not be filled unseen.
    fn put(&self, message: &Message) -> io::Result<()> {
        let beside = self.0.join(format!(".{}.part", message.id));
        let mut file = File::create(&beside)?;
        let written = file.write_all(message.body.as_bytes()).and_then(|()| file.sync_all());
        let placed = written.and_then(|()| fs::rename(&beside, self.0.join(format!("{}.json", message.id))));
        if placed.is_err() {
            drop(fs::remove_file(&beside));
        }
        placed?;
        File::open(&self.0)?.sync_all()
    }
}

/// An address that takes requests, and the secret that signs them. HTTP 接口
#[derive(Clone)]
pub(crate) struct Post {
    url: String,
    secret: Vec<u8>,
    agent: Agent,
}

impl fmt::Debug for Post {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Post").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Post {
    pub fn new(url: String, secret: Vec<u8>, timeout: Duration) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(timeout))
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .build();
        Self { url, secret, agent: config.into() }
    }

    fn deliver(&self, message: &Message, now: i64) -> Result<(), Undelivered> {
        let seconds = now.div_euclid(1_000_000).to_string();
        let answer = self
            .agent
            .post(&self.url)
            .header("Content-Type", "application/json; charset=utf-8")
            .header("Idempotency-Key", &message.id)
            .header("Yifa-Timestamp", &seconds)
            .header(
                "Yifa-Signature",
                format!("hmac-sm3={}", signature(&self.secret, &seconds, &message.body)),
            )
            .send(&message.body);
        match answer {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(Undelivered::Refused(format!("对方回答{}", answer.status().as_u16()))),
            Err(fault) => Err(undelivered(&fault)),
        }
    }
}

/// HMAC-SM3 over the timestamp, a full stop and the body, in hexadecimal.
pub(crate) fn signature(secret: &[u8], seconds: &str, body: &str) -> String {
    // A key of any length is right for HMAC.
    let Ok(mut mac) = Hmac::<sm3::Sm3>::new_from_slice(secret) else { return String::new() };
    mac.update(seconds.as_bytes());
    mac.update(b".");
    mac.update(body.as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether nobody was there, or whoever was there did not take it.
pub(crate) fn undelivered(fault: &ureq::Error) -> Undelivered {
    use ureq::{Error, Timeout};
    match fault {
        Error::HostNotFound => Undelivered::Unreached("找不到这个主机".to_owned()),
        Error::Timeout(Timeout::Resolve) => Undelivered::Unreached("查主机地址超时".to_owned()),
        Error::ConnectionFailed | Error::Timeout(Timeout::Connect) => {
            Undelivered::Unreached("连接不上".to_owned())
        }
        Error::Timeout(_) => Undelivered::Refused("没有在时限内回答".to_owned()),
        Error::Io(error) => match error.kind() {
            io::ErrorKind::ConnectionRefused => Undelivered::Unreached("对方没有开放这个端口".to_owned()),
            io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
                Undelivered::Unreached("网络不通".to_owned())
            }
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => {
                Undelivered::Refused("没有在时限内回答".to_owned())
            }
            _ => Undelivered::Refused("没有答完连接就断了".to_owned()),
        },
        _ => Undelivered::Refused("回答不是合法的 HTTP".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 2104 with SM3, computed by OpenSSL: `printf '1700000000.{}' | openssl dgst -sm3 -hmac 0123456789abcdef`.
    #[test]
    fn the_signature_is_that_of_openssl() {
        let expected = "56780b7e0cda3469f1a3dd798a523359d914af06c574d8ea8a36dd9c995ca98e";
        assert_eq!(signature(b"0123456789abcdef", "1700000000", "{}"), expected);
    }

    #[test]
    fn a_file_is_whole_and_doubles_are_the_same() {
        let folder = std::env::temp_dir().join(format!("yifa-ways-{}", std::process::id()));
        let way = Way::Folder(Folder(folder.clone()));
        let message = Message { id: "a-1-00".to_owned(), body: "{}".to_owned() };
        assert_eq!(way.deliver(&message, 0), Err(Undelivered::Unreached("没有这个文件夹".to_owned())));
        fs::create_dir_all(&folder).unwrap();
        way.deliver(&message, 0).unwrap();
        way.deliver(&message, 1).unwrap();
        let names: Vec<_> = fs::read_dir(&folder).unwrap().map(|it| it.unwrap().file_name()).collect();
        assert_eq!(names, ["a-1-00.json"]);
        assert_eq!(fs::read_to_string(folder.join("a-1-00.json")).unwrap(), "{}");
        drop(fs::remove_dir_all(folder));
    }
}
