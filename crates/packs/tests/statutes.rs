//! Random walks through the procedures of enforcement, beside what the statutes themselves ask before a decision.
//!
//! The procedure is the model under test; the statute is written here a second time, plainly, over the list of what was done. Whatever the engine lets through
//! must have behind it what the law puts before it.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "steps of tests fail loudly"
)]

use calendar::{Calendar, Day};
use norms::{
    Act, ActId, ActSet, Bar, Deed, Engine, FieldType, Form, History, Index, Procedure, Record, Value,
};

/// What was done in a walk, in the order of the doing.
struct Done<'a> {
    procedure: &'a Procedure,
    deeds: &'a [Deed],
}

impl<'a> Done<'a> {
    fn id(&self, deed: &Deed) -> &'a str {
        &self.procedure.act_of(deed.act).unwrap().id
    }

    /// The place of the last deed of an act.
    fn last(&self, act: &str) -> Option<usize> {
        self.deeds.iter().rposition(|deed| self.id(deed) == act)
    }

    /// The place of the last deed of an act from a place on.
    fn after(&self, from: usize, act: &str) -> Option<usize> {
        self.last(act).filter(|at| *at > from)
    }

    fn value(&self, at: usize, field: &str) -> Option<&Value> {
        let deed = &self.deeds[at];
        deed.record.get(self.procedure.field_named(deed.act, field)?)
    }

    fn is(&self, at: usize, field: &str) -> bool {
        self.value(at, field) == Some(&Value::Flag(true))
    }

    fn fen(&self, at: usize, field: &str) -> i64 {
        match self.value(at, field) {
            Some(Value::Money(fen)) => *fen,
            _ => 0,
        }
    }

    fn text(&self, at: usize, field: &str) -> &str {
        match self.value(at, field) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    fn day(&self, at: usize, field: &str) -> Option<Day> {
        match self.value(at, field) {
            Some(Value::Day(day)) => Some(*day),
            _ => None,
        }
    }
}

/// Questions that are mostly answered with no; all others mostly with yes, or few walks would come far.
const RARE: [&str; 10] = [
    "hearing_right",
    "heavier",
    "already_fined",
    "grave",
    "needs_review",
    "for_arguing",
    "unrelated",
    "seized_else",
    "frozen_else",
    "listed",
];

/// What is mostly chosen where there is a choice, for the same reason.
const LIKELY: [(&str, &str); 6] = [
    ("field", "general"),
    ("proposal", "punish"),
    ("kind", "fine"),
    ("heaviest", "fine"),
    ("way", "direct"),
    ("source", "inspection"),
];

/// A small generator, so that a walk is known by its seed.
struct Random(u64);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % below.max(1)
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.next(from.len())]
    }

    /// A record of an act: what is required always, the rest mostly.
    fn record(&mut self, act: &Act, day: Day) -> Record {
        let values = act.fields.iter().map(|field| {
            let given = field.required || self.next(10) < 3;
            let rare = RARE.contains(&field.id.as_str());
            given.then(|| match field.kind {
                FieldType::YesNo => Value::Flag((self.next(5) == 0) == rare),
                FieldType::Choice if self.next(4) > 0 => likely(&field.id, &field.options)
                    .unwrap_or_else(|| self.value(field.kind, &field.options, day)),
                FieldType::Money if field.id == "confiscated" && self.next(4) > 0 => Value::Money(0),
                kind => self.value(kind, &field.options, day),
            })
        });
        Record::new(values.collect())
    }

    fn value(&mut self, kind: FieldType, options: &[(String, String)], day: Day) -> Value {
        match kind {
            FieldType::Choice => Value::Text(self.pick(options).0.clone()),
            FieldType::Choices => Value::List(vec![self.pick(options).0.clone()]),
            FieldType::Money => {
                Value::Money(*self.pick(&[0, 10_000, 20_000, 199_999, 200_000, 999_999, 5_000_000]))
            }
            FieldType::Number | FieldType::Share => {
                Value::Number(i64::try_from(*self.pick(&[0usize, 1, 5, 15, 30])).unwrap() * norms::PARTS)
            }
            FieldType::Date => {
                Value::Day(day.plus_days(*self.pick(&[-1900, -800, -40, -40, -3, -3, 0, 0, 8, 20])))
            }
            _ => Value::Text("某".to_owned()),
        }
    }
}

fn likely(field: &str, options: &[(String, String)]) -> Option<Value> {
    let (_, likely) = LIKELY.iter().find(|(id, _)| *id == field)?;
    options.iter().any(|(id, _)| id == likely).then(|| Value::Text((*likely).to_owned()))
}

/// The acts that shut a goal off: most walks leave them alone, or few would come to it.
fn shuts(procedure: &Procedure, goals: &[ActId]) -> ActSet {
    let goals: ActSet = goals.iter().copied().collect();
    procedure.norms.iter().fold(ActSet::NONE, |set, norm| match &norm.form {
        Form::Closing { when, close } if close.meets(goals) => set | when.without(goals),
        _ => set,
    })
}

/// What stands in the way of an act, a few steps back; the act itself where nothing that could be done does.
fn towards(engine: &Engine<'_>, history: &History, goal: ActId, day: Day, random: &mut Random) -> ActId {
    let (marking, norms) = (&history.marking, &engine.procedure.norms);
    let mut act = goal;
    for _ in 0..6 {
        let wanted = match engine.bar(marking, act, day) {
            Some(Bar::NotOpened) => engine.index.opens,
            Some(Bar::Needs(at) | Bar::Falls(at)) => match &norms[usize::from(at)].form {
                Form::Condition(condition) => condition.need & marking.open,
                _ => ActSet::NONE,
            },
            Some(Bar::While(at)) => match &norms[usize::from(at)].form {
                Form::While { owed, .. } => *owed & marking.owed_acts(),
                _ => ActSet::NONE,
            },
            _ => ActSet::NONE,
        };
        let wanted: Vec<ActId> = wanted.iter().collect();
        if wanted.is_empty() {
            break;
        }
        act = *random.pick(&wanted);
    }
    act
}

/// Walks through a procedure from a seed; each time an act was done, `asks` says what the statute lacks.
fn walk(
    procedure: &Procedure,
    calendar: &Calendar,
    seed: u64,
    goals: &[ActId],
    asks: &dyn Fn(&Done<'_>) -> Vec<&'static str>,
) -> Vec<ActId> {
    let index = Index::of(procedure);
    let engine = Engine { procedure, index: &index, calendar };
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let shuts = shuts(procedure, goals);
    let mut history = History::new(&engine);
    let mut day = Day::from_ymd(2024, 3, 1).unwrap();
    for _ in 0..60 {
        day = day.plus_days(i32::try_from(random.next(7)).unwrap());
        while let Some(due) = engine.lapse_due(&history.marking, day) {
            let number = u32::try_from(history.deeds.len()).unwrap() + 1;
            let deed =
                Deed { number, act: due.act, on: due.on, record: Record::default(), lapse: Some(due.norm) };
            history.add(&engine, deed).unwrap();
        }
        let decided = engine.decide(&history.marking, day);
        let may: Vec<ActId> = (decided.may | decided.may_depending).iter().collect();
        let owed: Vec<ActId> = decided.must.iter().filter(|act| may.contains(act)).collect();
        let among = if !owed.is_empty() && random.next(3) > 0 { &owed } else { &may };
        if among.is_empty() {
            continue;
        }
        // Half of the steps go towards what the walk is about.
        let act = if random.next(2) == 0 {
            let goal = *random.pick(goals);
            towards(&engine, &history, goal, day, &mut random)
        } else {
            *random.pick(among)
        };
        let ends = (procedure.act_of(act).unwrap().ends_case || shuts.has(act)) && random.next(10) > 0;
        let by_clock =
            procedure.act_of(act).unwrap().by.iter().all(|role| procedure.roles[*role].id == "clock");
        if by_clock || ends {
            continue;
        }
        let record = random.record(procedure.act_of(act).unwrap(), day);
        let number = u32::try_from(history.deeds.len()).unwrap() + 1;
        if history.add(&engine, Deed { number, act, on: day, record, lapse: None }).is_ok() {
            let done = Done { procedure, deeds: &history.deeds };
            let lacks = asks(&done);
            let way: Vec<&str> = history.deeds.iter().map(|deed| done.id(deed)).collect();
            assert!(lacks.is_empty(), "seed {seed}: {lacks:?} before {way:?}");
        }
    }
    history.deeds.iter().map(|deed| deed.act).collect()
}

/// Walks many times; an act of these must have been reached in at least so many walks, or the test says nothing.
fn walks(id: &str, on: &str, reached: &[(&str, usize)], asks: &dyn Fn(&Done<'_>) -> Vec<&'static str>) {
    let rules = packs::load(&packs::Files::built_in()).expect("the rules are sound");
    let day = Day::parse(on).unwrap();
    let pack = rules.packs.iter().find(|pack| {
        let procedure = &pack.file.procedure;
        procedure.id == id && procedure.in_force.covers(day)
    });
    let procedure = &pack.unwrap_or_else(|| panic!("no {id}")).file.procedure;
    let goals: Vec<ActId> = reached.iter().map(|(act, _)| procedure.act_named(act).unwrap()).collect();
    let mut counted = vec![0; procedure.acts.len()];
    for seed in 0..8_000 {
        let mut acts = walk(procedure, &rules.calendar, seed, &goals, asks);
        acts.sort();
        acts.dedup();
        acts.iter().for_each(|act| counted[act.index()] += 1);
    }
    for (act, least) in reached {
        let times = counted[procedure.act_named(act).unwrap().index()];
        assert!(times >= *least, "{act} was reached {times} times, wanted {least}");
    }
}

/// What the Penalty Law wants before a decision (arts. 29 to 65), over what was done.
fn penalty(done: &Done<'_>) -> Vec<&'static str> {
    let Some(decided) = done.last("decide").filter(|at| *at + 1 == done.deeds.len()) else {
        return Vec::new();
    };
    let clue = done.last("register_clue").unwrap();
    let mut lacks = Vec::new();
    let mut ask = |holds: bool, what| {
        if !holds {
            lacks.push(what)
        }
    };
    let (Some(concluded), Some(told)) = (done.last("conclude"), done.last("give_notice")) else {
        return vec!["44、57.1：调查终结和事先告知"];
    };
    ask(done.last("open_case").is_some() && done.last("investigate").is_some(), "54：立案、调查");
    ask(done.is(concluded, "proven"), "40：事实清楚");
    ask(done.fen(decided, "fine") == 0 || !done.is(concluded, "already_fined"), "29：一事不再罚");
    ask(done.text(concluded, "exempt").is_empty(), "30、31、33、36：依法不予处罚");
    ask(done.fen(decided, "fine") <= done.fen(told, "fine"), "44、45.2：不得重于告知");
    ask(!done.is(decided, "heavier"), "45.2：不得因申辩加重");
    ask(done.text(clue, "field") != "security", "治安管理处罚法：不在本程序");
    ask(done.text(concluded, "proposal") == "punish", "57.1：结论是给予处罚");
    ask(done.fen(decided, "confiscated") <= done.fen(told, "confiscated"), "44：没有告知过的没收");
    let kind = done.text(decided, "heaviest");
    ask(kind == "warning" || kind == done.text(told, "kind"), "44：没有告知过的种类");
    ask(done.deeds[told].on >= done.deeds[concluded].on, "44：终结以后才告知");
    let heard = ["waive_defence", "defence_silent", "defend"].iter().any(|act| done.last(act).is_some());
    ask(heard, "45.1：听取陈述、申辩");
    let argued = done.last("defend").is_none_or(|said| done.after(said, "recheck").is_some());
    ask(argued, "45.1：复核");
    if done.is(concluded, "hearing_right") {
        let waived = ["waive_hearing", "hearing_lapsed"].iter().any(|act| done.last(act).is_some());
        let held = ["hold_hearing", "end_hearing"].iter().any(|act| done.last(act).is_some());
        let asked = done.last("ask_hearing");
        let taken_back = asked.is_some_and(|at| done.after(at, "waive_hearing").is_some());
        ask(held || if asked.is_some() { taken_back } else { waived }, "63：听证");
    }
    let heavy = ["lowered_grade", "revoked", "stopped", "closed", "barred"];
    ask(
        !heavy.contains(&done.text(decided, "heaviest")) || done.is(concluded, "hearing_right"),
        "63.1：听证的种类",
    );
    let least = if done.text(decided, "party_kind") == "organisation" { 1_000_000 } else { 200_000 };
    let large = done.fen(decided, "fine").max(done.fen(decided, "confiscated")) >= least;
    ask(!large || done.is(concluded, "hearing_right"), "63.1：较大数额");
    let reviewed =
        done.last("legal_review").is_some_and(|at| done.is(at, "passed") && done.is(at, "qualified"));
    // Days are all that is kept: on one day nobody knows what came first.
    let day_of = |act: &str| done.last(act).map(|at| done.deeds[at].on);
    let after_hearing = day_of("hold_hearing") <= day_of("legal_review");
    let wants_review = done.is(concluded, "needs_review") || done.last("hold_hearing").is_some();
    let newest = |act: &str| day_of(act) >= Some(done.deeds[told].on);
    ask(!wants_review || reviewed && after_hearing && newest("legal_review"), "58.1：法制审核");
    ask(!done.is(concluded, "grave") || newest("discuss"), "57.2：集体讨论");
    limitation(done, &mut ask);
    lacks
}

/// Two years from the end of the act to its discovery, five where life, health or finance suffered (art. 36).
fn limitation(done: &Done<'_>, ask: &mut dyn FnMut(bool, &'static str)) {
    let clue = done.last("register_clue").unwrap();
    let concluded = done.last("conclude").and_then(|at| done.day(at, "ended_on"));
    for ended in done.day(clue, "ended_on").into_iter().chain(concluded) {
        let found = done.day(clue, "found_on").unwrap();
        let years = if done.is(clue, "grave") { 5 } else { 2 };
        let (year, month, number) = ended.ymd();
        let last = Day::from_ymd(year + years, month, number).or_else(|| Day::from_ymd(year + years, 2, 28));
        ask(found <= last.unwrap(), "36.1：追责时效");
    }
}

#[test]
fn no_way_leads_to_a_penalty_past_what_the_penalty_law_puts_before_it() {
    walks("penalty", "2024-03-01", &[("decide", 200), ("hold_hearing", 20), ("defend", 500)], &penalty);
}

/// What the Penalty Law wants before one is fined on the spot (arts. 44, 45, 51, 52).
fn on_the_spot(done: &Done<'_>) -> Vec<&'static str> {
    let Some(decided) = done.last("decide_on_spot").filter(|at| *at + 1 == done.deeds.len()) else {
        return Vec::new();
    };
    let (Some(found), Some(told), Some(heard)) = (done.last("find"), done.last("tell"), done.last("hear"))
    else {
        return vec!["44、45：告知和听取"];
    };
    let mut lacks = Vec::new();
    let mut ask = |holds: bool, what| {
        if !holds {
            lacks.push(what)
        }
    };
    ask(told < heard && heard < decided, "44、45：先告知、听取，再决定");
    ask(done.is(found, "proven") && done.is(found, "certificate_shown"), "51、52：事实确凿，出示证件");
    let most = if done.text(found, "party_kind") == "citizen" { 20_000 } else { 300_000 };
    ask(done.fen(decided, "fine") <= most, "51：二百元、三千元");
    ask(
        done.fen(decided, "fine") <= done.fen(told, "fine") && !done.is(decided, "heavier"),
        "45.2：不得加重",
    );
    let lowered = done.fen(decided, "fine") < done.fen(told, "fine");
    ask(!done.is(heard, "accepted") || lowered, "45.1：成立的应当采纳");
    ask(done.is(decided, "handed"), "52.1：当场交付");
    let fined = done.text(decided, "kind") == "fine";
    ask(fined == (done.fen(decided, "fine") > 0), "52.2：种类和数额一致");
    lacks
}

#[test]
fn no_way_leads_to_a_fine_on_the_spot_past_what_the_penalty_law_puts_before_it() {
    walks("penalty_summary", "2024-03-01", &[("decide_on_spot", 200)], &on_the_spot);
}

/// What the Compulsion Law wants before something is seized or an account is frozen (arts. 18 to 30), and before it is disposed of.
fn compulsion(done: &Done<'_>) -> Vec<&'static str> {
    let last = done.deeds.len() - 1;
    let asked = done.last("request").unwrap();
    let mut lacks = Vec::new();
    let mut ask = |holds: bool, what| {
        if !holds {
            lacks.push(what)
        }
    };
    let approved = done.last("approve").is_some();
    let spared = done.is(asked, "listed") && done.text(asked, "despite").is_empty();
    match done.id(&done.deeds[last]) {
        "seize" => {
            ask(approved || done.is(asked, "urgent"), "18.1.1：批准");
            ask(done.text(asked, "kind") == "seizure", "22：所报的措施");
            ask(
                ["shown", "told", "heard"].iter().all(|field| done.is(last, field)),
                "18.1：出示、告知、听取",
            );
            ask(!done.is(last, "unrelated") && !done.is(last, "seized_else"), "23：无关财物、重复查封");
            ask(done.last("refuse").is_none(), "19：负责人不同意");
            ask(!spared, "16.2：清单情形没有理由");
        }
        "hold_deposits" => {
            ask(approved || done.is(asked, "urgent"), "18.1.1：批准");
            ask(done.fen(last, "amount") <= done.fen(last, "involved"), "29.2：与涉案金额相当");
            ask(!done.is(last, "frozen_else"), "29.2：重复冻结");
            ask(!spared, "16.2：清单情形没有理由");
        }
        "dispose" => {
            ask(approved, "19：补办批准");
            ask(done.last("seizure_expired").is_none(), "28.1.4：期限届满");
            ask(done.last("seize").or(done.last("hold_deposits")).is_some(), "27：先有措施");
        }
        _ => {}
    }
    lacks
}

#[test]
fn no_way_leads_to_a_seizure_past_what_the_compulsion_law_puts_before_it() {
    walks(
        "compulsion",
        "2024-03-01",
        &[("seize", 500), ("hold_deposits", 100), ("dispose", 100)],
        &compulsion,
    );
}
