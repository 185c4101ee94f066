//! Verifying the whole journal, beside SM3 alone over the same events; roots and proofs.

use std::process::ExitCode;
use std::time::Instant;

use packs::Rules;

use super::acts::{Folder, fill, officer, platform};
use super::{BenchArgs, Row};
use crate::platform::failed;

pub fn run(rules: &Rules, args: &BenchArgs) -> Result<Vec<Row>, ExitCode> {
    let folder = Folder::new("verify");
    let platform = platform(rules, &folder.0, None)?;
    let actor = officer(&platform)?;
    fill(&platform, &actor, args.cases(), args.clients)?;
    let began = Instant::now();
    let root = platform.make_root().map_err(|fault| failed(&fault))?;
    let first = began.elapsed().as_secs_f64();
    let began = Instant::now();
    let verified = platform.verify(false).map_err(|fault| failed(&fault))?;
    let whole = began.elapsed().as_secs_f64();
    let journal = platform.canonical_journal().map_err(|fault| failed(&fault))?;
    let bytes = journal.iter().map(Vec::len).sum::<usize>() as f64 / 1_000_000.0;
    let began = Instant::now();
    std::hint::black_box(app::sm3_of_each(&journal));
    let alone = began.elapsed().as_secs_f64();
    eprintln!(
        "事项{}条，共{bytes:.1}兆字节，根{}个，问题{}处，根覆盖{}条",
        verified.journal.events,
        verified.journal.roots,
        verified.journal.faults.len(),
        root.map_or(0, |root| root.size())
    );
    let row = |name, value, limit, limit_is, unit, ratio| Row { name, value, unit, limit, limit_is, ratio };
    let (speed, limit) = (bytes / whole, bytes / alone);
    Ok(vec![
        row("核验日志", speed, limit, "SM3单独算同样的字节", "MB/秒", speed / limit),
        row("第一个根", first, whole, "核验一遍", "秒", first / whole),
    ])
}
