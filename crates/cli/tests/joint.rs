//! A joint plan from tables: made, checked, shown, made again with what was told, compared; and what is refused.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

const TABLES: [(&str, &str); 6] = [
    ("设置", "项目,内容\n名称,演示县二〇二六年度联合检查\n开始,2026-03-02\n结束,2026-03-31\n"),
    (
        "事项",
        "编号,部门,名称,执法领域,人数,开始,结束,次数,间隔天数\n\
         消防,消防救援局,消防安全,消防,2,2026-03-02,2026-03-31,,\n\
         用工,人社局,用工检查,劳动,,2026-03-02,2026-03-13,,\n\
         计量,市场监管局,加油机计量,计量,2,2026-03-02,2026-03-31,2,14\n",
    ),
    ("场景", "编号,名称,事项\n加油站,加油站一件事,消防、用工、计量\n"),
    (
        "企业",
        "编号,名称,地区,年度上限,已查次数,安静日\nA,甲加油站,东镇,3,0,每月1日至10日\nB,乙加油站,西镇,1,,2026-03-16~2026-03-20；2026-03-23\n",
    ),
    ("检查", "企业,事项,上次检查\nA,消防,\nA,用工,\nA,计量,\nB,计量,\nB,消防,2025/11/3\n"),
    (
        "人员",
        "编号,姓名,部门,执法领域,每日次数,地区,不在岗\n\
         X1,消防一,消防救援局,消防,1,,\nX2,消防二,消防救援局,消防,1,,2026-03-11\n\
         R1,人社一,人社局,劳动,1,,\nR2,人社二,人社局,劳动,1,,\n\
         J1,计量一,市场监管局,计量、食品,1,,\nJ2,计量二,市场监管局,计量,1,东镇、西镇,\n",
    ),
];

impl Folder {
    fn new(name: &str) -> Self {
        let folder =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("joint-{name}-{}", std::process::id()));
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(folder.join("数据")).unwrap();
        let made = Self(folder);
        TABLES.iter().for_each(|(name, text)| made.table(name, text));
        made
    }

    fn table(&self, name: &str, text: &str) {
        fs::write(self.0.join("数据").join(format!("{name}.csv")), format!("\u{feff}{text}")).unwrap();
    }

    fn tried(&self, args: &[&str]) -> (i32, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_yifa"));
        let output = command.arg("joint").args(args).current_dir(&self.0).output().unwrap();
        let text = [output.stdout, output.stderr].map(|it| String::from_utf8(it).unwrap()).concat();
        (output.status.code().unwrap(), text)
    }

    fn told(&self, args: &[&str], expected: i32) -> String {
        let (status, told) = self.tried(args);
        assert_eq!(status, expected, "{args:?}: {told}");
        told
    }

    fn json(&self, args: &[&str], expected: i32) -> Value {
        serde_json::from_str(&self.told(&[args, &["--format", "json"]].concat(), expected)).unwrap()
    }
}

#[test]
fn a_plan_is_made_checked_shown_and_made_again() {
    let folder = Folder::new("whole");
    let made = folder.json(&["plan", "数据", "--save", "一.json", "--xlsx", "一.xlsx"], 1);
    // A: fire, labour and the first metering together on 12 or 13 March, the second metering later. B has a cap of one.
    assert_eq!((&made["checks"], &made["visits"], &made["left_out"]), (&7.into(), &3.into(), &1.into()));
    assert_eq!((&made["bound"], &made["separate"]), (&4.into(), &7.into()));
    assert_eq!(made["reasons"]["已经达到企业的年度上限"], 1);
    let a = folder.json(&["show", "一.json", "--enterprise", "A"], 0);
    let days: Vec<&str> =
        a["visits"].as_array().unwrap().iter().map(|own| own["day"].as_str().unwrap()).collect();
    assert!(
        days.len() == 2 && ["2026-03-12", "2026-03-13"].contains(&days[0]) && days[1] >= "2026-03-26",
        "{days:?}"
    );
    let told = folder.told(&["check", "一.json"], 0);
    assert!(told.contains("核验通过"), "{told}");
    let sheets = sheets::open_all(&fs::read(folder.0.join("一.xlsx")).unwrap()).unwrap();
    assert_eq!(sheets.iter().map(|own| own.lines.len()).collect::<Vec<_>>(), [4, 3, 2]);
    // The first visit was told; B's cap is raised.
    folder.table("已定", "检查编号,状态\nA-1,已告知\n");
    folder.table("企业", &TABLES[3].1.replace("西镇,1", "西镇,2"));
    let told = folder.told(&["plan", "数据", "--save", "二.json", "--after", "一.json"], 0);
    assert!(told.contains("已经告知或者完成、没有改动的1次") && told.contains("现在排上"), "{told}");
    let made = folder.json(&["compare", "一.json", "二.json"], 0);
    assert!(made["broken"].as_array().unwrap().is_empty(), "{made}");
    assert_eq!(made["newly_placed"], 1);
    let text = fs::read_to_string(folder.0.join("二.json")).unwrap();
    fs::write(folder.0.join("改.json"), text.replacen("\"X1\",\"X2\"", "\"X1\"", 1)).unwrap();
    let (status, told) = folder.tried(&["check", "改.json"]);
    assert!(status == 1 && told.contains("核验不通过"), "{told}");
}

#[test]
fn mistakes_in_tables_are_told_with_their_place() {
    let folder = Folder::new("wrong");
    folder.table("企业", "编号,名称,地区,上限\nA,甲加油站,东镇,3\n");
    folder.table("检查", "企业,事项,上次检查\nA,消防,昨天\nC,消防,\n");
    let told = folder.told(&["plan", "数据", "--save", "一.json"], 2);
    for part in ["[joint_heading]", "“上限”", "表“检查”第2行“上次检查”", "没有编号为“C”的企业"]
    {
        assert!(told.contains(part), "{part}: {told}");
    }
    fs::remove_file(folder.0.join("数据/人员.csv")).unwrap();
    assert!(folder.told(&["plan", "数据", "--save", "一.json"], 2).contains("没有表“人员”"));
    assert!(folder.told(&["check", "数据/检查.csv"], 2).contains("[joint_file]"));
    folder.table("设置", "项目,内容\n开始,2026-03-02\n");
    assert!(folder.told(&["plan", "数据", "--save", "一.json"], 2).contains("[joint_setting]"));
}
