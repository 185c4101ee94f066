//! Double publication (双公示): decisions in the columns of the national standard, each cell from its case, what is missing said
//! with the case, and whether each was public in time. Nobody's minor, secret or sealed case is among them.

use std::collections::BTreeMap;

use calendar::{Count, Day};
use norms::{Deed, FieldType, Value};
use packs::exports::{ColumnOf, Export, ExportColumn, ExportSource, Shape, Told};
use store::publication::{self, Publication};
use store::{Query, document, tally};

use crate::actor::Actor;
use crate::case::CaseFile;
use crate::enterprises::{credit_code, fines};
use crate::error::{AppError, Result};
use crate::figures_view::{FigureAsked, range};
use crate::organs::Organ;
use crate::platform::Platform;
use crate::record::{masked_party, party_code, shown};
use crate::report;
use crate::visits::governs;
use crate::withheld::withheld;

/// How many decisions are read at a time.
const BATCH: u32 = 500;

/// Whether a decision was public in time. 公示是否及时
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timeliness {
    Timely,
    Late,
    /// Not public yet, and there is still time.
    Waiting,
    /// Its procedure publishes nothing on this platform, so nothing is known.
    Unknown,
}

impl Timeliness {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Timely => "及时",
            Self::Late => "逾期",
            Self::Waiting => "期限内，还没有公示",
            Self::Unknown => "不在本平台公示",
        }
    }
}

/// A decision in the columns. 报送的一条
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportRow {
    pub case: String,
    pub number: String,
    pub decided_on: Day,
    pub due_on: Option<Day>,
    pub published_on: Option<Day>,
    pub timeliness: Timeliness,
    pub cells: Vec<String>,
    /// Places of the columns that are required and empty, or longer than they may be.
    pub missing: Vec<usize>,
}

/// The decisions of an organ and a period. 双公示报送表
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoublePublication {
    pub export: Export,
    pub from: Day,
    pub to: Day,
    pub scope: String,
    pub rows: Vec<ExportRow>,
    /// Why decisions are left out, and how many.
    pub left_out: Vec<(String, usize)>,
    /// Names of procedures whose decisions are never handed over, why, and the article.
    pub excluded: Vec<(String, String, String)>,
}

impl DoublePublication {
    #[must_use]
    pub fn count(&self, which: Timeliness) -> usize {
        self.rows.iter().filter(|row| row.timeliness == which).count()
    }

    /// Timely ones in ten thousandths of those whose time is over or that are public; none where there is none.
    #[must_use]
    pub fn timely_rate(&self) -> Option<usize> {
        let (timely, late) = (self.count(Timeliness::Timely), self.count(Timeliness::Late));
        (timely * 10_000).checked_div(timely + late)
    }

    /// The timely rate as people read it: `98.50%`.
    #[must_use]
    pub fn timely_text(&self) -> String {
        self.timely_rate().map_or_else(
            || "没有到期的决定，不计算".to_owned(),
            |rate| format!("{}.{:02}%", rate / 100, rate % 100),
        )
    }

    /// The names of what a row lacks.
    #[must_use]
    pub fn lacks(&self, row: &ExportRow) -> Vec<&str> {
        let name = |at: &usize| self.export.columns.get(*at).map(|column| column.name.as_str());
        row.missing.iter().filter_map(name).collect()
    }

    /// Names of the columns that the platform does not hold, and why.
    #[must_use]
    pub fn absent(&self) -> Vec<(&str, &str)> {
        let all = self.export.columns.iter().filter_map(|column| match &column.of {
            ColumnOf::Absent(why) => Some((column.name.as_str(), why.as_str())),
            _ => None,
        });
        all.collect()
    }

    /// As a sheet: the codes of the columns over their names, as the national platform takes it.
    #[must_use]
    pub fn sheet(&self) -> sheets::Page {
        let names = self.export.columns.iter().map(|column| sheets::Cell::from(column.name.as_str()));
        let rows = self.rows.iter().map(|row| row.cells.iter().map(|text| text.as_str().into()).collect());
        sheets::Page {
            name: self.export.name.clone(),
            above: Vec::new(),
            headings: self.export.columns.iter().map(|column| column.code.clone()).collect(),
            rows: std::iter::once(names.collect()).chain(rows).collect(),
            below: Vec::new(),
        }
    }

    /// As comma-separated values under the codes of the columns, with a byte order mark so that spreadsheets read it as UTF-8.
    #[must_use]
    pub fn csv(&self) -> String {
        let quoted = |text: &str| {
            // What a spreadsheet would take for a formula is text.
            let text =
                if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.to_owned() };
            format!("\"{}\"", text.replace('"', "\"\""))
        };
        let line = |cells: Vec<String>| cells.join(",") + "\r\n";
        let codes = self.export.columns.iter().map(|column| quoted(&column.code)).collect();
        let rows = self.rows.iter().map(|row| line(row.cells.iter().map(|text| quoted(text)).collect()));
        std::iter::once(format!("\u{feff}{}", line(codes))).chain(rows).collect()
    }
}

/// What was left out, by why.
type LeftOut = BTreeMap<&'static str, usize>;

impl Platform {
    /// The sets of columns there are: id and name.
    #[must_use]
    pub fn exports(&self) -> Vec<(String, String)> {
        self.rules().exports.iter().map(|one| (one.id.clone(), one.name.clone())).collect()
    }

    /// The decisions of an organ (of a government with all organs of its area) within a period, in the columns of a set, for an
    /// officer of that organ or of a government over it.
    ///
    /// # Errors
    /// Nobody's business; as [`Platform::double_publication`].
    pub fn double_publication_for(
        &self,
        actor: &Actor,
        id: &str,
        organ: &str,
        period: (Day, Day),
    ) -> Result<DoublePublication> {
        let own = self.organ(crate::desk::officer_organ(actor)?)?;
        let asked = self.organ(organ)?;
        let may = own.id == asked.id || (own.kind == "government" && governs(&own, &asked));
        if !may {
            return Err(AppError::Forbidden {
                why: format!("{}的双公示数据由{}和管辖它的政府报送", asked.name, asked.name),
                help: "请选您自己的机关。".to_owned(),
            });
        }
        self.double_publication(id, organ, period)
    }

    /// The same for whoever keeps the platform.
    ///
    /// # Errors
    /// There is no such set or organ; the period ends before it begins; the store cannot be read.
    pub fn double_publication(
        &self,
        id: &str,
        organ: &str,
        (from, to): (Day, Day),
    ) -> Result<DoublePublication> {
        let export = self.rules().exports.iter().find(|one| one.id == id);
        let export = export.ok_or_else(|| AppError::not_found(format!("双公示的表式“{id}”")))?.clone();
        if to < from {
            return Err(AppError::wrong("period", "终止日期早于起始日期", "请核对起止日期。"));
        }
        let organ = self.organ(organ)?;
        let (mut asked, scope) = report::asked(&organ, to.year(), to.max(self.today()))?;
        (asked.from, asked.to) = (from, to);
        let organs = self.organs()?;
        let (mut rows, mut left_out) = (Vec::new(), LeftOut::new());
        self.store().read(|reader| -> Result<()> {
            for source in &export.sources {
                for (case, number) in decided(reader, source, &asked)? {
                    let file = self.inner().load(reader, &case)?;
                    if file.row.procedure != source.procedure {
                        continue;
                    }
                    let look = Look { export: &export, source, file: &file, organs: &organs };
                    match self.export_row(reader, &look, number)? {
                        Ok(row) => rows.push(row),
                        Err(why) => *left_out.entry(why).or_default() += 1,
                    }
                }
            }
            Ok(())
        })?;
        rows.sort_by(|a, b| (a.decided_on, &a.number).cmp(&(b.decided_on, &b.number)));
        let excluded = export.excluded.iter().map(|one| {
            let mark = if one.basis.unverified { "（未核实）" } else { "" };
            let cited = format!("{}{mark}", one.basis.cited);
            (self.procedure_name(&one.procedure), one.because.clone(), cited)
        });
        let excluded = excluded.collect();
        let left_out = left_out.into_iter().map(|(why, count)| (why.to_owned(), count)).collect();
        Ok(DoublePublication { from, to, scope, rows, left_out, excluded, export })
    }

    /// The sheet of decisions as a workbook.
    ///
    /// # Errors
    /// The file cannot be made.
    pub fn double_publication_book(&self, made: &DoublePublication) -> Result<Vec<u8>> {
        sheets::write_book(&[made.sheet()]).map_err(|found| AppError::Unfit(vec![found]))
    }

    /// A decision as a row, or why it is none.
    fn export_row(
        &self,
        db: &dyn Query,
        look: &Look<'_>,
        number: u32,
    ) -> Result<std::result::Result<ExportRow, &'static str>> {
        let today = self.today();
        let Some(deed) = look.file.history.deeds.iter().find(|deed| deed.number == number) else {
            return Ok(Err("决定已经更正，不再存在"));
        };
        if withheld(look.file, today).is_some() {
            return Ok(Err("依法不公开的案件（未成年人、国家秘密等）"));
        }
        if fines(look.file, today).iter().any(|fine| fine.event == number && fine.undone_on.is_some()) {
            return Ok(Err("决定已经被撤销、确认违法或者无效"));
        }
        let public = publication::of_case(db, &look.file.row.id)?;
        let public = public.into_iter().find(|one| one.act == look.source.act && one.number >= number);
        if public.as_ref().is_some_and(|one| one.withdrawn_on.is_some()) {
            return Ok(Err("公开的决定已经撤回"));
        }
        if public.as_ref().is_some_and(|one| one.has_ended(today.number())) {
            return Ok(Err("公示期已经届满，或者已经修复"));
        }
        let count =
            Count { from: deed.on, limit: look.export.within, pauses: &[], extensions: &[], rolls: true };
        let due_on = self.rules().calendar.last_day(&count).last_day;
        let published_on = public.as_ref().and_then(|one| Day::from_number(one.published_on));
        let timeliness = match (look.publishes(), published_on, due_on) {
            (false, ..) => Timeliness::Unknown,
            (true, Some(day), Some(due)) if day <= due => Timeliness::Timely,
            (true, None, Some(due)) if today <= due => Timeliness::Waiting,
            _ => Timeliness::Late,
        };
        let issued = document::of_case(db, &look.file.row.id)?.into_iter().find(|one| one.number == number);
        let told = |told| self.says_of(look, deed, (issued.as_ref(), public.as_ref()), told);
        let cells: Vec<String> =
            look.export.columns.iter().map(|column| look.cell(column, deed, &told)).collect();
        let lacks = |(column, text): (&ExportColumn, &String)| {
            (column.required && text.is_empty())
                || column.longest.is_some_and(|most| text.chars().count() > most)
        };
        let all = look.export.columns.iter().zip(&cells).enumerate();
        let missing = all.filter(|(_, one)| lacks(*one)).map(|(at, _)| at).collect();
        Ok(Ok(ExportRow {
            case: look.file.row.id.clone(),
            number: look.file.row.number.clone().unwrap_or_default(),
            decided_on: deed.on,
            due_on,
            published_on,
            timeliness,
            cells,
            missing,
        }))
    }

    /// What the case itself says.
    fn says_of(
        &self,
        look: &Look<'_>,
        deed: &Deed,
        (issued, public): (Option<&document::Document>, Option<&Publication>),
        told: Told,
    ) -> String {
        let procedure = &look.file.pack.file.procedure;
        let organ = look.organs.iter().find(|organ| organ.id == look.file.row.organ);
        match told {
            Told::DocumentNumber => issued.map_or(String::new(), |one| one.doc_number.clone()),
            Told::DocumentName => {
                let kind = procedure.act_of(deed.act).and_then(|act| act.document.as_ref());
                let kind = kind.and_then(|id| procedure.documents.iter().find(|one| one.id == *id));
                kind.map_or(String::new(), |kind| kind.name.clone())
            }
            Told::DecidedOn => deed.on.to_string(),
            Told::ShownUntil => {
                let last = public.and_then(|one| one.shown_until).and_then(Day::from_number);
                last.map_or(String::new(), |day| day.to_string())
            }
            Told::OrganName => organ.map_or(String::new(), |organ| organ.name.clone()),
            Told::OrganCode => organ.and_then(|organ| organ.credit_code.clone()).unwrap_or_default(),
            Told::State => if look.is_over(self.today()) { "ended" } else { "stands" }.to_owned(),
            Told::Note => String::new(),
        }
    }
}

/// The decisions that a figure counts: case and event.
fn decided(db: &dyn Query, source: &ExportSource, asked: &FigureAsked) -> Result<Vec<(String, u32)>> {
    let mut counts: BTreeMap<(i32, String, u32), i64> = BTreeMap::new();
    let mut after: Option<tally::Contribution> = None;
    loop {
        let page = tally::contributions(db, &range(&source.figure, asked), after.as_ref(), BATCH)?;
        let is_last = u32::try_from(page.len()).is_ok_and(|count| count < BATCH);
        after = page.last().cloned().or(after);
        for one in page {
            *counts.entry((one.legal_day, one.case, one.number)).or_default() += one.n;
        }
        if is_last {
            break;
        }
    }
    // What a correction took away counts for nothing.
    let left = counts.into_iter().filter(|(_, n)| *n > 0);
    Ok(left.map(|((_, case, number), _)| (case, number)).collect())
}

/// A decision that is looked at.
struct Look<'a> {
    export: &'a Export,
    source: &'a ExportSource,
    file: &'a CaseFile,
    organs: &'a [Organ],
}

impl Look<'_> {
    /// Whether the procedure makes the decision public at all.
    fn publishes(&self) -> bool {
        let procedure = &self.file.pack.file.procedure;
        let of = procedure.act_named(&self.source.act);
        let is_it = |act: &norms::Act| act.publish.as_ref().is_some_and(|publish| Some(publish.of) == of);
        of.is_some() && (procedure.acts.iter().any(is_it))
    }

    /// Whether the term that the decision names is over.
    fn is_over(&self, today: Day) -> bool {
        let procedure = &self.file.pack.file.procedure;
        let Some(of) = procedure.act_named(&self.source.act) else { return false };
        let until = procedure.field_named(of, "until");
        let deed = self.file.history.deeds.iter().rfind(|deed| deed.act == of);
        let last = until.and_then(|at| deed.and_then(|deed| deed.record.get(at)));
        matches!(last, Some(Value::Day(day)) if *day < today)
    }

    fn cell(&self, column: &ExportColumn, deed: &Deed, told: &dyn Fn(Told) -> String) -> String {
        let mapped = |text: String| column.map.get(&text).cloned().unwrap_or(text);
        match &column.of {
            ColumnOf::Constant(text) => text.clone(),
            ColumnOf::Absent(_) => String::new(),
            ColumnOf::Told(what) => mapped(told(*what)),
            ColumnOf::Fields(fields, shape) => {
                let own = fields.iter().filter(|[procedure, ..]| *procedure == self.file.row.procedure);
                let mut texts =
                    own.filter_map(|[_, act, field]| self.field(column, (act, field), *shape, deed));
                texts.next().unwrap_or_default()
            }
        }
    }

    /// The field of the deciding act, or of what another act recorded last.
    fn field(
        &self,
        column: &ExportColumn,
        (act, field): (&str, &str),
        shape: Shape,
        deed: &Deed,
    ) -> Option<String> {
        let procedure = &self.file.pack.file.procedure;
        let act = procedure.act_named(act)?;
        let at = procedure.field_named(act, field)?;
        let spec = procedure.act_of(act)?.fields.get(usize::from(at))?;
        let value = if act == deed.act {
            deed.record.get(at)?
        } else {
            self.file
                .history
                .deeds
                .iter()
                .rev()
                .filter(|one| one.act == act)
                .find_map(|one| one.record.get(at))?
        };
        Some(match (shape, value) {
            (Shape::TenThousand, Value::Money(fen)) => ten_thousand(*fen),
            (Shape::Text, Value::Day(day)) => day.to_string(),
            (Shape::Text, Value::Text(text)) => match column.map.get(text) {
                Some(mapped) => mapped.clone(),
                // A free text about a person is handed over only as it was made public.
                None if spec.personal && spec.kind == FieldType::Text => String::new(),
                None => shown(spec, value, true),
            },
            (Shape::Text, _) => shown(spec, value, true),
            (_, Value::Text(text)) => party(text, shape),
            _ => String::new(),
        })
    }
}

/// A party in one of its ways: of a natural person nothing that identifies.
fn party(text: &str, shape: Shape) -> String {
    let code = party_code(text);
    let enterprise = code.and_then(credit_code);
    let person = code.filter(|code| codes::check(codes::Kind::ResidentId, code).is_valid());
    match shape {
        Shape::PartyName => masked_party(text),
        Shape::PartyCode => enterprise.unwrap_or_default(),
        Shape::PartyKind => match (enterprise, person) {
            (Some(_), _) => "法人及非法人组织".to_owned(),
            (None, Some(_)) => "自然人".to_owned(),
            (None, None) => String::new(),
        },
        Shape::PartyPaper => person.map_or(String::new(), |_| "身份证".to_owned()),
        Shape::PartyMasked => person.map_or(String::new(), codes::mask::resident_id),
        Shape::Text | Shape::TenThousand => String::new(),
    }
}

/// Fen as ten thousand yuan with six digits behind the point.
fn ten_thousand(fen: i64) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    let fen = fen.unsigned_abs();
    format!("{sign}{}.{:06}", fen / 1_000_000, fen % 1_000_000)
}
