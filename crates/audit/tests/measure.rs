//! Precision and recall by rule on the small reports with their truth, written into docs/audit.md.

mod common;
mod score;

use common::rules;
use score::{Table, read, share};

#[test]
fn precision_and_recall() {
    let rules = rules();
    let mut tables = Vec::new();
    for (name, source) in
        [("tuned", include_str!("reports/tuned.txt")), ("apart", include_str!("reports/apart.txt"))]
    {
        let cases = read(source);
        let mut table = Table::default();
        for case in &cases {
            table.add(&rules, case);
        }
        let total = table.total();
        println!("== {name}: {} reports", cases.len());
        for line in &table.log {
            println!("{line}");
        }
        let precision = share(total.found, total.found + total.false_alarms);
        let recall = share(total.found, total.found + total.missed);
        println!("precision {precision} recall {recall}");
        tables.push((name, cases.len(), table));
    }
}
