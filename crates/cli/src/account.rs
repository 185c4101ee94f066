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
    /// 重设密码；密码从标准输入读，没有的随机生成并显示一次；本人登录后必须换掉
    Password {
        /// 登录名
        #[arg(value_name = "登录名")]
        login: String,
    },
    /// 解除锁定，启用停用的账号
    Open {
        /// 登录名
        #[arg(value_name = "登录名")]
        login: String,
    },
    /// 重置验证程序：手机丢失、恢复码也没有的
    ResetSecond {
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
    /// 级别：citizen 申请人、staff 工作人员、head 负责人，system-admin 系统管理员、security-admin 安全管理员、audit-admin 审计管理员
    #[arg(long, value_enum, default_value = "staff", value_name = "级别")]
    rank: RankArg,
}

#[derive(Clone, Copy, ValueEnum)]
enum RankArg {
    Citizen,
    Staff,
    Head,
    SystemAdmin,
    SecurityAdmin,
    AuditAdmin,
}

impl RankArg {
    fn rank(self) -> Rank {
        match self {
            Self::Citizen => Rank::Citizen,
            Self::Staff => Rank::Staff,
            Self::Head => Rank::Head,
            Self::SystemAdmin => Rank::SystemAdmin,
            Self::SecurityAdmin => Rank::SecurityAdmin,
            Self::AuditAdmin => Rank::AuditAdmin,
        }
    }
}

pub fn run(common: &Common, args: &AccountArgs) -> ExitCode {
    let platform = match open(common, false) {
        Ok(platform) => platform,
        Err(status) => return status,
    };
    let changed = match &args.command {
        AccountCommand::Open { login } => Some((platform.open_account(login), login, "已启用")),
        AccountCommand::ResetSecond { login } => {
            Some((platform.drop_second_factor(login), login, "的验证程序已重置"))
        }
        AccountCommand::Add(_) | AccountCommand::Password { .. } => None,
    };
    if let Some((done, login, what)) = changed {
        return match done {
            Ok(name) => {
                output::say(&format!("账号{login}（{name}）{what}"));
                ExitCode::SUCCESS
            }
            Err(fault) => failed(&fault),
        };
    }
    let (password, is_new) = match password() {
        Ok(found) => found,
        Err(status) => return status,
    };
    let done = match &args.command {
        AccountCommand::Add(args) => {
            let account = NewAccount {
                login: args.login.clone(),
                name: args.name.clone(),
                password: password.clone(),
                organ: args.organ.clone(),
                rank: args.rank.rank(),
            };
            platform.hand_out_account(account).map(|_| args.login.clone())
        }
        AccountCommand::Password { login }
        | AccountCommand::Open { login }
        | AccountCommand::ResetSecond { login } => {
            platform.hand_out_password(login, &password).map(|_| login.clone())
        }
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
