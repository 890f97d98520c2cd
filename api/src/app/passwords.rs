//! Passwords: Argon2id, on a bounded number of threads.

use std::sync::Arc;

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use crate::{
    app::settings::Settings,
    http::{catalogue::PASSWORD_TOO_WEAK, problem::ApiError},
};

/// Hashes and verifies passwords.
#[derive(Clone)]
pub struct Passwords {
    argon2: Argon2<'static>,
    /// A hash of nothing in particular, verified for unknown names so that they take as long as known ones.
    decoy: Arc<str>,
    permits: Arc<Semaphore>,
}

impl Passwords {
    /// At the cost of the settings.
    ///
    /// # Errors
    /// What is wrong with the cost.
    pub fn new(settings: &Settings) -> Result<Self, String> {
        let params = Params::new(
            settings.argon2_memory_kib,
            settings.argon2_iterations,
            settings.argon2_parallelism,
            None,
        )
        .map_err(|error| error.to_string())?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let decoy = hash_now(&argon2, b"nobody's password").map_err(|error| error.to_string())?;
        Ok(Self { argon2, decoy: decoy.into(), permits: Arc::new(Semaphore::new(2)) })
    }

    /// The hash of a password, as a PHC string.
    ///
    /// # Errors
    /// `overloaded` while too many are being hashed; `internal`.
    pub async fn hash(&self, password: &str) -> Result<String, ApiError> {
        let (argon2, password) = (self.argon2.clone(), Zeroizing::new(password.to_owned()));
        self.bounded(move || hash_now(&argon2, password.as_bytes()).map_err(ApiError::internal)).await?
    }

    /// As [`Passwords::hash`], on this thread: for the command line.
    pub fn hash_blocking(&self, password: &str) -> Result<String, ApiError> {
        hash_now(&self.argon2, password.as_bytes()).map_err(ApiError::internal)
    }

    /// Whether the password is that of the hash; without a hash it takes as long and is not.
    ///
    /// # Errors
    /// `overloaded` while too many are being verified; `internal`.
    pub async fn verify(&self, password: &str, hash: Option<String>) -> Result<bool, ApiError> {
        let argon2 = self.argon2.clone();
        let password = Zeroizing::new(password.to_owned());
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy.to_string());
        self.bounded(move || {
            let hash = PasswordHash::new(&hash).map_err(ApiError::internal)?;
            Ok(argon2.verify_password(password.as_bytes(), &hash).is_ok() && known)
        })
        .await?
    }

    async fn bounded<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let waiting = tokio::time::timeout(
            std::time::Duration::from_secs(5),
            Arc::clone(&self.permits).acquire_owned(),
        );
        let Ok(Ok(permit)) = waiting.await else { return Err(ApiError::overloaded()) };
        let task = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(permit);
            result
        });
        task.await.map_err(ApiError::internal)
    }
}

fn hash_now(argon2: &Argon2<'_>, password: &[u8]) -> Result<String, argon2::password_hash::Error> {
    let hash: PasswordHash = argon2.hash_password(password)?;
    Ok(hash.to_string())
}

/// Checks that a password may be set.
///
/// # Errors
/// [`PASSWORD_TOO_WEAK`] at `pointer`.
pub fn check(password: &str, login_name: &str, pointer: &'static str) -> Result<(), ApiError> {
    let length = password.chars().count();
    let mut characters = password.chars();
    let first = characters.next();
    let repeats = characters.all(|character| Some(character) == first);
    let is_name = password.to_lowercase() == login_name.to_lowercase();
    if !(12..=128).contains(&length) || repeats || is_name || is_guessed(password, login_name) {
        return Err(ApiError::new(PASSWORD_TOO_WEAK).at(pointer));
    }
    Ok(())
}

/// Whether a password is found within a million guesses: by the lists of common passwords, names and words of the estimator `zxcvbn`, and by
/// patterns such as rows of keys. What comes behind the first characters is not looked at: the estimate takes longer the longer the text is.
fn is_guessed(password: &str, login_name: &str) -> bool {
    let beginning: String = password.chars().take(ESTIMATED).collect();
    let known: Vec<&str> = [login_name].into_iter().chain(COMMON_HERE).collect();
    zxcvbn::zxcvbn(&beginning, &known).score() < zxcvbn::Score::Two
}

/// What common passwords in China are made of, which the estimator's lists do not have; and what the platform is called.
const COMMON_HERE: [&str; 8] =
    ["woaini", "wodemima", "5201314", "520520", "1314520", "xiamen", "anquan", "anze"];

/// How many characters of a password are looked at by the estimate.
const ESTIMATED: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_has_twelve_characters_and_is_not_the_name() {
        assert!(check("twelve chars", "name", "/password").is_ok());
        for weak in ["eleven char", "aaaaaaaaaaaaaaaa", "contractor-01", &"x1".repeat(65)] {
            assert!(check(weak, "Contractor-01", "/password").is_err(), "{weak}");
        }
    }

    #[test]
    fn a_password_is_none_of_the_common_ones() {
        for weak in [
            "Password1234",
            "qwertyuiop12",
            "123456789012",
            "abcdefghijkl",
            "iloveyou1234",
            "contractor-011",
            "passwordpassword",
            "woaini520520",
        ] {
            assert!(check(weak, "contractor-01", "/password").is_err(), "{weak}");
        }
        for good in ["five granite lions, one bridge", "五只石狮子一座老桥还有海风", "x7#Qm2vL9$tR"]
        {
            assert!(check(good, "contractor-01", "/password").is_ok(), "{good}");
        }
    }

    /// The longest password is estimated in no time that a caller could use against the server.
    #[test]
    fn the_longest_password_is_estimated_soon() {
        let long = "Pa5sw0rd!".repeat(14);
        let began = std::time::Instant::now();
        let _judged = check(&long, "name", "/password");
        assert!(began.elapsed() < std::time::Duration::from_secs(2), "{:?}", began.elapsed());
    }
}
