//! The list text and its hash: pieces, several at once.

use ledger::{Batch, Hash, HashFunction as _, Sm3};

use crate::list::List;

/// Bytes of a piece.
const PIECE: usize = 16_384;

/// How many pieces are hashed side by side.
const TOGETHER: usize = 16;

/// A running hash over a text that is cut into pieces.
pub struct Pieces {
    /// What was written and not hashed yet.
    waiting: Vec<u8>,
    batch: Batch,
    /// The prefix and the digests so far.
    digests: Vec<u8>,
    bytes: usize,
}

impl Pieces {
    /// Begins a text; the prefix says what is hashed.
    pub fn new(prefix: &str) -> Self {
        let waiting = Vec::with_capacity(PIECE * (TOGETHER + 1));
        Self { waiting, batch: Batch::new(), digests: prefix.as_bytes().to_vec(), bytes: 0 }
    }

    /// A line of words with tabs between.
    pub fn line<'w>(&mut self, words: impl IntoIterator<Item = &'w str>) {
        for (at, word) in words.into_iter().enumerate() {
            if at > 0 {
                self.waiting.push(b'\t');
            }
            self.waiting.extend_from_slice(word.as_bytes());
        }
        self.waiting.push(b'\n');
        if self.waiting.len() >= PIECE * TOGETHER {
            self.hash_whole();
        }
    }

    /// Hashes the whole pieces that wait.
    fn hash_whole(&mut self) {
        let whole = self.waiting.len() / PIECE * PIECE;
        let (ready, _) = self.waiting.split_at(whole);
        add(&mut self.batch, &mut self.digests, ready);
        self.bytes += whole;
        self.waiting.drain(..whole);
    }

    /// The hash, and how many bytes the text has.
    pub fn finish(mut self) -> (Hash, usize) {
        self.bytes += self.waiting.len();
        add(&mut self.batch, &mut self.digests, &self.waiting);
        (Sm3::digest(&[&self.digests]), self.bytes)
    }
}

fn add(batch: &mut Batch, digests: &mut Vec<u8>, text: &[u8]) {
    for piece in text.chunks(PIECE) {
        batch.add(|to| {
            to.push(0);
            to.extend_from_slice(piece);
        });
    }
    for digest in batch.digests() {
        digests.extend_from_slice(digest.as_bytes());
    }
}

/// The hash of a list, and how many bytes its text has.
pub fn list_hash(list: &List<'_>) -> (Hash, usize) {
    let mut text = Pieces::new("yifa draw list hash 1\n");
    text.line(["yifa draw list 1"]);
    text.line(["title", &list.title]);
    text.line(["organ", &list.organ]);
    text.line(["locked_at", &list.locked_at]);
    text.line(["inspect", &list.inspect_from, &list.inspect_to]);
    text.line(["source", &list.source.name, &list.source.not_before, &list.source.not_after]);
    for one in &list.history {
        text.line(["earlier", &one.list, &one.announcement, &one.outcome, &one.reason]);
    }
    for stratum in &list.strata {
        let ratio = stratum.ratio.to_string();
        let words = ["stratum", &stratum.id, &stratum.name, &ratio];
        text.line(words.into_iter().chain(stratum.fields.iter().map(String::as_str)));
        for object in &stratum.objects {
            text.line(["object", &object.id, &object.name]);
        }
    }
    for inspector in &list.inspectors {
        let limit = inspector.limit.to_string();
        text.line(["inspector", &inspector.id, &inspector.name, &inspector.organ, &limit]);
        for own in &inspector.certificates {
            text.line(["certificate", &own.field, &own.from, &own.to]);
        }
    }
    for one in &list.recusals {
        text.line(["recusal", &one.inspector, &one.object, &one.reason]);
    }
    for one in &list.exclusions {
        text.line(["exclusion", &one.kind, &one.id, &one.reason]);
    }
    text.finish()
}
