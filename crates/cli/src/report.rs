//! `yifa report`: yearly reports from the figures; sealed, so that anyone can check it later.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use app::{AnnualReport, Face, Forms, Platform, RootRequest, Unsealed, ask_server, unseal};
use base::Diagnostic;
use calendar::Day;
use clap::{Args, Subcommand, ValueEnum};
use documents::{Document, Faces, NoFaces};
use serde_json::{Value, json};

use crate::compare::{self, CompareArgs};
use crate::double_publication::{self, DoubleArgs};
use crate::output::{self, FALLS_SHORT, Format, MACHINE, WRONG_INPUT};
use crate::platform::{failed, open_or_beside, open_to_read, wrong};
use crate::year_tables::{self, TableArgs};
use crate::{Common, data, proof};

#[derive(Args)]
pub struct ReportArgs {
    #[command(subcommand)]
    command: ReportCommand,
}

#[derive(Subcommand)]
enum ReportCommand {
    /// 生成一个机关一年的年度报告
    Build(BuildArgs),
    /// 生成封存包：报告的各种文本、指标及其记录的证明，日后任何人都可以用 yifa verify --bundle 核验
    Bundle(BundleArgs),
    /// 比较指标：一个地方的各年，几个地方并列；写明分母，不可比的说明原因
    Compare(CompareArgs),
    /// 年度行政执法统计表：许可、处罚、强制、其他；每个机关一行
    Table(TableArgs),
    /// 双公示：一段时间作出的处罚、许可决定，按国家标准的栏目；写明缺什么、是否及时公示
    DoublePublication(DoubleArgs),
}

#[derive(Args)]
struct Which {
    /// 机关的标识
    #[arg(long, value_name = "机关")]
    organ: String,
    /// 报告年度
    #[arg(long, value_name = "年度")]
    year: i32,
    /// 哪一种报告：起草它的程序的标识，如 disclosure_report；默认为按实施方案体系写的法治政府建设年度报告
    #[arg(long, value_name = "程序")]
    kind: Option<String>,
    /// 只算到这一天为止已经登记的，默认为今天
    #[arg(long, value_name = "日期")]
    as_of: Option<String>,
}

#[derive(Args)]
struct Layout {
    /// 发文字号；写明的，印红色的发文机关标志
    #[arg(long, value_name = "字号")]
    number: Option<String>,
    /// 成文日期；写明的，在文后署名
    #[arg(long, value_name = "日期")]
    dated: Option<String>,
    /// 门户的地址；写明的，附件中的数值链接到办理记录
    #[arg(long, value_name = "地址")]
    site: Option<String>,
    /// 字体所在的文件夹，默认为系统的；没有公文字体的，用思源宋体、思源黑体代替并说明
    #[arg(long, value_name = "文件夹")]
    fonts: Option<PathBuf>,
}

#[derive(Args)]
struct BuildArgs {
    #[command(flatten)]
    which: Which,
    /// 写成什么：md、json、html、docx、pdf；后三种按公文格式（GB/T 9704）排版
    #[arg(long, value_enum, default_value = "md", value_name = "格式")]
    to: To,
    #[command(flatten)]
    layout: Layout,
    /// 写到哪个文件，默认为标准输出；docx和pdf必须写明
    #[arg(long, value_name = "文件", required_if_eq_any = [("to", "docx"), ("to", "pdf")])]
    out: Option<PathBuf>,
}

#[derive(Args)]
struct BundleArgs {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    layout: Layout,
    /// 写到哪个文件
    #[arg(long, value_name = "文件")]
    out: PathBuf,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum To {
    Md,
    Json,
    Html,
    Docx,
    Pdf,
}

pub fn run(common: &Common, args: &ReportArgs) -> ExitCode {
    let done = match &args.command {
        ReportCommand::Build(args) => build(common, args),
        ReportCommand::Bundle(args) => bundle(common, args),
        ReportCommand::Compare(args) => compare::run(common, args),
        ReportCommand::Table(args) => year_tables::run(common, args),
        ReportCommand::DoublePublication(args) => double_publication::run(common, args),
    };
    done.unwrap_or_else(|status| status)
}

fn day(text: &str) -> Result<Day, ExitCode> {
    Day::parse(text).map_err(|fault| output::fail(&[*fault], WRONG_INPUT))
}

fn report(common: &Common, platform: &Platform, which: &Which) -> Result<AnnualReport, ExitCode> {
    let as_of = match &which.as_of {
        Some(text) => day(text)?,
        None => platform.today(),
    };
    let files = crate::check::files(common, None).map_err(|fault| output::fail(&[fault], WRONG_INPUT))?;
    let (plans, found) = packs::plans::read(&data::sources(&files, "plans"));
    let plans = plans.ok_or_else(|| output::fail(&found, WRONG_INPUT))?;
    platform
        .report(&plans, which.kind.as_deref(), &which.organ, which.year, as_of)
        .map_err(|fault| failed(&fault))
}

impl Layout {
    fn document(&self, report: &AnnualReport) -> Result<Document, ExitCode> {
        let dated = self.dated.as_deref().map(day).transpose()?;
        Ok(report.to_document(&Face {
            number: self.number.clone(),
            dated: dated.map(Day::chinese),
            site: self.site.as_ref().map(|site| site.trim_end_matches('/').to_owned()),
        }))
    }

    fn faces(&self) -> Result<Faces, NoFaces> {
        Faces::find(self.fonts.as_deref())
    }
}

fn build(common: &Common, args: &BuildArgs) -> Result<ExitCode, ExitCode> {
    let platform = open_to_read(common)?;
    let report = report(common, &platform, &args.which)?;
    let bytes = match args.to {
        To::Md => report.to_markdown().into_bytes(),
        To::Json => json_of(&report).into_bytes(),
        To::Html => documents::to_html(&args.layout.document(&report)?).into_bytes(),
        To::Docx => documents::to_docx(&args.layout.document(&report)?),
        To::Pdf => pdf(&args.layout, &report)?,
    };
    match &args.out {
        None => output::say(String::from_utf8_lossy(&bytes).trim_end()),
        Some(path) => {
            write(path, &bytes)?;
            output::say(&format!("已写到{}。", path.display()));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn json_of(report: &AnnualReport) -> String {
    let mut value = report.to_json();
    if let Some(object) = value.as_object_mut() {
        object.insert("format_version".to_owned(), output::FORMAT_VERSION.into());
    }
    serde_json::to_string_pretty(&value).unwrap_or_default()
}

fn pdf(layout: &Layout, report: &AnnualReport) -> Result<Vec<u8>, ExitCode> {
    let help = "用 --fonts 指明有中文字体的文件夹，或者安装思源宋体、思源黑体（Debian 的 fonts-noto-cjk）；DOCX和HTML不需要字体。";
    let faces = layout.faces().map_err(|none| wrong(none.to_string(), help))?;
    let document = layout.document(report)?;
    let forms = Forms::of(document, Ok(&faces)).map_err(|fault| failed(&fault))?;
    forms.remarks.iter().for_each(|remark| output::say(remark));
    let found = forms.files.into_iter().find(|(name, _)| name == "report.pdf");
    found.map(|(_, bytes)| bytes).ok_or(ExitCode::from(MACHINE))
}

pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), ExitCode> {
    std::fs::write(path, bytes).map_err(|fault| {
        let one =
            Diagnostic::error("unwritable", format!("写不了{}：{}", path.display(), output::why(&fault)));
        output::fail(&[one.help("核对路径和权限。")], MACHINE)
    })
}

fn bundle(common: &Common, args: &BundleArgs) -> Result<ExitCode, ExitCode> {
    let (platform, is_beside) = open_or_beside(common)?;
    // A root made now covers all that the report counts.
    let request = RootRequest::Make;
    let made =
        if is_beside { ask_server(platform.store().dir(), &request) } else { platform.carry_out(&request) };
    made.map_err(|fault| failed(&fault))?;
    let report = report(common, &platform, &args.which)?;
    let document = args.layout.document(&report)?;
    let faces = args.layout.faces();
    let forms = Forms::of(document, faces.as_ref()).map_err(|fault| failed(&fault))?;
    let bytes = platform.bundle(&report, &forms).map_err(|fault| failed(&fault))?;
    write(&args.out, &bytes)?;
    forms.remarks.iter().for_each(|remark| output::say(remark));
    let read = unseal(&bytes, None);
    output::say(&format!(
        "已写到{}：{}个文件，{}项指标，{}条记录。",
        args.out.display(),
        read.files.len(),
        read.figures,
        read.events
    ));
    Ok(ExitCode::SUCCESS)
}

/// Checks a bundle by itself: no store, no network.
pub fn verify(common: &Common, path: &Path, keys: &[String]) -> Result<ExitCode, ExitCode> {
    let trusted = proof::trusted(keys)?;
    let bytes = std::fs::read(path).map_err(|fault| {
        wrong(format!("读不了{}：{}", path.display(), output::why(&fault)), "核对路径和权限。")
    })?;
    let read = unseal(&bytes, trusted.as_deref());
    let help = "请不要采信这份封存包；从原处重新取得再核对，仍然不符的，保留文件并向机关反映。";
    let fault = |text: &String| Diagnostic::error("bundle", format!("{}：{text}", path.display())).help(help);
    let found: Vec<Diagnostic> = read.faults.iter().map(fault).collect();
    if common.format == Format::Json {
        output::json(json!({
            "holds": found.is_empty(),
            "key_checked": trusted.is_some(),
            "title": read.title,
            "files": read.files,
            "figures": read.figures,
            "events": read.events,
            "root": read.root.as_ref().map(app::SignedRoot::json),
            "faults": found.iter().map(output::finding).collect::<Vec<Value>>(),
        }));
    } else {
        told(&read, &found, trusted.is_some());
    }
    Ok(if found.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(FALLS_SHORT) })
}

fn told(read: &Unsealed, found: &[Diagnostic], is_key_checked: bool) {
    found.iter().for_each(|one| output::say(&one.to_string()));
    if !found.is_empty() {
        output::say("核验不通过。");
        return;
    }
    let many = read.files.len();
    match read.papers {
        Some(papers) => {
            output::say(&format!("案卷{}（{}制作）", read.title, read.as_of));
            output::say(&format!("文件{many}个，与清单所记一致，清单有封签。"));
            output::say(&format!(
                "事项{}项，都在下面的根覆盖的日志里；材料{papers}件，都是登记时的原件。",
                read.events
            ));
        }
        None => {
            output::say(&format!("《{}》（截至{}登记的记录）", read.title, read.as_of));
            output::say(&format!("文件{many}个，与清单所记一致，清单有封签。"));
            output::say(&format!(
                "指标{}项，都由所列的记录得来；{}条记录都在下面的根覆盖的日志里。",
                read.figures - read.told,
                read.events
            ));
            if read.told > 0 {
                output::say(&format!(
                    "另有{}项由名册、清单算得，不在日志里，只能证明报告就是这样写的。",
                    read.told
                ));
            }
        }
    }
    if let Some(root) = &read.root {
        proof::print_root(root);
    }
    output::say("SM2和Ed25519签名都相符。核验通过。");
    if !is_key_checked {
        output::say("没有指定公钥：请把上面的指纹与机关公布的比对，或者用 --key 指定后再核验。");
    }
}
