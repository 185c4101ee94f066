//! `yifa verify`, `yifa backup`, `yifa restore`: the journal proved, kept and brought back.

use std::path::PathBuf;
use std::process::ExitCode;

use app::{AppError, LostRoot, Verified, local_time, published_of};
use base::Diagnostic;
use clap::Args;
use serde_json::json;
use store::{Options, Place, Store};

use crate::Common;
use crate::migrate;
use crate::output::{self, FALLS_SHORT, Format};
use crate::platform::{failed, open, open_store, open_to_read, store_fault};
use crate::proof;

#[derive(Args)]
pub struct VerifyArgs {
    /// 同时由日志重算每个案件的状态和全部指标，与登记的比较
    #[arg(long)]
    figures: bool,
    /// 从留存的根或者凭证起核验：日志只增未改；可以写多次
    #[arg(long, value_name = "文件")]
    since: Vec<PathBuf>,
    /// 只核验这份凭证、根或者只增证明，不需要数据，不需要联网
    #[arg(long, value_name = "文件", conflicts_with = "figures")]
    receipt: Option<PathBuf>,
    /// 只核验这个封存包（年度报告的或者案卷的），不需要数据，不需要联网
    #[arg(long, value_name = "文件", conflicts_with_all = ["figures", "receipt", "since"])]
    bundle: Option<PathBuf>,
    /// 只认这些公钥：指纹，或者公布的公钥文件；可以写多次
    #[arg(long, value_name = "公钥")]
    key: Vec<String>,
}

#[derive(Args)]
pub struct RestoreArgs {
    /// 备份文件
    #[arg(value_name = "文件")]
    file: PathBuf,
    /// 备份以后公布过的根不再成立的，在门户公告的理由
    #[arg(long, value_name = "理由", default_value = "数据恢复到较早的备份", hide_default_value = true)]
    note: String,
    /// 恢复到数据库的：被替换的数据（文件夹或者 postgres:// 开头的地址），从中取出已公布的根
    #[arg(long, value_name = "数据", requires = "database")]
    replaces: Option<String>,
}

#[derive(Args)]
pub struct FileArgs {
    /// 备份文件
    #[arg(value_name = "文件")]
    file: PathBuf,
}

pub fn verify(common: &Common, args: &VerifyArgs) -> ExitCode {
    if let Some(bundle) = &args.bundle {
        return crate::report::verify(common, bundle, &args.key).unwrap_or_else(|status| status);
    }
    let since = match proof::read(&args.since) {
        Ok(since) => since,
        Err(status) => return status,
    };
    match &args.receipt {
        Some(receipt) => proof::offline(common, receipt, &since, &args.key),
        None => whole(common, args, &since).unwrap_or_else(|status| status),
    }
}

/// What the store says of itself, and what is kept elsewhere says of it.
fn whole(common: &Common, args: &VerifyArgs, since: &[proof::Read]) -> Result<ExitCode, ExitCode> {
    let trusted = proof::trusted(&args.key)?;
    let platform = open_to_read(common)?;
    let verified = platform.verify(args.figures).map_err(|fault| failed(&fault))?;
    let journal = &verified.journal;
    let help = "保留现场，不要再写入；用最近的备份比对，并联系管理员。";
    let fault = |text: String| Diagnostic::error("journal", text).help(help);
    let mut faults: Vec<_> = journal.faults.iter().map(|one| fault(one.to_string())).collect();
    let kept: Vec<_> = since.iter().map(|one| one.proof.clone()).collect();
    faults.extend(proof::faults(since, trusted.as_deref()));
    faults.extend(
        platform
            .verify_since(&kept, trusted.as_deref())
            .map_err(|fault| failed(&fault))?
            .into_iter()
            .map(fault),
    );
    faults.extend(verified.faults.iter().cloned());
    let lost = platform.lost_roots().map_err(|fault| failed(&fault))?;
    told(common, args, &verified, &lost, &faults);
    Ok(if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(FALLS_SHORT) })
}

fn told(common: &Common, args: &VerifyArgs, verified: &Verified, lost: &[LostRoot], faults: &[Diagnostic]) {
    let journal = &verified.journal;
    match common.format {
        Format::Json => output::json(json!({
            "events": journal.events,
            "cases": journal.cases,
            "roots": journal.roots,
            "log_lines": journal.log_lines,
            "personal": journal.personal,
            "erased": journal.erased,
            "unopened": journal.unopened,
            "lost_roots": lost.iter().map(LostRoot::json).collect::<Vec<_>>(),
            "since": args.since.len(),
            "recomputed": verified.recomputed,
            "faults": faults.iter().map(output::finding).collect::<Vec<_>>(),
        })),
        Format::Text => {
            for fault in faults {
                output::say(&fault.to_string());
            }
            for one in lost {
                let (size, made, on) =
                    (one.root.size(), local_time(one.root.made_at()), local_time(one.lost_at));
                output::say(&format!(
                    "已知的丢失：{made}公布的覆盖{size}条事项的根，{on}公告不再成立，理由是：{}",
                    one.note
                ));
            }
            let figures = if args.figures {
                format!("，重算案件{}件的状态和指标", verified.recomputed)
            } else {
                String::new()
            };
            let end = if faults.is_empty() { "日志完整。" } else { "日志有问题，见上。" };
            let roots = if journal.roots > 0 { format!("，根{}个", journal.roots) } else { String::new() };
            let since = if args.since.is_empty() {
                String::new()
            } else {
                format!("，留存的文件{}份", args.since.len())
            };
            let count = |n: u64, what: &str| if n > 0 { format!("，{what}{n}条") } else { String::new() };
            let erased = count(journal.erased, "个人信息有删除的");
            let unopened = count(journal.unopened, "个人信息没有密钥、没有打开核对的");
            let (events, cases) = (journal.events, journal.cases);
            let log = count(journal.log_lines, "操作日志");
            let text = format!(
                "核验事项{events}条，案件{cases}件{log}{roots}{erased}{unopened}{since}{figures}。{end}"
            );
            output::say(&text);
        }
    }
}

pub fn backup(common: &Common, args: &FileArgs) -> ExitCode {
    let platform = match open_to_read(common) {
        Ok(platform) => platform,
        Err(status) => return status,
    };
    match platform.store().backup(&args.file) {
        Ok(()) => {
            output::say(&format!("已备份到{}。", args.file.display()));
            ExitCode::SUCCESS
        }
        Err(fault) => store_fault(&fault),
    }
}

pub fn restore(common: &Common, args: &RestoreArgs) -> ExitCode {
    if common.database.is_some() {
        return restore_into(common, args);
    }
    match store::restore(&args.file, common.data()) {
        Ok(old) => {
            let kept = old.as_ref().map_or(String::new(), |old| format!("，原来的数据移到{}", old.display()));
            output::say(&format!("备份核验无误，已恢复到{}{kept}。", common.data().display()));
            match old.filter(|old| old.join("yifa.db").exists()) {
                Some(old) => announced(common, &Place::Folder(old), &args.note),
                None => ExitCode::SUCCESS,
            }
        }
        Err(fault) => store_fault(&fault),
    }
}

/// A database is never swapped: the backup goes into an empty one.
fn restore_into(common: &Common, args: &RestoreArgs) -> ExitCode {
    let store = match open_store(common, &Options { readers: 2, ..Options::default() }) {
        Ok(store) => store,
        Err(status) => return status,
    };
    match store::restore_into(&args.file, &store) {
        Ok(_) => {
            output::say(&format!("备份核验无误，已恢复到{}。", store.place().shown()));
            drop(store);
            let replaced = args.replaces.as_ref().map(|replaced| migrate::place(replaced, common.data()));
            match replaced.transpose() {
                Ok(Some(replaced)) => announced(common, &replaced, &args.note),
                Ok(None) => {
                    output::say(LOST_BY_HAND);
                    ExitCode::SUCCESS
                }
                Err(fault) => store_fault(&fault),
            }
        }
        Err(fault) => store_fault(&fault),
    }
}

const LOST_BY_HAND: &str =
    "备份以后公布过根的，请用留存的 roots.json 公告不再成立的：yifa root --lost roots.json --note 理由";

fn told_shortly(fault: &AppError) -> String {
    fault.diagnostics().iter().map(|one| one.message.clone()).collect::<Vec<_>>().join("；")
}

/// What the replaced data had published: announced as lost as far as the restored journal does not give it. The data are
/// restored in any case.
fn announced(common: &Common, replaced: &Place, note: &str) -> ExitCode {
    let options = Options { read_only: true, readers: 1, ..Options::default() };
    let published = Store::open_at(replaced, &options)
        .map_err(|fault| fault.diagnostic().message)
        .and_then(|store| published_of(&store).map_err(|fault| told_shortly(&fault)));
    let (roots, earlier) = match published {
        Ok(published) => published,
        Err(why) => {
            output::say(&format!("原来的数据读不出已经公布的根（{why}）。{LOST_BY_HAND}"));
            return ExitCode::SUCCESS;
        }
    };
    if roots.is_empty() && earlier.is_empty() {
        return ExitCode::SUCCESS;
    }
    let entered = open(common, false).and_then(|platform| {
        platform.enter_published(&roots, &earlier, note).map_err(|fault| failed(&fault))
    });
    match entered {
        Ok(lost) => {
            for one in &lost {
                let (size, on) = (one.root.size(), local_time(one.root.made_at()));
                output::say(&format!(
                    "{on}公布的覆盖{size}条事项的根不再成立，已在 /journal 公告，理由是：{}",
                    one.note
                ));
            }
            ExitCode::SUCCESS
        }
        Err(status) => {
            output::say(LOST_BY_HAND);
            status
        }
    }
}
