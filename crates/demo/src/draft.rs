//! Yearly reports drafted as they are in service: what officers write in which section, what they state and who answers for it,
//! what a colleague remarks; the acts of the procedure then take the draft over.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use app::{Actor, CellPosted, CellSource, DraftSection, Origin, Platform, Saved, TablePosted};
use audit::Rules;
use serde::Deserialize;

use crate::fault::{Result, fault};

/// What is written into a draft at one step of a script. 文稿
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DraftEntry {
    /// One text for each section; a later step makes a later version.
    #[serde(default)]
    text: Vec<TextEntry>,
    #[serde(default)]
    comment: Vec<CommentEntry>,
    /// What is stated in every cell in which nothing is recorded.
    cells: Option<CellsEntry>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TextEntry {
    section: String,
    text: String,
    /// Put under what the records say there already.
    #[serde(default)]
    adds: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CommentEntry {
    section: String,
    text: String,
    /// What the drafter answers; with it the comment is closed.
    answer: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CellsEntry {
    number: String,
    who: String,
    why: String,
}

/// Drafts by the name under which steps ask for them.
pub(crate) type Drafts = BTreeMap<String, DraftEntry>;

/// The draft of one case, and who writes it.
pub(crate) struct Drafting<'a> {
    pub platform: &'a Platform,
    pub case: &'a str,
    pub drafter: &'a Actor,
    /// Who remarks on it.
    pub reader: &'a Actor,
}

impl Drafting<'_> {
    /// Lays the draft out of what the records say.
    pub fn begin(&self) -> Result<()> {
        Ok(self.platform.begin_report(self.drafter, self.case, &Origin::default())?)
    }

    /// Writes, states and remarks.
    pub fn write(&self, draft: &DraftEntry) -> Result<()> {
        for one in &draft.comment {
            self.platform.comment_on_report(self.reader, self.case, &one.section, &one.text, None)?;
        }
        let begun = self.platform.report_draft(self.drafter, self.case)?.begun;
        let begun = begun.ok_or_else(|| fault("报告还没有起草"))?;
        for one in &draft.text {
            self.text(one, &begun.sections)?;
        }
        for one in &draft.comment {
            self.answer(one)?;
        }
        draft.cells.as_ref().map_or(Ok(()), |cells| self.cells(cells, &begun.sections))
    }

    fn text(&self, one: &TextEntry, sections: &[DraftSection]) -> Result<()> {
        let last = sections.iter().find(|own| own.id == one.section).and_then(|own| own.text.as_ref());
        let before = last.and_then(|last| last.text.as_deref()).unwrap_or_default();
        let text = if one.adds { format!("{before}\n\n{}", one.text) } else { one.text.clone() };
        let base = last.map_or(0, |last| last.number);
        match self.platform.save_section(self.drafter, self.case, &one.section, base, &text, &[])? {
            Saved::Kept(_) | Saved::Same(_) => Ok(()),
            Saved::Conflict(_) => Err(fault(format!("“{}”的文稿没有存上", one.section))),
        }
    }

    fn answer(&self, one: &CommentEntry) -> Result<()> {
        let Some(answer) = &one.answer else { return Ok(()) };
        let page = self.platform.report_section(self.drafter, self.case, &one.section, None)?;
        let found = page.comments.into_iter().find(|own| own.text == one.text && own.closed.is_none());
        let id = found.ok_or_else(|| fault(format!("“{}”没有这条批注", one.section)))?.id;
        self.platform.comment_on_report(self.drafter, self.case, &one.section, answer, Some(&id))?;
        self.platform.close_report_comment(self.reader, self.case, &id)?;
        Ok(())
    }

    /// States the same number in every cell in which nothing is recorded.
    fn cells(&self, stated: &CellsEntry, sections: &[DraftSection]) -> Result<()> {
        for table in sections.iter().flat_map(|section| &section.tables) {
            let missing = table.rows.iter().flat_map(|row| {
                let cells = table.columns.iter().zip(&row.cells);
                cells.filter(|(_, cell)| cell.of == CellSource::Missing).map(|(column, _)| CellPosted {
                    row: row.id.clone(),
                    column: column.id.clone(),
                    number: stated.number.clone(),
                })
            });
            let cells: Vec<CellPosted> = missing.collect();
            if cells.is_empty() {
                continue;
            }
            let posted = TablePosted { base: 0, cells, who: stated.who.clone(), why: stated.why.clone() };
            self.platform.save_report_table(self.drafter, self.case, &table.id, &posted)?;
        }
        Ok(())
    }
}

/// The rules by which drafts are looked at, read once.
pub(crate) fn audit_rules() -> Result<&'static Rules> {
    static RULES: OnceLock<std::result::Result<Rules, String>> = OnceLock::new();
    let read = RULES.get_or_init(|| {
        audit_report::load(&audit_report::BUILT_IN)
            .map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("；"))
    });
    read.as_ref().map_err(|words| fault(words.as_str()))
}
