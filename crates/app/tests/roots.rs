//! Witnesses of roots, what a restore lost, and what a command asks of the server that has the data.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::county::{County, day};
use app::{
    AppError, Ids, Platform, Proof, ProofFault, RootRequest, SetClock, ask_server, countersign,
    countersigned_of, published_in, published_of,
};
use store::{Options, Place, Store, restore_into};

/// A folder for what is beside the county.
fn folder(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("yifa-roots-{name}-{}", std::process::id()));
    drop(std::fs::remove_dir_all(&path));
    std::fs::create_dir_all(&path).unwrap();
    path
}

fn proof(file: &serde_json::Value) -> Proof {
    Proof::parse(&file.to_string()).unwrap()
}

fn said(fault: &AppError) -> String {
    fault.diagnostics().iter().map(ToString::to_string).collect()
}

#[test]
fn a_witness_signs_what_grew_and_nothing_else() {
    let (county, beside) = (County::new("2024-09-27"), folder("witness"));
    let (own, key) = (county.platform.clone(), beside.join("witness-key"));
    let now = 1_732_800_000_500_000;
    let sign =
        |file: &Proof, previous: Option<&Proof>| countersign(file, previous, None, &key, "县人大常委会", now);

    let case = county.apply("k1", "2024-09-27").unwrap().case;
    let first = own.make_root().unwrap().unwrap();
    let first_file = proof(&first.file());
    let done = sign(&first_file, None).unwrap();
    assert!(done.is_new_key && done.before.is_none());
    let given = countersigned_of(&done.countersigned.file().to_string()).unwrap();
    own.add_witness(&given).unwrap();
    own.add_witness(&given).unwrap();

    county.apply("k2", "2024-09-27").unwrap();
    county.clock.tick();
    let second = own.make_root().unwrap().unwrap();
    let growth = proof(&own.growth(first.size(), second.size()).unwrap().file());
    // A newer root alone proves nothing, growth alone neither.
    assert!(said(&sign(&proof(&second.file()), Some(&first_file)).unwrap_err()).contains("只增证明"));
    assert!(said(&sign(&growth, None).unwrap_err()).contains("--previous"));
    let done = sign(&growth, Some(&first_file)).unwrap();
    assert_eq!((done.is_new_key, done.before), (false, Some(first.size())));
    // The receipt of the first case has the root that a witness signed, and says who.
    let receipt = own.receipt_of(&case).unwrap().receipt.unwrap();
    assert_eq!(receipt.root.size(), first.size());
    assert_eq!(receipt.root.witnesses()[0].name, "县人大常委会");
    assert_eq!(receipt.root.witnesses()[0].signed_at(), 1_732_800_000_000_000);
    let read = proof(&receipt.file());
    assert_eq!(read, Proof::Receipt(receipt.clone()));
    assert_eq!(read.faults(None), []);
    let mut forged = receipt.file();
    forged["root"]["witnesses"][0]["time"] = serde_json::json!(1_732_800_001);
    let name = "县人大常委会".to_owned();
    let wrong = ledger::WrongSignature::Sm2;
    assert_eq!(proof(&forged).faults(None), [ProofFault::Witness { name, wrong }]);
    // The next one grows from what was seen in the growth.
    own.add_witness(&done.countersigned).unwrap();
    assert_eq!(own.roots(None, 10).unwrap().iter().filter(|root| root.witnesses().len() == 1).count(), 2);
    assert_eq!(own.receipt_of(&case).unwrap().receipt.unwrap().root.size(), second.size());
    drop(std::fs::remove_dir_all(&beside));
}

#[test]
fn what_is_no_witness_of_this_journal_is_refused() {
    let (county, beside) = (County::new("2024-09-27"), folder("stranger"));
    let own = &county.platform;
    county.apply("k1", "2024-09-27").unwrap();
    let root = own.make_root().unwrap().unwrap();
    let file = proof(&root.file());
    let key = beside.join("key");
    let done = countersign(&file, None, None, &key, "某单位", 1_000_000).unwrap();
    let mut other = done.countersigned.clone();
    other.root = "0".repeat(64);
    assert!(said(&own.add_witness(&other).unwrap_err()).contains("没有这个"));
    let mut text = done.countersigned.file();
    text["witness"]["time"] = serde_json::json!(2);
    let other = countersigned_of(&text.to_string()).unwrap();
    assert!(said(&own.add_witness(&other).unwrap_err()).contains("SM2签名不符"));
    // The keeper of the log is no witness of itself.
    let same = own.store().dir().join(app::ROOT_KEY);
    let fault = countersign(&file, None, None, &same, "某单位", 1_000_000).unwrap_err();
    assert!(said(&fault).contains("自己的密钥"));
    for name in ["", "　", "一\n二", &"长".repeat(61)] {
        assert!(countersign(&file, None, None, &key, name, 1_000_000).is_err(), "{name:?}");
    }
    // By other keys than those that are trusted.
    assert!(countersign(&file, None, Some(&["ab".repeat(32)]), &key, "某单位", 1_000_000).is_err());
    // A journal written anew: its growth does not begin with what was seen.
    let mut forged = root.file();
    forged["root"]["root"] = serde_json::json!("0".repeat(64));
    assert!(countersign(&proof(&forged), None, None, &key, "某单位", 1_000_000).is_err());
    drop(std::fs::remove_dir_all(&beside));
}

/// The platform over a backup that was put into a store of its own.
fn restored(backup: &std::path::Path, into: &std::path::Path, key: &std::path::Path) -> Platform {
    drop(std::fs::remove_dir_all(into));
    let store = store::testing::open(into, &Options::default()).unwrap();
    restore_into(backup, &store).unwrap();
    std::fs::copy(key, into.join(app::ROOT_KEY)).unwrap();
    let rules = packs::load(&packs::Files::built_in()).unwrap();
    let clock = Arc::new(SetClock::at(day("2024-10-08"), 9));
    Platform::new(store, rules, clock as _, Ids::seeded("again")).unwrap()
}

#[test]
fn roots_that_a_restore_lost_are_announced_and_the_others_hold() {
    let (county, beside) = (County::new("2024-09-27"), folder("lost"));
    let old = &county.platform;
    county.apply("k1", "2024-09-27").unwrap();
    let first = old.make_root().unwrap().unwrap();
    county.apply("k2", "2024-09-27").unwrap();
    old.store().backup(&beside.join("backup")).unwrap();
    // Over what is in the backup, but made after it.
    let second = old.make_root().unwrap().unwrap();
    county.apply("k3", "2024-09-27").unwrap();
    let third = old.make_root().unwrap().unwrap();
    // Both have a witness; what holds keeps its own.
    for root in [&second, &third] {
        let signed = countersign(&proof(&root.file()), None, None, &beside.join("w"), "县档案馆", 1_000_000);
        old.add_witness(&signed.unwrap().countersigned).unwrap();
    }
    let key = old.store().dir().join(app::ROOT_KEY);

    let new = restored(&beside.join("backup"), &beside.join("again"), &key);
    let (roots, earlier) = published_of(old.store()).unwrap();
    assert!(said(&new.enter_published(&roots, &earlier, " ").unwrap_err()).contains("没有写明"));
    let lost = new.enter_published(&roots, &earlier, "磁盘损坏").unwrap();
    assert!(lost.len() == 1 && lost[0].root == third, "{lost:?}");
    let second = old.roots(None, 10).unwrap().remove(1);
    assert_eq!(second.witnesses().len(), 1);
    assert_eq!(new.enter_published(&roots, &earlier, "又一次").unwrap(), []);
    assert_eq!(new.lost_roots().unwrap(), lost);
    assert_eq!(new.roots(None, 10).unwrap(), [second.clone(), first.clone()]);
    assert_eq!(new.growth(first.size(), second.size()).unwrap().to, second);
    let fault = new.growth(second.size(), third.size()).unwrap_err();
    assert!(said(&fault).contains("不再成立") && said(&fault).contains("磁盘损坏"));
    assert!(new.verify(true).unwrap().journal.is_whole());
    // Whoever kept it is not told that all is well, but is told why.
    let kept = [proof(&third.file())];
    let found = new.verify_since(&kept, None).unwrap();
    assert!(found.len() > 1 && found.iter().any(|one| one.contains("磁盘损坏")), "{found:?}");
    assert_eq!(new.verify_since(&[proof(&second.file())], None).unwrap(), Vec::<String>::new());

    // By hand, from the published file: the same, and what is of another journal is refused.
    let by_hand = restored(&beside.join("backup"), &beside.join("by-hand"), &key);
    let file = app::roots_file(&old.roots(None, 10).unwrap(), &[], &[]).to_string();
    assert_eq!(published_in(&file).unwrap().len(), 3);
    let asked = RootRequest::Lost { file: file.clone(), note: "磁盘损坏".to_owned() };
    let lines = by_hand.carry_out(&asked).unwrap();
    assert!(lines.len() == 1 && lines[0].contains(&third.root()), "{lines:?}");
    assert!(by_hand.carry_out(&asked).unwrap()[0].contains("都仍然成立"));
    drop((new, by_hand));
    drop(std::fs::remove_dir_all(&beside));
}

#[test]
fn roots_of_another_journal_are_not_entered() {
    let (county, other) = (County::new("2024-09-27"), folder("other"));
    county.apply("k1", "2024-09-27").unwrap();
    county.platform.make_root().unwrap().unwrap();
    let store = Store::open(&other, &Options::default()).unwrap();
    let stranger = County::in_store(store, "2024-09-27");
    stranger.apply("k1", "2024-09-27").unwrap();
    let strange = stranger.platform.make_root().unwrap().unwrap();
    let fault = county.platform.enter_published(&[strange], &[], "理由").unwrap_err();
    assert!(said(&fault).contains("另一份日志"));
    drop(stranger);
    drop(std::fs::remove_dir_all(&other));
}

#[test]
fn a_command_asks_the_server_that_has_the_folder() {
    let county = County::new("2024-09-27");
    county.apply("k1", "2024-09-27").unwrap();
    let platform = &county.platform;
    let Place::Folder(dir) = platform.store().place().clone() else {
        // Servers over one database make roots side by side.
        assert!(!platform.answer_request().unwrap());
        return;
    };
    assert!(!platform.answer_request().unwrap());
    let serve = |times: u32| {
        let server = platform.clone();
        std::thread::spawn(move || {
            for _ in 0..times {
                while !server.answer_request().unwrap() {
                    std::thread::sleep(Duration::from_millis(20));
                }
            }
        })
    };
    let server = serve(2);
    assert!(ask_server(&dir, &RootRequest::Make).unwrap()[0].contains("已作出新的根"));
    let fault = ask_server(&dir, &RootRequest::Witness("{}".to_owned())).unwrap_err();
    assert!(said(&fault).contains("format_version"), "{}", said(&fault));
    server.join().unwrap();
    let root = platform.roots(None, 1).unwrap().remove(0);
    // Two commands at once: each gets its own answer.
    let server = serve(2);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope
                .spawn(|| assert!(ask_server(&dir, &RootRequest::Make).unwrap()[0].contains("日志没有增加")));
        }
    });
    server.join().unwrap();
    assert_eq!(platform.roots(None, 10).unwrap(), [root]);
    let left: Vec<_> = std::fs::read_dir(&dir)
        .unwrap()
        .map(|file| file.unwrap().file_name().display().to_string())
        .filter(|name| name.contains("request") || name.contains("answer"))
        .collect();
    assert_eq!(left, Vec::<String>::new());
}

/// Several processes over one database may all be asked: one root a size.
#[test]
fn roots_are_made_by_several_servers_at_once() {
    let Some(database) = store::testing::Database::new("servers").unwrap() else { return };
    let beside = folder("servers");
    let open = || Store::open_at(&database.place(&beside).unwrap(), &Options::default()).unwrap();
    let first = County::in_store(open(), "2024-09-27");
    first.apply("k1", "2024-09-27").unwrap();
    first.platform.make_root_keys().unwrap();
    let rules = || packs::load(&packs::Files::built_in()).unwrap();
    let clock = || Arc::new(SetClock::at(day("2024-09-27"), 10));
    let second = Platform::new(open(), rules(), clock() as _, Ids::seeded("second")).unwrap();
    for turn in 0..10 {
        first.apply(&format!("t{turn}"), "2024-09-27").unwrap();
        std::thread::scope(|scope| {
            let both = [&first.platform, &second].map(|one| scope.spawn(|| one.make_root().unwrap()));
            let made: Vec<_> = both.into_iter().filter_map(|one| one.join().unwrap()).collect();
            assert_eq!(made.len(), 1, "turn {turn}");
        });
    }
    assert_eq!(first.platform.roots(None, 100).unwrap().len(), 10);
    assert!(second.verify(false).unwrap().journal.is_whole());
    drop((first, second));
    drop(std::fs::remove_dir_all(&beside));
}
