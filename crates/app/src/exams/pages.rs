//! Examinations as their pages show them: which were announced, one's own sittings, a paper to be answered, and what came of it.

use calendar::Day;
use norms::{ExamStep, PARTS};
use store::publication::{self, Scope};

use super::bank::Question;
use super::{Notice, answers, flag, newest, numbers};
use crate::actor::Actor;
use crate::case::CaseFile;
use crate::clock::local_instant;
use crate::commands::Deal;
use crate::done::Done;
use crate::error::{AppError, Result};
use crate::file_reviews::recorded;
use crate::platform::Platform;
use crate::record::{Form, decimal};

/// An examination that was announced. 考试
#[derive(Clone, Debug)]
pub struct ExamLine {
    pub case: String,
    pub number: String,
    pub title: String,
    pub organ: String,
    pub field: String,
    pub opens_on: Day,
    pub closes_on: Day,
    pub minutes: u32,
    pub attempts: u32,
    pub pass: String,
    pub questions: u32,
    pub bank_hash: String,
    pub commitment: String,
    /// Published when it is over.
    pub secret: Option<String>,
    pub is_open: bool,
}

/// A sitting in the list. 考试记录
#[derive(Clone, Debug)]
pub struct SittingLine {
    pub case: String,
    pub number: String,
    pub notice: String,
    pub phase: String,
    pub points: Option<String>,
    pub passed: Option<bool>,
}

/// An answer with what would have been right. 答题情况
#[derive(Clone, Debug)]
pub struct ExamAnswer {
    pub question: Question,
    pub given: String,
    pub right: String,
    pub is_right: bool,
    pub cited: String,
    /// Why the basis does not hold today any more.
    pub changed: Option<String>,
}

/// How a sitting stands. 考试状态
#[derive(Clone, Debug)]
pub enum ExamState {
    /// Not begun yet.
    Entered,
    /// Begun: the paper, and until when it is handed in.
    Sitting { until: String, paper: Vec<Question> },
    /// Handed in: points, whether they reach the line; the answers once the examination is over.
    Done { points: String, passed: bool, right: String, answers: Option<Vec<ExamAnswer>> },
    /// Not handed in in time.
    Over,
}

/// A sitting on its page.
#[derive(Clone, Debug)]
pub struct ExamPage {
    pub line: SittingLine,
    pub version: u32,
    pub exam: ExamLine,
    pub state: ExamState,
    /// The act that is next: of beginning, or of handing in.
    pub act: Option<String>,
}

/// How many examinations a page lists.
const SHOWN: u32 = 200;

impl Platform {
    /// The examinations that were announced, the newest first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn exams(&self) -> Result<Vec<ExamLine>> {
        let mut made: Vec<ExamLine> = Vec::new();
        for procedure in self.procedures_where(|act| act.exam == Some(ExamStep::Announce)) {
            let scope = Scope { procedure: &procedure, ..Scope::all(self.today().number()) };
            let rows = self.store().read(|reader| publication::page(reader, scope, None, SHOWN))?;
            for row in rows {
                if made.iter().any(|line| line.case == row.case) {
                    continue;
                }
                let file = self.store().read(|reader| self.inner().load(reader, &row.case))?;
                made.push(self.exam_line(&self.notice_of(&file)?)?);
            }
        }
        Ok(made)
    }

    fn exam_line(&self, notice: &Notice) -> Result<ExamLine> {
        let row = &notice.file.row;
        let today = self.today();
        let is_running = notice.file.history.marking.closed_on.is_none();
        Ok(ExamLine {
            case: row.id.clone(),
            number: row.number.clone().unwrap_or_default(),
            title: notice.title.clone(),
            organ: self.organ(&row.organ).map_or(String::new(), |organ| organ.name),
            field: notice.field.clone(),
            opens_on: notice.opens_on,
            closes_on: notice.closes_on,
            minutes: notice.minutes,
            attempts: notice.attempts,
            pass: decimal(notice.pass, PARTS),
            questions: notice.counts.iter().sum(),
            bank_hash: notice.bank_hash.clone(),
            commitment: notice.commitment.clone(),
            secret: notice.secret.clone(),
            is_open: is_running && (notice.opens_on..=notice.closes_on).contains(&today),
        })
    }

    /// One's own sittings, the newest first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn own_sittings(&self, actor: &Actor) -> Result<Vec<SittingLine>> {
        let Some((organ, _)) = &actor.organ else { return Ok(Vec::new()) };
        let mut made = Vec::new();
        for number in self.own_numbers(actor, self.today())? {
            made.extend(self.sittings("", Some((organ, &number)))?.iter().map(|file| sitting_line(file)));
        }
        Ok(made)
    }

    /// A sitting for its candidate alone.
    ///
    /// # Errors
    /// There is none, or it is somebody else's; the bank is no more what was announced.
    pub fn exam_page(&self, actor: &Actor, case: &str) -> Result<ExamPage> {
        let file = self.readable(actor, case, |reader, file| self.inner().load(reader, &file.row.id))?;
        let is_sitting = file.pack.file.procedure.acts.iter().any(|act| act.exam == Some(ExamStep::Begin));
        if !is_sitting {
            return Err(AppError::not_found(format!("考试“{case}”")));
        }
        self.must_be_candidate(&file, actor, self.today())?;
        let notice = self.notice_for(&file)?;
        let act_of = |step: ExamStep| {
            let acts = &file.pack.file.procedure.acts;
            acts.iter().find(|act| act.exam == Some(step)).map(|act| act.id.clone())
        };
        let state = self.exam_state(&file, &notice)?;
        let act = match &state {
            ExamState::Entered => act_of(ExamStep::Begin),
            ExamState::Sitting { .. } => act_of(ExamStep::Mark),
            ExamState::Done { .. } | ExamState::Over => None,
        };
        Ok(ExamPage {
            line: sitting_line(&file),
            version: file.row.version,
            exam: self.exam_line(&notice)?,
            state,
            act,
        })
    }

    fn exam_state(&self, file: &CaseFile, notice: &Notice) -> Result<ExamState> {
        let Some(until) = recorded(file, "until_at") else { return Ok(ExamState::Entered) };
        if let Some(passed) = flag(file, "passed") {
            let answers = match &notice.secret {
                Some(_) => Some(self.exam_answers(file, notice)?),
                None => None,
            };
            let number = |id: &str| decimal(numbers(file, id).unwrap_or(0), PARTS);
            return Ok(ExamState::Done { points: number("points"), passed, right: number("right"), answers });
        }
        if file.history.marking.closed_on.is_some() || local_instant(self.now()).as_str() > until {
            return Ok(ExamState::Over);
        }
        Ok(ExamState::Sitting { until: until.to_owned(), paper: self.paper(notice, &file.row.id)? })
    }

    /// Each question of a paper with what was answered and what would have been right.
    fn exam_answers(&self, file: &CaseFile, notice: &Notice) -> Result<Vec<ExamAnswer>> {
        let rows = match newest(file, "answers") {
            Some(norms::Value::List(rows)) => rows.as_slice(),
            _ => &[],
        };
        let given = answers(rows);
        let today = self.today();
        let paper = self.paper(notice, &file.row.id)?;
        Ok(paper
            .into_iter()
            .map(|question| {
                let own = given.get(&question.number).cloned().unwrap_or_default();
                ExamAnswer {
                    is_right: question.is_right(&own),
                    given: own,
                    right: question.answer.clone(),
                    cited: self.cited_basis(&question),
                    changed: self.basis_fault(&question, today),
                    question,
                }
            })
            .collect())
    }

    /// Begins a sitting, or hands its answers in: a question's number and the answer.
    ///
    /// # Errors
    /// As for [`Platform::act`]; too late, or not the candidate.
    pub fn sit_exam(
        &self,
        actor: &Actor,
        (key, case): (String, &str),
        act: &str,
        given: &[(String, String)],
    ) -> Result<Done> {
        let rows: Vec<String> = given
            .iter()
            .filter(|(_, answer)| !answer.is_empty())
            .map(|(number, answer)| format!("{number}｜{answer}"))
            .collect();
        let mut form = Form::new();
        if !rows.is_empty() {
            form.insert("answers".to_owned(), rows);
        }
        let deal = Deal {
            key,
            case: case.to_owned(),
            version: None,
            act: act.to_owned(),
            on: self.today(),
            form,
            files: Vec::new(),
        };
        self.act(actor, deal)
    }

    /// Questions of an organ's bank whose basis does not hold on a day, each with why; for whoever may read the bank.
    ///
    /// # Errors
    /// The bank is not theirs to read; the store cannot be read.
    pub fn stale_questions(&self, actor: &Actor) -> Result<Vec<(String, String)>> {
        let Some((organ, _)) = &actor.organ else { return Ok(Vec::new()) };
        let register = self.register("exam_questions")?;
        let own = self.organ(organ)?;
        let person = crate::authority::person_of(actor);
        let kept = crate::registers::kept(register, &own);
        if !self.inner().policies.may_consult(&person, kept).is_allowed() {
            return Ok(Vec::new());
        }
        let today = self.today();
        let bank = self.whole_bank(organ, today)?;
        let told = bank.iter().filter_map(|one| Some((one.number.clone(), self.basis_fault(one, today)?)));
        Ok(told.collect())
    }
}

fn sitting_line(file: &CaseFile) -> SittingLine {
    SittingLine {
        case: file.row.id.clone(),
        number: file.row.number.clone().unwrap_or_default(),
        notice: recorded(file, "notice").unwrap_or_default().to_owned(),
        phase: file.row.phase.clone(),
        points: numbers(file, "points").map(|points| decimal(points, PARTS)),
        passed: flag(file, "passed"),
    }
}
