//! The character collection Adobe-GB1: its first glyphs follow the rows of GB/T 2312.

use encoding_rs::GB18030;

/// First glyph, how many, and the first code of GB/T 2312 as row and cell.
const ROWS: &[(u32, u32, u8, u8)] = &[
    (96, 94, 0xa1, 0xa1),
    (190, 50, 0xa2, 0xb1),
    (240, 10, 0xa2, 0xe5),
    (250, 12, 0xa2, 0xf1),
    (262, 94, 0xa3, 0xa1),
];
/// Glyphs of half the width, from `!`.
const NARROW: u32 = 814;
/// The first glyphs of the two levels of ideographs: rows B0 to D7 and D8 to F7.
const FIRST_LEVEL: u32 = 940;
const SECOND_LEVEL: u32 = 4695;
const AFTER: u32 = 7703;

/// The character of a glyph; only ASCII, marks and the ideographs of GB/T 2312.
pub fn character(glyph: u32) -> Option<char> {
    match glyph {
        1..=95 => char::from_u32(glyph + 31),
        7716 => Some(' '),
        NARROW..908 => char::from_u32(glyph - NARROW + 0x21),
        FIRST_LEVEL..SECOND_LEVEL => ideograph(0xb0, glyph - FIRST_LEVEL),
        SECOND_LEVEL..AFTER => ideograph(0xd8, glyph - SECOND_LEVEL),
        _ => {
            let (first, _, row, cell) =
                ROWS.iter().find(|(first, count, ..)| (*first..first + count).contains(&glyph))?;
            decoded(*row, u8::try_from(u32::from(*cell) + glyph - first).ok()?)
        }
    }
}

/// The nth ideograph from a row on; each row has 94.
fn ideograph(row: u8, nth: u32) -> Option<char> {
    decoded(u8::try_from(u32::from(row) + nth / 94).ok()?, u8::try_from(0xa1 + nth % 94).ok()?)
}

fn decoded(row: u8, cell: u8) -> Option<char> {
    let bytes = [row, cell];
    let (text, broken) = GB18030.decode_without_bom_handling(&bytes);
    text.chars().next().filter(|_| !broken)
}

#[cfg(test)]
mod tests {
    use super::character;

    #[test]
    fn glyphs_follow_the_rows_of_the_standard() {
        let known =
            [(34, 'A'), (814, '!'), (96, '\u{3000}'), (262, '！'), (940, '啊'), (4694, '座'), (4695, '亍')];
        for (glyph, c) in known {
            assert_eq!(character(glyph), Some(c), "{glyph}");
        }
        assert_eq!(character(30_000), None);
    }
}
