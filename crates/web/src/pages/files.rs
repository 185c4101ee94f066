//! Downloading an attachment: for those who may read its case.

use app::{Content, Read};
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::parts::quoted;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

pub(crate) async fn download(
    State(site): State<Site>,
    visitor: Visitor,
    Path((case, hash)): Path<(String, String)>,
) -> Answer {
    let (actor, origin) = (visitor.actor()?, visitor.origin());
    let content = site
        .ask(move |platform| {
            let content = platform.attachment(&actor, &case, &hash)?;
            platform.note_reading(&actor, &case, Read::File(&hash), &origin)?;
            Ok(content)
        })
        .await?;
    Ok(sent(content))
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
