//! By what names documents are cited: number, title, and the title of what they issue.

use std::collections::BTreeMap;

use crate::document::Document;
use crate::numbers;

/// A title as all others are compared with it: without 《》 around it and white space, with full-width brackets.
pub(crate) fn plain(title: &str) -> String {
    let letters = title.chars().filter(|letter| !letter.is_whitespace());
    let plain: String = letters
        .map(|letter| match letter {
            '(' => '（',
            ')' => '）',
            '〈' | '<' => '《',
            '〉' | '>' => '》',
            other => other,
        })
        .collect();
    let is_wrapped = plain.starts_with('《') && plain.ends_with('》') && plain.matches('《').count() == 1;
    if is_wrapped { plain.trim_matches(['《', '》']).to_owned() } else { plain }
}

/// A title without what stands in brackets at its end, such as （试行） or （2023年修订）.
pub(crate) fn bare(title: &str) -> Option<&str> {
    let (head, inner) = title.strip_suffix('）')?.rsplit_once('（')?;
    let marks = ["试行", "暂行", "修订", "修正", "年", "草案"];
    (!head.is_empty() && marks.iter().any(|mark| inner.contains(mark))).then_some(head)
}

/// The title of what a notice issues: 关于印发《甲》的通知, 关于印发甲的通知.
pub(crate) fn issued(title: &str) -> Option<String> {
    let verbs = ["关于印发", "关于转发", "关于公布", "关于发布", "关于下发", "关于修订", "关于颁布"];
    let rest = verbs.iter().find_map(|verb| title.split_once(verb).map(|(_, rest)| rest))?;
    let rest = rest.strip_suffix("的通知").or_else(|| rest.strip_suffix("的公告"))?;
    let inner = match rest.strip_prefix('《') {
        Some(inner) => inner.split_once('》').map_or(inner, |(inner, _)| inner),
        None => rest,
    };
    (!inner.is_empty()).then(|| inner.to_owned())
}

/// Documents by their names.
#[derive(Debug, Default)]
pub(crate) struct Names {
    numbers: BTreeMap<String, Vec<usize>>,
    titles: BTreeMap<String, Vec<usize>>,
    /// Titles without （试行） and the like; asked where the whole title is not known.
    bare: BTreeMap<String, Vec<usize>>,
}

impl Names {
    pub fn of(documents: &[Document]) -> Self {
        let mut names = Self::default();
        for (at, document) in documents.iter().enumerate() {
            if let Some(number) = document.number.as_deref().and_then(numbers::canonical) {
                names.numbers.entry(number).or_default().push(at);
            }
            let title = plain(&document.title);
            let mut own = vec![title.clone()];
            own.extend(issued(&title));
            for title in own {
                if let Some(bare) = bare(&title) {
                    put(&mut names.bare, bare, at);
                }
                put(&mut names.titles, &title, at);
            }
        }
        names
    }

    /// The documents of a title.
    pub fn titled(&self, title: &str) -> &[usize] {
        let title = plain(title);
        let whole = self.titles.get(&title).or_else(|| self.bare.get(&title));
        let found = whole.or_else(|| bare(&title).and_then(|bare| self.titles.get(bare)));
        found.map_or(&[], Vec::as_slice)
    }

    /// The documents of a number whose head may begin with words of the sentence: the longest head that is known.
    pub fn numbered(&self, head: &str, tail: &str) -> &[usize] {
        let starts = head.char_indices().map(|(at, _)| at);
        let known = starts.filter_map(|at| self.numbers.get(&format!("{}{tail}", head.get(at..)?))).next();
        known.map_or(&[], Vec::as_slice)
    }
}

fn put(titles: &mut BTreeMap<String, Vec<usize>>, title: &str, at: usize) {
    let known = titles.entry(title.to_owned()).or_default();
    if known.last() != Some(&at) {
        known.push(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_known_by_what_it_issues() {
        assert_eq!(issued("甲县人民政府关于印发《甲县渡口办法》的通知").as_deref(), Some("甲县渡口办法"));
        assert_eq!(
            issued("甲县人民政府关于印发甲县渡口办法（试行）的通知").as_deref(),
            Some("甲县渡口办法（试行）")
        );
        assert_eq!(issued("甲县渡口办法"), None);
        assert_eq!(bare("甲县渡口办法（试行）"), Some("甲县渡口办法"));
        assert_eq!(bare("甲县渡口办法（北岸）"), None);
        assert_eq!(plain("《甲县 渡口办法(试行)》"), "甲县渡口办法（试行）");
        assert_eq!(plain("关于印发〈甲〉的通知"), "关于印发《甲》的通知");
    }
}
