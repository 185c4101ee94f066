//! Samples that anyone can draw again: people in the order of the hash of seed, stratum and number.

use ledger::{HashFunction, Sm3};

/// People of one kind, among whom is drawn. 层
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stratum {
    pub id: String,
    /// Numbers of the people or households, each once.
    pub members: Vec<String>,
}

/// Who was drawn of a stratum, in the order of drawing. 抽中
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    pub stratum: String,
    pub population: usize,
    pub members: Vec<String>,
}

/// Why nothing can be drawn. 不能抽样的原因
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SampleFault {
    NoSeed,
    MoreThanThereAre {
        wanted: usize,
        population: usize,
    },
    /// Fewer than one for each stratum.
    FewerThanStrata {
        wanted: usize,
        strata: usize,
    },
    EmptyStratum(String),
    Twice(String),
}

impl SampleFault {
    #[must_use]
    pub fn told(&self) -> String {
        match self {
            Self::NoSeed => "没有写种子：先公布种子再抽样，别人才能复核".to_owned(),
            Self::MoreThanThereAre { wanted, population } => {
                format!("要抽{wanted}个，名单上只有{population}个")
            }
            Self::FewerThanStrata { wanted, strata } => {
                format!("要抽{wanted}个，而分了{strata}层，每层至少一个")
            }
            Self::EmptyStratum(id) => format!("层“{id}”的名单是空的"),
            Self::Twice(id) => format!("“{id}”在名单上出现两次"),
        }
    }
}

/// Draws so many of a list without strata.
///
/// # Errors
/// There is no seed, or there are not so many; somebody stands twice.
pub fn simple(seed: &str, members: &[String], wanted: usize) -> Result<Drawn, SampleFault> {
    let all = Stratum { id: String::new(), members: members.to_vec() };
    let mut drawn = stratified(seed, &[all], wanted)?;
    drawn.pop().ok_or(SampleFault::MoreThanThereAre { wanted, population: 0 })
}

/// Draws from strata in proportion to their size: whole shares first, the rest by the largest remainders (of equal ones the
/// earlier stratum), each at least one.
///
/// # Errors
/// There is no seed, there are not so many, a stratum is empty or stands twice, there are more strata than are to be drawn.
pub fn stratified(seed: &str, strata: &[Stratum], wanted: usize) -> Result<Vec<Drawn>, SampleFault> {
    if seed.trim().is_empty() {
        return Err(SampleFault::NoSeed);
    }
    let mut ids: Vec<&str> = strata.iter().map(|one| one.id.as_str()).collect();
    twice(&mut ids)?;
    let mut members: Vec<&str> =
        strata.iter().flat_map(|one| one.members.iter().map(String::as_str)).collect();
    let population = members.len();
    twice(&mut members)?;
    if let Some(empty) = strata.iter().find(|one| one.members.is_empty()) {
        return Err(SampleFault::EmptyStratum(empty.id.clone()));
    }
    if wanted > population {
        return Err(SampleFault::MoreThanThereAre { wanted, population });
    }
    if wanted < strata.len() {
        return Err(SampleFault::FewerThanStrata { wanted, strata: strata.len() });
    }
    let sizes: Vec<usize> = strata.iter().map(|one| one.members.len()).collect();
    let many = allocation(&sizes, wanted);
    Ok(strata.iter().zip(many).map(|(stratum, many)| draw(seed, stratum, many)).collect())
}

fn twice(ids: &mut [&str]) -> Result<(), SampleFault> {
    ids.sort_unstable();
    let double = ids.iter().zip(ids.iter().skip(1)).find(|(a, b)| a == b);
    double.map_or(Ok(()), |(id, _)| Err(SampleFault::Twice((*id).to_owned())))
}

/// How many of each stratum: one each, then one at a time to the stratum whose share is furthest from being reached.
fn allocation(sizes: &[usize], wanted: usize) -> Vec<usize> {
    let population: u128 = sizes.iter().map(|size| *size as u128).sum();
    let mut many: Vec<usize> = sizes
        .iter()
        .map(|size| {
            let share = *size as u128 * wanted as u128 / population.max(1);
            usize::try_from(share).unwrap_or(*size).clamp(1, *size)
        })
        .collect();
    let missing = |many: &[usize], at: usize| {
        let (size, own) = (sizes.get(at).copied().unwrap_or(0), many.get(at).copied().unwrap_or(0));
        (size * wanted).cast_signed() as i128 - own as i128 * population.cast_signed()
    };
    while many.iter().sum::<usize>() < wanted {
        let open = (0..sizes.len()).filter(|at| many.get(*at) < sizes.get(*at));
        let next = open.max_by(|a, b| missing(&many, *a).cmp(&missing(&many, *b)).then(b.cmp(a)));
        let Some(place) = next.and_then(|at| many.get_mut(at)) else { break };
        *place += 1;
    }
    while many.iter().sum::<usize>() > wanted {
        let open = (0..sizes.len()).filter(|at| many.get(*at).is_some_and(|own| *own > 1));
        let next = open.min_by(|a, b| missing(&many, *a).cmp(&missing(&many, *b)).then(b.cmp(a)));
        let Some(place) = next.and_then(|at| many.get_mut(at)) else { break };
        *place -= 1;
    }
    many
}

/// The first so many in the order of their hashes; of equal hashes (there are none) the smaller number.
fn draw(seed: &str, stratum: &Stratum, many: usize) -> Drawn {
    let key = |member: &str| {
        let parts = [seed, "\n", &stratum.id, "\n", member].map(str::as_bytes);
        Sm3::digest(&parts).hex()
    };
    let mut keyed: Vec<(String, &String)> = stratum.members.iter().map(|one| (key(one), one)).collect();
    keyed.sort();
    let members = keyed.into_iter().take(many).map(|(_, member)| member.clone()).collect();
    Drawn { stratum: stratum.id.clone(), population: stratum.members.len(), members }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(prefix: &str, many: usize) -> Vec<String> {
        (1..=many).map(|number| format!("{prefix}{number:04}")).collect()
    }

    fn stratum(id: &str, many: usize) -> Stratum {
        Stratum { id: id.to_owned(), members: members(id, many) }
    }

    #[test]
    fn the_order_is_that_of_the_hashes_whoever_computes_them() {
        let drawn = simple("2025-03-01 12:00", &members("h", 50), 3).unwrap();
        let mut naive: Vec<(String, String)> = members("h", 50)
            .into_iter()
            .map(|one| (Sm3::digest(&[format!("2025-03-01 12:00\n\n{one}").as_bytes()]).hex(), one))
            .collect();
        naive.sort();
        let first: Vec<String> = naive.into_iter().take(3).map(|(_, one)| one).collect();
        assert_eq!(drawn.members, first);
        let mut turned = members("h", 50);
        turned.reverse();
        assert_eq!(
            simple("2025-03-01 12:00", &turned, 3).unwrap(),
            drawn,
            "the order of the list is nothing"
        );
        assert_ne!(simple("another", &members("h", 50), 3).unwrap(), drawn);
    }

    #[test]
    fn strata_get_their_share_by_largest_remainders_and_at_least_one() {
        let many = |sizes: &[usize], wanted| allocation(sizes, wanted);
        assert_eq!(many(&[60, 30, 10], 10), [6, 3, 1]);
        assert_eq!(many(&[50, 30, 20], 7), [4, 2, 1]);
        assert_eq!(many(&[1000, 1, 1], 10), [8, 1, 1]);
        assert_eq!(many(&[5, 5], 9), [5, 4], "of equal remainders the earlier stratum");
        assert_eq!(many(&[3, 3], 6), [3, 3]);
        let drawn = stratified("s", &[stratum("a", 60), stratum("b", 30)], 9).unwrap();
        let told: Vec<(&str, usize, usize)> =
            drawn.iter().map(|one| (one.stratum.as_str(), one.population, one.members.len())).collect();
        assert_eq!(told, [("a", 60, 6), ("b", 30, 3)]);
    }

    #[test]
    fn what_cannot_be_drawn_is_told() {
        let fault = |seed: &str, strata: &[Stratum], wanted| stratified(seed, strata, wanted).unwrap_err();
        assert_eq!(fault(" ", &[stratum("a", 3)], 1), SampleFault::NoSeed);
        let more = SampleFault::MoreThanThereAre { wanted: 4, population: 3 };
        assert_eq!(fault("s", &[stratum("a", 3)], 4), more);
        let few = SampleFault::FewerThanStrata { wanted: 1, strata: 2 };
        assert_eq!(fault("s", &[stratum("a", 3), stratum("b", 3)], 1), few);
        assert_eq!(fault("s", &[stratum("a", 0)], 0), SampleFault::EmptyStratum("a".to_owned()));
        let double = [stratum("a", 2), Stratum { id: "b".to_owned(), members: members("a", 1) }];
        assert_eq!(fault("s", &double, 2), SampleFault::Twice("a0001".to_owned()));
        assert_eq!(fault("s", &[stratum("a", 2), stratum("a", 2)], 2), SampleFault::Twice("a".to_owned()));
    }

    proptest::proptest! {
        #[test]
        fn allocations_add_up_and_stay_near_their_share(
            sizes in proptest::collection::vec(1usize..400, 1..8), part in 0usize..100,
        ) {
            let population: usize = sizes.iter().sum();
            let wanted = (population * part / 100).max(sizes.len());
            let many = allocation(&sizes, wanted);
            assert_eq!(many.iter().sum::<usize>(), wanted);
            for (own, size) in many.iter().zip(&sizes) {
                assert!((1..=*size).contains(own));
                // Those raised to one take from the others: never more than one for each stratum.
                let share = size * wanted / population;
                assert!(own + sizes.len() >= share && *own <= share + 1, "{many:?} of {sizes:?}");
            }
        }
    }
}
