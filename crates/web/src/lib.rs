//! The web's edge: pages that the server renders, which need no script.
//!
//! A handler parses, asks who is there, calls one use case and renders. Nothing here knows how cases are stored
//! or how a norm is written.

mod auditing;
mod chart;
mod fault;
mod fields;
mod guide;
mod held;
mod layout;
mod pages;
mod parts;
mod posted;
mod secure;
mod sheet;
mod site;
mod visitor;

use std::io;

use app::Platform;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, post};
use axum::serve::ListenerExt as _;

use pages::{
    about, act, apply, audit, case, cases, correct, desk, document, figure, figures, files, follow, home,
    journal, opening, procedures, published, receipt, registers, sign_in, small,
};
use site::Site;

/// All pages over a platform.
pub fn router(platform: Platform) -> Router {
    let site = Site::new(platform);
    Router::new()
        .route("/", get(home::show))
        .route("/sign-in", get(sign_in::form).post(sign_in::sign_in))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/display/{mode}", get(small::display))
        .route("/desk", get(desk::show))
        .merge(case_routes())
        .merge(audit::routes())
        .merge(journal::routes())
        .merge(registers::routes())
        .route("/figures", get(figures::show))
        .route("/figures/{id}", get(figure::show))
        .route("/apply", get(apply::choose))
        .route("/apply/{procedure}", get(apply::form).post(apply::apply))
        .route("/follow", get(follow::form).post(follow::follow))
        .route("/follow/receipt", post(receipt::by_code))
        .route("/published", get(published::list))
        .route("/published/{case}/{number}/{act}", get(published::show))
        .route("/procedures", get(procedures::list))
        .route("/procedures/{id}", get(procedures::show))
        .route("/about", get(about::show))
        .route("/assets/{name}", get(small::asset))
        .fallback(small::nothing)
        .layer(middleware::from_fn_with_state(site.clone(), secure::guard))
        .route("/healthz", get(small::health))
        .layer(DefaultBodyLimit::max(posted::LARGEST_BODY))
        .with_state(site)
}

fn case_routes() -> Router<Site> {
    Router::new()
        .route("/cases", get(cases::list))
        .route("/cases/new", get(opening::choose))
        .route("/cases/new/{procedure}", get(opening::form).post(opening::open))
        .route("/cases/{id}", get(case::show))
        .route("/cases/{id}/acts/{act}", get(act::form).post(act::deal))
        .route("/cases/{id}/correct/{number}", get(correct::form).post(correct::correct))
        .route("/cases/{id}/documents/{number}", get(document::show))
        .route("/cases/{id}/files/{hash}", get(files::download))
        .route("/cases/{id}/receipt", get(receipt::of_case))
        .route("/cases/{id}/receipt/print", get(receipt::printed))
}

/// Serves the pages until the process is told to end; requests under way are finished first.
///
/// # Errors
/// The address is wrong or taken; the runtime cannot be started.
pub fn serve(platform: Platform, listen: &str) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(listen).await?;
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        axum::serve(listener, router(platform)).with_graceful_shutdown(told_to_end()).await
    })
}

/// Waits for SIGTERM or for the interrupt from the keyboard.
async fn told_to_end() {
    let interrupt = async { drop(tokio::signal::ctrl_c().await) };
    #[cfg(unix)]
    let terminate = async {
        let signal = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        match signal {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => (),
        () = terminate => (),
    }
}
