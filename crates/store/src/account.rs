//! The accounts of officers and citizens.

use ledger::Hash;

use crate::value::{Value, all, first};
use crate::{Query, Result, Row, StoreError, Tx, sql};

/// What an account may be used for, from the least. 账户级别
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// A citizen or an enterprise. 群众
    Citizen,
    /// An officer. 工作人员
    Staff,
    /// The head of an organ. 负责人
    Head,
    /// Who looks after accounts and organs. 系统管理员
    SystemAdmin,
    /// Who grants rights and looks after passwords and second factors. 安全管理员
    SecurityAdmin,
    /// Who reads what the others did. 审计管理员
    AuditAdmin,
}

impl Rank {
    /// All ranks, from the least.
    pub const ALL: [Self; 6] =
        [Self::Citizen, Self::Staff, Self::Head, Self::SystemAdmin, Self::SecurityAdmin, Self::AuditAdmin];

    /// The word of the store.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Citizen => "citizen",
            Self::Staff => "staff",
            Self::Head => "head",
            Self::SystemAdmin => "system_admin",
            Self::SecurityAdmin => "security_admin",
            Self::AuditAdmin => "audit_admin",
        }
    }

    /// As people say it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Citizen => "申请人",
            Self::Staff => "工作人员",
            Self::Head => "负责人",
            Self::SystemAdmin => "系统管理员",
            Self::SecurityAdmin => "安全管理员",
            Self::AuditAdmin => "审计管理员",
        }
    }

    /// Whether it is one of the three administrators, none of whom acts in cases.
    #[must_use]
    pub fn is_admin(self) -> bool {
        matches!(self, Self::SystemAdmin | Self::SecurityAdmin | Self::AuditAdmin)
    }

    /// The rank of a word of [`Rank::id`].
    #[must_use]
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rank| rank.id() == id)
    }
}

/// An account. 账户
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub id: String,
    /// The name to log in with; no two are alike.
    pub login: String,
    /// The person's name.
    pub name: String,
    pub password_hash: String,
    /// The organ that an officer belongs to.
    pub organ: Option<String>,
    pub rank: Rank,
    /// The resident id with its middle masked; the whole number is not kept.
    pub number_masked: Option<String>,
    /// Wrong passwords in a row.
    pub failed: u32,
    pub locked_until: Option<i64>,
    pub disabled_at: Option<i64>,
    pub created_at: i64,
    /// When the password was set.
    pub password_at: i64,
    /// The password was handed out: its owner must choose another one first.
    pub must_change: bool,
    pub signed_in_at: Option<i64>,
    /// When the account's rights were granted (again); nobody signs in before.
    pub granted_at: Option<i64>,
    /// The secret of the second factor, as whoever keeps it has wrapped it.
    pub totp: Option<String>,
    /// Since when the second factor is in use; a secret without it is being enrolled.
    pub totp_at: Option<i64>,
    /// The last step whose code was used.
    pub totp_step: i64,
    /// Wrong codes in a row.
    pub code_failed: u32,
}

fn read(row: &mut Row<'_>) -> Result<Account> {
    Ok(Account {
        id: row.text()?,
        login: row.text()?,
        name: row.text()?,
        password_hash: row.text()?,
        organ: row.opt_text()?,
        rank: Rank::parse(&row.text()?)
            .ok_or_else(|| StoreError::Internal { detail: "账户级别不认识".to_owned() })?,
        number_masked: row.opt_text()?,
        failed: row.number()?,
        locked_until: row.opt_int()?,
        disabled_at: row.opt_int()?,
        created_at: row.int()?,
        password_at: row.int()?,
        must_change: row.flag()?,
        signed_in_at: row.opt_int()?,
        granted_at: row.opt_int()?,
        totp: row.opt_text()?,
        totp_at: row.opt_int()?,
        totp_step: row.int()?,
        code_failed: row.number()?,
    })
}

fn values(account: &Account) -> [Value<'_>; 19] {
    [
        (&account.id).into(),
        (&account.login).into(),
        (&account.name).into(),
        (&account.password_hash).into(),
        (&account.organ).into(),
        account.rank.id().into(),
        (&account.number_masked).into(),
        account.failed.into(),
        account.locked_until.into(),
        account.disabled_at.into(),
        account.created_at.into(),
        account.password_at.into(),
        account.must_change.into(),
        account.signed_in_at.into(),
        account.granted_at.into(),
        (&account.totp).into(),
        account.totp_at.into(),
        account.totp_step.into(),
        account.code_failed.into(),
    ]
}

/// Makes an account; a login that exists is a conflict.
pub fn add(tx: &mut Tx<'_>, account: &Account) -> Result<()> {
    tx.execute(&sql::ACCOUNT_ADD, &values(account)).map(drop)
}

/// Changes an account; whether it is there.
pub fn update(tx: &mut Tx<'_>, account: &Account) -> Result<bool> {
    tx.execute(&sql::ACCOUNT_UPDATE, &values(account)).map(|changed| changed == 1)
}

/// The account with an id.
pub fn get(db: &dyn Query, id: &str) -> Result<Option<Account>> {
    first(db, &sql::ACCOUNT_GET, &[id.into()], read)
}

/// The account with a login.
pub fn by_login(db: &dyn Query, login: &str) -> Result<Option<Account>> {
    first(db, &sql::ACCOUNT_BY_LOGIN, &[login.into()], read)
}

/// The accounts of an organ, by login.
pub fn of_organ(db: &dyn Query, organ: &str) -> Result<Vec<Account>> {
    all(db, &sql::ACCOUNTS_OF, &[organ.into()], read)
}

/// A page of all accounts by login, after a login (`""` for the first page).
pub fn page(db: &dyn Query, after: &str, limit: u32) -> Result<Vec<Account>> {
    all(db, &sql::ACCOUNTS_PAGE, &[after.into(), limit.into()], read)
}

/// A page of the accounts, by login, whose rights nobody has granted yet.
pub fn waiting(db: &dyn Query, after: &str, limit: u32) -> Result<Vec<Account>> {
    all(db, &sql::ACCOUNTS_WAITING, &[after.into(), limit.into()], read)
}

/// A page of the accounts, by login, that are not a citizen's and were neither used nor granted since an instant.
pub fn idle(db: &dyn Query, since: i64, after: &str, limit: u32) -> Result<Vec<Account>> {
    all(db, &sql::ACCOUNTS_IDLE, &[after.into(), limit.into(), since.into()], read)
}

/// A page of the accounts of a rank, by login.
pub fn of_rank(db: &dyn Query, rank: Rank, after: &str, limit: u32) -> Result<Vec<Account>> {
    all(db, &sql::ACCOUNTS_RANKED, &[after.into(), limit.into(), rank.id().into()], read)
}

/// Keeps the hash of a password that is being replaced, and drops all but the last `most`.
pub fn add_old_password(tx: &mut Tx<'_>, account: &str, hash: &str, most: u32) -> Result<()> {
    let last = first(tx, &sql::OLD_PASSWORDS, &[account.into(), 1_u32.into()], |row| row.int())?;
    let place = last.unwrap_or(0) + 1;
    tx.execute(&sql::OLD_PASSWORD_ADD, &[account.into(), place.into(), hash.into()])?;
    let gone = place - i64::from(most);
    tx.execute(&sql::OLD_PASSWORD_DROP, &[account.into(), gone.into()]).map(drop)
}

/// The hashes of the passwords before the present one, the latest first.
pub fn old_passwords(db: &dyn Query, account: &str, most: u32) -> Result<Vec<String>> {
    all(db, &sql::OLD_PASSWORDS, &[account.into(), most.into()], |row| {
        row.int()?;
        row.text()
    })
}

/// Gives an account these recovery codes, and no others.
pub fn set_recovery_codes(tx: &mut Tx<'_>, account: &str, hashes: &[Hash]) -> Result<()> {
    tx.execute(&sql::RECOVERY_DROP, &[account.into()])?;
    hashes
        .iter()
        .try_for_each(|hash| tx.execute(&sql::RECOVERY_ADD, &[account.into(), hash.into()]).map(drop))
}

/// Uses a recovery code up; whether it was there and not used.
pub fn use_recovery_code(tx: &mut Tx<'_>, account: &str, hash: &Hash, at: i64) -> Result<bool> {
    tx.execute(&sql::RECOVERY_USE, &[account.into(), hash.into(), at.into()]).map(|changed| changed == 1)
}

/// How many recovery codes an account has left.
pub fn recovery_codes_left(db: &dyn Query, account: &str) -> Result<i64> {
    Ok(first(db, &sql::RECOVERY_LEFT, &[account.into()], |row| row.int())?.unwrap_or(0))
}
