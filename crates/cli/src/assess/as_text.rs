//! An assessment for people.

use assessment::{
    Bound, Compared, Criterion, DIGITS, Formula, Kind, Lift, Mark, Measured, Observation, Ranking, Ratio,
    Rule, Scheme, Scoring, Source, Span, Status, Step, Total,
};

use super::{Answer, Assessed};
use crate::output;

pub fn scheme(scheme: &Scheme) {
    head(scheme);
    for area in &scheme.areas {
        output::say(&format!("{}　{}　{}", area.id, area.name, worth(area.maximum, area.weight)));
        for group in &area.groups {
            output::say(&format!("  {}　{}　{}", group.id, group.name, worth(group.maximum, group.weight)));
            for one in &group.criteria {
                output::say(&format!(
                    "    {}　{}　{}　{}",
                    one.id,
                    one.name,
                    points_of(one),
                    measured(scheme, one)
                ));
            }
        }
    }
    for input in &scheme.inputs {
        output::say(&format!("自报量 {}：{}（{}）", input.id, input.name, input.unit));
    }
}

fn head(scheme: &Scheme) {
    let issued = if scheme.is_official { "正式方案" } else { "非正式方案" };
    output::say(&format!("{}（{}）　{issued}：{}", scheme.name, scheme.key(), scheme.source));
}

fn worth(maximum: Ratio, weight: Option<Ratio>) -> String {
    let points = format!("{}分", maximum.text(DIGITS));
    weight.map_or(points.clone(), |weight| format!("{points}　权重{}", weight.percent(2)))
}

fn points_of(one: &Criterion) -> String {
    match one.kind {
        Kind::Positive => worth(one.maximum, one.weight),
        Kind::Negative => format!("最多扣{}分", one.maximum.text(DIGITS)),
        Kind::Bonus => format!("最多加{}分", one.maximum.text(DIGITS)),
        Kind::Veto(assessment::VetoScope::Whole) => "否决：总分为0".to_owned(),
        Kind::Veto(assessment::VetoScope::Area) => "否决：本项一级指标为0".to_owned(),
    }
}

fn measured(scheme: &Scheme, one: &Criterion) -> String {
    let how = match &one.rule {
        Rule::Evidence => format!("凭证明：{}", one.evidence),
        Rule::Formula { formula, scoring, .. } => {
            format!("算式：{}，{}", formula.text, scoring_text(one.kind, scoring, is_share(scheme, formula)))
        }
    };
    let basis = one.basis.as_ref().map(|basis| format!("　{basis}")).unwrap_or_default();
    let unverified = if one.is_unverified { "　（未核实）" } else { "" };
    format!("{how}{basis}{unverified}")
}

/// How a value becomes points, in words.
fn scoring_text(kind: Kind, scoring: &Scoring, is_share: bool) -> String {
    let number = |value: Ratio| if is_share { value.percent(2) } else { value.text(4) };
    let count = |value: Ratio| value.text(4);
    let bound = |bound: Bound, shown: &dyn Fn(Ratio) -> String| match bound {
        Bound::AtLeast(least) => format!("{}及以上", shown(least)),
        Bound::AtMost(most) => format!("{}及以下", shown(most)),
    };
    let what = if kind == Kind::Negative { "扣" } else { "得" };
    match scoring {
        Scoring::Points => "得数就是分".to_owned(),
        Scoring::Each(points) => format!("每个{what}{}分", count(*points)),
        Scoring::Between { zero, full } => {
            format!("{}为0分，{}为满分，中间按比例", number(*zero), number(*full))
        }
        Scoring::Pass(limit) if kind.is_veto() => format!("{}否决", bound(*limit, &number)),
        Scoring::Pass(limit) => format!("{}{what}满分", bound(*limit, &number)),
        Scoring::Steps(steps) => {
            let one = |step: &Step| format!("{}{what}{}分", bound(step.bound, &number), count(step.points));
            steps.iter().map(one).collect::<Vec<_>>().join("，")
        }
    }
}

pub fn print(answer: &Answer<'_>) {
    head(answer.scheme);
    for (at, one) in answer.all.iter().enumerate() {
        output::say("");
        assessed(answer.scheme, one);
        if let Some(lifts) = answer.lifts.get(at) {
            lifted(answer.scheme, one, lifts);
        }
    }
    for (year, ranking) in &answer.rankings {
        ranked(answer, *year, ranking);
    }
    if !answer.compared.is_empty() {
        output::say("\n各年、各地比较：");
        for (observed, compared) in &answer.compared {
            comparison(observed, compared);
        }
    }
}

fn assessed(scheme: &Scheme, one: &Assessed) {
    let partial = if one.as_of.year() > one.year { "" } else { "（年度未满）" };
    output::say(&format!("{}　{}年{partial}　截至{}已登记的记录", one.name, one.year, one.as_of));
    total(&one.assessment.total);
    let mut marks = one.assessment.marks.iter();
    for (area, score) in scheme.areas.iter().zip(&one.assessment.total.areas) {
        let vetoed = if score.is_vetoed { "　已否决" } else { "" };
        let of = score.applicable.text(DIGITS);
        output::say(&format!("{}　{}　{}／{of}分{vetoed}", area.id, area.name, score.points.text()));
        let criteria = area.groups.iter().flat_map(|group| &group.criteria);
        for (criterion, mark) in criteria.zip(marks.by_ref()) {
            output::say(&format!("  {}", line(scheme, one, criterion, mark)));
        }
    }
}

fn total(total: &Total) {
    let bonus =
        if total.bonus.high.is_zero() { String::new() } else { format!("，加分{}", total.bonus.text()) };
    let deducted = if total.deducted.high.is_zero() {
        String::new()
    } else {
        format!("，扣分{}", total.deducted.text())
    };
    output::say(&format!(
        "总分：{}分（满分{}{bonus}{deducted}）",
        total.points.text(),
        total.full.text(DIGITS)
    ));
    if total.unproved > 0 {
        let message = format!("未证明{}项：未证明不算0分，也不算满分，总分因此是一个区间。", total.unproved);
        output::say(&message);
    }
    if total.applicable != total.full {
        let message = format!(
            "不适用的不计：适用的满分{}分，按满分{}分折算。",
            total.applicable.text(DIGITS),
            total.full.text(DIGITS)
        );
        output::say(&message);
    }
    if !total.unchecked.is_zero() {
        output::say(&format!("其中自评而未经核查的{}分。", total.unchecked.text(DIGITS)));
    }
    if !total.fired.is_empty() {
        output::say(&format!("否决：{}。", total.fired.join("、")));
    }
    if !total.open.is_empty() {
        let (open, floor) = (total.open.join("、"), total.floor.text(DIGITS));
        output::say(&format!("否决项没有核查：{open}；如果成立，总分最低为{floor}分。"));
    }
}

fn line(scheme: &Scheme, one: &Assessed, criterion: &Criterion, mark: &Mark) -> String {
    let sign = match mark.kind {
        Kind::Positive => "",
        Kind::Negative => "扣",
        Kind::Bonus => "加",
        Kind::Veto(_) => "否决：",
    };
    let points = match (mark.kind, mark.fired) {
        (Kind::Veto(_), Some(true)) => "成立".to_owned(),
        (Kind::Veto(_), Some(false)) => "不成立".to_owned(),
        (Kind::Veto(_), None) => "不知道".to_owned(),
        _ if mark.status == Status::NotApplicable => "—".to_owned(),
        _ => format!("{}／{}分", mark.points.text(), mark.maximum.text(DIGITS)),
    };
    let named = |id: &str| name_of(scheme, one, id);
    let mut notes = Vec::new();
    if let Some(value) = mark.value {
        notes.push(value_text(scheme, value, criterion));
    }
    notes.extend(mark.why.as_ref().map(|why| why.told(&named)));
    let differs = |score: &Ratio| mark.status != Status::SelfScored && *score != mark.points.low;
    if let Some(score) = mark.self_score.filter(|score| mark.status == Status::Unproved || differs(score)) {
        notes.push(format!("自评{}分", score.text(DIGITS)));
    }
    if let Some(score) =
        mark.computed.filter(|score| mark.status != Status::Computed && *score != mark.points.low)
    {
        notes.push(format!("按数据{}分", score.text(DIGITS)));
    }
    notes.extend(mark.reason.as_ref().map(|reason| format!("理由：{reason}")));
    if !mark.proof.is_empty() {
        notes.push(format!("证明：{}", mark.proof.join("；")));
    }
    let notes = if notes.is_empty() { String::new() } else { format!("：{}", notes.join("；")) };
    format!("{}　{}　{sign}{points}　{}{notes}", criterion.id, criterion.name, mark.status.label())
}

/// Whether the value of a formula is a share, which people read as a percentage.
fn is_share(scheme: &Scheme, formula: &Formula) -> bool {
    let is_percentage = |id: &str| scheme.inputs.iter().any(|input| input.id == id && input.unit == "%");
    let names = formula.names();
    formula.text.contains('/')
        || names.iter().any(|name| name.id.ends_with("_rate") || is_percentage(&name.id))
}

fn value_text(scheme: &Scheme, value: Ratio, criterion: &Criterion) -> String {
    match &criterion.rule {
        Rule::Formula { formula, .. } if is_share(scheme, formula) => value.percent(2),
        _ => value.text(4),
    }
}

fn name_of(scheme: &Scheme, one: &Assessed, id: &str) -> String {
    let input = scheme.inputs.iter().find(|input| input.id == id).map(|input| input.name.clone());
    let figure = || one.figures.iter().find(|line| line.id == id).map(|line| line.name.clone());
    input.or_else(figure).unwrap_or_else(|| id.to_owned())
}

fn lifted(scheme: &Scheme, one: &Assessed, lifts: &[Lift]) {
    output::say(&format!("{}　{}年　提升空间（按已证明的总分）：", one.name, one.year));
    for lift in lifts {
        let name = scheme.criterion(&lift.criterion).map_or("", |criterion| criterion.name.as_str());
        let gain = lift.gain.text(DIGITS);
        output::say(&format!("  +{gain}　{}　{} {name}", lift.way.label(), lift.criterion));
    }
    if lifts.is_empty() {
        output::say("  没有：各项都已是最好的。");
    }
}

fn ranked(answer: &Answer<'_>, year: i32, ranking: &Ranking) {
    output::say(&format!("\n{year}年名次（未证明的可能改变名次，名次因此也是区间）："));
    let own: Vec<&Assessed> = answer.all.iter().filter(|one| one.year == year).collect();
    for row in &ranking.rows {
        let place = if row.best == row.worst {
            row.best.to_string()
        } else {
            format!("{}～{}", row.best, row.worst)
        };
        let points = own.get(row.at).map(|one| one.assessment.total.points.text()).unwrap_or_default();
        output::say(&format!("  第{place}名　{}　{points}分", row.subject));
    }
    for one in &ranking.differences {
        let by = one.points.text(DIGITS);
        let told = if one.points.is_zero() {
            format!("{}和{}已证明的一样多，构成是：", one.upper, one.lower)
        } else {
            format!("{}比{}已证明的多{by}分，差在：", one.upper, one.lower)
        };
        output::say(&told);
        for row in &one.rows {
            let name =
                answer.scheme.criterion(&row.criterion).map_or("", |criterion| criterion.name.as_str());
            let open = if row.is_open { "（一方未证明）" } else { "" };
            output::say(&format!("  {}　{} {name}{open}", signed(row.points), row.criterion));
        }
        if !one.adjusted.is_zero() {
            output::say(&format!("  {}　封顶和否决", signed(one.adjusted)));
        }
        if one.rows.is_empty() {
            output::say("  没有差别。");
        }
    }
}

fn signed(points: Ratio) -> String {
    let plus = if points.is_negative() { "" } else { "+" };
    format!("{plus}{}", points.text(DIGITS))
}

fn comparison(observed: &[Observation], compared: &Compared) {
    let Some(first) = observed.first() else { return };
    let shown = |value: Span| match first.kind {
        Measured::Share if value.is_exact() => value.low.percent(2),
        Measured::Points => format!("{}分", value.text()),
        _ => format!("{}{}", value.text(), first.unit),
    };
    if compared.lines.is_empty() {
        return;
    }
    output::say(&format!("{}（{}）", first.name, first.definition));
    for line in &compared.lines {
        let over = line.denominator.map(|many| format!("　分母{}", many.text(2))).unwrap_or_default();
        let small = if line.is_small { "　数量少，易受偶然影响" } else { "" };
        let source = match line.source {
            Source::Platform => "",
            Source::AuditedReport => "　据报告，已核算",
            Source::Stated => "　自报",
        };
        output::say(&format!("  {}　{}年　{}{over}{small}{source}", line.who, line.year, shown(line.value)));
    }
    for step in &compared.steps {
        let unit = match first.kind {
            Measured::Share => "个百分点",
            Measured::Points => "分",
            _ => first.unit.as_str(),
        };
        let hundred = if first.kind == Measured::Share { Ratio::whole(100) } else { Ratio::ONE };
        let scaled = |part: Ratio| part.times(hundred).unwrap_or(part);
        let change = Span { low: scaled(step.change.low), high: scaled(step.change.high) };
        let sure = if step.is_certain { "" } else { "（不能确定升降）" };
        output::say(&format!(
            "  {}　{}年比{}年：{}{unit}{sure}",
            step.who,
            step.to,
            step.from,
            change.text()
        ));
    }
    for (at, refusal) in &compared.refused {
        if let Some(one) = observed.get(*at) {
            output::say(&format!("  {}　{}年　不比较：{}", one.who, one.year, refusal.told()));
        }
    }
}
