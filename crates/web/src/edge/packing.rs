//! Pages go out packed (gzip) where the browser takes it: a village's line carries thirty kilobytes, not two hundred.

use std::io::Write as _;

use axum::body::{Body, HttpBody, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use flate2::{Compression, write::GzEncoder};

/// What is shorter is not worth it, in bytes.
pub(crate) const LEAST: usize = 600;
/// What is longer is sent as it is, in bytes.
const MOST: usize = 16 << 20;
/// The kinds that get shorter.
const KINDS: [&str; 6] =
    ["text/html", "text/css", "text/javascript", "image/svg+xml", "application/json", "text/csv"];

/// Packs an answer on its way out.
pub(crate) async fn packed(request: Request, next: Next) -> Response {
    let takes = takes_gzip(request.headers());
    let mut answer = next.run(request).await;
    if !is_worth_it(&answer) {
        return answer;
    }
    answer.headers_mut().append(header::VARY, HeaderValue::from_static("accept-encoding"));
    if !takes {
        return answer;
    }
    let (mut parts, body) = answer.into_parts();
    let Ok(bytes) = to_bytes(body, MOST).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if bytes.len() < LEAST {
        return Response::from_parts(parts, Body::from(bytes));
    }
    let Ok(short) = gzip(&bytes) else { return Response::from_parts(parts, Body::from(bytes)) };
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    Response::from_parts(parts, Body::from(short))
}

fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut packer = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::new(5));
    packer.write_all(bytes)?;
    packer.finish()
}

/// Whether a browser takes it: named, and not with a weight of nought.
pub(crate) fn takes_gzip(headers: &HeaderMap) -> bool {
    let texts = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    texts.flat_map(|text| text.split(',')).any(|one| {
        let mut words = one.split(';').map(str::trim);
        words.next() == Some("gzip")
            && !words.any(|word| word.replace(' ', "").trim_end_matches(['0', '.']) == "q=")
    })
}

fn is_worth_it(answer: &Response) -> bool {
    let headers = answer.headers();
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let length = HttpBody::size_hint(answer.body()).exact();
    !headers.contains_key(header::CONTENT_ENCODING)
        && KINDS.iter().any(|own| kind.starts_with(own))
        && length.and_then(|length| usize::try_from(length).ok()).is_some_and(|length| length <= MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_takes_it() {
        let takes = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(text));
            takes_gzip(&headers)
        };
        assert!(takes("gzip") && takes("br, gzip;q=0.5, *") && takes("deflate, gzip; q=1.0"));
        assert!(!takes("br") && !takes("gzip;q=0") && !takes("gzip; q=0.000") && !takes("x-gzip"));
        assert!(!takes_gzip(&HeaderMap::new()));
    }
}
