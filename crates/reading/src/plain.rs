//! Plain text whose lines end otherwise, that has form feeds or characters that stand for others.

use crate::builder::{Builder, Place};
use crate::normal::is_normal;

/// Whether a text can be taken as it is.
pub fn is_simple(source: &str) -> bool {
    let lone = |(at, _): (usize, &str)| !source.get(at + 1..).is_some_and(|rest| rest.starts_with('\n'));
    !source.match_indices('\r').any(lone) && !source.contains('\u{c}') && is_normal(source)
}

/// Reads a text: a lone carriage return ends a line, and so does a form feed.
pub fn read(source: &str) -> Builder {
    let mut builder = Builder::default();
    let mut line = 1;
    let mut rest = source;
    while !rest.is_empty() {
        let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let (words, after) = rest.split_at(end);
        push_line(&mut builder, words, line);
        rest = after.strip_prefix("\r\n").unwrap_or_else(|| after.get(1..).unwrap_or(""));
        if !after.is_empty() {
            builder.add('\n');
        }
        line += 1;
    }
    builder
}

/// A line; a form feed within it ends a line of the text but not of the file.
fn push_line(builder: &mut Builder, words: &str, line: usize) {
    let mut column = 1;
    for (index, piece) in words.split('\u{c}').enumerate() {
        if index > 0 {
            builder.end_line();
        }
        builder.push(piece, Place { page: None, line, column });
        column += piece.chars().count() + 1;
    }
}
