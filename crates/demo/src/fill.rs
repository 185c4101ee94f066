//! Filling in the blanks of a script: `{applicant}`, `{day-20}`, `{on:accept+7}`.

use std::collections::BTreeMap;

use calendar::Day;

use crate::answers::Answers;
use crate::fault::{Result, fault};

/// What a blank may stand for.
pub(crate) struct Blanks<'a> {
    pub vars: &'a BTreeMap<String, String>,
    /// The day of the step.
    pub day: Day,
    /// The last day on which each act of the case was done.
    pub done: &'a BTreeMap<String, Day>,
    /// What the platform answers of the case.
    pub answers: Option<Answers<'a>>,
}

impl Blanks<'_> {
    /// The text with its blanks filled in, also those within what was filled in.
    pub fn fill(&self, text: &str) -> Result<String> {
        let mut made = text.to_owned();
        for _ in 0..4 {
            if !made.contains('{') {
                return Ok(made);
            }
            made = self.once(&made)?;
        }
        Err(fault(format!("“{text}”里的空填不完：互相引用")))
    }

    fn once(&self, text: &str) -> Result<String> {
        let mut made = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, tail) =
                after.split_once('}').ok_or_else(|| fault(format!("“{text}”里的花括号没有合上")))?;
            made.push_str(before);
            made.push_str(&self.blank(name)?);
            rest = tail;
        }
        made.push_str(rest);
        Ok(made)
    }

    fn blank(&self, name: &str) -> Result<String> {
        let (base, days) = offset(name);
        if base == "day" {
            return Ok(self.day.plus_days(days).to_string());
        }
        if let Some(act) = base.strip_prefix("on:") {
            let day = self.done.get(act).ok_or_else(|| fault(format!("事项“{act}”还没有办过")))?;
            return Ok(day.plus_days(days).to_string());
        }
        if let Some(own) = self.answers.as_ref().map(|answers| answers.blank(name)).transpose()?.flatten() {
            return Ok(own);
        }
        self.vars.get(name).cloned().ok_or_else(|| fault(format!("没有“{name}”可以填")))
    }
}

/// `day-20` as `day` and -20.
fn offset(name: &str) -> (&str, i32) {
    let Some(at) = name.rfind(['+', '-']) else { return (name, 0) };
    let (base, days) = name.split_at(at);
    days.parse().map_or((name, 0), |days| (base, days))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_filled_from_the_case_and_the_days() {
        let day = Day::from_ymd(2024, 3, 1).unwrap();
        let vars = BTreeMap::from([
            ("title".to_owned(), "关于{thing}的决定".to_owned()),
            ("thing".to_owned(), "罚款".to_owned()),
        ]);
        let done = BTreeMap::from([("accept".to_owned(), day.plus_days(-3))]);
        let blanks = Blanks { vars: &vars, day, done: &done, answers: None };
        assert_eq!(blanks.fill("{title}").unwrap(), "关于罚款的决定");
        assert_eq!(blanks.fill("{day-1}至{day+1}").unwrap(), "2024-02-29至2024-03-02");
        assert_eq!(blanks.fill("{on:accept+7}").unwrap(), "2024-03-05");
        assert!(blanks.fill("{nobody}").is_err());
        assert!(blanks.fill("{on:decide}").is_err());
        assert!(blanks.fill("{day").is_err());
    }
}
