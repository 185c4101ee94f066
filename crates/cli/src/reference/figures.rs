//! What the figures of a procedure count, and over what.

use ::figures::{Counted, Figure, Measure, Which};
use ::registers::Register;
use norms::Procedure;
use packs::Pack;

use super::Page;
use picture::sentence;

pub(super) fn tell(page: &mut Page, pack: &Pack) {
    if pack.file.figures.is_empty() {
        return;
    }
    page.head("指标");
    page.line("都从办理记录算出，每个数都能点开看到计入的记录；更正过的按更正后的算。\n");
    all(page, &pack.file.figures, |figure| definition(pack, figure));
}

/// What the figures of a register count.
pub(super) fn of_register(page: &mut Page, register: &Register) {
    if register.figures.is_empty() {
        return;
    }
    page.head("指标");
    page.line(
        "都从名册的条目现算，不另外登记；可以查任何一天为止已经登记的，每个数都能点开看到计入的条目。\n",
    );
    all(page, &register.figures, |figure| counted(register, figure));
}

fn all(page: &mut Page, figures: &[Figure], definition: impl Fn(&Figure) -> String) {
    for figure in figures {
        page.line(&format!("* **{}**（`{}`），单位：{}", figure.name, figure.id, figure.unit));
        page.line(&format!("  * 口径：{}", definition(figure)));
        if let Some(basis) = &figure.basis {
            page.line(&format!("  * 依据：{basis}"));
        }
        if let Some(weakness) = &figure.weakness {
            page.line(&format!("  * 局限：{weakness}"));
        }
        if !figure.systems.is_empty() {
            page.line(&format!("  * 承载：{}", figure.systems.join("、")));
        }
        if !figure.stated_as.is_empty() {
            page.line(&format!("  * 报告里的说法：{}", figure.stated_as.join("，")));
        }
    }
}

fn counted(register: &Register, figure: &Figure) -> String {
    let field = |at: u16| register.fields.get(usize::from(at)).map_or("", |field| field.name.as_str());
    let told = match &figure.measure {
        Measure::Share { part, whole } => {
            let own = &register.figures;
            format!("分子是{}，分母是{}；分母为零时没有数", among(own, part), among(own, whole))
        }
        Measure::Entries { which, counted } => {
            let which = match which {
                Which::InForce => "期末那一天在册的条目".to_owned(),
                Which::Entered => "期间内列入的条目（前一天还不在册）".to_owned(),
                Which::Ended => "期间内移出的条目（后一天不再在册）".to_owned(),
                Which::Dated(at) => format!("“{}”在期间内的条目，同一主键只算最后一条", field(*at)),
            };
            match counted {
                Counted::Entries => format!("{which}数"),
                Counted::Different(at) => format!("{which}里，不同的“{}”的个数", field(*at)),
                Counted::Sum(at) => format!("{which}的“{}”合计", field(*at)),
            }
        }
        _ => String::new(),
    };
    match figure.guard {
        Some(at) => format!("{told}；只计：{}", sentence::guard(&register.as_procedure(), at)),
        None => told,
    }
}

fn definition(pack: &Pack, figure: &Figure) -> String {
    let procedure = &pack.file.procedure;
    let told = match &figure.measure {
        Measure::Count { acts } => format!("期间内办理{}的次数", procedure.names_of(*acts)),
        Measure::Sum { act, field } => {
            format!("期间内各次办理时{}的合计", sentence::field_name(procedure, *act, *field))
        }
        Measure::Share { part, whole } => {
            let own = &pack.file.figures;
            format!("分子是{}，分母是{}；分母为零时没有数", among(own, part), among(own, whole))
        }
        Measure::Duration { from, to, working } => {
            let days = if *working { "工作日" } else { "自然日" };
            let (from, to) = (procedure.names_of(*from), procedure.names_of(*to));
            format!("期间内每次办理{to}时，距此前最近一次办理{from}的{days}数，取平均（除以计入的次数）")
        }
        Measure::Punctual { duty, late: false } => {
            format!(
                "期间内办理{}而如期履行了有期限的义务的次数；一次只计一次，法律视为办理的不计",
                one_of(procedure, *duty)
            )
        }
        Measure::Entries { .. } => String::new(),
        Measure::Punctual { duty, late: true } => {
            format!(
                "期间内办理{}时已经超过期限的次数；一次只计一次，法律视为办理的不计",
                one_of(procedure, *duty)
            )
        }
    };
    match figure.guard {
        Some(at) => format!("{told}；只计：{}", sentence::guard(procedure, at)),
        None => told,
    }
}

fn one_of(procedure: &Procedure, acts: norms::ActSet) -> String {
    let names = procedure.names_of(acts);
    if acts.len() > 1 { format!("{names}之一") } else { names }
}

fn among(figures: &[Figure], id: &str) -> String {
    let figure = figures.iter().find(|one| one.id == id);
    figure.map_or_else(|| id.to_owned(), |one| format!("“{}”", one.name))
}
