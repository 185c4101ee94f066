//! What an act came to, as it is told and as it is kept for those who ask again.

use serde_json::Value as Json;

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
}

impl Done {
    pub(crate) fn to_text(&self) -> String {
        let quoted = |text: &str| serde_json::to_string(text).unwrap_or_default();
        let maybe = |text: &Option<String>| text.as_deref().map_or("null".to_owned(), quoted);
        let (number, case, hash) = (self.number, quoted(&self.case), quoted(&self.hash));
        let (case_number, receipt) = (maybe(&self.case_number), maybe(&self.receipt));
        format!(
            r#"{{"case":{case},"number":{number},"case_number":{case_number},"receipt":{receipt},"hash":{hash}}}"#
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
        }
    }
}
