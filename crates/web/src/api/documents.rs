//! The library of documents through the API: lists with what must be looked at, one document with its citations both ways and
//! what its change means.

use app::{CitedLine, DocumentStanding, Leads, LibraryAsked, LibraryLine, ReviewNeed, Supposed, Viewer};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use citations::How;
use law::Article;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::asked::{Named as Path, Params, day_of};
use super::caller::Caller;
use super::problem::Problem;
use super::shape::{Page, text_of};
use super::told::{self, Answer, json};
use crate::site::Site;

/// Which documents are asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct DocumentsAsked {
    /// 名称或者文号里的几个字
    #[param(max_length = 60)]
    find: Option<String>,
    /// 制定机关的标识
    organ: Option<String>,
    /// 效力：in_force 现行有效（不写即是），not_yet 尚未施行，ended 不再有效，all 全部
    #[param(pattern = "^(in_force|not_yet|ended|all)$")]
    standing: Option<String>,
    /// 只要需要看的：lapses 本季度到期，basis_changed 依据有变动，cites_ended 引用了不再有效的，any 其中任何一种
    #[param(pattern = "^(lapses|basis_changed|cites_ended|any)$")]
    need: Option<String>,
    /// 截至哪一天；不写为今天
    #[param(format = Date)]
    on: Option<String>,
    /// 下一页从哪里开始：上一页的 next
    after: Option<String>,
}

impl DocumentsAsked {
    fn filter(&self) -> Result<LibraryAsked, Problem> {
        let standing = match self.standing.as_deref() {
            None => DocumentStanding::InForce,
            Some(word) => DocumentStanding::read(word).ok_or_else(|| {
                Problem::parameter("standing", word, "可用：in_force、not_yet、ended、all。")
            })?,
        };
        let find = self.find.as_deref().unwrap_or_default();
        if find.chars().count() > 60 {
            return Err(Problem::parameter("find", find, "不超过60个字。"));
        }
        let help = "可用：lapses、basis_changed、cites_ended、any。";
        let need = self.need.as_deref();
        let need =
            need.map(|word| ReviewNeed::read(word).ok_or_else(|| Problem::parameter("need", word, help)));
        Ok(LibraryAsked {
            find: find.to_owned(),
            organ: self.organ.clone().unwrap_or_default(),
            standing,
            need: need.transpose()?,
            on: self.on.as_deref().map(|text| day_of("on", text)).transpose()?,
        })
    }
}

/// 文件库里的一个文件
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "文件")]
pub(crate) struct LibraryItem {
    /// 标识
    id: String,
    title: String,
    /// 文号
    number: Option<String>,
    /// 制定机关
    organ: String,
    /// 施行日
    from: Option<String>,
    /// 有效的最后一天
    until: Option<String>,
    /// 现行有效、尚未施行、废止、失效
    standing: String,
    /// 最后一天在所问的季度里的，是哪一天
    lapses_on: Option<String>,
    /// 制定依据后来的变动
    basis_changed: Vec<String>,
    /// 引用的、不再有效的
    cites_ended: Vec<String>,
}

/// 一处引用
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "引用")]
pub(crate) struct CitationItem {
    /// 引用它的文件的标识
    from: String,
    /// 引用它的文件
    from_name: String,
    /// 第几行
    line: usize,
    /// basis 制定依据，mention 引用，repeals 废止
    role: String,
    /// 引用的是什么，连同条款
    to: String,
    /// 引用的法律的标识
    law: Option<String>,
    /// 引用的文件的标识
    document: Option<String>,
    /// 要核对的
    remark: Option<String>,
}

/// 变动时要看的一个文件
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "要看的文件")]
pub(crate) struct AffectedItem {
    id: String,
    name: String,
    /// loses_basis 依据全部不再有效，basis_ends 依据之一不再有效，basis_changes 依据有修改，cited_ends 引用的不再有效，cited_changes 引用的有修改，through 所依据的文件要看
    consequence: String,
    /// 理由：引用的链条
    why: Vec<CitationItem>,
}

/// 文件库里的一个文件，连同引用和变动的影响
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "文件和引用")]
pub(crate) struct LibraryShape {
    #[serde(flatten)]
    head: LibraryItem,
    /// 它引用的
    cites: Vec<CitationItem>,
    /// 引用它的
    cited_by: Vec<CitationItem>,
    /// 所问的变动发生时要看的文件
    affected: Vec<AffectedItem>,
}

/// How the document is thought to change.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ChangeAsked {
    /// 从哪一天起变动；不写为今天
    #[param(format = Date)]
    on: Option<String>,
    /// 怎样变动：changed 修改，repealed 废止（不写即是），lapsed 失效
    #[param(pattern = "^(changed|repealed|lapsed)$")]
    how: Option<String>,
    /// 只变动这一条，如 30、30.1
    #[param(pattern = "^[1-9][0-9]{0,2}(\\.[1-9][0-9]?){0,2}$")]
    article: Option<String>,
}

fn item(line: LibraryLine) -> LibraryItem {
    LibraryItem {
        id: line.id,
        title: line.title,
        number: line.number,
        organ: line.organ,
        from: line.from.map(text_of),
        until: line.until.map(text_of),
        standing: line.standing.to_owned(),
        lapses_on: line.lapses_on.map(text_of),
        basis_changed: line.basis_changed,
        cites_ended: line.cites_ended,
    }
}

fn citation(line: CitedLine) -> CitationItem {
    let (law, document) = match line.leads {
        Leads::Law(id) => (Some(id), None),
        Leads::Document(id) => (None, Some(id)),
        Leads::Nowhere => (None, None),
    };
    CitationItem {
        from: line.from.0,
        from_name: line.from.1,
        line: line.line,
        role: line.role.id().to_owned(),
        to: line.to,
        law,
        document,
        remark: line.remark,
    }
}

fn not_yet() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "library",
        "文件库正在读入，还没有准备好",
        "请过一会儿再试。",
    )
}

/// 文件库：规章和规范性文件，连同需要看的理由；没有公布的，只有能查看案卷的看得到
#[utoipa::path(get, path = "/documents", tag = "文件库", operation_id = "listDocuments", params(DocumentsAsked),
    responses((status = 200, description = "一页文件", body = Page<LibraryItem>)))]
pub(super) async fn list(
    State(site): State<Site>,
    caller: Caller,
    Params(asked): Params<DocumentsAsked>,
) -> Answer {
    let (filter, after) = (asked.filter()?, asked.after);
    let found = site
        .ask(move |platform| platform.library(Viewer::Account(&caller.actor), &filter, after.as_deref()))
        .await?;
    let page = found.ok_or_else(not_yet)?;
    Ok(told::page(page.lines.into_iter().map(item).collect::<Vec<_>>(), page.next))
}

/// 一个文件：引用什么，谁引用它，变动时要看哪些文件
#[utoipa::path(get, path = "/documents/{id}", tag = "文件库", operation_id = "getDocument",
    params(("id" = String, Path, description = "文件的标识"), ChangeAsked),
    responses((status = 200, description = "文件", body = LibraryShape)))]
pub(super) async fn one(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
    Params(asked): Params<ChangeAsked>,
) -> Answer {
    let how = asked.how.as_deref().map(|word| {
        let found = How::ALL.into_iter().find(|how| how.id() == word);
        found.ok_or_else(|| Problem::parameter("how", word, "可用：changed、repealed、lapsed。"))
    });
    let article = asked.article.as_deref().map(|text| {
        Article::parse(text).map_err(|_| Problem::parameter("article", text, "写成 30 或者 30.1 的样子。"))
    });
    let supposed = Supposed {
        on: asked.on.as_deref().map(|text| day_of("on", text)).transpose()?,
        how: how.transpose()?,
        article: article.transpose()?,
    };
    let found = site
        .ask(move |platform| platform.library_document(Viewer::Account(&caller.actor), &id, &supposed))
        .await?;
    let found = found.ok_or_else(not_yet)?;
    let affected = found.fallout.affected.into_iter().map(|one| AffectedItem {
        id: one.id,
        name: one.name,
        consequence: one.consequence.id().to_owned(),
        why: one.why.into_iter().map(citation).collect(),
    });
    let shape = LibraryShape {
        head: item(found.line),
        cites: found.cites.into_iter().map(citation).collect(),
        cited_by: found.cited_by.into_iter().map(citation).collect(),
        affected: affected.collect(),
    };
    Ok(json(&shape).into_response())
}
