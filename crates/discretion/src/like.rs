//! Where a fine lies among like cases that were decided before: same act, same step.

use base::{Diagnostic, Place};
use calendar::Day;

use crate::facts::Fact;
use crate::unit::Unit;

/// A case that was decided. 已决案件
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    pub number: String,
    pub act: String,
    pub step: String,
    pub fine_fen: i64,
    pub decided_on: Day,
}

/// The columns of a list of decided cases.
pub const COLUMNS: [&str; 5] = ["number", "act", "step", "fine", "decided_on"];

/// The cells of one line in the order of the columns that were asked for, and its number.
pub(crate) type Row<'t, const N: usize> = (usize, [&'t str; N]);

/// The lines of a table of tab-separated values: the cells of these columns, wherever they stand.
pub(crate) fn rows<'t, const N: usize>(
    name: &str,
    text: &'t str,
    columns: &[&str; N],
) -> Result<Vec<Row<'t, N>>, Diagnostic> {
    let mut lines = (1..).zip(text.strip_prefix('\u{feff}').unwrap_or(text).lines());
    let (line, header) = lines.find(|(_, line)| !line.trim().is_empty()).unwrap_or((1, ""));
    let header: Vec<&str> = header.split('\t').map(str::trim).collect();
    let places = columns.map(|column| header.iter().position(|own| *own == column));
    let missing = columns.iter().zip(places).filter(|(_, at)| at.is_none());
    let missing: Vec<&str> = missing.map(|(name, _)| *name).collect();
    if !missing.is_empty() {
        let message = format!("表头缺：{}", missing.join("、"));
        let help = format!("表头要有：{}，各列用制表符隔开。", columns.join("、"));
        let place = Place { file: name.to_owned(), line, column: 1 };
        return Err(Diagnostic::error("column_missing", message).at(place).help(help));
    }
    let lines = lines.filter(|(_, line)| !line.trim().is_empty());
    Ok(lines
        .map(|(number, line)| {
            let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
            (number, places.map(|at| at.and_then(|at| cells.get(at)).copied().unwrap_or_default()))
        })
        .collect())
}

/// Reads decided cases from a table of tab-separated values; all that is wrong at once.
#[must_use]
pub fn read(name: &str, text: &str) -> (Vec<Past>, Vec<Diagnostic>) {
    let (mut made, mut found) = (Vec::new(), Vec::new());
    let rows = match rows(name, text, &COLUMNS) {
        Ok(rows) => rows,
        Err(wrong) => return (made, vec![wrong]),
    };
    for (line, cells) in rows {
        let place = || Place { file: name.to_owned(), line, column: 1 };
        match past(cells) {
            Ok(one) => made.push(one),
            Err(wrong) => found.extend(wrong.into_iter().map(|one| one.at(place()))),
        }
    }
    (made, found)
}

fn past([number, act, step, fine, decided_on]: [&str; 5]) -> Result<Past, Vec<Diagnostic>> {
    let mut wrong = Vec::new();
    let fen = match Fact::parse(fine) {
        Fact::Amount(amount) => amount.within(&Unit::yuan(), 2).ok(),
        _ => None,
    };
    if fen.is_none() {
        let message = format!("罚款“{fine}”不是金额");
        wrong.push(Diagnostic::error("bad_fine", message).help("写作“300元”，精确到分。"));
    }
    let day = Day::parse(decided_on).map_err(|found| wrong.push(*found)).ok();
    for (name, text) in [("违法行为", act), ("阶次", step)] {
        if text.is_empty() {
            wrong.push(Diagnostic::error("empty_cell", format!("没有写{name}")).help("请填写。"));
        }
    }
    match (fen.filter(|_| wrong.is_empty()), day) {
        (Some(fine_fen), Some(decided_on)) => {
            let [number, act, step] = [number, act, step].map(str::to_owned);
            Ok(Past { number, act, step, fine_fen, decided_on })
        }
        _ => Err(wrong),
    }
}

/// Where a fine lies. 类案比较
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    pub cases: usize,
    /// How many have a smaller, the same, a larger fine.
    pub below: usize,
    pub equal: usize,
    pub above: usize,
    pub least_fen: i64,
    pub lower_quartile_fen: i64,
    pub median_fen: i64,
    pub upper_quartile_fen: i64,
    pub most_fen: i64,
    /// Beyond one and a half times the distance of the quartiles from the nearer of them.
    pub unusual: bool,
}

/// From how many like cases on a fine is called unusual.
pub const ENOUGH: usize = 8;

/// Compares a fine with those of the same act and step, decided before a day; none where there is no such case.
#[must_use]
pub fn compare(past: &[Past], act: &str, step: &str, fine_fen: i64, before: Day) -> Option<Comparison> {
    let like = past.iter().filter(|one| one.act == act && one.step == step && one.decided_on < before);
    let mut fines: Vec<i64> = like.map(|one| one.fine_fen).collect();
    fines.sort_unstable();
    let (least_fen, most_fen) = (*fines.first()?, *fines.last()?);
    let below = fines.partition_point(|one| *one < fine_fen);
    let upto = fines.partition_point(|one| *one <= fine_fen);
    let [lower, median, upper] = [1, 2, 3].map(|quarter| quartile(&fines, quarter));
    // Twice the fence, so that nothing is halved.
    let reach = 3 * i128::from(upper - lower);
    let beyond = 2 * i128::from(fine_fen) < 2 * i128::from(lower) - reach
        || 2 * i128::from(fine_fen) > 2 * i128::from(upper) + reach;
    Some(Comparison {
        cases: fines.len(),
        below,
        equal: upto - below,
        above: fines.len() - upto,
        least_fen,
        lower_quartile_fen: lower,
        median_fen: median,
        upper_quartile_fen: upper,
        most_fen,
        unusual: fines.len() >= ENOUGH && beyond,
    })
}

/// A quartile of sorted fines, as spreadsheets count it (inclusive): between two cases in proportion, in whole fen, a
/// half upwards.
fn quartile(sorted: &[i64], quarter: usize) -> i64 {
    let steps = sorted.len().saturating_sub(1) * quarter;
    let (at, part) = (steps / 4, i128::try_from(steps % 4).unwrap_or_default());
    let of = |at: usize| sorted.get(at).copied().map_or(0, i128::from);
    let (low, high) = (of(at), if part == 0 { of(at) } else { of(at + 1) });
    let fourfold = low * 4 + (high - low) * part;
    i64::try_from((fourfold + 2).div_euclid(4)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn past(fines: &[i64]) -> Vec<Past> {
        let day = Day::parse("2024-05-01").unwrap();
        let one = |fine: &i64| Past {
            number: format!("例{fine}"),
            act: "甲".to_owned(),
            step: "一般".to_owned(),
            fine_fen: *fine,
            decided_on: day,
        };
        fines.iter().map(one).collect()
    }

    #[test]
    fn a_fine_lies_among_like_cases_only() {
        let before = Day::parse("2024-06-01").unwrap();
        let mut all = past(&[100, 400, 200, 300]);
        all.push(Past { step: "从重".to_owned(), ..all[0].clone() });
        all.push(Past { act: "乙".to_owned(), ..all[0].clone() });
        all.push(Past { decided_on: before, ..all[0].clone() });
        let made = compare(&all, "甲", "一般", 300, before).unwrap();
        assert_eq!((made.cases, made.below, made.equal, made.above), (4, 2, 1, 1));
        // As QUARTILE.INC of a spreadsheet: 175, 250, 325.
        assert_eq!((made.lower_quartile_fen, made.median_fen, made.upper_quartile_fen), (175, 250, 325));
        assert_eq!((made.least_fen, made.most_fen, made.unusual), (100, 400, false));
        assert_eq!(compare(&all, "丙", "一般", 300, before), None);
    }

    #[test]
    fn a_list_is_read_with_all_its_mistakes() {
        let (made, found) =
            read("t", "decided_on\tact\tstep\tfine\tnumber\n2024-05-01\t甲\t一般\t1.5万元\t例1\n");
        assert_eq!((made[0].fine_fen, made[0].number.as_str(), found.len()), (1_500_000, "例1", 0));
        let text =
            "number\tact\tstep\tfine\tdecided_on\n1\t\t一般\t很多\t2024-02-30\n2\t甲\t\t5\t2024-01-01\n";
        let (made, found) = read("t", text);
        let told: Vec<_> = found.iter().map(|one| (one.place.as_ref().unwrap().line, one.code)).collect();
        assert!(made.is_empty());
        assert_eq!(
            told,
            [(2, "bad_fine"), (2, "day_missing"), (2, "empty_cell"), (3, "bad_fine"), (3, "empty_cell")]
        );
        assert_eq!(read("t", "act\tstep\n").1[0].code, "column_missing");
    }

    #[test]
    fn a_half_of_a_fen_goes_up_and_one_case_is_its_own_median() {
        let before = Day::parse("2024-06-01").unwrap();
        let made = compare(&past(&[1, 2]), "甲", "一般", 1, before).unwrap();
        assert_eq!(made.median_fen, 2);
        let made = compare(&past(&[7]), "甲", "一般", 9, before).unwrap();
        assert_eq!(
            (made.lower_quartile_fen, made.median_fen, made.upper_quartile_fen, made.below),
            (7, 7, 7, 1)
        );
    }

    #[test]
    fn a_fine_far_out_is_unusual_once_there_are_enough() {
        let before = Day::parse("2024-06-01").unwrap();
        let eight = past(&[100, 110, 120, 130, 140, 150, 160, 170]);
        // Quartiles 117.5 → 118 and 152.5 → 153, distance 35: the fence is at 205.5.
        assert!(!compare(&eight, "甲", "一般", 205, before).unwrap().unusual);
        assert!(compare(&eight, "甲", "一般", 206, before).unwrap().unusual);
        assert!(compare(&eight, "甲", "一般", 65, before).unwrap().unusual);
        assert!(!compare(&eight, "甲", "一般", 66, before).unwrap().unusual);
        assert!(!compare(&eight[1..], "甲", "一般", 9_999, before).unwrap().unusual, "seven are not enough");
    }
}
