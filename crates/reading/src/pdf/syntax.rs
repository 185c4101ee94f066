//! The words of content streams and of character maps.

/// A word.
#[derive(Clone, Debug, PartialEq)]
pub enum Token<'b> {
    Number(f32),
    Name(&'b [u8]),
    Text(Vec<u8>),
    Word(&'b [u8]),
    OpenArray,
    CloseArray,
    OpenDictionary,
    CloseDictionary,
}

/// Cuts bytes into words, once through.
pub struct Tokens<'b> {
    bytes: &'b [u8],
    at: usize,
}

const fn is_blank(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

const fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

impl<'b> Tokens<'b> {
    pub const fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                while self.peek().is_some_and(|b| b != b'\n' && b != b'\r') {
                    self.at += 1;
                }
            } else if is_blank(byte) {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    /// The bytes up to the next blank or delimiter.
    fn regular(&mut self) -> &'b [u8] {
        let start = self.at;
        while self.peek().is_some_and(|b| !is_blank(b) && !is_delimiter(b)) {
            self.at += 1;
        }
        self.bytes.get(start..self.at).unwrap_or(&[])
    }

    /// Moves behind the data of a picture within the content: behind `EI` between blanks.
    pub fn skip_picture(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or(&[]);
        let end =
            rest.windows(4).position(|w| matches!(w, [a, b'E', b'I', b] if is_blank(*a) && is_blank(*b)));
        self.at = end.map_or(self.bytes.len(), |end| self.at + end + 3);
    }

    /// A string in parentheses; the opening one is passed.
    fn literal(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut depth = 1_usize;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => depth += 1,
                b')' => {
                    depth -= 1;
                    if depth == 0 {
                        return out;
                    }
                }
                b'\\' => {
                    if let Some(byte) = self.escape() {
                        out.push(byte);
                    }
                    continue;
                }
                _ => {}
            }
            out.push(byte);
        }
        out
    }

    fn escape(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(match byte {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 8,
            b'f' => 12,
            b'\n' => return None,
            b'\r' => {
                if self.peek() == Some(b'\n') {
                    self.at += 1;
                }
                return None;
            }
            b'0'..=b'7' => {
                let mut value = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                    value = value * 8 + u32::from(digit - b'0');
                    self.at += 1;
                }
                u8::try_from(value & 0xff).unwrap_or(0)
            }
            other => other,
        })
    }

    /// A string of hexadecimal digits; the opening sign is passed.
    fn hexadecimal(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut half = None;
        while let Some(byte) = self.peek() {
            self.at += 1;
            if byte == b'>' {
                break;
            }
            let Some(digit) = char::from(byte).to_digit(16).and_then(|d| u8::try_from(d).ok()) else {
                continue;
            };
            match half.take() {
                Some(high) => out.push(high * 16 + digit),
                None => half = Some(digit),
            }
        }
        out.extend(half.map(|high| high * 16));
        out
    }
}

impl<'b> Iterator for Tokens<'b> {
    type Item = Token<'b>;

    fn next(&mut self) -> Option<Token<'b>> {
        loop {
            self.skip_blanks();
            let byte = self.peek()?;
            let next = self.bytes.get(self.at + 1).copied();
            let (length, token) = match (byte, next) {
                (b'<', Some(b'<')) => (2, Some(Token::OpenDictionary)),
                (b'>', Some(b'>')) => (2, Some(Token::CloseDictionary)),
                (b'[', _) => (1, Some(Token::OpenArray)),
                (b']', _) => (1, Some(Token::CloseArray)),
                (b'(' | b'<' | b'/', _) => (1, None),
                _ if is_delimiter(byte) => {
                    self.at += 1;
                    continue;
                }
                _ => {
                    let word = self.regular();
                    return Some(number(word).map_or(Token::Word(word), Token::Number));
                }
            };
            self.at += length;
            return Some(match (byte, token) {
                (_, Some(token)) => token,
                (b'(', None) => Token::Text(self.literal()),
                (b'<', None) => Token::Text(self.hexadecimal()),
                _ => Token::Name(self.regular()),
            });
        }
    }
}

fn number(word: &[u8]) -> Option<f32> {
    let first = word.first()?;
    if !(first.is_ascii_digit() || matches!(first, b'-' | b'+' | b'.')) || word.len() > 40 {
        return None;
    }
    let text = std::str::from_utf8(word).ok()?;
    let value: f32 = text.trim_start_matches("--").parse().ok()?;
    value.is_finite().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_content_stream() {
        let source = b"BT /F1 12 Tf [(a\\)b\\101) -250.5 <4E0>] TJ % note\n<</A 1>> BI /W 1 ID \0EI\xff EI Q";
        let mut tokens = Tokens::new(source);
        let mut seen = Vec::new();
        while let Some(token) = tokens.next() {
            if token == Token::Word(b"ID") {
                tokens.skip_picture();
            }
            seen.push(token);
        }
        assert_eq!(seen[1..4], [Token::Name(b"F1"), Token::Number(12.0), Token::Word(b"Tf")]);
        assert_eq!(seen[5], Token::Text(b"a)bA".to_vec()));
        assert_eq!(seen[7], Token::Text(vec![0x4e, 0x00]));
        assert_eq!(seen.last(), Some(&Token::Word(b"Q")));
        assert_eq!(Tokens::new(b"((((").count(), 1);
    }
}
