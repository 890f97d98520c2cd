//! A server that runs: its threads, its listeners, its end.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::{Arc, mpsc},
    thread,
};

use actix_server::Server;
use actix_web::{App as ActixApp, HttpServer, dev::ServerHandle, web};

use super::{
    application::{ServerState, application},
    ops, routes, transport,
};
use crate::{
    app::{clock::Clock, settings::Settings, start_error::StartError, state::App},
    http::middleware::envelope::Envelope,
    jobs::{delivery, housekeeping},
};

/// How long requests that have begun may take to end when the server stops.
const STOP_SECONDS: u64 = 30;

/// A server that runs on a thread of its own. Dropped, it stops.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    metrics_address: Option<SocketAddr>,
    handles: Vec<ServerHandle>,
    thread: Option<thread::JoinHandle<io::Result<()>>>,
}

impl Running {
    /// Starts the server; it listens when this returns, and stops by [`Running::stop`].
    ///
    /// # Errors
    /// Where it cannot listen, or what it needs is not there.
    pub fn start(settings: Settings, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        Self::launch(App::open(settings, clock)?, false)
    }

    /// Starts the server for a process of its own: SIGTERM and SIGINT stop it, too.
    ///
    /// # Errors
    /// As [`Running::start`].
    pub fn start_with_signals(settings: Settings, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        Self::launch(App::open(settings, clock)?, true)
    }

    fn launch(app: App, signals: bool) -> Result<Self, StartError> {
        let listener = listen(app.settings.listen)?;
        let metrics = app.settings.metrics_listen.map(listen).transpose()?;
        let local = |listener: &TcpListener, asked| {
            listener.local_addr().map_err(|cause| StartError::Listen { address: asked, cause })
        };
        let address = local(&listener, app.settings.listen)?;
        let metrics_address = metrics.as_ref().map(|metrics| local(metrics, address)).transpose()?;
        let state = ServerState::new(app, routes::mount)?;

        let (ready, started) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("anze-server".to_owned())
            .spawn(move || {
                actix_web::rt::System::new().block_on(run(state, listener, metrics, signals, ready))
            })
            .map_err(StartError::Thread)?;
        match started.recv() {
            Ok(Ok(handles)) => Ok(Self { address, metrics_address, handles, thread: Some(thread) }),
            Ok(Err(cause)) => Err(StartError::Listen { address, cause }),
            Err(_gone) => Err(StartError::Needs("the server's thread ended before it listened".to_owned())),
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where `/metrics` is, unless it is off.
    #[must_use]
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics_address
    }

    /// Waits until it has stopped, by a signal or otherwise.
    ///
    /// # Errors
    /// Where it ended by a failure.
    pub fn wait(mut self) -> io::Result<()> {
        let ended = self.thread.take().map(thread::JoinHandle::join);
        ended
            .unwrap_or(Ok(Ok(())))
            .unwrap_or_else(|_panic| Err(io::Error::other("the server's thread panicked")))
    }

    /// Stops it: what was begun is finished.
    pub fn stop(mut self) {
        self.end(true);
    }

    fn end(&mut self, graceful: bool) {
        let Some(thread) = self.thread.take() else { return };
        for handle in &self.handles {
            // The command is sent at once; the thread's end is what is waited for.
            drop(handle.stop(graceful));
        }
        if thread.join().is_err() {
            log::error!("the server's thread panicked");
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end(false);
    }
}

fn listen(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).map_err(|cause| StartError::Listen { address, cause })
}

/// Runs both servers until they stop.
async fn run(
    state: Arc<ServerState>,
    listener: TcpListener,
    metrics: Option<TcpListener>,
    signals: bool,
    ready: mpsc::Sender<io::Result<Vec<ServerHandle>>>,
) -> io::Result<()> {
    let settings = Arc::clone(&state.app.settings);
    let app = state.app.clone();
    // Ends with this thread's runtime.
    actix_web::rt::spawn(housekeeping::run_housekeeping(app.clone()));
    actix_web::rt::spawn(delivery::run_deliveries(app.clone()));
    let clock = Arc::clone(&app.clock);
    let application = move || Envelope::new(application(&state, routes::mount), Arc::clone(&state.shared));
    let server = Server::build().workers(workers(&settings)).shutdown_timeout(STOP_SECONDS);
    let server = if signals { server } else { server.disable_signals() };
    let server = match transport::serve(server, listener, settings.header_timeout, clock, application) {
        Ok(server) => server,
        Err(error) => {
            // Nobody waits any more where this cannot be sent.
            let _ = ready.send(Err(error));
            return Ok(());
        }
    };
    let mut handles = vec![server.handle()];
    let Some(metrics) = metrics else {
        let _ = ready.send(Ok(handles));
        return server.await;
    };
    let page = HttpServer::new(move || {
        ActixApp::new().app_data(app.clone()).route("/metrics", web::get().to(ops::metrics_page))
    });
    let page = page.workers(1).disable_signals().listen(metrics)?.run();
    let page_handle = page.handle();
    handles.push(page_handle.clone());
    let _ = ready.send(Ok(handles));
    let page = actix_web::rt::spawn(page);
    let ended = server.await;
    page_handle.stop(false).await;
    page.await.unwrap_or(Ok(()))?;
    ended
}

fn workers(settings: &Settings) -> usize {
    match settings.workers {
        0 => thread::available_parallelism().map_or(2, usize::from),
        number => number,
    }
}
