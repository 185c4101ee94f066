//! A finding about an input: what is wrong, where, on what basis, what to do now.

use std::fmt;

/// How grave a finding is. Only an error keeps a pack from loading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    Error,
    Warning,
    Note,
}

impl Severity {
    /// The word of the machine-readable formats.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }

    /// The word that people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Error => "错误",
            Self::Warning => "警告",
            Self::Note => "提示",
        }
    }
}

/// A place in a source file. Lines and columns count from 1; a column counts characters, not bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Place {
    pub file: String,
    pub line: usize,
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// One finding. The message and the help are Chinese and hold no type names of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable identifier of the kind of finding, such as `dead_act`.
    pub code: &'static str,
    pub severity: Severity,
    pub message: String,
    pub place: Option<Place>,
    /// The article it rests on, as people cite it.
    pub article: Option<String>,
    /// What to do now.
    pub help: Option<String>,
}

impl Diagnostic {
    #[must_use]
    pub fn new(code: &'static str, severity: Severity, message: impl Into<String>) -> Self {
        Self { code, severity, message: message.into(), place: None, article: None, help: None }
    }

    #[must_use]
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, message)
    }

    #[must_use]
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Warning, message)
    }

    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    #[must_use]
    pub fn on(mut self, article: impl Into<String>) -> Self {
        self.article = Some(article.into());
        self
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]：{}", self.severity.label(), self.code, self.message)?;
        if let Some(place) = &self.place {
            write!(f, "\n  位置：{place}")?;
        }
        if let Some(article) = &self.article {
            write!(f, "\n  依据：{article}")?;
        }
        if let Some(help) = &self.help {
            write!(f, "\n  怎么办：{help}")?;
        }
        Ok(())
    }
}
