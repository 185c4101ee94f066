//! Why the demonstration cannot be made.

use base::Diagnostic;

/// Everything that stands in the way. 演示数据错误
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault(pub Vec<Diagnostic>);

pub type Result<T> = std::result::Result<T, Fault>;

impl Fault {
    pub(crate) fn unreadable(path: &str, error: &toml::de::Error) -> Self {
        let message = format!("演示数据“{path}”读不出来：{}", error.message());
        Self(vec![Diagnostic::error("demo_unreadable", message).help("核对该文件的写法。")])
    }

    /// The same with where it happened in front.
    pub(crate) fn within(mut self, place: &str) -> Self {
        for one in &mut self.0 {
            one.message = format!("{place}：{}", one.message);
        }
        self
    }
}

pub(crate) fn fault(message: impl Into<String>) -> Fault {
    Fault(vec![Diagnostic::error("demo", message).help("核对 demo/ 下的数据，或者换一个空的数据目录再试。")])
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, one) in self.0.iter().enumerate() {
            write!(f, "{}{one}", if at == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl std::error::Error for Fault {}

impl From<app::AppError> for Fault {
    fn from(error: app::AppError) -> Self {
        Self(error.diagnostics())
    }
}

impl From<store::StoreError> for Fault {
    fn from(error: store::StoreError) -> Self {
        Self(vec![error.diagnostic()])
    }
}
