//! What a text cites, before it is known what that is.

use std::collections::BTreeSet;
use std::ops::Range;

use law::{Article, Citation, Library, TitleFrom, citations, leading_articles};

use crate::numbers::{Found, numbers};
use crate::role::Sentences;

/// In what role a document is cited. 引用方式
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The citing document was made on it. 制定依据
    Basis,
    /// It is named, for a rule of it or else. 引用
    Mention,
    /// The citing document ends it. 废止
    Repeals,
}

impl Role {
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Basis => "basis",
            Self::Mention => "mention",
            Self::Repeals => "repeals",
        }
    }

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Basis => "制定依据",
            Self::Mention => "引用",
            Self::Repeals => "废止",
        }
    }
}

/// Which part of a law or document is cited. 引用部分
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Whole,
    One(Article),
    /// From an article to another one, both included.
    Range(Article, Article),
}

impl Part {
    /// Whether a change of `article` may touch what is cited.
    #[must_use]
    pub fn touches(self, article: Article) -> bool {
        let number = |article: Article| (article.article, article.inserted);
        match self {
            Self::Whole => true,
            Self::One(own) => own.contains(article) || article.contains(own),
            Self::Range(first, last) => (number(first)..=number(last)).contains(&number(article)),
        }
    }

    /// 第三条至第五条; nothing for the whole.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::Whole => String::new(),
            Self::One(article) => article.to_string(),
            Self::Range(first, last) => format!("{first}至{last}"),
        }
    }
}

/// A citation as it stands in a text. 引用
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Where it stands, in characters.
    pub chars: Range<usize>,
    /// The title, without 《》; none where only a number stands there.
    pub title: Option<String>,
    /// The letters before the bracket of its number, some of which may belong to the sentence, and the number from
    /// the bracket on: 泉政规 and 〔2023〕2号.
    pub number: Option<(String, String)>,
    pub part: Part,
    pub role: Role,
}

impl Mention {
    /// The number, its head without the words of the sentence.
    #[must_use]
    pub fn written_number(&self) -> Option<String> {
        let (head, tail) = self.number.as_ref()?;
        Some(format!("{}{tail}", crate::numbers::trimmed(head)))
    }
}

/// Names of laws that a text may write without 《》.
pub(crate) struct Known {
    names: BTreeSet<String>,
    longest: usize,
}

/// Shorter names are words too often.
const SHORTEST_NAME: usize = 3;

impl Known {
    pub fn of(library: &Library) -> Self {
        let all = library.laws().iter().flat_map(|law| {
            let short = law.short_titles.iter().map(String::as_str);
            short.chain([law.name(), law.title.as_str()]).map(str::to_owned)
        });
        let names: BTreeSet<String> = all.filter(|name| name.chars().count() >= SHORTEST_NAME).collect();
        let longest = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
        Self { names, longest }
    }

    /// The longest name that ends at a place.
    fn before(&self, letters: &[char], at: usize) -> Option<String> {
        let piece = letters.get(at.saturating_sub(self.longest)..at)?;
        let starts = 0..=piece.len().saturating_sub(SHORTEST_NAME);
        let mut pieces =
            starts.filter_map(|start| piece.get(start..)).map(|piece| piece.iter().collect::<String>());
        pieces.find(|name| self.names.contains(name))
    }
}

/// What a text cites, in order. 本办法第三条 is no citation of another text and is left out. A law of the library is also
/// found where its name stands without 《》 before an article.
#[must_use]
pub fn mentions(text: &str, library: &Library) -> Vec<Mention> {
    read(text, &Known::of(library))
}

pub(crate) fn read(text: &str, known: &Known) -> Vec<Mention> {
    let letters: Vec<char> = text.chars().collect();
    let reader = Reader { letters: &letters, known, sentences: Sentences::of(&letters) };
    let mut made = reader.written(text);
    let gaps = reader.gaps(&made);
    for gap in gaps {
        reader.named(gap, &mut made);
    }
    made.sort_by_key(|mention| (mention.chars.start, mention.chars.end));
    made
}

struct Reader<'t> {
    letters: &'t [char],
    known: &'t Known,
    sentences: Sentences<'t>,
}

/// A title with the number that stands behind it.
type Titled = (String, Option<(String, String)>);

impl Reader<'_> {
    /// Titles with their articles, and numbers.
    fn written(&self, text: &str) -> Vec<Mention> {
        let mut numbers = numbers(self.letters).into_iter().peekable();
        let (mut made, mut end): (Vec<Mention>, usize) = (Vec::new(), 0);
        let mut run: Option<Titled> = None;
        for cited in citations(text) {
            while let Some(number) = numbers.next_if(|number| number.bracket < cited.chars.start) {
                self.alone(number, end, cited.chars.start, &mut made);
            }
            let mut own = None;
            while let Some(number) = numbers.next_if(|number| number.bracket < cited.chars.end) {
                own = own.or(Some((number.head, number.tail)));
            }
            end = cited.chars.end;
            if cited.title_from == TitleFrom::Own || cited.title.is_empty() {
                continue;
            }
            if cited.title_from == TitleFrom::Bare
                && let Some(name) = self.known.before(self.letters, cited.chars.start)
            {
                let chars = cited.chars.start - name.chars().count()..cited.chars.end;
                run = Some((name, None));
                self.push(Citation { chars, ..cited }, &run, &mut made);
                continue;
            }
            // The articles of one title share the number that stands behind it.
            let begins =
                self.letters.get(cited.chars.start).is_some_and(|letter| matches!(letter, '《' | '〈'));
            let goes_on =
                !begins && cited.title_from == TitleFrom::Written || cited.title_from == TitleFrom::Bare;
            let same = run.take().filter(|(title, _)| goes_on && *title == cited.title);
            run = same.or_else(|| Some((cited.title.clone(), own)));
            self.push(cited, &run, &mut made);
        }
        for number in numbers {
            self.alone(number, end, self.letters.len(), &mut made);
        }
        made
    }

    fn push(&self, cited: Citation, run: &Option<Titled>, made: &mut Vec<Mention>) {
        if cited.ends_range
            && let Some(first) = made.last_mut()
            && let (Part::One(from), Some(to)) = (first.part, cited.article)
        {
            first.part = Part::Range(from, to);
            first.chars.end = cited.chars.end;
            return;
        }
        let (title, number) = run.clone().unzip();
        let part = cited.article.map_or(Part::Whole, Part::One);
        let role = self.sentences.role(&cited.chars);
        made.push(Mention { role, chars: cited.chars, title, number: number.flatten(), part });
    }

    /// A number without a title, with the articles behind it, where no citation before it holds it.
    fn alone(&self, number: Found, end: usize, next: usize, made: &mut Vec<Mention>) {
        if number.bracket < end {
            return;
        }
        let start = number.bracket - crate::numbers::trimmed(&number.head).chars().count();
        let start = start.max(end);
        let behind = number.chars.end;
        let end = next.min(behind + LONGEST_RUN).max(behind);
        let rest: String = self.letters.get(behind..end).unwrap_or(&[]).iter().collect();
        let skipped = if rest.starts_with("文件") { 2 } else { 0 };
        let rest: String = rest.chars().skip(skipped).collect();
        let found = Some((number.head, number.tail));
        let role = self.sentences.role(&(start..behind));
        let first = made.len();
        for (article, chars, ends_range) in leading_articles(&rest) {
            let chars = behind + skipped + chars.start..behind + skipped + chars.end;
            match made.last_mut().filter(|_| ends_range) {
                Some(Mention { part, chars: whole, .. }) => {
                    if let Part::One(from) = *part {
                        *part = Part::Range(from, article);
                    }
                    whole.end = chars.end;
                }
                None => {
                    let from = if made.len() == first { start } else { chars.start };
                    let (number, part, chars) = (found.clone(), Part::One(article), from..chars.end);
                    made.push(Mention { chars, title: None, number, part, role });
                }
            }
        }
        if made.len() == first {
            let (part, chars) = (Part::Whole, start..behind);
            made.push(Mention { chars, title: None, number: found, part, role });
        }
    }

    /// What lies between the citations.
    fn gaps(&self, made: &[Mention]) -> Vec<Range<usize>> {
        let mut gaps = Vec::new();
        let mut from = 0;
        for mention in made {
            gaps.push(from..mention.chars.start.max(from));
            from = mention.chars.end.max(from);
        }
        gaps.push(from..self.letters.len());
        gaps
    }

    /// Laws of the library that are named without 《》 in a gap, before an article.
    fn named(&self, gap: Range<usize>, made: &mut Vec<Mention>) {
        let mut at = gap.start;
        while let Some(step) =
            self.letters.get(at..gap.end).and_then(|rest| rest.iter().position(|letter| *letter == '第'))
        {
            at += step;
            let name = self.known.before(self.letters.get(gap.start..at).unwrap_or(&[]), at - gap.start);
            let Some(name) = name else {
                at += 1;
                continue;
            };
            let rest = self.letters.get(at..gap.end.min(at + LONGEST_RUN)).unwrap_or(&[]);
            let rest: String = rest.iter().collect();
            let run = Some((name.clone(), None));
            let mut end = at + 1;
            for (number, (article, chars, ends_range)) in leading_articles(&rest).into_iter().enumerate() {
                let from = if number == 0 { at - name.chars().count() } else { at + chars.start };
                end = at + chars.end;
                let cited = Citation {
                    bytes: 0..0,
                    chars: from..end,
                    title: name.clone(),
                    title_from: TitleFrom::Bare,
                    number: None,
                    article: Some(article),
                    ends_range,
                };
                self.push(cited, &run, made);
            }
            at = end;
        }
    }
}

/// Longest run of articles behind a name, in characters.
const LONGEST_RUN: usize = 120;
