//! How long what is public is shown: the last day follows from the records of its case, is noted beside the publication, and is
//! compared with the day of the question whenever anybody looks. Nothing has to be done on that day for it to end.

use calendar::{Calendar, Count, Day};
use norms::{History, Procedure, Setting, Shown, Value};
use store::publication::{self, Publication};
use store::{Query, Tx};

use crate::case::CaseFile;
use crate::error::Result;
use crate::platform::{Inner, Platform};

/// The setting that says that the last days of what older cases made public are known.
const KNOWN: &str = "publications_shown_until";

/// Whether anything that a procedure makes public ends by itself or by an act.
fn ends_any(procedure: &Procedure) -> bool {
    let shown = |act: &norms::Act| act.publish.as_ref().is_some_and(|publish| publish.shown.is_some());
    procedure.acts.iter().any(|act| shown(act) || !act.ends_showing.is_empty())
}

/// The last day on which something public of a case is shown; none where it stays until it is withdrawn.
pub(crate) fn last_day(
    procedure: &Procedure,
    history: &History,
    calendar: &Calendar,
    public: &Publication,
) -> Option<Day> {
    let of = procedure.act_named(&public.act)?;
    let publishing = history.deeds.iter().find(|deed| deed.number == public.number)?;
    let publish = procedure.act_of(publishing.act)?.publish.as_ref();
    // What is shown is the record as it stood when it was published.
    let deed = history.deeds.iter().rfind(|deed| deed.act == of && deed.number <= public.number)?;
    let period = publish.and_then(|publish| publish.shown.as_ref());
    let period = period.and_then(|shown| by_period(procedure, shown, deed, calendar));
    let ends = |act: norms::ActId| procedure.act_of(act).is_some_and(|spec| spec.ends_showing.has(of));
    let ended = history.deeds.iter().filter(|deed| deed.number > public.number && ends(deed.act));
    let ended = ended.map(|deed| deed.on.previous()).min();
    match (period, ended) {
        (Some(period), Some(ended)) => Some(period.min(ended)),
        (period, ended) => period.or(ended),
    }
}

/// The earliest of the days that the parts of a period give.
fn by_period(procedure: &Procedure, shown: &Shown, deed: &norms::Deed, calendar: &Calendar) -> Option<Day> {
    let after = |name: &str| {
        let parameter = procedure.parameters.iter().find(|one| one.name == name)?;
        let Setting::Limit(limit) = parameter.on(deed.on)?.amount else { return None };
        // Showing on a rest day costs nobody anything: the last day is not put off.
        calendar
            .last_day(&Count { from: deed.on, limit, pauses: &[], extensions: &[], rolls: false })
            .last_day
    };
    let until = shown.until.and_then(|field| match deed.record.get(field) {
        Some(Value::Day(day)) => Some(*day),
        _ => None,
    });
    let class = shown.class.and_then(|field| match deed.record.get(field) {
        Some(Value::Text(text)) => shown.periods.iter().find(|(id, _)| id == text),
        _ => None,
    });
    let class = class.and_then(|(_, period)| match period {
        Some(name) => after(name),
        None => Some(deed.on.previous()),
    });
    let most = shown.most.as_deref().and_then(after);
    [until, class, most].into_iter().flatten().min()
}

/// Notes the last days of what a case has public, where they are others than those that are noted.
pub(crate) fn settle(inner: &Inner, tx: &mut Tx<'_>, file: &CaseFile) -> Result<()> {
    let procedure = &file.pack.file.procedure;
    if !ends_any(procedure) {
        return Ok(());
    }
    for public in publication::of_case(tx, &file.row.id)? {
        let last = last_day(procedure, &file.history, &inner.rules.calendar, &public).map(Day::number);
        if last != public.shown_until {
            publication::show_until(tx, &file.row.id, public.number, &public.act, last)?;
        }
    }
    Ok(())
}

impl Platform {
    /// Notes until when it is shown what cases of an older version made public.
    pub(crate) fn end_older_showing(&self) -> Result<()> {
        self.over_older_cases(KNOWN, |inner, tx, file| settle(inner, tx, file))
    }
}

/// What a case has public whose noted last day is not the one that follows from its records: number and act.
pub(crate) fn astray(db: &dyn Query, file: &CaseFile, calendar: &Calendar) -> Result<Vec<(u32, String)>> {
    let procedure = &file.pack.file.procedure;
    if !ends_any(procedure) {
        return Ok(Vec::new());
    }
    let all = publication::of_case(db, &file.row.id)?.into_iter();
    let wrong = all.filter(|public| {
        last_day(procedure, &file.history, calendar, public).map(Day::number) != public.shown_until
    });
    Ok(wrong.map(|public| (public.number, public.act)).collect())
}
