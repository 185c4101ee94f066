//! Bytes to text: UTF-8, UTF-16, GB18030.

use encoding_rs::{Encoding, GB18030, UTF_16BE, UTF_16LE};

use crate::Unreadable;

/// Decodes by the byte order mark, else as UTF-8, else as UTF-16 when every other byte is zero, else as GB18030.
pub fn decode(bytes: &[u8]) -> Result<String, Unreadable> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, broken) = encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or(&[]));
        return if broken { Err(Unreadable::Encoding) } else { Ok(text.into_owned()) };
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return if text.contains('\0') { sixteen(bytes) } else { Ok(text.to_owned()) };
    }
    let zeros = bytes.iter().take(4000).filter(|b| **b == 0).count();
    if zeros > 0 {
        return sixteen(bytes);
    }
    let (text, broken) = GB18030.decode_without_bom_handling(bytes);
    if !broken {
        return Ok(text.into_owned());
    }
    // A file with a few damaged characters is still a text: they are shown as such and found by a rule.
    let lost = text.chars().filter(|c| *c == '\u{fffd}').count();
    let utf8 = String::from_utf8_lossy(bytes);
    let lost_utf8 = utf8.chars().filter(|c| *c == '\u{fffd}').count();
    let (best, count) = if lost_utf8 <= lost { (utf8, lost_utf8) } else { (text, lost) };
    if count * 50 > best.chars().count() { Err(Unreadable::Encoding) } else { Ok(best.into_owned()) }
}

/// UTF-16 without a mark: ASCII has its zero byte second in the little-endian order.
fn sixteen(bytes: &[u8]) -> Result<String, Unreadable> {
    let zeros = |from: usize| bytes.iter().skip(from).step_by(2).take(2000).filter(|b| **b == 0).count();
    let encoding = if zeros(1) >= zeros(0) { UTF_16LE } else { UTF_16BE };
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    if broken || text.contains('\0') { Err(Unreadable::Encoding) } else { Ok(text.into_owned()) }
}
