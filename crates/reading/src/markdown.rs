//! Markdown: links are read as their words, so that a number with a way to its records is still a number; where they lead is
//! kept beside the text.

use crate::builder::{Builder, Place};

/// Reads a text line by line; only `[words](address)` is taken apart.
pub fn read(source: &str) -> Builder {
    let mut builder = Builder::default();
    for (at, line) in source.split('\n').enumerate() {
        if at > 0 {
            builder.add('\n');
        }
        let mut rest = line;
        let mut column = 1;
        while let Some(Link { before, words, target, after }) = link(rest) {
            push(&mut builder, before, at + 1, column);
            column += before.chars().count();
            let start = builder.length();
            push(&mut builder, words, at + 1, column + 1);
            builder.link(start, target);
            column += rest.chars().count() - before.chars().count() - after.chars().count();
            rest = after;
        }
        push(&mut builder, rest, at + 1, column);
    }
    builder
}

fn push(builder: &mut Builder, piece: &str, line: usize, column: usize) {
    builder.push(piece, Place { page: None, line, column });
}

/// A link and what stands around it in its line.
struct Link<'l> {
    before: &'l str,
    words: &'l str,
    /// The address without a title and without the marks around it.
    target: &'l str,
    after: &'l str,
}

/// The first link of a line.
fn link(line: &str) -> Option<Link<'_>> {
    let mut from = 0;
    loop {
        let joint = from + line.get(from..)?.find("](")?;
        let opening = line.get(..joint)?.rfind('[').filter(|opening| *opening >= from);
        let closing = line.get(joint..)?.find(')').map(|end| joint + end);
        if let (Some(opening), Some(closing)) = (opening, closing) {
            let image = line.get(..opening)?.ends_with('!');
            if !image {
                let address = line.get(joint + 2..closing)?.trim();
                let address = address.split_whitespace().next().unwrap_or("");
                return Some(Link {
                    before: line.get(..opening)?,
                    words: line.get(opening + 1..joint)?,
                    target: address.trim_start_matches('<').trim_end_matches('>'),
                    after: line.get(closing + 1..)?,
                });
            }
        }
        from = joint + 2;
    }
}
