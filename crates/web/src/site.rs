//! What all handlers share: the platform, and what the frame of every page says of its owner.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use app::{AppError, Platform};
use calendar::Day;
use store::StoreError;

use crate::auditing::Auditing;
use crate::edge::{Edge, Limits, Net, SiteFacts};
use crate::routes::{self, Route};

/// The site. Cheap to clone; all clones are one. 网站
#[derive(Clone)]
pub(crate) struct Site {
    platform: Platform,
    /// Whose site this is, as looked up on a day: the register of organs changes from day to day, not within one.
    owner: Arc<Mutex<OwnerAtHand>>,
    /// What the first page shows, at hand for a moment.
    home: Arc<Mutex<HomeAtHand>>,
    auditing: Arc<Auditing>,
    edge: Arc<AtEdge>,
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
        let limits = Limits::new(edge.limit_times);
        let providers = edge.providers.clone();
        let (trusted, facts) = (edge.trusted.clone(), Arc::new(edge.facts.clone()));
        let edge = AtEdge { trusted, limits, routes: routes::by_path(), providers, facts };
        Self {
            platform,
            owner: Arc::default(),
            home: Arc::default(),
            auditing: Arc::default(),
            edge: Arc::new(edge),
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

    /// What the first page shows: looked up anew where what is at hand is older than a moment or of another day.
    pub fn home(&self) -> &Mutex<HomeAtHand> {
        &self.home
    }
}

/// What the first page shows, since when and of which day.
pub(crate) type HomeAtHand = Option<(std::time::Instant, Day, Arc<crate::pages::home::Home>)>;
