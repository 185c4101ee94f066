//! Around every request: who is there, the headers of every answer, the page of every fault.

use axum::extract::{MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::edge::{Limit, Source, whose};
use crate::fault::Fault;
use crate::kept::{self, Key, Marker, Page};
use crate::routes::Who;
use crate::site::Site;
use crate::visitor::{Cookie, Visitor, set_cookie};

/// No script, no frame, nothing from elsewhere.
const POLICY: &str = "default-src 'self'; script-src 'none'; object-src 'none'; base-uri 'none'; \
     form-action 'self'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
];

/// For a year, only over TLS. Other hosts of the domain are not ours to bind.
const ONLY_TLS: &str = "max-age=31536000";

/// Lets a request through with its visitor, and sends its answer out whole.
pub(crate) async fn guard(State(site): State<Site>, request: Request, next: Next) -> Response {
    let is_asset = request.uri().path().starts_with("/assets/");
    let (parts, body) = request.into_parts();
    let source = Source::of(&parts, site.trusted());
    let reads = matches!(parts.method, Method::GET | Method::HEAD);
    let state = if reads { site.state().await } else { None };
    let visitor = match Visitor::of(&site, &parts, source, state.as_ref()).await {
        Ok(visitor) => visitor,
        Err(error) => return with_headers(Fault::from(error).plain(), false, source.is_secure),
    };
    let (asked, path) = (parts.method.clone(), parts.extensions.get::<MatchedPath>().cloned());
    let path = path.as_ref().map(MatchedPath::as_str);
    let (mut answer, is_refused) = match allowed(&site, &visitor, &parts) {
        Err(fault) => (fault.page(&visitor), fault.is_refusal()),
        Ok(()) => {
            let route = path.and_then(|path| site.route(path)).filter(|_| asked == Method::GET);
            let state = state.filter(|_| route.is_some_and(|route| route.is_kept));
            let request = Request::from_parts(parts, body);
            match state.and_then(|state| Some((state, Key::of(&visitor)?))) {
                Some((state, key)) => shown(&site, &visitor, (&state, &key), request, next).await,
                None => ran(&visitor, visitor.clone(), request, next).await,
            }
        }
    };
    if is_refused {
        note_refused(&site, &visitor, &asked, path).await;
    }
    if visitor.fresh && !is_asset {
        let visit = set_cookie(Cookie::Visit, visitor.csrf.token(), None, visitor.secure);
        set(&mut answer, header::SET_COOKIE, &visit);
    }
    with_headers(answer, visitor.token.is_some(), visitor.secure)
}

/// Runs the handler for whom it is told; its answer, and whether it refused them.
async fn ran(visitor: &Visitor, told: Visitor, mut request: Request, next: Next) -> (Response, bool) {
    request.extensions_mut().insert(told);
    let made = next.run(request).await;
    // A form that comes back with the refusal above it is no fault, and a refusal all the same.
    let is_refused = made
        .extensions()
        .get::<Fault>()
        .map_or_else(|| made.status() == StatusCode::FORBIDDEN, Fault::is_refusal);
    (dressed(made, visitor), is_refused)
}

/// The page of an address that is kept: as it was made in that state of the store or a later one, else made now. Of many who
/// ask for it at once one makes it, and the others wait.
async fn shown(
    site: &Site,
    visitor: &Visitor,
    (state, key): (&store::State, &Key),
    request: Request,
    next: Next,
) -> (Response, bool) {
    let place = site.kept().place(key);
    if let Some(page) = place.good(state) {
        return (page.sent(&visitor.csrf, request.headers(), visitor.token.is_none()), false);
    }
    let _turn = place.turn.lock().await;
    if let Some(page) = place.good(state) {
        return (page.sent(&visitor.csrf, request.headers(), visitor.token.is_none()), false);
    }
    let from = (site.platform().store().state(), site.platform().at_hand_since());
    let (marker, headers) = (Marker::new(), request.headers().clone());
    let told = Visitor { csrf: marker.csrf(), ..visitor.clone() };
    let (answer, is_refused) = ran(visitor, told, request, next).await;
    let send = |page: &Page| page.sent(&visitor.csrf, &headers, visitor.token.is_none());
    (kept::keep(site, &place, from, (answer, &marker), send, &visitor.csrf).await, is_refused)
}

/// Notes in the log of operations that somebody signed in was refused what is not theirs. The address that they asked for is
/// told as the pattern that it met, so that nothing of a case or a person comes into the log.
async fn note_refused(site: &Site, visitor: &Visitor, method: &Method, path: Option<&str>) {
    let Ok(actor) = visitor.actor() else { return };
    let (origin, detail) = (visitor.origin(), format!("{method} {}", path.unwrap_or_default()));
    // The refusal stands whether or not it could be noted: a full disk must not turn it into something else.
    drop(site.ask(move |platform| platform.note_refused(&actor, &detail, &origin)).await);
}

/// Whether a request may go on to its handler: not from another site, not too often, and by whom the address is for.
fn allowed(site: &Site, visitor: &Visitor, parts: &Parts) -> Result<(), Fault> {
    let path = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str);
    let route = path.and_then(|path| site.route(path));
    if parts.method == Method::POST {
        if is_from_elsewhere(&parts.headers) {
            return Err(Fault::forged());
        }
        let from = whose(visitor.address);
        let limits = [Some(Limit::Form), route.and_then(|route| route.limit)];
        for limit in limits.into_iter().flatten() {
            site.limits().take(limit, &from).map_err(Fault::TooMany)?;
        }
    }
    // What every page draws along is no reading: it is the same bytes for everybody, and the browser keeps it.
    let is_static = ["/assets/", "/help/pictures/"].iter().any(|start| parts.uri.path().starts_with(start));
    if matches!(parts.method, Method::GET | Method::HEAD) && !is_static {
        let account = visitor.signed_in.as_ref().map(|one| one.actor.account.as_str());
        let takes = route.is_some_and(|route| route.is_taken_away);
        site.limits().read(account, visitor.address, takes).map_err(Fault::ReadTooMuch)?;
    }
    let Some(route) = route.filter(|route| route.who != Who::Anyone) else { return Ok(()) };
    if let Some(first) = visitor.first() {
        return if first == route.path { Ok(()) } else { Err(Fault::First(first)) };
    }
    let actor = visitor.actor()?;
    if route.who.lets(actor.rank) { Ok(()) } else { Err(Fault::of_status(StatusCode::FORBIDDEN)) }
}

/// What a browser says of a form that another site sent.
fn is_from_elsewhere(headers: &axum::http::HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none")
}

/// A fault gets its page, and so does a bare refusal of the machinery.
fn dressed(answer: Response, visitor: &Visitor) -> Response {
    if let Some(fault) = answer.extensions().get::<Fault>() {
        return fault.page(visitor);
    }
    let status = answer.status();
    let is_page = answer.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == HTML);
    if is_page || !(status.is_client_error() || status.is_server_error()) {
        return answer;
    }
    Fault::of_status(status).page(visitor)
}

const HTML: &str = "text/html; charset=utf-8";

pub(crate) fn with_headers(mut answer: Response, is_private: bool, is_secure: bool) -> Response {
    let is_good = matches!(answer.status(), StatusCode::OK | StatusCode::NOT_MODIFIED);
    let headers = answer.headers_mut();
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if is_secure {
        headers.append(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(ONLY_TLS));
    }
    let kept = if is_private || !is_good { "no-store" } else { "private, no-cache" };
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static(kept));
    answer
}

fn set(answer: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        answer.headers_mut().append(name, value);
    }
}

/// A path on this site, and nothing that a browser could take for another.
pub(crate) fn local_path(text: &str) -> Option<&str> {
    let is_local = text.starts_with('/')
        && !text.starts_with("//")
        && !text.contains(['\\', '\r', '\n', '\t'])
        && text.bytes().all(|byte| byte.is_ascii_graphic());
    is_local.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_followed() {
        assert_eq!(local_path("/desk?mine=1"), Some("/desk?mine=1"));
        for elsewhere in ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil", "desk", ""]
        {
            assert_eq!(local_path(elsewhere), None, "{elsewhere}");
        }
    }
}
