//! A draw among a million objects, and its check, beside SM3 alone over as many blocks.

use std::hint::black_box;
use std::process::ExitCode;

use draw::{Bundle, List};
use packs::Rules;

use super::draw_list::{made, secrets};
use super::verify::Spent;
use super::{BenchArgs, Row};
use crate::output::{self, WRONG_INPUT};

const OBJECTS: usize = 1_000_000;
const STRATA: usize = 20;
const INSPECTORS: usize = 10_000;

/// A draw takes at most so many seconds, and its check too.
const MOST_SECONDS: f64 = 0.5;

/// Everything is measured so often, and the shortest time counts: whatever else runs only makes it longer.
const ROUNDS: usize = 5;

const THREADS: usize = 2;

/// Bytes that are hashed for the key of an object: one for its use, the seed, the id.
const KEY: usize = 1 + 32 + 18;

const PIECE: usize = 16_385;

pub fn run(_: &Rules, _: &BenchArgs) -> Result<Vec<Row>, ExitCode> {
    let list = made(OBJECTS, STRATA, INSPECTORS);
    let refused = |found: Vec<base::Diagnostic>| output::fail(&found, WRONG_INPUT);
    let mut drawing = Spent::MOST;
    let mut bundle = None;
    let mut text_bytes = 0;
    for _ in 0..ROUNDS {
        drop(bundle.take());
        let began = Spent::now();
        let locked = draw::lock(&list).map_err(refused)?;
        text_bytes = locked.text_bytes;
        let (commitments, reveals, value) = secrets(locked.hash);
        let announced = draw::commit(locked, commitments).map_err(refused)?;
        let drawn = draw::draw(&announced, &reveals, &value).map_err(refused)?;
        drawing = drawing.least(began.since());
        let own = Bundle::of_locked(&announced.locked, list.clone()).with_announced(&announced);
        bundle = Some(own.with_drawn(reveals, value, drawn));
    }
    let Some(bundle) = bundle else { return Ok(Vec::new()) };
    let checking = shortest(|| draw::check(&bundle).faults.len());
    let file = bundle.canonical();
    let reading = shortest(|| Bundle::parse(&file).map(|read| read.list.strata.len()).unwrap_or(0));
    tell(&list, &bundle, &file);
    let hashed = blocks(text_bytes);
    let [one, two] = [1, THREADS].map(|threads| shortest(|| app::sm3_of_each(&hashed, threads)));
    let row = |name, value: f64, limit: f64, limit_is| Row {
        name,
        value,
        unit: "秒",
        limit,
        limit_is,
        ratio: value / limit,
    };
    let (draw, check) = ("从一百万个对象、二十个分组中抽取，一万名人员", "核验这次抽取");
    let mut rows = Vec::new();
    for (name, value) in [(draw, drawing), (check, checking)] {
        rows.push(row(name, value.clock, MOST_SECONDS, "上限"));
        rows.push(row(name, value.processor, MOST_SECONDS, "上限，按处理器时间，机器忙时只有它可比"));
        rows.push(row(name, value.processor, one.processor, "SM3用一个线程算同样多的块，按处理器时间"));
        rows.push(row(name, value.clock, two.clock, "SM3用两个线程算同样多的块"));
    }
    rows.push(row("读入抽取文件", reading.processor, checking.processor, "核验，按处理器时间"));
    Ok(rows)
}

fn shortest<T>(work: impl Fn() -> T) -> Spent {
    let once = |_| {
        let began = Spent::now();
        black_box(work());
        began.since()
    };
    (0..ROUNDS).map(once).fold(Spent::MOST, Spent::least)
}

/// Messages of the number and the length of those that a draw hashes.
fn blocks(text_bytes: usize) -> Vec<Vec<u8>> {
    let pieces = (0..text_bytes.div_ceil(PIECE)).map(|_| vec![7; PIECE]);
    let keys = (0..OBJECTS).map(|_| vec![7; KEY]);
    pieces.chain(keys).collect()
}

fn tell(list: &List<'_>, bundle: &Bundle<'_>, file: &str) {
    let drawn = bundle.outcome.as_ref().map_or(0, |outcome| outcome.drawn.len());
    eprintln!(
        "对象{}个，人员{}名，抽中{drawn}个；抽取文件{:.1}兆字节",
        list.objects().count(),
        list.inspectors.len(),
        file.len() as f64 / 1e6
    );
}
