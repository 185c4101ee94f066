//! Who read what: every reading of a case by somebody else than its party is a line of the log of operations, whose
//! lines are a chain. 阅卷留痕（个人信息保护法第五十一条、第五十四条）

use crate::accounts::Origin;
use crate::actor::Actor;
use crate::error::Result;
use crate::platform::Platform;

/// What was read of a case. 所阅内容
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Read<'a> {
    /// All that was recorded.
    Case,
    /// As it was known on an earlier day.
    Past(&'a str),
    /// A document, by the number of its event.
    Document(u32),
    /// What stands recorded of an event, to correct it.
    Recorded(u32),
    /// An attachment, by its hash.
    File(&'a str),
    /// All papers, as one file.
    Bundle,
}

impl Read<'_> {
    pub(crate) fn told(self) -> String {
        match self {
            Self::Case => "案卷".to_owned(),
            Self::Past(day) => format!("{day}的案卷"),
            Self::Document(number) => format!("第{number}号事项的文书"),
            Self::Recorded(number) => format!("第{number}号事项的记录（更正）"),
            Self::Bundle => "案卷封存包".to_owned(),
            Self::File(hash) => format!("附件{}", hash.get(..12).unwrap_or(hash)),
        }
    }
}

impl Platform {
    /// Notes that somebody took a list of cases away, before it is given. `what` says which, as the list was asked for.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn note_export(&self, actor: &Actor, what: &str, origin: &Origin) -> Result<()> {
        // What a stranger's link asks for may hold anything; a text of the store holds no control characters.
        let what: String = what.chars().filter(|c| !c.is_control()).take(200).collect();
        let (by, origin, now) = (actor.account.clone(), origin.clone(), self.now());
        let done: store::Result<()> =
            self.store().write(move |tx| origin.note_done(tx, now, &by, "cases_exported", &what))?;
        Ok(done?)
    }

    /// Notes that somebody looked for cases by a person's name: in how many the names were opened and how many were found. What
    /// was looked for is a name itself, so of it only what the operator's secret makes of it is written: who looks for
    /// the same name again makes the same.
    pub(crate) fn note_search(
        &self,
        actor: &Actor,
        text: &str,
        (opened, found): (usize, usize),
        origin: &Origin,
    ) -> Result<()> {
        // Without the keys no name could be opened.
        let Ok(keys) = self.inner().held().needed() else { return Ok(()) };
        let sign = keys.sign_of(&["search", text]);
        let detail = format!("打开{opened}件核对姓名，本页找到{found}件；查找内容的代号{sign}");
        let (by, origin, now) = (actor.account.clone(), origin.clone(), self.now());
        let done: store::Result<()> =
            self.store().write(move |tx| origin.note_done(tx, now, &by, "cases_searched", &detail))?;
        Ok(done?)
    }

    /// Notes that somebody who may read a case read something of it. The party's own readings are no matter of anybody's.
    /// It is durable when this returns, so that nothing is shown whose reading could be lost.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn note_reading(&self, actor: &Actor, case: &str, read: Read<'_>, origin: &Origin) -> Result<()> {
        let row = self.store().read(|reader| store::cases::get(reader, case))?;
        let is_party = row.is_some_and(|row| row.party.as_deref() == Some(actor.account.as_str()));
        if is_party {
            return Ok(());
        }
        let (by, detail, origin, now) =
            (actor.account.clone(), format!("{case}：{}", read.told()), origin.clone(), self.now());
        let done: store::Result<()> =
            self.store().write(move |tx| origin.note_done(tx, now, &by, "case_read", &detail))?;
        Ok(done?)
    }
}
