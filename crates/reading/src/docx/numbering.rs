//! Automatic numbers: `word/numbering.xml`, and what styles say of it. (自动编号)

use std::cmp::Ordering;
use std::collections::BTreeMap;

use quick_xml::events::{BytesStart, Event};

use crate::Unreadable;
use crate::counting::written;
use crate::docx::package::{attribute, events, is_on, number};

/// Levels of a list, as Word has them.
const LEVELS: usize = 9;
/// No number has more characters around it.
const LONGEST: usize = 60;
/// Styles are based on one another no deeper than this.
const DEEPEST_STYLE: usize = 20;

/// One level of a list.
#[derive(Clone, Debug, Default)]
struct Level {
    start: u32,
    format: String,
    /// As `第%1条`: the number of level 1 in its place.
    text: String,
    /// All numbers in Arabic digits.
    legal: bool,
    /// After which level it begins anew; 0 is never.
    restart: Option<usize>,
    style: Option<String>,
    /// Nothing follows the number.
    close: bool,
}

/// A list as it is defined, and how far its counters are.
#[derive(Clone, Debug, Default)]
struct List {
    levels: BTreeMap<usize, Level>,
    /// The style that defines it instead.
    link: Option<String>,
    defines: Option<String>,
    counters: [Option<u32>; LEVELS],
}

/// A list as paragraphs name it.
#[derive(Clone, Debug, Default)]
struct Instance {
    list: String,
    starts: BTreeMap<usize, u32>,
    levels: BTreeMap<usize, Level>,
    used: bool,
}

/// What a style says that matters here.
#[derive(Clone, Debug, Default)]
struct Style {
    based_on: Option<String>,
    list: Option<String>,
    level: Option<usize>,
    hidden: Option<bool>,
}

/// All lists of a document.
#[derive(Clone, Debug, Default)]
pub struct Numbering {
    lists: BTreeMap<String, List>,
    instances: BTreeMap<String, Instance>,
    styles: BTreeMap<String, Style>,
    /// Which list a style of lists defines.
    linked: BTreeMap<String, String>,
    default_style: Option<String>,
}

impl Numbering {
    pub fn read(numbering: &str, styles: &str) -> Result<Self, Unreadable> {
        let mut out = Self::default();
        let mut reader = Parts { out: &mut out, list: None, instance: None, changed: None, level: None };
        events(numbering, |event| {
            reader.visit(event);
            Ok(())
        })?;
        for (id, list) in &out.lists {
            out.linked.extend(list.defines.clone().map(|style| (style, id.clone())));
        }
        out.read_styles(styles)?;
        Ok(out)
    }

    fn read_styles(&mut self, xml: &str) -> Result<(), Unreadable> {
        let mut id = String::new();
        let mut style = Style::default();
        events(xml, |event| {
            match event {
                Event::Start(element) => match element.local_name().as_ref() {
                    "style" => {
                        id = attribute(element, "styleId").unwrap_or_default();
                        style = Style::default();
                        let default = attribute(element, "default").is_some_and(|v| v == "1" || v == "true");
                        if default && attribute(element, "type").is_some_and(|t| t == "paragraph") {
                            self.default_style = Some(id.clone());
                        }
                    }
                    "basedOn" => style.based_on = attribute(element, "val"),
                    "numId" => style.list = attribute(element, "val"),
                    "ilvl" => style.level = number(element, "val"),
                    "vanish" => style.hidden = Some(is_on(element)),
                    _ => {}
                },
                Event::End(element) if element.local_name().as_ref() == "style" => {
                    self.styles.insert(std::mem::take(&mut id), std::mem::take(&mut style));
                }
                _ => {}
            }
            Ok(())
        })
    }

    /// A style and those it is based on.
    fn chain<'s>(&'s self, name: &'s str) -> impl Iterator<Item = (&'s str, &'s Style)> {
        let mut next = Some(name);
        std::iter::from_fn(move || {
            let name = next?;
            let style = self.styles.get(name)?;
            next = style.based_on.as_deref();
            Some((name, style))
        })
        .take(DEEPEST_STYLE)
    }

    /// Whether a style hides its text.
    pub fn hides(&self, style: &str) -> bool {
        self.chain(style).find_map(|(_, s)| s.hidden).unwrap_or(false)
    }

    /// The list and level of a paragraph: its own, or those of its style.
    fn of(&self, own: (Option<&str>, Option<usize>), style: Option<&str>) -> Option<(String, usize)> {
        let style = style.or(self.default_style.as_deref());
        if let Some(list) = own.0 {
            return Some((list.to_owned(), own.1.unwrap_or(0)));
        }
        let (name, found) = self.chain(style?).find(|(_, s)| s.list.is_some())?;
        let list = found.list.clone()?;
        let linked = self
            .levels_of(&list)
            .into_iter()
            .find(|(_, l)| l.style.as_deref().is_some_and(|s| Some(s) == style || s == name));
        let level = own.1.or(linked.map(|(level, _)| level)).or(found.level).unwrap_or(0);
        Some((list, level))
    }

    fn levels_of(&self, list: &str) -> BTreeMap<usize, &Level> {
        let Some(instance) = self.instances.get(list) else { return BTreeMap::new() };
        let base = self.lists.get(self.defining(&instance.list)).map(|l| &l.levels);
        let mut all: BTreeMap<usize, &Level> = base.into_iter().flatten().map(|(at, l)| (*at, l)).collect();
        all.extend(instance.levels.iter().map(|(at, l)| (*at, l)));
        all
    }

    /// The list that holds the levels: a list may be no more than a link to the style that has it.
    fn defining<'s>(&'s self, list: &'s str) -> &'s str {
        let link = self.lists.get(list).filter(|l| l.levels.is_empty()).and_then(|l| l.link.as_ref());
        link.and_then(|link| self.linked.get(link)).map_or(list, String::as_str)
    }

    /// The number of the next paragraph of a list, as it is printed.
    pub fn next(&mut self, own: (Option<&str>, Option<usize>), style: Option<&str>) -> Option<String> {
        let (id, level) = self.of(own, style)?;
        let at = level.min(LEVELS - 1);
        let instance = self.instances.get(&id)?;
        let name = instance.list.clone();
        let mut counters = self.lists.get(&name)?.counters;
        if !instance.used {
            // A list that sets its own start counts anew from its first paragraph.
            for (level, start) in &instance.starts {
                if let Some(counter) = counters.get_mut(*level) {
                    *counter = start.checked_sub(1);
                }
            }
        }
        let levels = self.levels_of(&id);
        let start = |level: usize| levels.get(&level).map_or(1, |l| l.start);
        for (index, counter) in counters.iter_mut().enumerate() {
            let restarts = levels.get(&index).and_then(|l| l.restart).is_none_or(|r| r != 0 && at < r);
            match index.cmp(&at) {
                Ordering::Less => *counter = Some(counter.unwrap_or_else(|| start(index))),
                Ordering::Equal => {
                    *counter = Some(counter.map_or_else(|| start(index), |n| n.saturating_add(1)));
                }
                Ordering::Greater if restarts => *counter = None,
                Ordering::Greater => {}
            }
        }
        let printed = print(&levels, at, &counters);
        self.lists.get_mut(&name)?.counters = counters;
        self.instances.get_mut(&id)?.used = true;
        printed
    }
}

fn print(levels: &BTreeMap<usize, &Level>, at: usize, counters: &[Option<u32>; LEVELS]) -> Option<String> {
    let level = levels.get(&at)?;
    if level.format == "bullet" {
        return None;
    }
    let mut out = String::new();
    let mut rest = level.text.chars().peekable();
    while let Some(c) = rest.next() {
        let digit = rest.peek().and_then(|d| d.to_digit(10)).filter(|d| c == '%' && *d > 0);
        let Some(index) = digit.and_then(|d| usize::try_from(d).ok()).and_then(|d| d.checked_sub(1)) else {
            out.push(c);
            continue;
        };
        rest.next();
        let value = counters.get(index).copied().flatten();
        let format = levels.get(&index).map_or("decimal", |l| l.format.as_str());
        let format = if level.legal && index != at { "decimal" } else { format };
        if let Some(value) = value {
            out.push_str(&written(format, value));
        }
    }
    let ascii = out.chars().last().is_some_and(|c| c.is_ascii());
    let close = level.close && !out.ends_with('.');
    if ascii && !close && !out.ends_with(' ') {
        out.push(' ');
    }
    Some(out).filter(|o| !o.trim().is_empty())
}

/// Reads `numbering.xml` element by element.
struct Parts<'n> {
    out: &'n mut Numbering,
    list: Option<String>,
    instance: Option<String>,
    /// The level that is overridden.
    changed: Option<usize>,
    level: Option<(usize, Level)>,
}

impl Parts<'_> {
    fn visit(&mut self, event: &Event) {
        match event {
            Event::Start(element) => self.open(element),
            Event::End(element) => self.close(element.local_name().as_ref()),
            _ => {}
        }
    }

    fn open(&mut self, element: &BytesStart) {
        let value = || attribute(element, "val");
        match element.local_name().as_ref() {
            "abstractNum" => {
                let id = attribute(element, "abstractNumId").unwrap_or_default();
                self.out.lists.insert(id.clone(), List::default());
                self.list = Some(id);
            }
            "num" => {
                let id = attribute(element, "numId").unwrap_or_default();
                self.out.instances.insert(id.clone(), Instance::default());
                self.instance = Some(id);
            }
            "abstractNumId" => {
                if let Some(instance) = self.instance() {
                    instance.list = value().unwrap_or_default();
                }
            }
            "numStyleLink" => {
                if let Some(list) = self.list() {
                    list.link = value();
                }
            }
            "styleLink" => {
                if let Some(list) = self.list() {
                    list.defines = value();
                }
            }
            "lvlOverride" => self.changed = number(element, "ilvl"),
            "startOverride" => {
                if let (Some(level), Some(start)) = (self.changed, number(element, "val"))
                    && let Some(instance) = self.instance()
                {
                    instance.starts.insert(level, start);
                }
            }
            "lvl" => {
                let at = number(element, "ilvl").unwrap_or(0);
                self.level = Some((at, Level { format: "decimal".to_owned(), ..Level::default() }));
            }
            name => {
                if let Some((_, level)) = &mut self.level {
                    level.set(name, element);
                }
            }
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "abstractNum" => self.list = None,
            "num" => self.instance = None,
            "lvlOverride" => self.changed = None,
            "lvl" => {
                let Some((at, level)) = self.level.take().filter(|(at, _)| *at < LEVELS) else { return };
                if let Some(instance) = self.instance() {
                    instance.levels.insert(at, level);
                } else if let Some(list) = self.list() {
                    list.levels.insert(at, level);
                }
            }
            _ => {}
        }
    }

    fn list(&mut self) -> Option<&mut List> {
        self.out.lists.get_mut(self.list.as_ref()?)
    }

    fn instance(&mut self) -> Option<&mut Instance> {
        self.out.instances.get_mut(self.instance.as_ref()?)
    }
}

impl Level {
    fn set(&mut self, name: &str, element: &BytesStart) {
        let value = || attribute(element, "val").unwrap_or_default();
        match name {
            "start" => self.start = number(element, "val").unwrap_or(1),
            "numFmt" => self.format = value(),
            "lvlText" => self.text = value().chars().take(LONGEST).collect(),
            "isLgl" => self.legal = is_on(element),
            "lvlRestart" => self.restart = number(element, "val"),
            "pStyle" => self.style = attribute(element, "val"),
            "suff" => self.close = value() == "nothing",
            _ => {}
        }
    }
}
