//! Markdown: links are read as their words, so that a number with a way to its records is still a number.

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
        while let Some((before, words, after)) = link(rest) {
            push(&mut builder, before, at + 1, column);
            column += before.chars().count();
            push(&mut builder, words, at + 1, column + 1);
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

/// The text before the first link, its words, and the text after it.
fn link(line: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let joint = from + line.get(from..)?.find("](")?;
        let opening = line.get(..joint)?.rfind('[').filter(|opening| *opening >= from);
        let closing = line.get(joint..)?.find(')').map(|end| joint + end);
        if let (Some(opening), Some(closing)) = (opening, closing) {
            let image = line.get(..opening)?.ends_with('!');
            if !image {
                return Some((line.get(..opening)?, line.get(opening + 1..joint)?, line.get(closing + 1..)?));
            }
        }
        from = joint + 2;
    }
}
