//! What can be wrong in a scheme, all at once.

use std::collections::BTreeMap;

use base::{Diagnostic, Place, closest};

use crate::score::Status;
use crate::total::{End, Span, TotalFault, sum};
use crate::{Bound, Criterion, DIGITS, Kind, Mark, Ratio, Rule, Scheme, Scoring, Step};

/// A figure that formulas may name. 可引用的指标
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownFigure {
    pub id: String,
    pub name: String,
}

/// Every mistake of a scheme.
#[must_use]
pub fn check(scheme: &Scheme, figures: &[KnownFigure]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    whole(scheme, &mut found);
    inputs(scheme, figures, &mut found);
    ids(scheme, &mut found);
    let areas: Vec<Child<'_>> =
        scheme.areas.iter().map(|area| Child::of(&area.id, area.maximum, area.weight, &area.place)).collect();
    siblings("方案的“full”", scheme.full, "一级指标", &areas, &scheme.place, &mut found);
    for area in &scheme.areas {
        let groups: Vec<Child<'_>> = area
            .groups
            .iter()
            .map(|group| Child::of(&group.id, group.maximum, group.weight, &group.place))
            .collect();
        siblings(
            &format!("一级指标 {}", area.id),
            area.maximum,
            "二级指标",
            &groups,
            &area.place,
            &mut found,
        );
        for group in &area.groups {
            let own = group.criteria.iter().filter(|one| one.kind == Kind::Positive);
            let own: Vec<Child<'_>> =
                own.map(|one| Child::of(&one.id, one.maximum, one.weight, &one.place)).collect();
            if group.criteria.is_empty() {
                say(
                    &mut found,
                    "empty",
                    format!("二级指标 {} 下没有三级指标", group.id),
                    &group.place,
                    "写上，或者删去这一级。",
                );
            }
            siblings(
                &format!("二级指标 {}", group.id),
                group.maximum,
                "三级指标",
                &own,
                &group.place,
                &mut found,
            );
        }
    }
    for (_, _, criterion) in scheme.criteria() {
        points(scheme, criterion, &mut found);
        rule(criterion, &mut found);
        names(scheme, criterion, figures, &mut found);
    }
    if found.is_empty() {
        computable(scheme, &mut found);
    }
    found.sort_by(|a, b| a.place.cmp(&b.place));
    found
}

fn say(found: &mut Vec<Diagnostic>, code: &'static str, message: String, place: &Place, help: &str) {
    found.push(Diagnostic::error(code, message).at(place.clone()).help(help));
}

fn whole(scheme: &Scheme, found: &mut Vec<Diagnostic>) {
    if let Some(last) = scheme.last_year.filter(|last| *last < scheme.first_year) {
        let message = format!("起始年份{}晚于终止年份{last}", scheme.first_year);
        say(found, "years_reversed", message, &scheme.place, "改正 years。");
    }
    if scheme.full <= Ratio::ZERO {
        say(found, "bad_maximum", "方案的满分应当大于0".to_owned(), &scheme.place, "改正 full。");
    }
    let caps = [("bonus_cap", Some(scheme.bonus_cap)), ("deduction_cap", scheme.deduction_cap)];
    for (key, _) in caps.into_iter().filter(|(_, cap)| cap.is_some_and(Ratio::is_negative)) {
        say(found, "bad_maximum", format!("“{key}”不能小于0"), &scheme.place, "写加分、扣分合计的上限。");
    }
    if scheme.areas.is_empty() {
        say(found, "empty", "方案没有一级指标".to_owned(), &scheme.place, "至少写一个 [[area]]。");
    }
    let bonus = scheme.criteria().find(|(_, _, one)| one.kind == Kind::Bonus);
    if let Some((_, _, one)) = bonus.filter(|_| scheme.bonus_cap.is_zero()) {
        let message = format!("有加分指标 {}，而加分上限为0", one.id);
        say(found, "bonus_without_cap", message, &one.place, "在方案开头写 bonus_cap。");
    }
}

fn inputs(scheme: &Scheme, figures: &[KnownFigure], found: &mut Vec<Diagnostic>) {
    for (at, input) in scheme.inputs.iter().enumerate() {
        if scheme.inputs.iter().take(at).any(|other| other.id == input.id) {
            let message = format!("自报量“{}”写了两次", input.id);
            say(found, "twice", message, &input.place, "删去一处。");
        }
        if let Some(figure) = figures.iter().find(|figure| figure.id == input.id) {
            let message = format!("自报量“{}”与平台的指标“{}”同名", input.id, figure.name);
            say(
                found,
                "input_is_figure",
                message,
                &input.place,
                "平台算得出的不自报；换一个标识，或者删去。",
            );
        }
    }
}

fn ids(scheme: &Scheme, found: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<&str, &Place> = BTreeMap::new();
    let groups =
        scheme.areas.iter().flat_map(|area| area.groups.iter().map(|one| (one.id.as_str(), &one.place)));
    let criteria = scheme.criteria().map(|(_, _, one)| (one.id.as_str(), &one.place));
    let areas = scheme.areas.iter().map(|area| (area.id.as_str(), &area.place));
    for (id, place) in areas.chain(groups).chain(criteria) {
        if let Some(first) = seen.get(id) {
            let message = format!("编号“{id}”与第{}行重复", first.line);
            say(found, "twice", message, place, "每个指标一个编号，三级之间也不重复。");
        } else {
            seen.insert(id, place);
        }
    }
}

/// One of several under the same parent.
struct Child<'s> {
    id: &'s str,
    maximum: Ratio,
    weight: Option<Ratio>,
    place: &'s Place,
}

impl<'s> Child<'s> {
    fn of(id: &'s str, maximum: Ratio, weight: Option<Ratio>, place: &'s Place) -> Self {
        Self { id, maximum, weight, place }
    }
}

/// Either all have weights that add up to one, or none has and their maxima add up to the parent's.
fn siblings(
    parent: &str,
    maximum: Ratio,
    what: &str,
    children: &[Child<'_>],
    place: &Place,
    found: &mut Vec<Diagnostic>,
) {
    let weighted = children.iter().filter(|child| child.weight.is_some()).count();
    if weighted > 0 && weighted < children.len() {
        let without = children.iter().find(|child| child.weight.is_none());
        let Some(child) = without else { return };
        let message = format!("{parent}下的{what}有的写了权重，{} 没有写", child.id);
        say(found, "weight_missing", message, child.place, "同一级要么都写权重，要么都不写。");
        return;
    }
    let add = |sum: Option<Ratio>, one: Option<Ratio>| sum?.plus(one?);
    if weighted > 0 {
        for child in children.iter().filter(|child| child.maximum <= Ratio::ZERO) {
            let message = format!("{what} {} 有权重，而满分为{}", child.id, child.maximum.text(DIGITS));
            say(found, "bad_maximum", message, child.place, "满分应当大于0。");
        }
        let sum = children.iter().map(|child| child.weight).fold(Some(Ratio::ZERO), add);
        if sum != Some(Ratio::ONE) {
            let told = sum.map_or_else(String::new, |sum| sum.percent(4));
            let message = format!("{parent}下的{what}权重合计为{told}，应当是100%");
            say(found, "weights_do_not_add_up", message, place, "逐项核对 weight。");
        }
        return;
    }
    let sum = children.iter().map(|child| Some(child.maximum)).fold(Some(Ratio::ZERO), add);
    if sum != Some(maximum) {
        let told = sum.map_or_else(String::new, |sum| sum.text(4));
        let message = format!("{parent}的满分是{}，下面的{what}合计{told}", maximum.text(4));
        say(found, "maximum_differs", message, place, "扣分、加分、否决不计入满分；改正一边，或者写权重。");
    }
}

/// Maxima and weights of a criterion, by its kind.
fn points(scheme: &Scheme, criterion: &Criterion, found: &mut Vec<Diagnostic>) {
    let id = &criterion.id;
    let mut say = |code, message: String, help: &str| say(found, code, message, &criterion.place, help);
    if criterion.kind.is_veto() {
        if !criterion.maximum.is_zero() {
            say("veto_with_points", format!("否决项 {id} 写了分值"), "否决项没有分，删去 maximum。");
        }
    } else if criterion.maximum <= Ratio::ZERO {
        say("bad_maximum", format!("指标 {id} 的满分应当大于0"), "扣分项写最多扣多少，也是正数。");
    } else if criterion.kind != Kind::Positive && criterion.maximum > scheme.full {
        say("bad_maximum", format!("指标 {id} 的分值超过方案的满分"), "核对 maximum。");
    }
    if criterion.maximum.rounded(DIGITS) != Some(criterion.maximum) {
        say("too_fine", format!("指标 {id} 的满分多于两位小数"), "分数最多写两位小数。");
    }
    if criterion.weight.is_some() && criterion.kind != Kind::Positive {
        let message = format!("{}指标 {id} 写了权重", criterion.kind.label());
        say("weight_of_no_share", message, "只有得分指标分权重；扣分、加分直接计入总分。");
    }
    if criterion.weight.is_some_and(|weight| weight <= Ratio::ZERO) {
        say("bad_weight", format!("指标 {id} 的权重应当大于0"), "不算分的指标删去。");
    }
    if criterion.evidence.trim().is_empty() && criterion.rule == Rule::Evidence {
        say(
            "no_evidence",
            format!("指标 {id} 没有算式，也没有写以什么证明"),
            "写 evidence，或者写 formula。",
        );
    }
}

fn rule(criterion: &Criterion, found: &mut Vec<Diagnostic>) {
    let Rule::Formula { scoring, .. } = &criterion.rule else { return };
    let id = &criterion.id;
    if criterion.kind.is_veto() && !matches!(scoring, Scoring::Pass(_)) {
        let message = format!("否决项 {id} 的算式应当用 pass 写明何时否决");
        say(found, "veto_with_points", message, &criterion.place, "如 pass = { at_least = \"1\" }。");
        return;
    }
    match scoring {
        Scoring::Between { zero, full } if zero == full => {
            let message = format!("指标 {id} 的 between 两端相同");
            say(found, "empty_scale", message, &criterion.place, "两端相同时写 pass。");
        }
        Scoring::Each(points) if *points <= Ratio::ZERO => {
            let message = format!("指标 {id} 的 each 应当大于0");
            say(found, "bad_step", message, &criterion.place, "扣分项也写正数。");
        }
        Scoring::Steps(all) => steps(criterion, all, found),
        _ => {}
    }
}

/// Steps go one way, each can be reached, and none gives more than the maximum or more than the one before it.
fn steps(criterion: &Criterion, all: &[Step], found: &mut Vec<Diagnostic>) {
    let id = &criterion.id;
    if all.is_empty() {
        say(found, "bad_step", format!("指标 {id} 的 steps 是空的"), &criterion.place, "至少写一档。");
    }
    for step in all.iter().filter(|step| step.points.is_negative() || step.points > criterion.maximum) {
        let message =
            format!("指标 {id} 的一档给{}分，不在0至{}之间", step.points.text(4), criterion.maximum.text(4));
        say(found, "bad_step", message, &criterion.place, "核对 steps 里的 points。");
    }
    for (before, after) in all.iter().zip(all.iter().skip(1)) {
        let is_reached = match (before.bound, after.bound) {
            (Bound::AtLeast(a), Bound::AtLeast(b)) => b < a,
            (Bound::AtMost(a), Bound::AtMost(b)) => b > a,
            _ => false,
        };
        if !is_reached || after.points >= before.points {
            let message = format!(
                "指标 {id} 的第{}档“{}”永远轮不到，或者分不比前一档少",
                all.iter().position(|one| one == after).map_or(0, |at| at + 1),
                after.bound.limit().text(4)
            );
            say(
                found,
                "bad_step",
                message,
                &criterion.place,
                "各档同用 at_least 或者 at_most，从分高的写起。",
            );
        }
    }
}

/// The names of a formula are figures or inputs that there are.
fn names(scheme: &Scheme, criterion: &Criterion, figures: &[KnownFigure], found: &mut Vec<Diagnostic>) {
    let Rule::Formula { formula, needs, .. } = &criterion.rule else { return };
    let named = formula.names().into_iter().map(|name| (&name.id, name.is_previous));
    for (id, is_previous) in named.chain(needs.iter().map(|id| (id, false))) {
        let is_input = scheme.inputs.iter().any(|input| input.id == *id);
        if is_input && is_previous {
            let message = format!("指标 {} 的算式用了自报量“{id}”的上年数", criterion.id);
            say(found, "previous_input", message, &criterion.place, "自报量只有本年的；另设一个自报量。");
        }
        if is_input || figures.iter().any(|figure| figure.id == *id) {
            continue;
        }
        let inputs = scheme.inputs.iter().map(|one| one.id.as_str());
        let help = closest(id, figures.iter().map(|one| one.id.as_str()).chain(inputs)).map_or_else(
            || "用 yifa figures 查看平台的指标；平台没有的写成 [[input]] 自报量。".to_owned(),
            |near| format!("是不是想写“{near}”？"),
        );
        let message = format!("指标 {} 的算式里没有“{id}”这个指标或者自报量", criterion.id);
        say(found, "unknown_figure", message, &criterion.place, &help);
    }
}

/// A scheme whose denominators have no common multiple that can be held gives no total.
fn computable(scheme: &Scheme, found: &mut Vec<Diagnostic>) {
    let hundredth = Ratio::new(1, 100).unwrap_or(Ratio::ONE);
    let mark = |one: &Criterion| Mark {
        criterion: one.id.clone(),
        kind: one.kind,
        maximum: one.maximum,
        status: Status::Final,
        why: None,
        points: Span { low: hundredth.min(one.maximum), high: one.maximum },
        fired: Some(false),
        value: None,
        computed: None,
        self_score: None,
        proof: Vec::new(),
        reason: None,
    };
    let marks: Vec<Mark> = scheme.criteria().map(|(_, _, one)| mark(one)).collect();
    for end in [End::Low, End::High] {
        match sum(scheme, &marks, end, false) {
            Err(TotalFault::TooLarge) => {
                let fault = TotalFault::TooLarge.told().to_owned();
                say(found, "too_fine", fault, &scheme.place, "把分值和权重取整。");
                return;
            }
            Err(TotalFault::NothingApplicable) => {
                say(
                    found,
                    "empty",
                    "方案没有得分指标".to_owned(),
                    &scheme.place,
                    "至少写一个 kind = \"positive\" 的指标。",
                );
                return;
            }
            Ok(_) => {}
        }
    }
}
