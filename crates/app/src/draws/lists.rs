//! The list of a draw, made from the registers as of its day: objects by trade and class with the county's ratios,
//! inspectors with their certificates, recusals, exclusions with their reasons.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use base::Diagnostic;
use calendar::Day;
use draw::{Certificate, Exclusion, Inspector, List, Object, Recusal, Source, Stratum};
use norms::{Act, Record, Value};
use registers::Entry;

use super::rounds::{instant, value_of, whole};
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::roll::Table;

/// The trade under which ratios stand that hold for all others.
const ANY_TRADE: &str = "全部";
/// Classes of risk from low to high.
pub(crate) const CLASSES: [(&str, &str); 4] = [("a", "A类"), ("b", "B类"), ("c", "C类"), ("d", "D类")];

/// What the list is made for.
pub(super) struct Asked<'a> {
    pub spec: &'a Act,
    pub record: &'a Record,
    pub on: Day,
    /// Id and name of the organ that holds the draw.
    pub organ: (&'a str, &'a str),
    /// How often each object was drawn this year already.
    pub drawn: &'a BTreeMap<String, u32>,
}

impl Asked<'_> {
    pub(super) fn text(&self, id: &str) -> &str {
        match value_of(self.spec, self.record, id) {
            Some(Value::Text(text)) => text.trim(),
            _ => "",
        }
    }

    pub(super) fn day(&self, id: &str) -> Option<Day> {
        match value_of(self.spec, self.record, id) {
            Some(Value::Day(day)) => Some(*day),
            _ => None,
        }
    }

    pub(super) fn names(&self, id: &str) -> Vec<String> {
        let parts = self.text(id).split(['、', '，', ',', ' ', '\n']).map(str::trim);
        let mut made: Vec<String> = Vec::new();
        for one in parts.filter(|one| !one.is_empty()) {
            if !made.iter().any(|own| own == one) {
                made.push(one.to_owned());
            }
        }
        made
    }
}

/// A ratio of the register, for one trade and class.
#[derive(Clone, Copy)]
struct Rate {
    /// In ten-thousandths.
    ratio: u32,
    most: u32,
}

/// What comes to light while a list is made; all of it is told at once.
type Faults = Vec<Diagnostic>;

/// The inspectors of a list; and the number under which each is listed, by organ and every number that he is known by.
type Inspectors = (Vec<Inspector<'static>>, BTreeMap<(String, String), String>);

impl Platform {
    /// The list of a draw as of its day.
    pub(super) fn draw_list(&self, asked: &Asked<'_>) -> Result<List<'static>> {
        let mut faults = Faults::new();
        let organs = self.drawing_organs(asked, &mut faults)?;
        let (strata, rates) = self.strata(asked, &mut faults)?;
        let (inspectors, known) = self.inspectors(asked, &organs)?;
        inverted(asked, &rates, &mut faults);
        let otherwise = self.otherwise(asked, &strata)?;
        let exclusions = exclusions(asked, &strata, &rates, (&known, &otherwise));
        let recusals = self.recusals(asked, &organs, &strata, &known)?;
        if !faults.is_empty() {
            return Err(AppError::Unfit(faults));
        }
        let day = |id: &str| asked.day(id).map_or(String::new(), |day| day.to_string());
        let moment = |day: &str, time: &str| instant(asked.day(day), asked.text(time));
        Ok(List {
            exclusions,
            history: Vec::new(),
            inspect_from: day("inspect_from"),
            inspect_to: day("inspect_to"),
            inspectors,
            locked_at: String::new(),
            organ: asked.organ.1.to_owned(),
            recusals,
            source: Source {
                name: asked.text("source").to_owned(),
                not_after: moment("not_after_day", "not_after_time"),
                not_before: moment("not_before_day", "not_before_time"),
            },
            strata: strata.into_values().collect(),
            title: asked.text("title").to_owned(),
        })
    }

    /// Ids and names of the organs whose officers inspect.
    fn drawing_organs(&self, asked: &Asked<'_>, faults: &mut Faults) -> Result<BTreeMap<String, String>> {
        let all = self.organs()?;
        let mut made = BTreeMap::from([(asked.organ.0.to_owned(), asked.organ.1.to_owned())]);
        for name in asked.names("partners") {
            match all.iter().find(|organ| organ.name == name) {
                Some(organ) => drop(made.insert(organ.id.clone(), organ.name.clone())),
                None => {
                    let near = base::closest(&name, all.iter().map(|organ| organ.name.as_str()));
                    let help = near
                        .map_or("请写机关的全称。".to_owned(), |near| format!("是不是“{near}”？"));
                    let message = format!("机关名录里没有“{name}”");
                    faults.push(Diagnostic::error("unknown_organ", message).help(help));
                }
            }
        }
        Ok(made)
    }

    fn strata(
        &self,
        asked: &Asked<'_>,
        faults: &mut Faults,
    ) -> Result<(BTreeMap<String, Stratum<'static>>, BTreeMap<String, Rate>)> {
        let (table, ratios) = (self.table("inspection_objects")?, self.table("draw_ratios")?);
        let own: Vec<&Entry> = table.on(asked.on).filter(|one| one.organ == asked.organ.0).collect();
        let trades = asked.names("trades");
        for trade in trades.iter().filter(|trade| own.iter().all(|one| table.text(one, "trade") != *trade)) {
            let near = base::closest(trade, own.iter().map(|one| table.text(one, "trade")));
            let help = near.map_or("请核对名录。".to_owned(), |near| format!("是不是“{near}”？"));
            let message = format!("检查对象名录里{}没有行业“{trade}”", asked.on.chinese());
            faults.push(Diagnostic::error("unknown_trade", message).help(help));
        }
        let (mut strata, mut rates) = (BTreeMap::<String, Stratum<'static>>::new(), BTreeMap::new());
        for one in own {
            let (trade, class) = (table.text(one, "trade"), table.text(one, "class"));
            if !trades.is_empty() && !trades.iter().any(|own| own == trade) {
                continue;
            }
            let label = CLASSES.iter().find(|(id, _)| *id == class).map_or(class, |(_, label)| label);
            let id = format!("{trade}·{label}");
            let object = Object {
                id: Cow::Owned(table.text(one, "code").to_owned()),
                name: Cow::Owned(table.text(one, "name").to_owned()),
            };
            if let Some(stratum) = strata.get_mut(&id) {
                stratum.objects.push(object);
                continue;
            }
            let rate = self.rate(asked, &ratios, trade, class)?;
            if rate.is_none() {
                let message = format!("“{trade}”{label}没有登记抽查比例和频次");
                let help = "请在“随机抽查比例和频次”登记本行业的，或者行业填“全部”的。";
                faults.push(Diagnostic::error("no_ratio", message).help(help));
            }
            let rate = rate.unwrap_or(Rate { ratio: 0, most: 0 });
            rates.insert(id.clone(), rate);
            let fields = asked.names("fields");
            let name = format!("{trade}{label}");
            strata.insert(id.clone(), Stratum { fields, id, name, objects: vec![object], ratio: rate.ratio });
        }
        Ok((strata, rates))
    }

    /// The ratio of a class: the organ's own before that of a government, the trade's before that of all trades.
    fn rate(&self, asked: &Asked<'_>, table: &Table, trade: &str, class: &str) -> Result<Option<Rate>> {
        let governments: BTreeSet<String> = self
            .organs()?
            .into_iter()
            .filter(|organ| organ.kind == "government")
            .map(|organ| organ.id)
            .collect();
        let rank = |one: &&Entry| {
            let own = one.organ == asked.organ.0;
            let exact = table.text(one, "trade") == trade;
            (!own, !exact)
        };
        let fits = |one: &&Entry| {
            let of = table.text(one, "trade");
            table.text(one, "class") == class
                && (of == trade || of == ANY_TRADE)
                && (one.organ == asked.organ.0 || governments.contains(&one.organ))
        };
        let best = table.on(asked.on).filter(fits).min_by_key(rank);
        let number = |one: &Entry, id: &str| match table.value(one, id) {
            Some(Value::Number(parts)) => Some(*parts),
            _ => None,
        };
        Ok(best.and_then(|one| {
            // A hundredth is a hundred ten-thousandths; the register counts hundredths in ten-thousandths.
            let ratio = u32::try_from(number(one, "ratio")? / 100).ok()?;
            Some(Rate { ratio, most: whole(table.value(one, "most"))? })
        }))
    }

    /// The officers with certificates for the fields in the time of inspection; and the number under which each is
    /// listed, by every number that he is known by.
    fn inspectors(&self, asked: &Asked<'_>, organs: &BTreeMap<String, String>) -> Result<Inspectors> {
        let (officers, certificates) = (self.table("officers")?, self.table("certificates")?);
        let fields = asked.names("fields");
        let (from, to) = (asked.day("inspect_from"), asked.day("inspect_to"));
        let limit = whole(value_of(asked.spec, asked.record, "limit")).unwrap_or(0);
        let counts = |one: &&Entry| {
            fields.iter().any(|field| field == certificates.text(one, "field"))
                && to.is_none_or(|to| one.from <= to)
                && one.until.is_none_or(|until| from.is_none_or(|from| until >= from))
        };
        let (mut made, mut known) = (Vec::new(), BTreeMap::new());
        let is_officer = |one: &&Entry| officers.text(one, "kind") == "officer";
        for one in officers.on(asked.on).filter(is_officer) {
            let Some(organ) = organs.get(&one.organ) else { continue };
            let number = officers.text(one, "number");
            let held = certificates.all().filter(|own| own.organ == one.organ);
            let held = held.filter(|own| certificates.text(own, "officer") == number);
            let held: Vec<&Entry> = held.filter(counts).collect();
            let Some(id) = held.iter().map(|own| certificates.text(own, "number")).min() else { continue };
            for own in held.iter().map(|own| certificates.text(own, "number")).chain([number]) {
                known.insert((one.organ.clone(), own.to_owned()), id.to_owned());
            }
            let certificate = |own: &&Entry| Certificate {
                field: Cow::Owned(certificates.text(own, "field").to_owned()),
                from: Cow::Owned(own.from.to_string()),
                to: Cow::Owned(own.until.map_or("9999-12-31".to_owned(), |until| until.to_string())),
            };
            made.push(Inspector {
                certificates: held.iter().map(certificate).collect(),
                id: Cow::Owned(id.to_owned()),
                limit,
                name: Cow::Owned(officers.text(one, "name").to_owned()),
                organ: Cow::Owned(organ.clone()),
            });
        }
        made.sort_by(|one, other| one.id.cmp(&other.id));
        Ok((made, known))
    }

    /// How often each object was inspected this year without having been drawn for it.
    fn otherwise(
        &self,
        asked: &Asked<'_>,
        strata: &BTreeMap<String, Stratum<'static>>,
    ) -> Result<BTreeMap<String, u32>> {
        let mut made = BTreeMap::new();
        for code in codes(strata) {
            made.insert(code.to_owned(), self.inspected_otherwise(code, asked.on)?);
        }
        Ok(made)
    }

    fn recusals(
        &self,
        asked: &Asked<'_>,
        organs: &BTreeMap<String, String>,
        strata: &BTreeMap<String, Stratum<'static>>,
        known: &BTreeMap<(String, String), String>,
    ) -> Result<Vec<Recusal<'static>>> {
        let table = self.table("inspector_recusals")?;
        let listed: BTreeSet<&str> = codes(strata).collect();
        let mut made = BTreeMap::new();
        for one in table.on(asked.on).filter(|one| organs.contains_key(&one.organ)) {
            let (officer, code) = (table.text(one, "officer"), table.text(one, "code"));
            let inspector = known.get(&(one.organ.clone(), officer.to_owned()));
            let Some(inspector) = inspector.filter(|_| listed.contains(code)) else { continue };
            made.insert((inspector.clone(), code.to_owned()), table.label(one, "reason"));
        }
        let one = |((inspector, object), reason)| Recusal {
            inspector: Cow::Owned(inspector),
            object: Cow::Owned(object),
            reason: Cow::Owned(reason),
        };
        Ok(made.into_iter().map(one).collect())
    }
}

fn codes<'s>(strata: &'s BTreeMap<String, Stratum<'static>>) -> impl Iterator<Item = &'s str> {
    strata.values().flat_map(|stratum| &stratum.objects).map(|object| &*object.id)
}

/// Inspectors by their organ and number: how the list calls them.
type Known = BTreeMap<(String, String), String>;

/// Who is not drawn: as the organ says, and whoever was drawn as often this year as the class may be.
fn exclusions(
    asked: &Asked<'_>,
    strata: &BTreeMap<String, Stratum<'static>>,
    rates: &BTreeMap<String, Rate>,
    (known, otherwise): (&Known, &BTreeMap<String, u32>),
) -> Vec<Exclusion<'static>> {
    let mut made: Vec<Exclusion<'static>> = Vec::new();
    let rows = match value_of(asked.spec, asked.record, "exclusions") {
        Some(Value::List(rows)) => rows.as_slice(),
        _ => &[],
    };
    for row in rows {
        let mut cells = row.split('｜').map(str::trim);
        let [kind, id, reason] = [(); 3].map(|()| cells.next().unwrap_or_default());
        let is_person = kind.contains("人员") || kind == "inspector";
        let listed = known.iter().find(|((_, number), _)| number == id).map(|(_, listed)| listed.as_str());
        let id = if is_person { listed.unwrap_or(id) } else { id };
        made.push(Exclusion {
            id: Cow::Owned(id.to_owned()),
            kind: Cow::Borrowed(if is_person { "inspector" } else { "object" }),
            reason: Cow::Owned(reason.to_owned()),
        });
    }
    for (id, stratum) in strata {
        let most = rates.get(id).map_or(0, |rate| rate.most);
        for object in &stratum.objects {
            let times = asked.drawn.get(&*object.id).copied().unwrap_or(0);
            let more = otherwise.get(&*object.id).copied().unwrap_or(0);
            let told = made.iter().any(|one| one.kind == "object" && one.id == object.id);
            if times.saturating_add(more) >= most && !told {
                let other = if more == 0 { String::new() } else { format!("、另行检查{more}次") };
                let reason = format!("本年已抽中{times}次{other}，{}一年最多{most}次", stratum.name);
                made.push(Exclusion {
                    id: object.id.clone(),
                    kind: Cow::Borrowed("object"),
                    reason: Cow::Owned(reason),
                });
            }
        }
    }
    made
}

/// A riskier class that is drawn less, or less often, than one less risky wants its reason.
fn inverted(asked: &Asked<'_>, rates: &BTreeMap<String, Rate>, faults: &mut Faults) {
    if !asked.text("inverted_reason").is_empty() {
        return;
    }
    for (id, rate) in rates {
        let Some((trade, label)) = id.rsplit_once('·') else { continue };
        for (_, riskier) in CLASSES.iter().skip_while(|(_, own)| *own != label).skip(1) {
            let Some(other) = rates.get(&format!("{trade}·{riskier}")) else { continue };
            let what = match (other.ratio < rate.ratio, other.most < rate.most) {
                (true, _) => "比例",
                (_, true) => "一年最多抽中次数",
                _ => continue,
            };
            let message = format!("“{trade}”{riskier}的{what}低于{label}：风险高的抽得反而少");
            let help =
                "请核对“随机抽查比例和频次”；确有理由的，填写“风险高的比例或者频次低于风险低的，理由”。";
            faults.push(Diagnostic::error("inverted_ratio", message).help(help));
        }
    }
}

/// The same of a list that is locked, from its ratios alone: what the public page warns of.
pub(crate) fn inverted_strata(list: &List<'_>) -> Vec<String> {
    let place = |label: &str| CLASSES.iter().position(|(_, own)| *own == label);
    let parts = |stratum: &Stratum<'_>| {
        let (trade, label) = stratum.id.rsplit_once('·')?;
        Some((trade.to_owned(), place(label)?, stratum.ratio))
    };
    let all: Vec<(String, usize, u32)> = list.strata.iter().filter_map(parts).collect();
    let mut told = Vec::new();
    for (trade, class, ratio) in &all {
        let below =
            |(own, other, less): &&(String, usize, u32)| own == trade && other > class && less < ratio;
        for (_, other, _) in all.iter().filter(below) {
            let label = |at: usize| CLASSES.get(at).map_or("", |(_, label)| label);
            told.push(format!("{trade}{}的抽查比例低于{}", label(*other), label(*class)));
        }
    }
    told
}
