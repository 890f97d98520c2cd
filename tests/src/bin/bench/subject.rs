//! What is measured: a filled database with the real server and the bare one on it.

use std::{cell::RefCell, collections::HashMap, num::NonZeroU32, time::Duration};

use anze_api::{
    app::{clock::SystemClock, settings::Settings},
    server::Running,
};
use anze_tests::{
    Client, Database, database, postgres,
    world::{ADMINISTRATOR, PASSWORD},
};
use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query, sql_types,
};
use serde_json::Value;
use tempfile::TempDir;

use crate::{
    bare::Bare,
    cases,
    rows::{self, Size},
};

/// A filled database with both servers. Everything is gone when it is dropped, in this order.
pub struct Subject {
    /// The server with everything.
    pub real: Running,
    /// The server with nothing.
    pub bare: Bare,
    /// On which database.
    pub database: Database,
    /// How many rows.
    pub size: Size,
    /// What `DATABASE_URL` would be.
    pub url: String,
    tokens: RefCell<HashMap<Option<u32>, String>>,
    _on_postgres: Option<postgres::OwnDatabase>,
    _directory: TempDir,
}

#[derive(QueryableByName)]
struct Text {
    #[diesel(sql_type = sql_types::Text)]
    text: String,
}

impl Subject {
    /// Whether there is such a database to be had.
    pub fn is_there(database: Database) -> bool {
        database == Database::Sqlite || postgres::durable_server().is_some()
    }

    /// Fills a database and starts both servers. None where there is no PostgreSQL to be had.
    pub fn start(database: Database, size: Size) -> Option<Subject> {
        let directory =
            tempfile::Builder::new().prefix("anze-bench-").tempdir().expect("a temporary directory");
        let on_postgres = match database {
            Database::Sqlite => None,
            Database::Postgres => Some(postgres::durable_server()?.create_database(database::migrated)),
        };
        let url = on_postgres.as_ref().map_or_else(
            || format!("sqlite://{}", directory.path().join("anze.db").display()),
            postgres::OwnDatabase::url,
        );
        let mut settings = Settings::for_tests(url.as_str(), directory.path());
        let unlimited = NonZeroU32::new(1_000_000_000).expect("it is not zero");
        (settings.rate_limit_per_minute, settings.rate_limit_burst) = (unlimited, unlimited);
        settings.workers = 2;
        settings.access_token_life = Duration::from_secs(24 * 3600);
        anze_cli::create_administrator(&settings, ADMINISTRATOR, PASSWORD)
            .expect("the administrator is created");
        rows::fill(database, &url, size);
        let bare = Bare::start(&url, rows::id(rows::ORGANIZATION, rows::INSURER));
        let real = Running::start(settings, SystemClock::new()).expect("the server starts");
        let tokens = RefCell::default();
        Some(Subject {
            real,
            bare,
            database,
            size,
            url,
            tokens,
            _on_postgres: on_postgres,
            _directory: directory,
        })
    }

    /// What the database is and holds.
    pub fn about(&self) -> String {
        let asked = match self.database {
            Database::Sqlite => SqliteConnection::establish(self.url.trim_start_matches("sqlite://"))
                .expect("the database opens")
                .transaction(|db| sql_query("SELECT 'SQLite ' || sqlite_version() || ', synchronous=FULL' AS text").get_result(db)),
            Database::Postgres => PgConnection::establish(&self.url).expect("the database opens").transaction(|db| {
                sql_query(
                    "SELECT version() || ', fsync=' || current_setting('fsync') || ', synchronous_commit=' || \
                     current_setting('synchronous_commit') AS text",
                )
                .get_result(db)
            }),
        };
        let Text { text } =
            asked.map_err(|error: diesel::result::Error| error).expect("the database answers");
        let Size { rows, projects } = self.size;
        format!("{text}; {rows} commissions, {projects} projects, {rows} events of one")
    }

    /// The access token of an organisation's user; none is the association's.
    pub fn token(&self, organization: Option<u32>) -> String {
        let mut tokens = self.tokens.borrow_mut();
        let log_in = || {
            let name = organization.map_or_else(|| ADMINISTRATOR.to_owned(), rows::login_name);
            self.client().logged_in(&name, PASSWORD, None).token().expect("they are logged in")
        };
        tokens.entry(organization).or_insert_with(log_in).clone()
    }

    /// Nobody, of the real server.
    pub fn client(&self) -> Client {
        Client::anonymous(format!("http://{}", self.real.address()))
    }

    /// The path of a list's last page.
    pub fn last_page(&self, path: &str, caller: Option<u32>, key: &Value) -> String {
        let client = self.client().with_token(self.token(caller));
        let answer = client.get(path).outside_the_contract().send().expect(200);
        let cursor = cases::last_page(answer.text("next_cursor"), key);
        let last = format!("{path}{}cursor={cursor}", if path.contains('?') { "&" } else { "?" });
        let answer = client.get(&last).outside_the_contract().send().expect(200);
        let items = answer.body["items"].as_array().map_or(0, Vec::len);
        assert!(
            items == 20 && answer.body["next_cursor"].is_null(),
            "not the last page of twenty:\n{answer}"
        );
        last
    }
}
