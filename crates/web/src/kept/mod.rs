//! Pages that were made lately, kept as bytes: whoever may see the same page in the same state of the store gets the same
//! bytes, with the token of their own forms put in.
//!
//! A page is found again by all that it was made of: the address, who has signed in with organ and rank, how many messages
//! they have not read, how they want pages shown. It holds for one state of the store and at most for a second. Only
//! addresses that say so in the table of routes are kept ([`crate::routes`]): none whose reading is noted, none with a token
//! of its own, no personal data that somebody has revealed.

mod page;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::to_bytes;
use axum::http::{StatusCode, header};
use axum::response::Response;
use calendar::Day;
use store::State;

use crate::csrf::Csrf;
use crate::design::look::Look;
use crate::fault::Fault;
use crate::site::Site;
use crate::visitor::Visitor;

pub(crate) use page::{Marker, Page};

/// How often what is over is taken away.
const SWEEP: Duration = Duration::from_secs(1);
/// The largest page that is kept, in bytes.
const LARGEST: usize = 1 << 20;
/// What a page takes beside its bytes, about.
const BESIDE: usize = 1 << 10;

/// What a page was made of before its handler read anything. 页面所据
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    path: String,
    who: Option<Who>,
    look: Look,
    secure: bool,
    owner: Option<String>,
    unread: i64,
    today: Day,
}

/// Account, name, organ, rank.
type Who = (String, String, Option<(String, String)>, &'static str);

impl Key {
    /// The key of a visitor's page; none for somebody who has something to do first.
    pub fn of(visitor: &Visitor) -> Option<Self> {
        if visitor.waiting.is_some() {
            return None;
        }
        let who = visitor.signed_in.as_ref().map(|one| {
            let actor = &one.actor;
            (actor.account.clone(), actor.name.clone(), actor.organ.clone(), actor.rank.id())
        });
        Some(Self {
            path: visitor.path.clone(),
            who,
            look: visitor.look,
            secure: visitor.secure,
            owner: visitor.owner.clone(),
            unread: visitor.unread,
            today: visitor.today,
        })
    }
}

/// One page's place: who makes it anew while others wait for it.
#[derive(Default)]
pub(crate) struct Place {
    pub turn: tokio::sync::Mutex<()>,
    page: Mutex<Option<Made>>,
}

/// A page, of which state it is, and until when it may be shown.
#[derive(Clone)]
struct Made {
    page: Arc<Page>,
    state: State,
    until: Instant,
}

impl Place {
    /// The page, where it holds in that state.
    pub fn good(&self, state: &State) -> Option<Arc<Page>> {
        let made = self.page.lock().unwrap_or_else(PoisonError::into_inner);
        let good =
            made.as_ref().filter(|made| made.state.is_not_before(state) && made.until > Instant::now());
        good.map(|made| Arc::clone(&made.page))
    }

    fn weighs(&self) -> usize {
        let made = self.page.lock().unwrap_or_else(PoisonError::into_inner);
        BESIDE + made.as_ref().map_or(0, |made| made.page.weighs())
    }

    fn is_over(&self, now: Instant) -> bool {
        let made = self.page.lock().unwrap_or_else(PoisonError::into_inner);
        made.as_ref().is_none_or(|made| made.until <= now)
    }
}

/// All pages that are kept, within a number of bytes. 页面缓存
pub(crate) struct Kept {
    most: usize,
    lasts: Duration,
    shelf: Mutex<Shelf>,
}

#[derive(Default)]
struct Shelf {
    places: HashMap<Key, Arc<Place>>,
    bytes: usize,
    /// When what is over was taken away last.
    swept: Option<Instant>,
}

/// When something that a page shows was looked up, where that was before the page was made: its handler says so.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MadeOf(pub Instant);

impl Kept {
    /// Keeps at most so many bytes, a page for so long.
    pub fn new(most: usize, lasts: Duration) -> Self {
        Self { most, lasts, shelf: Mutex::default() }
    }

    /// Whether anything is kept at all.
    pub const fn is_on(&self) -> bool {
        self.most > 0
    }

    /// The place of a page.
    pub fn place(&self, key: &Key) -> Arc<Place> {
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = shelf.places.get(key) {
            return Arc::clone(place);
        }
        let place = Arc::new(Place::default());
        shelf.bytes += BESIDE;
        shelf.places.insert(key.clone(), Arc::clone(&place));
        drop(shelf);
        self.tidy();
        place
    }

    /// Puts a page into its place.
    fn put(&self, place: &Place, made: Made) {
        let before = place.weighs();
        *place.page.lock().unwrap_or_else(PoisonError::into_inner) = Some(made);
        let after = place.weighs();
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.bytes = (shelf.bytes + after).saturating_sub(before);
        drop(shelf);
        self.tidy();
    }

    /// Takes away what is over, once a second or where there is too much; all of it where that is not enough.
    fn tidy(&self) {
        let now = Instant::now();
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        let is_late = shelf.swept.is_none_or(|at| now.duration_since(at) >= SWEEP);
        if !is_late && shelf.bytes <= self.most {
            return;
        }
        shelf.swept = Some(now);
        // A place that somebody holds is being made: the page would be made twice, and nothing worse.
        shelf.places.retain(|_, place| !place.is_over(now) || Arc::strong_count(place) > 1);
        shelf.bytes = shelf.places.values().map(|place| place.weighs()).sum();
        if shelf.bytes > self.most {
            shelf.places.clear();
            shelf.bytes = 0;
        }
    }

    #[cfg(test)]
    fn bytes(&self) -> usize {
        self.shelf.lock().unwrap().bytes
    }
}

/// Keeps an answer that was made with a marker in the place of the token, of a state of the store and since an instant;
/// gives it as it is to be sent, whether it was kept or not.
pub(crate) async fn keep(
    site: &Site,
    place: &Place,
    (state, since): (State, Instant),
    (answer, marker): (Response, &Marker),
    send: impl FnOnce(&Page) -> Response,
    csrf: &Csrf,
) -> Response {
    let (mut head, body) = answer.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else { return Fault::internal().plain() };
    let kind = head.headers.get(header::CONTENT_TYPE);
    let is_page = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
        && head.status == StatusCode::OK
        && !head.headers.contains_key(header::SET_COOKIE);
    let made_of = head.extensions.remove::<MadeOf>();
    let page = Page::new(head, &bytes, marker);
    if !is_page || page.weighs() > LARGEST {
        return page.as_made(csrf);
    }
    let since = made_of.map_or(since, |MadeOf(earlier)| earlier.min(since));
    let page = Arc::new(page);
    site.kept().put(place, Made { page: Arc::clone(&page), state, until: since + site.kept().lasts });
    send(&page)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(path: &str) -> Key {
        Key {
            path: path.to_owned(),
            who: None,
            look: Look::default(),
            secure: false,
            owner: None,
            unread: 0,
            today: Day::parse("2025-03-03").unwrap(),
        }
    }

    fn made(length: usize, state: State, until: Instant) -> Made {
        let (head, ()) = axum::http::Response::new(()).into_parts();
        let page = Page::new(head, &"x".repeat(length).into(), &Marker::new());
        Made { page: Arc::new(page), state, until }
    }

    fn state() -> State {
        let dir = tempfile::tempdir().unwrap();
        let store = store::Store::open(dir.path(), &store::Options::default()).unwrap();
        store.state()
    }

    #[test]
    fn what_is_kept_stays_within_its_bytes() {
        let (kept, state) = (Kept::new(100_000, SWEEP), state());
        let until = Instant::now() + Duration::from_secs(60);
        for at in 0..1_000 {
            let place = kept.place(&key(&format!("/published?after={at}")));
            kept.put(&place, made(10_000, state, until));
            assert!(kept.bytes() <= 100_000, "{}", kept.bytes());
        }
        let places: usize =
            (0..100_000).map(|at| kept.place(&key(&format!("/{at}"))).weighs()).max().unwrap();
        assert!(places == BESIDE && kept.bytes() <= 100_000);
    }

    #[test]
    fn a_page_is_good_until_its_time_and_for_its_key() {
        let (kept, state) = (Kept::new(100_000, SWEEP), state());
        let place = kept.place(&key("/"));
        kept.put(&place, made(100, state, Instant::now() + Duration::from_secs(60)));
        assert!(kept.place(&key("/")).good(&state).is_some());
        assert!(kept.place(&key("/?")).good(&state).is_none());
        assert!(kept.place(&Key { unread: 1, ..key("/") }).good(&state).is_none());
        kept.put(&place, made(100, state, Instant::now()));
        assert!(kept.place(&key("/")).good(&state).is_none());
    }
}
