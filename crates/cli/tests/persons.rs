//! Finding and erasing a person, and changing the keys of personal data, from the command line.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use crate::demonstration;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const CODE: &str = "11010519491231002X";

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The call that opens a case of the person.
fn opening() -> Vec<String> {
    let today = "2026-01-05";
    let fields = format!(
        "applicant=演示张三 applicant.code={CODE} applicant_kind=citizen respondent=德化县公安局 channel=in_person \
         submitted_on={today} act_title=行政处罚决定 act_kind=penalty learned_on=2026-01-04 told_rights=yes \
         counts_from=2026-01-04 real_property=no request=撤销 facts=不在现场 reasons=事实不清"
    );
    let head = "--format json case open reconsideration --act apply --organ county --as fuyi1 --on";
    let mut call: Vec<String> = head.split(' ').chain([today]).map(str::to_owned).collect();
    call.extend(fields.split_whitespace().flat_map(|field| ["--set".to_owned(), field.to_owned()]));
    call
}

#[test]
fn a_person_is_found_and_erased_and_everything_else_stays() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("persons-{}", std::process::id()));
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder).unwrap();
    let (data, keys) = (folder.join("data"), folder.join("keys"));
    let yifa = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_yifa"));
        command.args(args).args(["--data", data.to_str().unwrap(), "--keys", keys.to_str().unwrap()]);
        command.output().unwrap()
    };
    let run = |args: &[&str]| {
        let output = yifa(args);
        assert!(output.status.success(), "{args:?}: {}", text(&output));
        text(&output)
    };
    demonstration::copy(&data);
    // The demonstration keeps its keys with its data.
    fs::rename(data.join("personal-key"), &keys).unwrap();
    run(&["account", "add", "admin", "--name", "演示管理员", "--rank", "system-admin"]);
    let open = opening();
    let open: Vec<&str> = open.iter().map(String::as_str).collect();
    let done: Value = serde_json::from_str(&run(&open)).unwrap();
    let case = done["case"].as_str().unwrap();
    run(&["root"]);
    let receipt = folder.join("receipt.json");
    fs::write(&receipt, run(&["case", "receipt", case])).unwrap();

    let refused = yifa(&["person", "find", "--as", "fuyi1", "--code", CODE]);
    assert!(
        refused.status.code() == Some(2) && text(&refused).contains("由系统管理员办理"),
        "{}",
        text(&refused)
    );
    let person = |command: &'static str| vec!["person", command, "--as", "admin", "--code", CODE];
    let found = run(&person("find"));
    assert!(found.contains("在1个案件里"), "{found}");
    let without = yifa(&[person("erase"), vec!["--reason", "请求"]].concat());
    assert_eq!(without.status.code(), Some(2), "a basis is asked for: {}", text(&without));
    let erase = [person("erase"), vec!["--reason", "本人请求", "--basis", "保管期限表"]].concat();
    let erased = run(&erase);
    assert!(erased.contains("已删除，涉及1个案件") && erased.contains("处，附件0个"), "{erased}");
    assert!(run(&person("find")).contains("已经删除"));
    let shown = run(&["case", "show", case, "--as", "fuyi1"]);
    assert!(!shown.contains("演示张三"), "{shown}");

    let before = fs::read(&keys).unwrap();
    assert!(run(&["key", "rotate-personal"]).contains("已经更换"));
    assert_ne!(fs::read(&keys).unwrap(), before);
    let verified = run(&["verify", "--figures", "--since", receipt.to_str().unwrap()]);
    assert!(verified.contains("个人信息有删除的1条") && verified.contains("日志完整"), "{verified}");
    assert!(run(&["verify", "--receipt", receipt.to_str().unwrap()]).contains("核验通过"));

    // A backup has no keys; without them it is whole and closed.
    let backup = folder.join("backup");
    run(&["backup", backup.to_str().unwrap()]);
    assert!(!backup.join("personal-key").exists());
    fs::rename(&keys, folder.join("kept")).unwrap();
    let verified = run(&["verify"]);
    assert!(verified.contains("个人信息没有密钥、没有打开核对的"), "{verified}");
    let told = text(&yifa(&["key", "rotate-personal"]));
    assert!(told.contains("个人信息的密钥用不了") && told.contains("放回"), "{told}");
    fs::remove_dir_all(&folder).unwrap();
}
