//! `yifa migrate`: a store moved between a folder and a database, and compared row by row.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde_json::json;
use store::{Copied, Options, Place, Store};

use crate::Common;
use crate::output::{self, Format};
use crate::platform::store_fault;

#[derive(Args)]
pub struct MigrateArgs {
    /// 从哪里：文件夹，或者 postgres:// 开头的地址
    #[arg(long, value_name = "数据")]
    from: String,
    /// 到哪里：同上，必须是空的
    #[arg(long, value_name = "数据")]
    to: String,
}

pub fn run(common: &Common, args: &MigrateArgs) -> ExitCode {
    match migrate(common, args) {
        Ok(copied) => {
            tell(common, args, &copied);
            ExitCode::SUCCESS
        }
        Err(fault) => store_fault(&fault),
    }
}

/// A folder holds its own attachments; those of a database are in the folder of `--data`.
pub fn place(text: &str, files: &Path) -> store::Result<Place> {
    if text.starts_with("postgres://") || text.starts_with("postgresql://") {
        Place::new(Some(text), files)
    } else {
        Place::new(None, &PathBuf::from(text))
    }
}

fn migrate(common: &Common, args: &MigrateArgs) -> store::Result<Vec<Copied>> {
    let (from, to) = (place(&args.from, common.data())?, place(&args.to, common.data())?);
    if let Place::Folder(folder) = &from
        && !folder.join("yifa.db").exists()
    {
        return Err(store::StoreError::Absent { path: folder.clone() });
    }
    // Opened for writing, a folder is held against a server that still works in it.
    let read_only = matches!(from, Place::Database { .. });
    let source = Store::open_at(&from, &Options { read_only, readers: 2, ..Options::default() })?;
    let target = Store::open_at(&to, &Options { readers: 2, ..Options::default() })?;
    store::copy(&source, &target)
}

fn tell(common: &Common, args: &MigrateArgs, copied: &[Copied]) {
    match common.format {
        Format::Json => output::json(json!({
            "tables": copied.iter().map(|one| json!({
                "name": one.table, "rows": one.rows, "digest": one.digest.to_string(),
            })).collect::<Vec<_>>(),
        })),
        Format::Text => {
            for one in copied.iter().filter(|one| one.rows > 0) {
                output::say(&format!("  {}　{}行　{}", one.table, one.rows, one.digest.short()));
            }
            let to = place(&args.to, common.data()).map_or(String::new(), |place| place.shown());
            output::say(&format!("已搬移到{to}，各表逐行核对一致。"));
        }
    }
}
