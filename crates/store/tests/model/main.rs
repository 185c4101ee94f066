//! The store against a model in memory: the same commands, kept or undone, give the same answers.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

#[path = "../common/mod.rs"]
mod common;
mod compare;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use common::{Folder, On, assert_whole, case, event, hash, keys};
use compare::compare;
use proptest::prelude::*;
use store::cases::{Case, Scope};
use store::due::{Desk, Due};
use store::person::Whose;
use store::personal::{NewPart, NewPersonal};
use store::publication::Publication;
use store::session::Session;
use store::tally::{Contribution, Range, Sum};
use store::{
    Reader, Store, StoreError, Tx, cases, command, counter, due, events, outbox, person, personal,
    publication, session, tally,
};

/// One command on small sets of names, so that commands meet.
#[derive(Clone, Debug)]
enum Op {
    Open { case: u8, organ: u8, day: i32 },
    Append { case: u8, personal: Option<u8> },
    Erase { case: u8, number: u32 },
    ErasePerson { person: u8 },
    Change { case: u8, phase: u8, handler: Option<u8>, closed: bool },
    Owe { case: u8, dues: Vec<(u8, Option<i32>, bool)> },
    Count { case: u8, figure: u8, day: i32, recorded: i32, n: i64 },
    Publish { case: u8, number: u32, day: i32 },
    Withdraw { case: u8, number: u32 },
    Number { organ: u8, year: u8 },
    Once { key: u8, request: u8 },
    Send { case: u8 },
    Deliver { id: i64 },
    SignIn { token: u8, account: u8, until: i64 },
    Seen { token: u8, until: i64 },
    Who { token: u8, now: i64 },
    SignOut { token: u8 },
    SignOutAll { account: u8 },
    Expire { now: i64 },
}

fn day() -> impl Strategy<Value = i32> {
    20_000..20_006_i32
}

fn op() -> impl Strategy<Value = Op> {
    let case = || 0..6_u8;
    prop_oneof![
        4 => (case(), 0..3_u8, day()).prop_map(|(case, organ, day)| Op::Open { case, organ, day }),
        6 => (case(), prop::option::of(0..3_u8)).prop_map(|(case, personal)| Op::Append { case, personal }),
        1 => (case(), 1..4_u32).prop_map(|(case, number)| Op::Erase { case, number }),
        1 => (0..3_u8).prop_map(|person| Op::ErasePerson { person }),
        3 => (case(), 0..3_u8, prop::option::of(0..2_u8), any::<bool>())
            .prop_map(|(case, phase, handler, closed)| Op::Change { case, phase, handler, closed }),
        3 => (case(), prop::collection::vec((0..3_u8, prop::option::of(day()), any::<bool>()), 0..4))
            .prop_map(|(case, dues)| Op::Owe { case, dues }),
        4 => (case(), 0..2_u8, day(), day(), -2..5_i64)
            .prop_map(|(case, figure, day, recorded, n)| Op::Count { case, figure, day, recorded, n }),
        3 => (case(), 1..3_u32, day()).prop_map(|(case, number, day)| Op::Publish { case, number, day }),
        1 => (case(), 1..3_u32).prop_map(|(case, number)| Op::Withdraw { case, number }),
        2 => (0..2_u8, 0..2_u8).prop_map(|(organ, year)| Op::Number { organ, year }),
        2 => (0..3_u8, 0..2_u8).prop_map(|(key, request)| Op::Once { key, request }),
        2 => case().prop_map(|case| Op::Send { case }),
        1 => (1..5_i64).prop_map(|id| Op::Deliver { id }),
        3 => of_sessions(),
    ]
}

fn of_sessions() -> impl Strategy<Value = Op> {
    let (token, account, instant) = (|| 0..4_u8, || 0..2_u8, || 1..6_i64);
    prop_oneof![
        4 => (token(), account(), instant())
            .prop_map(|(token, account, until)| Op::SignIn { token, account, until }),
        1 => (token(), instant()).prop_map(|(token, until)| Op::Seen { token, until }),
        2 => (token(), instant()).prop_map(|(token, now)| Op::Who { token, now }),
        1 => token().prop_map(|token| Op::SignOut { token }),
        1 => account().prop_map(|account| Op::SignOutAll { account }),
        1 => instant().prop_map(|now| Op::Expire { now }),
    ]
}

/// The model: what each table should hold.
#[derive(Clone, Default)]
struct Model {
    cases: BTreeMap<String, Case>,
    /// The parts of personal fields that are still there, by case and number, and whose they are.
    personal: BTreeMap<(String, u32), BTreeSet<u8>>,
    /// Who is known and was not erased since.
    persons: BTreeSet<u8>,
    dues: BTreeMap<String, Vec<Due>>,
    contributions: BTreeMap<(String, i32, String, u32, String, i32), Contribution>,
    tallies: Vec<Contribution>,
    publications: BTreeMap<(String, u32), Publication>,
    counters: BTreeMap<(String, i32), i64>,
    commands: BTreeMap<String, u8>,
    /// How many messages, and how far the receiver has got.
    outbox: i64,
    position: i64,
    sessions: BTreeMap<u8, Session>,
    events: i64,
}

fn organ(n: u8) -> String {
    format!("o{n}")
}

fn dues_of(case: &Case, dues: &[(u8, Option<i32>, bool)]) -> Vec<Due> {
    let mut by_norm = BTreeMap::new();
    for (norm, last_day, lapses) in dues {
        let due = Due {
            case: case.id.clone(),
            norm: format!("n{norm}"),
            acts: "decide,refuse".to_owned(),
            last_day: *last_day,
            warn_on: last_day.map(|day| day - 2),
            organ: case.organ.clone(),
            division: case.division.clone(),
            handler: case.handler.clone(),
            lapses: *lapses,
        };
        by_norm.insert(*norm, due);
    }
    by_norm.into_values().collect()
}

fn contribution(case: &Case, figure: u8, day: i32, recorded: i32, n: i64) -> Contribution {
    Contribution {
        figure: format!("f{figure}"),
        legal_day: day,
        case: case.id.clone(),
        number: case.version,
        organ: case.organ.clone(),
        division: case.division.clone(),
        recorded_day: recorded,
        n,
        total: n * 100,
    }
}

fn published(case: &Case, number: u32, day: i32) -> Publication {
    Publication {
        case: case.id.clone(),
        number,
        act: "decide".to_owned(),
        procedure: case.procedure.clone(),
        organ: case.organ.clone(),
        division: case.division.clone(),
        published_on: day,
        title: case.title.clone(),
        withdrawn_on: None,
        shown_until: None,
    }
}

fn changed(case: &mut Case, phase: u8, handler: Option<u8>, closed: bool) {
    case.phase = format!("p{phase}");
    case.handler = handler.map(|n| format!("h{n}"));
    case.closed_on = closed.then_some(20_010);
    // Who is named changes too, and comes back.
    case.named = (0..phase).map(|at| format!("机关{at}")).collect();
}

fn refusal(what: &str) -> StoreError {
    StoreError::Internal { detail: what.to_owned() }
}

fn new_case(n: u8, organ_number: u8, day: i32) -> Case {
    let mut new = case(&format!("c{n}"));
    new.organ = organ(organ_number);
    new.opened_on = day;
    // An id belongs to one division: that is where it is looked for.
    new.division = format!("3505{:02}", n % 2);
    new
}

fn whose(person: u8) -> Whose {
    Whose::Number(format!("35058319900307{person}"))
}

/// The fields of two persons, each in a part of its own.
fn someone(case: &str, who: u8) -> NewPersonal {
    let part = |who: u8| NewPart {
        name: format!("p{who}"),
        whose: whose(who),
        data: format!("{{\"p{who}\":\"{case}\"}}"),
    };
    NewPersonal { keys: keys(), parts: vec![part((who + 1) % 3), part(who)] }
}

fn signed_in(token: u8, account: u8, until: i64) -> Session {
    Session {
        token_hash: hash(&token.to_string()),
        account: format!("u-{account}"),
        csrf: format!("csrf-{token}"),
        created_at: 0,
        seen_at: 0,
        expires_at: until,
        ends_at: until,
        passed: true,
        address: None,
        agent: String::new(),
    }
}

/// What is asked of sessions, in the store.
fn apply_to_sessions(tx: &mut Tx<'_>, op: &Op) -> Result<String, StoreError> {
    let hash_of = |token: &u8| hash(&token.to_string());
    Ok(match op {
        Op::SignIn { token, account, until } => {
            session::add(tx, &signed_in(*token, *account, *until)).map_err(|_| refusal("twice"))?;
            String::new()
        }
        Op::Seen { token, until } => session::seen(tx, &hash_of(token), 1, *until).map(|()| String::new())?,
        Op::Who { token, now } => format!("{:?}", session::get(tx, &hash_of(token), *now)?),
        Op::SignOut { token } => session::end(tx, &hash_of(token)).map(|()| String::new())?,
        Op::SignOutAll { account } => session::end_all(tx, &format!("u-{account}"))?.to_string(),
        Op::Expire { now } => session::expire(tx, *now)?.to_string(),
        other => panic!("{other:?}"),
    })
}

/// The command in the store; the answer as text, which the model must give too.
fn apply(tx: &mut Tx<'_>, op: &Op) -> Result<String, StoreError> {
    let found = |tx: &mut Tx<'_>, n: u8| cases::get(tx, &format!("c{n}"))?.ok_or_else(|| refusal("no case"));
    Ok(match op {
        Op::Open { case, organ, day } => {
            cases::add(tx, &new_case(*case, *organ, *day)).map_err(|_| refusal("twice"))?;
            String::new()
        }
        Op::Append { case, personal } => {
            let mut new = event(&found(tx, *case)?.id, "accept");
            new.personal = personal.map(|who| someone(&new.case, who));
            let entry = events::append(tx, new)?;
            format!("{} {}", entry.seq, entry.event().number)
        }
        Op::Erase { case, number } => personal::erase(tx, &format!("c{case}"), *number)?.to_string(),
        Op::ErasePerson { person } => match person::find(tx, &keys(), &whose(*person))? {
            None => "nobody".to_owned(),
            Some(id) => {
                let erased = person::erase(tx, &keys(), &id, 1)?.unwrap();
                erased.cases.iter().map(|one| one.parts).sum::<u64>().to_string()
            }
        },
        Op::Change { case, phase, handler, closed } => {
            let mut case = found(tx, *case)?;
            changed(&mut case, *phase, *handler, *closed);
            cases::update(tx, &case).map(|()| String::new())?
        }
        Op::Owe { case, dues } => {
            let case = found(tx, *case)?;
            due::replace(tx, &case.id, &dues_of(&case, dues)).map(|()| String::new())?
        }
        Op::Count { case, figure, day, recorded, n } => {
            let case = found(tx, *case)?;
            tally::contribute(tx, &contribution(&case, *figure, *day, *recorded, *n))
                .map(|()| String::new())?
        }
        Op::Publish { case, number, day } => {
            let case = found(tx, *case)?;
            publication::add(tx, &published(&case, *number, *day)).map_err(|_| refusal("twice"))?;
            String::new()
        }
        Op::Withdraw { case, number } => {
            publication::withdraw(tx, &format!("c{case}"), *number, "decide", 20_020)?.to_string()
        }
        Op::Number { organ: n, year } => {
            counter::next_number(tx, &organ(*n), "decision", i32::from(*year))?.to_string()
        }
        Op::Once { key, request } => {
            let (key, digest) = (key.to_string(), hash(&request.to_string()));
            let last = events::last_seq(tx)?;
            let result = command::once(tx, &key, &digest, 0, |_| Ok::<_, StoreError>(request.to_string()));
            format!("{} {}", result.map_err(|_| refusal("reused"))?, last)
        }
        Op::Send { case } => outbox::add(tx, "notify", Some(&case.to_string()), "{}", 0)?.to_string(),
        Op::Deliver { id } => {
            let before = outbox::receiver(tx, "exchange")?.unwrap_or_default().position;
            let receiver = outbox::Receiver { name: "exchange".to_owned(), position: *id, fault: None };
            outbox::put_receiver(tx, &receiver)?;
            before.to_string()
        }
        _ => apply_to_sessions(tx, op)?,
    })
}

impl Model {
    /// The command in the model. A refusal may leave it half changed: the caller throws it away then.
    fn apply(&mut self, op: &Op) -> Result<String, StoreError> {
        let found = |model: &Self, n: u8| {
            model.cases.get(&format!("c{n}")).cloned().ok_or_else(|| refusal("no case"))
        };
        Ok(match op {
            Op::Open { case, organ, day } => {
                let new = new_case(*case, *organ, *day);
                if self.cases.insert(new.id.clone(), new).is_some() {
                    return Err(refusal("twice"));
                }
                String::new()
            }
            Op::Append { case, personal } => self.append(found(self, *case)?, *personal),
            Op::Erase { case, number } => {
                let parts = self.personal.get_mut(&(format!("c{case}"), *number));
                parts.is_some_and(|parts| !std::mem::take(parts).is_empty()).to_string()
            }
            Op::ErasePerson { person } => {
                let was = self.persons.remove(person);
                let gone = self.personal.values_mut().filter_map(|parts| parts.remove(person).then_some(()));
                let gone = gone.count();
                if was { gone.to_string() } else { "nobody".to_owned() }
            }
            Op::Change { case, phase, handler, closed } => {
                let mut case = found(self, *case)?;
                changed(&mut case, *phase, *handler, *closed);
                self.cases.insert(case.id.clone(), case);
                String::new()
            }
            Op::Owe { case, dues } => {
                let case = found(self, *case)?;
                self.dues.insert(case.id.clone(), dues_of(&case, dues));
                String::new()
            }
            Op::Count { case, figure, day, recorded, n } => {
                self.count(contribution(&found(self, *case)?, *figure, *day, *recorded, *n));
                String::new()
            }
            Op::Publish { case, number, day } => {
                let new = published(&found(self, *case)?, *number, *day);
                if self.publications.insert((new.case.clone(), *number), new).is_some() {
                    return Err(refusal("twice"));
                }
                String::new()
            }
            Op::Withdraw { case, number } => {
                let found = self.publications.get_mut(&(format!("c{case}"), *number));
                let public = found.filter(|it| it.withdrawn_on.is_none());
                public.map(|it| it.withdrawn_on = Some(20_020)).is_some().to_string()
            }
            Op::Number { organ: n, year } => {
                let last = self.counters.entry((organ(*n), i32::from(*year))).or_default();
                *last += 1;
                last.to_string()
            }
            Op::Once { key, request } => {
                let known = *self.commands.entry(key.to_string()).or_insert(*request);
                if known != *request {
                    return Err(refusal("reused"));
                }
                format!("{known} {}", self.events)
            }
            Op::Send { .. } => self.send(),
            Op::Deliver { id } => {
                let before = std::mem::replace(&mut self.position, *id);
                before.to_string()
            }
            _ => self.of_sessions(op)?,
        })
    }

    fn of_sessions(&mut self, op: &Op) -> Result<String, StoreError> {
        let before = self.sessions.len();
        match op {
            Op::SignIn { token, account, until } => {
                if self.sessions.insert(*token, signed_in(*token, *account, *until)).is_some() {
                    return Err(refusal("twice"));
                }
            }
            Op::Seen { token, until } => {
                if let Some(found) = self.sessions.get_mut(token) {
                    (found.seen_at, found.expires_at) = (1, *until);
                }
            }
            Op::Who { token, now } => {
                return Ok(format!("{:?}", self.sessions.get(token).filter(|it| it.expires_at > *now)));
            }
            Op::SignOut { token } => {
                self.sessions.remove(token);
            }
            Op::SignOutAll { account } => {
                self.sessions.retain(|_, it| it.account != format!("u-{account}"));
                return Ok((before - self.sessions.len()).to_string());
            }
            Op::Expire { now } => {
                self.sessions.retain(|_, it| it.expires_at > *now);
                return Ok((before - self.sessions.len()).to_string());
            }
            other => panic!("{other:?}"),
        }
        Ok(String::new())
    }

    fn append(&mut self, mut case: Case, personal: Option<u8>) -> String {
        case.version += 1;
        self.events += 1;
        if let Some(who) = personal {
            let both = BTreeSet::from([who, (who + 1) % 3]);
            self.persons.extend(&both);
            self.personal.insert((case.id.clone(), case.version), both);
        }
        let answer = format!("{} {}", self.events, case.version);
        self.cases.insert(case.id.clone(), case);
        answer
    }

    fn send(&mut self) -> String {
        self.outbox += 1;
        self.outbox.to_string()
    }

    fn count(&mut self, one: Contribution) {
        let key = (
            one.figure.clone(),
            one.legal_day,
            one.case.clone(),
            one.number,
            one.organ.clone(),
            one.recorded_day,
        );
        let kept = self.contributions.entry(key).or_insert(Contribution { n: 0, total: 0, ..one.clone() });
        kept.n += one.n;
        kept.total += one.total;
        self.tallies.push(one);
    }
}

/// Commands of one to four steps; some end in a refusal and leave no trace.
type Commands = Vec<(Vec<Op>, bool)>;

fn commands() -> impl Strategy<Value = Commands> {
    prop::collection::vec((prop::collection::vec(op(), 1..5), prop::bool::weighted(0.2)), 1..40)
}

fn does_what_the_model_does(on: On, commands: Commands, limit: u32) -> Result<(), TestCaseError> {
    let opened =
        (0..4).map(|n| (vec![Op::Open { case: n, organ: n % 3, day: 20_000 + i32::from(n) }], false));
    let commands: Vec<_> = opened.chain(commands).collect();
    let Some(folder) = Folder::on(on, "model") else { return Ok(()) };
    let store = folder.open();
    let mut model = Model::default();
    let mut expected = Vec::new();
    for (steps, refuse) in &commands {
        let mut trial = model.clone();
        let answers: Result<Vec<String>, StoreError> = steps.iter().map(|op| trial.apply(op)).collect();
        let answers = answers.and_then(|it| if *refuse { Err(refusal("refused")) } else { Ok(it) });
        if answers.is_ok() {
            model = trial;
        }
        expected.push(answers);
    }
    let commands = Arc::new(commands);
    let pending: Vec<_> = (0..commands.len())
        .map(|n| {
            let commands = Arc::clone(&commands);
            store
                .write_later(move |tx| {
                    let (steps, refuse) = &commands[n];
                    let answers: Vec<String> =
                        steps.iter().map(|op| apply(tx, op)).collect::<Result<_, _>>()?;
                    if *refuse { Err(refusal("refused")) } else { Ok(answers) }
                })
                .unwrap()
        })
        .collect();
    for (pending, expected) in pending.into_iter().zip(expected) {
        // A write that is held back is not tried when its command is refused anyway, so one of two reasons may be told.
        match (pending.wait().unwrap(), expected) {
            (Err(_), Err(_)) if on == On::Postgres => {}
            (found, expected) => prop_assert_eq!(found, expected),
        }
    }
    compare(&store, &model, limit);
    drop(store);
    compare(&folder.open(), &model, limit);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn sqlite_does_what_the_model_does(commands in commands(), limit in 1..5_u32) {
        does_what_the_model_does(On::Sqlite, commands, limit)?;
    }

    #[test]
    fn postgres_does_what_the_model_does(commands in commands(), limit in 1..5_u32) {
        does_what_the_model_does(On::Postgres, commands, limit)?;
    }
}
