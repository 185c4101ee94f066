//! `yifa verify`, `yifa backup`, `yifa restore`: the journal proved, kept and brought back.

use std::path::PathBuf;
use std::process::ExitCode;

use base::Diagnostic;
use clap::Args;
use serde_json::json;
use store::Options;

use crate::Common;
use crate::output::{self, FALLS_SHORT, Format};
use crate::platform::{failed, open_store, open_to_read, store_fault};

#[derive(Args)]
pub struct VerifyArgs {
    /// 同时由日志重算每个案件的状态和全部指标，与登记的比较
    #[arg(long)]
    figures: bool,
}

#[derive(Args)]
pub struct FileArgs {
    /// 备份文件
    file: PathBuf,
}

pub fn verify(common: &Common, args: &VerifyArgs) -> ExitCode {
    let platform = match open_to_read(common) {
        Ok(platform) => platform,
        Err(status) => return status,
    };
    let verified = match platform.verify(args.figures) {
        Ok(verified) => verified,
        Err(fault) => return failed(&fault),
    };
    let journal = &verified.journal;
    let mut faults: Vec<_> = journal
        .faults
        .iter()
        .map(|fault| {
            Diagnostic::error("journal", fault.to_string())
                .help("保留现场，不要再写入；用最近的备份比对，并联系管理员。")
        })
        .collect();
    faults.extend(verified.faults.iter().cloned());
    match common.format {
        Format::Json => output::json(json!({
            "events": journal.events,
            "cases": journal.cases,
            "roots": journal.roots,
            "recomputed": verified.recomputed,
            "faults": faults.iter().map(output::finding).collect::<Vec<_>>(),
        })),
        Format::Text => {
            for fault in &faults {
                output::say(&fault.to_string());
            }
            let figures = if args.figures {
                format!("，重算案件{}件的状态和指标", verified.recomputed)
            } else {
                String::new()
            };
            let end = if faults.is_empty() { "日志完整。" } else { "日志有问题，见上。" };
            let text = format!("核验事项{}条，案件{}件{figures}。{end}", journal.events, journal.cases);
            output::say(&text);
        }
    }
    if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(FALLS_SHORT) }
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

pub fn restore(common: &Common, args: &FileArgs) -> ExitCode {
    if common.database.is_some() {
        return restore_into(common, args);
    }
    match store::restore(&args.file, common.data()) {
        Ok(old) => {
            let kept = old.map_or(String::new(), |old| format!("，原来的数据移到{}", old.display()));
            output::say(&format!("备份核验无误，已恢复到{}{kept}。", common.data().display()));
            ExitCode::SUCCESS
        }
        Err(fault) => store_fault(&fault),
    }
}

/// A database is never swapped: the backup goes into an empty one.
fn restore_into(common: &Common, args: &FileArgs) -> ExitCode {
    let store = match open_store(common, &Options { readers: 2, ..Options::default() }) {
        Ok(store) => store,
        Err(status) => return status,
    };
    match store::restore_into(&args.file, &store) {
        Ok(_) => {
            output::say(&format!("备份核验无误，已恢复到{}。", store.place().shown()));
            ExitCode::SUCCESS
        }
        Err(fault) => store_fault(&fault),
    }
}
