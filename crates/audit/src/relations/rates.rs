//! Rates and their parts: which numbers around make the printed rate. (比率核算)

use crate::context::Context;
use crate::quantities::{Bound, Kind, Quantity};
use crate::relations::binding::{self, Pair};
use crate::relations::claims::{self, Claim, NARROW};
use crate::relations::scene::{self, Scene};
use crate::relations::{grim, proportions};
use crate::rule::RateRule;

/// So many sentences before a rate may hold its numbers.
const REACH: usize = 2;
/// Of the numbers before a rate without a named pair, so many are tried as its numerator.
const TRIED: usize = 8;

/// Words that make a rate a change.
const CHANGES: &[&str] = &[
    "精简", "压缩", "缩减", "下降", "增长", "减少", "压减", "提升", "降低", "缩短", "上升", "提速", "压降",
    "递增",
];

/// Checks every percentage of a sentence.
pub fn check(context: &mut Context, numbers: &[Quantity]) {
    for (index, quantity) in numbers.iter().enumerate() {
        if quantity.kind != Kind::Percent {
            continue;
        }
        claims::over_hundred(context, quantity);
        let tenths = quantity.unit == "成" && quantity.bound == Bound::About;
        if !quantity.is_exact() && !tenths {
            continue;
        }
        let window = numbers.get(index.saturating_sub(crate::context::WINDOW)..index).unwrap_or(&[]);
        if let Some(whole) = proportions::stated_whole(context, window, quantity) {
            proportions::of(context, window, quantity, whole);
            continue;
        }
        let scene = Scene::around(context, quantity);
        let claimed =
            claims::claim(context, quantity).or_else(|| claims::continued(context, window, quantity));
        match claimed {
            Some(Claim::Rate { start, end }) if context.chars.text(start, end).ends_with("占比") => {
                proportions::check(context, &scene, window, quantity, start);
            }
            Some(Claim::Rate { start, end }) => rate(context, &scene, quantity, start, end),
            Some(Claim::Share { start }) => proportions::check(context, &scene, window, quantity, start),
            None => {}
        }
    }
}

/// What is known of a rate by its name.
struct Known<'r> {
    name: String,
    rule: Option<&'r RateRule>,
    /// 不合格率, 未办结率: numerator and complement change places.
    turned: bool,
    /// The words of the numerator.
    stems: Vec<String>,
}

impl<'r> Known<'r> {
    fn of(context: &Context<'r>, name: String) -> Self {
        let rule = claims::rule_for(context, &name);
        let turned = rule.is_some_and(|r| is_turned(&name, r));
        let stems = match rule {
            Some(rule) if turned => rule.complement.clone(),
            Some(rule) => rule.numerator.clone(),
            None => stem(&name),
        };
        Self { name, rule, turned, stems }
    }

    /// Whether a number's words make it the numerator.
    fn marks(&self, context: &Context, quantity: &Quantity) -> bool {
        if self.rule.is_none() {
            let (start, end) = context.label(quantity);
            let words = context.chars.text(start, end);
            return self.stems.iter().any(|stem| scene::names(&words, stem));
        }
        // 应出庭 holds 出庭, and is the denominator.
        let due = |rule: &RateRule| {
            let longer = |b: &&String| self.stems.iter().any(|s| b.contains(s.as_str()) && b.len() > s.len());
            rule.base.iter().filter(longer).any(|b| context.labelled(quantity, [b.as_str()]))
        };
        if self.rule.is_some_and(due) {
            return false;
        }
        let stems = self.stems.iter().map(String::as_str);
        if self.turned {
            context.labelled(quantity, stems)
        } else {
            context.labelled_plainly(quantity, stems)
        }
    }

    /// Whether a number's words make it the opposite of the numerator.
    fn opposes(&self, context: &Context, quantity: &Quantity) -> bool {
        let Some(rule) = self.rule else { return false };
        if self.turned {
            return context.labelled_plainly(quantity, rule.numerator.iter().map(String::as_str));
        }
        context.labelled(quantity, rule.complement.iter().map(String::as_str))
    }

    /// Whether a number's words make it the denominator.
    fn is_base(&self, context: &Context, quantity: &Quantity) -> bool {
        let Some(rule) = self.rule else { return false };
        scene::says(context, quantity, rule.base.iter().chain(&rule.weak_base).map(String::as_str))
    }
}

/// Whether the name turns the rule's rate round: 不 or 未 stands right before it.
fn is_turned(name: &str, rule: &RateRule) -> bool {
    let known = rule.names.iter().filter(|n| name.ends_with(n.as_str())).max_by_key(|n| n.len());
    known.and_then(|k| name.strip_suffix(k.as_str())).is_some_and(|head| head.ends_with(['不', '未']))
}

/// The words that mark the numerator of a rate without a rule of its own: the characters before 率.
fn stem(name: &str) -> Vec<String> {
    let body = name.strip_suffix("满意度").or(name.strip_suffix('率')).unwrap_or(name);
    let last: String = body.chars().rev().take(2).collect::<Vec<_>>().into_iter().rev().collect();
    if last.chars().count() == 2 { vec![last] } else { Vec::new() }
}

fn rate(context: &mut Context, scene: &Scene, printed: &Quantity, start: usize, end: usize) {
    if context.chars.has_any(end, printed.start, ["分别", "超", "不"]) {
        return;
    }
    let known = Known::of(context, context.chars.text(start, end));
    // 精简率, 压缩率 are changes: they are checked as such.
    if known.rule.is_none() && known.stems.iter().any(|s| CHANGES.contains(&s.as_str())) {
        return;
    }
    let counts = nearest(context, scene, printed);
    let part = counts.iter().rev().find(|q| known.marks(context, q)).copied();
    let pairs = pairs(context, &known, &counts, part);
    let given = |pairs: &[Pair]| pairs.iter().any(|p| binding::gives(p, printed));
    if given(&pairs) && binding::settle(context, &pairs, printed, &known.name) {
        return;
    }
    let own = |p: &&Pair| p.named && p.all_of(printed.sentence);
    let settled = known.rule.is_some() && pairs.iter().any(|p| own(&p));
    // Where the sentence names both, numbers of other sentences do not excuse it.
    let mut wider = wider(context, &known, scene, printed, part);
    wider.retain(|p| !settled || p.all_of(printed.sentence));
    let crossed = crossed(context, &known, &counts, part);
    let both = of_both(context, scene, printed);
    let certain = pairs.iter().any(|p| p.named) && known.rule.is_some();
    let tried = if certain { Vec::new() } else { any(scene, printed) };
    let agreeing: Vec<Pair> = wider
        .into_iter()
        .chain(crossed)
        .chain(both)
        .chain(tried)
        .filter(|p| binding::gives(p, printed))
        .collect();
    if binding::settle(context, &agreeing, printed, &known.name)
        || binding::settle(context, &pairs, printed, &known.name)
        || printed.unit == "成"
    {
        return;
    }
    let sure = sure(context, &known, &pairs, printed, part);
    if let Some(first) = sure {
        binding::mismatch(context, &pairs, &first, printed, &known.name);
    } else if part.is_none()
        && !is_narrow(context, &known, part, printed)
        && !summed(context, &known, &counts)
    {
        let own = scene.of_sentence(printed);
        grim::check(context, &own, printed, &known.name, known.rule);
    }
}

/// The numbers that a rate is first made of: of its stretch of the sentence, of the sentence, of the sentence before
/// and the two after.
fn nearest<'a>(context: &Context, scene: &Scene<'a>, printed: &Quantity) -> Vec<&'a Quantity> {
    let bracket = scene.of_bracket(printed);
    if bracket.len() >= 2 {
        return bracket;
    }
    let own = scene.of_sentence(printed);
    let segment = context.segment_start(printed.clause);
    let near: Vec<&Quantity> = own.iter().filter(|q| q.clause >= segment).copied().collect();
    if near.len() >= 2 {
        return near;
    }
    if own.len() >= 2 {
        return own;
    }
    // What stands after a rate makes it only where nothing stands before it.
    let mut wide = scene.within(printed, 1);
    if !own.is_empty() {
        wide.retain(|q| q.start < printed.start);
    }
    wide
}

/// The pairs that the words offer, the likeliest first.
fn pairs<'q>(
    context: &Context,
    known: &Known,
    counts: &[&'q Quantity],
    part: Option<&'q Quantity>,
) -> Vec<Pair<'q>> {
    let is_base = |q: &Quantity| known.is_base(context, q) && !known.marks(context, q);
    let bases: Vec<&Quantity> = counts.iter().filter(|q| is_base(q)).copied().collect();
    let mut pairs = Vec::new();
    for parts in sums(context, known, counts) {
        let last = parts.iter().map(|q| q.start).min().unwrap_or(0);
        let fits = |q: &&&Quantity| q.start < last && parts.iter().all(|p| p.family() == q.family());
        let wholes = bases.iter().rev().chain(counts.iter().rev()).filter(fits);
        pairs.extend(wholes.map(|w| Pair {
            parts: parts.clone(),
            wholes: vec![*w],
            less: false,
            named: true,
        }));
    }
    if let Some(part) = part {
        let fits = |q: &Quantity| q.start != part.start && q.family() == part.family();
        pairs.extend(bases.iter().rev().filter(|q| fits(q)).map(|whole| Pair::of(part, whole, true)));
        let others = counts.iter().rev().filter(|q| fits(q) && !bases.iter().any(|b| b.start == q.start));
        pairs.extend(others.map(|whole| Pair::of(part, whole, false)));
    }
    pairs.extend(one_of_all(context, known, counts));
    if let Some(against) = counts.iter().rev().find(|q| known.opposes(context, q)) {
        let wholes =
            bases.iter().rev().filter(|q| q.start != against.start && q.family() == against.family());
        pairs.extend(wholes.map(|whole| Pair { less: true, ..Pair::of(against, whole, true) }));
    }
    pairs
}

/// "286个村中，271个配备了法律顾问，覆盖率": the two numbers of a sentence, the one said to be of the other.
fn one_of_all<'q>(context: &Context, known: &Known, counts: &[&'q Quantity]) -> Option<Pair<'q>> {
    let [whole, part] = counts else { return None };
    let between = context.chars.text(whole.end, part.start);
    // 其中重大隐患10596项，整改率…: without a word in common, the number may be what the rate is of.
    let words = scene::around(context, part);
    let alike = known.name.trim_end_matches('率').chars().any(|c| words.contains(c));
    let of = between.contains("中,") && !between.contains("其中,") || between.contains("其中") && alike;
    let fits =
        of && whole.unit == part.unit && whole.sentence == part.sentence && part.clause - whole.clause <= 2;
    (fits && !part.value.exceeds(whole.value)).then(|| Pair::of(part, whole, true))
}

/// The numbers whose words make the numerator together: 优秀 and 良好 for 优良率.
fn sums<'q>(context: &Context, known: &Known, counts: &[&'q Quantity]) -> Vec<Vec<&'q Quantity>> {
    let Some(rule) = known.rule.filter(|_| !known.turned) else { return Vec::new() };
    let find =
        |word: &String| counts.iter().rev().find(|q| context.labelled_plainly(q, [word.as_str()])).copied();
    let all = |words: &Vec<String>| words.iter().map(find).collect::<Option<Vec<_>>>();
    let apart = |parts: &Vec<&Quantity>| {
        parts.windows(2).all(|p| p.first().map(|q| q.start) != p.last().map(|q| q.start))
    };
    rule.sums.iter().filter_map(all).filter(apart).collect()
}

fn summed(context: &Context, known: &Known, counts: &[&Quantity]) -> bool {
    !sums(context, known, counts).is_empty()
}

/// Pairs with a denominator further away, or with several numbers that make it together.
fn wider<'q>(
    context: &Context,
    known: &Known,
    scene: &Scene<'q>,
    printed: &Quantity,
    part: Option<&'q Quantity>,
) -> Vec<Pair<'q>> {
    let mut found = Vec::new();
    let counts = scene.within(printed, REACH);
    let part = part.or_else(|| counts.iter().rev().find(|q| known.marks(context, q)).copied());
    found.extend(last_two(context, scene, printed));
    let Some(part) = part else { return found };
    let fits = |q: &&Quantity| q.start != part.start && q.family() == part.family();
    let others: Vec<&Quantity> = counts.into_iter().filter(fits).collect();
    found.extend(others.iter().rev().map(|whole| Pair::of(part, whole, false)));
    // "刑事300件、民事500件，审结780件": the denominator is the sum of the numbers before.
    let before: Vec<&Quantity> =
        others.iter().filter(|q| q.start < part.start && !q.is_coarse()).copied().collect();
    for from in 0..before.len().saturating_sub(1) {
        let wholes = before.get(from..).unwrap_or(&[]).to_vec();
        found.push(Pair { parts: vec![part], wholes, less: false, named: false });
    }
    found
}

/// Rates of which numerator or denominator is the sum of two numbers side by side: 批捕 and 不捕 for 不捕率, 按时 and
/// 超时 for 办结率; and, in a bracket, of all that stands in it. Only ever found to agree.
fn of_both<'q>(context: &Context, scene: &Scene<'q>, printed: &Quantity) -> Vec<Pair<'q>> {
    let own = scene.of_sentence(printed);
    let bracket = scene.of_bracket(printed);
    let mut found = Vec::new();
    for pair in own.windows(2).rev().take(4) {
        let [a, b] = pair else { continue };
        if a.unit != b.unit || context.apart(b, printed) > 3 {
            continue;
        }
        let both = vec![*a, *b];
        found.extend(both.iter().map(|part| Pair { wholes: both.clone(), ..Pair::of(part, part, false) }));
        let wholes = own.iter().filter(|q| q.start < a.start && q.unit == a.unit);
        found.extend(wholes.map(|whole| Pair { parts: both.clone(), ..Pair::of(a, whole, false) }));
        found.push(Pair { parts: both.clone(), wholes: both.clone(), less: false, named: false });
    }
    if bracket.len() >= 2 {
        let all =
            |parts: Vec<&'q Quantity>| Pair { parts, wholes: bracket.clone(), less: false, named: false };
        found.push(all(bracket.clone()));
        found.extend(bracket.iter().map(|part| all(vec![*part])));
    }
    found
}

/// The last two numbers right before the rate, whatever their words.
fn last_two<'q>(context: &Context, scene: &Scene<'q>, printed: &Quantity) -> Option<Pair<'q>> {
    let own = scene.of_sentence(printed);
    let [.., whole, last] = own.as_slice() else { return None };
    let fits =
        last.unit == whole.unit && context.apart(last, printed) <= 1 && !last.value.exceeds(whole.value);
    fits.then(|| Pair::of(last, whole, false))
}

/// Whether a number is exact enough that a quotient of it says something: at least five hundred of its last place.
fn is_fine(quantity: &Quantity) -> bool {
    let steps = quantity.place.times(crate::Decimal::integer(500));
    !quantity.is_coarse() || steps.is_some_and(|s| !s.exceeds(quantity.value))
}

/// Every two numbers near that may make the rate: only ever found to agree.
fn any<'q>(scene: &Scene<'q>, printed: &Quantity) -> Vec<Pair<'q>> {
    let mut counts: Vec<&Quantity> = scene.within(printed, 1);
    counts.retain(|q| is_fine(q));
    let parts = counts.iter().rev().take(TRIED);
    parts
        .flat_map(|part| {
            let fits = |q: &&&Quantity| {
                q.start != part.start && q.family() == part.family() && !part.value.exceeds(q.value)
            };
            counts.iter().rev().filter(fits).map(|whole| Pair::of(part, whole, false)).collect::<Vec<_>>()
        })
        .collect()
}

/// "线索860条，立案215起，立案率25%": named numbers in other measure words, only ever found to agree.
fn crossed<'q>(
    context: &Context,
    known: &Known,
    counts: &[&'q Quantity],
    part: Option<&'q Quantity>,
) -> Vec<Pair<'q>> {
    let Some(part) = part.filter(|_| known.rule.is_some()) else { return Vec::new() };
    let is_base = |q: &&&Quantity| known.is_base(context, q) && q.start != part.start && q.unit != part.unit;
    counts.iter().filter(is_base).map(|whole| Pair::of(part, whole, true)).collect()
}

fn is_narrow(context: &Context, known: &Known, part: Option<&Quantity>, printed: &Quantity) -> bool {
    // What the sentence is about narrows nothing: 诉前化解中心……诉前化解率.
    let start = context.sentence(printed.sentence).map_or(printed.start, |s| s.start);
    let name = printed.start.saturating_sub(known.name.chars().count() + 6).max(start);
    let said_before = |w: &str| context.chars.find(start, name, w).is_some();
    NARROW
        .iter()
        .filter(|w| known.name.contains(**w))
        .filter(|w| !said_before(w))
        .any(|w| part.is_none_or(|p| !context.labelled(p, [*w])))
}

/// The pair that surely is what the rate is made of, so that a difference is a mistake.
fn sure<'q>(
    context: &Context,
    known: &Known,
    pairs: &[Pair<'q>],
    printed: &Quantity,
    part: Option<&Quantity>,
) -> Option<Pair<'q>> {
    if is_narrow(context, known, part, printed) || known.rule.is_some_and(|r| r.can_pass || r.varies) {
        return None;
    }
    let near = |pair: &&Pair| {
        let last = pair.last();
        last.is_some_and(|q| {
            q.sentence == printed.sentence && (q.start > printed.start || context.apart(q, printed) <= 4)
        })
    };
    if known.rule.is_none() {
        let plain = |p: &&Pair| p.named || is_plain(context, p, pairs, printed);
        return pairs.iter().filter(near).find(plain).cloned();
    }
    let only = if pairs.len() == 1
        || pairs.iter().all(|p| {
            p.wholes.first().map(|q| q.start) == pairs.first().and_then(|f| f.wholes.first()).map(|q| q.start)
        }) {
        pairs.first()
    } else {
        None
    };
    // Of 100% with no base named, the base is often all that should have been, which nobody counts.
    let whole = printed.value.equals(crate::Decimal::integer(100));
    let nearest = || {
        let right_before = part.is_some_and(|p| {
            p.start < printed.start && context.apart(p, printed) <= 1 && p.sentence == printed.sentence
        });
        let fits = |p: &&Pair| {
            let whole = p.wholes.first();
            whole.is_some_and(|w| {
                part.is_some_and(|q| w.unit == q.unit && w.start < q.start && q.clause - w.clause <= 2)
            })
        };
        pairs.first().filter(|_| right_before && !whole).filter(fits)
    };
    let only = only.filter(|_| !whole);
    pairs.iter().find(|p| p.named).or(only).or_else(nearest).filter(near).cloned()
}

/// A rate that no rule describes: "发出46份，收到反馈44份，反馈率…". The numerator stands right before it, and there is
/// one number only that it can be of.
fn is_plain(context: &Context, pair: &Pair, pairs: &[Pair], printed: &Quantity) -> bool {
    let ([part], [whole]) = (pair.parts.as_slice(), pair.wholes.as_slice()) else { return false };
    let follows = printed.clause.saturating_sub(part.clause) <= 1 && whole.start < part.start;
    let alone = pairs.iter().filter(|p| p.wholes.iter().all(|w| w.unit == part.unit)).count() == 1;
    let among = context.chars.text(whole.end.max(part.start.saturating_sub(60)), part.start);
    let close = part.clause - whole.clause <= 2 && whole.unit == part.unit;
    follows
        && close
        && (alone || among.contains("其中") && part.clause - whole.clause <= 1)
        && !part.value.exceeds(whole.value)
}
