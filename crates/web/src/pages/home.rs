//! The portal's first page: follow one's case, apply, read what is public. The elderly version has fewer and larger ways in.

use std::sync::Arc;
use std::time::{Duration, Instant};

use app::{FigureAsked, FigureLine, Platform, Published};
use axum::extract::State;
use calendar::Day;
use maud::{Markup, html};

use crate::design::shown;
use crate::kept::MadeOf;
use crate::pages::apply::{Service, services};
use crate::pages::{follow, published, search};
use crate::parts;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// How many published acts the first page shows.
const LATEST: usize = 6;
/// How many figures: those with the most records of the year.
const FIGURES: usize = 6;

/// What the first page shows. 首页内容
pub(crate) struct Home {
    services: Vec<(String, Vec<Service>)>,
    latest: Vec<Published>,
    figures: Arc<Vec<FigureLine>>,
    year: i32,
}

pub(crate) async fn show(State(site): State<Site>, visitor: Visitor) -> Answer {
    if visitor.look.large && visitor.is_public() {
        return Ok(visitor.page("首页", simple(&visitor)));
    }
    let (since, figures) = at_hand(&site).await?;
    let home = site.ask(move |platform| gather(platform, figures)).await?;
    let mut answer = visitor.page("首页", render(&visitor, &home));
    answer.extensions_mut().insert(MadeOf(since));
    Ok(answer)
}

/// How old the figures of the first page may be: asking for them takes longer than all the rest.
const FRESH: Duration = Duration::from_secs(1);

/// The figures of the first page, and since when.
async fn at_hand(site: &Site) -> app::Result<(Instant, Arc<Vec<FigureLine>>)> {
    let today = site.platform().today();
    let kept = site.home().lock().ok().and_then(|kept| kept.clone());
    let good = kept.filter(|(since, day, _)| *day == today && since.elapsed() < FRESH);
    if let Some((since, _, figures)) = good {
        return Ok((since, figures));
    }
    let since = Instant::now();
    let figures = Arc::new(site.ask(figures).await?);
    if let Ok(mut kept) = site.home().lock() {
        *kept = Some((since, today, Arc::clone(&figures)));
    }
    Ok((since, figures))
}

fn figures(platform: &Platform) -> app::Result<Vec<FigureLine>> {
    let today = platform.today();
    let from = Day::from_ymd(today.year(), 1, 1).unwrap_or(today);
    let asked = FigureAsked { organ: String::new(), division: String::new(), from, to: today, as_of: today };
    // The first figure of each procedure stands for it.
    let first = platform.rules().in_force(today).filter_map(|pack| pack.file.figures.first());
    let mut figures = Vec::new();
    for figure in first {
        figures
            .extend(platform.figures(Some(&figure.id), &asked)?.into_iter().filter(|line| line.records > 0));
    }
    figures.sort_by_key(|line| std::cmp::Reverse(line.records));
    figures.truncate(FIGURES);
    Ok(figures)
}

fn gather(platform: &Platform, figures: Arc<Vec<FigureLine>>) -> app::Result<Home> {
    let (mut latest, _) = platform.published("", None)?;
    latest.truncate(LATEST);
    let services = platform.rules().by_system(services(platform), |one| one.system.as_str());
    Ok(Home { services, latest, figures, year: platform.today().year() })
}

fn render(visitor: &Visitor, home: &Home) -> Markup {
    html! {
        section.hero aria-labelledby="hero" {
            h1 id="hero" { "事项、期限、依据，全程可查" }
            p { "可以办什么、应当在哪天以前办、什么不得办，都写明条文；办过的每一步记入不能悄悄改动的日志。" }
            (search::input(""))
            h2 { "查询我的办件" }
            (follow::inputs(visitor, "", ""))
        }
        section aria-labelledby="services" {
            h2 id="services" { "网上申请" }
            (by_field(&home.services))
        }
        div.two {
            section aria-labelledby="latest" {
                h2 id="latest" { "最新公开" }
                @if home.latest.is_empty() { (shown::empty("还没有公开的信息。", None)) }
                (published::lines(&home.latest))
                p { a href="/published" { "全部公开信息" } "，" a href="/comment" { "正在征求意见的草案" } }
            }
            section aria-labelledby="figures" {
                h2 id="figures" { (home.year) "年办理情况" }
                @if home.figures.is_empty() { (shown::empty("今年还没有办理记录。", None)) } @else { (numbers(home)) }
                p { a href="/figures" { "全部统计数据" } "，每个数都能点开看它数的是什么。" }
            }
        }
        section aria-labelledby="audit" {
            h2 id="audit" { "审核报告" }
            p { "把法治政府建设年度报告或者别的政府文稿放进来，看看哪些数对不上、哪些话站不住。不用登录，不保存。" }
            p { a.button.second href="/audit" { "审核一份报告" } }
        }
    }
}

/// Services by the field that they belong to.
pub(crate) fn by_field(groups: &[(String, Vec<Service>)]) -> Markup {
    html! {
        div.by-field {
            @for (field, services) in groups {
                div {
                    h3 { (field) }
                    ul { @for service in services { li { a href=(format!("/apply/{}", service.id)) { (service.name) } } } }
                }
            }
        }
    }
}

fn numbers(home: &Home) -> Markup {
    let year = home.year.to_string();
    let link = |line: &FigureLine| parts::query(&format!("/figures/{}", line.id), &[("year", &year)]);
    let lines: Vec<(String, String, String)> =
        home.figures.iter().map(|line| (line.name.clone(), line.shown(), link(line))).collect();
    shown::numbers(&lines)
}

/// The elderly version: the few things that most people come for, in plain words.
fn simple(visitor: &Visitor) -> Markup {
    let ways = [
        ("/apply", "我要办事", "在网上填表交材料"),
        ("/follow", "查进度", "看我的事办到哪一步、哪天以前办完"),
        ("/procedures", "怎么办", "要带什么、多久办好"),
        ("/published", "公开的事", "看政府公开的决定和文件"),
    ];
    html! {
        h1 { "您要办什么？" }
        ul.ways { @for (href, name, what) in ways { li { a href=(href) { strong { (name) } (what) } } } }
        @if let Some(phone) = &visitor.facts.phone { p { "不会用，打电话问：" strong { (phone) } } }
        p { "也可以到办事大厅当面办，工作人员帮您填。" }
    }
}
