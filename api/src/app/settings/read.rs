//! Reads variables one by one and keeps what is wrong with them, so that all of it is said at once.

use std::{
    cell::RefCell, fmt::Display, fs, io, ops::RangeInclusive, path::Path, str::FromStr, time::Duration,
};

use base64::Engine;

use super::{Environment, Secret, Settings, SettingsError};

/// Reads variables and collects complaints.
pub(super) struct Reader<'a> {
    lookup: &'a dyn Fn(&str) -> Option<String>,
    complaints: RefCell<Vec<String>>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(lookup: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self { lookup, complaints: RefCell::default() }
    }

    fn given(&self, name: &str) -> Option<String> {
        (self.lookup)(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    pub(super) fn complain(&self, name: &str, message: impl Display) {
        self.complaints.borrow_mut().push(format!("{name}: {message}"));
    }

    /// A single value. The value itself is not repeated in a complaint, as it may be secret.
    pub(super) fn value<T>(&mut self, name: &str, default: T) -> T
    where
        T: FromStr,
        T::Err: Display,
    {
        match self.given(name).map(|text| text.parse()) {
            None => default,
            Some(Ok(value)) => value,
            Some(Err(error)) => {
                self.complain(name, format!("not readable ({error})"));
                default
            }
        }
    }

    /// A value that has no default.
    pub(super) fn given_value<T>(&mut self, name: &str) -> Option<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        self.given(name).and_then(|text| match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.complain(name, format!("not readable ({error})"));
                None
            }
        })
    }

    /// A value or `off`.
    pub(super) fn optional<T>(&mut self, name: &str, default: T) -> Option<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        let off = self.given(name).is_some_and(|text| text.eq_ignore_ascii_case("off"));
        (!off).then(|| self.value(name, default))
    }

    /// A number within limits.
    pub(super) fn within<T>(&mut self, name: &str, default: T, limits: &RangeInclusive<T>) -> T
    where
        T: FromStr + PartialOrd + Display,
        T::Err: Display,
    {
        let value = self.value(name, default);
        if !limits.contains(&value) {
            self.complain(name, format!("must be from {} to {}", limits.start(), limits.end()));
        }
        value
    }

    /// A length of time, given in units of so many seconds.
    pub(super) fn duration(
        &mut self,
        name: &str,
        default: u64,
        unit: u64,
        limits: RangeInclusive<u64>,
    ) -> Duration {
        Duration::from_secs(self.within(name, default, &limits).saturating_mul(unit))
    }

    /// A list separated by commas.
    pub(super) fn list<T>(&mut self, name: &str) -> Vec<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        let Some(text) = self.given(name) else { return Vec::new() };
        let mut values = Vec::new();
        for item in text.split(',').map(str::trim).filter(|item| !item.is_empty()) {
            match item.parse() {
                Ok(value) => values.push(value),
                Err(error) => self.complain(name, format!("{item}: {error}")),
            }
        }
        values
    }

    /// The secret: given, or in development kept in the data directory.
    pub(super) fn secret(&mut self, environment: Environment, data_dir: &Path) -> Secret {
        const NAME: &str = "ANZE_SECRET";
        let (text, source) = match (self.given(NAME), environment) {
            (Some(text), _) => (text, NAME),
            (None, Environment::Production) => {
                self.complain(NAME, "must be set in production: at least 32 bytes in hex or base64");
                return Secret::new(Vec::new());
            }
            // Nothing is made for settings that are refused anyway.
            (None, _) if !self.complaints.borrow().is_empty() => return Secret::new(Vec::new()),
            (None, Environment::Development) => match development_key(data_dir) {
                Ok(text) => (text, "secret.key in the data directory"),
                Err(error) => {
                    self.complain(NAME, format!("no development key in the data directory ({error})"));
                    return Secret::new(Vec::new());
                }
            },
        };
        match decode(text.trim()) {
            Some(bytes) if bytes.len() >= Secret::MIN_BYTES => Secret::new(bytes),
            _ => {
                self.complain(source, "must be at least 32 bytes in hex or base64");
                Secret::new(Vec::new())
            }
        }
    }

    /// Keys separated by commas. What cannot be used is not repeated in the complaint.
    pub(super) fn secrets(&mut self, name: &str) -> Vec<Secret> {
        let text = self.given(name).unwrap_or_default();
        let mut keys = Vec::new();
        for item in text.split(',').map(str::trim).filter(|item| !item.is_empty()) {
            match decode(item) {
                Some(bytes) if bytes.len() >= Secret::MIN_BYTES => keys.push(Secret::new(bytes)),
                _ => self.complain(name, "each must be at least 32 bytes in hex or base64"),
            }
        }
        keys
    }

    /// The settings, or everything that is wrong with them.
    pub(super) fn finish(self, settings: Settings) -> Result<Settings, SettingsError> {
        let complaints = self.complaints.into_inner();
        if complaints.is_empty() { Ok(settings) } else { Err(SettingsError(complaints)) }
    }
}

/// Reads the key of a developer's machine, made at the first start and readable by its owner only.
fn development_key(data_dir: &Path) -> io::Result<String> {
    let path = data_dir.join("secret.key");
    match fs::read_to_string(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        read => return read,
    }
    fs::create_dir_all(data_dir)?;
    let key = base64::engine::general_purpose::STANDARD.encode(rand::random::<[u8; 32]>());
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(&path) {
        Ok(mut file) => io::Write::write_all(&mut file, key.as_bytes()).map(|()| key),
        // Another process was first; its key is the key.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => fs::read_to_string(&path),
        Err(error) => Err(error),
    }
}

/// Bytes from hex, base64 or base64url.
fn decode(text: &str) -> Option<Vec<u8>> {
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    if text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return (0..text.len())
            .step_by(2)
            .map(|at| text.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()))
            .collect();
    }
    STANDARD.decode(text).or_else(|_not_standard| URL_SAFE_NO_PAD.decode(text.trim_end_matches('='))).ok()
}
