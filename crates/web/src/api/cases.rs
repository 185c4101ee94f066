//! Cases through the API: lists, one case, opening, acting, correcting, files, receipts, what is due.

use app::{
    AppError, CaseFilter, CaseLine, CaseView, Correct, Deal, DeskFilter, Done, Open, Platform, Read, Whose,
};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::asked::{
    ApiFile, Body, Filled, Named as Path, Params, day_of, files_of, form_of, idempotency_key, version_of,
};
use super::caller::Caller;
use super::links::{link_item, started_item};
use super::problem::Problem;
use super::shape::{
    CaseItem, CaseShape, Cited, DocumentItem, DoneShape, DueItem, EventItem, FileItem, Labelled, MayItem,
    MustItem, MustNotItem, Named, Page, PublicItem, text_of,
};
use super::told::{self, Answer, json};
use crate::site::Site;

/// Which cases are asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct CasesAsked {
    /// 哪些：all 看得到的全部，held 本机关承办的，named 涉及本机关的
    #[serde(default)]
    #[param(inline)]
    whose: WhoseAsked,
    /// 程序的标识
    procedure: Option<String>,
    /// 阶段
    phase: Option<String>,
    /// 按案号或者当事人查找；与其他条件不能同时用
    #[param(max_length = 60)]
    find: Option<String>,
    /// 下一页从哪里开始：上一页的 next
    after: Option<String>,
}

/// 哪些案件
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(title = "哪些案件")]
pub(crate) enum WhoseAsked {
    #[default]
    All,
    Held,
    Named,
}

/// Which cases a table is to hold.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct TableAsked {
    /// 哪些：all 看得到的全部，held 本机关承办的，named 涉及本机关的
    #[serde(default)]
    #[param(inline)]
    whose: WhoseAsked,
    /// 程序的标识
    procedure: Option<String>,
    /// 阶段
    phase: Option<String>,
}

impl TableAsked {
    fn bound(self, caller: &Caller) -> Result<CasesAsked, Problem> {
        let Self { whose, procedure, phase } = self;
        CasesAsked { whose, procedure, phase, ..CasesAsked::default() }.bound(caller)
    }
}

impl CasesAsked {
    /// The same for a program that is bound to one procedure: it sees that one's cases, whatever it asks.
    fn bound(mut self, caller: &Caller) -> Result<Self, Problem> {
        let Some(own) = caller.procedure() else { return Ok(self) };
        let is_other = self.procedure.as_deref().is_some_and(|asked| asked != own);
        // A search looks through all procedures.
        if is_other || self.find.is_some() {
            return Err(caller.out_of_scope());
        }
        self.procedure = Some(own.to_owned());
        Ok(self)
    }

    fn filter(&self) -> CaseFilter {
        let whose = match self.whose {
            WhoseAsked::All => Whose::All,
            WhoseAsked::Held => Whose::Held,
            WhoseAsked::Named => Whose::Named,
        };
        CaseFilter { whose, procedure: self.procedure.clone(), phase: self.phase.clone() }
    }

    /// Which list it is, for the log of operations.
    fn told(&self) -> String {
        let given = |text: &Option<String>| text.clone().unwrap_or_default();
        format!("程序{}；阶段{}", given(&self.procedure), given(&self.phase))
    }
}

/// 案件列表，新的在前；看不到的不在里面
#[utoipa::path(get, path = "/cases", tag = "案件", operation_id = "listCases", params(CasesAsked),
    responses((status = 200, description = "一页案件", body = Page<CaseItem>)))]
pub(super) async fn list(
    State(site): State<Site>,
    caller: Caller,
    Params(asked): Params<CasesAsked>,
) -> Answer {
    let asked = asked.bound(&caller)?;
    let (lines, next) = site
        .ask(move |platform| {
            let after = asked.after.as_deref();
            match asked.find.as_deref().map(str::trim).filter(|find| !find.is_empty()) {
                Some(find) => {
                    let found = platform.search_cases(&caller.actor, find, after, &caller.origin)?;
                    Ok((found.lines, found.next))
                }
                None => platform.case_list(&caller.actor, &asked.filter(), after),
            }
        })
        .await?;
    Ok(told::page(lines.into_iter().map(case_item).collect::<Vec<_>>(), next))
}

fn case_item(line: CaseLine) -> CaseItem {
    CaseItem {
        id: line.case,
        number: line.number,
        title: line.title,
        procedure: line.procedure,
        phase: line.phase,
        opened_on: text_of(line.opened_on),
        closed_on: line.closed_on.map(text_of),
    }
}

/// 案件列表，CSV 表格（至多五万行）
#[utoipa::path(get, path = "/cases.csv", tag = "案件", operation_id = "exportCases", params(TableAsked),
    responses((status = 200, description = "表格", body = String, content_type = "text/csv")))]
pub(super) async fn export(
    State(site): State<Site>,
    caller: Caller,
    Params(asked): Params<TableAsked>,
) -> Answer {
    let asked = asked.bound(&caller)?;
    let (filter, what) = (asked.filter(), asked.told());
    let text = site
        .ask(move |platform| {
            let text = platform.case_table(&caller.actor, &filter, app::Table::Csv)?;
            platform.note_export(&caller.actor, &what, &caller.origin)?;
            Ok(text)
        })
        .await?;
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], text).into_response())
}

/// 案件列表，XLSX 表格（至多五万行）
#[utoipa::path(get, path = "/cases.xlsx", tag = "案件", operation_id = "exportCasesSheet", params(TableAsked),
    responses((status = 200, description = "表格", body = [u8],
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
pub(super) async fn export_sheet(
    State(site): State<Site>,
    caller: Caller,
    Params(asked): Params<TableAsked>,
) -> Answer {
    let asked = asked.bound(&caller)?;
    let (filter, what) = (asked.filter(), asked.told());
    let bytes = site
        .ask(move |platform| {
            let bytes = platform.case_sheet(&caller.actor, &filter)?;
            platform.note_export(&caller.actor, &what, &caller.origin)?;
            Ok(bytes)
        })
        .await?;
    Ok(told::sheet("案件.xlsx", bytes))
}

/// The day as of which a case is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct CaseAsked {
    /// 哪一天结束时的样子；不写为现在
    #[param(format = Date)]
    as_of: Option<String>,
}

/// 一个案件：可以办、应当办、不得办什么，期限怎样算，办过什么。查阅记入操作日志。
#[utoipa::path(get, path = "/cases/{id}", tag = "案件", operation_id = "getCase",
    params(("id" = String, Path, description = "案件的标识", pattern = "^[0-9A-Z]{20}$"), CaseAsked,
        ("If-None-Match" = Option<String>, Header, description = "上次的 ETag：没有变化的答复 304")),
    responses((status = 200, description = "案件", body = CaseShape,
        headers(("ETag" = String, description = "版本，办理时写进 If-Match"))),
        (status = 304, description = "没有变化")))]
pub(super) async fn one(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
    Params(asked): Params<CaseAsked>,
    headers: HeaderMap,
) -> Answer {
    let day = asked.as_of.as_deref().map(|text| day_of("as_of", text)).transpose()?;
    let view = site
        .ask(move |platform| {
            caller.within(platform, &id)?;
            let (actor, origin) = (&caller.actor, &caller.origin);
            let (view, read) = match day {
                None => (platform.case_view(actor, &id)?, None),
                Some(day) => (platform.case_view_as_of(actor, &id, day)?, Some(day.to_string())),
            };
            let read = read.as_deref().map_or(Read::Case, Read::Past);
            platform.note_reading(actor, &view.id, read, origin)?;
            Ok(view)
        })
        .await?;
    let version = view.version;
    Ok(told::tagged(&headers, &format!("{version}"), &case_shape(view)))
}

fn named(pair: (String, String)) -> Named {
    Named { id: pair.0, name: pair.1 }
}

fn case_shape(view: CaseView) -> CaseShape {
    CaseShape {
        id: view.id,
        number: view.number,
        title: view.title,
        procedure: Named { id: view.procedure_id, name: view.procedure },
        organ: view.organ,
        phase: view.phase,
        opened_on: text_of(view.opened_on),
        closed_on: view.closed_on.map(text_of),
        version: view.version,
        may: view.may.into_iter().map(may_item).collect(),
        must: view.must.into_iter().map(must_item).collect(),
        must_not: view.must_not.into_iter().map(must_not_item).collect(),
        events: view.events.into_iter().map(event_item).collect(),
        documents: view.documents.into_iter().map(document_item).collect(),
        public: view
            .public
            .into_iter()
            .map(|one| PublicItem { title: one.title, number: one.number, act: one.act })
            .collect(),
        links: view.links.into_iter().map(link_item).collect(),
    }
}

fn may_item(act: app::ActView) -> MayItem {
    MayItem {
        act: Named { id: act.id, name: act.name },
        by: act.by,
        mine: act.is_mine,
        owed: act.is_owed,
        depends: act.depends,
        basis: Cited { cited: act.cited, unverified: act.unverified },
    }
}

fn must_item(owed: app::OwedView) -> MustItem {
    MustItem {
        any_of: owed.must.into_iter().map(named).collect(),
        basis: Cited { cited: owed.cited, unverified: owed.unverified },
        since: text_of(owed.since),
        limit: owed.limit,
        last_day: owed.last_day.map(text_of),
        days_left: owed.days_left,
        overdue: owed.is_overdue,
        paused: owed.is_paused,
        lapse: owed.lapse,
        counted: owed.counted,
    }
}

fn must_not_item(barred: app::BarredView) -> MustNotItem {
    MustNotItem {
        act: Named { id: barred.id, name: barred.name },
        why: barred.why,
        basis: Cited { cited: barred.cited, unverified: barred.unverified },
        help: barred.help,
    }
}

fn event_item(event: app::EventView) -> EventItem {
    EventItem {
        number: event.number,
        on: text_of(event.on),
        recorded_at: event.recorded_at,
        kind: event.kind.to_owned(),
        act: Named { id: event.act_id, name: event.act },
        by: event.actor,
        corrects: event.corrects,
        superseded: event.is_superseded,
        fields: event.fields.into_iter().map(|(label, text)| Labelled { label, text }).collect(),
        files: event.files.into_iter().map(|(hash, name)| FileItem { hash, name }).collect(),
        hash: event.hash,
        previous: event.previous,
    }
}

fn document_item(document: app::DocumentView) -> DocumentItem {
    DocumentItem {
        number: document.number,
        name: document.name,
        doc_number: document.doc_number,
        issued_on: text_of(document.issued_on),
    }
}

/// 开始一个案件
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(title = "开始一个案件")]
pub(super) struct OpenAsked {
    /// 程序的标识
    procedure: String,
    /// 承办机关的标识
    organ: String,
    /// 开始案件的事项的标识
    act: String,
    /// 办理的日子；不写为今天
    #[schema(format = Date)]
    on: Option<String>,
    /// 填写的内容：键是字段的标识，值是文字、数、真假，或者它们的列表；表格写成行的列表，行写成各格的列表
    #[serde(default)]
    #[schema(value_type = HashMap<String, Filled>)]
    record: Map<String, Value>,
    /// 附件
    #[serde(default)]
    files: Vec<ApiFile>,
    /// 看过的比对结果：有相近案件的，第一次答复 409 并给出它；核对以后不是同一件的，写上它再提交
    alike: Option<String>,
}

/// 办一个事项
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(title = "办一个事项")]
pub(super) struct DealAsked {
    /// 办理的日子；不写为今天
    #[schema(format = Date)]
    on: Option<String>,
    /// 填写的内容，写法同上
    #[serde(default)]
    #[schema(value_type = HashMap<String, Filled>)]
    record: Map<String, Value>,
    /// 附件
    #[serde(default)]
    files: Vec<ApiFile>,
}

/// 更正一个事项
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(title = "更正一个事项")]
pub(super) struct CorrectAsked {
    /// 理由
    #[schema(min_length = 1)]
    reason: String,
    /// 应当是哪一天；与 record 一起写，都不写的为撤回
    #[schema(format = Date)]
    on: Option<String>,
    /// 应当怎样填写
    #[schema(value_type = Option<HashMap<String, Filled>>)]
    record: Option<Map<String, Value>>,
}

fn done_shape(done: Done) -> DoneShape {
    DoneShape {
        case: done.case,
        case_number: done.case_number,
        number: done.number,
        receipt: done.receipt,
        hash: done.hash,
        started: done.started.into_iter().map(started_item).collect(),
    }
}

fn made(done: Done) -> Response {
    let place = format!("{}/cases/{}", super::ROOT, done.case);
    (StatusCode::CREATED, [(header::LOCATION, place)], json(&done_shape(done))).into_response()
}

fn given_day(platform: &Platform, text: Option<&str>) -> Result<calendar::Day, Problem> {
    text.map_or_else(|| Ok(platform.today()), |text| day_of("on", text))
}

/// Notes which program did it, for the journal names the account alone; likewise that it was not its to do.
fn noted(platform: &Platform, caller: &Caller, what: &str, done: app::Result<Done>) -> app::Result<Done> {
    match &done {
        Ok(done) => platform.note_client_act(&caller.actor, &caller.client, done, &caller.origin)?,
        Err(AppError::Unauthorised(_) | AppError::Forbidden { .. }) => {
            platform.note_refused(&caller.actor, what, &caller.origin)?;
        }
        Err(_) => {}
    }
    done
}

/// 立案、申请。同一个幂等键只办一次。以前登记的有相近的，答复 409，逐件写明；核对以后写上 alike 再提交
#[utoipa::path(post, path = "/cases", tag = "案件", operation_id = "openCase", request_body = OpenAsked,
    params(("Idempotency-Key" = String, Header, min_length = 8, max_length = 100, pattern = "^[!-~]{8,100}$",
            description = "自己定的不重复的键，8至100个可见的 ASCII 字符")),
    responses((status = 201, description = "办成了", body = DoneShape,
        headers(("Location" = String, description = "案件的网址")))))]
pub(super) async fn open(
    State(site): State<Site>,
    caller: Caller,
    headers: HeaderMap,
    Body(asked): Body<OpenAsked>,
) -> Answer {
    caller.covers(&asked.procedure)?;
    let key = idempotency_key(&headers, &caller.actor.account)?;
    let on = given_day(site.platform(), asked.on.as_deref())?;
    let (form, files) = (form_of(asked.record)?, files_of(asked.files)?);
    let (procedure, organ, act) = (asked.procedure, asked.organ, asked.act);
    let open = Open { key, procedure, organ, act, on, form, files };
    let shown = asked.alike;
    let done = site
        .ask(move |platform| {
            let done = platform.open_after_looking(&caller.actor, open, shown.as_deref());
            noted(platform, &caller, "POST /api/v1/cases", done)
        })
        .await?;
    Ok(made(done))
}

/// 在一个案件里办一个事项。同一个幂等键只办一次；If-Match 写上看到的版本，其间有人办过的不办
#[utoipa::path(post, path = "/cases/{id}/acts/{act}", tag = "案件", operation_id = "act", request_body = DealAsked,
    params(("id" = String, Path, description = "案件的标识", pattern = "^[0-9A-Z]{20}$"), ("act" = String, Path, description = "事项的标识"),
        ("Idempotency-Key" = String, Header, min_length = 8, max_length = 100, pattern = "^[!-~]{8,100}$",
            description = "自己定的不重复的键，8至100个可见的 ASCII 字符"),
        ("If-Match" = Option<String>, Header, pattern = "^(\\*|\"?[0-9]{1,9}\"?)$", description = "查看案件时的 ETag")),
    responses((status = 201, description = "办成了", body = DoneShape)))]
pub(super) async fn act(
    State(site): State<Site>,
    caller: Caller,
    Path((case, act)): Path<(String, String)>,
    headers: HeaderMap,
    Body(asked): Body<DealAsked>,
) -> Answer {
    let (key, version) = (idempotency_key(&headers, &caller.actor.account)?, version_of(&headers)?);
    let on = given_day(site.platform(), asked.on.as_deref())?;
    let (form, files) = (form_of(asked.record)?, files_of(asked.files)?);
    let deal = Deal { key, case, version, act, on, form, files };
    let done = site
        .ask(move |platform| {
            caller.within(platform, &deal.case)?;
            // Whoever may not read the case is told that there is none, as on the pages.
            platform.act_form(&caller.actor, &deal.case, &deal.act)?;
            let done = platform.act(&caller.actor, deal);
            noted(platform, &caller, "POST /api/v1/cases/{id}/acts/{act}", done)
        })
        .await?;
    Ok(made(done))
}

/// 更正办过的事项：撤回，或者换成应当填写的。原来的还在日志里
#[utoipa::path(post, path = "/cases/{id}/corrections/{number}", tag = "案件", operation_id = "correct",
    request_body = CorrectAsked,
    params(("id" = String, Path, description = "案件的标识", pattern = "^[0-9A-Z]{20}$"), ("number" = u32, Path, description = "更正第几号", minimum = 1),
        ("Idempotency-Key" = String, Header, min_length = 8, max_length = 100, pattern = "^[!-~]{8,100}$",
            description = "自己定的不重复的键，8至100个可见的 ASCII 字符"),
        ("If-Match" = Option<String>, Header, pattern = "^(\\*|\"?[0-9]{1,9}\"?)$", description = "查看案件时的 ETag")),
    responses((status = 201, description = "办成了", body = DoneShape)))]
pub(super) async fn correct(
    State(site): State<Site>,
    caller: Caller,
    Path((case, number)): Path<(String, u32)>,
    headers: HeaderMap,
    Body(asked): Body<CorrectAsked>,
) -> Answer {
    let (key, version) = (idempotency_key(&headers, &caller.actor.account)?, version_of(&headers)?);
    let instead = match (asked.on.as_deref(), asked.record) {
        (None, None) => None,
        (Some(on), Some(record)) => Some((day_of("on", on)?, form_of(record)?)),
        _ => return Err(Problem::parameter("on", "", "on 和 record 一起写；都不写的为撤回。")),
    };
    let correct = Correct { key, case, version, number, reason: asked.reason, instead };
    let done = site
        .ask(move |platform| {
            caller.within(platform, &correct.case)?;
            platform.recorded(&caller.actor, &correct.case, correct.number)?;
            let done = platform.correct(&caller.actor, correct);
            noted(platform, &caller, "POST /api/v1/cases/{id}/corrections/{number}", done)
        })
        .await?;
    Ok(made(done))
}

/// 为什么打开附件
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WhyQuery {
    /// 理由，2至200个字。可能有个人信息的附件，当事人和本案承办人以外的人必须说明，记入操作日志
    reason: Option<String>,
}

/// 附件的内容。查阅记入操作日志
#[utoipa::path(get, path = "/cases/{id}/files/{hash}", tag = "案件", operation_id = "getFile",
    params(("id" = String, Path, description = "案件的标识", pattern = "^[0-9A-Z]{20}$"), ("hash" = String, Path, description = "附件的杂凑值", pattern = "^[0-9a-f]{64}$"), WhyQuery),
    responses((status = 200, description = "内容", body = Vec<u8>, content_type = "application/octet-stream")))]
pub(super) async fn file(
    State(site): State<Site>,
    caller: Caller,
    Path((case, hash)): Path<(String, String)>,
    Params(why): Params<WhyQuery>,
) -> Answer {
    let content = site
        .ask(move |platform| {
            caller.within(platform, &case)?;
            platform.attachment(&caller.actor, &case, &hash, why.reason.as_deref(), &caller.origin)
        })
        .await?;
    let name = format!("attachment; filename*=UTF-8''{}", crate::parts::quoted(&content.name));
    let headers =
        [(header::CONTENT_TYPE, "application/octet-stream".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, content.bytes).into_response())
}

/// 日志凭证：证明本案的事项已经记入日志，可以离线核验
#[utoipa::path(get, path = "/cases/{id}/receipt", tag = "案件", operation_id = "getReceipt",
    params(("id" = String, Path, description = "案件的标识", pattern = "^[0-9A-Z]{20}$")),
    responses((status = 200, description = "凭证文件", body = Object)))]
pub(super) async fn receipt(State(site): State<Site>, caller: Caller, Path(id): Path<String>) -> Answer {
    let covered = site
        .ask(move |platform| {
            caller.within(platform, &id)?;
            platform.receipt(&caller.actor, &id)
        })
        .await?;
    let receipt = covered.receipt.ok_or_else(|| {
        let help = "树根至多每小时作一次，请稍后再取。";
        Problem::new(StatusCode::NOT_FOUND, "not_covered", "还没有树根覆盖本案的事项", help)
    })?;
    Ok(json(&receipt.file()).into_response())
}

/// Whose dues are asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct DeskAsked {
    /// 只要自己承办的
    #[serde(default)]
    mine: bool,
    /// 下一页从哪里开始：上一页的 next
    after: Option<String>,
}

/// 待办，按最后一天排列；供机关工作人员
#[utoipa::path(get, path = "/desk", tag = "案件", operation_id = "getDesk", params(DeskAsked),
    responses((status = 200, description = "一页待办", body = Page<DueItem>)))]
pub(super) async fn desk(
    State(site): State<Site>,
    caller: Caller,
    Params(asked): Params<DeskAsked>,
) -> Answer {
    let procedure = caller.procedure().map(str::to_owned);
    let filter = DeskFilter { mine: asked.mine, procedure, ..DeskFilter::default() };
    let desk =
        site.ask(move |platform| platform.desk_of(&caller.actor, &filter, asked.after.as_deref())).await?;
    let items = desk.lines.into_iter().map(|line| DueItem {
        case: line.case,
        number: line.number,
        title: line.title,
        procedure: line.procedure,
        any_of: line.must,
        last_day: line.last_day.map(text_of),
        days_left: line.days_left,
        overdue: line.is_overdue,
        amber: line.is_amber,
        cited: line.cited,
    });
    Ok(told::page(items.collect::<Vec<_>>(), desk.next))
}
