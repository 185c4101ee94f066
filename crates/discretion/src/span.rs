//! Sets of whole numbers as sorted spans. Every field's values are whole numbers: parts of its unit, the places of
//! its options, no and yes as 0 and 1; so that what a table covers can be told exactly.

/// All numbers from one to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    pub low: i64,
    pub high: i64,
}

/// No number is beyond these.
pub const LEAST: i64 = i64::MIN / 2;
pub const MOST: i64 = i64::MAX / 2;

/// A set of whole numbers: spans that neither touch nor overlap, in order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Set(Vec<Span>);

impl Set {
    #[must_use]
    pub fn span(low: i64, high: i64) -> Self {
        if low > high { Self::default() } else { Self(vec![Span { low, high }]) }
    }

    #[must_use]
    pub fn of(values: impl IntoIterator<Item = i64>) -> Self {
        Self::joined(values.into_iter().map(|value| Span { low: value, high: value }).collect())
    }

    /// Any spans, put in order; those that touch become one.
    #[must_use]
    pub fn joined(mut spans: Vec<Span>) -> Self {
        spans.retain(|span| span.low <= span.high);
        spans.sort_unstable();
        let mut made: Vec<Span> = Vec::with_capacity(spans.len());
        for span in spans {
            match made.last_mut() {
                Some(last) if span.low <= last.high.saturating_add(1) => last.high = last.high.max(span.high),
                _ => made.push(span),
            }
        }
        Self(made)
    }

    #[must_use]
    pub fn spans(&self) -> &[Span] {
        &self.0
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[must_use]
    pub fn has(&self, value: i64) -> bool {
        let at = self.0.partition_point(|span| span.high < value);
        self.0.get(at).is_some_and(|span| span.low <= value)
    }

    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let both = |a: &Span, b: &Span| Span { low: a.low.max(b.low), high: a.high.min(b.high) };
        Self::joined(self.0.iter().flat_map(|a| other.0.iter().map(move |b| both(a, b))).collect())
    }

    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        Self::joined(self.0.iter().chain(&other.0).copied().collect())
    }

    /// What of `whole` is not in the set.
    #[must_use]
    pub fn not_in(&self, whole: Span) -> Self {
        let mut left = whole.low;
        let mut made = Vec::new();
        for span in &self.0 {
            if span.low > left {
                made.push(Span { low: left, high: span.low.saturating_sub(1).min(whole.high) });
            }
            left = left.max(span.high.saturating_add(1));
        }
        made.push(Span { low: left, high: whole.high });
        Self::joined(made)
    }

    #[must_use]
    pub fn covers(&self, whole: Span) -> bool {
        self.0.iter().any(|span| span.low <= whole.low && span.high >= whole.high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_what_their_members_say() {
        let whole = Span { low: -3, high: 12 };
        let a =
            Set::joined(vec![Span { low: 1, high: 3 }, Span { low: 4, high: 5 }, Span { low: 9, high: 20 }]);
        let b = Set::of([0, 3, 5, 10]);
        assert_eq!(a.spans().len(), 2, "1 to 3 and 4 to 5 touch");
        for value in -3..=12 {
            assert_eq!(a.and(&b).has(value), a.has(value) && b.has(value));
            assert_eq!(a.or(&b).has(value), a.has(value) || b.has(value));
            assert_eq!(a.not_in(whole).has(value), !a.has(value));
        }
        assert!(!a.not_in(whole).has(13));
        assert!(Set::span(LEAST, MOST).covers(whole) && !a.covers(whole));
        assert!(Set::span(2, 1).is_empty());
    }
}
