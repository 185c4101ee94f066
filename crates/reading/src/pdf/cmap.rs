//! Character maps: from codes to characters (`ToUnicode`), and how many bytes a code has.

use std::collections::BTreeMap;

use crate::pdf::syntax::{Token, Tokens};

/// More entries than this are not read: no font has so many characters.
const MOST: usize = 70_000;

/// Codes of one range that go on to follow one another.
#[derive(Clone, Debug)]
struct Range {
    last: u32,
    text: Vec<u16>,
}

/// A character map.
#[derive(Clone, Debug, Default)]
pub struct CharacterMap {
    /// By the first code of each range.
    ranges: BTreeMap<u32, Range>,
    single: BTreeMap<u32, Vec<u16>>,
    /// First and last code and number of bytes.
    spaces: Vec<(u32, u32, usize)>,
}

/// What a map is read with: the strings since the last section began.
enum Item {
    Code(Vec<u8>),
    Number,
    List(Vec<Vec<u8>>),
}

impl CharacterMap {
    pub fn read(bytes: &[u8]) -> Self {
        let mut map = Self::default();
        let mut items: Vec<Item> = Vec::new();
        let mut list: Option<Vec<Vec<u8>>> = None;
        let mut left = MOST;
        for token in Tokens::new(bytes) {
            match token {
                Token::Text(text) => match &mut list {
                    Some(list) => list.push(text),
                    None => items.push(Item::Code(text)),
                },
                Token::Number(_) => items.push(Item::Number),
                Token::OpenArray => list = Some(Vec::new()),
                Token::CloseArray => items.extend(list.take().map(Item::List)),
                Token::Word(word) => {
                    map.section(word, &items, &mut left);
                    items.clear();
                }
                _ => {}
            }
            if items.len() > 3 * MOST {
                break;
            }
        }
        map
    }

    fn section(&mut self, word: &[u8], items: &[Item], left: &mut usize) {
        match word {
            b"endcodespacerange" => {
                for pair in items.chunks_exact(2) {
                    if let [Item::Code(first), Item::Code(last)] = pair
                        && self.spaces.len() < 1000
                    {
                        self.spaces.push((value(first), value(last), first.len().clamp(1, 4)));
                    }
                }
            }
            b"endbfchar" => {
                for pair in items.chunks_exact(2) {
                    if let [Item::Code(code), Item::Code(text)] = pair
                        && take(left, 1)
                    {
                        self.single.insert(value(code), units(text));
                    }
                }
            }
            b"endbfrange" => {
                for three in items.chunks_exact(3) {
                    self.range(three, left);
                }
            }
            _ => {}
        }
    }

    fn range(&mut self, three: &[Item], left: &mut usize) {
        let [Item::Code(first), Item::Code(last), target] = three else { return };
        let (first, last) = (value(first), value(last));
        match target {
            Item::Code(text) if first <= last && take(left, 1) => {
                self.ranges.insert(first, Range { last, text: units(text) });
            }
            Item::List(texts) => {
                for (code, text) in (first..=last).zip(texts) {
                    if take(left, 1) {
                        self.single.insert(code, units(text));
                    }
                }
            }
            _ => {}
        }
    }

    /// The characters of a code.
    pub fn get(&self, code: u32) -> Option<String> {
        if let Some(text) = self.single.get(&code) {
            return Some(String::from_utf16_lossy(text));
        }
        let (first, range) = self.ranges.range(..=code).next_back()?;
        if code > range.last {
            return None;
        }
        let mut text = range.text.clone();
        let further = code - first;
        match text.as_mut_slice() {
            [high, low] if (0xd800..0xdc00).contains(high) && (0xdc00..0xe000).contains(low) => {
                let base = 0x10000 + ((u32::from(*high) - 0xd800) << 10) + (u32::from(*low) - 0xdc00);
                return char::from_u32(base.saturating_add(further)).map(String::from);
            }
            [.., unit] => *unit = unit.wrapping_add(u16::try_from(further & 0xffff).unwrap_or(0)),
            [] => {}
        }
        Some(String::from_utf16_lossy(&text))
    }

    /// How many bytes the code has that begins with these; none when the map does not say.
    pub fn length(&self, bytes: &[u8]) -> Option<usize> {
        let fits = |length: usize| {
            let code = bytes.get(..length).map(value)?;
            let inside =
                |(first, last, of): &&(u32, u32, usize)| *of == length && (*first..=*last).contains(&code);
            self.spaces.iter().find(inside).map(|_| length)
        };
        (1..=4).find_map(fits)
    }

    pub fn has_spaces(&self) -> bool {
        !self.spaces.is_empty()
    }
}

fn take(left: &mut usize, count: usize) -> bool {
    let enough = *left >= count;
    *left = left.saturating_sub(count);
    enough
}

/// A code as a number.
pub fn value(code: &[u8]) -> u32 {
    code.iter().take(4).fold(0, |sum, byte| sum * 256 + u32::from(*byte))
}

fn units(text: &[u8]) -> Vec<u16> {
    match text {
        [one] => vec![u16::from(*one)],
        _ => text
            .chunks_exact(2)
            .take(16)
            .filter_map(|two| Some(u16::from_be_bytes(two.try_into().ok()?)))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_single_codes_ranges_and_lists() {
        let map = CharacterMap::read(
            b"1 begincodespacerange <0000> <FFFF> endcodespacerange\n\
              2 beginbfchar <0001> <4E00> <0002> <00660069> endbfchar\n\
              3 beginbfrange <0010> <0012> <4E8C> <0020> <0021> [<4E09> <56DB>] <0030> <0031> <D840DC00> endbfrange",
        );
        let all: Vec<Option<String>> = [1, 2, 0x11, 0x21, 0x31, 0x99].iter().map(|c| map.get(*c)).collect();
        let expected = ["一", "fi", "亍", "四", "\u{20001}"].map(|s| Some(s.to_owned()));
        assert_eq!(all[..5], expected);
        assert_eq!(all[5], None);
        assert_eq!(map.length(&[0, 1, 0]), Some(2));
    }

    #[test]
    fn a_range_over_all_codes_costs_nothing() {
        let map = CharacterMap::read(b"1 beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange");
        assert_eq!(map.get(2).as_deref(), Some("C"));
    }
}
