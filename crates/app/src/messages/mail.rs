//! E-mail: a message handed to a mail server (RFC 5321) over TLS, with a name and a password where the server asks for one.
//!
//! It is written here because it is small: one text to one address. The libraries that do it bring thirty crates, most of
//! them for names of domains in other scripts.

use std::fmt;
use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use super::channels::{Adapter, Note, Secret, Undelivered};

/// How the connection to the server is protected. 加密方式
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Security {
    /// Not at all: a server on this machine or behind the operator's own gateway.
    None,
    /// Begun in the open and then encrypted; without encryption nothing is sent.
    StartTls,
    /// Encrypted from the first byte.
    Tls,
}

/// A mail server. 邮件服务器
#[derive(Clone)]
pub(crate) struct Mail {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub login: Option<(String, Secret)>,
    pub from_name: String,
    pub from: String,
    pub tls: Arc<ClientConfig>,
    pub timeout: Duration,
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail").field("host", &self.host).field("port", &self.port).finish_non_exhaustive()
    }
}

/// Longest line of an answer and most lines of one.
const LONGEST_LINE: usize = 2000;
const MOST_LINES: usize = 100;

impl Adapter for Mail {
    fn shown(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    fn deliver(&self, note: &Note) -> Result<(), Undelivered> {
        if !is_address(&note.to) {
            return Err(Undelivered::Never("邮箱地址写得不对".to_owned()));
        }
        let mut talk = self.begin()?;
        let from = talk.say(&format!("MAIL FROM:<{}>", self.from))?;
        from.expect(&[250], "发件地址")?;
        talk.say(&format!("RCPT TO:<{}>", note.to))?.expect(&[250, 251], "收件地址")?;
        talk.say("DATA")?.expect(&[354], "邮件")?;
        let mut text = dotted(&self.composed(note));
        text.push('.');
        talk.say(&text)?.expect(&[250], "邮件")?;
        // It was taken: what the server says of the farewell changes nothing.
        drop(talk.say("QUIT"));
        Ok(())
    }
}

impl Mail {
    /// A connection that is ready to take a message.
    fn begin(&self) -> Result<Talk, Undelivered> {
        let until = Instant::now() + self.timeout;
        let mut talk = Talk { stream: Stream::Plain(connect(&self.host, self.port, self.timeout)?), until };
        if self.security == Security::Tls {
            talk = talk.encrypted(&self.host, &self.tls)?;
        }
        talk.answer().map_err(Undelivered::Unreached)?.expect_of_server(220)?;
        let mut can = talk.greet()?;
        if self.security == Security::StartTls {
            if !can.offers("STARTTLS") {
                return Err(Undelivered::Unreached("邮件服务器不支持加密（STARTTLS），没有发送".to_owned()));
            }
            talk.say("STARTTLS")?.expect_of_server(220)?;
            talk = talk.encrypted(&self.host, &self.tls)?;
            can = talk.greet()?;
        }
        if let Some((name, password)) = &self.login {
            talk.sign_in(&can, name, password)?;
        }
        Ok(talk)
    }

    /// The message as mail servers carry it: the text in base64, so that no line of it means anything to them.
    fn composed(&self, note: &Note) -> String {
        let moment = Timestamp::from_microsecond(note.now).unwrap_or(Timestamp::UNIX_EPOCH);
        let zoned = moment.to_zoned(TimeZone::fixed(Offset::constant(8)));
        let date = jiff::fmt::rfc2822::to_string(&zoned).unwrap_or_default();
        let domain = self.from.split_once('@').map_or("localhost", |(_, domain)| domain);
        let link =
            note.link.as_ref().map_or(String::new(), |link| format!("\r\n\r\n登录平台查看和办理：{link}"));
        let body = format!(
            "{}{link}\r\n\r\n这是平台自动发送的邮件，请不要回复。不想再收到的，登录以后在“消息”的“设置”里取消。\r\n",
            note.text
        );
        let encoded = STANDARD.encode(body);
        let lines: Vec<&str> = (0..encoded.len().div_ceil(76))
            .filter_map(|at| encoded.get(at * 76..(at * 76 + 76).min(encoded.len())))
            .collect();
        format!(
            "Date: {date}\r\nFrom: {} <{}>\r\nTo: <{}>\r\nSubject: {}\r\nMessage-ID: <{}@{domain}>\r\n\
             MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
             Content-Transfer-Encoding: base64\r\nAuto-Submitted: auto-generated\r\n\r\n{}\r\n",
            encoded_words(&self.from_name),
            self.from,
            note.to,
            encoded_words(&note.title),
            note.id,
            lines.join("\r\n"),
        )
    }
}

/// Whether a text is an address that can stand between angle brackets: nothing that ends a line or an address.
pub(crate) fn is_address(text: &str) -> bool {
    let Some((name, domain)) = text.rsplit_once('@') else { return false };
    let plain = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let is_domain = domain.split('.').count() >= 2
        && domain.split('.').all(|part| {
            !part.is_empty()
                && !part.starts_with('-')
                && !part.ends_with('-')
                && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        });
    let is_name = !name.is_empty()
        && name.len() <= 64
        && name.chars().all(plain)
        && name.split('.').all(|part| !part.is_empty());
    text.len() <= 254 && is_name && is_domain
}

/// A header's text as RFC 2047 wants it: pieces of whole characters, each short enough for a line.
fn encoded_words(text: &str) -> String {
    let mut pieces: Vec<String> = vec![String::new()];
    for c in text.chars().filter(|c| !c.is_control()) {
        if pieces.last().is_some_and(|piece| piece.len() + c.len_utf8() > 42) {
            pieces.push(String::new());
        }
        if let Some(piece) = pieces.last_mut() {
            piece.push(c);
        }
    }
    pieces
        .iter()
        .map(|piece| format!("=?UTF-8?B?{}?=", STANDARD.encode(piece)))
        .collect::<Vec<_>>()
        .join("\r\n ")
}

/// A text with a second full stop before every line that begins with one.
fn dotted(text: &str) -> String {
    text.split("\r\n")
        .map(|line| if line.starts_with('.') { format!(".{line}") } else { line.to_owned() })
        .collect::<Vec<_>>()
        .join("\r\n")
}

fn connect(host: &str, port: u16, timeout: Duration) -> Result<TcpStream, Undelivered> {
    let unreached = |why: &str| Undelivered::Unreached(format!("连不上邮件服务器：{why}"));
    let found = (host, port).to_socket_addrs().map_err(|_| unreached("找不到这个主机名"))?;
    let mut why = "找不到这个主机名".to_owned();
    for address in found {
        match TcpStream::connect_timeout(&address, timeout) {
            Ok(stream) => return Ok(stream),
            Err(fault) => why = told(&fault),
        }
    }
    Err(unreached(&why))
}

/// What went wrong with a connection, in Chinese.
fn told(fault: &io::Error) -> String {
    match fault.kind() {
        io::ErrorKind::ConnectionRefused => "对方没有开这个端口".to_owned(),
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => "超过时限没有回答".to_owned(),
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => {
            "对方断开了连接".to_owned()
        }
        io::ErrorKind::InvalidData => "加密连接没有建立：对方的证书核对不上，或者不支持".to_owned(),
        _ => "网络不通".to_owned(),
    }
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Stream {
    fn socket(&self) -> &TcpStream {
        match self {
            Self::Plain(socket) => socket,
            Self::Tls(stream) => &stream.sock,
        }
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(socket) => socket.write_all(bytes),
            Self::Tls(stream) => stream.write_all(bytes).and_then(|()| stream.flush()),
        }
    }

    fn byte(&mut self) -> io::Result<u8> {
        let mut one = [0];
        match self {
            Self::Plain(socket) => socket.read_exact(&mut one)?,
            Self::Tls(stream) => stream.read_exact(&mut one)?,
        }
        Ok(one[0])
    }
}

/// A conversation with a mail server, until an instant.
struct Talk {
    stream: Stream,
    until: Instant,
}

/// What the server answered: its number, and its lines without it.
struct Answer {
    code: u16,
    lines: Vec<String>,
}

impl Answer {
    fn offers(&self, word: &str) -> bool {
        self.lines
            .iter()
            .any(|line| line.split(' ').next().is_some_and(|first| first.eq_ignore_ascii_case(word)))
    }

    /// Whether the server lets an account sign in in this way.
    fn lets_in_by(&self, way: &str) -> bool {
        let auth = self.lines.iter().find(|line| line.to_ascii_uppercase().starts_with("AUTH"));
        auth.is_some_and(|line| line.split([' ', '=']).any(|word| word.eq_ignore_ascii_case(way)))
    }

    /// An answer about the server itself: whatever else it says, nothing can be sent now.
    fn expect_of_server(&self, code: u16) -> Result<(), Undelivered> {
        if self.code == code {
            Ok(())
        } else {
            Err(Undelivered::Unreached(format!("邮件服务器现在不收（{}）", self.code)))
        }
    }

    /// An answer about this message. What the server says in its own words may hold the address, so it is kept nowhere.
    fn expect(&self, codes: &[u16], what: &str) -> Result<(), Undelivered> {
        if codes.contains(&self.code) {
            return Ok(());
        }
        let meaning = match self.code {
            421 | 450 | 451 | 454 => "服务器暂时不收",
            452 | 552 => "对方邮箱满了",
            550 | 551 | 553 => "没有这个邮箱，或者对方不收",
            554 => "对方当作不受欢迎的邮件拒收",
            530 => "服务器要求先登录",
            _ => "服务器没有收下",
        };
        let why = format!("{what}：{meaning}（{}）", self.code);
        Err(if self.code < 500 { Undelivered::Refused(why) } else { Undelivered::Never(why) })
    }
}

impl Talk {
    fn encrypted(self, host: &str, config: &Arc<ClientConfig>) -> Result<Self, Undelivered> {
        let name = ServerName::try_from(host.to_owned());
        let name =
            name.map_err(|_| Undelivered::Unreached("邮件服务器的主机名不能用于加密连接".to_owned()))?;
        let connection = ClientConnection::new(Arc::clone(config), name);
        let connection = connection.map_err(|_| Undelivered::Unreached("加密连接没有建立".to_owned()))?;
        let socket = match self.stream {
            Stream::Plain(socket) => socket,
            Stream::Tls(stream) => stream.sock,
        };
        Ok(Self { stream: Stream::Tls(Box::new(StreamOwned::new(connection, socket))), until: self.until })
    }

    fn greet(&mut self) -> Result<Answer, Undelivered> {
        // The name of this machine is nobody's business; an address literal is always right (RFC 5321, 4.1.3).
        let answer = self.say("EHLO [127.0.0.1]")?;
        answer.expect_of_server(250)?;
        Ok(answer)
    }

    fn sign_in(&mut self, can: &Answer, name: &str, password: &Secret) -> Result<(), Undelivered> {
        let refused =
            |code: u16| Undelivered::Unreached(format!("邮件服务器不让登录（{code}），请核对用户名和密码"));
        if can.lets_in_by("PLAIN") {
            let told = STANDARD.encode(format!("\0{name}\0{}", password.text()));
            let answer = self.say(&format!("AUTH PLAIN {told}"))?;
            return if answer.code == 235 { Ok(()) } else { Err(refused(answer.code)) };
        }
        if !can.lets_in_by("LOGIN") {
            return Err(Undelivered::Unreached("邮件服务器不支持用密码登录".to_owned()));
        }
        let begun = self.say("AUTH LOGIN")?;
        let asked = if begun.code == 334 { self.say(&STANDARD.encode(name))? } else { begun };
        let answer = if asked.code == 334 { self.say(&STANDARD.encode(password.text()))? } else { asked };
        if answer.code == 235 { Ok(()) } else { Err(refused(answer.code)) }
    }

    /// Says a line and hears the answer.
    fn say(&mut self, line: &str) -> Result<Answer, Undelivered> {
        let said = self.set_time().and_then(|()| self.stream.write_all(format!("{line}\r\n").as_bytes()));
        said.map_err(|fault| Undelivered::Unreached(told(&fault)))?;
        self.answer().map_err(Undelivered::Unreached)
    }

    fn set_time(&mut self) -> io::Result<()> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.stream.socket().set_read_timeout(Some(left))?;
        self.stream.socket().set_write_timeout(Some(left))
    }

    fn answer(&mut self) -> Result<Answer, String> {
        let mut lines = Vec::new();
        while lines.len() < MOST_LINES {
            let line = self.line().map_err(|fault| told(&fault))?;
            let code = line.get(..3).and_then(|code| code.parse::<u16>().ok());
            let code = code.ok_or("对方不是邮件服务器")?;
            lines.push(line.get(4..).unwrap_or_default().to_owned());
            if line.as_bytes().get(3) != Some(&b'-') {
                return Ok(Answer { code, lines });
            }
        }
        Err("对方不是邮件服务器".to_owned())
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        loop {
            self.set_time()?;
            match self.stream.byte()? {
                b'\n' => return Ok(String::from_utf8_lossy(&line).trim_end().to_owned()),
                _ if line.len() >= LONGEST_LINE => return Err(io::ErrorKind::UnexpectedEof.into()),
                byte => line.push(byte),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_cannot_end_their_line() {
        for right in ["a@b.cn", "zhang.san+1@mail.example.gov.cn"] {
            assert!(is_address(right), "{right}");
        }
        for wrong in [
            "",
            "a",
            "@b.cn",
            "a@",
            "a@b",
            "a b@c.cn",
            "a@b.cn\r\nRCPT TO:<x@y.cn>",
            "<a@b.cn>",
            "a@b..cn",
            ".a@b.cn",
            "张@b.cn",
            "a@-b.cn",
            "a\"b@c.cn",
        ] {
            assert!(!is_address(wrong), "{wrong:?}");
        }
    }

    #[test]
    fn long_titles_are_cut_between_characters() {
        let title = "您要办的事项快到最后一天了，请登录平台办理";
        let words = encoded_words(title);
        let mut read = Vec::new();
        for word in words.split("\r\n ") {
            assert!(word.len() <= 75, "{word}");
            let inner = word.strip_prefix("=?UTF-8?B?").unwrap().strip_suffix("?=").unwrap();
            let piece = STANDARD.decode(inner).unwrap();
            assert!(std::str::from_utf8(&piece).is_ok(), "whole characters");
            read.extend(piece);
        }
        assert_eq!(String::from_utf8(read).unwrap(), title);
    }

    #[test]
    fn a_line_of_a_full_stop_does_not_end_the_message() {
        assert_eq!(dotted("a\r\n.\r\n..b\r\n"), "a\r\n..\r\n...b\r\n");
    }
}
