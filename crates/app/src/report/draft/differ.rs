//! What differs between two versions of a text: sentence by sentence, and within a changed one from the first letter that
//! differs to the last.

/// A stretch of the two texts. 差异
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Same(String),
    /// Stands in the earlier one alone.
    Gone(String),
    /// Stands in the later one alone.
    New(String),
}

/// So many pairs of sentences are compared; of longer texts the middle counts as changed whole.
const MOST: usize = 4_000_000;

/// What must be taken out of `earlier` and put into it to get `later`.
#[must_use]
pub fn differences(earlier: &str, later: &str) -> Vec<Change> {
    let (old, new) = (sentences(earlier), sentences(later));
    let lead = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let most = old.len().min(new.len()) - lead;
    let tail = old.iter().rev().zip(new.iter().rev()).take(most).take_while(|(a, b)| a == b).count();
    let middle_old = old.get(lead..old.len() - tail).unwrap_or_default();
    let middle_new = new.get(lead..new.len() - tail).unwrap_or_default();
    let mut made = Made::default();
    made.same(old.get(..lead).unwrap_or_default());
    middle(&mut made, middle_old, middle_new);
    made.flush();
    made.same(old.get(old.len() - tail..).unwrap_or_default());
    made.changes
}

fn sentences(text: &str) -> Vec<&str> {
    text.split_inclusive(['。', '；', '！', '？', '\n']).collect()
}

#[derive(Default)]
struct Made {
    changes: Vec<Change>,
    gone: String,
    new: String,
}

impl Made {
    fn same(&mut self, all: &[&str]) {
        if all.is_empty() {
            return;
        }
        self.flush();
        match self.changes.last_mut() {
            Some(Change::Same(before)) => before.push_str(&all.concat()),
            _ => self.changes.push(Change::Same(all.concat())),
        }
    }

    /// Ends a stretch that differs: what both begin and end with is the same.
    fn flush(&mut self) {
        let (gone, new) = (std::mem::take(&mut self.gone), std::mem::take(&mut self.new));
        let lead: usize =
            gone.chars().zip(new.chars()).take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum();
        let (rest_gone, rest_new) =
            (gone.get(lead..).unwrap_or_default(), new.get(lead..).unwrap_or_default());
        let tail: usize = rest_gone
            .chars()
            .rev()
            .zip(rest_new.chars().rev())
            .take_while(|(a, b)| a == b)
            .map(|(c, _)| c.len_utf8())
            .sum();
        let cut = |text: &str| text.get(..text.len() - tail).unwrap_or_default().to_owned();
        let end = rest_gone.get(rest_gone.len() - tail..).unwrap_or_default().to_owned();
        let all = [
            Change::Same(gone.get(..lead).unwrap_or_default().to_owned()),
            Change::Gone(cut(rest_gone)),
            Change::New(cut(rest_new)),
            Change::Same(end),
        ];
        for one in all {
            match (&one, self.changes.last_mut()) {
                (Change::Same(text) | Change::Gone(text) | Change::New(text), _) if text.is_empty() => {}
                (Change::Same(text), Some(Change::Same(before))) => before.push_str(text),
                _ => self.changes.push(one),
            }
        }
    }
}

fn middle(made: &mut Made, old: &[&str], new: &[&str]) {
    if old.len().saturating_mul(new.len()) > MOST {
        made.gone = old.concat();
        made.new = new.concat();
        return;
    }
    let lengths = common(old, new);
    let width = new.len() + 1;
    let at = |i: usize, j: usize| lengths.get(i * width + j).copied().unwrap_or(0);
    let (mut i, mut j) = (0, 0);
    while let (Some(a), Some(b)) = (old.get(i), new.get(j)) {
        if a == b {
            made.same(&[a]);
            (i, j) = (i + 1, j + 1);
        } else if at(i + 1, j) >= at(i, j + 1) {
            made.gone.push_str(a);
            i += 1;
        } else {
            made.new.push_str(b);
            j += 1;
        }
    }
    made.gone.push_str(&old.get(i..).unwrap_or_default().concat());
    made.new.push_str(&new.get(j..).unwrap_or_default().concat());
}

/// For each pair of ends how many sentences they have in common, in order.
fn common(old: &[&str], new: &[&str]) -> Vec<u32> {
    let width = new.len() + 1;
    let mut lengths = vec![0_u32; (old.len() + 1) * width];
    for (i, a) in old.iter().enumerate().rev() {
        for (j, b) in new.iter().enumerate().rev() {
            let get = |i: usize, j: usize| lengths.get(i * width + j).copied().unwrap_or(0);
            let best = if a == b { get(i + 1, j + 1) + 1 } else { get(i + 1, j).max(get(i, j + 1)) };
            if let Some(cell) = lengths.get_mut(i * width + j) {
                *cell = best;
            }
        }
    }
    lengths
}

#[cfg(test)]
mod tests {
    use super::{Change, differences};

    fn told(changes: &[Change]) -> String {
        changes
            .iter()
            .map(|one| match one {
                Change::Same(text) => text.clone(),
                Change::Gone(text) => format!("[-{text}]"),
                Change::New(text) => format!("[+{text}]"),
            })
            .collect()
    }

    #[test]
    fn a_changed_word_is_shown_within_its_sentence() {
        let made = differences("甲。受理57件。丙。", "甲。受理58件。丙。");
        assert_eq!(told(&made), "甲。受理5[-7][+8]件。丙。");
        assert_eq!(told(&differences("", "新。")), "[+新。]");
        assert_eq!(told(&differences("旧。", "")), "[-旧。]");
        assert_eq!(told(&differences("同。", "同。")), "同。");
        assert_eq!(told(&differences("甲。乙。丙。", "甲。丙。丁。")), "甲。[-乙。]丙。[+丁。]");
    }

    #[test]
    fn taking_out_and_putting_in_gives_either_text_back() {
        let texts = ["", "甲。", "甲。乙；丙\n", "乙；丙\n甲。", "甲乙。丙；\n丁！", "丙\n丙\n乙；甲。甲。"];
        for earlier in texts {
            for later in texts {
                let (mut old, mut new) = (String::new(), String::new());
                for one in differences(earlier, later) {
                    match one {
                        Change::Same(text) => {
                            old.push_str(&text);
                            new.push_str(&text);
                        }
                        Change::Gone(text) => old.push_str(&text),
                        Change::New(text) => new.push_str(&text),
                    }
                }
                assert_eq!((old.as_str(), new.as_str()), (earlier, later));
            }
        }
    }
}
