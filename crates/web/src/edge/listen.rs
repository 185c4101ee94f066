//! Taking connections, plain or over TLS.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::serve::Listener;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::{Edge, Peer};

/// How long a handshake may take, and how many may be under way.
const HANDSHAKE: Duration = Duration::from_secs(10);
const AT_ONCE: usize = 256;
/// How long the head of a request may take, from the beginning or the end of the one before.
const HEAD: Duration = Duration::from_secs(30);
/// How many connections are held at once; more of them wait.
const MOST: usize = 2_000;

/// Connections as they come.
struct Plain(TcpListener);

impl Listener for Plain {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        accept(&self.0).await
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

/// The next connection. Where none can be had, as when there are too many open files, it waits and tries again.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, address)) => {
                // Slower without it, and right all the same.
                drop(stream.set_nodelay(true));
                return (stream, address);
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

/// Connections after their handshake, which is made beside: a slow one holds nobody up.
struct Secured {
    address: SocketAddr,
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
}

impl Secured {
    fn new(listener: TcpListener, acceptor: TlsAcceptor) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let (sender, ready) = mpsc::channel(AT_ONCE);
        let turns = Arc::new(Semaphore::new(AT_ONCE));
        tokio::spawn(async move {
            loop {
                let Ok(turn) = Arc::clone(&turns).acquire_owned().await else { return };
                let (stream, address) = accept(&listener).await;
                let (acceptor, sender) = (acceptor.clone(), sender.clone());
                tokio::spawn(async move {
                    let made = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await;
                    drop(turn);
                    if let Ok(Ok(stream)) = made {
                        // Nobody takes it any more when the site is being stopped.
                        drop(sender.send((stream, address)).await);
                    }
                });
            }
        });
        Ok(Self { address, ready })
    }
}

impl Listener for Secured {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(ready) => ready,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(self.address)
    }
}

/// Serves a router until `end` comes; requests under way are finished first.
pub(crate) async fn serve_on(
    listener: TcpListener,
    router: Router,
    edge: &Edge,
    end: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    match &edge.tls {
        None => serve(Plain(listener), router, false, end).await,
        Some(files) => serve(Secured::new(listener, files.acceptor()?)?, router, true, end).await,
    }
    Ok(())
}

/// Takes connections as long as there is room for them. The machinery of axum has no limit of time for the head of a
/// request, so hyper is asked itself.
async fn serve<L>(mut listener: L, router: Router, secure: bool, end: impl Future<Output = ()>)
where
    L: Listener<Addr = SocketAddr>,
{
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(HEAD);
    let (room, under_way) = (Arc::new(Semaphore::new(MOST)), GracefulShutdown::new());
    let mut end = pin!(end);
    loop {
        let next = async {
            let turn = Arc::clone(&room).acquire_owned().await;
            (turn, listener.accept().await)
        };
        let (turn, (stream, address)) = tokio::select! {
            () = &mut end => break,
            taken = next => taken,
        };
        let (peer, inner) = (Peer::new(address, secure), TowerToHyperService::new(router.clone()));
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            inner.call(request)
        });
        let connection = under_way.watch(server.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            // Whoever went away, or sent what is no request, has no answer to get.
            drop(connection.await);
            drop(turn);
        });
    }
    drop(listener);
    under_way.shutdown().await;
}
