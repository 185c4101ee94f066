//! The platform in service: rules, store, clock, and the cases that were used last.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use calendar::Day;
use ledger::Hash;
use packs::{Pack, Rules};
use store::Store;

use crate::case::CaseFile;
use crate::clock::Clock;
use crate::error::{AppError, Result};
use crate::ids::Ids;
use crate::personal_key::{self, Held};

/// The setting of the store that says, in words, of which procedures a demonstration has fewer cases than its year.
pub const DEMONSTRATION_REDUCED: &str = "demonstration_reduced";
/// How many cases are kept at hand.
const AT_HAND: usize = 2_000;

/// The platform. Cheap to clone; all clones are one. 平台
#[derive(Clone)]
pub struct Platform(Arc<Inner>);

pub(crate) struct Inner {
    pub store: Store,
    pub rules: Rules,
    pub clock: Arc<dyn Clock>,
    pub ids: Ids,
    /// The packs of the rules by the hash of their text, and older ones as cases ask for them.
    packs: Mutex<BTreeMap<Hash, Arc<Pack>>>,
    /// The hash of each pack of the rules, by its path: hashing its text takes longer than an act.
    pins: BTreeMap<String, Hash>,
    /// Cases by id. An entry counts only if its last event is the store's: another process may have acted since, and
    /// what was kept here in a group that was lost never was.
    cases: Mutex<BTreeMap<String, Arc<CaseFile>>>,
    /// The organs of a day, at hand.
    pub organs: Mutex<Option<crate::organs::AtHand>>,
    /// The keys of personal data, and where their file is if not with the data.
    held: RwLock<Held>,
    pub key_path: Option<PathBuf>,
    /// The registers at hand, and what authority looks at in them.
    pub registers: Mutex<crate::registers::AtHand>,
    pub roll: Mutex<Option<Arc<crate::roll::Roll>>>,
    /// Held by whoever makes a new roll.
    pub making_roll: Mutex<()>,
    pub policies: authority::Policies,
    /// Whether this is a demonstration, as every page must say.
    pub demonstration: bool,
    /// What a demonstration shows less of than the year had, in words.
    pub reduced: Option<String>,
    /// The plan's picture at hand.
    pub picture: Mutex<crate::picture::AtHand>,
    /// The figures at hand that prove tasks of a plan.
    pub proofs: Mutex<crate::tasks::ProofsAtHand>,
    /// What new cases are compared with, at hand.
    /// Decisions that fines are compared with, at hand.
    pub decided: Mutex<crate::weighing::AtHand>,
    pub alike: crate::alike::Kept,
    /// The library of documents with its web of citations, at hand.
    pub library: crate::library::Kept,
    /// The day on which this process last closed the accounts that nobody uses.
    pub stale_closed: Mutex<Option<Day>>,
    /// When each job was noted last.
    pub jobs: Mutex<crate::jobs::Noted>,
    /// Who is there, at hand.
    pub sessions: crate::accounts::Sessions,
    /// The ways on which messages leave the platform.
    pub channels: RwLock<Arc<crate::messages::Channels>>,
}

impl Platform {
    /// Puts a store into service under the rules: their texts are kept for the cases that will follow them.
    ///
    /// # Errors
    /// The store cannot be read or written.
    pub fn new(store: Store, rules: Rules, clock: Arc<dyn Clock>, ids: Ids) -> Result<Self> {
        Self::with_keys(store, rules, clock, ids, None)
    }

    /// The same with the file of the keys of personal data, where it is not in the folder of the data.
    ///
    /// # Errors
    /// The store or the file cannot be read or written.
    pub fn with_keys(
        store: Store,
        rules: Rules,
        clock: Arc<dyn Clock>,
        ids: Ids,
        key_path: Option<PathBuf>,
    ) -> Result<Self> {
        let held = RwLock::new(personal_key::open(&store, key_path.as_deref())?);
        let pins: BTreeMap<String, Hash> =
            rules.packs.iter().map(|pack| (pack.path.clone(), hash_of(pack))).collect();
        let hash = |pack: &Pack| pins.get(&pack.path).copied().unwrap_or_default();
        let packs = rules.packs.iter().map(|pack| (hash(pack), Arc::clone(pack))).collect();
        let demonstration = store.read(|reader| store::meta::get(reader, "demonstration"))?.is_some();
        let reduced = store.read(|reader| store::meta::get(reader, DEMONSTRATION_REDUCED))?;
        let inner = Inner {
            store,
            rules,
            clock,
            ids,
            packs: Mutex::new(packs),
            pins,
            cases: Mutex::new(BTreeMap::new()),
            organs: Mutex::new(None),
            held,
            key_path,
            registers: Mutex::default(),
            roll: Mutex::new(None),
            making_roll: Mutex::new(()),
            policies: policies()?,
            demonstration,
            reduced,
            picture: Mutex::new(None),
            proofs: Mutex::new(None),
            decided: Mutex::default(),
            alike: crate::alike::Kept::default(),
            library: crate::library::Kept::default(),
            stale_closed: Mutex::new(None),
            jobs: Mutex::default(),
            sessions: crate::accounts::Sessions::default(),
            channels: RwLock::default(),
        };
        let platform = Self(Arc::new(inner));
        platform.keep_packs()?;
        platform.name_older_cases()?;
        platform.name_older_enterprises()?;
        platform.end_older_showing()?;
        platform.chain_log()?;
        Ok(platform)
    }

    /// The same store and rules under another clock and other ids.
    ///
    /// # Errors
    /// The platform is in use elsewhere.
    pub fn with_clock(self, clock: Arc<dyn Clock>, ids: Ids) -> Result<Self> {
        let inner = Arc::try_unwrap(self.0).map_err(|_| {
            AppError::wrong("in_use", "平台正在使用，不能更换时钟", "请先停下正在进行的办理。")
        })?;
        Self::with_keys(inner.store, inner.rules, clock, ids, inner.key_path)
    }

    fn keep_packs(&self) -> Result<()> {
        let known = self.store().read(|reader| store::pack::list(reader))?;
        let now = self.now();
        let fresh: Vec<store::pack::Pack> = self
            .rules()
            .packs
            .iter()
            .map(|pack| store::pack::Pack {
                hash: self.inner().pin(pack),
                procedure: pack.file.procedure.id.clone(),
                source: pack.source.clone(),
                added_at: now,
            })
            .filter(|pack| !known.iter().any(|old| old.hash == pack.hash))
            .collect();
        if fresh.is_empty() {
            return Ok(());
        }
        let kept = self.store().write(move |tx| -> store::Result<()> {
            fresh.iter().try_for_each(|pack| store::pack::add(tx, pack))
        });
        match kept {
            // Who only reads has no cases to pin.
            Err(store::StoreError::ReadOnly) => Ok(()),
            other => Ok(other??),
        }
    }

    /// Chains the log of operations where it is from before there was a chain.
    fn chain_log(&self) -> Result<()> {
        if !self.store().read(|reader| store::audit_log::is_unchained(reader))? {
            return Ok(());
        }
        match self.store().write(store::audit_log::chain) {
            Err(store::StoreError::ReadOnly) => Ok(()),
            other => Ok(other??),
        }
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.0
    }

    #[must_use]
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.0.rules
    }

    #[must_use]
    pub fn today(&self) -> Day {
        self.0.clock.today()
    }

    #[must_use]
    pub fn now(&self) -> i64 {
        self.0.clock.now()
    }

    #[must_use]
    pub fn is_demonstration(&self) -> bool {
        self.0.demonstration
    }

    /// Of which procedures a demonstration shows fewer cases than the year had, in words.
    #[must_use]
    pub fn demonstration_reduced(&self) -> Option<&str> {
        self.0.reduced.as_deref()
    }
}

impl Inner {
    /// The keys of personal data, or why there are none.
    pub fn held(&self) -> Held {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes other keys of personal data into use.
    pub fn hold(&self, keys: Held) {
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = keys;
    }

    /// The pack of a hash: one in force, or an older one from the store.
    pub fn pack(&self, db: &dyn store::Query, hash: &Hash) -> Result<Arc<Pack>> {
        if let Some(pack) = self.packs.lock().ok().and_then(|packs| packs.get(hash).cloned()) {
            return Ok(pack);
        }
        let kept = store::pack::get(db, hash)?.ok_or_else(|| AppError::not_found("本案所依的程序文本"))?;
        let path = format!("packs/-/{}.toml", kept.procedure);
        let (pack, _) = packs::read_pack(&path, &kept.source, Some(&self.rules.laws));
        let pack = Arc::new(pack.ok_or_else(|| {
            let help = "请用写成它的那个版本的程序打开，或者联系管理员。";
            AppError::wrong("old_pack", "本案所依的程序文本，本版本读不了", help)
        })?);
        if let Ok(mut packs) = self.packs.lock() {
            packs.insert(*hash, Arc::clone(&pack));
        }
        Ok(pack)
    }

    /// The hash that cases of a pack are pinned to.
    pub fn pin(&self, pack: &Pack) -> Hash {
        self.pins.get(&pack.path).copied().unwrap_or_else(|| hash_of(pack))
    }

    /// A case at hand, if its last event has that hash.
    pub fn at_hand(&self, case: &str, head: &Hash) -> Option<Arc<CaseFile>> {
        let cases = self.cases.lock().ok()?;
        cases.get(case).filter(|file| file.row.head == *head).cloned()
    }

    pub fn keep(&self, file: &Arc<CaseFile>) {
        let Ok(mut cases) = self.cases.lock() else { return };
        if cases.len() >= AT_HAND {
            cases.clear();
        }
        cases.insert(file.row.id.clone(), Arc::clone(file));
    }
}

fn policies() -> Result<authority::Policies> {
    authority::Policies::built_in().map_err(|flaws| {
        let why: Vec<String> = flaws.iter().map(ToString::to_string).collect();
        let help = "这是程序本身的错误，请换用完好的版本。";
        AppError::wrong("broken_rules", format!("授权规则读不出来：{}", why.join("；")), help)
    })
}

/// The hash that a pack is pinned by.
#[must_use]
pub fn hash_of(pack: &Pack) -> Hash {
    crate::ids::sm3(pack.source.as_bytes())
}
