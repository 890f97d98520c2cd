//! PostgreSQL for the tests: the server that `TEST_DATABASE_URL` names, or a throw-away cluster of this process's own.
//!
//! The cluster is watched over by a small shell that reads from a pipe whose other end this process holds. When the process ends,
//! however it ends, the pipe closes, and the shell stops the server and removes its files.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test that has no database stops by panicking, with the reason"
)]

use std::{
    env, fs,
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener},
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    thread::sleep,
    time::{Duration, Instant},
};

use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl, connection::SimpleConnection, sql_query,
    sql_types,
};
use url::Url;

/// Databases of a run that was killed are removed from a shared server by a later run, when they are older than this.
const STALE_AFTER_SECONDS: i64 = 6 * 60 * 60;

/// A server on which databases may be created.
#[derive(Debug)]
pub struct Server {
    administrative_url: Url,
    /// Starts the name of every database made here, and says since when.
    prefix: String,
    made: AtomicU32,
    template: OnceLock<String>,
    /// Open for as long as this process lives; see the module's description.
    _watch: Option<ChildStdin>,
}

/// One test's database, dropped with this value.
#[derive(Debug)]
pub struct OwnDatabase {
    server: &'static Server,
    name: String,
}

/// The server for this process, found or started at the first call. None where nothing is named or installed.
pub fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER.get_or_init(|| find_or_start(Disk::Ignored)).as_ref()
}

/// As [`server`], with a cluster that waits for the disk at every commit, as one in production does. For the benchmark.
pub fn durable_server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER.get_or_init(|| find_or_start(Disk::Trusted)).as_ref()
}

/// What a cluster of our own makes of the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Disk {
    /// Nothing waits for it: what is lost with the power was a test's.
    Ignored,
    /// Every commit waits for it.
    Trusted,
}

impl Disk {
    fn settings(self) -> &'static [&'static str] {
        match self {
            Self::Ignored => {
                &["fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=64MB"]
            }
            Self::Trusted => {
                &["fsync=on", "synchronous_commit=on", "max_wal_size=4GB", "shared_buffers=512MB"]
            }
        }
    }
}

/// Notes that a test did not run. Under `CI=true` that is a failure; elsewhere the total is said on stderr when the process ends.
pub fn left_out(test: &str) {
    static COUNTER: OnceLock<Mutex<ChildStdin>> = OnceLock::new();
    let in_ci = env::var("CI").is_ok_and(|value| value == "true");
    assert!(
        !in_ci,
        "{test} needs PostgreSQL: set TEST_DATABASE_URL or install it. In CI nothing may be left out"
    );
    let counter = COUNTER.get_or_init(|| {
        let say = r#"n=$(wc -l); echo "
**************************************************************************
  $n TESTS WERE LEFT OUT: there is no PostgreSQL here.
  Install it (Debian: postgresql) or set TEST_DATABASE_URL=postgres://…
**************************************************************************" >&2"#;
        let child = Command::new("sh").args(["-c", say]).stdin(Stdio::piped()).stdout(Stdio::null()).spawn();
        Mutex::new(child.expect("sh starts").stdin.expect("its input is a pipe"))
    });
    let mut counter = counter.lock().unwrap_or_else(PoisonError::into_inner);
    writeln!(counter, "{test}").expect("the counter reads");
}

impl Server {
    /// A copy of the migrated template under a name of its own. The first call migrates it.
    pub fn create_database(&'static self, migrate: impl FnOnce(&str)) -> OwnDatabase {
        let template = self.template.get_or_init(|| {
            let name = format!("{}_template", self.prefix);
            self.administer(&format!("CREATE DATABASE {name}"));
            migrate(self.url_of(&name).as_str());
            name
        });
        let name = format!("{}_{}", self.prefix, self.made.fetch_add(1, Ordering::Relaxed));
        self.administer(&format!("CREATE DATABASE {name} TEMPLATE {template}"));
        OwnDatabase { server: self, name }
    }

    fn new(administrative_url: Url, watch: Option<ChildStdin>) -> Server {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = sql_types::BigInt)]
            now: i64,
        }
        let mut connection = connect(&administrative_url);
        let Row { now } = sql_query("SELECT extract(epoch FROM now())::bigint AS now")
            .get_result(&mut connection)
            .expect("the server tells the time");
        if watch.is_none() {
            remove_stale(&mut connection, now - STALE_AFTER_SECONDS);
        }
        let prefix = format!("anze_test_{now}_{}", &random_hex()[..8]);
        Server {
            administrative_url,
            prefix,
            made: AtomicU32::new(0),
            template: OnceLock::new(),
            _watch: watch,
        }
    }

    fn url_of(&self, database: &str) -> Url {
        let mut url = self.administrative_url.clone();
        url.set_path(database);
        url
    }

    fn administer(&self, sql: &str) {
        // One at a time: PostgreSQL refuses to copy a template that another session is just looking at.
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        connect(&self.administrative_url).batch_execute(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}

impl OwnDatabase {
    /// What `DATABASE_URL` would be for it.
    pub fn url(&self) -> String {
        self.server.url_of(&self.name).into()
    }
}

impl Drop for OwnDatabase {
    fn drop(&mut self) {
        let dropped = PgConnection::establish(self.server.administrative_url.as_str())
            .map_err(|error| error.to_string())
            .and_then(|mut connection| {
                let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
                connection.batch_execute(&sql).map_err(|error| error.to_string())
            });
        if let Err(error) = dropped {
            eprintln!("database {} stays behind: {error}", self.name);
        }
    }
}

fn connect(url: &Url) -> PgConnection {
    PgConnection::establish(url.as_str()).unwrap_or_else(|error| {
        panic!("no connection to PostgreSQL at {}: {error}", url.host_str().unwrap_or("its socket"))
    })
}

fn remove_stale(connection: &mut PgConnection, before: i64) {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = sql_types::Text)]
        name: String,
    }
    let rows: Vec<Row> =
        sql_query("SELECT datname::text AS name FROM pg_database WHERE datname LIKE 'anze\\_test\\_%'")
            .get_results(connection)
            .expect("the databases are listed");
    for Row { name } in rows {
        let made: Option<i64> = name.split('_').nth(2).and_then(|seconds| seconds.parse().ok());
        if made.is_some_and(|made| made < before) {
            // Another run may have been quicker.
            drop(connection.batch_execute(&format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)")));
        }
    }
}

fn find_or_start(disk: Disk) -> Option<Server> {
    if let Ok(url) = env::var("TEST_DATABASE_URL") {
        let url = Url::parse(&url).expect("TEST_DATABASE_URL is postgres://user:password@host:port/database");
        return Some(Server::new(url, None));
    }
    let binaries = installed_binaries()?;
    let mut reasons = Vec::new();
    for _ in 0..3 {
        // The free port may be taken by another before the server binds it.
        match start_cluster(&binaries, disk) {
            Ok(server) => return Some(server),
            Err(reason) => reasons.push(reason),
        }
    }
    panic!("PostgreSQL is installed in {} and did not start:\n{}", binaries.display(), reasons.join("\n"));
}

/// The folder that holds `initdb` and `postgres`: from PATH, else where distributions put it, the newest first.
fn installed_binaries() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> =
        env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default();
    for parent in ["/usr/lib/postgresql", "/usr/local/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"]
    {
        let Ok(entries) = fs::read_dir(parent) else { continue };
        let mut versions: Vec<PathBuf> = entries.flatten().map(|entry| entry.path().join("bin")).collect();
        versions.sort_by_key(|folder| std::cmp::Reverse(version_in(folder)));
        folders.extend(versions);
    }
    folders.extend(["/usr/local/pgsql/bin".into(), "/usr/pgsql/bin".into()]);
    let here = folders
        .into_iter()
        .find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())?;
    // A link in a general folder leads to the real one, where the server finds its libraries and its `share`.
    here.join("postgres").canonicalize().ok()?.parent().map(Path::to_path_buf)
}

fn version_in(folder: &Path) -> u32 {
    let digits: String = folder.to_string_lossy().chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(0)
}

/// Starts a cluster that does not outlive this process, and waits until it takes connections.
fn start_cluster(binaries: &Path, disk: Disk) -> Result<Server, String> {
    let user = user_for_the_server();
    let home =
        tempfile::Builder::new().prefix("anze-postgres-").tempdir().map_err(|error| error.to_string())?;
    let password = random_hex();
    let password_file = home.path().join("password");
    fs::write(&password_file, &password).map_err(|error| error.to_string())?;
    for path in [home.path(), &password_file] {
        chown(path, user.map(|(uid, _)| uid), user.map(|(_, gid)| gid)).map_err(|error| error.to_string())?;
    }
    let as_user = |program: &Path| {
        let mut command = Command::new(program);
        command.current_dir(home.path()).env("LC_ALL", "C.UTF-8");
        if let Some((uid, gid)) = user {
            command.uid(uid).gid(gid);
        }
        command
    };

    let made = as_user(&binaries.join("initdb"))
        .args(["--pgdata=data", "--username=anze", "--pwfile=password", "--auth=scram-sha-256"])
        .args(["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"])
        .output()
        .map_err(|error| format!("initdb: {error}"))?;
    if !made.status.success() {
        return Err(format!("initdb: {}", String::from_utf8_lossy(&made.stderr)));
    }

    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map_err(|error| error.to_string())?
        .port();
    let watch = r#"
        postgres=$1 home=$2 port=$3
        shift 3
        "$postgres" -D "$home/data" -p "$port" -h 127.0.0.1 -k "" -c max_connections=400 "$@" >"$home/log" 2>&1 &
        server=$!
        cat >/dev/null
        kill -QUIT $server 2>/dev/null
        wait $server
        cd / && rm -rf "$home""#;
    let mut watcher = as_user(Path::new("sh"))
        .args(["-c", watch, "anze-postgres"])
        .args([binaries.join("postgres").as_os_str(), home.path().as_os_str()])
        .arg(port.to_string())
        .args(disk.settings().iter().flat_map(|setting| ["-c", setting]))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // A group of its own: what interrupts the tests must not interrupt the clearing up.
        .process_group(0)
        .spawn()
        .map_err(|error| format!("sh: {error}"))?;
    let watch = watcher.stdin.take().expect("the watcher's input is a pipe");
    let home = home.keep();

    let url =
        Url::parse(&format!("postgres://anze:{password}@127.0.0.1:{port}/postgres")).expect("it is a URL");
    match wait_until_ready(&url, &home, &mut watcher) {
        Ok(()) => Ok(Server::new(url, Some(watch))),
        Err(reason) => {
            drop(watch);
            drop(watcher.wait());
            Err(reason)
        }
    }
}

fn wait_until_ready(url: &Url, home: &Path, watcher: &mut Child) -> Result<(), String> {
    let began = Instant::now();
    loop {
        let log = || fs::read_to_string(home.join("log")).unwrap_or_default();
        let reason = match PgConnection::establish(url.as_str()) {
            Ok(_) => return Ok(()),
            Err(error) => error,
        };
        // The server's last word on its own start; its watcher stays until told otherwise.
        if watcher.try_wait().is_ok_and(|status| status.is_some()) || log().contains("FATAL:  could not") {
            return Err(format!("the server ended: {}", log()));
        }
        if began.elapsed() > Duration::from_secs(60) {
            return Err(format!("not ready after a minute: {reason}\n{}", log()));
        }
        sleep(Duration::from_millis(50));
    }
}

/// PostgreSQL refuses to run as root; then it runs as the first of these users that exists. None: as who we are.
fn user_for_the_server() -> Option<(u32, u32)> {
    if numeric_id(&["-u"])? != 0 {
        return None;
    }
    let found = ["postgres", "nobody"]
        .iter()
        .find_map(|name| numeric_id(&["-u", name]).zip(numeric_id(&["-g", name])));
    Some(found.expect("as root, an unprivileged user `postgres` or `nobody` to run the server as"))
}

fn numeric_id(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(arguments).stderr(Stdio::null()).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

fn random_hex() -> String {
    let mut bytes = [0; 16];
    fs::File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut bytes))
        .expect("random bytes");
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
