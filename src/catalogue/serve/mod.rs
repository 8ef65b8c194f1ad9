//! An output folder on the network, for readers that subscribe to its
//! catalogue. It reads and never writes.
//!
//! HTTP/1.1 (RFC 9110, RFC 9112) without TLS: it is meant for this machine and
//! the network around it. What can be had are the files of the folder by their
//! paths and nothing else; feeds are made anew for each state of the folder,
//! with links that hold at whatever address they were asked for.

mod answer;
mod feeds;
mod file;
mod head;

use std::convert::Infallible;
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};

use self::answer::Site;
use crate::diag::{Code, Diagnostic, Result};
use crate::output::verify::is_edition;

/// How many connections there may be at once; further ones wait.
const MOST: usize = 128;

/// How long the head of a request may take.
const HEAD: Duration = Duration::from_secs(15);

/// How long a connection may stand still.
const IDLE: Duration = Duration::from_secs(60);

/// A server that listens.
pub struct Server {
    runtime: Runtime,
    listener: TcpListener,
    site: Arc<Site>,
}

impl Server {
    /// Listens at an address; port 0 takes any that is free.
    ///
    /// # Errors
    /// When the folder can't be read, or the address can't be had.
    pub fn listen(folder: &Path, address: SocketAddr) -> Result<Self> {
        let root = root(folder)?;
        let failed = |error: &std::io::Error| {
            let message = format!("can't listen at {address}: {error}");
            let hint = "choose another address with `--listen ADDRESS:PORT`; port 0 takes any that is free";
            Box::new(Diagnostic::new(Code::ServeFailed, message).hint(hint))
        };
        let mut builder = Builder::new_multi_thread();
        // Files are read where requests are answered.
        let runtime = builder.worker_threads(4).enable_io().enable_time().build().map_err(|e| failed(&e))?;
        let listener = runtime.block_on(TcpListener::bind(address)).map_err(|e| failed(&e))?;
        Ok(Self { runtime, listener, site: Arc::new(Site::new(root)) })
    }

    /// The addresses to reach it at, as far as they can be told: where it
    /// listens everywhere, that of the loopback and that of the network.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        let Ok(bound) = self.listener.local_addr() else { return Vec::new() };
        let at = |ip: IpAddr| SocketAddr::new(ip, bound.port());
        if !bound.ip().is_unspecified() {
            return vec![bound];
        }
        let mut addresses = vec![at(Ipv4Addr::LOCALHOST.into())];
        addresses.extend(outward().map(at));
        addresses
    }

    /// Serves until the program ends.
    pub fn run(self) {
        let Self { runtime, listener, site } = self;
        runtime.block_on(accept(listener, site));
    }
}

/// The folder without links in its own path.
fn root(folder: &Path) -> Result<PathBuf> {
    let failed = |error: String| {
        let message = format!("can't serve {}: {error}", folder.display());
        Box::new(Diagnostic::new(Code::ServeFailed, message).hint("name a folder of editions"))
    };
    let root = folder.canonicalize().map_err(|e| failed(e.to_string()))?;
    if !root.is_dir() {
        return Err(failed("it is no folder".to_owned()));
    }
    if is_edition(&root) { Err(failed("it is the folder of an edition".to_owned())) } else { Ok(root) }
}

/// The address of this machine in the network around it. A datagram socket
/// that is connected sends nothing; the address is one for documentation.
fn outward() -> Option<IpAddr> {
    let pairs: [(IpAddr, IpAddr); 2] = [
        (Ipv4Addr::UNSPECIFIED.into(), Ipv4Addr::new(192, 0, 2, 1).into()),
        (Ipv6Addr::UNSPECIFIED.into(), Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).into()),
    ];
    pairs.into_iter().find_map(|(any, there)| {
        let socket = UdpSocket::bind((any, 0)).ok()?;
        socket.connect((there, 9)).ok()?;
        let ip = socket.local_addr().ok()?.ip();
        (!ip.is_loopback() && !ip.is_unspecified()).then_some(ip)
    })
}

async fn accept(listener: TcpListener, site: Arc<Site>) {
    let open = Arc::new(AtomicUsize::new(0));
    loop {
        // Those who wait stand in the system's queue.
        while open.load(Ordering::Acquire) >= MOST {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        match listener.accept().await {
            Ok((stream, _)) => {
                let guard = Guard::new(&open);
                let site = Arc::clone(&site);
                tokio::spawn(async move {
                    connection(stream, site).await;
                    drop(guard);
                });
            }
            // Too many open files, or a connection that is gone already.
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

/// Counts a connection for as long as it lasts, however it ends.
struct Guard(Arc<AtomicUsize>);

impl Guard {
    fn new(open: &Arc<AtomicUsize>) -> Self {
        open.fetch_add(1, Ordering::AcqRel);
        Self(Arc::clone(open))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Answers what comes on a connection, until it ends or stands still.
async fn connection(stream: TcpStream, site: Arc<Site>) {
    let _ = stream.set_nodelay(true);
    let moved = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&moved);
    let service = service_fn(move |request| {
        let (site, counter) = (Arc::clone(&site), Arc::clone(&counter));
        async move {
            counter.fetch_add(1, Ordering::Relaxed);
            Ok::<_, Infallible>(site.answer(&request, &counter))
        }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(64 << 10);
    let serving = pin!(builder.serve_connection(TokioIo::new(stream), service));
    until(serving, &moved).await;
}

/// Waits for the end of a connection, or for a time in which nothing moved.
async fn until<F: Future<Output = hyper::Result<()>>>(mut serving: std::pin::Pin<&mut F>, moved: &AtomicU64) {
    loop {
        let before = moved.load(Ordering::Relaxed);
        match tokio::time::timeout(IDLE, serving.as_mut()).await {
            Ok(_) => return,
            Err(_) if moved.load(Ordering::Relaxed) == before => return,
            Err(_) => {}
        }
    }
}
