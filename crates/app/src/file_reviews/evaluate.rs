//! What a case shows by itself for the items of a sheet: by guards over its records, by its duties' last days, by the certificates
//! of its officers; each with the acts that prove it.

use calendar::Day;
use norms::guard::{Guard, Scene, compile};
use norms::{ActId, ActSet, FieldType, Form, Value};
use packs::review_sheets::{ItemRule, ReviewItem, ReviewSheet};

use crate::case::CaseFile;
use crate::error::Result;
use crate::platform::Platform;
use crate::roll::Roll;

/// How an item stands by the case alone. 自动核查结果
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemState {
    Met,
    Failed,
    /// What the item speaks of did not come up in the case.
    Apart,
    /// A reviewer scores it.
    Open,
}

/// An item with what the case shows of it. 评查项核查
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemFound {
    pub item: ReviewItem,
    pub state: ItemState,
    /// The acts that show it, in words; empty where a reviewer scores it.
    pub proof: String,
}

impl ItemState {
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Met => "符合",
            Self::Failed => "不符合",
            Self::Apart => "不涉及",
            Self::Open => "由评查人员评定",
        }
    }
}

impl Platform {
    /// The items of a sheet that are asked of a case, each with what the case shows.
    ///
    /// # Errors
    /// The registers cannot be read.
    pub(super) fn evaluate(&self, sheet: &ReviewSheet, file: &CaseFile) -> Result<Vec<ItemFound>> {
        let roll = self.roll()?;
        let case = Shown { platform: self, file, roll: &roll };
        let items = sheet.items_of(&file.pack.file.procedure.id);
        Ok(items.map(|item| case.item(item)).collect())
    }
}

struct Shown<'a> {
    platform: &'a Platform,
    file: &'a CaseFile,
    roll: &'a Roll,
}

impl Shown<'_> {
    fn item(&self, item: &ReviewItem) -> ItemFound {
        let found = |state: ItemState, proof: String| ItemFound { item: item.clone(), state, proof };
        if let Some(applies) = item.applies.as_deref().and_then(|text| self.guard(text))
            && self.truth(&applies) != Some(true)
        {
            return found(ItemState::Apart, self.acts(applies.mentions()));
        }
        let (state, proof) = match &item.rule {
            None => (ItemState::Open, String::new()),
            Some(ItemRule::Guard(text)) => self.by_guard(text),
            Some(ItemRule::InTime(acts)) => self.in_time(self.set(acts)),
            Some(ItemRule::Certified(acts)) => self.certified(self.set(acts)),
        };
        found(state, proof)
    }

    fn guard(&self, text: &str) -> Option<Guard> {
        let procedure = &self.file.pack.file.procedure;
        compile(text, &procedure.acts, &procedure.parameters).ok()
    }

    fn truth(&self, guard: &Guard) -> Option<bool> {
        let history = &self.file.history;
        let day = history.deeds.iter().map(|deed| deed.on).max()?;
        guard.truth(&Scene {
            calendar: &self.platform.rules().calendar,
            records: &history.records,
            parameters: &self.file.pack.file.procedure.parameters,
            day,
        })
    }

    fn set(&self, acts: &[String]) -> ActSet {
        let procedure = &self.file.pack.file.procedure;
        acts.iter().filter_map(|id| procedure.act_named(id)).fold(ActSet::NONE, ActSet::with)
    }

    fn by_guard(&self, text: &str) -> (ItemState, String) {
        let Some(guard) = self.guard(text) else { return (ItemState::Open, String::new()) };
        let proof = self.acts(guard.mentions());
        match self.truth(&guard) {
            Some(true) => (ItemState::Met, proof),
            Some(false) => (ItemState::Failed, proof),
            None => (ItemState::Open, proof),
        }
    }

    /// The acts of a set as the case has them: what was done when, and what was not.
    fn acts(&self, acts: ActSet) -> String {
        let procedure = &self.file.pack.file.procedure;
        let one = |act: ActId| {
            let last = self.file.history.deeds.iter().rev().find(|deed| deed.act == act);
            let name = procedure.name_of(act);
            last.map_or_else(
                || format!("没有“{name}”"),
                |deed| format!("“{name}”{}（第{}号）", deed.on.chinese(), deed.number),
            )
        };
        acts.iter().map(one).collect::<Vec<_>>().join("；")
    }

    /// Whether the duties that these acts discharge were discharged in time; what the lapse of time did is nobody's delay.
    fn in_time(&self, acts: ActSet) -> (ItemState, String) {
        let (procedure, history) = (&self.file.pack.file.procedure, &self.file.history);
        let (mut told, mut is_late) = (Vec::new(), false);
        for (deed, discharged) in history.deeds.iter().zip(&history.discharged) {
            if !acts.has(deed.act) {
                continue;
            }
            for one in discharged.iter().filter(|one| !one.lapsed) {
                let Some(last) = one.last_day else { continue };
                is_late |= !one.is_in_time();
                let late = if one.is_in_time() { "" } else { "，逾期" };
                let name = procedure.name_of(deed.act);
                told.push(format!(
                    "“{name}”{}（第{}号），期限至{}{late}",
                    one.on.chinese(),
                    deed.number,
                    last.chinese()
                ));
            }
        }
        let end = history.deeds.iter().map(|deed| deed.on).max();
        for owed in history.marking.owed.iter().filter(|owed| owed.must.meets(acts & history.marking.open)) {
            let Some(last) = owed.last_day.filter(|last| end.is_some_and(|end| *last < end)) else {
                continue;
            };
            let names = procedure.names_of(self.duty(owed.norm) & acts);
            is_late = true;
            told.push(format!("{names}的期限至{}，没有办理", last.chinese()));
        }
        match (told.is_empty(), is_late) {
            (true, _) => (ItemState::Apart, "没有这样的期限".to_owned()),
            (false, true) => (ItemState::Failed, told.join("；")),
            (false, false) => (ItemState::Met, told.join("；")),
        }
    }

    fn duty(&self, norm: u16) -> ActSet {
        match self.file.pack.file.procedure.norms.get(usize::from(norm)).map(|norm| &norm.form) {
            Some(Form::Duty(duty)) => duty.must,
            _ => ActSet::NONE,
        }
    }

    /// Whether everybody whom these acts name as an officer, two at least, held a certificate on the day.
    fn certified(&self, acts: ActSet) -> (ItemState, String) {
        let procedure = &self.file.pack.file.procedure;
        let (mut told, mut is_lacking) = (Vec::new(), false);
        for deed in self.file.history.deeds.iter().filter(|deed| acts.has(deed.act)) {
            let fields = procedure.act_of(deed.act).map_or(&[][..], |act| &act.fields);
            let values = fields.iter().zip(deed.record.values());
            let mut names: Vec<&str> = values
                .filter_map(|(field, value)| match (field.kind, value) {
                    (FieldType::Officer, Some(Value::Text(name))) => Some(name.as_str()),
                    _ => None,
                })
                .collect();
            names.sort_unstable();
            names.dedup();
            let without: Vec<&str> =
                names.iter().copied().filter(|name| !self.holds(name, deed.on)).collect();
            let fault = match (names.len() < 2, without.is_empty()) {
                (true, _) => "不足两人".to_owned(),
                (false, false) => format!("{}当日没有有效的执法证件", without.join("、")),
                (false, true) => String::new(),
            };
            is_lacking |= !fault.is_empty();
            let end = if fault.is_empty() {
                "，当日都持有执法证件".to_owned()
            } else {
                format!("，{fault}")
            };
            told.push(format!(
                "“{}”第{}号：{}{end}",
                procedure.name_of(deed.act),
                deed.number,
                names.join("、")
            ));
        }
        match (told.is_empty(), is_lacking) {
            (true, _) => (ItemState::Apart, self.acts(acts)),
            (false, true) => (ItemState::Failed, told.join("；")),
            (false, false) => (ItemState::Met, told.join("；")),
        }
    }

    fn holds(&self, name: &str, on: Day) -> bool {
        let mut known = self.roll.named(&self.file.row.organ, name, on);
        known.any(|one| self.roll.fields_of(&one, on).next().is_some())
    }
}
