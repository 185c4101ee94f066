//! The self-assessment of an application to be a demonstration area: every criterion of the scheme with its points and its
//! proof, those that are unproved in a list of their own; as Markdown, to be attached and corrected.

use std::fmt::Write as _;

use app::Assessed;
use assessment::{Criterion, DIGITS, Kind, Mark, Rule, Scheme, Status};

use super::Answer;
use crate::output;

pub fn print(answer: &Answer<'_>) {
    let all: Vec<String> = answer.all.iter().map(|one| table(answer.scheme, one)).collect();
    output::say(all.join("\n").trim_end());
}

fn table(scheme: &Scheme, one: &Assessed) -> String {
    let mut made = String::new();
    let total = &one.assessment.total;
    let kind = if scheme.is_official {
        ""
    } else {
        "（平台自编的参考方案，不是有权机关发布的）"
    };
    let partial = if one.as_of.year() > one.year { "" } else { "，年度未满" };
    let _ = writeln!(made, "# 示范创建自评表\n");
    let _ = writeln!(made, "- 申报单位：{}", one.name);
    let _ = writeln!(made, "- 评估年度：{}年（截至{}已登记的记录{partial}）", one.year, one.as_of);
    let _ = writeln!(made, "- 评估方案：{} {}{kind}", scheme.name, scheme.key());
    let _ = writeln!(
        made,
        "- 已证明的总分：{}分；全部证明时至多：{}分",
        total.points.low.text(DIGITS),
        total.points.high.text(DIGITS)
    );
    let _ = writeln!(made, "- 未证明的指标：{}项", total.unproved);
    if !total.fired.is_empty() {
        let _ = writeln!(made, "- 成立的否决项：{}", total.fired.join("、"));
    }
    if !total.open.is_empty() {
        let _ = writeln!(made, "- 没有核查的否决项：{}", total.open.join("、"));
    }
    let mut marks = one.assessment.marks.iter();
    let mut missing: Vec<(&Criterion, &Mark)> = Vec::new();
    for area in &scheme.areas {
        let _ = writeln!(made, "\n## {} {}\n", area.id, area.name);
        let _ = writeln!(made, "| 编号 | 指标 | 满分 | 得分 | 认定 | 佐证 |\n|---|---|---|---|---|---|");
        for (criterion, mark) in area.groups.iter().flat_map(|group| &group.criteria).zip(marks.by_ref()) {
            let _ = writeln!(made, "{}", row(criterion, mark));
            if mark.status == Status::Unproved || matches!(mark.kind, Kind::Veto(_)) && mark.fired.is_none() {
                missing.push((criterion, mark));
            }
        }
    }
    let _ = writeln!(made, "\n## 申报以前要补的证明\n");
    if missing.is_empty() {
        let _ = writeln!(made, "没有：每项都有证明。");
    }
    for (criterion, mark) in missing {
        let most = mark.maximum.text(DIGITS);
        let _ =
            writeln!(made, "- {} {}（至多{most}分）：{}", criterion.id, criterion.name, wanted(criterion));
    }
    made
}

fn row(criterion: &Criterion, mark: &Mark) -> String {
    let points = match (mark.kind, mark.fired) {
        (Kind::Veto(_), Some(true)) => "否决成立".to_owned(),
        (Kind::Veto(_), Some(false)) => "不成立".to_owned(),
        (Kind::Veto(_), None) => "不知道".to_owned(),
        _ if mark.status == Status::NotApplicable => "—".to_owned(),
        (Kind::Negative, _) => format!("扣{}", mark.points.text()),
        (Kind::Bonus, _) => format!("加{}", mark.points.text()),
        _ => mark.points.text(),
    };
    let proof = if mark.proof.is_empty() { "—".to_owned() } else { mark.proof.join("；") };
    let cell = |text: &str| text.replace('|', "／").replace('\n', " ");
    format!(
        "| {} | {} | {} | {points} | {} | {} |",
        criterion.id,
        cell(&criterion.name),
        mark.maximum.text(DIGITS),
        mark.status.label(),
        cell(&proof)
    )
}

/// What would prove a criterion.
fn wanted(criterion: &Criterion) -> String {
    match &criterion.rule {
        Rule::Formula { formula, .. } => format!("由数据算：{}，现在没有数", formula.text),
        Rule::Evidence if criterion.evidence.is_empty() => "附证明材料".to_owned(),
        Rule::Evidence => criterion.evidence.clone(),
    }
}
