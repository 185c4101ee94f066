//! Tables into the problem of a joint plan. All mistakes of all tables are told at once.

use ::joint::{Check, Enterprise, Inspector, Item, Plan, Problem, Range, Scene, State, Visit};
use base::Diagnostic;
use calendar::{Calendar, Day};

use super::tables::{Row, Tables};

const SETTINGS: [&str; 2] = ["项目", "内容"];
const ITEMS: [&str; 7] = ["编号", "部门", "名称", "执法领域", "人数", "开始", "结束"];
const ITEMS_MAY: [&str; 2] = ["次数", "间隔天数"];
const SCENES: [&str; 3] = ["编号", "名称", "事项"];
const ENTERPRISES: [&str; 3] = ["编号", "名称", "地区"];
const ENTERPRISES_MAY: [&str; 3] = ["年度上限", "已查次数", "安静日"];
const CHECKS: [&str; 2] = ["企业", "事项"];
const CHECKS_MAY: [&str; 1] = ["上次检查"];
const INSPECTORS: [&str; 5] = ["编号", "姓名", "部门", "执法领域", "每日次数"];
const INSPECTORS_MAY: [&str; 2] = ["地区", "不在岗"];
const FIXED: [&str; 2] = ["检查编号", "状态"];

/// What a call reads into.
struct Reader<'c> {
    calendar: &'c Calendar,
    from: Day,
    to: Day,
    found: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn wrong(&mut self, message: String, help: &str) {
        self.found.push(Diagnostic::error("joint_cell", message).help(help));
    }

    fn number(&mut self, row: &Row<'_>, heading: &str, without: u32) -> u32 {
        let text = row.cell(heading);
        if text.is_empty() {
            return without;
        }
        text.parse().unwrap_or_else(|_| {
            self.wrong(format!("{}：“{text}”不是整数", row.place(heading)), "写阿拉伯数字。");
            without
        })
    }

    fn day(&mut self, row: &Row<'_>, heading: &str) -> Option<Day> {
        let text = row.cell(heading);
        let read = sheets::parse_day(text);
        if read.is_none() && !text.is_empty() {
            self.wrong(format!("{}：“{text}”不是日期", row.place(heading)), "写作 2027-03-01。");
        }
        read
    }

    /// Days and ranges of days: “2027-03-01”, “2027-03-01~2027-03-10”, “每月1日至20日”.
    fn ranges(&mut self, row: &Row<'_>, heading: &str) -> Vec<Range> {
        let mut made = Vec::new();
        for part in row.parts(heading) {
            match ::joint::ranges(&part, (self.from, self.to), sheets::parse_day) {
                Some(more) => made.extend(more),
                None => self.wrong(
                    format!("{}：读不懂“{part}”", row.place(heading)),
                    "写作“2027-03-01”“2027-03-01~2027-03-10”或者“每月1日至20日”，几段之间用“；”。",
                ),
            }
        }
        made
    }
}

/// Reads all tables.
pub fn problem(
    tables: &Tables,
    calendar: &Calendar,
    before: Option<&Plan>,
) -> Result<Problem, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let settings = tables.rows("设置", (&SETTINGS, &[]), true, &mut found);
    let setting =
        |name: &str| settings.iter().find(|row| row.cell("项目") == name).map_or("", |row| row.cell("内容"));
    let mut day = |name: &str| {
        let read = sheets::parse_day(setting(name));
        if read.is_none() {
            let message = format!("表“设置”里没有“{name}”，或者不是日期");
            found.push(Diagnostic::error("joint_setting", message).help("写作 2027-01-01。"));
        }
        read
    };
    let (from, to) = (day("开始"), day("结束"));
    let (Some(from), Some(to)) = (from, to) else { return Err(found) };
    let mut reader = Reader { calendar, from, to, found };
    let problem = Problem {
        checks: checks(tables, &mut reader),
        days: days(&mut reader),
        enterprises: enterprises(tables, &mut reader),
        fixed: fixed(tables, &mut reader, before),
        inspectors: inspectors(tables, &mut reader),
        items: items(tables, &mut reader),
        scenes: scenes(tables, &mut reader),
        title: setting("名称").to_owned(),
    };
    reader.found.extend(::joint::validate(&problem));
    if reader.found.is_empty() { Ok(problem) } else { Err(reader.found) }
}

fn days(reader: &mut Reader<'_>) -> Vec<Day> {
    let length = reader.to.days_since(reader.from);
    if !(0..800).contains(&length) {
        reader.wrong(format!("计划从{}到{}", reader.from, reader.to), "一个计划不超过一年。");
        return Vec::new();
    }
    (0..=length)
        .map(|at| reader.from.plus_days(at))
        .filter(|day| reader.calendar.is_working_day(*day))
        .collect()
}

fn items(tables: &Tables, reader: &mut Reader<'_>) -> Vec<Item> {
    let rows = tables.rows("事项", (&ITEMS, &ITEMS_MAY), true, &mut reader.found);
    let made = rows.iter().map(|row| Item {
        field: row.cell("执法领域").to_owned(),
        from: reader.day(row, "开始").unwrap_or(reader.from),
        gap: reader.number(row, "间隔天数", 0),
        id: row.cell("编号").to_owned(),
        inspectors: reader.number(row, "人数", 2),
        name: row.cell("名称").to_owned(),
        organ: row.cell("部门").to_owned(),
        times: reader.number(row, "次数", 1),
        to: reader.day(row, "结束").unwrap_or(reader.to),
    });
    made.collect()
}

fn scenes(tables: &Tables, reader: &mut Reader<'_>) -> Vec<Scene> {
    let rows = tables.rows("场景", (&SCENES, &[]), true, &mut reader.found);
    let made = rows.iter().map(|row| Scene {
        id: row.cell("编号").to_owned(),
        items: row.parts("事项"),
        name: row.cell("名称").to_owned(),
    });
    made.collect()
}

fn enterprises(tables: &Tables, reader: &mut Reader<'_>) -> Vec<Enterprise> {
    let rows = tables.rows("企业", (&ENTERPRISES, &ENTERPRISES_MAY), true, &mut reader.found);
    let made = rows.iter().map(|row| Enterprise {
        cap: (!row.cell("年度上限").is_empty()).then(|| reader.number(row, "年度上限", 0)),
        district: row.cell("地区").to_owned(),
        done: reader.number(row, "已查次数", 0),
        id: row.cell("编号").to_owned(),
        name: row.cell("名称").to_owned(),
        quiet: reader.ranges(row, "安静日"),
    });
    made.collect()
}

fn checks(tables: &Tables, reader: &mut Reader<'_>) -> Vec<Check> {
    let rows = tables.rows("检查", (&CHECKS, &CHECKS_MAY), true, &mut reader.found);
    let made = rows.iter().map(|row| Check {
        enterprise: row.cell("企业").to_owned(),
        item: row.cell("事项").to_owned(),
        last_on: reader.day(row, "上次检查"),
    });
    made.collect()
}

fn inspectors(tables: &Tables, reader: &mut Reader<'_>) -> Vec<Inspector> {
    let rows = tables.rows("人员", (&INSPECTORS, &INSPECTORS_MAY), true, &mut reader.found);
    let made = rows.iter().map(|row| Inspector {
        away: reader.ranges(row, "不在岗"),
        daily: reader.number(row, "每日次数", 1),
        districts: row.parts("地区"),
        fields: row.parts("执法领域"),
        id: row.cell("编号").to_owned(),
        name: row.cell("姓名").to_owned(),
        organ: row.cell("部门").to_owned(),
    });
    made.collect()
}

/// What was fixed before stays fixed; what the table says is fixed from now on.
fn fixed(tables: &Tables, reader: &mut Reader<'_>, before: Option<&Plan>) -> Vec<Visit> {
    let rows = tables.rows("已定", (&FIXED, &[]), false, &mut reader.found);
    let mut made: Vec<Visit> = before.map_or_else(Vec::new, |before| before.problem.fixed.clone());
    for row in &rows {
        let state = match row.cell("状态") {
            "已告知" => State::Told,
            "已检查" | "已完成" => State::Done,
            other => {
                reader.wrong(format!("{}：“{other}”不认识", row.place("状态")), "写“已告知”或者“已检查”。");
                continue;
            }
        };
        let id = row.cell("检查编号");
        if let Some(own) = made.iter_mut().find(|own| own.id == id) {
            own.state = state;
        } else if let Some(own) = before.and_then(|before| before.visits.iter().find(|own| own.id == id)) {
            made.push(Visit { state, ..own.clone() });
        } else {
            let help = "用 --after 写上一份计划的文件，编号照那一份。";
            reader.wrong(format!("{}：以前的计划里没有“{id}”", row.place("检查编号")), help);
        }
    }
    made
}
