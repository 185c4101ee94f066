//! Draws as everybody may see them: which there are, what was announced, what came of it, and computing it again.

use std::collections::BTreeMap;

use base::Diagnostic;
use calendar::Day;
use draw::{Bundle, RATIO_WHOLE};
use store::publication::{self, Scope};

use super::lists::inverted_strata;
use super::rounds::{Round, bundle, rounds};
use crate::case::CaseFile;
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::record::party_code;
use crate::starting::links;

/// A draw in the list. 抽取
#[derive(Clone, Debug)]
pub struct DrawLine {
    pub case: String,
    pub number: String,
    pub title: String,
    pub organ: String,
    /// The day on which its last list was locked.
    pub locked_on: Day,
    pub rounds: usize,
    pub state: &'static str,
    /// How many objects were drawn.
    pub drawn: Option<usize>,
}

/// A draw on its page.
#[derive(Clone, Debug)]
pub struct DrawPage {
    pub line: DrawLine,
    /// Newest first.
    pub rounds: Vec<DrawRound>,
}

/// A stratum with what came of it. 分组
#[derive(Clone, Debug)]
pub struct DrawStratum {
    pub name: String,
    pub listed: usize,
    pub excluded: usize,
    /// In hundredths, as people write it.
    pub ratio: String,
    pub drawn: Option<usize>,
}

/// An object that was drawn, with each field and who inspects it. 抽中对象
#[derive(Clone, Debug)]
pub struct DrawObject {
    pub id: String,
    pub name: String,
    pub stratum: String,
    pub inspectors: Vec<(String, String)>,
    pub inspection: Option<DrawInspection>,
}

/// The inspection of an object that was drawn. 抽中对象的检查
#[derive(Clone, Debug)]
pub struct DrawInspection {
    /// The number of its case.
    pub number: String,
    /// When somebody was there; none as long as nobody was.
    pub on: Option<Day>,
    /// What was made public of it: case, event and act of each.
    pub published: Vec<(String, u32, String)>,
}

/// One round as its page shows it. 一轮
#[derive(Clone, Debug)]
pub struct DrawRound {
    pub title: String,
    /// The event of the list: what the round's addresses carry.
    pub number: u32,
    /// Files of closed cases are drawn, for review: their sheets are no inspections.
    pub is_files: bool,
    pub locked_at: String,
    pub inspect: (String, String),
    pub source: String,
    pub not_before: String,
    pub not_after: String,
    pub list_hash: String,
    pub inspectors: usize,
    pub strata: Vec<DrawStratum>,
    /// Id, object or person, reason.
    pub exclusions: Vec<(String, &'static str, String)>,
    pub recusals: usize,
    /// Where a riskier class is drawn less.
    pub inverted: Vec<String>,
    pub inverted_reason: String,
    /// Party, commitment, when it came; and its secret once it is there.
    pub commitments: Vec<(String, String, String, Option<String>)>,
    pub announcement_hash: Option<String>,
    pub value: Option<(String, String)>,
    pub outcome_hash: Option<String>,
    pub drawn: Vec<DrawObject>,
    pub short: Vec<String>,
    /// Why it is void.
    pub annulled: Option<String>,
    /// Reasons of the rounds before.
    pub earlier: Vec<String>,
}

/// A file of a draw. 抽取文件
#[derive(Clone, Debug)]
pub struct DrawFile {
    pub name: String,
    pub text: String,
}

/// What computing again found. 核验结果
#[derive(Clone, Debug)]
pub struct DrawCheck {
    pub title: String,
    pub organ: String,
    /// 名单, 公布 or 结果.
    pub stage: &'static str,
    pub faults: Vec<Diagnostic>,
    /// What each hash is called, and the hash as it was computed.
    pub hashes: Vec<(&'static str, String)>,
    pub drawn: Option<usize>,
    /// Ids of the case on this platform whose announcement this is.
    pub known: Option<(String, String)>,
}

/// How many draws a page has.
const PAGE: u32 = 200;
/// The largest file that is computed again for anybody.
const LARGEST: usize = 16 * 1024 * 1024;

impl Platform {
    /// The procedures that draw.
    pub(super) fn drawing_procedures(&self) -> Vec<String> {
        let draws = |pack: &packs::Pack| pack.file.procedure.acts.iter().any(|act| act.draw.is_some());
        let all = self.rules().packs.iter().filter(|pack| draws(pack));
        let mut ids: Vec<String> = all.map(|pack| pack.file.procedure.id.clone()).collect();
        ids.sort();
        ids.dedup();
        ids
    }

    /// All cases with a locked list, those with the newest first: locking publishes, so none can be kept quiet.
    pub(super) fn draw_cases(&self) -> Result<Vec<String>> {
        let mut made: Vec<String> = Vec::new();
        for procedure in self.drawing_procedures() {
            let today = self.today().number();
            self.store().read(|reader| -> Result<()> {
                let mut after = None;
                loop {
                    let scope = Scope { procedure: &procedure, ..Scope::all(today) };
                    let rows = publication::page(reader, scope, after.as_ref(), PAGE)?;
                    for row in &rows {
                        if !made.contains(&row.case) {
                            made.push(row.case.clone());
                        }
                    }
                    if rows.len() < usize::try_from(PAGE).unwrap_or(usize::MAX) {
                        return Ok(());
                    }
                    after = rows.into_iter().next_back();
                }
            })?;
        }
        Ok(made)
    }

    /// All draws, the newest first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn draws(&self) -> Result<Vec<DrawLine>> {
        let mut lines = Vec::new();
        for case in self.draw_cases()? {
            let file = self.store().read(|reader| self.inner().load(reader, &case))?;
            lines.extend(self.draw_line(&file)?);
        }
        lines.sort_by(|one, other| (other.locked_on, &other.number).cmp(&(one.locked_on, &one.number)));
        Ok(lines)
    }

    fn draw_line(&self, file: &CaseFile) -> Result<Option<DrawLine>> {
        let rounds = rounds(file);
        let Some(last) = rounds.last() else { return Ok(None) };
        let organ = self.organ(&file.row.organ).map_or_else(|_| file.row.organ.clone(), |organ| organ.name);
        let drawn = last
            .result
            .filter(|_| last.annul.is_none())
            .map(|result| usize::try_from(result.count("drawn")).unwrap_or(0));
        Ok(Some(DrawLine {
            case: file.row.id.clone(),
            number: file.row.number.clone().unwrap_or_default(),
            title: last.list.text("title").to_owned(),
            organ,
            locked_on: last.list.deed.on,
            rounds: rounds.len(),
            state: state(last),
            drawn,
        }))
    }

    /// A draw on its page.
    ///
    /// # Errors
    /// There is no such draw; the store cannot be read.
    pub fn draw_page(&self, case: &str) -> Result<DrawPage> {
        let file = self.draw_case(case)?;
        let line = self.draw_line(&file)?.ok_or_else(|| AppError::not_found("这次抽取"))?;
        let mut shown = Vec::new();
        for round in rounds(&file).iter().rev() {
            let text = self.draw_text(round.newest_file())?;
            let mut made = page_of(round, &bundle(&text)?);
            self.with_inspections(&file, round, &mut made)?;
            shown.push(made);
        }
        Ok(DrawPage { line, rounds: shown })
    }

    /// Sets beside each object that was drawn the case in which it is inspected.
    fn with_inspections(&self, file: &CaseFile, round: &Round<'_>, made: &mut DrawRound) -> Result<()> {
        for taken in &round.inspects {
            let code = party_code(taken.text("enterprise")).unwrap_or_default().to_uppercase();
            let Some(object) = made.drawn.iter_mut().find(|own| own.id == code) else { continue };
            let number = taken.deed.number;
            let opened = self.store().read(|reader| -> Result<_> {
                let entries = store::events::of_case(reader, &file.row.id, 0)?;
                let event = entries.iter().map(|entry| entry.event()).find(|event| event.number == number);
                let started = event.map(|event| links(&event.record).1).unwrap_or_default();
                let case = started.into_iter().next().map(|(case, _)| case);
                case.map(|case| self.inner().load(reader, &case)).transpose()
            })?;
            let Some(other) = opened else { continue };
            let public = self.store().read(|reader| publication::of_case(reader, &other.row.id))?;
            object.inspection = Some(DrawInspection {
                number: other.row.number.clone().unwrap_or_default(),
                on: crate::visits::visit_of(&other).and_then(|visit| visit.days.last().copied()),
                published: public
                    .into_iter()
                    .filter(|one| one.is_shown(self.today().number()))
                    .map(|one| (one.case, one.number, one.act))
                    .collect(),
            });
        }
        Ok(())
    }

    fn draw_case(&self, case: &str) -> Result<std::sync::Arc<CaseFile>> {
        let missing = || AppError::not_found("这次抽取");
        let row = self.store().read(|reader| store::cases::get(reader, case))?.ok_or_else(missing)?;
        if !self.drawing_procedures().contains(&row.procedure) {
            return Err(missing());
        }
        self.store().read(|reader| self.inner().load(reader, case))
    }

    /// The newest file of a round.
    ///
    /// # Errors
    /// There is no such round; the file is damaged.
    pub fn draw_file(&self, case: &str, number: u32) -> Result<DrawFile> {
        let file = self.draw_case(case)?;
        let rounds = rounds(&file);
        let round = rounds.iter().find(|round| round.list.deed.number == number);
        let round = round.ok_or_else(|| AppError::not_found("这一轮抽取"))?;
        let what = match (round.result, round.announce) {
            (Some(_), _) => "结果",
            (None, Some(_)) => "公布",
            _ => "名单",
        };
        let text = self.draw_text(round.newest_file())?;
        let own = file.row.number.clone().unwrap_or_default();
        Ok(DrawFile { name: format!("抽取{what}-{own}-{number}.json"), text })
    }

    /// Computes a draw's file again, whoever brings it.
    ///
    /// # Errors
    /// It is no such file, or too large; the store cannot be read.
    pub fn check_draw(&self, text: &str) -> Result<DrawCheck> {
        if text.len() > LARGEST {
            let help = "请下载 yifa 程序，在自己的机器上用 yifa draw --check 核验。";
            return Err(AppError::wrong("too_large", "文件超过16兆，网页上不核验", help));
        }
        let own = bundle(text.trim_start_matches('\u{feff}'))?;
        let checked = draw::check(&own);
        let stage = match (&own.outcome, &own.announcement_hash) {
            (Some(_), _) => "结果",
            (None, Some(_)) => "公布",
            _ => "名单",
        };
        let hashes = [
            ("名单杂凑值", checked.list_hash),
            ("公布杂凑值", checked.announcement_hash),
            ("结果杂凑值", checked.drawn.as_ref().map(|drawn| drawn.hash)),
        ];
        let hashes: Vec<(&str, String)> =
            hashes.into_iter().filter_map(|(name, hash)| Some((name, hash?.hex()))).collect();
        let list = checked.list_hash.map(|hash| hash.hex()).unwrap_or_default();
        Ok(DrawCheck {
            title: own.list.title.clone(),
            organ: own.list.organ.clone(),
            stage,
            drawn: checked.drawn.as_ref().map(|drawn| drawn.outcome.drawn.len()),
            known: self.draw_of_list(&list, own.announcement_hash.as_deref())?,
            faults: checked.faults,
            hashes,
        })
    }

    /// The draw of this platform that a list is of; none where the announcement is another one.
    fn draw_of_list(&self, list: &str, announcement: Option<&str>) -> Result<Option<(String, String)>> {
        for case in self.draw_cases()? {
            let file = self.store().read(|reader| self.inner().load(reader, &case))?;
            let is_own = |round: &Round<'_>| {
                let told = round.announce.map(|one| one.text("announcement_hash"));
                round.list.text("list_hash") == list && announcement.is_none_or(|own| told == Some(own))
            };
            if rounds(&file).iter().any(is_own) {
                return Ok(Some((case, file.row.number.clone().unwrap_or_default())));
            }
        }
        Ok(None)
    }
}

fn state(round: &Round<'_>) -> &'static str {
    match round {
        Round { annul: Some(_), .. } => "已作废",
        Round { result: Some(_), .. } => "已抽取",
        Round { value: Some(_), .. } => "公共数值已产生，等各方交出秘密数",
        Round { announce: Some(_), .. } => "已公布，等公共数值",
        _ => "名单已锁定，收集承诺",
    }
}

fn page_of(round: &Round<'_>, file: &Bundle<'_>) -> DrawRound {
    let list = &file.list;
    let names: BTreeMap<&str, &str> = list.objects().map(|one| (&*one.id, &*one.name)).collect();
    let people: BTreeMap<&str, String> =
        list.inspectors.iter().map(|one| (&*one.id, format!("{}（{}）", one.name, one.id))).collect();
    let strata: BTreeMap<&str, &str> =
        list.strata.iter().map(|one| (one.id.as_str(), one.name.as_str())).collect();
    let named = |map: &BTreeMap<&str, &str>, id: &str| {
        map.get(id).map_or_else(|| id.to_owned(), |own| (*own).to_owned())
    };
    let drawn = file.outcome.iter().flat_map(|outcome| &outcome.drawn).map(|one| DrawObject {
        id: one.object.to_string(),
        name: named(&names, &one.object),
        stratum: named(&strata, &one.stratum),
        inspectors: one
            .assigned
            .iter()
            .map(|own| {
                let who = |id: &std::borrow::Cow<'_, str>| {
                    people.get(&**id).cloned().unwrap_or_else(|| id.to_string())
                };
                (own.field.to_string(), own.inspectors.iter().map(who).collect::<Vec<_>>().join("、"))
            })
            .collect(),
        inspection: None,
    });
    let drawn: Vec<DrawObject> = drawn.collect();
    let short = file.outcome.iter().flat_map(|outcome| &outcome.drawn).flat_map(|one| {
        one.assigned.iter().filter(|own| own.inspectors.len() < draw::PAIR).map(|own| {
            format!("{}的{}缺{}人", named(&names, &one.object), own.field, draw::PAIR - own.inspectors.len())
        })
    });
    let secret = |party: &str| {
        let own = round.reveals.iter().find(|one| one.text("party") == party);
        own.map(|one| one.text("nonce").to_owned())
    };
    let commitments = round.commitments().into_iter().map(|one| {
        let nonce = secret(&one.party);
        (one.party, one.commitment, one.committed_at, nonce)
    });
    DrawRound {
        title: list.title.clone(),
        number: round.list.deed.number,
        is_files: round.list.spec.draw == Some(norms::DrawStep::Files),
        locked_at: list.locked_at.clone(),
        inspect: (list.inspect_from.clone(), list.inspect_to.clone()),
        source: list.source.name.clone(),
        not_before: list.source.not_before.clone(),
        not_after: list.source.not_after.clone(),
        list_hash: file.list_hash.clone(),
        inspectors: list.inspectors.len(),
        strata: strata_of(file),
        exclusions: list.exclusions.iter().map(|one| excluded(one, &names, &people)).collect(),
        recusals: list.recusals.len(),
        inverted: inverted_strata(list),
        inverted_reason: round.list.text("inverted_reason").to_owned(),
        commitments: commitments.collect(),
        announcement_hash: file.announcement_hash.clone(),
        value: round.value.map(|one| {
            let at = super::rounds::instant(one.day("known_day"), one.text("known_time"));
            (one.text("value").to_owned(), at)
        }),
        outcome_hash: file.outcome_hash.clone(),
        short: short.collect(),
        drawn,
        annulled: round.annul.map(|one| one.text("reason").to_owned()),
        earlier: list.history.iter().map(|one| one.reason.clone()).collect(),
    }
}

fn excluded(
    one: &draw::Exclusion<'_>,
    names: &BTreeMap<&str, &str>,
    people: &BTreeMap<&str, String>,
) -> (String, &'static str, String) {
    let reason = one.reason.to_string();
    if one.kind == "inspector" {
        let name = people.get(&*one.id).cloned().unwrap_or_else(|| one.id.to_string());
        return (name, "检查人员", reason);
    }
    let name = names.get(&*one.id).map_or_else(|| one.id.to_string(), |own| (*own).to_owned());
    (name, "检查对象", reason)
}

fn strata_of(file: &Bundle<'_>) -> Vec<DrawStratum> {
    let excluded =
        |object: &str| file.list.exclusions.iter().any(|one| one.kind == "object" && one.id == object);
    let tally = |id: &str| {
        let outcome = file.outcome.as_ref()?;
        outcome.strata.iter().find(|one| one.id == id).map(|one| one.drawn)
    };
    let one = |stratum: &draw::Stratum<'_>| DrawStratum {
        name: stratum.name.clone(),
        listed: stratum.objects.len(),
        excluded: stratum.objects.iter().filter(|object| excluded(&object.id)).count(),
        ratio: percent(stratum.ratio),
        drawn: tally(&stratum.id),
    };
    file.list.strata.iter().map(one).collect()
}

/// Ten-thousandths as a percentage.
fn percent(ratio: u32) -> String {
    let hundred = RATIO_WHOLE / 100;
    let (whole, rest) = (ratio / hundred, ratio % hundred);
    if rest == 0 {
        return format!("{whole}%");
    }
    format!("{}%", format!("{whole}.{rest:02}").trim_end_matches('0'))
}
