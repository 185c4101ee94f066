//! Programs of others that use the API, each in the name of an account. Secrets and tokens are kept as their hashes.

use ledger::Hash;

use crate::value::{all, first};
use crate::{Query, Result, Row, Tx, sql};

/// A program of others. 接入程序
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    pub id: String,
    /// What it is and whose.
    pub name: String,
    /// The account in whose name it asks and acts.
    pub account: String,
    pub secret: Hash,
    /// What it may do, in the words of the use cases.
    pub scope: String,
    pub made_at: i64,
    pub made_by: String,
    /// When it last asked for a token.
    pub used_at: Option<i64>,
    pub ended_at: Option<i64>,
    /// When the account's owner agreed; before that it can do nothing.
    pub agreed_at: Option<i64>,
}

fn read(row: &mut Row<'_>) -> Result<Client> {
    Ok(Client {
        id: row.text()?,
        name: row.text()?,
        account: row.text()?,
        secret: row.hash()?,
        scope: row.text()?,
        made_at: row.int()?,
        made_by: row.text()?,
        used_at: row.opt_int()?,
        ended_at: row.opt_int()?,
        agreed_at: row.opt_int()?,
    })
}

/// Enters a program.
pub fn add(tx: &mut Tx<'_>, client: &Client) -> Result<()> {
    let values = [
        (&client.id).into(),
        (&client.name).into(),
        (&client.account).into(),
        (&client.secret).into(),
        (&client.scope).into(),
        client.made_at.into(),
        (&client.made_by).into(),
        client.used_at.into(),
        client.ended_at.into(),
        client.agreed_at.into(),
    ];
    tx.execute(&sql::CLIENT_ADD, &values).map(drop)
}

/// The program of an id.
pub fn get(db: &dyn Query, id: &str) -> Result<Option<Client>> {
    first(db, &sql::CLIENT_GET, &[id.into()], read)
}

/// A page of all programs by id, after an id (`""` for the first page).
pub fn page(db: &dyn Query, after: &str, limit: u32) -> Result<Vec<Client>> {
    all(db, &sql::CLIENTS_PAGE, &[after.into(), limit.into()], read)
}

/// The programs of an account that have not ended, by id.
pub fn of_account(db: &dyn Query, account: &str) -> Result<Vec<Client>> {
    all(db, &sql::CLIENTS_OF, &[account.into()], read)
}

/// Notes that the owner of an account agreed to a program; whether it was theirs and waited for that.
pub fn agree(tx: &mut Tx<'_>, id: &str, account: &str, at: i64) -> Result<bool> {
    let values = [id.into(), account.into(), at.into()];
    tx.execute(&sql::CLIENT_AGREED, &values).map(|changed| changed == 1)
}

/// Ends a program and all its tokens; whether it was there and had not ended.
pub fn end(tx: &mut Tx<'_>, id: &str, at: i64) -> Result<bool> {
    tx.execute(&sql::CLIENT_TOKENS_END, &[id.into()])?;
    tx.execute(&sql::CLIENT_END, &[id.into(), at.into()]).map(|changed| changed == 1)
}

/// Gives a program a token that is good until `ends_at`, and forgets those of all programs that have ended.
pub fn add_token(
    tx: &mut Tx<'_>,
    hash: &Hash,
    client: &str,
    scope: &str,
    at: i64,
    ends_at: i64,
) -> Result<()> {
    tx.execute(&sql::CLIENT_TOKENS_EXPIRE, &[at.into()])?;
    tx.execute(&sql::CLIENT_USED, &[client.into(), at.into()])?;
    let values = [hash.into(), client.into(), scope.into(), at.into(), ends_at.into()];
    tx.execute(&sql::CLIENT_TOKEN_ADD, &values).map(drop)
}

/// The program that a token belongs to, unless either has ended by `now`, and what the token lets it do.
pub fn by_token(db: &dyn Query, hash: &Hash, now: i64) -> Result<Option<(Client, String)>> {
    let found =
        first(db, &sql::CLIENT_TOKEN_GET, &[hash.into(), now.into()], |row| Ok((row.text()?, row.text()?)))?;
    let Some((id, scope)) = found else { return Ok(None) };
    let client = get(db, &id)?.filter(|client| client.ended_at.is_none());
    Ok(client.map(|client| (client, scope)))
}
