//! A case as it stands: its row in the store, its pack, its history.

use std::collections::BTreeMap;
use std::sync::Arc;

use calendar::{Calendar, Day};
use figures::{Contribution, contributions};
use ledger::EventKind;
use norms::{ActId, Deed, Engine, History, HistoryFault, Record};
use packs::Pack;
use serde_json::Value as Json;
use store::events::Entry;
use store::{Query, cases};

use crate::error::{AppError, Result};
use crate::platform::Inner;
use crate::record;

/// A case with all that acting on it needs. 案卷
#[derive(Clone, Debug)]
pub struct CaseFile {
    pub row: cases::Case,
    pub pack: Arc<Pack>,
    /// Shared: what an act makes of it is worked out on another thread than the writer's.
    pub history: Arc<History>,
    /// What its events add to the figures of its procedure.
    pub counted: Vec<Contribution>,
}

impl CaseFile {
    pub(crate) fn engine<'a>(&'a self, calendar: &'a Calendar) -> Engine<'a> {
        self.pack.engine(calendar)
    }
}

impl Inner {
    /// Loads a case, from those at hand when its last event is still the store's.
    pub fn load(&self, db: &dyn Query, id: &str) -> Result<Arc<CaseFile>> {
        let row = cases::get(db, id)?.ok_or_else(|| AppError::not_found(format!("案件{id}")))?;
        if let Some(file) = self.at_hand(id, &row.head) {
            return Ok(file);
        }
        let file = Arc::new(self.replayed(db, row)?);
        self.keep(&file);
        Ok(file)
    }

    /// A case from its events, whatever is at hand.
    pub fn reload(&self, db: &dyn Query, id: &str) -> Result<CaseFile> {
        let row = cases::get(db, id)?.ok_or_else(|| AppError::not_found(format!("案件{id}")))?;
        self.replayed(db, row)
    }

    /// The same from its row.
    pub fn replayed(&self, db: &dyn Query, row: cases::Case) -> Result<CaseFile> {
        let entries = store::events::of_case(db, &row.id, 0)?;
        let personal = store::personal::of_case(db, self.held().ready(), &row.id)?;
        let personal = personal.into_iter().map(|one| (one.number, one.data)).collect();
        let pack = self.pack(db, &row.pack)?;
        self.replay(row, pack, &entries, &personal)
    }

    /// A case from these of its events.
    pub fn replay(
        &self,
        row: cases::Case,
        pack: Arc<Pack>,
        entries: &[Entry],
        personal: &BTreeMap<u32, String>,
    ) -> Result<CaseFile> {
        let engine = pack.engine(&self.rules.calendar);
        let history = run(&engine, entries, personal)?;
        let counted = contributions(&engine, &pack.file.figures, &history);
        Ok(CaseFile { row, pack, history: Arc::new(history), counted })
    }
}

/// Runs the events of a case, with what corrections put in the place of earlier ones.
pub(crate) fn run(
    engine: &Engine<'_>,
    entries: &[Entry],
    personal: &BTreeMap<u32, String>,
) -> Result<History> {
    let mut history = History::new(engine);
    for entry in entries {
        let event = entry.event();
        let own = personal.get(&event.number).map(String::as_str);
        match event.kind {
            EventKind::Act | EventKind::Lapse => {
                let deed = deed(engine, event, event.number, own)?;
                history.add(engine, deed).map_err(|fault| broken(event.number, &fault))?;
            }
            EventKind::Correction => {
                let number = event.corrects.unwrap_or(0);
                let stays = parse(&event.record).get("withdrawn").and_then(Json::as_bool) != Some(true);
                let by = if stays { Some(deed(engine, event, number, own)?) } else { None };
                history =
                    history.corrected(engine, number, by).map_err(|fault| broken(event.number, &fault))?;
            }
            EventKind::Note => {}
        }
    }
    Ok(history)
}

fn parse(text: &str) -> serde_json::Map<String, Json> {
    serde_json::from_str(text).unwrap_or_default()
}

fn deed(engine: &Engine<'_>, event: &ledger::Event, number: u32, personal: Option<&str>) -> Result<Deed> {
    let act = engine.procedure.act_named(&event.act).ok_or_else(|| damaged(event.number))?;
    let on = Day::from_number(event.legal_day).ok_or_else(|| damaged(event.number))?;
    let plain = parse(&event.record);
    let lapse = (event.kind == EventKind::Lapse).then(|| plain.get("norm").and_then(Json::as_u64));
    let lapse = lapse.flatten().and_then(|norm| u16::try_from(norm).ok());
    let spec = engine.procedure.act_of(act).ok_or_else(|| damaged(event.number))?;
    let record = match plain.get("record") {
        Some(inner) => record::from_json(spec, &inner.to_string(), personal),
        None if lapse.is_some() => Record::default(),
        None => record::from_json(spec, &event.record, personal),
    };
    Ok(Deed { number, act, on, record, lapse })
}

fn damaged(number: u32) -> AppError {
    let help = "请运行 yifa verify 核验，并联系管理员。";
    AppError::wrong("damaged", format!("本案第{number}号事项读不出来"), help)
}

fn broken(number: u32, _: &HistoryFault) -> AppError {
    damaged(number)
}

/// The words for a deed that cannot stand.
pub(crate) fn fault_of(engine: &Engine<'_>, fault: HistoryFault) -> AppError {
    let name = |act: ActId| engine.procedure.name_of(act).to_owned();
    match fault {
        HistoryFault::Refused(refusal) => AppError::Refused(refusal),
        HistoryFault::Breaks { number, act, why } => {
            let reason = why.reasons.first().map_or(String::new(), |one| format!("：{}", one.what));
            AppError::wrong(
                "breaks_later",
                format!("这样办理，其后的第{number}号事项“{}”就不能成立{reason}", name(act)),
                format!("请先更正“{}”。", name(act)),
            )
        }
        HistoryFault::LapseNotDue { number, act } => AppError::wrong(
            "breaks_lapse",
            format!("期限届满，第{number}号事项“{}”已经依法视为办理，与此不能并存", name(act)),
            format!("确有证据证明期限内已经办理的，请先更正“{}”。", name(act)),
        ),
        HistoryFault::BeforeCase { opened_on } => AppError::wrong(
            "before_case",
            format!("办理日期早于本案开始之日{}", opened_on.chinese()),
            "请核对办理日期；本案开始之日有误的，先更正立案的事项。",
        ),
    }
}
