//! What every handler may reach: one value, shared by all workers.

use std::{path::Path, sync::Arc};

use anze_domain::{
    base::data,
    calendar::working_calendar::{WorkingCalendars, WorkingYear},
    service::major_hazard::MajorHazardCriteria,
};
use anze_persistence::{FileStore, Options, Store};

use crate::app::{
    clock::Clock,
    criteria::criteria,
    identities::Identities,
    metrics::Metrics,
    passwords::Passwords,
    probe::Probe,
    secrets::Keys,
    settings::{Settings, SqliteSynchronous},
    start_error::StartError,
    tokens::AccessTokens,
};

/// The application's state.
pub struct App {
    /// What the process was told.
    pub settings: Arc<Settings>,
    /// Time and ids.
    pub clock: Arc<dyn Clock>,
    /// The database.
    pub store: Store,
    /// The files of attachments.
    pub files: FileStore,
    /// Keys derived from the secret.
    pub keys: Keys,
    /// Access tokens of people.
    pub tokens: AccessTokens,
    /// Hashes and verifies passwords.
    pub passwords: Passwords,
    /// What was learned of credentials a moment ago.
    pub identities: Identities,
    /// The working calendars that are published.
    pub calendars: WorkingCalendars,
    /// The national criteria for major hazards.
    pub criteria: &'static MajorHazardCriteria,
    /// What must be well for the service to be ready.
    pub probes: Vec<Probe>,
    /// Numbers for operation.
    pub metrics: Metrics,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl App {
    /// Migrates and opens what the application needs.
    ///
    /// # Errors
    /// What cannot be opened.
    pub fn open(settings: Settings, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        let needs = |what: &str, error: &dyn std::fmt::Display| StartError::Needs(format!("{what}: {error}"));
        let url = settings.database_url.expose();
        for name in anze_persistence::migrate(url).map_err(|error| needs("database", &error))? {
            log::info!("migrated: {name}");
        }
        let options = Options {
            connections: settings.database_connections.get(),
            synchronous: match settings.sqlite_synchronous {
                SqliteSynchronous::Full => "full",
                SqliteSynchronous::Normal => "normal",
            }
            .to_owned(),
            ..Options::new(url)
        };
        let store = Store::open(&options).map_err(|error| needs("database", &error))?;
        let files = FileStore::open(&settings.data_dir).map_err(|error| needs("file store", &error))?;
        let calendars = calendars(&settings.data_dir);
        let keys = Keys::new(&settings.secret, &settings.sealing_keys);
        Ok(Self {
            tokens: AccessTokens::new(keys.token_key()),
            keys,
            passwords: Passwords::new(&settings).map_err(|error| needs("password hashing", &error))?,
            identities: Identities::default(),
            calendars: calendars.map_err(|error| needs("working calendars", &error))?,
            criteria: criteria().map_err(|error| needs("criteria for major hazards", error))?,
            probes: probes(&store, url, &files),
            metrics: Metrics::new()?,
            settings: Arc::new(settings),
            clock,
            files,
            store,
        })
    }
}

/// The working calendars: those that come with the product, and those of later years that the operator has
/// put into `working-calendars/` of the data directory once the State Council has published them.
fn calendars(data_dir: &Path) -> Result<WorkingCalendars, String> {
    let mut texts: Vec<(String, String)> =
        data::WORKING_CALENDARS.iter().map(|text| ("built in".to_owned(), (*text).to_owned())).collect();
    let folder = data_dir.join("working-calendars");
    if folder.is_dir() {
        let unreadable = |error: std::io::Error| format!("{}: {error}", folder.display());
        for entry in std::fs::read_dir(&folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if path.extension().is_some_and(|extension| extension == "json") {
                texts.push((path.display().to_string(), std::fs::read_to_string(&path).map_err(unreadable)?));
            }
        }
    }
    let mut calendars = WorkingCalendars::default();
    for (name, text) in texts {
        let year: WorkingYear = serde_json::from_str(&text).map_err(|error| format!("{name}: {error}"))?;
        year.check().map_err(|violation| format!("{name}: {violation}"))?;
        calendars.publish(year);
    }
    Ok(calendars)
}

fn probes(store: &Store, url: &str, files: &FileStore) -> Vec<Probe> {
    let database = store.clone();
    let url = url.to_owned();
    let files = files.clone();
    vec![
        Probe::new("database", move || {
            let store = database.clone();
            async move { store.ping().await.map_err(|error| error.to_string()) }
        }),
        Probe::new("file_store", move || {
            let files = files.clone();
            async move { files.probe().await.map_err(|error| error.to_string()) }
        }),
        Probe::new("migrations", move || {
            let url = url.clone();
            async move {
                let pending = tokio::task::spawn_blocking(move || anze_persistence::pending_migrations(&url));
                match pending.await {
                    Ok(Ok(0)) => Ok(()),
                    Ok(Ok(count)) => Err(format!("{count} not run")),
                    Ok(Err(error)) => Err(error.to_string()),
                    Err(error) => Err(error.to_string()),
                }
            }
        }),
    ]
}
