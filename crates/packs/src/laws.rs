//! Reads `laws/<law>.toml` into `law::Library`: titles, versions in force, counting conventions, headings of articles.

use std::collections::BTreeMap;

use base::{Diagnostic, Place, closest};
use law::{Article, Counting, Law, Library, PublicDocument, Rank, Version, WorkingDays};

use crate::procedures::day;
use crate::source::{At, Doc, Literal, Source, Table};

/// A law with the places of its versions, for findings that only show when all laws are checked.
struct Read {
    law: Law,
    place: Place,
    versions: BTreeMap<String, Place>,
}

/// Reads all files. Every finding of every file is returned, also those that only show when the laws are laid side by
/// side; there is no library when one of them is an error.
#[must_use]
pub fn read(sources: &[Source]) -> (Option<Library>, Vec<Diagnostic>) {
    let (mut made, mut found) = (Vec::new(), Vec::new());
    for source in sources {
        let (one, findings) = Doc::read(source, |root| one(root, source));
        made.extend(one);
        found.extend(findings);
    }
    let laws: Vec<_> = made.iter().map(|read| read.law.clone()).collect();
    for mistake in Library::check(&laws) {
        let file = made.iter().rfind(|read| read.law.id == mistake.law);
        let version = mistake.version.and_then(|version| file?.versions.get(&version));
        let place = version.or(file.map(|read| &read.place)).cloned().unwrap_or_default();
        found.push(mistake.diagnostic.at(place));
    }
    found.sort_by(|left, right| left.place.cmp(&right.place));
    if found.iter().any(Diagnostic::is_error) {
        return (None, found);
    }
    (Library::new(laws).ok(), found)
}

fn one(root: &Table<'_>, source: &Source) -> Option<Read> {
    let id = root.need_text("law");
    let stem = source.name.rsplit('/').next().and_then(|file| file.strip_suffix(".toml"));
    if let Some(at) = id.as_ref().filter(|at| stem != Some(at.value.as_str())) {
        let message = format!("法律标识“{}”与文件名“{}”不一致", at.value, source.name);
        let finding = Diagnostic::error("law_file_name", message).help("文件名应当是“标识.toml”");
        root.say(finding.at(at.place.clone()));
    }
    let title = root.need_text("title");
    let short_titles = root.texts("short").into_iter().map(|at| at.value).collect();
    let rank = rank(root);
    let since = day(root, "since");
    let repealed_by = root.text("repealed_by");
    let (mut versions, mut places) = (Vec::new(), BTreeMap::new());
    for table in root.tables("version", |number| format!("第{number}个版本")) {
        if let Some(made) = version(&table) {
            places.insert(made.id.clone(), table.place());
            versions.push(made);
        }
        table.finish();
    }
    versions.sort_by_key(|version| version.from);
    let law =
        Law { id: id?.value, title: title?.value, short_titles, rank: rank?, since, versions, repealed_by };
    Some(Read { law, place: root.place_of("law"), versions: places })
}

fn rank(root: &Table<'_>) -> Option<Rank> {
    let at = root.need_text("rank")?;
    let rank = Rank::from_id(&at.value);
    if rank.is_none() {
        let ids = Rank::ALL.map(Rank::id);
        let near = closest(&at.value, ids);
        let help = near.map_or_else(|| format!("可写：{}", ids.join("、")), |id| format!("是否为“{id}”"));
        let message = format!("效力位阶“{}”不认识", at.value);
        root.say(Diagnostic::error("law_rank", message).help(help).at(at.place));
    }
    rank
}

fn version(table: &Table<'_>) -> Option<Version> {
    let id = table.need_text("id");
    let adopted_on = day(table, "adopted_on");
    let force = table.table("in_force", "施行期间").map(|force| {
        let days = (day(&force, "from"), day(&force, "until"));
        if !force.has("from") {
            force.missing("from");
        }
        force.finish();
        days
    });
    if !table.has("in_force") {
        table.missing("in_force");
    }
    let counting = table.table("counting", "期限计算规则").map(|table| {
        let made = counting(&table);
        table.finish();
        made
    });
    let public = public(table);
    let headings = table.table("headings", "条旨").map(|headings| self::headings(&headings));
    let articles = table.integer("articles").and_then(|at| count(table, &at));
    let number = table.text("number");
    let unverified = table.flag("unverified");
    let (note, after_gap) = (table.text("note"), table.flag("after_gap"));
    let (from, until) = force?;
    Some(Version {
        id: id?.value,
        adopted_on,
        from: from?,
        until,
        after_gap,
        number,
        articles,
        counting: counting.unwrap_or_default(),
        headings: headings.unwrap_or_default(),
        public,
        unverified,
        note,
    })
}

/// A number of articles.
fn count(table: &Table<'_>, at: &At<i64>) -> Option<u16> {
    let count = u16::try_from(at.value).ok().filter(|count| *count <= 2000);
    if count.is_none() {
        let message = format!("条数{}不在0至2000之间", at.value);
        let finding = Diagnostic::error("law_articles", message).help("请写最后一条的条号");
        table.say(finding.at(at.place.clone()));
    }
    count
}

fn counting(table: &Table<'_>) -> Counting {
    let working_days = match table.value("working_days") {
        Some(at) => working_days(&at.value).unwrap_or_else(|| {
            let message = "working_days 的写法不对".to_owned();
            let help = "可写 \"all\"、\"written\"、\"none\"、\"at most 10\"，或者数字的列表，如 [3, 5, 7]";
            table.say(Diagnostic::error("law_working_days", message).help(help).at(at.place));
            WorkingDays::None
        }),
        None => {
            table.missing("working_days");
            WorkingDays::None
        }
    };
    let basis = table.text_at("article").and_then(|at| article(table, &at));
    let rolls = table.flag_at("rolls").is_none_or(|at| at.value);
    Counting { working_days, basis, rolls, note: table.text("note") }
}

fn working_days(value: &Literal) -> Option<WorkingDays> {
    match value {
        Literal::Text(text) => match text.as_str() {
            "all" => Some(WorkingDays::All),
            "written" => Some(WorkingDays::Written),
            "none" => Some(WorkingDays::None),
            other => other.strip_prefix("at most ")?.parse().ok().map(WorkingDays::AtMost),
        },
        Literal::List(numbers) if !numbers.is_empty() => {
            let number = |literal: &Literal| match literal {
                Literal::Integer(number) => u32::try_from(*number).ok().filter(|number| *number > 0),
                _ => None,
            };
            numbers.iter().map(number).collect::<Option<Vec<_>>>().map(WorkingDays::Only)
        }
        _ => None,
    }
}

fn public(table: &Table<'_>) -> Vec<PublicDocument> {
    let read = |entry: Table<'_>| {
        let document = entry.need_text("document");
        let article = entry.need_text("article").and_then(|at| article(&entry, &at));
        entry.finish();
        Some(PublicDocument { document: document?.value, article: article? })
    };
    table.tables("public", |number| format!("第{number}项公开规定")).into_iter().filter_map(read).collect()
}

fn headings(table: &Table<'_>) -> BTreeMap<u16, String> {
    let mut made = BTreeMap::new();
    for (key, value) in table.values() {
        match (key.value.parse::<u16>(), value) {
            (Ok(article), Literal::Text(heading)) if article > 0 => {
                made.insert(article, heading);
            }
            _ => {
                let message = format!("条旨“{}”的写法不对", key.value);
                let finding = Diagnostic::error("law_heading", message).help("请写成“条号 = \"条旨\"”");
                table.say(finding.at(key.place));
            }
        }
    }
    made
}

fn article(table: &Table<'_>, at: &At<String>) -> Option<Article> {
    Article::parse(&at.value).map_err(|wrong| table.say(wrong.at(at.place.clone()))).ok()
}
