//! Every address of the site, in one table from which the router is built: what it takes, who may come, how often.
//! The tests go through the same table, so that a new address is attacked like the old ones.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Extension};
use axum::handler::Handler;
use axum::middleware;
use axum::routing::{MethodRouter, get, post};
use store::account::Rank;

use crate::api;
use crate::edge::{Limit, packed};
use crate::pages::{
    about, account, act, admin, apply, assessments, audit, board, bulk, calendar, case, cases, comment,
    compare, correct, design, desk, document, double_publication, draws, enterprises, entry, exams, figure,
    figures, file_review, files, follow, help, home, joint, journal, library, messages, notes, opening, plan,
    procedures, published, receipt, registers, reports, responsibility, reveal, search, sign_in, sign_on,
    small, tables, training_hours, verify, wall,
};
use crate::posted::{self, Bounds};
use crate::secure;
use crate::site::Site;

/// Who may come to an address at all; what they may do there, the use case decides. 访问范围
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Anyone,
    /// Whoever has signed in.
    Account,
    /// One of the three administrators.
    Admin(Rank),
    /// The system and the security administrator.
    AccountAdmins,
}

impl Who {
    pub(crate) fn lets(self, rank: Rank) -> bool {
        match self {
            Self::Anyone | Self::Account => true,
            Self::Admin(own) => own == rank,
            Self::AccountAdmins => matches!(rank, Rank::SystemAdmin | Rank::SecurityAdmin),
        }
    }
}

/// What is to be known of an address without asking it. 网址
#[derive(Clone, Copy, Debug)]
pub struct Route {
    pub path: &'static str,
    /// It answers GET.
    pub shows: bool,
    /// It answers POST, with a form that carries the token of its page.
    pub takes: bool,
    pub who: Who,
    /// What counts for a form that is sent there, beside the limit of all forms.
    pub(crate) limit: Option<Limit>,
    /// Its page may be kept for a moment ([`crate::kept`]): reading it is noted nowhere, and it holds nothing but what
    /// the address, the visitor and the store say.
    pub is_kept: bool,
    /// What it shows is a file or a list to be taken away: fewer of these are given than pages.
    pub is_taken_away: bool,
}

/// An address with what answers there.
pub(crate) struct Row {
    route: Route,
    methods: MethodRouter<Site>,
}

impl Row {
    fn new(path: &'static str, shows: bool, takes: bool, methods: MethodRouter<Site>) -> Self {
        let (who, limit) = (Who::Anyone, None);
        let route = Route { path, shows, takes, who, limit, is_kept: false, is_taken_away: false };
        Self { route, methods }
    }

    pub fn who(mut self, who: Who) -> Self {
        self.route.who = who;
        self
    }

    pub fn kept(mut self) -> Self {
        self.route.is_kept = true;
        self
    }

    /// What is shown is a file or a list.
    pub fn taken_away(mut self) -> Self {
        self.route.is_taken_away = true;
        self
    }

    pub fn limit(mut self, limit: Limit) -> Self {
        self.route.limit = Some(limit);
        self
    }

    pub fn bounds(mut self, bounds: Bounds) -> Self {
        self.methods = self.methods.layer(Extension(bounds));
        self
    }
}

/// An address that only shows.
pub(crate) fn page<H: Handler<T, Site>, T: 'static>(path: &'static str, show: H) -> Row {
    Row::new(path, true, false, get(show))
}

/// An address that only takes a form.
pub(crate) fn takes<H: Handler<T, Site>, T: 'static>(path: &'static str, take: H) -> Row {
    Row::new(path, false, true, post(take))
}

/// An address that shows a form and takes it.
pub(crate) fn form<S, T, H, U>(path: &'static str, show: S, take: H) -> Row
where
    S: Handler<T, Site>,
    T: 'static,
    H: Handler<U, Site>,
    U: 'static,
{
    Row::new(path, true, true, get(show).post(take))
}

fn rows() -> Vec<Row> {
    let mut rows = vec![
        page("/", home::show).kept(),
        form("/sign-in", sign_in::form, sign_in::sign_in).limit(Limit::SignIn),
        form("/sign-in/code", sign_in::code_form, sign_in::code).limit(Limit::SignIn),
        page("/sign-in/with/{provider}", sign_on::off),
        page("/sign-in/from/{provider}", sign_on::back),
        takes("/sign-out", sign_in::sign_out),
        page("/display/{mode}", small::display),
        page("/desk", desk::show).kept(),
        takes("/desk/views", desk::save_view),
        takes("/desk/views/drop", desk::drop_view),
        takes("/drafts/drop", desk::drop_draft),
        page("/calendar", calendar::show),
        takes("/calendar/feed", calendar::renew),
        takes("/calendar/feed/revoke", calendar::revoke),
        page("/calendar/feed/{token}", calendar::feed),
        page("/wall", wall::show),
        page("/figures", figures::show).kept(),
        page("/figures/{id}", figure::show).kept(),
        page("/figures/{id}/export", figure::export).taken_away(),
        page("/apply", apply::choose).kept(),
        form("/apply/{procedure}", apply::form, apply::apply).limit(Limit::Apply),
        form("/follow", follow::form, follow::follow).limit(Limit::Follow),
        takes("/follow/receipt", receipt::by_code).limit(Limit::Follow),
        page("/published", published::list).kept(),
        page("/published/{case}/{number}/{act}", published::show).kept(),
        page("/published/{case}/{number}/{act}/files/{hash}", published::file).taken_away(),
        page("/comment", comment::list).kept(),
        form("/comment/{case}/{number}/{act}", comment::form, comment::comment).limit(Limit::Apply),
        page("/search", search::show).kept(),
        form("/verify", verify::form, verify::check).limit(Limit::Audit),
        page("/procedures", procedures::list).kept(),
        page("/procedures/{id}", procedures::show).kept(),
        page("/about", about::show).kept(),
        page("/help", help::contents).kept(),
        page("/help/{page}", help::one).kept(),
        page("/help/pictures/{name}", help::picture),
        page("/design", design::show),
        page("/api/v1", api::show),
        page("/api/v1/openapi.json", api::description),
        page("/assets/{name}", small::asset),
    ];
    rows.extend(of_cases());
    rows.extend(journal::rows());
    rows.extend(audit::rows());
    rows.extend(draws::rows());
    rows.extend(joint::rows());
    rows.extend(compare::rows());
    rows.extend(board::rows());
    rows.extend(tables::rows());
    rows.extend(double_publication::rows());
    rows.extend(plan::rows());
    rows.extend(assessments::rows());
    rows.extend(registers::rows());
    rows.extend(training_hours::rows());
    rows.extend(file_review::rows());
    rows.extend(exams::rows());
    rows.extend(enterprises::rows());
    rows.extend(entry::rows());
    rows.extend(reports::rows());
    rows.extend(library::rows());
    rows.extend(account::rows());
    rows.extend(messages::rows());
    rows.extend(admin::rows());
    rows
}

/// Cases and what is done in them.
fn of_cases() -> Vec<Row> {
    vec![
        page("/cases", cases::list),
        page("/cases/export", cases::export).taken_away(),
        page("/cases/new", opening::choose),
        form("/cases/new/{procedure}", opening::form, opening::open),
        form("/cases/bulk/{procedure}/{act}", bulk::form, bulk::deal),
        page("/cases/{id}", case::show),
        form("/cases/{id}/acts/{act}", act::form, act::deal),
        form("/cases/{id}/correct/{number}", correct::form, correct::correct),
        form("/cases/{id}/reveal/{number}", reveal::form, reveal::reveal),
        takes("/cases/{id}/notes", notes::write),
        takes("/cases/{id}/notes/{note}/done", notes::done),
        takes("/cases/{id}/hand-over", notes::hand_over),
        page("/cases/{id}/documents/{number}", document::show),
        form("/cases/{id}/files/{hash}", files::download, files::open).taken_away(),
        page("/cases/{id}/responsibility", responsibility::show),
        form("/cases/{id}/bundle", responsibility::bundle, responsibility::take).taken_away(),
        page("/cases/{id}/receipt", receipt::of_case).taken_away(),
        page("/cases/{id}/receipt/print", receipt::printed),
    ]
}

/// Every address of the site but its health.
#[must_use]
pub fn routes() -> Vec<Route> {
    rows().into_iter().map(|row| row.route).collect()
}

/// The routes by their path.
pub(crate) fn by_path() -> BTreeMap<&'static str, Route> {
    routes().into_iter().map(|route| (route.path, route)).collect()
}

/// A router of one page and nothing else.
pub(crate) fn bare(page: Vec<u8>) -> Router {
    let page = axum::body::Bytes::from(page);
    let kind = (axum::http::header::CONTENT_TYPE, "text/html; charset=utf-8");
    Router::new().route("/", get(move || std::future::ready(([kind], page.clone()))))
}

/// The router over a site.
pub(crate) fn router(site: Site) -> Router {
    let mut router = Router::new();
    for row in rows() {
        router = router.route(row.route.path, row.methods);
    }
    router
        .fallback(small::nothing)
        .layer(middleware::from_fn_with_state(site.clone(), secure::guard))
        .route("/healthz", get(small::health))
        .merge(api::router(&site))
        .layer(middleware::from_fn(packed))
        .layer(DefaultBodyLimit::max(posted::LARGEST_BODY))
        .with_state(site)
}
