//! The web's edge: pages that the server renders, which need no script.
//!
//! A handler parses, asks who is there, calls one use case and renders. Nothing here knows how cases are stored
//! or how a norm is written.

mod api;
mod auditing;
mod chart;
mod csrf;
mod days;
mod design;
mod edge;
mod fault;
mod fields;
mod guide;
mod held;
mod kept;
mod layout;
mod pages;
mod parts;
mod posted;
mod qr;
mod routes;
mod secure;
mod sheet;
mod site;
mod visitor;
mod way;

use std::io;

use app::Platform;
use axum::Router;

pub use edge::{Edge, Net, Peer, SITE_FILE, SiteFacts, TlsFiles};
pub use routes::{Route, Who, routes};

/// Every operation of the API: method, and path with its variables.
#[must_use]
pub fn api_operations() -> Vec<(&'static str, String)> {
    api::paths()
}

use site::Site;

/// All pages over a platform, as they stand behind no proxy.
pub fn router(platform: Platform) -> Router {
    router_on(platform, &Edge::default())
}

/// The same as they stand on the network.
pub fn router_on(platform: Platform, edge: &Edge) -> Router {
    routes::router(Site::new(platform, edge))
}

/// Serves the pages until the process is told to end; requests under way are finished first.
///
/// # Errors
/// The address is wrong or taken; certificate or key cannot be read; the runtime cannot be started.
pub fn serve(platform: Platform, listen: &str, edge: &Edge) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(listen).await?;
        edge::serve_on(listener, router_on(platform, edge), edge, told_to_end()).await
    })
}

/// The same on a listener that is there already, until `end` comes.
///
/// # Errors
/// Certificate or key cannot be read.
pub async fn serve_until(
    platform: Platform,
    listener: tokio::net::TcpListener,
    edge: &Edge,
    end: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    edge::serve_on(listener, router_on(platform, edge), edge, end).await
}

/// Serves one page of these bytes through the same HTTP stack with nothing around it, for ever: the limit beside which the
/// rate of real pages is measured.
///
/// # Errors
/// The address is wrong or taken; the runtime cannot be started.
pub fn serve_bare(listen: &str, page: Vec<u8>) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(listen).await?;
        let router = routes::bare(page);
        edge::serve_on(listener, router, &Edge::default(), std::future::pending()).await
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
