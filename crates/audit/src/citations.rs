//! Laws that the text cites, against the library: in force, article, number of the order. (法条引用)

use std::collections::BTreeSet;

use calendar::Day;
use law::{Citation, Law, Library, Standing, TitleFrom, Version, citations};

use crate::context::{Context, Words};
use crate::profile::{Profile, Stamp};

/// Words near a citation that say it speaks of the past or the future.
const PAST: &[&str] = &["废止", "失效", "修订前", "修改前", "旧", "原", "替代", "取代", "历史", "曾"];
const FUTURE: &[&str] =
    &["施行", "实施在即", "即将", "学习", "宣传", "解读", "培训", "贯彻", "准备", "征求意见", "草案", "修订"];

/// The days that the report speaks of and is written on.
struct Days {
    /// The first day of its year.
    first: Day,
    /// The day it was signed, else the last day of its year.
    written: Day,
}

fn days(profile: &Profile) -> Option<Days> {
    let day = |stamp: Stamp| {
        let (month, day) = (u8::try_from(stamp.month).ok()?, u8::try_from(stamp.day).ok()?);
        Day::from_ymd(i32::try_from(stamp.year).ok()?, month, day)
    };
    let written = profile.signed_on.or(profile.published_on).and_then(day);
    let year = profile.year.and_then(|y| i32::try_from(y).ok()).or(written.map(Day::year))?;
    Some(Days { first: Day::from_ymd(year, 1, 1)?, written: written.or(Day::from_ymd(year, 12, 31))? })
}

/// Checks every citation whose title the library knows. Nothing is said of a document without a year.
/// Returns the titles of laws and regulations that the library does not know.
pub fn check(context: &mut Context, profile: &Profile, library: &Library) -> BTreeSet<String> {
    let mut unknown = BTreeSet::new();
    let Some(days) = days(profile) else { return unknown };
    for citation in citations(context.text.source()) {
        if citation.title_from == TitleFrom::Own {
            continue;
        }
        let is_law =
            ["法", "条例"].iter().any(|w| citation.title.ends_with(w)) && !citation.title.ends_with("办法");
        if is_law && library.in_force_on(&citation.title, days.written) == Standing::Unknown {
            unknown.insert(citation.title.trim_start_matches("中华人民共和国").to_owned());
        }
        one(context, &citation, library, &days);
    }
    unknown
}

/// The characters of a citation.
fn place(context: &Context, citation: &Citation) -> (usize, usize) {
    let index = |source| context.chars.of_source_index(source);
    (index(citation.chars.start), index(citation.chars.end))
}

fn near(context: &Context, citation: &Citation, words: &[&str]) -> bool {
    let (start, end) = place(context, citation);
    context.chars.has_any(start.saturating_sub(24), start, words.iter().copied())
        || context.chars.has_any(end, end + 16, words.iter().copied())
}

fn one(context: &mut Context, citation: &Citation, library: &Library, days: &Days) {
    match library.in_force_on(&citation.title, days.written) {
        Standing::InForce(law, version) => {
            article(context, citation, law, version, days);
            number(context, citation, law);
        }
        Standing::Ended(law, last) if last < days.first && !near(context, citation, PAST) => {
            let after = law.repealed_by.as_ref().and_then(|id| library.law(id));
            let instead = after.map_or_else(String::new, |l| format!("，现行的是《{}》", l.name()));
            let message = format!("《{}》在{}后不再有效{instead}", law.name(), written(last));
            let help = after.map_or_else(
                || "改引现行有效的规定".to_owned(),
                |l| format!("改引《{}》，并核对条文", l.name()),
            );
            report(context, "law_repealed", citation, Words::new(message).help(help));
        }
        Standing::NotYet(law, from) if !near(context, citation, FUTURE) => {
            let message = format!(
                "《{}》自{}起施行，报告写成时（{}）还没有施行",
                law.name(),
                written(from),
                written(days.written)
            );
            report(context, "law_not_in_force", citation, Words::new(message).help("核对所引的法律和日期"));
        }
        _ => {}
    }
}

/// A day as people write it.
fn written(day: Day) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

fn report(context: &mut Context, rule: &'static str, citation: &Citation, words: Words) {
    let (start, end) = place(context, citation);
    context.report(rule, start, end, words);
}

/// An article that no version in force during the year has.
fn article(context: &mut Context, citation: &Citation, law: &Law, version: &Version, days: &Days) {
    let Some(article) = citation.article else { return };
    let in_year = |v: &&Version| v.until.is_none_or(|until| until >= days.first) && v.from <= days.written;
    let had = law.versions.iter().filter(in_year).any(|v| v.has(article) != Some(false));
    let Some(last) = version.articles.filter(|_| !had) else { return };
    let message = format!("《{}》没有{article}：现行文本共{last}条", law.name());
    report(context, "law_article", citation, Words::new(message).help("核对法律名称和条文号"));
}

/// "国令第711号": only the number is compared, and only with versions that have one.
fn number(context: &mut Context, citation: &Citation, law: &Law) {
    let Some(written) = citation.number.as_deref().and_then(order) else { return };
    let known: Vec<&str> = law.versions.iter().filter_map(|v| v.number.as_deref()).collect();
    if known.is_empty() || known.iter().filter_map(|k| order(k)).any(|k| k == written) {
        return;
    }
    let message = format!("《{}》的令号是{}，不是第{written}号", law.name(), known.join("、"));
    report(context, "law_number", citation, Words::new(message).help("核对令号"));
}

/// The number in "…令第711号".
fn order(text: &str) -> Option<String> {
    let (_, rest) = text.split_once('令')?;
    let digits: String = rest
        .chars()
        .skip_while(|c| matches!(c, '第' | '〔' | ' '))
        .take_while(char::is_ascii_digit)
        .collect();
    (!digits.is_empty()).then_some(digits)
}
