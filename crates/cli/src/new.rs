//! `yifa new`: writes the smallest files from which something new can be made.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use base::{Diagnostic, closest};
use clap::{Args, Subcommand};

use crate::output::{self, MACHINE, WRONG_INPUT};

#[derive(Args)]
pub struct NewArgs {
    #[command(subcommand)]
    command: Command,
}

const TEMPLATE: &str = "{about}\n\n用法：{usage}\n\n{all-args}";

#[derive(Subcommand)]
enum Command {
    /// 新建一个程序：程序文件和旁边的案例文件
    #[command(help_template = TEMPLATE)]
    Procedure(ProcedureArgs),
}

#[derive(Args)]
struct ProcedureArgs {
    /// 体系文件夹和程序标识，如 disputes/people_mediation
    #[arg(value_name = "体系/程序")]
    path: String,
    /// 程序的名称
    #[arg(long, value_name = "名称", default_value = "新程序", hide_default_value = true)]
    name: String,
    /// 依据的法律及其版本，如 people_mediation_law@2010
    #[arg(long, value_name = "法律", default_value = "licensing_law@2019", hide_default_value = true)]
    law: String,
    /// 源文件的根目录，文件写在它的 packs/ 下；默认为当前目录
    #[arg(long, value_name = "文件夹", default_value = ".", hide_default_value = true)]
    root: PathBuf,
}

/// The folders of packs: the plan's eight systems and its safeguards.
const SYSTEMS: [&str; 9] = [
    "functions",
    "rulemaking",
    "decisions",
    "enforcement",
    "emergencies",
    "disputes",
    "supervision",
    "digital",
    "organisation",
];

pub fn run(args: &NewArgs) -> ExitCode {
    let Command::Procedure(args) = &args.command;
    let (system, id) = match parts(&args.path) {
        Ok(parts) => parts,
        Err(found) => return output::fail(&found, WRONG_INPUT),
    };
    let folder = args.root.join("packs").join(system);
    let file = folder.join(format!("{id}.toml"));
    let cases = folder.join(format!("{id}.cases.toml"));
    for path in [&file, &cases] {
        if path.exists() {
            let message = format!("{}已经存在，没有改动任何文件", path.display());
            let found = Diagnostic::error("exists", message).help("换一个程序标识，或者直接修改这个文件。");
            return output::fail(&[found], WRONG_INPUT);
        }
    }
    let made = fs::create_dir_all(&folder)
        .and_then(|()| fs::write(&file, filled(PROCEDURE, system, id, args)))
        .and_then(|()| fs::write(&cases, filled(CASES, system, id, args)));
    if let Err(fault) = made {
        let message = format!("写不了{}：{}", folder.display(), output::why(&fault));
        let found = Diagnostic::error("unwritable", message).help("检查权限和磁盘空间。");
        return output::fail(&[found], MACHINE);
    }
    say_next(&args.root, &file, &cases);
    ExitCode::SUCCESS
}

fn say_next(root: &Path, file: &Path, cases: &Path) {
    output::say(&format!("写好了：\n  {}\n  {}\n", file.display(), cases.display()));
    output::say("接下来：");
    output::say("1. 按法律条文的顺序写事项和规范，每条规范写明条文；");
    output::say("2. 在案例文件里给每个期限写最后一日和次日两个案例；");
    output::say(&format!("3. 运行 yifa check --root {} 检查。", root.display()));
}

/// The folder and the id, or everything that is wrong with them.
fn parts(path: &str) -> Result<(&str, &str), Vec<Diagnostic>> {
    let Some((system, id)) = path.split_once('/') else {
        let message = format!("“{path}”的写法不对");
        let help = "写成“体系/程序”，如 disputes/people_mediation";
        return Err(vec![Diagnostic::error("new_path", message).help(help)]);
    };
    let mut found = Vec::new();
    if !SYSTEMS.contains(&system) {
        let help = closest(system, SYSTEMS)
            .map_or_else(|| format!("可用：{}", SYSTEMS.join("、")), |near| format!("是不是想写“{near}”？"));
        found.push(Diagnostic::error("new_system", format!("没有“{system}”这个体系文件夹")).help(help));
    }
    let plain = id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !plain || !id.starts_with(|c: char| c.is_ascii_lowercase()) {
        let message = format!("程序标识“{id}”只能用小写英文字母、数字和下划线，以字母开头");
        found.push(Diagnostic::error("new_id", message).help("用英文名称，不用拼音，如 people_mediation"));
    }
    if found.is_empty() { Ok((system, id)) } else { Err(found) }
}

fn filled(template: &str, system: &str, id: &str, args: &ProcedureArgs) -> String {
    let quoted = args.name.replace('\\', "\\\\").replace('"', "\\\"");
    let law = args.law.replace(['"', '\\'], "");
    template.replace("<system>", system).replace("<id>", id).replace("<name>", &quoted).replace("<law>", &law)
}

const PROCEDURE: &str = include_str!("new/procedure.toml");
const CASES: &str = include_str!("new/cases.toml");

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn all_mistakes_of_a_path_are_told_at_once() {
        let codes =
            |path| parts(path).err().map(|found| found.iter().map(|one| one.code).collect::<Vec<_>>());
        assert_eq!(codes("disputes/people_mediation"), None);
        assert_eq!(codes("mediation"), Some(vec!["new_path"]));
        assert_eq!(codes("disputs/Tiao-jie"), Some(vec!["new_system", "new_id"]));
        assert_eq!(codes("disputes/"), Some(vec!["new_id"]));
        assert_eq!(codes("disputes/../x"), Some(vec!["new_id"]));
    }
}
