//! Which number each item of a row should have, when some are wrong, repeated or left out.

/// An item of a row as it was numbered in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// None where the item has no number.
    pub number: Option<u32>,
    pub line: usize,
}

/// A slip of numbering.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slip {
    /// Written otherwise than its place in the row says.
    Wrong { line: usize, written: u32, meant: u32 },
    /// The number of an earlier item again, with no number free for it.
    Repeated { line: usize, written: u32 },
    /// Numbers that no item has.
    Skipped { line: usize, from: u32, to: u32 },
    /// An item without a number.
    Unnumbered { line: usize },
}

/// The numbers of a row and the slips in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Numbered {
    pub numbers: Vec<u32>,
    pub slips: Vec<Slip>,
}

/// Finds the number of each item of one row. The longest increasing part of what is written is trusted; the others get
/// the numbers that are free between their neighbours.
#[must_use]
pub fn number(row: &[Written]) -> Numbered {
    let trusted = longest_increasing(row);
    let mut made = Numbered::default();
    let mut before = 0;
    let mut waiting: Vec<Written> = Vec::new();
    for (item, is_trusted) in row.iter().zip(trusted) {
        match item.number {
            Some(number) if is_trusted => {
                fill(&mut made, &mut waiting, before, Some(number));
                let free = number.saturating_sub(before + 1);
                let filled = made.numbers.iter().rev().take_while(|n| **n > before && **n < number);
                let from = before + 1 + u32::try_from(filled.count()).unwrap_or(free);
                if from < number {
                    made.slips.push(Slip::Skipped { line: item.line, from, to: number - 1 });
                }
                made.numbers.push(number);
                before = number;
            }
            _ => waiting.push(*item),
        }
    }
    fill(&mut made, &mut waiting, before, None);
    made.slips.sort_by_key(Slip::line);
    made
}

impl Slip {
    #[must_use]
    pub fn line(&self) -> usize {
        match self {
            Self::Wrong { line, .. }
            | Self::Repeated { line, .. }
            | Self::Skipped { line, .. }
            | Self::Unnumbered { line } => *line,
        }
    }
}

/// Numbers the items that wait between two trusted ones.
fn fill(made: &mut Numbered, waiting: &mut Vec<Written>, before: u32, after: Option<u32>) {
    let count = u32::try_from(waiting.len()).unwrap_or(u32::MAX);
    let fits = after.is_none_or(|after| after > before && after - before > count);
    for (item, meant) in waiting.drain(..).zip(before + 1..) {
        let slip = match item.number {
            None => Slip::Unnumbered { line: item.line },
            Some(written) if fits => Slip::Wrong { line: item.line, written, meant },
            Some(written) => Slip::Repeated { line: item.line, written },
        };
        made.slips.push(slip);
        made.numbers.push(if fits { meant } else { item.number.unwrap_or(before) });
    }
}

/// How good an increasing part is that ends with some item: how long, in how many steps as many numbers as items lie
/// between, and where it began.
#[derive(Clone, Copy)]
struct Part {
    length: usize,
    exact: usize,
    first: u32,
    previous: Option<usize>,
}

/// Marks the items of the longest strictly increasing part; of several, the one whose steps fit best, and then the one
/// that spans least.
fn longest_increasing(row: &[Written]) -> Vec<bool> {
    let mut parts: Vec<Option<Part>> = Vec::with_capacity(row.len());
    for (index, item) in row.iter().enumerate() {
        let part = item.number.map(|number| {
            let exact = usize::from(u32::try_from(index + 1) == Ok(number));
            let mut best = Part { length: 1, exact, first: number, previous: None };
            for (earlier, (other, known)) in row.iter().zip(&parts).enumerate() {
                let (Some(other), Some(known)) = (other.number, known) else { continue };
                if other >= number {
                    continue;
                }
                let fits = u32::try_from(index - earlier) == Ok(number - other);
                let exact = known.exact + usize::from(fits);
                let length = known.length + 1;
                if (length, exact, known.first) > (best.length, best.exact, best.first) {
                    best = Part { length, exact, first: known.first, previous: Some(earlier) };
                }
            }
            best
        });
        parts.push(part);
    }
    let worth = |index: usize| {
        let part = parts.get(index)?.as_ref()?;
        let last = row.get(index)?.number?;
        Some((part.length, part.exact, std::cmp::Reverse(last - part.first)))
    };
    let mut at = (0..row.len()).filter(|i| worth(*i).is_some()).rev().max_by_key(|i| worth(*i));
    let mut trusted = vec![false; row.len()];
    while let Some(index) = at {
        if let Some(mark) = trusted.get_mut(index) {
            *mark = true;
        }
        at = parts.get(index).copied().flatten().and_then(|part| part.previous);
    }
    trusted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(numbers: &[u32]) -> Vec<Written> {
        let number = |n: &u32| (*n > 0).then_some(*n);
        numbers.iter().zip(1..).map(|(n, line)| Written { number: number(n), line }).collect()
    }

    fn check(written: &[u32], numbers: &[u32], slips: &[Slip]) {
        let made = super::number(&row(written));
        assert_eq!((made.numbers.as_slice(), made.slips.as_slice()), (numbers, slips), "{written:?}");
    }

    #[test]
    fn slips_do_not_stop_the_counting() {
        check(&[1, 2, 3], &[1, 2, 3], &[]);
        check(
            &[12, 31, 14],
            &[12, 13, 14],
            &[Slip::Skipped { line: 1, from: 1, to: 11 }, Slip::Wrong { line: 2, written: 31, meant: 13 }],
        );
        check(&[1, 2, 2, 3], &[1, 2, 2, 3], &[Slip::Repeated { line: 3, written: 2 }]);
        check(&[1, 2, 2, 4], &[1, 2, 3, 4], &[Slip::Wrong { line: 3, written: 2, meant: 3 }]);
        check(&[1, 3, 3, 4], &[1, 2, 3, 4], &[Slip::Wrong { line: 2, written: 3, meant: 2 }]);
        check(&[1, 2, 4, 4], &[1, 2, 3, 4], &[Slip::Wrong { line: 3, written: 4, meant: 3 }]);
        check(&[1, 2, 4, 5], &[1, 2, 4, 5], &[Slip::Skipped { line: 3, from: 3, to: 3 }]);
        check(&[1, 2, 0, 4], &[1, 2, 3, 4], &[Slip::Unnumbered { line: 3 }]);
        check(&[1, 2, 3, 1], &[1, 2, 3, 4], &[Slip::Wrong { line: 4, written: 1, meant: 4 }]);
        check(&[0, 0], &[1, 2], &[Slip::Unnumbered { line: 1 }, Slip::Unnumbered { line: 2 }]);
        check(&[], &[], &[]);
    }
}
