//! Programs of others that use the API: OAuth 2.0 with client credentials (RFC 6749, 4.4). Each asks and acts in the name
//! of one account, with its rights or fewer and no others ([`Scope`]). The security administrator lets it in and ends it; it can do nothing
//! before the owner of the account has agreed, who can end it too: nobody else may act in an officer's name.

use store::account::{self, Account, Rank};
use store::client::{self, Client};
use subtle::ConstantTimeEq as _;

use super::scope::{Reach, Scope};
use super::{MINUTE, Noted, Origin, normal_login};
use crate::actor::Actor;
use crate::done::Done;
use crate::error::{AppError, Result};
use crate::ids::{Ids, sm3};
use crate::platform::Platform;

/// How long a token of the API is good, in seconds.
pub const API_TOKEN_SECONDS: i64 = 3600;
/// How many programs a page has.
const PAGE: u32 = 50;

/// A program in the list of the security administrator. 接入程序列表行
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientLine {
    pub id: String,
    pub name: String,
    /// Login of the account in whose name it acts.
    pub login: String,
    pub scope: Scope,
    /// The name of the only procedure that it reaches.
    pub procedure: Option<String>,
    pub made_at: i64,
    pub used_at: Option<i64>,
    pub ended_at: Option<i64>,
    pub agreed_at: Option<i64>,
}

/// A token of the API, told once. 访问令牌
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    pub token: String,
    pub scope: Scope,
}

/// Who a token of the API stands for. 接口调用方
#[derive(Clone, Debug)]
pub struct ApiCaller {
    pub actor: Actor,
    pub scope: Scope,
    /// Id of the program.
    pub client: String,
}

impl Platform {
    /// Lets a program in, in the name of an account, as the security administrator: its id and its secret, which is told
    /// once.
    ///
    /// # Errors
    /// The account is no security administrator's; the name is empty or too long; there is no such account, it is closed
    /// or an administrator's; the scope is bound to a procedure that there is not.
    pub fn add_client(
        &self,
        actor: &Actor,
        name: &str,
        login: &str,
        scope: &Scope,
        origin: &Origin,
    ) -> Result<(String, String)> {
        actor.must_be(Rank::SecurityAdmin)?;
        self.check_scope(scope)?;
        let name = name.trim().to_owned();
        if name.is_empty() || name.chars().count() > 60 {
            return Err(AppError::field("name", "名称", "写1至60个字，说明是哪个单位的什么系统"));
        }
        let account = self.account_named(&normal_login(login))?;
        check_account(&account)?;
        let (now, secret) = (self.now(), Ids::token());
        let client = Client {
            id: self.inner().ids.id(now).to_lowercase(),
            name,
            account: account.id,
            secret: sm3(secret.as_bytes()),
            scope: scope.text(),
            made_at: now,
            made_by: actor.account.clone(),
            used_at: None,
            ended_at: None,
            agreed_at: None,
        };
        let (id, by, origin) = (client.id.clone(), actor.account.clone(), origin.clone());
        let detail = format!("{id} {} {} {}", client.name, account.login, client.scope);
        self.store().write(move |tx| -> store::Result<()> {
            client::add(tx, &client)?;
            origin.note_done(tx, now, &by, "client_added", &detail)
        })??;
        Ok((id, secret))
    }

    /// Ends a program and its tokens as the security administrator.
    ///
    /// # Errors
    /// The account is no security administrator's; there is no such program, or it has ended.
    pub fn end_client(&self, actor: &Actor, id: &str, origin: &Origin) -> Result<()> {
        actor.must_be(Rank::SecurityAdmin)?;
        let (now, id, by, origin) = (self.now(), id.to_owned(), actor.account.clone(), origin.clone());
        let ended = self.store().write(move |tx| -> store::Result<bool> {
            let ended = client::end(tx, &id, now)?;
            if ended {
                origin.note_done(tx, now, &by, "client_ended", &id)?;
            }
            Ok(ended)
        })??;
        if ended { Ok(()) } else { Err(AppError::not_found("在用的这个接入程序")) }
    }

    /// A page of the programs, by id, and where the next begins.
    ///
    /// # Errors
    /// The account is no security administrator's; the store cannot be read.
    pub fn clients(&self, actor: &Actor, after: &str) -> Result<(Vec<ClientLine>, Option<String>)> {
        actor.must_be(Rank::SecurityAdmin)?;
        self.store().read(|reader| {
            let mut rows = client::page(reader, after, PAGE + 1)?;
            let size = usize::try_from(PAGE).unwrap_or(50);
            let more = rows.len() > size;
            rows.truncate(size);
            let next = rows.last().filter(|_| more).map(|row| row.id.clone());
            let mut lines = Vec::with_capacity(rows.len());
            for row in rows {
                let login = account::get(reader, &row.account)?.map(|account| account.login);
                lines.push(self.client_line(row, login));
            }
            Ok((lines, next))
        })
    }

    /// The programs that act in the actor's own name, or wait to be agreed to.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn own_clients(&self, actor: &Actor) -> Result<Vec<ClientLine>> {
        let rows = self.store().read(|reader| client::of_account(reader, &actor.account))?;
        Ok(rows.into_iter().map(|row| self.client_line(row, None)).collect())
    }

    /// Agrees that a program acts in the actor's name.
    ///
    /// # Errors
    /// There is none that waits for the actor.
    pub fn agree_client(&self, actor: &Actor, id: &str, origin: &Origin) -> Result<()> {
        let (now, id, by, origin) = (self.now(), id.to_owned(), actor.account.clone(), origin.clone());
        let agreed = self.store().write(move |tx| -> store::Result<bool> {
            let agreed = client::agree(tx, &id, &by, now)?;
            if agreed {
                origin.note_done(tx, now, &by, "client_agreed", &id)?;
            }
            Ok(agreed)
        })??;
        if agreed { Ok(()) } else { Err(AppError::not_found("等您同意的这个接入程序")) }
    }

    /// Ends a program that acts in the actor's own name, or refuses one that waits.
    ///
    /// # Errors
    /// There is none of theirs.
    pub fn end_own_client(&self, actor: &Actor, id: &str, origin: &Origin) -> Result<()> {
        let (now, id, by, origin) = (self.now(), id.to_owned(), actor.account.clone(), origin.clone());
        let ended = self.store().write(move |tx| -> store::Result<bool> {
            let is_own = client::get(tx, &id)?.is_some_and(|client| client.account == by);
            let ended = is_own && client::end(tx, &id, now)?;
            if ended {
                origin.note_done(tx, now, &by, "client_ended", &id)?;
            }
            Ok(ended)
        })??;
        if ended { Ok(()) } else { Err(AppError::not_found("以您的名义办事的这个接入程序")) }
    }

    /// Notes what a program did in the name of its account, in the log of operations: the journal names the account.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn note_client_act(&self, actor: &Actor, client: &str, done: &Done, origin: &Origin) -> Result<()> {
        let (now, by, origin) = (self.now(), actor.account.clone(), origin.clone());
        let detail = format!("{client} {} {}", done.case, done.number);
        Ok(self.store().write(move |tx| origin.note_done(tx, now, &by, "client_acted", &detail))??)
    }

    /// A token for a program that knows its secret, as far as the program reaches or, where it is said, less far.
    ///
    /// # Errors
    /// Id and secret do not belong together, the program has ended, or its account may not sign in (which of them is not
    /// told); it asks for more than the owner of the account agreed to.
    pub fn api_token(
        &self,
        id: &str,
        secret: &str,
        asked: Option<Reach>,
        origin: &Origin,
    ) -> Result<ApiToken> {
        let now = self.now();
        let found = self.store().read(|reader| -> store::Result<_> {
            let client = client::get(reader, id)?;
            let account = match &client {
                Some(client) => account::get(reader, &client.account)?,
                None => None,
            };
            Ok(client.zip(account))
        })?;
        let given = sm3(secret.as_bytes());
        let kept = found.as_ref().map_or(sm3(b""), |(client, _)| client.secret);
        let right = bool::from(given.0.ct_eq(&kept.0));
        let fit = found.filter(|(client, account)| {
            right
                && client.ended_at.is_none()
                && client.agreed_at.is_some()
                && account.disabled_at.is_none()
                && account.granted_at.is_some()
        });
        let Some((client, account)) = fit else {
            self.note_wrong_client(id, origin)?;
            let help = "请核对接入程序的编号和密钥，看它所用账号的本人是不是已经在“我的账号”里同意；停用的，请联系安全管理员重新登记。";
            let why = "接入程序的编号或者密钥不对，或者还没有得到账号本人同意、已经停用";
            return Err(AppError::wrong("invalid_client", why, help));
        };
        let agreed = Scope::of(&client.scope);
        let Some(scope) = agreed.narrowed(asked) else {
            self.note_wrong_client(id, origin)?;
            let why = format!("这个接入程序登记为“{}”，不能取得更大的范围", agreed.reach.name());
            let help = "请少要一些；确实需要的，由安全管理员重新登记，账号本人重新同意。";
            return Err(AppError::wrong("invalid_scope", why, help));
        };
        let (token, kept) = (Ids::token(), scope.text());
        let (hash, origin) = (sm3(token.as_bytes()), origin.clone());
        self.store().write(move |tx| -> store::Result<()> {
            client::add_token(tx, &hash, &client.id, &kept, now, now + API_TOKEN_SECONDS * 1_000_000)?;
            // A program that asks every hour would fill the log of operations: the first time in a day is enough.
            let day = 24 * 60 * MINUTE;
            if client.used_at.is_none_or(|used| now - used > day) {
                origin.note_done(tx, now, &account.id, "client_token", &client.id)?;
            }
            Ok(())
        })??;
        Ok(ApiToken { token, scope })
    }

    fn note_wrong_client(&self, id: &str, origin: &Origin) -> Result<()> {
        let (now, origin) = (self.now(), origin.clone());
        let detail: String = id.chars().filter(|c| c.is_ascii_alphanumeric()).take(40).collect();
        Ok(self.store().write(move |tx| {
            origin.note(tx, now, Noted { account: None, what: "client_token", detail: &detail, ok: false })
        })??)
    }

    /// Who a token of the API stands for, if it is still good.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn api_caller(&self, token: &str) -> Result<Option<ApiCaller>> {
        let (now, hash) = (self.now(), sm3(token.as_bytes()));
        let found = self.store().read(|reader| -> store::Result<_> {
            let Some((client, scope)) = client::by_token(reader, &hash, now)? else { return Ok(None) };
            Ok(account::get(reader, &client.account)?.map(|account| (client, scope, account)))
        })?;
        let fit = found.filter(|(_, _, row)| {
            // Whose password was reset acts again once the owner has chosen another one.
            row.disabled_at.is_none() && row.granted_at.is_some() && !row.must_change
        });
        let Some((client, scope, row)) = fit else { return Ok(None) };
        match self.actor(&row) {
            Ok(actor) => Ok(Some(ApiCaller { actor, scope: Scope::of(&scope), client: client.id })),
            Err(AppError::NotFound { .. }) => Ok(None),
            Err(other) => Err(other),
        }
    }
}

impl Platform {
    /// A program as its list shows it; the login is not told to the owner.
    fn client_line(&self, row: Client, login: Option<String>) -> ClientLine {
        let scope = Scope::of(&row.scope);
        ClientLine {
            login: login.unwrap_or_else(|| row.account.clone()),
            id: row.id,
            name: row.name,
            procedure: self.scope_procedure(&scope),
            scope,
            made_at: row.made_at,
            used_at: row.used_at,
            ended_at: row.ended_at,
            agreed_at: row.agreed_at,
        }
    }
}

/// A program acts for an officer or a citizen, never for an administrator.
fn check_account(account: &Account) -> Result<()> {
    if account.rank.is_admin() {
        let why = format!("“{}”是{}，接入程序不能用管理员的账号", account.login, account.rank.name());
        let help = "请系统管理员为这个程序新建一个工作人员账号，只给它需要的单位和岗位。";
        return Err(AppError::Forbidden { why, help: help.to_owned() });
    }
    if account.disabled_at.is_some() || account.granted_at.is_none() {
        return Err(AppError::field("login", "账号", "已停用或者还没有授权"));
    }
    Ok(())
}
