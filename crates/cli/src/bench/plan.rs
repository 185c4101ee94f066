//! The plan's picture with its tasks: server time of the page's data with 76 measures and 400 tasks, at hand and anew.

use std::process::ExitCode;
use std::time::Instant;

use app::{Form, Ids, Open, Platform, Viewer};
use packs::Rules;

use super::acts::{Folder, officer, platform};
use super::desk::reopened;
use super::{BenchArgs, Row};
use crate::platform::failed;

const TASKS: usize = 400;
const ROUNDS: u32 = 100;
/// What the page may cost, in milliseconds.
const LIMIT: f64 = 10.0;

pub fn run(rules: &Rules, _: &BenchArgs) -> Result<Vec<Row>, ExitCode> {
    let folder = Folder::new("plan");
    let filled = platform(rules, &folder.0, None)?;
    fill(&filled)?;
    drop(filled);
    let again = reopened(rules, &folder.0)?;
    let year = again.today().year();
    let page = || -> Result<usize, ExitCode> {
        let picture = again.plan_picture("", year).map_err(|fault| failed(&fault))?;
        let board = again.tasks(Viewer::Public, &picture.plan, Some(year)).map_err(|fault| failed(&fault))?;
        Ok(board.lines.len())
    };
    let began = Instant::now();
    let tasks = page()?;
    let first = began.elapsed().as_secs_f64() * 1000.0;
    let began = Instant::now();
    for _ in 0..ROUNDS {
        std::hint::black_box(page()?);
    }
    let millis = began.elapsed().as_secs_f64() * 1000.0 / f64::from(ROUNDS);
    eprintln!("方案：任务{tasks}项，打开数据后第一次{first:.1}毫秒");
    let row = |name, value: f64| Row {
        name,
        value,
        unit: "毫秒",
        limit: LIMIT,
        limit_is: "上限",
        ratio: value / LIMIT,
    };
    Ok(vec![row("方案全貌取数，案卷在手", millis), row("方案全貌取数，刚打开数据", first)])
}

/// Tasks over the measures of the plan, a quarter proved in each way.
fn fill(platform: &Platform) -> Result<(), ExitCode> {
    let actor = officer(platform)?;
    let today = platform.today();
    let mut packs = platform.rules().in_force(today);
    let Some(pack) = packs.find(|pack| pack.file.tasks.is_some()) else { return Ok(()) };
    let (procedure, acts) = (&pack.file.procedure, pack.file.tasks.as_ref());
    let act =
        acts.and_then(|acts| procedure.act_of(acts.assigns)).map_or(String::new(), |act| act.id.clone());
    let plan = platform.rules().plan.as_ref();
    let plan_id = plan.map_or(String::new(), |plan| plan.id.clone());
    let measures: Vec<String> = plan.map_or_else(Vec::new, |plan| {
        plan.all_measures().map(|measure| measure.reference.to_string()).collect()
    });
    let figures = ["reconsideration_received", "reconsideration_within_limit_rate"];
    for (at, measure) in measures.iter().cycle().take(TASKS).enumerate() {
        let kind = ["figure", "entry", "document", "case"].get(at % 4).copied().unwrap_or("figure");
        let (year, number) = (today.year().to_string(), at.to_string());
        let due = format!("{year}-12-31");
        let fields: [(&str, &str); 16] = [
            ("plan", plan_id.as_str()),
            ("measure", measure),
            ("year", &year),
            ("title", &number),
            ("lead", "测试县公安局"),
            ("due", &due),
            ("deliverable", "清单"),
            ("proof", kind),
            ("figure", figures.get(at % 2).copied().unwrap_or_default()),
            ("bound", "at_least"),
            ("target", "90"),
            ("scope", "all"),
            ("register", "research_projects"),
            ("entry_key", &number),
            ("document", &number),
            ("case_number", &number),
        ];
        let form: Form =
            fields.iter().map(|(id, text)| ((*id).to_owned(), vec![(*text).to_owned()])).collect();
        let open = Open {
            key: Ids::token(),
            procedure: procedure.id.clone(),
            organ: "county".to_owned(),
            act: act.clone(),
            on: today,
            form,
            files: Vec::new(),
        };
        platform.open(&actor, open).map_err(|fault| failed(&fault))?;
    }
    Ok(())
}
