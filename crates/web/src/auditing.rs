//! Auditing the files of strangers: away from the threads that serve pages, few at a time, not for long.

use std::sync::Arc;
use std::time::Duration;

use audit::{Beside, Options, Report, Rules};
use audit_report::{Shown, Spot};
use calendar::Day;
use packs::Rules as Packs;
use tokio::sync::Semaphore;

use crate::held::Held;
use crate::site::Site;

/// How many audits run at the same time for those who have not signed in, and how many for those who have.
const AT_ONCE: usize = 2;
/// How long one waits for a turn, and how long for the end.
const TURN: Duration = Duration::from_secs(15);
const END: Duration = Duration::from_secs(60);

/// The rules, and whose turn it is. 审核安排
pub(crate) struct Auditing {
    rules: Option<Rules>,
    strangers: Arc<Semaphore>,
    accounts: Arc<Semaphore>,
}

impl Default for Auditing {
    fn default() -> Self {
        let turns = || Arc::new(Semaphore::new(AT_ONCE));
        let rules = audit_report::load(&audit_report::BUILT_IN).ok();
        Self { rules, strangers: turns(), accounts: turns() }
    }
}

/// Why an audit did not come to its end. 没有审完的原因
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfinished {
    /// Too many others.
    Busy,
    TooLong,
    /// The program broke off.
    Broken,
}

impl Unfinished {
    pub fn message(self) -> &'static str {
        match self {
            Self::Busy => "正在审核的报告太多，这一份还没有审核；请过一会儿再提交，文件要重新选",
            Self::TooLong => "这份文件用时太长，没有审完。请拆成几份，或者另存为文本再试",
            Self::Broken => "读这份文件时程序出了问题，没有审完。请另存为文本再试，并告诉系统管理员",
        }
    }
}

impl Auditing {
    pub fn rules(&self) -> Option<&Rules> {
        self.rules.as_ref()
    }

    /// Does a piece of work in its turn. Work that takes too long is no longer waited for, but keeps its turn until it
    /// ends: there are never more than the bound.
    pub async fn run<T: Send + 'static>(
        site: &Site,
        is_account: bool,
        work: impl FnOnce(&Rules, &Packs) -> T + Send + 'static,
    ) -> Result<T, Unfinished> {
        let auditing = Arc::clone(site.auditing());
        let turns = if is_account { &auditing.accounts } else { &auditing.strangers };
        let turn = turn(Arc::clone(turns)).await?;
        let platform = site.platform().clone();
        let running = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            auditing.rules().map(|rules| work(rules, platform.rules()))
        });
        match tokio::time::timeout(END, running).await {
            Ok(Ok(Some(done))) => Ok(done),
            Ok(_) => Err(Unfinished::Broken),
            Err(_) => Err(Unfinished::TooLong),
        }
    }
}

/// Waits for a turn, which lasts as long as what is given back.
async fn turn(turns: Arc<Semaphore>) -> Result<impl Send + 'static, Unfinished> {
    let turn = tokio::time::timeout(TURN, turns.acquire_owned()).await;
    turn.ok().and_then(Result::ok).ok_or(Unfinished::Busy)
}

/// What is to be audited. 审核任务
#[derive(Clone, Debug)]
pub(crate) struct Task {
    pub report: Held,
    /// Last year's report, for comparison.
    pub previous: Option<Held>,
    pub year: Option<u32>,
    pub published_on: Option<Day>,
}

impl Task {
    pub fn audit(&self, rules: &Rules, packs: &Packs) -> Report {
        let published_on = self.published_on.and_then(|day| {
            Some((u32::try_from(day.year()).ok()?, u32::from(day.month()), u32::from(day.day())))
        });
        let options = Options { year: self.year, published_on, ..Options::default() };
        let previous = self.previous.as_ref().map(|held| &held.reading.text);
        let beside = Beside { library: Some(&packs.laws), previous, ..Beside::default() };
        audit::audit(&self.report.reading.text, rules, &options, &beside)
    }

    /// Calls with the report as every form of the result shows it.
    pub fn shown<T>(&self, report: &Report, use_it: impl FnOnce(&Shown) -> T) -> T {
        let place = |index: usize| {
            let place = self.report.reading.place(index);
            Spot { page: place.page, line: place.line, column: place.column }
        };
        let text = &self.report.reading.text;
        let notes: Vec<String> =
            self.report.reading.not_read().into_iter().chain(report.not_checked()).collect();
        use_it(&Shown { file: &self.report.name, text, report, accepted: &[], notes: &notes, place: &place })
    }
}
