//! Doing acts: opening a case, dealing with it, correcting what was done, and what the lapse of time does.

use std::sync::Arc;

use calendar::Day;
use figures::Contribution;
use ledger::{EventKind, Hash};
use norms::{Act, ActId, Deed, Engine, History, Record};
use serde_json::json;
use store::Tx;
use store::events::NewEvent;
use store::lease::Lease;
use store::personal::{NewPart, NewPersonal};

use crate::actor::Actor;
use crate::alike::Seen;
use crate::assessing::none_false;
use crate::authority::{Asking, party_for};
use crate::case::{CaseFile, fault_of};
use crate::commands::{Correct, Deal, Open};
use crate::derive;
use crate::done::{Done, Started};
use crate::engines;
use crate::error::{AppError, Result};
use crate::filling::{check_day, digest};
use crate::papers::is_guarded;
use crate::persons;
use crate::platform::{Inner, Platform};
use crate::prepared::{Opening, Prepared};
use crate::record;
use crate::starting::{Origin, linked};

/// Who acts in which case, and when it is recorded.
#[derive(Clone)]
pub(crate) struct Moment {
    pub actor: Actor,
    pub now: i64,
    pub today: Day,
}

impl Platform {
    /// Opens a case.
    ///
    /// # Errors
    /// Barred, wrong fields, not the actor's to do; nothing was written then.
    pub fn open(&self, actor: &Actor, open: Open) -> Result<Done> {
        self.open_having_seen(actor, open, None)
    }

    /// The same by somebody who was shown like cases and goes on: the record of the opening act says so.
    pub(crate) fn open_having_seen(&self, actor: &Actor, open: Open, seen: Option<Seen>) -> Result<Done> {
        let moment = self.moment(actor);
        let pack = self.rules().pack_on(&open.procedure, open.on).cloned();
        let pack = pack.ok_or_else(|| {
            AppError::not_found(format!("{}施行的程序“{}”", open.on.chinese(), open.procedure))
        })?;
        let organ = self.organ(&open.organ)?;
        if !pack.file.procedure.held_by.contains(&organ.kind) {
            let why = format!("{}不能办理“{}”", organ.name, pack.file.procedure.name);
            return Err(AppError::wrong("wrong_organ", why, "请选有权办理的机关。"));
        }
        let (act, spec) = act_of(&pack.file.procedure, &open.act)?;
        let form = match pack.file.visits {
            Some(_) => {
                let place = (open.organ.as_str(), "", open.on);
                self.store()
                    .read(|reader| self.visit_planned(reader, &pack, (act, spec), place, open.form))?
            }
            None => open.form,
        };
        let place = (open.organ.as_str(), is_guarded(&pack.file.procedure));
        let (stored, mut form, record) = self.filled(spec, open.on, form, &open.files, place)?;
        // A retry is the same whatever has come to be computed since.
        spec.filled().for_each(|id| drop(form.remove(id)));
        let case = self.inner().ids.id(moment.now);
        let receipt = self.inner().ids.receipt();
        let digest =
            digest(&[&open.procedure, &open.organ, &open.act, &open.on.to_string(), &record::flat(&form)]);
        let claims = self.false_claims(&pack, (None, &open.organ), (act, open.on), &record)?;
        let row = derive::new_case(self.inner(), &pack, &organ, &case, &receipt, &moment, open.on);
        let engine = pack.engine(&self.rules().calendar);
        let history = Arc::new(History::new(&engine));
        let mut file = CaseFile { row, pack: Arc::clone(&pack), history, counted: Vec::new() };
        let mut prepared = Prepared::new(moment, spec, (act, open.on), record, stored);
        prepared.note(seen.as_ref());
        prepared.decide_upon(&engine, &file);
        self.allow(&mut prepared, &file);
        if let Some(after) = prepared.history() {
            derive::describe(&mut file.row, engine.procedure, after);
        }
        let opening = Opening { file, short: organ.short, receipt };
        // The caller keeps a hand on it, so that the writer need not clear it away.
        let shared = Arc::new((opening, prepared));
        let both = Arc::clone(&shared);
        self.once(open.key, digest, shared.1.moment.now, move |platform, tx| {
            let (opening, prepared) = &*both;
            let mut doing = Doing::new(platform, tx, &prepared.moment, opening.file.clone());
            let counted = doing.decide(prepared)?;
            none_false(&claims)?;
            if counted.is_none() {
                let file = &mut doing.file;
                derive::describe(&mut file.row, &file.pack.file.procedure, &file.history);
            }
            derive::enter_case(doing.inner, doing.tx, &mut doing.file, &opening.short, prepared.on)?;
            seen.iter().try_for_each(|seen| seen.log(doing.tx, &prepared.moment, &doing.file.row.id))?;
            doing.act(prepared, counted, Some(&opening.receipt))
        })
    }

    /// Does an act in a case.
    ///
    /// # Errors
    /// Barred, wrong fields, not the actor's to do, somebody was quicker; nothing was written then.
    pub fn act(&self, actor: &Actor, deal: Deal) -> Result<Done> {
        self.act_with(actor, deal, false, |_, _| Ok(()))
    }

    /// The same, with something else written in its transaction; `takes` where it takes over a drafted report.
    pub(crate) fn act_with(
        &self,
        actor: &Actor,
        deal: Deal,
        takes: bool,
        mut also: impl FnMut(&mut Tx<'_>, &Done) -> Result<()> + Send + 'static,
    ) -> Result<Done> {
        let moment = self.moment(actor);
        let seen = self.store().read(|reader| self.inner().load(reader, &deal.case))?;
        if !takes && crate::report::is_taking(&seen, &deal.act) {
            self.must_not_be_drafted(&deal.case)?;
        }
        let engine = seen.engine(&self.rules().calendar);
        let (act, spec) = act_of(engine.procedure, &deal.act)?;
        if engines::are_asked(spec) {
            return self.act_by_engines(moment, &seen, (act, spec), deal);
        }
        let place = (seen.row.organ.as_str(), is_guarded(engine.procedure));
        let (stored, form, record) = self.filled(spec, deal.on, deal.form, &deal.files, place)?;
        let digest = digest(&[&deal.case, &deal.act, &deal.on.to_string(), &record::flat(&form)]);
        let place = (Some(&*seen), seen.row.organ.as_str());
        let claims = self.false_claims(&seen.pack, place, (act, deal.on), &record)?;
        let mut prepared = Prepared::new(moment, spec, (act, deal.on), record, stored);
        prepared.decide_upon(&engine, &seen);
        self.allow(&mut prepared, &seen);
        let shared = Arc::new(prepared);
        let (prepared, case, version) = (Arc::clone(&shared), deal.case, deal.version);
        self.once(deal.key, digest, shared.moment.now, move |platform, tx| {
            let mut doing = Doing::of(platform, tx, &prepared.moment, &case, version)?;
            doing.lapse_before(prepared.on)?;
            let counted = doing.decide(&prepared)?;
            none_false(&claims)?;
            let (done, file) = doing.act(&prepared, counted, None)?;
            also(tx, &done)?;
            Ok((done, file))
        })
    }

    /// Does an act for which the platform's engines fill in a part, on the case as they saw it.
    fn act_by_engines(
        &self,
        moment: Moment,
        seen: &CaseFile,
        (act, spec): (ActId, &Act),
        mut deal: Deal,
    ) -> Result<Done> {
        let sent = engines::flat_sent(&deal);
        let digest = digest(&[&deal.case, &deal.act, &deal.on.to_string(), &sent]);
        let (key, now, version) = (deal.key.clone(), moment.now, deal.version.unwrap_or(seen.row.version));
        let filled = self.by_engines(seen, (act, spec), &moment, &mut deal);
        let place = (seen.row.organ.as_str(), is_guarded(&seen.pack.file.procedure));
        let filled = filled.and_then(|()| self.filled(spec, deal.on, deal.form, &deal.files, place));
        let (stored, _, record) = match filled {
            Ok(filled) => filled,
            // A retry of what was done is told what it came to; anything else, why it was not done.
            Err(fault) => {
                let mut fault = Some(fault);
                return self.once(key, digest, now, move |_, _| {
                    Err(fault.take().unwrap_or_else(|| AppError::not_found("这次办理")))
                });
            }
        };
        let prepared = Prepared::new(moment, spec, (act, deal.on), record, stored);
        self.once(key, digest, now, move |platform, tx| {
            let mut doing = Doing::of(platform, tx, &prepared.moment, &deal.case, Some(version))?;
            doing.lapse_before(prepared.on)?;
            let counted = doing.decide(&prepared)?;
            doing.act(&prepared, counted, None)
        })
    }

    /// Corrects an event of a case by another event. The one corrected stays in the journal.
    ///
    /// # Errors
    /// What follows could not stand, wrong fields, not the actor's to do.
    pub fn correct(&self, actor: &Actor, correct: Correct) -> Result<Done> {
        let moment = self.moment(actor);
        if correct.reason.trim().is_empty() {
            return Err(AppError::field("reason", "更正理由", "必须填写"));
        }
        if let Some((on, _)) = &correct.instead {
            check_day(*on, moment.today)?;
        }
        let digest = digest(&[&correct.case, &correct.number.to_string(), &format!("{:?}", correct.instead)]);
        let claims = self.claims_instead(&correct)?;
        self.once(correct.key.clone(), digest, moment.now, move |platform, tx| {
            let made = Doing::of(platform, tx, &moment, &correct.case, correct.version)?.correct(&correct)?;
            none_false(&claims)?;
            Ok(made)
        })
    }

    /// Does a command once, under its key, and keeps at hand what became of the case.
    fn once<W>(&self, key: String, digest: Hash, now: i64, mut work: W) -> Result<Done>
    where
        W: FnMut(&Platform, &mut Tx<'_>) -> Result<(Done, CaseFile)> + Send + 'static,
    {
        let (platform, own) = (self.clone(), key.clone());
        let work = move |tx: &mut Tx<'_>| {
            let mut fresh = None;
            let text = store::command::once(tx, &own, &digest, now, |tx| -> Result<String> {
                let (done, file) = work(&platform, tx)?;
                let text = done.to_text();
                fresh = Some((done, file));
                Ok(text)
            })?;
            Ok::<_, AppError>((text, fresh))
        };
        let (text, fresh) = self.store().write_once(&key, work)??;
        Ok(match fresh {
            None => Done::from_text(&text),
            Some((done, file)) => {
                self.changed_by(&file.row.procedure).iter().for_each(|register| self.forget(register));
                self.inner().keep(&Arc::new(file));
                done
            }
        })
    }

    /// Does what the law deems done because time has run out, in all cases; how many acts that were.
    ///
    /// # Errors
    /// The store cannot be read or written.
    pub fn run_lapses(&self) -> Result<usize> {
        self.lapses(None)
    }

    /// What a server does every few seconds, and of several servers over one database only one: looks at the clock
    /// that they share, and does what the law deems done. How many acts that were; nothing where another server
    /// has the lease.
    ///
    /// # Errors
    /// The store cannot be read or written.
    pub fn tick(&self, lease: &Arc<Lease>) -> Result<Option<usize>> {
        if let Some(shared) = self.store().shared_clock()? {
            self.inner().clock.follow(shared);
        }
        if !lease.hold(self.store())? {
            return Ok(None);
        }
        let lapsed = self.lapses(Some(lease))?;
        self.close_stale_if_due()?;
        Ok(Some(lapsed))
    }

    fn lapses(&self, lease: Option<&Arc<Lease>>) -> Result<usize> {
        let clock = Actor {
            account: "clock".to_owned(),
            name: "期限届满".to_owned(),
            organ: None,
            rank: store::account::Rank::SystemAdmin,
        };
        let mut count = 0;
        loop {
            let today = self.today();
            let due = self.store().read(|reader| store::due::lapsed(reader, today.number(), 200))?;
            let mut moved = 0;
            for due in due {
                let (platform, moment, lease) = (self.clone(), self.moment(&clock), lease.cloned());
                let work = move |tx: &mut Tx<'_>| -> Result<Option<(usize, CaseFile)>> {
                    let place = platform.store().place();
                    if let Some(lease) = &lease
                        && !lease.is_held(tx, place)?
                    {
                        return Ok(None);
                    }
                    let mut doing = Doing::of(&platform, tx, &moment, &due.case, None)?;
                    Ok(Some((doing.lapse_before(moment.today)?, doing.file)))
                };
                if let Some((count, file)) = self.store().write(work)?? {
                    self.inner().keep(&Arc::new(file));
                    moved += count;
                }
            }
            if moved == 0 {
                return Ok(count);
            }
            count += moved;
        }
    }

    fn moment(&self, actor: &Actor) -> Moment {
        Moment { actor: actor.clone(), now: self.now(), today: self.today() }
    }
}

pub(crate) fn act_of<'p>(procedure: &'p norms::Procedure, id: &str) -> Result<(ActId, &'p Act)> {
    let act = procedure.act_named(id);
    let found = act.and_then(|act| procedure.act_of(act).map(|spec| (act, spec)));
    found.ok_or_else(|| AppError::not_found(format!("“{}”里的事项“{id}”", procedure.name)))
}

/// A case in the hands of one command, inside its transaction.
pub(crate) struct Doing<'a, 't> {
    pub platform: &'a Platform,
    pub inner: &'a Inner,
    pub tx: &'a mut Tx<'t>,
    pub moment: &'a Moment,
    pub file: CaseFile,
    /// The event of another case that opens this one.
    pub origin: Option<Origin>,
    /// The cases that this command opened.
    started: Vec<Started>,
}

impl<'a, 't> Doing<'a, 't> {
    pub fn new(platform: &'a Platform, tx: &'a mut Tx<'t>, moment: &'a Moment, file: CaseFile) -> Self {
        Self { platform, inner: platform.inner(), tx, moment, file, origin: None, started: Vec::new() }
    }

    /// Whether the account is still what it was when it asked: it may have been closed, or moved to another organ, while
    /// the form was on its way.
    fn must_still_be(&self) -> Result<()> {
        let actor = &self.moment.actor;
        let row = store::account::get(self.tx, &actor.account)?;
        // Whoever applies without an account has none to lose.
        let is_same = row.map_or(actor.rank == store::account::Rank::Citizen, |row| {
            row.disabled_at.is_none()
                && row.rank == actor.rank
                && row.organ.as_deref() == actor.organ.as_ref().map(|(id, _)| id.as_str())
        });
        if is_same {
            return Ok(());
        }
        let why = "您的账号刚刚停用，或者单位、级别有了变动，这一项没有办理".to_owned();
        Err(AppError::Forbidden {
            why, help: "请重新登录后再办；有疑问的，请联系系统管理员。".to_owned()
        })
    }

    pub fn of(
        platform: &'a Platform,
        tx: &'a mut Tx<'t>,
        moment: &'a Moment,
        case: &str,
        version: Option<u32>,
    ) -> Result<Self> {
        let inner = platform.inner();
        let file = inner.load(tx, case)?;
        if let Some(seen) = version.filter(|seen| *seen != file.row.version) {
            let entries = store::events::of_case(tx, case, seen)?;
            let by = entries.last().map_or(String::new(), |entry| entry.event().actor.clone());
            let name = store::account::get(tx, &by)?.map_or("他人".to_owned(), |account| account.name);
            return Err(AppError::Changed { version: file.row.version, by: name });
        }
        Ok(Self::new(platform, tx, moment, (*file).clone()))
    }

    /// Whether the act may be done, and what the case then is; nothing is written. What it then adds to the figures, as
    /// far as it was counted in advance.
    fn decide(&mut self, prepared: &Prepared) -> Result<Option<Vec<Contribution>>> {
        self.must_still_be()?;
        let pack = Arc::clone(&self.file.pack);
        let engine: Engine<'_> = pack.engine(&self.inner.rules.calendar);
        let spec = engine.procedure.act_of(prepared.act).ok_or_else(|| AppError::not_found("事项"))?;
        let row = &self.file.row;
        let opening = row.version == 0 && self.moment.actor.rank == store::account::Rank::Citizen;
        let own = opening.then_some(self.moment.actor.account.as_str());
        if !prepared.is_allowed(row, &self.platform.roll()?) {
            let party = own.or(party_for(&self.moment.actor, &self.file, spec));
            let record = Some(&prepared.record);
            let asking = Asking { file: &self.file, act: spec, on: prepared.on, record, party };
            self.platform.may_act(self.tx, &self.moment.actor, &asking)?;
        }
        if let Some((history, counted)) = prepared.decided_upon(&self.file.row) {
            self.platform.may_visit(self.tx, &self.file, prepared.act, prepared.on)?;
            self.file.history = history;
            return Ok(Some(counted));
        }
        let history = Arc::make_mut(&mut self.file.history);
        history.add(&engine, prepared.deed(row.version + 1)).map_err(|fault| fault_of(&engine, fault))?;
        self.platform.may_visit(self.tx, &self.file, prepared.act, prepared.on)?;
        Ok(None)
    }

    /// Journals the act that was decided. `told` is the receipt code to tell, when it opens the case.
    pub fn act(
        mut self,
        prepared: &Prepared,
        counted: Option<Vec<Contribution>>,
        told: Option<&str>,
    ) -> Result<(Done, CaseFile)> {
        let pack = Arc::clone(&self.file.pack);
        let (act, on) = (prepared.act, prepared.on);
        let spec = pack.file.procedure.act_of(act).ok_or_else(|| AppError::not_found("事项"))?;
        let parts = prepared.parts(&pack.engine(&self.inner.rules.calendar), spec, &self.file);
        let planned = self.planned(prepared)?;
        let plain = linked(&prepared.plain, self.origin.as_ref(), &planned);
        let personal = self.sealed(parts)?;
        let entry = self.append(EventKind::Act, &spec.id, on, None, plain, personal)?;
        self.attach(prepared, spec, entry.number)?;
        let deed = (act, entry.number, on);
        derive::after_act(self.inner, self.tx, &mut self.file, self.moment, deed, counted)?;
        self.change_registers(prepared, entry.number)?;
        for plan in planned {
            let started = self.start(plan, entry.number)?;
            self.started.push(started);
        }
        if told.is_none() || on < self.moment.today {
            self.lapse_before(self.moment.today)?;
        }
        Ok(self.finish(entry, told))
    }

    /// Lets the law deem done what is due before a day begins; how many acts that were.
    fn lapse_before(&mut self, day: Day) -> Result<usize> {
        let pack = Arc::clone(&self.file.pack);
        let engine = pack.engine(&self.inner.rules.calendar);
        let mut count = 0;
        while let Some(due) = engine.lapse_due(&self.file.history.marking, day) {
            let number = self.file.row.version + 1;
            let deed =
                Deed { number, act: due.act, on: due.on, record: Record::default(), lapse: Some(due.norm) };
            let history = Arc::make_mut(&mut self.file.history);
            history.add(&engine, deed).map_err(|fault| fault_of(&engine, fault))?;
            let name = engine.procedure.act_of(due.act).map_or("", |act| act.id.as_str());
            let record = json!({ "norm": due.norm }).to_string();
            self.append(EventKind::Lapse, name, due.on, None, record, None)?;
            let deed = (due.act, number, due.on);
            derive::after_act(self.inner, self.tx, &mut self.file, self.moment, deed, None)?;
            count += 1;
        }
        Ok(count)
    }

    fn correct(mut self, correct: &Correct) -> Result<(Done, CaseFile)> {
        let pack = Arc::clone(&self.file.pack);
        let engine = pack.engine(&self.inner.rules.calendar);
        self.must_still_be()?;
        let found = self.file.history.deeds.iter().find(|deed| deed.number == correct.number).cloned();
        let deed = found.ok_or_else(|| AppError::not_found(format!("本案第{}号事项", correct.number)))?;
        let spec = engine.procedure.act_of(deed.act).ok_or_else(|| AppError::not_found("事项"))?;
        if spec.draw.is_some() {
            let help = "有错的，由负责人作废本轮，写明理由，重新锁定名单。";
            return Err(AppError::wrong("draw_step", "抽取的各步不能更正", help));
        }
        if spec.exam.is_some() {
            let help = "公告错了的，由负责人取消考试，重新公告；成绩由平台算出，不能更正。";
            return Err(AppError::wrong("exam_step", "考试的各步不能更正", help));
        }
        if spec.review.is_some() {
            let help = "评错的，由负责人汇总时定，或者由被评查机关提出异议后改定。";
            return Err(AppError::wrong("review_step", "评查的评分和结果不能更正", help));
        }
        if spec.joint {
            return Err(AppError::wrong(
                "joint_step",
                "排定的计划不能更正",
                "有错的，改正登记，写明理由重排。",
            ));
        }
        let started = self.untouched(correct)?;
        self.unwritten(spec, correct)?;
        let actor = &self.moment.actor;
        if deed.lapse.is_none() {
            self.may_correct(spec, deed.on, None)?;
        } else if !self.platform.may_correct_lapse(actor, &self.file, self.moment.today)? {
            let why = "期限届满的记载由办理机关的人员更正，已经回避的人员不再参加".to_owned();
            return Err(AppError::Forbidden {
                why, help: "请联系办理机关的承办人或者负责人。".to_owned()
            });
        }
        let mut record = json!({ "reason": correct.reason.trim() });
        let (mut personal, mut on, mut by) = (None, deed.on, None);
        if let Some((day, form)) = &correct.instead {
            let form = self.platform.weighed(&self.file, spec, (*day, correct.number), form)?;
            let place = (self.file.row.organ.as_str(), self.file.row.id.as_str(), *day);
            let form = self.platform.visit_planned(self.tx, &pack, (deed.act, spec), place, form)?;
            let read = self.platform.read_record(spec, *day, &form, &self.file.row.organ)?;
            self.may_correct(spec, *day, Some(&read))?;
            let plain = record::to_json(spec, &read);
            let row = &self.file.row;
            let apart =
                self.sealed(persons::parts(&engine, spec, &read, &row.id, &self.file.history.deeds))?;
            if let Some(object) = record.as_object_mut() {
                object.insert("record".to_owned(), serde_json::from_str(&plain).unwrap_or_default());
            }
            (personal, on) = (apart, *day);
            by = Some(Deed { number: correct.number, act: deed.act, on, record: read, lapse: None });
        } else if let Some(object) = record.as_object_mut() {
            object.insert("withdrawn".to_owned(), json!(true));
        }
        let history = self.file.history.corrected(&engine, correct.number, by);
        self.file.history = Arc::new(history.map_err(|fault| fault_of(&engine, fault))?);
        let id = spec.id.clone();
        let entry =
            self.append(EventKind::Correction, &id, on, Some(correct.number), record.to_string(), personal)?;
        derive::after_correction(self.inner, self.tx, &mut self.file, self.moment)?;
        for case in started {
            Doing::of(self.platform, &mut *self.tx, self.moment, &case, None)?.take_back(&correct.reason)?;
        }
        self.lapse_before(self.moment.today)?;
        Ok(self.finish(entry, None))
    }

    /// Whoever may do the act may correct it.
    fn may_correct(&self, spec: &Act, on: Day, record: Option<&Record>) -> Result<()> {
        let asking = Asking { file: &self.file, act: spec, on, record, party: None };
        self.platform.may_act(self.tx, &self.moment.actor, &asking)
    }

    /// Personal fields with the keys under which they are to be kept.
    fn sealed(&self, parts: Vec<NewPart>) -> Result<Option<NewPersonal>> {
        if parts.is_empty() {
            return Ok(None);
        }
        Ok(Some(NewPersonal { keys: self.inner.held().needed()?, parts }))
    }

    pub fn append(
        &mut self,
        kind: EventKind,
        act: &str,
        on: Day,
        corrects: Option<u32>,
        record: String,
        personal: Option<NewPersonal>,
    ) -> Result<Entered> {
        let entry = store::events::append(
            self.tx,
            NewEvent {
                case: self.file.row.id.clone(),
                legal_day: on.number(),
                recorded_at: self.moment.now,
                actor: if kind == EventKind::Lapse {
                    "clock".to_owned()
                } else {
                    self.moment.actor.account.clone()
                },
                kind,
                act: act.to_owned(),
                corrects,
                record,
                personal,
            },
        )?;
        let event = entry.event();
        self.file.row.version = event.number;
        self.file.row.head = entry.chained.hash;
        Ok(Entered { number: event.number, hash: entry.chained.hash.to_string() })
    }

    pub fn finish(self, entry: Entered, told: Option<&str>) -> (Done, CaseFile) {
        let done = Done {
            case: self.file.row.id.clone(),
            number: entry.number,
            case_number: self.file.row.number.clone(),
            receipt: told.map(str::to_owned),
            hash: entry.hash,
            started: self.started,
        };
        (done, self.file)
    }
}

/// An event that was entered.
pub(crate) struct Entered {
    pub number: u32,
    hash: String,
}
