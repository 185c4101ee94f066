//! Whether a list is in order, and every mistake of it at once.

use base::{Diagnostic, closest};

use crate::assign::PAIR;
use crate::faults::{fault, hash_of, is_day, is_instant, is_word, shown};
use crate::list::{List, RATIO_WHOLE, Stratum};
use crate::resolve::{Index, Resolved};

/// The largest limit of an inspector.
const MOST_PAIRS: u32 = 1_000_000;

/// So many mistakes are told; of the rest their number.
const MOST_TOLD: usize = 50;

/// Among more names than that a slip of the pen is not looked for.
const MOST_COMPARED: usize = 5_000;

#[derive(Default)]
struct Mistakes {
    told: Vec<Diagnostic>,
    untold: usize,
}

impl Mistakes {
    fn add(&mut self, one: Diagnostic) {
        if self.told.len() < MOST_TOLD {
            self.told.push(one);
        } else {
            self.untold += 1;
        }
    }

    fn end(mut self) -> Vec<Diagnostic> {
        if self.untold > 0 {
            let message = format!("另有{}处错误没有列出", self.untold);
            self.told.push(fault("draw_more", message, "先改正以上各处，再试一次。"));
        }
        self.told
    }

    fn word(&mut self, text: &str, what: impl FnOnce() -> String) {
        if !is_word(text) {
            let message = format!(
                "{}“{}”不能用：是空的，或者有制表符、换行等控制字符，或者首尾有空格",
                what(),
                shown(text)
            );
            self.add(fault("draw_text", message, "改成一行文字，去掉首尾的空格。"));
        }
    }

    fn day(&mut self, text: &str, what: impl FnOnce() -> String) {
        if !is_day(text) {
            let message = format!("{}“{}”不是日期", what(), shown(text));
            self.add(fault("draw_day", message, "写成“2026-11-28”；长期有效的，止期写“9999-12-31”。"));
        }
    }

    fn instant(&mut self, text: &str, what: &str) {
        if !is_instant(text) {
            let message = format!("{what}“{}”不是时刻", shown(text));
            self.add(fault("draw_instant", message, "写成北京时间“2026-11-28T09:00:00+08:00”。"));
        }
    }
}

/// Looks a list up and over. 核对名单
pub fn resolve<'l>(list: &'l List<'l>) -> Result<Resolved<'l>, Vec<Diagnostic>> {
    let mut found = Mistakes::default();
    settings(list, &mut found);
    history(list, &mut found);
    for stratum in &list.strata {
        stratum_alone(stratum, &mut found);
    }
    inspectors(list, &mut found);
    let objects = Index::new(list.objects().map(|object| &*object.id));
    twice(&objects, "对象", &mut found);
    twice(&Index::new(list.strata.iter().map(|own| &*own.id)), "分组", &mut found);
    let people = Index::new(list.inspectors.iter().map(|own| &*own.id));
    twice(&people, "人员", &mut found);
    let mut resolved = Resolved::new(list, objects);
    exclusions(&mut resolved, &people, &mut found);
    recusals(&mut resolved, &people, &mut found);
    if resolved.excluded_objects.iter().all(|excluded| *excluded) {
        let message = if resolved.excluded_objects.is_empty() {
            "名单里没有检查对象"
        } else {
            "全部检查对象都被排除，没有可抽的"
        };
        found.add(fault("draw_no_object", message, "补上检查对象，或者核对排除的理由。"));
    }
    resolved.note_holders();
    // Who is short of people need not hear of it before the lists are right.
    if found.told.is_empty() {
        enough(&resolved, &mut found);
    }
    if found.told.is_empty() { Ok(resolved) } else { Err(found.end()) }
}

fn settings(list: &List<'_>, found: &mut Mistakes) {
    found.word(&list.title, || "抽查名称".to_owned());
    found.word(&list.organ, || "抽查机关".to_owned());
    found.word(&list.source.name, || "公共数值的来源".to_owned());
    found.instant(&list.locked_at, "锁定时间");
    found.instant(&list.source.not_before, "公共数值最早产生的时间");
    found.instant(&list.source.not_after, "公共数值最晚产生的时间");
    found.day(&list.inspect_from, || "检查期间的起日".to_owned());
    found.day(&list.inspect_to, || "检查期间的止日".to_owned());
    if !found.told.is_empty() {
        return;
    }
    let (from, until) = (&list.source.not_before, &list.source.not_after);
    if *from <= list.locked_at {
        let message = format!(
            "公共数值“{}”最早在{from}产生，名单到{}才锁定：锁定时它可能已经为人所知，可以挑着结果改名单",
            shown(&list.source.name),
            list.locked_at
        );
        found.add(fault(
            "draw_source_known",
            message,
            "另选锁定以后才会产生的数值，例如几天以后开奖的号码。",
        ));
    }
    if until < from {
        let message = format!("公共数值最晚产生的时间{until}早于最早产生的时间{from}");
        found.add(fault("draw_source_window", message, "把两个时间改成先后顺序。"));
    }
    if list.inspect_to < list.inspect_from {
        let message = format!("检查期间的止日{}早于起日{}", list.inspect_to, list.inspect_from);
        found.add(fault("draw_period", message, "把两个日期改成先后顺序。"));
    } else if from.get(..10).is_some_and(|day| *list.inspect_from < *day) {
        let message = format!("检查从{}开始，而公共数值{from}以后才有，抽取还没有进行", list.inspect_from);
        found.add(fault("draw_period", message, "把检查期间的起日推后，或者选早一些的公共数值。"));
    }
}

fn history(list: &List<'_>, found: &mut Mistakes) {
    for (at, one) in (1..).zip(&list.history) {
        found.word(&one.reason, || format!("第{at}次抽取被替换的理由"));
        let may_lack = |text: &str| text.is_empty() || hash_of(text).is_some();
        let in_order = one.outcome.is_empty() || !one.announcement.is_empty();
        if hash_of(&one.list).is_none()
            || !may_lack(&one.announcement)
            || !may_lack(&one.outcome)
            || !in_order
        {
            let message = format!("重抽记录第{at}条的杂凑值不完整");
            let help = "用 yifa draw lock --after 原抽取文件 --reason 理由，让程序写这一条。";
            found.add(fault("draw_history", message, help));
        }
    }
}

fn stratum_alone(stratum: &Stratum<'_>, found: &mut Mistakes) {
    let id = &stratum.id;
    found.word(id, || "分组的编号".to_owned());
    found.word(&stratum.name, || format!("分组“{id}”的名称"));
    if stratum.ratio > RATIO_WHOLE {
        let message = format!("分组“{id}”的抽取比例{}超出范围，应当在0到{RATIO_WHOLE}之间", stratum.ratio);
        found.add(fault("draw_ratio", message, "比例按万分之几写：5%写500，全部抽取写10000。"));
    }
    if stratum.fields.is_empty() {
        let message = format!("分组“{id}”没有写执法领域，不知道要持哪种证件的人员");
        found.add(fault("draw_field", message, "在“fields”里写上检查所属的执法领域，与证件上的一致。"));
    }
    let mut fields: Vec<&String> = stratum.fields.iter().collect();
    fields.sort();
    let same = fields.windows(2).find(|pair| pair.first() == pair.last());
    if let Some(field) = same.and_then(|pair| pair.first()) {
        let message = format!("分组“{id}”的执法领域“{}”写了两次", shown(field));
        found.add(fault("draw_field", message, "每个领域只写一次。"));
    }
    for field in &stratum.fields {
        found.word(field, || format!("分组“{id}”的执法领域"));
    }
    for object in &stratum.objects {
        found.word(&object.id, || format!("分组“{id}”中对象“{}”的编号", shown(&object.name)));
        found.word(&object.name, || format!("对象“{}”的名称", shown(&object.id)));
    }
}

fn inspectors(list: &List<'_>, found: &mut Mistakes) {
    for one in &list.inspectors {
        let id = &one.id;
        found.word(id, || format!("人员“{}”的编号", shown(&one.name)));
        found.word(&one.name, || format!("人员“{id}”的姓名"));
        found.word(&one.organ, || format!("人员“{id}”的单位"));
        if one.limit > MOST_PAIRS {
            let message = format!("人员“{id}”最多承担{}件，超出了{MOST_PAIRS}", one.limit);
            found.add(fault("draw_limit", message, "写他在检查期间实际能承担的件数。"));
        }
        for own in &one.certificates {
            found.word(&own.field, || format!("人员“{id}”证件的执法领域"));
            found.day(&own.from, || format!("人员“{id}”证件的起日"));
            found.day(&own.to, || format!("人员“{id}”证件的止日"));
            if own.to < own.from {
                let message =
                    format!("人员“{id}”领域“{}”的证件，止日{}早于起日{}", own.field, own.to, own.from);
                found.add(fault("draw_certificate", message, "照证件上的日期改正。"));
            }
        }
    }
}

fn twice(index: &Index<'_>, what: &str, found: &mut Mistakes) {
    for id in index.twice() {
        let message = format!("{what}“{}”登记了不止一次", shown(id));
        let help = "只留一处：登记两次的被抽中的机会是别人的两倍。";
        found.add(fault("draw_twice", message, if what == "分组" { "每个分组用不同的编号。" } else { help }));
    }
}

/// The place of an id, or the mistake that it is not there.
fn known(index: &Index<'_>, id: &str, what: &str, wherefore: &str, found: &mut Mistakes) -> Option<u32> {
    let place = index.find(id);
    if place.is_none() {
        let message = format!("{wherefore}里的{what}“{}”不在名单里", shown(id));
        let few = index.ids().len() <= MOST_COMPARED;
        let near = few.then(|| closest(id, index.ids().iter().copied())).flatten();
        let help = match near {
            Some(near) => format!("是不是想写“{near}”？"),
            None => format!("核对编号；不在名单里的{what}不用写。"),
        };
        let code = if what == "对象" { "draw_unknown_object" } else { "draw_unknown_inspector" };
        found.add(fault(code, message, help));
    }
    place
}

fn exclusions(resolved: &mut Resolved<'_>, people: &Index<'_>, found: &mut Mistakes) {
    let list = resolved.list;
    for one in &list.exclusions {
        found.word(&one.reason, || format!("排除“{}”的理由", shown(&one.id)));
        let (place, marks, what) = match &*one.kind {
            "object" => {
                let place = known(&resolved.objects, &one.id, "对象", "排除名单", found);
                (place, &mut resolved.excluded_objects, "对象")
            }
            "inspector" => {
                (known(people, &one.id, "人员", "排除名单", found), &mut resolved.excluded_inspectors, "人员")
            }
            other => {
                let message = format!("排除“{}”的种类写成了“{}”", shown(&one.id), shown(other));
                found.add(fault("draw_exclusion", message, "对象写“object”，人员写“inspector”。"));
                continue;
            }
        };
        let mark = place.and_then(|at| usize::try_from(at).ok()).and_then(|at| marks.get_mut(at));
        if mark.is_some_and(|mark| std::mem::replace(mark, true)) {
            let message = format!("{what}“{}”排除了两次", shown(&one.id));
            found.add(fault("draw_exclusion", message, "只留一条，理由写在一起。"));
        }
    }
}

fn recusals(resolved: &mut Resolved<'_>, people: &Index<'_>, found: &mut Mistakes) {
    let mut pairs = Vec::with_capacity(resolved.list.recusals.len());
    for one in &resolved.list.recusals {
        found.word(&one.reason, || format!("“{}”回避“{}”的理由", shown(&one.inspector), shown(&one.object)));
        let object = known(&resolved.objects, &one.object, "对象", "回避名单", found);
        let inspector = known(people, &one.inspector, "人员", "回避名单", found);
        pairs.extend(object.zip(inspector));
    }
    pairs.sort_unstable();
    for pair in pairs.chunk_by(|a, b| a == b).filter(|same| same.len() > 1).filter_map(|same| same.first()) {
        let inspector = resolved.inspector(pair.1).map_or("", |one| &one.id);
        let message = format!("人员“{inspector}”回避对象“{}”写了两次", resolved.objects.id(pair.0));
        found.add(fault("draw_recusal", message, "只留一条，理由写在一起。"));
    }
    resolved.recusals = pairs;
}

/// Whether each object that may be drawn has two people for each field, whatever else is drawn.
fn enough(resolved: &Resolved<'_>, found: &mut Mistakes) {
    let drawn_from = resolved.is_drawn_from();
    let able: Vec<Vec<u32>> = resolved
        .holders
        .iter()
        .map(|holders| holders.iter().copied().filter(|who| resolved.limit(*who) > 0).collect())
        .collect();
    let mut from = 0_u32;
    let parts = resolved.list.strata.iter().zip(&resolved.fields_of).zip(drawn_from);
    for ((stratum, fields), is_drawn) in parts {
        let until = from.saturating_add(u32::try_from(stratum.objects.len()).unwrap_or(u32::MAX));
        for field in fields.iter().filter(|_| is_drawn) {
            let able = able.get(*field).map_or(&[][..], Vec::as_slice);
            if able.len() < PAIR {
                let first = (from..until).find(|object| !resolved.is_excluded(*object)).unwrap_or(from);
                found.add(nobody(resolved, stratum, *field, first));
                continue;
            }
            let start = resolved.recusals.partition_point(|(object, _)| *object < from);
            let own = resolved.recusals.iter().skip(start).take_while(|(object, _)| *object < until);
            let mut objects: Vec<u32> = own.map(|(object, _)| *object).collect();
            objects.dedup();
            for object in objects.into_iter().filter(|object| !resolved.is_excluded(*object)) {
                let recused = resolved.recused(object).filter(|who| able.binary_search(who).is_ok()).count();
                if able.len() - recused < PAIR {
                    found.add(too_many_recused(resolved, *field, object, able.len(), recused));
                }
            }
        }
        from = until;
    }
}

fn nobody(resolved: &Resolved<'_>, stratum: &Stratum<'_>, field: usize, object: u32) -> Diagnostic {
    let held = resolved.held(field);
    let (name, id) = (resolved.fields.get(field).copied().unwrap_or_default(), resolved.objects.id(object));
    let message = format!(
        "分组“{}”的对象（“{id}”等）没有人可以检查：领域“{name}”要两名人员，能派的只有{}名。\
         登记了该领域证件的{}名，其中证件期限不覆盖检查期间的{}名，被排除的{}名，承担件数为零的{}名",
        stratum.id,
        held.able(),
        held.all,
        held.lapsed,
        held.excluded,
        held.idle
    );
    let help = "补充持证人员、换发到期的证件，或者调整检查期间；确实派不出人的，把比例写成0。";
    fault("draw_too_few_inspectors", message, help)
}

fn too_many_recused(
    resolved: &Resolved<'_>,
    field: usize,
    object: u32,
    able: usize,
    recused: usize,
) -> Diagnostic {
    let (name, id) = (resolved.fields.get(field).copied().unwrap_or_default(), resolved.objects.id(object));
    let message = format!(
        "对象“{id}”没有人可以检查：领域“{name}”要两名人员，能派的{able}名中有{recused}名应当回避，只剩{}名",
        able - recused
    );
    let help = "补充没有利害关系的持证人员；或者把这个对象列入排除名单，写明理由，另行安排检查。";
    fault("draw_too_few_inspectors", message, help)
}
