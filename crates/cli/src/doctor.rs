//! `yifa doctor`: what this machine lacks.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{SystemTime, UNIX_EPOCH};

use base::Severity;
use calendar::{Calendar, Day};
use clap::Args;
use serde_json::json;
use store::{Options, Place, Reader, Store, outbox};

use crate::Common;
use crate::data;
use crate::output::{self, FALLS_SHORT, Format, WRONG_INPUT};

#[derive(Args)]
pub struct DoctorArgs {}

/// One thing that was looked at: what is well, or what is not.
struct Look {
    id: &'static str,
    name: &'static str,
    /// What was found, in one line.
    state: String,
    /// None where all is well.
    severity: Option<Severity>,
    help: Option<String>,
}

impl Look {
    fn well(id: &'static str, name: &'static str, state: impl Into<String>) -> Self {
        Self { id, name, state: state.into(), severity: None, help: None }
    }

    fn ill(severity: Severity, one: Self, help: &str) -> Self {
        Self { severity: Some(severity), help: Some(help.to_owned()), ..one }
    }
}

pub fn run(common: &Common, _: &DoctorArgs) -> ExitCode {
    let calendar = match data::calendar(common) {
        Ok(calendar) => calendar,
        Err(found) => return output::fail(&found, WRONG_INPUT),
    };
    let today = today();
    let mut looks = vec![clock(&calendar, today)];
    if let Some(today) = today {
        looks.extend(calendars(&calendar, today));
    }
    looks.push(fonts(&font_folders()));
    looks.push(folder(common.data()));
    looks.push(space(common.data()));
    looks.extend(sent(common));
    match common.format {
        Format::Json => output::json(json!({
            "looks": looks.iter().map(|look| json!({
                "id": look.id,
                "name": look.name,
                "well": look.severity.is_none(),
                "severity": look.severity.map(Severity::id),
                "state": look.state,
                "help": look.help,
            })).collect::<Vec<_>>(),
        })),
        Format::Text => looks.iter().for_each(say),
    }
    let lacking = looks.iter().filter_map(|look| look.severity).any(|severity| severity != Severity::Note);
    if lacking { ExitCode::from(FALLS_SHORT) } else { ExitCode::SUCCESS }
}

fn say(look: &Look) {
    let mark = output::tinted(look.severity.map_or("正常", Severity::label), look.severity);
    output::say(&format!("[{mark}] {}：{}", look.name, look.state));
    if let Some(help) = &look.help {
        output::say(&format!("       怎么办：{help}"));
    }
}

/// The day of Beijing time, which has no summer time.
fn today() -> Option<Day> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
    let days = seconds.checked_add(8 * 3600)? / 86_400;
    Day::from_number(i32::try_from(days).ok()?)
}

/// A clock cannot be right that shows a day before the newest notice was issued.
fn clock(calendar: &Calendar, today: Option<Day>) -> Look {
    const ID: &str = "clock";
    const NAME: &str = "系统时钟";
    let newest = calendar.schedules().iter().map(|schedule| schedule.notice.issued_on).max();
    let help = "校准系统时间，并开启自动对时";
    match (today, newest) {
        (Some(today), Some(newest)) if today < newest => {
            let state =
                format!("北京时间{}，早于已经载入的放假通知（{}发布）", today.chinese(), newest.chinese());
            Look::ill(Severity::Error, Look::well(ID, NAME, state), help)
        }
        (Some(today), _) if today.year() < 2100 => {
            Look::well(ID, NAME, format!("北京时间{}（{}）", today.chinese(), today.weekday().label()))
        }
        _ => Look::ill(Severity::Error, Look::well(ID, NAME, "读不出合理的日期"), help),
    }
}

/// The notice of a year is issued from late October to mid-December of the year before.
fn calendars(calendar: &Calendar, today: Day) -> Vec<Look> {
    const ID: &str = "calendar";
    const NAME: &str = "放假安排";
    let help = "按国务院办公厅的通知写成“年份.toml”，放进 --packs 所指文件夹的 calendars/ 下";
    let look = |year: i32, severity| {
        if calendar.is_known(year) {
            return Look::well(ID, NAME, format!("{year}年已经载入"));
        }
        let state = format!("{year}年尚未载入，算到这一年的日子都是待定的");
        Look::ill(severity, Look::well(ID, NAME, state), help)
    };
    let year = today.year();
    let late = (today.month(), today.day()) >= (12, 15);
    let coming = if late { Severity::Warning } else { Severity::Note };
    vec![look(year, Severity::Error), look(year + 1, coming)]
}

fn font_folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = [
        "/usr/share/fonts",
        "/usr/local/share/fonts",
        "/System/Library/Fonts",
        "/Library/Fonts",
        "C:\\Windows\\Fonts",
    ]
    .map(PathBuf::from)
    .into();
    if let Some(home) = std::env::var_os("HOME").map(PathBuf::from) {
        folders.extend([".fonts", ".local/share/fonts", "Library/Fonts"].map(|folder| home.join(folder)));
    }
    folders
}

/// Beginnings of the file names of fonts with Chinese characters, in lower case.
const CHINESE_FONTS: [&str; 14] = [
    "notosanscjk",
    "notoserifcjk",
    "notosanssc",
    "notoserifsc",
    "sourcehan",
    "wqy",
    "lxgw",
    "fandol",
    "simsun",
    "simfang",
    "msyh",
    "pingfang",
    "stheiti",
    "droidsansfallback",
];

fn fonts(folders: &[PathBuf]) -> Look {
    const ID: &str = "fonts";
    const NAME: &str = "中文字体";
    let found = folders.iter().find_map(|folder| font_under(folder, 4));
    if let Some(found) = found {
        return Look::well(ID, NAME, found);
    }
    let help = "安装中文字体，例如 apt install fonts-noto-cjk；没有字体，网页截图和公文的汉字显示为方框";
    Look::ill(Severity::Warning, Look::well(ID, NAME, "没有找到"), help)
}

fn font_under(folder: &Path, depth: usize) -> Option<String> {
    let entries: Vec<_> = fs::read_dir(folder).ok()?.flatten().collect();
    for entry in &entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let plain = name.to_lowercase().replace(['-', '_', ' '], "");
        if CHINESE_FONTS.iter().any(|font| plain.starts_with(font)) {
            return Some(name);
        }
    }
    let below = depth.checked_sub(1)?;
    entries.iter().filter(|entry| entry.path().is_dir()).find_map(|entry| font_under(&entry.path(), below))
}

/// The folder itself, or the nearest one above it that is there.
fn nearest(folder: &Path) -> PathBuf {
    let there = folder.ancestors().find(|one| one.is_dir());
    there.map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

fn folder(data: &Path) -> Look {
    const ID: &str = "data";
    const NAME: &str = "数据文件夹";
    let name = data.display();
    let help = "换一个可以写的文件夹（--data），或者改正它的权限";
    if data.exists() && !data.is_dir() {
        let state = format!("{name}不是文件夹");
        return Look::ill(Severity::Error, Look::well(ID, NAME, state), help);
    }
    let there = nearest(data);
    let probe = there.join(format!(".yifa-doctor-{}", std::process::id()));
    let written = fs::write(&probe, b"yifa");
    drop(fs::remove_file(&probe));
    match written {
        Ok(()) if there == data => Look::well(ID, NAME, format!("{name}可以写")),
        Ok(()) => Look::well(ID, NAME, format!("{name}还没有建立，可以建立")),
        Err(fault) => Look::ill(
            Severity::Error,
            Look::well(ID, NAME, format!("{name}不能写：{}", output::why(&fault))),
            help,
        ),
    }
}

/// A year of a county's journal with its files fits into this, in KiB.
const ENOUGH: u64 = 2 * 1024 * 1024;

fn space(data: &Path) -> Look {
    const ID: &str = "disk";
    const NAME: &str = "磁盘空间";
    let Some(free) = free_kib(&nearest(data)) else {
        return Look::ill(
            Severity::Note,
            Look::well(ID, NAME, "查不出来"),
            "自行确认数据文件夹所在的磁盘有余量",
        );
    };
    let state = format!("数据文件夹所在的磁盘还有{}MB", free / 1024);
    if free >= ENOUGH {
        return Look::well(ID, NAME, state);
    }
    let help = "至少留出2048MB；清理磁盘，或者用 --data 换到别的磁盘";
    Look::ill(Severity::Warning, Look::well(ID, NAME, state), help)
}

/// What was sent to other systems and did not arrive. Nothing to tell where there is no store yet.
fn sent(common: &Common) -> Option<Look> {
    const ID: &str = "outbox";
    const NAME: &str = "待发事项";
    if common.database.is_none() && !common.data().join("yifa.db").exists() {
        return None;
    }
    let place = Place::new(common.database.as_deref(), common.data());
    let options = Options { read_only: true, readers: 1, ..Options::default() };
    let read = place.and_then(|place| Store::open_at(&place, &options)).and_then(|store| store.read(unsent));
    let (state, unsent) = match read {
        Ok(read) => read,
        Err(fault) => {
            let look = Look::well(ID, NAME, format!("查不出来：{}", fault.diagnostic().message));
            return Some(Look::ill(Severity::Note, look, "数据打得开以后再查。"));
        }
    };
    let look = Look::well(ID, NAME, state);
    let help = "用 yifa outbox list 查看每一件；接收方修好以后用 yifa outbox retry 再试，确实不用送的用 yifa outbox skip 放弃";
    Some(if unsent { Look::ill(Severity::Warning, look, help) } else { look })
}

/// What is to be said of the outbox, and whether something in it is ill.
fn unsent(db: &mut Reader<'_>) -> store::Result<(String, bool)> {
    let receivers = outbox::receivers(db)?;
    if receivers.is_empty() {
        return Ok((format!("没有送过接收方，待发{}件", outbox::count_after(db, 0)?), false));
    }
    let (mut told, mut is_ill) = (Vec::new(), false);
    for one in receivers {
        let (trying, set_aside, behind) = outbox::held_counts(db, &one.name)?;
        let waiting = outbox::count_after(db, one.position)? + trying + behind;
        is_ill |= set_aside > 0 || one.fault.is_some();
        let fault = one.fault.map_or(String::new(), |(why, _)| format!("、联系不上（{why}）"));
        told.push(format!("{}等候{waiting}件、搁置{set_aside}件{fault}", one.name));
    }
    Ok((told.join("；"), is_ill))
}

/// What `df` of POSIX says; the standard library cannot tell.
fn free_kib(folder: &Path) -> Option<u64> {
    let told = Command::new("df").arg("-Pk").arg("--").arg(folder).output().ok()?;
    let text = String::from_utf8_lossy(&told.stdout).into_owned();
    text.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_coming_year_may_be_missing_until_the_middle_of_december() {
        let calendar = Calendar::default();
        let severities = |day: &str| {
            let looks = calendars(&calendar, Day::parse(day).unwrap());
            looks.into_iter().map(|look| look.severity).collect::<Vec<_>>()
        };
        assert_eq!(severities("2026-12-14"), [Some(Severity::Error), Some(Severity::Note)]);
        assert_eq!(severities("2026-12-15"), [Some(Severity::Error), Some(Severity::Warning)]);
    }

    #[test]
    fn a_folder_without_fonts_is_told() {
        let look = fonts(&[PathBuf::from("/nowhere/at/all")]);
        assert_eq!(look.severity, Some(Severity::Warning));
        assert!(look.help.unwrap().contains("fonts-noto-cjk"));
    }
}
