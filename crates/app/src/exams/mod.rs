//! Examinations of qualification (执法资格考试): a bank of questions, papers that are drawn from it for each sitting by a secret to which
//! the announcement commits, marking, and what is told of it when all is over.
//!
//! ```text
//! secret     = SM3 of the Ed25519 signature, by the platform's key, of "yifa exam secret 1\nCASE\nBANK_HASH\n"
//! commitment = SM3("yifa exam commitment 1\nBANK_HASH\nSECRET\n")
//! seed       = SM3("yifa exam paper 1\nSECRET\nSITTING\n")
//! ```
//! A paper has of each kind the questions with the smallest keys by the seed, as objects are drawn (`docs/draw.md`).

mod bank;
mod pages;

use calendar::Day;
use norms::{Act, ExamStep, PARTS, Value};
use store::cases;

pub use bank::{Question, QuestionKind};
pub use pages::{ExamAnswer, ExamLine, ExamPage, ExamState, SittingLine};

use crate::acting::Moment;
use crate::actor::Actor;
use crate::case::CaseFile;
use crate::clock::local_instant;
use crate::computed::{Sent, only_today};
use crate::draws::{value_of, whole};
use crate::error::{AppError, Result};
use crate::file_reviews::recorded;
use crate::ids::sm3;
use crate::platform::Platform;
use crate::record::{Form, decimal};

/// A minute, in the units of the clock.
const MINUTE: i64 = 60_000_000;
/// How many cases of an organ are read at a time.
const PAGE: u32 = 500;

/// An examination as it was announced.
pub(crate) struct Notice {
    pub file: std::sync::Arc<CaseFile>,
    pub announced_on: Day,
    pub title: String,
    pub field: String,
    /// How many questions of each kind.
    pub counts: [u32; 3],
    pub pass: i64,
    pub minutes: u32,
    pub attempts: u32,
    pub opens_on: Day,
    pub closes_on: Day,
    pub bank_hash: String,
    pub commitment: String,
    /// The secret, once it is published.
    pub secret: Option<String>,
}

type Made = Vec<(&'static str, String)>;

impl Platform {
    /// Carries a step of an examination out: puts what it computes into the form. What was sent for these fields must be the same.
    ///
    /// # Errors
    /// The step cannot be taken, or what was sent is not what comes out.
    pub(crate) fn take_exam_step(
        &self,
        seen: &CaseFile,
        spec: &Act,
        moment: &Moment,
        on: Day,
        form: &mut Form,
    ) -> Result<()> {
        let Some(step) = spec.exam else { return Ok(()) };
        only_today(on, moment.today, "考试的各步当日办理，不能补记")?;
        let sent = Sent::apart(spec, form);
        let made = match step {
            ExamStep::Announce => self.announced_exam(seen, spec, on, form)?,
            ExamStep::Close => self.closed_exam(seen)?,
            ExamStep::Begin => self.exam_begun(seen, moment)?,
            ExamStep::Mark => self.exam_marked(seen, moment, form)?,
            ExamStep::Register => self.exam_registered(seen, moment)?,
        };
        sent.replace(form, made)
    }

    fn announced_exam(&self, seen: &CaseFile, spec: &Act, on: Day, form: &Form) -> Result<Made> {
        let record = self.read_record(spec, on, form, &seen.row.organ)?;
        let text = |id: &str| match value_of(spec, &record, id) {
            Some(Value::Text(text)) => text.trim().to_owned(),
            _ => String::new(),
        };
        let count = |id: &str| whole(value_of(spec, &record, id)).unwrap_or(0);
        let opens_on = match value_of(spec, &record, "opens_on") {
            Some(Value::Day(day)) => *day,
            _ => on,
        };
        let counts = ["single", "multiple", "judge"].map(count);
        let bank = self.bank(&seen.row.organ, &text("field"), on)?;
        let faults = self.bank_faults(&bank, counts, opens_on);
        if !faults.is_empty() {
            return Err(AppError::Unfit(faults));
        }
        let hash = bank::hash_of(&bank);
        let secret = self.exam_secret(&seen.row.id, &hash)?;
        Ok(vec![
            ("bank", bank.len().to_string()),
            ("commitment", commitment(&hash, &secret)),
            ("bank_hash", hash),
        ])
    }

    fn closed_exam(&self, seen: &CaseFile) -> Result<Made> {
        let notice = self.notice_of(seen)?;
        let secret = self.exam_secret(&seen.row.id, &notice.bank_hash)?;
        if commitment(&notice.bank_hash, &secret) != notice.commitment {
            let help = "平台的签名密钥在公告以后换过。请把公告时的密钥放回数据文件夹再办；确实丢失的，取消本次考试，写明理由。";
            return Err(AppError::wrong("exam_secret", "算出的试卷秘密与公告的承诺不符", help));
        }
        let all = self.sittings(seen.row.number.as_deref().unwrap_or_default(), None)?;
        let results: Vec<bool> = all.iter().filter_map(|one| flag(one, "passed")).collect();
        Ok(vec![
            ("secret", secret),
            ("sat", results.len().to_string()),
            ("passed", results.iter().filter(|passed| **passed).count().to_string()),
        ])
    }

    fn exam_begun(&self, seen: &CaseFile, moment: &Moment) -> Result<Made> {
        let notice = self.notice_for(seen)?;
        let number = self.must_be_candidate(seen, &moment.actor, moment.today)?;
        if !(notice.opens_on..=notice.closes_on).contains(&moment.today) {
            let why = format!("考试的时间是{}至{}", notice.opens_on.chinese(), notice.closes_on.chinese());
            return Err(AppError::wrong("exam_time", why, "请在考试时间内开始。"));
        }
        if notice.secret.is_some() || notice.file.history.marking.closed_on.is_some() {
            return Err(AppError::wrong("exam_over", "考试已经结束或者取消", "请留意下一次考试的公告。"));
        }
        let before =
            self.sittings(recorded(seen, "notice").unwrap_or_default(), Some((&seen.row.organ, &number)))?;
        let sat =
            before.iter().filter(|one| one.row.id != seen.row.id && recorded(one, "began_at").is_some());
        if sat.count() >= usize::try_from(notice.attempts).unwrap_or(usize::MAX) {
            let why = format!("这次考试每人可以考{}次，已经考满", notice.attempts);
            return Err(AppError::wrong("exam_attempts", why, "请参加下一次考试。"));
        }
        let paper = self.paper(&notice, &seen.row.id)?;
        let until = moment.now + i64::from(notice.minutes) * MINUTE;
        Ok(vec![
            ("began_at", local_instant(moment.now)),
            ("until_at", local_instant(until)),
            ("paper", bank::hash_of(&paper)),
        ])
    }

    fn exam_marked(&self, seen: &CaseFile, moment: &Moment, form: &Form) -> Result<Made> {
        let notice = self.notice_for(seen)?;
        self.must_be_candidate(seen, &moment.actor, moment.today)?;
        let until = recorded(seen, "until_at").unwrap_or_default();
        let now = local_instant(moment.now);
        if now.as_str() > until {
            let why = format!("交卷的时间到{until}为止，现在是{now}");
            return Err(AppError::wrong("exam_late", why, "迟交的不收；还有次数的，可以再考一次。"));
        }
        let paper = self.paper(&notice, &seen.row.id)?;
        let given = answers(form.get("answers").map_or(&[][..], Vec::as_slice));
        let right =
            paper.iter().filter(|one| given.get(one.number.as_str()).is_some_and(|own| one.is_right(own)));
        let (right, all) = (right.count(), paper.len().max(1));
        let points = points(right, all);
        Ok(vec![
            ("handed_at", now),
            ("right", right.to_string()),
            ("points", decimal(points, PARTS)),
            ("passed", if points >= notice.pass { "yes" } else { "no" }.to_owned()),
        ])
    }

    /// What goes into the register of results.
    fn exam_registered(&self, seen: &CaseFile, moment: &Moment) -> Result<Made> {
        let notice = self.notice_for(seen)?;
        let number = self.must_be_candidate(seen, &moment.actor, moment.today)?;
        let points = numbers(seen, "points").unwrap_or(0);
        Ok(vec![
            ("officer", number),
            ("holder", moment.actor.name.clone()),
            ("field", notice.field.clone()),
            ("exam", format!("{}（{}）", notice.title, recorded(seen, "notice").unwrap_or_default())),
            ("points", decimal(points, PARTS)),
        ])
    }

    /// The officer's number, where the actor is the candidate of a sitting.
    fn must_be_candidate(&self, seen: &CaseFile, actor: &Actor, on: Day) -> Result<String> {
        let told = recorded(seen, "officer").unwrap_or_default().to_owned();
        let own = self.own_numbers(actor, on)?;
        if own.contains(&told) {
            return Ok(told);
        }
        let why = format!(
            "报名的人员编号是“{told}”，{}",
            match own.as_slice() {
                [] => "您的账号没有写在本机关的人员名册里".to_owned(),
                own => format!("您的是“{}”", own.join("、")),
            }
        );
        Err(AppError::wrong(
            "not_candidate",
            why,
            "考试由考生本人用自己的账号办理；人员名册的“账号”一栏请本机关负责人核对。",
        ))
    }

    /// The numbers under which an account stands on its organ's roll.
    fn own_numbers(&self, actor: &Actor, on: Day) -> Result<Vec<String>> {
        let Some((organ, _)) = &actor.organ else { return Ok(Vec::new()) };
        let table = self.table("officers")?;
        let login = self.store().read(|reader| store::account::get(reader, &actor.account))?;
        let Some(login) = login.map(|one| one.login.to_lowercase()) else { return Ok(Vec::new()) };
        let own = table.on(on).filter(|one| one.organ == *organ);
        let own = own.filter(|one| table.text(one, "account").to_lowercase() == login);
        Ok(own.map(|one| table.text(one, "number").to_owned()).collect())
    }

    /// The examination that a sitting names.
    fn notice_for(&self, seen: &CaseFile) -> Result<Notice> {
        let number = recorded(seen, "notice").unwrap_or_default().trim();
        let missing = || {
            AppError::wrong(
                "no_exam",
                format!("没有编号为“{number}”的考试公告"),
                "请在“执法资格考试”页核对公告的编号，放弃本件，重新报名。",
            )
        };
        let row = self.store().read(|reader| cases::by_number(reader, number))?.ok_or_else(missing)?;
        let file = self.store().read(|reader| self.inner().load(reader, &row.id))?;
        self.notice_of(&file)
    }

    /// An examination from its case.
    pub(super) fn notice_of(&self, file: &CaseFile) -> Result<Notice> {
        let procedure = &file.pack.file.procedure;
        let deeds = file.history.deeds.iter().filter_map(|deed| Some((procedure.act_of(deed.act)?, deed)));
        let mut told = deeds.filter(|(act, _)| act.exam == Some(ExamStep::Announce));
        let (act, deed) = told
            .next_back()
            .ok_or_else(|| AppError::wrong("no_exam", "这次考试还没有公告", "请等公告以后再报名。"))?;
        let text = |id: &str| match value_of(act, &deed.record, id) {
            Some(Value::Text(text)) => text.clone(),
            _ => String::new(),
        };
        let day = |id: &str| match value_of(act, &deed.record, id) {
            Some(Value::Day(day)) => *day,
            _ => deed.on,
        };
        let count = |id: &str| whole(value_of(act, &deed.record, id)).unwrap_or(0);
        let pass = match value_of(act, &deed.record, "pass") {
            Some(Value::Number(parts)) => *parts,
            _ => 100 * PARTS,
        };
        let file = self.store().read(|reader| self.inner().load(reader, &file.row.id))?;
        Ok(Notice {
            announced_on: deed.on,
            title: text("title"),
            field: text("field"),
            counts: ["single", "multiple", "judge"].map(count),
            pass,
            minutes: count("minutes"),
            attempts: count("attempts"),
            opens_on: day("opens_on"),
            closes_on: day("closes_on"),
            bank_hash: text("bank_hash"),
            commitment: text("commitment"),
            secret: recorded(&file, "secret").map(str::to_owned),
            file,
        })
    }

    /// The sittings of an examination, of everybody or of one officer of an organ.
    fn sittings(&self, notice: &str, whose: Option<(&str, &str)>) -> Result<Vec<std::sync::Arc<CaseFile>>> {
        let organs = match whose {
            Some((organ, _)) => vec![organ.to_owned()],
            None => self.organs()?.into_iter().map(|organ| organ.id).collect(),
        };
        let procedures = self.procedures_where(|act| act.exam == Some(ExamStep::Begin));
        self.store().read(|reader| {
            let mut made = Vec::new();
            for organ in &organs {
                let mut after = None;
                loop {
                    let rows = cases::page(reader, cases::Scope::Organ { organ }, "", after.as_ref(), PAGE)?;
                    let is_last = rows.len() < usize::try_from(PAGE).unwrap_or(usize::MAX);
                    after = rows.last().map(cases::Case::key);
                    for row in rows.iter().filter(|row| procedures.contains(&row.procedure)) {
                        let file = self.inner().load(reader, &row.id)?;
                        let of_notice = notice.is_empty() || recorded(&file, "notice") == Some(notice);
                        let is_own = whose.is_none_or(|(_, own)| recorded(&file, "officer") == Some(own));
                        if of_notice && is_own {
                            made.push(file);
                        }
                    }
                    if is_last {
                        break;
                    }
                }
            }
            Ok(made)
        })
    }

    /// The questions of a sitting, drawn from the bank as it was announced.
    fn paper(&self, notice: &Notice, sitting: &str) -> Result<Vec<Question>> {
        let case = &notice.file.row;
        let bank = self.bank(&case.organ, &notice.field, notice.announced_on)?;
        if bank::hash_of(&bank) != notice.bank_hash {
            let help =
                "请组织考试的机关核对题库在公告以后撤回、更正过的题目；改动过的，取消本次考试，重新公告。";
            return Err(AppError::wrong("exam_bank", "题库与公告时的不一样", help));
        }
        let secret = match &notice.secret {
            Some(secret) => secret.clone(),
            None => self.exam_secret(&case.id, &notice.bank_hash)?,
        };
        if commitment(&notice.bank_hash, &secret) != notice.commitment {
            let help = "平台的签名密钥在公告以后换过；请系统管理员把公告时的密钥放回数据文件夹。";
            return Err(AppError::wrong("exam_secret", "算出的试卷秘密与公告的承诺不符", help));
        }
        Ok(bank::paper(&bank, notice.counts, &secret, sitting))
    }

    fn exam_secret(&self, case: &str, bank: &str) -> Result<String> {
        let text = format!("yifa exam secret 1\n{case}\n{bank}\n");
        let signed = self.signing_keys()?.sign(text.as_bytes());
        let signed =
            signed.ok_or_else(|| AppError::wrong("exam_secret", "签不了名", "请系统管理员核对签名密钥。"))?;
        Ok(sm3(&signed.ed25519).hex())
    }
}

fn commitment(bank: &str, secret: &str) -> String {
    sm3(format!("yifa exam commitment 1\n{bank}\n{secret}\n").as_bytes()).hex()
}

/// Right ones of all as points of a hundred, in ten-thousandths, rounded down to hundredths.
fn points(right: usize, all: usize) -> i64 {
    let (right, all) = (i64::try_from(right).unwrap_or(0), i64::try_from(all).unwrap_or(1).max(1));
    let hundredths = right * 10_000 / all;
    hundredths * (PARTS / 100)
}

/// Rows of a question's number and an answer.
pub(super) fn answers(rows: &[String]) -> std::collections::BTreeMap<String, String> {
    let one = |row: &String| {
        let (number, answer) = row.split_once('｜')?;
        Some((number.trim().to_owned(), answer.trim().to_owned()))
    };
    rows.iter().filter_map(one).collect()
}

fn newest<'c>(file: &'c CaseFile, id: &str) -> Option<&'c Value> {
    let procedure = &file.pack.file.procedure;
    file.history.deeds.iter().rev().find_map(|deed| deed.record.get(procedure.field_named(deed.act, id)?))
}

fn flag(file: &CaseFile, id: &str) -> Option<bool> {
    match newest(file, id) {
        Some(Value::Flag(flag)) => Some(*flag),
        _ => None,
    }
}

fn numbers(file: &CaseFile, id: &str) -> Option<i64> {
    match newest(file, id) {
        Some(Value::Number(parts)) => Some(*parts),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_of_a_hundred_and_rounded_down() {
        assert_eq!(points(3, 4), 75 * PARTS);
        assert_eq!(points(2, 3), 66_6600);
        assert_eq!(points(0, 0), 0);
    }
}
