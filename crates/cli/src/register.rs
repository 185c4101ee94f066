//! `yifa register`: registers as of a day, their changes, in and out of XLSX; officers' hours of training.

use std::path::PathBuf;
use std::process::ExitCode;

use app::{EntriesAsked, RegisterPage, RegisterRow};
use calendar::Day;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::Common;
use crate::TEMPLATE;
use crate::output::{self, Format};
use crate::platform::{failed, open, open_to_read, wrong};
use crate::training_hours::{self, HoursArgs};

#[derive(Args)]
pub struct RegisterArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 列出全部名册和清单
    #[command(help_template = TEMPLATE)]
    List,
    /// 查看一个机关的名册在某一天的样子
    #[command(help_template = TEMPLATE)]
    Show(ShowArgs),
    /// 两天之间的变动
    #[command(help_template = TEMPLATE)]
    Changes(ChangesArgs),
    /// 导出为 XLSX；没有条目的，导出供填写的空表
    #[command(help_template = TEMPLATE)]
    Export(ExportArgs),
    /// 从 XLSX 登记：全部核对无误才登记，否则一次说明全部错误
    #[command(help_template = TEMPLATE)]
    Import(ImportArgs),
    /// 撤回登记错误的条目
    #[command(help_template = TEMPLATE)]
    Withdraw(WithdrawArgs),
    /// 执法人员年度学时：对照下限，列出欠学时和证件状态
    #[command(help_template = TEMPLATE)]
    Hours(HoursArgs),
}

#[derive(Args)]
struct Of {
    /// 名册或者清单的标识
    #[arg(value_name = "名册")]
    register: String,
    /// 机关的标识
    #[arg(long, value_name = "机关")]
    organ: String,
}

#[derive(Args)]
struct ShowArgs {
    #[command(flatten)]
    of: Of,
    /// 哪一天，默认为今天
    #[arg(long, value_name = "日期")]
    on: Option<String>,
    /// 以哪个账号查看；不写的，只看公开的栏目
    #[arg(long = "as", value_name = "账号")]
    account: Option<String>,
}

#[derive(Args)]
struct ChangesArgs {
    #[command(flatten)]
    of: Of,
    /// 起
    #[arg(long, value_name = "日期")]
    from: String,
    /// 止，默认为今天
    #[arg(long, value_name = "日期")]
    to: Option<String>,
    /// 以哪个账号查看；不写的，只看公开的栏目
    #[arg(long = "as", value_name = "账号")]
    account: Option<String>,
}

#[derive(Args)]
struct ExportArgs {
    #[command(flatten)]
    show: ShowArgs,
    /// 写到哪个文件
    #[arg(long, value_name = "文件")]
    to: PathBuf,
}

#[derive(Args)]
struct ImportArgs {
    #[command(flatten)]
    of: Of,
    /// XLSX 文件
    #[arg(value_name = "文件")]
    file: PathBuf,
    /// 以哪个账号登记
    #[arg(long = "as", value_name = "账号")]
    account: String,
    /// 登记的理由或者文号
    #[arg(long, value_name = "理由", default_value = "", hide_default_value = true)]
    reason: String,
}

#[derive(Args)]
struct WithdrawArgs {
    #[command(flatten)]
    of: Of,
    /// 条目的主键，与列表所示一致
    #[arg(value_name = "主键")]
    key: String,
    /// 条目的起始日期
    #[arg(long, value_name = "日期")]
    from: String,
    /// 以哪个账号撤回
    #[arg(long = "as", value_name = "账号")]
    account: String,
    /// 撤回的理由
    #[arg(long, value_name = "理由")]
    reason: String,
}

pub fn run(common: &Common, args: &RegisterArgs) -> ExitCode {
    let done = match &args.command {
        Command::List => list(common),
        Command::Show(args) => show(common, args),
        Command::Changes(args) => changes(common, args),
        Command::Export(args) => export(common, args),
        Command::Import(args) => import(common, args),
        Command::Withdraw(args) => withdraw(common, args),
        Command::Hours(args) => training_hours::run(common, args),
    };
    done.map_or_else(|status| status, |()| ExitCode::SUCCESS)
}

fn list(common: &Common) -> Result<(), ExitCode> {
    let rules = crate::data::rules(common).map_err(|found| output::fail(&found, output::WRONG_INPUT))?;
    if common.format == Format::Json {
        let all = rules.registers.iter().map(|one| {
            json!({ "id": one.id, "name": one.name, "system": one.system, "public": one.public,
                "kept_by": one.kept_by, "key": one.key.iter().filter_map(|at| one.fields.get(*at)).map(|field| field.id.clone()).collect::<Vec<_>>(),
                "fields": one.fields.iter().map(|field| json!({ "id": field.id, "name": field.name, "required": field.required, "public": field.public })).collect::<Vec<_>>() })
        });
        output::json(json!({ "registers": all.collect::<Vec<_>>() }));
        return Ok(());
    }
    for one in &rules.registers {
        let public = if one.public { "公开" } else { "不公开" };
        output::say(&format!("{}　{}　{public}", one.id, one.name));
    }
    output::say(&format!("共{}个。", rules.registers.len()));
    Ok(())
}

fn page(common: &Common, args: &ShowArgs) -> Result<RegisterPage, ExitCode> {
    let platform = open_to_read(common)?;
    let on = day(args.on.as_deref(), platform.today())?;
    let reader = args.account.as_deref().map(|login| platform.actor_of(login)).transpose();
    let reader = reader.map_err(|fault| failed(&fault))?;
    platform
        .register_page(reader.as_ref(), &args.of.register, &args.of.organ, EntriesAsked::on(on, true))
        .map_err(|fault| failed(&fault))
}

fn show(common: &Common, args: &ShowArgs) -> Result<(), ExitCode> {
    let page = page(common, args)?;
    if common.format == Format::Json {
        let rows = page.rows.iter().map(|row| row_json(row, &page.columns));
        output::json(
            json!({ "register": page.register.id, "organ": page.organ.id, "on": page.on.to_string(),
            "entries": rows.collect::<Vec<_>>() }),
        );
        return Ok(());
    }
    output::say(&format!("{}　{}　{}", page.register.name, page.organ.name, page.on.chinese()));
    for row in &page.rows {
        output::say(&line(row, &page.columns));
    }
    output::say(&format!("共{}条。", page.rows.len()));
    Ok(())
}

fn line(row: &RegisterRow, columns: &[(String, String)]) -> String {
    let cells = columns.iter().zip(&row.texts).filter(|(_, text)| !text.is_empty());
    let cells: Vec<String> = cells.map(|((_, name), text)| format!("{name}：{text}")).collect();
    let until = row.until.map_or_else(|| "今".to_owned(), |day| day.to_string());
    format!("{}（{}至{until}）　{}", row.key, row.from, cells.join("；"))
}

fn row_json(row: &RegisterRow, columns: &[(String, String)]) -> Value {
    let fields: serde_json::Map<String, Value> =
        columns.iter().zip(&row.texts).map(|((id, _), text)| (id.clone(), json!(text))).collect();
    json!({ "key": row.key, "from": row.from.to_string(), "until": row.until.map(|day| day.to_string()),
        "fields": fields })
}

fn changes(common: &Common, args: &ChangesArgs) -> Result<(), ExitCode> {
    let platform = open_to_read(common)?;
    let (from, to) = (day(Some(&args.from), platform.today())?, day(args.to.as_deref(), platform.today())?);
    let reader = args.account.as_deref().map(|login| platform.actor_of(login)).transpose();
    let reader = reader.map_err(|fault| failed(&fault))?;
    let made = platform.register_changes(reader.as_ref(), &args.of.register, &args.of.organ, from, to);
    let made = made.map_err(|fault| failed(&fault))?;
    if common.format == Format::Json {
        let texts = |row: &Option<RegisterRow>| row.as_ref().map(|row| row.texts.clone());
        let rows = made
            .iter()
            .map(|one| json!({ "key": one.key, "before": texts(&one.before), "after": texts(&one.after) }));
        output::json(
            json!({ "from": from.to_string(), "to": to.to_string(), "changes": rows.collect::<Vec<_>>() }),
        );
        return Ok(());
    }
    for one in &made {
        output::say(&format!("{}　{}", one.how(), one.key));
    }
    output::say(&format!("{}至{}共变动{}条。", from.chinese(), to.chinese(), made.len()));
    Ok(())
}

fn export(common: &Common, args: &ExportArgs) -> Result<(), ExitCode> {
    let platform = open_to_read(common)?;
    let show = &args.show;
    let on = day(show.on.as_deref(), platform.today())?;
    let reader = show.account.as_deref().map(|login| platform.actor_of(login)).transpose();
    let reader = reader.map_err(|fault| failed(&fault))?;
    let sheet = platform.register_sheet(reader.as_ref(), &show.of.register, &show.of.organ, on);
    let sheet = sheet.map_err(|fault| failed(&fault))?;
    std::fs::write(&args.to, sheet.bytes).map_err(|fault| {
        wrong(format!("{}没有写成：{}", args.to.display(), output::why(&fault)), "核对文件夹和权限。")
    })?;
    match common.format {
        Format::Json => output::json(json!({ "entries": sheet.entries })),
        Format::Text => output::say(&format!("已导出{}条到{}。", sheet.entries, args.to.display())),
    }
    Ok(())
}

fn import(common: &Common, args: &ImportArgs) -> Result<(), ExitCode> {
    let bytes = std::fs::read(&args.file).map_err(|fault| {
        wrong(format!("{}读不出来：{}", args.file.display(), output::why(&fault)), "核对文件名。")
    })?;
    let platform = open(common, false)?;
    let actor = platform.actor_of(&args.account).map_err(|fault| failed(&fault))?;
    let (of, reason) = (&args.of, args.reason.as_str());
    let entered = platform.enter_sheet(&actor, &of.register, &of.organ, &bytes, reason);
    let entered = entered.map_err(|fault| failed(&fault))?;
    match common.format {
        Format::Json => output::json(json!({ "entered": entered })),
        Format::Text => output::say(&format!("已登记{entered}条。")),
    }
    Ok(())
}

fn withdraw(common: &Common, args: &WithdrawArgs) -> Result<(), ExitCode> {
    let platform = open(common, false)?;
    let from = day(Some(&args.from), platform.today())?;
    let actor = platform.actor_of(&args.account).map_err(|fault| failed(&fault))?;
    let (of, key) = (&args.of, args.key.as_str());
    platform
        .withdraw_entry(&actor, &of.register, &of.organ, key, from, &args.reason)
        .map_err(|fault| failed(&fault))?;
    output::say(&format!("已撤回“{key}”。"));
    Ok(())
}

fn day(text: Option<&str>, default: Day) -> Result<Day, ExitCode> {
    let Some(text) = text else { return Ok(default) };
    Day::parse(text).map_err(|fault| output::fail(&[*fault], output::WRONG_INPUT))
}
