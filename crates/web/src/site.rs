//! What all handlers share: the platform, and what the frame of every page says of its owner.

use std::collections::BTreeMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::time::Duration;

use app::{AppError, Platform};
use calendar::Day;
use store::{State, StoreError};
use tokio::sync::Mutex;

use crate::auditing::Auditing;
use crate::edge::{Edge, Limits, Net, SiteFacts};
use crate::kept::Kept;
use crate::routes::{self, Route};

/// The site. Cheap to clone; all clones are one. 网站
#[derive(Clone)]
pub(crate) struct Site {
    platform: Platform,
    /// Whose site this is, as looked up on a day: the register of organs changes from day to day, not within one.
    owner: Arc<std::sync::Mutex<OwnerAtHand>>,
    /// The figures of the first page, at hand for a moment.
    home: Arc<std::sync::Mutex<HomeAtHand>>,
    auditing: Arc<Auditing>,
    edge: Arc<AtEdge>,
    kept: Arc<Kept>,
    turns: Arc<Turns>,
}

/// How old the last look may be at what other servers wrote into the same database.
const LOOK: Duration = Duration::from_millis(100);
/// Among how many turns sessions are spread.
const TURNS: usize = 64;

/// Whose turn it is to ask the store for what many wait for.
struct Turns {
    look: Mutex<()>,
    sessions: [Mutex<()>; TURNS],
    spread: RandomState,
}

/// A day, and whose site it is then.
type OwnerAtHand = Option<(Day, Option<String>)>;

/// What the guard asks of every request.
struct AtEdge {
    trusted: Vec<Net>,
    limits: Limits,
    routes: BTreeMap<&'static str, Route>,
    providers: Vec<app::Provider>,
    facts: Arc<SiteFacts>,
}

impl Site {
    pub fn new(platform: Platform, edge: &Edge) -> Self {
        let limits = Limits::new(edge.limit_times, edge.read_times);
        let providers = edge.providers.clone();
        let (trusted, facts) = (edge.trusted.clone(), Arc::new(edge.facts.clone()));
        let kept = Arc::new(Kept::new(edge.kept_bytes, edge.kept_for));
        let turns = Turns {
            look: Mutex::default(),
            sessions: std::array::from_fn(|_| Mutex::default()),
            spread: RandomState::new(),
        };
        let edge = AtEdge { trusted, limits, routes: routes::by_path(), providers, facts };
        Self {
            platform,
            owner: Arc::default(),
            home: Arc::default(),
            auditing: Arc::default(),
            edge: Arc::new(edge),
            kept,
            turns: Arc::new(turns),
        }
    }

    /// The proxies that are believed.
    pub fn trusted(&self) -> &[Net] {
        &self.edge.trusted
    }

    pub fn limits(&self) -> &Limits {
        &self.edge.limits
    }

    /// Who may vouch for people who sign in.
    pub fn providers(&self) -> &[app::Provider] {
        &self.edge.providers
    }

    /// Who runs the site, as its operator says.
    pub fn facts(&self) -> Arc<SiteFacts> {
        Arc::clone(&self.edge.facts)
    }

    /// What is known of an address.
    pub fn route(&self, path: &str) -> Option<&Route> {
        self.edge.routes.get(path)
    }

    /// Asks the platform where waiting does no harm to other requests.
    pub async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Platform) -> app::Result<T> + Send + 'static,
    ) -> app::Result<T> {
        let platform = self.platform.clone();
        let done = tokio::task::spawn_blocking(move || work(&platform)).await;
        done.unwrap_or(Err(AppError::Store(StoreError::Panicked)))
    }

    /// The state of the store, as this server knows it: what it wrote itself is in it, what others wrote at most a moment
    /// later. Nothing where pages are not kept, or nobody tells of the state.
    pub async fn state(&self) -> Option<State> {
        if !self.kept.is_on() {
            return None;
        }
        let at_hand = || self.platform.store().state_within(LOOK);
        if let Some(state) = at_hand() {
            return Some(state);
        }
        let _turn = self.turns.look.lock().await;
        if let Some(state) = at_hand() {
            return Some(state);
        }
        // Where it cannot be asked, whoever reads will say so.
        let _ = self.ask(|platform| Ok(platform.store().look()?)).await;
        at_hand()
    }

    /// The turn of a session.
    pub fn turn(&self, token: &str) -> &Mutex<()> {
        let all = &self.turns.sessions;
        let at = usize::try_from(self.turns.spread.hash_one(token) % 64).unwrap_or(0);
        all.get(at).unwrap_or(&self.turns.look)
    }

    /// The pages that were made lately.
    pub fn kept(&self) -> &Kept {
        &self.kept
    }

    /// For what is at hand and needs no waiting.
    pub fn platform(&self) -> &Platform {
        &self.platform
    }

    pub fn auditing(&self) -> &Arc<Auditing> {
        &self.auditing
    }

    /// The government whose site this is, as it was looked up today; none where it was not yet.
    pub fn owner_at_hand(&self) -> Option<Option<String>> {
        let today = self.platform.today();
        let kept = self.owner.lock().ok().and_then(|kept| kept.clone());
        kept.filter(|(day, _)| *day == today).map(|(_, owner)| owner)
    }

    /// The government whose site this is, where the register of organs names exactly one.
    pub fn owner(&self) -> Option<String> {
        if let Some(owner) = self.owner_at_hand() {
            return owner;
        }
        let organs = self.platform.organs().ok()?;
        let is_empty = organs.is_empty();
        let mut governments = organs.into_iter().filter(|one| one.kind == "government");
        let first = governments.next().map(|organ| organ.name);
        let owner = first.filter(|_| governments.next().is_none());
        // An empty register is about to be filled.
        if let (Ok(mut kept), false) = (self.owner.lock(), is_empty) {
            *kept = Some((self.platform.today(), owner.clone()));
        }
        owner
    }

    /// The figures of the first page: looked up anew where what is at hand is older than a moment or of another day.
    pub fn home(&self) -> &std::sync::Mutex<HomeAtHand> {
        &self.home
    }
}

/// The figures of the first page, since when and of which day.
pub(crate) type HomeAtHand = Option<(std::time::Instant, Day, Arc<Vec<app::FigureLine>>)>;
