//! `yifa root`, and the part of `yifa verify` that reads proofs which somebody kept.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use app::{Proof, RootRequest, SignedRoot, ask_server, local_time, trusted_keys};
use base::Diagnostic;
use clap::Args;
use serde_json::{Value, json};

use crate::Common;
use crate::output::{self, FALLS_SHORT, Format};
use crate::platform::{failed, open_or_beside, wrong};

#[derive(Args)]
pub struct RootArgs {
    /// 把根另存为文件，可以交给他人留存或者见证
    #[arg(long, value_name = "文件")]
    save: Option<PathBuf>,
    /// 另存的是从覆盖这么多条事项的根起的只增证明，交给见证过那个根的人
    #[arg(long, value_name = "条数", requires = "save")]
    from: Option<u64>,
    /// 登记见证者交回的文件
    #[arg(long, value_name = "文件", conflicts_with_all = ["save", "lost"])]
    add_witness: Option<PathBuf>,
    /// 恢复以后：文件中公布过的根，现有日志算不出的，公告为不再成立
    #[arg(long, value_name = "文件", requires = "note", conflicts_with = "save")]
    lost: Option<PathBuf>,
    /// 不再成立的理由
    #[arg(long, value_name = "理由")]
    note: Option<String>,
}

impl RootArgs {
    fn request(&self) -> Result<RootRequest, ExitCode> {
        Ok(match (&self.add_witness, &self.lost) {
            (Some(file), _) => RootRequest::Witness(text(file)?),
            (None, Some(file)) => {
                RootRequest::Lost { file: text(file)?, note: self.note.clone().unwrap_or_default() }
            }
            (None, None) => RootRequest::Make,
        })
    }
}

/// Makes a root over all events, or tells the last one.
pub fn root(common: &Common, args: &RootArgs) -> ExitCode {
    made(common, args).unwrap_or_else(|status| status)
}

fn made(common: &Common, args: &RootArgs) -> Result<ExitCode, ExitCode> {
    let request = args.request()?;
    let (platform, is_beside) = open_or_beside(common)?;
    let done =
        if is_beside { ask_server(platform.store().dir(), &request) } else { platform.carry_out(&request) };
    let lines = done.map_err(|fault| failed(&fault))?;
    let last = platform.roots(None, 1).map_err(|fault| failed(&fault))?.into_iter().next();
    if let (Some(path), Some(root)) = (&args.save, &last) {
        let file = match args.from {
            None => root.file(),
            Some(from) => platform.growth(from, root.size()).map_err(|fault| failed(&fault))?.file(),
        };
        save(path, &file)?;
    }
    match (common.format, last) {
        (Format::Json, Some(root)) => output::json(root.file()),
        (Format::Text, Some(root)) if request == RootRequest::Make => {
            lines.iter().for_each(|line| output::say(line));
            print_root(&root);
        }
        _ => lines.iter().for_each(|line| output::say(line)),
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes a file of JSON.
pub fn save(path: &Path, file: &Value) -> Result<(), ExitCode> {
    let text = serde_json::to_string_pretty(file).unwrap_or_default();
    std::fs::write(path, text + "\n").map_err(|fault| {
        wrong(format!("写不了{}：{}", path.display(), output::why(&fault)), "核对路径和权限。")
    })
}

pub fn print_root(root: &SignedRoot) {
    output::say(&format!("覆盖事项：{}条", root.size()));
    output::say(&format!("根：{}", root.root()));
    output::say(&format!("作出时间：{}", local_time(root.made_at())));
    output::say(&format!("公钥指纹：{}", root.keys().grouped()));
    for one in root.witnesses() {
        let (name, on) = (&one.name, local_time(one.signed_at()));
        output::say(&format!("见证：“{name}”于{on}签名，指纹：{}", one.keys().grouped()));
    }
}

/// What was read of a file that somebody kept.
pub struct Read {
    path: PathBuf,
    pub proof: Proof,
}

/// Reads files with proofs.
pub fn read(paths: &[PathBuf]) -> Result<Vec<Read>, ExitCode> {
    let one = |path: &PathBuf| {
        let proof = Proof::parse(&text(path)?).map_err(|fault| {
            let named = |one: &Diagnostic| {
                let mut named = one.clone();
                named.message = format!("{}：{}", path.display(), one.message);
                named
            };
            let found: Vec<Diagnostic> = fault.diagnostics().iter().map(named).collect();
            output::fail(&found, output::WRONG_INPUT)
        })?;
        Ok(Read { path: path.clone(), proof })
    };
    paths.iter().map(one).collect()
}

pub fn text(path: &Path) -> Result<String, ExitCode> {
    std::fs::read_to_string(path).map_err(|fault| {
        wrong(format!("读不了{}：{}", path.display(), output::why(&fault)), "核对路径和权限。")
    })
}

/// The fingerprints that the call trusts: given as such, or in a file.
pub fn trusted(keys: &[String]) -> Result<Option<Vec<String>>, ExitCode> {
    if keys.is_empty() {
        return Ok(None);
    }
    let mut made = Vec::new();
    for one in keys {
        let path = Path::new(one);
        let given = if path.exists() { text(path)? } else { one.clone() };
        made.extend(trusted_keys(&given).map_err(|fault| failed(&fault))?);
    }
    Ok(Some(made))
}

/// What does not hold in the files themselves.
pub fn faults(files: &[Read], trusted: Option<&[String]>) -> Vec<Diagnostic> {
    let help = "请不要采信这份文件；从原处重新下载再核对，仍然不符的，保留文件并向机关反映。";
    let mut made = Vec::new();
    for file in files {
        for fault in file.proof.faults(trusted) {
            let message = format!("{}：{fault}", file.path.display());
            made.push(Diagnostic::error("proof", message).help(help));
        }
    }
    made
}

/// Checks a receipt, a root or a proof of growth by itself: no store, no network.
pub fn offline(common: &Common, receipt: &Path, since: &[Read], keys: &[String]) -> ExitCode {
    match checked(common, receipt, since, keys) {
        Ok(status) | Err(status) => status,
    }
}

fn checked(common: &Common, receipt: &Path, since: &[Read], keys: &[String]) -> Result<ExitCode, ExitCode> {
    let trusted = trusted(keys)?;
    let files = read(&[receipt.to_owned()])?;
    let mut found = faults(&files, trusted.as_deref());
    found.extend(faults(since, trusted.as_deref()));
    for (file, kept) in files.iter().flat_map(|file| since.iter().map(move |kept| (file, kept))) {
        if let Some(fault) = file.proof.begins_with(&kept.proof) {
            let message = format!("{}：{fault}", file.path.display());
            found.push(Diagnostic::error("proof", message).help("请按您留存的根的条数下载只增证明。"));
        }
    }
    let is_whole = found.is_empty();
    if common.format == Format::Json {
        output::json(json!({
            "holds": is_whole,
            "key_checked": trusted.is_some(),
            "root": files.first().map(|file| file.proof.newest().json()),
            "faults": found.iter().map(output::finding).collect::<Vec<Value>>(),
        }));
    } else {
        found.iter().for_each(|one| output::say(&one.to_string()));
        if is_whole {
            files.iter().for_each(|file| told(&file.proof, trusted.is_some()));
        } else {
            output::say("核验不通过。");
        }
    }
    Ok(if is_whole { ExitCode::SUCCESS } else { ExitCode::from(FALLS_SHORT) })
}

fn told(proof: &Proof, is_key_checked: bool) {
    match proof {
        Proof::Receipt(receipt) => {
            output::say(&format!("案件{}：", receipt.case_number));
            for event in &receipt.events {
                let (number, act, place) = (event.number, &event.act, event.place);
                output::say(&format!("  第{number}号事项“{act}”在日志第{place}条，内容与登记时一致"));
            }
        }
        Proof::Growth(growth) => {
            let (from, to) = (growth.from.size(), growth.to.size());
            output::say(&format!("日志由{from}条增加到{to}条，原有的{from}条没有改动、删去、插入或者调换。"));
        }
        Proof::Root(_) => {}
    }
    print_root(proof.newest());
    output::say("SM2和Ed25519签名都相符。核验通过。");
    if !proof.newest().witnesses().is_empty() {
        output::say("见证者的签名也都相符；请把见证者的指纹与他自己公布的比对。");
    }
    if !is_key_checked {
        output::say("没有指定公钥：请把上面的指纹与机关公布的比对，或者用 --key 指定后再核验。");
    }
}
