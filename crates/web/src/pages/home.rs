//! The portal's first page: follow one's case, apply, read what is public.

use app::{FigureAsked, FigureLine, Platform, Published};
use axum::extract::State;
use calendar::Day;
use maud::{Markup, html};

use crate::pages::apply::{Service, services};
use crate::pages::{follow, published};
use crate::parts;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// How many published acts the first page shows.
const LATEST: usize = 6;

struct Home {
    services: Vec<Service>,
    latest: Vec<Published>,
    figures: Vec<FigureLine>,
    year: i32,
}

pub(crate) async fn show(State(site): State<Site>, visitor: Visitor) -> Answer {
    let home = site.ask(gather).await?;
    Ok(visitor.page("首页", render(&visitor, &home)))
}

fn gather(platform: &Platform) -> app::Result<Home> {
    let today = platform.today();
    let (mut latest, _) = platform.published("", None)?;
    latest.truncate(LATEST);
    let from = Day::from_ymd(today.year(), 1, 1).unwrap_or(today);
    let asked = FigureAsked { organ: String::new(), division: String::new(), from, to: today, as_of: today };
    // The first figure of each procedure stands for it.
    let first = platform.rules().in_force(today).filter_map(|pack| pack.file.figures.first());
    let mut figures = Vec::new();
    for figure in first {
        figures.extend(platform.figures(Some(&figure.id), &asked)?);
    }
    Ok(Home { services: services(platform), latest, figures, year: today.year() })
}

fn render(visitor: &Visitor, home: &Home) -> Markup {
    html! {
        section.hero aria-labelledby="hero" {
            h1 id="hero" { @if let Some(owner) = &visitor.owner { (owner) "　" } "依法行政，事项、期限、依据全程可查" }
            p { "法律规定可以办什么、应当在哪天以前办、什么不得办，都写明条文；办过的每一步记入不能悄悄改动的日志。" }
            h2 { "查询我的办件" }
            (follow::inputs(visitor, "", ""))
        }
        section aria-labelledby="services" {
            h2 id="services" { "网上申请" }
            ul.cards {
                @for service in &home.services {
                    li {
                        h3 { a href=(format!("/apply/{}", service.id)) { (service.name) } }
                        p { a href=(format!("/procedures/{}", service.id)) { "怎样办理、多长时间、依据什么" } }
                    }
                }
            }
        }
        section aria-labelledby="audit" {
            h2 id="audit" { "审核报告" }
            p { "把法治政府建设年度报告或者别的政府文稿放进来，看看哪些数对不上、哪些话站不住。不用登录，不保存。" }
            p { a.button.second href="/audit" { "审核一份报告" } }
        }
        div.two {
            section aria-labelledby="latest" {
                h2 id="latest" { "最新公开" }
                @if home.latest.is_empty() { p.hint { "还没有公开的信息。" } }
                (published::lines(&home.latest))
                p { a href="/published" { "全部公开信息" } }
            }
            section aria-labelledby="figures" {
                h2 id="figures" { (home.year) "年办理情况" }
                dl.numbers {
                    @for figure in &home.figures {
                        div { dt { (figure.name) } dd { a href=(parts::query(&format!("/figures/{}", figure.id), &[("year", &home.year.to_string())])) { (figure.shown()) } } }
                    }
                }
                p { a href="/figures" { "全部统计数据" } }
            }
        }
    }
}
