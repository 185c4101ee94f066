//! Draws as part of the platform: what acts with a step of a draw ask for is computed here and goes into their records,
//! so that the journal holds the hashes and the case the files. The computing is `draw`'s alone.

mod files;
mod lists;
mod pages;
mod rounds;

use std::collections::BTreeMap;

use calendar::Day;
use draw::{Announced, Bundle, List, PublicValue, Reveal};
use ledger::Hash;
use norms::{Act, DrawStep, Record, Value};

pub(crate) use lists::CLASSES;
pub use pages::{
    DrawCheck, DrawFile, DrawInspection, DrawLine, DrawObject, DrawPage, DrawRound, DrawStratum,
};

use crate::acting::Moment;
use crate::case::CaseFile;
use crate::clock::local_instant;
use crate::commands::Upload;
use crate::computed::{Sent, only_today};
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::record::{Form, party_code};
use crate::starting::links;
use crate::visits::Visit;
use rounds::{Round, bundle, instant};
pub(crate) use rounds::{Taken, is_file, rounds, value_of, whole};

/// What the platform fills in, and the file that it made.
#[derive(Default)]
struct Made {
    fields: Vec<(&'static str, String)>,
    file: Option<(&'static str, String)>,
}

/// A step of a draw that somebody takes.
struct Step<'a> {
    platform: &'a Platform,
    seen: &'a CaseFile,
    spec: &'a Act,
    record: &'a Record,
    on: Day,
    now: String,
}

impl Platform {
    /// Carries a step of a draw out: puts what it computes into the form and its file beside it. What was sent for these
    /// fields must be the same.
    ///
    /// # Errors
    /// The step cannot be taken, or what was sent is not what comes out.
    pub(crate) fn take_draw_step(
        &self,
        seen: &CaseFile,
        spec: &Act,
        moment: &Moment,
        on: Day,
        form: &mut Form,
        files: &mut Vec<Upload>,
    ) -> Result<()> {
        let Some(step) = spec.draw else { return Ok(()) };
        only_today(on, moment.today, "抽取的各步当日办理，不能补记")?;
        let sent = Sent::apart(spec, form);
        if let Some(file) = files.iter().find(|file| is_file(spec, &file.field)) {
            return Err(AppError::field(&file.field, "抽取文件", "由平台生成，不用上传"));
        }
        let record = self.read_record(spec, on, form, &seen.row.organ)?;
        let taken = Step { platform: self, seen, spec, record: &record, on, now: local_instant(moment.now) };
        let made = taken.made(step)?;
        sent.replace(form, made.fields)?;
        if let Some((name, content)) = made.file {
            let name = format!("{name}.json");
            files.push(Upload { field: "file".to_owned(), name, content: content.into_bytes() });
        }
        Ok(())
    }
}

/// The commitment of a party to its secret, bound to a list; none where a hash is none.
#[must_use]
pub fn draw_commitment(list: &str, party: &str, nonce: &str) -> Option<String> {
    Some(draw::commitment(Hash::parse(list)?, party, Hash::parse(nonce)?).hex())
}

fn unfit(found: Vec<base::Diagnostic>) -> AppError {
    AppError::Unfit(found)
}

fn wrong(why: impl Into<String>, help: &str) -> AppError {
    AppError::wrong("draw_step", why, help)
}

impl Step<'_> {
    fn made(&self, step: DrawStep) -> Result<Made> {
        match step {
            DrawStep::List | DrawStep::Files => self.list(step),
            DrawStep::Annul => self.current().map(|_| Made::default()),
            DrawStep::Commit => self.commit(),
            DrawStep::Announce => self.announce(),
            DrawStep::Value => self.value(),
            DrawStep::Reveal => self.reveal(),
            DrawStep::Result => self.result(),
            DrawStep::Inspect => self.inspect(),
            DrawStep::Sheet => self.sheet(),
        }
    }

    fn text(&self, id: &str) -> &str {
        match value_of(self.spec, self.record, id) {
            Some(Value::Text(text)) => text.trim(),
            _ => "",
        }
    }

    fn day(&self, id: &str) -> Option<Day> {
        match value_of(self.spec, self.record, id) {
            Some(Value::Day(day)) => Some(*day),
            _ => None,
        }
    }

    /// The round that is going on.
    fn current(&self) -> Result<Round<'_>> {
        let last = rounds(self.seen).pop().filter(|round| round.annul.is_none());
        last.ok_or_else(|| wrong("没有已经锁定的名单", "请先锁定名单。"))
    }

    fn list(&self, step: DrawStep) -> Result<Made> {
        let before = rounds(self.seen);
        if before.last().is_some_and(|round| round.annul.is_none()) {
            return Err(wrong("名单已经锁定，不能再锁定一份", "有错的，先由负责人作废并写明理由。"));
        }
        let organ = self.platform.organ(&self.seen.row.organ)?;
        let of_files = step == DrawStep::Files;
        let drawn =
            if of_files { Times::new() } else { self.platform.drawn_in_year(&self.seen.row.id, self.on)? };
        let asked = lists::Asked {
            spec: self.spec,
            record: self.record,
            on: self.on,
            organ: (&organ.id, &organ.name),
            drawn: &drawn,
        };
        let list = if of_files { self.platform.files_list(&asked) } else { self.platform.draw_list(&asked) };
        let mut list = list?;
        list.locked_at.clone_from(&self.now);
        if let Some(round) = before.last() {
            let text = self.platform.draw_text(round.newest_file())?;
            let reason = round.annul.map_or("", |annul| annul.text("reason"));
            // A reason is one line in the list.
            let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
            list.history = bundle(&text)?.earlier(&reason);
        }
        if list.source.not_before <= self.now {
            let why = format!("公共数值最早{}就可能产生，现在是{}", list.source.not_before, self.now);
            return Err(wrong(why, "请选锁定名单时还不存在的数，并留出各方作承诺和公布的时间。"));
        }
        let all = std::slice::from_ref(&list);
        let [own] = all else { return Err(wrong("没有名单", "")) };
        let locked = draw::lock(own).map_err(unfit)?;
        let hash = locked.hash.hex();
        let text = Bundle::of_locked(&locked, list.clone()).canonical();
        Ok(Made { fields: vec![("list_hash", hash)], file: Some(("抽取名单", text)) })
    }

    fn commit(&self) -> Result<Made> {
        let round = self.current()?;
        let text = self.platform.draw_text(round.list.file())?;
        let file = bundle(&text)?;
        let party = self.text("party");
        let mut all = round.commitments();
        all.push(draw::Commitment {
            commitment: self.text("commitment").to_owned(),
            committed_at: self.now.clone(),
            party: party.to_owned(),
        });
        // The number of parties is asked for when the commitments are closed.
        let found = announced(&file.list, all).err().unwrap_or_default();
        let found: Vec<_> = found
            .into_iter()
            .filter(|one| one.code != "draw_parties" || one.message.contains(party))
            .collect();
        if !found.is_empty() {
            return Err(unfit(found));
        }
        Ok(Made { fields: vec![("committed_at", self.now.clone())], file: None })
    }

    fn announce(&self) -> Result<Made> {
        let round = self.current()?;
        let text = self.platform.draw_text(round.list.file())?;
        let file = bundle(&text)?;
        if self.now >= file.list.source.not_before {
            let why =
                format!("公共数值{}起就可能已经为人所知，现在公布已经迟了", file.list.source.not_before);
            return Err(wrong(why, "请由负责人作废本轮，写明理由，另选以后才产生的公共数值，重新锁定名单。"));
        }
        let announced = announced(&file.list, round.commitments()).map_err(unfit)?;
        let hash = announced.hash.hex();
        let text = file.clone().with_announced(&announced).canonical();
        Ok(Made { fields: vec![("announcement_hash", hash)], file: Some(("抽取公布", text)) })
    }

    fn public_value(&self) -> PublicValue {
        PublicValue {
            known_at: instant(self.day("known_day"), self.text("known_time")),
            text: self.text("value").to_owned(),
        }
    }

    fn value(&self) -> Result<Made> {
        let round = self.current()?;
        let value = self.public_value();
        if value.known_at > self.now {
            return Err(AppError::field("known_day", "产生的日期", "还没有到，公共数值还不会产生"));
        }
        let text = self.platform.draw_text(round.announce.and_then(|one| one.file()))?;
        let file = bundle(&text)?;
        let announced = announced(&file.list, round.commitments()).map_err(unfit)?;
        let found = of_value(draw::draw(&announced, &[], &value).err().unwrap_or_default());
        if found.is_empty() { Ok(Made::default()) } else { Err(unfit(found)) }
    }

    fn reveal(&self) -> Result<Made> {
        let round = self.current()?;
        let text = self.platform.draw_text(round.announce.and_then(|one| one.file()))?;
        let file = bundle(&text)?;
        let (party, nonce) = (self.text("party"), self.text("nonce"));
        if round.reveals.iter().any(|one| one.text("party") == party) {
            return Err(AppError::field("party", "承诺方名称", "这一方的秘密数已经收到"));
        }
        let Some(own) = round.commits.iter().find(|one| one.text("party") == party) else {
            let known: Vec<&str> = round.commits.iter().map(|one| one.text("party")).collect();
            let message = format!("“{party}”没有作过承诺；作过的是{}", known.join("、"));
            return Err(AppError::field("party", "承诺方名称", message));
        };
        let list = Hash::parse(&file.list_hash);
        let made = list.zip(Hash::parse(nonce).filter(|hash| hash.hex() == nonce));
        let made = made.map(|(list, nonce)| draw::commitment(list, party, nonce).hex());
        if made.as_deref() != Some(own.text("commitment")) {
            let message = "与承诺不符；请核对是不是本轮的秘密文件，确实不符的，作废本轮并写明理由";
            return Err(AppError::field("nonce", "秘密数", message));
        }
        Ok(Made::default())
    }

    fn inspect(&self) -> Result<Made> {
        let round = self.current()?;
        let text = self.platform.draw_text(round.result.and_then(|one| one.file()))?;
        let code_of = |text: &str| party_code(text).unwrap_or_default().to_uppercase();
        let begun: Vec<String> = round.inspects.iter().map(|one| code_of(one.text("enterprise"))).collect();
        match not_drawn(&bundle(&text)?, &begun, &code_of(self.text("enterprise"))) {
            Some(message) => Err(AppError::field("enterprise", "抽中的对象", message)),
            None => Ok(Made::default()),
        }
    }

    /// Opens the sheet of a file that was drawn: whose it is, and who reviews it.
    fn sheet(&self) -> Result<Made> {
        let round = self.current()?;
        let text = self.platform.draw_text(round.result.and_then(|one| one.file()))?;
        let file = bundle(&text)?;
        let number = self.text("file");
        let fault = |message: String| AppError::field("file", "抽中的案卷", message);
        let drawn = file.outcome.iter().flat_map(|outcome| &outcome.drawn);
        let Some(object) = drawn.into_iter().find(|one| one.object == number) else {
            return Err(fault(format!("本轮没有抽中案号为“{number}”的案卷；见抽取结果")));
        };
        if round.sheets.iter().any(|own| own.text("file") == number) {
            return Err(fault("这一卷的评查已经开始".to_owned()));
        }
        let people = object.assigned.iter().flat_map(|own| &own.inspectors);
        let name =
            |id: &str| file.list.inspectors.iter().find(|one| one.id == id).map(|one| one.name.to_string());
        let names: Vec<String> = people.filter_map(|id| name(id)).collect();
        let [first, second] = names.as_slice() else {
            return Err(fault(
                "这一卷没有抽足两名评查人员，请由负责人作废本轮，增加评查人员后重新锁定名单".to_owned(),
            ));
        };
        let case = self.platform.find_case(number)?;
        let row = self.platform.store().read(|reader| store::cases::get(reader, &case))?;
        let row = row.ok_or_else(|| AppError::not_found(format!("案件“{number}”")))?;
        let reviewed = self.platform.organ(&row.organ)?.name;
        let fields = vec![
            ("reviewed", reviewed),
            ("drawn", case),
            ("sheet", round.list.text("sheet").to_owned()),
            ("first", first.clone()),
            ("second", second.clone()),
        ];
        Ok(Made { fields, file: None })
    }

    fn result(&self) -> Result<Made> {
        let round = self.current()?;
        let text = self.platform.draw_text(round.announce.and_then(|one| one.file()))?;
        let file = bundle(&text)?;
        let value = round.value.map(|taken| PublicValue {
            known_at: instant(taken.day("known_day"), taken.text("known_time")),
            text: taken.text("value").to_owned(),
        });
        let value = value.ok_or_else(|| wrong("还没有登记公共数值", "请先登记。"))?;
        let secrets: Vec<Reveal> = round.secrets();
        let announced = announced(&file.list, round.commitments()).map_err(unfit)?;
        let drawn = draw::draw(&announced, &secrets, &value).map_err(unfit)?;
        let (hash, count) = (drawn.hash.hex(), drawn.outcome.drawn.len().to_string());
        let text = file.clone().with_drawn(secrets, value, drawn).canonical();
        let fields = vec![("outcome_hash", hash), ("drawn", count)];
        Ok(Made { fields, file: Some(("抽取结果", text)) })
    }
}

/// What is wrong with an object whose inspection is to begin, or nothing.
fn not_drawn(file: &Bundle<'_>, begun: &[String], code: &str) -> Option<String> {
    let drawn = file.outcome.iter().flat_map(|outcome| &outcome.drawn);
    if !drawn.into_iter().any(|one| one.object == code) {
        return Some(format!("本轮没有抽中信用代码为“{code}”的对象；见抽取结果"));
    }
    begun.iter().any(|own| own == code).then(|| "这个对象的检查已经开始".to_owned())
}

/// The list locked again, with these commitments.
fn announced<'l>(
    list: &'l List<'l>,
    commitments: Vec<draw::Commitment>,
) -> std::result::Result<Announced<'l>, Vec<base::Diagnostic>> {
    draw::commit(draw::lock(list)?, commitments)
}

/// What a draw without secrets says of the public value alone.
fn of_value(found: Vec<base::Diagnostic>) -> Vec<base::Diagnostic> {
    found.into_iter().filter(|one| !one.code.starts_with("draw_reveal")).collect()
}

/// How often each object was drawn, by its code.
type Times = BTreeMap<String, u32>;

impl Platform {
    /// How often each object was drawn in the year of a day, in draws that were not annulled, but for a case's own.
    fn drawn_in_year(&self, own: &str, on: Day) -> Result<Times> {
        let mut times = Times::new();
        for case in self.draw_cases()? {
            if case == own {
                continue;
            }
            let file = self.store().read(|reader| self.inner().load(reader, &case))?;
            for round in rounds(&file).iter().filter(|round| round.annul.is_none()) {
                let Some(result) = round.result.filter(|result| result.deed.on.year() == on.year()) else {
                    continue;
                };
                let text = self.draw_text(result.file())?;
                let made = bundle(&text)?;
                for one in made.outcome.iter().flat_map(|outcome| &outcome.drawn) {
                    *times.entry(one.object.to_string()).or_default() += 1;
                }
            }
        }
        Ok(times)
    }

    /// How often an object was inspected in the year of a day without a draw having opened the inspection, where that counts
    /// towards caps.
    fn inspected_otherwise(&self, code: &str, on: Day) -> Result<u32> {
        self.store().read(|reader| {
            let of_year = |visit: &Visit| {
                !visit.is_excepted && visit.days.iter().any(|day| day.year() == on.year() && *day <= on)
            };
            let all = self.visited(reader, code, "", |_, visit| of_year(visit))?;
            let mut count = 0;
            for (row, _) in all {
                let first = store::events::of_case(reader, &row.id, 0)?.into_iter().next();
                let from = first.and_then(|entry| links(&entry.event().record).0);
                let from = from.map(|from| store::cases::get(reader, &from.case)).transpose()?.flatten();
                if !from.is_some_and(|row| self.drawing_procedures().contains(&row.procedure)) {
                    count += 1;
                }
            }
            Ok(count)
        })
    }
}
