//! Settings, from the environment and `.env`; every one has a default that suits a first look.

use std::{fmt, net::SocketAddr, num::NonZeroU32, path::PathBuf, str::FromStr, time::Duration};

use anze_domain::{library::public_notice, service::policy::FeeBase};
use ipnet::IpNet;
use lettre::{AsyncSmtpTransport, Tokio1Executor, message::Mailbox};
use zeroize::Zeroizing;

mod read;

use read::Reader;

/// What the process was told. See `.env.example` for the variable behind each.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `DATABASE_URL`: `sqlite://path` or `postgres://…`. Default `sqlite://data/anze.db`.
    pub database_url: DatabaseUrl,
    /// `ANZE_LISTEN`: address and port of the API. Default `127.0.0.1:8080`.
    pub listen: SocketAddr,
    /// `ANZE_METRICS_LISTEN`: address and port of `/metrics`, or `off`. Default `127.0.0.1:9464`.
    pub metrics_listen: Option<SocketAddr>,
    /// `ANZE_DATA_DIR`: directory of the embedded database, files and the development key. Default `data`.
    pub data_dir: PathBuf,
    /// `ANZE_ENVIRONMENT`: `development` or `production`. Default `development`.
    pub environment: Environment,
    /// `ANZE_SECRET`: at least 32 bytes in hex or base64. Made on first start in development.
    pub secret: Secret,
    /// `ANZE_SEALING_KEYS`: keys of what is sealed at rest, separated by commas; the first seals, all of them
    /// open. Each is at least 32 bytes in hex or base64. Default none: `ANZE_SECRET` seals.
    pub sealing_keys: Vec<Secret>,
    /// `ANZE_ACCESS_TOKEN_MINUTES`: life of an access token. Default 15 minutes.
    pub access_token_life: Duration,
    /// `ANZE_REFRESH_TOKEN_DAYS`: life of a session without use. Default 30 days.
    pub refresh_token_life: Duration,
    /// `ANZE_CORS_ORIGINS`: origins of browsers' pages, separated by commas. Default none.
    pub cors_origins: Vec<String>,
    /// `ANZE_BODY_LIMIT_BYTES`: largest JSON body. Default 1 MiB.
    pub body_limit: usize,
    /// `ANZE_BATCH_LIMIT_BYTES`: largest JSON body of a batch. Default 16 MiB.
    pub batch_limit: usize,
    /// `ANZE_HEADER_LIMIT_BYTES`: most that a request's line and headers may be together. Default 32 KiB.
    pub header_limit: usize,
    /// `ANZE_HEADER_TIMEOUT_SECONDS`: longest time for a request's line and headers to arrive. Default 10 s.
    pub header_timeout: Duration,
    /// `ANZE_UPLOAD_LIMIT_BYTES`: largest file. Default 50 MiB.
    pub upload_limit: u64,
    /// `ANZE_REQUEST_TIMEOUT_SECONDS`: longest time for one request; uploads have twenty times as much. Default 30 s.
    pub request_timeout: Duration,
    /// `ANZE_RATE_LIMIT_PER_MINUTE`: requests a minute for one caller. Default 600.
    pub rate_limit_per_minute: NonZeroU32,
    /// `ANZE_RATE_LIMIT_BURST`: requests at once for one caller. Default 600.
    pub rate_limit_burst: NonZeroU32,
    /// `ANZE_WORKERS`: worker threads; 0 is one for each processor. Default 0.
    pub workers: usize,
    /// `ANZE_DATABASE_CONNECTIONS`: connections in the pool. Default 8.
    pub database_connections: NonZeroU32,
    /// `ANZE_SQLITE_SYNCHRONOUS`: `full` or `normal`. Default `full`: what was answered survives a power cut.
    pub sqlite_synchronous: SqliteSynchronous,
    /// `ANZE_FEE_BASE`: what the fee cap is counted from. Default `premium_total`.
    pub fee_base: FeeBase,
    /// `ANZE_ANSWER_HOURS`: how long answers to a proposed time may take, where the proposal does not say. Default 48 h.
    pub answer_time: Duration,
    /// `ANZE_ANSWER_REMINDER_HOURS`: how long before that those who have not answered are reminded; halfway where answers
    /// are due sooner. At most `ANZE_ANSWER_HOURS`. Default 12 h.
    pub answer_reminder: Duration,
    /// `ANZE_PUBLIC_NOTICE_DAYS`: working days of a public notice where it does not say. Default 5.
    pub public_notice_days: u32,
    /// `ANZE_MAJOR_HAZARD_DAYS`: days within which a major hazard is due, where no reason is given for a later day (A15.1). Default 7.
    pub major_hazard_days: u32,
    /// `ANZE_TRUSTED_PROXIES`: networks whose `X-Forwarded-For` is believed. Default none.
    pub trusted_proxies: Vec<IpNet>,
    /// `ANZE_SMTP_URL`: the mail server, `smtps://user:password@host` or `smtp://host:25?tls=required`. Default none: no e-mail is sent.
    pub smtp_url: Option<MailServerUrl>,
    /// `ANZE_MAIL_FROM`: the sender of e-mail, such as `安责平台 <no-reply@example.com>`. Needed where there is a mail server.
    pub mail_from: Option<Mailbox>,
    /// `ANZE_SMTP_TIMEOUT_SECONDS`: longest time for an answer of the mail server. Default 30 s.
    pub smtp_timeout: Duration,
    /// `ANZE_ARGON2_MEMORY_KIB`: memory of one password hash. Default 19456 KiB.
    pub argon2_memory_kib: u32,
    /// `ANZE_ARGON2_ITERATIONS`: passes of one password hash. Default 2.
    pub argon2_iterations: u32,
    /// `ANZE_ARGON2_PARALLELISM`: lanes of one password hash. Default 1.
    pub argon2_parallelism: u32,
}

/// Where the process runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// A developer's machine: makes its own key.
    Development,
    /// Real data: refuses to start without its own key.
    Production,
}

/// How SQLite waits for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SqliteSynchronous {
    /// At every commit.
    Full,
    /// At checkpoints; a power cut may lose the last commits.
    Normal,
}

/// Defines how a setting with two words is read.
macro_rules! words {
    ($type:ident: $($word:literal = $variant:ident),+) => {
        impl FromStr for $type {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err([$($word),+].join(" or ")),
                }
            }
        }
    };
}
words!(Environment: "development" = Development, "production" = Production);
words!(SqliteSynchronous: "full" = Full, "normal" = Normal);

/// The key that everything secret is derived from. Its `Debug` shows a label, its memory is wiped.
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// The shortest key that is taken, in bytes.
    pub const MIN_BYTES: usize = 32;

    /// The key with these bytes.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// The database's address, which may hold a password: its `Debug` shows only the kind.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The address as it was given.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for DatabaseUrl {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let known = ["sqlite://", "postgres://", "postgresql://"];
        if known.iter().any(|scheme| text.starts_with(scheme)) {
            Ok(Self(text.to_owned()))
        } else {
            Err(known.join("… or "))
        }
    }
}

impl From<String> for DatabaseUrl {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://[secret]", self.0.split_once("://").map_or("", |(scheme, _rest)| scheme))
    }
}

/// The mail server's address, which may hold a password: its `Debug` shows only the kind.
#[derive(Clone, PartialEq, Eq)]
pub struct MailServerUrl(String);

impl MailServerUrl {
    /// The address as it was given.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for MailServerUrl {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        // What is wrong with it is said without repeating it.
        AsyncSmtpTransport::<Tokio1Executor>::from_url(text)
            .map(|_usable| Self(text.to_owned()))
            .map_err(|_may_hold_a_password| "smtps://user:password@host or smtp://host:25".to_owned())
    }
}

impl fmt::Debug for MailServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://[secret]", self.0.split_once("://").map_or("", |(scheme, _rest)| scheme))
    }
}

/// Settings that cannot be used: one line for each variable.
#[derive(Debug, thiserror::Error)]
#[error("settings that cannot be used:\n{}", .0.iter().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n"))]
pub struct SettingsError(pub Vec<String>);

/// Every variable and its default as it stands in `.env.example`.
pub const VARIABLES: &[(&str, &str)] = &[
    ("DATABASE_URL", "sqlite://data/anze.db"),
    ("ANZE_LISTEN", "127.0.0.1:8080"),
    ("ANZE_METRICS_LISTEN", "127.0.0.1:9464"),
    ("ANZE_DATA_DIR", "data"),
    ("ANZE_ENVIRONMENT", "development"),
    ("ANZE_SECRET", ""),
    ("ANZE_SEALING_KEYS", ""),
    ("ANZE_ACCESS_TOKEN_MINUTES", "15"),
    ("ANZE_REFRESH_TOKEN_DAYS", "30"),
    ("ANZE_CORS_ORIGINS", ""),
    ("ANZE_BODY_LIMIT_BYTES", "1048576"),
    ("ANZE_BATCH_LIMIT_BYTES", "16777216"),
    ("ANZE_HEADER_LIMIT_BYTES", "32768"),
    ("ANZE_HEADER_TIMEOUT_SECONDS", "10"),
    ("ANZE_UPLOAD_LIMIT_BYTES", "52428800"),
    ("ANZE_REQUEST_TIMEOUT_SECONDS", "30"),
    ("ANZE_RATE_LIMIT_PER_MINUTE", "600"),
    ("ANZE_RATE_LIMIT_BURST", "600"),
    ("ANZE_WORKERS", "0"),
    ("ANZE_DATABASE_CONNECTIONS", "8"),
    ("ANZE_SQLITE_SYNCHRONOUS", "full"),
    ("ANZE_FEE_BASE", "premium_total"),
    ("ANZE_ANSWER_HOURS", "48"),
    ("ANZE_ANSWER_REMINDER_HOURS", "12"),
    ("ANZE_PUBLIC_NOTICE_DAYS", "5"),
    ("ANZE_MAJOR_HAZARD_DAYS", "7"),
    ("ANZE_TRUSTED_PROXIES", ""),
    ("ANZE_SMTP_URL", ""),
    ("ANZE_MAIL_FROM", ""),
    ("ANZE_SMTP_TIMEOUT_SECONDS", "30"),
    ("ANZE_ARGON2_MEMORY_KIB", "19456"),
    ("ANZE_ARGON2_ITERATIONS", "2"),
    ("ANZE_ARGON2_PARALLELISM", "1"),
];

/// Reports unknown `ANZE_` variables, so that a typo is noticed.
fn unknown(names: impl Iterator<Item = String>) -> Vec<String> {
    let known = |name: &str| VARIABLES.iter().any(|(known, _)| *known == name);
    let mut unknown: Vec<String> = names.filter(|name| name.starts_with("ANZE_") && !known(name)).collect();
    unknown.sort_unstable();
    unknown.dedup();
    unknown.iter().map(|name| format!("{name}: there is no such setting")).collect()
}

impl Settings {
    /// Reads the environment and, for what is not set there, the file `.env`.
    ///
    /// # Errors
    /// Names every variable that cannot be used, and those that would be settings and are none.
    pub fn from_environment() -> Result<Self, SettingsError> {
        let file: std::collections::HashMap<String, String> = match dotenvy::dotenv_iter() {
            Ok(entries) => entries
                .collect::<Result<_, _>>()
                .map_err(|error| SettingsError(vec![format!(".env cannot be read: {error}")]))?,
            Err(error) if error.not_found() => std::collections::HashMap::new(),
            Err(error) => return Err(SettingsError(vec![format!(".env cannot be read: {error}")])),
        };
        let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        let unknown = unknown(names.chain(file.keys().cloned()));
        let settings =
            Self::from_variables(&|name| std::env::var(name).ok().or_else(|| file.get(name).cloned()));
        match settings {
            Ok(settings) if unknown.is_empty() => Ok(settings),
            Ok(_) => Err(SettingsError(unknown)),
            Err(SettingsError(wrong)) => Err(SettingsError(wrong.into_iter().chain(unknown).collect())),
        }
    }

    /// Reads the variables that `lookup` knows.
    ///
    /// # Errors
    /// Names every variable that cannot be used.
    pub fn from_variables(lookup: &dyn Fn(&str) -> Option<String>) -> Result<Self, SettingsError> {
        let mut read = Reader::new(lookup);
        let data_dir: PathBuf = read.value("ANZE_DATA_DIR", PathBuf::from("data"));
        let environment = read.value("ANZE_ENVIRONMENT", Environment::Development);
        let settings = Self {
            database_url: read.value("DATABASE_URL", DatabaseUrl("sqlite://data/anze.db".to_owned())),
            listen: read.value("ANZE_LISTEN", SocketAddr::from(([127, 0, 0, 1], 8080))),
            metrics_listen: read.optional("ANZE_METRICS_LISTEN", SocketAddr::from(([127, 0, 0, 1], 9464))),
            secret: read.secret(environment, &data_dir),
            sealing_keys: read.secrets("ANZE_SEALING_KEYS"),
            data_dir,
            environment,
            access_token_life: read.duration("ANZE_ACCESS_TOKEN_MINUTES", 15, 60, 1..=1440),
            refresh_token_life: read.duration("ANZE_REFRESH_TOKEN_DAYS", 30, 86_400, 1..=365),
            cors_origins: read.list("ANZE_CORS_ORIGINS"),
            body_limit: read.within("ANZE_BODY_LIMIT_BYTES", 1 << 20, &(1024..=64 << 20)),
            batch_limit: read.within("ANZE_BATCH_LIMIT_BYTES", 16 << 20, &(1024..=256 << 20)),
            // The framework's own limit is 128 KiB.
            header_limit: read.within("ANZE_HEADER_LIMIT_BYTES", 32 << 10, &(1024..=96 << 10)),
            header_timeout: read.duration("ANZE_HEADER_TIMEOUT_SECONDS", 10, 1, 1..=600),
            upload_limit: read.within("ANZE_UPLOAD_LIMIT_BYTES", 50 << 20, &(1024..=10 << 30)),
            request_timeout: read.duration("ANZE_REQUEST_TIMEOUT_SECONDS", 30, 1, 1..=3600),
            rate_limit_per_minute: read.value("ANZE_RATE_LIMIT_PER_MINUTE", whole(600)),
            rate_limit_burst: read.value("ANZE_RATE_LIMIT_BURST", whole(600)),
            workers: read.within("ANZE_WORKERS", 0, &(0..=1024)),
            database_connections: read.value("ANZE_DATABASE_CONNECTIONS", whole(8)),
            sqlite_synchronous: read.value("ANZE_SQLITE_SYNCHRONOUS", SqliteSynchronous::Full),
            fee_base: read.value("ANZE_FEE_BASE", FeeBase::PremiumTotal),
            answer_time: read.duration("ANZE_ANSWER_HOURS", 48, 3600, 1..=720),
            answer_reminder: read.duration("ANZE_ANSWER_REMINDER_HOURS", 12, 3600, 1..=720),
            public_notice_days: read.within(
                "ANZE_PUBLIC_NOTICE_DAYS",
                public_notice::WORKING_DAYS,
                &(1..=public_notice::MAX_NOTICE_DAYS),
            ),
            major_hazard_days: read.within("ANZE_MAJOR_HAZARD_DAYS", 7, &(0..=365)),
            trusted_proxies: read.list("ANZE_TRUSTED_PROXIES"),
            smtp_url: read.given_value("ANZE_SMTP_URL"),
            mail_from: read.given_value("ANZE_MAIL_FROM"),
            smtp_timeout: read.duration("ANZE_SMTP_TIMEOUT_SECONDS", 30, 1, 1..=300),
            argon2_memory_kib: read.within("ANZE_ARGON2_MEMORY_KIB", 19_456, &(8..=4_194_304)),
            argon2_iterations: read.within("ANZE_ARGON2_ITERATIONS", 2, &(1..=100)),
            argon2_parallelism: read.within("ANZE_ARGON2_PARALLELISM", 1, &(1..=64)),
        };
        if settings.answer_reminder > settings.answer_time {
            read.complain("ANZE_ANSWER_REMINDER_HOURS", "must not be more than ANZE_ANSWER_HOURS");
        }
        if settings.smtp_url.is_some() && settings.mail_from.is_none() {
            read.complain("ANZE_MAIL_FROM", "must be set where ANZE_SMTP_URL is");
        }
        read.finish(settings)
    }

    /// Settings for a server inside a test: a free port, no metrics, high limits, cheap password hashes.
    #[must_use]
    pub fn for_tests(database_url: impl Into<String>, data_dir: impl Into<PathBuf>) -> Self {
        Self {
            database_url: DatabaseUrl(database_url.into()),
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            metrics_listen: None,
            data_dir: data_dir.into(),
            environment: Environment::Development,
            secret: Secret::new(vec![0x5a; Secret::MIN_BYTES]),
            sealing_keys: Vec::new(),
            access_token_life: Duration::from_secs(15 * 60),
            refresh_token_life: Duration::from_secs(30 * 86_400),
            cors_origins: Vec::new(),
            body_limit: 1 << 20,
            batch_limit: 16 << 20,
            header_limit: 32 << 10,
            header_timeout: Duration::from_secs(10),
            upload_limit: 50 << 20,
            request_timeout: Duration::from_secs(30),
            rate_limit_per_minute: whole(1_000_000),
            rate_limit_burst: whole(1_000_000),
            workers: 2,
            database_connections: whole(8),
            sqlite_synchronous: SqliteSynchronous::Full,
            fee_base: FeeBase::PremiumTotal,
            answer_time: Duration::from_secs(48 * 3600),
            answer_reminder: Duration::from_secs(12 * 3600),
            public_notice_days: public_notice::WORKING_DAYS,
            major_hazard_days: 7,
            trusted_proxies: Vec::new(),
            smtp_url: None,
            mail_from: None,
            smtp_timeout: Duration::from_secs(5),
            argon2_memory_kib: 8,
            argon2_iterations: 1,
            argon2_parallelism: 1,
        }
    }
}

/// A whole number that is not zero.
fn whole(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN)
}

#[cfg(test)]
mod tests;
