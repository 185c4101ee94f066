//! The accounts of officers and citizens.

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
    /// Who looks after the system. 管理员
    Admin,
}

impl Rank {
    const ALL: [Self; 4] = [Self::Citizen, Self::Staff, Self::Head, Self::Admin];

    /// The word of the store.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Citizen => "citizen",
            Self::Staff => "staff",
            Self::Head => "head",
            Self::Admin => "admin",
        }
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
    })
}

fn values(account: &Account) -> [Value<'_>; 11] {
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
