//! In what role a sentence cites: what it rests on, what it repeals, what it mentions.

use std::ops::Range;

use crate::mention::Role;

/// Words after which a title is what something rests on.
const RESTS: [&str; 8] = ["根据", "依据", "依照", "按照", "遵照", "贯彻", "落实", "实施"];
/// Words by which a sentence says that it makes something.
const MAKES: [&str; 18] = [
    "制定本",
    "制订本",
    "制定如下",
    "制定以下",
    "特制定",
    "现制定",
    "修订本",
    "起草本",
    "现就",
    "现将",
    "现提出",
    "现对",
    "特通告",
    "通知如下",
    "公告如下",
    "通告如下",
    "决定如下",
    "意见如下",
];
const ENDS: [&str; 5] = ["废止", "停止执行", "不再执行", "失效", "停止施行"];
/// What before or after a word of ending says that it ends nothing now.
const NOT_BEFORE: [&str; 6] = ["未", "没有", "不得", "已", "已经", "是否"];
const NOT_AFTER: [&str; 5] = ["后", "前", "的", "之日", "日期"];
const STOPS: [char; 5] = ['。', '；', '！', '？', '\n'];
const CLAUSES: [char; 8] = ['。', '；', '！', '？', '\n', '，', '：', ','];
/// How far a sentence is looked at to either side.
const REACH: usize = 400;

/// The letters of a text and what its lines say by a lead (“下列文件予以废止：”).
pub(crate) struct Sentences<'t> {
    letters: &'t [char],
    /// Lines, in characters, that a lead repeals.
    repealed: Vec<Range<usize>>,
}

impl<'t> Sentences<'t> {
    pub fn of(letters: &'t [char]) -> Self {
        Self { letters, repealed: repealed(letters) }
    }

    pub fn role(&self, chars: &Range<usize>) -> Role {
        let (before, after) = (self.before(chars.start), self.after(chars.end));
        let clause = before.rsplit(CLAUSES).next().unwrap_or_default();
        if !RESTS.iter().any(|word| clause.contains(word)) && (ends(&after) || self.is_listed(chars.start)) {
            return Role::Repeals;
        }
        let rests = RESTS.iter().any(|word| before.contains(word));
        if rests && MAKES.iter().any(|word| after.contains(word)) { Role::Basis } else { Role::Mention }
    }

    /// Whether a lead repeals what stands in the line.
    fn is_listed(&self, at: usize) -> bool {
        let line = self.repealed.partition_point(|line| line.end <= at);
        self.repealed.get(line).is_some_and(|line| line.contains(&at))
    }

    fn before(&self, at: usize) -> String {
        let piece = self.letters.get(at.saturating_sub(REACH)..at).unwrap_or(&[]);
        let stop = piece.iter().rposition(|letter| STOPS.contains(letter)).map_or(0, |at| at + 1);
        piece.get(stop..).unwrap_or(&[]).iter().collect()
    }

    fn after(&self, at: usize) -> String {
        let rest = self.letters.get(at..).unwrap_or(&[]);
        rest.iter().take(REACH).take_while(|letter| !STOPS.contains(letter)).collect()
    }
}

/// Whether what stands behind a title ends it.
fn ends(after: &str) -> bool {
    ENDS.iter().any(|word| {
        after.match_indices(word).any(|(at, _)| {
            let head = after.get(..at).unwrap_or_default().trim_end();
            let tail = after.get(at + word.len()..).unwrap_or_default().trim_start();
            !NOT_BEFORE.iter().any(|word| head.ends_with(word))
                && !NOT_AFTER.iter().any(|word| tail.starts_with(word))
        })
    })
}

/// How a line is numbered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Numbering {
    /// 一、
    Plain,
    /// （一）
    Bracketed,
    /// 1.
    Digit,
    /// 《…》 without a number.
    Title,
}

fn numbering(line: &str) -> Option<Numbering> {
    let mut letters = line.chars();
    match letters.next()? {
        '（' | '(' => Some(Numbering::Bracketed),
        '《' => Some(Numbering::Title),
        first if first.is_ascii_digit() => Some(Numbering::Digit),
        first if "一二三四五六七八九十".contains(first) => {
            letters.take(3).any(|letter| matches!(letter, '、' | '．' | '.')).then_some(Numbering::Plain)
        }
        _ => None,
    }
}

/// The numbered lines that follow a line which repeals what is listed and ends with a colon, up to a line that is
/// numbered as that one.
fn repealed(letters: &[char]) -> Vec<Range<usize>> {
    let (mut made, mut from) = (Vec::new(), 0);
    let mut lead: Option<Option<Numbering>> = None;
    for line in letters.split(|letter| *letter == '\n') {
        let to = from + line.len();
        let text: String = line.iter().collect();
        let text = text.trim();
        let own = numbering(text);
        if text.ends_with('：') || text.ends_with(':') {
            lead = ENDS.iter().any(|word| text.contains(word)).then_some(own);
        } else if !text.is_empty() {
            lead = lead.filter(|lead| own.is_some() && own != *lead);
            made.extend(lead.is_some().then_some(from..to));
        }
        from = to + 1;
    }
    made
}
