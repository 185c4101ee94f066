//! Verifying the whole journal, beside SM3 alone over the same events on as many cores; roots and proofs.

use std::process::ExitCode;
use std::time::Instant;

use app::Platform;
use packs::Rules;

use super::acts::{Folder, fill, platform};
use super::{BenchArgs, Row};
use crate::platform::failed;

/// How many threads verifying has, and so has its limit.
const THREADS: usize = 2;

/// Everything is measured so often, and the shortest time counts: whatever else runs only makes it longer.
const ROUNDS: usize = 3;

pub fn run(rules: &Rules, args: &BenchArgs) -> Result<Vec<Row>, ExitCode> {
    let folder = Folder::new("verify");
    let platform = platform(rules, &folder.0, None)?;
    fill(&platform, args)?;
    let began = Instant::now();
    let root = platform.make_root().map_err(|fault| failed(&fault))?;
    let first = began.elapsed().as_secs_f64();
    let (mut rows, whole) = beside_sm3(&platform)?;
    eprintln!("根覆盖{}条", root.map_or(0, |root| root.size()));
    rows.push(Row {
        name: "第一个根",
        value: first,
        unit: "秒",
        limit: whole,
        limit_is: "核验一遍",
        ratio: first / whole,
    });
    Ok(rows)
}

/// Verifying a platform's journal beside SM3 over the same bytes, and the seconds that verifying took.
pub fn beside_sm3(platform: &Platform) -> Result<(Vec<Row>, f64), ExitCode> {
    let journal = platform.canonical_journal().map_err(|fault| failed(&fault))?;
    let bytes = journal.iter().map(Vec::len).sum::<usize>() as f64 / 1_000_000.0;
    let (mut whole, mut one, mut all) = (Spent::MOST, Spent::MOST, Spent::MOST);
    let mut faults = 0;
    for _ in 0..ROUNDS {
        let began = Spent::now();
        let verified = platform.verify(false).map_err(|fault| failed(&fault))?;
        whole = whole.least(began.since());
        faults = verified.journal.faults.len();
        for (threads, best) in [(1, &mut one), (THREADS, &mut all)] {
            let began = Spent::now();
            std::hint::black_box(app::sm3_of_each(&journal, threads));
            *best = best.least(began.since());
        }
    }
    let busy = all.processor / whole.processor;
    let whole = whole.clock;
    let count = journal.len();
    eprintln!(
        "事项{count}条，平均{:.0}字节，共{bytes:.1}兆字节；核验一遍{whole:.2}秒，问题{faults}处",
        bytes * 1e6 / count.max(1) as f64
    );
    let row = |limit: f64, limit_is| Row {
        name: "核验日志",
        value: bytes / whole,
        unit: "MB/秒",
        limit: bytes / limit,
        limit_is,
        ratio: limit / whole,
    };
    eprintln!("按所用的处理器时间算（机器忙时只有它可比），比值{busy:.2}");
    let rows = vec![
        row(all.clock, "SM3用同样多的线程逐条算同样的字节"),
        row(one.clock, "SM3用一个线程逐条算同样的字节"),
    ];
    Ok((rows, whole))
}

/// Seconds by the clock, and seconds that all threads of this process were at work.
#[derive(Clone, Copy)]
pub struct Spent {
    pub clock: f64,
    pub processor: f64,
}

/// When something began, by both.
pub struct Begun(Instant, f64);

impl Spent {
    pub const MOST: Self = Self { clock: f64::MAX, processor: f64::MAX };

    pub fn now() -> Begun {
        Begun(Instant::now(), processor_seconds())
    }

    pub fn least(self, other: Self) -> Self {
        Self { clock: self.clock.min(other.clock), processor: self.processor.min(other.processor) }
    }
}

impl Begun {
    pub fn since(&self) -> Spent {
        Spent { clock: self.0.elapsed().as_secs_f64(), processor: processor_seconds() - self.1 }
    }
}

/// What the system says of this process, in hundredths of a second; 0 where it says nothing.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program stands in parentheses and may have anything in it; the times are the 12th and 13th after it.
    let after = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = after.split_whitespace().skip(11).take(2).filter_map(|text| text.parse::<f64>().ok());
    ticks.sum::<f64>() / 100.0
}
