//! What every check sees and writes to.

use base::Severity;

use crate::Options;
use crate::chars::Chars;
use crate::finding::{Finding, Relation, RelationKind, Verdict};
use crate::quantities::{Kind, Quantity};
use crate::rule::Rules;
use crate::text::{Sentence, Text};

/// The numbers of one sentence are compared within a window of this many: the work stays linear.
pub const WINDOW: usize = 16;

/// The text, its numbers and the rules, and what was found so far.
pub struct Context<'a> {
    pub text: &'a Text,
    pub chars: &'a Chars,
    pub rules: &'a Rules,
    pub options: &'a Options,
    pub quantities: &'a [Quantity],
    /// For each number which way it changes, when a verb of change stands right before it.
    pub changes: Vec<Option<bool>>,
    pub findings: Vec<Finding>,
    pub relations: Vec<Relation>,
}

/// What a finding says.
pub struct Words {
    pub message: String,
    pub computation: Option<String>,
    pub help: Option<String>,
    pub link: Option<String>,
}

impl Words {
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), computation: None, help: None, link: None }
    }

    pub fn computed(mut self, computation: impl Into<String>) -> Self {
        self.computation = Some(computation.into());
        self
    }

    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub fn link(mut self, link: impl Into<String>) -> Self {
        self.link = Some(link.into());
        self
    }
}

impl<'a> Context<'a> {
    /// Notes a finding of a rule, unless the rule is switched off.
    pub fn report(&mut self, rule: &'static str, start: usize, end: usize, words: Words) {
        if self.options.off.contains(rule) {
            return;
        }
        let known = self.rules.rule(rule);
        self.findings.push(Finding {
            rule,
            severity: known.map_or(Severity::Warning, |r| r.severity),
            start,
            end: end.max(start + 1),
            message: words.message,
            computation: words.computation,
            help: words.help,
            basis: known.and_then(|r| r.basis.clone()),
            link: words.link,
        });
    }

    /// Notes a relation that was checked.
    pub fn relate(
        &mut self,
        kind: RelationKind,
        verdict: Verdict,
        of: &Quantity,
        with: &[&Quantity],
        computation: impl Into<String>,
    ) {
        self.relations.push(Relation {
            kind,
            verdict,
            start: of.start,
            end: of.end,
            with: with.iter().map(|q| (q.start, q.end)).collect(),
            computation: computation.into(),
        });
    }

    /// The words that say what a number counts: those before it in its clause, or those after it when none stand before.
    pub fn label(&self, quantity: &Quantity) -> (usize, usize) {
        const LEADS: &[char] = &[
            '共', '计', '有', '达', '为', '和', '及', '、', ' ', '仅', '约', '近', '的', '各', '全', '市',
            '县',
        ];
        let before = self.chars.slice(quantity.before, quantity.start);
        let meaning = before.iter().filter(|c| !LEADS.contains(c)).count();
        if meaning == 0
            && let Some(dated) = self.date_right_before(quantity)
        {
            // 结转2021年54件: what stands before the date names the number.
            return (dated.start.saturating_sub(16).max(dated.before), quantity.start);
        }
        if meaning >= 2 {
            (quantity.start.saturating_sub(40).max(quantity.before), quantity.start)
        } else {
            (quantity.before.max(quantity.start.saturating_sub(8)), quantity.after.min(quantity.end + 24))
        }
    }

    /// The date that stands before a number in its clause, with no other number between them.
    pub fn date_before(&self, quantity: &Quantity) -> Option<&'a Quantity> {
        let at = self.quantities.partition_point(|q| q.start < quantity.start);
        let before = at.checked_sub(1).and_then(|i| self.quantities.get(i))?;
        (matches!(before.kind, Kind::Date(_)) && before.clause == quantity.clause).then_some(before)
    }

    fn date_right_before(&self, quantity: &Quantity) -> Option<&'a Quantity> {
        let at = self.quantities.partition_point(|q| q.start < quantity.start);
        let before = at.checked_sub(1).and_then(|i| self.quantities.get(i))?;
        (matches!(before.kind, Kind::Date(_)) && before.end == quantity.start).then_some(before)
    }

    /// How many clauses a number stands after another; what is in a bracket between them does not count.
    pub fn apart(&self, earlier: &Quantity, later: &Quantity) -> usize {
        let between = self.text.clauses.get(earlier.clause..later.clause).unwrap_or(&[]);
        let mut depth = 0_usize;
        let mut count = 0;
        for clause in between.iter().take(64) {
            match clause.separator {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ if depth == 0 => count += 1,
                _ => {}
            }
        }
        count + between.len().saturating_sub(64)
    }

    /// Whether the label of a number holds one of the words.
    pub fn labelled<'w>(&self, quantity: &Quantity, words: impl IntoIterator<Item = &'w str>) -> bool {
        let (start, end) = self.label(quantity);
        self.chars.has_any(start, end, words)
    }

    /// As `labelled`, for words that no 不 or 未 must turn round.
    pub fn labelled_plainly<'w>(
        &self,
        quantity: &Quantity,
        words: impl IntoIterator<Item = &'w str>,
    ) -> bool {
        let (start, end) = self.label(quantity);
        words.into_iter().any(|word| {
            self.chars.rfind(start, end, word).is_some_and(|at| {
                !matches!(self.chars.before(at), '不' | '未' | '无' | '没') && !self.chars.ends(at, "未能")
            })
        })
    }

    /// The words between the number before (or the start of the clause) and a number, at most `most` characters.
    pub fn lead(&self, quantity: &Quantity, most: usize) -> (usize, usize) {
        (quantity.before.max(quantity.start.saturating_sub(most)), quantity.start)
    }

    /// The number as printed.
    pub fn printed(&self, quantity: &Quantity) -> String {
        self.text.original(quantity.start, quantity.end).to_owned()
    }

    /// The number without its unit, as printed.
    pub fn figure(&self, quantity: &Quantity) -> String {
        self.text.original(quantity.start, quantity.number_end).to_owned()
    }

    /// The numbers of a sentence.
    pub fn of_sentence(&self, sentence: usize) -> &'a [Quantity] {
        let from = self.quantities.partition_point(|q| q.sentence < sentence);
        let to = self.quantities.partition_point(|q| q.sentence <= sentence);
        self.quantities.get(from..to).unwrap_or(&[])
    }

    /// The numbers that begin between two places.
    pub fn between(&self, start: usize, end: usize) -> &'a [Quantity] {
        let from = self.quantities.partition_point(|q| q.start < start);
        let to = self.quantities.partition_point(|q| q.start < end);
        self.quantities.get(from..to.max(from)).unwrap_or(&[])
    }

    pub fn sentence(&self, index: usize) -> Option<&'a Sentence> {
        self.text.sentences.get(index)
    }

    /// Where the stretch between semicolons begins that holds a clause.
    pub fn segment_start(&self, clause: usize) -> usize {
        let sentence = self.text.clauses.get(clause).map_or(0, |c| c.sentence);
        let mut at = clause;
        for _ in 0..60 {
            match at.checked_sub(1).and_then(|i| self.text.clauses.get(i)) {
                Some(previous) if previous.sentence == sentence && previous.separator != ';' => at -= 1,
                _ => break,
            }
        }
        at
    }

    /// The separator that ends a clause.
    pub fn separator(&self, clause: usize) -> char {
        self.text.clauses.get(clause).map_or('\0', |c| c.separator)
    }
}
