//! What programs are told of the cases that a case came from or opened.

use serde::Serialize;
use utoipa::ToSchema;

/// 关联案件
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "关联案件")]
pub(crate) struct LinkItem {
    /// 本案由它移来；否则是本案移出的
    pub from: bool,
    /// 本案的第几号事项
    pub number: u32,
    /// 案件；调用方看不到的没有
    pub case: Option<String>,
    /// 案号
    pub case_number: String,
    /// 程序
    pub procedure: String,
    /// 承办机关
    pub organ: String,
    /// 移送的事项已经更正或者撤回
    pub taken_back: bool,
}

/// 移送、立案的案件
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "移送立案")]
pub(crate) struct StartedItem {
    /// 案件
    pub case: String,
    /// 案号
    pub case_number: String,
    /// 程序
    pub procedure: String,
    /// 承办机关
    pub organ: String,
}

pub(super) fn link_item(link: app::LinkView) -> LinkItem {
    LinkItem {
        from: link.is_from,
        number: link.number,
        case: link.case,
        case_number: link.case_number,
        procedure: link.procedure,
        organ: link.organ,
        taken_back: link.is_taken_back,
    }
}

pub(super) fn started_item(one: app::Started) -> StartedItem {
    StartedItem { case: one.case, case_number: one.number, procedure: one.procedure, organ: one.organ }
}
