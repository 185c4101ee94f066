//! Why a use case did not do what it was asked: what, where, on which article, what to do now.

use base::Diagnostic;
use norms::Refusal;
use store::StoreError;

use crate::alike::Alike;

/// Why nothing was done. 未办理的原因
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AppError {
    /// The law bars it.
    Refused(Box<Refusal>),
    /// Fields are wrong or missing: all of them.
    Invalid(Vec<FieldFault>),
    /// This account may not do it.
    Forbidden {
        why: String,
        help: String,
    },
    /// The rules of authority forbid it: every reason, each with its basis.
    Unauthorised(Vec<Diagnostic>),
    /// A file that was handed in does not hold what it should: every cell that is wrong.
    Unfit(Vec<Diagnostic>),
    /// Somebody else acted in the meantime.
    Changed {
        version: u32,
        by: String,
    },
    /// There is nothing of that name, or not for this account.
    NotFound {
        what: String,
    },
    /// Anything else that is wrong with what was asked.
    Wrong {
        code: &'static str,
        why: String,
        help: String,
    },
    /// What was entered before is like it: whoever has looked at what is shown goes on with its stamp.
    Alike(Box<Alike>),
    Store(StoreError),
}

/// What is wrong with one field of a form. 字段错误
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    pub field: String,
    pub name: String,
    pub message: String,
}

pub type Result<T, E = AppError> = std::result::Result<T, E>;

impl From<StoreError> for AppError {
    fn from(fault: StoreError) -> Self {
        Self::Store(fault)
    }
}

impl AppError {
    pub(crate) fn wrong(code: &'static str, why: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Wrong { code, why: why.into(), help: help.into() }
    }

    pub(crate) fn not_found(what: impl Into<String>) -> Self {
        Self::NotFound { what: what.into() }
    }

    pub(crate) fn field(field: &str, name: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldFault {
            field: field.to_owned(),
            name: name.to_owned(),
            message: message.into(),
        }])
    }

    /// In the words that people read, one for each thing that is wrong.
    #[must_use]
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        match self {
            Self::Refused(refusal) => refusal
                .reasons
                .iter()
                .map(|reason| {
                    let mut one = Diagnostic::error("refused", &reason.what).help(&reason.help);
                    if !reason.cited.is_empty() {
                        let mark = if reason.unverified { "（未核实）" } else { "" };
                        one = one.on(format!("{}{mark}", reason.cited));
                    }
                    one
                })
                .collect(),
            Self::Invalid(faults) => faults
                .iter()
                .map(|fault| Diagnostic::error("invalid", format!("{}：{}", fault.name, fault.message)))
                .collect(),
            Self::Forbidden { why, help } => vec![Diagnostic::error("forbidden", why).help(help)],
            Self::Unauthorised(reasons) | Self::Unfit(reasons) => reasons.clone(),
            Self::Changed { by, .. } => {
                let why = format!("您打开页面以后，{by}已经在本案中办理了新的事项，您这一次没有办理");
                vec![
                    Diagnostic::error("changed", why)
                        .help("请看最新的案情，再决定是否办理；您填写的内容还在。"),
                ]
            }
            Self::NotFound { what } => {
                vec![
                    Diagnostic::error("not_found", format!("没有找到{what}"))
                        .help("核对编号，或者从列表里选。"),
                ]
            }
            Self::Wrong { code, why, help } => vec![Diagnostic::error(code, why).help(help)],
            Self::Alike(alike) => alike.diagnostics(),
            Self::Store(fault) => vec![fault.diagnostic()],
        }
    }
}
