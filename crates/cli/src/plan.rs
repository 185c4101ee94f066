//! `yifa plan`: a plan's text read into measures; the plan itself; what carries each concrete system and measure.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use base::{Diagnostic, Severity};
use clap::{Args, Subcommand};
use packs::plans::Plans;
use plan::coverage::{CarriedBy, Shown};
use plan::import::{ReadHead, ReadMeasure};
use plan::{Bound, Coverage, Due, Imported, Measure, MeasureRef, Part, Plan, Target};
use serde_json::{Value, json};

use crate::check::files;
use crate::output::{self, FALLS_SHORT, Format, WRONG_INPUT};
use crate::{Common, data, tsv};

#[derive(Args)]
pub struct PlanArgs {
    #[command(subcommand)]
    command: Command,
}

const TEMPLATE: &str = "{about}\n\n用法：{usage}\n\n{all-args}";

#[derive(Subcommand)]
enum Command {
    /// 读入方案文本，分出体系、目和措施
    #[command(help_template = TEMPLATE)]
    Import {
        /// 方案：txt、md、html、docx、pdf；“-”为标准输入
        #[arg(value_name = "文件")]
        file: PathBuf,
    },
    /// 查看方案的体系和措施
    #[command(help_template = TEMPLATE)]
    Show,
    /// 查看每项系统、每条措施由什么承载
    #[command(help_template = TEMPLATE)]
    Coverage,
}

pub fn run(common: &Common, args: &PlanArgs) -> ExitCode {
    match &args.command {
        Command::Import { file } => import(common.format, file),
        Command::Show => with_plan(common, |plans, plan, coverage| match common.format {
            Format::Json => print_json(plans, plan, coverage),
            Format::Text => show(plan),
        }),
        Command::Coverage => with_plan(common, |plans, plan, coverage| match common.format {
            Format::Json => print_json(plans, plan, coverage),
            Format::Text => show_coverage(plans, plan, coverage),
        }),
    }
}

fn with_plan(common: &Common, print: impl FnOnce(&Plans, &Plan, &Coverage)) -> ExitCode {
    let read = files(common, None).map_err(|fault| vec![fault]).and_then(|files| {
        let (plans, mut found) = packs::plans::read(&data::sources(&files, "plans"));
        found.retain(Diagnostic::is_error);
        let plans = plans.ok_or(found)?;
        let rules = packs::load(&files)?;
        let shown = packs::shown(&files, &rules);
        Ok((plans, packs::plans::carriers(&rules), shown))
    });
    let (plans, carriers, shown) = match read {
        Ok(read) => read,
        Err(found) => return output::fail(&found, WRONG_INPUT),
    };
    let Some(plan) = plans.plan() else {
        let message = format!("没有方案“{}”", plans.catalogue.plan);
        return output::fail(&[Diagnostic::error("unknown_plan", message)], WRONG_INPUT);
    };
    let coverage = plan::coverage(plan, &plans.catalogue, &carriers, &shown);
    print(&plans, plan, &coverage);
    if coverage.findings.is_empty() {
        return ExitCode::SUCCESS;
    }
    output::fail(&coverage.findings, FALLS_SHORT)
}

fn import(format: Format, file: &Path) -> ExitCode {
    let name = tsv::name_of(file);
    let read = tsv::read_bytes(file).and_then(|bytes| {
        let read = reading::read(&name, &bytes);
        read.map_err(|why| Diagnostic::error("unreadable", format!("读不了{name}：{why}")))
    });
    let made = match read {
        Ok(read) => plan::import(read.text.source()),
        Err(fault) => return output::fail(&[fault], WRONG_INPUT),
    };
    match format {
        Format::Json => print_imported(&made, &name),
        Format::Text => say_imported(&made, &name),
    }
    let nothing = made.notes.iter().any(|note| note.severity == Severity::Error);
    if nothing { ExitCode::from(WRONG_INPUT) } else { ExitCode::SUCCESS }
}

fn print_imported(made: &Imported, name: &str) {
    let systems = made.systems.iter().map(|one| {
        let mine = made.measures.iter().filter(|measure| measure.system == Some(one.number));
        json!({ "id": one.number, "written": one.written, "name": one.title, "goal": one.goal, "line": one.line,
            "measures": mine.map(|measure| measure.number).collect::<Vec<_>>() })
    });
    let notes = made.notes.iter().map(|note| {
        json!({ "code": note.code, "severity": note.severity.id(), "first_line": note.first_line,
            "last_line": note.last_line, "message": note.message })
    });
    output::json(json!({
        "file": name,
        "title": made.title,
        "document": made.document,
        "systems": systems.collect::<Vec<_>>(),
        "heads": made.heads.iter().map(read_head).collect::<Vec<_>>(),
        "measures": made.measures.iter().map(read_measure).collect::<Vec<_>>(),
        "organisation_heads": made.organisation_heads.iter().map(read_head).collect::<Vec<_>>(),
        "organisation": made.organisation.iter().map(read_measure).collect::<Vec<_>>(),
        "notes": notes.collect::<Vec<_>>(),
    }));
}

fn read_head(head: &ReadHead) -> Value {
    json!({ "number": head.number, "written": head.written, "system": head.system, "title": head.title,
        "line": head.line })
}

fn read_measure(measure: &ReadMeasure) -> Value {
    json!({ "number": measure.number, "written": measure.written, "system": measure.system, "head": measure.head,
        "title": measure.title, "text": measure.text, "line": measure.line })
}

fn say_imported(made: &Imported, name: &str) {
    if let Some(title) = &made.title {
        let document = made.document.as_ref().map_or(String::new(), |number| format!("（{number}）"));
        output::say(&format!("{title}{document}"));
    }
    for system in &made.systems {
        output::say(&format!("\n{} {}", system.number, system.title));
        for measure in made.measures.iter().filter(|measure| measure.system == Some(system.number)) {
            output::say(&format!("  （{}）{}", measure.number, measure.title));
        }
    }
    for measure in made.measures.iter().filter(|measure| measure.system.is_none()) {
        output::say(&format!("  （{}）{}", measure.number, measure.title));
    }
    if !made.organisation.is_empty() {
        output::say("\n组织保障");
    }
    for measure in &made.organisation {
        output::say(&format!("  （{}）{}", measure.number, measure.title));
    }
    let notes: Vec<_> = made.notes.iter().map(|note| note.diagnostic(name)).collect();
    output::fail(&notes, 0);
}

fn show(plan: &Plan) {
    output::say(&format!("{}（{}），{}印发", plan.name, plan.document, plan.issued_on.chinese()));
    output::say(&format!("{}，{}年至{}年", plan.issued_by, plan.first_year, plan.last_year));
    for system in &plan.systems {
        output::say(&format!("\n{} {}", system.number, system.name));
        let own = |measure: &&Measure| measure.part == Part::System(system.number);
        plan.measures.iter().filter(own).for_each(say_measure);
    }
    output::say("\n组织保障");
    plan.organisation.iter().for_each(say_measure);
}

fn say_measure(measure: &Measure) {
    output::say(&format!("  {} {}：{}", measure.reference, measure.title, measure.duty));
}

fn show_coverage(plans: &Plans, plan: &Plan, coverage: &Coverage) {
    output::say("措施");
    for covered in &coverage.measures {
        let title = plan.measure(covered.id).map_or("", |measure| measure.title.as_str());
        output::say(&format!("  {} {title}：{}", covered.id, carried(&covered.carried_by)));
    }
    output::say("\n系统");
    for covered in &coverage.systems {
        let name = plans.catalogue.mechanism(&covered.id).map_or("", |one| one.name.as_str());
        let shown = match covered.shown_by.len() {
            0 => String::new(),
            many => format!("（案例{many}个）"),
        };
        output::say(&format!("  {} {name}：{}{shown}", covered.id, carried(&covered.carried_by)));
    }
    output::say(&format!(
        "\n措施{}条，有承载的{}条；系统{}项，有承载的{}项，有案例为证的{}项。",
        coverage.measures.len(),
        coverage.measures_carried(),
        coverage.systems.len(),
        coverage.systems_carried(),
        coverage.systems_shown(),
    ));
}

fn carried(by: &[CarriedBy]) -> String {
    if by.is_empty() {
        return "尚无承载".to_owned();
    }
    let one = |by: &CarriedBy| format!("{} {}", by.kind.label(), by.id);
    by.iter().map(one).collect::<Vec<_>>().join("，")
}

fn print_json(plans: &Plans, plan: &Plan, coverage: &Coverage) {
    let parts = plan.systems.iter().map(|one| {
        let mine = plan.measures.iter().filter(|measure| measure.part == Part::System(one.number));
        json!({ "number": one.number, "name": one.name, "folder": one.folder,
            "measures": mine.map(|measure| reference(measure.reference)).collect::<Vec<_>>() })
    });
    let heads = plan.heads.iter().chain(&plan.organisation_heads);
    let heads =
        heads.map(|head| json!({ "number": head.number, "part": part(head.part), "title": head.title }));
    let systems = coverage.systems.iter().map(|covered| {
        let one = plans.catalogue.mechanism(&covered.id);
        json!({
            "id": covered.id,
            "name": one.map(|one| &one.name),
            "system": one.map(|one| part(one.part)),
            "kind": one.map(|one| one.kind.id()),
            "tier": one.map(|one| one.tier.id()),
            "measures": one.map_or_else(Vec::new, |one| one.measures.iter().map(|at| reference(*at)).collect()),
            "carried_by": covered.carried_by.iter().map(carrier).collect::<Vec<_>>(),
            "shown_by": covered.shown_by.iter().map(case).collect::<Vec<_>>(),
        })
    });
    let measures = coverage.measures.iter().filter_map(|covered| {
        let measure = plan.measure(covered.id)?;
        Some(json!({
            "number": reference(measure.reference),
            "system": part(measure.part),
            "head": measure.head,
            "title": measure.title,
            "duty": measure.duty,
            "targets": measure.targets.iter().map(target).collect::<Vec<_>>(),
            "carried_by": covered.carried_by.iter().map(carrier).collect::<Vec<_>>(),
        }))
    });
    output::json(json!({
        "plan": { "id": plan.id, "name": plan.name, "document": plan.document, "issued_by": plan.issued_by,
            "issued_on": plan.issued_on.to_string(), "first_year": plan.first_year, "last_year": plan.last_year },
        "parts": parts.collect::<Vec<_>>(),
        "heads": heads.collect::<Vec<_>>(),
        "systems": systems.collect::<Vec<_>>(),
        "measures": measures.collect::<Vec<_>>(),
        "systems_carried": coverage.systems_carried(),
        "systems_shown": coverage.systems_shown(),
        "measures_carried": coverage.measures_carried(),
    }));
}

/// A number, or `O4` for a measure of organisation.
fn reference(measure: MeasureRef) -> Value {
    match measure {
        MeasureRef::Measure(number) => json!(number),
        MeasureRef::Organisation(_) => json!(measure.to_string()),
    }
}

fn part(part: Part) -> Value {
    match part {
        Part::System(number) => json!(number),
        Part::Organisation => json!("organisation"),
    }
}

fn carrier(by: &CarriedBy) -> Value {
    json!({ "kind": by.kind.id(), "id": by.id, "through": by.through })
}

fn target(target: &Target) -> Value {
    let due = target.due.map(|due| match due {
        Due::By(day) => json!({ "by": day.to_string() }),
        Due::EachYear { month, day } => json!({ "each_year_by": format!("{month:02}-{day:02}") }),
    });
    let amount = target.amount.as_ref().map(|amount| {
        let bound = if amount.bound == Bound::AtLeast { "at_least" } else { "at_most" };
        json!({ "bound": bound, "number": amount.number, "unit": amount.unit, "per": amount.per })
    });
    json!({ "name": target.name, "due": due, "amount": amount, "note": target.note })
}

fn case(shown: &Shown) -> Value {
    json!({ "by": shown.by, "title": shown.title, "file": shown.place.file, "line": shown.place.line })
}
