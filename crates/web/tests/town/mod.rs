//! A small town on a store of its own: two organs, officers, a head, a citizen, and a clock that is set.
#![allow(dead_code, reason = "each user of the town uses another part of it")]
#![allow(clippy::unwrap_used, reason = "what sets the stage may stop the show")]

use std::path::Path;
use std::sync::Arc;

use app::{AccountRules, Clock, Ids, NewAccount, Organ, Platform};
use calendar::Day;
use store::Options;
use store::account::Rank;

pub const PASSWORD: &str = "Correct-horse-battery";

pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// Opens the store of a folder, or of PostgreSQL where the tests run on it, and enters organs and accounts.
pub fn town(dir: &Path, clock: Arc<dyn Clock>, is_demonstration: bool) -> Platform {
    let store = store::testing::open(dir, &Options::default()).unwrap();
    if is_demonstration {
        store.write(|tx| store::meta::set(tx, "demonstration", "town")).unwrap().unwrap();
    }
    let rules = packs::load(&packs::Files::built_in()).unwrap();
    let platform = Platform::new(store, rules, clock, Ids::System).unwrap();
    if platform.organs().unwrap().is_empty() {
        settle(&platform);
    }
    platform
}

fn settle(platform: &Platform) {
    let organ = |id: &str, name: &str, short: &str, kind: &str, parent: Option<&str>| Organ {
        id: id.to_owned(),
        name: name.to_owned(),
        short: short.to_owned(),
        kind: kind.to_owned(),
        division: "350526".to_owned(),
        credit_code: None,
        parent: parent.map(str::to_owned),
    };
    let organs = vec![
        organ("county", "德化县人民政府", "德政", "government", None),
        organ("police", "德化县公安局", "德公", "department", Some("county")),
    ];
    platform.set_account_rules(&AccountRules::demonstration()).unwrap();
    platform.enter_organs(organs, day("2020-01-01")).unwrap();
    let account = |login: &str, name: &str, organ: Option<&str>, rank: Rank| NewAccount {
        login: login.to_owned(),
        name: name.to_owned(),
        password: PASSWORD.to_owned(),
        organ: organ.map(str::to_owned),
        rank,
    };
    for new in [
        account("officer", "演示承办人", Some("county"), Rank::Staff),
        account("second", "演示协办人", Some("county"), Rank::Staff),
        account("head", "演示负责人", Some("county"), Rank::Head),
        account("police", "演示民警", Some("police"), Rank::Staff),
        account("citizen", "演示申请人", None, Rank::Citizen),
        account("stranger", "演示路人", None, Rank::Citizen),
    ] {
        platform.add_account(new).unwrap();
    }
}
