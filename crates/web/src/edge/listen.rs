//! Taking connections, plain or over TLS.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::{Edge, Peer};

/// How long a handshake may take, and how many may be under way.
const HANDSHAKE: Duration = Duration::from_secs(10);
const AT_ONCE: usize = 256;

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

impl Connected<IncomingStream<'_, Plain>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Plain>) -> Self {
        Self::new(*stream.remote_addr(), false)
    }
}

impl Connected<IncomingStream<'_, Secured>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Secured>) -> Self {
        Self::new(*stream.remote_addr(), true)
    }
}

/// Serves a router until `end` comes; requests under way are finished first.
pub(crate) async fn serve_on(
    listener: TcpListener,
    router: Router,
    edge: &Edge,
    end: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let service = router.into_make_service_with_connect_info::<Peer>();
    match &edge.tls {
        None => axum::serve(Plain(listener), service).with_graceful_shutdown(end).await,
        Some(files) => {
            let listener = Secured::new(listener, files.acceptor()?)?;
            axum::serve(listener, service).with_graceful_shutdown(end).await
        }
    }
}
