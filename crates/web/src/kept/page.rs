//! A page as bytes with gaps for the token, plain and packed.
//!
//! Packed it is one stream of deflate: what stands between two gaps is packed by itself, and the token stands in the gap as
//! it is. So a page is packed once, and the token is never packed with anything: how long the page gets tells nothing of it.

use std::sync::OnceLock;

use app::Ids;
use axum::body::{Body, Bytes};
use axum::http::response::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use flate2::{Compress, Compression, Crc, FlushCompress};

use crate::csrf::{Csrf, WRITTEN};
use crate::edge::{self, LEAST};

/// What stands in a page in the place of the token while it is made: random each time, so that no text can hold it.
pub(crate) struct Marker(String);

impl Marker {
    pub fn new() -> Self {
        let mut text = String::with_capacity(WRITTEN);
        while text.len() < WRITTEN {
            text.push_str(&Ids::token());
        }
        text.truncate(WRITTEN);
        Self(text)
    }

    pub fn csrf(&self) -> Csrf {
        Csrf::marked(self.0.clone())
    }
}

/// A page without the token. 留空的页面
pub(crate) struct Page {
    head: Parts,
    /// What stands before, between and after the gaps.
    pieces: Vec<Bytes>,
    length: usize,
    mark: u64,
    packed: OnceLock<Option<Vec<Bytes>>>,
}

const GZIP: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
/// An empty block that says it is the last one.
const LAST: [u8; 2] = [3, 0];

impl Page {
    pub fn new(mut head: Parts, bytes: &Bytes, marker: &Marker) -> Self {
        head.headers.remove(header::CONTENT_LENGTH);
        let mut pieces = Vec::new();
        let mut from = 0;
        for at in found(bytes, marker.0.as_bytes()) {
            pieces.push(bytes.slice(from..at));
            from = at + WRITTEN;
        }
        pieces.push(bytes.slice(from..));
        let mark = pieces.iter().fold(0, |mark, piece| mark_of(piece, mark));
        Self { head, pieces, length: bytes.len(), mark, packed: OnceLock::new() }
    }

    /// How many bytes it takes, packed too.
    pub fn weighs(&self) -> usize {
        self.length + self.length / 4
    }

    fn has_gaps(&self) -> bool {
        self.pieces.len() > 1
    }

    /// The page as it was answered, with the token put in.
    pub fn as_made(&self, csrf: &Csrf) -> Response {
        let mut answer = self.bare(self.head.status);
        *answer.body_mut() = self.plain(csrf);
        answer
    }

    /// The page for somebody who may keep it (`is_public`) or not, packed where they take that; that nothing changed where
    /// they have it.
    pub fn sent(&self, csrf: &Csrf, asked: &HeaderMap, is_public: bool) -> Response {
        let tag = is_public.then(|| self.tag(csrf));
        let has = |tag: &String| asked.get_all(header::IF_NONE_MATCH).iter().any(|has| holds(has, tag));
        let mut answer = if tag.as_ref().is_some_and(has) {
            let mut answer = StatusCode::NOT_MODIFIED.into_response();
            answer.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
            answer
        } else {
            let packed = if edge::takes_gzip(asked) { self.packed() } else { None };
            let mut answer = self.bare(self.head.status);
            match packed {
                // The layer that packs says so of what goes out plain.
                None => *answer.body_mut() = self.plain(csrf),
                Some(packed) => {
                    *answer.body_mut() = self.filled_packed(packed, csrf);
                    let headers = answer.headers_mut();
                    headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                    headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
                }
            }
            answer
        };
        if let Some(tag) = tag.and_then(|tag| HeaderValue::from_str(&tag).ok()) {
            answer.headers_mut().insert(header::ETAG, tag);
        }
        answer
    }

    fn bare(&self, status: StatusCode) -> Response {
        let mut answer = Response::new(Body::empty());
        (*answer.status_mut(), *answer.headers_mut()) = (status, self.head.headers.clone());
        answer
    }

    /// What tells this page of another: its text, and whose token is in it.
    fn tag(&self, csrf: &Csrf) -> String {
        let whose = if self.has_gaps() { app::short_hash(csrf.token().as_bytes()) } else { String::new() };
        format!("W/\"{:016x}{whose}\"", self.mark)
    }

    fn plain(&self, csrf: &Csrf) -> Body {
        match self.pieces.as_slice() {
            [only] => Body::from(only.clone()),
            pieces => Body::from(filled(pieces, csrf.written().as_bytes(), self.length)),
        }
    }

    /// The pieces packed, each but the last with the head of the block that its gap is; nothing where that is not worth it.
    fn packed(&self) -> Option<&[Bytes]> {
        let make = || (self.length >= LEAST).then(|| packed(&self.pieces)).flatten();
        self.packed.get_or_init(make).as_deref()
    }

    fn filled_packed(&self, packed: &[Bytes], csrf: &Csrf) -> Body {
        let written = if self.has_gaps() { csrf.written() } else { String::new() };
        let mut crc = Crc::new();
        for (at, piece) in self.pieces.iter().enumerate() {
            if at > 0 {
                crc.update(written.as_bytes());
            }
            crc.update(piece);
        }
        let mut whole = filled(packed, written.as_bytes(), self.length / 3 + 64);
        whole.extend(crc.sum().to_le_bytes());
        whole.extend(crc.amount().to_le_bytes());
        Body::from(whole)
    }
}

/// Where a text stands in bytes.
fn found(bytes: &[u8], text: &[u8]) -> Vec<usize> {
    let mut at = Vec::new();
    let Ok(page) = std::str::from_utf8(bytes) else { return at };
    let Ok(text) = std::str::from_utf8(text) else { return at };
    at.extend(page.match_indices(text).map(|(at, _)| at));
    at
}

fn filled(pieces: &[Bytes], written: &[u8], about: usize) -> Vec<u8> {
    let mut whole = Vec::with_capacity(about);
    for (at, piece) in pieces.iter().enumerate() {
        if at > 0 {
            whole.extend_from_slice(written);
        }
        whole.extend_from_slice(piece);
    }
    whole
}

fn packed(pieces: &[Bytes]) -> Option<Vec<Bytes>> {
    let gap = u16::try_from(WRITTEN).ok()?;
    let mut packer = Compress::new(Compression::new(5), false);
    let mut made = Vec::with_capacity(pieces.len());
    for (at, piece) in pieces.iter().enumerate() {
        let mut bytes = if at == 0 { GZIP.to_vec() } else { Vec::new() };
        pack(&mut packer, piece, &mut bytes)?;
        if at + 1 < pieces.len() {
            // A block that is not packed: its kind, its length, and the length the other way round.
            bytes.push(0);
            bytes.extend(gap.to_le_bytes());
            bytes.extend((!gap).to_le_bytes());
        } else {
            bytes.extend(LAST);
        }
        made.push(Bytes::from(bytes));
    }
    Some(made)
}

/// Packs a piece so that it ends with a whole byte and nothing after it refers to it.
fn pack(packer: &mut Compress, piece: &[u8], into: &mut Vec<u8>) -> Option<()> {
    let start = packer.total_in();
    loop {
        let done = usize::try_from(packer.total_in() - start).ok()?;
        into.reserve(piece.len() / 2 + 128);
        packer.compress_vec(piece.get(done..)?, into, FlushCompress::Full).ok()?;
        // Room that is left says that all is out.
        let is_in = usize::try_from(packer.total_in() - start).ok()? == piece.len();
        if is_in && into.len() < into.capacity() {
            return Some(());
        }
    }
}

/// Whether a tag is among those that a browser has.
fn holds(has: &HeaderValue, tag: &str) -> bool {
    has.to_str().is_ok_and(|text| text.split(',').any(|one| one.trim() == tag))
}

/// A mark of bytes that goes on from another: it tells versions of a page apart, and proves nothing.
fn mark_of(bytes: &[u8], before: u64) -> u64 {
    let turned = |mark: u64, word: u64| (mark.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let (words, rest) = bytes.as_chunks::<8>();
    let mark = words.iter().fold(before ^ 0x5bd1_e995, |mark, word| turned(mark, u64::from_le_bytes(*word)));
    let mark = rest.iter().fold(mark, |mark, byte| turned(mark, u64::from(*byte)));
    let mark = turned(mark, u64::try_from(bytes.len()).unwrap_or(0));
    mark ^ mark >> 29
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn page(text: &str, gaps: usize) -> (Page, String) {
        let marker = Marker::new();
        let mut whole = text.repeat(40);
        for _ in 0..gaps {
            whole.push_str(marker.csrf().written().as_str());
            whole.push_str(text);
        }
        let (head, ()) = axum::http::Response::new(()).into_parts();
        (Page::new(head, &Bytes::from(whole.clone()), &marker), whole.replace(&marker.0, "…"))
    }

    fn csrf() -> Csrf {
        Csrf::new(Ids::token())
    }

    async fn text(answer: Response) -> String {
        let is_packed = answer.headers().contains_key(header::CONTENT_ENCODING);
        let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        if !is_packed {
            return String::from_utf8(bytes.to_vec()).unwrap();
        }
        let mut text = String::new();
        flate2::read::GzDecoder::new(&*bytes).read_to_string(&mut text).unwrap();
        text
    }

    #[tokio::test]
    async fn plain_and_packed_are_the_same_page_with_ones_own_token() {
        let mut takes = HeaderMap::new();
        takes.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        for gaps in [0, 1, 2, 7] {
            let (page, expected) = page("事项、期限、依据，全程可查", gaps);
            for asked in [&HeaderMap::new(), &takes] {
                let (own, other) = (csrf(), csrf());
                let (mine, theirs) =
                    (text(page.sent(&own, asked, true)).await, text(page.sent(&other, asked, false)).await);
                let pieces: Vec<&str> = expected.split('…').collect();
                assert_eq!(pieces.len(), gaps + 1);
                for (made, whose, stranger) in [(mine, &own, &other), (theirs, &other, &own)] {
                    let mut rest = made.as_str();
                    for (at, piece) in pieces.iter().enumerate() {
                        if at > 0 {
                            let (token, after) = rest.split_at(WRITTEN);
                            assert!(whose.is_in(token) && !stranger.is_in(token));
                            rest = after;
                        }
                        rest = rest.strip_prefix(piece).unwrap();
                    }
                    assert_eq!(rest, "");
                }
            }
        }
    }

    #[tokio::test]
    async fn who_has_the_page_is_told_so_and_nobody_elses_tag_counts() {
        let (page, _) = page("公开信息", 1);
        let (own, other) = (csrf(), csrf());
        let tag = page.sent(&own, &HeaderMap::new(), true).headers()[header::ETAG].clone();
        let mut asked = HeaderMap::new();
        asked.insert(header::IF_NONE_MATCH, tag);
        assert_eq!(page.sent(&own, &asked, true).status(), StatusCode::NOT_MODIFIED);
        assert_eq!(page.sent(&other, &asked, true).status(), StatusCode::OK);
        let private = page.sent(&own, &asked, false);
        assert_eq!((private.status(), private.headers().get(header::ETAG)), (StatusCode::OK, None));
    }

    #[test]
    fn marks_differ_where_texts_do() {
        let marks = ["", "a", "b", "ab", "ba", "12345678", "12345678a", "1234567a8"]
            .map(|text| mark_of(text.as_bytes(), 0));
        assert!(marks.iter().enumerate().all(|(at, mark)| !marks[at + 1..].contains(mark)));
    }
}
