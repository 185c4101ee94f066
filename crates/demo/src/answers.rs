//! Blanks that the platform answers: what the parties of a draw keep secret and hand in, who was drawn, what an assessment
//! comes to, and what a candidate answers to the paper before them.

use app::{Actor, ExamState, Platform, Viewer};

use crate::dice::Dice;
use crate::fault::{Result, fault};

/// Totals are told with so many digits.
const DIGITS: u32 = 2;

/// The case whose blanks are filled in.
pub(crate) struct Answers<'a> {
    pub platform: &'a Platform,
    pub case: Option<&'a str>,
    /// Who does the act.
    pub actor: &'a Actor,
    /// The name under which its chance is thrown: a demonstration's secrets come out the same each time.
    pub name: &'a str,
}

impl Answers<'_> {
    /// `nonce:甲`, `commitment:甲`, `drawn:2` (a party), `row:2` (two columns of a table), `drawn_file:2`, `marks:minutes`, `total:low`,
    /// `exam:行政执法` (the number of the newest notice of a field), `answers:7` (so many of them right);
    /// nothing where it is another blank.
    pub fn blank(&self, name: &str) -> Result<Option<String>> {
        let Some((kind, of)) = name.split_once(':') else { return Ok(None) };
        match kind {
            "nonce" => Ok(Some(self.nonce(of))),
            "commitment" => {
                let round = self.round()?;
                let made = app::draw_commitment(&round.list_hash, of, &self.nonce(of));
                made.map(Some).ok_or_else(|| fault("承诺算不出来"))
            }
            "drawn" | "row" | "drawn_file" => {
                let round = self.round()?;
                let at = of.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
                let found = at.and_then(|at| round.drawn.get(at));
                let found = found.ok_or_else(|| fault(format!("没有第{of}个抽中的对象")))?;
                if kind == "drawn_file" {
                    return Ok(Some(found.id.clone()));
                }
                let between = if kind == "row" { app::record::COLUMN } else { '\u{1f}' };
                Ok(Some(format!("{}{between}{}", found.name, found.id)))
            }
            "marks" => self.marks(of).map(Some),
            "total" => self.total(of).map(Some),
            "exam" => self.exam(of).map(Some),
            "answers" => self.sheet(of).map(Some),
            _ => Ok(None),
        }
    }

    /// Rows that give every item of a file's sheet full marks, but for one that loses two points.
    fn marks(&self, but: &str) -> Result<String> {
        let case = self.case.ok_or_else(|| fault("评查还没有开始"))?;
        let (met, _) = Platform::review_words();
        let row = |(id, points): &(String, u32)| match points {
            0 => format!("{id}｜{met}｜"),
            full if id == but => format!("{id}｜{}｜有一处不规范（演示）", full.saturating_sub(2)),
            full => format!("{id}｜{full}｜"),
        };
        let items = self.platform.items_to_score(case)?;
        Ok(items.iter().map(row).collect::<Vec<_>>().join("\n"))
    }

    /// What an assessment comes to now: `low`, `high`, or how many criteria are `unproved`.
    fn total(&self, of: &str) -> Result<String> {
        let case = self.case.ok_or_else(|| fault("考核还没有开展"))?;
        let page = self.platform.assessment_page(Viewer::Keeper, case, &[])?;
        let total = page.assessed.assessment.total;
        let points = match of {
            "low" => total.points.low,
            "high" => total.points.high,
            "unproved" => return Ok(total.unproved.to_string()),
            _ => return Err(fault(format!("考核的总分没有“{of}”"))),
        };
        let rounded = points.rounded(DIGITS).ok_or_else(|| fault("总分算不出来"))?;
        Ok(rounded.text(DIGITS))
    }

    /// The number of the newest examination in a field that was announced.
    fn exam(&self, field: &str) -> Result<String> {
        let found = self.platform.exams()?.into_iter().find(|exam| exam.field == field);
        found.map(|exam| exam.number).ok_or_else(|| fault(format!("没有公告“{field}”的考试")))
    }

    /// The candidate's rows: the first so many questions answered as the bank has it, the others otherwise.
    fn sheet(&self, right: &str) -> Result<String> {
        let right: usize = right.parse().map_err(|_| fault(format!("“{right}”不是答对的题数")))?;
        let case = self.case.ok_or_else(|| fault("还没有报名"))?;
        let ExamState::Sitting { paper, .. } = self.platform.exam_page(self.actor, case)?.state else {
            return Err(fault("没有在答题"));
        };
        let register = self.platform.register("exam_questions")?;
        let bank = self.platform.entries("exam_questions")?;
        let of =
            |field: &str, record: &norms::Record| match register.field(field).and_then(|at| record.get(at)) {
                Some(norms::Value::Text(text)) => text.clone(),
                _ => String::new(),
            };
        let one = |(at, question): (usize, &app::Question)| {
            let known = bank.iter().find(|entry| of("number", &entry.record) == question.number);
            let known = known.map(|entry| of("answer", &entry.record)).unwrap_or_default();
            let wrong = question.choices().into_iter().map(|(choice, _)| choice).find(|own| *own != known);
            let given = if at < right { known } else { wrong.unwrap_or_default() };
            format!("{}｜{given}", question.number)
        };
        Ok(paper.iter().enumerate().map(one).collect::<Vec<_>>().join("\n"))
    }

    fn nonce(&self, party: &str) -> String {
        let mut dice = Dice::new(self.name, party);
        (0..8).map(|_| format!("{:08x}", dice.between(0, u32::MAX))).collect()
    }

    fn round(&self) -> Result<app::DrawRound> {
        let case = self.case.ok_or_else(|| fault("抽取还没有开始"))?;
        let page = self.platform.draw_page(case)?;
        page.rounds.into_iter().next().ok_or_else(|| fault("名单还没有锁定"))
    }
}
