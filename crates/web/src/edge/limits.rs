//! How often something may be asked for: a bucket of tokens for each address, account or case number.
//!
//! A library for this (governor) brings a concurrent map, a clock and random numbers of its own; one lock over a map is
//! enough here, for a request that is limited also hashes a password or reads a file.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// What is limited, and by what. 频率限制
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Limit {
    /// Passwords and codes that were wrong, from an address; what was right is given back.
    SignIn,
    /// Passwords for an account, codes of a session.
    Account,
    /// Asking after a case with number and code, from an address.
    Follow,
    /// The same for a number.
    Number,
    /// Having reports audited.
    Audit,
    /// Applying for something.
    Apply,
    /// Any other form.
    Form,
    /// Anything asked of the API, from an address.
    Api,
    /// Reading pages without having signed in, from an address.
    Read,
    /// Reading pages as an account.
    Reader,
    /// Files and lists taken away without having signed in, from an address.
    Fetch,
    /// Files and lists taken away as an account.
    Fetcher,
}

impl Limit {
    /// How many at once, and after how long one more.
    const fn rate(self) -> (u32, Duration) {
        match self {
            Self::SignIn => (30, Duration::from_secs(10)),
            Self::Account | Self::Number => (10, Duration::from_secs(30)),
            Self::Follow => (40, Duration::from_secs(5)),
            Self::Audit => (30, Duration::from_secs(10)),
            Self::Apply => (30, Duration::from_secs(20)),
            Self::Form => (240, Duration::from_millis(500)),
            Self::Api => (600, Duration::from_millis(20)),
            Self::Read => (240, Duration::from_millis(200)),
            Self::Reader => (1_200, Duration::from_millis(50)),
            Self::Fetch => (30, Duration::from_secs(4)),
            Self::Fetcher => (240, Duration::from_secs(1)),
        }
    }

    const fn is_of_reading(self) -> bool {
        matches!(self, Self::Read | Self::Reader | Self::Fetch | Self::Fetcher)
    }
}

/// How many buckets are kept: more than that, and the full ones are forgotten, then all of a kind.
const MOST: usize = 50_000;

type Key = (Limit, String);

/// A bucket: from when on it is full.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    full_at: Instant,
}

/// The buckets of a site.
#[derive(Debug)]
pub(crate) struct Limits {
    buckets: Mutex<BTreeMap<Key, Bucket>>,
    times: u32,
    read_times: u32,
}

impl Limits {
    /// Buckets that hold so many times as much as usual; those of reading so many times more, or without end where that is 0.
    pub fn new(times: u32, read_times: u32) -> Self {
        Self { buckets: Mutex::default(), times: times.max(1), read_times }
    }

    fn rate(&self, limit: Limit) -> (u32, Duration) {
        let (burst, each) = limit.rate();
        let times =
            if limit.is_of_reading() { self.times.saturating_mul(self.read_times) } else { self.times };
        (burst.saturating_mul(times), each / times.max(1))
    }

    /// Takes a token for reading a page, or for a file or a list that is taken away: by the account, where somebody has signed
    /// in, else by the address. Where there is none, after how many seconds there will be.
    pub fn read(&self, account: Option<&str>, address: Option<IpAddr>, takes: bool) -> Result<(), u64> {
        if self.read_times == 0 {
            return Ok(());
        }
        let (of_pages, of_files) = match account {
            Some(_) => (Limit::Reader, Limit::Fetcher),
            None => (Limit::Read, Limit::Fetch),
        };
        let whose = account.map_or_else(|| whose(address), str::to_owned);
        self.take(of_pages, &whose)?;
        if takes { self.take(of_files, &whose) } else { Ok(()) }
    }

    /// Takes a token; where there is none, after how many seconds there will be.
    pub fn take(&self, limit: Limit, whose: &str) -> Result<(), u64> {
        self.take_at(limit, whose, Instant::now())
    }

    fn take_at(&self, limit: Limit, whose: &str, now: Instant) -> Result<(), u64> {
        let (burst, each) = self.rate(limit);
        let Ok(mut buckets) = self.buckets.lock() else { return Ok(()) };
        if buckets.len() >= MOST {
            buckets.retain(|_, bucket| bucket.full_at > now);
            if buckets.len() >= MOST {
                buckets.retain(|(kind, _), _| *kind != limit);
            }
        }
        let key = (limit, whose.chars().take(100).collect());
        let bucket = buckets.entry(key).or_insert(Bucket { full_at: now });
        let full_at = bucket.full_at.max(now) + each;
        let over = full_at.duration_since(now).saturating_sub(each * burst);
        if over.is_zero() {
            bucket.full_at = full_at;
            return Ok(());
        }
        Err(over.as_secs() + u64::from(over.subsec_nanos() > 0))
    }

    /// Gives a token back.
    pub fn give_back(&self, limit: Limit, whose: &str) {
        let (_, each) = self.rate(limit);
        let Ok(mut buckets) = self.buckets.lock() else { return };
        if let Some(bucket) = buckets.get_mut(&(limit, whose.to_owned()))
            && let Some(earlier) = bucket.full_at.checked_sub(each)
        {
            bucket.full_at = earlier;
        }
    }
}

/// Whose bucket an address is: of IPv6 the network, for one household has many addresses.
pub(crate) fn whose(address: Option<IpAddr>) -> String {
    match address {
        None => "here".to_owned(),
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let (limits, start) = (Limits::new(1, 1), Instant::now());
        for _ in 0..10 {
            assert_eq!(limits.take_at(Limit::Account, "a", start), Ok(()));
        }
        assert_eq!(limits.take_at(Limit::Account, "a", start), Err(30));
        assert_eq!(limits.take_at(Limit::Account, "b", start), Ok(()), "another's");
        assert_eq!(limits.take_at(Limit::Number, "a", start), Ok(()), "another limit");
        let later = start + Duration::from_secs(31);
        assert_eq!(limits.take_at(Limit::Account, "a", later), Ok(()));
        assert_eq!(limits.take_at(Limit::Account, "a", later), Err(29));
        limits.give_back(Limit::Account, "a");
        assert_eq!(limits.take_at(Limit::Account, "a", later), Ok(()));
        let much_later = start + Duration::from_secs(100_000);
        assert!((0..10).all(|_| limits.take_at(Limit::Account, "a", much_later).is_ok()));
        assert!(limits.take_at(Limit::Account, "a", much_later).is_err(), "never more than the burst");
    }

    #[test]
    fn a_site_may_be_more_generous() {
        let (limits, start) = (Limits::new(3, 1), Instant::now());
        assert!((0..30).all(|_| limits.take_at(Limit::Account, "a", start).is_ok()));
        assert_eq!(limits.take_at(Limit::Account, "a", start), Err(10));
    }

    #[test]
    fn the_buckets_do_not_grow_without_bound() {
        let (limits, now) = (Limits::new(1, 1), Instant::now());
        for at in 0..MOST + 10 {
            limits.take_at(Limit::Form, &at.to_string(), now).unwrap();
        }
        assert!(limits.buckets.lock().unwrap().len() <= MOST);
    }

    #[test]
    fn officers_read_more_than_strangers_and_files_are_dearer_than_pages() {
        let limits = Limits::new(1, 1);
        let stranger = "192.0.2.1".parse().ok();
        let count = |account: Option<&str>, takes: bool| {
            (0..10_000).take_while(|_| limits.read(account, stranger, takes).is_ok()).count()
        };
        let (files, pages) = (count(None, true), count(None, false));
        assert!((30..=31).contains(&files), "{files}");
        assert!((205..=230).contains(&pages), "what is taken away is read too: {pages}");
        let (files, pages) = (count(Some("u-1"), true), count(Some("u-1"), false));
        assert!((240..=242).contains(&files), "{files}");
        assert!(pages >= 955, "an account has its own, whatever its address: {pages}");
        assert!(limits.read(None, "192.0.2.2".parse().ok(), true).is_ok(), "another address");
        let wait = limits.read(None, stranger, false).unwrap_err();
        assert_eq!(wait, 1);
        let endless = Limits::new(1, 0);
        assert!((0..5_000).all(|_| endless.read(None, stranger, true).is_ok()));
        let generous = Limits::new(2, 3);
        assert!((0..1_440).all(|_| generous.read(None, stranger, false).is_ok()), "times both");
    }

    /// What it costs a request, measured where it stands: a lock, a look into a map of many addresses, a short text.
    #[test]
    fn a_look_at_the_bucket_costs_little() {
        let limits = Limits::new(1, 1_000);
        let addresses: Vec<IpAddr> =
            (0..10_000_u32).map(|at| IpAddr::from((0x0a00_0000 + at).to_be_bytes())).collect();
        let began = Instant::now();
        for _ in 0..5 {
            addresses.iter().for_each(|address| limits.read(None, Some(*address), false).unwrap());
        }
        let each = began.elapsed() / 50_000;
        println!("{each:?} for each page that a stranger reads, with 10,000 addresses at hand");
        assert!(each < Duration::from_micros(200), "{each:?}");
    }

    #[test]
    fn a_network_of_ipv6_is_one() {
        let one = whose("2001:db8:1:2:3::1".parse().ok());
        assert_eq!(one, whose("2001:db8:1:2:ffff::9".parse().ok()));
        assert_ne!(one, whose("2001:db8:1:3::1".parse().ok()));
    }
}
