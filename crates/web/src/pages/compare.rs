//! Figures side by side: one place over years, several beside each other, reports of others too; what cannot be compared says
//! why.

use std::collections::BTreeSet;
use std::sync::Arc;

use app::{Actor, CompareAsked, ComparedFigure, FieldFault, OtherReport, Platform, Subject};
use assessment::Ratio;
use audit::Rules;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use calendar::Day;
use maud::{Markup, html};

use crate::design::field::{self, Field, Need};
use crate::design::shown;
use crate::pages::audit::kept_reading;
use crate::parts;
use crate::routes::{Row, page};
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

pub(crate) fn rows() -> Vec<Row> {
    vec![page("/figures/compare", show)]
}

/// What the link asks for: several figures, organs and years may be named.
#[derive(Clone, Debug, Default)]
struct Asked {
    /// Whose figures are offered.
    procedure: String,
    figures: Vec<String>,
    organs: Vec<String>,
    divisions: String,
    years: Vec<String>,
    base: String,
    /// What counts are put in relation to from outside the platform, and how much each has of it.
    stated_base: String,
    of: String,
    /// Ids of reports that the officer's organ audited and kept.
    reports: Vec<String>,
    as_of: String,
    /// A link that has chosen a figure already, and leaves it to the visitor whom to compare.
    is_begun: bool,
}

/// So many kept reports are offered.
const OFFERED: usize = 50;

impl Asked {
    fn of(pairs: Vec<(String, String)>) -> Self {
        let mut made = Self::default();
        for (name, value) in pairs {
            let value = value.trim().to_owned();
            if value.is_empty() {
                continue;
            }
            match name.as_str() {
                "figure" => made.figures.push(value),
                "begin" => {
                    made.figures.push(value);
                    made.is_begun = true;
                }
                "organ" => made.organs.push(value),
                "year" => made.years.push(value),
                "procedure" => made.procedure = value,
                "division" => made.divisions = value,
                "base" => made.base = value,
                "stated_base" => made.stated_base = value,
                "of" => made.of = value,
                "report" => made.reports.push(value),
                "as_of" => made.as_of = value,
                _ => {}
            }
        }
        made
    }

    /// What “谁=数” lines say, or those that are none.
    fn stated(&self) -> Result<Vec<(String, Ratio)>, Vec<FieldFault>> {
        let lines = self.of.split(['\n', '；', ';']).map(str::trim).filter(|line| !line.is_empty());
        let (mut made, mut faults) = (Vec::new(), Vec::new());
        for line in lines {
            let parts = line.split_once(['=', '＝']);
            match parts.and_then(|(who, number)| Some((who.trim().to_owned(), Ratio::parse(number.trim())?)))
            {
                Some(part) => made.push(part),
                None => faults.push(FieldFault {
                    field: "of".to_owned(),
                    name: "各有多少".to_owned(),
                    message: format!("“{line}”不是“谁=数”，写作 350526=33.1"),
                }),
            }
        }
        if faults.is_empty() { Ok(made) } else { Err(faults) }
    }

    fn read(&self, today: Day, reports: Vec<OtherReport>, stated: Vec<(String, Ratio)>) -> CompareAsked {
        let organs = self.organs.iter().map(|id| Subject::Organ(id.clone()));
        let codes = self.divisions.split(|c: char| !c.is_ascii_digit()).filter(|code| !code.is_empty());
        CompareAsked {
            figures: self.figures.clone(),
            subjects: organs.chain(codes.map(|code| Subject::Division(code.to_owned()))).collect(),
            years: self.years.iter().filter_map(|year| year.parse().ok()).collect(),
            as_of: Day::parse(&self.as_of).unwrap_or(today),
            base: Some(self.base.clone()).filter(|base| !base.is_empty()),
            stated_base: Some((self.stated_base.clone(), stated)).filter(|(name, _)| !name.is_empty()),
            reports,
        }
    }
}

/// What can be chosen.
struct Choices {
    procedures: Vec<(String, String)>,
    /// The procedure whose figures are offered.
    procedure: String,
    /// Those, and whatever was asked for.
    figures: Vec<(String, String)>,
    organs: Vec<(String, String)>,
    years: Vec<(String, String)>,
    /// Reports that were audited and kept; none for who is no officer.
    reports: Vec<(String, String)>,
}

/// All figures in one list would weigh more than a page may: those of one procedure are offered.
fn choices(platform: &Platform, actor: Option<&Actor>, asked: &Asked) -> app::Result<Choices> {
    let mut procedures: Vec<(String, String)> = Vec::new();
    let mut figures: Vec<(String, String)> = Vec::new();
    let mut known = BTreeSet::new();
    let defines =
        |pack: &packs::Pack| pack.file.figures.iter().any(|one| asked.figures.first() == Some(&one.id));
    let packs = &platform.rules().packs;
    let of_first = packs.iter().find(|pack| defines(pack)).or(packs.first());
    let usual = of_first.map_or_else(String::new, |pack| pack.file.procedure.id.clone());
    let procedure = if asked.procedure.is_empty() { usual } else { asked.procedure.clone() };
    for pack in packs {
        let own = &pack.file.procedure;
        if !pack.file.figures.is_empty() && procedures.iter().all(|(id, _)| *id != own.id) {
            procedures.push((own.id.clone(), own.name.clone()));
        }
        // Versions of a procedure define the same figures.
        for figure in pack.file.figures.iter().filter(|figure| known.insert(figure.id.clone())) {
            if own.id == procedure || asked.figures.contains(&figure.id) || asked.base == figure.id {
                figures.push((figure.id.clone(), format!("{}：{}", own.name, figure.name)));
            }
        }
    }
    let organs = platform.organs()?.into_iter().map(|organ| (organ.id, organ.name)).collect();
    let latest = platform.today().year();
    let years = (latest - 9..=latest).rev().map(|year| (year.to_string(), format!("{year}年"))).collect();
    let mut reports = Vec::new();
    if let Some(actor) = actor {
        let kept = platform.kept_audits(actor, None)?.0;
        reports.extend(kept.into_iter().take(OFFERED).map(|one| (one.id, one.name)));
    }
    Ok(Choices { procedures, procedure, figures, organs, years, reports })
}

/// The kept reports that were chosen, audited anew.
fn reports(
    platform: &Platform,
    rules: Option<&Rules>,
    actor: Option<&Actor>,
    asked: &Asked,
) -> app::Result<Vec<OtherReport>> {
    let (Some(rules), Some(actor)) = (rules, actor) else { return Ok(Vec::new()) };
    let mut made = Vec::new();
    for id in asked.reports.iter().take(MOST_REPORTS) {
        let (kept, content, _) = platform.kept_audit(actor, id)?;
        let Some((text, year)) = kept_reading(&content) else { continue };
        made.push(platform.read_report(rules, &kept.name, &text, year));
    }
    Ok(made)
}

/// So many reports are audited for one page.
const MOST_REPORTS: usize = 8;

async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Answer {
    let asked = Asked::of(pairs);
    let has_any = !asked.figures.is_empty() || !asked.organs.is_empty() || !asked.years.is_empty();
    let is_asked = has_any && !asked.is_begun;
    let own = asked.clone();
    let officer = visitor.signed_in.as_ref().map(|one| one.actor.clone()).filter(Actor::is_officer);
    let auditing = Arc::clone(site.auditing());
    let (choices, compared) = site
        .ask(move |platform| {
            let choices = choices(platform, officer.as_ref(), &own)?;
            if !is_asked {
                return Ok((choices, Ok(Vec::new())));
            }
            let stated = match own.stated() {
                Ok(stated) => stated,
                Err(faults) => return Ok((choices, Err(faults))),
            };
            let reports = reports(platform, auditing.rules(), officer.as_ref(), &own)?;
            match platform.compare_figures(&own.read(platform.today(), reports, stated)) {
                Ok(made) => Ok((choices, Ok(made))),
                Err(app::AppError::Invalid(faults)) => Ok((choices, Err(faults))),
                Err(other) => Err(other),
            }
        })
        .await?;
    let (status, made, faults) = match compared {
        Ok(made) => (StatusCode::OK, made, Vec::new()),
        Err(faults) => (StatusCode::UNPROCESSABLE_ENTITY, Vec::new(), faults),
    };
    Ok(visitor.page_with(status, "比较指标", render(&asked, &choices, &made, &faults)))
}

fn render(asked: &Asked, choices: &Choices, made: &[ComparedFigure], faults: &[FieldFault]) -> Markup {
    html! {
        (shown::crumbs(&[("/figures", "统计数据")]))
        h1 { "比较指标" }
        p { "一个地方的各年，或者几个机关、几个地方并列。比率写明分母，数量并列要有基数；口径、单位、期间不同的不比较，并说明原因。" }
        (field::errors("没有比较", faults))
        form.filters method="get" action="/figures/compare" {
            (Field::new("f-procedure", "哪个程序的指标").choice("procedure", "", &choices.procedures, &choices.procedure))
            button.second type="submit" { "列出指标" }
        }
        form.sheet method="get" action="/figures/compare" {
            input type="hidden" name="procedure" value=(choices.procedure);
            (several("f-figure", "figure", "指标", "可以选几个：电脑上按住 Ctrl 再点，手机上逐个点选。", &choices.figures, &asked.figures, 8))
            (several("f-organ", "organ", "机关", "比这些机关办理的案件。", &choices.organs, &asked.organs, 6))
            (Field::new("f-division", "或者区划代码").hint("比区划代码以此开头的各机关的案件，如 350526；几个之间用空格。").need(Need::Optional).longest(200).line("division", &asked.divisions))
            (several("f-year", "year", "年度", "", &choices.years, &asked.years, 5))
            (Field::new("f-base", "数量以哪个指标为基数").hint("几个机关的数量并列时用，如案件总数；比率不用。").need(Need::Optional).choice("base", "不用", &choices.figures, &asked.base))
            (Field::new("f-stated-base", "或者以平台以外的什么为基数").hint("如“常住人口（万人）”；各地的数写在下一栏。").need(Need::Optional).longest(60).line("stated_base", &asked.stated_base))
            (Field::new("f-of", "各有多少").hint("一行一个：机关标识、区划代码或者报告的名称=数，如 350526=33.1。").need(Need::Optional).longest(2000).text("of", &asked.of, 3))
            @if !choices.reports.is_empty() {
                (several("f-report", "report", "他处的报告", "本机关审核过并保存的报告；按指标的说法读出其中的数，注明审核有没有疑点。比率要报告里也写了分母的数，才能并列。", &choices.reports, &asked.reports, 4))
            }
            p.actions { button type="submit" { "比较" } }
        }
        @for one in made { (figure(one)) }
    }
}

/// A list of which several may be chosen.
fn several(
    id: &str,
    name: &str,
    label: &str,
    hint: &str,
    options: &[(String, String)],
    chosen: &[String],
    size: u32,
) -> Markup {
    let field = Field::new(id, label).hint(hint);
    let ties = field.ties();
    field.around(&html! {
        select id=(ties.id) name=(name) multiple size=(size) aria-describedby=[ties.about] {
            @for (value, text) in options { option value=(value) selected[chosen.contains(value)] { (text) } }
        }
    })
}

fn figure(one: &ComparedFigure) -> Markup {
    let lines = one.lines();
    let refused = one.refused();
    let rows = html! {
        @for line in &lines {
            tr {
                td.wide { (line.who) }
                td.value { (line.year) }
                td.value { (line.value) }
                td.value { (line.over) }
                td.some { @if line.is_reported { (line.source) } @if line.is_reported && line.is_small { "；" } @if line.is_small { "数量少，易受偶然影响" } }
            }
        }
    };
    html! {
        section {
            h2 { (one.line.name) }
            p { "口径：" (one.definition) "。" @if let Some(base) = &one.compared.base { "数量除以“" (base) "”。" } }
            @if let Some(weakness) = &one.line.weakness { p.hint { "局限：" (weakness) } }
            @if !lines.is_empty() { (parts::table(&one.line.name, &["谁", "年度", "数值", "分母或者基数", "提示"], &rows)) }
            @if !one.steps().is_empty() { ul.lines { @for step in one.steps() { li { (step) } } } }
            @if !refused.is_empty() {
                h3 { "不比较的" }
                ul.lines { @for (who, year, why) in &refused { li { (who) "，" (year) "年：" (why) } } }
            }
        }
    }
}
