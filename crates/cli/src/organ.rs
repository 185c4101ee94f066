//! `yifa organ`: the register of organs.

use std::process::ExitCode;

use calendar::Day;
use clap::{Args, Subcommand};
use serde_json::json;

use crate::Common;
use crate::output::{self, Format, WRONG_INPUT};
use crate::platform::{failed, open_to_read};

#[derive(Args)]
pub struct OrganArgs {
    #[command(subcommand)]
    command: OrganCommand,
}

#[derive(Subcommand)]
enum OrganCommand {
    /// 列出机关，某一天的或者今天的
    List {
        /// 这一天的机关，默认为今天
        #[arg(long, value_name = "日期")]
        as_of: Option<String>,
    },
}

pub fn run(common: &Common, args: &OrganArgs) -> ExitCode {
    let OrganCommand::List { as_of } = &args.command;
    list(common, as_of.as_deref()).unwrap_or_else(|status| status)
}

fn list(common: &Common, as_of: Option<&str>) -> Result<ExitCode, ExitCode> {
    let day = as_of.map(Day::parse).transpose().map_err(|fault| output::fail(&[*fault], WRONG_INPUT))?;
    let platform = open_to_read(common)?;
    let day = day.unwrap_or_else(|| platform.today());
    let organs = platform.organs_on(day).map_err(|fault| failed(&fault))?;
    match common.format {
        Format::Json => {
            let one = |organ: &app::Organ| {
                json!({ "id": organ.id, "name": organ.name, "short": organ.short, "kind": organ.kind,
                        "division": organ.division, "credit_code": organ.credit_code, "parent": organ.parent })
            };
            let organs: Vec<_> = organs.iter().map(one).collect();
            output::json(json!({ "as_of": day.to_string(), "organs": organs }));
        }
        Format::Text if organs.is_empty() => output::say(&format!("{}没有登记的机关。", day.chinese())),
        Format::Text => {
            for organ in &organs {
                let code = organ.credit_code.as_deref().unwrap_or("没有登记信用代码");
                output::say(&format!("{}　{}　{}　{code}", organ.id, organ.name, organ.division));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
