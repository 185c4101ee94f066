//! A report against the platform: whose report it is, on which year, and what the store knows of that.

use std::process::ExitCode;

use ::audit::platform::linked_as_of;
use ::audit::{Options, Profile, Report, Text, Verdict};
use app::{KnownYear, Platform};
use base::Diagnostic;
use calendar::Day;
use reading::Reading;

use crate::Common;
use crate::platform::open_to_read;

/// The platform that reports are compared with.
pub struct Against {
    platform: Platform,
    organ: Option<String>,
    data: String,
}

/// What is known of the year that a report is on, or why nothing is.
pub struct Known {
    year: Option<KnownYear>,
    note: Option<String>,
}

impl Against {
    /// Opens the store that the call names; without one nothing is opened.
    pub fn open(common: &Common, organ: Option<&str>) -> Result<Option<Self>, ExitCode> {
        if common.data.is_none() && common.database.is_none() {
            return Ok(None);
        }
        let platform = open_to_read(common)?;
        let (organ, data) = (organ.map(str::to_owned), common.data().display().to_string());
        Ok(Some(Self { platform, organ, data }))
    }

    /// What the platform knows of a report's organ and year.
    pub fn know(&self, reading: &Reading, options: &Options) -> Result<Known, Vec<Diagnostic>> {
        let text = &reading.text;
        let (profile, counted_until) = ::audit::profile(text, options);
        let organ = match &self.organ {
            Some(id) => Some(self.platform.organ(id)),
            None => self.platform.organ_named_in(&naming(text, &profile)).transpose(),
        };
        let Some(organ) = organ.transpose().map_err(|fault| fault.diagnostics())? else {
            return Ok(Known::nothing("标题和落款里没有平台上的机关，可以用 --organ 写明"));
        };
        let Some(year) = profile.year.and_then(|year| i32::try_from(year).ok()) else {
            return Ok(Known::nothing("看不出报告的年度，可以用 --year 写明"));
        };
        let Some((as_of, why)) = as_of(&profile, counted_until, linked_as_of(&reading.links), year) else {
            return Ok(Known::nothing(&format!("没有{year}年")));
        };
        let known = self.platform.known_year(&organ.id, year, as_of, why);
        let known = known.map_err(|fault| fault.diagnostics())?;
        if known.is_empty() {
            let why = format!("平台上没有{}{year}年的办理记录", organ.name);
            return Ok(Known::nothing(&why));
        }
        Ok(Known { year: Some(known.at(&self.data)), note: None })
    }
}

/// The lines that say whose report it is: the title, then the signature.
fn naming(text: &Text, profile: &Profile) -> Vec<String> {
    let line = |at: usize| text.paragraphs.get(at).map(|p| text.chars.text(p.start, p.end));
    let signed = profile.signed_on.map(|stamp| text.paragraphs.partition_point(|p| p.start <= stamp.start));
    let before = signed.map_or(0, |next| next.saturating_sub(1));
    let signature = (0..before).rev().take(4).filter_map(line).find(|words| !words.trim().is_empty());
    profile.title.and_then(line).into_iter().chain(signature).collect()
}

/// The day until which records count, and what day that is: the one that the report names, the one that its links name, that
/// of its signature, that of its publication, else the last of its year.
fn as_of(
    profile: &Profile,
    counted_until: Option<(u32, u32, u32)>,
    linked: Option<&str>,
    year: i32,
) -> Option<(Day, &'static str)> {
    let stamp = |stamp: Option<::audit::Stamp>| stamp.map(|s| (s.year, s.month, s.day));
    let day = |(y, m, d): (u32, u32, u32)| {
        Day::from_ymd(i32::try_from(y).ok()?, u8::try_from(m).ok()?, u8::try_from(d).ok()?)
    };
    let days = [
        (counted_until.and_then(day), "报告写明的截止之日"),
        (linked.and_then(|day| Day::parse(day).ok()), "报告的链接写明的截止之日"),
        (stamp(profile.signed_on).and_then(day), "报告落款之日"),
        (stamp(profile.published_on).and_then(day), "报告公开之日"),
    ];
    let named = days.into_iter().find_map(|(day, why)| {
        let day = day?;
        (day.year() >= year).then_some((day, why))
    });
    named.or_else(|| Some((Day::from_ymd(year, 12, 31)?, "年度最后一日")))
}

impl Known {
    fn nothing(why: &str) -> Self {
        Self { year: None, note: Some(format!("没有与平台数据比较：{why}。")) }
    }

    pub fn platform(&self) -> Option<&::audit::platform::Platform> {
        self.year.as_ref().map(|year| &year.platform)
    }

    /// What people have to know of the comparison.
    pub fn notes(self, report: &Report) -> Vec<String> {
        let Some(known) = self.year else { return self.note.into_iter().collect() };
        let of = |verdict| report.compared.iter().filter(|one| one.verdict == verdict).count();
        let (agree, differ) = (of(Verdict::Agrees), of(Verdict::Differs));
        let open = of(Verdict::NotCheckable);
        let open = if open > 0 { format!("，无法核对{open}处") } else { String::new() };
        let all = report.compared.len();
        let linked = report.compared.iter().filter(|one| one.by_link).count();
        let linked = if linked > 0 { format!("（其中按链接{linked}处）") } else { String::new() };
        let mut made = vec![format!(
            "与平台数据比较（{}）：对上指标{all}处{linked}，相符{agree}处，不符{differ}处{open}。",
            known.organ.1
        )];
        if !known.unused.is_empty() {
            made.push(format!("平台上没有这一年度的办理记录，没有比较：{}。", known.unused.join("、")));
        }
        made
    }
}
