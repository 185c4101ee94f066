//! `yifa register hours`: each officer's hours of training in a year against the floors.

use std::path::PathBuf;
use std::process::ExitCode;

use app::{FloorLine, HOURS_NOTE, HoursAsked, HoursPage, OfficerHours, OrganHours, Viewer};
use calendar::Day;
use clap::Args;
use serde_json::{Value, json};

use crate::Common;
use crate::output::{self, Format};
use crate::platform::{failed, open_to_read};
use crate::report::write;

#[derive(Args)]
pub struct HoursArgs {
    /// 年度，默认为今年
    #[arg(long, value_name = "年度")]
    year: Option<i32>,
    /// 机关的标识；不写的，全部机关
    #[arg(long, value_name = "机关", default_value = "", hide_default_value = true)]
    organ: String,
    /// 以哪个账号查看；不写的，只看各机关的数
    #[arg(long = "as", value_name = "账号")]
    account: Option<String>,
    /// 写成 XLSX，写到这个文件；不写的，显示在屏幕上
    #[arg(long, value_name = "文件")]
    xlsx: Option<PathBuf>,
}

pub fn run(common: &Common, args: &HoursArgs) -> Result<(), ExitCode> {
    let platform = open_to_read(common)?;
    let reader = args.account.as_deref().map(|login| platform.actor_of(login)).transpose();
    let reader = reader.map_err(|fault| failed(&fault))?;
    let viewer = reader.as_ref().map_or(Viewer::Public, Viewer::Account);
    let year = args.year.unwrap_or_else(|| platform.today().year());
    let asked = HoursAsked { year, organ: args.organ.clone() };
    let told = platform.training_hours(viewer, &asked).map_err(|fault| failed(&fault))?;
    if let Some(path) = &args.xlsx {
        let sheet = platform.training_hours_sheet(viewer, &asked).map_err(|fault| failed(&fault))?;
        write(path, &sheet.bytes)?;
    }
    match (common.format, &args.xlsx) {
        (Format::Json, _) => output::json(json_of(&told)),
        (Format::Text, Some(path)) => output::say(&format!("已写到{}。", path.display())),
        (Format::Text, None) => say(&told),
    }
    Ok(())
}

fn json_of(told: &HoursPage) -> Value {
    let organ = |one: &OrganHours| {
        json!({ "organ": one.organ.0, "name": one.organ.1, "officers": one.officers,
            "certificates_ended": one.ended,
            "floors": one.reached.iter().map(|(reached, all)| json!({ "reached": reached, "officers": all })).collect::<Vec<_>>() })
    };
    let floor = |line: &FloorLine| {
        json!({ "content": line.content, "hours": line.hours.to_string(),
            "floor": line.floor.as_ref().map(|(floor, _)| floor.to_string()),
            "basis": line.floor.as_ref().map(|(_, basis)| basis),
            "missing": line.missing().map(|missing| missing.to_string()) })
    };
    let officer = |one: &OfficerHours| {
        json!({ "organ": one.organ.0, "number": one.number, "name": one.name,
            "floors": one.floors.iter().map(floor).collect::<Vec<_>>(),
            "uncounted": one.uncounted.to_string(), "certificate": one.certificate.text(),
            "since": one.since.map(|day: Day| day.to_string()) })
    };
    json!({ "year": told.year, "until": told.until.to_string(),
        "organs": told.organs.iter().map(organ).collect::<Vec<_>>(), "total": organ(&told.total),
        "officers": told.officers.iter().map(officer).collect::<Vec<_>>() })
}

fn say(told: &HoursPage) {
    output::say(&format!("{}年执法人员年度学时，截至{}", told.year, told.until.chinese()));
    for one in told.organs.iter().chain([&told.total]) {
        let floors = one.reached.iter().zip(["法律培训", "业务和法律"]).map(|((reached, all), name)| {
            if *all == 0 {
                format!("{name}没有登记下限")
            } else {
                format!("{name}达到下限{reached}/{all}人")
            }
        });
        let floors: Vec<String> = floors.collect();
        let (name, floors) = (&one.organ.1, floors.join("，"));
        output::say(&format!("  {name}：持证{}人，证件终止{}人，{floors}", one.officers, one.ended));
    }
    for one in &told.officers {
        let floors = one.floors.iter().map(|line| match (&line.floor, line.missing()) {
            (Some((floor, _)), Some(missing)) => {
                format!("{}{}/{floor}学时，欠{missing}", line.name, line.hours)
            }
            _ => format!("{}{}学时，没有登记下限", line.name, line.hours),
        });
        let floors: Vec<String> = floors.collect();
        let (number, name) = (&one.number, &one.name);
        output::say(&format!("  {number}　{name}：{}；证件{}", floors.join("；"), one.certificate.text()));
    }
    output::say(HOURS_NOTE);
}
