//! The page of a procedure.

use std::fmt::Write as _;

use norms::{Act, ActId, Alike, Basis, FieldType, Form, Norm, Procedure, RequirementKind, organ_kind};
use packs::Pack;

use super::{Page, Sources, carried, change, clocks, fields, figures, proofs};
use crate::procedure::{force, remarks, role_kind, starts_told};
use picture::sentence;

pub(super) fn page(sources: &Sources<'_>, pack: &Pack) -> String {
    let procedure = &pack.file.procedure;
    let mut page = Page::titled(&procedure.name);
    page.line("程序。由规则文件生成，不要手改。");
    purpose(&mut page, sources, pack);
    roles(&mut page, procedure);
    page.head("图");
    page.line("实线是应当办的（标着期限），虚线是必须先办的；牵涉事项多的规范没有画，以下面的规范为准。\n");
    page.line(&format!("```mermaid\n{}```", picture::mermaid(procedure)));
    let _ = page.0.write_str("\n## 事项\n");
    for (at, act) in procedure.acts.iter().enumerate() {
        if let Some(id) = ActId::new(at) {
            one_act(&mut page, sources, procedure, (id, act));
        }
    }
    norms(&mut page, procedure);
    clocks::tell(&mut page, sources, procedure);
    documents(&mut page, procedure);
    published(&mut page, procedure);
    figures::tell(&mut page, pack);
    change::tell(&mut page, sources, pack);
    proofs(&mut page, &packs::beside(sources.files, sources.rules, &pack.path));
    page.0
}

/// What it is for: where it begins and ends, who holds it, what of the plan it carries.
fn purpose(page: &mut Page, sources: &Sources<'_>, pack: &Pack) {
    let procedure = &pack.file.procedure;
    let kinds: Vec<&str> = procedure.held_by.iter().map(|kind| organ_kind(kind)).collect();
    let opening = procedure.names_of(procedure.acts_where(|act| act.opens_case));
    let ending = procedure.names_of(procedure.acts_where(|act| act.ends_case));
    let duties = procedure.norms.iter().filter(|norm| matches!(norm.form, Form::Duty(_))).count();
    let unseen = procedure.norms.iter().filter(|norm| norm.basis.unverified).count();
    page.head("用途");
    page.line(&format!(
        "从{opening}开始，办了{ending}并且没有应办未办的，案件即告结束。{}。\n",
        force(procedure)
    ));
    page.line(&format!("* 标识：`{}`；规则文件：[{1}](../../../{1})", procedure.id, pack.path));
    page.line(&format!("* 办理机关：{}", kinds.join("、")));
    if let Some((law, _)) = sources.rules.laws.version(&procedure.law) {
        page.line(&format!("* 主要依据：《{}》", law.name()));
    }
    page.line(&format!("* 案号：{}（花括号里是机关代字、年份、序号）", procedure.number));
    page.line(&format!("* 阶段：{}", procedure.phases.join("、")));
    page.line(&format!("* 规范{}条，其中应当办的{duties}条，未核实的{unseen}条", procedure.norms.len()));
    page.small_head("承载方案的哪些内容");
    let mut systems = procedure.systems.clone();
    let mut measures = procedure.measures.clone();
    for figure in &pack.file.figures {
        systems.extend(figure.systems.iter().filter(|id| !procedure.systems.contains(id)).cloned());
        measures.extend(figure.measures.iter().filter(|id| !procedure.measures.contains(id)).cloned());
    }
    systems.sort();
    systems.dedup();
    measures.sort();
    measures.dedup();
    carried(page, sources, &procedure.id, &systems, &measures);
}

fn roles(page: &mut Page, procedure: &Procedure) {
    page.head("谁来办");
    page.table(&["角色", "是什么人", "可以办的事项"]);
    for (at, role) in procedure.roles.iter().enumerate() {
        let acts = procedure.names_of(procedure.acts_where(|act| act.by.contains(&at)));
        if acts.is_empty() {
            continue;
        }
        let kind = format!("{}{}", role_kind(role.kind).1, if role.head { "，负责人" } else { "" });
        page.row(&[&role.name, &kind, &acts]);
    }
}

fn one_act(page: &mut Page, sources: &Sources<'_>, procedure: &Procedure, (id, act): (ActId, &Act)) {
    page.small_head(&act.name);
    page.line(&format!("`{}`　{}", act.id, remarks(procedure, act)));
    if let Some(help) = &act.help {
        page.line(&format!("\n{help}"));
    }
    let mut told: Vec<String> = Vec::new();
    for one in &act.requires {
        let asked = match &one.kind {
            RequirementKind::Certificate(field) => format!("办理人持有“{field}”类执法证件，当日有效"),
            RequirementKind::Officers(many) => format!("不少于{many}名工作人员共同办理"),
            RequirementKind::ApartFrom(acts) => format!("办过{}的人不得办", procedure.names_of(*acts)),
        };
        told.push(format!("{asked}（{}）", sentence::basis(&one.basis)));
    }
    if let Some(power) = &act.power {
        told.push(format!("机关的权责清单里当日有“{power}”类权力"));
    }
    if let Some(recusal) = act.recuses {
        let when = recusal.when.map(|when| format!("“{}”为是时，", field_of(act, when)));
        let officer = field_of(act, recusal.officer);
        told.push(format!("{}“{officer}”所指的人员此后不得参与本案", when.unwrap_or_default()));
    }
    if !act.notify.is_empty() {
        let names =
            act.notify.iter().filter_map(|at| procedure.roles.get(*at)).map(|role| role.name.as_str());
        told.push(format!("办理后告知{}", names.collect::<Vec<_>>().join("、")));
    }
    told.extend(starts_told(sources.rules, procedure, act));
    told.extend(act.alike.as_ref().map(|alike| compared(act, alike)));
    told.extend(norms_of(procedure, id));
    if !told.is_empty() {
        page.line("");
    }
    for one in &told {
        page.line(&format!("* {one}"));
    }
    page.line("");
    if act.fields.is_empty() {
        page.line("不用填写栏目。");
    } else {
        fields(page, sources, &act.fields);
    }
}

/// By what like cases are found before a case is entered.
fn compared(act: &Act, alike: &Alike) -> String {
    let all = [&alike.applicants, &alike.respondents, &alike.matter, &alike.places];
    let names: Vec<String> =
        all.into_iter().flatten().map(|at| format!("“{}”", field_of(act, *at))).collect();
    format!(
        "工作人员登记前，提示以前登记的相近案件（比对{}，见[相近的纠纷和信访](../../likeness.md)）",
        names.join("、")
    )
}

fn field_of(act: &Act, at: u16) -> &str {
    act.fields.get(usize::from(at)).map_or("", |field| field.name.as_str())
}

/// The numbers of the norms that hold an act up, and of those that its doing sets off.
fn norms_of(procedure: &Procedure, id: ActId) -> Vec<String> {
    let numbers = |is: &dyn Fn(&Norm) -> bool| -> Vec<String> {
        let own = (1..).zip(&procedure.norms).filter(|(_, norm)| is(norm));
        own.map(|(at, _): (usize, _)| format!("[{at}](#n{at})")).collect()
    };
    let bars = numbers(&|norm| match &norm.form {
        Form::Condition(one) => one.before.has(id),
        Form::While { not, .. } => not.has(id),
        Form::Closing { close, .. } => close.has(id),
        Form::Opening { open, .. } => open.has(id),
        Form::Duty(_) => false,
    });
    let owed = numbers(&|norm| matches!(&norm.form, Form::Duty(duty) if duty.must.has(id)));
    let follows = numbers(&|norm| match &norm.form {
        Form::Duty(duty) => duty.when.has(id),
        Form::Closing { when, .. } | Form::Opening { when, .. } => when.has(id),
        Form::Condition(_) | Form::While { .. } => false,
    });
    let told = [("何时应当办：规范", owed), ("能不能办：规范", bars), ("办了以后：规范", follows)];
    let told = told.into_iter().filter(|(_, numbers)| !numbers.is_empty());
    told.map(|(what, numbers)| format!("{what}{}", numbers.join("、"))).collect()
}

fn norms(page: &mut Page, procedure: &Procedure) {
    page.head("规范");
    page.line("按规则文件的先后排列。“应当”是办了什么以后要办什么；“不得”是什么情况下不能办，办理时会被拒绝并告知依据。\n");
    for (at, norm) in (1..).zip(&procedure.norms) {
        let kind = match &norm.form {
            Form::Duty(_) => "应当",
            Form::Condition(_) | Form::While { .. } => "不得",
            Form::Closing { .. } => "不得再",
            Form::Opening { .. } => "方可",
        };
        let told = sentence::norm(procedure, norm);
        page.line(&format!("{at}. <a id=\"n{at}\"></a>**{kind}**　{told}。"));
        page.line(&format!("   <br>依据：{}", sentence::basis(&norm.basis)));
        note(page, &norm.basis);
    }
}

fn note(page: &mut Page, basis: &Basis) {
    if let Some(note) = &basis.note {
        page.line(&format!("   <br>说明：{note}"));
    }
}

fn documents(page: &mut Page, procedure: &Procedure) {
    if procedure.documents.is_empty() {
        return;
    }
    page.head("文书");
    page.table(&["文书", "文号", "哪件事出具"]);
    for document in &procedure.documents {
        let acts = procedure.acts_where(|act| act.document.as_ref() == Some(&document.id));
        page.row(&[&document.name, &document.number, &procedure.names_of(acts)]);
    }
}

/// What becomes public, and how personal data in it are shown.
fn published(page: &mut Page, procedure: &Procedure) {
    page.head("公开");
    let publishing = || procedure.acts.iter().filter_map(|act| Some((act, act.publish.as_ref()?)));
    if publishing().next().is_none() {
        page.line("没有一件事公开到门户；当事人可以凭回执查看自己的案件。");
        return;
    }
    for (act, publish) in publishing() {
        let Some(of) = procedure.act_of(publish.of) else { continue };
        page.line(&format!(
            "办了“{}”，公开“{}”的下列栏目（{}）：\n",
            act.name,
            of.name,
            sentence::basis(&publish.basis)
        ));
        let own = if of.id == act.id { None } else { Some(act) };
        let all = of.fields.iter().map(|field| (of, field));
        let more = own.into_iter().flat_map(|act| act.fields.iter().map(move |field| (act, field)));
        let more = more.filter(|(_, field)| !of.fields.iter().any(|one| one.id == field.id && one.public));
        for (_, field) in all.chain(more).filter(|(_, field)| field.public) {
            let rewritten = own.is_some_and(|act| act.fields.iter().any(|one| one.id == field.id));
            page.line(&format!("* {}{}", field.name, mask(field.kind, field.personal, rewritten)));
        }
        page.line("");
    }
}

/// How a field is shown to everybody: as the publishing act puts it anew, or with what identifies a person hidden.
fn mask(kind: FieldType, personal: bool, rewritten: bool) -> &'static str {
    match (personal, kind) {
        (true, FieldType::Text) if rewritten => "：含有个人信息，按公开时另写的显示",
        (_, _) if rewritten => "：公开时另写的，按另写的显示",
        (false, _) => "",
        (true, FieldType::Text) => "：含有个人信息，不显示",
        (true, FieldType::Party) => "：自然人的姓名隐去，证件号码不显示；单位照登",
        (true, FieldType::File) => "：只显示附件个数",
        (true, FieldType::Date | FieldType::Number | FieldType::Money | FieldType::YesNo) => "：照登",
        (true, FieldType::Choices | FieldType::Rows) => "：照登",
        (true, _) => "：只留第一个字，其余隐去",
    }
}
