//! What a program of others may do of what its account may do. It is said when the program is entered, the owner of the
//! account agrees to it as it stands, and nothing widens it afterwards; a token may ask for less.

use crate::error::{AppError, Result};
use crate::platform::Platform;

/// How far a program reaches. 接入程序可以做什么
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Lists and tables, and no case itself.
    Lists,
    /// Whatever the account may read.
    Read,
    /// Opening cases and nothing else: not even reading them.
    Submit,
    /// Whatever the account may do.
    Write,
}

/// What an operation asks of a program. 接口操作的类别
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// A list of cases.
    Cases,
    /// What is in one case.
    Case,
    /// Opening a case.
    Submit,
    /// Acting in a case.
    Act,
    /// A list of something else: registers, figures, organs, documents.
    Facts,
    /// A document of the library whole.
    Document,
    /// Writing into a register.
    Enter,
}

impl Reach {
    pub const ALL: [Self; 4] = [Self::Lists, Self::Read, Self::Submit, Self::Write];

    /// As it is kept.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Lists => "lists",
            Self::Read => "read",
            Self::Submit => "submit",
            Self::Write => "write",
        }
    }

    /// As people read it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lists => "只能看列表",
            Self::Read => "只能查看",
            Self::Submit => "只能提交",
            Self::Write => "查看和办理",
        }
    }

    /// What it comes to, for whoever chooses or agrees.
    #[must_use]
    pub const fn told(self) -> &'static str {
        match self {
            Self::Lists => "案件、待办、名册、指标明细的列表和表格；不能打开案件",
            Self::Read => "账号看得到的全部，不能办",
            Self::Submit => "开始案件、提出申请；什么都不能看",
            Self::Write => "账号能看、能办的全部",
        }
    }

    /// The words of OAuth 2.0 for it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Write => "read write",
            other => other.id(),
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|own| own.id() == text)
    }

    const fn lets(self, need: Asks) -> bool {
        match self {
            Self::Lists => matches!(need, Asks::Cases | Asks::Facts),
            Self::Read => matches!(need, Asks::Cases | Asks::Case | Asks::Facts | Asks::Document),
            Self::Submit => matches!(need, Asks::Submit),
            Self::Write => true,
        }
    }

    /// Whether all that another one lets is let by this one.
    const fn holds(self, other: Self) -> bool {
        match self {
            Self::Write => true,
            Self::Read => matches!(other, Self::Read | Self::Lists),
            Self::Lists => matches!(other, Self::Lists),
            Self::Submit => matches!(other, Self::Submit),
        }
    }
}

/// How far a program reaches, and in which procedure alone where it is bound to one. 接入范围
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    pub reach: Reach,
    /// Id of the only procedure whose cases it sees and acts in.
    pub procedure: Option<String>,
}

impl Scope {
    #[must_use]
    pub const fn all(reach: Reach) -> Self {
        Self { reach, procedure: None }
    }

    /// As it is kept. What is not known any more reaches nowhere, so it is read as the least.
    pub(crate) fn text(&self) -> String {
        let reach = self.reach.id();
        self.procedure.as_ref().map_or_else(|| reach.to_owned(), |procedure| format!("{reach}:{procedure}"))
    }

    pub(crate) fn of(text: &str) -> Self {
        let (reach, procedure) = text.split_once(':').unwrap_or((text, ""));
        let procedure = Some(procedure.to_owned()).filter(|procedure| !procedure.is_empty());
        Self { reach: Reach::parse(reach).unwrap_or(Reach::Lists), procedure }
    }

    /// Whether it lets a program do what an operation asks. Bound to a procedure it lets cases alone.
    #[must_use]
    pub fn lets(&self, need: Asks) -> bool {
        let is_of_cases = matches!(need, Asks::Cases | Asks::Case | Asks::Submit | Asks::Act);
        self.reach.lets(need) && (self.procedure.is_none() || is_of_cases)
    }

    /// Whether it lets cases of a procedure.
    #[must_use]
    pub fn covers(&self, procedure: &str) -> bool {
        self.procedure.as_deref().is_none_or(|own| own == procedure)
    }

    /// The words of OAuth 2.0 for it (RFC 6749, 3.3).
    #[must_use]
    pub fn words(&self) -> String {
        let reach = self.reach.words();
        self.procedure
            .as_ref()
            .map_or_else(|| reach.to_owned(), |procedure| format!("{reach} procedure:{procedure}"))
    }

    /// The scope of a token that asks for no more than this, or for less; nothing where it asks for more.
    #[must_use]
    pub fn narrowed(&self, to: Option<Reach>) -> Option<Self> {
        let reach = to.unwrap_or(self.reach);
        self.reach.holds(reach).then(|| Self { reach, procedure: self.procedure.clone() })
    }
}

impl Platform {
    /// The name of the only procedure of a scope, for people.
    #[must_use]
    pub fn scope_procedure(&self, scope: &Scope) -> Option<String> {
        let id = scope.procedure.as_ref()?;
        let mut packs = self.rules().packs.iter().map(|pack| &pack.file.procedure);
        Some(packs.find(|procedure| procedure.id == *id).map_or_else(|| id.clone(), |one| one.name.clone()))
    }

    /// That a procedure to which a scope is bound is one.
    pub(super) fn check_scope(&self, scope: &Scope) -> Result<()> {
        let Some(id) = &scope.procedure else { return Ok(()) };
        if self.rules().packs.iter().any(|pack| pack.file.procedure.id == *id) {
            return Ok(());
        }
        Err(AppError::field("procedure", "限于程序", format!("没有程序“{id}”，请从列表里选，或者不限")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_may_ask_for_less_and_never_for_more() {
        for (own, asked, is_let) in [
            (Reach::Write, Reach::Submit, true),
            (Reach::Write, Reach::Lists, true),
            (Reach::Read, Reach::Lists, true),
            (Reach::Read, Reach::Write, false),
            (Reach::Read, Reach::Submit, false),
            (Reach::Lists, Reach::Read, false),
            (Reach::Submit, Reach::Read, false),
            (Reach::Submit, Reach::Write, false),
        ] {
            let scope = Scope { reach: own, procedure: Some("penalty".to_owned()) };
            let narrowed = scope.narrowed(Some(asked));
            assert_eq!(narrowed.is_some(), is_let, "{own:?} {asked:?}");
            assert!(narrowed.is_none_or(|one| one.procedure == scope.procedure && one.reach == asked));
            assert_eq!(Scope::of(&scope.text()), scope);
        }
        assert_eq!(Scope::of("something new").reach, Reach::Lists);
    }

    #[test]
    fn what_a_narrower_reach_lets_a_wider_one_lets_too() {
        let needs =
            [Asks::Cases, Asks::Case, Asks::Submit, Asks::Act, Asks::Facts, Asks::Document, Asks::Enter];
        for own in Reach::ALL {
            for other in Reach::ALL.into_iter().filter(|other| own.holds(*other)) {
                for need in needs {
                    assert!(!other.lets(need) || own.lets(need), "{own:?} {other:?} {need:?}");
                }
            }
            let bound = Scope { reach: own, procedure: Some("penalty".to_owned()) };
            assert!(![Asks::Facts, Asks::Document, Asks::Enter].into_iter().any(|need| bound.lets(need)));
        }
    }
}
