//! The calendar of last days: a month or a week, with the days that count and those that do not, and the address under
//! which a program of calendars may fetch it.

use app::{Actor, DeskLine, Platform, feed_text, local_time};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use calendar::{Calendar, Day, DayKind};
use maud::{Markup, html};

use crate::pages::desk::owed;
use crate::parts;
use crate::posted::Posted;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// Which days, and whose.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Asked {
    /// `2025-03`
    #[serde(default)]
    month: String,
    /// A day of the week that is asked for.
    #[serde(default)]
    week: String,
    #[serde(default)]
    whose: String,
}

/// The days that are shown. 日历范围
struct Range {
    first: Day,
    last: Day,
    is_week: bool,
}

impl Range {
    fn of(asked: &Asked, today: Day) -> Self {
        if let Ok(day) = Day::parse(&asked.week) {
            let first = monday(day);
            return Self { first, last: first.plus_days(6), is_week: true };
        }
        let first = Day::parse(&format!("{}-01", asked.month)).unwrap_or_else(|_| first_of(today));
        Self { first, last: first.plus_months(1).previous(), is_week: false }
    }

    fn title(&self) -> String {
        if self.is_week {
            return format!("{}至{}", self.first.chinese(), self.last.chinese());
        }
        let (year, month, _) = self.first.ymd();
        format!("{year}年{month}月")
    }

    /// The link to the range before or after this one.
    fn link(&self, back: bool, whose: &str) -> String {
        let day = if back { self.first.previous() } else { self.last.next() };
        if self.is_week { week_link(day, whose) } else { month_link(day, whose) }
    }
}

fn monday(day: Day) -> Day {
    // 1970-01-05 was a Monday.
    day.plus_days(-(day.number() - 4).rem_euclid(7))
}

fn first_of(day: Day) -> Day {
    day.plus_days(1 - i32::from(day.day()))
}

fn month_link(day: Day, whose: &str) -> String {
    let text = day.to_string();
    parts::query("/calendar", &[("month", text.get(..7).unwrap_or_default()), ("whose", whose)])
}

fn week_link(day: Day, whose: &str) -> String {
    parts::query("/calendar", &[("week", &day.to_string()), ("whose", whose)])
}

pub(crate) async fn show(State(site): State<Site>, visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let actor = visitor.actor()?;
    page(&site, &visitor, actor, &asked, None).await
}

/// A fresh address for a program of calendars; it is shown once.
pub(crate) async fn renew(
    State(site): State<Site>,
    visitor: Visitor,
    headers: HeaderMap,
    _: Posted,
) -> Answer {
    let (actor, asker, origin) = (visitor.actor()?, visitor.actor()?, visitor.origin());
    let token = site.ask(move |platform| platform.renew_feed(&asker, &origin)).await?;
    let address = format!("{}/calendar/feed/{token}", base(&visitor, &headers));
    page(&site, &visitor, actor, &Asked::default(), Some(&address)).await
}

pub(crate) async fn revoke(State(site): State<Site>, visitor: Visitor, _: Posted) -> Answer {
    let (actor, asker, origin) = (visitor.actor()?, visitor.actor()?, visitor.origin());
    site.ask(move |platform| platform.revoke_feed(&asker, &origin)).await?;
    page(&site, &visitor, actor, &Asked::default(), None).await
}

/// The calendar for a program that knows its address.
pub(crate) async fn feed(
    State(site): State<Site>,
    visitor: Visitor,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Answer {
    let feed = site.ask(move |platform| platform.feed(&token)).await?;
    let text = feed_text(&feed, &base(&visitor, &headers));
    let kind = (header::CONTENT_TYPE, "text/calendar; charset=utf-8");
    Ok(([kind, (header::CACHE_CONTROL, "no-store")], text).into_response())
}

/// The address of this site as the request named it; only names and ports.
pub(crate) fn base(visitor: &Visitor, headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let plain = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
    let scheme = if visitor.secure { "https" } else { "http" };
    if plain && !host.is_empty() { format!("{scheme}://{host}") } else { String::new() }
}

async fn page(site: &Site, visitor: &Visitor, actor: Actor, asked: &Asked, address: Option<&str>) -> Answer {
    let today = site.platform().today();
    let range = Range::of(asked, today);
    let (mine, first, last) = (asked.whose != "organ", range.first, range.last);
    let (lines, more, since) = site
        .ask(move |platform: &Platform| {
            let (lines, more) = platform.desk_between(&actor, mine, first, last)?;
            Ok((lines, more, platform.feed_since(&actor)?))
        })
        .await?;
    let calendar = &site.platform().rules().calendar;
    let content = html! {
        h1 { "期限日历" }
        (heading(&range, asked, today))
        @if more { p.notice { "这段时间应办的事项很多，只列出最早的一部分；其余请在工作台查看。" } }
        (grid(&range, &lines, calendar, today))
        (subscription(visitor, since, address))
    };
    Ok(visitor.page("期限日历", content))
}

fn heading(range: &Range, asked: &Asked, today: Day) -> Markup {
    let (whose, organ) = (asked.whose.as_str(), asked.whose == "organ");
    let same = |whose: &str| {
        if range.is_week { week_link(range.first, whose) } else { month_link(range.first, whose) }
    };
    let inside = if range.first <= today && today <= range.last { today } else { range.first };
    html! {
        nav.tabs aria-label="范围" {
            ul {
                li { a href=(same("")) aria-current=[(!organ).then_some("page")] { "我承办的" } }
                li { a href=(same("organ")) aria-current=[organ.then_some("page")] { "本机关" } }
                li { a href=(month_link(inside, whose)) aria-current=[(!range.is_week).then_some("true")] { "按月" } }
                li { a href=(week_link(inside, whose)) aria-current=[range.is_week.then_some("true")] { "按周" } }
            }
        }
        div.row {
            h2 { (range.title()) }
            p {
                a.button.second href=(range.link(true, whose)) rel="prev" { "往前" } " "
                a.button.second href=(if range.is_week { week_link(today, whose) } else { month_link(today, whose) }) { "今天" } " "
                a.button.second href=(range.link(false, whose)) rel="next" { "往后" }
            }
        }
    }
}

fn grid(range: &Range, lines: &[DeskLine], calendar: &Calendar, today: Day) -> Markup {
    let start = monday(range.first);
    let weeks = (range.last.days_since(start)).div_euclid(7) + 1;
    html! {
        @if !(range.first.year()..=range.last.year()).all(|year| calendar.is_known(year)) {
            p.notice { "这一年的放假安排还没有公布，暂按周末推算。" }
        }
        table.month {
            caption.unseen { (range.title()) "的期限" }
            thead { tr { @for name in ["一", "二", "三", "四", "五", "六", "日"] { th scope="col" { "周" (name) } } } }
            tbody {
                @for week in 0..weeks {
                    tr {
                        @for at in 0..7 {
                            @let day = start.plus_days(week * 7 + at);
                            @if day < range.first || day > range.last { td.outside {} } @else { (cell(day, lines, calendar, today)) }
                        }
                    }
                }
            }
        }
    }
}

fn cell(day: Day, lines: &[DeskLine], calendar: &Calendar, today: Day) -> Markup {
    let kind = calendar.kind(day);
    let mark = match kind {
        DayKind::Workday => String::new(),
        DayKind::MakeupWorkday(name) => format!("{name}调休上班"),
        DayKind::Weekend => "休".to_owned(),
        DayKind::Holiday(name) => format!("{name}放假"),
    };
    let own: Vec<&DeskLine> = lines.iter().filter(|line| line.last_day == Some(day)).collect();
    let is_today = day == today;
    html! {
        td.rest[!kind.is_working_day()].today[is_today].busy[!own.is_empty()] aria-current=[is_today.then_some("date")] {
            p.date { time datetime=(day.to_string()) { span.unseen { (day.month()) "月" } (day.day()) span.unseen { "日" } } @if is_today { " 今天" } @if !mark.is_empty() { " " span.sub { (mark) } } }
            @if !own.is_empty() {
                ul {
                    @for line in own {
                        li.red[line.is_overdue].amber[line.is_amber && !line.is_overdue] {
                            a href=(format!("/cases/{}", line.case)) { (line.number) }
                            span.sub { @if line.is_overdue { "逾期　" } (owed(line)) }
                        }
                    }
                }
            }
        }
    }
}

fn subscription(visitor: &Visitor, since: Option<i64>, address: Option<&str>) -> Markup {
    html! {
        section.unprinted aria-labelledby="feed" {
            h2 id="feed" { "在自己的日历程序里查看" }
            @if let Some(address) = address {
                div.notice role="status" {
                    p { strong { "请把这个地址填进日历程序的“订阅日历”。" } "它只在这里显示一次；知道它的人不用登录就能看到您承办案件的编号和最后一日，请不要告诉别人。" }
                    p { code.address { (address) } }
                }
            }
            @if let Some(since) = since { p { "现在的订阅地址生成于 " (local_time(since)) "。" } } @else { p { "还没有订阅地址。" } }
            p.hint { "日历里只有案件编号、应办事项和依据，没有当事人的信息。地址泄露了的，重新生成以后旧地址立即失效。" }
            div.actions {
                form.inline method="post" action="/calendar/feed" {
                    input type="hidden" name="csrf" value=(visitor.csrf);
                    button.second type="submit" { @if since.is_some() { "重新生成地址" } @else { "生成订阅地址" } }
                }
                @if since.is_some() {
                    form.inline method="post" action="/calendar/feed/revoke" {
                        input type="hidden" name="csrf" value=(visitor.csrf);
                        button.second type="submit" { "停用地址" }
                    }
                }
            }
        }
    }
}
