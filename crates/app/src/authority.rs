//! Who may do what: gathers the facts of the day from the registers, the case and its record, asks the rules of
//! `policies/`, and puts a refusal into words. Pages, lists and acts all ask here.

use std::sync::Arc;

use authority::{Acting, Ground, Matter, Person, Rank, Verdict};
use base::Diagnostic;
use calendar::Day;
use norms::{Act, ActId, FieldType, Procedure, Record, RequirementKind, Role, RoleKind, Value};
use store::Query;
use store::account::Rank as Kept;

use crate::actor::Actor;
use crate::case::CaseFile;
use crate::companions::{self, Companions};
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::prepared::Prepared;
use crate::roll::Roll;

/// Where no norm of the procedure speaks of the act: what becomes of an act beyond one's powers.
const OUTSIDE_POWER: &str = "《行政诉讼法》第七十条第四项（超越职权的行政行为应当撤销）";

/// An act that somebody asks to do. 拟办事项
pub(crate) struct Asking<'a> {
    pub file: &'a CaseFile,
    pub act: &'a Act,
    pub on: Day,
    /// What is being recorded; none while the form is not filled in yet, and then nothing is asked of those it names.
    pub record: Option<&'a Record>,
    /// The party for whom the case stands open; none where only officers may do it, as a correction.
    pub party: Option<&'a str>,
}

/// What the account is to the rules, without what depends on a case.
pub(crate) fn person_of(actor: &Actor) -> Person<'_> {
    Person {
        account: &actor.account,
        organ: actor.organ.as_ref().map(|(id, _)| id.as_str()),
        rank: match actor.rank {
            Kept::Citizen => Rank::Citizen,
            Kept::Staff => Rank::Staff,
            Kept::Head => Rank::Head,
            Kept::SystemAdmin => Rank::Admin,
            Kept::SecurityAdmin | Kept::AuditAdmin => Rank::Overseer,
        },
        ..Person::default()
    }
}

/// The party for whom an act in a case stands open: whoever asks, where it is anybody's; else the case's own.
pub(crate) fn party_for<'a>(actor: &'a Actor, file: &'a CaseFile, act: &Act) -> Option<&'a str> {
    if act.anybody && actor.rank == Kept::Citizen {
        return Some(&actor.account);
    }
    file.row.party.as_deref()
}

impl Platform {
    /// Whether somebody may do an act in a case, by the rules.
    ///
    /// # Errors
    /// Every rule that forbids it with its basis, or whose act it is instead; the store cannot be read.
    pub(crate) fn may_act(&self, db: &dyn Query, actor: &Actor, asking: &Asking<'_>) -> Result<()> {
        let roll = self.roll()?;
        let holder = self.organ(&asking.file.row.organ).map_or(String::new(), |organ| organ.name);
        let facts = Facts::gather(&roll, db, actor, asking, &holder)?;
        let (person, matter, acting) = facts.put(&roll, actor, asking);
        let verdict = self.inner().policies.may_act(&person, &matter, &acting);
        let texts = Texts::of(&acting);
        let mut names = texts.names();
        names.push(("organ", holder.as_str()));
        let apart = apart_acts(asking);
        names.push(("apart", apart.as_str()));
        let cited = cited(asking);
        let nobody = || self.not_yours(db, actor, asking, &roll);
        refused(&verdict, &names, &cited, nobody).map_or(Ok(()), Err)
    }

    /// Asks the rules in advance, on the caller's thread. A refusal is told by the transaction, which asks again.
    pub(crate) fn allow(&self, prepared: &mut Prepared, file: &CaseFile) {
        let Ok(roll) = self.roll() else { return };
        let actor = prepared.moment.actor.clone();
        let opening = file.row.version == 0 && actor.rank == Kept::Citizen;
        let own = opening.then_some(actor.account.as_str());
        let Some(act) = file.pack.file.procedure.act_of(prepared.act) else { return };
        let (on, record) = (prepared.on, Some(&prepared.record));
        let asking = Asking { file, act, on, record, party: own.or(party_for(&actor, file, act)) };
        if self.store().read(|reader| self.may_act(reader, &actor, &asking)).is_ok() {
            prepared.allow(&file.row, roll);
        }
    }

    /// Whether an act is somebody's to do, for a page that offers it; the record is asked for when it is done.
    pub(crate) fn is_theirs(&self, db: &dyn Query, actor: &Actor, asking: &Asking<'_>) -> bool {
        let Ok(roll) = self.roll() else { return false };
        let holder = self.organ(&asking.file.row.organ).map_or(String::new(), |organ| organ.name);
        let Ok(facts) = Facts::gather(&roll, db, actor, asking, &holder) else { return false };
        let (person, matter, acting) = facts.put(&roll, actor, asking);
        self.inner().policies.may_act(&person, &matter, &acting).is_allowed()
    }

    /// Asks so many times whether somebody may do an act with this form, the facts gathered anew each time, and nothing else: what
    /// one authorisation is measured by. Whether they may, and how long it took.
    ///
    /// # Errors
    /// There is no such case or act; the form is not filled in rightly.
    #[doc(hidden)]
    pub fn authorised_times(
        &self,
        actor: &Actor,
        (case, act): (&str, &str),
        form: &crate::Form,
        rounds: u32,
    ) -> Result<(bool, std::time::Duration)> {
        let on = self.today();
        let file = self.store().read(|reader| self.inner().load(reader, case))?;
        let procedure = &file.pack.file.procedure;
        let spec = procedure.act_named(act).and_then(|act| procedure.act_of(act));
        let spec = spec.ok_or_else(|| crate::AppError::not_found("事项"))?;
        let record = self.read_record(spec, on, form, &file.row.organ)?;
        let asking = Asking { file: &file, act: spec, on, record: Some(&record), party: None };
        self.store().read(|reader| {
            let began = std::time::Instant::now();
            let mut may = 0_u32;
            for _ in 0..rounds {
                may += u32::from(self.may_act(reader, actor, &asking).is_ok());
            }
            Ok((may == rounds && rounds > 0, began.elapsed()))
        })
    }

    /// Whether somebody may read a case, by the rules.
    pub(crate) fn may_read(&self, actor: &Actor, file: &CaseFile, on: Day) -> Result<bool> {
        self.asked_of_case(actor, file, on, &[], |person, matter| {
            self.inner().policies.may_read(person, matter)
        })
    }

    /// The same while these accounts review its file.
    pub(crate) fn may_read_reviewing(
        &self,
        actor: &Actor,
        file: &CaseFile,
        on: Day,
        reviewers: &[String],
    ) -> Result<bool> {
        let ask = |person: &Person<'_>, matter: &Matter<'_>| self.inner().policies.may_read(person, matter);
        self.asked_of_case(actor, file, on, reviewers, ask)
    }

    /// Whether somebody may see the personal data of a case unmasked, by the rules.
    pub(crate) fn may_reveal(&self, actor: &Actor, file: &CaseFile, on: Day) -> Result<bool> {
        self.asked_of_case(actor, file, on, &[], |person, matter| {
            self.inner().policies.may_reveal(person, matter)
        })
    }

    /// Whether a case's records took an account out of it.
    pub(crate) fn is_recused(&self, actor: &Actor, file: &CaseFile, on: Day) -> Result<bool> {
        Ok(recused(&*self.roll()?, actor, file, on).contains(&actor.account))
    }

    /// Whether somebody may correct what the lapse of time has done in a case, by the rules.
    pub(crate) fn may_correct_lapse(&self, actor: &Actor, file: &CaseFile, on: Day) -> Result<bool> {
        self.asked_of_case(actor, file, on, &[], |person, matter| {
            self.inner().policies.may_correct(person, matter)
        })
    }

    fn asked_of_case(
        &self,
        actor: &Actor,
        file: &CaseFile,
        on: Day,
        reviewers: &[String],
        ask: impl FnOnce(&Person<'_>, &Matter<'_>) -> Arc<Verdict>,
    ) -> Result<bool> {
        let roll = self.roll()?;
        let procedure = &file.pack.file.procedure;
        let row = &file.row;
        let mut person = person_of(actor);
        let posts = roll.posts(&row.organ, &procedure.id, on);
        let own = posts.iter().filter(|(_, account)| *account == Some(actor.account.as_str()));
        person.posts = own.map(|(role, _)| *role).collect();
        let mut powers = procedure.acts.iter().filter_map(|act| act.power.as_deref());
        let is_agent = powers.any(|power| is_agent(&roll, actor, file, power, on));
        let recused = recused(&roll, actor, file, on);
        let matter = Matter {
            holder: &row.organ,
            party: row.party.as_deref(),
            handler: row.handler.as_deref(),
            recused: recused.iter().map(String::as_str).collect(),
            named: actor
                .organ
                .iter()
                .filter(|(_, name)| row.named.contains(name))
                .map(|(id, _)| id.as_str())
                .collect(),
            agents: person.organ.filter(|_| is_agent).into_iter().collect(),
            reviewers: reviewers.iter().map(String::as_str).collect(),
            ..Matter::default()
        };
        Ok(ask(&person, &matter).is_allowed())
    }

    /// Whose act it is, and whom to ask.
    fn not_yours(&self, db: &dyn Query, actor: &Actor, asking: &Asking<'_>, roll: &Roll) -> Diagnostic {
        let procedure = &asking.file.pack.file.procedure;
        let roles: Vec<&Role> = asking.act.by.iter().filter_map(|at| procedure.roles.get(*at)).collect();
        let names: Vec<&str> = roles.iter().map(|role| role.name.as_str()).collect();
        let why = format!("“{}”由{}办理，您（{}）不能办", asking.act.name, names.join("、"), actor.title());
        let who = self.who_may(db, actor, asking, roll);
        let help = if !who.is_empty() {
            format!("请把材料整理好，交{}用自己的账号办理。", who.join("、"))
        } else {
            "请由上述人员用自己的账号办理；确属您的职责的，请管理员核对您的单位、职务和岗位指定。".to_owned()
        };
        let told = Diagnostic::error("forbidden", why).help(help);
        let act = procedure.act_named(&asking.act.id);
        match act
            .and_then(|act| crate::view::basis_of(procedure, act))
            .filter(|basis| !basis.cited.is_empty())
        {
            None => told.on(OUTSIDE_POWER),
            Some(basis) if basis.unverified => told.on(format!("{}（未核实）", basis.cited)),
            Some(basis) => told.on(basis.cited.clone()),
        }
    }

    /// Up to three colleagues who may do it; strangers are not told names.
    fn who_may(&self, db: &dyn Query, actor: &Actor, asking: &Asking<'_>, roll: &Roll) -> Vec<String> {
        let row = &asking.file.row;
        let is_own = actor.is_officer() && actor.organ.as_ref().is_some_and(|(id, _)| *id == row.organ);
        if !is_own {
            return Vec::new();
        }
        let procedure = &asking.file.pack.file.procedure;
        let roles: Vec<&Role> = asking.act.by.iter().filter_map(|at| procedure.roles.get(*at)).collect();
        let posts = roll.posts(&row.organ, &procedure.id, asking.on);
        let appointed = posts.iter().filter(|(role, _)| roles.iter().any(|one| one.id == *role));
        let mut accounts: Vec<store::account::Account> = appointed
            .filter_map(|(_, account)| store::account::get(db, (*account)?).ok().flatten())
            .collect();
        if accounts.is_empty() && roles.iter().any(|role| role.head) {
            let all = store::account::of_organ(db, &row.organ).unwrap_or_default();
            accounts = all.into_iter().filter(|one| one.rank == Kept::Head).collect();
        }
        accounts.retain(|one| one.disabled_at.is_none() && one.id != actor.account);
        let title = |rank| if rank == Kept::Head { "（负责人）" } else { "" };
        accounts.iter().take(3).map(|one| format!("{}{}", one.name, title(one.rank))).collect()
    }
}

/// The facts that are not simply there.
struct Facts {
    /// The name of the organ that holds the case.
    holder: String,
    recused: Vec<String>,
    apart_from: Vec<String>,
    officers: i64,
    companions: Companions,
}

impl Facts {
    fn gather(roll: &Roll, db: &dyn Query, actor: &Actor, asking: &Asking<'_>, holder: &str) -> Result<Self> {
        let companions = Companions::gather(roll, db, actor, asking)?;
        let own = i64::from(actor.is_officer());
        Ok(Self {
            holder: holder.to_owned(),
            recused: recused(roll, actor, asking.file, asking.on),
            apart_from: companions::doers(roll, db, actor, asking)?,
            officers: own + companions.count,
            companions,
        })
    }

    /// In the form in which the rules are asked.
    fn put<'a>(
        &'a self,
        roll: &'a Roll,
        actor: &'a Actor,
        asking: &'a Asking<'_>,
    ) -> (Person<'a>, Matter<'a>, Acting<'a>) {
        let (file, act, on) = (asking.file, asking.act, asking.on);
        let procedure = &file.pack.file.procedure;
        let row = &file.row;
        let roles: Vec<&Role> = act.by.iter().filter_map(|at| procedure.roles.get(*at)).collect();
        let posts = roll.posts(&row.organ, &procedure.id, on);
        let own = posts.iter().filter(|(_, account)| *account == Some(actor.account.as_str()));
        let mut person = person_of(actor);
        person.posts = own.map(|(role, _)| *role).collect();
        let certificate = certificate(act);
        if certificate.is_some() {
            person.certificates = roll.certificates(&actor.account, on);
        }
        let power = act.power.as_deref();
        let agent = power.is_some_and(|power| is_agent(roll, actor, file, power, on));
        let organ_roles = roles.iter().copied().filter(|role| role.kind == RoleKind::Organ);
        let matter = Matter {
            holder: &row.organ,
            party: asking.party,
            handler: row.handler.as_deref(),
            named: named(actor, procedure, organ_roles, file).into_iter().collect(),
            agents: person.organ.filter(|_| agent).into_iter().collect(),
            powers: power
                .filter(|power| roll.has_power((&row.organ, &self.holder), power, &row.division, on))
                .into_iter()
                .collect(),
            manned: posts.iter().map(|(role, _)| *role).collect(),
            recused: self.recused.iter().map(String::as_str).collect(),
            reviewers: Vec::new(),
        };
        let officers = |head: bool| {
            let of = move |role: &&&Role| role.kind == RoleKind::Officer && role.head == head;
            roles.iter().filter(of).map(|role| role.id.as_str()).collect()
        };
        let acting = Acting {
            party: roles.iter().any(|role| role.kind == RoleKind::Party),
            organ: roles.iter().any(|role| role.kind == RoleKind::Organ),
            outside: roles.iter().any(|role| role.kind == RoleKind::Outside),
            officer_roles: officers(false),
            head_roles: officers(true),
            certificate,
            power,
            officers_needed: asking.record.map_or(0, |_| officers_needed(act)),
            officers: self.officers,
            uncertified: texts(&self.companions.uncertified),
            unknown: texts(&self.companions.unknown),
            recused_others: texts(&self.companions.recused),
            apart_others: texts(&self.companions.apart),
            apart_from: self.apart_from.iter().map(String::as_str).collect(),
        };
        (person, matter, acting)
    }
}

fn texts(all: &[String]) -> Vec<&str> {
    all.iter().map(String::as_str).collect()
}

pub(crate) fn certificate(act: &Act) -> Option<&str> {
    act.requires.iter().find_map(|asked| match &asked.kind {
        RequirementKind::Certificate(field) => Some(field.as_str()),
        _ => None,
    })
}

pub(crate) fn officers_needed(act: &Act) -> i64 {
    let counts = act.requires.iter().filter_map(|asked| match asked.kind {
        RequirementKind::Officers(count) => Some(i64::from(count)),
        _ => None,
    });
    counts.max().unwrap_or(0)
}

/// The accounts of those whom the case's records took out of it. A name that the roll does not know is the account of
/// nobody: then a colleague of that name is meant.
fn recused(roll: &Roll, actor: &Actor, file: &CaseFile, on: Day) -> Vec<String> {
    let mut accounts = Vec::new();
    for name in companions::withdrawn(file) {
        let known: Vec<_> = roll.named(&file.row.organ, name, on).collect();
        accounts.extend(known.iter().filter_map(|one| one.account).map(str::to_owned));
        if known.is_empty() && actor.name == name {
            accounts.push(actor.account.clone());
        }
    }
    accounts
}

/// The acts that were done and that whoever does this must not have done, by name.
fn apart_acts(asking: &Asking<'_>) -> String {
    let procedure = &asking.file.pack.file.procedure;
    let done = |act: &ActId| asking.file.history.deeds.iter().any(|deed| deed.act == *act);
    let names = companions::apart_set(asking.act).iter().filter(done).collect::<Vec<_>>().into_iter();
    let names: Vec<String> = names.map(|act| format!("“{}”", procedure.name_of(act))).collect();
    names.join("、")
}

/// The actor's organ, where a record of the case names it in one of these roles.
fn named<'a, 'r>(
    actor: &'a Actor,
    procedure: &Procedure,
    roles: impl IntoIterator<Item = &'r Role>,
    file: &CaseFile,
) -> Option<&'a str> {
    let (id, name) = actor.organ.as_ref()?;
    let names = |role: &Role| {
        procedure.acts.iter().enumerate().any(|(at, act)| {
            let Some(act_id) = ActId::new(at) else { return false };
            (0u16..).zip(&act.fields).any(|(place, field)| {
                let value = file.history.records.value(act_id, place);
                field.kind == FieldType::Organ
                    && field.id == role.id
                    && matches!(value, Some(Value::Text(text)) if text == name)
            })
        })
    };
    roles.into_iter().any(names).then_some(id.as_str())
}

/// Whether the holder has entrusted the actor's organ with a power.
fn is_agent(roll: &Roll, actor: &Actor, file: &CaseFile, power: &str, on: Day) -> bool {
    let Some((_, name)) = &actor.organ else { return false };
    roll.agents(&file.row.organ, power, &file.row.division, on).contains(&name.as_str())
}

/// The articles on which the procedure's page asks what a rule forbids to lack: the rule, the citation.
fn cited(asking: &Asking<'_>) -> Vec<(&'static str, String)> {
    let mut made = Vec::new();
    for asked in &asking.act.requires {
        let mark = if asked.basis.unverified { "（未核实）" } else { "" };
        let cited = format!("{}{mark}", asked.basis.cited);
        match asked.kind {
            RequirementKind::Certificate(_) => {
                made.push(("uncertified", cited.clone()));
                made.push(("uncertified_other", cited));
            }
            RequirementKind::Officers(_) => {
                made.push(("too_few", cited.clone()));
                made.push(("unknown_other", cited));
            }
            RequirementKind::ApartFrom(_) => {
                made.push(("apart", cited.clone()));
                made.push(("apart_other", cited));
            }
        }
    }
    made
}

/// What stands in the places of the rules' sentences.
struct Texts {
    certificate: String,
    power: String,
    uncertified: String,
    unknown: String,
    recused_others: String,
    apart_others: String,
    needed: String,
    officers: String,
}

impl Texts {
    fn of(acting: &Acting<'_>) -> Self {
        Self {
            certificate: acting.certificate.unwrap_or_default().to_owned(),
            power: acting.power.unwrap_or_default().to_owned(),
            uncertified: acting.uncertified.join("、"),
            unknown: acting.unknown.join("、"),
            recused_others: acting.recused_others.join("、"),
            apart_others: acting.apart_others.join("、"),
            needed: acting.officers_needed.to_string(),
            officers: acting.officers.to_string(),
        }
    }

    fn names(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("certificate", &self.certificate),
            ("power", &self.power),
            ("uncertified", &self.uncertified),
            ("unknown", &self.unknown),
            ("recused_others", &self.recused_others),
            ("apart_others", &self.apart_others),
            ("needed", &self.needed),
            ("officers", &self.officers),
        ]
    }
}

/// A verdict as an error: every rule that forbids in its own words, or, where none permits, what `nobody` says.
pub(crate) fn refused(
    verdict: &Verdict,
    names: &[(&str, &str)],
    cited: &[(&str, String)],
    nobody: impl FnOnce() -> Diagnostic,
) -> Option<AppError> {
    if verdict.is_allowed() {
        return None;
    }
    if let Some(broken) = &verdict.broken {
        let help = "请把这段话告诉系统管理员；在改好以前，谁也不能办。";
        return Some(AppError::wrong("broken_rule", format!("授权规则不能判断：{broken}"), help));
    }
    let filled = |text: &str| {
        names.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    };
    let told = |ground: &Ground| {
        let mut one = Diagnostic::error("forbidden", filled(&ground.what));
        if !ground.help.is_empty() {
            one = one.help(filled(&ground.help));
        }
        let own = cited.iter().find(|(rule, _)| *rule == ground.rule).map(|(_, cited)| cited.clone());
        let basis = own.unwrap_or_else(|| ground.basis.clone());
        if basis.is_empty() { one } else { one.on(basis) }
    };
    let mut reasons: Vec<Diagnostic> = Vec::new();
    if verdict.permits.is_empty() {
        reasons.push(nobody());
    }
    reasons.extend(verdict.forbids.iter().map(told));
    Some(AppError::Unauthorised(reasons))
}
