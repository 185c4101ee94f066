//! `yifa account`: accounts, for the operator of the machine.

use std::io::{self, BufRead, IsTerminal};
use std::process::ExitCode;

use app::{Ids, NewAccount};
use clap::{Args, Subcommand, ValueEnum};
use store::account::Rank;

use crate::Common;
use crate::output;
use crate::platform::{failed, open, wrong};

#[derive(Args)]
pub struct AccountArgs {
    #[command(subcommand)]
    command: AccountCommand,
}

#[derive(Subcommand)]
enum AccountCommand {
    /// 新建账号；密码从标准输入读，没有的随机生成并显示一次
    Add(AddArgs),
    /// 重设密码；密码从标准输入读，没有的随机生成并显示一次
    Password {
        /// 登录名
        #[arg(value_name = "登录名")]
        login: String,
    },
}

#[derive(Args)]
struct AddArgs {
    /// 登录名
    #[arg(value_name = "登录名")]
    login: String,
    /// 姓名
    #[arg(long, value_name = "姓名")]
    name: String,
    /// 所在机关的标识；申请人没有
    #[arg(long, value_name = "机关")]
    organ: Option<String>,
    /// 级别：citizen 申请人、staff 工作人员、head 负责人、admin 管理员
    #[arg(long, value_enum, default_value = "staff", value_name = "级别")]
    rank: RankArg,
}

#[derive(Clone, Copy, ValueEnum)]
enum RankArg {
    Citizen,
    Staff,
    Head,
    Admin,
}

pub fn run(common: &Common, args: &AccountArgs) -> ExitCode {
    let platform = match open(common, false) {
        Ok(platform) => platform,
        Err(status) => return status,
    };
    let (password, is_new) = match password() {
        Ok(found) => found,
        Err(status) => return status,
    };
    let done = match &args.command {
        AccountCommand::Add(args) => {
            let rank = match args.rank {
                RankArg::Citizen => Rank::Citizen,
                RankArg::Staff => Rank::Staff,
                RankArg::Head => Rank::Head,
                RankArg::Admin => Rank::Admin,
            };
            let account = NewAccount {
                login: args.login.clone(),
                name: args.name.clone(),
                password: password.clone(),
                organ: args.organ.clone(),
                rank,
            };
            platform.add_account(account).map(|_| args.login.clone())
        }
        AccountCommand::Password { login } => platform.set_password(login, &password).map(|_| login.clone()),
    };
    match done {
        Ok(login) => {
            let shown = if is_new {
                format!("，密码：{password}　（只显示这一次）")
            } else {
                String::new()
            };
            output::say(&format!("账号{login}已保存{shown}"));
            ExitCode::SUCCESS
        }
        Err(fault) => failed(&fault),
    }
}

/// The password given on standard input, or a random one.
fn password() -> Result<(String, bool), ExitCode> {
    let input = io::stdin();
    if input.is_terminal() {
        return Ok((Ids::password(), true));
    }
    let mut line = String::new();
    let read = input.lock().read_line(&mut line);
    read.map_err(|fault| wrong(format!("读不了标准输入：{fault}"), "从终端运行，或者用管道给出密码。"))?;
    let line = line.trim_end_matches(['\r', '\n']).to_owned();
    if line.is_empty() { Ok((Ids::password(), true)) } else { Ok((line, false)) }
}
