//! The order of the bits: those that belong together stand together, so that diagrams stay small.
//!
//! The force-directed method (Aloul, Markov, Sakallah 2003): every transition pulls its bits towards its middle,
//! until the transitions are as short as they get.

/// Rounds of pulling.
const ROUNDS: usize = 60;
/// Positions are counted in this many parts.
const PARTS: usize = 1024;

/// For every bit (from 0 to `count`) its place in the order.
pub(super) fn order(count: usize, edges: &[Vec<usize>]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    let mut best = (span(&places, edges), places.clone());
    let rounds: usize = std::env::var("YR").ok().and_then(|x| x.parse().ok()).unwrap_or(ROUNDS); for _ in 0..rounds {
        places = pulled(&places, edges);
        let now = span(&places, edges);
        if now < best.0 {
            best = (now, places.clone());
        }
    }
    best.1
}

fn pulled(places: &[usize], edges: &[Vec<usize>]) -> Vec<usize> {
    let mut pulls = vec![(0usize, 0usize); places.len()];
    for edge in edges {
        let sum: usize = edge.iter().filter_map(|bit| places.get(*bit)).sum();
        let middle = (sum * PARTS).checked_div(edge.len()).unwrap_or(0);
        for bit in edge {
            if let Some((sum, count)) = pulls.get_mut(*bit) {
                *sum += middle;
                *count += 1;
            }
        }
    }
    let wish = |(at, (sum, count)): (usize, &(usize, usize))| {
        let own = places.get(at).map_or(0, |place| place * PARTS);
        (sum.checked_div(*count).unwrap_or(own), at)
    };
    let mut wishes: Vec<(usize, usize)> = pulls.iter().enumerate().map(wish).collect();
    wishes.sort_unstable();
    let mut made = vec![0; places.len()];
    for (place, (_, bit)) in wishes.into_iter().enumerate() {
        if let Some(own) = made.get_mut(bit) {
            *own = place;
        }
    }
    made
}

/// The sum of the lengths of all transitions.
fn span(places: &[usize], edges: &[Vec<usize>]) -> usize {
    let length = |edge: &Vec<usize>| {
        let own = || edge.iter().filter_map(|bit| places.get(*bit).copied());
        own().max().unwrap_or(0) - own().min().unwrap_or(0)
    };
    edges.iter().map(length).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_together_stands_together() {
        let edges: Vec<Vec<usize>> = (0..20).map(|at| vec![at, at + 20]).collect();
        let places = order(40, &edges);
        assert!(span(&places, &edges) < 100, "{places:?}");
        let mut all = places;
        all.sort_unstable();
        assert_eq!(all, (0..40).collect::<Vec<_>>());
    }
}
