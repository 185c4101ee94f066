//! What is wrong with a call, in Chinese: the parser's own messages are English.

use std::process::ExitCode;

use base::Diagnostic;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::output::{self, WRONG_INPUT};

/// Prints help or the version as they are, and every mistake of the call as a finding.
pub fn end(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            output::say(in_chinese(&error.to_string()).trim_end());
            ExitCode::SUCCESS
        }
        _ => output::fail(&[finding(error)], WRONG_INPUT),
    }
}

/// The few words of the help that the parser writes itself.
fn in_chinese(help: &str) -> String {
    let words = [
        ("\nOptions:", "\n选项:"),
        ("\nArguments:", "\n参数:"),
        ("\nCommands:", "\n命令:"),
        ("\nUsage: ", "\n用法："),
        ("[OPTIONS]", "[选项]"),
        ("[COMMAND]", "[命令]"),
        ("<COMMAND>", "<命令>"),
        ("[default: ", "[默认："),
        ("[possible values: ", "[可选："),
    ];
    words.iter().fold(help.to_owned(), |help, (own, chinese)| help.replace(own, chinese))
}

fn finding(error: &clap::Error) -> Diagnostic {
    let text = |kind| error.get(kind).map(written).unwrap_or_default();
    let (argument, value) = (text(ContextKind::InvalidArg), text(ContextKind::InvalidValue));
    let near = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue]
        .into_iter()
        .map(text)
        .find(|near| !near.is_empty());
    let message = match error.kind() {
        ErrorKind::InvalidSubcommand => format!("没有“{}”这个命令", text(ContextKind::InvalidSubcommand)),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "没有写命令".to_owned()
        }
        ErrorKind::UnknownArgument => format!("不认识“{argument}”"),
        ErrorKind::InvalidValue if value.is_empty() => format!("“{argument}”后面没有写值"),
        ErrorKind::InvalidValue => format!("“{argument}”不能是“{value}”"),
        ErrorKind::MissingRequiredArgument => format!("缺少：{argument}"),
        ErrorKind::ArgumentConflict => format!("“{argument}”不能与“{}”同用", text(ContextKind::PriorArg)),
        ErrorKind::NoEquals | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("“{argument}”的值的个数不对")
        }
        ErrorKind::TooManyValues => format!("“{argument}”多了一个值“{value}”"),
        ErrorKind::InvalidUtf8 => "参数不是UTF-8编码的文字".to_owned(),
        _ => format!("“{argument}”的写法不对：{value}"),
    };
    let valid = text(ContextKind::ValidValue);
    let help = match near {
        Some(near) => format!("是不是想写“{near}”？"),
        None if !valid.is_empty() => format!("可用：{valid}"),
        None => "用 --help 查看用法".to_owned(),
    };
    Diagnostic::error("usage", message).help(help)
}

fn written(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join("、"),
        ContextValue::Number(number) => number.to_string(),
        ContextValue::StyledStr(text) => text.to_string(),
        ContextValue::StyledStrs(texts) => {
            texts.iter().map(ToString::to_string).collect::<Vec<_>>().join("、")
        }
        _ => String::new(),
    }
}
