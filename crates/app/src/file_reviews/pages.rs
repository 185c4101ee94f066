//! Reviews of case files as officers see them: the draws, the files, a file's sheet to be filled in, and the file itself for the
//! two who were drawn to review it.

use calendar::Day;
use norms::{Act, PARTS, ReviewStep};
use packs::review_sheets::ReviewItem;

use super::evaluate::ItemState;
use super::marks::{FAILED, MET, differing, outcome, row};
use super::results::result_of;
use super::{Marks, both_scores, recorded, scored_by, settled_before};
use crate::actor::Actor;
use crate::asked::Content;
use crate::case::CaseFile;
use crate::commands::Deal;
use crate::done::Done;
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::record::{Form, decimal};
use crate::view::CaseView;
use crate::visible::{CaseFilter, Viewer};

/// A draw of files in the list. 评查
#[derive(Clone, Debug)]
pub struct ReviewCampaign {
    pub case: String,
    pub number: String,
    pub title: String,
    pub organ: String,
    pub on: Day,
    pub phase: String,
    /// The files that were drawn and whose review has not begun, once they are drawn.
    pub waiting: Vec<String>,
    pub drawn: usize,
    pub concluded: usize,
    /// Act and version by which the next file is begun, where it is the reader's to do.
    pub begins: Option<(String, u32)>,
}

/// A file under review in the list. 评查案卷
#[derive(Clone, Debug)]
pub struct ReviewLine {
    pub case: String,
    pub number: String,
    /// The number of the case whose file it is.
    pub file: String,
    pub reviewed: String,
    pub people: String,
    pub state: String,
    /// Points and grade, once concluded.
    pub result: Option<(String, String)>,
    /// The reader was drawn for it and has not scored.
    pub is_mine: bool,
}

/// An item of a file's sheet. 评查表一项
#[derive(Clone, Debug)]
pub struct ItemLine {
    pub item: ReviewItem,
    pub state: ItemState,
    pub proof: String,
    /// What each reviewer scored, with the remark: shown once both have.
    pub marks: Vec<(String, String)>,
    /// The two differ.
    pub is_disputed: bool,
    /// What was settled, with the reason.
    pub settled: Option<(String, String)>,
}

/// A file's sheet. 评查表
#[derive(Clone, Debug)]
pub struct FilePage {
    pub line: ReviewLine,
    pub version: u32,
    pub sheet: String,
    pub is_official: bool,
    pub source: String,
    pub full: u32,
    pub items: Vec<ItemLine>,
    /// Names of the two, with whether each has scored.
    pub people: Vec<(String, bool)>,
    /// The act by which the reader scores or settles now.
    pub asks: Option<ScoreAsked>,
    /// The reader may look at the file itself.
    pub reads_file: bool,
    /// The line of each item, once concluded.
    pub result: Vec<String>,
}

/// What the reader of a sheet is asked for. 待评定
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScoreAsked {
    pub act: String,
    pub name: String,
    /// It settles what the two scored otherwise, rather than scoring.
    pub settles: bool,
}

/// How many cases of each procedure a list shows.
const SHOWN: u32 = 200;

impl Platform {
    /// The draws of files and the files under review that somebody may see, the newest first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn file_reviews(&self, actor: &Actor) -> Result<(Vec<ReviewCampaign>, Vec<ReviewLine>)> {
        let (mut campaigns, mut lines) = (Vec::new(), Vec::new());
        for procedure in self.procedures_where(|act| act.draw == Some(norms::DrawStep::Files)) {
            for file in self.seen_of(actor, procedure)? {
                campaigns.extend(self.campaign(actor, &file)?);
            }
        }
        for procedure in self.procedures_where(|act| act.review == Some(ReviewStep::Score)) {
            for file in self.seen_of(actor, procedure)? {
                lines.push(review_line(&file, actor));
            }
        }
        lines.sort_by_key(|line| (!line.is_mine, line.result.is_some()));
        Ok((campaigns, lines))
    }

    pub(crate) fn procedures_where(&self, test: impl Fn(&Act) -> bool) -> Vec<String> {
        let all = self.rules().packs.iter().map(|pack| &pack.file.procedure);
        let mut made: Vec<String> =
            all.filter(|own| own.acts.iter().any(&test)).map(|own| own.id.clone()).collect();
        made.sort();
        made.dedup();
        made
    }

    fn seen_of(&self, actor: &Actor, procedure: String) -> Result<Vec<std::sync::Arc<CaseFile>>> {
        let filter = CaseFilter { procedure: Some(procedure), ..CaseFilter::default() };
        let visible = self.visible(Viewer::Account(actor))?;
        self.store().read(|reader| {
            let (rows, _) = visible.page(reader, &filter, None, SHOWN)?;
            rows.iter().map(|row| self.inner().load(reader, &row.id)).collect()
        })
    }

    /// A draw of files; nothing where no list of files was locked in the case.
    fn campaign(&self, actor: &Actor, file: &CaseFile) -> Result<Option<ReviewCampaign>> {
        let rounds = crate::draws::rounds(file);
        let Some(last) = rounds.last().filter(|own| own.list.spec.draw == Some(norms::DrawStep::Files))
        else {
            return Ok(None);
        };
        let page = self.draw_page(&file.row.id)?;
        let drawn = page.rounds.first().map_or(&[][..], |round| &round.drawn);
        let begun: Vec<&str> = last.sheets.iter().map(|one| one.text("file")).collect();
        let sheets = self.sheets_of(file)?;
        let acts = file.pack.file.procedure.acts.iter();
        let begins = acts.clone().find(|act| act.draw == Some(norms::DrawStep::Sheet));
        let is_theirs = |act: &&Act| {
            let asking = crate::authority::Asking { file, act, on: self.today(), record: None, party: None };
            self.store()
                .read(|reader| Ok::<_, AppError>(self.is_theirs(reader, actor, &asking)))
                .unwrap_or(false)
        };
        let begins = begins.filter(is_theirs).map(|act| (act.id.clone(), file.row.version));
        Ok(Some(ReviewCampaign {
            case: file.row.id.clone(),
            number: file.row.number.clone().unwrap_or_default(),
            title: last.list.text("title").to_owned(),
            organ: self.organ(&file.row.organ).map_or(String::new(), |organ| organ.name),
            on: last.list.deed.on,
            phase: file.row.phase.clone(),
            waiting: drawn
                .iter()
                .map(|one| one.id.clone())
                .filter(|id| !begun.contains(&id.as_str()))
                .collect(),
            drawn: drawn.len(),
            concluded: sheets.iter().filter(|(_, sheet)| result_of(sheet).is_some()).count(),
            begins,
        }))
    }

    /// The sheet of a file under review.
    ///
    /// # Errors
    /// There is none, or it is not theirs to read; the sheet of its draw is no more there.
    pub fn file_review(&self, actor: &Actor, case: &str) -> Result<FilePage> {
        let seen = self.readable(actor, case, |reader, file| self.inner().load(reader, &file.row.id))?;
        let own = self.reviewing(&seen)?.ok_or_else(|| AppError::not_found(format!("案卷评查“{case}”")))?;
        let done = scored_by(&seen);
        let scores = both_scores(&seen);
        let settled = settled_before(&seen);
        let disputed: Vec<String> = scores.as_ref().map_or_else(Vec::new, |[first, second]| {
            differing(&own.found, first, second).iter().map(|item| item.id.clone()).collect()
        });
        let marks_of = |item: &ReviewItem| {
            let all = scores.as_ref().map_or(&[][..], |all| &all[..]);
            let one = |marks: &Marks| {
                let mark = marks.get(&item.id);
                mark.map_or((String::new(), String::new()), |mark| {
                    (mark.points_text(item), mark.remark.clone())
                })
            };
            all.iter().map(one).collect::<Vec<_>>()
        };
        let items = own.found.iter().map(|found| ItemLine {
            item: found.item.clone(),
            state: found.state,
            proof: found.proof.clone(),
            marks: if found.state == ItemState::Open { marks_of(&found.item) } else { Vec::new() },
            is_disputed: disputed.contains(&found.item.id),
            settled: settled
                .get(&found.item.id)
                .map(|mark| (mark.points_text(&found.item), mark.remark.clone())),
        });
        let result = result_of(&seen)
            .and(scores.as_ref())
            .map_or_else(Vec::new, |[first, _]| outcome(&own.sheet, &own.found, first, &settled).lines);
        Ok(FilePage {
            line: review_line(&seen, actor),
            version: seen.row.version,
            sheet: own.sheet.name.clone(),
            is_official: own.sheet.is_official,
            source: own.sheet.source.clone(),
            full: own.sheet.full,
            items: items.collect(),
            people: own.people.iter().map(|name| (name.clone(), done.contains(name))).collect(),
            asks: self.asked_of(&seen, actor)?,
            reads_file: self.reads_file(&seen, &own, actor)?,
            result,
        })
    }

    /// The act of a review that the reader can do now: to score, or to settle and conclude.
    fn asked_of(&self, seen: &CaseFile, actor: &Actor) -> Result<Option<ScoreAsked>> {
        let procedure = &seen.pack.file.procedure;
        let engine = seen.engine(&self.rules().calendar);
        let today = self.today();
        for act in procedure.acts.iter().filter(|act| act.review.is_some()) {
            let Some(id) = procedure.act_named(&act.id) else { continue };
            let bar = engine.bar(&seen.history.marking, id, today);
            let asking = crate::authority::Asking { file: seen, act, on: today, record: None, party: None };
            let is_theirs =
                self.store().read(|reader| Ok::<_, AppError>(self.is_theirs(reader, actor, &asking)))?;
            if bar.is_some() || !is_theirs {
                continue;
            }
            let settles = act.review == Some(ReviewStep::Conclude);
            if !settles && !is_mine(seen, actor) {
                continue;
            }
            return Ok(Some(ScoreAsked { act: act.id.clone(), name: act.name.clone(), settles }));
        }
        Ok(None)
    }

    fn reads_file(&self, seen: &CaseFile, own: &super::Reviewing, actor: &Actor) -> Result<bool> {
        let is_over = seen.history.marking.closed_on.is_some();
        let roll = self.roll()?;
        let today = self.today();
        let mut accounts: Vec<String> = Vec::new();
        for name in own.people.iter().filter(|_| !is_over) {
            let known: Vec<_> = roll.named(&seen.row.organ, name, today).collect();
            accounts.extend(known.iter().filter_map(|one| one.account).map(str::to_owned));
            let has_account = known.iter().any(|one| one.account.is_some());
            let is_own = actor.organ.as_ref().is_some_and(|(id, _)| *id == seen.row.organ);
            if is_own && !has_account && actor.name == *name {
                accounts.push(actor.account.clone());
            }
        }
        self.may_read_reviewing(actor, &own.drawn, today, &accounts)
    }

    /// The case whose file is reviewed, for the two who were drawn and for whoever may read it anyway; personal data masked.
    /// Reading it is to be noted ([`Platform::note_reading`]).
    ///
    /// # Errors
    /// It is not theirs to read; there is no such review.
    pub fn reviewed_file(&self, actor: &Actor, case: &str) -> Result<CaseView> {
        let seen = self.readable(actor, case, |reader, file| self.inner().load(reader, &file.row.id))?;
        let own = self.reviewing(&seen)?.ok_or_else(|| AppError::not_found(format!("案卷评查“{case}”")))?;
        if !self.reads_file(&seen, &own, actor)? {
            return Err(AppError::Forbidden {
                why: "案卷由抽中的两名评查人员在评查期间查看".to_owned(),
                help: format!("请交{}查看；评查结束以后，按案件本来的查看范围。", own.people.join("、")),
            });
        }
        self.store().read(|reader| self.view(reader, &own.drawn, None, self.today()))
    }

    /// An attachment of that case with the case's id, likewise.
    ///
    /// # Errors
    /// As for [`Platform::reviewed_file`]; the case has no such attachment.
    pub fn reviewed_attachment(&self, actor: &Actor, case: &str, hash: &str) -> Result<(String, Content)> {
        let drawn = self.reviewed_file(actor, case)?.id;
        let missing = || AppError::not_found("这个附件");
        let hash = ledger::Hash::parse(hash).ok_or_else(missing)?;
        let files = self.store().read(|reader| store::attachment::of_case(reader, &drawn))?;
        let found = files.into_iter().find(|file| file.hash == hash).ok_or_else(missing)?;
        let bytes = self.store().files().get(&hash)?;
        Ok((drawn, Content { name: found.name, media_type: found.media_type, bytes }))
    }

    /// The items of a file under review that reviewers score, each with its points; for whoever holds the data themselves.
    ///
    /// # Errors
    /// There is no such review; the store cannot be read.
    pub fn items_to_score(&self, case: &str) -> Result<Vec<(String, u32)>> {
        let seen = self.store().read(|reader| self.inner().load(reader, case))?;
        let own = self.reviewing(&seen)?.ok_or_else(|| AppError::not_found(format!("案卷评查“{case}”")))?;
        let open = own.found.into_iter().filter(|one| one.state == ItemState::Open);
        Ok(open.map(|one| (one.item.id, one.item.points)).collect())
    }

    /// Scores a file, or settles what the two scored otherwise, from what a page was filled in with: an item's id, its points and
    /// the remark.
    ///
    /// # Errors
    /// As for [`Platform::act`]; every item that is wrong.
    pub fn score_file(
        &self,
        actor: &Actor,
        (key, case, version): (String, &str, Option<u32>),
        act: &str,
        filled: &[(String, String, String)],
    ) -> Result<Done> {
        let rows = filled.iter().filter(|(_, points, remark)| !points.is_empty() || !remark.is_empty());
        let rows: Vec<String> = rows.map(|(item, points, remark)| row(item, points, remark)).collect();
        let mut form = Form::new();
        if !rows.is_empty() {
            form.insert("marks".to_owned(), rows);
        }
        let deal = Deal {
            key,
            case: case.to_owned(),
            version,
            act: act.to_owned(),
            on: self.today(),
            form,
            files: Vec::new(),
        };
        self.act(actor, deal)
    }

    /// The words by which an item without points is marked: met and failed.
    #[must_use]
    pub fn review_words() -> (&'static str, &'static str) {
        (MET, FAILED)
    }
}

/// The reader was drawn for the file and has not scored it.
fn is_mine(file: &CaseFile, actor: &Actor) -> bool {
    let people = ["first", "second"].map(|id| recorded(file, id).unwrap_or_default());
    people.contains(&actor.name.as_str()) && !scored_by(file).contains(&actor.name)
}

fn review_line(file: &CaseFile, actor: &Actor) -> ReviewLine {
    let text = |id: &str| recorded(file, id).unwrap_or_default().to_owned();
    let done = scored_by(file).len();
    let result = result_of(file);
    let state = match (&result, done) {
        (Some(_), _) => file.row.phase.clone(),
        (None, 0) => "等两人评分".to_owned(),
        (None, 1) => "一人已评，等另一人".to_owned(),
        (None, _) => "两人已评，等汇总".to_owned(),
    };
    ReviewLine {
        case: file.row.id.clone(),
        number: file.row.number.clone().unwrap_or_default(),
        file: text("file"),
        reviewed: text("reviewed"),
        people: format!("{}、{}", text("first"), text("second")),
        state,
        is_mine: result.is_none() && is_mine(file, actor),
        result: result.map(|one| (decimal(one.points, PARTS), one.grade)),
    }
}
