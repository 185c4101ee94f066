//! What else the API tells: procedures, organs, registers, figures, what is public, signed roots.

use app::{EntriesAsked, FigureAsked, NewEntry, Viewer, roots_file};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use calendar::Day;
use norms::Procedure;
use packs::Rules;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::asked::{Body, Filled, Named as Path, Params, day_of, form_of};
use super::caller::Caller;
use super::problem::Problem;
use super::shape::{
    ActShape, EntryItem, FieldShape, FigureItem, FigureRecordItem, Labelled, Named, OrganItem, Page,
    ProcedureItem, ProcedureShape, PublishedItem, PublishedShape, RegisterItem, RegisterShape, text_of,
};
use super::told::{self, Answer, json};
use crate::pages::journal;
use crate::site::Site;

/// Where the list of roots goes on.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Before {
    /// 只要覆盖的条数比它少的
    #[param(value_type = Option<i64>, minimum = 0)]
    before: Option<u64>,
}

/// On which day something is asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct OnAsked {
    /// 哪一天施行的；不写为今天
    #[param(format = Date)]
    on: Option<String>,
}

fn procedure_item(one: &Procedure) -> ProcedureItem {
    ProcedureItem {
        id: one.id.clone(),
        name: one.name.clone(),
        from: text_of(one.in_force.from),
        until: one.in_force.until.map(text_of),
        held_by: one.held_by.clone(),
        phases: one.phases.clone(),
    }
}

/// 施行的程序
#[utoipa::path(get, path = "/procedures", tag = "程序", operation_id = "listProcedures", params(OnAsked), security(()),
    responses((status = 200, description = "程序", body = Page<ProcedureItem>)))]
pub(super) async fn procedures(State(site): State<Site>, Params(asked): Params<OnAsked>) -> Answer {
    let platform = site.platform();
    let on = asked.on.as_deref().map_or_else(|| Ok(platform.today()), |text| day_of("on", text))?;
    let items = platform.rules().in_force(on).map(|pack| procedure_item(&pack.file.procedure));
    Ok(told::page(items.collect::<Vec<_>>(), None))
}

/// 一个程序：有哪些事项，各填写什么
#[utoipa::path(get, path = "/procedures/{id}", tag = "程序", operation_id = "getProcedure", security(()),
    params(("id" = String, Path, description = "程序的标识"), OnAsked),
    responses((status = 200, description = "程序", body = ProcedureShape)))]
pub(super) async fn procedure(
    State(site): State<Site>,
    Path(id): Path<String>,
    Params(asked): Params<OnAsked>,
    headers: HeaderMap,
) -> Answer {
    let platform = site.platform();
    let on = asked.on.as_deref().map_or_else(|| Ok(platform.today()), |text| day_of("on", text))?;
    let pack = platform.rules().pack_on(&id, on).ok_or_else(|| missing("这一天施行的这个程序"))?;
    let one = &pack.file.procedure;
    let acts = one.acts.iter().map(|act| ActShape {
        id: act.id.clone(),
        name: act.name.clone(),
        by: act.by.iter().filter_map(|at| one.roles.get(*at)).map(|role| role.name.clone()).collect(),
        opens_case: act.opens_case,
        fields: act.fields.iter().map(FieldShape::of).collect(),
    });
    let shape = ProcedureShape { head: procedure_item(one), acts: acts.collect() };
    Ok(told::tagged(&headers, "p", &shape))
}

fn missing(what: &str) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not_found", &format!("没有找到{what}"), "")
}

/// 今天的机关
#[utoipa::path(get, path = "/organs", tag = "名册", operation_id = "listOrgans",
    responses((status = 200, description = "机关", body = Page<OrganItem>)))]
pub(super) async fn organs(State(site): State<Site>, _: Caller) -> Answer {
    let organs = site.ask(app::Platform::organs).await?;
    let items = organs.into_iter().map(|one| OrganItem {
        id: one.id,
        name: one.name,
        kind: one.kind,
        division: one.division,
        credit_code: one.credit_code,
        parent: one.parent,
    });
    Ok(told::page(items.collect::<Vec<_>>(), None))
}

/// 名册和清单有哪些
#[utoipa::path(get, path = "/registers", tag = "名册", operation_id = "listRegisters",
    responses((status = 200, description = "名册", body = Page<RegisterItem>)))]
pub(super) async fn registers(State(site): State<Site>, _: Caller) -> Answer {
    let rules: &Rules = site.platform().rules();
    let items = rules.registers.iter().map(|one| RegisterItem {
        id: one.id.clone(),
        name: one.name.clone(),
        public: one.public,
        kept_by: one.kept_by.clone(),
        fields: one.fields.iter().map(FieldShape::of).collect(),
    });
    Ok(told::page(items.collect::<Vec<_>>(), None))
}

/// Which organ's register is asked for, as of which day.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct RegisterAsked {
    /// 机关的标识
    organ: String,
    /// 哪一天的样子；不写为今天
    #[param(format = Date)]
    on: Option<String>,
    /// 下一页从哪里开始：上一页的 next
    after: Option<String>,
    /// 条目要含有的词，几个用空格隔开，都要有；导出表格时不用
    q: Option<String>,
}

/// 一个机关的一份名册在某一天的样子，XLSX 表格，可以填好再登记
#[utoipa::path(get, path = "/registers/{id}/entries.xlsx", tag = "名册", operation_id = "exportEntries",
    params(("id" = String, Path, description = "名册的标识"), RegisterAsked),
    responses((status = 200, description = "表格", body = [u8],
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
pub(super) async fn entries_sheet(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
    Params(asked): Params<RegisterAsked>,
) -> Answer {
    let on = asked.on.as_deref().map_or_else(|| Ok(site.platform().today()), |text| day_of("on", text))?;
    let sheet =
        site.ask(move |platform| platform.register_sheet(Some(&caller.actor), &id, &asked.organ, on)).await?;
    Ok(told::sheet(&sheet.name, sheet.bytes))
}

/// 一个机关的一份名册，在某一天的样子
#[utoipa::path(get, path = "/registers/{id}/entries", tag = "名册", operation_id = "listEntries",
    params(("id" = String, Path, description = "名册的标识"), RegisterAsked),
    responses((status = 200, description = "名册的一页", body = RegisterShape)))]
pub(super) async fn entries(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
    Params(asked): Params<RegisterAsked>,
) -> Answer {
    let on = asked.on.as_deref().map_or_else(|| Ok(site.platform().today()), |text| day_of("on", text))?;
    let page = site
        .ask(move |platform| {
            let (after, words) = (asked.after.as_deref(), asked.q.as_deref().unwrap_or_default());
            let wanted = EntriesAsked { on, after, words, all: false };
            platform.register_page(Some(&caller.actor), &id, &asked.organ, wanted)
        })
        .await?;
    let items = page.rows.into_iter().map(|row| EntryItem {
        key: row.key,
        from: text_of(row.from),
        until: row.until.map(text_of),
        texts: row.texts,
    });
    let shape = RegisterShape {
        register: Named { id: page.register.id.clone(), name: page.register.name.clone() },
        organ: Named { id: page.organ.id, name: page.organ.name },
        on: text_of(page.on),
        columns: page.columns.into_iter().map(|(id, name)| Named { id, name }).collect(),
        items: items.collect(),
        next: page.next,
    };
    Ok(json(&shape).into_response())
}

/// 登记到名册
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(title = "登记到名册")]
pub(super) struct EnterAsked {
    /// 机关的标识
    organ: String,
    /// 理由或者文号
    #[serde(default)]
    #[schema(max_length = 200)]
    reason: String,
    /// 条目：要么全部登记，要么一条也不登记
    #[schema(min_items = 1)]
    entries: Vec<EntryAsked>,
}

/// 待登记的一条
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(title = "待登记的一条")]
pub(super) struct EntryAsked {
    /// 从哪天起
    #[schema(format = Date)]
    from: String,
    /// 到哪天止
    #[schema(format = Date)]
    until: Option<String>,
    /// 各栏的内容：键是栏目的标识
    #[schema(value_type = HashMap<String, Filled>)]
    record: Map<String, Value>,
}

/// 登记了几条
#[derive(Debug, serde::Serialize, ToSchema)]
#[schema(title = "登记了几条")]
pub(super) struct Entered {
    /// 几条
    entered: usize,
}

/// 登记条目；同一主键、同一起始日期的以新的为准
#[utoipa::path(post, path = "/registers/{id}/entries", tag = "名册", operation_id = "enterEntries",
    request_body = EnterAsked, params(("id" = String, Path, description = "名册的标识")),
    responses((status = 201, description = "登记了", body = Entered)))]
pub(super) async fn enter(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
    Body(asked): Body<EnterAsked>,
) -> Answer {
    if asked.entries.is_empty() {
        return Err(Problem::parameter("entries", "[]", "至少写一条。"));
    }
    let mut rows = Vec::with_capacity(asked.entries.len());
    for (at, entry) in asked.entries.into_iter().enumerate() {
        let until = entry.until.as_deref().map(|text| day_of("until", text)).transpose()?;
        let from = day_of("from", &entry.from)?;
        rows.push(NewEntry { from, until, form: form_of(entry.record)?, line: at + 1 });
    }
    let (organ, reason) = (asked.organ, asked.reason);
    let entered = site.ask(move |platform| platform.enter(&caller.actor, &id, &organ, rows, &reason)).await?;
    Ok((StatusCode::CREATED, json(&Entered { entered })).into_response())
}

/// The period and the place that figures are asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct FiguresAsked {
    /// 从哪天起（按办理的日子）；不写为今年第一天
    #[param(format = Date)]
    from: Option<String>,
    /// 到哪天止；不写为今年最后一天
    #[param(format = Date)]
    to: Option<String>,
    /// 机关的标识；不写为全部
    organ: Option<String>,
    /// 区划代码的开头；不写为全部
    #[param(pattern = "^[0-9]{0,12}$")]
    division: Option<String>,
    /// 只算到哪天为止记入日志的；不写为今天
    #[param(format = Date)]
    as_of: Option<String>,
    /// 明细的下一页从哪里开始：上一页的 next
    after: Option<String>,
}

impl FiguresAsked {
    fn read(&self, today: Day) -> Result<FigureAsked, Problem> {
        let edge = |month, day| Day::from_ymd(today.year(), month, day).unwrap_or(today);
        let given = |name: &str, text: &Option<String>, usual: Day| {
            text.as_deref().map_or(Ok(usual), |text| day_of(name, text))
        };
        let division = self.division.as_deref().unwrap_or_default();
        if division.len() > 12 || !division.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Problem::parameter("division", division, "区划代码写数字，至多12位，如 350526。"));
        }
        Ok(FigureAsked {
            organ: self.organ.clone().unwrap_or_default(),
            division: self.division.clone().unwrap_or_default(),
            from: given("from", &self.from, edge(1, 1))?,
            to: given("to", &self.to, edge(12, 31))?,
            as_of: given("as_of", &self.as_of, today)?,
        })
    }
}

/// 全部指标在一段时间里的数值
#[utoipa::path(get, path = "/figures", tag = "指标", operation_id = "listFigures", params(FiguresAsked), security(()),
    responses((status = 200, description = "指标", body = Page<FigureItem>)))]
pub(super) async fn figures(State(site): State<Site>, Params(asked): Params<FiguresAsked>) -> Answer {
    let wanted = asked.read(site.platform().today())?;
    let lines = site.ask(move |platform| platform.figures(None, &wanted)).await?;
    let items = lines.into_iter().map(|line| FigureItem {
        value: line.value.map(|value| value.text()),
        id: line.id,
        name: line.name,
        unit: line.unit,
        procedure: Named { id: line.procedure_id, name: line.procedure },
        of_register: line.is_of_register,
        records: line.records,
        share_of: line.parts.map(|(part, whole)| [part, whole]),
        measures: line.measures,
    });
    Ok(told::page(items.collect::<Vec<_>>(), None))
}

/// 一个指标背后的记录；看不到的案件只有日子和机关
#[utoipa::path(get, path = "/figures/{id}/records", tag = "指标", operation_id = "listFigureRecords",
    params(("id" = String, Path, description = "指标的标识"), FiguresAsked),
    responses((status = 200, description = "一页明细", body = Page<FigureRecordItem>)))]
pub(super) async fn figure_records(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
    Params(asked): Params<FiguresAsked>,
) -> Answer {
    let wanted = asked.read(site.platform().today())?;
    let (records, next) = site
        .ask(move |platform| {
            if platform.figure(&id).is_none() {
                return Err(app::AppError::NotFound { what: format!("指标“{id}”") });
            }
            platform.figure_records(Viewer::Account(&caller.actor), &id, &wanted, asked.after.as_deref())
        })
        .await?;
    let items = records.into_iter().map(|one| {
        let (case, case_number) = one.seen.map(|seen| (seen.case, seen.case_number)).unzip();
        FigureRecordItem {
            case,
            case_number,
            key: one.entry.map(|entry| entry.key),
            organ: one.organ,
            number: one.number,
            on: text_of(one.on),
            recorded_on: text_of(one.recorded_on),
            count: one.n,
            total: one.total,
        }
    });
    Ok(told::page(items.collect::<Vec<_>>(), next))
}

/// 一个指标背后的全部记录，XLSX 表格（至多五万行）
#[utoipa::path(get, path = "/figures/{id}/records.xlsx", tag = "指标", operation_id = "exportFigureRecords",
    params(("id" = String, Path, description = "指标的标识"), FiguresAsked),
    responses((status = 200, description = "表格", body = [u8],
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
pub(super) async fn figure_sheet(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
    Params(asked): Params<FiguresAsked>,
) -> Answer {
    let wanted = asked.read(site.platform().today())?;
    let name = format!("{id}.xlsx");
    let bytes = site
        .ask(move |platform| {
            if platform.figure(&id).is_none() {
                return Err(app::AppError::NotFound { what: format!("指标“{id}”") });
            }
            platform.record_sheet(Viewer::Account(&caller.actor), &id, &wanted)
        })
        .await?;
    Ok(told::sheet(&name, bytes))
}

/// Which published acts are asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PublishedAsked {
    /// 程序的标识；不写为全部
    procedure: Option<String>,
    /// 下一页从哪里开始：上一页的 next
    after: Option<String>,
}

fn published_item(one: app::Published) -> PublishedItem {
    PublishedItem {
        case: one.case,
        number: one.number,
        act: one.act,
        title: one.title,
        procedure: one.procedure,
        organ: one.organ,
        published_on: text_of(one.published_on),
    }
}

/// 公开信息，新的在前
#[utoipa::path(get, path = "/published", tag = "公开", operation_id = "listPublished", params(PublishedAsked), security(()),
    responses((status = 200, description = "一页公开信息", body = Page<PublishedItem>)))]
pub(super) async fn published(State(site): State<Site>, Params(asked): Params<PublishedAsked>) -> Answer {
    let (items, next) = site
        .ask(move |platform| {
            platform.published(asked.procedure.as_deref().unwrap_or_default(), asked.after.as_deref())
        })
        .await?;
    Ok(told::page(items.into_iter().map(published_item).collect::<Vec<_>>(), next))
}

/// 一条公开信息的内容
#[utoipa::path(get, path = "/published/{case}/{number}/{act}", tag = "公开", operation_id = "getPublished", security(()),
    params(("case" = String, Path, description = "案件"), ("number" = u32, Path, description = "第几号事项"),
        ("act" = String, Path, description = "公开的事项")),
    responses((status = 200, description = "公开信息", body = PublishedShape)))]
pub(super) async fn published_one(
    State(site): State<Site>,
    Path((case, number, act)): Path<(String, u32, String)>,
) -> Answer {
    let page = site.ask(move |platform| platform.published_page(&case, number, &act)).await?;
    let shape = PublishedShape {
        head: published_item(page.head),
        withdrawn_on: page.withdrawn_on.map(text_of),
        doc_number: page.doc_number,
        cited: page.cited,
        fields: page.fields.into_iter().map(|(label, text)| Labelled { label, text }).collect(),
    };
    Ok(json(&shape).into_response())
}

/// 办理日志的树根、签名和公钥，新的在前
#[utoipa::path(get, path = "/roots", tag = "公开", operation_id = "listRoots", params(Before), security(()),
    responses((status = 200, description = "树根文件", body = Object)))]
pub(super) async fn roots(State(site): State<Site>, Params(asked): Params<Before>) -> Answer {
    if let Some(before) = asked.before.filter(|before| i64::try_from(*before).is_err()) {
        return Err(Problem::parameter("before", &before.to_string(), "写日志里的条数。"));
    }
    let (roots, keys) = journal::listed(&site, asked.before, journal::FILE).await?;
    let lost = site.ask(|platform| platform.lost_roots()).await?;
    Ok(json(&roots_file(&roots, &keys, &lost)).into_response())
}
