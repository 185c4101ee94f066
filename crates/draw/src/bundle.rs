//! The file of a draw: JSON, read in any layout and written in one.

use base::{Diagnostic, Place};
use serde::{Deserialize, Serialize};

use crate::faults::fault;
use crate::list::{Commitment, Earlier, List, PublicValue, Reveal};
use crate::protocol::{Announced, Drawn, Locked, Outcome};

/// The version of the file's form.
pub const FORMAT_VERSION: u32 = 1;

/// What the file says that it is.
pub const KIND: &str = "yifa_draw";

/// The file of a draw, as far as the draw has come. 抽取文件
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle<'a> {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announcement_hash: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commitments: Option<Vec<Commitment>>,
    pub format_version: u32,
    pub kind: String,
    #[serde(borrow)]
    pub list: List<'a>,
    pub list_hash: String,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome_hash: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_value: Option<PublicValue>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reveals: Option<Vec<Reveal>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<String>,
}

impl<'a> Bundle<'a> {
    /// The file after the list is locked.
    #[must_use]
    pub fn of_locked(locked: &Locked<'_>, list: List<'a>) -> Self {
        Self {
            announcement_hash: None,
            commitments: None,
            format_version: FORMAT_VERSION,
            kind: KIND.to_owned(),
            list,
            list_hash: locked.hash.hex(),
            outcome: None,
            outcome_hash: None,
            public_value: None,
            reveals: None,
            seed: None,
        }
    }

    /// The file with the commitments.
    #[must_use]
    pub fn with_announced(mut self, announced: &Announced<'_>) -> Self {
        self.commitments = Some(announced.commitments.clone());
        self.announcement_hash = Some(announced.hash.hex());
        self
    }

    /// The file with what was drawn.
    #[must_use]
    pub fn with_drawn(mut self, reveals: Vec<Reveal>, value: PublicValue, drawn: Drawn<'a>) -> Self {
        self.reveals = Some(reveals);
        self.public_value = Some(value);
        self.seed = Some(drawn.seed.0.hex());
        self.outcome_hash = Some(drawn.hash.hex());
        self.outcome = Some(drawn.outcome);
        self
    }

    /// How far the draw has come: 0 locked, 1 announced, 2 drawn.
    pub(crate) fn stage(&self) -> Result<u8, Diagnostic> {
        if self.kind != KIND || self.format_version != FORMAT_VERSION {
            let message =
                format!("这不是抽取文件，或者版本不同：种类“{}”，版本{}", self.kind, self.format_version);
            return Err(fault("draw_kind", message, "用 yifa draw 所写的文件；版本更新的，请升级程序。"));
        }
        let committed = [self.commitments.is_some(), self.announcement_hash.is_some()];
        let drawn = [
            self.reveals.is_some(),
            self.public_value.is_some(),
            self.seed.is_some(),
            self.outcome.is_some(),
            self.outcome_hash.is_some(),
        ];
        match (committed, drawn) {
            ([false, false], [false, false, false, false, false]) => Ok(0),
            ([true, true], [false, false, false, false, false]) => Ok(1),
            ([true, true], [true, true, true, true, true]) => Ok(2),
            _ => {
                let message = "文件不完整：承诺和公布杂凑值要都有或者都没有，揭示、公共数值、种子、结果也是";
                Err(fault("draw_incomplete", message, "用 yifa draw 各步所写的原文件，不要手工删改。"))
            }
        }
    }

    /// Reads a file.
    pub fn parse(text: &'a str) -> Result<Self, Diagnostic> {
        serde_json::from_str(text).map_err(|error| unreadable(text, &error))
    }

    /// The canonical form, with a line feed at the end.
    #[must_use]
    pub fn canonical(&self) -> String {
        let mut text = serde_json::to_string(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// What a draw that replaces this one says of it, after the history that this one has.
    #[must_use]
    pub fn earlier(&self, reason: &str) -> Vec<Earlier> {
        let own = Earlier {
            announcement: self.announcement_hash.clone().unwrap_or_default(),
            list: self.list_hash.clone(),
            outcome: self.outcome_hash.clone().unwrap_or_default(),
            reason: reason.to_owned(),
        };
        self.list.history.iter().cloned().chain([own]).collect()
    }
}

impl<'a> List<'a> {
    /// Reads a list that is not locked yet.
    pub fn parse(text: &'a str) -> Result<Self, Diagnostic> {
        serde_json::from_str(text).map_err(|error| unreadable(text, &error))
    }
}

/// Whether a draw replaces another one and says all of it.
pub fn follows(previous: &Bundle<'_>, now: &Bundle<'_>) -> Result<(), Diagnostic> {
    let reason = now.list.history.last().map_or("", |last| &last.reason);
    if !now.list.history.is_empty() && now.list.history == previous.earlier(reason) {
        return Ok(());
    }
    let message = if now.list.history.is_empty() {
        "这份文件没有说它替换了别的抽取，而您另有一份以前的".to_owned()
    } else {
        format!("这份文件的重抽记录（{}条）与以前的那一份对不上", now.list.history.len())
    };
    let help = "请抽取机关说明以前的抽取为什么没有写进记录；核对给的是不是紧接在前的那一份。";
    Err(fault("draw_history_wrong", message, help))
}

/// What is wrong with the JSON, in Chinese: the reader's own messages are English.
fn unreadable(text: &str, error: &serde_json::Error) -> Diagnostic {
    let told = error.to_string();
    let name = told.split('`').nth(1).unwrap_or_default();
    let what = if told.starts_with("missing field") {
        format!("缺少“{name}”这一项")
    } else if told.starts_with("unknown field") {
        format!("不认识“{name}”这一项")
    } else if told.starts_with("duplicate field") {
        format!("“{name}”这一项写了两次")
    } else if told.starts_with("invalid type") || told.starts_with("invalid value") {
        "这里的值不是该写的种类（文字、整数、列表）".to_owned()
    } else if error.is_eof() {
        "文件在这里就断了".to_owned()
    } else {
        "这里不是JSON的写法".to_owned()
    };
    // The reader counts bytes; a place counts characters.
    let line = text.lines().nth(error.line().saturating_sub(1)).unwrap_or_default();
    let starts = line.char_indices().take_while(|(at, _)| *at < error.column());
    let place = Place { file: String::new(), line: error.line(), column: starts.count().max(1) };
    let help = "照 docs/draw.md 的“The file”一节改正，或者重新取一份原文件。";
    fault("draw_unreadable", format!("读不懂：{what}"), help).at(place)
}
