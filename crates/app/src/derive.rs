//! What follows from the journal, in the same transaction: the case's row, its dues, the figures' tallies,
//! documents with their numbers, what becomes public, what is to be told.

use std::sync::Arc;

use calendar::Day;
use figures::{Contribution, contributions};
use norms::{ActId, FieldType, Form, History, Marking, Procedure, Value};
use packs::Pack;
use serde_json::json;
use store::{Tx, account::Rank, cases, counter, document, due, outbox, publication, tally};

use crate::acting::Moment;
use crate::case::CaseFile;
use crate::clock::day_of;
use crate::enterprises;
use crate::error::Result;
use crate::organs::Organ;
use crate::platform::Inner;
use crate::record::{masked_party, party_name};
use crate::showing;
use crate::withheld::withheld;

/// The row of a new case, but for its number.
pub(crate) fn new_case(
    inner: &Inner,
    pack: &Pack,
    organ: &Organ,
    id: &str,
    receipt: &str,
    moment: &Moment,
    on: Day,
) -> cases::Case {
    let procedure = &pack.file.procedure;
    let officer = moment.actor.is_officer();
    cases::Case {
        id: id.to_owned(),
        division: organ.division.clone(),
        organ: organ.id.clone(),
        procedure: procedure.id.clone(),
        pack: inner.pin(pack),
        number: None,
        title: procedure.name.clone(),
        opened_on: on.number(),
        phase: String::new(),
        version: 0,
        closed_on: None,
        handler: officer.then(|| moment.actor.account.clone()),
        party: (moment.actor.rank == Rank::Citizen).then(|| moment.actor.account.clone()),
        receipt_hash: Some(receipt_hash(receipt)),
        head: ledger::genesis(id),
        named: Vec::new(),
    }
}

/// Enters a new case, described as its first act leaves it, with the next number of its series.
pub(crate) fn enter_case(
    inner: &Inner,
    tx: &mut Tx<'_>,
    file: &mut CaseFile,
    short: &str,
    on: Day,
) -> Result<()> {
    let procedure = &file.pack.file.procedure;
    let series = format!("case:{}", series_of(&inner.rules, procedure));
    let serial = counter::next_number(tx, &file.row.organ, &series, on.year())?;
    file.row.number = Some(numbered(&procedure.number, short, on, serial));
    Ok(cases::add(tx, &file.row)?)
}

/// The procedure whose series of numbers a procedure's cases go by: versions of one procedure write their numbers alike, so
/// they have one series, or the first case of the new version would get the number of the first of the old.
fn series_of<'a>(rules: &'a packs::Rules, procedure: &'a Procedure) -> &'a str {
    let alike =
        rules.packs.iter().map(|pack| &pack.file.procedure).filter(|one| one.number == procedure.number);
    alike.map(|one| one.id.as_str()).min().unwrap_or(&procedure.id)
}

/// What the row of a new case says of the case as its first act leaves it.
pub(crate) fn describe(row: &mut cases::Case, procedure: &Procedure, history: &History) {
    row.title = title(procedure, history);
    stand(row, procedure, &history.marking);
    row.named = crate::visible::names(procedure, &history.records);
}

/// What the row says of where the case stands.
pub(crate) fn stand(row: &mut cases::Case, procedure: &Procedure, marking: &Marking) {
    let phase = marking.phase.and_then(|at| procedure.phases.get(at)).map_or("", String::as_str);
    if row.phase != phase {
        phase.clone_into(&mut row.phase);
    }
    row.closed_on = marking.closed_on.map(Day::number);
    row.opened_on = marking.opened_on.map_or(row.opened_on, Day::number);
}

/// The hash by which a receipt code is found; letters of either case, with or without the dash.
#[must_use]
pub(crate) fn receipt_hash(code: &str) -> ledger::Hash {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    crate::ids::sm3(format!("receipt/{}", plain.to_ascii_uppercase()).as_bytes())
}

/// `{organ}复〔{year}〕{serial}号` filled in.
fn numbered(pattern: &str, organ: &str, on: Day, serial: i64) -> String {
    pattern
        .replace("{organ}", organ)
        .replace("{year}", &on.year().to_string())
        .replace("{serial}", &serial.to_string())
}

/// Everything that follows from an act (or a deemed one) that was just journalled. What the case then adds to the
/// figures may have been counted in advance.
pub(crate) fn after_act(
    inner: &Inner,
    tx: &mut Tx<'_>,
    file: &mut CaseFile,
    moment: &Moment,
    deed: (ActId, u32, Day),
    counted: Option<Vec<Contribution>>,
) -> Result<()> {
    let (act, number, on) = deed;
    let pack = Arc::clone(&file.pack);
    let procedure = &pack.file.procedure;
    let Some(spec) = procedure.act_of(act) else { return Ok(()) };
    if enterprises::names_any(std::slice::from_ref(spec)) {
        enterprises::note(tx, file)?;
    }
    // Whoever opens a case in another organ by an act of their own does not deal with it there.
    if number > 1 && file.row.handler.is_none() && moment.actor.is_officer() {
        file.row.handler = Some(moment.actor.account.clone());
    }
    if let Some(kind) = &spec.document {
        issue(inner, tx, procedure, file, kind, number, on)?;
    }
    let is_withheld = withheld(file, on).is_some();
    if is_withheld {
        // A record that comes later may be the reason: what stood public goes.
        withdraw_all(tx, file, moment)?;
    }
    if let Some(publish) = spec.publish.as_ref().filter(|_| !is_withheld) {
        let of = procedure.act_of(publish.of);
        publication::add(
            tx,
            &publication::Publication {
                case: file.row.id.clone(),
                number,
                act: of.map_or(String::new(), |of| of.id.clone()),
                procedure: procedure.id.clone(),
                organ: file.row.organ.clone(),
                division: file.row.division.clone(),
                published_on: on.number(),
                title: public_title(tx, procedure, file, publish.of)?,
                withdrawn_on: None,
                shown_until: None,
            },
        )?;
    }
    for of in spec.takes_down.iter().filter_map(|of| procedure.act_of(of)) {
        withdraw_those(tx, file, moment, |public| public.act == of.id)?;
    }
    showing::settle(inner, tx, file)?;
    for role in &spec.notify {
        let role = procedure.roles.get(*role).map_or("", |role| role.id.as_str());
        let payload = json!({ "act": spec.id, "number": number, "role": role }).to_string();
        outbox::add(tx, "notify", Some(&file.row.id), &payload, moment.now)?;
    }
    settle(inner, tx, file, moment, counted)
}

/// Everything that follows from a correction.
pub(crate) fn after_correction(
    inner: &Inner,
    tx: &mut Tx<'_>,
    file: &mut CaseFile,
    moment: &Moment,
) -> Result<()> {
    file.row.title = title(&file.pack.file.procedure, &file.history);
    if enterprises::names_any(&file.pack.file.procedure.acts) {
        enterprises::note(tx, file)?;
    }
    let kept: Vec<u32> = file.history.deeds.iter().map(|deed| deed.number).collect();
    withdraw_those(tx, file, moment, |public| !kept.contains(&public.number))?;
    showing::settle(inner, tx, file)?;
    if withheld(file, moment.today).is_some() {
        withdraw_all(tx, file, moment)?;
    }
    tell_of_correction(tx, file, moment)?;
    settle(inner, tx, file, moment, None)
}

/// Takes everything of a case out of what is public.
fn withdraw_all(tx: &mut Tx<'_>, file: &CaseFile, moment: &Moment) -> Result<()> {
    withdraw_those(tx, file, moment, |_| true)
}

/// Takes those of a case that a test picks out of what is public.
fn withdraw_those(
    tx: &mut Tx<'_>,
    file: &CaseFile,
    moment: &Moment,
    is_one: impl Fn(&publication::Publication) -> bool,
) -> Result<()> {
    for public in publication::of_case(tx, &file.row.id)? {
        if public.withdrawn_on.is_none() && is_one(&public) {
            publication::withdraw(tx, &file.row.id, public.number, &public.act, moment.today.number())?;
        }
    }
    Ok(())
}

/// Whoever was told of the act is told that it was corrected.
fn tell_of_correction(tx: &mut Tx<'_>, file: &CaseFile, moment: &Moment) -> Result<()> {
    let number = file.row.version;
    let Some(entry) = store::events::get(tx, &file.row.id, number)? else { return Ok(()) };
    let procedure = &file.pack.file.procedure;
    let spec = procedure.act_named(&entry.event().act).and_then(|act| procedure.act_of(act));
    for role in spec.iter().flat_map(|spec| &spec.notify) {
        let role = procedure.roles.get(*role).map_or("", |role| role.id.as_str());
        let payload = json!({ "act": entry.event().act, "number": number, "role": role }).to_string();
        outbox::add(tx, "notify", Some(&file.row.id), &payload, moment.now)?;
    }
    Ok(())
}

/// The case's row and its dues after it got another handler.
pub(crate) fn handed_over(tx: &mut Tx<'_>, file: &CaseFile) -> Result<()> {
    let dues = dues(&file.pack.file.procedure, file);
    cases::update(tx, &file.row)?;
    due::replace(tx, &file.row.id, &dues)?;
    Ok(())
}

/// The case's row, its dues and its figures, from its history.
fn settle(
    inner: &Inner,
    tx: &mut Tx<'_>,
    file: &mut CaseFile,
    moment: &Moment,
    counted: Option<Vec<Contribution>>,
) -> Result<()> {
    let pack = Arc::clone(&file.pack);
    let procedure = &pack.file.procedure;
    stand(&mut file.row, procedure, &file.history.marking);
    file.row.named = crate::visible::names(procedure, &file.history.records);
    let dues = dues(procedure, file);
    cases::update(tx, &file.row)?;
    due::replace(tx, &file.row.id, &dues)?;
    let count = || contributions(&pack.engine(&inner.rules.calendar), &pack.file.figures, &file.history);
    let counted = counted.unwrap_or_else(count);
    let recorded = day_of(moment.now).number();
    for (one, sign) in differences(&file.counted, &counted) {
        let Some(figure) = pack.file.figures.get(one.figure) else { continue };
        tally::contribute(
            tx,
            &tally::Contribution {
                figure: figure.id.clone(),
                legal_day: one.on.number(),
                case: file.row.id.clone(),
                number: one.number,
                organ: file.row.organ.clone(),
                division: file.row.division.clone(),
                recorded_day: recorded,
                n: sign * one.n,
                total: sign * one.total,
            },
        )?;
    }
    file.counted = counted;
    Ok(())
}

/// What came and what went, as contributions with a sign.
fn differences(before: &[Contribution], after: &[Contribution]) -> Vec<(Contribution, i64)> {
    let same = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let (before, after) = (before.get(same..).unwrap_or(&[]), after.get(same..).unwrap_or(&[]));
    let gone = before.iter().filter(|one| !after.contains(one)).map(|one| (*one, -1));
    let come = after.iter().filter(|one| !before.contains(one)).map(|one| (*one, 1));
    gone.chain(come).collect()
}

fn dues(procedure: &Procedure, file: &CaseFile) -> Vec<due::Due> {
    let marking: &Marking = &file.history.marking;
    let one = |owed: &norms::Owed| {
        let norm = procedure.norms.get(usize::from(owed.norm));
        let lapses = matches!(norm.map(|norm| &norm.form), Some(Form::Duty(duty)) if duty.lapse.is_some());
        let open = owed.must & marking.open;
        let acts = open.iter().filter_map(|act| procedure.act_of(act)).map(|act| act.id.as_str());
        due::Due {
            case: file.row.id.clone(),
            norm: owed.norm.to_string(),
            acts: acts.collect::<Vec<_>>().join(","),
            last_day: owed.last_day.map(Day::number),
            warn_on: owed.warn_on.map(Day::number),
            organ: file.row.organ.clone(),
            division: file.row.division.clone(),
            handler: file.row.handler.clone(),
            lapses,
        }
    };
    marking.owed.iter().filter(|owed| owed.must.meets(marking.open)).map(one).collect()
}

/// Issues a document with the next number of its series.
fn issue(
    _inner: &Inner,
    tx: &mut Tx<'_>,
    procedure: &Procedure,
    file: &CaseFile,
    kind: &str,
    number: u32,
    on: Day,
) -> Result<()> {
    let Some(spec) = procedure.documents.iter().find(|one| one.id == kind) else { return Ok(()) };
    if spec.number.is_empty() {
        return Ok(());
    }
    let organ = store::organ::get(tx, &file.row.organ, on.number())?;
    let short = organ.map_or(String::new(), |organ| organ.short);
    let serial = counter::next_number(tx, &file.row.organ, &format!("document:{kind}"), on.year())?;
    let made = document::Document {
        case: file.row.id.clone(),
        number,
        kind: kind.to_owned(),
        doc_number: numbered(&spec.number, &short, on, serial),
        issued_on: on.number(),
    };
    Ok(document::add(tx, &made)?)
}

/// What a list shows of a case: its parties, the organ, its matter. It stands open in the database: of natural persons'
/// names only the first character, of other personal fields nothing.
pub(crate) fn title(procedure: &Procedure, history: &History) -> String {
    let Some(first) = history.deeds.first() else { return procedure.name.clone() };
    let Some(spec) = procedure.act_of(first.act) else { return procedure.name.clone() };
    let mut parts = Vec::new();
    for (field, value) in spec.fields.iter().zip(first.record.values()) {
        let Some(Value::Text(text)) = value else { continue };
        let wanted = match field.kind {
            FieldType::Party => true,
            FieldType::Organ => !field.personal,
            FieldType::Words => field.required && !field.personal,
            _ => false,
        };
        if wanted && parts.len() < 3 {
            let shown = if field.personal { masked_party(text) } else { party_name(text).to_owned() };
            parts.push(shown.chars().take(24).collect::<String>());
        }
    }
    if parts.is_empty() { procedure.name.clone() } else { parts.join("　") }
}

/// The title under which an act becomes public: what it is about, by its own first public field or that of the act that
/// opened the case; else the document. With the document's number.
fn public_title(tx: &Tx<'_>, procedure: &Procedure, file: &CaseFile, of: ActId) -> Result<String> {
    let deeds = &file.history.deeds;
    let deed = deeds.iter().rev().find(|deed| deed.act == of);
    let issued = document::of_case(tx, &file.row.id)?;
    let issued = issued.iter().find(|one| deed.is_some_and(|deed| deed.number == one.number));
    let spec = procedure.act_of(of);
    let kind = spec.and_then(|spec| spec.document.as_ref());
    let kind = kind.and_then(|kind| procedure.documents.iter().find(|one| one.id == *kind));
    let name = kind.map_or_else(|| spec.map_or("", |spec| &spec.name).to_owned(), |kind| kind.name.clone());
    let number = issued.map_or(String::new(), |one| format!("（{}）", one.doc_number));
    let told = |deed: Option<&norms::Deed>| first_words(procedure, deed?);
    let told = match (told(deed), told(deeds.first())) {
        (Some(own), _) => own,
        (None, Some(matter)) => format!("{matter}：{name}"),
        (None, None) => name,
    };
    Ok(format!("{told}{number}"))
}

/// What the first public field of an act says, where that is one line of words: what it is about.
fn first_words(procedure: &Procedure, deed: &norms::Deed) -> Option<String> {
    let fields = procedure.act_of(deed.act)?.fields.iter().zip(deed.record.values());
    let (field, value) = fields.into_iter().find(|(field, _)| field.public)?;
    match value {
        Some(Value::Text(text)) if field.kind == FieldType::Words && !field.personal => Some(text.clone()),
        _ => None,
    }
}
