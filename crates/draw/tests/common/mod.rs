//! Lists that are made for tests, and the whole way from a list to a file.
#![allow(dead_code, reason = "each test takes what it needs")]

use std::borrow::Cow;

use draw::{
    Announced, Bundle, Certificate, Commitment, Exclusion, Inspector, List, Object, PublicValue, Recusal,
    Reveal, Source, Stratum, commit, commitment, draw, lock,
};
use ledger::{Hash, HashFunction as _, Sm3};

pub const PARTIES: [&str; 2] = ["某县市场监督管理局", "某县人大常委会办公室"];

pub fn objects(prefix: &str, count: usize) -> Vec<Object<'static>> {
    let one = |at| Object {
        id: Cow::Owned(format!("{prefix}{at:05}")),
        name: Cow::Owned(format!("{prefix}企业{at}")),
    };
    (1..=count).map(one).collect()
}

pub fn stratum(id: &str, ratio: u32, fields: &[&str], count: usize) -> Stratum<'static> {
    Stratum {
        fields: fields.iter().map(|field| (*field).to_owned()).collect(),
        id: id.to_owned(),
        name: format!("分组{id}"),
        objects: objects(id, count),
        ratio,
    }
}

pub fn inspector(id: &str, fields: &[&str], limit: u32) -> Inspector<'static> {
    let certificate = |field: &&str| Certificate {
        field: Cow::Owned((*field).to_owned()),
        from: "2024-01-01".into(),
        to: "2028-12-31".into(),
    };
    Inspector {
        certificates: fields.iter().map(certificate).collect(),
        id: Cow::Owned(id.to_owned()),
        limit,
        name: Cow::Owned(format!("人员{id}")),
        organ: "某县市场监督管理局".into(),
    }
}

pub fn recusal(inspector: &str, object: &str) -> Recusal<'static> {
    Recusal {
        inspector: Cow::Owned(inspector.to_owned()),
        object: Cow::Owned(object.to_owned()),
        reason: "近亲属任职".into(),
    }
}

pub fn exclusion(kind: &'static str, id: &str) -> Exclusion<'static> {
    Exclusion { id: Cow::Owned(id.to_owned()), kind: kind.into(), reason: "本年度已经检查".into() }
}

/// A list of these strata and inspectors, in order but for them.
pub fn list(strata: Vec<Stratum<'static>>, inspectors: Vec<Inspector<'static>>) -> List<'static> {
    List {
        exclusions: Vec::new(),
        history: Vec::new(),
        inspect_from: "2026-12-07".to_owned(),
        inspect_to: "2026-12-31".to_owned(),
        inspectors,
        locked_at: "2026-11-28T09:00:00+08:00".to_owned(),
        organ: "某县市场监督管理局".to_owned(),
        recusals: Vec::new(),
        source: Source {
            name: "中国福利彩票双色球第2026140期开奖号码，按公告的次序写，用空格隔开".to_owned(),
            not_after: "2026-12-02T23:59:59+08:00".to_owned(),
            not_before: "2026-12-01T21:15:00+08:00".to_owned(),
        },
        strata,
        title: "2026年第四季度部门联合双随机抽查".to_owned(),
    }
}

/// Four classes of risk, two fields, people enough.
pub fn sample() -> List<'static> {
    let strata = vec![
        stratum("A", 200, &["市场监管"], 150),
        stratum("B", 500, &["市场监管"], 80),
        stratum("C", 1500, &["市场监管", "消防"], 40),
        stratum("D", 10_000, &["市场监管", "消防"], 6),
    ];
    let mut people: Vec<_> = (1..=12).map(|at| inspector(&format!("S{at:02}"), &["市场监管"], 6)).collect();
    people.extend((1..=6).map(|at| inspector(&format!("X{at:02}"), &["消防"], 6)));
    people.push(inspector("Z01", &["市场监管", "消防"], 3));
    let mut list = list(strata, people);
    list.exclusions = vec![exclusion("object", "A00007"), exclusion("inspector", "S03")];
    list.recusals = vec![recusal("S01", "D00001"), recusal("X02", "D00001"), recusal("S02", "C00003")];
    list
}

pub fn nonce(party: &str) -> Hash {
    Sm3::digest(&[b"a secret of ", party.as_bytes()])
}

pub fn commitments(list_hash: Hash) -> Vec<Commitment> {
    let one = |party: &&str| Commitment {
        commitment: commitment(list_hash, party, nonce(party)).hex(),
        committed_at: "2026-11-28T10:00:00+08:00".to_owned(),
        party: (*party).to_owned(),
    };
    PARTIES.iter().map(one).collect()
}

pub fn reveals() -> Vec<Reveal> {
    PARTIES.map(|party| Reveal { nonce: nonce(party).hex(), party: party.to_owned() }).to_vec()
}

pub fn value(text: &str) -> PublicValue {
    PublicValue { known_at: "2026-12-01T21:20:00+08:00".to_owned(), text: text.to_owned() }
}

pub fn announced<'l>(list: &'l List<'l>) -> Announced<'l> {
    let locked = lock(list).unwrap_or_else(|found| panic!("{found:#?}"));
    let own = commitments(locked.hash);
    commit(locked, own).unwrap_or_else(|found| panic!("{found:#?}"))
}

/// The whole way.
pub fn bundle<'l>(list: &'l List<'l>, text: &str) -> Bundle<'l> {
    let announced = announced(list);
    let drawn = draw(&announced, &reveals(), &value(text)).unwrap_or_else(|found| panic!("{found:#?}"));
    Bundle::of_locked(&announced.locked, list.clone()).with_announced(&announced).with_drawn(
        reveals(),
        value(text),
        drawn,
    )
}

/// A seed for a number.
pub fn seed(number: u32) -> draw::Seed {
    draw::Seed(Sm3::digest(&[b"a seed of a test", &number.to_be_bytes()]))
}
