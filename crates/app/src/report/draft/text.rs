//! What is written by hand: words, figures by reference, stated numbers.
//!
//! `{{figure:NAME}}` is a figure's value with its unit; a word after the name asks for more of it. `{{stated:NUMBER|WHO|WHY}}`
//! is a number that somebody answers for.

/// What of a figure is asked for. 指标写法
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Say {
    /// The value with its unit.
    Value,
    /// That, and how it stands to last year's.
    Compared,
    /// Last year's value.
    LastYear,
    /// The period that it is counted over.
    Period,
}

impl Say {
    const WORDS: [(&'static str, Self); 3] =
        [("比上年", Self::Compared), ("上年", Self::LastYear), ("期间", Self::Period)];

    /// The word that asks for it, with the space before it.
    pub(super) fn written(self) -> String {
        let found = Self::WORDS.iter().find(|(_, say)| *say == self);
        found.map_or_else(String::new, |(word, _)| format!(" {word}"))
    }
}

/// A number that somebody answers for. 自报数字
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// As it stands in the text.
    pub number: String,
    pub who: String,
    pub why: String,
}

/// A piece of what is written. 文稿成分
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    Words(String),
    Figure {
        name: String,
        say: Say,
    },
    Stated(Stated),
    /// A reference that cannot be read: as written, and what is wrong with it.
    Broken {
        written: String,
        why: String,
    },
}

/// The pieces of a text.
#[must_use]
pub fn parts(text: &str) -> Vec<Part> {
    let mut made = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        if !before.is_empty() {
            made.push(Part::Words(before.to_owned()));
        }
        // A reference ends in its own line: what is left open spoils no more than that.
        let line = after.split('\n').next().unwrap_or_default();
        let Some((inside, _)) = line.split_once("}}") else {
            made.push(broken(&format!("{{{{{line}"), "缺少结尾的“}}”"));
            rest = after.get(line.len()..).unwrap_or_default();
            continue;
        };
        made.push(reference(inside));
        rest = after.get(inside.len() + 2..).unwrap_or_default();
    }
    if !rest.is_empty() {
        made.push(Part::Words(rest.to_owned()));
    }
    made
}

fn broken(written: &str, why: &str) -> Part {
    Part::Broken { written: written.to_owned(), why: why.to_owned() }
}

fn reference(inside: &str) -> Part {
    let written = format!("{{{{{inside}}}}}");
    let (kind, rest) = inside.split_once([':', '：']).unwrap_or((inside, ""));
    match kind.trim() {
        "figure" | "指标" => figure(rest.trim(), &written),
        "stated" | "自报" => stated(rest, &written),
        _ => broken(&written, "只认得 figure（指标）和 stated（自报）"),
    }
}

fn figure(rest: &str, written: &str) -> Part {
    let (name, word) = rest.split_once([' ', '\u{3000}', '|']).unwrap_or((rest, ""));
    let word = word.trim();
    let say = Say::WORDS.iter().find(|(own, _)| *own == word).map(|(_, say)| *say);
    match (name.is_empty(), word.is_empty(), say) {
        (true, ..) => broken(written, "没有写明是哪项指标"),
        (_, true, _) => Part::Figure { name: name.to_owned(), say: Say::Value },
        (_, _, Some(say)) => Part::Figure { name: name.to_owned(), say },
        _ => broken(written, &format!("“{word}”不是指标的写法；可以写：比上年、上年、期间")),
    }
}

fn stated(rest: &str, written: &str) -> Part {
    let fields: Vec<&str> = rest.split(['|', '｜']).map(str::trim).collect();
    match fields.as_slice() {
        [number, who, why] if !who.is_empty() && !why.is_empty() => {
            if number.is_empty() {
                return broken(written, "没有写数字");
            }
            let (number, who, why) = ((*number).to_owned(), (*who).to_owned(), (*why).to_owned());
            Part::Stated(Stated { number, who, why })
        }
        _ => {
            broken(written, "自报的数字写作 {{stated:数字|谁提供的|怎样得来、为什么平台上没有}}，三项都要写")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, Say, Stated, parts};

    fn figure(name: &str, say: Say) -> Part {
        Part::Figure { name: name.to_owned(), say }
    }

    #[test]
    fn figures_and_stated_numbers_are_read_out_of_the_words() {
        let read = parts(
            "收到{{figure:reconsideration_received}}，{{figure:a 比上年}}；{{stated:12名|司法局 张三|人事台账}}。",
        );
        assert_eq!(read.len(), 7);
        assert_eq!(read[1], figure("reconsideration_received", Say::Value));
        assert_eq!(read[3], figure("a", Say::Compared));
        let stated =
            Stated {
                number: "12名".to_owned(), who: "司法局 张三".to_owned(), why: "人事台账".to_owned()
            };
        assert_eq!(read[5], Part::Stated(stated));
        assert_eq!(read[6], Part::Words("。".to_owned()));
        assert_eq!(parts("{{指标：a 上年}}"), [figure("a", Say::LastYear)]);
        assert_eq!(parts("{{figure:a|期间}}"), [figure("a", Say::Period)]);
    }

    #[test]
    fn what_is_not_a_reference_is_told_and_spoils_no_more_than_its_line() {
        for text in
            ["{{figure:}}", "{{figure:a 环比}}", "{{stated:12}}", "{{stated:12||why}}", "{{x:1}}", "{{}}"]
        {
            assert!(matches!(parts(text).as_slice(), [Part::Broken { .. }]), "{text}");
        }
        let read = parts("一{{figure:a\n二{{figure:b}}");
        assert!(matches!(&read[1], Part::Broken { written, .. } if written == "{{figure:a"));
        assert_eq!(read[2], Part::Words("\n二".to_owned()));
        assert_eq!(read[3], figure("b", Say::Value));
        assert_eq!(parts("没有"), [Part::Words("没有".to_owned())]);
        assert!(parts("").is_empty());
    }
}
