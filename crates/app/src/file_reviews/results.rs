//! What all files of a draw came to: how many, the mean, who failed, and the organs in the order of their mean.

use std::collections::BTreeMap;

use norms::{PARTS, ReviewStep, Value};

use super::recorded;
use crate::case::CaseFile;
use crate::draws::{rounds, value_of};
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::record::decimal;
use crate::starting::links;

/// What one file came to, as its newest conclusion says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FileResult {
    pub organ: String,
    pub points: i64,
    pub is_fatal: bool,
    pub is_passed: bool,
    pub problems: i64,
    pub grade: String,
}

/// The newest conclusion of a sheet's case.
pub(crate) fn result_of(file: &CaseFile) -> Option<FileResult> {
    let procedure = &file.pack.file.procedure;
    let deeds = file.history.deeds.iter().rev();
    let mut all = deeds.filter_map(|deed| Some((procedure.act_of(deed.act)?, deed)));
    let (act, deed) = all.find(|(act, _)| act.review == Some(ReviewStep::Conclude))?;
    let number = |id: &str| match value_of(act, &deed.record, id) {
        Some(Value::Number(parts)) => *parts,
        _ => 0,
    };
    let grade = match value_of(act, &deed.record, "grade") {
        Some(Value::Text(grade)) => grade.clone(),
        _ => String::new(),
    };
    Some(FileResult {
        organ: recorded(file, "reviewed").unwrap_or_default().to_owned(),
        points: number("points"),
        is_fatal: number("failed") > 0,
        is_passed: matches!(value_of(act, &deed.record, "passed"), Some(Value::Flag(true))),
        problems: number("problems") / PARTS,
        grade,
    })
}

impl Platform {
    /// The cases of the sheets that a draw's case opened, each under the number of the file that was drawn.
    pub(crate) fn sheets_of(&self, seen: &CaseFile) -> Result<Vec<(String, std::sync::Arc<CaseFile>)>> {
        let all = rounds(seen);
        let Some(round) = all.last().filter(|round| round.annul.is_none()) else { return Ok(Vec::new()) };
        self.store().read(|reader| {
            let entries = store::events::of_case(reader, &seen.row.id, 0)?;
            let mut made = Vec::new();
            for taken in &round.sheets {
                let event =
                    entries.iter().map(|entry| entry.event()).find(|event| event.number == taken.deed.number);
                let opened = event.and_then(|event| links(&event.record).1.into_iter().next());
                if let Some((case, _)) = opened {
                    made.push((taken.text("file").to_owned(), self.inner().load(reader, &case)?));
                }
            }
            Ok(made)
        })
    }

    /// The fields of the results of a draw: refused as long as a file that was drawn is not concluded.
    pub(super) fn review_results(&self, seen: &CaseFile) -> Result<Vec<(&'static str, String)>> {
        let page = self.draw_page(&seen.row.id)?;
        let drawn = page.rounds.first().map_or(&[][..], |round| &round.drawn);
        let sheets = self.sheets_of(seen)?;
        let results: BTreeMap<&str, FileResult> =
            sheets.iter().filter_map(|(number, file)| Some((number.as_str(), result_of(file)?))).collect();
        let lacking: Vec<&str> =
            drawn.iter().map(|one| one.id.as_str()).filter(|id| !results.contains_key(id)).collect();
        if drawn.is_empty() || !lacking.is_empty() {
            let why = format!("还有{}卷没有评出结果：{}", lacking.len(), lacking.join("、"));
            return Err(AppError::wrong("not_concluded", why, "请先把抽中的每一卷评完、汇总。"));
        }
        let all: Vec<&FileResult> = results.values().collect();
        let count = |test: fn(&FileResult) -> bool| all.iter().filter(|one| test(one)).count().to_string();
        Ok(vec![
            ("files", all.len().to_string()),
            ("mean", decimal(mean(&all), PARTS)),
            ("lowest", decimal(all.iter().map(|one| one.points).min().unwrap_or(0), PARTS)),
            ("passed", count(|one| one.is_passed)),
            ("fatal", count(|one| one.is_fatal)),
            ("problems", all.iter().map(|one| one.problems).sum::<i64>().to_string()),
            ("ranking", ranking(&all)),
        ])
    }
}

/// The mean in ten-thousandths, to hundredths of a point.
fn mean(all: &[&FileResult]) -> i64 {
    let count = i64::try_from(all.len()).unwrap_or(i64::MAX).max(1);
    let sum: i64 = all.iter().map(|one| one.points).sum();
    let step = PARTS / 100;
    // Half a hundredth rounds up.
    (sum * 2 / step + count).div_euclid(count * 2) * step
}

/// The organs by their mean, those with the same in one place.
fn ranking(all: &[&FileResult]) -> String {
    let mut by_organ: BTreeMap<&str, Vec<&FileResult>> = BTreeMap::new();
    for one in all {
        by_organ.entry(&one.organ).or_default().push(one);
    }
    let mut lines: Vec<(i64, &str, usize, usize)> = by_organ
        .iter()
        .map(|(organ, own)| (mean(own), *organ, own.len(), own.iter().filter(|one| !one.is_passed).count()))
        .collect();
    lines.sort_by(|one, other| (other.0, one.1).cmp(&(one.0, other.1)));
    let place = |points: i64| lines.iter().filter(|line| line.0 > points).count() + 1;
    let text = |(points, organ, files, failed): &(i64, &str, usize, usize)| {
        let failed = if *failed == 0 { String::new() } else { format!("，不合格{failed}卷") };
        format!("{}. {organ}：平均{}分（{files}卷{failed}）", place(*points), decimal(*points, PARTS))
    };
    lines.iter().map(text).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn organs_are_ranked_by_their_mean_and_share_a_place() {
        let one = |organ: &str, points: i64, is_passed: bool| FileResult {
            organ: organ.to_owned(),
            points: points * PARTS,
            is_passed,
            ..FileResult::default()
        };
        let all = [
            one("甲", 80, true),
            one("甲", 91, true),
            one("乙", 90, true),
            one("丙", 90, true),
            one("丁", 0, false),
        ];
        let all: Vec<&FileResult> = all.iter().collect();
        let told = ranking(&all);
        assert_eq!(
            told,
            "1. 丙：平均90分（1卷）\n1. 乙：平均90分（1卷）\n3. 甲：平均85.5分（2卷）\n4. 丁：平均0分（1卷，不合格1卷）"
        );
        let thirds = [one("甲", 100, true), one("甲", 100, true), one("甲", 0, false)];
        assert_eq!(mean(&thirds.iter().collect::<Vec<_>>()), 66_6700);
    }
}
