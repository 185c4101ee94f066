//! Which objects: in each stratum those with the smallest keys.

use ledger::{Batch, HashFunction as _, Sm3};

use crate::list::RATIO_WHOLE;
use crate::random::Seed;
use crate::resolve::Resolved;

/// How many keys are made at once.
const TOGETHER: usize = 1024;

/// An object that is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Picked {
    pub key: u64,
    pub object: u32,
    pub stratum: usize,
}

/// How many of `n` a ratio draws: rounded up, so that a ratio above nothing draws at least one.
#[must_use]
pub fn drawn_of(n: usize, ratio: u32) -> usize {
    let all = u64::try_from(n).unwrap_or(u64::MAX);
    let drawn = all.saturating_mul(u64::from(ratio)).div_ceil(u64::from(RATIO_WHOLE));
    usize::try_from(drawn).unwrap_or(n).min(n)
}

/// Of some ids as many as asked, those with the smallest keys, in the order of the keys: as the objects of one stratum are drawn.
#[must_use]
pub fn chosen<'i>(ids: &[&'i str], count: usize, seed: Seed) -> Vec<&'i str> {
    let mut keyed: Vec<([u8; 8], &str)> = ids
        .iter()
        .filter_map(|id| {
            let mut text = Vec::new();
            seed.write_key(id, &mut text);
            Some((*Sm3::digest(&[&text]).0.first_chunk::<8>()?, *id))
        })
        .collect();
    keyed.sort_unstable();
    keyed.into_iter().take(count).map(|(_, id)| id).collect()
}

/// The objects drawn, in the order drawn.
pub fn select(resolved: &Resolved<'_>, seed: Seed) -> Vec<Picked> {
    let mut drawn = Vec::new();
    let mut batch = Batch::new();
    let mut keyed = Vec::new();
    let before = |a: &Picked, b: &Picked| {
        let ids = || resolved.objects.id(a.object).cmp(resolved.objects.id(b.object));
        a.key.cmp(&b.key).then_with(ids)
    };
    let mut from = 0_u32;
    for (stratum, own) in resolved.list.strata.iter().enumerate() {
        let until = from.saturating_add(u32::try_from(own.objects.len()).unwrap_or(u32::MAX));
        let eligible: Vec<u32> = (from..until).filter(|object| !resolved.is_excluded(*object)).collect();
        from = until;
        let count = drawn_of(eligible.len(), own.ratio);
        if count == 0 {
            continue;
        }
        keyed.clear();
        for some in eligible.chunks(TOGETHER) {
            for object in some {
                batch.add(|to| seed.write_key(resolved.objects.id(*object), to));
            }
            let keys = batch.digests().iter().filter_map(|digest| digest.0.first_chunk::<8>());
            let picked = keys.zip(some).map(|(key, object)| {
                let key = u64::from_be_bytes(*key);
                Picked { key, object: *object, stratum }
            });
            keyed.extend(picked);
        }
        if count < keyed.len() {
            keyed.select_nth_unstable_by(count, before);
        }
        drawn.extend(keyed.iter().take(count));
    }
    drawn.sort_unstable_by(before);
    drawn
}

#[cfg(test)]
mod tests {
    use super::drawn_of;

    #[test]
    fn ratios_round_up_and_never_draw_more_than_there_are() {
        let expected = [
            (0, 500, 0),
            (1, 1, 1),
            (100, 0, 0),
            (100, 500, 5),
            (101, 500, 6),
            (7, 10_000, 7),
            (10_000, 1, 1),
        ];
        for (n, ratio, drawn) in expected {
            assert_eq!(drawn_of(n, ratio), drawn, "{n} {ratio}");
        }
        assert_eq!(drawn_of(10_001, 1), 2);
        assert_eq!(drawn_of(5, u32::MAX), 5);
    }
}
