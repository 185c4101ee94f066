//! The index against comparing with everything, and the scores against a second reading of docs/likeness.md that keeps
//! texts as they are.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test may panic"
)]

use std::collections::BTreeSet;

use calendar::Day;
use likeness::{Book, Dispute, Found, Limits, Number, NumberKind, Party, Side};
use proptest::prelude::*;

type Pair = (char, Option<char>);

fn pairs(text: &str) -> BTreeSet<Pair> {
    let mut made = BTreeSet::new();
    for piece in text.replace(' ', "").split('，').filter(|piece| !piece.is_empty()) {
        let letters: Vec<char> = piece.chars().collect();
        made.extend(letters.windows(2).map(|two| (two[0], Some(two[1]))));
        if let [only] = letters[..] {
            made.insert((only, None));
        }
    }
    made
}

/// 24, and 8 for each halving, in proportion between; by a table of the sixteen steps that small books need.
fn rarity(entries: usize, having: usize) -> usize {
    let share = (entries.max(1) * 256 / having.max(1)).max(256);
    let (mut low, mut halvings) = (256, 0);
    while low * 2 <= share {
        low *= 2;
        halvings += 1;
    }
    24 + 8 * halvings + (share - low) * 8 / low
}

struct Naive<'a> {
    /// Those by which rarity is counted.
    first: &'a [Dispute],
    all: &'a [Dispute],
    common_from: usize,
}

impl Naive<'_> {
    fn weigh<T: Ord>(&self, keys: &BTreeSet<T>, of: impl Fn(&Dispute) -> BTreeSet<T>) -> usize {
        let having = |key: &T| self.first.iter().filter(|one| of(one).contains(key)).count();
        keys.iter().map(|key| rarity(self.first.len(), having(key))).sum()
    }

    fn share<T: Ord + Clone>(
        &self,
        [one, other]: [&Dispute; 2],
        of: impl Fn(&Dispute) -> BTreeSet<T>,
        of_both: bool,
    ) -> usize {
        let (own, theirs) = (of(one), of(other));
        let both = self.weigh(&own.intersection(&theirs).cloned().collect(), &of);
        let whole = if of_both {
            self.weigh(&own.union(&theirs).cloned().collect(), &of)
        } else {
            self.weigh(&own, &of).max(self.weigh(&theirs, &of))
        };
        (both * 1000).checked_div(whole).unwrap_or(0)
    }

    /// Strength and weakness of the sign that two parties are one.
    fn sign(&self, one: &Party, other: &Party) -> Option<(usize, bool)> {
        let has_number = |dispute: &&Dispute, number: &Number| {
            dispute.parties.iter().any(|party| party.numbers.contains(number))
        };
        let shared: Vec<&Number> = one.numbers.iter().filter(|own| other.numbers.contains(own)).collect();
        let is_rare = |number: &&Number| {
            self.all.iter().filter(|dispute| has_number(dispute, number)).count() <= self.common_from
        };
        if shared.iter().any(is_rare) {
            return Some((1000, false));
        }
        let kind = |party: &Party, kind| party.numbers.iter().any(|own| own.kind == kind);
        let apart = [NumberKind::Resident, NumberKind::Organisation];
        if shared.is_empty() && apart.iter().any(|own| kind(one, *own) && kind(other, *own)) {
            return None;
        }
        let masked = |name: &str| name.contains('某') || name.contains('*');
        let named = |dispute: &&Dispute| dispute.parties.iter().any(|party| party.name == one.name);
        if one.name == other.name && !one.name.is_empty() && !masked(&one.name) {
            let rare = self.all.iter().filter(named).count() <= self.common_from;
            return Some(if rare { (700, false) } else { (200, true) });
        }
        let may_be = masked(&one.name) || masked(&other.name);
        let surnames = [one, other].map(|party| party.name.chars().next());
        let may_be = may_be && surnames[0].is_some() && surnames[0] == surnames[1];
        (may_be || !shared.is_empty()).then_some((200, true))
    }

    fn party(&self, one: &Dispute, other: &Dispute) -> usize {
        let mut signs = Vec::new();
        for (at, own) in one.parties.iter().enumerate() {
            for (place, theirs) in other.parties.iter().enumerate() {
                if let Some((strength, weak)) = self.sign(own, theirs) {
                    signs.push((1000 - strength, own.side != theirs.side, at, place, weak));
                }
            }
        }
        signs.sort_unstable();
        let (mut own, mut theirs, mut weak_signs) = (BTreeSet::new(), BTreeSet::new(), 0);
        let (mut doubt, mut sum) = (1000, 0);
        for (without, _, at, place, weak) in signs {
            if own.contains(&at) || theirs.contains(&place) || weak && weak_signs == 2 {
                continue;
            }
            own.insert(at);
            theirs.insert(place);
            weak_signs += usize::from(weak);
            doubt = doubt * without / 1000;
            sum += 1000 - without;
        }
        let extent = 2 * sum / (one.parties.len() + other.parties.len()).max(1);
        (900 * (1000 - doubt) + 100 * extent) / 1000
    }

    fn score(&self, one: &Dispute, other: &Dispute) -> usize {
        let matter = self.share([one, other], |dispute| pairs(&dispute.matter), true);
        let most = pairs(&one.matter).len().max(pairs(&other.matter).len()).min(8);
        let place = self.share([one, other], |dispute| dispute.places.iter().cloned().collect(), false);
        let days = one.day.number().abs_diff(other.day.number()) as usize;
        let near = 180_usize.saturating_sub(days.max(7)) * 1000 / 173;
        (450 * self.party(one, other) + 420 * (matter * most / 8) + 90 * place + 40 * near) / 1000
    }
}

fn number() -> impl Strategy<Value = Number> {
    let kinds = [NumberKind::Resident, NumberKind::Organisation, NumberKind::Phone];
    (prop::sample::select(kinds.to_vec()), 0_u8..6).prop_map(|(kind, at)| Number { kind, hash: [at; 32] })
}

fn party() -> impl Strategy<Value = Party> {
    let sides = [Side::Applicant, Side::Respondent, Side::Other];
    let names = ["张三", "张四", "张某", "李四", "李*", "王五", "赵六", ""];
    let (sides, names) = (prop::sample::select(sides.to_vec()), prop::sample::select(names.to_vec()));
    (sides, names, prop::collection::vec(number(), 0..2)).prop_map(|(side, name, numbers)| Party {
        side,
        name: name.to_owned(),
        numbers,
    })
}

fn dispute() -> impl Strategy<Value = Dispute> {
    let places = prop::sample::subsequence(vec!["甲县", "乙镇", "丙村", "丁路"], 0..3);
    let letters = prop::sample::select("欠薪工资不给水地，".chars().collect::<Vec<_>>());
    let matter = prop::collection::vec(letters, 0..14);
    (0_u8..30, 19_000_i32..19_300, prop::collection::vec(party(), 0..4), places, matter).prop_map(
        |(id, day, parties, places, matter)| Dispute {
            id: id.to_string(),
            organ: "示例镇".to_owned(),
            day: Day::from_number(day).unwrap(),
            parties,
            places: places.into_iter().map(str::to_owned).collect(),
            matter: matter.into_iter().collect(),
        },
    )
}

fn book(all: &[Dispute], first: usize) -> Book {
    let mut made = Book::of(&all[..first]);
    all[first..].iter().for_each(|one| made.add(one));
    made
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_index_finds_what_the_scan_finds_with_the_scores_of_the_document(
        mut all in prop::collection::vec(dispute(), 0..24),
        asked in dispute(),
        later in 0_usize..4,
        threshold in 0_u32..1000,
        common_from in 1_usize..9,
    ) {
        for (at, one) in all.iter_mut().enumerate() {
            one.id = format!("{at}");
        }
        let first = all.len().saturating_sub(later);
        let made = book(&all, first);
        let limits = Limits { threshold, most: usize::MAX, common_from };
        let (found, scanned) = (made.find(&asked, &limits), made.scan(&asked, &limits));
        prop_assert_eq!(&found.hits, &scanned.hits);
        prop_assert_eq!(found.all, scanned.all);
        prop_assert!(found.compared <= scanned.compared);

        let naive = Naive { first: &all[..first], all: &all, common_from };
        let score = |one: &Dispute| naive.score(&asked, one);
        let least = threshold as usize;
        let others = all.iter().filter(|one| one.id != asked.id && score(one) >= least);
        let expected: BTreeSet<(usize, String)> = others.map(|one| (score(one), one.id.clone())).collect();
        let told = scanned.hits.iter().map(|hit| (hit.parts.score as usize, hit.id.clone()));
        prop_assert_eq!(told.collect::<BTreeSet<_>>(), expected);
        prop_assert!(scanned.hits.is_sorted_by(|one, next| one.parts.score >= next.parts.score));
    }

    #[test]
    fn leaving_some_out_leaves_the_likest(all in prop::collection::vec(dispute(), 0..24), asked in dispute(), most in 0_usize..6) {
        let made = Book::of(&all);
        let limits = Limits { threshold: 200, most: usize::MAX, ..Limits::default() };
        let whole = made.find(&asked, &limits);
        let Found { hits, all, .. } = made.find(&asked, &Limits { most, ..limits });
        prop_assert_eq!(all, whole.hits.len());
        prop_assert_eq!(&hits[..], &whole.hits[..most.min(all)]);
    }
}
