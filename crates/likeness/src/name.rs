//! Names, whole or masked.

use crate::text;

/// Characters that stand for what is hidden.
const MASKS: &str = "某*×○●□■";

/// A name made comparable. 姓名
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) text: String,
    /// The bytes before the first and from behind the last hidden character; none in a whole name.
    shown: Option<(usize, usize)>,
}

impl Name {
    pub(crate) fn of(text: &str) -> Self {
        let text = text::word(text);
        let first = text.find(|letter| MASKS.contains(letter));
        let last = text.char_indices().rfind(|(_, letter)| MASKS.contains(*letter));
        let shown = first.zip(last).map(|(first, (last, letter))| (first, last + letter.len_utf8()));
        Self { text, shown }
    }

    pub(crate) fn is_masked(&self) -> bool {
        self.shown.is_some()
    }

    /// What is shown before and after what is hidden.
    fn ends(&self) -> Option<(&str, &str)> {
        let (head, tail) = self.shown?;
        Some((self.text.get(..head)?, self.text.get(tail..)?))
    }

    /// Whether two names of which at least one is masked can be the same: what is shown of both agrees. Masks are made by
    /// different rules (张某, 张*, 张*明), so how much is hidden tells nothing.
    pub(crate) fn may_be(&self, other: &Self) -> bool {
        match (self.ends(), other.ends()) {
            (None, None) => false,
            (Some(own), None) => covers(own, &other.text),
            (None, Some(theirs)) => covers(theirs, &self.text),
            (Some((head, tail)), Some((their_head, their_tail))) => {
                let heads = head.starts_with(their_head) || their_head.starts_with(head);
                let tails = tail.ends_with(their_tail) || their_tail.ends_with(tail);
                heads && tails && !head.is_empty() && !their_head.is_empty()
            }
        }
    }
}

fn covers((head, tail): (&str, &str), whole: &str) -> bool {
    let hidden = whole.strip_prefix(head).and_then(|rest| rest.strip_suffix(tail));
    !head.is_empty() && hidden.is_some_and(|hidden| !hidden.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may_be(one: &str, other: &str) -> bool {
        let (one, other) = (Name::of(one), Name::of(other));
        assert_eq!(one.may_be(&other), other.may_be(&one));
        one.may_be(&other)
    }

    #[test]
    fn what_is_shown_must_agree() {
        for (one, other) in [
            ("张某", "张三"),
            ("张某某", "张三"),
            ("张某", "张*"),
            ("张*明", "张小明"),
            ("张＊明", "张某"),
            ("示例某建筑公司", "示例宏达建筑公司"),
        ] {
            assert!(may_be(one, other), "{one} {other}");
        }
        for (one, other) in [
            ("张某", "李三"),
            ("张*明", "张小红"),
            ("张某", "张"),
            ("张*明", "李*明"),
            ("张三", "张三"),
            ("某公司", "甲公司"),
            ("", "张某"),
            ("某", "*"),
        ] {
            assert!(!may_be(one, other), "{one} {other}");
        }
    }
}
