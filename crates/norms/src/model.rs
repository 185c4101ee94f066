//! A procedure as its file says it, ready to be run.

use base::Place;
use calendar::{Day, Limit};

use crate::guard::Guard;
use crate::{
    ActId, ActSet, Discretion, DrawStep, ExamStep, FieldType, JOINT_FILLED, QUALIFY_FILLED, ReviewStep, Start,
};

/// From when to when something is in force; both days belong to it. 施行期间
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Force {
    pub from: Day,
    pub until: Option<Day>,
}

impl Force {
    #[must_use]
    pub fn covers(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// One procedure. 程序
#[derive(Clone, Debug)]
pub struct Procedure {
    pub id: String,
    pub name: String,
    /// The folder it stands in: one of the plan's systems.
    pub system: String,
    pub measures: Vec<String>,
    pub systems: Vec<String>,
    pub in_force: Force,
    /// Id of the default law, such as `reconsideration_law@2023`.
    pub law: String,
    /// Kinds of organ that may hold such a case.
    pub held_by: Vec<String>,
    /// Pattern of the case number: `{organ}复〔{year}〕{serial}号`.
    pub number: String,
    pub phases: Vec<String>,
    pub roles: Vec<Role>,
    pub acts: Vec<Act>,
    pub norms: Vec<Norm>,
    pub guards: Vec<Guard>,
    pub parameters: Vec<Parameter>,
    pub documents: Vec<DocumentKind>,
    pub withholds: Vec<Withhold>,
    /// What makes a case a document of the library.
    pub shelf: Option<Shelf>,
    pub place: Place,
}

/// Who does acts. 角色
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    pub id: String,
    pub name: String,
    pub kind: RoleKind,
    /// Only the head of the body may act in it.
    pub head: bool,
}

/// What stands behind a role. 角色类别
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleKind {
    Party,
    Organ,
    Officer,
    /// A body outside the platform (a court, say), for which an officer records.
    Outside,
    Clock,
}

/// One act of a procedure. 事项
#[derive(Clone, Debug, Default)]
pub struct Act {
    pub id: String,
    pub name: String,
    /// Places in `Procedure::roles`.
    pub by: Vec<usize>,
    /// Place in `Procedure::phases`.
    pub phase: Option<usize>,
    pub opens_case: bool,
    pub ends_case: bool,
    pub repeats: bool,
    pub closed_at_start: bool,
    /// It may be done in a closed case too, which is open again while it owes something. 办结后仍可办
    pub after_end: bool,
    /// The same may be done in several cases at once, each decided for itself.
    pub bulk: bool,
    /// Anybody may do it, with an account or without: the party that it is for is the public. 人人可办
    pub anybody: bool,
    pub fields: Vec<Field>,
    /// The kind of document that it issues.
    pub document: Option<String>,
    /// The kind of power that it exercises.
    pub power: Option<String>,
    /// Roles that are told.
    pub notify: Vec<usize>,
    pub publish: Option<Publish>,
    /// Acts that are shown no more from the day of this one: their time of showing is over.
    pub ends_showing: ActSet,
    /// Acts that are taken back from the public when this one is done: what was public is no more so.
    pub takes_down: ActSet,
    /// What whoever does it must be, beyond the role.
    pub requires: Vec<Requirement>,
    /// Whom the record takes out of the case.
    pub recuses: Option<Recusal>,
    /// What a case that it opens is compared by with those that were opened before.
    pub alike: Option<Alike>,
    /// The cases that it opens.
    pub starts: Vec<Start>,
    /// The step of a draw that the platform carries out with it.
    pub draw: Option<DrawStep>,
    /// The step of a review of case files that the platform carries out with it.
    pub review: Option<ReviewStep>,
    /// The step of an examination that the platform carries out with it.
    pub exam: Option<ExamStep>,
    /// The platform fills in what the registers say of an officer's examination and hours.
    pub qualifies: bool,
    /// The platform makes a joint plan with it.
    pub joint: bool,
    /// By which fields a penalty is held against the benchmarks of discretion.
    pub discretion: Option<Discretion>,
    /// Places of the fields that the platform computes from registers and other cases when the act is done.
    pub computed: Vec<u16>,
    /// It opens a case about a document of the library.
    pub concerns: Option<Concerns>,
    /// It lists documents of the library.
    pub lists: Option<Lists>,
    pub help: Option<String>,
    pub place: Place,
}

impl Act {
    /// The fields that the platform fills in itself; nobody is asked for them.
    pub fn filled(&self) -> impl Iterator<Item = &str> {
        let of_draw = self.draw.into_iter().flat_map(|step| step.filled().iter().map(|(id, _)| *id));
        let of_review = self.review.into_iter().flat_map(|step| step.filled().iter().map(|(id, _)| *id));
        let of_exam = self.exam.into_iter().flat_map(|step| step.filled().iter().map(|(id, _)| *id));
        let of_officer = QUALIFY_FILLED.iter().filter(|_| self.qualifies).map(|(id, _)| *id);
        let of_joint = JOINT_FILLED.iter().filter(|_| self.joint).map(|(id, _)| *id);
        let of_discretion = self.discretion.iter().flat_map(Discretion::filled);
        let named = of_discretion
            .chain(self.computed.iter().copied())
            .filter_map(|at| self.fields.get(usize::from(at)));
        of_draw
            .chain(of_review)
            .chain(of_exam)
            .chain(of_officer)
            .chain(of_joint)
            .chain(named.map(|field| field.id.as_str()))
    }
}

/// What the law asks of those who do an act, beyond their role. 办理人员的要求
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    pub kind: RequirementKind,
    pub basis: Basis,
    pub place: Place,
}

/// What is asked. 办理人员的要求种类
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequirementKind {
    /// An enforcement certificate of this field, in force on the legal day. 执法证件
    Certificate(String),
    /// At least so many different officers together. 人数
    Officers(u8),
    /// Nobody who did one of these acts in the case. 职责分离
    ApartFrom(ActSet),
}

/// An act after which an officer has no part in the case any more. 回避
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recusal {
    /// The field that names the officer.
    pub officer: u16,
    /// The yes-or-no field that says whether it was so decided; without it, it always was.
    pub when: Option<u16>,
}

/// Fields of an opening act by which like cases are found before another one is entered. 相近比对
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alike {
    pub applicants: Vec<u16>,
    pub respondents: Vec<u16>,
    pub matter: Vec<u16>,
    pub places: Vec<u16>,
    /// Whether it is told how many there are that whoever enters the case may not see.
    pub elsewhere: bool,
}

/// A field of an act's record, or the act itself. 记载
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OnRecord {
    pub act: ActId,
    pub field: Option<u16>,
}

/// How a case is a document of the library; of several places the one that was recorded last counts. 文件库
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shelf {
    pub title: Vec<OnRecord>,
    /// A field, or an act: the number of the document that it issued.
    pub number: Vec<OnRecord>,
    /// The file with its text.
    pub text: Vec<OnRecord>,
    /// The first day in force.
    pub from: Vec<OnRecord>,
    /// The last day in force.
    pub until: Vec<OnRecord>,
    /// What ends it: from that field's day, else from the day of the act, it is in force no more.
    pub repealed: Vec<OnRecord>,
    pub lapsed: Vec<OnRecord>,
    /// Anybody may read it once this act is public.
    pub published: Option<ActId>,
    /// Anybody may read it from the beginning, because the law has such documents published.
    pub always_public: bool,
    /// Acts by which it is looked at anew.
    pub reviews: Vec<ActId>,
}

/// Fields of an opening act that name the document of the library that the case is about. 所涉文件
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Concerns {
    pub title: u16,
    pub number: u16,
}

/// Fields of an act that lists documents of the library: how many, and the file with the list. 列入目录
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lists {
    pub total: u16,
    pub list: u16,
}

/// What becomes public when the act is done. 公开
#[derive(Clone, Debug)]
pub struct Publish {
    /// The act whose public fields are shown.
    pub of: ActId,
    pub basis: Basis,
    /// How long it is shown; without it, until it is taken down.
    pub shown: Option<Shown>,
}

/// How long what is public is shown: to the earliest of the days that its parts give, counted from the day of the act that is
/// shown. 公示期限
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// A field of type `date` of the act that is shown: the last day.
    pub until: Option<u16>,
    /// A field of type `choice` of that act, and for each of its options the parameter with the longest time of showing;
    /// an option without one is not shown at all.
    pub class: Option<u16>,
    pub periods: Vec<(String, Option<String>)>,
    /// The parameter with the longest time whatever is recorded.
    pub most: Option<String>,
}

/// When nothing of a case is public, whatever its acts publish. 不公开的情形
#[derive(Clone, Debug)]
pub struct Withhold {
    /// Place in `Procedure::guards`.
    pub guard: u8,
    /// What people read: 听证因国家秘密不公开.
    pub because: String,
    pub basis: Basis,
    pub place: Place,
}

/// One field of a record. 字段
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub id: String,
    pub name: String,
    pub kind: FieldType,
    pub required: bool,
    /// About a person: kept outside the hash, masked for outsiders.
    pub personal: bool,
    pub public: bool,
    pub help: Option<String>,
    /// Id and label of each choice.
    pub options: Vec<(String, String)>,
    /// The columns of `rows`.
    pub columns: Vec<Field>,
    /// The register of an `entry`.
    pub register: Option<String>,
    /// Characters of a text, or the largest number.
    pub max: Option<i64>,
}

/// What a norm rests on. 依据
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Basis {
    /// Id of the law with its version.
    pub law: String,
    /// Article as the file writes it (`30.1.2`); empty where the text of the rule was not seen.
    pub article: String,
    /// As people cite it: 《行政复议法》第三十条第一款.
    pub cited: String,
    pub unverified: bool,
    /// A disputed reading.
    pub note: Option<String>,
}

/// One relation between acts. 规范
#[derive(Clone, Debug)]
pub struct Norm {
    pub basis: Basis,
    /// Place in `Procedure::guards`.
    pub guard: Option<u8>,
    pub form: Form,
    pub place: Place,
}

/// The five forms of a norm. 规范形式
#[derive(Clone, Debug)]
pub enum Form {
    Duty(Duty),
    Condition(Condition),
    While { owed: ActSet, not: ActSet },
    Closing { when: ActSet, close: ActSet },
    Opening { when: ActSet, open: ActSet },
}

/// 应当: when one of `when` is done, one of `must` is owed. 义务
#[derive(Clone, Debug)]
pub struct Duty {
    pub when: ActSet,
    pub must: ActSet,
    pub within: Option<Amount>,
    /// Date field of the triggering act's record that the limit runs from: act and field.
    pub from: Vec<(ActId, u16)>,
    pub pauses: Vec<PauseRule>,
    pub extends: Vec<Extend>,
    pub lapse: Option<Lapse>,
    pub warn: Option<Limit>,
    /// Whether a last day on a rest day moves to the next working day.
    pub rolls: bool,
}

/// A length of time: written out, or a parameter of the place. 时限
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    Fixed(Limit),
    /// Place in `Procedure::parameters`.
    Parameter(usize),
}

/// Time that does not count: from one act until another. 中止
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PauseRule {
    pub from: ActSet,
    pub until: ActSet,
}

/// An act that adds time. 延长
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extend {
    pub by: ActSet,
    pub add: Amount,
    pub times: usize,
    /// Number field of the extending act's record: that many units, at most `add`.
    pub days: Vec<(ActId, u16)>,
}

/// What the law deems done when the time has run out. 视为
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lapse {
    pub act: ActId,
    pub on: LapseDay,
}

/// The legal day of a deemed act. 视为之日
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LapseDay {
    Last,
    First,
    Next,
}

/// 未经……不得: before one of `before`, `need` must be done. 条件
#[derive(Clone, Debug)]
pub struct Condition {
    pub before: ActSet,
    pub need: ActSet,
    /// One of `need` is enough.
    pub any: bool,
    pub lead: Option<Amount>,
    /// Guard that the needed act's record must meet.
    pub with: Option<u8>,
}

/// A figure that a place sets, or that is known only at second hand. 参数
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    pub name: String,
    /// In the order of their days.
    pub values: Vec<ParameterValue>,
}

/// One dated value of a parameter. 参数值
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterValue {
    pub from: Day,
    pub amount: Setting,
    pub basis: String,
    pub unverified: bool,
}

/// What a parameter sets. 参数内容
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    Limit(Limit),
    Number(i64),
    /// Fen.
    Money(i64),
    Flag(bool),
}

impl Parameter {
    /// The value in force on a day.
    #[must_use]
    pub fn on(&self, day: Day) -> Option<&ParameterValue> {
        self.values.iter().rev().find(|value| value.from <= day)
    }
}

/// A kind of document with its own number series. 文书
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentKind {
    pub id: String,
    pub name: String,
    pub number: String,
}

impl Procedure {
    #[must_use]
    pub fn act_named(&self, id: &str) -> Option<ActId> {
        self.acts.iter().position(|act| act.id == id).and_then(ActId::new)
    }

    #[must_use]
    pub fn act_of(&self, act: ActId) -> Option<&Act> {
        self.acts.get(act.index())
    }

    /// The name that users see; empty for an act of another procedure.
    #[must_use]
    pub fn name_of(&self, act: ActId) -> &str {
        self.act_of(act).map_or("", |act| &act.name)
    }

    /// Names of several acts, joined by “、”.
    #[must_use]
    pub fn names_of(&self, acts: ActSet) -> String {
        acts.iter().map(|act| format!("“{}”", self.name_of(act))).collect::<Vec<_>>().join("、")
    }

    /// The acts that a test picks out.
    #[must_use]
    pub fn acts_where(&self, test: impl Fn(&Act) -> bool) -> ActSet {
        let ids = self.acts.iter().enumerate().filter(|(_, act)| test(act));
        ids.filter_map(|(index, _)| ActId::new(index)).collect()
    }

    /// The field of an act by its id: its place in the record.
    #[must_use]
    pub fn field_named(&self, act: ActId, id: &str) -> Option<u16> {
        let at = self.act_of(act)?.fields.iter().position(|field| field.id == id)?;
        u16::try_from(at).ok()
    }

    /// The limit that an amount stands for on a day; `None` before the first value of its parameter.
    #[must_use]
    pub fn limit(&self, amount: Amount, day: Day) -> Option<Limit> {
        match amount {
            Amount::Fixed(limit) => Some(limit),
            Amount::Parameter(at) => match self.parameters.get(at)?.on(day)?.amount {
                Setting::Limit(limit) => Some(limit),
                Setting::Number(_) | Setting::Money(_) | Setting::Flag(_) => None,
            },
        }
    }
}

/// What an organ may be (机关性质): the word of the files, and what people read. Of the last four none holds a case: they
/// are named in cases.
pub const ORGAN_KINDS: [(&str, &str); 10] = [
    ("government", "人民政府"),
    ("department", "政府工作部门"),
    ("dispatched", "派出机构"),
    ("township", "乡镇人民政府"),
    ("street", "街道办事处"),
    ("public_institution", "事业单位"),
    ("upper", "上级机关"),
    ("congress", "人民代表大会常务委员会"),
    ("court", "人民法院"),
    ("procuratorate", "人民检察院"),
];

/// What a kind of organ is called; the word itself where there is no such kind.
#[must_use]
pub fn organ_kind(kind: &str) -> &str {
    ORGAN_KINDS.iter().find(|(id, _)| *id == kind).map_or(kind, |(_, name)| name)
}
