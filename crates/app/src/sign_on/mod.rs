//! Single sign-on by OpenID Connect: the code flow with PKCE (RFC 7636), for officers who have an account and for citizens
//! who get one. The `openidconnect` crate brings some ninety packages, second versions of several among them; the flow
//! itself is three requests, and the signatures are ring's, which TLS brings anyhow.

pub(crate) mod fetch;
mod providers;
mod token;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use store::account::{self, Account, Rank};
use store::identity::{self, SignOn};
use store::session;

pub use providers::{For, PROVIDERS_FILE, Provider};

use crate::accounts::{MINUTE, Origin};
use crate::error::{AppError, Result};
use crate::ids::{Ids, sm3};
use crate::platform::Platform;
use token::Expected;

/// How long signing in at the provider may take.
const PATIENCE: i64 = 10 * MINUTE;

/// What a browser brings back from a provider. 认证方带回的参数
#[derive(Clone, Debug, Default)]
pub struct Returned {
    pub state: String,
    pub code: String,
    /// What the provider says went wrong, where something did.
    pub error: String,
}

/// What a sign-on came to: the session's token, and where the browser wanted to go.
pub type SignedOn = (String, String);

fn failed(provider: &Provider, why: &str) -> AppError {
    let help = "请重新登录一次；仍然不行的，请把时间告诉系统管理员，或者用账号和密码登录。";
    AppError::wrong("sign_on", format!("“{}”没有完成登录：{why}", provider.name), help)
}

/// What the provider says of itself, of which every address must be as safe as its own.
fn described(provider: &Provider) -> Result<Value> {
    let url = format!("{}/.well-known/openid-configuration", provider.issuer);
    let found = provider.fetch.get(&url).map_err(|why| failed(provider, &why))?;
    if found.get("issuer").and_then(Value::as_str).map(|own| own.trim_end_matches('/'))
        != Some(&provider.issuer)
    {
        return Err(failed(provider, "认证方的说明写的是别的网址"));
    }
    Ok(found)
}

/// An address of the description, which must not lead away from TLS.
fn endpoint(provider: &Provider, description: &Value, name: &str) -> Result<String> {
    let url = description.get(name).and_then(Value::as_str).unwrap_or_default();
    let is_safe =
        url.starts_with("https://") || provider.issuer.starts_with("http://") && url.starts_with("http://");
    if is_safe { Ok(url.to_owned()) } else { Err(failed(provider, "认证方的说明不完整")) }
}

/// What the provider tells of the same person beside the token (Core 1.0, 5.3.2), where the token does not say it.
fn add_claims(claims: &mut Value, told: &Value) {
    if told.get("sub") != claims.get("sub") {
        return;
    }
    let (Some(own), Some(told)) = (claims.as_object_mut(), told.as_object()) else { return };
    for (name, value) in told {
        own.entry(name.clone()).or_insert_with(|| value.clone());
    }
}

/// A text in the query of an address.
fn quoted(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

impl Platform {
    /// Begins a sign-on: where to send the browser. `visit` is what only that browser holds; `binds` is the account that
    /// whoever is signed in wants the identity bound to.
    ///
    /// # Errors
    /// The provider does not answer or describes itself wrongly; the store cannot be written.
    pub fn begin_sign_on(
        &self,
        provider: &Provider,
        visit: &str,
        next: &str,
        binds: Option<&str>,
    ) -> Result<String> {
        let description = described(provider)?;
        let place = endpoint(provider, &description, "authorization_endpoint")?;
        let (state, nonce, verifier) = (Ids::token(), Ids::token(), Ids::token());
        let now = self.now();
        let sign_on = SignOn {
            provider: provider.id.clone(),
            nonce: nonce.clone(),
            verifier: verifier.clone(),
            visit: sm3(visit.as_bytes()),
            next: next.to_owned(),
            binds: binds.map(str::to_owned),
            ends_at: now + PATIENCE,
        };
        let key = sm3(state.as_bytes());
        self.store().write(move |tx| identity::begin(tx, &key, &sign_on, now))??;
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        let pairs = [
            ("response_type", "code"),
            ("client_id", &provider.client_id),
            ("redirect_uri", &provider.redirect_uri()),
            ("scope", "openid profile"),
            ("state", &state),
            ("nonce", &nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let query: Vec<String> =
            pairs.iter().map(|(name, value)| format!("{name}={}", quoted(value))).collect();
        let joint = if place.contains('?') { '&' } else { '?' };
        Ok(format!("{place}{joint}{}", query.join("&")))
    }

    /// Ends a sign-on: the browser came back.
    ///
    /// # Errors
    /// It was not begun by this browser, took too long or was begun before; the provider refuses or its token does not
    /// hold; nobody here has that identity; the account is closed or waits.
    pub fn finish_sign_on(
        &self,
        provider: &Provider,
        visit: &str,
        returned: &Returned,
        origin: &Origin,
    ) -> Result<SignedOn> {
        let (key, now) = (sm3(returned.state.as_bytes()), self.now());
        let begun = self.store().write(move |tx| identity::take(tx, &key, now))??;
        let begun = begun.filter(|one| one.provider == provider.id && one.visit == sm3(visit.as_bytes()));
        let begun = begun.ok_or_else(|| failed(provider, "不是在这个浏览器里开始的，或者已经超过10分钟"))?;
        if !returned.error.is_empty() {
            return Err(failed(provider, "认证方没有通过"));
        }
        let claims = self.claims(provider, &begun, &returned.code)?;
        let subject = claims.get("sub").and_then(Value::as_str).unwrap_or_default().to_owned();
        let account = match begun.binds.clone() {
            Some(account) => account,
            None => self.account_of(provider, &subject, &claims, origin)?,
        };
        let token = self.let_in(provider, &subject, &account, origin)?;
        Ok((token, begun.next))
    }

    /// The claims of the identity token that a code is exchanged for.
    fn claims(&self, provider: &Provider, begun: &SignOn, code: &str) -> Result<Value> {
        let description = described(provider)?;
        let place = endpoint(provider, &description, "token_endpoint")?;
        let own = format!("{}:{}", quoted(&provider.client_id), quoted(&provider.client_secret));
        let basic = format!("Basic {}", STANDARD.encode(own));
        let redirect = provider.redirect_uri();
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &redirect),
            ("code_verifier", &begun.verifier),
        ];
        let answer = provider.fetch.post(&place, &basic, &form).map_err(|why| failed(provider, &why))?;
        let token = answer.get("id_token").and_then(Value::as_str);
        let token = token.ok_or_else(|| failed(provider, "认证方没有给出身份令牌"))?;
        let keys = provider.fetch.get(&endpoint(provider, &description, "jwks_uri")?);
        let keys = keys.map_err(|why| failed(provider, &why))?;
        let issuer = description.get("issuer").and_then(Value::as_str).unwrap_or_default();
        let (client_id, nonce, now) = (&provider.client_id, &begun.nonce, self.now() / 1_000_000);
        let expected = Expected { issuer, client_id, nonce, now };
        let claims = token::claims(token, &keys, &expected);
        let mut claims = claims.map_err(|why| failed(provider, &format!("身份令牌{why}")))?;
        let access = answer.get("access_token").and_then(Value::as_str);
        if let Some(access) = access.filter(|_| description.get("userinfo_endpoint").is_some()) {
            let place = endpoint(provider, &description, "userinfo_endpoint")?;
            let told = provider.fetch.get_with(&place, access).map_err(|why| failed(provider, &why))?;
            add_claims(&mut claims, &told);
        }
        Ok(claims)
    }

    /// The account of an identity: the one it is bound to, the one whose login the provider tells, or a citizen's new one.
    fn account_of(
        &self,
        provider: &Provider,
        subject: &str,
        claims: &Value,
        origin: &Origin,
    ) -> Result<String> {
        let issuer = &provider.issuer;
        if let Some(account) = self.store().read(|reader| identity::account_of(reader, issuer, subject))? {
            return Ok(account);
        }
        let login = provider.login_claim.as_ref().and_then(|claim| claims.get(claim)).and_then(Value::as_str);
        if let Some(login) = login {
            let login = login.trim().to_lowercase();
            let found = self.store().read(|reader| account::by_login(reader, &login))?;
            // An administrator is never let in on another's word, nor a citizen where the provider vouches for officers.
            let is_of = |row: &Account| match provider.whom {
                For::Staff => matches!(row.rank, Rank::Staff | Rank::Head),
                For::Citizen => row.rank == Rank::Citizen,
            };
            if let Some(row) = found.filter(is_of) {
                return Ok(row.id);
            }
        }
        if provider.whom == For::Citizen {
            return self.citizen_of(provider, claims, origin);
        }
        let help = "请先用账号和密码登录，在“我的账号”里绑定；没有账号的，请联系本单位的系统管理员。";
        let why = format!("“{}”认得您，但是这里没有对应的账号", provider.name);
        Err(AppError::wrong("no_account", why, help))
    }

    /// Makes an account for a citizen who comes for the first time. It has no password that anybody knows.
    fn citizen_of(&self, provider: &Provider, claims: &Value, origin: &Origin) -> Result<String> {
        let told = claims.get("name").and_then(Value::as_str).unwrap_or_default().trim();
        let name: String = told.chars().filter(|c| !c.is_control()).take(40).collect();
        let name = if name.is_empty() { format!("{}用户", provider.name) } else { name };
        let login = format!("{}-{}", provider.id, Ids::token().chars().take(16).collect::<String>());
        self.add_citizen(&login, &name, origin)
    }

    /// Begins a session for an account, and binds the identity to it.
    fn let_in(&self, provider: &Provider, subject: &str, account: &str, origin: &Origin) -> Result<String> {
        let row = self.store().read(|reader| account::get(reader, account))?;
        let row = row.ok_or_else(|| AppError::not_found("这个账号"))?;
        if row.rank.is_admin() {
            let help = "管理员请用账号和密码登录，并绑定验证程序。";
            return Err(AppError::wrong("sign_on_admin", "管理员的账号不能用统一身份认证登录", help));
        }
        let passed = provider.second_factor || row.totp_at.is_none();
        let (token, begun) = self.fresh_session(&row.id, origin, passed)?;
        let (now, origin, issuer) = (self.now(), origin.clone(), provider.issuer.clone());
        let (id, detail, subject) = (row.id, provider.id.clone(), subject.to_owned());
        let outcome = self.store().write(move |tx| -> store::Result<Option<bool>> {
            let Some(mut row) = account::get(tx, &id)? else { return Ok(None) };
            if row.disabled_at.is_some() || row.granted_at.is_none() {
                origin.note_refused(tx, now, &id, "sign_in_closed")?;
                return Ok(Some(row.disabled_at.is_some()));
            }
            if identity::account_of(tx, &issuer, &subject)?.as_deref() != Some(&id) {
                identity::bind(tx, &issuer, &subject, &id, now)?;
                origin.note_done(tx, now, &id, "identity_bound", &detail)?;
            }
            row.signed_in_at = Some(now);
            account::update(tx, &row)?;
            session::expire(tx, now)?;
            session::add(tx, &begun)?;
            origin.note_done(tx, now, &id, "signed_on", &detail)?;
            Ok(None)
        })??;
        match outcome {
            None => Ok(token),
            Some(true) => Err(AppError::wrong("closed", "账号已停用", "请联系本单位的系统管理员。")),
            Some(false) => {
                let help = "请联系本单位的安全管理员授权。";
                Err(AppError::wrong("waiting", "账号还没有授权，暂时不能登录", help))
            }
        }
    }
}
