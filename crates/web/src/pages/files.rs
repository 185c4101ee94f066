//! Downloading an attachment: for those who may read its case, and where it may tell of persons, for a reason.

use app::{AppError, Content};
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::fault::status_of;
use crate::pages::reveal::{self, Asked};
use crate::parts::quoted;
use crate::posted::Posted;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

const TITLE: &str = "打开附件";

pub(crate) async fn download(
    State(site): State<Site>,
    visitor: Visitor,
    Path((case, hash)): Path<(String, String)>,
) -> Answer {
    answer(site, visitor, (case, hash), None).await
}

pub(crate) async fn open(
    State(site): State<Site>,
    visitor: Visitor,
    Path((case, hash)): Path<(String, String)>,
    posted: Posted,
) -> Answer {
    answer(site, visitor, (case, hash), Some(reveal::reason(&posted))).await
}

/// The file, or the question why it is to be opened.
async fn answer(
    site: Site,
    visitor: Visitor,
    (case, hash): (String, String),
    reason: Option<String>,
) -> Answer {
    let (actor, origin) = (visitor.actor()?, visitor.origin());
    let (back, action) = (format!("/cases/{case}"), format!("/cases/{case}/files/{hash}"));
    let is_first = reason.is_none();
    let content =
        site.ask(move |platform| platform.attachment(&actor, &case, &hash, reason.as_deref(), &origin)).await;
    match content {
        Ok(content) => Ok(sent(content)),
        Err(error @ AppError::Invalid(_)) => {
            let asked = Asked {
                title: TITLE,
                what: "这个附件可能有个人信息。办案需要打开的，请说明理由；谁在什么时候因为什么打开过，记入操作日志。本案承办人和当事人不用说明。",
                action: &action,
                back: &back,
                submit: "打开",
            };
            let content = asked.form(&visitor, (!is_first).then_some(&error));
            if is_first {
                return Ok(visitor.page(TITLE, content));
            }
            Ok(visitor.page_with(status_of(&error), TITLE, content))
        }
        Err(error) => Err(error.into()),
    }
}

/// A file as an answer: to be kept, never to be opened as a page of this site.
pub(crate) fn sent(content: Content) -> Response {
    let headers = [
        (header::CONTENT_TYPE, content.media_type),
        (header::CONTENT_DISPOSITION, format!("attachment; filename*=UTF-8''{}", quoted(&content.name))),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox; frame-ancestors 'none'".to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, content.bytes).into_response()
}
