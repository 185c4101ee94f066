//! A small county whose officers and parties are told of things, and a gateway that keeps what it gets.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::io::{BufRead, BufReader, Read, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use app::{
    Actor, Channels, Deal, MESSAGES_LEASE, MessageLine, NewAccount, Open, Origin, Platform, Pushed,
    SendingsAsked,
};
use serde_json::Value as Json;
use store::account::Rank;
use store::lease::Lease;
use store::message::State;
use store::testing::Database;
use tempfile::TempDir;

use crate::county::{self, County, form};

pub struct Town {
    pub county: County,
    pub citizen: Actor,
    pub lease: Arc<Lease>,
    pub folder: TempDir,
    pub _database: Option<Database>,
}

/// Everything that a request says of a person.
pub const PERSONAL: [&str; 4] = ["林某某", "11010519491231002X", "13800001234", "某路施工许可"];

pub fn lease() -> Arc<Lease> {
    Arc::new(Lease::new(MESSAGES_LEASE, Duration::from_millis(300)).unwrap())
}

/// Runs a test in a folder, and in a PostgreSQL where one is given.
pub fn on_both(name: &str, today: &str, test: impl Fn(&Town)) {
    county::on_both(name, today, |county, folder, database| {
        let citizen = NewAccount {
            login: "citizen".to_owned(),
            name: "林某某".to_owned(),
            password: "Correct-horse-battery".to_owned(),
            organ: None,
            rank: Rank::Citizen,
        };
        county.platform.add_account(citizen).unwrap();
        let citizen = county.platform.actor_of("citizen").unwrap();
        let lease = lease();
        assert!(lease.hold(county.platform.store()).unwrap());
        let town = Town { county, citizen, lease, folder, _database: database };
        assert_eq!(town.tell(), 0, "begins with what happens from now on");
        test(&town);
    });
}

impl Town {
    pub fn platform(&self) -> &Platform {
        &self.county.platform
    }

    pub fn request(&self, key: &str, by: &Actor) -> String {
        self.request_of(key, by, "11010519491231002X")
    }

    pub fn request_of(&self, key: &str, by: &Actor, code: &str) -> String {
        let fields = [
            ("applicant", "林某某"),
            ("applicant.code", code),
            ("applicant_kind", "natural_person"),
            ("contact", "13800001234"),
            ("channel", "in_person"),
            ("information", "某路施工许可"),
            ("form", "paper"),
            ("route", "mail"),
        ];
        let open = Open {
            key: key.to_owned(),
            procedure: "disclosure_request".to_owned(),
            organ: "county".to_owned(),
            act: "apply".to_owned(),
            on: self.platform().today(),
            form: form(&fields),
            files: Vec::new(),
        };
        self.county.clock.tick();
        self.platform().open(by, open).unwrap().case
    }

    pub fn act(&self, by: &Actor, case: &str, act: &str, fields: &[(&str, &str)]) {
        let deal = Deal {
            key: format!("{act}-{case}-{}", self.platform().now()),
            case: case.to_owned(),
            version: None,
            act: act.to_owned(),
            on: self.platform().today(),
            form: form(fields),
            files: Vec::new(),
        };
        self.county.clock.tick();
        self.platform().act(by, deal).unwrap();
    }

    /// Makes all messages that there are to be made; how many.
    pub fn tell(&self) -> usize {
        let mut made = 0;
        loop {
            let told = self.platform().tell_round(&self.lease).unwrap();
            assert_eq!(told.faults, []);
            made += told.made;
            if !told.more {
                return made;
            }
        }
    }

    pub fn messages(&self, of: &Actor) -> Vec<MessageLine> {
        let (mut all, mut before) = (Vec::new(), String::new());
        loop {
            let (lines, next) = self.platform().messages(of, &before).unwrap();
            all.extend(lines);
            match next {
                Some(next) => before = next,
                None => return all,
            }
        }
    }

    pub fn texts(&self, of: &Actor) -> Vec<String> {
        self.messages(of).into_iter().rev().map(|one| one.text).collect()
    }

    /// Takes channels from a file into use; `{url}` is the address of the gateway.
    pub fn channels(&self, text: &str, files: &[(&str, &str)]) {
        for (name, text) in files {
            std::fs::write(self.folder.path().join(name), text).unwrap();
        }
        let path = self.folder.path().join("messages.toml");
        std::fs::write(&path, text).unwrap();
        self.platform().use_channels(Channels::read_file(&path).unwrap());
    }

    pub fn push(&self, channel: &str) -> Pushed {
        let channels = self.platform().channels();
        let found = channels.get(channel).unwrap();
        self.platform().push_round(found, &self.lease, &|| true).unwrap()
    }

    /// What was sent, the newest first: channel, state, what went wrong.
    pub fn log(&self) -> Vec<(String, State, String)> {
        let lines = self.platform().sendings_of_all(&SendingsAsked::default()).unwrap().0;
        lines.into_iter().map(|one| (one.channel, one.state, one.fault)).collect()
    }

    /// Confirms the citizen's telephone by the code that the gateway gets.
    pub fn with_phone(&self, gateway: &Gateway) {
        let origin = Origin::default();
        self.platform().ask_address(&self.citizen, "sms", "13912345678", &origin).unwrap();
        assert_eq!(self.push("sms").sent, 1);
        let code = gateway.codes().pop().unwrap();
        self.platform().confirm_address(&self.citizen, "sms", &code, &origin).unwrap();
    }
}

/// A server that keeps what it is told and answers as it is bidden.
pub struct Gateway {
    pub url: String,
    pub got: Arc<Mutex<Vec<Got>>>,
    pub answer: Arc<Mutex<(u16, String)>>,
}

#[derive(Clone, Debug)]
pub struct Got {
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Json,
    pub text: String,
}

impl Got {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }
}

impl Gateway {
    pub fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let got: Arc<Mutex<Vec<Got>>> = Arc::default();
        let answer = Arc::new(Mutex::new((200, r#"{"errcode":0,"errmsg":"ok"}"#.to_owned())));
        let (kept, answers) = (Arc::clone(&got), Arc::clone(&answer));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let mut out = stream.try_clone().unwrap();
                let mut input = BufReader::new(stream);
                let mut first = String::new();
                if input.read_line(&mut first).unwrap_or(0) == 0 {
                    continue;
                }
                let path = first.split(' ').nth(1).unwrap().to_owned();
                let mut headers = Vec::new();
                loop {
                    let mut line = String::new();
                    if input.read_line(&mut line).unwrap_or(0) == 0 || line.trim().is_empty() {
                        break;
                    }
                    let (name, value) = line.split_once(": ").unwrap();
                    headers.push((name.to_lowercase(), value.trim().to_owned()));
                }
                let length = headers.iter().find(|(name, _)| name == "content-length").unwrap();
                let mut body = vec![0; length.1.parse().unwrap()];
                input.read_exact(&mut body).unwrap();
                let text = String::from_utf8(body).unwrap();
                let (status, told) = answers.lock().unwrap().clone();
                let body = serde_json::from_str(&text).unwrap();
                kept.lock().unwrap().push(Got { path, headers, body, text });
                let head = format!(
                    "HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                    told.len()
                );
                drop(out.write_all(format!("{head}{told}").as_bytes()));
            }
        });
        Self { url, got, answer }
    }

    pub fn answers(&self, status: u16, text: &str) {
        *self.answer.lock().unwrap() = (status, text.to_owned());
    }

    pub fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    pub fn codes(&self) -> Vec<String> {
        let texts = self.got().into_iter().filter_map(|got| got.body["content"].as_str().map(str::to_owned));
        let code = |text: String| {
            let (_, rest) = text.split_once("验证码是")?;
            rest.get(..6).map(str::to_owned)
        };
        texts.filter_map(code).collect()
    }

    /// The file that sets it up as a gateway of text messages.
    pub fn file(&self, more: &str) -> String {
        format!(
            "site = \"http://127.0.0.1:8350\"\n{more}\n[sms]\nurl = \"{}/sms\"\nsecret_file = \"secret\"\nsign = \"【德化】\"\n\
             body = '{{\"mobile\":\"{{phone}}\",\"content\":\"{{text}}\",\"id\":\"{{id}}\"}}'\ntimeout_seconds = 2\n",
            self.url
        )
    }
}

pub const SECRET: &[(&str, &str)] = &[("secret", "0123456789abcdef0123456789abcdef\n")];
