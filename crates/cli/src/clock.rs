//! `yifa clock`: the last day of a time limit, or the earliest day after a lead, explained step by step.

use std::path::PathBuf;
use std::process::ExitCode;

use base::Diagnostic;
use calendar::{Calendar, Count, Day, Explanation, Limit, Moment, Pause, Step, Unit};
use clap::Args;
use serde_json::{Value, json};

use crate::Common;
use crate::data;
use crate::output::{self, Format, WRONG_INPUT};
use crate::tsv::{Batch, Fault, Outcome, Row, Table};

#[derive(Args)]
pub struct ClockArgs {
    /// 起算之日，当日不计入；以小时计的期限可以写到分，如“2024-09-27 14:30”
    #[arg(long, value_name = "日期")]
    from: Option<String>,
    /// 期限，如“5 working days”“60 days”“3 months”，或者“5个工作日”“60日”“3个月”
    #[arg(long, value_name = "期限")]
    limit: Option<String>,
    /// 至少要间隔的时间：算最早可以办理之日
    #[arg(long, value_name = "期限")]
    lead: Option<String>,
    /// 中止期间，写作“中止之日..恢复之日”，尚未恢复的写“中止之日..”；可以写多次
    #[arg(long, value_name = "期间")]
    pause: Vec<String>,
    /// 延长的时间；可以写多次，按先后顺序
    #[arg(long, value_name = "期限")]
    extend: Vec<String>,
    /// 成批计算：制表符分隔的表，列为 from limit pauses extend，或者 from lead；中止尚未恢复的没有届满日，留空；“-”为标准输入
    #[arg(long, value_name = "文件")]
    batch: Option<PathBuf>,
}

/// One question: texts as they were given.
struct Asked<'a> {
    from: &'a str,
    limit: &'a str,
    lead: &'a str,
    pauses: Vec<&'a str>,
    extensions: Vec<&'a str>,
}

/// The question when it has been understood.
enum Question {
    LastDay {
        from: Day,
        limit: Limit,
        pauses: Vec<Pause>,
        extensions: Vec<Limit>,
    },
    Earliest {
        from: Day,
        lead: Limit,
    },
    /// A limit in hours from a minute.
    Minute {
        from: Moment,
        limit: Limit,
    },
}

pub fn run(common: &Common, args: &ClockArgs) -> ExitCode {
    let calendar = match data::calendar(common) {
        Ok(calendar) => calendar,
        Err(found) => return output::fail(&found, WRONG_INPUT),
    };
    let single = args.from.is_some() || args.limit.is_some() || args.lead.is_some();
    if let Some(file) = &args.batch {
        if single || !args.pause.is_empty() || !args.extend.is_empty() {
            let message = "--batch 不能与 --from、--limit、--lead、--pause、--extend 同用";
            let found = Diagnostic::error("clock_call", message).help("成批计算时，这些都写在表里。");
            return output::fail(&[found], WRONG_INPUT);
        }
        let reads = ["from", "limit", "lead", "pauses", "extend"];
        return Batch { file, reads: &reads, adds: &["computed"] }.run(|table| columns(table, &calendar));
    }
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let (from, limit, lead) = (text(&args.from), text(&args.limit), text(&args.lead));
    let asked = Asked {
        from: &from,
        limit: &limit,
        lead: &lead,
        pauses: args.pause.iter().map(String::as_str).collect(),
        extensions: args.extend.iter().map(String::as_str).collect(),
    };
    match asked.read().and_then(|question| within_reach(&calendar, question)) {
        Ok(question) => {
            answer(common.format, &calendar, &question);
            ExitCode::SUCCESS
        }
        Err(faults) => {
            let mut found: Vec<_> = faults.into_iter().map(option_named).collect();
            found.dedup();
            output::fail(&found, WRONG_INPUT)
        }
    }
}

/// The finding with the option that it is about.
fn option_named(fault: Fault) -> Diagnostic {
    let option = match fault.column {
        "pauses" => "--pause".to_owned(),
        column => format!("--{column}"),
    };
    let message = format!("{option}：{}", fault.found.message);
    Diagnostic { message, ..fault.found }
}

/// The work on each row of a batch.
fn columns<'c>(
    table: &Table<'_>,
    calendar: &'c Calendar,
) -> Result<impl FnMut(&Row<'_>) -> Outcome + use<'c>, Diagnostic> {
    let from = table.need(&["from"])?.first().copied();
    let [limit, lead, pauses, extend] = ["limit", "lead", "pauses", "extend"].map(|name| table.column(name));
    if limit.is_none() && lead.is_none() {
        return Err(table.lacks("limit（或者lead）"));
    }
    Ok(move |row: &Row<'_>| {
        let asked = Asked {
            from: row.cell(from),
            limit: row.cell(limit),
            lead: row.cell(lead),
            pauses: split(row.cell(pauses)),
            extensions: split(row.cell(extend)),
        };
        match asked.read().and_then(|question| within_reach(calendar, question)) {
            Ok(question) => {
                let (cell, provisional) = computed(calendar, &question);
                Outcome::of(vec![cell], provisional)
            }
            Err(faults) => Outcome::bad(faults),
        }
    })
}

fn split(cell: &str) -> Vec<&str> {
    cell.split([';', '；']).map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// The cell of a batch, empty while a pause is open, for then there is no last day; and whether it is provisional.
fn computed(calendar: &Calendar, question: &Question) -> (String, bool) {
    match question {
        Question::LastDay { from, limit, pauses, extensions } => {
            let count = Count { from: *from, limit: *limit, pauses, extensions, rolls: true };
            let counted = calendar.last_day(&count);
            let cell = counted.last_day.map_or_else(String::new, |last_day| last_day.to_string());
            (cell, counted.provisional)
        }
        Question::Earliest { from, lead } => {
            let (earliest, provisional) = calendar.earliest(*from, *lead);
            (earliest.to_string(), provisional)
        }
        Question::Minute { from, limit } => {
            (from.after(*limit).map_or_else(String::new, |at| at.to_string()), false)
        }
    }
}

/// A count that runs past the year 9999 has no answer.
fn within_reach(calendar: &Calendar, question: Question) -> Result<Question, Vec<Fault>> {
    let last = match &question {
        Question::LastDay { from, limit, pauses, extensions } => {
            let count = Count { from: *from, limit: *limit, pauses, extensions, rolls: true };
            calendar.last_day(&count).last_day
        }
        Question::Earliest { from, lead } => Some(calendar.earliest(*from, *lead).0),
        Question::Minute { from, limit } => from.after(*limit).map(Moment::day),
    };
    if last == Some(Day::MAX) {
        let found = Diagnostic::error("clock_reach", "算到了9999年以后").help("核对起算之日和期限");
        return Err(vec![Fault::new("from", found)]);
    }
    Ok(question)
}

impl Asked<'_> {
    /// Understands the question, or says everything that is wrong with it.
    fn read(&self) -> Result<Question, Vec<Fault>> {
        let mut faults = Vec::new();
        let by_minute = self.from.contains(':') && self.lead.is_empty();
        let moment = by_minute.then(|| keep("from", Moment::parse(self.from), &mut faults)).flatten();
        let from = match moment {
            Some(moment) => Some(moment.day()),
            None if self.from.is_empty() => {
                say(&mut faults, "from", "没有写起算之日", "写成“2024-09-27”或者“2024年9月27日”");
                None
            }
            None if by_minute => None,
            None => keep("from", Day::parse(self.from), &mut faults),
        };
        let pauses = keep_all("pauses", &self.pauses, Pause::parse, &mut faults);
        let extensions = keep_all("extend", &self.extensions, Limit::parse, &mut faults);
        let limit = self.length("limit", self.limit, &mut faults);
        let lead = self.length("lead", self.lead, &mut faults);
        match (self.limit.is_empty(), self.lead.is_empty()) {
            (true, true) => say(&mut faults, "limit", "期限和间隔都没有写", "写上limit或者lead"),
            (false, false) => say(&mut faults, "lead", "期限和间隔只能写一个", "去掉limit或者lead"),
            (true, false) if !self.pauses.is_empty() || !self.extensions.is_empty() => {
                say(&mut faults, "lead", "间隔不中止，也不延长", "去掉中止和延长");
            }
            _ => {}
        }
        if let (Some(_), Some(limit)) = (moment, limit) {
            let plain = self.pauses.is_empty() && self.extensions.is_empty();
            if limit.unit != Unit::Hours || !plain {
                let help = "其他期限只写起算之日，不写时刻";
                say(&mut faults, "from", "写到分的起算时刻只用于以小时计、没有中止和延长的期限", help);
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let question = match (from, limit, lead, moment) {
            (_, Some(limit), None, Some(from)) => Some(Question::Minute { from, limit }),
            (Some(from), Some(limit), None, None) => {
                Some(Question::LastDay { from, limit, pauses, extensions })
            }
            (Some(from), None, Some(lead), _) => Some(Question::Earliest { from, lead }),
            _ => None,
        };
        question.ok_or(faults)
    }

    fn length(&self, column: &'static str, text: &str, faults: &mut Vec<Fault>) -> Option<Limit> {
        if text.is_empty() { None } else { keep(column, Limit::parse(text), faults) }
    }
}

fn say(faults: &mut Vec<Fault>, column: &'static str, message: &str, help: &str) {
    faults.push(Fault::new(column, Diagnostic::error("clock_call", message).help(help)));
}

fn keep<T>(column: &'static str, read: Result<T, Box<Diagnostic>>, faults: &mut Vec<Fault>) -> Option<T> {
    read.map_err(|found| faults.push(Fault::new(column, *found))).ok()
}

fn keep_all<T>(
    column: &'static str,
    texts: &[&str],
    read: impl Fn(&str) -> Result<T, Box<Diagnostic>>,
    faults: &mut Vec<Fault>,
) -> Vec<T> {
    texts.iter().filter_map(|text| keep(column, read(text), faults)).collect()
}

fn answer(format: Format, calendar: &Calendar, question: &Question) {
    match question {
        Question::LastDay { from, limit, pauses, extensions } => {
            let count = Count { from: *from, limit: *limit, pauses, extensions, rolls: true };
            let explanation = calendar.explain(&count);
            let last_day = explanation.counted.last_day;
            if format == Format::Json {
                let mut answer = object(*from, &explanation);
                put(&mut answer, "limit", json!(limit.id()));
                put(&mut answer, "last_day", json!(last_day.map(|day| day.to_string())));
                let unrolled = explanation.counted.unrolled.map(|day| day.to_string());
                put(&mut answer, "unrolled", json!(unrolled));
                return output::json(answer);
            }
            let ends = last_day.map_or_else(|| "待恢复后确定".to_owned(), with_weekday);
            say_answer("期限届满日", &ends, &explanation);
        }
        Question::Earliest { from, lead } => {
            let explanation = calendar.explain_lead(*from, *lead);
            let (earliest, _) = calendar.earliest(*from, *lead);
            if format == Format::Json {
                let mut answer = object(*from, &explanation);
                put(&mut answer, "lead", json!(lead.id()));
                put(&mut answer, "earliest", json!(earliest.to_string()));
                return output::json(answer);
            }
            say_answer("最早可以办理之日", &with_weekday(earliest), &explanation);
        }
        Question::Minute { from, limit } => minute(format, *from, *limit),
    }
}

fn minute(format: Format, from: Moment, limit: Limit) {
    let Some(end) = from.after(limit) else { return };
    let reason = format!("自{from}起连续计算{limit}，遇休息日不顺延");
    if format == Format::Json {
        let step = json!({ "kind": "counted", "from": from.day().to_string(), "to": end.day().to_string(),
            "days": 0, "reason": reason, "notice": null });
        return output::json(json!({ "from": from.to_string(), "limit": limit.id(),
            "last_day": end.day().to_string(), "last_moment": end.to_string(), "provisional": false,
            "steps": [step] }));
    }
    output::say(&format!("期限届满：{end}\n\n1. {reason}"));
}

fn with_weekday(day: Day) -> String {
    format!("{}（{}）", day.chinese(), day.weekday().label())
}

fn say_answer(what: &str, day: &str, explanation: &Explanation) {
    let remark =
        if explanation.counted.provisional { "，待定：有的年份放假安排尚未载入" } else { "" };
    output::say(&format!("{what}：{day}{remark}\n\n{explanation}"));
}

fn object(from: Day, explanation: &Explanation) -> Value {
    json!({
        "from": from.to_string(),
        "provisional": explanation.counted.provisional,
        "steps": explanation.steps.iter().map(step).collect::<Vec<_>>(),
    })
}

fn put(object: &mut Value, key: &str, value: Value) {
    if let Value::Object(fields) = object {
        fields.insert(key.to_owned(), value);
    }
}

fn step(step: &Step) -> Value {
    json!({
        "kind": step.kind.id(),
        "from": step.from.to_string(),
        "to": step.to.to_string(),
        "days": step.days,
        "reason": step.reason,
        "notice": step.notice,
    })
}
