//! Each officer's hours of training in a year against the floors, from the registers: the roll, the certificates, the hours,
//! the floors. Law has a floor of its own beside that of law and trade together; political study counts for neither.

use std::collections::{BTreeMap, BTreeSet};

use calendar::Day;
use norms::Value;
use registers::Entry;
use sheets::{Cell, Page, write_book};

use crate::authority::person_of;
use crate::error::{AppError, Result};
use crate::organs::Organ;
use crate::platform::Platform;
use crate::record::decimal;
use crate::register_sheet::RegisterSheet;
use crate::registers::kept;
use crate::roll::Table;
use crate::visible::Viewer;

const ROLL: &str = "officers";
const CERTIFICATES: &str = "certificates";
const HOURS: &str = "trainings";
const FLOORS: &str = "training_floors";
/// The kind of officer whose floors hold for all others.
const EVERYBODY: &str = "all";
/// The two floors, as the register calls them: their names, and the contents of training that count.
const COUNTED: [(&str, &str, &[&str]); 2] =
    [("law", "法律培训", &["law"]), ("both", "业务知识和法律法规", &["law", "trade"])];

/// Hours in ten-thousandths, as registers keep numbers. 学时
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hours(pub i64);

impl std::fmt::Display for Hours {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&decimal(self.0, norms::PARTS))
    }
}

/// How an officer stands to one floor. 学时下限核算
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FloorLine {
    /// `law` or `both`.
    pub content: &'static str,
    pub name: &'static str,
    pub hours: Hours,
    /// The floor with its basis; nothing where none was entered: then nothing is said to be missing.
    pub floor: Option<(Hours, String)>,
}

impl FloorLine {
    /// What the hours lack to the floor; nothing where there is no floor.
    #[must_use]
    pub fn missing(&self) -> Option<Hours> {
        self.floor.as_ref().map(|(floor, _)| Hours((floor.0 - self.hours.0).max(0)))
    }

    fn is_reached(&self) -> Option<bool> {
        self.missing().map(|missing| missing == Hours(0))
    }
}

/// How an officer's certificate stands on the last day that is looked at. 证件状态
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificateState {
    Valid {
        number: String,
        until: Option<Day>,
    },
    /// Its last day is over: whoever asks for a certificate refuses.
    Ended {
        number: String,
        on: Day,
    },
}

impl CertificateState {
    /// As a page says it.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Valid { number, until: None } => format!("{number}，有效"),
            Self::Valid { number, until: Some(day) } => format!("{number}，有效至{}", day.chinese()),
            Self::Ended { number, on } => {
                format!("{number}，{}终止；要求持证的事项不能办", on.chinese())
            }
        }
    }
}

/// An officer with the hours of a year. 执法人员年度学时
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficerHours {
    /// Id and name of the organ.
    pub organ: (String, String),
    pub number: String,
    pub name: String,
    pub floors: Vec<FloorLine>,
    /// Hours that count for no floor: political study, and entries that do not say what they were.
    pub uncounted: Hours,
    pub certificate: CertificateState,
    /// From when he is on the roll, where that is not the whole year: no floor is lowered for it.
    pub since: Option<Day>,
}

/// What the officers of an organ come to. 机关年度学时
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganHours {
    /// Id and name; an empty id for all together.
    pub organ: (String, String),
    pub officers: u32,
    /// Officers whose certificates have ended.
    pub ended: u32,
    /// For each floor: officers who reach it, and those for whom there is one.
    pub reached: Vec<(u32, u32)>,
}

impl OrganHours {
    /// The share that reaches a floor, in hundredths of a percent; nothing where nobody has one.
    #[must_use]
    pub fn share(&self, floor: usize) -> Option<u32> {
        let (reached, all) = self.reached.get(floor).copied().filter(|(_, all)| *all > 0)?;
        Some(u32::try_from((u64::from(reached) * 10_000 + u64::from(all) / 2) / u64::from(all)).unwrap_or(0))
    }
}

/// Which hours are asked for. 学时查询
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoursAsked {
    pub year: i32,
    /// Id of an organ; empty for all.
    pub organ: String,
}

/// The hours of a year. 年度学时
#[derive(Clone, Debug)]
pub struct HoursPage {
    pub year: i32,
    /// The last day that counts: today, or the year's end.
    pub until: Day,
    pub organs: Vec<OrganHours>,
    /// All the organs together.
    pub total: OrganHours,
    /// Those officers whom the reader may see by name, whoever lacks most first.
    pub officers: Vec<OfficerHours>,
}

/// The registers of a question, and its year.
struct Looked {
    roll: Table,
    certificates: Table,
    hours: Table,
    floors: Table,
    governments: BTreeSet<String>,
    from: Day,
    until: Day,
}

impl Platform {
    /// Each officer's hours of a year against the floors. What an organ's officers come to is for everybody; who they are only
    /// for those who may read the organ's registers.
    ///
    /// # Errors
    /// The year is none, or has not begun; there is no such organ; the store cannot be read.
    pub fn training_hours(&self, viewer: Viewer<'_>, asked: &HoursAsked) -> Result<HoursPage> {
        let ends = Day::from_ymd(asked.year, 1, 1).zip(Day::from_ymd(asked.year, 12, 31));
        let wrong = |message: String| AppError::field("year", "年度", message);
        let (from, to) = ends.ok_or_else(|| wrong("应当是四位数的年份".to_owned()))?;
        if from > self.today() {
            return Err(wrong(format!("{}年还没有到", asked.year)));
        }
        let mut organs = self.organs()?;
        if !asked.organ.is_empty() {
            organs = vec![self.organ(&asked.organ)?];
        }
        let governments = self.organs()?.into_iter().filter(|organ| organ.kind == "government");
        let looked = Looked {
            roll: self.table(ROLL)?,
            certificates: self.table(CERTIFICATES)?,
            hours: self.table(HOURS)?,
            floors: self.table(FLOORS)?,
            governments: governments.map(|organ| organ.id).collect(),
            from,
            until: to.min(self.today()),
        };
        let mut page = HoursPage {
            year: asked.year,
            until: looked.until,
            organs: Vec::new(),
            total: sums(("", "合计"), &[]),
            officers: Vec::new(),
        };
        let mut all = Vec::new();
        for organ in organs {
            let own = looked.officers(&organ);
            if own.is_empty() {
                continue;
            }
            page.organs.push(sums((&organ.id, &organ.name), &own));
            if self.reads_hours(viewer, &organ)? {
                page.officers.extend(own.iter().cloned());
            }
            all.extend(own);
        }
        page.total = sums(("", "合计"), &all);
        let lacks = |one: &OfficerHours| -> i64 {
            one.floors.iter().filter_map(|line| line.missing()).map(|hours| hours.0).max().unwrap_or(0)
        };
        page.officers.sort_by(|one, other| {
            lacks(other)
                .cmp(&lacks(one))
                .then_with(|| (&one.organ, &one.number).cmp(&(&other.organ, &other.number)))
        });
        Ok(page)
    }

    /// Whether somebody may read both the roll and the hours of an organ in whole.
    fn reads_hours(&self, viewer: Viewer<'_>, organ: &Organ) -> Result<bool> {
        let actor = match viewer {
            Viewer::Keeper => return Ok(true),
            Viewer::Public => return Ok(false),
            Viewer::Account(actor) => actor,
        };
        let may = |id: &str| -> Result<bool> {
            let register = self.register(id)?;
            let verdict = self.inner().policies.may_consult(&person_of(actor), kept(register, organ));
            Ok(verdict.is_allowed() && verdict.permits.iter().any(|ground| ground.rule != "public"))
        };
        Ok(may(ROLL)? && may(HOURS)?)
    }

    /// The same as an XLSX file: a sheet of the organs, and one of the officers whom the reader may see.
    ///
    /// # Errors
    /// As [`Platform::training_hours`]; the file cannot be made.
    pub fn training_hours_sheet(&self, viewer: Viewer<'_>, asked: &HoursAsked) -> Result<RegisterSheet> {
        let page = self.training_hours(viewer, asked)?;
        let name = format!("{}年执法人员年度学时", page.year);
        let above = vec![format!("{name}，截至{}", page.until.chinese())];
        let organs = Page {
            name: "机关".to_owned(),
            above: above.clone(),
            headings: organ_headings(),
            rows: page.organs.iter().chain([&page.total]).map(organ_row).collect(),
            below: vec![NOTE.to_owned()],
        };
        let officers = Page {
            name: "人员".to_owned(),
            above,
            headings: officer_headings(),
            rows: page.officers.iter().map(officer_row).collect(),
            below: vec![NOTE.to_owned()],
        };
        let entries = page.officers.len();
        let bytes = write_book(&[organs, officers]).map_err(|fault| AppError::Unfit(vec![fault]))?;
        Ok(RegisterSheet { name: format!("{name}.xlsx"), bytes, entries })
    }
}

/// How it is counted, under every table.
pub const NOTE: &str = "计入的是名册上持有或者当年持有过执法证件的在编人员；两条下限分开核，不相加；政治理论、党性教育和没有写明内容的学时不计入；年中列入名册的，下限没有折算；没有登记下限的不算达到，也不算没有达到。";

fn organ_headings() -> Vec<String> {
    let mut made: Vec<String> = ["机关", "持证人员数", "证件已经终止的人数"].map(str::to_owned).to_vec();
    for (_, name, _) in COUNTED {
        made.extend([format!("{name}：达到下限的人数"), format!("{name}：有下限的人数")]);
    }
    made
}

fn organ_row(one: &OrganHours) -> Vec<Cell> {
    let mut made = vec![Cell::from(one.organ.1.as_str()), one.officers.into(), one.ended.into()];
    made.extend(one.reached.iter().flat_map(|(reached, all)| [Cell::from(*reached), Cell::from(*all)]));
    made
}

fn officer_headings() -> Vec<String> {
    let mut made: Vec<String> = ["机关", "人员编号", "姓名"].map(str::to_owned).to_vec();
    for (_, name, _) in COUNTED {
        made.extend(["学时", "下限", "欠学时", "下限的依据"].map(|what| format!("{name}：{what}")));
    }
    made.extend(["不计入的学时", "证件", "列入名册的日期（年中列入的）"].map(str::to_owned));
    made
}

fn officer_row(one: &OfficerHours) -> Vec<Cell> {
    let hours = |hours: Hours| Cell::Decimal(hours.0, 4);
    let mut made = [&one.organ.1, &one.number, &one.name].map(|text| Cell::from(text.as_str())).to_vec();
    for line in &one.floors {
        made.push(hours(line.hours));
        let floor = line.floor.as_ref();
        made.push(floor.map_or(Cell::from("没有登记"), |(floor, _)| hours(*floor)));
        made.push(line.missing().map_or(Cell::from(""), hours));
        made.push(Cell::from(floor.map_or("", |(_, basis)| basis.as_str())));
    }
    made.push(hours(one.uncounted));
    made.push(Cell::from(one.certificate.text()));
    made.push(Cell::from(one.since.map_or_else(String::new, |day| day.to_string())));
    made
}

/// What officers come to together.
fn sums(organ: (&str, &str), officers: &[OfficerHours]) -> OrganHours {
    let count = |all: &mut dyn Iterator<Item = &OfficerHours>| u32::try_from(all.count()).unwrap_or(u32::MAX);
    let is_ended = |one: &&OfficerHours| matches!(one.certificate, CertificateState::Ended { .. });
    let reached = COUNTED.iter().enumerate().map(|(at, _)| {
        let stands = |one: &OfficerHours| one.floors.get(at).and_then(FloorLine::is_reached);
        (
            count(&mut officers.iter().filter(|one| stands(one) == Some(true))),
            count(&mut officers.iter().filter(|one| stands(one).is_some())),
        )
    });
    OrganHours {
        organ: (organ.0.to_owned(), organ.1.to_owned()),
        officers: count(&mut officers.iter()),
        ended: count(&mut officers.iter().filter(is_ended)),
        reached: reached.collect(),
    }
}

impl Looked {
    /// The officers of an organ who hold a certificate, or held one in the year.
    fn officers(&self, organ: &Organ) -> Vec<OfficerHours> {
        let roll = || self.roll.all().filter(|one| one.organ == organ.id);
        let on_roll = roll().filter(|one| one.is_in_force(self.until));
        let mut hours = self.hours_of(organ);
        let made = on_roll.filter(|one| self.roll.text(one, "kind") == "officer").filter_map(|one| {
            let number = self.roll.text(one, "number");
            let certificate = self.certificate(organ, number)?;
            let own = hours.remove(number).unwrap_or_default();
            let same = roll().filter(|other| self.roll.text(other, "number") == number);
            let since = same.map(|other| other.from).min().unwrap_or(one.from);
            let kind = Some(self.roll.text(one, "trained_as")).filter(|kind| !kind.is_empty());
            let of = |contents: &[&str]| Hours(contents.iter().filter_map(|content| own.get(*content)).sum());
            let floors: Vec<FloorLine> = COUNTED
                .iter()
                .map(|(content, name, contents)| FloorLine {
                    content,
                    name,
                    hours: of(contents),
                    floor: self.floor(organ, kind.unwrap_or(EVERYBODY), content),
                })
                .collect();
            let counted = of(&["law", "trade"]).0;
            Some(OfficerHours {
                organ: (organ.id.clone(), organ.name.clone()),
                number: number.to_owned(),
                name: self.roll.text(one, "name").to_owned(),
                floors,
                uncounted: Hours(own.values().sum::<i64>() - counted),
                certificate,
                since: Some(since).filter(|since| *since > self.from),
            })
        });
        made.collect()
    }

    /// An organ's hours of the year by officer and content.
    fn hours_of(&self, organ: &Organ) -> BTreeMap<&str, BTreeMap<&str, i64>> {
        let mut made: BTreeMap<&str, BTreeMap<&str, i64>> = BTreeMap::new();
        for one in self.hours.all().filter(|one| one.organ == organ.id) {
            let held = self.hours.day(one, "held_on").filter(|day| (self.from..=self.until).contains(day));
            let Some((_, Value::Number(parts))) = held.zip(self.hours.value(one, "hours")) else { continue };
            let own = made.entry(self.hours.text(one, "officer")).or_default();
            let sum = own.entry(self.hours.text(one, "content")).or_default();
            *sum = sum.saturating_add(*parts);
        }
        made
    }

    /// The certificate of an officer: one that is valid on the last day, else the one that ended last within the year.
    fn certificate(&self, organ: &Organ, officer: &str) -> Option<CertificateState> {
        let own = self.certificates.all().filter(|one| {
            one.organ == organ.id
                && self.certificates.text(one, "officer") == officer
                && one.from <= self.until
                && one.until.is_none_or(|until| until >= self.from)
        });
        // One without an end is the latest of all.
        let last = own.max_by_key(|one| (one.until.is_none(), one.until))?;
        let number = self.certificates.text(last, "number").to_owned();
        Some(match last.until.filter(|until| *until < self.until) {
            Some(on) => CertificateState::Ended { number, on },
            None => CertificateState::Valid { number, until: last.until },
        })
    }

    /// The floor for a kind of officer: the organ's own before a government's, the kind's before that of all.
    fn floor(&self, organ: &Organ, kind: &str, content: &str) -> Option<(Hours, String)> {
        let fits = |one: &&Entry| {
            let of = self.floors.text(one, "kind");
            (of == kind || of == EVERYBODY)
                && self.floors.text(one, "content") == content
                && (one.organ == organ.id || self.governments.contains(&one.organ))
        };
        let rank = |one: &&Entry| (one.organ != organ.id, self.floors.text(one, "kind") != kind);
        let best = self.floors.on(self.until).filter(fits).min_by_key(rank)?;
        let Some(Value::Number(parts)) = self.floors.value(best, "hours") else { return None };
        Some((Hours(*parts), self.floors.text(best, "basis").to_owned()))
    }
}
