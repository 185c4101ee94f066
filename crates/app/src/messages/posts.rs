//! Channels that are asked over HTTP: an operator's gateway of text messages, and the group robots of WeCom and DingTalk.

use std::fmt;
use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use serde_json::{Value, json};
use ureq::Agent;

use super::channels::{Adapter, Note, Secret, Undelivered};
use crate::sending::{signature, undelivered};

/// The largest answer that is looked at, in bytes.
const LARGEST: u64 = 64 << 10;

/// A gateway of text messages. 短信网关
#[derive(Clone)]
pub(crate) struct Gateway {
    pub url: String,
    /// With `{phone}`, `{text}` and `{id}`.
    pub body: String,
    pub content_type: String,
    pub secret: Secret,
    /// What stands before every text, as operators of networks ask.
    pub sign: String,
    pub agent: Agent,
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway").field("url", &self.url).finish_non_exhaustive()
    }
}

/// A number of a mobile telephone of the mainland.
pub(crate) fn is_phone(text: &str) -> bool {
    text.len() == 11
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && text.starts_with('1')
        && text.as_bytes().get(1).is_some_and(|second| (b'3'..=b'9').contains(second))
}

impl Gateway {
    fn filled(&self, note: &Note) -> String {
        let link = note.link.as_ref().map_or(String::new(), |link| format!(" {link}"));
        let text = format!("{}{}{link}", self.sign, note.text);
        let escaped = |text: &str| match self.content_type.split(';').next().map(str::trim) {
            Some("application/json") => {
                let quoted = json!(text).to_string();
                quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default().to_owned()
            }
            Some("application/x-www-form-urlencoded") => percent(text),
            _ => text.to_owned(),
        };
        // One pass: a text that itself holds a placeholder stays as it is.
        let mut made = String::new();
        for piece in self.body.split_inclusive(['{', '}']) {
            let name = piece.strip_suffix('}');
            let value = match name {
                Some("phone") => escaped(&note.to),
                Some("text") => escaped(&text),
                Some("id") => escaped(&note.id),
                _ => {
                    made.push_str(piece);
                    continue;
                }
            };
            // The brace that opened the placeholder.
            made.pop();
            made.push_str(&value);
        }
        made
    }
}

impl Adapter for Gateway {
    fn shown(&self) -> String {
        self.url.clone()
    }

    fn deliver(&self, note: &Note) -> Result<(), Undelivered> {
        if !is_phone(&note.to) {
            return Err(Undelivered::Never("手机号码写得不对".to_owned()));
        }
        let seconds = note.now.div_euclid(1_000_000).to_string();
        let body = self.filled(note);
        let signed = signature(self.secret.text().as_bytes(), &seconds, &body);
        let answer = self
            .agent
            .post(&self.url)
            .header("Content-Type", &self.content_type)
            .header("Idempotency-Key", &note.id)
            .header("Yifa-Timestamp", &seconds)
            .header("Yifa-Signature", format!("hmac-sm3={signed}"))
            .send(&body);
        match answer.map(|answer| answer.status().as_u16()) {
            Ok(200..=299) => Ok(()),
            Ok(status @ (408 | 429 | 500..=599)) => {
                Err(Undelivered::Refused(format!("短信网关回答{status}")))
            }
            Ok(status) => Err(Undelivered::Never(format!("短信网关回答{status}"))),
            Err(fault) => Err(undelivered(&fault).into()),
        }
    }
}

/// Which robot a group has. 群机器人
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Robot {
    WeCom,
    DingTalk,
}

/// A group that a robot writes into. 群
#[derive(Clone)]
pub(crate) struct Group {
    pub robot: Robot,
    /// The address holds the key of the robot: it is a secret itself.
    pub url: Secret,
    /// DingTalk's secret to sign with, where the group has one.
    pub secret: Option<Secret>,
    pub agent: Agent,
}

impl fmt::Debug for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Group").field("robot", &self.robot).finish_non_exhaustive()
    }
}

impl Group {
    /// DingTalk's signature: HMAC-SHA256 over the milliseconds, a line's end and the secret itself.
    fn signed(&self, now: i64) -> String {
        let Some(secret) = self.secret.as_ref().filter(|_| self.robot == Robot::DingTalk) else {
            return self.url.text().to_owned();
        };
        let millis = now.div_euclid(1000);
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.text().as_bytes());
        let made = hmac::sign(&key, format!("{millis}\n{}", secret.text()).as_bytes());
        let sign = percent(&STANDARD.encode(made.as_ref()));
        let mark = if self.url.text().contains('?') { '&' } else { '?' };
        format!("{}{mark}timestamp={millis}&sign={sign}", self.url.text())
    }
}

impl Adapter for Group {
    fn shown(&self) -> String {
        match self.robot {
            Robot::WeCom => "企业微信群".to_owned(),
            Robot::DingTalk => "钉钉群".to_owned(),
        }
    }

    fn deliver(&self, note: &Note) -> Result<(), Undelivered> {
        let link = note.link.as_ref().map_or(String::new(), |link| format!("\n{link}"));
        let content = format!("{}\n{}{link}", note.title, note.text);
        let body = json!({ "msgtype": "text", "text": { "content": content } }).to_string();
        let url = self.signed(note.now);
        let sent =
            self.agent.post(&url).header("Content-Type", "application/json; charset=utf-8").send(&body);
        let mut answer = sent.map_err(|fault| Undelivered::from(undelivered(&fault)))?;
        let status = answer.status().as_u16();
        if !(200..300).contains(&status) {
            return Err(Undelivered::Refused(format!("群机器人回答{status}")));
        }
        let mut text = String::new();
        let read = answer.body_mut().as_reader().take(LARGEST).read_to_string(&mut text);
        read.map_err(|_| Undelivered::Refused("群机器人的回答没有读完".to_owned()))?;
        let code = serde_json::from_str::<Value>(&text).ok().and_then(|told| told.get("errcode")?.as_i64());
        match code {
            Some(0) => Ok(()),
            // Too many in a minute.
            Some(code @ (45_009 | 130_101 | 410_100)) => {
                Err(Undelivered::Refused(format!("群机器人说发得太多（{code}）")))
            }
            Some(code) => Err(Undelivered::Refused(format!(
                "群机器人没有收下（{code}），请核对地址、加签密钥和安全设置"
            ))),
            None => Err(Undelivered::Refused("群机器人的回答读不懂".to_owned())),
        }
    }
}

/// A text as a value in an address or a form.
fn percent(text: &str) -> String {
    let mut made = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            made.push(char::from(byte));
        } else {
            made.push_str(&format!("%{byte:02X}"));
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gateway(body: &str, content_type: &str) -> Gateway {
        Gateway {
            url: "http://127.0.0.1:1/".to_owned(),
            body: body.to_owned(),
            content_type: content_type.to_owned(),
            secret: Secret::new("0123456789abcdef"),
            sign: "【平台】".to_owned(),
            agent: Agent::new_with_defaults(),
        }
    }

    fn note(text: &str) -> Note {
        Note {
            id: "7".to_owned(),
            to: "13800000000".to_owned(),
            title: "t".to_owned(),
            text: text.to_owned(),
            link: None,
            now: 0,
        }
    }

    #[test]
    fn a_text_stays_inside_its_place_in_the_body() {
        let json = gateway(r#"{"to":"{phone}","say":"{text}","n":{"id":"{id}"}}"#, "application/json");
        let made = json.filled(&note("“a\"b” {phone}\n"));
        let read: Value = serde_json::from_str(&made).unwrap();
        assert_eq!(read, json!({"to": "13800000000", "say": "【平台】“a\"b” {phone}\n", "n": {"id": "7"}}));
        let form = gateway("to={phone}&say={text}", "application/x-www-form-urlencoded");
        assert_eq!(
            form.filled(&note("a&b=c")),
            "to=13800000000&say=%E3%80%90%E5%B9%B3%E5%8F%B0%E3%80%91a%26b%3Dc"
        );
    }

    /// Against a value computed apart: `printf '%s' $'1764400000000\nSEC0123' | openssl dgst -sha256 -hmac SEC0123 -binary | base64`.
    #[test]
    fn the_signature_is_that_of_dingtalk() {
        let group = Group {
            robot: Robot::DingTalk,
            url: Secret::new("https://oapi.dingtalk.com/robot/send?access_token=x"),
            secret: Some(Secret::new("SEC0123")),
            agent: Agent::new_with_defaults(),
        };
        let url = group.signed(1_764_400_000_000_000);
        let sign = "jyD%2FMhQuoBzyqVvM2UZxmpPQkqTmd0VExfIco0rDD9M%3D";
        assert_eq!(
            url,
            format!(
                "https://oapi.dingtalk.com/robot/send?access_token=x&timestamp=1764400000000&sign={sign}"
            )
        );
        assert!(!format!("{group:?}").contains("access_token"), "the address is not printed");
    }

    #[test]
    fn phones_are_of_the_mainland() {
        assert!(is_phone("13800000000"));
        for wrong in ["12800000000", "1380000000", "138000000000", "+8613800000000", "1380000000a", ""] {
            assert!(!is_phone(wrong), "{wrong}");
        }
    }
}
