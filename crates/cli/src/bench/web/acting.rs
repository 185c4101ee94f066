//! Somebody who acts while pages are asked for, so many times a second.

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use app::{Actor, Ids, Open, Organ, Platform};
use store::account;

use super::super::acts::application;
use crate::platform::{failed, store_fault, wrong};

/// How far apart the acts are: fifty a second.
const APART: Duration = Duration::from_millis(20);

/// Who acts.
pub struct Acts {
    platform: Platform,
    actor: Actor,
    organ: String,
    respondent: String,
}

impl Acts {
    /// An officer of a government, where an act of one of its departments is complained of.
    pub fn of(platform: &Platform) -> Result<Self, ExitCode> {
        let accounts = platform.store().read(|reader| account::page(reader, "", 100_000));
        let accounts = accounts.map_err(|fault| store_fault(&fault))?;
        let organs = platform.organs().map_err(|fault| failed(&fault))?;
        let mut last = None;
        for organ in organs.iter().filter(|organ| organ.kind == "government") {
            let is_below =
                |other: &&Organ| other.kind == "department" && other.parent.as_ref() == Some(&organ.id);
            let below = organs.iter().find(is_below);
            let own = accounts.iter().filter(|account| account.organ.as_ref() == Some(&organ.id));
            for account in own {
                let actor = platform.actor_of(&account.login).map_err(|fault| failed(&fault))?;
                let respondent = below.map(|organ| organ.name.clone()).unwrap_or_default();
                let acts = Self { platform: platform.clone(), actor, organ: organ.id.clone(), respondent };
                match acts.act() {
                    Ok(()) => return Ok(acts),
                    Err(fault) => last = Some(fault),
                }
            }
        }
        Err(last.map_or_else(|| wrong("没有政府的工作人员", "换一份数据。"), |fault| failed(&fault)))
    }

    fn act(&self) -> app::Result<()> {
        let on = self.platform.today();
        let mut form = application(on);
        form.insert("respondent".to_owned(), vec![self.respondent.clone()]);
        let open = Open {
            key: Ids::token(),
            procedure: "reconsideration".to_owned(),
            organ: self.organ.clone(),
            act: "apply".to_owned(),
            on,
            form,
            files: Vec::new(),
        };
        self.platform.open(&self.actor, open).map(drop)
    }

    /// Does acts as long as `work` goes on.
    pub fn during<T>(&self, name: &str, work: impl FnOnce() -> std::io::Result<T>) -> std::io::Result<T> {
        let (end, began) = (AtomicBool::new(false), Instant::now());
        thread::scope(|scope| {
            let acting = scope.spawn(|| {
                let mut done = 0u32;
                while !end.load(Ordering::Relaxed) {
                    self.act().map_err(|fault| std::io::Error::other(format!("{fault:?}")))?;
                    done += 1;
                    thread::sleep((APART * done).saturating_sub(began.elapsed()));
                }
                Ok::<_, std::io::Error>(done)
            });
            let worked = work();
            end.store(true, Ordering::Relaxed);
            let done = acting.join().map_err(|_| std::io::Error::other("办理的线程出错"))??;
            eprintln!("{name}：其间办理{:.0}件/秒", f64::from(done) / began.elapsed().as_secs_f64());
            worked
        })
    }
}
