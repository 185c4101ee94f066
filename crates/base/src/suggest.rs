//! "Did you mean …": the known word nearest to a misspelt one.

/// The candidate closest to `word`, when it is close enough to be a likely slip:
/// at most two letters or a third of them differ (one in a very short word).
#[must_use]
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    let limit = if length < 4 { 1 } else { (length / 3).max(2) };
    candidates
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(far, _)| *far <= limit)
        .min_by_key(|(far, candidate)| (*far, *candidate))
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance in characters.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.chars().enumerate() {
        let mut next = Vec::with_capacity(row.len());
        next.push(i + 1);
        let mut last = i + 1;
        for (window, b) in row.windows(2).zip(&right) {
            if let [diagonal, above] = window {
                let cost = usize::from(a != *b);
                last = (diagonal + cost).min(above + 1).min(last + 1);
                next.push(last);
            }
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_slip_and_leaves_strangers_alone() {
        let known = ["accept", "refuse", "decide"];
        assert_eq!(closest("acept", known), Some("accept"));
        assert_eq!(closest("decied", known), Some("decide"));
        assert_eq!(closest("publish", known), None);
        assert_eq!(closest("by", ["to"]), None);
    }
}
