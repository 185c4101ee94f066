//! What the tests of the repository's own order share: its files, and Rust source without comments and texts.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

/// The root of the repository.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The files under version control, by their path from the root; without version control all files that would be.
///
/// # Errors
/// A folder cannot be read.
pub fn files() -> io::Result<Vec<String>> {
    let told = Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output();
    let listed = told.ok().filter(|told| told.status.success() && !told.stdout.is_empty());
    let mut made = Vec::new();
    match listed {
        Some(told) => {
            let text = String::from_utf8_lossy(&told.stdout);
            made.extend(text.split('\0').filter(|path| !path.is_empty()).map(str::to_owned));
        }
        None => gather(&root(), "", &mut made)?,
    }
    made.retain(|path| root().join(path).is_file());
    made.sort();
    Ok(made)
}

fn gather(folder: &Path, name: &str, made: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let own = entry.file_name().to_string_lossy().into_owned();
        if ["target", "node_modules", ".git", "yifa-data"].contains(&own.as_str()) {
            continue;
        }
        let path = if name.is_empty() { own } else { format!("{name}/{own}") };
        if entry.file_type()?.is_dir() {
            gather(&entry.path(), &path, made)?;
        } else {
            made.push(path);
        }
    }
    Ok(())
}

/// The text of a file by its path from the root; empty where it is no text.
#[must_use]
pub fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_default()
}

/// Rust source with comments, texts and characters blanked out; lines stay lines.
#[must_use]
pub fn code_only(source: &str) -> String {
    let mut made = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let length = skipped(rest, made.chars().last());
        if length == 0 {
            made.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or("");
            continue;
        }
        let (gone, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        made.push(' ');
        made.extend(gone.chars().filter(|c| *c == '\n'));
        rest = after;
    }
    made
}

/// How many bytes at the beginning are a comment, a text or a character.
fn skipped(rest: &str, before: Option<char>) -> usize {
    let until = |end: &str, from: usize| {
        let inside = rest.get(from..).unwrap_or("");
        inside.find(end).map_or(rest.len(), |at| from + at + end.len())
    };
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return until("*/", 2);
    }
    if rest.starts_with('r') && !before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
        let hashes = rest.chars().skip(1).take_while(|c| *c == '#').count();
        if rest.get(1 + hashes..).is_some_and(|text| text.starts_with('"')) {
            return until(&format!("\"{}", "#".repeat(hashes)), 2 + hashes);
        }
    }
    match rest.chars().next() {
        Some('"') => quoted(rest, '"'),
        // A lifetime has no second quote within the next two characters.
        Some('\'') if is_character(rest) => quoted(rest, '\''),
        _ => 0,
    }
}

fn is_character(rest: &str) -> bool {
    let mut inside = rest.chars().skip(1);
    match inside.next() {
        Some('\\') => true,
        Some(_) => inside.next() == Some('\''),
        None => false,
    }
}

/// The length of a quoted piece with its quotes; a backslash takes the next character along.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, letter) in rest.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            other if other == quote => return at + other.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

/// The identifiers of source without comments and texts, each with its line.
pub fn identifiers(code: &str) -> impl Iterator<Item = (usize, &str)> {
    code.lines().enumerate().flat_map(|(line, text)| {
        text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .filter(|word| word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))
            .map(move |word| (line + 1, word))
    })
}

/// The words of an identifier in lower case, whether it is written `like_this`, `LikeThis` or `LIKE_THIS`.
#[must_use]
pub fn words(identifier: &str) -> Vec<String> {
    let mut made: Vec<String> = Vec::new();
    let mut lower = false;
    for part in identifier.split('_').filter(|part| !part.is_empty()) {
        made.push(String::new());
        for letter in part.chars() {
            if letter.is_ascii_uppercase() && lower {
                made.push(String::new());
            }
            lower = letter.is_ascii_lowercase() || letter.is_ascii_digit();
            if let Some(word) = made.last_mut() {
                word.push(letter.to_ascii_lowercase());
            }
        }
        lower = false;
    }
    made
}

#[cfg(test)]
mod tests {
    use super::{code_only, identifiers, words};

    #[test]
    fn comments_texts_and_characters_are_no_code() {
        let source =
            "let a = \"HashMap \\\" x\"; // HashMap\nlet b: &'a str = r#\"fs \"# ; '\\'' 'x' /* y\nz */ end";
        let code = code_only(source);
        assert!(
            !code.contains("HashMap") && !code.contains("fs") && !code.contains('x') && !code.contains('z')
        );
        assert_eq!(code.lines().count(), source.lines().count());
        let found: Vec<_> = identifiers(&code).map(|(line, word)| format!("{line}:{word}")).collect();
        assert_eq!(found, ["1:let", "1:a", "2:let", "2:b", "2:a", "2:str", "3:end"]);
    }

    #[test]
    fn identifiers_fall_into_words() {
        assert_eq!(words("business_day"), ["business", "day"]);
        assert_eq!(words("BusinessDay2"), ["business", "day2"]);
        assert_eq!(words("LAST_DAY"), ["last", "day"]);
        assert_eq!(words("_unused"), ["unused"]);
    }
}
