//! The load: so many connections that ask one after another, all on one thread, so that the server has the rest of the machine.

use std::{
    cell::RefCell,
    net::SocketAddr,
    rc::Rc,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    runtime::{Builder, Runtime},
    task::LocalSet,
};

/// Writes the next request of a connection.
pub type Requests = Rc<dyn Fn(usize, &mut Vec<u8>)>;

/// What one round measured.
#[derive(Clone, Copy, Debug, Default)]
pub struct Figure {
    /// Answers in a second.
    pub per_second: f64,
    /// Half of the answers came within so many milliseconds.
    pub p50: f64,
    /// All but one in a hundred.
    pub p99: f64,
}

/// Asks this server for so long.
///
/// # Errors
/// The first answer that is no 2xx, or what broke.
pub fn run(
    address: SocketAddr,
    connections: usize,
    time: Duration,
    requests: &Requests,
) -> Result<Figure, String> {
    let runtime: Runtime = Builder::new_current_thread().enable_io().build().map_err(|e| e.to_string())?;
    let micros = Rc::new(RefCell::new(Vec::<u32>::new()));
    let began = Instant::now();
    let local = LocalSet::new();
    let all: Vec<_> = (0..connections)
        .map(|connection| {
            let (requests, micros) = (Rc::clone(requests), Rc::clone(&micros));
            local.spawn_local(async move { ask(address, connection, began + time, &requests, &micros).await })
        })
        .collect();
    runtime.block_on(local.run_until(async {
        for one in all {
            one.await.map_err(|error| error.to_string())??;
        }
        Ok::<(), String>(())
    }))?;
    let elapsed = began.elapsed().as_secs_f64();
    let mut micros = micros.take();
    micros.sort_unstable();
    Ok(Figure {
        per_second: f64::from(u32::try_from(micros.len()).unwrap_or(u32::MAX)) / elapsed,
        p50: part(&micros, 50),
        p99: part(&micros, 99),
    })
}

/// So many per cent of the sorted times lie within this one, in milliseconds.
fn part(sorted: &[u32], per_cent: usize) -> f64 {
    let place = (sorted.len() * per_cent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(place).map_or(0.0, |micros| f64::from(*micros) / 1000.0)
}

async fn ask(
    address: SocketAddr,
    connection: usize,
    until: Instant,
    requests: &Requests,
    micros: &RefCell<Vec<u32>>,
) -> Result<(), String> {
    let mut stream = TcpStream::connect(address).await.map_err(|error| error.to_string())?;
    stream.set_nodelay(true).map_err(|error| error.to_string())?;
    let (mut request, mut answer) = (Vec::with_capacity(1024), Vec::with_capacity(64 * 1024));
    loop {
        let now = Instant::now();
        if now >= until {
            return Ok(());
        }
        request.clear();
        requests(connection, &mut request);
        let asked = Instant::now();
        let status = exchange(&mut stream, &request, &mut answer).await.map_err(|error| error.to_string())?;
        micros.borrow_mut().push(u32::try_from(asked.elapsed().as_micros()).unwrap_or(u32::MAX));
        if !(200..300).contains(&status) {
            let asked = String::from_utf8_lossy(&request).lines().next().unwrap_or_default().to_owned();
            return Err(format!("{asked}\n{}", String::from_utf8_lossy(&answer)));
        }
    }
}

/// Sends a request and reads the whole answer; gives its status.
async fn exchange(stream: &mut TcpStream, request: &[u8], answer: &mut Vec<u8>) -> std::io::Result<u16> {
    stream.write_all(request).await?;
    answer.clear();
    let head = loop {
        read_more(stream, answer).await?;
        if let Some(end) = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let text = String::from_utf8_lossy(&answer[..head]).to_ascii_lowercase();
    let status = text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let length = text.lines().find_map(|line| line.strip_prefix("content-length:"));
    match length.and_then(|length| length.trim().parse::<usize>().ok()) {
        Some(length) => {
            while answer.len() < head + length {
                read_more(stream, answer).await?;
            }
        }
        None if text.contains("transfer-encoding: chunked") => {
            while !answer.ends_with(b"\r\n0\r\n\r\n") {
                read_more(stream, answer).await?;
            }
        }
        None => {}
    }
    Ok(status)
}

async fn read_more(stream: &mut TcpStream, answer: &mut Vec<u8>) -> std::io::Result<()> {
    match stream.read_buf(answer).await? {
        0 => Err(std::io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(()),
    }
}
