//! The sealed bundle: the report in its forms, its figures with what each is made of, the rules they rest on, and the proof that
//! every record behind them is in the journal under a signed root; a manifest of all, signed.

use std::collections::BTreeMap;

use documents::Document;
use figures::Tally;
use ledger::{Hash, HashFunction, Sm3};
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};
use store::tally::{self, Contribution};
use store::{Query, events, tree, tree_head};

use super::container;
use super::{AnnualReport, asked};
use crate::error::{AppError, Result};
use crate::figures_view::{FigureAsked, FigureLine, range};
use crate::platform::Platform;
use crate::root_key::{RootKey, RootKeys, hex};
use crate::roots::{SignedRoot, log_id};
use crate::witness::with_witnesses;

/// The version of the bundle's files.
pub(super) const BUNDLE_FORMAT: u32 = 1;
/// How many records of a figure are read at a time.
const PAGE: u32 = 1000;

/// What a bundle holds. 封存包种类
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Report,
    Case,
}

impl Kind {
    pub fn manifest(self) -> &'static str {
        match self {
            Self::Report => "yifa_report_bundle",
            Self::Case => "yifa_case_bundle",
        }
    }

    pub fn seal(self) -> &'static str {
        match self {
            Self::Report => "yifa_report_seal",
            Self::Case => "yifa_case_seal",
        }
    }

    /// The first line of what is signed: the seal of one kind is none of the other.
    fn line(self) -> &'static str {
        match self {
            Self::Report => "yifa report bundle 1",
            Self::Case => "yifa case bundle 1",
        }
    }
}

/// The forms of the report that go into a bundle. 报告文本
#[derive(Clone, Debug)]
pub struct Forms {
    pub document: Document,
    /// Name of the file and its bytes; PDF is left out where no face for it was found.
    pub files: Vec<(String, Vec<u8>)>,
    /// What is to be said of the forms: faces that stand in for others, what is left out.
    pub remarks: Vec<String>,
}

impl Forms {
    /// Writes a document in all its forms.
    ///
    /// # Errors
    /// The PDF cannot be written, though there are faces.
    pub fn of(
        document: Document,
        faces: std::result::Result<&documents::Faces, &documents::NoFaces>,
    ) -> Result<Self> {
        let mut files = vec![
            ("report.html".to_owned(), documents::to_html(&document).into_bytes()),
            ("report.docx".to_owned(), documents::to_docx(&document)),
        ];
        let mut remarks = Vec::new();
        match faces {
            Ok(faces) => {
                let made = documents::to_pdf(&document, faces);
                let made =
                    made.map_err(|fault| AppError::wrong("pdf", fault.to_string(), "换一套字体再试。"))?;
                if !made.substitutes.is_empty() {
                    remarks.push(format!("PDF的字体：{}。", made.substitutes.join("；")));
                }
                if !made.missing.is_empty() {
                    remarks.push(format!("PDF中这些字没有字形，显示为方框：{}", made.missing));
                }
                files.push(("report.pdf".to_owned(), made.bytes));
            }
            Err(none) => remarks.push(format!("{none}；只有HTML和DOCX。")),
        }
        Ok(Self { document, files, remarks })
    }
}

/// What figures are made of, gathered from the journal.
#[derive(Default)]
struct Gathered {
    figures: Vec<Json>,
    /// Place in the journal and hash of each record behind a figure.
    events: BTreeMap<u64, Hash>,
    known: BTreeMap<(String, u32), u64>,
    /// What a figure of a register comes to, with the register: it rests on no event, so it is told and not proved.
    told: BTreeMap<String, (String, Tally)>,
}

impl Platform {
    /// A report with its forms as one sealed file. The last root must cover every record behind its figures.
    ///
    /// # Errors
    /// There are no keys, or no root that covers the records; the store cannot be read.
    pub fn bundle(&self, report: &AnnualReport, forms: &Forms) -> Result<Vec<u8>> {
        let keys = RootKey::of(self.store().dir()).read()?.ok_or_else(|| not_covered("还没有签名密钥"))?;
        let organ = self.organ(&report.organ.0)?;
        let (asked, _) = asked(&organ, report.year, report.as_of)?;
        let lines = self.figures(None, &asked)?;
        let told = self.told_figures(&asked)?;
        let (gathered, root, rest) = self.store().read(|reader| {
            let mut gathered = Gathered { told: told.clone(), ..Gathered::default() };
            for figure in &report.figures {
                if let Some(line) = lines.iter().find(|line| line.id == figure.id) {
                    self.gather(reader, &mut gathered, line, &asked)?;
                }
            }
            let root = last_root(reader)?.ok_or_else(|| not_covered("日志还没有根"))?;
            let places: Vec<u64> = gathered.events.keys().copied().collect();
            if places.last().is_some_and(|last| *last > root.size()) {
                return Err(not_covered("最后的根没有覆盖报告所依的全部记录"));
            }
            let rest = tree::cover(reader, &places, root.size())?;
            Ok((gathered, root, rest))
        })?;
        let mut files = vec![("report.md".to_owned(), report.to_markdown().into_bytes())];
        files.extend(forms.files.iter().cloned());
        files.push(("report.json".to_owned(), pretty(&report.to_json())));
        files.push(("figures.json".to_owned(), pretty(&figures_json(report, gathered.figures))));
        files.push(("root.json".to_owned(), pretty(&root.file())));
        files.push(("proof.json".to_owned(), pretty(&proof_json(&gathered.events, &rest))));
        files.extend(self.rules_of(report));
        let manifest = pretty(&manifest_json(report, forms, &files));
        let text = seal_text(Kind::Report, &root, &Sm3::digest(&[&manifest]));
        let signed = keys.sign(text.as_bytes()).ok_or_else(|| not_covered("签名没有作成"))?;
        let public = RootKeys(keys.public());
        let seal = seal_json(Kind::Report, &public, &hex(&signed.sm2), &hex(&signed.ed25519), &manifest);
        files.insert(0, ("manifest.json".to_owned(), manifest));
        files.insert(1, ("seal.json".to_owned(), pretty(&seal)));
        let too_large = || AppError::wrong("bundle", "封存包超过4 GB", "减少报告的指标再试。");
        container::packed(&files).ok_or_else(too_large)
    }

    /// What the figures of all registers come to, each with its register.
    fn told_figures(&self, asked: &FigureAsked) -> Result<BTreeMap<String, (String, Tally)>> {
        let mut made = BTreeMap::new();
        for register in self.rules().registers.iter().filter(|register| !register.figures.is_empty()) {
            let told = self.counted(register, asked)?;
            for figure in &register.figures {
                made.insert(figure.id.clone(), (register.id.clone(), told.of(&figure.id).0));
            }
        }
        Ok(made)
    }

    fn gather(
        &self,
        db: &dyn Query,
        gathered: &mut Gathered,
        line: &FigureLine,
        asked: &FigureAsked,
    ) -> Result<()> {
        let mut rows = Vec::new();
        let mut after: Option<Contribution> = None;
        loop {
            let page = tally::contributions(db, &range(&line.id, asked), after.as_ref(), PAGE)?;
            after = page.last().cloned();
            for one in &page {
                let place = place_of(db, gathered, one)?;
                rows.push(json!([place, one.n, one.total]));
            }
            if page.len() < usize::try_from(PAGE).unwrap_or(usize::MAX) {
                break;
            }
        }
        let own = self.figure(&line.id);
        let value = line.value;
        let told = gathered.told.get(&line.id);
        gathered.figures.push(json!({
            "id": line.id,
            "name": line.name,
            "value": value.map(|value| value.text()),
            "unit": line.unit,
            "numerator": value.map(|value| value.numerator),
            "denominator": value.map(|value| value.denominator),
            "scale": value.map(|value| value.scale),
            "digits": value.map(|value| value.digits),
            "counts": own.map(|figure| kind(&figure.measure)),
            "register": told.map(|(register, _)| register.as_str()),
            "tally": told.map(|(_, tally)| [tally.n, tally.total]),
            "part": line.parts.as_ref().map(|parts| parts.0.as_str()),
            "whole": line.parts.as_ref().map(|parts| parts.1.as_str()),
            "procedure": line.procedure_id,
            "records": rows.len(),
            "contributions": rows,
        }));
        Ok(())
    }

    /// The text of each procedure whose figures are in the report.
    fn rules_of(&self, report: &AnnualReport) -> Vec<(String, Vec<u8>)> {
        let packs = self.rules().packs.iter();
        let of_report = packs.filter(|pack| {
            pack.file.figures.iter().any(|own| report.figures.iter().any(|figure| figure.id == own.id))
        });
        let mut made: Vec<(String, Vec<u8>)> = of_report
            .map(|pack| {
                let hash = Sm3::digest(&[pack.source.as_bytes()]).hex();
                let short = hash.get(..12).unwrap_or(&hash);
                let id = &pack.file.procedure.id;
                (format!("rules/{id}-{short}.toml"), pack.source.clone().into_bytes())
            })
            .collect();
        made.sort();
        made.dedup();
        made
    }
}

fn kind(measure: &figures::Measure) -> &'static str {
    match measure {
        figures::Measure::Count { .. } | figures::Measure::Punctual { .. } => "count",
        figures::Measure::Entries { counted: figures::Counted::Sum(_), .. } => "sum",
        figures::Measure::Entries { .. } => "count",
        figures::Measure::Sum { .. } => "sum",
        figures::Measure::Share { .. } => "share",
        figures::Measure::Duration { .. } => "duration",
    }
}

/// Where in the journal the event behind a contribution is, noted with its hash.
fn place_of(db: &dyn Query, gathered: &mut Gathered, one: &Contribution) -> Result<u64> {
    let key = (one.case.clone(), one.number);
    if let Some(place) = gathered.known.get(&key) {
        return Ok(*place);
    }
    let entry = events::get(db, &one.case, one.number)?;
    let entry = entry.ok_or_else(|| AppError::not_found("指标所依的记录"))?;
    let place = u64::try_from(entry.seq).unwrap_or(u64::MAX);
    gathered.events.insert(place, entry.chained.hash);
    gathered.known.insert(key, place);
    Ok(place)
}

fn last_root(db: &dyn Query) -> Result<Option<SignedRoot>> {
    let log = log_id(db)?;
    let mut root = tree_head::last(db)?.and_then(|head| SignedRoot::of(&log, &head));
    with_witnesses(db, root.as_mut_slice())?;
    Ok(root)
}

fn not_covered(why: &str) -> AppError {
    AppError::wrong("no_root", format!("{why}，封存包不能证明"), "先用 yifa root 作一个根，再生成封存包。")
}

/// JSON as the bundle has it: one form for one content.
pub(crate) fn pretty(value: &Json) -> Vec<u8> {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text.into_bytes()
}

fn figures_json(report: &AnnualReport, figures: Vec<Json>) -> Json {
    json!({
        "format_version": BUNDLE_FORMAT,
        "kind": "yifa_report_figures",
        "scope": report.scope,
        "from": format!("{}-01-01", report.year),
        "to": format!("{}-12-31", report.year),
        "as_of": report.as_of.to_string(),
        "contribution": ["place", "n", "total"],
        "figures": figures,
    })
}

fn proof_json(events: &BTreeMap<u64, Hash>, rest: &[Hash]) -> Json {
    let events: Vec<Json> = events.iter().map(|(place, hash)| json!([place, hash.hex()])).collect();
    let rest: Vec<String> = rest.iter().map(Hash::hex).collect();
    json!({ "format_version": BUNDLE_FORMAT, "kind": "yifa_report_proof", "events": events, "rest": rest })
}

fn manifest_json(report: &AnnualReport, forms: &Forms, files: &[(String, Vec<u8>)]) -> Json {
    json!({
        "format_version": BUNDLE_FORMAT,
        "kind": Kind::Report.manifest(),
        "title": report.title,
        "organ": { "id": report.organ.0, "name": report.organ.1 },
        "year": report.year,
        "as_of": report.as_of.to_string(),
        "demonstration": report.is_demonstration,
        "remarks": forms.remarks,
        "files": manifest_files(files),
    })
}

/// Every file with its size and hashes.
pub(crate) fn manifest_files(files: &[(String, Vec<u8>)]) -> Vec<Json> {
    let one = |(name, bytes): &(String, Vec<u8>)| {
        json!({
            "name": name,
            "bytes": bytes.len(),
            "sm3": Sm3::digest(&[bytes]).hex(),
            "sha256": hex(&Sha256::digest(bytes)),
        })
    };
    files.iter().map(one).collect()
}

/// What is signed: which log and root the manifest goes with, and its hash.
pub(crate) fn seal_text(kind: Kind, root: &SignedRoot, manifest: &Hash) -> String {
    let (log, size, root) = (root.log(), root.size(), root.root());
    let first = kind.line();
    format!("{first}\nlog: {log}\nsize: {size}\nroot: {root}\nmanifest: {}\n", manifest.hex())
}

pub(crate) fn seal_json(kind: Kind, keys: &RootKeys, sm2: &str, ed25519: &str, manifest: &[u8]) -> Json {
    json!({
        "format_version": BUNDLE_FORMAT,
        "kind": kind.seal(),
        "manifest": Sm3::digest(&[manifest]).hex(),
        "keys": keys.json(),
        "sm2_signature": sm2,
        "ed25519_signature": ed25519,
    })
}
