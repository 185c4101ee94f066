//! What a command asks of the server that has the data: two small files in the folder of the data. A store in a folder has
//! one writer; a command beside it leaves its request, and the server takes it up within a second.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use ledger::Hash;
use serde_json::{Value as Json, json};
use store::Place;

use crate::error::{AppError, Result};
use crate::ids::Ids;
use crate::platform::Platform;
use crate::proof_json::{countersigned_of, published_in};

const REQUEST: &str = "root-request";
const ANSWER: &str = "root-answer";
/// How long a command waits for the server. Signing itself takes milliseconds, a long journal's first tree seconds.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(100);

/// What is to be done with the roots. 对根的请求
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RootRequest {
    /// A root over all events now.
    Make,
    /// The file of a witness.
    Witness(String),
    /// A file with published roots, and why those that are gone are gone.
    Lost { file: String, note: String },
}

impl RootRequest {
    fn json(&self) -> Json {
        match self {
            Self::Make => json!({ "do": "make" }),
            Self::Witness(file) => json!({ "do": "witness", "file": file }),
            Self::Lost { file, note } => json!({ "do": "lost", "file": file, "note": note }),
        }
    }

    fn of(value: &Json) -> Option<Self> {
        let text = |name: &str| value.get(name).and_then(Json::as_str).map(str::to_owned);
        match text("do")?.as_str() {
            "make" => Some(Self::Make),
            "witness" => Some(Self::Witness(text("file")?)),
            "lost" => Some(Self::Lost { file: text("file")?, note: text("note")? }),
            _ => None,
        }
    }
}

impl Platform {
    /// Does what is asked of the roots, in the process that may write. Gives what there is to say, a line each.
    ///
    /// # Errors
    /// What the use case itself says.
    pub fn carry_out(&self, request: &RootRequest) -> Result<Vec<String>> {
        match request {
            RootRequest::Make => {
                let made = self.make_root()?;
                let has = made.is_some() || !self.roots(None, 1)?.is_empty();
                Ok(vec![match (made, has) {
                    (Some(_), _) => "已作出新的根。".to_owned(),
                    (None, true) => "日志没有增加，最近的根仍然有效。".to_owned(),
                    (None, false) => "日志里还没有事项，没有根可作。".to_owned(),
                }])
            }
            RootRequest::Witness(file) => {
                let given = countersigned_of(file)?;
                let witness = self.add_witness(&given)?;
                let (name, size) = (&witness.name, given.size);
                Ok(vec![format!(
                    "已登记“{name}”对覆盖{size}条事项的根的见证，指纹：{}",
                    witness.keys().grouped()
                )])
            }
            RootRequest::Lost { file, note } => {
                let lost = self.enter_published(&published_in(file)?, &[], note)?;
                let mut lines: Vec<String> = lost
                    .iter()
                    .map(|one| {
                        format!("已公告不再成立：覆盖{}条事项的根 {}", one.root.size(), one.root.root())
                    })
                    .collect();
                if lines.is_empty() {
                    lines.push("文件中的根都仍然成立，或者已经公告过。".to_owned());
                }
                Ok(lines)
            }
        }
    }

    /// Takes up what a command left in the folder of the data; whether there was something.
    ///
    /// # Errors
    /// The answer cannot be written.
    pub fn answer_request(&self) -> Result<bool> {
        let Place::Folder(dir) = self.store().place() else { return Ok(false) };
        let path = dir.join(REQUEST);
        let Ok(text) = fs::read_to_string(&path) else { return Ok(false) };
        drop(fs::remove_file(&path));
        let value: Json = serde_json::from_str(&text).unwrap_or_default();
        // The token becomes the answer's name.
        let Some(token) = value.get("token").and_then(Json::as_str).and_then(Hash::parse) else {
            return Ok(false);
        };
        let done = match RootRequest::of(&value) {
            Some(request) => self.carry_out(&request),
            None => Err(AppError::wrong("root_request", "看不懂请求", "请用与服务同一版本的程序。")),
        };
        let answer = match done {
            Ok(lines) => json!({ "lines": lines }),
            Err(fault) => {
                let told = fault.diagnostics();
                let one = told.first();
                json!({ "why": one.map(|one| one.message.clone()), "help": one.and_then(|one| one.help.clone()) })
            }
        };
        let name = format!("{ANSWER}-{token}");
        write(dir, &name, &answer.to_string()).map_err(|fault| unwritable(dir, &fault)).map(|()| true)
    }
}

/// The whole file or none, and none where one is.
fn write(dir: &Path, name: &str, text: &str) -> std::io::Result<()> {
    let beside = dir.join(format!("{name}.{}", Ids::token().get(..16).unwrap_or_default()));
    let mut file = fs::File::create_new(&beside)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| fs::hard_link(&beside, dir.join(name)));
    drop(fs::remove_file(&beside));
    written
}

fn unwritable(dir: &Path, fault: &std::io::Error) -> AppError {
    let help = "请用运行服务的同一用户运行本命令，并检查文件夹的权限和磁盘。";
    AppError::wrong("root_request", format!("写不了数据文件夹{}：{fault}", dir.display()), help)
}

/// Asks the server that has the data in a folder, and waits for its answer: the lines that it says.
///
/// # Errors
/// The folder cannot be written, nobody answers, or the server refuses.
pub fn ask_server(dir: &Path, request: &RootRequest) -> Result<Vec<String>> {
    let token = Ids::token();
    let mut value = request.json();
    if let Some(object) = value.as_object_mut() {
        object.insert("token".to_owned(), json!(token));
    }
    let began = Instant::now();
    let (path, answer): (PathBuf, PathBuf) = (dir.join(REQUEST), dir.join(format!("{ANSWER}-{token}")));
    loop {
        match write(dir, REQUEST, &value.to_string()) {
            Ok(()) => break,
            // Another command's request comes first. One that nobody takes up was left by a command that is gone.
            Err(fault) if fault.kind() == ErrorKind::AlreadyExists => {
                if began.elapsed() > PATIENCE {
                    drop(fs::remove_file(&path));
                }
                thread::sleep(PAUSE);
            }
            Err(fault) => return Err(unwritable(dir, &fault)),
        }
    }
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        thread::sleep(PAUSE);
        let Ok(text) = fs::read_to_string(&answer) else { continue };
        let value: Json = serde_json::from_str(&text).unwrap_or_default();
        drop(fs::remove_file(&answer));
        let text = |name: &str| value.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
        return match value.get("lines").and_then(Json::as_array) {
            Some(all) => Ok(all.iter().filter_map(Json::as_str).map(str::to_owned).collect()),
            None => Err(AppError::wrong("root_request", text("why"), text("help"))),
        };
    }
    drop(fs::remove_file(&path));
    let help = "数据正由另一个程序使用，但它没有答复：可能是较早版本的服务或者别的命令。请停下它再试。";
    Err(AppError::wrong("root_request", format!("等了{}秒没有答复", PATIENCE.as_secs()), help))
}
