//! Papers of cases: which are sealed, whose they are, who opens them and why. 附件的封存和查看
//! （个人信息保护法第六条、第四十七条、第五十一条；GB/T 22239-2019 8.1.4.8、8.1.4.11）

use std::sync::Arc;

use norms::{Act, FieldType, Procedure, Value};
use store::attachment::{self, Attachment, Paper};
use store::person::Whose;
use store::{Query, StoredFile, Tx};

use crate::accounts::Origin;
use crate::acting::Doing;
use crate::actor::Actor;
use crate::asked::Content;
use crate::case::CaseFile;
use crate::error::{AppError, Result};
use crate::persons;
use crate::platform::Platform;
use crate::prepared::Prepared;
use crate::readings::Read;
use crate::record;

/// How many cases are looked at in one step of sealing what older programs left open.
const AT_ONCE: u32 = 20;

/// Whether papers of such cases may tell of persons: the procedure asks for personal data somewhere.
pub(crate) fn is_guarded(procedure: &Procedure) -> bool {
    procedure.acts.iter().any(|act| act.fields.iter().any(|field| field.personal))
}

/// What everybody may be told of a paper that stands in a field.
pub(crate) fn kind(field: &norms::Field) -> String {
    field.name.chars().filter(|c| !matches!(c, '/' | '\\' | '.' | '|') && !c.is_control()).collect()
}

/// The fields of the event of a number in which a content stands.
fn fields_with<'a>(
    db: &dyn Query,
    file: &'a CaseFile,
    number: u32,
    hash: &str,
) -> Result<Vec<&'a norms::Field>> {
    let Some(entry) = store::events::get(db, &file.row.id, number)? else { return Ok(Vec::new()) };
    let procedure = &file.pack.file.procedure;
    let spec = procedure.act_named(&entry.event().act).and_then(|act| procedure.act_of(act));
    let Some(spec) = spec else { return Ok(Vec::new()) };
    let record = record::from_json(spec, &entry.event().record, None);
    let holds = |value: Option<&Value>| match value {
        Some(Value::List(items)) => items.iter().any(|item| item.split('|').next() == Some(hash)),
        _ => false,
    };
    let found = spec.fields.iter().zip(record.values());
    Ok(found.filter(|(_, value)| holds(*value)).map(|(field, _)| field).collect())
}

/// Whether a content stands in a public field of its event: then it is nobody's secret.
fn is_public(db: &dyn Query, file: &CaseFile, own: &Attachment) -> Result<bool> {
    let fields = fields_with(db, file, own.number, &own.hash.hex())?;
    Ok(fields.iter().any(|field| field.public && field.kind == FieldType::File))
}

impl Platform {
    /// The content of an attachment of a case, checked against its hash, with the reading noted before it is shown. A paper
    /// that may tell of persons is opened by the party, by the officer who deals with the case, and by others whom the rules let see
    /// personal data, for a reason.
    ///
    /// # Errors
    /// The case has no such file or is not the actor's to read, or the actor withdrew from it; no reason, where one is asked
    /// for ([`AppError::Invalid`]); it was erased; the content is damaged.
    pub fn attachment(
        &self,
        actor: &Actor,
        case: &str,
        hash: &str,
        reason: Option<&str>,
        origin: &Origin,
    ) -> Result<Content> {
        let missing = || AppError::not_found("这个附件");
        let wanted = ledger::Hash::parse(hash).ok_or_else(missing)?;
        let keys = self.inner().held();
        let (found, name, asks) = self.readable(actor, case, |reader, file| {
            self.must_be_entitled(actor, file)?;
            let mut files = attachment::of_case(reader, case)?;
            files.retain(|file| file.hash == wanted);
            // One that was erased gives way to the same content handed in by somebody else.
            let at = files.iter().position(|file| !file.is_erased()).unwrap_or(0);
            if files.is_empty() {
                return Err(missing());
            }
            let found = files.swap_remove(at);
            let asks = self.asks_reason(reader, actor, file, &found)?;
            let name = found.own_name(keys.ready());
            Ok((found, name, asks))
        })?;
        let given = if asks { Some(reason_in(reason)?) } else { None };
        let Some(bytes) = self.store().files().content(keys.ready(), &found)? else {
            let help = "日志里还有它的杂凑值；持有原件的，可以在“核验”页核对是不是同一份。";
            return Err(AppError::wrong("erased", "这个附件已经随有关人员的个人信息删除", help));
        };
        match given {
            None => self.note_reading(actor, case, Read::File(hash), origin)?,
            Some(reason) => self.note_opened(actor, case, &Read::File(hash).told(), reason, origin)?,
        }
        Ok(Content { name, media_type: found.media_type, bytes })
    }

    /// Whether somebody who may see the personal data of a case has to say why before opening one of its papers.
    fn asks_reason(&self, db: &dyn Query, actor: &Actor, file: &CaseFile, own: &Attachment) -> Result<bool> {
        let may_tell = own.person.is_some() || is_guarded(&file.pack.file.procedure);
        Ok(may_tell && !is_own(actor, file) && !is_public(db, file, own)?)
    }

    /// Whether somebody has to say why before taking all papers of a case away.
    ///
    /// # Errors
    /// The case is not the actor's to read, or its personal data not theirs to see.
    pub fn bundle_asks_reason(&self, actor: &Actor, case: &str) -> Result<bool> {
        self.readable(actor, case, |_, file| {
            self.must_be_entitled(actor, file)?;
            Ok(is_guarded(&file.pack.file.procedure) && !is_own(actor, file))
        })
    }

    /// Notes that all papers of a case are about to be taken away.
    ///
    /// # Errors
    /// No reason, where one is asked for; the store cannot be written.
    pub fn note_bundle(
        &self,
        actor: &Actor,
        case: &str,
        reason: Option<&str>,
        origin: &Origin,
    ) -> Result<()> {
        if self.bundle_asks_reason(actor, case)? {
            return self.note_opened(actor, case, &Read::Bundle.told(), reason_in(reason)?, origin);
        }
        self.note_reading(actor, case, Read::Bundle, origin)
    }

    fn note_opened(
        &self,
        actor: &Actor,
        case: &str,
        what: &str,
        reason: &str,
        origin: &Origin,
    ) -> Result<()> {
        let detail = format!("{case}：{what}；{reason}");
        let (by, origin, now) = (actor.account.clone(), origin.clone(), self.now());
        let noted: store::Result<()> =
            self.store().write(move |tx| origin.note_done(tx, now, &by, "personal_revealed", &detail))?;
        Ok(noted?)
    }

    /// The plain content of a hash, whosever attachment it is: for what the platform reads itself.
    ///
    /// # Errors
    /// There is none, it was erased, its key is not at hand, or it is damaged.
    pub(crate) fn content_of(&self, db: &dyn Query, hash: &ledger::Hash) -> Result<Vec<u8>> {
        let keys = self.inner().held();
        let mut trouble = None;
        for one in attachment::by_hash(db, hash)? {
            match self.store().files().content(keys.ready(), &one) {
                Ok(Some(bytes)) => return Ok(bytes),
                Ok(None) => {}
                Err(fault) => trouble = Some(fault),
            }
        }
        trouble.map_or_else(|| Ok(self.store().files().get(hash)?), |fault| Err(fault.into()))
    }

    /// Seals the papers that older programs left open, case by case, each in a transaction of its own; how many there were.
    /// Where it broke off it goes on. What cannot be read stays as it is: verifying tells of it.
    ///
    /// # Errors
    /// The keys are not there; the store or the folder cannot be written.
    pub fn seal_attachments(&self) -> Result<u64> {
        let mut sealed = 0;
        while let Some(after) = self.store().read(|reader| attachment::unsealed_after(reader))? {
            let cases = self.store().read(|reader| attachment::unsealed(reader, &after, AT_ONCE))?;
            for case in &cases {
                sealed += self.seal_papers_of(case)?;
            }
            let last = cases.last().cloned();
            let noted: store::Result<()> =
                self.store().write(move |tx| attachment::note_sealed(tx, last.as_deref()))?;
            noted?;
        }
        Ok(sealed)
    }

    fn seal_papers_of(&self, case: &str) -> Result<u64> {
        let keys = self.inner().held().needed()?;
        let open = self.store().read(|reader| self.left_open(reader, case))?;
        let mut sealed = Vec::new();
        for (own, kind, whose) in open {
            let Ok(bytes) = self.store().files().get(&own.hash) else { continue };
            match self.store().files().put_sealed(&own.name, &bytes) {
                Ok(file) => sealed.push((own, kind, whose, file)),
                Err(store::StoreError::FileRefused { .. }) => {}
                Err(fault) => return Err(fault.into()),
            }
        }
        let count = u64::try_from(sealed.len()).unwrap_or(u64::MAX);
        if count == 0 {
            return Ok(0);
        }
        let work = move |tx: &mut Tx<'_>| -> store::Result<Vec<ledger::Hash>> {
            let mut loose = Vec::new();
            for (own, kind, whose, file) in &sealed {
                loose.extend(attachment::seal_before(tx, &keys, own, file, (kind, whose))?);
            }
            Ok(loose)
        };
        for hash in self.store().write(work)?? {
            self.store().files().discard(&hash)?;
        }
        Ok(count)
    }

    /// The papers of a case that stand open and should not, each with its kind and whose it is.
    fn left_open(&self, db: &dyn Query, case: &str) -> Result<Vec<(Attachment, String, Whose)>> {
        let unknown = || Whose::Unknown { case: case.to_owned(), group: persons::OF_CASE.to_owned() };
        let keys = self.inner().held();
        let mut files = attachment::of_case(db, case)?;
        files.retain(|own| own.paper(keys.ready()) == Paper::Open);
        // The rules of a case that cannot be read are not known: what it has is sealed.
        let Ok(file) = self.inner().load(db, case) else {
            return Ok(files.into_iter().map(|own| (own, "附件".to_owned(), unknown())).collect());
        };
        if !is_guarded(&file.pack.file.procedure) {
            return Ok(Vec::new());
        }
        let engine = file.pack.engine(&self.rules().calendar);
        let mut made = Vec::new();
        for own in files {
            let deed = file.history.deeds.iter().find(|deed| deed.number == own.number);
            let spec = deed.and_then(|deed| engine.procedure.act_of(deed.act));
            let hash = own.hash.hex();
            let place = spec.zip(deed).and_then(|(spec, deed)| {
                let found = spec.fields.iter().zip(deed.record.values());
                let holds = |value: Option<&Value>| match value {
                    Some(Value::List(items)) => items.iter().any(|item| item.starts_with(&hash)),
                    _ => false,
                };
                found.into_iter().find(|(_, value)| holds(*value)).map(|(field, _)| (spec, deed, field))
            });
            if is_public(db, &file, &own)? {
                continue;
            }
            let (kind, whose) = place.map_or_else(
                || ("附件".to_owned(), persons::first_party(&engine, &file).unwrap_or_else(unknown)),
                |(spec, deed, field)| {
                    let deeds = &file.history.deeds;
                    (kind(field), persons::owner(&engine, spec, &deed.record, case, deeds, &field.id))
                },
            );
            made.push((own, kind, whose));
        }
        Ok(made)
    }
}

impl Doing<'_, '_> {
    /// The files of an act as attachments of its event. One file under two fields of a form is one attachment.
    pub(crate) fn attach(&mut self, prepared: &Prepared, spec: &Act, number: u32) -> Result<()> {
        let mut added: Vec<&StoredFile> = Vec::new();
        let pack = Arc::clone(&self.file.pack);
        for (field, file) in &prepared.stored {
            let same =
                |known: &&StoredFile| **known == *file || (file.key.is_some() && known.key == file.key);
            if added.iter().any(same) {
                continue;
            }
            added.push(file);
            let (case, by) = (self.file.row.id.clone(), &self.moment.actor.account);
            let one = Attachment::new(file, &case, number, self.moment.now, by);
            let Some(key) = &file.key else {
                attachment::add(self.tx, &one)?;
                continue;
            };
            let engine = pack.engine(&self.inner.rules.calendar);
            let deeds = &self.file.history.deeds;
            let whose = persons::owner(&engine, spec, &prepared.record, &case, deeds, &field.id);
            let keys = self.inner.held().needed()?;
            attachment::add_sealed(self.tx, &keys, one, key, (&kind(field), &whose))?;
        }
        Ok(())
    }
}

/// Whether somebody is the party of a case, or deals with it.
fn is_own(actor: &Actor, file: &CaseFile) -> bool {
    let account = Some(actor.account.as_str());
    file.row.party.as_deref() == account || (actor.is_officer() && file.row.handler.as_deref() == account)
}

/// The reason that was given.
pub(crate) fn reason_in(given: Option<&str>) -> Result<&str> {
    let reason = given.unwrap_or_default().trim();
    if (2..=200).contains(&reason.chars().count()) {
        return Ok(reason);
    }
    Err(AppError::field("reason", "理由", "必须填写，2至200个字；要记入操作日志"))
}
