//! What an act came to, as it is told and as it is kept for those who ask again.

use serde_json::{Value as Json, json};

/// What was done. 办理结果
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    pub case: String,
    pub number: u32,
    /// The number that people cite.
    pub case_number: Option<String>,
    /// The code by which the case can be followed without an account; told once.
    pub receipt: Option<String>,
    pub hash: String,
    /// The cases that it opened in other procedures or organs.
    pub started: Vec<Started>,
}

/// A case that an act opened elsewhere. 移送立案
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    pub case: String,
    /// The number that people cite.
    pub number: String,
    /// Names of the procedure and of the organ that holds it.
    pub procedure: String,
    pub organ: String,
}

impl Done {
    pub(crate) fn to_text(&self) -> String {
        let quoted = |text: &str| serde_json::to_string(text).unwrap_or_default();
        let maybe = |text: &Option<String>| text.as_deref().map_or("null".to_owned(), quoted);
        let (number, case, hash) = (self.number, quoted(&self.case), quoted(&self.hash));
        let (case_number, receipt) = (maybe(&self.case_number), maybe(&self.receipt));
        let one = |one: &Started| json!({ "case": one.case, "number": one.number, "procedure": one.procedure, "organ": one.organ });
        let started = Json::Array(self.started.iter().map(one).collect());
        format!(
            r#"{{"case":{case},"number":{number},"case_number":{case_number},"receipt":{receipt},"hash":{hash},"started":{started}}}"#
        )
    }

    pub(crate) fn from_text(text: &str) -> Self {
        let value: Json = serde_json::from_str(text).unwrap_or_default();
        let text = |name: &str| value.get(name).and_then(Json::as_str).map(str::to_owned);
        Self {
            case: text("case").unwrap_or_default(),
            number: value
                .get("number")
                .and_then(Json::as_u64)
                .and_then(|n| u32::try_from(n).ok())
                .unwrap_or(0),
            case_number: text("case_number"),
            receipt: text("receipt"),
            hash: text("hash").unwrap_or_default(),
            started: started_of(&value),
        }
    }
}

fn started_of(value: &Json) -> Vec<Started> {
    let all = value.get("started").and_then(Json::as_array).into_iter().flatten();
    let one = |one: &Json| {
        let text = |name: &str| one.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
        Started {
            case: text("case"),
            number: text("number"),
            procedure: text("procedure"),
            organ: text("organ"),
        }
    };
    all.map(one).collect()
}
