//! What somebody keeps for themselves: views of the desk under a name, forms that are not sent yet, and the secret address
//! of a calendar to which a program may subscribe.

use calendar::Day;
use ledger::Hash;
use store::desk::{self, Sealed};
use store::{Keyring, account};

use crate::accounts::Origin;
use crate::actor::Actor;
use crate::desk::DeskLine;
use crate::error::{AppError, Result};
use crate::ids::{Ids, sm3};
use crate::platform::Platform;

pub use store::desk::SavedView;

/// The longest name of a view, in characters, and how many an account has.
const LONGEST_NAME: usize = 40;
const MOST_VIEWS: usize = 30;
/// How many drafts an account has, and the longest, in bytes.
const MOST_DRAFTS: u32 = 50;
const LONGEST_DRAFT: usize = 1 << 20;
const DAY: i64 = 24 * 3_600 * 1_000_000;
/// How long a draft is kept.
pub(crate) const DRAFT_KEPT: i64 = 90 * DAY;

/// A form that is not sent yet. 草稿
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub place: String,
    pub title: String,
    /// As the edge writes it.
    pub content: String,
    pub saved_at: i64,
}

/// What a calendar shows. 期限日历
#[derive(Clone, Debug)]
pub struct Feed {
    pub lines: Vec<DeskLine>,
    pub now: i64,
}

pub(crate) fn sealed(keys: &Keyring, place: &[&str], text: &str) -> store::Result<Sealed> {
    let (key_mark, bytes) = keys.seal(place, text.as_bytes())?;
    Ok(Sealed { key_mark, bytes })
}

pub(crate) fn opened(keys: Option<&Keyring>, place: &[&str], sealed: &Sealed) -> Option<String> {
    String::from_utf8(keys?.open(place, &sealed.key_mark, &sealed.bytes)?).ok()
}

impl Platform {
    /// Keeps a view of the desk, of the cases or of the calendar under a name.
    ///
    /// # Errors
    /// The name or the address is none; there are too many; the store cannot be written.
    pub fn save_view(&self, actor: &Actor, name: &str, link: &str) -> Result<()> {
        let name: String = name.trim().chars().filter(|c| !c.is_control()).collect();
        if name.is_empty() || name.chars().count() > LONGEST_NAME {
            return Err(AppError::field("name", "名称", format!("应当填写，不超过{LONGEST_NAME}个字")));
        }
        let path = link.split('?').next().unwrap_or_default();
        let plain = link.len() <= 1000 && link.bytes().all(|byte| byte.is_ascii_graphic());
        if !["/desk", "/cases", "/calendar"].contains(&path) || !plain {
            return Err(AppError::wrong(
                "view",
                "这个页面不能保存为筛选",
                "请在工作台、案件或者日历页面上保存。",
            ));
        }
        let known = self.saved_views(actor)?;
        if known.len() >= MOST_VIEWS && known.iter().all(|view| view.name != name) {
            return Err(AppError::wrong("views", format!("最多保存{MOST_VIEWS}个筛选"), "请先删除不用的。"));
        }
        let view = SavedView { name, link: link.to_owned(), saved_at: self.now() };
        let account = actor.account.clone();
        Ok(self.store().write(move |tx| desk::save_view(tx, &account, &view))??)
    }

    /// The views that an account keeps, by name.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn saved_views(&self, actor: &Actor) -> Result<Vec<SavedView>> {
        self.store().read(|reader| Ok(desk::views(reader, &actor.account)?))
    }

    /// Forgets a view.
    ///
    /// # Errors
    /// There is none of that name; the store cannot be written.
    pub fn drop_view(&self, actor: &Actor, name: &str) -> Result<()> {
        let (account, own) = (actor.account.clone(), name.to_owned());
        let gone = self.store().write(move |tx| desk::drop_view(tx, &account, &own))??;
        if gone { Ok(()) } else { Err(AppError::not_found(format!("保存的筛选“{name}”"))) }
    }

    /// Keeps a form that is not sent yet; the draft before it of the same form is replaced.
    ///
    /// # Errors
    /// It is too long, or there are too many; the store cannot be written.
    pub fn save_draft(&self, account: &str, place: &str, title: &str, content: &str) -> Result<()> {
        if content.len() > LONGEST_DRAFT {
            return Err(AppError::wrong("draft", "填写的内容太长，不能存为草稿", "请分成几次办理。"));
        }
        let drafts = self.store().read(|reader| desk::drafts(reader, account, MOST_DRAFTS))?;
        let full = u32::try_from(drafts.len()).unwrap_or(u32::MAX) >= MOST_DRAFTS;
        if full && drafts.iter().all(|(known, ..)| known != place) {
            return Err(AppError::wrong("drafts", format!("最多存{MOST_DRAFTS}份草稿"), "请先删除不用的。"));
        }
        let keys = self.inner().held().needed()?;
        let draft = desk::Draft {
            place: place.to_owned(),
            title: title.to_owned(),
            content: sealed(&keys, &["draft", account, place], content)?,
            saved_at: self.now(),
        };
        let account = account.to_owned();
        Ok(self.store().write(move |tx| desk::save_draft(tx, &account, &draft))??)
    }

    /// The draft of a form, if there is one that can be read.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn draft(&self, actor: &Actor, place: &str) -> Result<Option<Draft>> {
        let account = actor.account.as_str();
        let found = self.store().read(|reader| desk::draft(reader, account, place))?;
        let held = self.inner().held();
        Ok(found.and_then(|found| {
            let content = opened(held.ready(), &["draft", account, place], &found.content)?;
            Some(Draft { place: found.place, title: found.title, content, saved_at: found.saved_at })
        }))
    }

    /// The drafts of an account: address, title, when.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn drafts(&self, actor: &Actor) -> Result<Vec<(String, String, i64)>> {
        self.store().read(|reader| Ok(desk::drafts(reader, &actor.account, MOST_DRAFTS)?))
    }

    /// Forgets the draft of a form, where there is one.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn drop_draft(&self, actor: &Actor, place: &str) -> Result<()> {
        let there = self.store().read(|reader| desk::draft(reader, &actor.account, place))?;
        if there.is_none() {
            return Ok(());
        }
        let (account, place) = (actor.account.clone(), place.to_owned());
        self.store().write(move |tx| desk::drop_draft(tx, &account, &place))??;
        Ok(())
    }

    /// Gives an officer's calendar a secret address; the one before it opens nothing any more.
    ///
    /// # Errors
    /// The account is no officer's; the store cannot be written.
    pub fn renew_feed(&self, actor: &Actor, origin: &Origin) -> Result<String> {
        crate::desk::officer_organ(actor)?;
        let token = Ids::token();
        let (hash, account, origin, now) = (hash(&token), actor.account.clone(), origin.clone(), self.now());
        self.store().write(move |tx| -> store::Result<()> {
            desk::put_feed(tx, &account, &hash, now)?;
            origin.note_done(tx, now, &account, "feed_made", "")
        })??;
        Ok(token)
    }

    /// Takes the address of an officer's calendar away.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn revoke_feed(&self, actor: &Actor, origin: &Origin) -> Result<()> {
        let (account, origin, now) = (actor.account.clone(), origin.clone(), self.now());
        self.store().write(move |tx| -> store::Result<()> {
            if desk::drop_feed(tx, &account)? {
                origin.note_done(tx, now, &account, "feed_ended", "")?;
            }
            Ok(())
        })??;
        Ok(())
    }

    /// Since when an officer's calendar has its address.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn feed_since(&self, actor: &Actor) -> Result<Option<i64>> {
        self.store().read(|reader| Ok(desk::feed_since(reader, &actor.account)?))
    }

    /// What the calendar at a secret address shows: the duties in the cases that its owner deals with, as far as the owner
    /// may see them today.
    ///
    /// # Errors
    /// The address is nobody's, or that of an account that may not sign in.
    pub fn feed(&self, token: &str) -> Result<Feed> {
        let missing = || AppError::not_found("这个日历地址");
        let hash = hash(token);
        let row = self.store().read(|reader| -> Result<_> {
            let account = desk::feed_account(reader, &hash)?;
            Ok(account.map(|id| account::get(reader, &id)).transpose()?.flatten())
        })?;
        let row =
            row.filter(|row| row.disabled_at.is_none() && row.granted_at.is_some()).ok_or_else(missing)?;
        let actor = self.actor(&row)?;
        let today = self.today();
        let until = Day::from_number(today.number().saturating_add(400)).unwrap_or(today);
        let from = Day::from_number(today.number().saturating_sub(60)).unwrap_or(today);
        let (lines, _) = self.desk_between(&actor, true, from, until)?;
        Ok(Feed { lines, now: self.now() })
    }
}

fn hash(token: &str) -> Hash {
    sm3(token.as_bytes())
}
