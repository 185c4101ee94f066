//! Shares of a whole: "其中……件，占……的…%", "……占比…%". (占比)

use crate::chars::is_han;
use crate::context::Context;
use crate::quantities::{Kind, Quantity};
use crate::relations::binding::{self, Pair};
use crate::relations::claims::{self, Claim};
use crate::relations::scene::{self, Scene};

/// Words before 占 that name nothing.
const IDLE: &[&str] = &[
    "其中", "该类", "此类", "这类", "上述", "两者", "两项", "合计", "共计", "总计", "数量", "数", "均", "共",
    "约", "分别", "的", "件", "类",
];

/// A share: what it is a share of, as far as its words say.
struct Share {
    /// The place of 占.
    at: usize,
    /// What stands before 占 in its clause after the last number.
    subject: String,
    /// What stands between 占 and the number.
    of: String,
}

/// Checks a share; `start` is where its words begin.
pub fn check(context: &mut Context, scene: &Scene, window: &[Quantity], printed: &Quantity, start: usize) {
    let Some(share) = read(context, printed, start) else { return };
    let respectively = context.chars.has_any(share.at.saturating_sub(2), printed.start, ["分别"])
        || window.last().is_some_and(|q| q.kind == Kind::Percent && printed.before == q.end);
    let part = if respectively { None } else { part(context, scene, printed, &share) };
    let Some(part) = part else {
        if share.subject.is_empty() || respectively {
            respective(context, window, printed);
        }
        return;
    };
    let greater = |q: &&Quantity| {
        q.family() == part.family()
            && q.start != part.start
            && q.start < printed.start
            && !part.value.exceeds(q.value)
    };
    let named: Vec<&Quantity> = named_wholes(context, scene, &share).into_iter().filter(greater).collect();
    let plain: Vec<&Quantity> = scene
        .within(printed, 1)
        .into_iter()
        .filter(greater)
        .filter(|q| !is_sibling(context, window, q))
        .collect();
    let pairs: Vec<Pair> = named
        .iter()
        .rev()
        .map(|whole| Pair::of(part, whole, true))
        .chain(plain.iter().rev().map(|whole| Pair::of(part, whole, false)))
        .collect();
    if binding::settle(context, &pairs, printed, "占比")
        || context.chars.has_any(share.at.saturating_sub(12).max(printed.before), share.at, ["率"])
    {
        return;
    }
    let whole = sure_whole(context, &share, &named, &plain, part, printed);
    if let Some(whole) = whole {
        let others: Vec<Pair> = pairs.iter().filter(|p| !p.wholes.is_empty()).cloned().collect();
        binding::mismatch(context, &others, &Pair::of(part, whole, true), printed, "占比");
    }
}

fn read(context: &Context, printed: &Quantity, start: usize) -> Option<Share> {
    let at = context.chars.rfind(start.min(printed.start), printed.start, "占")?;
    let strip = |words: String| IDLE.iter().fold(words, |left, word| left.replace(word, ""));
    let han = |words: String| words.chars().filter(|c| is_han(*c)).collect::<String>();
    let subject = han(strip(context.chars.text(printed.before.max(at.saturating_sub(24)), at)));
    let of = han(context.chars.text(at + 1, printed.start));
    let of =
        of.trim_start_matches('比').trim_end_matches(['的', '约', '达', '为', '至', '到', '比']).to_owned();
    Some(Share { at, subject, of })
}

/// The number that is the share: the one that the subject names, else the one right before.
fn part<'a>(context: &Context, scene: &Scene<'a>, printed: &Quantity, share: &Share) -> Option<&'a Quantity> {
    let before: Vec<&Quantity> =
        scene.within(printed, 1).into_iter().filter(|q| q.start < printed.start).collect();
    let last = before.last().filter(|q| printed.clause - q.clause <= 1).copied();
    if share.subject.chars().count() < 2 {
        return last.filter(|q| q.sentence == printed.sentence);
    }
    let named = |q: &&&Quantity| {
        let (start, end) = context.label(q);
        scene::names(&context.chars.text(start, end), &share.subject)
    };
    before.iter().rev().find(named).copied()
}

/// The numbers that what stands after 占 names.
fn named_wholes<'a>(context: &Context, scene: &Scene<'a>, share: &Share) -> Vec<&'a Quantity> {
    let name = scene::bare_whole(&share.of);
    let fits = |q: &&&Quantity| scene::names(&scene::around(context, q), &name);
    scene.counts.iter().filter(fits).copied().collect()
}

/// A number with a share of its own is a sibling, not the whole.
fn is_sibling(context: &Context, window: &[Quantity], quantity: &Quantity) -> bool {
    let next = window.iter().find(|n| n.start > quantity.start);
    next.is_some_and(|n| {
        let named = match claims::claim(context, n) {
            Some(Claim::Rate { start, end }) => context.chars.text(start, end).ends_with("占比"),
            Some(Claim::Share { .. }) => true,
            None => false,
        };
        n.kind == Kind::Percent && n.clause - quantity.clause <= 1 && named
    })
}

/// The whole that the share surely is of, so that a difference is a mistake.
fn sure_whole<'q>(
    context: &Context,
    share: &Share,
    named: &[&'q Quantity],
    plain: &[&'q Quantity],
    part: &Quantity,
    printed: &Quantity,
) -> Option<&'q Quantity> {
    if printed.clause.saturating_sub(part.clause) > 1 {
        return None;
    }
    if let Some(first) = named.first() {
        let one = named.iter().all(|q| q.value.equals(first.value));
        let near = named.iter().rev().find(|q| printed.sentence - q.sentence <= 5).copied();
        return near.filter(|_| one);
    }
    if !scene::bare_whole(&share.of).is_empty() || plain.len() > 3 {
        return None;
    }
    let alone = |whole: &&&Quantity| {
        let next =
            whole.sentence == part.sentence && part.clause - whole.clause <= 1 && whole.start < part.start;
        plain.len() == 1 && next && whole.unit == part.unit && share.of.is_empty() && share.subject.is_empty()
    };
    plain.iter().find(|whole| is_whole_of(context, whole, part) || alone(whole)).copied()
}

/// Whether the words say that one number is the whole of another: 其中 or a bracket between them, 中 after it, a total.
fn is_whole_of(context: &Context, whole: &Quantity, part: &Quantity) -> bool {
    if whole.sentence != part.sentence {
        return false;
    }
    let between =
        context.chars.text(whole.end.max(part.start.saturating_sub(400)), part.start.max(whole.end));
    between.contains("其中")
        || between.contains("中,")
        || between.contains('(')
        || context.labelled(whole, ["共", "总"])
}

/// "甲3件、乙5件，分别占30%和50%": the nth share belongs to the nth number.
fn respective(context: &mut Context, window: &[Quantity], printed: &Quantity) {
    let shares = window.iter().rev().take_while(|q| q.kind == Kind::Percent).count();
    let counts: Vec<&Quantity> =
        window.iter().filter(|q| q.is_count() && q.is_exact() && printed.clause - q.clause <= 12).collect();
    let mut found = Vec::new();
    for place in 0..counts.len() {
        let Some(part) = counts.get(place).copied() else { continue };
        let aligned = counts.len() - place > shares.min(counts.len() - 1) || shares == 0;
        let wholes = counts.iter().filter(|q| q.start < part.start && q.family() == part.family());
        found.extend(wholes.filter(|_| aligned).map(|whole| Pair::of(part, whole, false)));
    }
    found.retain(|p| binding::gives(p, printed));
    binding::settle(context, &found, printed, "占比");
}
