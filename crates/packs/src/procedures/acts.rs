//! Acts and the fields of their records.

use base::Diagnostic;
use norms::{Act, Alike, Field, FieldType, Procedure, Recusal, Requirement, RequirementKind};

use super::rules::basis;
use super::starts::Opens;
use super::{Draft, shelf, unknown};
use crate::source::{At, Literal, Table};

pub(super) fn read(root: &Table<'_>, draft: &mut Draft) {
    let Some(table) = root.table("acts", "事项表") else {
        root.missing("acts");
        return;
    };
    let entries = table.entries(|id| format!("事项 {id}"));
    if entries.len() > 128 {
        root.say(Diagnostic::error("too_many", "一个程序最多128个事项").at(table.place()));
        return;
    }
    let (mut publishes, mut requires) = (Vec::new(), Vec::new());
    let (mut starts, mut discretions) = (Vec::new(), Vec::new());
    for (index, (id, one)) in entries.iter().enumerate() {
        check_id(one, id);
        let act = act(draft, id, one);
        draft.procedure.acts.push(act);
        if let Some(publish) = one.table("publish", format!("事项 {} 的 publish", id.value)) {
            publishes.push((index, publish));
        }
        let asked = one.tables("requires", |at| format!("事项 {} 的第{at}个 requires", id.value));
        requires.extend(asked.into_iter().map(|table| (index, table)));
        let opened = one.tables("starts", |at| format!("事项 {} 的第{at}个 starts", id.value));
        starts.extend(opened.into_iter().map(|table| (index, Opens::Other(table))));
        starts.extend(one.text_at("hands_to").map(|at| (index, Opens::Same(one, at))));
        if let Some(asked) = one.table("discretion", format!("事项 {} 的 discretion", id.value)) {
            discretions.push((index, asked));
        }
    }
    for (index, table) in discretions {
        let undone = draft.guard(&table, "undone");
        let own = draft.procedure.acts.get(index);
        let made = own.and_then(|own| super::asks::discretion(draft, own, &table, undone));
        if let Some(act) = draft.procedure.acts.get_mut(index) {
            act.discretion = made;
        }
    }
    for (index, table) in publishes {
        let publish = super::showing::publish(draft, index, &table);
        table.finish();
        if let Some(act) = draft.procedure.acts.get_mut(index) {
            act.publish = publish;
        }
    }
    super::showing::endings(draft, &entries);
    entries.iter().for_each(|(_, one)| one.finish());
    for (index, table) in requires {
        let asked = requirement(draft, &table);
        table.finish();
        if let Some(act) = draft.procedure.acts.get_mut(index) {
            act.requires.extend(asked);
        }
    }
    for (index, opens) in starts {
        let start = opens.read(draft, index);
        if let Some(act) = draft.procedure.acts.get_mut(index) {
            act.starts.extend(start);
        }
    }
    if !draft.procedure.acts.iter().any(|act| act.opens_case) {
        table.say(
            Diagnostic::error("no_opening", "没有立案的事项：至少一个事项要写 opens_case = true")
                .at(table.place()),
        );
    }
    if !draft.procedure.acts.iter().any(|act| act.ends_case) {
        table.say(
            Diagnostic::error("no_ending", "没有结案的事项：至少一个事项要写 ends_case = true")
                .at(table.place()),
        );
    }
}

fn check_id(table: &Table<'_>, id: &At<String>) {
    let sound = id.value.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !sound {
        let message = format!("“{}”：标识只能用小写字母、数字和下划线", id.value);
        table.say(Diagnostic::error("bad_id", message).at(id.place.clone()));
    }
}

/// The places of the roles that a key names; a name that is no role is a finding.
fn roles_named(procedure: &norms::Procedure, table: &Table<'_>, key: &str) -> Vec<usize> {
    let find = |at: &At<String>| {
        let found = procedure.roles.iter().position(|role| role.id == at.value);
        if found.is_none() {
            let known = procedure.roles.iter().map(|role| role.id.as_str());
            unknown(table, "unknown_role", "角色", at, known);
        }
        found
    };
    table.texts(key).iter().filter_map(find).collect()
}

fn act(draft: &Draft, id: &At<String>, table: &Table<'_>) -> Act {
    let procedure = &draft.procedure;
    let by = roles_named(procedure, table, "by");
    if by.is_empty() && !table.has("by") {
        table.missing("by");
    }
    let phase = table.text_at("phase").and_then(|at| {
        let found = procedure.phases.iter().position(|phase| *phase == at.value);
        if found.is_none() {
            unknown(table, "unknown_phase", "阶段", &at, procedure.phases.iter().map(String::as_str));
        }
        found
    });
    let document = table.text_at("document").map(|at| {
        if !procedure.documents.iter().any(|kind| kind.id == at.value) {
            unknown(
                table,
                "unknown_document",
                "文书",
                &at,
                procedure.documents.iter().map(|kind| kind.id.as_str()),
            );
        }
        at.value
    });
    let record = table.table("record", format!("事项 {} 的记录", id.value));
    let fields = record.map_or_else(Vec::new, |record| fields(&record));
    let recuses = table
        .table("recuses", format!("事项 {} 的 recuses", id.value))
        .and_then(|table| recusal(&table, &fields));
    let alike = table.table("alike", format!("事项 {} 的 alike", id.value)).map(|one| alike(&one, &fields));
    if alike.is_some() && !table.flag("opens_case") {
        let message = format!("事项 {} 不开案，不能写 alike", id.value);
        table.say(Diagnostic::error("alike_not_opening", message).at(id.place.clone()));
    }
    let (draw, joint) = (super::asks::draw(table, &fields), super::asks::joint(table, &fields));
    let (review, exam) = (super::asks::review(table, &fields), super::asks::exam(table, &fields));
    let qualifies = super::asks::qualifies(table, &fields);
    let anybody = for_anybody(procedure, id, table, &by);
    let of = |key: &str| table.table(key, format!("事项 {} 的 {key}", id.value));
    let concerns = of("concerns").and_then(|one| shelf::concerns(&one, &fields));
    let lists = of("lists").and_then(|one| shelf::lists(&one, &fields));
    Act {
        id: id.value.clone(),
        name: table.need_text("name").map_or(String::new(), |at| at.value),
        by,
        phase,
        opens_case: table.flag("opens_case"),
        ends_case: table.flag("ends_case"),
        repeats: table.flag("repeats"),
        closed_at_start: table.flag("closed_at_start"),
        after_end: after_end(id, table),
        bulk: table.flag("bulk"),
        anybody,
        fields,
        document,
        power: table.text("power"),
        notify: roles_named(procedure, table, "notify"),
        recuses,
        alike,
        draw,
        review,
        exam,
        qualifies,
        joint,
        concerns,
        lists,
        help: table.text("help"),
        place: id.place.clone(),
        // What names other acts is read when all of them are known.
        ..Act::default()
    }
}

/// Whether it may be done in a closed case too: what opens one cannot.
fn after_end(id: &At<String>, table: &Table<'_>) -> bool {
    let after_end = table.flag("after_end");
    if after_end && table.flag("opens_case") {
        let message = format!("事项 {} 是立案的事项，不能写 after_end", id.value);
        table.say(Diagnostic::error("after_end_opens", message).at(id.place.clone()));
    }
    after_end
}

/// Whether anybody may do it: only what a party does in a case that is there.
fn for_anybody(procedure: &Procedure, id: &At<String>, table: &Table<'_>, by: &[usize]) -> bool {
    let anybody = table.flag("anybody");
    let is_party =
        |at: &usize| procedure.roles.get(*at).is_some_and(|role| role.kind == norms::RoleKind::Party);
    if anybody && (table.flag("opens_case") || !by.iter().any(is_party)) {
        let message = format!("事项 {} 不是当事人在已有的案件里办的，不能写 anybody", id.value);
        table.say(Diagnostic::error("anybody_not_party", message).at(id.place.clone()));
    }
    anybody
}

/// One thing that is asked of whoever does the act.
fn requirement(draft: &Draft, table: &Table<'_>) -> Option<Requirement> {
    let basis = basis(draft, table);
    let keys = ["certificate", "officers", "apart_from"];
    let found: Vec<&str> = keys.into_iter().filter(|key| table.has(key)).collect();
    let [key] = found.as_slice() else {
        let message = "requires 要写 certificate、officers、apart_from 之一，各写一条";
        table.say(Diagnostic::error("no_requirement", message).at(table.place()));
        keys.iter().for_each(|key| drop(table.value(key)));
        return None;
    };
    let kind = match *key {
        "certificate" => RequirementKind::Certificate(table.text("certificate")?),
        "officers" => RequirementKind::Officers(officers(table)?),
        _ => RequirementKind::ApartFrom(draft.act_set(table, "apart_from")),
    };
    Some(Requirement { kind, basis, place: table.place() })
}

fn officers(table: &Table<'_>) -> Option<u8> {
    let at = table.integer("officers")?;
    let count = u8::try_from(at.value).ok().filter(|count| (2..=20).contains(count));
    if count.is_none() {
        let message = format!("{} 的 officers 应当是2到20", table.what);
        table.say(Diagnostic::error("wrong_type", message).at(at.place));
    }
    count
}

/// The fields by which like cases are found.
fn alike(table: &Table<'_>, fields: &[Field]) -> Alike {
    let places = |key: &str, kinds: &[FieldType]| -> Vec<u16> {
        let of_kind = || fields.iter().filter(|field| kinds.contains(&field.kind));
        let find = |at: &At<String>| {
            let found = fields.iter().position(|field| field.id == at.value && kinds.contains(&field.kind));
            if found.is_none() {
                unknown(table, "unknown_field", "字段", at, of_kind().map(|field| field.id.as_str()));
            }
            found.and_then(|place| u16::try_from(place).ok())
        };
        table.texts(key).iter().filter_map(find).collect()
    };
    let people = [FieldType::Party, FieldType::Words, FieldType::Organ];
    let made = Alike {
        applicants: places("applicant", &people),
        respondents: places("respondent", &people),
        matter: places("matter", &[FieldType::Text, FieldType::Words]),
        places: places("place", &[FieldType::Place, FieldType::Words]),
        elsewhere: table.flag("elsewhere"),
    };
    if made.applicants.is_empty() && made.respondents.is_empty() && made.matter.is_empty() {
        let message = format!("{} 要写 applicant、respondent、matter 里的至少一项", table.what);
        table.say(Diagnostic::error("missing_key", message).at(table.place()));
    }
    table.finish();
    made
}

/// The fields of the record that say who withdraws, and whether.
fn recusal(table: &Table<'_>, fields: &[Field]) -> Option<Recusal> {
    let place = |key: &str, kind: FieldType| {
        let at = table.text_at(key)?;
        let of_kind = || fields.iter().filter(|field| field.kind == kind);
        let found = fields.iter().position(|field| field.id == at.value && field.kind == kind);
        if found.is_none() {
            unknown(table, "unknown_field", "字段", &at, of_kind().map(|field| field.id.as_str()));
        }
        found.and_then(|place| u16::try_from(place).ok())
    };
    if !table.has("officer") {
        table.missing("officer");
    }
    let (officer, when) = (place("officer", FieldType::Officer), place("when", FieldType::YesNo));
    table.finish();
    Some(Recusal { officer: officer?, when })
}

/// The fields of a record, or of a register.
pub(crate) fn fields(table: &Table<'_>) -> Vec<Field> {
    let mut made = Vec::new();
    for (id, one) in table.entries(|id| format!("字段 {id}")) {
        check_id(&one, &id);
        made.push(field(&id, &one));
        one.finish();
    }
    made
}

fn field(id: &At<String>, table: &Table<'_>) -> Field {
    let kind = table.need_text("type").and_then(|at| {
        let kind = FieldType::parse(&at.value);
        if kind.is_none() {
            unknown(table, "unknown_type", "字段类型", &at, FieldType::ALL.iter().map(|(id, ..)| *id));
        }
        kind
    });
    let kind = kind.unwrap_or(FieldType::Text);
    let options =
        table.table("options", format!("字段 {} 的选项", id.value)).map_or_else(Vec::new, |options| {
            let label = |(id, value): (At<String>, Literal)| match value {
                Literal::Text(label) => Some((id.value, label)),
                _ => {
                    table.say(Diagnostic::error("wrong_type", "选项写作 id = \"名称\"").at(id.place));
                    None
                }
            };
            options.values().into_iter().filter_map(label).collect()
        });
    if matches!(kind, FieldType::Choice | FieldType::Choices) && options.is_empty() {
        table.missing("options");
    }
    let columns = table.table("fields", format!("字段 {} 的列", id.value));
    let columns = columns.map_or_else(Vec::new, |columns| fields(&columns));
    if kind == FieldType::Rows && columns.is_empty() {
        table.missing("fields");
    }
    if kind == FieldType::Entry && !table.has("register") {
        table.missing("register");
    }
    Field {
        id: id.value.clone(),
        name: table.need_text("name").map_or(String::new(), |at| at.value),
        kind,
        required: table.flag("required"),
        personal: table.flag("personal"),
        public: table.flag("public"),
        help: table.text("help"),
        options,
        columns,
        register: table.text("register"),
        max: table.integer("max").map(|at| at.value),
    }
}
