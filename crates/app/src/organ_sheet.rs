//! The organs as a sheet: out, and in with everything that is wrong with any line. A line with a later first day changes
//! an organ from that day on (another name, another organ above it); a last day ends it. 机关名册的导入导出

use std::collections::BTreeSet;

use base::Diagnostic;
use calendar::Day;
use norms::{Field, FieldType, ORGAN_KINDS};
use registers::Register;
use sheets::{FilledRow, SheetRow};
use store::account::Rank;
use store::organ;

use crate::accounts::Origin;
use crate::actor::Actor;
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::register_sheet::RegisterSheet;

/// The columns: id, name, whether it must be filled in, how many characters.
const COLUMNS: [(&str, &str, bool, i64); 7] = [
    ("id", "标识", true, 40),
    ("name", "名称", true, 60),
    ("short", "文号中的简称", true, 10),
    ("kind", "性质", true, 40),
    ("division", "区划代码", true, 12),
    ("credit_code", "统一社会信用代码", false, 18),
    ("parent", "上级的标识", false, 40),
];

/// The sheet's shape, as if organs were a register like the others.
fn shape() -> Register {
    let field = |(id, name, required, max): (&str, &str, bool, i64)| Field {
        id: id.to_owned(),
        name: name.to_owned(),
        kind: if id == "kind" { FieldType::Choice } else { FieldType::Words },
        required,
        personal: false,
        public: true,
        help: None,
        options: if id == "kind" {
            ORGAN_KINDS.iter().map(|(kind, name)| ((*kind).to_owned(), (*name).to_owned())).collect()
        } else {
            Vec::new()
        },
        columns: Vec::new(),
        register: None,
        max: Some(max),
    };
    Register {
        id: "organs".to_owned(),
        name: "机关".to_owned(),
        system: String::new(),
        systems: Vec::new(),
        measures: Vec::new(),
        key: vec![0],
        fields: COLUMNS.into_iter().map(field).collect(),
        kept_by: Vec::new(),
        public: true,
        secret: false,
        basis: None,
        help: None,
        changed_by: None,
        figures: Vec::new(),
        guards: Vec::new(),
        shelf: None,
        place: base::Place::default(),
    }
}

/// A line that was read, and where it stands.
struct Line {
    number: usize,
    row: organ::Organ,
    /// Its days could be read.
    sound: bool,
}

impl Platform {
    /// All entries of the organs, of all times, as an XLSX file.
    ///
    /// # Errors
    /// The account is no system administrator's; the file cannot be made.
    pub fn organ_sheet(&self, actor: &Actor) -> Result<RegisterSheet> {
        actor.must_be(Rank::SystemAdmin)?;
        let rows = self.store().read(|reader| organ::history(reader))?;
        let kind = |id: &str| norms::organ_kind(id).to_owned();
        let line = |one: organ::Organ| {
            let from = Day::from_number(one.valid_from)?;
            let until = one.valid_until.and_then(Day::from_number);
            let (credit_code, parent) = (one.credit_code.unwrap_or_default(), one.parent.unwrap_or_default());
            let texts = vec![one.id, one.name, one.short, kind(&one.kind), one.division, credit_code, parent];
            Some(SheetRow { from, until, texts })
        };
        let rows: Vec<SheetRow> = rows.into_iter().filter_map(line).collect();
        let bytes = sheets::write(&shape(), &rows).map_err(|fault| AppError::Unfit(vec![fault]))?;
        Ok(RegisterSheet { name: format!("机关-{}.xlsx", self.today()), bytes, entries: rows.len() })
    }

    /// Enters the organs that an XLSX file holds: all of them or none; how many lines that were. Of an entry that lasts
    /// beyond the first day of a later one, the last day becomes the day before.
    ///
    /// # Errors
    /// The account is no system administrator's; the file is none; everything that is wrong with any line.
    pub fn enter_organ_sheet(&self, actor: &Actor, bytes: &[u8], origin: &Origin) -> Result<usize> {
        actor.must_be(Rank::SystemAdmin)?;
        let sheet = sheets::open(bytes).map_err(|fault| AppError::Unfit(vec![fault]))?;
        let (filled, mut faults) = sheets::read_all(&shape(), &sheet);
        let lines: Vec<Line> = filled.into_iter().map(line_of).collect();
        let known = self.store().read(|reader| organ::history(reader))?;
        faults.extend(wrong(&lines, &known));
        if lines.is_empty() && faults.is_empty() {
            let help = "请先导出，在后面添加或者修改，再交回。";
            faults.push(Diagnostic::error("empty", "表里没有填写任何机关").help(help));
        }
        if !faults.is_empty() {
            return Err(AppError::Unfit(faults));
        }
        let count = lines.len();
        let rows = settled(lines, known);
        let (origin, by, now) = (origin.clone(), actor.account.clone(), self.now());
        self.store().write(move |tx| -> store::Result<()> {
            // What ends comes first, so that no entry overlaps on the way.
            rows.iter().try_for_each(|row| organ::put(tx, row))?;
            origin.note_done(tx, now, &by, "organs_entered", &format!("{count}行"))
        })??;
        if let Ok(mut kept) = self.inner().organs.lock() {
            *kept = None;
        }
        Ok(count)
    }
}

fn line_of(filled: FilledRow) -> Line {
    let text = |name: &str| {
        let found = filled.form.get(name).and_then(|texts| texts.first());
        found.map(|text| text.trim().to_owned()).unwrap_or_default()
    };
    let given = |name: &str| Some(text(name)).filter(|text| !text.is_empty());
    let kind = text("kind");
    let known = ORGAN_KINDS.iter().find(|(id, name)| *id == kind || *name == kind);
    let row = organ::Organ {
        id: text("id"),
        name: text("name"),
        short: text("short"),
        kind: known.map_or(kind.clone(), |(id, _)| (*id).to_owned()),
        division: text("division"),
        credit_code: given("credit_code"),
        parent: given("parent"),
        valid_from: filled.from.number(),
        valid_until: filled.until.map(Day::number),
    };
    Line { number: filled.line, row, sound: filled.sound }
}

/// What is wrong with the lines, each by itself and with one another.
fn wrong(lines: &[Line], known: &[organ::Organ]) -> Vec<Diagnostic> {
    let ids: BTreeSet<&str> =
        known.iter().chain(lines.iter().map(|line| &line.row)).map(|row| row.id.as_str()).collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let row = &line.row;
        let mut say = |column: &str, why: &str| {
            let told = format!("第{}行“{column}”：{why}", line.number);
            found.push(Diagnostic::error("organ_line", told));
        };
        let is_id = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if row.id.is_empty() || row.id.len() > 40 || !row.id.chars().all(is_id) {
            say("标识", "用小写字母、数字和 _，不超过40个");
        }
        if row.name.is_empty() || row.name.chars().count() > 60 {
            say("名称", "写1至60个字");
        }
        if row.short.is_empty() || row.short.chars().count() > 10 {
            say("文号中的简称", "写1至10个字");
        }
        if ORGAN_KINDS.iter().all(|(kind, _)| *kind != row.kind) {
            let names: Vec<&str> = ORGAN_KINDS.iter().map(|(_, name)| *name).collect();
            say("性质", &format!("没有“{}”这一种；可用：{}", row.kind, names.join("、")));
        }
        if codes::division::check(&row.division).is_err() {
            say("区划代码", "不是有效的区划代码");
        }
        if let Some(code) = &row.credit_code {
            let checked = codes::check(codes::Kind::Uscc, code);
            if !checked.is_valid() {
                say("统一社会信用代码", &checked.reason());
            }
        }
        match row.parent.as_deref() {
            Some(parent) if parent == row.id => say("上级的标识", "不能是它自己"),
            Some(parent) if !ids.contains(parent) => say("上级的标识", &format!("没有“{parent}”这个机关")),
            _ => {}
        }
        // What follows compares days.
        if !line.sound {
            continue;
        }
        if row.valid_until.is_some_and(|until| until < row.valid_from) {
            say("止", "早于起始日期");
        }
        let twin = lines
            .iter()
            .take(at)
            .filter(|other| other.sound)
            .find(|other| other.row.id == row.id && other.row.valid_from == row.valid_from);
        if let Some(twin) = twin {
            say("标识", &format!("与第{}行是同一个机关、同一天起", twin.number));
        }
        let same_name =
            |other: &organ::Organ| other.id != row.id && other.name == row.name && overlaps(other, row);
        let own =
            lines.iter().filter(|line| line.sound).map(|line| &line.row).chain(known.iter().filter(|old| {
                // An entry that a line changes is no longer what it was.
                lines.iter().all(|line| line.row.id != old.id)
            }));
        if let Some(other) = own.into_iter().find(|other| same_name(other)) {
            say("名称", &format!("与“{}”的名称在同一时间相同", other.id));
        }
    }
    found
}

fn overlaps(one: &organ::Organ, other: &organ::Organ) -> bool {
    let until = |row: &organ::Organ| row.valid_until.unwrap_or(i32::MAX);
    one.valid_from <= until(other) && other.valid_from <= until(one)
}

/// The entries to be written, those that end first: of each organ the lines take the place of the entries that begin on
/// the same day, and whatever lasts beyond the beginning of the next ends the day before it.
fn settled(lines: Vec<Line>, known: Vec<organ::Organ>) -> Vec<organ::Organ> {
    let ids: BTreeSet<String> = lines.iter().map(|line| line.row.id.clone()).collect();
    let mut made = Vec::new();
    for id in ids {
        let mut own: Vec<organ::Organ> =
            lines.iter().map(|line| &line.row).filter(|row| row.id == id).cloned().collect();
        let old = known.iter().filter(|row| row.id == id);
        let kept: Vec<organ::Organ> =
            old.filter(|row| own.iter().all(|new| new.valid_from != row.valid_from)).cloned().collect();
        own.extend(kept);
        own.sort_by_key(|row| row.valid_from);
        let begins: Vec<i32> = own.iter().map(|row| row.valid_from).collect();
        for (row, next) in own.iter_mut().zip(begins.iter().skip(1)) {
            if row.valid_until.is_none_or(|until| until >= *next) {
                row.valid_until = Some(next - 1);
            }
        }
        made.extend(own);
    }
    made
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use std::sync::Arc;

    use super::*;
    use crate::{Ids, NewAccount, SetClock};

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    /// A platform with one system administrator and no organs.
    fn platform(name: &str) -> (Platform, Actor, std::path::PathBuf) {
        let dir = std::env::temp_dir().join(format!("yifa-organs-{name}-{}", std::process::id()));
        drop(std::fs::remove_dir_all(&dir));
        let store = store::testing::open(&dir, &store::Options::default()).unwrap();
        let rules = packs::load(&packs::Files::built_in()).unwrap();
        let clock = Arc::new(SetClock::at(day("2025-03-03"), 9));
        let platform = Platform::new(store, rules, clock, Ids::System).unwrap();
        let new = NewAccount {
            login: "gao".to_owned(),
            name: "演示系统管理员".to_owned(),
            password: "Correct-horse-battery".to_owned(),
            organ: None,
            rank: Rank::SystemAdmin,
        };
        platform.add_account(new).unwrap();
        let actor = platform.actor_of("gao").unwrap();
        (platform, actor, dir)
    }

    fn row(from: &str, until: Option<&str>, texts: [&str; 7]) -> SheetRow {
        let texts = texts.into_iter().map(str::to_owned).collect();
        SheetRow { from: day(from), until: until.map(day), texts }
    }

    fn enter(platform: &Platform, actor: &Actor, rows: &[SheetRow]) -> Result<usize> {
        let bytes = sheets::write(&shape(), rows).unwrap();
        platform.enter_organ_sheet(actor, &bytes, &Origin::default())
    }

    const COUNTY: [&str; 7] = ["county", "德化县人民政府", "德政", "政府", "350526", "", ""];
    const JUSTICE: [&str; 7] = ["justice", "德化县司法局", "德司", "部门", "350526", "", "county"];

    #[test]
    fn organs_come_in_change_their_name_and_end() {
        let (platform, actor, dir) = platform("change");
        let kinds = |name: &str| ORGAN_KINDS.iter().any(|(_, own)| *own == name);
        assert!(kinds(norms::organ_kind("government")) && kinds(norms::organ_kind("department")));
        let mut county = COUNTY;
        county[3] = norms::organ_kind("government");
        let mut justice = JUSTICE;
        justice[3] = norms::organ_kind("department");
        let first = [row("2020-01-01", None, county), row("2020-01-01", None, justice)];
        assert_eq!(enter(&platform, &actor, &first).unwrap(), 2);
        assert_eq!(platform.organ("justice").unwrap().parent.as_deref(), Some("county"));
        // Another name from a day on: the old entry ends the day before.
        let mut renamed = justice;
        renamed[1] = "德化县司法和信访局";
        assert_eq!(enter(&platform, &actor, &[row("2025-03-01", None, renamed)]).unwrap(), 1);
        assert_eq!(platform.organ("justice").unwrap().name, "德化县司法和信访局");
        let on = |text: &str| {
            let found = platform.store().read(|db| organ::get(db, "justice", day(text).number())).unwrap();
            found.map(|row| row.name)
        };
        assert_eq!(on("2025-02-28").as_deref(), Some("德化县司法局"));
        assert_eq!(on("2025-03-01").as_deref(), Some("德化县司法和信访局"));
        // It ends, and its name stays on what it did.
        assert_eq!(enter(&platform, &actor, &[row("2025-03-01", Some("2025-03-02"), renamed)]).unwrap(), 1);
        assert!(platform.organ("justice").is_err());
        let known =
            platform.store().read(|db| organ::known(db, "justice", day("2025-06-01").number())).unwrap();
        assert_eq!(known.unwrap().name, "德化县司法和信访局");
        // What goes out comes in again unchanged.
        let sheet = platform.organ_sheet(&actor).unwrap();
        assert_eq!(sheet.entries, 3);
        assert_eq!(platform.enter_organ_sheet(&actor, &sheet.bytes, &Origin::default()).unwrap(), 3);
        assert_eq!(platform.organ_sheet(&actor).unwrap().entries, 3);
        drop(std::fs::remove_dir_all(dir));
    }

    #[test]
    fn every_wrong_line_is_told_and_nothing_is_entered() {
        let (platform, actor, dir) = platform("wrong");
        let mut county = COUNTY;
        county[3] = norms::organ_kind("government");
        let rows = [
            row("2020-01-01", None, county),
            row(
                "2020-01-01",
                None,
                ["City Hall", "", "一二三四五六七八九十一", "衙门", "1", "123", "nobody"],
            ),
            row("2020-01-01", None, county),
            row("2020-01-01", None, ["copy", "德化县人民政府", "德政", county[3], "350526", "", "copy"]),
        ];
        let Err(AppError::Unfit(found)) = enter(&platform, &actor, &rows) else { unreachable!() };
        let told = found.iter().map(|one| one.message.clone()).collect::<Vec<_>>().join("\n");
        for wanted in [
            "第3行“标识”：用小写字母",
            "“名称”",
            "文号中的简称",
            "衙门",
            "区划代码",
            "统一社会信用代码",
            "没有“nobody”这个机关",
            "第4行“标识”：与第2行是同一个机关、同一天起",
            "第5行“上级的标识”：不能是它自己",
            "第5行“名称”：与“county”的名称在同一时间相同",
        ] {
            assert!(told.contains(wanted), "“{wanted}” is not in:\n{told}");
        }
        assert!(platform.organs().unwrap().is_empty());
        assert!(platform.enter_organ_sheet(&actor, b"no sheet", &Origin::default()).is_err());
        let officer = Actor { rank: Rank::Staff, ..actor };
        assert!(matches!(platform.organ_sheet(&officer), Err(AppError::Forbidden { .. })));
        assert!(matches!(enter(&platform, &officer, &rows), Err(AppError::Forbidden { .. })));
        drop(std::fs::remove_dir_all(dir));
    }
}
