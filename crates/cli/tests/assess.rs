//! `yifa assess` over the demonstration county, against its exact output; `YIFA_UPDATE=1` rewrites what is expected.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use crate::demonstration;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

struct Folder(TempDir);

impl Folder {
    fn run(&self, args: &[&str]) -> Output {
        let data = self.0.path().join("data");
        let mut command = Command::new(env!("CARGO_BIN_EXE_yifa"));
        command.current_dir(self.0.path()).args(args).arg("--data").arg(data).output().unwrap()
    }

    fn told(&self, args: &[&str]) -> String {
        let out = self.run(args);
        assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    }

    fn refused(&self, args: &[&str]) -> String {
        let out = self.run(args);
        assert_eq!(out.status.code(), Some(2), "{args:?}");
        String::from_utf8(out.stderr).unwrap()
    }
}

fn expected(name: &str, told: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/assess").join(name);
    if std::env::var_os("YIFA_UPDATE").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, told).unwrap();
    }
    let known = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(known == told, "{name} differs:\n{told}");
}

const SHEET: &str = r#"scheme  = "own@2024"
subject = "county"
year    = 2024

[[entry]]
criterion = "2.1.3"
self      = 2
proof     = ["23件草案的征求意见公告"]

[[entry]]
criterion = "6.1.2"
self      = 1
proof     = ["复议案卷抽查记录"]
checked   = 0.5
reason    = "抽查的20卷中有3卷没有听取意见的记录"

[[entry]]
criterion = "4.1.2"
self      = 2

[[entry]]
criterion      = "6.2.1"
not_applicable = "本级政府不直接办理信访事项"

[[entry]]
criterion = "11.2.1"
fired     = false
proof     = ["评估数据核查报告"]

[[stated]]
input = "satisfaction"
value = "84%"
by    = "演示统计部门"
proof = ["满意度调查报告"]
"#;

const YEAR: [&str; 5] = ["assess", "--year", "2024", "--as-of", "2025-03-01"];

#[test]
fn the_demonstration_county_is_assessed_to_the_letter() {
    let folder = Folder(tempfile::tempdir().unwrap());
    demonstration::copy(&folder.0.path().join("data"));
    let of = |more: &[&'static str]| [&YEAR[..], more].concat();
    expected("county.txt", &folder.told(&of(&["--organ", "county", "--lift"])));
    std::fs::write(folder.0.path().join("sheet.toml"), SHEET).unwrap();
    expected("sheet.txt", &folder.told(&of(&["--organ", "county", "--sheet", "sheet.toml"])));
    let two = ["--organ", "county", "--organ", "justice", "--year", "2025", "--compare"];
    expected("two.txt", &folder.told(&of(&two)));

    let json =
        folder.told(&of(&["--organ", "county", "--sheet", "sheet.toml", "--lift", "--format", "json"]));
    let json: Value = serde_json::from_str(&json).unwrap();
    let one = &json["assessments"][0];
    assert_eq!((&json["format_version"], &json["official"]), (&1.into(), &false.into()));
    let criterion =
        |id: &str| one["criteria"].as_array().unwrap().iter().find(|row| row["id"] == id).unwrap().clone();
    assert_eq!(criterion("6.1.1")["status"], "computed");
    assert_eq!(criterion("4.1.2")["status"], "unproved");
    assert_eq!(criterion("4.1.2")["points"]["high"], "2");
    assert_eq!(criterion("6.1.2")["points"]["low"], "0.5");
    assert_eq!(one["lifts"][0]["way"], "prove");

    let beyond = folder.refused(&["assess", "--organ", "county", "--year", "2023", "--as-of", "2025-03-01"]);
    assert!(beyond.contains("不能评2023年"), "{beyond}");
    let early = folder.refused(&["assess", "--organ", "county", "--year", "2024", "--as-of", "2023-03-01"]);
    assert!(early.contains("还没有开始"), "{early}");
    assert!(folder.refused(&of(&["--organ", "cuonty"])).contains("cuonty"));
    assert!(folder.refused(&of(&["--division", "99"])).contains("区划“99”"));
    let other = folder.refused(&of(&["--organ", "justice", "--sheet", "sheet.toml"]));
    assert!(other.contains("这次没有评它"), "{other}");
    std::fs::write(folder.0.path().join("sheet.toml"), SHEET.replace("checked   = 0.5", "checked   = 1.5"))
        .unwrap();
    let wrong = folder.refused(&of(&["--organ", "county", "--sheet", "sheet.toml"]));
    assert!(wrong.contains("不在0至1之间") && wrong.contains("sheet.toml:10:1"), "{wrong}");
}
