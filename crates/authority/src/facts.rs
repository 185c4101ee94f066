//! What is known when the rules are asked: of the account, of the case, of the act.

/// What an account is in its organ. 职级
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Rank {
    #[default]
    Citizen,
    Staff,
    Head,
    /// Looks after the system; acts in no case.
    Admin,
    /// The security and the audit administrator: no rule gives them anything.
    Overseer,
}

impl Rank {
    /// The word of the rules.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Citizen => "citizen",
            Self::Staff => "staff",
            Self::Head => "head",
            Self::Admin => "admin",
            Self::Overseer => "overseer",
        }
    }
}

/// Who asks. 办理人
#[derive(Clone, Debug, Default)]
pub struct Person<'a> {
    pub account: &'a str,
    pub organ: Option<&'a str>,
    pub rank: Rank,
    /// Roles that the account is appointed to at the organ that holds the case, on that day.
    pub posts: Vec<&'a str>,
    /// Fields in which it holds an enforcement certificate in force that day.
    pub certificates: Vec<&'a str>,
}

/// The case that is asked about. 案件
#[derive(Clone, Debug, Default)]
pub struct Matter<'a> {
    pub holder: &'a str,
    pub party: Option<&'a str>,
    /// The account that deals with it, where one does.
    pub handler: Option<&'a str>,
    /// Ids of organs that the record names in one of the act's roles; for reading, in any role.
    pub named: Vec<&'a str>,
    /// Ids of organs that the holder has entrusted, that day, with the power of the act.
    pub agents: Vec<&'a str>,
    /// Powers of the holder that day.
    pub powers: Vec<&'a str>,
    /// Roles for which the holder has appointed somebody, that day.
    pub manned: Vec<&'a str>,
    /// Accounts that withdrew from the case.
    pub recused: Vec<&'a str>,
    /// Accounts that were drawn to review its file, as long as the review goes on.
    pub reviewers: Vec<&'a str>,
}

/// The register that is asked about. 名册、清单
#[derive(Clone, Copy, Debug, Default)]
pub struct Kept<'a> {
    /// The organ whose register it is.
    pub keeper: &'a str,
    /// Whether organs of its kind keep one.
    pub kept: bool,
    /// Whether its public columns are anybody's to read.
    pub public: bool,
    /// Whether only the heads of the keeping organ read it.
    pub secret: bool,
}

/// The act that is asked about. 事项
#[derive(Clone, Debug, Default)]
pub struct Acting<'a> {
    /// Whether a party may do it; likewise an organ that the record names, and an officer for a body outside.
    pub party: bool,
    pub organ: bool,
    pub outside: bool,
    /// Ids of the roles of officers that may do it, those of heads apart.
    pub officer_roles: Vec<&'a str>,
    pub head_roles: Vec<&'a str>,
    /// The field of the certificate that it asks for.
    pub certificate: Option<&'a str>,
    /// The power that it exercises.
    pub power: Option<&'a str>,
    pub officers_needed: i64,
    /// How many different officers do it together.
    pub officers: i64,
    /// Names of those among them without the certificate, the account itself apart.
    pub uncertified: Vec<&'a str>,
    /// Names of those among them whom the organ's roll and accounts do not know, where several officers are asked for.
    pub unknown: Vec<&'a str>,
    /// Names of those among them who withdrew from the case.
    pub recused_others: Vec<&'a str>,
    /// Names of those among them who did what whoever does this must not have done.
    pub apart_others: Vec<&'a str>,
    /// Accounts that did what whoever does this must not have done.
    pub apart_from: Vec<&'a str>,
}

/// Of some names those that a question is about: the rules ask whether a name is among others, so that the others need
/// not be handed to them, and a county's list of a thousand powers costs no more than one of ten.
pub(crate) fn only<'a>(names: &[&'a str], asked: &[&str]) -> Vec<&'a str> {
    names.iter().copied().filter(|name| asked.contains(name)).collect()
}

impl Person<'_> {
    /// What of the person can bear on an act.
    pub(crate) fn bearing_on(&self, acting: &Acting<'_>) -> Self {
        let certificate = acting.certificate.unwrap_or_default();
        Self {
            posts: only(&self.posts, &acting.roles()),
            certificates: only(&self.certificates, &[certificate]),
            ..self.clone()
        }
    }
}

impl Matter<'_> {
    /// What of the case can bear on an act that somebody does.
    pub(crate) fn bearing_on(&self, person: &Person<'_>, acting: &Acting<'_>) -> Self {
        let organ = person.organ.unwrap_or_default();
        Self {
            named: only(&self.named, &[organ]),
            agents: only(&self.agents, &[organ]),
            powers: only(&self.powers, &[acting.power.unwrap_or_default()]),
            manned: only(&self.manned, &acting.roles()),
            recused: only(&self.recused, &[person.account]),
            reviewers: Vec::new(),
            ..*self
        }
    }
}

impl<'a> Acting<'a> {
    fn roles(&self) -> Vec<&'a str> {
        self.officer_roles.iter().chain(&self.head_roles).copied().collect()
    }
}
