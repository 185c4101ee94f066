//! Shares of one whole that pass a hundred together: 分别占…%、…%、…%. (占比之和)

use crate::context::{Context, Words};
use crate::decimal::Decimal;
use crate::finding::{RelationKind, Verdict};
use crate::quantities::{Kind, Quantity};

/// Checks runs of at least three shares.
pub fn check(context: &mut Context, numbers: &[Quantity]) {
    let mut run: Vec<&Quantity> = Vec::new();
    for quantity in numbers {
        if quantity.kind == Kind::Percent && quantity.is_exact() && is_sum(context, quantity) {
            together(context, &run, quantity);
            run.clear();
            continue;
        }
        let continues = run.last().is_none_or(|last| quantity.clause - last.clause <= 2);
        if quantity.kind == Kind::Percent
            && quantity.is_exact()
            && continues
            && is_share(context, quantity, &run)
        {
            run.push(quantity);
            continue;
        }
        if quantity.kind == Kind::Percent || !continues {
            judge(context, &std::mem::take(&mut run));
        }
    }
    judge(context, &run);
}

/// "三类合计占73.4%".
fn is_sum(context: &Context, quantity: &Quantity) -> bool {
    let (start, end) = context.lead(quantity, 10);
    context.chars.has_any(start, end, ["占"])
        && context.chars.has_any(start, end, ["合计", "共占", "共计", "总计", "累计占"])
}

/// The shares before a sum of shares make it.
fn together(context: &mut Context, run: &[&Quantity], sum: &Quantity) {
    let add = |shares: &[&Quantity]| shares.iter().try_fold(Decimal::integer(0), |t, q| t.plus(q.value));
    let shown =
        |shares: &[&Quantity]| shares.iter().map(|q| context.figure(q)).collect::<Vec<_>>().join("＋");
    let fits = (0..run.len().saturating_sub(1))
        .find(|from| run.get(*from..).and_then(&add).is_some_and(|total| total.equals(sum.value)));
    if let Some(from) = fits {
        let shares = run.get(from..).unwrap_or(&[]);
        let computation = format!("{}＝{}%", shown(shares), sum.value);
        context.relate(RelationKind::Parts, Verdict::Agrees, sum, shares, computation);
        return;
    }
    let Some(total) = add(run).filter(|_| run.len() >= 2) else { return };
    let reach = run.iter().try_fold(sum.place, |t, q| t.plus(q.place));
    let gap = if total.exceeds(sum.value) { total.minus(sum.value) } else { sum.value.minus(total) };
    if gap.zip(reach).is_some_and(|(gap, reach)| gap.exceeds(reach)) {
        let computation = format!("{}＝{total}%，合计写作{}%", shown(run), sum.value);
        context.relate(RelationKind::Parts, Verdict::Differs, sum, run, computation.clone());
        let words =
            Words::new(format!("各项占比相加为{total}%，与合计的{}%不符", sum.value)).computed(computation);
        context.report("parts_sum", sum.start, sum.end, words.help("核对各项占比和合计"));
    }
}

fn is_share(context: &Context, quantity: &Quantity, run: &[&Quantity]) -> bool {
    let (start, end) = context.lead(quantity, 12);
    let clause = context.text.clauses.get(quantity.clause).map_or(start, |c| c.start);
    let own = context.chars.has_any(start, end, ["占"])
        && !context.chars.has_any(start, end, ["率"])
        && !context.chars.has_any(run.last().map_or(clause, |q| q.end).min(clause), end, ["其中"]);
    own || (!run.is_empty() && end - quantity.before <= 1)
}

/// Shares of answers to several questions: each is of all who were asked.
fn are_answers(context: &Context, first: &Quantity, last: &Quantity) -> bool {
    let start = context.sentence(first.sentence).map_or(first.start, |s| s.start);
    let from = start.max(first.start.saturating_sub(60));
    let asked = ["认为", "表示", "满意", "受访", "觉得", "知晓", "问卷", "多选", "可重复", "交叉"];
    context.chars.has_any(from, last.end, asked)
}

fn judge(context: &mut Context, run: &[&Quantity]) {
    let (Some(first), Some(last)) = (run.first(), run.last()) else { return };
    let Some(total) = run.iter().try_fold(Decimal::integer(0), |t, q| t.plus(q.value)) else { return };
    let figures: Vec<String> = run.iter().map(|q| context.figure(q)).collect();
    let computation = format!("{}＝{total}%", figures.join("＋"));
    let places = run
        .iter()
        .filter_map(|q| q.place.times(Decimal::integer(1)))
        .try_fold(Decimal::integer(100), Decimal::plus);
    let over = places.is_some_and(|limit| total.exceeds(limit));
    // A share already found wrong explains the sum.
    let explained = context
        .findings
        .iter()
        .rev()
        .take(8)
        .any(|f| f.rule == "rate_mismatch" && run.iter().any(|q| q.start == f.start));
    if run.len() < 3 || explained || are_answers(context, first, last) {
        return;
    }
    if !over {
        if total.equals(Decimal::integer(100)) {
            context.relate(RelationKind::Parts, Verdict::Agrees, last, run, computation);
        }
        return;
    }
    context.relate(RelationKind::Parts, Verdict::Differs, last, run, computation.clone());
    context.report(
        "shares_sum",
        first.start,
        last.end,
        Words::new(format!("各项占比相加为{total}%，超过了100%"))
            .computed(computation)
            .help("核对各项占比；有交叉的，写明可以重复计算"),
    );
}
