//! What is said of a section, answered and closed.

use store::report_draft::{self as kept, Comment};

use super::Loaded;
use super::editing::is_written;
use crate::actor::Actor;
use crate::clock::local_time;
use crate::error::{AppError, Result};
use crate::kept_own::{opened, sealed};
use crate::platform::Platform;

/// The longest comment, in characters, and how many a draft has at most.
const LONGEST: usize = 1_000;
const MOST: u32 = 2_000;

/// A comment with its answers. 批注
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommentLine {
    pub id: String,
    /// The version that it speaks of.
    pub version: i64,
    pub by: String,
    pub at: String,
    pub text: String,
    pub answers: Vec<CommentLine>,
    /// Who closed it, and when.
    pub closed: Option<(String, String)>,
}

impl Platform {
    /// Comments on a section, or answers a comment. For officers who may read the case: those who vet comment too.
    ///
    /// # Errors
    /// The case is not theirs to read; it is empty or too long; what it answers is not there or closed.
    pub fn comment_on_report(
        &self,
        actor: &Actor,
        case: &str,
        section: &str,
        text: &str,
        answers: Option<&str>,
    ) -> Result<()> {
        let (loaded, _) = self.loaded_begun(actor, case)?;
        if !is_written(&loaded, section) {
            self.must_know(&loaded, section)?;
        }
        let text = text.trim();
        if text.is_empty() || text.chars().count() > LONGEST {
            return Err(AppError::field("text", "批注", format!("应当填写，不超过{LONGEST}个字")));
        }
        let rows = self.comment_rows(case)?;
        if rows.len() >= usize::try_from(MOST).unwrap_or(usize::MAX) {
            return Err(AppError::wrong(
                "comments",
                format!("一份报告最多{MOST}条批注"),
                "请先处理已有的批注。",
            ));
        }
        if let Some(id) = answers {
            let known =
                rows.iter().find(|one| one.id == id && one.section == section && one.answers.is_none());
            let known = known.ok_or_else(|| AppError::not_found("要答复的批注"))?;
            if known.closed_at.is_some() {
                return Err(AppError::wrong("closed", "这条批注已经办结", "还有意见的，请另写一条。"));
            }
        }
        let (now, keys) = (self.now(), self.inner().held().needed()?);
        let id = self.inner().ids.id(now);
        let comment = Comment {
            section: section.to_owned(),
            version: version_of(&loaded, section),
            answers: answers.map(str::to_owned),
            account: actor.account.clone(),
            text: sealed(&keys, &["report_comment", case, &id], text)?,
            made_at: now,
            closed_at: None,
            closed_by: None,
            id,
        };
        let case = case.to_owned();
        self.store().write(move |tx| kept::add_comment(tx, &case, &comment))??;
        Ok(())
    }

    /// Closes a comment: by whoever wrote it, or whose the draft is to write.
    ///
    /// # Errors
    /// It is neither's; it is not there, or closed already.
    pub fn close_report_comment(&self, actor: &Actor, case: &str, id: &str) -> Result<String> {
        let (loaded, _) = self.loaded_begun(actor, case)?;
        let rows = self.comment_rows(case)?;
        let found = rows.into_iter().find(|one| one.id == id && one.answers.is_none());
        let found = found.ok_or_else(|| AppError::not_found("这条批注"))?;
        if found.account != actor.account && !self.may_write(actor, &loaded)? {
            return Err(AppError::Forbidden {
                why: "批注由写批注的人或者起草人办结".to_owned(),
                help: "请在批注下面答复。".to_owned(),
            });
        }
        let (case, id, by, now) = (case.to_owned(), id.to_owned(), actor.account.clone(), self.now());
        let was = self.store().write(move |tx| kept::close_comment(tx, &case, &id, &by, now))??;
        if was { Ok(found.section) } else { Err(AppError::not_found("还没有办结的这条批注")) }
    }

    pub(super) fn comment_rows(&self, case: &str) -> Result<Vec<Comment>> {
        self.store().read(|reader| Ok(kept::comments(reader, case, "", MOST)?))
    }

    /// The comments on a section, each with its answers.
    pub(super) fn section_comments(&self, case: &str, section: &str) -> Result<Vec<CommentLine>> {
        let rows = self.comment_rows(case)?;
        let own = || rows.iter().filter(|one| one.section == section);
        let mut made = Vec::new();
        for row in own().filter(|one| one.answers.is_none()) {
            let mut line = self.comment_line(case, row)?;
            for answer in own().filter(|one| one.answers.as_deref() == Some(row.id.as_str())) {
                line.answers.push(self.comment_line(case, answer)?);
            }
            made.push(line);
        }
        Ok(made)
    }

    fn comment_line(&self, case: &str, row: &Comment) -> Result<CommentLine> {
        let held = self.inner().held();
        let text = opened(held.ready(), &["report_comment", case, &row.id], &row.text);
        let closed = match (&row.closed_by, row.closed_at) {
            (Some(by), Some(at)) => Some((self.name_of(by)?, local_time(at))),
            _ => None,
        };
        Ok(CommentLine {
            id: row.id.clone(),
            version: row.version,
            by: self.name_of(&row.account)?,
            at: local_time(row.made_at),
            text: text.unwrap_or_else(|| "（这条批注是用另一把密钥封存的，读不出来）".to_owned()),
            answers: Vec::new(),
            closed,
        })
    }
}

fn version_of(loaded: &Loaded, section: &str) -> i64 {
    loaded.texts.iter().find(|one| one.section == section).map_or(0, |one| one.number)
}
