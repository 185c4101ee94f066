//! Shares of a whole: "其中……件，占……的…%", "……占比…%". (占比)

use crate::chars::is_han;
use crate::context::Context;
use crate::finding::{RelationKind, Verdict};
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
    let part = said_again(context, printed).or(part);
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
    let named = plainest(context, named, &share);
    if let Some(whole) = own_name(context, &named, &share, printed)
        && !is_sibling(context, window, whole)
        && !binding::fits(&Pair::of(part, whole, true), printed)
        && context.apart(part, printed) <= 1
    {
        // The words name the whole: another number that happens to give the share does not excuse it.
        let others: Vec<Pair> = plain.iter().map(|whole| Pair::of(part, whole, false)).collect();
        binding::mismatch(context, &others, &Pair::of(part, whole, true), printed, "占比");
        return;
    }
    let pairs: Vec<Pair> = named
        .iter()
        .rev()
        .map(|whole| Pair::of(part, whole, true))
        .chain(plain.iter().rev().map(|whole| Pair::of(part, whole, false)))
        .collect();
    if together(context, scene, &share, printed) {
        return;
    }
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

/// "占总数1,250件的60%": the whole stands between 占 and the share.
pub fn stated_whole<'w>(
    context: &Context,
    window: &'w [Quantity],
    printed: &Quantity,
) -> Option<&'w Quantity> {
    let whole = window.last().filter(|q| q.clause == printed.clause && q.is_count() && q.is_exact())?;
    let joined =
        context.chars.text(whole.end, printed.start).ends_with('的') && printed.start - whole.end <= 8;
    let (start, end) = context.lead(whole, 16);
    (joined && context.chars.has_any(start, end, ["占", "完成", "达到", "相当于"])).then_some(whole)
}

/// Checks a share of a whole that is stated: the part is the nearest number before 占.
pub fn of(context: &mut Context, window: &[Quantity], printed: &Quantity, whole: &Quantity) {
    let fits = |q: &&Quantity| {
        q.start < whole.start
            && q.is_count()
            && q.is_exact()
            && q.family() == whole.family()
            && q.is_seen_from(printed)
            && whole.clause - q.clause <= 3
    };
    let counts: Vec<&Quantity> = window.iter().filter(fits).collect();
    let mut pairs: Vec<Pair> = counts.iter().rev().map(|part| Pair::of(part, whole, true)).collect();
    // A list right before 占 is added up.
    let listed = |parts: &[&Quantity]| {
        parts.windows(2).all(|w| matches!(w, [a, b] if a.unit == b.unit && context.apart(a, b) <= 1))
    };
    let runs =
        (2..=counts.len().min(6)).filter_map(|n| counts.get(counts.len() - n..)).filter(|run| listed(run));
    pairs.extend(runs.map(|run| Pair {
        parts: run.to_vec(),
        wholes: vec![whole],
        less: false,
        named: false,
    }));
    let several = context.chars.has_any(context.lead(whole, 16).0, whole.start, ["合计", "共占", "共计"]);
    if binding::settle(context, &pairs, printed, "占比") || several {
        return;
    }
    let share = context.chars.has_any(context.lead(whole, 16).0, whole.start, ["占", "完成"]);
    let near = pairs
        .first()
        .filter(|_| share)
        .filter(|p| p.parts.iter().all(|q| whole.clause - q.clause <= 1))
        .cloned();
    if let Some(first) = near {
        binding::mismatch(context, &[], &first, printed, "占比");
    }
}

/// "前三位是甲783件、乙579件、丙562件，占总数的77%": the numerator is the sum of a list. True when it is.
fn together(context: &mut Context, scene: &Scene, share: &Share, printed: &Quantity) -> bool {
    let own = scene.of_sentence(printed);
    let words = context.chars.text(printed.before.max(share.at.saturating_sub(8)), share.at);
    let said =
        ["合计", "共", "两项", "三项", "三类", "两类", "四类", "总计"].iter().any(|w| words.contains(w));
    let mut found = Vec::new();
    for length in 2..=own.len().min(6) {
        let parts = own.get(own.len() - length..).unwrap_or(&[]).to_vec();
        let Some(first) = parts.first().copied() else { continue };
        let listed =
            parts.windows(2).all(|w| matches!(w, [a, b] if a.unit == b.unit && context.apart(a, b) <= 1));
        if !listed {
            break;
        }
        let wholes = scene
            .within(printed, 2)
            .into_iter()
            .filter(|q| q.start < first.start && q.family() == first.family());
        found.extend(wholes.map(|whole| Pair { parts: parts.clone(), ..Pair::of(first, whole, false) }));
    }
    found.retain(|p| binding::gives(p, printed));
    binding::settle(context, &found, printed, "占比") || said
}

/// "劳动争议占60%，即480件": the number that says the share again.
fn said_again<'a>(context: &Context<'a>, printed: &Quantity) -> Option<&'a Quantity> {
    let at = context.quantities.partition_point(|q| q.start <= printed.start);
    let next = context.quantities.get(at).filter(|q| q.sentence == printed.sentence && q.is_count())?;
    let between = context.chars.text(printed.end, next.start);
    (matches!(between.trim_matches([',', '(', ' ']), "即" | "为" | "计" | "也就是")).then_some(next)
}

/// The number that is the share: the one that the subject names, else the one right before.
fn part<'a>(context: &Context, scene: &Scene<'a>, printed: &Quantity, share: &Share) -> Option<&'a Quantity> {
    let before: Vec<&Quantity> =
        scene.within(printed, 1).into_iter().filter(|q| q.start < printed.start).collect();
    let last = before.last().filter(|q| printed.clause - q.clause <= 1).copied();
    if share.subject.chars().count() < 2 {
        let alone = || {
            let own = before.iter().filter(|q| q.sentence == printed.sentence).copied().collect::<Vec<_>>();
            own.first().filter(|q| own.len() == 1 && context.apart(q, printed) <= 2).copied()
        };
        return last.filter(|q| q.sentence == printed.sentence).or_else(alone);
    }
    let named = |q: &&&Quantity| scene::names(&label(context, q), &share.subject);
    let alike = |q: &&Quantity| shared(&label(context, q), &share.subject) >= 2;
    let nested = || scene.nested.iter().rev().copied().find(alike);
    before
        .iter()
        .rev()
        .find(named)
        .copied()
        .or_else(|| last.filter(alike))
        .or_else(|| within(context, &before, share))
        .or_else(nested)
}

/// "裁决688件、调解366件，调解结案占30.6%": the subject holds the number's own words.
fn within<'a>(context: &Context, before: &[&'a Quantity], share: &Share) -> Option<&'a Quantity> {
    let core = |q: &Quantity| IDLE.iter().fold(label(context, q), |left, word| left.replace(word, ""));
    let held = |q: &&&Quantity| {
        let core: String = core(q).chars().filter(|c| is_han(*c)).collect();
        core.chars().count() >= 2 && share.subject.contains(&core)
    };
    before.iter().rev().find(held).copied()
}

fn label(context: &Context, quantity: &Quantity) -> String {
    let (start, end) = context.label(quantity);
    context.chars.text(start, end)
}

/// The length of the longest run of ideographs that two phrases share.
fn shared(words: &str, other: &str) -> usize {
    let chars: Vec<char> = words.chars().filter(|c| is_han(*c)).collect();
    (2..=chars.len().min(8))
        .rev()
        .find(|n| chars.windows(*n).any(|w| other.contains(&w.iter().collect::<String>())))
        .unwrap_or(0)
}

/// The numbers that what stands after 占 names.
fn named_wholes<'a>(context: &Context, scene: &Scene<'a>, share: &Share) -> Vec<&'a Quantity> {
    let name = scene::bare_whole(&share.of);
    let fits = |q: &&&Quantity| scene::names(&scene::around(context, q), &name);
    scene.counts.iter().filter(fits).copied().collect()
}

/// Of several numbers that the words name, those whose own words end with the name.
fn plainest<'a>(context: &Context, named: Vec<&'a Quantity>, share: &Share) -> Vec<&'a Quantity> {
    let differ = named.iter().any(|q| named.first().is_some_and(|f| !f.value.equals(q.value)));
    let name = scene::bare_whole(&share.of);
    let ends: Vec<&Quantity> = named.iter().filter(|q| context.chars.ends(q.start, &name)).copied().collect();
    if differ && !ends.is_empty() { ends } else { named }
}

/// The one number of the share's own sentence that its words name outright: 占办理总量的 and 办理9,860件.
fn own_name<'a>(
    context: &Context,
    named: &[&'a Quantity],
    share: &Share,
    printed: &Quantity,
) -> Option<&'a Quantity> {
    let name = scene::bare_whole(&share.of);
    let whole = match named {
        [one] => *one,
        _ => return None,
    };
    let total = ["总数", "总量", "总额"].iter().any(|w| share.of.contains(w));
    let outright = label(context, whole).contains(&name) && whole.sentence == printed.sentence;
    (total && outright).then_some(whole)
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
    if !scene::bare_whole(&share.of).is_empty() {
        return None;
    }
    if let Some(whole) = same_whole(context, plain, part, printed) {
        return Some(whole);
    }
    let own: Vec<&Quantity> = plain.iter().filter(|q| q.sentence == part.sentence).copied().collect();
    let plain = own.as_slice();
    if plain.len() > 3 {
        return None;
    }
    let alone = |whole: &&&Quantity| {
        let next =
            whole.sentence == part.sentence && part.clause - whole.clause <= 1 && whole.start < part.start;
        plain.len() == 1 && next && whole.unit == part.unit && share.of.is_empty() && share.subject.is_empty()
    };
    plain.iter().find(|whole| is_whole_of(context, whole, part) || alone(whole)).copied()
}

/// "甲2,041件，占受理总数的44.0%，乙863件，占18.6%": the whole of the share before, in the same sentence.
fn same_whole<'q>(
    context: &Context,
    plain: &[&'q Quantity],
    part: &Quantity,
    printed: &Quantity,
) -> Option<&'q Quantity> {
    let start = context.sentence(printed.sentence)?.start;
    let before = context.relations.iter().rev().take(16);
    let last = before
        .filter(|r| r.kind == RelationKind::Rate && r.start >= start && r.end <= part.start)
        .max_by_key(|r| r.start)?;
    let whole = last.with.get(1).filter(|_| last.verdict == Verdict::Agrees)?;
    plain.iter().find(|q| q.start == whole.0).copied()
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

/// "甲3件、乙5件，分别占30%和50%": the nth share belongs to the nth number. Where all but one agree, the one is wrong.
fn respective(context: &mut Context, window: &[Quantity], printed: &Quantity) {
    let before = window.iter().rev().take_while(|q| q.kind == Kind::Percent).count();
    let at = context.quantities.partition_point(|q| q.start <= printed.start);
    let follows = |q: &&Quantity| q.kind == Kind::Percent && q.sentence == printed.sentence;
    let after = context.quantities.get(at..).unwrap_or(&[]).iter().take(8).take_while(follows).count();
    let counts: Vec<&Quantity> =
        window.iter().filter(|q| q.is_count() && q.is_exact() && printed.clause - q.clause <= 12).collect();
    let shares = before + 1 + after;
    let Some(first) = counts.len().checked_sub(shares).filter(|_| shares >= 2) else {
        return loose(context, &counts, before, printed);
    };
    let all = context.quantities.get(at - 1 - before..at + after).unwrap_or(&[]);
    let parts = counts.get(first..).unwrap_or(&[]);
    let Some(part) = parts.get(before).copied() else { return };
    let wholes = counts.get(..first).unwrap_or(&[]).iter().rev().filter(|q| q.family() == part.family());
    for whole in wholes {
        let fits =
            all.iter().zip(parts).filter(|(share, part)| binding::gives(&Pair::of(part, whole, true), share));
        let good = fits.count();
        let pair = Pair::of(part, whole, true);
        if good == shares || good > 0 && binding::gives(&pair, printed) {
            binding::settle(context, &[pair], printed, "占比");
            return;
        }
        if good + 1 == shares {
            binding::mismatch(context, &[], &pair, printed, "占比");
            return;
        }
    }
    loose(context, &counts, before, printed);
}

/// Any pair that gives a share of several.
fn loose(context: &mut Context, counts: &[&Quantity], shares: usize, printed: &Quantity) {
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
