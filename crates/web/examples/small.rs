//! Serves the small town of the tests: `small DIR ADDRESS`. For the browser tests and for a look at the pages.

#[path = "../tests/town/mod.rs"]
mod town;

use std::sync::Arc;

fn main() -> std::io::Result<()> {
    let mut args = std::env::args().skip(1);
    let dir = args.next().unwrap_or_else(|| "small-town".to_owned());
    let listen = args.next().unwrap_or_else(|| "127.0.0.1:8350".to_owned());
    let platform = town::town(dir.as_ref(), Arc::new(app::SystemClock), true);
    web::serve(platform, &listen, &web::Edge::default())
}
