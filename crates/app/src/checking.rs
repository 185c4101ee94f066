//! Checking a file that somebody holds against this journal: a receipt, a root, a proof, a sealed bundle, or a paper of a case.

use ledger::Hash;
use store::{attachment, cases, publication};

use crate::error::Result;
use crate::platform::Platform;
use crate::proofs::Proof;
use crate::report::{Unsealed, unseal};

/// What a file turned out to be, and what of it holds. 核验所见
#[derive(Clone, Debug)]
pub enum FileChecked {
    /// A receipt, a root or a proof of growth.
    Proof {
        proof: Box<Proof>,
        /// What does not hold in the file itself, or not with the keys of this site.
        faults: Vec<String>,
        /// Whether the root that it is about is one that this journal has.
        is_ours: bool,
        /// Why its root does not hold any more, where that was announced.
        lost: Option<String>,
    },
    /// A sealed bundle of the annual report.
    Bundle(Box<Unsealed>),
    /// Papers of cases with exactly this content; none: the file is nothing that is known here.
    Papers { hash: String, found: Vec<Paper> },
}

/// A paper of a case whose content is that of the file. 案卷材料
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// The organ that holds the case.
    pub organ: String,
    /// Its number among the acts of its case.
    pub number: u32,
    /// When it was taken in, in microseconds since 1970-01-01 in UTC.
    pub added_at: i64,
    /// Where the act that it belongs to is public: case, number, act.
    pub public: Option<(String, u32, String)>,
}

impl Platform {
    /// What a file is, and what of it holds. Nothing of a case is told but what its holder knows already: that a paper
    /// with exactly this content is in a file of that organ.
    ///
    /// # Errors
    /// The store cannot be read; a file of proof is not as this version writes it.
    pub fn check_file(&self, bytes: &[u8]) -> Result<FileChecked> {
        let text =
            std::str::from_utf8(bytes).ok().map(|text| text.trim_start_matches('\u{feff}').trim_start());
        if let Some(text) = text.filter(|text| text.starts_with('{')) {
            return self.check_proof(Proof::parse(text)?);
        }
        let trusted = self.own_fingerprints()?;
        let bundle = unseal(bytes, Some(trusted.as_slice()));
        if !bundle.files.is_empty() {
            return Ok(FileChecked::Bundle(Box::new(bundle)));
        }
        let hash = crate::ids::sm3(bytes);
        Ok(FileChecked::Papers { hash: hash.hex(), found: self.papers(&hash)? })
    }

    fn own_fingerprints(&self) -> Result<Vec<String>> {
        const ROOTS: u32 = 10_000;
        let mut all: Vec<String> =
            self.roots(None, ROOTS)?.iter().map(|root| root.keys().fingerprint()).collect();
        all.extend(self.root_keys()?.map(|keys| keys.fingerprint()));
        all.sort();
        all.dedup();
        Ok(all)
    }

    fn check_proof(&self, proof: Proof) -> Result<FileChecked> {
        let trusted = self.own_fingerprints()?;
        let faults = proof.faults(Some(trusted.as_slice())).iter().map(ToString::to_string).collect();
        let root = proof.newest();
        let own = self.roots(root.size().checked_add(1), 1)?;
        let is_ours = own
            .iter()
            .any(|one| one.size() == root.size() && one.root() == root.root() && one.log() == root.log());
        let lost = self.lost_roots()?.into_iter().find(|one| one.root.root() == root.root());
        let lost = lost.map(|one| one.note);
        Ok(FileChecked::Proof { proof: Box::new(proof), faults, is_ours, lost })
    }

    fn papers(&self, hash: &Hash) -> Result<Vec<Paper>> {
        let organs = self.organs()?;
        self.store().read(|reader| {
            let mut made = Vec::new();
            for one in attachment::by_hash(reader, hash)? {
                let Some(case) = cases::get(reader, &one.case)? else { continue };
                let public = publication::of_case(reader, &one.case)?;
                let public = public
                    .into_iter()
                    .find(|it| it.number == one.number && it.is_shown(self.today().number()));
                let organ = organs.iter().find(|organ| organ.id == case.organ);
                made.push(Paper {
                    organ: organ.map_or(case.organ, |organ| organ.name.clone()),
                    number: one.number,
                    added_at: one.added_at,
                    public: public.map(|it| (it.case, it.number, it.act)),
                });
            }
            Ok(made)
        })
    }
}
