//! A running server with a database, a data directory and a time of its own.

use std::{sync::Arc, thread};

use anze_api::{
    app::{
        clock::{Clock, FixedClock},
        settings::Settings,
        state::App,
    },
    server::Running,
};
use chrono::{DateTime, TimeZone, Utc};
use tempfile::TempDir;

use crate::{Client, Database, TestDatabase};

/// The login name of the association's first administrator, in every world.
pub const ADMINISTRATOR: &str = "association";

/// The password of everyone whom the tests create, unless a test says otherwise.
pub const PASSWORD: &str = "five granite lions, one bridge";

/// One test's world. The server, the database and the files are gone when it is dropped.
#[derive(Debug)]
pub struct World {
    // Dropped in this order: nothing is taken away from under a running server.
    server: Option<Running>,
    database: TestDatabase,
    directory: TempDir,
    clock: Arc<FixedClock>,
    anonymous: Client,
    change: fn(&mut Settings),
}

impl World {
    /// Starts the server on a new database. None where there is no PostgreSQL to be had.
    pub fn start(database: Database) -> Option<World> {
        World::start_with(database, |_| ())
    }

    /// As [`World::start`], with settings of its own.
    pub fn start_with(database: Database, change: fn(&mut Settings)) -> Option<World> {
        let directory =
            tempfile::Builder::new().prefix("anze-test-").tempdir().expect("a temporary directory");
        let database = TestDatabase::create(database, directory.path())?;
        let settings = settings(&database, &directory, change);
        anze_cli::create_administrator(&settings, ADMINISTRATOR, PASSWORD)
            .expect("the first administrator is created");
        let clock = FixedClock::at(monday_morning());
        let (server, anonymous) = serve(settings, &clock);
        Some(World { server: Some(server), database, directory, clock, anonymous, change })
    }

    /// Someone without credentials.
    pub fn anonymous(&self) -> Client {
        self.anonymous.clone()
    }

    /// The association's first administrator.
    #[track_caller]
    pub fn association(&self) -> Client {
        self.logged_in(ADMINISTRATOR, PASSWORD)
    }

    /// A person, by name and password.
    #[track_caller]
    pub fn logged_in(&self, login_name: &str, password: &str) -> Client {
        self.anonymous.logged_in(login_name, password, Some(Arc::clone(&self.clock)))
    }

    /// The server's time, which stands still until a test moves it. It begins on Monday, 2026-02-09, at nine in the morning in Xiamen.
    pub fn clock(&self) -> &FixedClock {
        &self.clock
    }

    /// The same, to be kept by who needs it longer than the world is borrowed.
    pub fn shared_clock(&self) -> Arc<FixedClock> {
        Arc::clone(&self.clock)
    }

    /// Where the server listens, such as `http://127.0.0.1:40123`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.server.as_ref().expect("it runs until it is dropped").address())
    }

    /// The database under the server.
    pub fn database(&self) -> &TestDatabase {
        &self.database
    }

    /// Where the server keeps its files; the embedded database lies there too.
    pub fn data_dir(&self) -> &std::path::Path {
        self.directory.path()
    }

    /// Another server on the same database and files, as a second node would be.
    pub fn second_node(&self) -> (Running, Client) {
        serve(settings(&self.database, &self.directory, self.change), &self.clock)
    }

    /// Starts a second node, whose housekeeping begins at once, and waits until its effect is visible.
    #[track_caller]
    pub fn wait_for_housekeeping(&self, is_visible: impl Fn() -> bool) {
        let _node = self.second_node();
        for _ in 0..400 {
            if is_visible() {
                return;
            }
            thread::sleep(std::time::Duration::from_millis(25));
        }
        panic!("housekeeping has no visible effect");
    }

    /// The application on the same database and files without a server: for what it does by itself.
    pub fn application(&self) -> App {
        let clock: Arc<dyn Clock> = Arc::<FixedClock>::clone(&self.clock);
        let settings = settings(&self.database, &self.directory, self.change);
        App::open(settings, clock).expect("the application opens")
    }

    /// Stops the server gracefully and starts it again, on another port: whoever spoke to it must be made anew.
    pub fn restart(&mut self) {
        drop(self.server.take());
        let (server, anonymous) = serve(settings(&self.database, &self.directory, self.change), &self.clock);
        self.server = Some(server);
        self.anonymous = anonymous;
    }
}

fn serve(settings: Settings, clock: &Arc<FixedClock>) -> (Running, Client) {
    let clock: Arc<dyn Clock> = Arc::<FixedClock>::clone(clock);
    let server = Running::start(settings, clock).expect("the server starts");
    let client = Client::anonymous(format!("http://{}", server.address()));
    (server, client)
}

fn settings(database: &TestDatabase, directory: &TempDir, change: fn(&mut Settings)) -> Settings {
    let mut settings = Settings::for_tests(database.url(), directory.path());
    change(&mut settings);
    settings
}

fn monday_morning() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 2, 9, 1, 0, 0).single().expect("it is a time")
}
