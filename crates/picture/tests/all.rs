//! Every procedure of the repository is drawn: all acts and limits are there, lines find room, pictures are not endless.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use std::path::Path;

use calendar::Day;
use norms::{Form, Procedure};

fn procedures() -> Vec<Procedure> {
    let rules = packs::load(&packs::Files::built_in()).unwrap();
    rules.packs.iter().map(|pack| pack.file.procedure.clone()).collect()
}

#[test]
fn every_act_is_drawn_once_and_told_in_words() {
    let out = std::env::var_os("YIFA_PICTURES");
    for procedure in procedures() {
        let drawings = picture::drawings(&procedure, None, None);
        let all: String = drawings.iter().map(|one| one.svg.as_str()).collect();
        if let Some(out) = &out {
            for (at, one) in drawings.iter().enumerate() {
                std::fs::write(Path::new(out).join(format!("{}-{at}.svg", procedure.id)), &one.svg).unwrap();
            }
        }
        let phased = drawings.len() > 1;
        for number in 1..=procedure.acts.len() {
            let badge = format!("text-anchor=\"middle\" fill=\"#ffffff\">{number}</text>");
            let drawn = all.matches(&badge).count();
            let told = picture::outline(&procedure, None, None).len();
            let phases = usize::from(phased && number <= told);
            assert_eq!(drawn, 1 + phases, "{}: act {number}", procedure.id);
        }
        let told = picture::outline(&procedure, None, None);
        let steps: Vec<&picture::Step> = told.iter().flat_map(|(_, steps)| steps).collect();
        assert_eq!(steps.len(), procedure.acts.len(), "{}", procedure.id);
        assert!(steps.iter().zip(1..).all(|(step, number)| step.number == number));
        let duties = procedure.norms.iter().filter_map(|norm| match &norm.form {
            Form::Duty(duty) => Some(usize::try_from(duty.when.len()).unwrap()),
            _ => None,
        });
        assert_eq!(
            steps.iter().map(|step| step.duties.len()).sum::<usize>(),
            duties.sum(),
            "{}",
            procedure.id
        );
        let left_out: usize = drawings.iter().map(|one| one.left_out).sum();
        assert_eq!(left_out, 0, "{}: lines without room", procedure.id);
        for one in &drawings {
            let wide: i64 = attribute(&one.svg, "width");
            assert!(wide <= 1280, "{}: {wide} wide", procedure.id);
            assert!(attribute(&one.svg, "height") < 4_000, "{}: too high", procedure.id);
        }
    }
}

fn attribute(svg: &str, name: &str) -> i64 {
    let (_, rest) = svg.split_once(&format!(" {name}=\"")).unwrap();
    rest.split('"').next().unwrap().parse().unwrap()
}

#[test]
fn limits_of_parameters_are_those_of_the_day() {
    let own = procedures();
    let petition = own.iter().find(|one| one.id == "petition").unwrap();
    let told = picture::outline(petition, None, Some(Day::parse("2025-03-03").unwrap()));
    let duties: Vec<&String> =
        told.iter().flat_map(|(_, steps)| steps).flat_map(|step| &step.duties).collect();
    assert!(duties.iter().any(|duty| duty.contains("60日内应当办")), "{duties:?}");
    assert_eq!(picture::svg(petition, None), picture::svg(petition, None));
}
