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
    if let Some(text) = wide(bytes) {
        return Ok(text);
    }
    let encoding = declared(bytes).unwrap_or(GB18030);
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
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

/// The encoding that a page of HTML says it has; UTF-8 is not one that is left to be tried.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..bytes.len().min(2048)).unwrap_or(bytes).to_ascii_lowercase();
    let at = head.windows(8).position(|w| w == b"charset=")?;
    let label: Vec<u8> =
        head.get(at + 8..)?.iter().copied().skip_while(|b| b"\"' ".contains(b)).take(20).collect();
    let length =
        label.iter().position(|b| !b.is_ascii_alphanumeric() && !b"-_".contains(b)).unwrap_or(label.len());
    let found = Encoding::for_label(label.get(..length)?)?;
    (!matches!(found.name(), "UTF-8" | "UTF-16LE" | "UTF-16BE" | "replacement" | "GBK")).then_some(found)
}

/// UTF-16 of Chinese characters alone, without a mark and without zeros: almost every unit is one of them.
/// Bytes of GB18030 taken as such units are characters of other scripts.
fn wide(bytes: &[u8]) -> Option<String> {
    if !bytes.len().is_multiple_of(2) {
        return None;
    }
    let chinese = |high: u8| matches!(high, 0x30 | 0x4e..=0x9f | 0xff);
    let count = |from: usize| bytes.iter().skip(from).step_by(2).take(2000).filter(|b| chinese(**b)).count();
    let units = (bytes.len() / 2).min(2000);
    let (little, big) = (count(1), count(0));
    let encoding = if little >= big { UTF_16LE } else { UTF_16BE };
    if little.max(big) * 100 < units * 97 {
        return None;
    }
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    let known = text
        .chars()
        .filter(|c| matches!(c, '\u{3000}'..='\u{303f}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ff60}'));
    (!broken && known.count() * 100 >= units.min(text.chars().count()) * 97).then(|| text.into_owned())
}

/// UTF-16 without a mark: ASCII has its zero byte second in the little-endian order.
fn sixteen(bytes: &[u8]) -> Result<String, Unreadable> {
    let zeros = |from: usize| bytes.iter().skip(from).step_by(2).take(2000).filter(|b| **b == 0).count();
    let encoding = if zeros(1) >= zeros(0) { UTF_16LE } else { UTF_16BE };
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    if broken || text.contains('\0') { Err(Unreadable::Encoding) } else { Ok(text.into_owned()) }
}
