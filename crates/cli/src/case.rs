//! `yifa case`: acts on cases as an officer would.

use std::path::PathBuf;
use std::process::ExitCode;

use app::{
    AppError, CaseFilter, CaseLine, CaseView, Deal, Done, Form, Ids, Open, Origin, Platform, Table, Upload,
    Whose,
};
use calendar::Day;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::Common;
use crate::output::{self, Format};
use crate::platform::{failed, open, open_to_read, wrong};

#[derive(Args)]
pub struct CaseArgs {
    #[command(subcommand)]
    command: CaseCommand,
}

#[derive(Subcommand)]
enum CaseCommand {
    /// 立案：开始一个案件
    Open(OpenArgs),
    /// 在案件中办理一个事项
    Do(DoArgs),
    /// 查看案件：可以办、应当办、不得办，各有依据
    Show(ShowArgs),
    /// 列出本机关的案件
    List(ListArgs),
    /// 写出案件的日志凭证，可以不联网核验
    Receipt(ReceiptArgs),
    /// 把案件封存为一个文件：记录、材料、责任清单和证明，日后任何人都可以用 yifa verify --bundle 核验
    Bundle(BundleArgs),
}

/// What every act carries.
#[derive(Args)]
struct Acting {
    /// 以哪个账号办理
    #[arg(long = "as", value_name = "账号")]
    account: String,
    /// 办理日期，默认为今天
    #[arg(long, value_name = "日期")]
    on: Option<String>,
    /// 填写字段：字段=内容；当事人的代码写 字段.code=代码
    #[arg(long = "set", value_name = "字段=内容")]
    set: Vec<String>,
    /// 附件：字段=路径
    #[arg(long = "file", value_name = "字段=路径")]
    files: Vec<String>,
    /// 请求编号：同一编号只办一次
    #[arg(long, value_name = "编号")]
    key: Option<String>,
}

#[derive(Args)]
struct OpenArgs {
    /// 程序，如 reconsideration
    #[arg(value_name = "程序")]
    procedure: String,
    /// 立案的事项，默认为程序的第一个立案事项
    #[arg(long, value_name = "事项")]
    act: Option<String>,
    /// 承办机关的标识
    #[arg(long, value_name = "机关")]
    organ: String,
    /// 看过的比对结果：以前登记的有相近的，先列出它们并给出这个值，核对以后写上再登记
    #[arg(long, value_name = "比对结果")]
    alike: Option<String>,
    #[command(flatten)]
    acting: Acting,
}

#[derive(Args)]
struct DoArgs {
    /// 案件编号
    #[arg(value_name = "案件")]
    case: String,
    /// 事项，如 accept
    #[arg(value_name = "事项")]
    act: String,
    #[command(flatten)]
    acting: Acting,
}

#[derive(Args)]
struct ShowArgs {
    /// 案件编号
    #[arg(value_name = "案件")]
    case: String,
    /// 以哪个账号查看
    #[arg(long = "as", value_name = "账号")]
    account: String,
    /// 只看到这一天为止已经登记的，期限也按这一天算，默认为现在
    #[arg(long, value_name = "日期")]
    as_of: Option<String>,
}

#[derive(Args)]
struct ReceiptArgs {
    /// 案件编号
    #[arg(value_name = "案件")]
    case: String,
    /// 以哪个账号取得，不写则以数据的管理者
    #[arg(long = "as", value_name = "账号")]
    account: Option<String>,
}

#[derive(Args)]
struct BundleArgs {
    /// 案件编号
    #[arg(value_name = "案件")]
    case: String,
    /// 以哪个账号制作，是办理本案的机关的人员
    #[arg(long = "as", value_name = "账号")]
    account: String,
    /// 理由：材料可能有个人信息，您又不是本案承办人的，必须写明
    #[arg(long, value_name = "理由")]
    reason: Option<String>,
    /// 写到哪个文件
    #[arg(long, value_name = "文件")]
    save: PathBuf,
}

#[derive(Args)]
struct ListArgs {
    /// 以哪个账号查看
    #[arg(long = "as", value_name = "账号")]
    account: String,
    /// 只列某个程序
    #[arg(long, value_name = "程序")]
    procedure: Option<String>,
    /// 只列程序的某个阶段
    #[arg(long, value_name = "阶段", requires = "procedure")]
    phase: Option<String>,
    /// 范围：held 本机关承办，named 涉及本机关；不写则全部
    #[arg(long, value_name = "范围")]
    whose: Option<String>,
    /// 按编号或者当事人查找，从头几个字起
    #[arg(long, value_name = "文字", conflicts_with_all = ["procedure", "whose"])]
    find: Option<String>,
    /// 写成表格：csv 或者 tsv
    #[arg(long, value_name = "表格", conflicts_with = "find")]
    table: Option<String>,
}

pub fn run(common: &Common, args: &CaseArgs) -> ExitCode {
    let done = match &args.command {
        CaseCommand::Open(args) => open_case(common, args),
        CaseCommand::Do(args) => act(common, args),
        CaseCommand::Show(args) => show(common, args),
        CaseCommand::List(args) => list(common, args),
        CaseCommand::Receipt(args) => receipt(common, args),
        CaseCommand::Bundle(args) => bundle(common, args),
    };
    done.unwrap_or_else(|status| status)
}

type Ran = Result<ExitCode, ExitCode>;

fn open_case(common: &Common, args: &OpenArgs) -> Ran {
    let platform = open(common, false)?;
    let actor = platform.actor_of(&args.acting.account).map_err(|fault| failed(&fault))?;
    let on = day(&platform, args.acting.on.as_deref())?;
    let act = match &args.act {
        Some(act) => act.clone(),
        None => first_opening(&platform, &args.procedure, on)?,
    };
    let open = Open {
        key: key(&args.acting),
        procedure: args.procedure.clone(),
        organ: args.organ.clone(),
        act,
        on,
        form: form(&args.acting.set)?,
        files: uploads(&args.acting.files)?,
    };
    let done = platform.open_after_looking(&actor, open, args.alike.as_deref());
    let done = done.map_err(|fault| match fault {
        AppError::Alike(_) => output::fail(&fault.diagnostics(), output::FALLS_SHORT),
        other => failed(&other),
    })?;
    told(common, &platform, &args.acting.account, &done)
}

fn act(common: &Common, args: &DoArgs) -> Ran {
    let platform = open(common, false)?;
    let actor = platform.actor_of(&args.acting.account).map_err(|fault| failed(&fault))?;
    let case = platform.find_case(&args.case).map_err(|fault| failed(&fault))?;
    let deal = Deal {
        key: key(&args.acting),
        case,
        version: None,
        act: args.act.clone(),
        on: day(&platform, args.acting.on.as_deref())?,
        form: form(&args.acting.set)?,
        files: uploads(&args.acting.files)?,
    };
    let done = platform.act(&actor, deal).map_err(|fault| refused(common, &fault))?;
    told(common, &platform, &args.acting.account, &done)
}

/// A refusal is an answer: what was checked falls short.
fn refused(common: &Common, fault: &AppError) -> ExitCode {
    if common.format == Format::Json {
        let found: Vec<Value> = fault.diagnostics().iter().map(output::finding).collect();
        output::json(json!({ "refused": found }));
    }
    match fault {
        AppError::Refused(_) => output::fail(&fault.diagnostics(), output::FALLS_SHORT),
        other => failed(other),
    }
}

fn told(common: &Common, platform: &Platform, account: &str, done: &Done) -> Ran {
    let actor = platform.actor_of(account).map_err(|fault| failed(&fault))?;
    let view = platform.case_view(&actor, &done.case).map_err(|fault| failed(&fault))?;
    if common.format == Format::Json {
        let mut value = case_json(&view);
        if let Some(object) = value.as_object_mut() {
            object.insert("receipt".to_owned(), json!(done.receipt));
            object.insert("event".to_owned(), json!(done.number));
            object.insert("hash".to_owned(), json!(done.hash));
            object.insert("started".to_owned(), done.started.iter().map(started_json).collect());
        }
        output::json(value);
        return Ok(ExitCode::SUCCESS);
    }
    output::say(&format!("已办理，登记为第{}号事项（{}）。", done.number, done.hash));
    if let Some(receipt) = &done.receipt {
        output::say(&format!("案号：{}　查询码：{receipt}", done.case_number.clone().unwrap_or_default()));
    }
    for one in &done.started {
        output::say(&format!("已移送{}立案：{}　{}（{}）", one.organ, one.procedure, one.number, one.case));
    }
    print_case(&view);
    Ok(ExitCode::SUCCESS)
}

fn started_json(one: &app::Started) -> Value {
    json!({ "case": one.case, "number": one.number, "procedure": one.procedure, "organ": one.organ })
}

fn show(common: &Common, args: &ShowArgs) -> Ran {
    let platform = open_to_read(common)?;
    let actor = platform.actor_of(&args.account).map_err(|fault| failed(&fault))?;
    let case = platform.find_case(&args.case).map_err(|fault| failed(&fault))?;
    let view = match args.as_of.as_deref() {
        None => platform.case_view(&actor, &case),
        some => platform.case_view_as_of(&actor, &case, day(&platform, some)?),
    };
    let view = view.map_err(|fault| failed(&fault))?;
    match common.format {
        Format::Json => output::json(case_json(&view)),
        Format::Text => print_case(&view),
    }
    Ok(ExitCode::SUCCESS)
}

fn bundle(common: &Common, args: &BundleArgs) -> Ran {
    let platform = open_to_read(common)?;
    let actor = platform.actor_of(&args.account).map_err(|fault| failed(&fault))?;
    let case = platform.find_case(&args.case).map_err(|fault| failed(&fault))?;
    if platform.bundle_asks_reason(&actor, &case).map_err(|fault| failed(&fault))? && args.reason.is_none() {
        let help = "加 --reason 写明理由；您是本案承办人的，不用写。";
        return Err(wrong("封存包里的材料可能有个人信息，要说明理由", help));
    }
    let (_, bytes) = platform.case_bundle(&actor, &case).map_err(|fault| failed(&fault))?;
    std::fs::write(&args.save, &bytes).map_err(|fault| {
        wrong(format!("{}没有写成：{}", args.save.display(), output::why(&fault)), "核对文件夹和权限。")
    })?;
    match common.format {
        Format::Json => output::json(json!({ "bytes": bytes.len() })),
        Format::Text => output::say(&format!("已封存到{}，{}字节。", args.save.display(), bytes.len())),
    }
    Ok(ExitCode::SUCCESS)
}

fn list(common: &Common, args: &ListArgs) -> Ran {
    let platform = open_to_read(common)?;
    let actor = platform.actor_of(&args.account).map_err(|fault| failed(&fault))?;
    let whose = match args.whose.as_deref() {
        None => Whose::All,
        Some("held") => Whose::Held,
        Some("named") => Whose::Named,
        Some(other) => return Err(wrong(format!("没有范围“{other}”"), "可用：held、named。")),
    };
    let filter = CaseFilter { whose, procedure: args.procedure.clone(), phase: args.phase.clone() };
    let table = table(args.table.as_deref())?;
    let mut after = None;
    let mut all = Vec::new();
    if let Some(table) = table {
        output::say(format!("{}{}", table.start(), table.line(&CaseLine::HEAD)).trim_end());
    }
    loop {
        let page = match &args.find {
            Some(text) => platform
                .search_cases(&actor, text, after.as_deref(), &Origin::default())
                .map(|found| (found.lines, found.next)),
            None => platform.case_list(&actor, &filter, after.as_deref()),
        };
        let (lines, next) = page.map_err(|fault| failed(&fault))?;
        for line in lines {
            match (table, common.format) {
                (Some(table), _) => output::say(table.line(&line.cells()).trim_end_matches(['\r', '\n'])),
                (None, Format::Text) => output::say(&line_text(&line)),
                (None, Format::Json) => all.push(line_json(&line)),
            }
        }
        after = next;
        if after.is_none() {
            break;
        }
    }
    if table.is_none() && common.format == Format::Json {
        output::json(json!({ "cases": all }));
    }
    Ok(ExitCode::SUCCESS)
}

/// The form of a table by its name.
pub fn table(named: Option<&str>) -> Result<Option<Table>, ExitCode> {
    match named {
        None => Ok(None),
        Some("csv") => Ok(Some(Table::Csv)),
        Some("tsv") => Ok(Some(Table::Tsv)),
        Some(other) => Err(wrong(format!("不会写成“{other}”"), "可用：csv、tsv。")),
    }
}

fn line_text(line: &CaseLine) -> String {
    let state = if line.closed_on.is_some() { "已结" } else { "办理中" };
    format!("{}　{}　{}　{}　{state}", line.number, line.opened_on, line.phase, line.title)
}

fn line_json(line: &CaseLine) -> Value {
    json!({ "case": line.case, "number": line.number, "title": line.title, "procedure": line.procedure,
        "phase": line.phase, "opened_on": line.opened_on.to_string(),
        "closed_on": line.closed_on.map(|day| day.to_string()) })
}

/// The file itself on standard output, in either format.
fn receipt(common: &Common, args: &ReceiptArgs) -> Ran {
    let platform = open_to_read(common)?;
    let case = platform.find_case(&args.case).map_err(|fault| failed(&fault))?;
    let covered = match &args.account {
        Some(account) => platform.actor_of(account).and_then(|actor| platform.receipt(&actor, &case)),
        None => platform.receipt_of(&case),
    };
    let covered = covered.map_err(|fault| failed(&fault))?;
    let Some(receipt) = covered.receipt else {
        return Err(wrong("还没有根覆盖本案的事项", "先用 yifa root 作一个根，或者等服务定时作出。"));
    };
    output::json(receipt.file());
    Ok(ExitCode::SUCCESS)
}

fn first_opening(platform: &Platform, procedure: &str, on: Day) -> Result<String, ExitCode> {
    let pack = platform.rules().pack_on(procedure, on);
    let act = pack.and_then(|pack| pack.file.procedure.acts.iter().find(|act| act.opens_case));
    act.map(|act| act.id.clone()).ok_or_else(|| {
        wrong(format!("{}没有施行的程序“{procedure}”", on.chinese()), "用 yifa procedure list 查看。")
    })
}

fn key(acting: &Acting) -> String {
    acting.key.clone().unwrap_or_else(|| format!("cli:{}", Ids::token()))
}

fn day(platform: &Platform, text: Option<&str>) -> Result<Day, ExitCode> {
    let Some(text) = text else { return Ok(platform.today()) };
    Day::parse(text).map_err(|fault| output::fail(&[*fault], output::WRONG_INPUT))
}

fn form(set: &[String]) -> Result<Form, ExitCode> {
    let mut form = Form::new();
    for one in set {
        let Some((name, text)) = one.split_once('=') else {
            return Err(wrong(format!("“{one}”不是 字段=内容"), "例如 --set request=撤销处罚决定"));
        };
        form.entry(name.to_owned()).or_default().push(text.to_owned());
    }
    Ok(form)
}

fn uploads(files: &[String]) -> Result<Vec<Upload>, ExitCode> {
    let one = |text: &String| {
        let Some((field, path)) = text.split_once('=') else {
            return Err(wrong(format!("“{text}”不是 字段=路径"), "例如 --file application=申请书.pdf"));
        };
        let path = PathBuf::from(path);
        let content = std::fs::read(&path)
            .map_err(|fault| wrong(format!("读不了{}：{fault}", path.display()), "核对路径和权限。"))?;
        let name = path.file_name().map_or(String::new(), |name| name.to_string_lossy().into_owned());
        Ok(Upload { field: field.to_owned(), name, content })
    };
    files.iter().map(one).collect()
}

fn case_json(view: &CaseView) -> Value {
    let done = view.events.iter().filter(|event| !event.is_superseded).map(|event| {
        json!({ "number": event.number, "act": event.act_id, "on": event.on.to_string(),
                "by": event.actor, "hash": event.hash })
    });
    let may = view.may.iter().map(|act| json!({ "act": act.id, "name": act.name, "by": act.by }));
    let must = view.must.iter().map(|owed| {
        let acts: Vec<&str> = owed.must.iter().map(|(id, _)| id.as_str()).collect();
        json!({ "acts": acts, "by": owed.last_day.map(|day| day.to_string()), "article": owed.cited,
                "unverified": owed.unverified, "days_left": owed.days_left, "overdue": owed.is_overdue,
                "counted": owed.counted })
    });
    let must_not = view.must_not.iter().map(
        |barred| json!({ "act": barred.id, "why": barred.why, "article": barred.cited, "help": barred.help }),
    );
    let links = view.links.iter().map(|link| {
        json!({ "from": link.is_from, "event": link.number, "case": link.case, "number": link.case_number,
                "procedure": link.procedure, "organ": link.organ, "taken_back": link.is_taken_back })
    });
    json!({
        "links": links.collect::<Vec<_>>(),
        "case": view.id, "number": view.number, "procedure": view.procedure_id, "title": view.title,
        "phase": view.phase, "version": view.version, "as_of": view.as_of.map(|day| day.to_string()),
        "opened_on": view.opened_on.to_string(),
        "closed_on": view.closed_on.map(|day| day.to_string()),
        "done": done.collect::<Vec<_>>(), "may": may.collect::<Vec<_>>(),
        "must": must.collect::<Vec<_>>(), "must_not": must_not.collect::<Vec<_>>(),
    })
}

fn print_case(view: &CaseView) {
    if let Some(day) = view.as_of {
        output::say(&format!("以下是截至{}所知的情况，不是现在的；不能据此办理。", day.chinese()));
    }
    output::say(&format!("{}　{}　{}　阶段：{}", view.number, view.procedure, view.title, view.phase));
    for link in &view.links {
        let way = if link.is_from { "由此移来" } else { "已移送" };
        let back = if link.is_taken_back { "　已经更正或者撤回" } else { "" };
        let (organ, name, number) = (&link.organ, &link.procedure, &link.case_number);
        output::say(&format!("{way}：{organ}　{name}　{number}　第{}号事项{back}", link.number));
    }
    output::say("应当办：");
    for owed in &view.must {
        let names: Vec<&str> = owed.must.iter().map(|(_, name)| name.as_str()).collect();
        let by =
            owed.last_day.map_or("没有最后一日".to_owned(), |day| format!("最后一日{}", day.chinese()));
        output::say(&format!("  {}　{by}　{}", names.join("或者"), owed.cited));
    }
    output::say("可以办：");
    for act in &view.may {
        output::say(&format!("  {}（{}）　由{}办", act.name, act.id, act.by.join("、")));
    }
    output::say("不得办：");
    for barred in &view.must_not {
        output::say(&format!("  {}：{}　{}", barred.name, barred.why, barred.cited));
    }
}
