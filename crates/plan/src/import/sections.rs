//! Which sections of a plan are general, which hold the tasks, which the organisation.

use base::Severity;

use super::Note;
use super::marker::Style;
use super::outline::Outline;

const GENERAL: [&str; 14] = [
    "总体要求",
    "指导思想",
    "基本原则",
    "主要原则",
    "总体目标",
    "主要目标",
    "工作目标",
    "发展目标",
    "总体思路",
    "工作思路",
    "重要意义",
    "工作原则",
    "基本情况",
    "任务目标",
];
const TASKS: [&str; 14] = [
    "主要任务",
    "重点任务",
    "工作任务",
    "任务措施",
    "具体措施",
    "具体任务",
    "重点工作",
    "主要举措",
    "工作措施",
    "任务分工",
    "主要措施",
    "主要内容",
    "工作内容",
    "重点举措",
];
const ORGANISATION: [&str; 17] = [
    "组织保障",
    "保障措施",
    "组织领导",
    "组织实施",
    "落实机制",
    "推进机制",
    "工作要求",
    "实施保障",
    "强化保障",
    "工作保障",
    "保障机制",
    "强化组织",
    "加强组织",
    "加强党的领导",
    "坚持党的领导",
    "党对法治政府建设的",
    "有关要求",
];

/// The items of a plan that hold its systems and its organisation.
#[derive(Clone, Debug, Default)]
pub struct Sections {
    /// One item a system.
    pub systems: Vec<usize>,
    /// The sections of organisation.
    pub organisation: Vec<usize>,
}

fn named(title: &str, words: &[&str]) -> bool {
    words.iter().any(|word| title.contains(word))
}

fn names_tasks(title: &str) -> bool {
    let tasks = title.ends_with("任务") || title.contains("任务和") || title.contains("任务及");
    named(title, &TASKS) || (tasks && !named(title, &GENERAL))
}

/// Whether a text is the title of the section that holds the tasks.
pub fn is_tasks(text: &str) -> bool {
    text.chars().count() <= 20 && names_tasks(text)
}

/// Whether a text is the title of a section of plans.
pub fn is_title(text: &str) -> bool {
    let short = text.chars().count() <= 20;
    short && (named(text, &GENERAL) || names_tasks(text) || named(text, &ORGANISATION))
}

impl Sections {
    /// Tells the sections apart, and notes those that are not read.
    pub fn find(outline: &mut Outline, notes: &mut Vec<Note>) -> Self {
        let Some(top) = top_style(outline) else { return Self::default() };
        let tops: Vec<usize> = roots(outline).filter(|(_, style)| *style == top).map(|(i, _)| i).collect();
        note_stray(outline, top, notes);
        let title = |outline: &Outline, index: usize| outline.item(index).map(|item| item.head.clone());
        let is_task = |outline: &Outline, index: usize| {
            title(outline, index).is_some_and(|t| names_tasks(&t)) && outline.children(index).count() >= 2
        };
        let holds_tasks: Vec<usize> = tops.iter().copied().filter(|i| is_task(outline, *i)).collect();
        let mut made = Self::default();
        for index in tops {
            let title = title(outline, index).unwrap_or_default();
            if holds_tasks.contains(&index) {
                made.systems.extend(outline.children(index).map(|(child, _)| child));
                note_body(outline, index, "任务部分的导语", notes);
            } else if is_general(outline, index, &title) {
                note_section(outline, index, &title, notes);
            } else if named(&title, &ORGANISATION)
                && (!made.systems.is_empty() || named(&title, &ORGANISATION[..2]))
            {
                note_body(outline, index, "组织保障部分的导语", notes);
                made.organisation.push(index);
            } else if holds_tasks.is_empty() {
                made.systems.push(index);
            } else if continues(outline, &made, index) {
                made.adopt(outline, index, notes);
            } else {
                note_section(outline, index, &title, notes);
            }
        }
        made
    }

    /// Takes a section whose number was typed as that of a section for the system that it is, with those after it.
    fn adopt(&mut self, outline: &mut Outline, index: usize, notes: &mut Vec<Note>) {
        let Some(item) = outline.item(index) else { return };
        let message =
            format!("第{}行“{}”的序号像是大标题，按前后顺序作为任务部分的一个体系读入", item.line, item.head);
        notes.push(Note::new("level_mended", Severity::Warning, item.line, message));
        let style = self.systems.first().and_then(|first| outline.item(*first)).map(|first| first.style);
        let (kept, moved): (Vec<usize>, Vec<usize>) = item
            .children
            .iter()
            .copied()
            .partition(|child| outline.item(*child).map(|below| below.style) != style);
        if let Some(item) = outline.items.get_mut(index) {
            item.children = kept;
        }
        self.systems.push(index);
        self.systems.extend(moved);
    }
}

/// The items without a parent.
fn roots(outline: &Outline) -> impl Iterator<Item = (usize, Style)> {
    let items = outline.items.iter().enumerate();
    items.filter(|(_, item)| item.parent.is_none()).map(|(index, item)| (index, item.style))
}

/// The outermost style of the sections: the outermost of which there are several, or the outermost of all.
fn top_style(outline: &Outline) -> Option<Style> {
    let mut styles: Vec<Style> = roots(outline).map(|(_, style)| style).collect();
    styles.sort_unstable();
    let several = styles.windows(2).find_map(|pair| match pair {
        [one, other] if one == other => Some(*one),
        _ => None,
    });
    several.or_else(|| styles.first().copied())
}

/// Whether a section only says what the plan is about: by its own title, or by those below it.
fn is_general(outline: &Outline, index: usize, title: &str) -> bool {
    if named(title, &GENERAL) {
        return true;
    }
    let children = outline.children(index).count();
    let general = outline.children(index).filter(|(_, child)| named(&opening(&child.head), &GENERAL)).count();
    general > 0 && general * 2 >= children
}

/// The first dozen characters, where a title stands.
fn opening(text: &str) -> String {
    text.chars().take(12).collect()
}

/// Whether a section goes on with the row of the systems before it.
fn continues(outline: &Outline, made: &Sections, index: usize) -> bool {
    let last = made.systems.last().and_then(|last| outline.item(*last));
    let (Some(last), Some(item)) = (last, outline.item(index)) else { return false };
    item.number == last.number + 1
}

fn last_line(outline: &Outline, index: usize) -> usize {
    let Some(item) = outline.item(index) else { return 0 };
    let own = item.body.last().map_or(item.line, |line| line.number);
    item.children.iter().map(|child| last_line(outline, *child)).fold(own, usize::max)
}

fn note_section(outline: &Outline, index: usize, title: &str, notes: &mut Vec<Note>) {
    let Some(item) = outline.item(index) else { return };
    let last = last_line(outline, index);
    let title: String = title.chars().take(20).collect();
    let message = format!("第{}至{last}行“{title}”不是任务，未作为措施读入", item.line);
    notes.push(Note::new("not_read", Severity::Note, item.line, message).to(last));
}

fn note_body(outline: &Outline, index: usize, what: &str, notes: &mut Vec<Note>) {
    let Some(item) = outline.item(index) else { return };
    if let (Some(first), Some(last)) = (item.body.first(), item.body.last()) {
        let message = format!("第{}至{}行是{what}，未作为措施读入", first.number, last.number);
        notes.push(Note::new("not_read", Severity::Note, first.number, message).to(last.number));
    }
}

/// Items outside of the sections.
fn note_stray(outline: &Outline, top: Style, notes: &mut Vec<Note>) {
    for (index, style) in roots(outline) {
        if style == top {
            continue;
        }
        if let Some(item) = outline.item(index) {
            let last = last_line(outline, index);
            let message = format!("第{}至{last}行在各部分之外，未读入", item.line);
            notes.push(Note::new("not_read", Severity::Warning, item.line, message).to(last));
        }
    }
}
