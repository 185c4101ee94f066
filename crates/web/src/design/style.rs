//! The one stylesheet, put together from the tokens and the files of `style/`.

use std::sync::LazyLock;

use super::tokens;

/// In the order in which they are read: later ones go before.
const FILES: [&str; 4] = [
    include_str!("../site.css"),
    include_str!("../style/parts.css"),
    include_str!("../style/old.css"),
    include_str!("../style/print.css"),
];

static STYLESHEET: LazyLock<String> = LazyLock::new(|| {
    let mut made = tokens::css();
    for file in FILES {
        made += &packed(file);
    }
    made
});

/// The stylesheet of all pages. 样式表
pub(crate) fn stylesheet() -> &'static str {
    &STYLESHEET
}

/// Without notes and without the space at the edges of lines.
fn packed(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/*") {
        made += before;
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    made += rest;
    made.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::super::tokens::{COLOURS, MEASURES};
    use super::*;

    #[test]
    fn colours_stand_in_the_tokens_alone_but_for_paper() {
        let (screen, _) = FILES.split_at(FILES.len() - 1);
        for file in screen {
            let file = packed(file);
            let literal = file.split(['#']).skip(1).any(|after| {
                let digits = after.bytes().take_while(u8::is_ascii_hexdigit).count();
                let ends = after
                    .as_bytes()
                    .get(digits)
                    .is_none_or(|next| !next.is_ascii_alphanumeric() && *next != b'-');
                (digits == 3 || digits == 6) && ends
            });
            assert!(!literal, "a colour that is no token");
            for word in ["rgb(", "hsl(", "white;", "black;"] {
                assert!(!file.contains(word), "{word}");
            }
        }
    }

    #[test]
    fn every_token_that_is_used_is_there() {
        let own: Vec<&str> =
            COLOURS.iter().map(|one| one.id).chain(MEASURES.iter().map(|one| one.id)).collect();
        for piece in stylesheet().split("var(--").skip(1) {
            let name: String = piece.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
            let is_local = stylesheet().contains(&format!("--{name}: "));
            assert!(own.contains(&name.as_str()) || is_local, "--{name}");
        }
    }

    #[test]
    fn notes_are_left_out() {
        assert_eq!(packed("/* a */\n  b { c: d; } /* e */ f {}\n"), "b { c: d; }  f {}\n");
    }
}
