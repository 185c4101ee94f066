//! A list of the size of a large city: so many objects in strata of different ratios, so many inspectors.

use std::borrow::Cow;

use draw::{Certificate, Commitment, Inspector, List, Object, PublicValue, Recusal, Reveal, Source, Stratum};

/// How many fields there are: five sectors of four classes.
const FIELDS: usize = 5;

/// The ratios of the classes, in ten-thousandths.
const RATIOS: [u32; 4] = [100, 300, 1_000, 2_000];

/// A list of that many objects, strata and inspectors; everybody is recused from ten objects.
pub fn made(objects: usize, strata: usize, inspectors: usize) -> List<'static> {
    let each = objects.div_ceil(strata.max(1));
    let field = |at: usize| format!("领域{}", at % FIELDS);
    let id = |stratum: usize, at: usize| format!("91350{:03}MA{:08}", stratum, at);
    let stratum = |number: usize| Stratum {
        fields: vec![field(number)],
        id: format!("S{number:02}"),
        name: format!("第{number}组"),
        objects: (0..each.min(objects.saturating_sub(number * each)))
            .map(|at| Object {
                id: Cow::Owned(id(number, at)),
                name: Cow::Owned(format!("某市第{number}组第{at}号商贸有限公司")),
            })
            .collect(),
        ratio: RATIOS.get(number / FIELDS % RATIOS.len()).copied().unwrap_or(0),
    };
    let inspector = |at: usize| Inspector {
        certificates: vec![Certificate {
            field: Cow::Owned(field(at)),
            from: "2024-01-01".into(),
            to: "2028-12-31".into(),
        }],
        id: Cow::Owned(format!("35050{at:06}")),
        limit: 24,
        name: Cow::Owned(format!("人员{at}")),
        organ: "某市市场监督管理局".into(),
    };
    let recusal = |at: usize| Recusal {
        inspector: Cow::Owned(format!("35050{:06}", at % inspectors.max(1))),
        object: Cow::Owned(id(at % strata.max(1), at * 7_919 % each.max(1))),
        reason: "近亲属任职".into(),
    };
    List {
        exclusions: Vec::new(),
        history: Vec::new(),
        inspect_from: "2026-12-07".to_owned(),
        inspect_to: "2026-12-31".to_owned(),
        inspectors: (0..inspectors).map(inspector).collect(),
        locked_at: "2026-11-28T09:00:00+08:00".to_owned(),
        organ: "某市市场监督管理局".to_owned(),
        recusals: (0..inspectors).map(recusal).collect(),
        source: Source {
            name: "约定的公开数值".to_owned(),
            not_after: "2026-12-02T23:59:59+08:00".to_owned(),
            not_before: "2026-12-01T21:15:00+08:00".to_owned(),
        },
        strata: (0..strata).map(stratum).collect(),
        title: "双随机抽查".to_owned(),
    }
}

/// What two parties commit to, reveal, and the value.
pub fn secrets(list_hash: draw::Hash) -> (Vec<Commitment>, Vec<Reveal>, PublicValue) {
    let parties = ["甲方", "乙方"];
    let nonce = |party: &str| draw::commitment(list_hash, party, list_hash);
    let commitment = |party: &str| Commitment {
        commitment: draw::commitment(list_hash, party, nonce(party)).hex(),
        committed_at: "2026-11-28T10:00:00+08:00".to_owned(),
        party: party.to_owned(),
    };
    let reveal = |party: &str| Reveal { nonce: nonce(party).hex(), party: party.to_owned() };
    let value = PublicValue { known_at: "2026-12-01T21:20:00+08:00".to_owned(), text: "7".to_owned() };
    (parties.map(commitment).to_vec(), parties.map(reveal).to_vec(), value)
}
