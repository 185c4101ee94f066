//! The code that an enterprise scans before anybody comes in (扫码入企): signed by the keys that sign roots, for one approved
//! visit. Whether it is good is read from the case each time, so that a visit that was called off has no good code.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use calendar::Day;
use ledger::{EventKind, Signatures};
use norms::{Deed, Value};
use packs::procedures::Visits;
use store::{cases, document, events};

use crate::actor::Actor;
use crate::case::CaseFile;
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::record::party_name;
use crate::root_key::RootKey;

/// How many letters of the fingerprint of the keys a code carries.
const MARK: usize = 8;

/// A code with the page of the officer who shows it. 入企检查码
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryCode {
    /// What follows `/entry/` in the address.
    pub code: String,
    /// Id of the act that records the arrival.
    pub arrives: String,
    pub shown: EntryShown,
}

/// Whether somebody may come in with a code. 入企检查码的状态
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryState {
    Good,
    /// The approved days have not come yet, or are over.
    Early(Day),
    Late(Day),
    /// Refused, called off or closed without a visit.
    Withdrawn,
    /// They were there on that day.
    Done(Day),
}

impl EntryState {
    #[must_use]
    pub fn is_good(&self) -> bool {
        *self == Self::Good
    }

    /// As the enterprise reads it.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Good => "有效：这次检查经过批准，今天在批准的期间内".to_owned(),
            Self::Early(day) => format!("无效：批准从{}起检查，今天还没有到", day.chinese()),
            Self::Late(day) => format!("无效：批准检查到{}为止，已经过了", day.chinese()),
            Self::Withdrawn => "无效：这次检查已经取消或者没有批准".to_owned(),
            Self::Done(day) => format!("无效：这次检查已经在{}做过", day.chinese()),
        }
    }
}

/// Who is to come. 拟派执法人员
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryOfficer {
    pub name: String,
    /// Numbers of the certificates that are in force today.
    pub certificates: Vec<String>,
}

/// What an enterprise sees of a visit. 入企检查信息
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryShown {
    pub case: String,
    pub number: String,
    pub organ: String,
    pub enterprise: String,
    pub item: String,
    pub from: Day,
    pub until: Day,
    pub approved_on: Day,
    /// Number of the paper of approval.
    pub paper: String,
    pub officers: Vec<EntryOfficer>,
    pub state: EntryState,
}

/// What is signed: this visit, by the hash of the event that approved it.
fn signed_text(case: &str, number: u32, hash: &str) -> String {
    format!("yifa entry 1\n{case}\n{number}\n{hash}\n")
}

fn wrong(why: impl Into<String>) -> AppError {
    let help = "请不要凭这个码放人入企；请向检查机关公开的电话核实，或者查看对方的执法证件和检查通知书。";
    AppError::wrong("entry_code", why, help)
}

impl Platform {
    /// The code of an approved visit, for whoever may read its case.
    ///
    /// # Errors
    /// The case is none that the actor may read, plans no visit, or is not approved; the keys cannot be read.
    pub fn entry_code(&self, actor: &Actor, case: &str) -> Result<EntryCode> {
        let (code, file) = self.readable(actor, case, |reader, file| {
            let no = |why: &str| {
                Err(AppError::wrong("no_entry_code", why, "检查经负责人批准以后才有入企检查码。"))
            };
            let Some(visits) = file.pack.file.visits.as_ref() else {
                return no("这不是入企检查的案件");
            };
            let Some(deed) = approval(file, visits) else { return no("这次检查还没有批准") };
            let hash = approved_hash(reader, case, deed.number)?;
            let keys = self.signing_keys()?;
            let signed = keys.sign(signed_text(case, deed.number, &hash).as_bytes());
            let signed = signed.ok_or_else(|| wrong("签不了名"))?;
            let mark: String = keys.public().fingerprint().hex().chars().take(MARK).collect();
            Ok((format!("{case}.{mark}.{}", URL_SAFE_NO_PAD.encode(signed.to_bytes())), file.clone()))
        })?;
        let arrives = file.pack.file.visits.as_ref().map(|visits| visits.arrives);
        let arrives = arrives.and_then(|act| file.pack.file.procedure.act_of(act));
        let arrives = arrives.map_or(String::new(), |act| act.id.clone());
        Ok(EntryCode { code, arrives, shown: self.entry_shown(&file)? })
    }

    /// What a code says, for anybody who holds it: the signature is checked, then the case asked.
    ///
    /// # Errors
    /// It is no whole code, of another platform, or not as it was signed.
    pub fn entry(&self, code: &str) -> Result<EntryShown> {
        let mut parts = code.trim().split('.');
        let (case, mark, signed) = (parts.next(), parts.next(), parts.next());
        let bytes = signed.and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
        let signatures = bytes.and_then(|bytes| Signatures::from_bytes(&bytes));
        let ((Some(case), Some(mark)), Some(signatures), None) = ((case, mark), signatures, parts.next())
        else {
            return Err(wrong("这不是完整的入企检查码"));
        };
        let keys = RootKey::of(self.store().dir()).read()?.map(|keys| keys.public());
        let own: Option<String> = keys.map(|keys| keys.fingerprint().hex().chars().take(MARK).collect());
        let Some(keys) = keys.filter(|_| own.as_deref() == Some(mark)) else {
            return Err(wrong("这个码不是由本平台签发的（签发密钥不同），本平台不能核验"));
        };
        let forged = || wrong("这个码的签名不对：不是本平台签发的，或者被改动过");
        let file = self.store().read(|reader| -> Result<_> {
            if cases::get(reader, case)?.is_none() {
                return Err(forged());
            }
            let file = self.inner().load(reader, case)?;
            let visits = file.pack.file.visits.as_ref();
            let approves = visits.and_then(|visits| file.pack.file.procedure.act_of(visits.approves));
            let approves = approves.map_or("", |act| act.id.as_str());
            // A code that was signed for an approval which was taken back is still ours: the case says what it is worth.
            let numbers = events::of_case(reader, case, 0)?;
            let is_ours = numbers.iter().any(|entry| {
                let text = signed_text(case, entry.event().number, &entry.chained.hash.to_string());
                entry.event().kind == EventKind::Act
                    && entry.event().act == approves
                    && keys.check(text.as_bytes(), &signatures).is_ok()
            });
            if is_ours { Ok(file) } else { Err(forged()) }
        })?;
        self.entry_shown(&file)
    }

    fn entry_shown(&self, file: &CaseFile) -> Result<EntryShown> {
        let visits = file.pack.file.visits.as_ref().ok_or_else(|| wrong("这不是入企检查"))?;
        let plan = file.history.deeds.iter().find(|deed| deed.act == visits.plans);
        let plan = plan.ok_or_else(|| wrong("这次检查已经撤回"))?;
        let day = |at: u16| match plan.record.get(at) {
            Some(Value::Day(day)) => Some(*day),
            _ => None,
        };
        let text = |at: u16| match plan.record.get(at) {
            Some(Value::Text(text)) => text.as_str(),
            _ => "",
        };
        let from = day(visits.on).unwrap_or(plan.on);
        let until = visits.until.and_then(day).unwrap_or(from).max(from);
        let approved = approval(file, visits);
        let paper = self.store().read(|reader| document::of_case(reader, &file.row.id))?;
        let paper = paper.into_iter().find(|one| approved.is_some_and(|deed| deed.number == one.number));
        let organ = self.organ_of(&file.row.organ)?;
        let names = visits.officers.iter().map(|at| text(*at)).filter(|name| !name.is_empty());
        Ok(EntryShown {
            case: file.row.id.clone(),
            number: file.row.number.clone().unwrap_or_default(),
            enterprise: party_name(text(visits.enterprise)).to_owned(),
            item: text(visits.item).to_owned(),
            from,
            until,
            approved_on: approved.map_or(plan.on, |deed| deed.on),
            paper: paper.map_or(String::new(), |one| one.doc_number),
            officers: names.map(|name| self.entry_officer(&organ.id, name)).collect::<Result<_>>()?,
            organ: organ.name,
            state: state(file, visits, (from, until), self.today()),
        })
    }

    fn entry_officer(&self, organ: &str, name: &str) -> Result<EntryOfficer> {
        let (roll, today) = (self.roll()?, self.today());
        let table = self.table("certificates")?;
        let mut certificates = Vec::new();
        for officer in roll.named(organ, name, today) {
            let held = table
                .on(today)
                .filter(|one| one.organ == organ && table.text(one, "officer") == officer.number);
            certificates.extend(held.map(|one| table.text(one, "number").to_owned()));
        }
        Ok(EntryOfficer { name: name.to_owned(), certificates })
    }
}

/// The deed that approved a visit.
fn approval<'f>(file: &'f CaseFile, visits: &Visits) -> Option<&'f Deed> {
    file.history.deeds.iter().rev().find(|deed| deed.act == visits.approves)
}

fn approved_hash(db: &dyn store::Query, case: &str, number: u32) -> Result<String> {
    let entries = events::of_case(db, case, number.saturating_sub(1))?;
    let own = entries.iter().find(|entry| entry.event().number == number);
    own.map(|entry| entry.chained.hash.to_string()).ok_or_else(|| AppError::not_found("批准检查的事项"))
}

fn state(file: &CaseFile, visits: &Visits, (from, until): (Day, Day), today: Day) -> EntryState {
    let deeds = &file.history.deeds;
    if let Some(done) = deeds.iter().find(|deed| visits.counts.has(deed.act)) {
        return EntryState::Done(done.on);
    }
    if approval(file, visits).is_none() || deeds.iter().any(|deed| visits.ends.has(deed.act)) {
        return EntryState::Withdrawn;
    }
    match today {
        today if today < from => EntryState::Early(from),
        today if today > until => EntryState::Late(until),
        _ => EntryState::Good,
    }
}
