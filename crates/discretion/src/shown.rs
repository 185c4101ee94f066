//! Tables, decisions, deviations and comparisons in words.

use std::fmt::Write as _;

use crate::book::Decision;
use crate::decide::{ItemDecision, Judged, Outcome, TableDecision, Truth};
use crate::deviation::{Degree, Deviation, in_fen, shown_span};
use crate::facts::Facts;
use crate::like::{Comparison, ENOUGH};
use crate::model::{All, Edition, Item, Penalty, PenaltyKind, Range, Step, Table};
use crate::unit::yuan;
use crate::write::range;

/// Where an edition comes from, with what is to be said of it.
#[must_use]
pub fn edition(edition: &Edition) -> String {
    let until = edition.until.map_or_else(|| "起".to_owned(), |until| format!("至{until}"));
    let mut out = format!("{}{}，{}{until}", edition.organ, edition.document, edition.from);
    if edition.example {
        out.push_str("，示例，不是正式公布的基准");
    }
    if edition.unverified {
        out.push_str("，未核实");
    }
    out
}

/// A penalty in words.
#[must_use]
pub fn penalty(penalty: &Penalty) -> String {
    let may = if penalty.may { "可以" } else { "" };
    let name = match penalty.kind {
        PenaltyKind::Other | PenaltyKind::Correction => return penalty.text.clone(),
        kind => kind.label(),
    };
    match &penalty.range {
        Some(Range::Time { .. }) | None => {
            format!("{may}{}", if penalty.range.is_some() { &penalty.text } else { name })
        }
        Some(own) => format!("{may}{name}{}", range(own)),
    }
}

#[must_use]
pub fn penalties(step: &Step) -> String {
    if step.penalties.is_empty() {
        return "不予处罚".to_owned();
    }
    step.penalties.iter().map(penalty).collect::<Vec<_>>().join("，")
}

/// A whole table.
#[must_use]
pub fn table(table: &Table) -> String {
    let mut out = format!("{}　{}\n", table.id, table.act);
    let _ = writeln!(out, "  {}", edition(&table.edition));
    if !table.violates.is_empty() {
        let _ = writeln!(out, "  违反：{}", table.violates.join("；"));
    }
    let _ = writeln!(out, "  依据：{}", table.basis.join("；"));
    if let Some(frame) = &table.frame {
        let _ = writeln!(out, "  法定幅度：{}", range(frame));
    }
    for step in &table.steps {
        let texts = if step.otherwise { "其他情形".to_owned() } else { alternatives(&step.when) };
        let _ = writeln!(out, "  {}（{}）：{texts}\n    {}", step.name, step.level.label(), penalties(step));
    }
    out.trim_end().to_owned()
}

/// An item of the lists.
#[must_use]
pub fn item(item: &Item) -> String {
    let lists: Vec<&str> = item.lists.iter().map(|list| list.label()).collect();
    let must = if item.must { "应当" } else { "可以" };
    let act = item.act.as_deref().unwrap_or("各种违法行为");
    let mut out = format!("{}　{must}{}：{}\n", item.id, lists.join("或者"), item.title);
    let _ = writeln!(out, "  {act}；{}", item.basis.join("；"));
    if !item.edition.organ.is_empty() {
        let _ = writeln!(out, "  {}", edition(&item.edition));
    }
    let _ = writeln!(out, "  条件：{}", alternatives(&item.when));
    if !item.unless.is_empty() {
        let _ = writeln!(out, "  不适用：{}", alternatives(&item.unless));
    }
    if !item.measure.is_empty() {
        let _ = writeln!(out, "  配套：{}", item.measure);
    }
    out.trim_end().to_owned()
}

fn alternatives(when: &[All]) -> String {
    let one = |all: &All| all.iter().map(|condition| condition.text.as_str()).collect::<Vec<_>>().join("；");
    when.iter().map(one).collect::<Vec<_>>().join("｜或者　")
}

/// What a decision says and why.
#[must_use]
pub fn decision(decision: &Decision<'_>, facts: &Facts) -> String {
    let mut out = String::new();
    match &decision.table {
        Some(table) => of_table(&mut out, table, facts),
        None => out.push_str("这一违法行为没有裁量权基准，只看清单。\n"),
    }
    let (applies, rest): (Vec<_>, Vec<_>) = decision.items.iter().partition(|one| one.truth == Truth::Met);
    if !applies.is_empty() {
        out.push_str("清单条目：\n");
        applies.iter().for_each(|one| applied(&mut out, one));
    }
    let open: Vec<_> = rest.into_iter().filter(|one| one.truth == Truth::Unknown).collect();
    if !open.is_empty() {
        out.push_str("还不知道是否适用：\n");
        for one in open {
            let _ = writeln!(out, "  {}：还要查明{}", item_name(one), one.missing().join("、"));
        }
    }
    out.trim_end().to_owned()
}

fn of_table(out: &mut String, table: &TableDecision<'_>, facts: &Facts) {
    let _ = writeln!(out, "{}（{}）", table.table.act, edition(&table.table.edition));
    let name = |at: &usize| table.table.steps.get(*at).map_or("", |step| step.name.as_str());
    match (&table.outcome, table.step()) {
        (Outcome::Step(_), Some(step)) => {
            let _ = writeln!(out, "阶次：{}（{}）\n  {}", step.name, step.level.label(), penalties(step));
            for penalty in &step.penalties {
                if let Some(own @ Range::Multiple { .. }) = &penalty.range {
                    let _ = match in_fen(own, facts) {
                        Ok(span) => writeln!(out, "  按本案数额：{}", shown_span(span)),
                        Err(why) => writeln!(out, "  {}", why.message),
                    };
                }
            }
        }
        (Outcome::Open(possible), _) => {
            let names: Vec<&str> = possible.iter().map(name).collect();
            let _ =
                writeln!(out, "阶次未定：可能是{}；还要查明{}", names.join("、"), table.missing().join("、"));
        }
        (Outcome::Several(all), _) => {
            let names: Vec<&str> = all.iter().map(name).collect();
            let _ = writeln!(out, "事实同时落在{}：基准有重叠，请制定机关改正", names.join("、"));
        }
        _ => out.push_str("事实不落在任何阶次：基准有空档，请制定机关补上\n"),
    }
    for (step, judged) in table.table.steps.iter().zip(&table.steps) {
        let _ = writeln!(out, "  {}　{}", judged.truth.label(), step.name);
        if step.otherwise {
            let _ = writeln!(out, "    {}　不属于其他阶次", judged.truth.label());
        }
        conditions(out, judged);
    }
}

fn conditions(out: &mut String, judged: &Judged<'_>) {
    for (at, (_, all)) in judged.alternatives.iter().enumerate() {
        if at > 0 {
            out.push_str("    或者\n");
        }
        for seen in all {
            let value = seen.value.map_or_else(|| "不知道".to_owned(), |value| seen.field.value(value));
            let _ = writeln!(out, "    {}　{}（本案：{value}）", seen.truth.label(), seen.condition.text);
        }
    }
}

fn item_name(one: &ItemDecision<'_>) -> String {
    let lists: Vec<&str> = one.item.lists.iter().map(|list| list.label()).collect();
    let must = if one.item.must { "应当" } else { "可以" };
    format!("{must}{}：{}（{}）", lists.join("或者"), one.item.title, one.item.basis.join("；"))
}

fn applied(out: &mut String, one: &ItemDecision<'_>) {
    let _ = writeln!(out, "  {}", item_name(one));
    conditions(out, &one.when);
    if !one.item.measure.is_empty() {
        let _ = writeln!(out, "    配套：{}", one.item.measure);
    }
}

/// Deviations, one a paragraph.
#[must_use]
pub fn deviation(one: &Deviation) -> String {
    let name = match one.degree {
        Degree::Untold => "无法核对",
        Degree::OutsideStep => "超出阶次",
        Degree::OutsideLaw => "不合法",
    };
    let article = one.article.as_ref().map_or(String::new(), |article| format!("\n  依据：{article}"));
    format!("{name}：{}{article}\n  怎么办：{}", one.message, one.help)
}

/// Where a fine lies among like cases.
#[must_use]
pub fn comparison(one: &Comparison, fine_fen: i64) -> String {
    let mut out = format!(
        "类案：同一违法行为、同一阶次{}件，罚款{}至{}，下四分位{}，中位数{}，上四分位{}",
        one.cases,
        yuan(one.least_fen),
        yuan(one.most_fen),
        yuan(one.lower_quartile_fen),
        yuan(one.median_fen),
        yuan(one.upper_quartile_fen)
    );
    let _ = write!(
        out,
        "\n  {}：比它低的{}件，相同的{}件，比它高的{}件",
        yuan(fine_fen),
        one.below,
        one.equal,
        one.above
    );
    if one.unusual {
        out.push_str("\n  明显偏离类案（超出四分位距的一倍半），请说明理由");
    } else if one.cases < ENOUGH {
        let _ = write!(out, "\n  不足{ENOUGH}件，只供参考");
    }
    out
}
