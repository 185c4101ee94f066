//! A procedure as a picture and in words: on its guide, and on the page of a case with the way that it has gone. A wide
//! screen and paper show the picture; a narrow one and a reader of screens get the words.

use app::CaseWay;
use calendar::Day;
use maud::{Markup, PreEscaped, html};
use norms::Procedure;
use picture::{Drawing, Step, Way};

/// The picture of a procedure as the law has it.
pub(crate) fn of_procedure(procedure: &Procedure, today: Day) -> Markup {
    let drawings = picture::drawings(procedure, None, Some(today));
    html! {
        section.way aria-labelledby="picture" {
            h2 id="picture" { "程序图" }
            p.sub.legend { (picture::LEGEND) "各事项的名称、办理人、期限和依据，下面的表格逐项写明。" }
            @for drawing in &drawings { (figure(drawing)) }
            (words(&picture::outline(procedure, None, Some(today))))
        }
    }
}

/// The picture of a procedure with the way that a case has gone: the whole of it, or of a long one the phases first.
pub(crate) fn of_case(way: &CaseWay) -> Markup {
    let procedure = &way.pack.file.procedure;
    let own = Way { marking: &way.marking, decision: way.decision, today: way.today };
    let drawings = picture::drawings(procedure, Some(own), Some(way.today));
    let (first, rest) = drawings.split_first().map_or((None, &[][..]), |(first, rest)| (Some(first), rest));
    html! {
        section.way aria-labelledby="picture" {
            h2 id="picture" { "程序图：本案走到哪里" }
            ul.keys aria-hidden="true" {
                li.done { "已办" } li.must { "应当办" } li.late { "已经逾期" } li.may { "可以办" } li.barred { "现在不得办" }
            }
            p.sub.legend { "红线是正待履行的义务，绿线是已经走过的，灰线还没有走到。" (picture::LEGEND) }
            @if let Some(first) = first { (figure(first)) }
            @if !rest.is_empty() {
                details.drawings {
                    summary { "逐个阶段看图（" (rest.len()) " 幅）" }
                    @for drawing in rest { (figure(drawing)) }
                }
            }
            (words(&picture::outline(procedure, Some(own), Some(way.today))))
        }
    }
}

fn figure(drawing: &Drawing) -> Markup {
    html! {
        figure.drawing {
            @if !drawing.title.is_empty() { figcaption { (drawing.title) } }
            (PreEscaped(&drawing.svg))
            @if drawing.left_out > 0 { p.sub { "另有 " (drawing.left_out) " 条线没有画，见卡片上的文字。" } }
        }
    }
}

/// The same in words, in steps: folded, for a procedure of a hundred acts is twenty screens of a telephone long.
fn words(phases: &[(String, Vec<Step>)]) -> Markup {
    let count: usize = phases.iter().map(|(_, steps)| steps.len()).sum();
    html! {
        details.way-words {
            summary { "用文字一步一步看（共 " (count) " 项）" }
            @for (phase, steps) in phases {
                h3 { (phase) }
                ol {
                    @for step in steps {
                        li value=(step.number) class=[step.standing.as_ref().map(|(word, _)| *word)] {
                            strong { (step.name) }
                            @if let Some((_, told)) = &step.standing { " " span.badge { (told) } }
                            span.sub { (step.by) }
                            @for need in &step.needs { span.sub { (need) "。" } }
                            @for duty in &step.duties { span.sub { "办了以后，" (duty) "。" } }
                        }
                    }
                }
            }
        }
    }
}
