//! `yifa procedure`: what a procedure is, as a list, tables, sentences or a picture.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use base::{Diagnostic, closest};
use calendar::Day;
use clap::{Args, Subcommand, ValueEnum};
use norms::{Act, Field, Norm, Procedure, RoleKind};
use packs::{Pack, Rules};
use picture::sentence;
use serde_json::{Value, json};

use crate::output::{self, Format, MACHINE, WRONG_INPUT};
use crate::reference::{self, Sources};
use crate::{Common, check, data};

#[derive(Args)]
pub struct ProcedureArgs {
    #[command(subcommand)]
    command: Command,
}

const TEMPLATE: &str = "{about}\n\n用法：{usage}\n\n{all-args}";

#[derive(Subcommand)]
enum Command {
    /// 列出全部程序
    #[command(help_template = TEMPLATE)]
    List,
    /// 查看一个程序：角色、事项、文书、本地参数
    #[command(help_template = TEMPLATE)]
    Show(Named),
    /// 逐条说明一个程序的规范，附依据
    #[command(help_template = TEMPLATE)]
    Explain(Named),
    /// 导出一个程序的图
    #[command(help_template = TEMPLATE)]
    Export(Export),
    /// 写出每个程序、每份名册清单的说明页
    #[command(help_template = TEMPLATE)]
    Reference {
        /// 写到哪个文件夹；里面多余的说明页会删去
        #[arg(value_name = "文件夹")]
        folder: PathBuf,
    },
}

#[derive(Args)]
struct Named {
    /// 程序标识，用 yifa procedure list 查看
    #[arg(value_name = "程序")]
    id: String,
    /// 按哪一天施行的文本；不写就取最新的
    #[arg(long, value_name = "日期")]
    on: Option<String>,
}

#[derive(Args)]
struct Export {
    #[command(flatten)]
    named: Named,
    /// 格式：dot、svg 或者 mermaid
    #[arg(long, value_enum, value_name = "格式", hide_possible_values = true)]
    to: To,
}

#[derive(Clone, Copy, ValueEnum)]
enum To {
    Dot,
    Svg,
    Mermaid,
}

pub fn run(common: &Common, args: &ProcedureArgs) -> ExitCode {
    if let Command::Reference { folder } = &args.command {
        return write_reference(common, folder);
    }
    let rules = match data::rules(common) {
        Ok(rules) => rules,
        Err(found) => return output::fail(&found, WRONG_INPUT),
    };
    match &args.command {
        Command::List => {
            list(common.format, &rules);
            ExitCode::SUCCESS
        }
        Command::Show(named) => with(&rules, named, |pack| match common.format {
            Format::Json => print_json(&[pack]),
            Format::Text => show(&pack.file.procedure, pack),
        }),
        Command::Explain(named) => with(&rules, named, |pack| match common.format {
            Format::Json => print_json(&[pack]),
            Format::Text => explain(&rules, &pack.file.procedure),
        }),
        Command::Export(export) => with(&rules, &export.named, |pack| {
            let procedure = &pack.file.procedure;
            let drawn = match export.to {
                To::Dot => picture::dot(procedure),
                To::Svg => picture::svg(procedure, None),
                To::Mermaid => picture::mermaid(procedure),
            };
            output::say(drawn.trim_end());
        }),
        Command::Reference { .. } => ExitCode::SUCCESS,
    }
}

fn write_reference(common: &Common, folder: &Path) -> ExitCode {
    let read = check::files(common, None).map_err(|fault| vec![fault]).and_then(|files| {
        let rules = packs::load(&files)?;
        let (plans, _) = packs::plans::read(&data::sources(&files, "plans"));
        Ok((files, rules, plans))
    });
    let (files, rules, plans) = match read {
        Ok(read) => read,
        Err(found) => return output::fail(&found, WRONG_INPUT),
    };
    let shown = packs::shown(&files, &rules);
    let catalogue = plans.as_ref().map(|plans| &plans.catalogue);
    let pages = reference::pages(&Sources { files: &files, rules: &rules, catalogue, shown });
    match reference::write(&pages, folder) {
        Ok(many) => {
            output::say(&format!("写好{many}页。"));
            ExitCode::SUCCESS
        }
        Err(fault) => {
            let message = format!("写不了{}：{}", folder.display(), output::why(&fault));
            output::fail(&[Diagnostic::error("unwritable", message).help("核对路径和写入权限。")], MACHINE)
        }
    }
}

/// Finds the procedure that is meant, or says what there is.
fn with(rules: &Rules, named: &Named, print: impl FnOnce(&Arc<Pack>)) -> ExitCode {
    match find(rules, named) {
        Ok(pack) => {
            print(pack);
            ExitCode::SUCCESS
        }
        Err(found) => output::fail(&[*found], WRONG_INPUT),
    }
}

fn find<'a>(rules: &'a Rules, named: &Named) -> Result<&'a Arc<Pack>, Box<Diagnostic>> {
    let of_id = || rules.packs.iter().filter(|pack| pack.file.procedure.id == named.id);
    let newest = of_id().max_by_key(|pack| pack.file.procedure.in_force.from);
    let Some(newest) = newest else {
        let found = Diagnostic::error("unknown_procedure", format!("没有名为“{}”的程序", named.id));
        let near = closest(&named.id, rules.packs.iter().map(|pack| pack.file.procedure.id.as_str()));
        let help = near.map_or_else(
            || "用 yifa procedure list 查看全部程序".to_owned(),
            |near| format!("是不是想写“{near}”？"),
        );
        return Err(Box::new(found.help(help)));
    };
    let Some(on) = &named.on else { return Ok(newest) };
    let day = Day::parse(on)?;
    rules.pack_on(&named.id, day).ok_or_else(|| {
        let procedure = &newest.file.procedure;
        let message = format!("程序“{}”在{}没有施行的文本", procedure.name, day.chinese());
        let from = of_id().map(|pack| pack.file.procedure.in_force.from).min().unwrap_or(day);
        let found = Diagnostic::error("not_in_force", message);
        Box::new(found.help(format!("平台收录的最早自{}施行", from.chinese())))
    })
}

fn list(format: Format, rules: &Rules) {
    if format == Format::Json {
        return print_json(&rules.packs.iter().collect::<Vec<_>>());
    }
    for pack in &rules.packs {
        let procedure = &pack.file.procedure;
        let (acts, norms) = (procedure.acts.len(), procedure.norms.len());
        let force = force(procedure);
        output::say(&format!("{}\t{}\t{force}\t事项{acts}个，规范{norms}条", procedure.id, procedure.name));
    }
    output::say(&format!("共{}个。", rules.packs.len()));
}

pub(crate) fn force(procedure: &Procedure) -> String {
    let from = procedure.in_force.from.chinese();
    match procedure.in_force.until {
        Some(until) => format!("{from}至{}施行", until.chinese()),
        None => format!("{from}起施行"),
    }
}

fn role_names(procedure: &Procedure, roles: &[usize]) -> String {
    let names = roles.iter().filter_map(|at| procedure.roles.get(*at)).map(|role| role.name.as_str());
    names.collect::<Vec<_>>().join("、")
}

pub(crate) fn role_kind(kind: RoleKind) -> (&'static str, &'static str) {
    match kind {
        RoleKind::Party => ("party", "当事人"),
        RoleKind::Organ => ("organ", "机关"),
        RoleKind::Officer => ("officer", "工作人员"),
        RoleKind::Outside => ("outside", "外部机关，由工作人员代录"),
        RoleKind::Clock => ("clock", "由时间推动"),
    }
}

fn show(procedure: &Procedure, pack: &Pack) {
    output::say(&format!("{}（{}），{}", procedure.name, procedure.id, force(procedure)));
    output::say(&format!("案号：{}", procedure.number));
    output::say(&format!("文件：{}", pack.path));
    output::say("\n角色");
    for role in &procedure.roles {
        let rank = if role.head { "，负责人" } else { "" };
        output::say(&format!("  {}：{}{rank}", role.name, role_kind(role.kind).1));
    }
    output::say("\n事项");
    for act in &procedure.acts {
        output::say(&format!("  {}（{}）{}", act.name, act.id, remarks(procedure, act)));
        for field in &act.fields {
            output::say(&format!("    - {}", field_told(field)));
        }
    }
    if !procedure.documents.is_empty() {
        output::say("\n文书");
    }
    for document in &procedure.documents {
        output::say(&format!("  {}　{}", document.name, document.number));
    }
    if !procedure.parameters.is_empty() {
        output::say("\n本地参数");
    }
    for parameter in &procedure.parameters {
        for value in &parameter.values {
            let remark = if value.unverified { "，未核实" } else { "" };
            let told = sentence::setting(value.amount);
            let from = value.from.chinese();
            output::say(&format!("  {}：{told}，{from}起（{}{remark}）", parameter.name, value.basis));
        }
    }
    if !pack.file.figures.is_empty() {
        output::say("\n指标");
    }
    for figure in &pack.file.figures {
        output::say(&format!("  {}（{}），单位：{}", figure.name, figure.id, figure.unit));
    }
}

pub(crate) fn remarks(procedure: &Procedure, act: &Act) -> String {
    let mut told = Vec::new();
    if let Some(phase) = act.phase.and_then(|at| procedure.phases.get(at)) {
        told.push(format!("阶段：{phase}"));
    }
    told.push(format!("办理人：{}", role_names(procedure, &act.by)));
    let document = act.document.as_ref();
    if let Some(kind) = document.and_then(|id| procedure.documents.iter().find(|kind| kind.id == *id)) {
        told.push(format!("文书：{}", kind.name));
    }
    let marks = [
        (act.opens_case, "开案"),
        (act.ends_case, "结案"),
        (act.after_end, "办结后仍可办"),
        (act.repeats, "可以多次"),
        (act.closed_at_start, "条件具备方可办理"),
        (act.anybody, "任何人都可以办"),
        (act.publish.is_some(), "公开"),
        (!act.starts.is_empty(), "移送立案"),
    ];
    told.extend(marks.iter().filter(|(is, _)| *is).map(|(_, mark)| (*mark).to_owned()));
    told.join("；")
}

fn field_told(field: &Field) -> String {
    let marks = [(field.required, "必填"), (field.personal, "个人信息"), (field.public, "公开")];
    let marks = marks.iter().filter(|(is, _)| *is).map(|(_, mark)| *mark);
    let told: Vec<&str> = std::iter::once(field.kind.label()).chain(marks).collect();
    format!("{}（{}）", field.name, told.join("，"))
}

/// What the acts of a procedure open elsewhere, each in a sentence.
pub(crate) fn starts_told(rules: &packs::Rules, procedure: &Procedure, act: &Act) -> Vec<String> {
    let name = |id: &'_ str| rules.name_of(id).unwrap_or(id).to_owned();
    let told = act.starts.iter();
    told.map(|start| sentence::start(procedure, act, start, &name(&start.procedure))).collect()
}

fn explain(rules: &packs::Rules, procedure: &Procedure) {
    output::say(&format!(
        "{}，{}。以下{}条规范，按文件的顺序。",
        procedure.name,
        force(procedure),
        procedure.norms.len()
    ));
    for (at, norm) in procedure.norms.iter().enumerate() {
        let told = sentence::norm(procedure, norm);
        output::say(&format!("\n{}. {told}。\n   依据：{}", at + 1, sentence::basis(&norm.basis)));
        if let Some(note) = &norm.basis.note {
            output::say(&format!("   说明：{note}"));
        }
    }
    let starts: Vec<String> =
        procedure.acts.iter().flat_map(|act| starts_told(rules, procedure, act)).collect();
    if !starts.is_empty() {
        output::say("\n移送立案");
    }
    for one in starts {
        output::say(&format!("  {one}。"));
    }
}

fn print_json(packs: &[&Arc<Pack>]) {
    let procedures: Vec<Value> = packs.iter().map(|pack| procedure_json(pack)).collect();
    output::json(json!({ "procedures": procedures }));
}

fn procedure_json(pack: &Pack) -> Value {
    let procedure = &pack.file.procedure;
    let roles = procedure.roles.iter();
    let documents = procedure.documents.iter();
    json!({
        "id": procedure.id,
        "name": procedure.name,
        "system": procedure.system,
        "systems": procedure.systems,
        "measures": procedure.measures,
        "in_force": {
            "from": procedure.in_force.from.to_string(),
            "until": procedure.in_force.until.map(|day| day.to_string()),
        },
        "law": procedure.law,
        "held_by": procedure.held_by,
        "number": procedure.number,
        "phases": procedure.phases,
        "roles": roles.map(|role| json!({
            "id": role.id, "name": role.name, "is": role_kind(role.kind).0, "head": role.head,
        })).collect::<Vec<_>>(),
        "acts": procedure.acts.iter().map(|act| act_json(procedure, act)).collect::<Vec<_>>(),
        "norms": procedure.norms.iter().map(|norm| norm_json(procedure, norm)).collect::<Vec<_>>(),
        "documents": documents.map(|one| json!({
            "id": one.id, "name": one.name, "number": one.number,
        })).collect::<Vec<_>>(),
        "figures": pack.file.figures.iter().map(|figure| json!({
            "id": figure.id, "name": figure.name, "unit": figure.unit,
        })).collect::<Vec<_>>(),
        "file": pack.path,
    })
}

fn act_json(procedure: &Procedure, act: &Act) -> Value {
    let roles = |roles: &[usize]| -> Vec<&str> {
        roles.iter().filter_map(|at| procedure.roles.get(*at)).map(|role| role.id.as_str()).collect()
    };
    json!({
        "id": act.id,
        "name": act.name,
        "by": roles(&act.by),
        "phase": act.phase.and_then(|at| procedure.phases.get(at)),
        "opens_case": act.opens_case,
        "ends_case": act.ends_case,
        "after_end": act.after_end,
        "repeats": act.repeats,
        "closed_at_start": act.closed_at_start,
        "document": act.document,
        "publishes": act.publish.is_some(),
        "starts": act.starts.iter().map(|start| json!({
            "procedure": start.procedure, "act": start.act,
            "if": start.guard.and_then(|at| procedure.guards.get(usize::from(at))).map(|guard| guard.text.as_str()),
            "organ": start.organ.and_then(|at| act.fields.get(usize::from(at))).map(|field| field.id.as_str()),
            "told": start.told,
        })).collect::<Vec<_>>(),
        "record": act.fields.iter().map(|field| json!({
            "id": field.id, "name": field.name, "type": field.kind.id(), "required": field.required,
            "personal": field.personal, "public": field.public,
        })).collect::<Vec<_>>(),
    })
}

fn norm_json(procedure: &Procedure, norm: &Norm) -> Value {
    let (from, to) = sentence::ends(&norm.form);
    let ids = |acts: norms::ActSet| -> Vec<&str> {
        acts.iter().filter_map(|act| procedure.act_of(act)).map(|act| act.id.as_str()).collect()
    };
    let guard = norm.guard.and_then(|at| procedure.guards.get(usize::from(at)));
    json!({
        "form": sentence::form(&norm.form),
        "from": ids(from),
        "to": ids(to),
        "if": guard.map(|guard| guard.text.as_str()),
        "law": norm.basis.law,
        "article": norm.basis.article,
        "cited": norm.basis.cited,
        "unverified": norm.basis.unverified,
        "note": norm.basis.note,
        "text": sentence::norm(procedure, norm),
        "line": norm.place.line,
    })
}
