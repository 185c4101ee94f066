//! `yifa documents web`: what documents cite, who cites them, what must be looked at when something changes.

mod answer;
mod head;

use std::path::PathBuf;
use std::process::ExitCode;

use ::citations::{Change, How, Target, Web};
use base::{Diagnostic, closest};
use calendar::Day;
use clap::{Args, Subcommand, ValueEnum};
use law::Article;

use crate::audit::laws;
use crate::output::{self, FALLS_SHORT, WRONG_INPUT};
use crate::platform::{failed, open_to_read};
use crate::{Common, TEMPLATE};

#[derive(Args)]
pub struct DocumentsArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 引用网：读入一个文件夹的文件或者平台的文件库，回答谁引用什么、变动时要看哪些文件
    #[command(help_template = TEMPLATE)]
    Web(WebArgs),
}

/// How something changes, as the call writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Way {
    Changed,
    Repealed,
    Lapsed,
}

#[derive(Args)]
struct WebArgs {
    /// 文件所在的文件夹：txt、md、html、docx、pdf，旁边的documents.tsv写明文号、标题、机关、施行日、截止日、效力；
    /// 不写的，读平台的文件库（--data 所指的数据）
    #[arg(value_name = "文件夹")]
    folder: Option<PathBuf>,
    /// 这个文件引用了什么
    #[arg(long, value_name = "名称", group = "question")]
    cites: Option<String>,
    /// 谁引用这部法律或者这个文件：标识、标题或者文号；法律库和文件夹里没有的，按写的标题或者文号找
    #[arg(long, value_name = "名称", group = "question")]
    cited_by: Option<String>,
    /// 这部法律或者这个文件变动时，要看哪些文件；同时写--on
    #[arg(long, value_name = "名称", group = "question", requires = "on")]
    changed: Option<String>,
    /// 只变动这一条，如30、30.1
    #[arg(long, value_name = "条", requires = "changed")]
    article: Option<String>,
    /// 怎样变动：changed修改、repealed废止、lapsed失效；不写则按法律库、文件目录推定
    #[arg(long, value_enum, value_name = "方式", requires = "changed", hide_possible_values = true)]
    how: Option<Way>,
    /// 这一季度有变动的法律和文件，各要看哪些文件，如2024Q3
    #[arg(long, value_name = "季度", group = "question")]
    quarter: Option<String>,
    /// 现行文件引用的、到--on之日已经不再有效的；有则返回1
    #[arg(long, group = "question", requires = "on")]
    stale: bool,
    /// 哪一天，如2025-01-01
    #[arg(long, value_name = "日期")]
    on: Option<String>,
}

/// What is asked of the web.
enum Question {
    Overview,
    Cites(usize),
    CitedBy(Target),
    /// What neither the laws nor the documents know, as it is written.
    CitedInVain(String),
    Changed(Change),
    Between(Day, Day),
    Stale(Day),
}

pub fn run(common: &Common, args: &DocumentsArgs) -> ExitCode {
    let Command::Web(args) = &args.command;
    let Some(folder) = &args.folder else {
        return of_store(common, args).unwrap_or_else(|status| status);
    };
    let library = match laws(common) {
        Ok(library) => library.unwrap_or_default(),
        Err(found) => return output::fail(&found, WRONG_INPUT),
    };
    let (documents, faults) = match head::read(folder) {
        Ok(read) => read,
        Err(fault) => return output::fail(&[fault], WRONG_INPUT),
    };
    let web = Web::of(&library, documents);
    let question = match question(&web, args) {
        Ok(question) => question,
        Err(fault) => return output::fail(&[*fault], WRONG_INPUT),
    };
    let found = answer::print(common.format, &web, &question, false);
    if !faults.is_empty() {
        return output::fail(&faults, WRONG_INPUT);
    }
    let falls_short = found > 0 && matches!(question, Question::Stale(_));
    if falls_short { ExitCode::from(FALLS_SHORT) } else { ExitCode::SUCCESS }
}

/// The same over the library of the platform.
fn of_store(common: &Common, args: &WebArgs) -> Result<ExitCode, ExitCode> {
    let platform = open_to_read(common)?;
    let asked = platform.with_web(|web| {
        let question = question(web, args)?;
        let found = answer::print(common.format, web, &question, true);
        Ok::<_, Box<Diagnostic>>(found > 0 && matches!(question, Question::Stale(_)))
    });
    let falls_short =
        asked.map_err(|fault| failed(&fault))?.map_err(|fault| output::fail(&[*fault], WRONG_INPUT))?;
    Ok(if falls_short { ExitCode::from(FALLS_SHORT) } else { ExitCode::SUCCESS })
}

fn question(web: &Web<'_>, args: &WebArgs) -> Result<Question, Box<Diagnostic>> {
    let on = args.on.as_deref().map(Day::parse).transpose()?;
    if let Some(name) = &args.cites {
        return match named(web, name)? {
            Target::Document(at) => Ok(Question::Cites(at)),
            Target::Law(_) => Err(Box::new(
                Diagnostic::error("unknown_document", format!("“{name}”是法律，不是文件夹里的文件"))
                    .help("写文件的标题、文号或者文件名；谁引用这部法律，用--cited-by。"),
            )),
        };
    }
    if let Some(name) = &args.cited_by {
        let is_written = web.find(name).is_empty() && web.cited_in_vain(name).next().is_some();
        return if is_written {
            Ok(Question::CitedInVain(name.clone()))
        } else {
            Ok(Question::CitedBy(named(web, name)?))
        };
    }
    if let Some(quarter) = &args.quarter {
        let (from, to) = days_of(quarter)?;
        return Ok(Question::Between(from, to));
    }
    let Some(on) = on else { return Ok(Question::Overview) };
    if let Some(name) = &args.changed {
        let target = named(web, name)?;
        let article = args.article.as_deref().map(Article::parse).transpose()?;
        let how = args.how.map_or_else(|| likely(web, target, on), How::from);
        return Ok(Question::Changed(Change { target, article, how, on }));
    }
    if args.stale { Ok(Question::Stale(on)) } else { Ok(Question::Overview) }
}

impl From<Way> for How {
    fn from(way: Way) -> Self {
        match way {
            Way::Changed => Self::Changed,
            Way::Repealed => Self::Repealed,
            Way::Lapsed => Self::Lapsed,
        }
    }
}

/// How something changes on a day where the call does not say: what is over by then was repealed or has lapsed.
fn likely(web: &Web<'_>, target: Target, on: Day) -> How {
    match target {
        _ if !web.has_ended(target, on) => How::Changed,
        Target::Document(at) if web.documents().get(at).is_some_and(lapses) => How::Lapsed,
        _ => How::Repealed,
    }
}

fn lapses(document: &::citations::Document) -> bool {
    document.state != ::citations::State::Repealed
}

/// The one law or document of a name.
fn named(web: &Web<'_>, name: &str) -> Result<Target, Box<Diagnostic>> {
    let found = web.find(name);
    match found.as_slice() {
        [one] => Ok(*one),
        [] => {
            let laws = web.library().laws().iter().map(law::Law::name);
            let titles = web.documents().iter().flat_map(|one| [one.title.as_str(), one.id.as_str()]);
            let help = closest(name, laws.chain(titles)).map_or_else(
                || "写法律的标识或者标题，文件的标题、文号或者文件名。".to_owned(),
                |near| format!("是不是“{near}”？"),
            );
            let message = format!("法律库和文件夹里都没有“{name}”");
            Err(Box::new(Diagnostic::error("unknown_document", message).help(help)))
        }
        several => {
            let files = several.iter().filter_map(|target| match target {
                Target::Document(at) => web.documents().get(*at).map(|one| one.id.as_str()),
                Target::Law(_) => None,
            });
            let message = format!("“{name}”有{}个：{}", several.len(), files.collect::<Vec<_>>().join("、"));
            Err(Box::new(
                Diagnostic::error("several_documents", message).help("写其中一个的文件名或者文号。"),
            ))
        }
    }
}

/// The first and the last day of a quarter such as 2024Q3.
fn days_of(quarter: &str) -> Result<(Day, Day), Box<Diagnostic>> {
    let parts = quarter.split_once(['Q', 'q']);
    let read = parts.and_then(|(year, number)| {
        let (year, number) = (year.parse().ok()?, number.parse::<u8>().ok()?);
        let first = (1..=4).contains(&number).then(|| Day::from_ymd(year, number * 3 - 2, 1))??;
        Some((first, first.plus_months(3).previous()))
    });
    read.ok_or_else(|| {
        let message = format!("季度“{quarter}”的写法不对");
        Box::new(Diagnostic::error("quarter_format", message).help("请写成“2024Q3”（2024年第三季度）"))
    })
}
