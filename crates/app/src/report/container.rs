//! The file of a sealed bundle: a ZIP of one fixed form, so that each of its bytes follows from the files in it.
//!
//! Files are stored as they are (method 0), named in UTF-8, without dates, in the order of the list; nothing may stand between
//! or after them. Any program that opens ZIP files opens it.

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
/// 2.0
const NEEDED: u16 = 20;
/// Names are UTF-8.
const UTF8: u16 = 0x0800;
/// The first of January 1980.
const DATE: u16 = 0x21;

/// What four bits make of the state: a bundle has megabytes, and a bit at a time takes too long.
const STEPS: [u32; 16] = [
    0x0000_0000,
    0x1db7_1064,
    0x3b6e_20c8,
    0x26d9_30ac,
    0x76dc_4190,
    0x6b6b_51f4,
    0x4db2_6158,
    0x5005_713c,
    0xedb8_8320,
    0xf00f_9344,
    0xd6d6_a3e8,
    0xcb61_b38c,
    0x9b64_c2b0,
    0x86d3_d2d4,
    0xa00a_e278,
    0xbdbd_f21c,
];

fn crc(bytes: &[u8]) -> u32 {
    let half = |state: u32| {
        let [low, ..] = state.to_le_bytes();
        (state >> 4) ^ STEPS.get(usize::from(low & 15)).copied().unwrap_or_default()
    };
    !bytes.iter().fold(u32::MAX, |state, byte| half(half(state ^ u32::from(*byte))))
}

/// What both headers of a file say of it.
fn described(out: &mut Vec<u8>, name: &str, bytes: &[u8]) -> Option<()> {
    let size = u32::try_from(bytes.len()).ok()?.to_le_bytes();
    for word in [NEEDED, UTF8, 0, 0, DATE] {
        out.extend(word.to_le_bytes());
    }
    out.extend(crc(bytes).to_le_bytes());
    out.extend(size);
    out.extend(size);
    out.extend(u16::try_from(name.len()).ok()?.to_le_bytes());
    out.extend(0u16.to_le_bytes());
    Some(())
}

/// The files as one; none where they are too large for the form (4 GB).
pub(crate) fn packed(files: &[(String, Vec<u8>)]) -> Option<Vec<u8>> {
    let (mut out, mut central) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        let at = u32::try_from(out.len()).ok()?;
        out.extend(LOCAL.to_le_bytes());
        described(&mut out, name, bytes)?;
        out.extend(name.as_bytes());
        out.extend(bytes);
        central.extend(CENTRAL.to_le_bytes());
        central.extend(NEEDED.to_le_bytes());
        described(&mut central, name, bytes)?;
        // No comment, disk 0, no attributes.
        central.extend([0; 10]);
        central.extend(at.to_le_bytes());
        central.extend(name.as_bytes());
    }
    let (at, size) = (u32::try_from(out.len()).ok()?, u32::try_from(central.len()).ok()?);
    let count = u16::try_from(files.len()).ok()?;
    out.extend(central);
    out.extend(END.to_le_bytes());
    out.extend([0; 4]);
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(size.to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend([0; 2]);
    Some(out)
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let four: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
    Some(u32::from_le_bytes(four))
}

/// The files of a bundle; none where it is not byte for byte what [`packed`] makes of them.
pub(super) fn unpacked(bytes: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    let mut at = 0;
    while word(bytes, at)? == LOCAL {
        let size = usize::try_from(word(bytes, at + 18)?).ok()?;
        let length = usize::from(u16::from_le_bytes(bytes.get(at + 26..at + 28)?.try_into().ok()?));
        let from = at + 30 + length;
        let name = std::str::from_utf8(bytes.get(at + 30..from)?).ok()?;
        let until = from.checked_add(size)?;
        files.push((name.to_owned(), bytes.get(from..until)?.to_vec()));
        at = until;
    }
    (packed(&files)? == bytes).then_some(files)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]
    use super::*;

    #[test]
    fn what_goes_in_comes_out_and_each_byte_counts() {
        assert_eq!(crc(b"123456789"), 0xcbf4_3926);
        let files = vec![("a.txt".to_owned(), b"hello".to_vec()), ("规则/b.txt".to_owned(), Vec::new())];
        let whole = packed(&files).unwrap();
        assert_eq!(unpacked(&whole).unwrap(), files);
        for at in 0..whole.len() {
            for bit in 0..8 {
                let mut changed = whole.clone();
                changed[at] ^= 1 << bit;
                assert_ne!(unpacked(&changed).as_ref(), Some(&files), "byte {at}, bit {bit}");
            }
            assert_eq!(unpacked(&whole[..at]), None);
        }
        let longer = [whole.as_slice(), b"x"].concat();
        assert_eq!(unpacked(&longer), None);
    }
}
