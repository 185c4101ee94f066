//! What the assessed and the assessors enter: proof, self-scores, checked and final scores, reasons.

use base::{Diagnostic, Place, closest};

use crate::{Criterion, Input, Kind, Ratio, Rule, Scheme};

/// The entries about one subject and year. 自评表
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Id and edition of the scheme, `own@2024`.
    pub scheme: String,
    /// Id of the organ, or code of the division.
    pub subject: String,
    pub year: i32,
    pub entries: Vec<Entry>,
    pub stated: Vec<Stated>,
    pub place: Place,
}

/// What is entered for one criterion. 指标填报
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    pub criterion: String,
    pub self_score: Option<Ratio>,
    pub proof: Vec<String>,
    pub checked: Option<Ratio>,
    pub final_score: Option<Ratio>,
    /// Why a checked or final score is another.
    pub reason: Option<String>,
    /// Why the criterion does not apply to the subject.
    pub not_applicable: Option<String>,
    /// Of a veto: whether it falls.
    pub fired: Option<bool>,
    pub place: Place,
}

/// A quantity stated by hand. 自报数
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    pub input: String,
    pub value: Ratio,
    /// Who states it.
    pub by: String,
    pub proof: Vec<String>,
    pub place: Place,
}

impl Sheet {
    #[must_use]
    pub fn entry(&self, criterion: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.criterion == criterion)
    }
}

/// Every mistake of a sheet against its scheme.
#[must_use]
pub fn check_sheet(scheme: &Scheme, sheet: &Sheet) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if sheet.scheme != scheme.key() {
        let message = format!("自评表按方案“{}”填写，现用的方案是“{}”", sheet.scheme, scheme.key());
        let help = "用同一方案、同一版本评估，或者按现用方案重新填写。";
        found.push(Diagnostic::error("other_scheme", message).at(sheet.place.clone()).help(help));
        return found;
    }
    if !scheme.covers(sheet.year) {
        let message = format!("方案“{}”不适用于{}年", scheme.key(), sheet.year);
        found.push(Diagnostic::error("year_not_covered", message).at(sheet.place.clone()));
    }
    for (at, entry) in sheet.entries.iter().enumerate() {
        let Some(criterion) = scheme.criterion(&entry.criterion) else {
            let ids = scheme.criteria().map(|(_, _, criterion)| criterion.id.as_str());
            found.push(stranger("指标", &entry.criterion, ids, &entry.place));
            continue;
        };
        if sheet.entries.iter().take(at).any(|other| other.criterion == entry.criterion) {
            let message = format!("指标 {} 填了两次", entry.criterion);
            found.push(Diagnostic::error("twice", message).at(entry.place.clone()).help("合成一处。"));
        }
        found.extend(wrong_in(criterion, entry).into_iter().map(|(code, message, help)| {
            let message = format!("指标 {} {message}", entry.criterion);
            Diagnostic::error(code, message).at(entry.place.clone()).help(help)
        }));
    }
    for (at, stated) in sheet.stated.iter().enumerate() {
        if !scheme.inputs.iter().any(|input: &Input| input.id == stated.input) {
            let ids = scheme.inputs.iter().map(|input| input.id.as_str());
            let fault = stranger("自报量", &stated.input, ids, &stated.place);
            found.push(fault.help("平台自己算的指标不能自报；自报量写在方案的 input 里。"));
        }
        if sheet.stated.iter().take(at).any(|other| other.input == stated.input) {
            let message = format!("自报量“{}”填了两次", stated.input);
            found.push(Diagnostic::error("twice", message).at(stated.place.clone()).help("合成一处。"));
        }
    }
    found
}

fn stranger<'a>(what: &str, id: &str, known: impl Iterator<Item = &'a str>, place: &Place) -> Diagnostic {
    let near = closest(id, known);
    let help = near.map_or_else(|| "核对方案里的编号。".to_owned(), |near| format!("是不是想写“{near}”？"));
    Diagnostic::error("unknown_id", format!("方案里没有{what}“{id}”")).at(place.clone()).help(help)
}

type Wrong = (&'static str, String, &'static str);

/// What is wrong in one entry: code, message, help.
fn wrong_in(criterion: &Criterion, entry: &Entry) -> Vec<Wrong> {
    let mut found: Vec<Wrong> = Vec::new();
    let mut say = |code, message: String, help| found.push((code, message, help));
    let scores = [("自评分", entry.self_score), ("核查分", entry.checked), ("最终分", entry.final_score)];
    let any = scores.iter().any(|(_, score)| score.is_some());
    if criterion.kind.is_veto() && any {
        say("veto_with_points", "是否决项，没有分".to_owned(), "写 fired = true 或者 fired = false。");
    } else {
        for (what, score) in scores.iter().filter_map(|(what, score)| Some((what, (*score)?))) {
            if score.is_negative() || score > criterion.maximum {
                let message = format!("的{what}{}不在0至{}之间", score.text(4), criterion.maximum.text(2));
                say("out_of_bounds", message, "扣分项写扣多少，不写负数。");
            } else if score.rounded(crate::DIGITS) != Some(score) {
                say("too_fine", format!("的{what}{}多于两位小数", score.text(4)), "分数最多写两位小数。");
            }
        }
    }
    if entry.fired.is_some() && !criterion.kind.is_veto() {
        say("no_veto", "不是否决项，不能写 fired".to_owned(), "写分数。");
    }
    if let Some(why) = &entry.not_applicable {
        if any || entry.fired.is_some() {
            say("not_applicable", "既写了不适用，又写了分数".to_owned(), "只留一样。");
        }
        if criterion.kind != Kind::Positive {
            say("not_applicable", "不是得分项，没有“不适用”".to_owned(), "不发生的扣分、加分不填就是。");
        }
        if why.trim().is_empty() {
            say("no_reason", "写了不适用，没有写理由".to_owned(), "理由写在 not_applicable 里。");
        }
    }
    let is_assessed = entry.checked.is_some() || entry.final_score.is_some();
    let is_computed = matches!(criterion.rule, Rule::Formula { .. });
    if (is_assessed || entry.fired.is_some()) && entry.proof.is_empty() && !is_computed {
        let message = "没有证明就打了分".to_owned();
        say("score_without_proof", message, "没有证明的保持“未证明”；核查认定没有做到的，写核查记录为证明。");
    }
    let differs =
        (entry.checked.is_some() && entry.self_score.is_some() && entry.checked != entry.self_score)
            || (entry.final_score.is_some() && entry.checked.is_some() && entry.final_score != entry.checked)
            || (is_computed && is_assessed);
    if differs && entry.reason.as_deref().is_none_or(|reason| reason.trim().is_empty()) {
        say("no_reason", "改了分，没有写理由".to_owned(), "在 reason 里写明为什么改。");
    }
    found
}
