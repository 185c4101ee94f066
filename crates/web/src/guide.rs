//! A procedure told to those who use it: what is done, by whom, within which time, on which article.

use calendar::Day;
use maud::{Markup, html};
use norms::{ActSet, Amount, Condition, Duty, Form, LapseDay, Norm, Procedure};
use picture::sentence::setting;

use crate::{parts, way};

/// The guide's page.
pub(crate) fn page(procedure: &Procedure, law: Option<&str>, applies: bool, today: Day) -> Markup {
    html! {
        p.sub { a href="/procedures" { "办事指南" } }
        div.row {
            h1 { (procedure.name) }
            @if applies { a.button href=(format!("/apply/{}", procedure.id)) { "网上申请" } }
        }
        dl.facts {
            @if let Some(law) = law { div { dt { "主要依据" } dd { "《" (law.trim_matches(['《', '》'])) "》" } } }
            div { dt { "办理机关" } dd { (procedure.held_by.iter().map(|kind| norms::organ_kind(kind)).collect::<Vec<_>>().join("、")) } }
            div { dt { "施行期间" } dd { (parts::day(procedure.in_force.from)) "起" @if let Some(until) = procedure.in_force.until { "，至" (parts::day(until)) } } }
            div { dt { "阶段" } dd { (procedure.phases.join("、")) } }
        }
        nav.contents aria-label="目录" {
            ul {
                li { a href="#picture" { "程序图" } } li { a href="#begin" { "怎样提出" } } li { a href="#limits" { "办理期限" } } li { a href="#acts" { "事项" } }
                li { a href="#needs" { "先后条件" } } li { a href="#papers" { "文书和公开" } } li { a href="#parameters" { "本地参数" } }
            }
        }
        (way::of_procedure(procedure, today))
        (begin(procedure))
        (limits(procedure, today))
        (acts(procedure))
        (needs(procedure, today))
        (papers(procedure))
        (parameters(procedure))
    }
}

/// What an application asks for.
fn begin(procedure: &Procedure) -> Markup {
    html! {
        section aria-labelledby="begin" {
            h2 id="begin" { "怎样提出" }
            @for act in procedure.acts.iter().filter(|act| act.opens_case) {
                h3 { (act.name) }
                @if let Some(help) = &act.help { p { (help) } }
                p { "需要填写和提交：" }
                ul.fields {
                    @for field in &act.fields {
                        li {
                            (field.name)
                            @if field.required { " " span.needed { "必填" } }
                            @if let Some(help) = &field.help { span.sub { (help) } }
                        }
                    }
                }
            }
        }
    }
}

fn limits(procedure: &Procedure, today: Day) -> Markup {
    let duties = procedure.norms.iter().filter_map(|norm| match &norm.form {
        Form::Duty(duty) if duty.within.is_some() => Some((norm, duty)),
        _ => None,
    });
    let rows = html! {
        @for (norm, duty) in duties {
            tr {
                td { (one_of(procedure, duty.when)) }
                td { (one_of(procedure, duty.must)) @if let Some(note) = &norm.basis.note { span.sub { "说明：" (note) } } }
                td { (within(procedure, duty, today)) }
                td { (parts::cited(&norm.basis.cited, norm.basis.unverified)) }
            }
        }
    };
    html! {
        section aria-labelledby="limits" {
            h2 id="limits" { "办理期限" }
            (parts::table("办理期限", &["办了这一事项以后", "应当办理", "期限", "依据"], &rows))
        }
    }
}

fn acts(procedure: &Procedure) -> Markup {
    let by = |act: &norms::Act| {
        let roles = act.by.iter().filter_map(|at| procedure.roles.get(*at));
        roles.map(|role| role.name.as_str()).collect::<Vec<_>>().join("、")
    };
    let rows = html! {
        @for act in &procedure.acts {
            tr {
                td.wide { (act.name) @if let Some(help) = &act.help { span.sub { (help) } } }
                td { (by(act)) }
                td { (act.phase.and_then(|at| procedure.phases.get(at)).map_or("", String::as_str)) }
            }
        }
    };
    html! {
        section aria-labelledby="acts" {
            h2 id="acts" { "事项" }
            (parts::table("事项", &["事项", "由谁办理", "阶段"], &rows))
        }
    }
}

fn needs(procedure: &Procedure, today: Day) -> Markup {
    let own =
        procedure.norms.iter().filter(|norm| matches!(norm.form, Form::Condition(_) | Form::While { .. }));
    html! {
        section aria-labelledby="needs" {
            h2 id="needs" { "先后条件" }
            ul.lines {
                @for norm in own {
                    li { (sentence(procedure, norm, today)) "。" span.sub { (parts::cited(&norm.basis.cited, norm.basis.unverified)) } }
                }
            }
        }
    }
}

fn papers(procedure: &Procedure) -> Markup {
    let issued = |id: &str| {
        procedure
            .acts
            .iter()
            .filter(|act| act.document.as_deref() == Some(id))
            .map(|act| act.name.as_str())
            .collect::<Vec<_>>()
            .join("、")
    };
    let rows = html! {
        @for kind in &procedure.documents { tr { td { (kind.name) } td { (kind.number) } td { (issued(&kind.id)) } } }
    };
    html! {
        section aria-labelledby="papers" {
            h2 id="papers" { "文书和公开" }
            (parts::table("文书", &["文书", "文号格式", "由哪个事项产生"], &rows))
            ul.lines {
                @for act in &procedure.acts {
                    @if let Some(publish) = &act.publish {
                        li { "办“" (act.name) "”以后，公开“" (procedure.name_of(publish.of)) "”的公开内容。" span.sub { (parts::cited(&publish.basis.cited, publish.basis.unverified)) } }
                    }
                }
            }
        }
    }
}

fn parameters(procedure: &Procedure) -> Markup {
    html! {
        section aria-labelledby="parameters" {
            h2 id="parameters" { "本地参数" }
            @if procedure.parameters.is_empty() { p { "没有。" } }
            ul.lines {
                @for (at, parameter) in procedure.parameters.iter().enumerate() {
                    @for value in &parameter.values {
                        li { (called(procedure, at)) "：" (setting(value.amount)) "，" (parts::day(value.from)) "起" span.sub { (parts::cited(&value.basis, value.unverified)) } }
                    }
                }
            }
        }
    }
}

/// What a parameter sets, in words: its name is for those who write the rules.
pub(crate) fn called(procedure: &Procedure, at: usize) -> String {
    let is_it = |amount: Amount| matches!(amount, Amount::Parameter(own) if own == at);
    let mut told: Vec<String> = Vec::new();
    for norm in &procedure.norms {
        let text = match &norm.form {
            Form::Duty(duty) if duty.within.is_some_and(is_it) => {
                format!("办{}的期限", one_of(procedure, duty.must))
            }
            Form::Duty(duty) if duty.extends.iter().any(|one| is_it(one.add)) => {
                format!("办{}可以延长的时间", one_of(procedure, duty.must))
            }
            Form::Condition(condition) if condition.lead.is_some_and(is_it) => {
                format!(
                    "{}与{}的间隔",
                    procedure.names_of(condition.need),
                    procedure.names_of(condition.before)
                )
            }
            _ => continue,
        };
        if !told.contains(&text) {
            told.push(text);
        }
    }
    if told.is_empty() { "办理条件、公开期限里用的数".to_owned() } else { told.join("；") }
}

/// What a norm says, in a sentence.
pub(crate) fn sentence(procedure: &Procedure, norm: &Norm, today: Day) -> String {
    let names = |acts: ActSet| procedure.names_of(acts);
    match &norm.form {
        Form::Duty(duty) => {
            let within = within(procedure, duty, today);
            let within = if within.is_empty() { within } else { format!("（{within}）") };
            format!("办了{}，应当办{}{within}", one_of(procedure, duty.when), one_of(procedure, duty.must))
        }
        Form::Condition(condition) => need(procedure, condition, today),
        Form::While { owed, not } => format!("{}没有办完期间，不得办{}", names(*owed), names(*not)),
        Form::Closing { when, close } => {
            format!("办了{}，不得再办{}", one_of(procedure, *when), names(*close))
        }
        Form::Opening { when, open } => format!("办了{}，方可办{}", one_of(procedure, *when), names(*open)),
    }
}

fn need(procedure: &Procedure, condition: &Condition, today: Day) -> String {
    let any = if condition.any && condition.need.len() > 1 { "之一" } else { "" };
    let lead = condition
        .lead
        .map_or(String::new(), |lead| format!("，两者至少间隔{}", amount(procedure, lead, today)));
    let with = if condition.with.is_some() { "，并且结果符合要求" } else { "" };
    let (needed, before) = (procedure.names_of(condition.need), procedure.names_of(condition.before));
    format!("未经{needed}{any}，不得办{before}{lead}{with}")
}

fn one_of(procedure: &Procedure, acts: ActSet) -> String {
    let any = if acts.len() > 1 { "之一" } else { "" };
    format!("{}{any}", procedure.names_of(acts))
}

fn within(procedure: &Procedure, duty: &Duty, today: Day) -> String {
    let Some(limit) = duty.within else { return String::new() };
    let mut told = amount(procedure, limit, today);
    for extend in &duty.extends {
        told +=
            &format!("；经{}可以延长{}", procedure.names_of(extend.by), amount(procedure, extend.add, today));
    }
    if !duty.pauses.is_empty() {
        told += "；依法中止或者补正的时间不计入";
    }
    if let Some(lapse) = duty.lapse {
        let on = match lapse.on {
            LapseDay::Last => "期限最后一日",
            LapseDay::First => "起算之日",
            LapseDay::Next => "期满次日",
        };
        told += &format!("；期满没有办的，视为{on}“{}”", procedure.name_of(lapse.act));
    }
    told
}

/// A length of time; a parameter's is that of today, marked where nobody has verified it.
fn amount(procedure: &Procedure, amount: Amount, today: Day) -> String {
    let Amount::Parameter(at) = amount else {
        return procedure.limit(amount, today).map_or(String::new(), |limit| limit.to_string());
    };
    let value = procedure.parameters.get(at).and_then(|parameter| parameter.on(today));
    value.map_or(String::new(), |value| {
        let mark = if value.unverified { "（未核实）" } else { "" };
        format!("{}{mark}", setting(value.amount))
    })
}
