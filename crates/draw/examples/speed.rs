#[path = "../../cli/src/bench/draw_list.rs"]
mod list;
use std::time::Instant;
fn main() {
    let list = list::made(1_000_000, 20, 10_000);
    for _ in 0..3 {
        let t = Instant::now();
        let locked = draw::lock(&list).unwrap_or_else(|f| panic!("{f:?}"));
        println!("lock {:?} text {}", t.elapsed(), locked.text_bytes);
        let (own, reveals, value) = list::secrets(locked.hash);
        let t = Instant::now();
        let announced = draw::commit(locked, own).unwrap();
        let drawn = draw::draw(&announced, &reveals, &value).unwrap();
        println!("draw {:?} drawn {} short {}", t.elapsed(), drawn.outcome.drawn.len(), drawn.shortages.len());
        let bundle = draw::Bundle::of_locked(&announced.locked, list.clone()).with_announced(&announced).with_drawn(reveals, value, drawn);
        let t = Instant::now();
        let checked = draw::check(&bundle);
        println!("check {:?} {}", t.elapsed(), checked.faults.len());
        let t = Instant::now();
        let text = bundle.canonical();
        println!("write {:?} {} bytes", t.elapsed(), text.len());
        let t = Instant::now();
        let read = draw::Bundle::parse(&text).unwrap();
        println!("read {:?} {}", t.elapsed(), read == bundle);
    }
}
