//! The bank of questions of an examination, and the paper that a secret draws from it.

use base::Diagnostic;
use calendar::Day;
use draw::{Hash, Seed};
use law::Article;

use crate::error::Result;
use crate::ids::sm3;
use crate::platform::Platform;

/// The field of questions that every examination takes.
const COMMON: &str = "公共";
/// Letters of the options.
const LETTERS: [(&str, char); 6] = [("a", 'A'), ("b", 'B'), ("c", 'C'), ("d", 'D'), ("e", 'E'), ("f", 'F')];
/// The answers of a judgement.
pub(super) const JUDGED: [&str; 2] = ["对", "错"];

/// What kind of answer a question has. 题型
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuestionKind {
    Single,
    Multiple,
    Judge,
}

/// A question of the bank. 试题
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    pub number: String,
    pub kind: QuestionKind,
    pub text: String,
    pub options: Vec<(char, String)>,
    /// The right answer: letters in order, or 对 or 错.
    pub(super) answer: String,
    pub(super) law: String,
    pub(super) article: String,
}

impl QuestionKind {
    pub(super) const ALL: [(&'static str, Self, &'static str); 3] = [
        ("single", Self::Single, "单项选择题"),
        ("multiple", Self::Multiple, "多项选择题"),
        ("judge", Self::Judge, "判断题"),
    ];

    #[must_use]
    pub fn label(self) -> &'static str {
        Self::ALL.iter().find(|(_, own, _)| *own == self).map_or("", |(_, _, label)| label)
    }
}

impl Question {
    pub(super) fn is_right(&self, given: &str) -> bool {
        normal(given) == self.answer
    }

    /// The answers that can be given.
    #[must_use]
    pub fn choices(&self) -> Vec<(String, String)> {
        if self.kind == QuestionKind::Judge {
            return JUDGED.iter().map(|word| ((*word).to_owned(), (*word).to_owned())).collect();
        }
        self.options.iter().map(|(letter, text)| (letter.to_string(), format!("{letter}. {text}"))).collect()
    }

    /// What is wrong with the question itself.
    fn wrong(&self) -> Option<String> {
        let letters: Vec<char> = self.answer.chars().collect();
        let has_all = letters.iter().all(|letter| self.options.iter().any(|(own, _)| own == letter));
        match self.kind {
            QuestionKind::Judge if !JUDGED.contains(&self.answer.as_str()) => {
                Some("判断题的答案写“对”或者“错”".to_owned())
            }
            QuestionKind::Judge => None,
            _ if self.options.len() < 2 => Some("选项不足两个".to_owned()),
            _ if !has_all => Some(format!("答案“{}”里有没有列出的选项", self.answer)),
            QuestionKind::Single if letters.len() != 1 => Some("单项选择题的答案只有一个字母".to_owned()),
            QuestionKind::Multiple if letters.len() < 2 => Some("多项选择题的答案至少两个字母".to_owned()),
            _ => None,
        }
    }

    fn line(&self) -> String {
        let options: Vec<String> =
            self.options.iter().map(|(letter, text)| format!("{letter}{text}")).collect();
        let kind = QuestionKind::ALL.iter().find(|(_, own, _)| *own == self.kind).map_or("", |(id, _, _)| id);
        let parts =
            [&self.number, kind, &self.text, &options.join("\t"), &self.answer, &self.law, &self.article];
        parts.map(|part| part.replace(['\n', '\t'], " ")).join("\t") + "\n"
    }
}

/// Letters in order, each once; spaces and commas between them do not count.
fn normal(text: &str) -> String {
    let text = text.trim();
    if JUDGED.contains(&text) {
        return text.to_owned();
    }
    let mut letters: Vec<char> = text.to_uppercase().chars().filter(char::is_ascii_alphabetic).collect();
    letters.sort_unstable();
    letters.dedup();
    letters.into_iter().collect()
}

/// The hash of some questions in the order of their numbers, with their answers.
pub(super) fn hash_of(bank: &[Question]) -> String {
    let mut lines: Vec<String> = bank.iter().map(Question::line).collect();
    lines.sort();
    sm3(format!("yifa exam questions 1\n{}", lines.concat()).as_bytes()).hex()
}

/// The paper of a sitting: of each kind as many as asked, those with the smallest keys.
pub(super) fn paper(bank: &[Question], counts: [u32; 3], secret: &str, sitting: &str) -> Vec<Question> {
    let seed: Hash = sm3(format!("yifa exam paper 1\n{secret}\n{sitting}\n").as_bytes());
    let mut made = Vec::new();
    for ((_, kind, _), count) in QuestionKind::ALL.into_iter().zip(counts) {
        let own: Vec<&Question> = bank.iter().filter(|one| one.kind == kind).collect();
        let ids: Vec<&str> = own.iter().map(|one| one.number.as_str()).collect();
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        for id in draw::chosen(&ids, count, Seed(seed)) {
            made.extend(own.iter().find(|one| one.number == id).map(|one| (*one).clone()));
        }
    }
    made
}

impl Platform {
    /// The questions of an organ's bank for a field that stand there on a day, by their numbers.
    pub(super) fn bank(&self, organ: &str, field: &str, on: Day) -> Result<Vec<Question>> {
        self.questions(organ, on, |own| [field, COMMON].contains(&own))
    }

    /// The same of all fields.
    pub(super) fn whole_bank(&self, organ: &str, on: Day) -> Result<Vec<Question>> {
        self.questions(organ, on, |_| true)
    }

    fn questions(&self, organ: &str, on: Day, is_asked: impl Fn(&str) -> bool) -> Result<Vec<Question>> {
        let table = self.table("exam_questions")?;
        let own = table.on(on).filter(|one| one.organ == organ);
        let own = own.filter(|one| is_asked(table.text(one, "field")));
        let mut made: Vec<Question> = own
            .filter_map(|one| {
                let text = |id: &str| table.text(one, id).trim().to_owned();
                let kind = text("kind");
                let kind =
                    QuestionKind::ALL.iter().find(|(id, _, _)| *id == kind).map(|(_, kind, _)| *kind)?;
                let options = LETTERS.iter().map(|(id, letter)| (*letter, text(id)));
                Some(Question {
                    number: text("number"),
                    kind,
                    text: text("text"),
                    options: options.filter(|(_, text)| !text.is_empty()).collect(),
                    answer: normal(&text("answer")),
                    law: text("law"),
                    article: text("article"),
                })
            })
            .collect();
        made.sort_by(|one, other| one.number.cmp(&other.number));
        Ok(made)
    }

    /// What keeps an examination from being announced: questions that are wrong in themselves or whose basis is no more in force, kinds
    /// of which there are too few.
    pub(super) fn bank_faults(&self, bank: &[Question], counts: [u32; 3], on: Day) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for one in bank {
            if let Some(why) = one.wrong() {
                let message = format!("第{}题：{why}", one.number);
                found.push(Diagnostic::error("exam_question", message).help("请在题库里改好这一题。"));
            }
            if let Some(why) = self.basis_fault(one, on) {
                let message = format!("第{}题的依据{why}", one.number);
                let help = "请核对题目是否还对：对的，按新的条文改依据；不对的，写终止日期，另出新题。";
                found.push(Diagnostic::error("exam_basis", message).help(help));
            }
        }
        for ((_, kind, label), count) in QuestionKind::ALL.into_iter().zip(counts) {
            let have = bank.iter().filter(|one| one.kind == kind).count();
            if have < usize::try_from(count).unwrap_or(usize::MAX) {
                let message = format!("{label}要{count}道，题库里只有{have}道");
                found.push(Diagnostic::error("exam_few", message).help("请减少题数，或者补充题库。"));
            }
        }
        if counts.iter().all(|count| *count == 0) {
            found.push(Diagnostic::error("exam_few", "一道题也没有").help("请写明各题型的题数。"));
        }
        found
    }

    /// Why the basis of a question does not hold on a day.
    pub(super) fn basis_fault(&self, question: &Question, on: Day) -> Option<String> {
        let Some((law, version)) = self.rules().laws.version(&question.law) else {
            return Some(format!("“{}”不是法律库里的法律版本", question.law));
        };
        let article = Article::parse(&question.article).ok();
        if article.is_none_or(|article| version.has(article) == Some(false)) {
            return Some(format!("“{}”里没有第“{}”条", question.law, question.article));
        }
        match law.version_on(on) {
            Some(own) if own.id == version.id => None,
            Some(own) => Some(format!("已经修改：{}施行的是{}@{}", on.chinese(), law.id, own.id)),
            None => Some(format!("{}不施行", on.chinese())),
        }
    }

    /// How people cite the basis of a question.
    pub(super) fn cited_basis(&self, question: &Question) -> String {
        let article = Article::parse(&question.article).ok();
        let found = self.rules().laws.version(&question.law).zip(article);
        found.map_or_else(|| question.law.clone(), |((law, _), article)| law.cite(article))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(number: &str, kind: QuestionKind, answer: &str) -> Question {
        let options = ['A', 'B', 'C'].map(|letter| (letter, "项".to_owned())).to_vec();
        Question {
            number: number.to_owned(),
            kind,
            text: "题".to_owned(),
            options: if kind == QuestionKind::Judge { Vec::new() } else { options },
            answer: normal(answer),
            law: String::new(),
            article: String::new(),
        }
    }

    #[test]
    fn answers_are_compared_by_their_letters() {
        let many = question("1", QuestionKind::Multiple, "CA");
        assert!(many.is_right("a、c") && many.is_right("AC") && !many.is_right("A") && !many.is_right("ABC"));
        assert!(question("2", QuestionKind::Judge, "错").is_right(" 错 "));
        assert_eq!(
            question("3", QuestionKind::Single, "AB").wrong().as_deref(),
            Some("单项选择题的答案只有一个字母")
        );
        assert!(question("4", QuestionKind::Single, "D").wrong().unwrap().contains("没有列出的选项"));
    }

    #[test]
    fn a_paper_follows_from_the_secret_and_the_sitting() {
        let bank: Vec<Question> =
            (0..30).map(|at| question(&format!("{at:02}"), QuestionKind::Single, "A")).collect();
        let numbers = |sitting: &str| {
            paper(&bank, [10, 0, 0], "秘密", sitting).into_iter().map(|one| one.number).collect::<Vec<_>>()
        };
        assert_eq!(numbers("甲"), numbers("甲"));
        assert_ne!(numbers("甲"), numbers("乙"));
        assert_eq!(numbers("甲").len(), 10);
        let mut turned = bank.clone();
        turned.reverse();
        assert_eq!(hash_of(&bank), hash_of(&turned));
    }
}
