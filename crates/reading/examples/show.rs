//! Prints what the reader makes of files: `cargo run -p reading --example show -- FILE…`.

use std::time::Instant;

fn main() {
    for name in std::env::args().skip(1) {
        let bytes = match std::fs::read(&name) {
            Ok(bytes) => bytes,
            Err(fault) => {
                eprintln!("{name}: {fault}");
                continue;
            }
        };
        let begin = Instant::now();
        let read = reading::read(&name, &bytes);
        eprintln!("{name}: {} bytes in {:?}", bytes.len(), begin.elapsed());
        match read {
            Ok(reading) => print!("{}", reading.text.source()),
            Err(why) => println!("{why}"),
        }
    }
}
