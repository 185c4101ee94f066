//! The numbered outline of a document: lines become items under items, headings that run over lines are joined,
//! stray lines are put aside.

use super::furniture;
use super::marker::{self, Marker, Style};
use super::sections;

/// A line of the text with its number from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub number: usize,
    pub text: String,
    /// Whether it runs on into the next line because it is as long as lines of this text are.
    pub is_full: bool,
}

/// A numbered item with what stands under it.
#[derive(Clone, Debug)]
pub struct Item {
    pub style: Style,
    pub number: u32,
    pub line: usize,
    /// The numbered line itself with its continuation.
    pub head: String,
    /// Whether the head runs on into the body because its line is as long as lines of this text are.
    pub is_full: bool,
    /// Further lines before the first item below.
    pub body: Vec<Line>,
    pub children: Vec<usize>,
    pub parent: Option<usize>,
}

impl Item {
    /// The head and the body as one text.
    #[must_use]
    pub fn own_text(&self) -> String {
        let head = (self.head.as_str(), self.is_full);
        join(std::iter::once(head).chain(self.body.iter().map(|line| (line.text.as_str(), line.is_full))))
    }
}

/// A document as items.
#[derive(Clone, Debug, Default)]
pub struct Outline {
    pub items: Vec<Item>,
    /// Lines before the first item.
    pub before: Vec<Line>,
    /// Lines put aside, with what they are.
    pub aside: Vec<(usize, &'static str)>,
    /// Items whose brackets were typed otherwise than their row: line, as written, as meant.
    pub mended: Vec<(usize, String, String)>,
}

impl Outline {
    #[must_use]
    pub fn item(&self, index: usize) -> Option<&Item> {
        self.items.get(index)
    }

    /// The items below an item.
    pub fn children(&self, index: usize) -> impl Iterator<Item = (usize, &Item)> {
        let children = self.item(index).map_or(&[][..], |item| item.children.as_slice());
        children.iter().filter_map(|child| self.item(*child).map(|item| (*child, item)))
    }

    /// The text of an item with all that stands below it.
    #[must_use]
    pub fn full_text(&self, index: usize) -> String {
        let Some(item) = self.item(index) else { return String::new() };
        let below = item.children.iter().filter_map(|child| {
            self.item(*child).map(|below| below.style.write(below.number) + &self.full_text(*child))
        });
        std::iter::once(item.own_text()).chain(below).collect::<Vec<_>>().join("\n")
    }
}

/// Joins lines: a full line that does not end a sentence runs on, any other is a paragraph.
fn join<'t>(lines: impl Iterator<Item = (&'t str, bool)>) -> String {
    let mut made = String::new();
    let mut runs_on = true;
    for (line, is_full) in lines.filter(|(line, _)| !line.is_empty()) {
        let letters = made.ends_with(|c: char| c.is_ascii_alphabetic())
            && line.starts_with(|c: char| c.is_ascii_alphabetic());
        if !made.is_empty() && !runs_on {
            made.push('\n');
        } else if letters {
            made.push(' ');
        }
        made.push_str(line);
        runs_on = is_full && !line.ends_with(['：', ':', '；', '！', '？']);
    }
    made
}

/// Reads a text into items.
#[must_use]
pub fn read(text: &str) -> Outline {
    let mut made = Outline::default();
    let mut lines = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let line = line.trim().trim_start_matches('\u{feff}').trim_end_matches("**").trim();
        if line.is_empty() {
            continue;
        }
        match furniture::kind(line) {
            Some(kind) => made.aside.push((number, kind)),
            None => lines.push(Line { number, text: line.to_owned(), is_full: false }),
        }
    }
    let width = wrapped_width(&lines);
    for line in &mut lines {
        line.is_full = width.is_some_and(|width| line.text.chars().count() + 4 >= width);
    }
    let mut builder = Builder { made, path: Vec::new(), last: Vec::new(), width, last_length: 0 };
    let mut annexed = false;
    for line in lines {
        annexed = annexed || (builder.made.items.len() > FEWEST_ITEMS && is_annex(&line.text));
        if annexed {
            builder.made.aside.push((line.number, "附件"));
        } else {
            builder.take(line);
        }
    }
    builder.cut_closing();
    builder.made.aside.sort_unstable();
    builder.made
}

/// A plan has more items than that before its annexes begin.
const FEWEST_ITEMS: usize = 20;

/// Whether annexes begin with a line.
fn is_annex(line: &str) -> bool {
    let Some(rest) = line.strip_prefix("附件") else { return false };
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c.is_whitespace());
    (rest.is_empty() || rest.starts_with(['：', ':'])) && line.chars().count() <= 60
}

/// Whether a line closes a document: a call on all to carry it out, the date, the recipients of copies.
fn is_closing(line: &str) -> bool {
    let calls = ["各地", "各县", "各区", "各乡", "各镇", "各级", "各部门", "各单位", "各有关"];
    let names = ["方案", "规划", "意见", "纲要", "计划"];
    let is_call =
        calls.iter().any(|word| line.starts_with(word)) && names.iter().any(|word| line.contains(word));
    is_call || is_date(line) || line.starts_with("抄送") || line.starts_with("联系人")
}

/// A whole line that is a date, such as 2022年7月15日.
fn is_date(line: &str) -> bool {
    let bare: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    let shape: String = bare.chars().filter(|c| !c.is_ascii_digit()).collect();
    shape == "年月日" && bare.ends_with('日') && bare.chars().count() <= 11
}

/// The length of a full line where the text is broken into lines of one length, as text out of a PDF is.
fn wrapped_width(lines: &[Line]) -> Option<usize> {
    let lengths: Vec<usize> = lines.iter().map(|line| line.text.chars().count()).collect();
    let longest = lengths.iter().copied().filter(|length| *length <= 60).max()?;
    let full = lengths.iter().filter(|length| **length + 3 >= longest && **length <= longest).count();
    let longer = lengths.iter().filter(|length| **length > longest).count();
    (lengths.len() >= 10 && full * 3 >= lengths.len() && longer * 20 <= lengths.len()).then_some(longest)
}

struct Builder {
    made: Outline,
    /// The open items, outermost first.
    path: Vec<usize>,
    /// The last number and the last head of each style.
    last: Vec<(Style, u32, bool)>,
    width: Option<usize>,
    /// The length of the line before.
    last_length: usize,
}

impl Builder {
    fn take(&mut self, line: Line) {
        let length = line.text.chars().count();
        match marker::read(&line.text) {
            Some((marker, rest)) => {
                let marker = self.mend(marker, rest, line.number);
                self.open(marker, rest, &line);
            }
            None => self.append(line),
        }
        self.last_length = length;
    }

    fn last_of(&self, style: Style) -> Option<(u32, bool)> {
        self.last.iter().find(|(known, ..)| *known == style).map(|(_, number, long)| (*number, *long))
    }

    /// A number that breaks its own row and continues that of the style with or without brackets belongs there, when
    /// it reads like that row.
    fn mend(&mut self, marker: Marker, rest: &str, line: usize) -> Marker {
        let Some(twin) = marker.style.twin() else { return marker };
        let (own, other) = (self.last_of(marker.style), self.last_of(twin));
        let alike = |last: Option<(u32, bool)>| last.is_some_and(|(_, long)| long == is_sentence(rest));
        let follows = |last: Option<(u32, bool)>| last.is_some_and(|(last, _)| marker.number == last + 1);
        let near = own.is_some_and(|(last, _)| marker.number == last + 2) && alike(own);
        let first = self.begins_tasks(marker);
        let unlikely = match marker.style {
            Style::Chinese => sections::is_title(rest),
            Style::ChineseBracketed => !sections::is_title(rest),
            _ => false,
        };
        if first {
            return self.mended(marker, twin, line);
        }
        if marker.number == 1 || unlikely || follows(own) || near || !follows(other) || !alike(other) {
            return marker;
        }
        self.mended(marker, twin, line)
    }

    fn mended(&mut self, marker: Marker, twin: Style, line: usize) -> Marker {
        let (written, meant) = (marker.style.write(marker.number), twin.write(marker.number));
        self.made.mended.push((line, written, meant));
        Marker { style: twin, number: marker.number }
    }

    /// Whether a section numbered 一、 follows at once on the title of the tasks: then it is their first system.
    fn begins_tasks(&self, marker: Marker) -> bool {
        let top = self.path.last().and_then(|top| self.made.item(*top));
        marker == (Marker { style: Style::Chinese, number: 1 })
            && top.is_some_and(|top| top.style == Style::Chinese && sections::is_tasks(&top.head))
    }

    fn open(&mut self, marker: Marker, rest: &str, line: &Line) {
        while let Some(top) = self.path.last()
            && self.made.item(*top).is_some_and(|item| item.style >= marker.style)
        {
            self.path.pop();
        }
        let parent = self.path.last().copied();
        let index = self.made.items.len();
        self.made.items.push(Item {
            style: marker.style,
            number: marker.number,
            line: line.number,
            head: rest.to_owned(),
            is_full: line.is_full,
            body: Vec::new(),
            children: Vec::new(),
            parent,
        });
        if let Some(parent) = parent.and_then(|parent| self.made.items.get_mut(parent)) {
            parent.children.push(index);
        }
        self.path.push(index);
        self.last.retain(|(style, ..)| *style != marker.style);
        self.last.push((marker.style, marker.number, is_sentence(rest)));
    }

    fn append(&mut self, line: Line) {
        let runs_on = self.runs_on(&line.text);
        let Some(item) = self.path.last().and_then(|top| self.made.items.get_mut(*top)) else {
            self.made.before.push(line);
            return;
        };
        if runs_on {
            item.head.push_str(&line.text);
            item.is_full = line.is_full;
        } else {
            item.body.push(line);
        }
    }

    /// Puts aside what closes the document behind the last item.
    fn cut_closing(&mut self) {
        let Some(item) = self.made.items.last_mut() else { return };
        let Some(mut at) = item.body.iter().position(|line| is_closing(&line.text)) else { return };
        let signs = |line: &Line| line.text.chars().count() <= 30 && !line.text.contains(['。', '，', '；']);
        if at > 0
            && item.body.get(at).is_some_and(|line| is_date(&line.text))
            && item.body.get(at - 1).is_some_and(signs)
        {
            at -= 1;
        }
        let closing = item.body.split_off(at);
        self.made.aside.extend(closing.iter().map(|line| (line.number, "结尾")));
    }

    /// Whether a line goes on with the heading before it.
    fn runs_on(&self, line: &str) -> bool {
        let Some(item) = self.path.last().and_then(|top| self.made.item(*top)) else { return false };
        if item.head.is_empty() {
            return true;
        }
        if !item.body.is_empty() || item.head.ends_with(['。', '；', '：', ':', '！']) {
            return false;
        }
        if self.width.is_some_and(|width| self.last_length + 4 < width) {
            return false;
        }
        let begins_text = ["目标", "工作目标", "责任单位", "牵头单位", "责任部门"];
        let short = line.chars().count() <= 40 && item.head.chars().count() <= 60;
        let ends_text = line.ends_with(['。', '；', '：', ':', '，', ',']) || line.contains('。');
        let waits = item.head.ends_with(['，', ',', '、', '（', '《', '“']);
        let of_heading = item.head.contains('。');
        !of_heading
            && !begins_text.iter().any(|word| line.starts_with(word))
            && (waits || (short && !ends_text))
    }
}

/// Whether a text is a sentence rather than a heading.
fn is_sentence(text: &str) -> bool {
    text.contains('。') || text.chars().count() > 40
}
