//! `yifa screen`: reads a draft and marks the clauses that raise a question of statute.

use std::path::PathBuf;
use std::process::ExitCode;

use ::audit::screening::{Screen, screen};
use audit_report::{Screened, Spot};
use base::Diagnostic;
use clap::{Args, ValueEnum};
use law::{Library, Rank};
use reading::Reading;
use serde_json::{Value, json};

use crate::Common;
use crate::audit::{laws, read};
use crate::output::{self, FALLS_SHORT, Format, MACHINE, WRONG_INPUT};

/// What the draft is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Draft {
    NormativeDocument,
    LocalRule,
    DepartmentRule,
    LocalRegulation,
}

impl Draft {
    fn rank(self) -> Rank {
        match self {
            Self::NormativeDocument => Rank::NormativeDocument,
            Self::LocalRule => Rank::LocalRule,
            Self::DepartmentRule => Rank::DepartmentRule,
            Self::LocalRegulation => Rank::LocalRegulation,
        }
    }
}

#[derive(Args)]
pub struct ScreenArgs {
    /// 要审查的草案：txt、md、html、docx、pdf；“-”为标准输入
    #[arg(value_name = "文件", required_unless_present = "rules")]
    files: Vec<PathBuf>,
    /// 草案是什么：normative_document规范性文件（默认）、local_rule地方政府规章、department_rule部门规章、local_regulation地方性法规
    #[arg(long, value_enum, value_name = "位阶", default_value = "normative_document")]
    #[arg(hide_possible_values = true, hide_default_value = true)]
    rank: Draft,
    /// 也看起草技术：序号、引用、用语、施行日期和废止的写法
    #[arg(long)]
    drafting: bool,
    /// 列出规则、依据和要问的话
    #[arg(long, conflicts_with = "files")]
    rules: bool,
}

pub fn run(common: &Common, args: &ScreenArgs) -> ExitCode {
    let loaded = audit_report::load_screen(audit_report::RULES).and_then(|mut rules| {
        if args.drafting {
            rules.join(audit_report::load_drafting(audit_report::DRAFTING)?);
        }
        Ok(rules)
    });
    let rules = match loaded {
        Ok(rules) => rules,
        Err(found) => return output::fail(&found, MACHINE),
    };
    let library = match laws(common) {
        Ok(library) => library.unwrap_or_default(),
        Err(found) => return output::fail(&found, WRONG_INPUT),
    };
    let unknown = audit_report::unknown_basis(&rules, &library);
    if !unknown.is_empty() {
        return output::fail(&unknown, WRONG_INPUT);
    }
    if args.rules {
        list(common, &rules, &library);
        return ExitCode::SUCCESS;
    }
    let (mut readings, mut faults): (Vec<(String, Reading)>, Vec<Diagnostic>) = (Vec::new(), Vec::new());
    for path in &args.files {
        let is_input = path.as_os_str() == "-";
        let name = if is_input { "标准输入".to_owned() } else { path.display().to_string() };
        match read(path) {
            Ok(reading) => readings.push((name, reading)),
            Err(found) => faults.extend(found),
        }
    }
    let marked = print(common, args.rank.rank(), &rules, &library, &readings);
    if !faults.is_empty() {
        return output::fail(&faults, WRONG_INPUT);
    }
    if marked == 0 { ExitCode::SUCCESS } else { ExitCode::from(FALLS_SHORT) }
}

/// Screens and prints all files; how many questions there are.
fn print(
    common: &Common,
    rank: Rank,
    rules: &Screen,
    library: &Library,
    files: &[(String, Reading)],
) -> usize {
    let mut marked = 0;
    let mut answers: Vec<Value> = Vec::new();
    for (name, reading) in files {
        let questions = screen(&reading.text, rules, rank);
        marked += questions.len();
        let notes: Vec<String> = reading.not_read().into_iter().collect();
        let place = |index: usize| {
            let place = reading.place(index);
            Spot { page: place.page, line: place.line, column: place.column }
        };
        let shown = Screened {
            file: name,
            text: &reading.text,
            rank,
            screen: rules,
            questions: &questions,
            library,
            notes: &notes,
            place: &place,
        };
        match common.format {
            Format::Json => answers.push(audit_report::screening_json(&shown)),
            Format::Text => output::say(audit_report::screening_text(&shown).trim_end()),
        }
    }
    if common.format == Format::Json {
        output::json(json!({ "files": answers }));
    }
    marked
}

fn list(common: &Common, rules: &Screen, library: &Library) {
    match common.format {
        Format::Json => output::json(audit_report::screening_rules_json(rules, library)),
        Format::Text => output::say(audit_report::screening_rules(rules, library).trim_end()),
    }
}
