//! What is wrong with a code, where, and what it probably should be.

use std::fmt;

use base::{Diagnostic, Severity};

/// One fault of a code (代码差错).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Stable identifier of the kind of fault, such as `check_letter`.
    pub code: &'static str,
    /// A warning does not make the code wrong.
    pub severity: Severity,
    /// The character it is about, counted from 1 in the value without surrounding spaces.
    pub position: Option<usize>,
    pub message: String,
    /// The whole code as it probably should be, where that can be told.
    pub likely: Option<String>,
}

impl Fault {
    pub(crate) fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, severity: Severity::Error, position: None, message: message.into(), likely: None }
    }

    pub(crate) fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    pub(crate) fn at(mut self, position: usize) -> Self {
        self.position = Some(position);
        self
    }

    pub(crate) fn likely(mut self, likely: Option<String>) -> Self {
        self.likely = likely;
        self
    }

    /// The fault as a finding about an input.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        let found = Diagnostic::new(self.code, self.severity, &self.message);
        match &self.likely {
            Some(likely) => found.help(format!("多半应为 {likely}，请与原件核对")),
            None => found.help("请与原件核对后重填"),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.severity != Severity::Error {
            write!(f, "{}：", self.severity.label())?;
        }
        f.write_str(&self.message)?;
        match &self.likely {
            Some(likely) => write!(f, "（多半应为 {likely}）"),
            None => Ok(()),
        }
    }
}
